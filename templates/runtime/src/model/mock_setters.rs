//! Setters of models that only responses contain, for mocks.

/// Implements setters. Each entry has the setter's name, the field, the argument's type unless the
/// property has only one value, and the field's new value.
#[doc(hidden)]
#[macro_export]
macro_rules! __mock_setters {
    ($model:ident {
        $($(#[$attribute:meta])* $setter:ident($field:ident $(: $argument:ty)?) => $value:expr,)*
    }) => {
        /// Available with the feature `mock`, to create responses in tests.
        impl $model {
            $(
                /// Sets the field.
                $(#[$attribute])*
                #[inline]
                pub fn $setter(mut self $(, $field: $argument)?) -> Self {
                    self.$field = $value;
                    self
                }
            )*
        }
    };
}

#[doc(hidden)]
pub use __mock_setters as mock_setters;
