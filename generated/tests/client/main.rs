//! What the client sends, byte for byte, and how it reads responses.
//!
//! Nothing is mocked: each test runs its own server on this machine.

mod configuration;
mod device_login;
mod errors;
mod models;
mod requests;
mod session;
mod sign_in;
mod support;
