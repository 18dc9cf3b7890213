//! Measures what a command costs.

use std::fmt;
use std::ops::Add;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use wiretrue_cli::report::Refusal;

/// Wall time, and the processor time of a process and of the processes that it waited for.
///
/// On systems that don't report processor time, `user` is the wall time and `system` is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    pub wall: Duration,
    pub user: Duration,
    pub system: Duration,
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            wall: self.wall + other.wall,
            user: self.user + other.user,
            system: self.system + other.system,
        }
    }
}

impl fmt::Display for Cost {
    /// Writes `0.444 s (0.561 s)`: user time, then wall time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, wall) = (self.user.as_secs_f64(), self.wall.as_secs_f64());
        write!(f, "{user:.3} s ({wall:.3} s)")
    }
}

/// The least of several measurements, of each time separately.
#[derive(Clone, Copy, Debug, Default)]
pub struct Minimum(Option<Cost>);

impl Minimum {
    pub fn add(&mut self, cost: Cost) {
        self.0 = Some(self.0.map_or(cost, |least| Cost {
            wall: least.wall.min(cost.wall),
            user: least.user.min(cost.user),
            system: least.system.min(cost.system),
        }));
    }

    /// Returns `None` if nothing was measured.
    pub fn cost(self) -> Option<Cost> {
        self.0
    }
}

/// Formats the ratio of two times, such as `0.40`; `–` if the divisor is zero.
pub fn ratio(ours: Duration, other: Duration) -> String {
    if other.is_zero() {
        "–".to_owned()
    } else {
        format!("{:.2}", ours.as_secs_f64() / other.as_secs_f64())
    }
}

/// Runs a command and returns its cost.
///
/// # Errors
///
/// Fails if the command can't be run or doesn't exit with 0.
pub fn measure(command: &mut Command) -> Result<Cost, Refusal> {
    let (cost, output) = run(command)?;
    if output.status.success() {
        return Ok(cost);
    }
    Err(failure(command, &output))
}

/// Runs a command and returns its cost and its output, even if it doesn't exit with 0.
///
/// # Errors
///
/// Fails if the command can't be run.
pub fn run(command: &mut Command) -> Result<(Cost, Output), Refusal> {
    let (begin, before) = (Instant::now(), children_time());
    let output = command.output().map_err(|error| {
        let program = command.get_program().display().to_string();
        Refusal::new(format!("can't run `{program}`: {error}"), "")
    })?;
    let wall = begin.elapsed();
    let (user, system) = match (children_time(), before) {
        (Some(now), Some(before)) => (
            now.0.saturating_sub(before.0),
            now.1.saturating_sub(before.1),
        ),
        _ => (wall, Duration::ZERO),
    };
    Ok((Cost { wall, user, system }, output))
}

/// Returns the first error that a failed command printed, or else its last line.
pub fn cause(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let mut lines = stderr.lines().filter(|line| !line.trim().is_empty());
    let error = lines.clone().find(|line| line.starts_with("error"));
    error
        .or(lines.next_back())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// Describes a failed command.
pub fn failure(command: &Command, output: &Output) -> Refusal {
    let (status, cause) = (output.status, cause(output));
    let arguments = command.get_args().map(|it| it.to_string_lossy());
    let line: Vec<_> = std::iter::once(command.get_program().to_string_lossy())
        .chain(arguments)
        .collect();
    let help = command
        .get_current_dir()
        .map_or_else(String::new, |folder| {
            format!("run the command in {} to see all errors", folder.display())
        });
    Refusal::new(
        format!("`{}` failed ({status}): {cause}", line.join(" ")),
        help,
    )
}

/// Returns the user and system time of all child processes that this process has waited for.
#[cfg(unix)]
fn children_time() -> Option<(Duration, Duration)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let duration = |time: TimeVal| {
        let micros = u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).ok()?;
        Some(Duration::from_micros(micros))
    };
    Some((duration(usage.user_time())?, duration(usage.system_time())?))
}

#[cfg(not(unix))]
fn children_time() -> Option<(Duration, Duration)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_is_taken_of_each_time() {
        let cost = |wall, user| Cost {
            wall: Duration::from_millis(wall),
            user: Duration::from_millis(user),
            system: Duration::ZERO,
        };
        let mut least = Minimum::default();
        assert_eq!(least.cost(), None);
        least.add(cost(5, 1));
        least.add(cost(3, 2));
        assert_eq!(least.cost(), Some(cost(3, 1)));
        assert_eq!(ratio(cost(3, 1).wall, cost(6, 6).wall), "0.50");
        assert_eq!(ratio(cost(3, 1).wall, Duration::ZERO), "–");
    }

    #[test]
    fn a_command_that_fails_is_an_error() {
        let refused = measure(Command::new(env!("CARGO")).arg("--no-such-flag")).unwrap_err();
        assert!(format!("{refused:?}").contains("--no-such-flag"));
    }
}
