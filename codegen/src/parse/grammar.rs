//! What the grammar of OpenAPI consists of: objects, their fields, and the kinds of values.
//!
//! `objects` and `keywords` are the grammar itself, `walk` applies it.

use serde_json::{Map, Value};

use super::keywords::SCHEMA;
use super::objects::{
    CALLBACK, EXAMPLE, HEADER, LINK, MEDIA_TYPE, OPENAPI, OPERATION, PARAMETER, PATH_ITEM,
    REQUEST_BODY, RESPONSE, SECURITY_SCHEME,
};
use super::walk::Walker;
use crate::pointer::Pointer;

/// What the value of a field may be.
#[derive(Clone, Copy)]
pub(super) enum ValueKind {
    /// Any value, which is not checked.
    Any,
    /// A string.
    String,
    /// A string with a fixed set of values, which is never repaired.
    Word,
    /// A boolean.
    Boolean,
    /// A non-negative integer.
    Count,
    /// A number.
    Number,
    /// A schema.
    Schema,
    /// A schema inside a schema.
    Subschema,
    /// An object of the table.
    Object(&'static Object),
    /// An object of the table or a Reference Object.
    ReferenceOr(&'static Object),
    /// An array.
    List(&'static ValueKind),
    /// An object whose keys the document chooses.
    Map(&'static ValueKind),
    /// A Path Item Object, which may have a `$ref` beside its other fields.
    PathItem,
}

/// A field of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: ValueKind,
    /// Whether a wrong value is an error. A wrong value of another field is ignored with a warning.
    pub(super) needed: bool,
}

/// What an object may contain beside its fields and `x-…`.
#[derive(Clone, Copy)]
pub(super) enum UnknownKeys {
    /// Nothing: an unknown key causes a warning.
    Nothing,
    /// Values of this kind.
    Each(ValueKind),
    /// Further keywords of JSON Schema: a key that resembles a field causes a warning.
    Keywords,
}

/// A repair that the table can't express.
pub(super) type Repair = fn(&mut Walker<'_>, &mut Map<String, Value>);

/// An object of the specification.
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) required: &'static [&'static str],
    pub(super) rest: UnknownKeys,
    /// Runs before the fields are checked.
    pub(super) prepare: Option<Repair>,
}

impl Object {
    pub(super) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self {
            name,
            fields,
            required: &[],
            rest: UnknownKeys::Nothing,
            prepare: None,
        }
    }

    pub(super) const fn required(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub(super) const fn rest(self, rest: UnknownKeys) -> Self {
        Self { rest, ..self }
    }

    pub(super) const fn prepare(self, repair: Repair) -> Self {
        Self {
            prepare: Some(repair),
            ..self
        }
    }

    /// Returns the field with this name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field that affects the client's behaviour.
pub(super) const fn field(name: &'static str, kind: ValueKind) -> Field {
    Field {
        name,
        kind,
        needed: true,
    }
}

/// A field that only documents, that no client reads, or that is another vendor's extension.
pub(super) const fn note(name: &'static str, kind: ValueKind) -> Field {
    Field {
        name,
        kind,
        needed: false,
    }
}

/// Returns the kind of the value at a pointer; `None` where the specification leaves it open.
pub(super) fn kind_at<'a>(mut steps: impl Iterator<Item = &'a str>) -> Option<ValueKind> {
    steps.try_fold(ValueKind::Object(&OPENAPI), kind_of)
}

/// Returns the kind of the value under a key or an index.
pub(super) fn kind_of(kind: ValueKind, step: &str) -> Option<ValueKind> {
    match kind {
        ValueKind::List(item) | ValueKind::Map(item) => Some(*item),
        kind => kind_of_property(object_of(kind)?, step),
    }
}

/// Returns the object of the table that a value of a kind is, unless it is a `$ref`.
pub(super) fn object_of(kind: ValueKind) -> Option<&'static Object> {
    match kind {
        ValueKind::Schema | ValueKind::Subschema => Some(&SCHEMA),
        ValueKind::Object(object) | ValueKind::ReferenceOr(object) => Some(object),
        ValueKind::PathItem => Some(&PATH_ITEM),
        ValueKind::Any
        | ValueKind::String
        | ValueKind::Word
        | ValueKind::Boolean
        | ValueKind::Count
        | ValueKind::Number
        | ValueKind::List(_)
        | ValueKind::Map(_) => None,
    }
}

/// Returns the name of the object that the specification requires at a pointer.
pub(crate) fn object_at(place: &Pointer) -> Option<&'static str> {
    let steps: Vec<String> = place.segments().collect();
    match kind_at(steps.iter().map(String::as_str))? {
        ValueKind::Object(object) | ValueKind::ReferenceOr(object) => Some(object.name),
        ValueKind::Schema | ValueKind::Subschema => Some(SCHEMA.name),
        ValueKind::PathItem => Some(PATH_ITEM.name),
        ValueKind::Any
        | ValueKind::String
        | ValueKind::Word
        | ValueKind::Boolean
        | ValueKind::Count
        | ValueKind::Number => Some("plain value"),
        ValueKind::List(_) => Some("list"),
        ValueKind::Map(_) => Some("map"),
    }
}

/// Whether a client needs the value at a pointer. A wrong value of another place is ignored with a
/// warning.
pub(crate) fn is_needed(place: &Pointer) -> bool {
    let mut kind = ValueKind::Object(&OPENAPI);
    for step in place.segments() {
        if object_of(kind).is_some_and(|it| it.field(&step).is_some_and(|field| !field.needed)) {
            return false;
        }
        match kind_of(kind, &step) {
            Some(inner) => kind = inner,
            None => return true,
        }
    }
    true
}

/// Whether a key is a field of a schema, or of an object that contains one, rather than a name
/// chosen by the document.
pub(super) fn is_field(key: &str) -> bool {
    [
        &SCHEMA,
        &PATH_ITEM,
        &OPERATION,
        &PARAMETER,
        &REQUEST_BODY,
        &MEDIA_TYPE,
        &RESPONSE,
        &OPENAPI,
    ]
    .iter()
    .any(|object| object.field(key).is_some())
}

/// Returns the kind of a referenced object by its name.
pub(super) fn by_name(name: &str) -> Option<ValueKind> {
    if name == PATH_ITEM.name {
        return Some(ValueKind::PathItem);
    }
    let objects = [
        &PARAMETER,
        &HEADER,
        &REQUEST_BODY,
        &RESPONSE,
        &SECURITY_SCHEME,
        &EXAMPLE,
        &LINK,
        &CALLBACK,
        &MEDIA_TYPE,
    ];
    objects
        .into_iter()
        .find(|object| object.name == name)
        .map(ValueKind::ReferenceOr)
}

fn kind_of_property(object: &Object, step: &str) -> Option<ValueKind> {
    match (object.field(step), object.rest) {
        (Some(field), _) => Some(field.kind),
        (None, UnknownKeys::Each(kind)) if !step.starts_with("x-") => Some(kind),
        (None, _) => None,
    }
}
