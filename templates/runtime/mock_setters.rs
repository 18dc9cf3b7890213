//! What sets the fields of models that answers alone have, for mocks.

/// A setter for each field: its name, the field, what it takes, and what becomes the field's value.
macro_rules! mock_setters {
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

pub(crate) use mock_setters;
