//! Models: the macros that generated types are built from, and the code behind them.

pub(crate) mod integer_enum;
pub(crate) mod mock_setters;
pub(crate) mod number_enum;
pub mod object;
pub mod property;
pub mod redacted;
pub mod string_enum;
pub mod tagged_union;
pub mod union;
pub mod untagged_union;
