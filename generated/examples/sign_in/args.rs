//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Signs in, stores the session, and makes a call.
///
/// No account is needed: the program starts an authorization server on 127.0.0.1, and you approve or
/// deny the sign-in on its page. The next start uses the stored session.
#[derive(Clone, Debug, Parser)]
#[command(name = "sign_in", version)]
pub struct Args {
    /// End the stored session: revoke its tokens and delete them.
    #[arg(long)]
    pub logout: bool,

    /// Sign in with a browser on this machine, even if there seems to be none.
    #[arg(long, conflicts_with = "device")]
    pub browser: bool,

    /// Sign in like a device, with a code.
    #[arg(long)]
    pub device: bool,

    /// Only print the URL instead of opening a browser.
    #[arg(long)]
    pub no_open: bool,

    /// Show which requests the server receives.
    #[arg(long)]
    pub verbose: bool,

    /// Store the session in this folder, in place of the keyring or the usual folder.
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}
