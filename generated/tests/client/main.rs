//! What the client sends, byte for byte, and what it makes of the answers.
//!
//! Nothing is mocked: each test runs a server of its own on this machine.

mod configuration;
mod device_login;
mod errors;
mod models;
mod requests;
mod session;
mod support;
