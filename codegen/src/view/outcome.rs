//! Which answers of an operation are good, and what a call gives for them.

use crate::ir::{OperationId, Primitive, Response, ResponseKind, Status, TypeRef};

use super::others::{Other, list};
use super::print::RustType;
use super::types::{Context, Place};

/// The answers of an operation, sorted.
pub struct Outcome<'a> {
    /// Good answers, the most exact status first.
    pub successes: Vec<Success<'a>>,
    /// All other documented answers.
    pub errors: Vec<&'a Response>,
    /// What a call gives.
    pub shape: OutputShape<'a>,
}

/// A good answer.
pub struct Success<'a> {
    /// Its index among the operation's responses.
    pub index: usize,
    /// The answer.
    pub response: &'a Response,
    /// The statuses that it stands for, as a pattern of Rust.
    pub pattern: String,
    /// Media types that the document has for other content of it.
    pub others: Vec<Other>,
}

/// What a call gives.
pub enum OutputShape<'a> {
    /// Nothing: no good answer has a body.
    Unit,
    /// A body, the same for every good answer.
    Single(&'a ResponseKind),
    /// A body, or none.
    Maybe(&'a ResponseKind),
    /// Bodies that differ.
    Enum,
}

impl Success<'_> {
    /// Reads the body, as an expression for what the call gives; in `wrapper`, if one is named.
    /// `None` where there is no body.
    pub fn read(&self, wrapper: Option<&str>) -> Option<String> {
        let (read, is_fallible) = match &self.response.kind {
            ResponseKind::Empty => return None,
            ResponseKind::Json(_) if self.others.is_empty() => ("response.json()".to_owned(), true),
            ResponseKind::Json(_) => (
                format!("response.json_unless({})", list(&self.others)),
                true,
            ),
            ResponseKind::Events(TypeRef::Primitive(Primitive::String)) => {
                (format!("response{}.text_events()", self.unless()), true)
            }
            ResponseKind::Events(_) => (format!("response{}.events()", self.unless()), true),
            ResponseKind::Text => (format!("response{}.text()", self.unless()), true),
            ResponseKind::Bytes => (format!("response{}.bytes()", self.unless()), false),
        };
        Some(match (is_fallible, wrapper) {
            (true, None) => read,
            (true, Some(wrapper)) => format!("{read}.map({wrapper})"),
            (false, None) => format!("Ok({read})"),
            (false, Some(wrapper)) => format!("Ok({wrapper}({read}))"),
        })
    }

    /// Refuses an answer in another media type that the document has for this status.
    fn unless(&self) -> String {
        if self.others.is_empty() {
            return String::new();
        }
        format!(".unless({})?", list(&self.others))
    }

    /// The first status that it stands for; 0 if others leave none.
    pub fn status(&self) -> u16 {
        let digits = self.pattern.split(|c: char| !c.is_ascii_digit()).next();
        digits.and_then(|it| it.parse().ok()).unwrap_or_default()
    }

    /// Its key, as the document writes it.
    pub fn status_word(&self) -> String {
        status_word(self.response.status)
    }
}

/// A status as the document writes it.
pub fn status_word(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "default".to_owned(),
    }
}

impl Outcome<'_> {
    /// Whether the answer is an enumeration of its own.
    pub fn is_enum(&self) -> bool {
        matches!(self.shape, OutputShape::Enum)
    }

    /// Good answers that can be taken as they come.
    pub fn downloads(&self) -> impl Iterator<Item = &Success<'_>> {
        self.successes.iter().filter(|success| {
            matches!(
                success.response.kind,
                ResponseKind::Bytes | ResponseKind::Text
            )
        })
    }

    /// Whether a good answer is a stream of events.
    pub fn has_events(&self) -> bool {
        let mut kinds = self.successes.iter().map(|it| &it.response.kind);
        kinds.any(|it| matches!(it, ResponseKind::Events(_)))
    }

    /// `Accept`: the media types of the good answers.
    pub fn accept(&self) -> String {
        let mut types: Vec<&str> = Vec::new();
        for success in &self.successes {
            if let Some(media_type) = &success.response.media_type
                && !types.contains(&media_type.as_str())
            {
                types.push(media_type);
            }
        }
        types.join(", ")
    }
}

impl Context<'_> {
    /// Sorts the answers of an operation.
    ///
    /// Good are those of class 2, `default` where it is the only answer for class 2, and those of
    /// class 3 where no answer of class 2 is documented.
    pub fn outcome(&self, id: OperationId) -> Outcome<'_> {
        let responses = &self.api.operations[id.0].responses;
        let has_class_2 = responses
            .iter()
            .any(|response| class(response.status) == Some(2));
        let has_range_2 = responses
            .iter()
            .any(|response| response.status == Status::Range(2));
        let mut successes: Vec<Success<'_>> = Vec::new();
        let mut errors: Vec<&Response> = Vec::new();
        for (index, response) in responses.iter().enumerate() {
            let pattern = match (response.status, class(response.status)) {
                (Status::Default, _) if !has_class_2 && !has_range_2 => {
                    Some("200..=299".to_owned())
                }
                (Status::Code(code), Some(2)) => Some(code.to_string()),
                (Status::Code(code), Some(3)) if !has_class_2 => Some(code.to_string()),
                (Status::Range(digit), Some(2)) => Some(rest_of_range(digit, responses)),
                (Status::Range(digit), Some(3)) if !has_class_2 => {
                    Some(rest_of_range(digit, responses))
                }
                _ => None,
            };
            match pattern {
                Some(pattern) => successes.push(Success {
                    index,
                    response,
                    pattern,
                    others: self.others(id, response),
                }),
                None => errors.push(response),
            }
            if response.status == Status::Default && !has_class_2 {
                errors.push(response);
            }
        }
        successes.sort_by_key(|success| success.response.status);
        let shape = shape(&successes);
        Outcome {
            successes,
            errors,
            shape,
        }
    }

    /// The Rust type of a body; `None` where there is none.
    pub fn response_type(&self, kind: &ResponseKind, place: Place) -> Option<RustType> {
        match kind {
            ResponseKind::Empty => None,
            ResponseKind::Json(ty) => Some(self.ty(ty, place)),
            ResponseKind::Text => Some(self.ty(&TypeRef::Primitive(Primitive::String), place)),
            ResponseKind::Bytes => Some(RustType::new("bytes::Bytes")),
            ResponseKind::Events(data) => {
                let data = self.ty(data, place);
                Some(RustType::new(match place {
                    Place::Model | Place::Api => format!("crate::runtime::codegen::Events<{data}>"),
                    Place::Example => format!("Events<{data}>"),
                }))
            }
        }
    }

    /// What a call gives, as a Rust type.
    pub fn output_type(&self, id: OperationId, outcome: &Outcome<'_>, place: Place) -> RustType {
        let body = |kind| {
            self.response_type(kind, place)
                .map_or_else(|| "()".to_owned(), |ty| ty.to_string())
        };
        RustType::new(match &outcome.shape {
            OutputShape::Unit => "()".to_owned(),
            OutputShape::Single(kind) => body(kind),
            OutputShape::Maybe(kind) => format!("Option<{}>", body(kind)),
            OutputShape::Enum => self.names.operation(id).output.to_string(),
        })
    }
}

fn class(status: Status) -> Option<u16> {
    match status {
        Status::Code(code) => Some(code / 100),
        Status::Range(digit) => Some(u16::from(digit)),
        Status::Default => None,
    }
}

/// The statuses of a class for which no response is documented, as a pattern that overlaps with
/// none of theirs.
fn rest_of_range(class: u8, responses: &[Response]) -> String {
    let first = u16::from(class) * 100;
    let mut taken: Vec<u16> = responses
        .iter()
        .filter_map(|response| match response.status {
            Status::Code(code) if code / 100 == u16::from(class) => Some(code),
            Status::Code(_) | Status::Range(_) | Status::Default => None,
        })
        .collect();
    taken.sort_unstable();
    taken.push(first + 100);
    let mut parts = Vec::new();
    let mut start = first;
    for code in taken {
        match code.checked_sub(start) {
            None | Some(0) => {}
            Some(1) => parts.push(start.to_string()),
            Some(_) => parts.push(format!("{start}..={}", code - 1)),
        }
        start = code + 1;
    }
    if parts.is_empty() {
        // Each has its own response: a status that no answer has.
        parts.push("0".to_owned());
    }
    parts.join(" | ")
}

fn shape<'a>(successes: &[Success<'a>]) -> OutputShape<'a> {
    let mut bodies: Vec<&'a ResponseKind> = Vec::new();
    for success in successes {
        let kind = &success.response.kind;
        if *kind != ResponseKind::Empty && !bodies.contains(&kind) {
            bodies.push(kind);
        }
    }
    let some_empty = successes
        .iter()
        .any(|success| success.response.kind == ResponseKind::Empty);
    match (bodies.as_slice(), some_empty) {
        ([], _) => OutputShape::Unit,
        ([kind], false) => OutputShape::Single(kind),
        ([kind], true) => OutputShape::Maybe(kind),
        _ => OutputShape::Enum,
    }
}
