//! Bodies that are sequences: event streams, JSON Lines, JSON text sequences and multipart bodies.

use super::Lowering;
use super::all_of::MergedSchema;
use super::media::{MediaFamily, essence, family};
use super::naming::inside;
use super::schema::SchemaKind;
use crate::fallback::{Fallback, FallbackReason};
use crate::ir::{Primitive, TypeRef};
use crate::normalise::resolved::{MediaType, Schema, SchemaId};

/// The fields of a server-sent event (WHATWG HTML, section 9.2.6).
const EVENT_FIELDS: [&str; 4] = ["data", "event", "id", "retry"];
const TEXT: TypeRef = TypeRef::Primitive(Primitive::String);
const ANY: TypeRef = TypeRef::Primitive(Primitive::Any);

/// The schema of the items of a sequence.
enum ItemSchema {
    /// `itemSchema`, or `items` of an array.
    Item(SchemaId),
    /// An array of any items.
    Any,
    /// `schema` describes a single item, as in documents older than `itemSchema` (OpenAPI 3.2).
    Single(SchemaId),
    /// No schema, or that of a string.
    Unstated,
}

impl Lowering<'_, '_> {
    /// Returns how a client treats a body of `media`. A multipart body whose parts are JSON documents
    /// of one schema is a sequence of them.
    pub(super) fn family_of(&mut self, media: &MediaType) -> MediaFamily {
        let is_json = |name: &String| family(name) == MediaFamily::Json;
        let is_sequence = essence(&media.name) == "multipart/mixed"
            && media.item_type.as_ref().is_none_or(is_json)
            && self.is_structured(media.item_schema);
        match is_sequence {
            true => MediaFamily::JsonSequence,
            false => family(&media.name),
        }
    }

    /// Returns the type of the data of an event stream's events: text if the schema states no other
    /// type.
    pub(super) fn event_data(&mut self, media: &MediaType) -> TypeRef {
        match self.item_schema(media) {
            ItemSchema::Item(item) => self.data_of_event(item),
            ItemSchema::Any => ANY,
            ItemSchema::Single(schema) => self.use_of(schema).into_type(),
            ItemSchema::Unstated => TEXT,
        }
    }

    /// Returns whether the schema of an event, or of one of its alternatives, lists the event type
    /// `error`.
    pub(super) fn has_error_events(&mut self, media: &MediaType) -> bool {
        let ItemSchema::Item(item) = self.item_schema(media) else {
            return false;
        };
        let event = self.merged(self.canonical(item));
        if self.event_fields(&event).is_none() {
            return false;
        }
        let mut fields = vec![event.schema.properties.get("event").copied()];
        for alternative in &event.alternatives {
            let alternative = self.merged(self.canonical(*alternative));
            fields.push(alternative.schema.properties.get("event").copied());
        }
        fields.into_iter().flatten().any(|field| {
            let types = &self.schema(self.canonical(field)).enumeration;
            types.iter().any(|name| name == "error")
        })
    }

    /// Returns the type of the documents in a sequence of JSON documents; `None` if no schema states
    /// it.
    pub(super) fn sequence_item(&mut self, media: &MediaType) -> Option<TypeRef> {
        match self.item_schema(media) {
            ItemSchema::Item(item) | ItemSchema::Single(item) => {
                Some(self.use_of(item).into_type())
            }
            ItemSchema::Any => Some(ANY),
            ItemSchema::Unstated => None,
        }
    }

    /// Returns the schema of the documents in a sequence of JSON documents, if it has one.
    pub(super) fn sequence_schema(&mut self, media: &MediaType) -> Option<SchemaId> {
        match self.item_schema(media) {
            ItemSchema::Item(item) | ItemSchema::Single(item) => Some(item),
            ItemSchema::Any => media.schema,
            ItemSchema::Unstated => None,
        }
    }

    /// Notes the items of a body that is passed as bytes.
    pub(super) fn note_items(&mut self, media: &MediaType) {
        if media.item_schema.is_some() {
            self.fall_back(&media.pointer, FallbackReason::UntypedItems);
        }
    }

    fn item_schema(&mut self, media: &MediaType) -> ItemSchema {
        if let Some(item) = media.item_schema {
            return ItemSchema::Item(item);
        }
        let Some(schema) = media.schema else {
            return ItemSchema::Unstated;
        };
        let merged = self.merged(self.canonical(schema));
        match self.kind(&merged) {
            SchemaKind::Array(Some(item)) => ItemSchema::Item(item),
            SchemaKind::Array(None) => ItemSchema::Any,
            _ if self.is_structured(media.schema) => ItemSchema::Single(schema),
            _ => ItemSchema::Unstated,
        }
    }

    /// Returns the type of the data of an event. A schema that declares nothing but fields of events
    /// describes the event; any other describes the JSON of its data.
    fn data_of_event(&mut self, item: SchemaId) -> TypeRef {
        let event = self.canonical(item);
        if let Some(known) = self.event_data.get(&event) {
            return known.clone();
        }
        let merged = self.merged(event);
        let ty = match self.event_fields(&merged) {
            Some(fields) => self.data_type(event, &fields),
            None if self.is_structured(Some(item)) => self.use_of(item).into_type(),
            None => TEXT,
        };
        self.event_data.insert(event, ty.clone());
        ty
    }

    /// Returns the type of the data of an event with these fields: the union of their JSON, or text
    /// if one of them is text.
    fn data_type(&mut self, event: SchemaId, fields: &[SchemaId]) -> TypeRef {
        let mut json: Vec<SchemaId> = Vec::new();
        let mut has_text = false;
        for field in fields {
            match self.json_of_field(*field) {
                Some(schema) => {
                    let schema = self.canonical(schema);
                    if !json.contains(&schema) {
                        json.push(schema);
                    }
                }
                None => has_text = true,
            }
        }
        let place = self.schema(event).pointer.clone();
        match json.as_slice() {
            [] => return TEXT,
            _ if has_text => {
                self.fall_back(&place, FallbackReason::EventData);
                return TEXT;
            }
            [single] => return self.use_of(*single).into_type(),
            _ => {}
        }
        let union = Schema {
            pointer: place.clone(),
            any_of: json,
            ..Schema::default()
        };
        let name = inside(self.name_of(event), ["data".to_owned()], None);
        match self.add_synthetic(union, name) {
            Some(union) => self.use_of(union).into_type(),
            None => {
                self.fall_back(&place, FallbackReason::TooManyCombinations);
                ANY
            }
        }
    }

    /// Returns the schemas of the data of an event, several if the event has alternatives. Returns
    /// `None` if the schema doesn't describe an event.
    fn event_fields(&mut self, event: &MergedSchema<'_>) -> Option<Vec<SchemaId>> {
        let own = event.schema.properties.get("data").copied();
        let mut data: Vec<SchemaId> = Vec::new();
        let alternatives = match self.kind(event) {
            SchemaKind::Struct => Vec::new(),
            SchemaKind::Union => event.alternatives.clone(),
            _ => return None,
        };
        if !has_event_fields(&event.schema) {
            return None;
        }
        let mut is_event = own.is_some();
        for alternative in &alternatives {
            let alternative = self.merged(self.canonical(*alternative));
            if !has_event_fields(&alternative.schema) {
                return None;
            }
            let stated = alternative.schema.properties.get("data").copied();
            is_event |= stated.is_some();
            data.extend(stated.or(own));
        }
        if alternatives.is_empty() {
            data.extend(own);
        }
        is_event.then_some(data)
    }

    /// Returns the schema of the JSON in a field: `contentSchema` of a string, or the schema of the
    /// field if it isn't a string. Returns `None` for text.
    fn json_of_field(&mut self, field: SchemaId) -> Option<SchemaId> {
        let schema = self.schema(self.canonical(field));
        if let Some(content) = schema.content_schema {
            self.fallbacks.shift_remove(&Fallback {
                pointer: schema.pointer.child("contentSchema"),
                reason: FallbackReason::ContentSchema,
            });
            return Some(content);
        }
        self.is_structured(Some(field)).then_some(field)
    }
}

/// Whether each property is a field of an event.
fn has_event_fields(schema: &Schema) -> bool {
    let mut names = schema.properties.keys();
    names.all(|name| EVENT_FIELDS.contains(&name.as_str()))
}
