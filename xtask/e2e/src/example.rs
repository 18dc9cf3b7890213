//! The example `device_login` as a person at the device runs it.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::told;

/// A run of the example that has told the person where to go.
#[derive(Debug)]
pub struct Example {
    child: Child,
    output: BufReader<ChildStdout>,
    /// What it said so far.
    said: String,
    /// The address that it shows.
    pub uri: String,
    /// The code that it shows.
    pub code: String,
}

impl Example {
    /// Starts it and reads up to the code.
    ///
    /// # Panics
    ///
    /// If it ends before.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(told("E2E_EXAMPLE"));
        // What this machine's user has set for real logins.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("TWILIO_") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let output = child.stdout.take().expect("a pipe");
        let mut example = Self {
            child,
            output: BufReader::new(output),
            said: String::new(),
            uri: String::new(),
            code: String::new(),
        };
        example.uri = example.shown_after("open this address");
        example.code = example.shown_after("enter this code");
        example
    }

    /// The next line that is set apart, after one with this text.
    fn shown_after(&mut self, text: &str) -> String {
        while !self.line().contains(text) {}
        loop {
            let line = self.line();
            if let Some(shown) = line.strip_prefix("    ") {
                return shown.trim().to_owned();
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let length = self.output.read_line(&mut line).expect("text");
        self.said += &line;
        assert_ne!(length, 0, "the example ends after:\n{}", self.said);
        line
    }

    /// Waits for its end: whether it succeeded, and all that it said, errors last.
    ///
    /// # Panics
    ///
    /// If what it says isn't text.
    #[must_use]
    pub fn end(mut self) -> (bool, String) {
        self.output.read_to_string(&mut self.said).expect("text");
        let mut errors = self.child.stderr.take().expect("a pipe");
        errors.read_to_string(&mut self.said).expect("text");
        let status = self.child.wait().expect("it ended");
        (status.success(), self.said.clone())
    }
}

/// A run that isn't waited for ends with its test.
impl Drop for Example {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
