//! Signs in with a browser or like a device, and stores the session.
//!
//! ```sh
//! cargo run -p twilio-oauth --example sign_in
//! ```
//!
//! needs no account: the program starts an authorization server on 127.0.0.1, and you approve its page.
//! The second start needs no sign-in, and `-- --logout` ends the session. With `--features keyring`, the
//! session is in the keyring of the operating system.

mod args;
mod run;
#[path = "../device_login/server/mod.rs"]
mod server;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Args;

#[tokio::main]
async fn main() -> ExitCode {
    match run::run(&Args::parse(), |line| println!("{line}")).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
