//! The inputs of an operation, with what the document says about them.

use serde_json::{Value, json};
use wiretrue_codegen::ir::{self, BodyKind, InputKind, Location};
use wiretrue_codegen::normalise::resolved::{self, MediaType, ParameterFormat, SchemaId};

use super::cases::{Given, Place};
use super::planner::Planner;

/// An input of an operation, with its schema and examples.
pub(super) struct RawInput<'a> {
    pub(super) ident: String,
    name: &'a str,
    pub(super) pointer: String,
    pub(super) required: bool,
    pub(super) place: Place,
    pub(super) schema: Option<SchemaId>,
    pub(super) examples: Vec<(String, Value)>,
    /// Whether it is an XML document.
    pub(super) is_xml: bool,
    pub(super) takes: Takes,
}

impl RawInput<'_> {
    /// Returns the argument with this value.
    pub(super) fn given(&self, value: Value) -> Given {
        Given {
            ident: self.ident.clone(),
            name: self.name.to_owned(),
            place: self.place.clone(),
            value,
        }
    }
}

/// The values that the client takes for an input.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Takes {
    /// A value of its schema.
    Value,
    /// Text or a file, whatever its schema.
    Text,
    /// A list of files.
    Files,
    /// A file whose media type the document leaves open. The calls name none for their files.
    NamedFile,
}

impl Takes {
    fn of(ty: &ir::TypeRef) -> Self {
        use ir::{Primitive::File, Primitive::Files, Primitive::String, TypeRef};
        match ty {
            TypeRef::Primitive(String | File | Files) => Self::Text,
            TypeRef::Array(item) if **item == TypeRef::Primitive(File) => Self::Files,
            _ => Self::Value,
        }
    }

    /// Returns the value, or another one if the client doesn't take it.
    pub(super) fn fit(self, value: Value) -> Result<Value, String> {
        let is_texts = |items: &Vec<Value>| items.iter().all(Value::is_string);
        match self {
            Self::Text if !value.is_string() => Ok(json!("text")),
            Self::Files if !value.as_array().is_some_and(is_texts) => Ok(json!(["text"])),
            Self::Value | Self::Text | Self::Files => Ok(value),
            Self::NamedFile => {
                Err("the document doesn't declare the media type of the file".to_owned())
            }
        }
    }
}

impl<'a> Planner<'a> {
    /// Returns the inputs of an operation, in the client's order.
    pub(super) fn inputs(
        &self,
        index: usize,
        operation: &'a ir::Operation,
        written: &'a resolved::Operation,
    ) -> Vec<RawInput<'a>> {
        let names = self.made.names.operation(ir::OperationId(index));
        let media = operation
            .body
            .as_ref()
            .zip(written.request_body.as_ref())
            .and_then(|(body, written)| {
                let mut content = written.content.iter();
                content.find(|media| media.pointer == body.pointer)
            });
        let input = |input: ir::InputRef<'a>| {
            let ident = names.input(input.id).to_string();
            let encoding = |it: &ir::Input| it.encoding.clone();
            Some(match input.kind {
                InputKind::Path(it) => parameter(
                    ident,
                    it,
                    Location::Path,
                    Place::Path(encoding(it)),
                    written,
                ),
                InputKind::Query(it) => parameter(
                    ident,
                    it,
                    Location::Query,
                    Place::Query(encoding(it)),
                    written,
                ),
                InputKind::Header(it) => parameter(
                    ident,
                    it,
                    Location::Header,
                    Place::Header(encoding(it)),
                    written,
                ),
                InputKind::Cookie(it) => parameter(
                    ident,
                    it,
                    Location::Cookie,
                    Place::Cookie(encoding(it)),
                    written,
                ),
                InputKind::Form(it) => self.field(ident, it, Place::Form(encoding(it)), media),
                InputKind::Part(part) => {
                    let place = Place::Part(encoding(&part.input));
                    let field = self.field(ident, &part.input, place, media);
                    let media_types = part.media_type.iter().flat_map(|it| it.split(','));
                    let takes = match media_types.clone().all(|it| it.contains('*')) {
                        true if media_types.count() > 0 => Takes::NamedFile,
                        _ => field.takes,
                    };
                    RawInput { takes, ..field }
                }
                InputKind::Body(body) => RawInput {
                    ident,
                    name: "",
                    pointer: body.pointer.as_str().to_owned(),
                    required: body.required,
                    place: match &body.kind {
                        BodyKind::Json(_) => Place::Json,
                        BodyKind::JsonSequence(_) => Place::JsonSequence,
                        BodyKind::Form(_)
                        | BodyKind::Multipart(_)
                        | BodyKind::Text
                        | BodyKind::Bytes => Place::Raw,
                    },
                    schema: media.and_then(|media| media.item_schema.or(media.schema)),
                    examples: examples_of(media),
                    is_xml: is_xml(&body.media_type),
                    takes: Takes::Value,
                },
                InputKind::MediaType(body) if input.required() => RawInput {
                    ident,
                    name: "",
                    pointer: body.pointer.as_str().to_owned(),
                    required: true,
                    place: Place::MediaType,
                    schema: None,
                    examples: vec![(String::new(), json!(named(&body.media_type)))],
                    is_xml: false,
                    takes: Takes::Value,
                },
                // The documented media type is the default, and the document names no additional fields.
                InputKind::MediaType(_) | InputKind::Additional(_) => return None,
            })
        };
        operation.inputs().filter_map(input).collect()
    }

    /// Returns a field of a form or multipart body.
    fn field(
        &self,
        ident: String,
        field: &'a ir::Input,
        place: Place,
        media: Option<&MediaType>,
    ) -> RawInput<'a> {
        let own = |(pointer, value): (String, Value)| {
            let value = value.get(&field.name)?.clone();
            Some((format!("{pointer}/{}", field.name), value))
        };
        let schema = media.and_then(|media| media.schema);
        RawInput {
            ident,
            name: &field.name,
            pointer: field.pointer.as_str().to_owned(),
            required: field.required,
            place,
            schema: schema.and_then(|id| self.property(id, &field.name, 0)),
            examples: examples_of(media).into_iter().filter_map(own).collect(),
            is_xml: false,
            takes: Takes::of(&field.ty),
        }
    }

    /// Returns the schema of a property, wherever in a schema it is declared.
    fn property(&self, id: SchemaId, name: &str, depth: usize) -> Option<SchemaId> {
        let schema = self.made.resolved.schemas.get(id);
        let parts = schema
            .all_of
            .iter()
            .chain(&schema.one_of)
            .chain(&schema.any_of);
        let inside =
            |&part: &SchemaId| (depth < 16).then(|| self.property(part, name, depth + 1))?;
        schema
            .properties
            .get(name)
            .copied()
            .or_else(|| parts.copied().find_map(|part| inside(&part)))
    }
}

/// Returns a parameter.
fn parameter<'a>(
    ident: String,
    input: &'a ir::Input,
    location: Location,
    place: Place,
    written: &resolved::Operation,
) -> RawInput<'a> {
    let mut all = written.parameters.iter();
    let of = all.find(|it| it.name == input.name && it.location == location);
    let pointer = input.pointer.as_str();
    RawInput {
        ident,
        name: &input.name,
        pointer: pointer.to_owned(),
        required: input.required,
        place,
        schema: of.and_then(|it| match &it.format {
            ParameterFormat::Schema { schema, .. } => Some(*schema),
            ParameterFormat::Content(media) | ParameterFormat::QueryString(media) => media.schema,
        }),
        examples: of
            .and_then(|it| it.example.clone())
            .map(|value| (format!("{pointer}/example"), value))
            .into_iter()
            .collect(),
        is_xml: false,
        takes: Takes::of(&input.ty),
    }
}

fn examples_of(media: Option<&MediaType>) -> Vec<(String, Value)> {
    let examples = media.into_iter().flat_map(|media| &media.examples);
    let examples = examples.map(|it| (it.pointer.as_str().to_owned(), it.value.clone()));
    examples.collect()
}

/// Returns a media type for a range, or one with a boundary.
fn named(media_type: &str) -> String {
    match media_type.strip_suffix("/*") {
        Some(main) => format!("{main}/x-any"),
        None => format!("{media_type}; boundary=x"),
    }
}

/// Returns whether a media type is XML (RFC 7303): `application/xml`, `…+xml`.
pub(super) fn is_xml(media_type: &str) -> bool {
    essence(media_type).rsplit(['/', '+']).next() == Some("xml")
}

/// Returns a media type in lower case, without its parameters.
pub(super) fn essence(media_type: &str) -> String {
    let name = media_type.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}
