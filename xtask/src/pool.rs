//! A pool of worker processes, each of which examines one document at a time.
//!
//! A stack overflow ends the process, and only killing the process ends an endless loop. Therefore
//! documents are examined in processes of their own: this program with the task `worker`. A job is sent
//! to a worker as a line of JSON, and the worker returns its result as one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::trial::Verdict;
use wiretrue_cli::report::Refusal;

/// The interval at which the limits of a worker are checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Starts worker processes and distributes jobs.
#[derive(Clone, Debug)]
pub struct Pool {
    /// The number of worker processes.
    pub workers: usize,
    program: PathBuf,
    arguments: Vec<String>,
    limits: Limits,
}

/// The limits of one job.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Processor time, which is independent of other load on the machine.
    pub time: Duration,
    /// The memory of the worker process, in bytes.
    pub memory: u64,
}

/// The result of a job: a verdict, and the processor time that it took.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct JobResult {
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Processor time in seconds.
    pub seconds: f64,
}

impl Pool {
    /// Creates a pool with one worker per core. Each runs the task `worker` with these arguments.
    pub fn new(arguments: Vec<String>, limits: Limits) -> Result<Self, Refusal> {
        Ok(Self {
            workers: thread::available_parallelism().map_or(1, usize::from),
            program: std::env::current_exe()?,
            arguments: [vec!["worker".to_owned()], arguments].concat(),
            limits,
        })
    }

    /// Runs all jobs, and calls `done` with each result as it arrives.
    ///
    /// # Errors
    ///
    /// Fails if a worker can't be started or its output can't be read.
    pub fn run<J: Serialize + Send>(
        &self,
        jobs: impl Iterator<Item = J> + Send,
        mut done: impl FnMut(J, JobResult),
    ) -> Result<(), Refusal> {
        let jobs = Mutex::new(jobs);
        let stopped = AtomicBool::new(false);
        let (sender, results) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..self.workers {
                let (jobs, stopped, sender) = (&jobs, &stopped, sender.clone());
                scope.spawn(move || {
                    let outcome = self.work(jobs, stopped, &sender);
                    if let Err(refusal) = outcome {
                        let _ = sender.send(Err(refusal));
                    }
                });
            }
            drop(sender);
            let mut outcome = Ok(());
            for result in results {
                match result {
                    Ok((job, result)) => done(job, result),
                    Err(refusal) => {
                        stopped.store(true, Ordering::Relaxed);
                        outcome = Err(refusal);
                    }
                }
            }
            outcome
        })
    }

    /// Runs jobs in one worker at a time, and replaces a worker that crashed or was killed.
    fn work<J: Serialize>(
        &self,
        jobs: &Mutex<impl Iterator<Item = J>>,
        stopped: &AtomicBool,
        sender: &mpsc::Sender<Result<(J, JobResult), Refusal>>,
    ) -> Result<(), Refusal> {
        let mut worker = None;
        while !stopped.load(Ordering::Relaxed) {
            let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(job) = job else { break };
            let mut current = match worker.take() {
                Some(worker) => worker,
                None => Worker::start(&self.program, &self.arguments)?,
            };
            let line = serde_json::to_string(&job).map_err(std::io::Error::from)?;
            let reply = current.ask(&line, self.limits)?;
            if !matches!(
                reply.verdict,
                Verdict::Crashed { .. } | Verdict::Hung { .. }
            ) {
                worker = Some(current);
            }
            if sender.send(Ok((job, reply))).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// The reaction of a process to a job.
pub enum Reply {
    /// It printed a line.
    Line(String),
    /// It ended, or was killed for this reason.
    Crashed(String),
    /// It was killed, because its processor time exceeded the limit.
    Hung(String),
}

/// A process that replies to each line with a line. It is killed when this value is dropped.
pub struct Worker {
    process: Child,
    jobs: ChildStdin,
    replies: mpsc::Receiver<String>,
}

impl Worker {
    pub fn start(program: &Path, arguments: &[String]) -> Result<Self, Refusal> {
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Refusal::new(format!("can't start a worker: {error}"), ""))?;
        let (Some(jobs), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(Refusal::new("a worker has no standard input or output", ""));
        };
        Ok(Self {
            process,
            jobs,
            replies: lines(stdout),
        })
    }

    /// Sends the worker a job, and waits for the result or until a limit is exceeded.
    fn ask(&mut self, job: &str, limits: Limits) -> Result<JobResult, Refusal> {
        let (reply, used) = self.exchange(job, limits)?;
        let verdict = match reply {
            Reply::Line(line) => {
                return serde_json::from_str(&line).map_err(|error| {
                    Refusal::new(format!("a worker returned `{line}`: {error}"), "")
                });
            }
            Reply::Crashed(message) => Verdict::Crashed { message },
            Reply::Hung(message) => Verdict::Hung { message },
        };
        Ok(JobResult {
            verdict,
            seconds: used.as_secs_f64(),
        })
    }

    /// Sends a line, and waits for one or until a limit is exceeded. A process that exceeds a limit is
    /// killed. Also returns the processor time that it used.
    pub fn exchange(&mut self, line: &str, limits: Limits) -> Result<(Reply, Duration), Refusal> {
        let (begin, used_before) = (Instant::now(), self.processor_time());
        let used = |worker: &Self| match (worker.processor_time(), used_before) {
            (Some(now), Some(before)) => now.saturating_sub(before),
            // Where processor time isn't available, a tenth of the wall time is used instead.
            _ => begin.elapsed() / 10,
        };
        // If the worker has ended, reading its result fails below.
        let _ = writeln!(self.jobs, "{line}").and_then(|()| self.jobs.flush());
        loop {
            match self.replies.recv_timeout(CHECK_INTERVAL) {
                Ok(line) => return Ok((Reply::Line(line), begin.elapsed())),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    let message = format!("the process ended: {}", self.process.wait()?);
                    return Ok(self.killed(Reply::Crashed(message), begin.elapsed()));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let used = used(self);
                    if used > limits.time {
                        let message = format!("unfinished after {} s", limits.time.as_secs());
                        return Ok(self.killed(Reply::Hung(message), used));
                    }
                    if self.memory().is_some_and(|bytes| bytes > limits.memory) {
                        let message = format!("used more than {} MB", limits.memory / 1_000_000);
                        return Ok(self.killed(Reply::Crashed(message), used));
                    }
                }
            }
        }
    }

    fn killed(&mut self, reply: Reply, used: Duration) -> (Reply, Duration) {
        let _ = self.process.kill();
        (reply, used)
    }

    /// Returns the processor time of the process, if the system reports it.
    fn processor_time(&self) -> Option<Duration> {
        processor_time(&format!("/proc/{}/stat", self.process.id()))
    }

    /// Returns the memory of the process in bytes, if the system reports it.
    fn memory(&self) -> Option<u64> {
        /// The usual page size. Larger pages make the limit larger.
        const PAGE: u64 = 4096;
        let path = format!("/proc/{}/statm", self.process.id());
        let text = std::fs::read_to_string(path).ok()?;
        Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Without waiting, a killed worker would remain as a zombie.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns `utime` plus `stime` of a `stat` file of Linux's `/proc` (proc(5)).
pub fn processor_time(stat: &str) -> Option<Duration> {
    /// Ticks per second in `/proc`, the same on all platforms of Linux.
    const TICKS: u64 = 100;
    let text = std::fs::read_to_string(stat).ok()?;
    // The second field is the program's name in parentheses, which may contain any character.
    let (_, fields) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks: u64 = [11, 12]
        .iter()
        .map(|&at| fields.get(at)?.parse::<u64>().ok())
        .sum::<Option<u64>>()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS))
}

/// Reads the lines of a worker's output in a thread, so that waiting for one can time out.
fn lines(stdout: ChildStdout) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

// Only Linux reports the processor time of another process.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Returns the verdicts of two jobs, with workers that run this script.
    fn verdicts(script: &str) -> Vec<(u8, Verdict)> {
        let pool = Pool {
            workers: 1,
            program: "sh".into(),
            arguments: vec!["-c".to_owned(), script.to_owned()],
            limits: Limits {
                time: Duration::from_millis(300),
                memory: 1_000_000_000,
            },
        };
        let mut verdicts = Vec::new();
        pool.run(1..=2, |job: u8, reply| verdicts.push((job, reply.verdict)))
            .unwrap();
        verdicts
    }

    #[test]
    fn a_worker_over_its_time_limit_is_killed_and_replaced() {
        let found = verdicts("read job; while :; do :; done");
        let jobs: Vec<u8> = found.iter().map(|(job, _)| *job).collect();
        assert_eq!(jobs, [1, 2]);
        for (_, verdict) in found {
            assert!(matches!(verdict, Verdict::Hung { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn a_worker_that_waits_has_not_hung() {
        let reply = r#"{"verdict":"refused","errors":[],"seconds":0.0}"#;
        let found = verdicts(&format!(
            "while read job; do sleep 0.5; echo '{reply}'; done"
        ));
        let refused = Verdict::Refused { errors: Vec::new() };
        assert_eq!(found, [(1, refused.clone()), (2, refused)]);
    }

    #[test]
    fn a_worker_killed_by_a_signal_has_crashed() {
        for (_, verdict) in verdicts("read job; kill -s ABRT $$") {
            let Verdict::Crashed { message } = verdict else {
                panic!("{verdict:?}")
            };
            assert!(message.contains("signal: 6"), "{message}");
        }
    }
}
