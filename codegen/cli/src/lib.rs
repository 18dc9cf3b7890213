//! The commands that generate, check and test client crates.

pub mod args;
pub mod command;
pub mod contract;
mod documents;
mod fallbacks;
pub mod generate;
pub mod manifest;
pub mod new;
pub mod project;
pub mod remote;
pub mod report;

/// How a command ended, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The command succeeded.
    Fine,
    /// A check found a difference or a failure.
    Drift,
    /// A document was refused, or the command can't run.
    Refused,
}

impl Outcome {
    /// Returns the exit code of a program whose command ended so.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Fine => 0,
            Outcome::Drift => 1,
            Outcome::Refused => 2,
        }
    }
}
