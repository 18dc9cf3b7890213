//! The task `worker`: runs jobs for a [`Pool`](crate::pool::Pool).

use std::io::{self, BufRead as _, Write as _};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::cli::Worker;
use crate::pool::{JobResult, processor_time};
use crate::trial::{self, Verdict};
use crate::{corpus, fuzz};
use wiretrue_cli::Outcome;
use wiretrue_cli::report::Refusal;

/// Runs the job of each line of standard input, and writes its result as a line to standard output.
pub fn run(args: &Worker) -> Result<Outcome, Refusal> {
    trial::collect_panics();
    match args.mutate {
        Some(seed) => {
            let originals = fuzz::Originals::read(&args.folders)?;
            run_all(|index: u64| fuzz::examine(&originals, seed, index))
        }
        None => run_all(|job: corpus::Job| corpus::examine(&job)),
    }
}

fn run_all<J: DeserializeOwned>(examine: impl Fn(J) -> Verdict) -> Result<Outcome, Refusal> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let job: J = serde_json::from_str(&line?).map_err(io::Error::from)?;
        let (begin, used_before) = (Instant::now(), own_time());
        let verdict = examine(job);
        let used = match (own_time(), used_before) {
            (Some(now), Some(before)) => now.saturating_sub(before),
            _ => begin.elapsed(),
        };
        let result = JobResult {
            verdict,
            seconds: used.as_secs_f64(),
        };
        let line = serde_json::to_string(&result).map_err(io::Error::from)?;
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    Ok(Outcome::Fine)
}

/// Returns the processor time of this process, if the system reports it.
fn own_time() -> Option<Duration> {
    processor_time("/proc/self/stat")
}
