//! Values of types that the options of a client put in place of schemas.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::wire::fit::{Fit, Matcher};
use crate::wire::malformed;
use crate::wire::mismatch::{Mismatch, record};
use crate::wire::{Decode, Encode, Wire};

/// A value of a type that the options of the client put in place of a schema.
///
/// It dereferences to the value. `From` and [`into_inner`](Self::into_inner) convert between both, so a
/// setter takes the value itself.
///
/// A value is read and written by serde. If an optional property of a response has a text that the type
/// doesn't read, it is absent, with a warning; any other value that the type doesn't read is an error.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
// `None` only while an object is being decoded: see `Decode::placeholder`.
pub struct Custom<T>(Option<T>);

impl<T> Custom<T> {
    /// Returns the value.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0.unwrap_or_else(|| placeholder())
    }
}

/// A placeholder never leaves the decoder: an object without a required property is an error.
#[cold]
#[inline(never)]
fn placeholder() -> ! {
    unreachable!("the decoder returned a placeholder")
}

impl<T> Deref for Custom<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.0.as_ref().unwrap_or_else(|| placeholder())
    }
}

impl<T> DerefMut for Custom<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().unwrap_or_else(|| placeholder())
    }
}

impl<T> From<T> for Custom<T> {
    #[inline]
    fn from(value: T) -> Self {
        Self(Some(value))
    }
}

impl<T: Default> Default for Custom<T> {
    #[inline]
    fn default() -> Self {
        Self(Some(T::default()))
    }
}

impl<T: PartialEq> PartialEq<T> for Custom<T> {
    #[inline]
    fn eq(&self, other: &T) -> bool {
        self.0.as_ref() == Some(other)
    }
}

impl<T: fmt::Debug> fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A type that can take the place of a schema.
pub trait ReplacesSchema:
    Serialize + DeserializeOwned + Clone + fmt::Debug + PartialEq + Send + Sync + 'static
{
}

impl<T> ReplacesSchema for T where
    T: Serialize + DeserializeOwned + Clone + fmt::Debug + PartialEq + Send + Sync + 'static
{
}

/// Fails to compile unless the type can take the place of a schema.
#[doc(hidden)]
pub const fn assert_replaces_schema<T: ReplacesSchema>() {}

/// Reads a value; returns `None` if the type doesn't read it.
fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

impl<T> Wire for Custom<T> {}

impl<T: ReplacesSchema> Decode for Custom<T> {
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        Self(None)
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::decode(deserializer)?;
        Self::from_value(&value, &mut Matcher::default()).map_err(|mismatch| {
            record(mismatch);
            D::Error::custom(format_args!("expected {}", std::any::type_name::<T>()))
        })
    }

    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<Self, Mismatch> {
        let value = Value::from_value(value, matcher)?;
        let expected = std::any::type_name::<T>();
        match (read(&value), &value) {
            (Some(inner), _) => Ok(Self(Some(inner))),
            (None, Value::String(text)) if malformed::note(expected, text) => Ok(Self(None)),
            (None, value) => Err(Mismatch::new(expected, value)),
        }
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        let value = Value::from_value(value, matcher).ok()?;
        read::<T>(&value).map(|_| Fit::specific(3))
    }
}

impl<T: ReplacesSchema> Encode for Custom<T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<T: Serialize> Serialize for Custom<T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Custom<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}
