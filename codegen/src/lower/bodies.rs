//! Request bodies and responses.

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::media::{MediaFamily, family};
use super::schema::SchemaKind;
use crate::fallback::FallbackReason;
use crate::ir::{
    Body, BodyKind, Direction, Docs, Primitive, Response, ResponseKind, Status, TypeRef,
};
use crate::normalise::resolved::{self, MediaType, Operation, RequestBody, SchemaId};

const ANY: TypeRef = TypeRef::Primitive(Primitive::Any);

impl Lowering<'_, '_> {
    /// Returns the bodies that an operation can send, the preferred one first: one for each
    /// content. Empty if the document has no media type, or only an optional form without fields.
    pub(super) fn bodies(&mut self, body: &RequestBody) -> Vec<Body> {
        if body.content.is_empty() {
            self.warn(
                &body.pointer,
                "the request body has no media type, so no body is sent",
                "add a media type to `content`",
            );
        }
        let mut bodies = Vec::new();
        for same in self.alternatives(Direction::Request, &body.content) {
            bodies.extend(self.body(body, &same));
        }
        bodies
    }

    /// Returns a body with these media types, of which the first is sent.
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

    /// Returns the content of a body of `media`, and the media type that is sent.
    fn body_kind(&mut self, media: &MediaType) -> (BodyKind, String) {
        let own = media.name.clone();
        match self.family_of(media) {
            MediaFamily::Json if self.is_binary(media.schema) => (BodyKind::Bytes, own),
            MediaFamily::Json => (BodyKind::Json(self.json(media)), concrete(own)),
            MediaFamily::Form => (self.form(media), own),
            MediaFamily::JsonSequence if self.is_binary(media.schema) => (BodyKind::Bytes, own),
            MediaFamily::JsonSequence => match self.sequence_item(media) {
                Some(item) => {
                    let list = TypeRef::Array(Box::new(item));
                    (BodyKind::JsonSequence(list), own)
                }
                None => (BodyKind::Text, own),
            },
            MediaFamily::Wildcard if self.is_structured(media.schema) => (
                BodyKind::Json(self.json(media)),
                "application/json".to_owned(),
            ),
            MediaFamily::Text | MediaFamily::Events | MediaFamily::Xml
                if self.is_binary(media.schema) =>
            {
                (BodyKind::Bytes, concrete(own))
            }
            MediaFamily::Text | MediaFamily::Events | MediaFamily::Xml => {
                self.note_text(media);
                (BodyKind::Text, concrete(own))
            }
            MediaFamily::Multipart => (self.multipart(media), "multipart/form-data".to_owned()),
            MediaFamily::Wildcard | MediaFamily::Bytes => {
                self.note_items(media);
                (BodyKind::Bytes, concrete(own))
            }
        }
    }

    /// Returns a response with the body that the client asks for.
    pub(super) fn response(
        &mut self,
        operation: &Operation,
        response: &resolved::Response,
    ) -> Response {
        let headers = response.headers.iter();
        let headers = headers.map(|it| self.response_header(it)).collect();
        let mut lowered = Response {
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
            self.set_media_types(&mut lowered, &same, &response.content);
        }
        lowered
    }

    /// Gives a response one of these media types, of which the first is requested.
    pub(super) fn set_media_types(
        &mut self,
        lowered: &mut Response,
        same: &[&MediaType],
        content: &[MediaType],
    ) {
        let Some(media) = same.first() else { return };
        let is_other = |it: &&MediaType| !same.iter().any(|own| own.name == it.name);
        lowered.alternates = content
            .iter()
            .filter(is_other)
            .map(|it| it.name.clone())
            .collect();
        lowered.kind = self.response_kind(media);
        lowered.media_type = Some(match lowered.kind {
            // The caller gets bytes either way, so each of these media types is accepted.
            ResponseKind::Bytes => {
                let names: Vec<&str> = same.iter().map(|it| it.name.as_str()).collect();
                names.join(", ")
            }
            ResponseKind::Json(_)
            | ResponseKind::Text
            | ResponseKind::Events(_)
            | ResponseKind::JsonStream(_)
            | ResponseKind::Empty => media.name.clone(),
        });
        lowered.example = self.example(media);
    }

    /// Whether HTTP allows the response to have a body (RFC 9110, section 6.4.1).
    fn has_body(&mut self, operation: &Operation, response: &resolved::Response) -> bool {
        if operation.method.eq_ignore_ascii_case("head") {
            return false;
        }
        let Status::Code(code @ (100..=199 | 204 | 205 | 304)) = response.status else {
            return true;
        };
        if !response.content.is_empty() {
            let message =
                format!("a response with status {code} has no body; the described one is ignored");
            self.warn(
                &response.pointer,
                message,
                "use another status, or remove `content`",
            );
        }
        false
    }

    fn response_kind(&mut self, media: &MediaType) -> ResponseKind {
        if family(&media.name) == MediaFamily::Events {
            return ResponseKind::Events(self.event_data(media));
        }
        if self.is_binary(media.schema) {
            return ResponseKind::Bytes;
        }
        match self.family_of(media) {
            MediaFamily::Json => ResponseKind::Json(self.json(media)),
            MediaFamily::JsonSequence => match self.sequence_item(media) {
                Some(item) => ResponseKind::JsonStream(item),
                None => ResponseKind::Text,
            },
            MediaFamily::Wildcard if self.is_structured(media.schema) => {
                ResponseKind::Json(self.json(media))
            }
            MediaFamily::Text | MediaFamily::Events | MediaFamily::Form | MediaFamily::Xml => {
                self.note_text(media);
                ResponseKind::Text
            }
            MediaFamily::Wildcard | MediaFamily::Multipart | MediaFamily::Bytes => {
                self.note_items(media);
                ResponseKind::Bytes
            }
        }
    }

    /// Returns the type of a JSON document.
    fn json(&mut self, media: &MediaType) -> TypeRef {
        match media.schema {
            Some(schema) => self.use_of(schema).into_type(),
            None => {
                self.fall_back(&media.pointer, FallbackReason::NoSchema);
                ANY
            }
        }
    }

    /// Notes a body that has a schema, but is passed as text.
    fn note_text(&mut self, media: &MediaType) {
        let reason = match family(&media.name) {
            MediaFamily::Xml => FallbackReason::Xml,
            _ => FallbackReason::StructuredText,
        };
        if self.is_structured(media.schema) {
            self.fall_back(&media.pointer, reason);
        }
    }

    /// Returns whether a schema has `format: binary`, which means bytes outside of JSON.
    pub(super) fn is_binary(&mut self, schema: Option<SchemaId>) -> bool {
        let Some(id) = schema else { return false };
        let merged = self.merged(self.canonical(id));
        merged.schema.format.as_deref() == Some("binary") && self.is_string(&merged)
    }

    /// Whether a schema describes more than a string.
    pub(super) fn is_structured(&mut self, schema: Option<SchemaId>) -> bool {
        let Some(id) = schema else { return false };
        let merged = self.merged(self.canonical(id));
        !matches!(
            self.kind(&merged),
            SchemaKind::StringEnum | SchemaKind::Any(_)
        ) && !self.is_string(&merged)
    }

    fn is_string(&self, merged: &MergedSchema<'_>) -> bool {
        let kind = self.kind(merged);
        kind == SchemaKind::Primitive(super::schema::string(merged.schema.format.as_deref()))
    }

    fn example(&self, media: &MediaType) -> Option<serde_json::Value> {
        let own = media.examples.first().map(|example| example.value.clone());
        own.or_else(|| media.schema.and_then(|id| self.schema(id).example.clone()))
    }
}

/// Returns a media type that can be sent, in place of a range.
fn concrete(name: String) -> String {
    match (name.contains('*'), name.starts_with("text/")) {
        (false, _) => name,
        (true, true) => "text/plain".to_owned(),
        (true, false) if family(&name) == MediaFamily::Json => "application/json".to_owned(),
        (true, false) => "application/octet-stream".to_owned(),
    }
}
