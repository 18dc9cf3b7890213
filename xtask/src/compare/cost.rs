//! What a command costs.

use std::fmt;
use std::ops::Add;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::report::Refusal;

/// Time of the wall, and the processor time of the process and of those that it waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    pub wall: Duration,
    /// The same as the wall's where the system doesn't tell.
    pub processor: Duration,
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            wall: self.wall + other.wall,
            processor: self.processor + other.processor,
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        write!(f, "{wall:>8.3} s {processor:>8.3} s")
    }
}

/// The least of several rounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Least(Option<Cost>);

impl Least {
    pub fn add(&mut self, cost: Cost) {
        self.0 = Some(self.0.map_or(cost, |least| Cost {
            wall: least.wall.min(cost.wall),
            processor: least.processor.min(cost.processor),
        }));
    }

    pub fn cost(self) -> Cost {
        self.0.unwrap_or_default()
    }
}

/// `0.40`; `–` where there is nothing to divide by.
pub fn ratio(ours: Duration, other: Duration) -> String {
    if other.is_zero() {
        "–".to_owned()
    } else {
        format!("{:.2}", ours.as_secs_f64() / other.as_secs_f64())
    }
}

/// Runs a command, and refuses one that fails.
pub fn measure(command: &mut Command) -> Result<Cost, Refusal> {
    let (begin, before) = (Instant::now(), children_time());
    let output = command.output().map_err(|error| {
        let program = command.get_program().display().to_string();
        Refusal::new(format!("can't run `{program}`: {error}"), "")
    })?;
    let wall = begin.elapsed();
    let processor = match (children_time(), before) {
        (Some(now), Some(before)) => now.saturating_sub(before),
        _ => wall,
    };
    if output.status.success() {
        return Ok(Cost { wall, processor });
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let end: Vec<&str> = said.lines().rev().take(20).collect();
    let end: Vec<&str> = end.into_iter().rev().collect();
    let message = format!(
        "{command:?} failed ({}):\n{}",
        output.status,
        end.join("\n")
    );
    Err(Refusal::new(message, ""))
}

/// The processor time of all processes that this one has waited for.
#[cfg(unix)]
fn children_time() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let micros = |time: nix::sys::time::TimeVal| {
        u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).ok()
    };
    Some(Duration::from_micros(
        micros(usage.user_time())? + micros(usage.system_time())?,
    ))
}

#[cfg(not(unix))]
fn children_time() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_counts_of_each_time() {
        let cost = |wall, processor| Cost {
            wall: Duration::from_millis(wall),
            processor: Duration::from_millis(processor),
        };
        let mut least = Least::default();
        least.add(cost(5, 1));
        least.add(cost(3, 2));
        assert_eq!(least.cost(), cost(3, 1));
        assert_eq!(ratio(least.cost().wall, cost(6, 6).wall), "0.50");
        assert_eq!(ratio(least.cost().wall, Duration::ZERO), "–");
    }

    #[test]
    fn a_command_that_fails_is_no_measurement() {
        let refused = measure(Command::new(env!("CARGO")).arg("--no-such-flag")).unwrap_err();
        assert!(crate::report::plain_lines(&refused).contains("--no-such-flag"));
    }
}
