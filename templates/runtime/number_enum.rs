//! Numbers from a list that aren't all whole: `number_enum!`.

/// Makes a newtype of `f64` a number of the wire: `number_enum!(Type);`.
///
/// It holds a number that the list doesn't have as well as one that it has.
macro_rules! number_enum {
    ($ty:ident) => {
        impl From<f64> for $ty {
            #[inline]
            fn from(value: f64) -> Self {
                Self(value)
            }
        }

        impl From<$ty> for f64 {
            #[inline]
            fn from(value: $ty) -> Self {
                value.0
            }
        }

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::runtime::scalar::FromScalar for $ty {
            const EXPECTED: &'static str = <f64 as $crate::runtime::scalar::FromScalar>::EXPECTED;

            #[inline]
            fn blank() -> Self {
                Self(0.0)
            }

            #[inline]
            fn from_scalar(scalar: $crate::runtime::scalar::Scalar<'_>) -> Option<Self> {
                f64::from_scalar(scalar).map(Self)
            }

            fn fit_scalar(scalar: $crate::runtime::scalar::Scalar<'_>) -> Option<u32> {
                f64::fit_scalar(scalar)
            }
        }

        $crate::runtime::scalar::scalar_wire!($ty);

        impl $crate::runtime::wire::Encode for $ty {
            #[inline]
            fn encode<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::runtime::wire::Encode::encode(&self.0, to)
            }
        }

        impl ::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::runtime::wire::Encode::encode(&self.0, to)
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
pub(crate) use number_enum;
