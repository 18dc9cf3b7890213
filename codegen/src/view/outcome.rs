//! The outcomes of calls, as Rust types and as text.

use super::print::RustType;
use super::types::{Context, PrintScope, model_in, runtime_type, type_text};
use crate::facts::{OutputShape, Statuses};
use crate::ir::TypeRef;
use crate::ir::{
    GroupId, Operation, OperationId, Primitive, Response, ResponseId, ResponseKind, Status,
};

/// The possible outcomes of a call: [`facts::Outcome`](crate::facts::Outcome) with its responses.
pub struct Outcome<'a> {
    /// The successes, with the most specific status first.
    pub successes: Vec<Success<'a>>,
    /// The successes that aren't documented: their statuses are the rest of 2XX, and the response is
    /// one of the documented. `None` if every 2XX status is documented.
    pub undocumented: Option<Vec<Success<'a>>>,
    /// The documented errors.
    pub errors: Vec<&'a Response>,
    /// What the call returns.
    pub shape: OutputShape,
    operation: &'a Operation,
}

/// A success.
#[derive(Clone, Copy)]
pub struct Success<'a> {
    /// The ID of the response.
    pub id: ResponseId,
    /// The response.
    pub response: &'a Response,
    /// The statuses that the response covers.
    pub statuses: &'a Statuses,
}

/// Returns a status as it is written in the document.
pub fn status_word(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "default".to_owned(),
    }
}

impl Success<'_> {
    /// Returns whether the body can be read as a stream of bytes.
    pub(super) fn is_download(&self) -> bool {
        matches!(self.response.kind, ResponseKind::Bytes | ResponseKind::Text)
    }
}

impl<'a> Outcome<'a> {
    /// Returns the content of a response in the shape.
    pub fn kind(&self, id: ResponseId) -> &'a ResponseKind {
        &self.operation.responses[id.0].kind
    }

    /// Returns whether the operation has its own enumeration for the output.
    pub fn is_enum(&self) -> bool {
        self.shape == OutputShape::Enum
    }

    /// Returns the successes whose body can be read as a stream of bytes.
    pub fn downloads(&self) -> impl Iterator<Item = &Success<'a>> {
        self.successes.iter().filter(|it| it.is_download())
    }

    /// Returns whether a success is a stream of events.
    pub fn has_events(&self) -> bool {
        let mut kinds = self.successes.iter().map(|it| &it.response.kind);
        kinds.any(|it| matches!(it, ResponseKind::Events(_)))
    }

    /// Returns whether a success is a stream of JSON documents.
    pub fn has_json_stream(&self) -> bool {
        let mut kinds = self.successes.iter().map(|it| &it.response.kind);
        kinds.any(|it| matches!(it, ResponseKind::JsonStream(_)))
    }

    /// Returns whether a success is a stream of typed items.
    pub fn has_stream(&self) -> bool {
        self.has_events() || self.has_json_stream()
    }

    /// Returns the header `Accept`: the media types of the successes.
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

impl<'a> Context<'a> {
    /// Returns the possible outcomes of a call of an operation.
    pub fn outcome(&self, id: OperationId) -> Outcome<'a> {
        let operation = &self.api.operations[id.0];
        let facts = self.facts.outcome(id);
        let response = |id: ResponseId| &operation.responses[id.0];
        let successes: Vec<Success<'a>> = facts
            .successes
            .iter()
            .map(|it| Success {
                id: it.response,
                response: response(it.response),
                statuses: &it.statuses,
            })
            .collect();
        let undocumented = facts.undocumented.as_ref().map(|undocumented| {
            let success = |id: &ResponseId| Success {
                id: *id,
                response: response(*id),
                statuses: &undocumented.statuses,
            };
            undocumented.successes.iter().map(success).collect()
        });
        Outcome {
            successes,
            undocumented,
            errors: facts.errors.iter().map(|id| response(*id)).collect(),
            shape: facts.shape,
            operation,
        }
    }

    /// Returns the Rust type of a body; `None` if there is none.
    pub fn response_type(&self, kind: &ResponseKind, scope: PrintScope) -> Option<RustType> {
        Some(match kind {
            ResponseKind::Empty => return None,
            ResponseKind::Json(ty) => self.ty(ty, scope),
            ResponseKind::Text => self.ty(&TypeRef::Primitive(Primitive::String), scope),
            ResponseKind::Bytes => RustType::new(match scope {
                PrintScope::Model | PrintScope::Api | PrintScope::Crate => "bytes::Bytes",
                PrintScope::Text => "Bytes",
            }),
            ResponseKind::Events(data) => {
                let data = self.ty(data, scope);
                RustType::new(format!("{}<{data}>", runtime_type("Events", scope)))
            }
            ResponseKind::JsonStream(item) => {
                let item = self.ty(item, scope);
                RustType::new(format!("{}<{item}>", runtime_type("JsonStream", scope)))
            }
        })
    }

    /// Returns the output of a call as a Rust type.
    pub fn output_type(
        &self,
        id: OperationId,
        outcome: &Outcome<'_>,
        scope: PrintScope,
    ) -> RustType {
        let body = |response| {
            self.response_type(outcome.kind(response), scope)
                .map_or_else(|| "()".to_owned(), |ty| ty.to_string())
        };
        RustType::new(match outcome.shape {
            OutputShape::Unit => "()".to_owned(),
            OutputShape::Single(response) => body(response),
            OutputShape::Optional(response) => format!("Option<{}>", body(response)),
            OutputShape::Enum => {
                let output = &self.names.operation(id).output;
                match scope {
                    PrintScope::Crate => {
                        let group = self.api.operations[id.0].group;
                        format!("crate::{}::{output}", self.group_module(group))
                    }
                    PrintScope::Model | PrintScope::Api | PrintScope::Text => output.to_string(),
                }
            }
        })
    }

    /// Returns the output of a call in rustdoc, with a link to its model or its own enumeration.
    pub fn output_link(&self, id: OperationId, outcome: &Outcome<'_>) -> String {
        match outcome.shape {
            OutputShape::Unit => "`()`".to_owned(),
            OutputShape::Single(response) => self.body_link(outcome.kind(response), "", ""),
            OutputShape::Optional(response) => {
                self.body_link(outcome.kind(response), "Option<", ">")
            }
            OutputShape::Enum => format!("[`{}`]", self.names.operation(id).output),
        }
    }

    /// Returns the variants of an operation's own enumeration as a list for rustdoc; empty if the operation
    /// has none.
    pub fn output_variants(&self, id: OperationId, outcome: &Outcome<'_>) -> Vec<String> {
        if !outcome.is_enum() {
            return Vec::new();
        }
        let names = self.names.operation(id);
        let line = |success: &Success<'_>| {
            let variant = names.variant(success.id);
            let body = match &success.response.kind {
                ResponseKind::Empty => String::new(),
                kind => format!(" with {}", self.body_link(kind, "", "")),
            };
            let status = status_word(success.response.status);
            format!(
                "- [`{variant}`]({}::{variant}){body} for {status}",
                names.output
            )
        };
        outcome.successes.iter().map(line).collect()
    }

    /// Returns the body of an error in the rustdoc of an operation, with the path by which callers name its
    /// model.
    pub fn error_body_link(&self, kind: &ResponseKind, group: GroupId) -> String {
        let ResponseKind::Json(ty) = kind else {
            return self.body_link(kind, "", "");
        };
        let module = |id| self.layout.module(self.layout.home(id), self.names);
        let text = type_text(self.options.dates, ty, PrintScope::Text, &|id| {
            format!("{}::{}", module(id), self.names.of(id).ident)
        });
        match (model_in(ty), ty) {
            // rustdoc reports a target that the text has already.
            (Some(_), TypeRef::Named(_)) if self.imports_models(group) => format!("[`{text}`]"),
            (Some(id), _) => format!("[`{text}`]({})", self.model_link(id)),
            (None, _) => format!("`{text}`"),
        }
    }

    /// Returns a body in rustdoc, between `before` and `after`, with a link to its model.
    pub fn body_link(&self, kind: &ResponseKind, before: &str, after: &str) -> String {
        let model = |id| self.model_link(id);
        match kind {
            ResponseKind::Json(ty) => self.linked_in(ty, before, after, model),
            ResponseKind::Events(data) => {
                let (before, after) = (format!("{before}Events<"), format!(">{after}"));
                self.linked_in(data, &before, &after, model)
            }
            ResponseKind::JsonStream(item) => {
                let (before, after) = (format!("{before}JsonStream<"), format!(">{after}"));
                self.linked_in(item, &before, &after, model)
            }
            ResponseKind::Empty | ResponseKind::Text | ResponseKind::Bytes => {
                match self.response_type(kind, PrintScope::Text) {
                    Some(ty) => format!("`{before}{ty}{after}`"),
                    None => "no body".to_owned(),
                }
            }
        }
    }
}
