//! Sessions that survive the program, and that several processes share.

mod failures;
#[cfg(unix)]
mod files;
mod pending;
mod processes;
mod sessions;
pub mod support;
