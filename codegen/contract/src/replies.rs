//! The responses of the recorder, and the examples of responses.

use serde_json::{Value, json};
use wiretrue_codegen::ir::{self, ResponseKind, Status};
use wiretrue_codegen::normalise::resolved::{self, MediaType};

use super::arguments::XML;
use super::cases::{Example, NoteKind, Reply};
use super::inputs::is_xml;
use super::planner::Planner;
use super::sample::{Extent, Letters};

impl Planner<'_> {
    /// Returns a response for each example of each successful response, or a generated one.
    pub(super) fn replies(
        &mut self,
        operation: &ir::Operation,
        written: &resolved::Operation,
    ) -> Vec<Reply> {
        let is_2xx = |status: Status| matches!(status, Status::Code(200..=299) | Status::Range(2));
        let any_2xx = operation.responses.iter().any(|it| is_2xx(it.status));
        let mut replies = Vec::new();
        for response in &operation.responses {
            let status = match response.status {
                Status::Code(code @ 200..=299) => code,
                Status::Range(2) => free_code(operation),
                Status::Default if !any_2xx => 200,
                Status::Code(code @ 300..=399) if !any_2xx => code,
                Status::Range(3) if !any_2xx => 300,
                Status::Code(_) | Status::Range(_) | Status::Default => continue,
            };
            let bodies = match self.bodies(response, written) {
                Ok(bodies) => bodies,
                Err(why) => {
                    self.note(NoteKind::NoResponse, response.pointer.as_str(), why);
                    continue;
                }
            };
            replies.extend(bodies.into_iter().map(|body| Reply {
                status,
                media_type: response.media_type.clone(),
                body,
            }));
        }
        replies
    }

    pub(super) fn bodies(
        &mut self,
        response: &ir::Response,
        written: &resolved::Operation,
    ) -> Result<Vec<String>, String> {
        let media = media_of(response, written);
        match &response.kind {
            ResponseKind::Empty => Ok(vec![String::new()]),
            ResponseKind::Text | ResponseKind::Bytes => {
                let is_xml = response.media_type.as_deref().is_some_and(is_xml);
                Ok(vec![if is_xml { XML } else { "text" }.to_owned()])
            }
            ResponseKind::Events(_) if media.is_some_and(|media| media.item_schema.is_some()) => {
                Err("its schema describes the fields of an event".to_owned())
            }
            ResponseKind::JsonStream(_) if is_multipart(response) => {
                Err("it is a multipart body".to_owned())
            }
            kind @ (ResponseKind::Json(_)
            | ResponseKind::Events(_)
            | ResponseKind::JsonStream(_)) => {
                let schema = media.and_then(|media| media.item_schema.or(media.schema));
                let judge = &mut self.responses.judge;
                let mut fits =
                    |value: &Value| schema.is_none_or(|id| judge.fault(id, value).is_none());
                let examples = media.into_iter().flat_map(|media| &media.examples);
                let mut bodies: Vec<_> = examples
                    .filter(|example| fits(&example.value))
                    .map(|example| example.value.to_string())
                    .collect();
                if bodies.is_empty() {
                    let value = match schema {
                        Some(id) => self.responses.make(id, Extent::All, Letters::Any)?,
                        None => json!({}),
                    };
                    bodies.push(value.to_string());
                }
                let write: fn(&str) -> String = match kind {
                    ResponseKind::Events(_) => event,
                    ResponseKind::JsonStream(_) => line,
                    _ => return Ok(bodies),
                };
                let is_list = media.is_some_and(|media| media.item_schema.is_none());
                for body in &mut bodies {
                    *body = match serde_json::from_str(body) {
                        Ok(Value::Array(items)) if is_list => {
                            items.iter().map(|item| write(&item.to_string())).collect()
                        }
                        _ => write(body),
                    };
                }
                Ok(bodies)
            }
        }
    }

    /// Adds the examples of all responses that the client decodes as JSON.
    pub(super) fn examples(&mut self, operation: &ir::Operation, written: &resolved::Operation) {
        for response in &operation.responses {
            let (ResponseKind::Json(ty), Some(media)) =
                (&response.kind, media_of(response, written))
            else {
                continue;
            };
            for example in &media.examples {
                let pointer = example.pointer.to_string();
                if self.cases.examples.iter().any(|it| it.pointer == pointer) {
                    continue;
                }
                let ty = self.made.type_in_api(ty);
                let known = self.cases.types.iter().position(|it| *it == ty);
                let ty = known.unwrap_or_else(|| {
                    self.cases.types.push(ty);
                    self.cases.types.len() - 1
                });
                self.cases.examples.push(Example {
                    pointer,
                    media: media.pointer.as_str().to_owned(),
                    ty,
                    value: example.value.clone(),
                });
            }
        }
    }
}

fn is_multipart(response: &ir::Response) -> bool {
    let media_type = response.media_type.as_deref();
    media_type.is_some_and(|it| it.starts_with("multipart/"))
}

fn line(document: &str) -> String {
    format!("{document}\n")
}

/// Formats an event with this data, which is one line.
fn event(data: &str) -> String {
    format!("data: {data}\n\n")
}

/// Returns the media type of a response that the client decodes.
fn media_of<'a>(
    response: &ir::Response,
    written: &'a resolved::Operation,
) -> Option<&'a MediaType> {
    let mut responses = written.responses.iter();
    let of = responses.find(|it| it.status == response.status)?;
    let name = response.media_type.as_deref();
    let named = of
        .content
        .iter()
        .find(|media| Some(media.name.as_str()) == name);
    named.or(of.content.first())
}

/// Returns a status of the range 2XX without a response of its own.
fn free_code(operation: &ir::Operation) -> u16 {
    let taken = |code: &u16| {
        let mut responses = operation.responses.iter();
        responses.any(|it| it.status == Status::Code(*code))
    };
    (200..300)
        .find(|code| !taken(code) && *code != 204 && *code != 205)
        .unwrap_or(200)
}
