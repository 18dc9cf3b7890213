//! Server processes that run during the tests.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use wiretrue_cli::report::{Refusal, Report, shown};
use wiretrue_contract::install::{failed, print_tail};

/// The time limit for a server to print its address.
const START_TIMEOUT: Duration = Duration::from_secs(300);
/// The time limit for a server to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// A process that prints its address as the first line and ends when its standard input does, so that
/// it ends even if this task is killed.
pub struct Server {
    name: &'static str,
    /// The environment variable with its address, for the tests.
    variable: &'static str,
    child: Child,
    input: Option<ChildStdin>,
    first_line: Receiver<String>,
    address: String,
    log: PathBuf,
}

impl Server {
    pub fn spawn(
        name: &'static str,
        variable: &'static str,
        mut command: Command,
        log: PathBuf,
    ) -> Result<Self, Refusal> {
        let errors = File::create(&log).map_err(|error| failed("write", &log, &error))?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|error| Refusal::new(format!("can't start {name}: {error}"), ""))?;
        let input = child.stdin.take();
        let (tell, first_line) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    // Only the first line is needed; the others are read to drain the pipe.
                    let _ = tell.send(line);
                }
            });
        }
        Ok(Self {
            name,
            variable,
            child,
            input,
            first_line,
            address: String::new(),
            log,
        })
    }

    fn wait_for_address(&mut self, report: Report) -> Result<(), Refusal> {
        match self.first_line.recv_timeout(START_TIMEOUT) {
            Ok(line) if line.starts_with("http://127.0.0.1:") => {
                self.address = line;
                Ok(())
            }
            outcome => {
                let reason = match outcome {
                    Ok(line) => format!("it printed {line}"),
                    Err(_) => "it printed no address".to_owned(),
                };
                print_tail(&self.log, &report);
                let message = format!("{} failed to start: {reason}", self.name);
                let help = format!("its log is {}", shown(&self.log).display());
                Err(Refusal::new(message, help))
            }
        }
    }

    /// Waits for the process to end, and kills it after a time limit.
    fn reap(&mut self) {
        let end = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < end {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                Ok(Some(_)) => return,
                Err(_) => break,
            }
        }
        // It may have ended meanwhile.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Running servers. They stop when this value is dropped.
#[derive(Default)]
pub struct Servers(Vec<Server>);

impl Servers {
    pub fn add(&mut self, server: Server) {
        self.0.push(server);
    }

    pub fn wait_for_addresses(&mut self, report: Report) -> Result<(), Refusal> {
        for server in &mut self.0 {
            server.wait_for_address(report)?;
            report.status(
                "Started",
                format_args!("{} at {}", server.name, server.address),
            );
        }
        Ok(())
    }

    /// Returns the environment variables with the addresses, for the tests.
    pub fn addresses(&self) -> Vec<(&'static str, &str)> {
        let servers = self.0.iter();
        servers
            .map(|server| (server.variable, server.address.as_str()))
            .collect()
    }

    /// Stops all servers.
    pub fn stop(self) {}
}

impl Drop for Servers {
    fn drop(&mut self) {
        for server in &mut self.0 {
            server.input = None;
        }
        for server in &mut self.0 {
            server.reap();
        }
    }
}
