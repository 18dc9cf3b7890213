//! What the user has to do to sign in.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use crate::error::message::one_line;
#[cfg(feature = "device-login")]
use crate::oauth::device::DeviceLogin;

/// What the user has to do to sign in.
///
/// `Display` prints instructions, each on a line.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInPrompt<'a> {
    /// Open a URL in a browser on this machine.
    Browser(&'a BrowserPrompt),
    /// Open a URL on any device, and enter a code.
    #[cfg(feature = "device-login")]
    Device(&'a DeviceLogin),
}

/// The URL at which the user signs in.
///
/// The URL is valid for this sign-in only. `Debug` doesn't print it.
pub struct BrowserPrompt {
    pub(crate) url: String,
    pub(crate) opens: bool,
}

impl BrowserPrompt {
    /// Returns the URL. The browser has to run on this machine, to which the server redirects it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns whether the client opens the URL as soon as the callback has returned.
    #[must_use]
    pub fn opens_browser(&self) -> bool {
        self.opens
    }
}

impl fmt::Debug for BrowserPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserPrompt")
            .field("opens", &self.opens)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for SignInPrompt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser(prompt) if prompt.opens => write!(
                f,
                "Sign in with the browser that opens. If none does, open this URL in one on this \
                 machine:\n{}",
                prompt.url
            ),
            Self::Browser(prompt) => write!(
                f,
                "To sign in, open this URL in a browser on this machine:\n{}",
                prompt.url
            ),
            // The texts of the server are untrusted: a terminal obeys control characters.
            #[cfg(feature = "device-login")]
            Self::Device(login) => write!(
                f,
                "To sign in, open this page on any device:\n{}\nand enter the code: {}",
                one_line(login.verification_uri()).unwrap_or_default(),
                one_line(login.user_code().as_str()).unwrap_or_default()
            ),
        }
    }
}

/// A callback that shows a prompt.
pub(crate) type PromptCallback = Arc<dyn Fn(&SignInPrompt<'_>) + Send + Sync>;

/// Shows the prompt with the callback, or else prints it to the standard error.
pub(crate) fn show(prompt: &SignInPrompt<'_>, callback: Option<&PromptCallback>) {
    match callback {
        Some(callback) => callback(prompt),
        // A closed standard error is no reason to fail.
        None => drop(writeln!(io::stderr(), "{prompt}")),
    }
}
