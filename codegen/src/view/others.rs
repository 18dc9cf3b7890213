//! Answers in another media type than the call asks for, though the document has it.

use super::print::StrLit;
use super::types::Context;
use crate::ir::{Half, Operation, OperationId, Response, ResponseKind};

/// A media type that the document has for other content of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// With the parameters that tell it from others.
    pub media_type: String,
    /// The method whose call reads it.
    pub method: String,
}

/// As an expression for what the runtime calls `Others`.
pub fn list(others: &[Other]) -> String {
    let pairs = others.iter().map(|it| {
        let (media_type, method) = (StrLit::new(&it.media_type), StrLit::new(&it.method));
        format!("({media_type}, {method})")
    });
    format!("&[{}]", pairs.collect::<Vec<_>>().join(", "))
}

impl Context<'_> {
    /// The media types of an answer that a call of this operation doesn't read.
    ///
    /// JSON of the same Rust type is read whatever it is called. Texts and bytes aren't, for
    /// their name is all that is known of their content.
    pub(super) fn others(&self, id: OperationId, response: &Response) -> Vec<Other> {
        if response.others.is_empty() {
            return Vec::new();
        }
        let calls = self.calls_by_answer(id, response);
        let of_others = calls.iter().flat_map(|(_, answer)| &answer.others);
        let own = response.media_type.iter().flat_map(|it| it.split(", "));
        let own: Vec<String> = of_others
            .filter(|it| !response.others.contains(it))
            .map(String::as_str)
            .chain(own)
            .map(|it| type_and_parameters(it).0)
            .collect();
        let mut others: Vec<Other> = Vec::new();
        for name in response.others.iter().filter(|it| !it.contains('*')) {
            let mut reading = calls.iter().filter(|(_, it)| !it.others.contains(name));
            let Some((call, answer)) = reading.next() else {
                continue;
            };
            if self.is_same_json(&answer.kind, &response.kind) {
                continue;
            }
            let method = self.names.operation(*call).method.bare();
            let (media_type, parameters) = type_and_parameters(name);
            let whole = format!("{media_type}{parameters}");
            // A parameter is all that tells two of the same type apart, if there is one.
            let is_apart = !own.contains(&media_type);
            let told = [
                (!parameters.is_empty(), whole),
                (is_apart, media_type.clone()),
            ];
            for (_, media_type) in told.into_iter().filter(|(is_told, _)| *is_told) {
                if !others.iter().any(|it| it.media_type == media_type) {
                    others.push(Other {
                        media_type,
                        method: method.to_owned(),
                    });
                }
            }
        }
        others.sort_by_key(|it| !it.media_type.contains(';'));
        others
    }

    /// The calls of an operation that ask for different answers, each with this one of its answers.
    fn calls_by_answer(
        &self,
        id: OperationId,
        response: &Response,
    ) -> Vec<(OperationId, &Response)> {
        let operations = &self.api.operations;
        let alternative = operations[id.0].alternative.as_ref();
        let first = alternative.map_or(id, |it| it.of);
        // They stand behind all first calls, in the order of these.
        let is_before = |it: &Operation| it.alternative.as_ref().is_none_or(|it| it.of < first);
        let start = operations.partition_point(is_before);
        let others = operations.iter().enumerate().skip(start);
        let others = others
            .map_while(|(index, it)| Some((index, it, it.alternative.as_ref()?)))
            .take_while(|(_, _, alternative)| alternative.of == first)
            .filter(|(_, _, alternative)| alternative.half == Half::Response)
            .map(|(index, it, _)| (OperationId(index), it));
        std::iter::once((first, &operations[first.0]))
            .chain(others)
            .filter_map(|(id, operation)| {
                let mut responses = operation.responses.iter();
                Some((id, responses.find(|it| it.pointer == response.pointer)?))
            })
            .collect()
    }

    fn is_same_json(&self, one: &ResponseKind, other: &ResponseKind) -> bool {
        match (one, other) {
            (ResponseKind::Json(one), ResponseKind::Json(other)) => {
                self.resolved(one) == self.resolved(other)
            }
            _ => false,
        }
    }
}

/// The type of a media type in lower case, and its parameters, each with its semicolon. A character
/// set says nothing of the content.
fn type_and_parameters(name: &str) -> (String, String) {
    let (media_type, parameters) = name.split_once(';').unwrap_or((name, ""));
    let parameters = parameters.split(';').map(str::trim);
    let is_told = |it: &&str| !it.is_empty() && !it.to_ascii_lowercase().starts_with("charset=");
    let parameters = parameters
        .filter(is_told)
        .map(|it| format!("; {}", it.replace('"', "")));
    (media_type.trim().to_ascii_lowercase(), parameters.collect())
}
