//! The results of a run: a table and a list of all findings.

use std::io::{self, Write as _};

use serde::{Serialize, Serializer};

/// The results of a run.
#[derive(Default)]
pub struct Summary {
    tried: Vec<ClientSummary>,
    refused: Vec<String>,
}

/// The results of one client.
#[derive(Serialize)]
pub struct ClientSummary {
    #[serde(skip)]
    name: String,
    operations: usize,
    pub called: usize,
    pub requests: usize,
    pub valid: usize,
    pub responses: usize,
    #[serde(rename = "decoded")]
    pub read: usize,
    pub examples: usize,
    pub kept: usize,
    pub findings: Vec<Finding>,
}

/// A finding about a client or its document.
#[derive(Serialize)]
pub struct Finding {
    #[serde(flatten, serialize_with = "with_severity")]
    kind: FindingKind,
    pointer: String,
    #[serde(rename = "message")]
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A request violates the document, or differs from the arguments.
    Invalid,
    /// A call sent nothing, or more than one request.
    NotSent,
    /// A valid response can't be decoded.
    NotRead,
    /// An example of a response differs after it was decoded and encoded again.
    NotKept,
    /// An operation isn't called, since no arguments could be generated.
    NotCalled,
    /// openapi-core can't validate a request.
    Unjudged,
    /// An argument is left out, since no value could be generated.
    NotSet,
    /// No response could be generated.
    #[serde(rename = "no-response")]
    NoResponse,
    /// No call sends an alternative of a request body.
    NotTried,
    /// An example lacks properties, which are encoded with their default.
    Defaulted,
    /// An example has undeclared properties, which models don't keep.
    Unnamed,
    /// An example of the document violates its schema.
    Contradiction,
    /// A discriminator of the document contradicts its alternatives.
    Discriminator,
    /// A keyword of the document is one of another version of JSON Schema.
    Keyword,
}

impl FindingKind {
    /// Returns whether the client or this task is at fault, rather than the document.
    fn is_failure(self) -> bool {
        match self {
            FindingKind::Invalid
            | FindingKind::NotSent
            | FindingKind::NotRead
            | FindingKind::NotKept
            | FindingKind::NotCalled => true,
            FindingKind::Unjudged
            | FindingKind::NotSet
            | FindingKind::NoResponse
            | FindingKind::NotTried
            | FindingKind::Defaulted
            | FindingKind::Unnamed
            | FindingKind::Contradiction
            | FindingKind::Discriminator
            | FindingKind::Keyword => false,
        }
    }

    fn title(self) -> &'static str {
        match self {
            FindingKind::Invalid => "Invalid requests",
            FindingKind::NotSent => "Calls that didn't send exactly one request",
            FindingKind::NotRead => "Responses that weren't decoded",
            FindingKind::NotKept => "Examples of responses that changed",
            FindingKind::NotCalled => "Operations that weren't called",
            FindingKind::Unjudged => {
                "Requests that openapi-core can't validate; they match their arguments"
            }
            FindingKind::NotSet => "Optional arguments that weren't sent",
            FindingKind::NoResponse => "Responses that weren't generated",
            FindingKind::NotTried => "Alternatives of request bodies that weren't sent",
            FindingKind::Unnamed => "Examples with undeclared properties, which aren't kept",
            FindingKind::Defaulted => "Examples without properties that have a default",
            FindingKind::Contradiction => "Examples that violate their schema",
            FindingKind::Discriminator => "Discriminators that contradict their alternatives",
            FindingKind::Keyword => "Keywords of other versions of JSON Schema",
        }
    }
}

const FINDING_KINDS: [FindingKind; 14] = [
    FindingKind::Invalid,
    FindingKind::NotSent,
    FindingKind::NotRead,
    FindingKind::NotKept,
    FindingKind::NotCalled,
    FindingKind::Unjudged,
    FindingKind::NotSet,
    FindingKind::NoResponse,
    FindingKind::NotTried,
    FindingKind::Defaulted,
    FindingKind::Unnamed,
    FindingKind::Contradiction,
    FindingKind::Discriminator,
    FindingKind::Keyword,
];

/// Writes the kind of a finding, and whether it is a failure.
fn with_severity<S: Serializer>(kind: &FindingKind, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Severity {
        kind: FindingKind,
        failure: bool,
    }
    let severity = Severity {
        kind: *kind,
        failure: kind.is_failure(),
    };
    severity.serialize(serializer)
}

impl ClientSummary {
    pub fn new(name: &str, operations: usize) -> Self {
        Self {
            name: name.to_owned(),
            operations,
            called: 0,
            requests: 0,
            valid: 0,
            responses: 0,
            read: 0,
            examples: 0,
            kept: 0,
            findings: Vec::new(),
        }
    }

    /// Adds a finding, unless it is known.
    pub fn add_finding(&mut self, kind: FindingKind, pointer: &str, text: &str) {
        let is_known = |it: &Finding| it.kind == kind && it.pointer == pointer && it.text == text;
        if !self.findings.iter().any(is_known) {
            self.findings.push(Finding {
                kind,
                pointer: pointer.to_owned(),
                text: text.to_owned(),
            });
        }
    }

    fn count(&self, kind: FindingKind) -> usize {
        self.findings.iter().filter(|it| it.kind == kind).count()
    }

    /// Formats the counts as one line.
    pub fn brief(&self) -> String {
        format!(
            "{} of {} operations called, {} of {} requests valid, {} of {} responses decoded, {} of {} examples kept",
            self.called,
            self.operations,
            self.valid,
            self.requests,
            self.read,
            self.responses,
            self.kept,
            self.examples
        )
    }

    /// Returns the name of the client.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether every call was made and valid, and every example kept.
    pub fn passed(&self) -> bool {
        !self.findings.iter().any(|it| it.kind.is_failure())
    }

    fn cells(&self) -> [usize; 10] {
        [
            self.operations,
            self.called,
            self.requests,
            self.valid,
            self.count(FindingKind::Unjudged),
            self.responses,
            self.read,
            self.examples,
            self.kept,
            self.count(FindingKind::Contradiction),
        ]
    }
}

const HEADS: [&str; 10] = [
    "operations",
    "called",
    "requests",
    "valid",
    "unjudged",
    "responses",
    "read",
    "examples",
    "kept",
    "contradict",
];

impl Summary {
    pub fn add(&mut self, tried: ClientSummary) {
        self.tried.push(tried);
    }

    /// Adds a document whose client couldn't be generated or built.
    pub fn refused(&mut self, name: &str) {
        self.refused.push(name.to_owned());
    }

    /// Returns the clients that were tested.
    pub fn clients(&self) -> &[ClientSummary] {
        &self.tried
    }

    pub fn passed(&self) -> bool {
        self.refused.is_empty() && self.tried.iter().all(ClientSummary::passed)
    }

    /// Prints the summary to standard output.
    pub fn print(&self) -> io::Result<()> {
        match io::stdout().lock().write_all(self.text().as_bytes()) {
            // A reader may close the pipe early; that isn't an error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for kind in FINDING_KINDS {
            let found: Vec<_> = self
                .tried
                .iter()
                .flat_map(|tried| tried.findings.iter().map(move |it| (&tried.name, it)))
                .filter(|(_, finding)| finding.kind == kind)
                .collect();
            if !found.is_empty() {
                text += &format!("\n{} ({}):\n", kind.title(), found.len());
            }
            for (name, finding) in found {
                let line = format!("  {name} {}: {}", finding.pointer, finding.text);
                text.extend(line.chars().map(|c| if c.is_control() { ' ' } else { c }));
                text.push('\n');
            }
        }
        text.push('\n');
        text + &self.table()
    }

    fn table(&self) -> String {
        let mut rows: Vec<(String, [usize; 10])> = self
            .tried
            .iter()
            .map(|tried| (tried.name.clone(), tried.cells()))
            .collect();
        let sum = std::array::from_fn(|at| rows.iter().map(|(_, cells)| cells[at]).sum());
        rows.push((format!("{} documents", self.tried.len()), sum));
        let width = rows
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0);
        let mut text = format!("{:width$}", "");
        for head in HEADS {
            text += &format!("  {head}");
        }
        text.push('\n');
        for (name, cells) in rows {
            text += &format!("{name:width$}");
            for (head, cell) in HEADS.iter().zip(cells) {
                text += &format!("  {cell:>width$}", width = head.len());
            }
            text.push('\n');
        }
        for name in &self.refused {
            text += &format!("{name}: no client was generated\n");
        }
        text
    }
}
