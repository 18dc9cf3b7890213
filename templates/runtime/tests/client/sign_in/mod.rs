//! Signing a user in: with a browser on this machine, or with a device login.

mod blocking;
mod browser;
mod choice;
mod errors;
mod id_tokens;
mod requests;
mod revocation;
mod secrets;
mod support;
