//! Enumerations of integers: `integer_enum!`.

/// Implements the wire traits and conversions of an enumeration of integers: `integer_enum!(Type:
/// Unknown { 1 => Variant, })`.
///
/// `Unknown(i128)` holds any other integer.
#[doc(hidden)]
#[macro_export]
macro_rules! __integer_enum {
    ($ty:ident: $unknown:ident { $($value:literal => $variant:ident),* $(,)? }) => {
        impl $ty {
            /// Returns the number as it is sent.
            #[inline]
            #[must_use]
            pub fn as_i128(&self) -> i128 {
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
                    _ => Self::$unknown(value.into()),
                }
            }
        }

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.as_i128(), f)
            }
        }

        #[doc(hidden)]
        impl $crate::codegen::scalar::FromScalar for $ty {
            const EXPECTED: &'static str = <i128 as $crate::codegen::scalar::FromScalar>::EXPECTED;
            const IS_WIDE: bool = true;

            #[inline]
            fn placeholder() -> Self {
                Self::$unknown(0)
            }

            #[inline]
            fn from_scalar(scalar: $crate::codegen::scalar::Scalar<'_>) -> Option<Self> {
                let value = i128::from_scalar(scalar)?;
                Some(i64::try_from(value).map_or(Self::$unknown(value), Self::from))
            }

            #[inline]
            fn found(scalar: &$crate::codegen::scalar::Scalar<'_>) -> &'static str {
                <i128 as $crate::codegen::scalar::FromScalar>::found(scalar)
            }

            fn scalar_fit(scalar: $crate::codegen::scalar::Scalar<'_>) -> Option<$crate::codegen::Fit> {
                let is_quoted = matches!(scalar, $crate::codegen::scalar::Scalar::String(_));
                match Self::from_scalar(scalar)? {
                    _ if is_quoted => Some($crate::codegen::Fit::DEVIATING),
                    Self::$unknown(_) => Some($crate::codegen::Fit::DEVIATING),
                    _ => Some($crate::codegen::Fit::LISTED),
                }
            }
        }

        $crate::codegen::scalar_wire!($ty);

        impl $crate::codegen::wire::Encode for $ty {
            #[inline]
            fn encode<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::codegen::wire::Encode::encode(&self.as_i128(), to)
            }
        }

        $crate::codegen::serialize!($ty);

        $crate::codegen::deserialize!($ty);
    };
}
#[doc(hidden)]
pub use __integer_enum as integer_enum;
