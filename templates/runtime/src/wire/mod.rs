//! How values are read from responses and written into requests.
//!
//! Every model, enumeration and scalar type implements [`Decode`], [`Encode`] or both. Programs
//! meet the types of this module as fields of models: [`Base64`], [`Base64Url`], [`Number`],
//! `HttpDate` and `Rfc2822`. The traits are implemented by generated code. Generated types also implement `serde::Serialize` and
//! `serde::Deserialize`.
//!
//! Three properties of these traits are the reason not to use serde's own on the wire:
//!
//! - Types of other crates are read leniently: an integer from a string of digits, a date in any of
//!   several forms.
//! - An absent property is distinguished from `null`.
//! - One `match` per model serves streamed JSON, buffered JSON, and the choice between the variants
//!   of a union.

mod base64;
mod containers;
#[cfg(feature = "custom-types")]
mod custom;
#[cfg(any(feature = "chrono", feature = "jiff"))]
mod date;
pub mod fit;
pub(crate) mod large;
pub(crate) mod malformed;
pub mod mismatch;
mod numbers;
pub mod scalar;
pub mod style;
pub(crate) mod tree;
#[cfg(feature = "uuid")]
mod uuid;

pub use self::base64::{Base64, Base64Url};
#[cfg(feature = "custom-types")]
pub use self::custom::{Custom, ReplacesSchema, assert_replaces_schema};
#[cfg(any(feature = "chrono", feature = "jiff"))]
pub use self::date::{HttpDate, Rfc2822};
pub use self::numbers::Number;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use self::containers::OptionVisitor;
use crate::wire::fit::{Fit, Matcher};
use crate::wire::mismatch::Mismatch;

/// A type whose values travel in requests or responses.
pub trait Wire: Sized {
    /// Returns whether the value is absent and isn't written: an `Option` that is `None`.
    #[inline]
    fn is_none(&self) -> bool {
        false
    }
}

/// A type whose values are read from responses.
pub trait Decode: Wire {
    /// Whether the value is a text of some format, or a list or map of such texts. If an optional
    /// property of such a type is malformed, it is read as absent.
    const HAS_FORMAT: bool = false;

    /// Returns the value that a field holds until its property is read. It is replaced or discarded
    /// before decoding ends.
    fn placeholder() -> Self;

    /// Reads a value from a deserializer.
    ///
    /// # Errors
    ///
    /// Returns the deserializer's error. The module [`mismatch`] describes how the path of the failure
    /// is known.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Reads a value or `null` from a deserializer.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Decode::decode`].
    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(OptionVisitor(PhantomData))
    }

    /// Reads a value from buffered JSON. Unions read their variants this way.
    ///
    /// # Errors
    ///
    /// Returns where and how the JSON doesn't match the OpenAPI document.
    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<Self, Mismatch>;

    /// Returns how well a JSON value fits the type; `None` if it doesn't. The whole value counts: a
    /// value of another type, an absent required property, another value than a constant, or a property
    /// that a closed object doesn't have excludes it at any depth.
    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit>;

    /// Returns what `null` decodes to where an `Option` of the type is expected: `None`, unless
    /// `null` is a value of the type itself, as it is of `serde_json::Value`.
    #[inline]
    #[must_use]
    fn from_null() -> Option<Self> {
        None
    }
}

/// A way of decoding that many types share, such as "an object, property by property" or "a
/// scalar".
pub trait DecodeAs<T> {
    /// Implements [`Decode::HAS_FORMAT`].
    const HAS_FORMAT: bool = false;

    /// Implements [`Decode::placeholder`].
    fn placeholder() -> T;

    /// Implements [`Decode::decode`].
    ///
    /// # Errors
    ///
    /// Returns the errors of `Decode::decode`.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;

    /// Implements [`Decode::decode_nullable`].
    ///
    /// # Errors
    ///
    /// Returns the errors of `Decode::decode`.
    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        T: Decode,
    {
        deserializer.deserialize_option(OptionVisitor(PhantomData))
    }

    /// Implements [`Decode::from_value`].
    ///
    /// # Errors
    ///
    /// Returns the errors of `Decode::from_value`.
    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<T, Mismatch>;

    /// Implements [`Decode::fit`].
    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit>;
}

/// A type that implements [`Decode`] by a strategy. It names the strategy and has no methods of its
/// own, which the compiler would have to check for each of a client's thousand models.
pub trait DecodeWith: Wire {
    /// The strategy.
    type Strategy: DecodeAs<Self>;
}

impl<T: DecodeWith> Decode for T {
    const HAS_FORMAT: bool = T::Strategy::HAS_FORMAT;

    #[inline]
    fn placeholder() -> Self {
        T::Strategy::placeholder()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::Strategy::decode(deserializer)
    }

    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        T::Strategy::decode_nullable(deserializer)
    }

    #[inline]
    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<Self, Mismatch> {
        T::Strategy::from_value(value, matcher)
    }

    #[inline]
    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        T::Strategy::fit(value, matcher)
    }
}

/// A type whose values are written into requests.
pub trait Encode: Wire {
    /// Writes the value into a serializer.
    ///
    /// # Errors
    ///
    /// Returns the serializer's error, or an error if the value has no representation on the wire.
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

thread_local! {
    /// Whether this thread is writing a response. Models of both directions have properties that
    /// only requests write and properties that only responses write, and serde's traits can't pass
    /// the direction along.
    static ENCODING_RESPONSE: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether the value being written is part of a response, which only mocks write.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn is_encoding_response() -> bool {
    ENCODING_RESPONSE.get()
}

/// Runs `write` with [`is_encoding_response`] returning `true`.
#[doc(hidden)]
pub fn encode_response<T>(write: impl FnOnce() -> T) -> T {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            ENCODING_RESPONSE.set(false);
        }
    }
    ENCODING_RESPONSE.set(true);
    let _reset = Reset;
    write()
}

/// Reads a value from buffered JSON.
///
/// # Errors
///
/// Returns where and how the JSON doesn't match the OpenAPI document.
pub fn from_value<T: Decode>(value: &Value) -> Result<T, Mismatch> {
    T::from_value(value, &mut Matcher::default())
}

/// Implements `serde::Serialize` for a reference to an [`Encode`] value.
#[doc(hidden)]
pub struct AsSerialize<'a, T>(pub &'a T);

impl<T: Encode> Serialize for AsSerialize<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

/// A `serde::de::DeserializeSeed` that reads a [`Decode`] type.
#[doc(hidden)]
pub struct DecodeSeed<T>(PhantomData<T>);

impl<T> DecodeSeed<T> {
    /// Creates a seed.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for DecodeSeed<T> {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl<'de, T: Decode> DeserializeSeed<'de> for DecodeSeed<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }
}

/// Reads the name of a property, without copying it where the input allows.
#[doc(hidden)]
pub struct PropertyName;

impl<'de> DeserializeSeed<'de> for PropertyName {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for PropertyName {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }

    #[inline]
    fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name))
    }
}

impl Wire for Value {}

impl Decode for Value {
    #[inline]
    fn placeholder() -> Self {
        Value::Null
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = serde::Deserialize::deserialize(deserializer)?;
        large::restore(&mut value);
        Ok(value)
    }

    fn from_value(value: &Value, _: &mut Matcher) -> Result<Self, Mismatch> {
        let mut value = value.clone();
        large::restore(&mut value);
        Ok(value)
    }

    fn fit(_: &Value, _: &mut Matcher) -> Option<Fit> {
        Some(Fit::ANY)
    }

    #[inline]
    fn from_null() -> Option<Self> {
        Some(Value::Null)
    }
}

impl Encode for Value {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}
