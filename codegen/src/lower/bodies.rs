//! What operations send and what they answer.

use super::Lowering;
use super::all_of::Whole;
use super::annotations::text;
use super::media::{Family, family};
use super::schema::Kind;
use crate::fallback::FallbackReason;
use crate::ir::{
    Body, BodyKind, Direction, Docs, Primitive, Response, ResponseKind, Status, TypeRef,
};
use crate::normalise::resolved::{self, MediaType, Operation, RequestBody, SchemaId};

const ANY: TypeRef = TypeRef::Primitive(Primitive::Any);

impl Lowering<'_, '_> {
    /// What a call can send, the best first: a body for each sort of media type. None if the
    /// document gives no media type; a form without fields is none.
    pub(super) fn bodies(&mut self, body: &RequestBody) -> Vec<Body> {
        if body.content.is_empty() {
            self.warn(
                &body.pointer,
                "the request body has no media type, none is sent",
                "fill in `content`",
            );
        }
        let mut bodies = Vec::new();
        for same in self.alternatives(Direction::Request, &body.content) {
            bodies.extend(self.body(body, &same));
        }
        bodies
    }

    /// A body of these media types, of which the first is sent.
    fn body(&mut self, body: &RequestBody, same: &[&MediaType]) -> Option<Body> {
        let media = *same.first()?;
        let (kind, media_type) = self.body_kind(media);
        if !body.required && kind.fields().is_some_and(|fields| fields.is_empty()) {
            self.fall_back(&media.pointer, FallbackReason::EmptyForm);
            return None;
        }
        let is_bytes = matches!(kind, BodyKind::Bytes);
        Some(Body {
            pointer: media.pointer.clone(),
            required: body.required,
            docs: Docs {
                summary: None,
                description: text(&body.description),
            },
            any_media_type: is_bytes && (same.len() > 1 || media.name.contains('*')),
            media_type,
            kind,
            alternates: same.iter().skip(1).map(|it| it.name.clone()).collect(),
            example: self.example(media),
        })
    }

    /// What is sent as `media`, and under which name.
    fn body_kind(&mut self, media: &MediaType) -> (BodyKind, String) {
        let own = media.name.clone();
        match family(&media.name) {
            Family::Json if self.is_binary(media.schema) => (BodyKind::Bytes, own),
            Family::Json => (BodyKind::Json(self.json(media)), concrete(own)),
            Family::Form => (self.form(media), own),
            Family::Wildcard if self.is_structured(media.schema) => (
                BodyKind::Json(self.json(media)),
                "application/json".to_owned(),
            ),
            Family::Text | Family::Events | Family::Xml if self.is_binary(media.schema) => {
                (BodyKind::Bytes, concrete(own))
            }
            Family::Text | Family::Events | Family::Xml => {
                self.note_text(media);
                (BodyKind::Text, concrete(own))
            }
            Family::Multipart => (self.multipart(media), "multipart/form-data".to_owned()),
            Family::Wildcard | Family::Bytes => (BodyKind::Bytes, concrete(own)),
        }
    }

    /// A response with the body that the client asks for.
    pub(super) fn response(
        &mut self,
        operation: &Operation,
        response: &resolved::Response,
    ) -> Response {
        let headers = response.headers.iter();
        let headers = headers.map(|it| self.response_header(it)).collect();
        let mut answer = Response {
            pointer: response.pointer.clone(),
            status: response.status,
            docs: Docs {
                summary: None,
                description: text(&Some(response.description.clone())),
            },
            media_type: None,
            alternates: Vec::new(),
            kind: ResponseKind::Empty,
            headers,
            example: None,
        };
        if self.has_body(operation, response)
            && let Some(same) = self
                .alternatives(Direction::Response, &response.content)
                .into_iter()
                .next()
        {
            self.answer_with(&mut answer, &same, &response.content);
        }
        answer
    }

    /// Makes an answer one of these media types, of which the first is asked for.
    pub(super) fn answer_with(
        &mut self,
        answer: &mut Response,
        same: &[&MediaType],
        content: &[MediaType],
    ) {
        let Some(media) = same.first() else { return };
        let is_other = |it: &&MediaType| !same.iter().any(|own| own.name == it.name);
        answer.alternates = content
            .iter()
            .filter(is_other)
            .map(|it| it.name.clone())
            .collect();
        answer.kind = self.response_kind(media);
        answer.media_type = Some(match answer.kind {
            // Any of them will do: the caller can't tell them apart.
            ResponseKind::Bytes => {
                let names: Vec<&str> = same.iter().map(|it| it.name.as_str()).collect();
                names.join(", ")
            }
            ResponseKind::Json(_)
            | ResponseKind::Text
            | ResponseKind::Events(_)
            | ResponseKind::Empty => media.name.clone(),
        });
        answer.example = self.example(media);
    }

    /// Whether HTTP lets the answer have a body (RFC 9110, 6.4.1).
    fn has_body(&mut self, operation: &Operation, response: &resolved::Response) -> bool {
        if operation.method.eq_ignore_ascii_case("head") {
            return false;
        }
        let Status::Code(code @ (100..=199 | 204 | 205 | 304)) = response.status else {
            return true;
        };
        if !response.content.is_empty() {
            let message =
                format!("an answer with status {code} has no body, the one described is not read");
            self.warn(
                &response.pointer,
                message,
                "use another status, or leave `content` out",
            );
        }
        false
    }

    fn response_kind(&mut self, media: &MediaType) -> ResponseKind {
        if family(&media.name) == Family::Events {
            return ResponseKind::Events(self.event_data(media));
        }
        if self.is_binary(media.schema) {
            return ResponseKind::Bytes;
        }
        match family(&media.name) {
            Family::Json => ResponseKind::Json(self.json(media)),
            Family::Wildcard if self.is_structured(media.schema) => {
                ResponseKind::Json(self.json(media))
            }
            Family::Text | Family::Events | Family::Form | Family::Xml => {
                self.note_text(media);
                ResponseKind::Text
            }
            Family::Wildcard | Family::Multipart | Family::Bytes => ResponseKind::Bytes,
        }
    }

    /// What the data of an event is: the schema is that of one event, as documents have it that
    /// come before `itemSchema` (OpenAPI 3.2).
    fn event_data(&mut self, media: &MediaType) -> TypeRef {
        if self.is_structured(media.schema) {
            self.json(media)
        } else {
            TypeRef::Primitive(Primitive::String)
        }
    }

    /// The type of a JSON document.
    fn json(&mut self, media: &MediaType) -> TypeRef {
        match media.schema {
            Some(schema) => self.use_of(schema).into_type(),
            None => {
                self.fall_back(&media.pointer, FallbackReason::NoSchema);
                ANY
            }
        }
    }

    /// Counts a body that a schema describes and the client passes as text.
    fn note_text(&mut self, media: &MediaType) {
        let reason = match family(&media.name) {
            Family::Xml => FallbackReason::Xml,
            _ => FallbackReason::StructuredText,
        };
        if self.is_structured(media.schema) {
            self.fall_back(&media.pointer, reason);
        }
    }

    /// Whether a schema says `format: binary`, which stands for bytes that aren't JSON.
    pub(super) fn is_binary(&mut self, schema: Option<SchemaId>) -> bool {
        let Some(id) = schema else { return false };
        let whole = self.whole(self.canonical(id));
        whole.schema.format.as_deref() == Some("binary") && self.is_string(&whole)
    }

    /// Whether a schema describes something that isn't just a string.
    pub(super) fn is_structured(&mut self, schema: Option<SchemaId>) -> bool {
        let Some(id) = schema else { return false };
        let whole = self.whole(self.canonical(id));
        !matches!(self.kind(&whole), Kind::StringEnum | Kind::Any(_)) && !self.is_string(&whole)
    }

    fn is_string(&self, whole: &Whole<'_>) -> bool {
        let kind = self.kind(whole);
        kind == Kind::Primitive(super::schema::string(whole.schema.format.as_deref()))
    }

    fn example(&self, media: &MediaType) -> Option<serde_json::Value> {
        let own = media.examples.first().map(|example| example.value.clone());
        own.or_else(|| media.schema.and_then(|id| self.schema(id).example.clone()))
    }
}

/// A media type that can be sent, in the place of a range.
fn concrete(name: String) -> String {
    match (name.contains('*'), name.starts_with("text/")) {
        (false, _) => name,
        (true, true) => "text/plain".to_owned(),
        (true, false) if family(&name) == Family::Json => "application/json".to_owned(),
        (true, false) => "application/octet-stream".to_owned(),
    }
}
