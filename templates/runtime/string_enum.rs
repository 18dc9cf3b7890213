//! Strings from a list: `string_enum!`.

use crate::runtime::scalar::{FromScalar, Scalar};

/// A string from a list, or one that the list doesn't have.
pub trait StringEnum: Sized {
    /// The value of this string, if the list has it.
    fn named(value: &str) -> Option<Self>;

    /// The value of a string that the list doesn't have.
    fn unknown(value: String) -> Self;

    /// The value of a string.
    #[inline]
    fn of(value: String) -> Self {
        Self::named(&value).unwrap_or_else(|| Self::unknown(value))
    }

    /// The value of a string.
    #[inline]
    fn of_str(value: &str) -> Self {
        Self::named(value).unwrap_or_else(|| Self::unknown(value.to_owned()))
    }
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
/// strings, so that one is equal to what is read from its string, however it was made.
macro_rules! string_enum {
    ($ty:ident: $unknown:ident { $($value:literal => $variant:ident),* $(,)? }) => {
        impl $ty {
            /// The value as it stands on the wire.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => value,
                }
            }
        }

        impl $crate::runtime::string_enum::StringEnum for $ty {
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

        $crate::runtime::scalar::scalar_wire!($ty);

        impl From<String> for $ty {
            #[inline]
            fn from(value: String) -> Self {
                $crate::runtime::string_enum::StringEnum::of(value)
            }
        }

        impl From<&str> for $ty {
            #[inline]
            fn from(value: &str) -> Self {
                $crate::runtime::string_enum::StringEnum::of_str(value)
            }
        }

        impl ::std::str::FromStr for $ty {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl PartialEq for $ty {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $ty {}

        impl ::std::hash::Hash for $ty {
            #[inline]
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
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
                self.as_str().cmp(other.as_str())
            }
        }

        impl AsRef<str> for $ty {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::runtime::wire::Encode for $ty {
            #[inline]
            fn encode<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::runtime::wire::Decode::decode(from)
            }
        }
    };
}
pub(crate) use string_enum;
