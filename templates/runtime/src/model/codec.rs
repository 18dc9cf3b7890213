//! What the macros of models share: the directions of a type, and serde's traits.

/// Implements a type in the directions that it is used in: `by_direction!(union decode encode …)`
/// calls `union!(@common …)`, `union!(@decode …)` and `union!(@encode …)`.
///
/// The directions are `decode`, `encode`, `decode encode`, and `decode mock` for a type that only mocks
/// write.
#[doc(hidden)]
#[macro_export]
macro_rules! __by_direction {
    ($macro:ident decode encode $($body:tt)*) => {
        $crate::codegen::$macro!(@common $($body)*);
        $crate::codegen::$macro!(@decode $($body)*);
        $crate::codegen::$macro!(@encode $($body)*);
    };
    ($macro:ident decode mock $($body:tt)*) => {
        $crate::codegen::$macro!(@common $($body)*);
        $crate::codegen::$macro!(@decode $($body)*);
        #[cfg(feature = "mock")]
        $crate::codegen::$macro!(@encode $($body)*);
    };
    ($macro:ident decode $($body:tt)*) => {
        $crate::codegen::$macro!(@common $($body)*);
        $crate::codegen::$macro!(@decode $($body)*);
    };
    ($macro:ident encode $($body:tt)*) => {
        $crate::codegen::$macro!(@common $($body)*);
        $crate::codegen::$macro!(@encode $($body)*);
    };
}
#[doc(hidden)]
pub use __by_direction as by_direction;

/// Implements `serde::Deserialize` for a type that implements `Decode`.
#[doc(hidden)]
#[macro_export]
macro_rules! __deserialize {
    ($ty:ident) => {
        impl<'de> $crate::codegen::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: $crate::codegen::serde::Deserializer<'de>>(
                from: D,
            ) -> Result<Self, D::Error> {
                $crate::codegen::wire::Decode::decode(from)
            }
        }
    };
}
#[doc(hidden)]
pub use __deserialize as deserialize;

/// Implements `serde::Serialize` for a type that implements `Encode`.
#[doc(hidden)]
#[macro_export]
macro_rules! __serialize {
    ($ty:ident) => {
        impl $crate::codegen::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: $crate::codegen::serde::Serializer>(
                &self,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                $crate::codegen::wire::Encode::encode(self, to)
            }
        }
    };
}
#[doc(hidden)]
pub use __serialize as serialize;
