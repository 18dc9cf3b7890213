//! Several media types for one body: which of them share a call, and which need one of their own.

use super::media::{FORM_DATA, MediaFamily, essence, family, is_yaml, multipart_type};
use super::schema::SchemaKind;
use super::{Lowering, MAX_DEPTH};
use crate::ir::{
    Alternative, Body, Direction, Operation, OperationId, Response, ResponseKind, is_success,
};
use crate::normalise::resolved::{self, MediaType, SchemaId};

/// The content of a body. Media types with the same content differ only in name.
#[derive(Clone, Debug, PartialEq)]
enum ContentKind {
    /// A JSON document with this schema. Without a schema, it equals any other JSON document.
    Json(Option<JsonContent>),
    Form,
    /// A multipart body of this media type.
    Multipart(String),
    /// Text of this media type.
    Text(String),
    Xml,
    /// A stream of events.
    Events,
    /// JSON documents in a row, with the schema of each.
    JsonSequence(JsonContent),
    /// Bytes of this media type, or of any media type if the name is empty.
    Bytes(String),
}

/// The number of arrays around a schema, and the schema.
type JsonContent = (usize, SchemaId);

impl ContentKind {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(None), Self::Json(_)) | (Self::Json(_), Self::Json(None)) => true,
            (one, other) => one == other,
        }
    }
}

/// Media types grouped by content. The first of each group is used.
pub(super) type Alternatives<'m> = Vec<Vec<&'m MediaType>>;

/// The preference for a media type: the lowest rank wins, then the order of the document.
fn rank(direction: Direction, media: &MediaType) -> u8 {
    match (direction, family(&media.name)) {
        (_, MediaFamily::Json) if essence(&media.name) == "application/json" => 0,
        (_, MediaFamily::Json) => 1,
        (Direction::Request, MediaFamily::Form) => 2,
        (Direction::Request, MediaFamily::Multipart)
            if multipart_type(&media.name) == FORM_DATA =>
        {
            3
        }
        (Direction::Request, MediaFamily::Multipart | MediaFamily::JsonSequence) => 4,
        (Direction::Request, MediaFamily::Text | MediaFamily::Events) => 5,
        (Direction::Request, MediaFamily::Xml) => 6,
        (Direction::Request, MediaFamily::Bytes) => 7,
        (Direction::Request, MediaFamily::Wildcard) => 8,
        (
            Direction::Response,
            MediaFamily::Form
            | MediaFamily::Multipart
            | MediaFamily::Text
            | MediaFamily::Events
            | MediaFamily::JsonSequence
            | MediaFamily::Xml
            | MediaFamily::Bytes,
        ) => 2,
        (Direction::Response, MediaFamily::Wildcard) => 3,
    }
}

impl Lowering<'_, '_> {
    /// Groups the media types of a body by content, the preferred group first.
    pub(super) fn alternatives<'m>(
        &mut self,
        direction: Direction,
        content: &'m [MediaType],
    ) -> Alternatives<'m> {
        let mut ranked: Vec<&MediaType> = content.iter().collect();
        ranked.sort_by_key(|media| rank(direction, media));
        let mut found: Vec<(ContentKind, Vec<&MediaType>)> = Vec::new();
        for media in ranked {
            let kind = self.content_kind(direction, media);
            if let Some((_, same)) = found.iter_mut().find(|(it, _)| it.is_same(&kind)) {
                same.push(media);
            } else if !found.is_empty() && self.adds_nothing(media, content) {
                found[0].1.push(media);
            } else {
                found.push((kind, vec![media]));
            }
        }
        found.into_iter().map(|(_, same)| same).collect()
    }

    fn content_kind(&mut self, direction: Direction, media: &MediaType) -> ContentKind {
        let binary = self.is_binary(media.schema);
        let any_bytes = || match direction {
            Direction::Request => ContentKind::Bytes(String::new()),
            Direction::Response => ContentKind::Bytes(bytes_name(&media.name)),
        };
        match self.family_of(media) {
            MediaFamily::Form if direction == Direction::Request => ContentKind::Form,
            MediaFamily::Multipart if direction == Direction::Request => {
                ContentKind::Multipart(multipart_type(&media.name))
            }
            MediaFamily::Events if direction == Direction::Response => ContentKind::Events,
            _ if binary => any_bytes(),
            // Requests can have the JSON document as YAML.
            _ if direction == Direction::Request
                && is_yaml(&media.name)
                && self.is_structured(media.schema) =>
            {
                ContentKind::Json(media.schema.map(|it| self.described(it)))
            }
            MediaFamily::Json => ContentKind::Json(media.schema.map(|it| self.described(it))),
            MediaFamily::Wildcard if self.is_structured(media.schema) => {
                ContentKind::Json(media.schema.map(|it| self.described(it)))
            }
            MediaFamily::JsonSequence => match self.sequence_schema(media) {
                Some(item) => ContentKind::JsonSequence(self.described(item)),
                None => ContentKind::Text(essence(&media.name)),
            },
            MediaFamily::Text | MediaFamily::Events | MediaFamily::Form => {
                ContentKind::Text(essence(&media.name))
            }
            MediaFamily::Xml => ContentKind::Xml,
            MediaFamily::Wildcard | MediaFamily::Bytes | MediaFamily::Multipart => any_bytes(),
        }
    }

    /// Returns the content that a schema describes, whether its arrays are inline or referenced.
    fn described(&mut self, schema: SchemaId) -> JsonContent {
        let mut schema = self.canonical(schema);
        for depth in 0..MAX_DEPTH {
            let merged = self.merged(schema);
            match self.kind(&merged) {
                SchemaKind::Array(Some(item)) => schema = self.canonical(item),
                _ => return (depth, schema),
            }
        }
        (MAX_DEPTH, schema)
    }

    /// Whether a media type adds nothing to the others: a range without a schema, or `text/plain`
    /// for what is a JSON document, as some frameworks list it.
    fn adds_nothing(&mut self, media: &MediaType, content: &[MediaType]) -> bool {
        let has_json = content
            .iter()
            .any(|it| family(&it.name) == MediaFamily::Json);
        match family(&media.name) {
            MediaFamily::Wildcard => media.schema.is_none(),
            MediaFamily::Text if essence(&media.name) == "text/plain" => {
                has_json && self.is_structured(media.schema)
            }
            _ => false,
        }
    }

    /// Returns the additional calls of an operation: one for each other content of the request
    /// body, and one for each other content of a successful response.
    pub(super) fn other_calls(
        &mut self,
        id: OperationId,
        source: &resolved::Operation,
        first: &Operation,
        bodies: Vec<Body>,
    ) -> Vec<Operation> {
        let mut calls = Vec::new();
        for body in bodies {
            let media_type = body.media_type.clone();
            calls.push(Operation {
                body: Some(body),
                alternative: Some(Alternative {
                    of: id,
                    direction: Direction::Request,
                    media_type,
                }),
                ..first.clone()
            });
        }
        let mut kinds: Vec<(ContentKind, String)> = Vec::new();
        for (response, lowered) in source.responses.iter().zip(&first.responses) {
            if lowered.kind == ResponseKind::Empty || !is_success(lowered.status, first.statuses())
            {
                continue;
            }
            for same in self
                .alternatives(Direction::Response, &response.content)
                .iter()
                .skip(1)
            {
                let kind = self.content_kind(Direction::Response, same[0]);
                if !kinds.iter().any(|(it, _)| it.is_same(&kind)) {
                    kinds.push((kind, same[0].name.clone()));
                }
            }
        }
        for (kind, media_type) in kinds {
            let responses = source
                .responses
                .iter()
                .zip(&first.responses)
                .map(|(response, lowered)| self.with_content(&kind, response, lowered, first));
            calls.push(Operation {
                responses: responses.collect(),
                alternative: Some(Alternative {
                    of: id,
                    direction: Direction::Response,
                    media_type,
                }),
                ..first.clone()
            });
        }
        calls
    }

    /// Returns a successful response with this content, if it has it.
    fn with_content(
        &mut self,
        kind: &ContentKind,
        response: &resolved::Response,
        lowered: &Response,
        first: &Operation,
    ) -> Response {
        let mut lowered = lowered.clone();
        if lowered.kind == ResponseKind::Empty || !is_success(lowered.status, first.statuses()) {
            return lowered;
        }
        let alternatives = self.alternatives(Direction::Response, &response.content);
        for same in &alternatives {
            if self
                .content_kind(Direction::Response, same[0])
                .is_same(kind)
            {
                self.set_media_types(&mut lowered, same, &response.content);
            }
        }
        lowered
    }
}

/// The name by which bytes are distinguished: images, audio and video only by their main type.
fn bytes_name(name: &str) -> String {
    let essence = essence(name);
    match essence.split_once('/') {
        Some((main @ ("image" | "audio" | "video"), _)) => main.to_owned(),
        _ => essence,
    }
}
