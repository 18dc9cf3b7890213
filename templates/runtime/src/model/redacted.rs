//! `Debug` that redacts sensitive fields: `redacted_debug!`.

use std::fmt;

use crate::wire::Wire;

/// Prints `[redacted]` in place of a value; `None` stays `None`.
pub struct Redacted<'a, T>(pub &'a T);

impl<T: Wire> fmt::Debug for Redacted<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_none() {
            "None"
        } else {
            "[redacted]"
        })
    }
}

/// Implements `Debug` for a struct, redacting the fields marked `hidden`: `redacted_debug!(Type {
/// token: hidden, name: shown });`
#[doc(hidden)]
#[macro_export]
macro_rules! __redacted_debug {
    ($ty:ident { $($field:ident: $how:ident),* $(,)? }) => {
        impl ::std::fmt::Debug for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($ty))
                    $(.field(
                        stringify!($field),
                        $crate::codegen::redacted_debug!(@$how &self.$field),
                    ))*
                    .finish()
            }
        }
    };
    (@hidden $value:expr) => { &$crate::codegen::redacted::Redacted($value) };
    (@shown $value:expr) => { $value };
}
#[doc(hidden)]
pub use __redacted_debug as redacted_debug;
