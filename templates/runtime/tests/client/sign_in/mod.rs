//! Signing a user in: with a browser on this machine, or with a device login.

mod browser;
mod errors;
mod requests;
mod support;
