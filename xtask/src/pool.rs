//! Worker processes that each examine one document after the other.
//!
//! A stack overflow ends a process, and an endless loop can only be ended with its process: so the
//! documents are examined in processes of their own, this very program with the task `worker`. A
//! job goes to a worker as a line of JSON, and its verdict comes back as one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::report::Refusal;
use crate::trial::Verdict;

/// How often a worker is looked after.
const ROUND: Duration = Duration::from_millis(100);

/// What a pool is made of.
#[derive(Clone, Debug)]
pub struct Pool {
    /// How many workers there are.
    pub workers: usize,
    program: PathBuf,
    arguments: Vec<String>,
    limits: Limits,
}

/// What one job may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Processor time, which doesn't depend on what else the machine does.
    pub time: Duration,
    /// Memory of the worker's process, in bytes.
    pub memory: u64,
}

/// A verdict, and the processor time that it took.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Answer {
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Seconds.
    pub seconds: f64,
}

impl Pool {
    /// As many workers as there are cores; the task `worker` of this program with these arguments.
    pub fn new(arguments: Vec<String>, limits: Limits) -> Result<Self, Refusal> {
        Ok(Self {
            workers: thread::available_parallelism().map_or(1, usize::from),
            program: std::env::current_exe()?,
            arguments: [vec!["worker".to_owned()], arguments].concat(),
            limits,
        })
    }

    /// Has all jobs done, and hands each answer over as it comes.
    ///
    /// # Errors
    ///
    /// If a worker can't be started or spoken to.
    pub fn run<J: Serialize + Send>(
        &self,
        jobs: impl Iterator<Item = J> + Send,
        mut done: impl FnMut(J, Answer),
    ) -> Result<(), Refusal> {
        let jobs = Mutex::new(jobs);
        let stopped = AtomicBool::new(false);
        let (sender, answers) = mpsc::channel();
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
            for answer in answers {
                match answer {
                    Ok((job, answer)) => done(job, answer),
                    Err(refusal) => {
                        stopped.store(true, Ordering::Relaxed);
                        outcome = Err(refusal);
                    }
                }
            }
            outcome
        })
    }

    /// One worker's share: a new process takes over where one had to be ended.
    fn work<J: Serialize>(
        &self,
        jobs: &Mutex<impl Iterator<Item = J>>,
        stopped: &AtomicBool,
        sender: &mpsc::Sender<Result<(J, Answer), Refusal>>,
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
            let answer = current.ask(&line, self.limits)?;
            if !matches!(
                answer.verdict,
                Verdict::Crashed { .. } | Verdict::Hung { .. }
            ) {
                worker = Some(current);
            }
            if sender.send(Ok((job, answer))).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// A process that examines documents. It ends with this value.
struct Worker {
    process: Child,
    jobs: ChildStdin,
    answers: mpsc::Receiver<String>,
}

impl Worker {
    fn start(program: &Path, arguments: &[String]) -> Result<Self, Refusal> {
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
            answers: lines(stdout),
        })
    }

    /// Gives the worker a job, and waits for the answer or for the end of its patience.
    fn ask(&mut self, job: &str, limits: Limits) -> Result<Answer, Refusal> {
        let (begin, used_before) = (Instant::now(), self.processor_time());
        let used = |worker: &Self| match (worker.processor_time(), used_before) {
            (Some(now), Some(before)) => now.saturating_sub(before),
            // Where a process's time can't be told, that of the wall stands in, a tenth of it.
            _ => begin.elapsed() / 10,
        };
        // If the worker is gone, so is what it answers with: that is told below.
        let _ = writeln!(self.jobs, "{job}").and_then(|()| self.jobs.flush());
        loop {
            match self.answers.recv_timeout(ROUND) {
                Ok(line) => {
                    return serde_json::from_str(&line).map_err(|error| {
                        Refusal::new(format!("a worker answered `{line}`: {error}"), "")
                    });
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    let message = format!("the process ended: {}", self.process.wait()?);
                    return Ok(self.ended(Verdict::Crashed { message }, begin.elapsed()));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let used = used(self);
                    if used > limits.time {
                        let message = format!("not done after {} s", limits.time.as_secs());
                        return Ok(self.ended(Verdict::Hung { message }, used));
                    }
                    if self.memory().is_some_and(|bytes| bytes > limits.memory) {
                        let message = format!("needs more than {} MB", limits.memory / 1_000_000);
                        return Ok(self.ended(Verdict::Crashed { message }, used));
                    }
                }
            }
        }
    }

    fn ended(&mut self, verdict: Verdict, used: Duration) -> Answer {
        let _ = self.process.kill();
        Answer {
            verdict,
            seconds: used.as_secs_f64(),
        }
    }

    /// The processor time that the process has used, where the system tells.
    fn processor_time(&self) -> Option<Duration> {
        processor_time(&format!("/proc/{}/stat", self.process.id()))
    }

    /// The memory that the process holds, in bytes, where the system tells.
    fn memory(&self) -> Option<u64> {
        /// The usual size of a page; where pages are larger, the limit is so, too.
        const PAGE: u64 = 4096;
        let path = format!("/proc/{}/statm", self.process.id());
        let text = std::fs::read_to_string(path).ok()?;
        Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Without it, a worker that was ended would stay in the system's table.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The processor time in a `stat` file of Linux's `/proc` (proc(5)): `utime` and `stime`.
pub fn processor_time(stat: &str) -> Option<Duration> {
    /// Ticks a second in `/proc`, the same on all platforms of Linux.
    const TICKS: u64 = 100;
    let text = std::fs::read_to_string(stat).ok()?;
    // The second field is the program's name in parentheses, in which anything may stand.
    let (_, fields) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks: u64 = [11, 12]
        .iter()
        .map(|&at| fields.get(at)?.parse::<u64>().ok())
        .sum::<Option<u64>>()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS))
}

/// The lines of a worker's answers, read in a thread so that waiting for one can end.
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

// Only Linux tells the processor time of another process.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// What is said of workers that run this script, for two jobs.
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
        pool.run(1..=2, |job: u8, answer| {
            verdicts.push((job, answer.verdict))
        })
        .unwrap();
        verdicts
    }

    #[test]
    fn a_worker_that_works_without_end_is_ended_and_another_takes_over() {
        let found = verdicts("read job; while :; do :; done");
        let jobs: Vec<u8> = found.iter().map(|(job, _)| *job).collect();
        assert_eq!(jobs, [1, 2]);
        for (_, verdict) in found {
            assert!(matches!(verdict, Verdict::Hung { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn a_worker_that_waits_longer_than_it_may_work_has_not_hung() {
        let answer = r#"{"verdict":"refused","errors":[],"seconds":0.0}"#;
        let found = verdicts(&format!(
            "while read job; do sleep 0.5; echo '{answer}'; done"
        ));
        let refused = Verdict::Refused { errors: Vec::new() };
        assert_eq!(found, [(1, refused.clone()), (2, refused)]);
    }

    #[test]
    fn a_worker_that_dies_has_crashed() {
        for (_, verdict) in verdicts("read job; kill -s ABRT $$") {
            let Verdict::Crashed { message } = verdict else {
                panic!("{verdict:?}")
            };
            assert!(message.contains("signal: 6"), "{message}");
        }
    }
}
