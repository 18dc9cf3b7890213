//! Strings from a list: `string_enum!`.
//!
//! A crate may have thousands of them: what the macro gives each hands on to functions that are
//! compiled once for all, or where they are called.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::ser::Serializer;

use crate::wire::scalar::{FromScalar, Scalar};

/// A string from a list, or one that the list doesn't have.
pub trait StringEnum: AsRef<str> + Sized {
    /// The value of this string, if the list has it.
    fn named(value: &str) -> Option<Self>;

    /// The value of a string that the list doesn't have.
    fn unknown(value: String) -> Self;
}

/// The value of a string.
#[inline(never)]
#[must_use]
pub fn of<T: StringEnum>(value: String) -> T {
    T::named(&value).unwrap_or_else(|| T::unknown(value))
}

/// The value of a string.
#[inline(never)]
#[must_use]
pub fn of_str<T: StringEnum>(value: &str) -> T {
    T::named(value).unwrap_or_else(|| T::unknown(value.to_owned()))
}

/// Whether two are the same string.
#[inline(never)]
#[must_use]
pub fn eq<T: StringEnum>(one: &T, other: &T) -> bool {
    one.as_ref() == other.as_ref()
}

/// The order of the strings.
#[inline(never)]
#[must_use]
pub fn cmp<T: StringEnum>(one: &T, other: &T) -> Ordering {
    one.as_ref().cmp(other.as_ref())
}

/// Hashes the string.
#[inline(never)]
pub fn hash<T: StringEnum, H: Hasher>(value: &T, state: &mut H) {
    value.as_ref().hash(state);
}

/// Prints the string.
///
/// # Errors
///
/// What the formatter says.
#[inline(never)]
pub fn fmt<T: StringEnum>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.pad(value.as_ref())
}

/// Prints the string in quotes.
///
/// # Errors
///
/// What the formatter says.
#[inline(never)]
pub fn debug<T: StringEnum>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(value.as_ref(), f)
}

/// Writes the string.
///
/// # Errors
///
/// What the serializer says.
#[inline(never)]
pub fn encode<T: StringEnum, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(value.as_ref())
}

impl<T: StringEnum> FromScalar for T {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn blank() -> Self {
        Self::unknown(String::new())
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => {
                Some(Self::named(&text).unwrap_or_else(|| Self::unknown(text.into_owned())))
            }
            _ => None,
        }
    }

    fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
        match scalar {
            Scalar::Text(text) => Some(if Self::named(&text).is_some() { 8 } else { 0 }),
            _ => None,
        }
    }
}

/// Makes an enum a string of the wire: `string_enum!(Type: Unknown { "name" => Variant, })`.
///
/// `Unknown(String)` holds a string that the list doesn't have. Values are compared and ordered as
/// strings, so that one is equal to what is read from its string, however it was made, and `Debug`
/// prints the string.
#[doc(hidden)]
#[macro_export]
macro_rules! __string_enum {
    ($ty:ident: $unknown:ident { $($value:literal => $variant:ident),* $(,)? }) => {
        impl $ty {
            /// The value as it stands on the wire.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.as_ref()
            }
        }

        impl $crate::codegen::string_enum::StringEnum for $ty {
            #[inline]
            fn named(value: &str) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }

            #[inline]
            fn unknown(value: String) -> Self {
                Self::$unknown(value)
            }
        }

        $crate::codegen::scalar_wire!($ty);

        impl From<String> for $ty {
            #[inline]
            fn from(value: String) -> Self {
                $crate::codegen::string_enum::of(value)
            }
        }

        impl From<&str> for $ty {
            #[inline]
            fn from(value: &str) -> Self {
                $crate::codegen::string_enum::of_str(value)
            }
        }

        impl ::std::str::FromStr for $ty {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok($crate::codegen::string_enum::of_str(value))
            }
        }

        impl ::std::fmt::Debug for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::codegen::string_enum::debug(self, f)
            }
        }

        impl PartialEq for $ty {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::string_enum::eq(self, other)
            }
        }

        impl Eq for $ty {}

        impl ::std::hash::Hash for $ty {
            #[inline]
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                $crate::codegen::string_enum::hash(self, state);
            }
        }

        impl PartialOrd for $ty {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<::std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $ty {
            #[inline]
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                $crate::codegen::string_enum::cmp(self, other)
            }
        }

        impl AsRef<str> for $ty {
            #[inline]
            fn as_ref(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => value,
                }
            }
        }

        impl ::std::fmt::Display for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::codegen::string_enum::fmt(self, f)
            }
        }

        impl $crate::codegen::wire::Encode for $ty {
            #[inline]
            fn encode<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::codegen::string_enum::encode(self, to)
            }
        }

        impl $crate::codegen::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::codegen::string_enum::encode(self, to)
            }
        }

        impl<'de> $crate::codegen::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: $crate::codegen::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::codegen::wire::Decode::decode(from)
            }
        }
    };
}
#[doc(hidden)]
pub use __string_enum as string_enum;
