//! Enumerations of numbers that aren't all integers: `number_enum!`.

/// Implements the wire traits and conversions of a newtype of `f64`: `number_enum!(Type);`.
///
/// The newtype holds any number, whether the document lists it or not.
#[doc(hidden)]
#[macro_export]
macro_rules! __number_enum {
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

        #[doc(hidden)]
        impl $crate::codegen::scalar::FromScalar for $ty {
            const EXPECTED: &'static str = <f64 as $crate::codegen::scalar::FromScalar>::EXPECTED;

            #[inline]
            fn placeholder() -> Self {
                Self(0.0)
            }

            #[inline]
            fn from_scalar(scalar: $crate::codegen::scalar::Scalar<'_>) -> Option<Self> {
                f64::from_scalar(scalar).map(Self)
            }

            fn scalar_fit(
                scalar: $crate::codegen::scalar::Scalar<'_>,
            ) -> Option<$crate::codegen::Fit> {
                f64::scalar_fit(scalar)
            }
        }

        $crate::codegen::scalar_wire!($ty);

        impl $crate::codegen::wire::Encode for $ty {
            #[inline]
            fn encode<S: $crate::codegen::serde::Serializer>(
                &self,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                $crate::codegen::wire::Encode::encode(&self.0, to)
            }
        }

        $crate::codegen::serialize!($ty);

        $crate::codegen::deserialize!($ty);
    };
}
#[doc(hidden)]
pub use __number_enum as number_enum;
