//! The macros that implement models, enumerations and unions, and the code behind them.

pub(crate) mod codec;
pub mod collection;
pub(crate) mod constant;
pub(crate) mod integer_enum;
pub(crate) mod mock_setters;
#[cfg(feature = "name-patterns")]
pub(crate) mod name_pattern;
pub(crate) mod number_enum;
pub mod object;
pub(crate) mod object_macro;
pub mod property;
pub mod redacted;
pub mod string_enum;
pub mod union;
