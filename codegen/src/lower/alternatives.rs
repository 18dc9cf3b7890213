//! Several media types for one body: which of them are one call, and which a call of its own.

use super::media::{Family, essence, family};
use super::schema::Kind;
use super::{Lowering, MAX_DEPTH};
use crate::ir::{
    Alternative, Body, Direction, Operation, OperationId, Response, ResponseKind, is_success,
};
use crate::normalise::resolved::{self, MediaType, SchemaId};

/// What a body is to a caller: media types of one sort differ in name alone.
#[derive(Clone, Debug, PartialEq)]
enum Sort {
    /// A JSON document of this content; of whatever a neighbour has, where none is given.
    Json(Option<Content>),
    Form,
    Multipart,
    /// Text in this media type.
    Text(String),
    Xml,
    /// A stream of events.
    Events,
    /// Bytes in this media type, or in any.
    Bytes(String),
}

/// How many arrays there are around a schema.
type Content = (usize, SchemaId);

impl Sort {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(None), Self::Json(_)) | (Self::Json(_), Self::Json(None)) => true,
            (one, other) => one == other,
        }
    }
}

/// Media types of one sort, the one that is used first.
pub(super) type Alternatives<'m> = Vec<Vec<&'m MediaType>>;

/// Which of several media types comes first: the lowest, and of those the document's first.
fn rank(direction: Direction, media: &MediaType) -> u8 {
    match (direction, family(&media.name)) {
        (_, Family::Json) if essence(&media.name) == "application/json" => 0,
        (_, Family::Json) => 1,
        (Direction::Request, Family::Form) => 2,
        (Direction::Request, Family::Multipart) => 3,
        (Direction::Request, Family::Text | Family::Events) => 5,
        (Direction::Request, Family::Xml) => 6,
        (Direction::Request, Family::Bytes) => 7,
        (Direction::Request, Family::Wildcard) => 8,
        (
            Direction::Response,
            Family::Form
            | Family::Multipart
            | Family::Text
            | Family::Events
            | Family::Xml
            | Family::Bytes,
        ) => 2,
        (Direction::Response, Family::Wildcard) => 3,
    }
}

impl Lowering<'_, '_> {
    /// The media types of a body by sort, the best first.
    pub(super) fn alternatives<'m>(
        &mut self,
        direction: Direction,
        content: &'m [MediaType],
    ) -> Alternatives<'m> {
        let mut ranked: Vec<&MediaType> = content.iter().collect();
        ranked.sort_by_key(|media| rank(direction, media));
        let mut found: Vec<(Sort, Vec<&MediaType>)> = Vec::new();
        for media in ranked {
            let sort = self.sort(direction, media);
            if let Some((_, same)) = found.iter_mut().find(|(it, _)| it.is_same(&sort)) {
                same.push(media);
            } else if !found.is_empty() && self.adds_nothing(media, content) {
                found[0].1.push(media);
            } else {
                found.push((sort, vec![media]));
            }
        }
        found.into_iter().map(|(_, same)| same).collect()
    }

    fn sort(&mut self, direction: Direction, media: &MediaType) -> Sort {
        let binary = self.is_binary(media.schema);
        let any_bytes = || match direction {
            Direction::Request => Sort::Bytes(String::new()),
            Direction::Response => Sort::Bytes(bytes_sort(&media.name)),
        };
        match family(&media.name) {
            Family::Form if direction == Direction::Request => Sort::Form,
            Family::Multipart if direction == Direction::Request => Sort::Multipart,
            Family::Events if direction == Direction::Response => Sort::Events,
            _ if binary => any_bytes(),
            Family::Json => Sort::Json(media.schema.map(|it| self.described(it))),
            Family::Wildcard if self.is_structured(media.schema) => {
                Sort::Json(media.schema.map(|it| self.described(it)))
            }
            Family::Text | Family::Events | Family::Form => Sort::Text(essence(&media.name)),
            Family::Xml => Sort::Xml,
            Family::Wildcard | Family::Bytes | Family::Multipart => any_bytes(),
        }
    }

    /// What a schema describes, whether its arrays are spelled out or referred to.
    fn described(&mut self, schema: SchemaId) -> Content {
        let mut schema = self.canonical(schema);
        for depth in 0..MAX_DEPTH {
            let whole = self.whole(schema);
            match self.kind(&whole) {
                Kind::Array(Some(item)) => schema = self.canonical(item),
                _ => return (depth, schema),
            }
        }
        (MAX_DEPTH, schema)
    }

    /// Whether a media type beside others says no more than they do: a range with no schema, or
    /// plain text that is a JSON document all the same, as some frameworks list it.
    fn adds_nothing(&mut self, media: &MediaType, content: &[MediaType]) -> bool {
        let has_json = content.iter().any(|it| family(&it.name) == Family::Json);
        match family(&media.name) {
            Family::Wildcard => media.schema.is_none(),
            Family::Text if essence(&media.name) == "text/plain" => {
                has_json && self.is_structured(media.schema)
            }
            _ => false,
        }
    }

    /// The calls that an operation makes beside its first: one for each other sort of request body,
    /// one for each other sort of good answer.
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
        let mut sorts: Vec<(Sort, String)> = Vec::new();
        for (response, answer) in source.responses.iter().zip(&first.responses) {
            if answer.kind == ResponseKind::Empty || !is_success(answer.status, first.statuses()) {
                continue;
            }
            for same in self
                .alternatives(Direction::Response, &response.content)
                .iter()
                .skip(1)
            {
                let sort = self.sort(Direction::Response, same[0]);
                if !sorts.iter().any(|(it, _)| it.is_same(&sort)) {
                    sorts.push((sort, same[0].name.clone()));
                }
            }
        }
        for (sort, media_type) in sorts {
            let responses = source
                .responses
                .iter()
                .zip(&first.responses)
                .map(|(response, answer)| self.in_sort(&sort, response, answer, first));
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

    /// A response in this sort, if it has it and is a good one.
    fn in_sort(
        &mut self,
        sort: &Sort,
        response: &resolved::Response,
        answer: &Response,
        first: &Operation,
    ) -> Response {
        let mut answer = answer.clone();
        if answer.kind == ResponseKind::Empty || !is_success(answer.status, first.statuses()) {
            return answer;
        }
        let alternatives = self.alternatives(Direction::Response, &response.content);
        for same in &alternatives {
            if self.sort(Direction::Response, same[0]).is_same(sort) {
                self.answer_with(&mut answer, same, &response.content);
            }
        }
        answer
    }
}

/// Bytes that are told apart by name: pictures and sounds aren't, documents are.
fn bytes_sort(name: &str) -> String {
    let essence = essence(name);
    match essence.split_once('/') {
        Some((main @ ("image" | "audio" | "video"), _)) => main.to_owned(),
        _ => essence,
    }
}
