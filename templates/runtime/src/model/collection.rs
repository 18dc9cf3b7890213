//! Models that are a list or map of themselves: `collection!`.

use serde::de::Deserializer;
use serde_json::Value;

use crate::wire::fit::{Fit, Matcher};
use crate::wire::mismatch::Mismatch;
use crate::wire::{Decode, DecodeAs, Wire};

/// A newtype of a list or map.
pub trait Collection: Wire + From<Self::Inner> {
    /// The list or map.
    type Inner;
}

/// Decodes the list or map inside a [`Collection`].
pub struct AsCollection;

impl<T: Collection> DecodeAs<T> for AsCollection
where
    T::Inner: Decode,
{
    #[inline]
    fn placeholder() -> T {
        T::from(T::Inner::placeholder())
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::Inner::decode(deserializer).map(T::from)
    }

    #[inline]
    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<T, Mismatch> {
        T::Inner::from_value(value, matcher).map(T::from)
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        T::Inner::fit(value, matcher)
    }
}

/// Implements the wire traits and conversions of a newtype of a list or map: `collection!(decode
/// encode Type(Vec<Type>));`.
///
/// The directions are those of `model!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __collection {
    (decode $($collection:tt)*) => {
        $crate::codegen::by_direction!(collection decode $($collection)*);
    };
    (encode $($collection:tt)*) => {
        $crate::codegen::by_direction!(collection encode $($collection)*);
    };
    (@common $ty:ident($inner:ty)) => {
        #[doc(hidden)]
        impl $crate::codegen::wire::Wire for $ty {}

        #[doc(hidden)]
        impl $crate::codegen::collection::Collection for $ty {
            type Inner = $inner;
        }

        impl ::std::ops::Deref for $ty {
            type Target = $inner;

            #[inline]
            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl ::std::ops::DerefMut for $ty {
            #[inline]
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.0
            }
        }

        impl From<$inner> for $ty {
            #[inline]
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl From<$ty> for $inner {
            #[inline]
            fn from(value: $ty) -> Self {
                value.0
            }
        }

        // The type may have the name of any parameter of an `impl`, so this has none.
        impl ::std::iter::FromIterator<<$inner as IntoIterator>::Item> for $ty {
            #[inline]
            fn from_iter<I: IntoIterator<Item = <$inner as IntoIterator>::Item>>(
                items: I,
            ) -> Self {
                Self(items.into_iter().collect())
            }
        }

        impl IntoIterator for $ty {
            type Item = <$inner as IntoIterator>::Item;
            type IntoIter = <$inner as IntoIterator>::IntoIter;

            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'a> IntoIterator for &'a $ty {
            type Item = <&'a $inner as IntoIterator>::Item;
            type IntoIter = <&'a $inner as IntoIterator>::IntoIter;

            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                (&self.0).into_iter()
            }
        }
    };
    (@decode $ty:ident($inner:ty)) => {
        #[doc(hidden)]
        impl $crate::codegen::wire::DecodeWith for $ty {
            type Strategy = $crate::codegen::collection::AsCollection;
        }

        $crate::codegen::deserialize!($ty);
    };
    (@encode $ty:ident($inner:ty)) => {
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
    };
}
#[doc(hidden)]
pub use __collection as collection;
