//! Request bodies and responses.

use super::Lowering;
use super::all_of::MergedSchema;
use super::annotations::text;
use super::media::{MediaFamily, family, multipart_type};
use super::schema::SchemaKind;
use crate::fallback::FallbackReason;
use crate::ir::{
    Body, BodyKind, Direction, Docs, MediaChoice, Part, Primitive, Response, ResponseKind, Status,
    TypeRef,
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

    /// Returns a body with these media types, of which one is sent unless the call chooses another.
    fn body(&mut self, body: &RequestBody, same: &[&MediaType]) -> Option<Body> {
        let media = preferred(same)?;
        let (kind, additional) = self.body_kind(media);
        let is_empty = kind.fields().is_some_and(|fields| fields.is_empty());
        if !body.required && is_empty && additional.is_none() {
            self.fall_back(&media.pointer, FallbackReason::EmptyForm);
            return None;
        }
        let media_type = sent_name(&media.name, &kind);
        let others = same.iter().filter(|it| it.name != media.name);
        Some(Body {
            pointer: media.pointer.clone(),
            required: body.required,
            docs: Docs {
                summary: None,
                description: text(&body.description),
            },
            media_choice: media_choice(&kind, &media_type, same),
            media_type,
            kind,
            additional,
            alternates: others.map(|it| it.name.clone()).collect(),
            example: self.example(media),
        })
    }

    /// Returns the content of a body of `media`, and its further fields or parts.
    fn body_kind(&mut self, media: &MediaType) -> (BodyKind, Option<Part>) {
        let kind = match self.family_of(media) {
            MediaFamily::Form => return self.form(media),
            MediaFamily::Multipart => return self.multipart(media),
            MediaFamily::Wildcard if self.is_structured(media.schema) => {
                BodyKind::Json(self.json(media))
            }
            MediaFamily::Wildcard | MediaFamily::Bytes => {
                self.note_items(media);
                BodyKind::Bytes
            }
            MediaFamily::Json
            | MediaFamily::JsonSequence
            | MediaFamily::Text
            | MediaFamily::Events
            | MediaFamily::Xml
                if self.is_binary(media.schema) =>
            {
                BodyKind::Bytes
            }
            MediaFamily::Json => BodyKind::Json(self.json(media)),
            MediaFamily::Text | MediaFamily::Events | MediaFamily::Xml => {
                self.note_text(media);
                BodyKind::Text
            }
            MediaFamily::JsonSequence => match self.sequence_item(media) {
                Some(item) => BodyKind::JsonSequence(TypeRef::Array(Box::new(item))),
                None => BodyKind::Text,
            },
        };
        (kind, None)
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
            has_error_events: false,
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
        lowered.has_error_events =
            matches!(lowered.kind, ResponseKind::Events(_)) && self.has_error_events(media);
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
            let message = format!(
                "a response with status {code} can't have a body, so the documented body is ignored"
            );
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

/// Returns the media type that is sent by default: the first one that is no range, or else the first.
fn preferred<'m>(same: &[&'m MediaType]) -> Option<&'m MediaType> {
    let first = *same.first()?;
    let is_equal =
        |it: &&&MediaType| !it.name.contains('*') && family(&it.name) == family(&first.name);
    Some(same.iter().find(is_equal).map_or(first, |it| *it))
}

/// Returns the media type that is sent, in place of a range where one is known for the content.
fn sent_name(name: &str, kind: &BodyKind) -> String {
    let is_range = name.contains('*');
    let sent = match (kind, family(name)) {
        (BodyKind::Multipart(_), _) => return multipart_type(name),
        (BodyKind::Json(_), _) if is_range => "application/json",
        (BodyKind::Text, MediaFamily::Text) if is_range => "text/plain",
        (BodyKind::Bytes, MediaFamily::Json | MediaFamily::Wildcard) if is_range => {
            "application/octet-stream"
        }
        _ => name,
    };
    sent.to_owned()
}

/// Returns whether a call may or must choose between the media types of a body.
fn media_choice(kind: &BodyKind, media_type: &str, same: &[&MediaType]) -> MediaChoice {
    let has_range = same.iter().any(|it| it.name.contains('*'));
    let has_boundary = media_type.to_ascii_lowercase().contains("boundary=");
    match kind {
        // The media type decides how the fields, parts or documents are delimited.
        BodyKind::Form(_) | BodyKind::Multipart(_) | BodyKind::JsonSequence(_) => {
            MediaChoice::Fixed
        }
        BodyKind::Bytes if family(media_type) == MediaFamily::Multipart && !has_boundary => {
            MediaChoice::Required
        }
        _ if media_type.contains('*') => MediaChoice::Required,
        // Whatever the name of the range is, the document is JSON.
        BodyKind::Json(_) if same.len() == 1 => MediaChoice::Fixed,
        _ if same.len() > 1 || has_range => MediaChoice::Optional,
        BodyKind::Json(_) | BodyKind::Text | BodyKind::Bytes => MediaChoice::Fixed,
    }
}
