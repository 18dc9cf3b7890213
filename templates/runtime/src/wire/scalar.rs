//! Values that are a string, a number or a boolean.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::Serializer;
use serde_json::Value;

use crate::wire::fit::{Fit, Matcher};
use crate::wire::large;
use crate::wire::malformed;
use crate::wire::mismatch::{Mismatch, json_type, record, record_expected};
use crate::wire::{DecodeAs, Encode, PropertyName};

/// A string, number or boolean as it was read.
pub enum Scalar<'a> {
    /// A boolean.
    Bool(bool),
    /// An integer that isn't negative.
    U64(u64),
    /// An integer that may be negative.
    I64(i64),
    /// An integer of more than 64 bits.
    I128(i128),
    /// Any other number.
    F64(f64),
    /// A string.
    String(Cow<'a, str>),
}

impl<'a> Scalar<'a> {
    /// Returns the scalar in a JSON value; `None` if the value isn't a scalar.
    #[must_use]
    pub fn from_value(value: &'a Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::String(text) => Some(Self::String(Cow::Borrowed(text))),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => Some(Self::U64(number)),
                (None, Some(number)) => Some(Self::I64(number)),
                (None, None) => match number.as_f64() {
                    Some(float) if float.abs() < large::TWO_63 => Some(Self::F64(float)),
                    // Digits, where a crate enables serde_json's feature `arbitrary_precision`.
                    _ => Self::from_digits(&number.to_string()),
                },
            },
            Value::Object(_) => Self::from_digits(large::digits(value)?),
            Value::Null | Value::Array(_) => None,
        }
    }

    /// Returns the number with these digits; `None` if neither `i128` nor `f64` can hold it.
    fn from_digits(digits: &str) -> Option<Self> {
        if digits.contains(['.', 'e', 'E']) {
            let number = digits.parse().ok().filter(|it: &f64| it.is_finite());
            return number.map(Self::F64);
        }
        let integer: i128 = digits.parse().ok()?;
        Some(match (u64::try_from(integer), i64::try_from(integer)) {
            (Ok(integer), _) => Self::U64(integer),
            (Err(_), Ok(integer)) => Self::I64(integer),
            (Err(_), Err(_)) => Self::I128(integer),
        })
    }

    /// Returns the JSON type as a noun, such as `a string`.
    #[inline]
    pub(super) fn json_type(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::U64(_) | Self::I64(_) | Self::I128(_) | Self::F64(_) => "a number",
            Self::String(_) => "a string",
        }
    }
}

/// A number that a type can't hold, as a noun for error messages.
pub(super) const OUT_OF_RANGE: &str = "a number out of range";

/// A type that is read from a single scalar.
pub trait FromScalar: Sized {
    /// The type as a noun for error messages, such as `a string`.
    const EXPECTED: &'static str;

    /// Whether the value is a text of some format.
    const HAS_FORMAT: bool = false;

    /// Whether the type can hold integers of more than 64 bits.
    const IS_WIDE: bool = false;

    /// Returns the value that a field holds until its property is read.
    fn placeholder() -> Self;

    /// Returns what is wrong with a scalar that isn't converted: its JSON type as a noun, or more.
    #[inline]
    fn found(scalar: &Scalar<'_>) -> &'static str {
        scalar.json_type()
    }

    /// Converts a scalar; returns `None` if it has another type or is out of range.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;

    /// Returns how well a scalar fits the type; `None` if it doesn't.
    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        Self::from_scalar(scalar).map(|_| Fit::specific(3))
    }
}

/// Returns the error for a value of another JSON type, and records the mismatch.
#[cold]
pub fn invalid_type<E: Error>(expected: &'static str, found: &'static str) -> E {
    record(Mismatch::wrong_type(expected, found));
    E::custom(format_args!("expected {expected}, found {found}"))
}

/// Reads any scalar, or `null`, whatever type is made from it. A program therefore compiles this
/// visitor once, and not once for each of its enumerations.
struct ScalarVisitor {
    expected: &'static str,
}

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Option<Scalar<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    #[inline]
    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Bool(value)))
    }

    #[inline]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::U64(value)))
    }

    #[inline]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::I64(value)))
    }

    #[inline]
    fn visit_i128<E>(self, value: i128) -> Result<Self::Value, E> {
        Ok(Some(Scalar::I128(value)))
    }

    #[inline]
    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::F64(value)))
    }

    #[inline]
    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::String(Cow::Borrowed(value))))
    }

    #[inline]
    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::String(Cow::Owned(value.to_owned()))))
    }

    #[inline]
    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Some(Scalar::String(Cow::Owned(value))))
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    /// Reads a number that arrives as its digits: see [`large`].
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        if map.next_key_seed(PropertyName)?.as_deref() != Some(large::DIGITS) {
            return Err(invalid_type(self.expected, "an object"));
        }
        let digits = map.next_value_seed(PropertyName)?;
        match Scalar::from_digits(&digits) {
            Some(number) => Ok(Some(number)),
            None => Err(invalid_type(self.expected, OUT_OF_RANGE)),
        }
    }
}

/// Reads a scalar and converts it; returns `None` for `null`.
#[inline]
fn read<'de, T: FromScalar, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let expected = T::EXPECTED;
    let scalar = match deserializer.deserialize_any(ScalarVisitor { expected }) {
        Ok(Some(scalar)) => scalar,
        Ok(None) => return Ok(None),
        Err(error) => {
            record_expected(expected);
            return Err(error);
        }
    };
    let found = T::found(&scalar);
    match convert(scalar) {
        Some(value) => Ok(Some(value)),
        None => Err(invalid_type(expected, found)),
    }
}

/// Converts a scalar. A malformed text in an optional property becomes a placeholder, which the
/// property drops.
#[inline]
fn convert<T: FromScalar>(scalar: Scalar<'_>) -> Option<T> {
    match &scalar {
        Scalar::F64(number) if T::IS_WIDE && large::is_rounded(*number) => Some(T::placeholder()),
        Scalar::String(text) if T::HAS_FORMAT => {
            let value = T::from_scalar(Scalar::String(Cow::Borrowed(text)));
            value.or_else(|| malformed::note(T::EXPECTED, text).then(T::placeholder))
        }
        _ => T::from_scalar(scalar),
    }
}

/// Decodes a type from a single scalar.
pub struct AsScalar;

impl<T: FromScalar> DecodeAs<T> for AsScalar {
    const HAS_FORMAT: bool = T::HAS_FORMAT;

    #[inline]
    fn placeholder() -> T {
        T::placeholder()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        match read(deserializer)? {
            Some(value) => Ok(value),
            None => Err(invalid_type(T::EXPECTED, json_type(&Value::Null))),
        }
    }

    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        read(deserializer)
    }

    #[inline]
    fn from_value(value: &Value, _: &mut Matcher) -> Result<T, Mismatch> {
        let Some(scalar) = Scalar::from_value(value) else {
            return Err(Mismatch::new(T::EXPECTED, value));
        };
        let found = T::found(&scalar);
        match convert(scalar) {
            Some(read) => Ok(read),
            None => Err(Mismatch::wrong_type(T::EXPECTED, found)),
        }
    }

    #[inline]
    fn fit(value: &Value, _: &mut Matcher) -> Option<Fit> {
        let may_be_malformed = T::HAS_FORMAT && value.is_string() && malformed::is_allowed();
        let scalar = Scalar::from_value(value)?;
        if let Scalar::F64(number) = &scalar
            && T::IS_WIDE
            && large::is_rounded(*number)
        {
            return Some(Fit::ANY);
        }
        let fit = T::scalar_fit(scalar);
        fit.or_else(|| may_be_malformed.then_some(Fit::DEVIATING))
    }
}

/// Implements `Wire` and `Decode` for a type that implements `FromScalar`: `scalar_wire!(Type)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __scalar_wire {
    ($ty:ty) => {
        #[doc(hidden)]
        impl $crate::codegen::wire::Wire for $ty {}

        #[doc(hidden)]
        impl $crate::codegen::wire::DecodeWith for $ty {
            type Strategy = $crate::codegen::scalar::AsScalar;
        }
    };
}
#[doc(hidden)]
pub use __scalar_wire as scalar_wire;

// By its path, so that the re-export is used even in a client without any other scalar type.
crate::wire::scalar::scalar_wire!(String);
crate::wire::scalar::scalar_wire!(bool);

impl FromScalar for String {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn placeholder() -> Self {
        String::new()
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        matches!(scalar, Scalar::String(_)).then_some(Fit::specific(2))
    }
}

impl FromScalar for bool {
    const EXPECTED: &'static str = "a boolean";

    #[inline]
    fn placeholder() -> Self {
        false
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Bool(value) => Some(value),
            Scalar::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    /// A boolean in quotes is a string first.
    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        let fit = match scalar {
            Scalar::String(_) => Fit::DEVIATING,
            _ => Fit::specific(3),
        };
        Self::from_scalar(scalar).map(|_| fit)
    }
}

impl Encode for String {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl Encode for bool {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}
