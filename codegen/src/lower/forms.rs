//! Bodies whose fields are inputs of the call: the fields of forms, and the properties that are the
//! parts of multipart bodies.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Lowering;
use super::all_of::MergedSchema;
use super::media::{MediaFamily, family};
use super::operations::{RawInput, by_style};
use super::schema::{SchemaKind, TypeUse};
use crate::fallback::FallbackReason;
use crate::ir::{BodyKind, Encoding, Input, Part, Primitive, QueryContent, TypeRef};
use crate::normalise::resolved::{AdditionalProperties, MediaType, Schema, SchemaId, Style};
use crate::pointer::Pointer;

/// A property of the form's schema.
pub(super) struct Property {
    pub(super) name: String,
    pub(super) schema: SchemaId,
    pub(super) pointer: Pointer,
    pub(super) required: bool,
}

impl Property {
    fn raw_input(&self, encoding: Encoding) -> RawInput<'_> {
        RawInput {
            pointer: self.pointer.clone(),
            name: &self.name,
            required: self.required,
            schema: Some(self.schema),
            encoding,
        }
    }
}

/// The properties that a form's schema allows.
#[derive(Default)]
struct Properties {
    named: Vec<Property>,
    /// The other properties.
    additional: AdditionalProperties,
}

impl Lowering<'_, '_> {
    /// Returns the fields of a form; text if its schema has no properties.
    pub(super) fn form(&mut self, media: &MediaType) -> (BodyKind, Option<Part>) {
        let Some(properties) = self.properties(media) else {
            let message = "the form's schema isn't an object with properties, so the caller passes the encoded form as a string";
            let help = "describe the form's fields as properties";
            self.warn(&media.pointer, message, help);
            self.fall_back(&media.pointer, FallbackReason::FormNotObject);
            return (BodyKind::Text, None);
        };
        let fields = properties.named.iter().map(|it| self.form_field(media, it));
        let fields = BodyKind::Form(fields.collect());
        let additional = offered(properties.additional).map(|schema| {
            let value = match schema {
                Some(schema) => self.form_field(media, &further(media, schema)),
                // Text, because the caller knows how these fields are written.
                None => self.untyped(media, Primitive::String),
            };
            map_of(Part::plain(value))
        });
        (fields, additional)
    }

    /// Returns the fields of a multipart body; bytes if its schema has no properties.
    pub(super) fn multipart(&mut self, media: &MediaType) -> (BodyKind, Option<Part>) {
        if media.schema.is_none() && media.item_schema.is_some() {
            self.note_items(media);
            return (BodyKind::Bytes, None);
        }
        let Some(properties) = self.properties(media) else {
            let message = "the multipart body's schema isn't an object with properties, so the caller passes the encoded body as bytes, and its media type with the boundary";
            let help = "describe its parts as properties";
            self.warn(&media.pointer, message, help);
            self.fall_back(&media.pointer, FallbackReason::MultipartBytes);
            return (BodyKind::Bytes, None);
        };
        let additional = match properties.additional {
            // Otherwise the body could have no parts at all.
            AdditionalProperties::Unstated if properties.named.is_empty() => {
                AdditionalProperties::Any
            }
            stated => stated,
        };
        let parts = properties.named.iter().map(|it| self.part(media, it));
        let parts = BodyKind::Multipart(parts.collect());
        let additional = offered(additional).map(|schema| {
            map_of(match schema {
                Some(schema) => self.part(media, &further(media, schema)),
                None => Part::plain(self.untyped(media, Primitive::File)),
            })
        });
        (parts, additional)
    }

    /// Returns the properties that a request sends; `None` if the schema isn't an object.
    fn properties(&mut self, media: &MediaType) -> Option<Properties> {
        let Some(schema) = media.schema else {
            self.warn(
                &media.pointer,
                "the form has no schema, so it has no fields",
                "describe its fields in a schema",
            );
            return Some(Properties::default());
        };
        let merged = self.merged(self.canonical(schema));
        let mut properties = match self.kind(&merged) {
            SchemaKind::Union if !merged.is_base => self.properties_of_alternatives(media, &merged),
            SchemaKind::Struct | SchemaKind::Map(_) | SchemaKind::Union => Properties {
                named: named_properties(&merged),
                additional: self.other_fields(media, &merged.schema),
            },
            _ => return None,
        };
        let named = &mut properties.named;
        named.retain(|it| !self.annotations(it.schema).read_only);
        Some(properties)
    }

    /// Returns the properties of all alternatives. A property is required if all alternatives
    /// require it.
    fn properties_of_alternatives(
        &mut self,
        media: &MediaType,
        merged: &MergedSchema<'_>,
    ) -> Properties {
        let message = "the form has alternatives; the client offers the fields of all of them";
        self.warn(&media.pointer, message, "describe the form as one object");
        self.fall_back(&media.pointer, FallbackReason::FormUnion);
        let mut properties: IndexMap<String, (SchemaId, Pointer, usize)> = IndexMap::new();
        let alternatives: Vec<_> = merged
            .alternatives
            .iter()
            .map(|id| self.merged(self.canonical(*id)))
            .collect();
        let parts = || std::iter::once(merged).chain(alternatives.iter().map(|it| it.as_ref()));
        for part in parts() {
            for (name, id) in &part.schema.properties {
                let place = part.property_place(name);
                let entry = properties.entry(name.clone()).or_insert((*id, place, 0));
                entry.2 += usize::from(part.schema.required.contains(name));
            }
        }
        let property = |(name, (schema, pointer, demands))| Property {
            required: merged.schema.required.contains(&name) || demands >= alternatives.len(),
            name,
            schema,
            pointer,
        };
        Properties {
            additional: parts()
                .map(|part| self.other_fields(media, &part.schema))
                .find(|additional| offered(*additional).is_some())
                .unwrap_or_default(),
            named: properties.into_iter().map(property).collect(),
        }
    }

    /// Returns what a call offers beside the declared fields: one map for all, which has no type if
    /// the name of a field decides about it.
    fn other_fields(&mut self, media: &MediaType, schema: &Schema) -> AdditionalProperties {
        if schema.pattern_properties.is_empty() {
            return schema.additional_properties;
        }
        self.fall_back(&media.pointer, FallbackReason::FormPatterns);
        AdditionalProperties::Any
    }

    /// Returns an input of any value, which the caller gives as a value of this type.
    fn untyped(&mut self, media: &MediaType, primitive: Primitive) -> Input {
        let input = self.input(RawInput {
            pointer: media.pointer.clone(),
            name: "",
            required: false,
            schema: None,
            encoding: by_style(Style::Form, true, false),
        });
        Input {
            ty: TypeRef::Primitive(primitive),
            ..input
        }
    }

    /// Returns how a parameter that is the whole query string is encoded: as a form if its schema is
    /// an object, as JSON, or as text.
    pub(super) fn query_string(&mut self, media: &MediaType) -> (Option<SchemaId>, Encoding) {
        let family = family(&media.name);
        let is_json = matches!(family, MediaFamily::Json | MediaFamily::Wildcard);
        let content = match media.schema {
            Some(schema) if family == MediaFamily::Form && self.is_structured(media.schema) => {
                QueryContent::Form(self.stated_encodings(media, schema))
            }
            _ if is_json => QueryContent::Json,
            Some(_) if self.is_structured(media.schema) => {
                self.fall_back(&media.pointer, FallbackReason::ParameterContent);
                return (None, Encoding::QueryString(QueryContent::Text));
            }
            _ => QueryContent::Text,
        };
        (media.schema, Encoding::QueryString(content))
    }

    /// Returns the encodings that a form states for properties of its schema.
    fn stated_encodings(&mut self, media: &MediaType, schema: SchemaId) -> Vec<(String, Encoding)> {
        let merged = self.merged(self.canonical(schema));
        let mut stated = named_properties(&merged);
        stated.retain(|it| media.encoding.contains_key(&it.name));
        let encoding = |it: &Property| (it.name.clone(), self.field_encoding(media, it));
        stated.iter().map(encoding).collect()
    }

    fn form_field(&mut self, media: &MediaType, property: &Property) -> Input {
        let encoding = self.field_encoding(media, property);
        let given = media.encoding.get(&property.name);
        let is_written = given.is_some_and(|it| it.style.is_none() && it.content_type.is_some());
        if is_written && encoding != Encoding::Json && self.is_json(property.schema) {
            // An object in another media type, such as XML.
            self.fall_back(&property.pointer, FallbackReason::PartText);
            return self.written_input(property, TypeRef::Primitive(Primitive::String));
        }
        self.field_input(property, encoding)
    }

    /// Returns the input of a field whose value the caller encodes, as a value of this type. Its
    /// schema needs no type.
    pub(super) fn written_input(&mut self, property: &Property, ty: TypeRef) -> Input {
        let value = TypeUse {
            ty,
            nullable: self.is_nullable(property.schema),
        };
        let raw = property.raw_input(by_style(Style::Form, true, false));
        let input = self.typed_input(raw, value);
        Input {
            default: None,
            example: None,
            ..input
        }
    }

    pub(super) fn field_input(&mut self, property: &Property, encoding: Encoding) -> Input {
        self.input(property.raw_input(encoding))
    }

    /// Returns how a field is encoded: by the document's style, if it has one. Otherwise objects
    /// and untyped values are JSON, all other values are text, and arrays have a field for each
    /// item (OpenAPI 3.0.4, Encoding Object).
    fn field_encoding(&mut self, media: &MediaType, property: &Property) -> Encoding {
        let given = media.encoding.get(&property.name);
        if let Some(encoding) = given
            && let Some(style) = encoding.style
        {
            return by_style(style, encoding.explode, encoding.allow_reserved);
        }
        let content_type = given.and_then(|encoding| encoding.content_type.as_deref());
        let json = match content_type {
            Some(name) => family(name) == MediaFamily::Json,
            None => self.is_json(property.schema),
        };
        if json {
            Encoding::Json
        } else {
            by_style(Style::Form, true, false)
        }
    }

    /// Whether values of a schema are JSON by default.
    pub(super) fn is_json(&mut self, schema: SchemaId) -> bool {
        let merged = self.merged(self.canonical(schema));
        match self.kind(&merged) {
            SchemaKind::Struct | SchemaKind::Map(_) | SchemaKind::Any(_) => true,
            SchemaKind::Union => merged.alternatives.iter().all(|alternative| {
                let merged = self.merged(self.canonical(*alternative));
                matches!(self.kind(&merged), SchemaKind::Struct | SchemaKind::Map(_))
            }),
            SchemaKind::StringEnum
            | SchemaKind::IntegerEnum
            | SchemaKind::NumberEnum
            | SchemaKind::Array(_)
            | SchemaKind::Primitive(_) => false,
        }
    }
}

/// Returns the properties that an object declares.
fn named_properties(merged: &MergedSchema<'_>) -> Vec<Property> {
    let schema = merged.schema.as_ref();
    let demanded: HashSet<&String> = schema.required.iter().collect();
    let property = |(name, id): (&String, &SchemaId)| Property {
        name: name.clone(),
        schema: *id,
        pointer: merged.property_place(name),
        required: demanded.contains(name),
    };
    schema.properties.iter().map(property).collect()
}

/// Returns the schema of additional properties that a call offers, or `None` for any value; `None`
/// if it offers none.
fn offered(additional: AdditionalProperties) -> Option<Option<SchemaId>> {
    match additional {
        AdditionalProperties::Unstated | AdditionalProperties::Forbidden => None,
        AdditionalProperties::Any => Some(None),
        AdditionalProperties::Schema(id) => Some(Some(id)),
    }
}

/// Returns a property for the values of additional properties.
fn further(media: &MediaType, schema: SchemaId) -> Property {
    Property {
        name: String::new(),
        schema,
        pointer: media.pointer.clone(),
        required: false,
    }
}

/// Returns a map from names to values like that of the part.
fn map_of(part: Part) -> Part {
    let input = Input {
        ty: TypeRef::Map(Box::new(part.input.ty)),
        nullable: false,
        limits: Vec::new(),
        default: None,
        example: None,
        ..part.input
    };
    Part { input, ..part }
}
