//! What operations send and what they answer.

use super::all_of::Whole;
use super::annotations::text;
use super::media::{Family, essence, family};
use super::schema::Kind;
use super::{Lowering, reasons};
use crate::ir::{
    Body, BodyKind, Docs, Primitive, Response, ResponseHeader, ResponseKind, Status, TypeRef,
};
use crate::normalise::resolved::{self, MediaType, Operation, RequestBody, SchemaId, StatusSpec};

const ANY: TypeRef = TypeRef::Primitive(Primitive::Any);

/// Which of several media types of a request is offered: the lowest.
fn request_rank(media: &MediaType) -> u8 {
    match family(&media.name) {
        Family::Json if essence(&media.name) == "application/json" => 0,
        Family::Json => 1,
        Family::Form => 2,
        Family::Multipart => 3,
        Family::Wildcard => 4,
        Family::Text => 5,
        Family::Xml => 6,
        Family::Bytes => 7,
    }
}

/// Which of several media types of an answer is asked for: the lowest.
fn response_rank(media: &MediaType) -> u8 {
    match family(&media.name) {
        Family::Json if essence(&media.name) == "application/json" => 0,
        Family::Json => 1,
        Family::Wildcard => 2,
        Family::Text | Family::Form => 3,
        Family::Xml => 4,
        Family::Bytes | Family::Multipart => 5,
    }
}

impl Lowering<'_, '_> {
    /// A request body; `None` if the document gives it no media type, or a form without fields.
    pub(super) fn body(&mut self, body: &RequestBody) -> Option<Body> {
        let Some(media) = body.content.iter().min_by_key(|media| request_rank(media)) else {
            self.warn(
                &body.pointer,
                "the request body has no media type, none is sent",
                "fill in `content`",
            );
            return None;
        };
        let (kind, media_type) = self.body_kind(media);
        if !body.required && kind.fields().is_some_and(|fields| fields.is_empty()) {
            self.fall_back(&media.pointer, reasons::FORM_EMPTY);
            return None;
        }
        let others = body
            .content
            .iter()
            .filter(|it| !std::ptr::eq(*it, media))
            .map(|it| it.name.clone())
            .collect();
        Some(Body {
            pointer: media.pointer.clone(),
            required: body.required,
            docs: Docs {
                summary: None,
                description: text(&body.description),
            },
            media_type,
            kind,
            others,
            example: self.example(media),
        })
    }

    /// What is sent as `media`, and under which name.
    fn body_kind(&mut self, media: &MediaType) -> (BodyKind, String) {
        let own = media.name.clone();
        match family(&media.name) {
            Family::Json if self.is_binary(media.schema) => (BodyKind::Bytes, own),
            Family::Json => (BodyKind::Json(self.json(media)), own),
            Family::Form => (self.form(media), own),
            Family::Wildcard if self.is_structured(media.schema) => (
                BodyKind::Json(self.json(media)),
                "application/json".to_owned(),
            ),
            Family::Text | Family::Xml if self.is_binary(media.schema) => {
                (BodyKind::Bytes, concrete(own))
            }
            Family::Text | Family::Xml => {
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
        let chosen = response
            .content
            .iter()
            .min_by_key(|media| response_rank(media));
        let chosen = chosen.filter(|_| self.has_body(operation, response));
        let headers = response.headers.iter().map(|header| ResponseHeader {
            name: header.name.clone(),
            docs: Docs {
                summary: None,
                description: text(&header.description),
            },
        });
        let headers = headers.collect();
        Response {
            pointer: response.pointer.clone(),
            status: match response.status {
                StatusSpec::Code(code) => Status::Code(code),
                StatusSpec::Range(digit) => Status::Range(digit),
                StatusSpec::Default => Status::Default,
            },
            docs: Docs {
                summary: None,
                description: text(&Some(response.description.clone())),
            },
            media_type: chosen.map(|media| media.name.clone()),
            kind: chosen.map_or(ResponseKind::Empty, |media| self.response_kind(media)),
            headers,
            example: chosen.and_then(|media| self.example(media)),
        }
    }

    /// Whether HTTP lets the answer have a body (RFC 9110, 6.4.1).
    fn has_body(&mut self, operation: &Operation, response: &resolved::Response) -> bool {
        if operation.method.eq_ignore_ascii_case("head") {
            return false;
        }
        let StatusSpec::Code(code @ (100..=199 | 204 | 205 | 304)) = response.status else {
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
        if self.is_binary(media.schema) {
            return ResponseKind::Bytes;
        }
        match family(&media.name) {
            Family::Json => ResponseKind::Json(self.json(media)),
            Family::Wildcard if self.is_structured(media.schema) => {
                ResponseKind::Json(self.json(media))
            }
            Family::Text | Family::Form | Family::Xml => {
                self.note_text(media);
                ResponseKind::Text
            }
            Family::Wildcard | Family::Multipart | Family::Bytes => ResponseKind::Bytes,
        }
    }

    /// The type of a JSON document.
    fn json(&mut self, media: &MediaType) -> TypeRef {
        match media.schema {
            Some(schema) => self.use_of(schema).into_type(),
            None => {
                self.fall_back(&media.pointer, reasons::NO_SCHEMA);
                ANY
            }
        }
    }

    /// Counts a body that a schema describes and the client passes as text.
    fn note_text(&mut self, media: &MediaType) {
        let reason = match family(&media.name) {
            Family::Xml => reasons::XML,
            _ => reasons::STRUCTURED_TEXT,
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
        let own = media.examples.first().cloned();
        own.or_else(|| media.schema.and_then(|id| self.schema(id).example.clone()))
    }
}

/// A media type that can be sent, in the place of a range.
fn concrete(name: String) -> String {
    match (name.contains('*'), name.starts_with("text/")) {
        (false, _) => name,
        (true, true) => "text/plain".to_owned(),
        (true, false) => "application/octet-stream".to_owned(),
    }
}
