//! The results of one client.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Client;
use super::compare::Deviation;
use super::known::KnownDifferences;
use super::reason::Reason;

/// The results of one client.
pub struct Tally {
    pub name: String,
    /// The number of types that are read.
    pub types: usize,
    /// The number of types that only requests contain.
    pub unread: usize,
    pub values: u64,
    /// The number of values without any difference.
    pub equal: u64,
    /// The number of mutated and hostile texts.
    pub hostile: u64,
    /// The number of values with a difference of each reason.
    pub counts: BTreeMap<Reason, u64>,
    /// One difference of each kind: its reason, type and path without indices. For properties, the path
    /// is that of their object.
    pub kinds: BTreeMap<(Reason, String, String), Kind>,
    /// Types of which no value was made, with the reason and the number of attempts.
    pub not_made: BTreeMap<String, (String, u64)>,
}

/// A kind of difference.
pub struct Kind {
    /// How many values have it.
    pub count: u64,
    pub first: Deviation,
    /// The first value with it.
    pub value: Value,
}

impl Tally {
    pub fn new(client: &Client) -> Self {
        Self {
            name: client.name.clone(),
            types: client.subjects.read.len(),
            unread: client.subjects.unread,
            values: 0,
            equal: 0,
            hostile: 0,
            counts: BTreeMap::new(),
            kinds: BTreeMap::new(),
            not_made: BTreeMap::new(),
        }
    }

    /// Adds the differences of a value.
    pub fn add(&mut self, pointer: &str, value: &Value, deviations: Vec<Deviation>) {
        self.values += 1;
        self.equal += u64::from(deviations.is_empty());
        let mut reasons: Vec<Reason> = deviations.iter().map(|it| it.reason).collect();
        reasons.sort_unstable();
        reasons.dedup();
        for reason in reasons {
            *self.counts.entry(reason).or_default() += 1;
        }
        for deviation in deviations {
            self.add_kind(pointer, value, deviation);
        }
    }

    /// Adds a fault that a hostile text shows.
    pub fn found(&mut self, pointer: &str, value: &Value, deviation: Deviation) {
        *self.counts.entry(deviation.reason).or_default() += 1;
        self.add_kind(pointer, value, deviation);
    }

    pub fn not_made(&mut self, pointer: &str, why: &str) {
        let entry = self.not_made.entry(pointer.to_owned());
        entry.or_insert_with(|| (why.to_owned(), 0)).1 += 1;
    }

    fn add_kind(&mut self, pointer: &str, value: &Value, deviation: Deviation) {
        let path = deviation.path.as_str();
        let about = match deviation.reason {
            Reason::Error | Reason::Panic => &deviation.after,
            // An object may lose many properties for one cause.
            Reason::PropertyLost | Reason::PropertyInvented => {
                path.rsplit_once('.').map_or(path, |(object, _)| object)
            }
            _ => path,
        };
        let about: String = about.chars().filter(|c| !c.is_ascii_digit()).collect();
        let key = (deviation.reason, pointer.to_owned(), about);
        let kind = self.kinds.entry(key).or_insert_with(|| Kind {
            count: 0,
            first: deviation,
            value: value.clone(),
        });
        kind.count += 1;
    }

    pub fn count(&self, reason: Reason) -> u64 {
        self.counts.get(&reason).copied().unwrap_or(0)
    }

    /// Returns the kinds for which the client fails: all that are neither documented nor known.
    pub fn failures<'a>(&'a self, known: &'a KnownDifferences) -> impl Iterator<Item = &'a Kind> {
        let kinds = self.kinds.iter().filter(|((reason, ..), kind)| {
            reason.is_failure() && !known.contains(&self.name, *reason, &kind.first.path)
        });
        kinds.map(|(_, kind)| kind)
    }

    /// Returns each kind as a line of JSON.
    pub fn lines(&self) -> String {
        let mut text = String::new();
        for ((reason, pointer, _), kind) in &self.kinds {
            let line = json!({
                "document": self.name,
                "reason": reason.head(),
                "schema": pointer,
                "path": kind.first.path,
                "before": kind.first.before,
                "after": kind.first.after,
                "count": kind.count,
                "value": kind.value,
            });
            text += &format!("{line}\n");
        }
        text
    }
}
