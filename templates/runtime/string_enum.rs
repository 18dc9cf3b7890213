//! Strings from a list: `string_enum!`.

/// Makes an enum a string of the wire: `string_enum!(Type: Unknown { "name" => Variant, })`.
///
/// `Unknown(String)` holds a string that the list doesn't have.
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

            #[inline]
            fn named(value: &str) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl From<String> for $ty {
            #[inline]
            fn from(value: String) -> Self {
                Self::named(&value).unwrap_or(Self::$unknown(value))
            }
        }

        impl From<&str> for $ty {
            #[inline]
            fn from(value: &str) -> Self {
                Self::named(value).unwrap_or_else(|| Self::$unknown(value.to_owned()))
            }
        }

        impl ::std::str::FromStr for $ty {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl AsRef<str> for $ty {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::runtime::scalar::FromScalar for $ty {
            const EXPECTED: &'static str = "a string";

            #[inline]
            fn from_scalar(scalar: $crate::runtime::scalar::Scalar<'_>) -> Option<Self> {
                match scalar {
                    $crate::runtime::scalar::Scalar::Text(text) => {
                        Some(Self::named(&text).unwrap_or_else(|| Self::$unknown(text.into_owned())))
                    }
                    _ => None,
                }
            }

            fn fit_scalar(scalar: $crate::runtime::scalar::Scalar<'_>) -> Option<u32> {
                match scalar {
                    $crate::runtime::scalar::Scalar::Text(text) => {
                        Some(if Self::named(&text).is_some() { 8 } else { 0 })
                    }
                    _ => None,
                }
            }
        }

        $crate::runtime::scalar::scalar_wire!($ty, Self::$unknown(String::new()));

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
                $crate::runtime::scalar::decode(from)
            }
        }
    };
}
pub(crate) use string_enum;
