//! Tests of the generated clients against third-party servers. `cargo xtask e2e` starts the servers and
//! runs the tests.
//!
//! Each scenario is written once, in a module that is included for each client. The tests check the log
//! of the server, and never require that something finishes within a time limit.

mod auth0;
mod browser;
#[cfg(target_os = "linux")]
mod keyring;
mod prism;
mod sign_in;
mod twilio;
mod webhooks;
