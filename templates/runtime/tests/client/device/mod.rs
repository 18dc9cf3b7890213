//! Signing in a device: how the rules of polling are kept, and the habits of providers.

mod codes;
mod issuer;
mod polling;
mod providers;
mod qr;
mod start;
pub mod support;
mod tokens;
