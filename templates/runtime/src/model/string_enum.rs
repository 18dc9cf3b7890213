//! Enumerations of strings: `string_enum!`.
//!
//! A client may have thousands of them. The generated methods therefore call functions that are
//! compiled once, or only in the programs that use them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::ser::Serializer;

use crate::wire::fit::Fit;
use crate::wire::scalar::{FromScalar, Scalar};

/// A string from a list, or any other string.
pub trait StringEnum: AsRef<str> + Sized {
    /// Returns the variant for a string; `None` if the list doesn't contain it.
    fn from_known(value: &str) -> Option<Self>;

    /// Creates a value from a string that the list doesn't contain.
    fn from_unknown(value: String) -> Self;
}

/// Creates a value from any string.
#[inline(never)]
#[must_use]
pub fn from_string<T: StringEnum>(value: String) -> T {
    T::from_known(&value).unwrap_or_else(|| T::from_unknown(value))
}

/// Creates a value from any string.
#[inline(never)]
#[must_use]
pub fn from_str<T: StringEnum>(value: &str) -> T {
    T::from_known(value).unwrap_or_else(|| T::from_unknown(value.to_owned()))
}

/// Returns whether two values are the same string.
#[inline(never)]
#[must_use]
pub fn eq<T: StringEnum>(one: &T, other: &T) -> bool {
    one.as_ref() == other.as_ref()
}

/// Compares two values as strings.
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
/// Returns the formatter's error.
#[inline(never)]
pub fn fmt<T: StringEnum>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.pad(value.as_ref())
}

/// Prints the string in quotes.
///
/// # Errors
///
/// Returns the formatter's error.
#[inline(never)]
pub fn debug<T: StringEnum>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(value.as_ref(), f)
}

/// Writes the string.
///
/// # Errors
///
/// Returns the serializer's error.
#[inline(never)]
pub fn encode<T: StringEnum, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(value.as_ref())
}

impl<T: StringEnum> FromScalar for T {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn placeholder() -> Self {
        Self::from_unknown(String::new())
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => Some(
                Self::from_known(&text).unwrap_or_else(|| Self::from_unknown(text.into_owned())),
            ),
            _ => None,
        }
    }

    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        match scalar {
            Scalar::String(text) => Some(match Self::from_known(&text) {
                Some(_) => Fit::LISTED,
                None => Fit::DEVIATING,
            }),
            _ => None,
        }
    }
}

/// Implements the wire traits, conversions and comparisons of an enumeration of strings:
/// `string_enum!(Type: Unknown { "name" => Variant, })`.
///
/// `Unknown(String)` holds any other string. Values are compared, ordered and hashed as strings:
/// `Unknown("name".to_owned())` equals `Variant`. `Debug` prints the string.
#[doc(hidden)]
#[macro_export]
macro_rules! __string_enum {
    ($ty:ident: $unknown:ident { $($value:literal => $variant:ident),* $(,)? }) => {
        impl $ty {
            /// Returns the string as it is sent.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.as_ref()
            }
        }

        #[doc(hidden)]
        impl $crate::codegen::string_enum::StringEnum for $ty {
            #[inline]
            fn from_known(value: &str) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }

            #[inline]
            fn from_unknown(value: String) -> Self {
                Self::$unknown(value)
            }
        }

        $crate::codegen::scalar_wire!($ty);

        impl From<String> for $ty {
            #[inline]
            fn from(value: String) -> Self {
                $crate::codegen::string_enum::from_string(value)
            }
        }

        impl From<&str> for $ty {
            #[inline]
            fn from(value: &str) -> Self {
                $crate::codegen::string_enum::from_str(value)
            }
        }

        impl ::std::str::FromStr for $ty {
            type Err = ::std::convert::Infallible;

            // `Self::Err` could also be a value of the enumeration.
            #[inline]
            fn from_str(value: &str) -> Result<Self, ::std::convert::Infallible> {
                Ok($crate::codegen::string_enum::from_str(value))
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

        impl ::std::cmp::PartialOrd for $ty {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<::std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl ::std::cmp::Ord for $ty {
            #[inline]
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                $crate::codegen::string_enum::cmp(self, other)
            }
        }

        impl ::std::convert::AsRef<str> for $ty {
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

        $crate::codegen::serialize!($ty);

        $crate::codegen::deserialize!($ty);
    };
}
#[doc(hidden)]
pub use __string_enum as string_enum;
