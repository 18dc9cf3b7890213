//! Whole numbers from a list: `integer_enum!`.

/// Makes an enum a number of the wire: `integer_enum!(Type: Unknown { 1 => Variant, })`.
///
/// `Unknown(i64)` holds a number that the list doesn't have.
macro_rules! integer_enum {
    ($ty:ident: $unknown:ident { $($value:literal => $variant:ident),* $(,)? }) => {
        impl $ty {
            /// The value as it stands on the wire.
            #[inline]
            #[must_use]
            pub fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => *value,
                }
            }
        }

        impl From<i64> for $ty {
            #[inline]
            fn from(value: i64) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::$unknown(value),
                }
            }
        }

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        impl $crate::runtime::scalar::FromScalar for $ty {
            const EXPECTED: &'static str = <i64 as $crate::runtime::scalar::FromScalar>::EXPECTED;

            #[inline]
            fn blank() -> Self {
                Self::$unknown(0)
            }

            #[inline]
            fn from_scalar(scalar: $crate::runtime::scalar::Scalar<'_>) -> Option<Self> {
                i64::from_scalar(scalar).map(Self::from)
            }

            fn fit_scalar(scalar: $crate::runtime::scalar::Scalar<'_>) -> Option<u32> {
                match Self::from_scalar(scalar)? {
                    Self::$unknown(_) => Some(0),
                    _ => Some(8),
                }
            }
        }

        $crate::runtime::scalar::scalar_wire!($ty);

        impl $crate::runtime::wire::Encode for $ty {
            #[inline]
            fn encode<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_i64(self.as_i64())
            }
        }

        impl ::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_i64(self.as_i64())
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
pub(crate) use integer_enum;
