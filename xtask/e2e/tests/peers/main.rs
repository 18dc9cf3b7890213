//! The generated clients against servers that others wrote: `cargo xtask e2e` starts them and runs
//! this.
//!
//! A scenario is written once, in a module that is mounted for each client. It asserts on what the
//! server logged, and never on how long something took at most.

mod auth0;
mod browser;
mod prism;
mod twilio;
