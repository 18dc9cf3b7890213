//! What is tried of a document: calls with their arguments and answers, and the examples of answers.

use serde::Serialize;
use serde_json::{Value, json};
use wiretrue_codegen::Generated;
use wiretrue_codegen::ir::{self, BodyKind, Encoding, InputKind, Location};
use wiretrue_codegen::normalise::resolved::{self, MediaType, ParameterFormat, SchemaId};

use super::alternatives::Alternatives;
use super::sample::{Extent, Letters, Maker};
use super::schema::Direction;

/// A document of XML, whatever its schema.
pub(super) const XML: &str = "<text>a b&amp;c é</text>";

/// What is tried of a document.
#[derive(Default)]
pub struct Cases {
    /// The calls; each operation has one with all that it takes and one with what it must have, one
    /// with an undocumented success, one for each documented error, and one for each alternative of a
    /// JSON body that none before has.
    pub calls: Vec<Call>,
    /// The examples of answers that the client reads as JSON.
    pub examples: Vec<Example>,
    /// The types that they are read as.
    pub types: Vec<String>,
    /// The types that the bodies of errors are read as.
    pub error_types: Vec<String>,
    /// Arguments that are left out, and examples that don't fit.
    pub notes: Vec<Note>,
}

/// A note about the document or its calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub kind: NoteKind,
    pub pointer: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// An operation that can't be called: an argument that it must have isn't made.
    NotCalled,
    /// An argument that is left out.
    NotSet,
    /// An example of an argument that contradicts its schema.
    Contradiction,
    /// An answer that isn't made.
    NoAnswer,
    /// An alternative of a request body that no call has.
    NotTried,
    /// An example with members that its schema doesn't name.
    Unnamed,
}

/// A call.
pub struct Call {
    /// The operation: an index into the client's.
    pub operation: usize,
    pub extent: Extent,
    /// Where the alternative stands that it is made for.
    pub alternative: Option<String>,
    pub given: Vec<Given>,
    pub answer: Answer,
    pub expected: Expected,
}

/// The expected result of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The call succeeds.
    Success,
    /// The call fails with the response.
    Error {
        /// The type of its body, if it is JSON: an index into [`Cases::error_types`].
        body_type: Option<usize>,
    },
}

/// An argument.
#[derive(Clone, Debug)]
pub struct Given {
    /// What the client calls it.
    pub ident: String,
    /// What it is called on the wire; nothing for a body.
    pub name: String,
    pub place: Place,
    pub value: Value,
}

/// Where an argument goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    Path(Encoding),
    Query(Encoding),
    Header(Encoding),
    Cookie(Encoding),
    Form(Encoding),
    /// A part of a multipart body, or one for each item of a list.
    Part(Encoding),
    Json,
    /// A list whose items are JSON documents in a row.
    JsonSequence,
    /// Text or bytes, as they are.
    Raw,
    /// The media type of the body, which the call has to name.
    MediaType,
}

/// What the server says.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    pub status: u16,
    pub media_type: Option<String>,
    pub body: String,
}

/// An example of an answer.
pub struct Example {
    /// Where its value stands.
    pub pointer: String,
    /// The media type that it is an example of.
    pub media: String,
    /// The type that it is read as: an index into [`Cases::types`].
    pub ty: usize,
    pub value: Value,
}

/// What to try of a client.
pub fn cases(made: &Generated) -> Cases {
    let mut planner = Planner {
        made,
        arguments: Maker::new(&made.resolved.schemas, Direction::Request),
        answers: Maker::new(&made.resolved.schemas, Direction::Answer),
        alternatives: Alternatives::default(),
        cases: Cases::default(),
    };
    for index in 0..made.api.operations.len() {
        planner.operation(index);
    }
    planner.note_untried();
    planner.cases
}

pub(super) struct Planner<'a> {
    pub(super) made: &'a Generated,
    pub(super) arguments: Maker<'a>,
    pub(super) answers: Maker<'a>,
    pub(super) alternatives: Alternatives,
    pub(super) cases: Cases,
}

/// An input of an operation, with what the document says of it.
pub(super) struct RawInput<'a> {
    ident: String,
    name: &'a str,
    pointer: String,
    required: bool,
    pub(super) place: Place,
    pub(super) schema: Option<SchemaId>,
    examples: Vec<(String, Value)>,
    /// Whether it is an XML document.
    is_xml: bool,
    takes: Takes,
}

/// What the client takes for an input.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    /// A value of its schema.
    Value,
    /// Text or a file, whatever its schema.
    Text,
    /// A list of files.
    Files,
    /// A file whose media type the document leaves open. The calls give their files none.
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
    fn fit(self, value: Value) -> Result<Value, String> {
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

/// Returns a media type for a range, or one with a boundary.
fn named(media_type: &str) -> String {
    match media_type.strip_suffix("/*") {
        Some(main) => format!("{main}/x-any"),
        None => format!("{media_type}; boundary=x"),
    }
}

impl RawInput<'_> {
    /// The argument with this value.
    pub(super) fn given(&self, value: Value) -> Given {
        Given {
            ident: self.ident.clone(),
            name: self.name.to_owned(),
            place: self.place.clone(),
            value,
        }
    }
}

impl<'a> Planner<'a> {
    fn operation(&mut self, index: usize) {
        let operation = &self.made.api.operations[index];
        let mut written = self.made.resolved.operations.iter();
        let Some(written) = written.find(|it| it.pointer == operation.pointer) else {
            let text = "it isn't in the document".to_owned();
            self.note(NoteKind::NotCalled, operation.pointer.as_str(), text);
            return;
        };
        let inputs = self.inputs(index, operation, written);
        let mut answers = self.replies(operation, written).into_iter();
        let mut last = Answer {
            status: 204,
            media_type: None,
            body: String::new(),
        };
        let mut required = Vec::new();
        for extent in [Extent::All, Extent::Required] {
            let given = match self.given(&inputs, extent) {
                Ok(given) => given,
                Err(why) => {
                    self.note(NoteKind::NotCalled, operation.pointer.as_str(), why);
                    return;
                }
            };
            last = answers.next().unwrap_or(last);
            self.call(
                index,
                extent,
                given.clone(),
                last.clone(),
                Expected::Success,
            );
            required = given;
        }
        for answer in answers {
            let given = required.clone();
            self.call(index, Extent::Required, given, answer, Expected::Success);
        }
        self.try_outcomes(index, written, &required, &last);
        self.try_alternatives(index, &inputs, &last);
        self.examples(operation, written);
    }

    pub(super) fn call(
        &mut self,
        operation: usize,
        extent: Extent,
        given: Vec<Given>,
        answer: Answer,
        expected: Expected,
    ) {
        self.cases.calls.push(Call {
            operation,
            extent,
            alternative: None,
            given,
            answer,
            expected,
        });
    }

    pub(super) fn note(&mut self, kind: NoteKind, pointer: &str, text: String) {
        let note = Note {
            kind,
            pointer: format!("#{}", pointer.trim_start_matches('#')),
            text,
        };
        if !self.cases.notes.contains(&note) {
            self.cases.notes.push(note);
        }
    }

    /// The inputs of an operation, in the client's order.
    fn inputs(
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
                // The default is what the document says, and it names no further fields.
                InputKind::MediaType(_) | InputKind::Additional(_) => return None,
            })
        };
        operation.inputs().filter_map(input).collect()
    }

    /// A field of a form or multipart body.
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

    /// The schema of a property, wherever in a schema it is declared.
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

    /// The arguments of a call.
    pub(super) fn given(
        &mut self,
        taken: &[RawInput<'_>],
        extent: Extent,
    ) -> Result<Vec<Given>, String> {
        let mut given = Vec::new();
        for input in taken {
            if !input.required && extent == Extent::Required {
                continue;
            }
            let value = self.argument(input, extent);
            match value.and_then(|value| input.takes.fit(value)) {
                Ok(value) => given.push(input.given(value)),
                Err(why) if input.required => return Err(format!("`{}`: {why}", input.ident)),
                Err(why) => self.note(NoteKind::NotSet, &input.pointer, why),
            }
        }
        Ok(given)
    }

    fn argument(&mut self, input: &RawInput<'_>, extent: Extent) -> Result<Value, String> {
        for (pointer, value) in &input.examples {
            let (value, fault) = self.as_meant(input, value);
            match fault {
                // An example of a body holds what may be left out.
                None if value.is_null() || (value.is_object() && extent == Extent::Required) => {}
                None => {
                    let named = input
                        .schema
                        .map(|id| self.arguments.judge.named(id, &value));
                    if let Some(named) = named.filter(|named| *named != value) {
                        let text = "the arguments are given without them".to_owned();
                        self.note(NoteKind::Unnamed, pointer, text);
                        return Ok(named);
                    }
                    return Ok(value);
                }
                Some(fault) => self.note(NoteKind::Contradiction, pointer, fault),
            }
        }
        match (input.schema, &input.place) {
            (_, Place::Raw) if input.is_xml => Ok(json!(XML)),
            (Some(id), Place::Raw) if !self.is_text(id) => Ok(json!("text")),
            (None, _) => Ok(json!("text")),
            (Some(id), place) => {
                let value = self.arguments.make(id, extent, letters(place))?;
                if *place == Place::JsonSequence && !value.is_array() {
                    return Ok(json!([value]));
                }
                if *place == Place::Json {
                    self.alternatives.had(self.arguments.taken());
                }
                Ok(value)
            }
        }
    }

    /// An example and what is wrong with it. What travels as text may be written as text: `'true'`
    /// for true, and one item for an array of one.
    fn as_meant(&mut self, input: &RawInput<'_>, value: &Value) -> (Value, Option<String>) {
        let Some(id) = input.schema else {
            return (value.clone(), None);
        };
        let Some(fault) = self.arguments.judge.fault(id, value) else {
            return (value.clone(), None);
        };
        if let (Value::String(text), false) = (value, input.place == Place::Json) {
            let read = serde_json::from_str::<Value>(text).ok();
            let forms = read.into_iter().chain([json!([text])]);
            for form in forms {
                if self.arguments.judge.fault(id, &form).is_none() {
                    return (form, None);
                }
            }
        }
        (value.clone(), Some(fault))
    }

    fn is_text(&self, id: SchemaId) -> bool {
        self.made.resolved.schemas.get(id).schema_type == Some(resolved::SchemaType::String)
    }
}

/// A parameter.
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

/// Whether a media type is XML (RFC 7303): `application/xml`, `…+xml`.
pub(super) fn is_xml(media_type: &str) -> bool {
    essence(media_type).rsplit(['/', '+']).next() == Some("xml")
}

/// A media type in lower case, without its parameters.
pub(super) fn essence(media_type: &str) -> String {
    let name = media_type.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

fn examples_of(media: Option<&MediaType>) -> Vec<(String, Value)> {
    let examples = media.into_iter().flat_map(|media| &media.examples);
    let examples = examples.map(|it| (it.pointer.as_str().to_owned(), it.value.clone()));
    examples.collect()
}

/// What free text may hold in a place, so that it can be told from what is around it.
fn letters(place: &Place) -> Letters {
    match place {
        Place::Query(encoding) | Place::Form(encoding) => match encoding {
            Encoding::Style {
                style: ir::Style::Form | ir::Style::DeepObject,
                allow_reserved: false,
                ..
            }
            | Encoding::Json
            | Encoding::QueryString(_) => Letters::Any,
            Encoding::Style { .. } => Letters::Plain,
        },
        Place::Path(Encoding::Style {
            style: ir::Style::Simple,
            ..
        })
        | Place::Part(_)
        | Place::Json
        | Place::JsonSequence => Letters::Any,
        Place::Path(_) | Place::Header(_) | Place::Cookie(_) | Place::MediaType | Place::Raw => {
            Letters::Plain
        }
    }
}
