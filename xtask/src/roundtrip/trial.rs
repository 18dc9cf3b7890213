//! Sends values of one client's types through its program, and classifies what comes back.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::Client;
use super::compare::{Comparison, Deviation};
use super::hostile;
use super::reason::Reason;
use super::subjects::Subject;
use super::tally::Tally;
use super::variant::VariantCheck;
use crate::fuzz::mixed;
use crate::pool::{Limits, Reply, Worker};
use wiretrue_cli::report::Refusal;
use wiretrue_contract::sample::{Heirs, Maker};
use wiretrue_contract::schema::Direction;

/// The limits of one value.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(10),
    memory: 2_000_000_000,
};

/// How many values to test.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    pub values: u64,
    /// The time after which the test ends early.
    pub time: Option<Duration>,
    pub seed: u64,
}

/// A line of the program.
#[derive(Deserialize)]
struct ProgramLine {
    text: Option<String>,
    variant: Option<usize>,
    error: Option<String>,
    panic: Option<String>,
}

/// Tests values of all types of a client.
pub fn run(client: &Client, program: &Path, extent: Extent) -> Result<Tally, Refusal> {
    let begin = Instant::now();
    let mut trial = Trial {
        client,
        program,
        worker: Worker::start(program, &[])?,
        maker: Maker::new(&client.resolved.schemas, Direction::Response),
        heirs: Heirs::of(&client.resolved.schemas),
        tally: Tally::new(client),
    };
    let subjects = &client.subjects.read;
    let texts = hostile::texts();
    let rounds = extent.values.div_ceil(subjects.len().max(1) as u64);
    'rounds: for round in 0..rounds {
        for (index, subject) in subjects.iter().enumerate() {
            let is_late = extent.time.is_some_and(|time| begin.elapsed() > time);
            if is_late || trial.tally.values >= extent.values {
                break 'rounds;
            }
            let seed = mixed(extent.seed, &subject.pointer, round);
            if round == 0 {
                for text in &texts {
                    trial.hostile(index, subject, text)?;
                }
            }
            let value = match trial.maker.vary(subject.schema, seed) {
                Ok(value) => value,
                Err(why) => {
                    trial.tally.not_made(&subject.pointer, &why);
                    continue;
                }
            };
            // Null belongs to the places that refer to a type, not to the type.
            if !value.is_null() {
                trial.valid(index, subject, &value)?;
            }
            trial.hostile(index, subject, &hostile::mutant(&value, seed))?;
        }
    }
    Ok(trial.tally)
}

struct Trial<'a> {
    client: &'a Client,
    program: &'a Path,
    worker: Worker,
    maker: Maker<'a>,
    heirs: Heirs,
    tally: Tally,
}

impl Trial<'_> {
    /// Sends a valid value.
    fn valid(&mut self, index: usize, subject: &Subject, value: &Value) -> Result<(), Refusal> {
        let line = self.exchange(index, &value.to_string())?;
        let schemas = &self.client.resolved.schemas;
        let deviations = match line {
            Err(mut deviation) => {
                let error = &deviation.after;
                let path = Comparison::not_object(schemas, subject.schema, value, error);
                if let (Reason::Error, Some(path)) = (deviation.reason, path) {
                    deviation.reason = Reason::NotObject;
                    deviation.path = path;
                }
                vec![deviation]
            }
            Ok(line) => {
                let text = line.text.unwrap_or_default();
                let after = serde_json::from_str(&text).map_err(std::io::Error::from)?;
                let mut found =
                    Comparison::of(schemas, subject.schema, !subject.in_request, value, &after);
                if let Some(union) = subject.union {
                    let check = VariantCheck {
                        api: &self.client.api,
                        schemas,
                        heirs: &self.heirs,
                    };
                    let judge = &mut self.maker.judge;
                    let union = (union, subject.schema);
                    found.extend(check.fault(judge, union, value, line.variant));
                }
                found
            }
        };
        self.tally.add(&subject.pointer, value, deviations);
        Ok(())
    }

    /// Sends a text that may be anything: only panics, crashes and hangs count.
    fn hostile(&mut self, index: usize, subject: &Subject, text: &str) -> Result<(), Refusal> {
        self.tally.hostile += 1;
        if let Err(deviation) = self.exchange(index, text)?
            && deviation.reason != Reason::Error
        {
            let value = Value::String(text.chars().take(1000).collect());
            self.tally.found(&subject.pointer, &value, deviation);
        }
        Ok(())
    }

    /// Sends a text to the program, and starts another one if it ended.
    fn exchange(
        &mut self,
        index: usize,
        text: &str,
    ) -> Result<Result<ProgramLine, Deviation>, Refusal> {
        let line = json!({ "type": index, "text": text }).to_string();
        let (reply, _) = self.worker.exchange(&line, LIMITS)?;
        let deviation = |reason, after| Deviation {
            reason,
            path: "$".to_owned(),
            before: String::new(),
            after,
        };
        let (reason, message) = match reply {
            Reply::Line(line) => {
                let line: ProgramLine = serde_json::from_str(&line).map_err(|error| {
                    Refusal::new(format!("the program printed `{line}`: {error}"), "")
                })?;
                return Ok(match (line.panic, line.error) {
                    (Some(panic), _) => Err(deviation(Reason::Panic, panic)),
                    (None, Some(error)) => Err(deviation(Reason::Error, error)),
                    (None, None) => Ok(ProgramLine {
                        panic: None,
                        error: None,
                        ..line
                    }),
                });
            }
            Reply::Crashed(message) => (Reason::Crash, message),
            Reply::Hung(message) => (Reason::Hang, message),
        };
        self.worker = Worker::start(self.program, &[])?;
        Ok(Err(deviation(reason, message)))
    }
}
