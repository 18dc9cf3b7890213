//! Bodies whose fields are inputs of the call: forms and multipart.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Lowering;
use super::all_of::MergedSchema;
use super::media::{MediaFamily, family};
use super::operations::{RawInput, by_style};
use super::schema::SchemaKind;
use crate::fallback::FallbackReason;
use crate::ir::{BodyKind, Encoding, Input, Part, Primitive, QueryContent, TypeRef};
use crate::normalise::resolved::{self, AdditionalProperties, MediaType, SchemaId, Style};
use crate::pointer::Pointer;

const FILE: TypeRef = TypeRef::Primitive(Primitive::File);

/// A property of the form's schema.
struct Property {
    name: String,
    schema: SchemaId,
    pointer: Pointer,
    required: bool,
}

/// The content of a field's parts.
enum PartContent {
    File,
    Files,
    Json,
    Text,
    /// A document that the caller encodes, such as XML.
    Written,
}

impl Lowering<'_, '_> {
    /// Returns the fields of a form; text if its schema has no properties.
    pub(super) fn form(&mut self, media: &MediaType) -> BodyKind {
        match self.properties(media) {
            Some(properties) => {
                let fields = properties.iter().map(|it| self.form_field(media, it));
                BodyKind::Form(fields.collect())
            }
            None => {
                let message = "the form's schema isn't an object with properties, so the caller passes the encoded form as a string";
                let help = "describe the form's fields as properties";
                self.warn(&media.pointer, message, help);
                self.fall_back(&media.pointer, FallbackReason::FormNotObject);
                BodyKind::Text
            }
        }
    }

    /// Returns the fields of a multipart body; bytes if its schema has no properties.
    pub(super) fn multipart(&mut self, media: &MediaType) -> BodyKind {
        match self.properties(media) {
            Some(properties) => {
                let parts = properties.iter().map(|it| self.part(media, it));
                BodyKind::Multipart(parts.collect())
            }
            None => {
                let message = "the multipart body's schema isn't an object with properties, so the caller passes the encoded body as bytes";
                let help = "describe its parts as properties";
                self.warn(&media.pointer, message, help);
                self.fall_back(&media.pointer, FallbackReason::MultipartBytes);
                BodyKind::Bytes
            }
        }
    }

    /// Returns the properties that a request sends; `None` if the schema isn't an object with
    /// properties.
    fn properties(&mut self, media: &MediaType) -> Option<Vec<Property>> {
        let Some(schema) = media.schema else {
            self.warn(
                &media.pointer,
                "the form has no schema, so it has no fields",
                "describe its fields in a schema",
            );
            return Some(Vec::new());
        };
        let merged = self.merged(self.canonical(schema));
        let mut properties = match self.kind(&merged) {
            SchemaKind::Struct => self.named_properties(media, &merged),
            SchemaKind::Map(None)
                if merged.schema.additional_properties == AdditionalProperties::Unstated =>
            {
                Vec::new()
            }
            SchemaKind::Union => self.properties_of_alternatives(media, &merged),
            _ => return None,
        };
        properties.retain(|it| !self.annotations(it.schema).read_only);
        Some(properties)
    }

    fn named_properties(&mut self, media: &MediaType, merged: &MergedSchema<'_>) -> Vec<Property> {
        let schema = merged.schema.as_ref();
        if let AdditionalProperties::Any | AdditionalProperties::Schema(_) =
            schema.additional_properties
        {
            let message = "the form allows additional properties, which the client can't send";
            self.warn(
                &media.pointer,
                message,
                "declare the fields in `properties`",
            );
            self.fall_back(&media.pointer, FallbackReason::FormAdditionalProperties);
        }
        let demanded: HashSet<&String> = schema.required.iter().collect();
        let property = |(name, id): (&String, &SchemaId)| Property {
            name: name.clone(),
            schema: *id,
            pointer: merged.property_place(name),
            required: demanded.contains(name),
        };
        schema.properties.iter().map(property).collect()
    }

    /// Returns the properties of all alternatives. A property is required if all alternatives
    /// require it.
    fn properties_of_alternatives(
        &mut self,
        media: &MediaType,
        merged: &MergedSchema<'_>,
    ) -> Vec<Property> {
        let message = "the form has alternatives; the client offers the fields of all of them";
        self.warn(&media.pointer, message, "describe the form as one object");
        self.fall_back(&media.pointer, FallbackReason::FormUnion);
        let mut properties: IndexMap<String, (SchemaId, Pointer, usize)> = IndexMap::new();
        let alternatives: Vec<_> = merged
            .alternatives
            .iter()
            .map(|id| self.merged(self.canonical(*id)))
            .collect();
        for part in std::iter::once(merged).chain(alternatives.iter().map(|it| it.as_ref())) {
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
        properties.into_iter().map(property).collect()
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
        let property = |(name, id): (&String, &SchemaId)| Property {
            name: name.clone(),
            schema: *id,
            pointer: merged.property_place(name),
            required: false,
        };
        let properties = merged.schema.properties.iter();
        let stated = properties.filter(|(name, _)| media.encoding.contains_key(*name));
        let stated: Vec<Property> = stated.map(property).collect();
        let encoding = |it: &Property| (it.name.clone(), self.field_encoding(media, it));
        stated.iter().map(encoding).collect()
    }

    fn form_field(&mut self, media: &MediaType, property: &Property) -> Input {
        let encoding = self.field_encoding(media, property);
        self.field_input(property, encoding)
    }

    fn field_input(&mut self, property: &Property, encoding: Encoding) -> Input {
        self.input(RawInput {
            pointer: property.pointer.clone(),
            name: &property.name,
            required: property.required,
            schema: Some(property.schema),
            encoding,
        })
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
    fn is_json(&mut self, schema: SchemaId) -> bool {
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

    /// Returns a field of a multipart body (OpenAPI 3.0.4, "Encoding `multipart` Media Types").
    fn part(&mut self, media: &MediaType, property: &Property) -> Part {
        let given = media.encoding.get(&property.name);
        let media_type = given.and_then(|encoding| single(encoding.content_type.as_deref()?));
        let any_of_them = given.and_then(|encoding| encoding.content_type.as_deref());
        let content = self.part_content(property.schema, any_of_them);
        let encoding = match content {
            PartContent::Json => Encoding::Json,
            PartContent::File | PartContent::Files | PartContent::Text | PartContent::Written => {
                by_style(Style::Form, true, false)
            }
        };
        let mut input = self.field_input(property, encoding);
        match content {
            PartContent::File => input.ty = FILE,
            PartContent::Files => input.ty = TypeRef::Array(Box::new(FILE)),
            PartContent::Written => {
                self.fall_back(&property.pointer, FallbackReason::PartText);
                input.ty = TypeRef::Primitive(Primitive::String);
            }
            PartContent::Json | PartContent::Text => {}
        }
        let is_file = matches!(content, PartContent::File | PartContent::Files);
        if is_file {
            (input.default, input.example) = (None, None);
        }
        let json = matches!(content, PartContent::Json).then(|| "application/json".to_owned());
        Part {
            media_type: media_type.map(str::to_owned).or(json),
            headers: given.map_or_else(Vec::new, |given| self.part_headers(given, is_file)),
            input,
        }
    }

    /// Returns the content of a field's parts, by `contentType` or else by the schema. An array has
    /// the content of its items.
    fn part_content(&mut self, schema: SchemaId, media_type: Option<&str>) -> PartContent {
        let merged = self.merged(self.canonical(schema));
        let (item, is_list) = match self.kind(&merged) {
            SchemaKind::Array(Some(item)) => (item, true),
            _ => (schema, false),
        };
        let merged = self.merged(self.canonical(item));
        let kind = self.kind(&merged);
        let is_string = matches!(
            kind,
            SchemaKind::Primitive(_) | SchemaKind::StringEnum | SchemaKind::Any(_)
        ) && !self.is_structured(Some(item));
        let file = if is_list {
            PartContent::Files
        } else {
            PartContent::File
        };
        if self.is_binary(Some(item)) {
            return file;
        }
        let as_schema = if self.is_json(item) {
            PartContent::Json
        } else {
            PartContent::Text
        };
        match media_type.map(family) {
            None | Some(MediaFamily::Wildcard) => as_schema,
            Some(MediaFamily::Json) => PartContent::Json,
            Some(MediaFamily::Bytes) if is_string => file,
            Some(
                MediaFamily::Text
                | MediaFamily::Events
                | MediaFamily::JsonSequence
                | MediaFamily::Xml,
            ) if is_string => PartContent::Text,
            Some(MediaFamily::Text | MediaFamily::Events | MediaFamily::JsonSequence)
                if matches!(as_schema, PartContent::Text) =>
            {
                PartContent::Text
            }
            Some(
                MediaFamily::Bytes
                | MediaFamily::Text
                | MediaFamily::Events
                | MediaFamily::JsonSequence
                | MediaFamily::Xml
                | MediaFamily::Form
                | MediaFamily::Multipart,
            ) => PartContent::Written,
        }
    }

    /// Returns the headers of a part that have a fixed value. The caller sets the others of a file.
    fn part_headers(
        &mut self,
        encoding: &resolved::Encoding,
        is_file: bool,
    ) -> Vec<(String, String)> {
        let mut fixed = Vec::new();
        for header in &encoding.headers {
            if header.name.eq_ignore_ascii_case("content-disposition") {
                continue;
            }
            match self.only_value(header.schema) {
                Some(value) => fixed.push((header.name.clone(), value)),
                None if is_file => {}
                None => {
                    let message = format!(
                        "the part's header `{}` has no fixed value, so it isn't sent",
                        header.name
                    );
                    let help = "give its schema a `default`, which the client then sends";
                    self.warn(&header.pointer, message, help);
                    self.fall_back(&header.pointer, FallbackReason::PartHeader);
                }
            }
        }
        fixed
    }

    /// Returns the value that a schema fixes: its only value, or its default.
    fn only_value(&self, schema: Option<SchemaId>) -> Option<String> {
        let schema = self.schema(self.canonical(schema?));
        let value = match schema.enumeration.as_slice() {
            [only] => Some(only),
            _ => schema.default.as_ref(),
        };
        match value? {
            serde_json::Value::String(text) => Some(text.clone()),
            value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
                Some(value.to_string())
            }
            _ => None,
        }
    }
}

/// Returns a media type, unless it is a list or a range.
fn single(content_type: &str) -> Option<&str> {
    let name = content_type.trim();
    (!name.is_empty() && !name.contains([',', '*'])).then_some(name)
}
