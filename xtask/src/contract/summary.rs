//! What a run found: a table, and everything that has a name.

use std::io::{self, Write as _};

/// What a run found.
#[derive(Default)]
pub struct Summary {
    tried: Vec<Tried>,
    refused: Vec<String>,
}

/// What was found of one client.
pub struct Tried {
    name: String,
    operations: usize,
    pub called: usize,
    pub requests: usize,
    pub valid: usize,
    pub answers: usize,
    pub read: usize,
    pub examples: usize,
    pub kept: usize,
    pub findings: Vec<Finding>,
}

/// Something found.
pub struct Finding {
    kind: Kind,
    pointer: String,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A request isn't what the document says, or not what was given.
    Invalid,
    /// A call sent nothing, or more than one request.
    NotSent,
    /// An answer that the document allows isn't read.
    NotRead,
    /// An example of an answer is read and written, and isn't the same any more.
    NotKept,
    /// An operation isn't called: no arguments are made.
    NotCalled,
    /// openapi-core can't judge a request.
    Unjudged,
    /// An argument is left out: none is made.
    NotSet,
    /// No answer is made for a response.
    NoAnswer,
    /// No call has an alternative of a request body.
    NotTried,
    /// An example leaves out members, which come back with their default.
    Defaulted,
    /// An example has members that its schema doesn't name, which a model doesn't keep.
    Unnamed,
    /// The document's own example isn't what its schema says.
    Contradiction,
    /// A discriminator of the document names none of its alternatives.
    Discriminator,
}

impl Kind {
    /// Whether the client, or this task, is at fault.
    fn is_failure(self) -> bool {
        match self {
            Kind::Invalid | Kind::NotSent | Kind::NotRead | Kind::NotKept | Kind::NotCalled => true,
            Kind::Unjudged
            | Kind::NotSet
            | Kind::NoAnswer
            | Kind::NotTried
            | Kind::Defaulted
            | Kind::Unnamed
            | Kind::Contradiction
            | Kind::Discriminator => false,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::Invalid => "Requests that aren't as they should be",
            Kind::NotSent => "Calls that didn't make one request",
            Kind::NotRead => "Answers that aren't read",
            Kind::NotKept => "Examples of answers that aren't kept",
            Kind::NotCalled => "Operations that aren't called",
            Kind::Unjudged => "Requests that openapi-core can't judge; they are as was given",
            Kind::NotSet => "Arguments that are left out",
            Kind::NoAnswer => "Responses for which no answer is made",
            Kind::NotTried => "Alternatives of request bodies that aren't tried",
            Kind::Unnamed => {
                "Examples with members that their schema doesn't name, which aren't kept"
            }
            Kind::Defaulted => "Examples without members that come back with their default",
            Kind::Contradiction => "Examples that contradict their own schema",
            Kind::Discriminator => "Discriminators that contradict their own alternatives",
        }
    }
}

const KINDS: [Kind; 13] = [
    Kind::Invalid,
    Kind::NotSent,
    Kind::NotRead,
    Kind::NotKept,
    Kind::NotCalled,
    Kind::Unjudged,
    Kind::NotSet,
    Kind::NoAnswer,
    Kind::NotTried,
    Kind::Defaulted,
    Kind::Unnamed,
    Kind::Contradiction,
    Kind::Discriminator,
];

impl Tried {
    pub fn new(name: &str, operations: usize) -> Self {
        Self {
            name: name.to_owned(),
            operations,
            called: 0,
            requests: 0,
            valid: 0,
            answers: 0,
            read: 0,
            examples: 0,
            kept: 0,
            findings: Vec::new(),
        }
    }

    /// Keeps something found.
    pub fn find(&mut self, kind: Kind, pointer: &str, text: &str) {
        let is_known = |it: &Finding| it.kind == kind && it.pointer == pointer && it.text == text;
        if !self.findings.iter().any(is_known) {
            self.findings.push(Finding {
                kind,
                pointer: pointer.to_owned(),
                text: text.to_owned(),
            });
        }
    }

    fn count(&self, kind: Kind) -> usize {
        self.findings.iter().filter(|it| it.kind == kind).count()
    }

    /// All of it in a line.
    pub fn brief(&self) -> String {
        format!(
            "{} of {} operations called, {} of {} requests valid, {} of {} answers read, {} of {} examples kept",
            self.called,
            self.operations,
            self.valid,
            self.requests,
            self.read,
            self.answers,
            self.kept,
            self.examples
        )
    }

    fn is_as_wanted(&self) -> bool {
        !self.findings.iter().any(|it| it.kind.is_failure())
    }

    fn cells(&self) -> [usize; 10] {
        [
            self.operations,
            self.called,
            self.requests,
            self.valid,
            self.count(Kind::Unjudged),
            self.answers,
            self.read,
            self.examples,
            self.kept,
            self.count(Kind::Contradiction),
        ]
    }
}

const HEADS: [&str; 10] = [
    "operations",
    "called",
    "requests",
    "valid",
    "unjudged",
    "answers",
    "read",
    "examples",
    "kept",
    "contradict",
];

impl Summary {
    pub fn add(&mut self, tried: Tried) {
        self.tried.push(tried);
    }

    /// A document of which no client is made, or one that can't be built.
    pub fn refused(&mut self, name: &str) {
        self.refused.push(name.to_owned());
    }

    pub fn is_as_wanted(&self) -> bool {
        self.refused.is_empty() && self.tried.iter().all(Tried::is_as_wanted)
    }

    /// Prints it to standard output.
    pub fn print(&self) -> io::Result<()> {
        match io::stdout().lock().write_all(self.text().as_bytes()) {
            // A reader that has seen enough and closed the pipe is no error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for kind in KINDS {
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
            text += &format!("{name}: no client is made of it\n");
        }
        text
    }
}
