//! The device login: polling, discovery, and the deviations of providers.

mod codes;
mod issuer;
mod polling;
mod providers;
mod qr;
mod start;
mod strangers;
pub mod support;
mod tokens;
