//! What sets the fields of models that answers alone have, for mocks.

/// A setter for each field: its name, the field, what it takes, and what becomes the field's value.
#[doc(hidden)]
#[macro_export]
macro_rules! __mock_setters {
    ($model:ident {
        $($(#[$attribute:meta])* $setter:ident($field:ident: $argument:ty) => $value:expr,)*
    }) => {
        /// For mocks.
        impl $model {
            $(
                /// Sets the field.
                $(#[$attribute])*
                #[inline]
                pub fn $setter(mut self, $field: $argument) -> Self {
                    self.$field = $value;
                    self
                }
            )*
        }
    };
}

#[doc(hidden)]
pub use __mock_setters as mock_setters;
