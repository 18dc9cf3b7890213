//! The errors of a test, and how it reports what it does.

use std::fmt;
use std::io;

/// The error of a test that can't run.
#[derive(Debug)]
pub struct Error {
    /// One sentence without a full stop.
    pub message: String,
    /// What to do about it. May be empty.
    pub help: String,
}

impl Error {
    /// Creates an error from its message and what to do about it.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string(), "")
    }
}

/// Receives what a test does, as lines of a verb and its object.
pub trait Progress {
    /// Reports a step.
    fn status(&self, verb: &str, what: fmt::Arguments<'_>);

    /// Reports a failure.
    fn failure(&self, verb: &str, what: fmt::Arguments<'_>);
}
