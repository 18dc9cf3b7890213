//! The example `device_login`: the responses of its authorization server byte for byte, whole logins of
//! the client at it, and its command line.

#[path = "../../examples/device_login/args.rs"]
mod args;
mod command;
mod login;
mod pages;
mod polling;
mod protocol;
#[path = "../../examples/device_login/screen.rs"]
mod screen;
#[path = "../../examples/device_login/server/mod.rs"]
mod server;
mod support;
