//! Runs the example `device_login`.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::from_environment;

/// A running example that has printed the verification address.
#[derive(Debug)]
pub struct Example {
    child: Child,
    output: BufReader<ChildStdout>,
    /// Its output so far.
    printed: String,
    /// The verification address.
    pub uri: String,
    /// The user code.
    pub code: String,
}

impl Example {
    /// Starts the example, and reads its output up to the code.
    ///
    /// # Panics
    ///
    /// Panics if the example exits before it prints the code.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(from_environment("E2E_EXAMPLE"));
        // Settings for real logins on this machine must not be used.
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
            printed: String::new(),
            uri: String::new(),
            code: String::new(),
        };
        example.uri = example.shown_after("open this URL");
        example.code = example.shown_after("enter this code");
        example
    }

    /// Returns the first indented line after a line with this text.
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
        self.printed += &line;
        assert_ne!(length, 0, "the example ends after:\n{}", self.printed);
        line
    }

    /// Waits for the example to exit. Returns whether it succeeded, and its output followed by its
    /// errors.
    ///
    /// # Panics
    ///
    /// Panics if the output isn't UTF-8.
    #[must_use]
    pub fn end(mut self) -> (bool, String) {
        self.output.read_to_string(&mut self.printed).expect("text");
        let mut errors = self.child.stderr.take().expect("a pipe");
        errors.read_to_string(&mut self.printed).expect("text");
        let status = self.child.wait().expect("it ended");
        (status.success(), self.printed.clone())
    }
}

/// Kills the example when its test ends.
impl Drop for Example {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
