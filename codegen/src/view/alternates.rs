//! Media types of a response that the document declares, but that the call doesn't request.

use serde::Serialize;

use super::print::StrLit;
use super::types::Context;
use crate::ir::{Direction, Operation, OperationId, Response, ResponseKind};

/// A media type that the document declares for other content of a response.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlternateView {
    /// The media type, with the parameters that distinguish it from others.
    pub media_type: StrLit,
    /// The method whose call decodes it.
    pub method: StrLit,
}

impl Context<'_> {
    /// Returns the media types of a response that a call of this operation doesn't decode. Those with
    /// parameters come first.
    ///
    /// JSON of the same Rust type is decoded with any media type. Text and bytes aren't, because nothing
    /// but the media type is known about their content.
    pub(super) fn alternates(&self, id: OperationId, response: &Response) -> Vec<AlternateView> {
        if response.alternates.is_empty() {
            return Vec::new();
        }
        let calls = self.calls_by_response(id, response);
        let offered = calls.iter().flat_map(|(_, it)| &it.alternates);
        let own = response.media_type.iter().flat_map(|it| it.split(", "));
        let own: Vec<String> = offered
            .filter(|it| !response.alternates.contains(it))
            .map(String::as_str)
            .chain(own)
            .map(|it| type_and_parameters(it).0)
            .collect();
        let mut alternates: Vec<(String, &str)> = Vec::new();
        for name in response.alternates.iter().filter(|it| !it.contains('*')) {
            let mut reading = calls.iter().filter(|(_, it)| !it.alternates.contains(name));
            let Some((call, read)) = reading.next() else {
                continue;
            };
            if self.is_same_json(&read.kind, &response.kind) {
                continue;
            }
            let method = self.names.operation(*call).method.bare();
            let (media_type, parameters) = type_and_parameters(name);
            let whole = format!("{media_type}{parameters}");
            // Without its parameters, the media type may be the same as one that the call decodes.
            let is_distinct = !own.contains(&media_type);
            let named = [(!parameters.is_empty(), whole), (is_distinct, media_type)];
            for (_, media_type) in named.into_iter().filter(|(is_named, _)| *is_named) {
                if !alternates.iter().any(|(it, _)| *it == media_type) {
                    alternates.push((media_type, method));
                }
            }
        }
        alternates.sort_by_key(|(media_type, _)| !media_type.contains(';'));
        let view = |(media_type, method): (String, &str)| AlternateView {
            media_type: StrLit::new(&media_type),
            method: StrLit::new(method),
        };
        alternates.into_iter().map(view).collect()
    }

    /// Returns the calls of an operation that request different responses, each with its version of this
    /// response.
    fn calls_by_response(
        &self,
        id: OperationId,
        response: &Response,
    ) -> Vec<(OperationId, &Response)> {
        let operations = &self.api.operations;
        let alternative = operations[id.0].alternative.as_ref();
        let first = alternative.map_or(id, |it| it.of);
        // Alternative calls follow all first calls, and are in the same order.
        let is_before = |it: &Operation| it.alternative.as_ref().is_none_or(|it| it.of < first);
        let start = operations.partition_point(is_before);
        let others = operations.iter().enumerate().skip(start);
        let others = others
            .map_while(|(index, it)| Some((index, it, it.alternative.as_ref()?)))
            .take_while(|(_, _, alternative)| alternative.of == first)
            .filter(|(_, _, alternative)| alternative.direction == Direction::Response)
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

/// Returns the type of a media type in lower case, and its parameters, each with its semicolon. The
/// parameter `charset` is left out, because it doesn't distinguish content.
fn type_and_parameters(name: &str) -> (String, String) {
    let (media_type, parameters) = name.split_once(';').unwrap_or((name, ""));
    let parameters = parameters.split(';').map(str::trim);
    let is_significant =
        |it: &&str| !it.is_empty() && !it.to_ascii_lowercase().starts_with("charset=");
    let parameters = parameters
        .filter(is_significant)
        .map(|it| format!("; {}", it.replace('"', "")));
    (media_type.trim().to_ascii_lowercase(), parameters.collect())
}
