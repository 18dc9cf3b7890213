//! Values that are a string, a number or a boolean.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Error as _, Serializer};
use serde_json::Value;

use crate::wire::mismatch::{Mismatch, kind, note, note_unless_inside};
use crate::wire::{Encode, Shape};

/// A string, a number or a boolean as it was read.
pub enum Scalar<'a> {
    /// `true` or `false`
    Bool(bool),
    /// A whole number that isn't negative.
    Unsigned(u64),
    /// A whole number.
    Signed(i64),
    /// Another number.
    Float(f64),
    /// A string.
    Text(Cow<'a, str>),
}

impl<'a> Scalar<'a> {
    /// The scalar in a JSON value, if it is one.
    #[must_use]
    pub fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::String(text) => Some(Self::Text(Cow::Borrowed(text))),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => Some(Self::Unsigned(number)),
                (None, Some(number), _) => Some(Self::Signed(number)),
                (None, None, number) => number.map(Self::Float),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The same, of no one else's text.
    fn into_owned<'b>(self) -> Scalar<'b> {
        match self {
            Self::Bool(value) => Scalar::Bool(value),
            Self::Unsigned(number) => Scalar::Unsigned(number),
            Self::Signed(number) => Scalar::Signed(number),
            Self::Float(number) => Scalar::Float(number),
            Self::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// What it is in JSON, as a noun.
    #[inline]
    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::Unsigned(_) | Self::Signed(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a string",
        }
    }
}

/// A value that is made of a scalar.
pub trait FromScalar: Sized {
    /// What it is, as a noun: `a string`.
    const EXPECTED: &'static str;

    /// See [`Decode::blank`](crate::wire::Decode::blank).
    fn blank() -> Self;

    /// Makes it; `None` if the scalar is another kind or out of range.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;

    /// How well a scalar fits; `None` if it doesn't. A type that takes less fits better.
    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        Self::from_scalar(scalar).map(|_| 3)
    }
}

/// The error for one kind of JSON in the place of another.
#[cold]
pub fn unexpected<E: Error>(expected: &'static str, found: &'static str) -> E {
    note(Mismatch::of_kinds(expected, found));
    E::custom(format_args!("expected {expected}, found {found}"))
}

/// Reads any scalar, or null, whatever is made of it: so a program has the code once and not for each
/// of its enumerations.
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
        Ok(Some(Scalar::Unsigned(value)))
    }

    #[inline]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Signed(value)))
    }

    #[inline]
    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Float(value)))
    }

    #[inline]
    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Text(Cow::Borrowed(value))))
    }

    #[inline]
    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Text(Cow::Owned(value.to_owned()))))
    }

    #[inline]
    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Text(Cow::Owned(value))))
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

    /// Where another crate switches on serde_json's `arbitrary_precision`, a number comes as a map.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(map))?;
        match Scalar::of(&value) {
            Some(scalar) => Ok(Some(scalar.into_owned())),
            None => Err(unexpected(self.expected, kind(&value))),
        }
    }
}

/// Reads what is made of a scalar; `None` for null.
#[inline]
fn read<'de, T: FromScalar, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let expected = T::EXPECTED;
    let scalar = match deserializer.deserialize_any(ScalarVisitor { expected }) {
        Ok(Some(scalar)) => scalar,
        Ok(None) => return Ok(None),
        Err(error) => {
            note_unless_inside(expected);
            return Err(error);
        }
    };
    let found = scalar.kind();
    match T::from_scalar(scalar) {
        Some(value) => Ok(Some(value)),
        None => Err(unexpected(expected, found)),
    }
}

/// What is made of a scalar.
pub struct OfScalar;

impl<T: FromScalar> Shape<T> for OfScalar {
    #[inline]
    fn blank() -> T {
        T::blank()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        match read(deserializer)? {
            Some(value) => Ok(value),
            None => Err(unexpected(T::EXPECTED, kind(&Value::Null))),
        }
    }

    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        read(deserializer)
    }

    #[inline]
    fn from_value(value: Value) -> Result<T, Mismatch> {
        let read = match Scalar::of(&value) {
            Some(scalar) => T::from_scalar(scalar),
            None => None,
        };
        match read {
            Some(read) => Ok(read),
            None => Err(Mismatch::new(T::EXPECTED, &value)),
        }
    }

    #[inline]
    fn fit(value: &Value, _: u8) -> Option<u32> {
        T::fit_scalar(Scalar::of(value)?)
    }
}

/// Makes a `FromScalar` type `Wire` and `Decode`: `scalar_wire!(Type)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __scalar_wire {
    ($ty:ty) => {
        impl $crate::codegen::wire::Wire for $ty {}

        impl $crate::codegen::wire::Shaped for $ty {
            type Shape = $crate::codegen::scalar::OfScalar;
        }
    };
}
#[doc(hidden)]
pub use __scalar_wire as scalar_wire;

// Called by its path, so that the re-export is used in a client that has no other scalar.
crate::wire::scalar::scalar_wire!(String);
crate::wire::scalar::scalar_wire!(bool);
crate::wire::scalar::scalar_wire!(i32);
crate::wire::scalar::scalar_wire!(i64);
crate::wire::scalar::scalar_wire!(u32);
crate::wire::scalar::scalar_wire!(u64);
crate::wire::scalar::scalar_wire!(f32);
crate::wire::scalar::scalar_wire!(f64);

impl FromScalar for String {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn blank() -> Self {
        String::new()
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        matches!(scalar, Scalar::Text(_)).then_some(2)
    }
}

impl FromScalar for bool {
    const EXPECTED: &'static str = "a boolean";

    #[inline]
    fn blank() -> Self {
        false
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }
}

/// How well a scalar fits an integer type: digits in a string are a string first.
#[inline]
fn fit_integer<T: FromScalar>(scalar: Scalar<'_>) -> Option<u32> {
    let fit = match scalar {
        Scalar::Text(_) => 1,
        Scalar::Float(_) => 2,
        _ => 3,
    };
    T::from_scalar(scalar).map(|_| fit)
}

impl FromScalar for i64 {
    const EXPECTED: &'static str = "a whole number of 64 bits";

    #[inline]
    fn blank() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Signed(number) => Some(number),
            Scalar::Unsigned(number) => i64::try_from(number).ok(),
            // 2^63 is exact as a float; every whole float below it is an i64.
            Scalar::Float(number) => {
                let whole = number.fract() == 0.0 && (-TWO_63..TWO_63).contains(&number);
                whole.then_some(number as i64)
            }
            Scalar::Text(text) => text.parse().ok(),
            Scalar::Bool(_) => None,
        }
    }

    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        fit_integer::<Self>(scalar)
    }
}

impl FromScalar for u64 {
    const EXPECTED: &'static str = "a whole number of 64 bits that isn't negative";

    #[inline]
    fn blank() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Unsigned(number) => Some(number),
            Scalar::Signed(number) => u64::try_from(number).ok(),
            Scalar::Float(number) => {
                let whole = number.fract() == 0.0 && (0.0..2.0 * TWO_63).contains(&number);
                whole.then_some(number as u64)
            }
            Scalar::Text(text) => text.parse().ok(),
            Scalar::Bool(_) => None,
        }
    }

    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        fit_integer::<Self>(scalar)
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

impl FromScalar for i32 {
    const EXPECTED: &'static str = "a whole number of 32 bits";

    #[inline]
    fn blank() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        i32::try_from(i64::from_scalar(scalar)?).ok()
    }

    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        fit_integer::<Self>(scalar)
    }
}

impl FromScalar for u32 {
    const EXPECTED: &'static str = "a whole number of 32 bits that isn't negative";

    #[inline]
    fn blank() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        u32::try_from(u64::from_scalar(scalar)?).ok()
    }

    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        fit_integer::<Self>(scalar)
    }
}

impl FromScalar for f64 {
    const EXPECTED: &'static str = "a number";

    #[inline]
    fn blank() -> Self {
        0.0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Float(number) => Some(number),
            Scalar::Unsigned(number) => Some(number as f64),
            Scalar::Signed(number) => Some(number as f64),
            Scalar::Text(_) | Scalar::Bool(_) => None,
        }
    }

    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        let fit = if matches!(scalar, Scalar::Float(_)) {
            3
        } else {
            2
        };
        Self::from_scalar(scalar).map(|_| fit)
    }
}

impl FromScalar for f32 {
    const EXPECTED: &'static str = "a number of 32 bits";

    #[inline]
    fn blank() -> Self {
        0.0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let number = f64::from_scalar(scalar)? as f32;
        number.is_finite().then_some(number)
    }

    #[inline]
    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        let fit = if matches!(scalar, Scalar::Float(_)) {
            3
        } else {
            2
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

impl Encode for i32 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(*self)
    }
}

impl Encode for i64 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self)
    }
}

impl Encode for u32 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(*self)
    }
}

impl Encode for u64 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(*self)
    }
}

/// JSON has no infinities and serde_json would write `null` for them.
const NOT_FINITE: &str = "a number that isn't finite can't be sent";

impl Encode for f32 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() {
            serializer.serialize_f32(*self)
        } else {
            Err(S::Error::custom(NOT_FINITE))
        }
    }
}

impl Encode for f64 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() {
            serializer.serialize_f64(*self)
        } else {
            Err(S::Error::custom(NOT_FINITE))
        }
    }
}
