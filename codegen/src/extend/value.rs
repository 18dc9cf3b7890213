//! The values that print themselves in templates.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, serializing_for_value};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::schema::Schema;
use crate::names::RustIdent;
use crate::pointer::Pointer;
use crate::view::{DocLines, RustType};

/// What the text of a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier.
    Ident,
    /// A type or a path.
    Type,
    /// Documentation: lines of Markdown that [`crate::text`] made safe.
    Docs,
}

/// A value that templates print as it is. Any other text is printed as a literal, or escaped.
#[derive(Debug)]
pub struct Typed {
    /// What the text is.
    pub kind: Kind,
    /// The text; the lines of documentation end in `\n`.
    pub text: String,
}

impl Typed {
    /// Returns the value for a template.
    pub fn value(kind: Kind, text: impl Into<String>) -> minijinja::Value {
        let text = text.into();
        minijinja::Value::from_object(Self { kind, text })
    }
}

impl Object for Typed {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Serialises a value as [`Typed`] for a template, and as `json` otherwise.
fn serialize<S: Serializer>(
    kind: Kind,
    text: &str,
    json: &impl Serialize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializing_for_value() {
        Typed::value(kind, text).serialize(serializer)
    } else {
        json.serialize(serializer)
    }
}

/// A Rust identifier.
#[derive(Clone, Debug)]
pub struct Ident(pub(super) RustIdent);

impl Serialize for Ident {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(Kind::Ident, self.0.as_str(), &self.0.as_str(), serializer)
    }
}

impl Schema for Ident {
    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({"type": "string", "format": "rust-identifier"})
    }
}

impl From<&RustIdent> for Ident {
    fn from(ident: &RustIdent) -> Self {
        Self(ident.clone())
    }
}

/// A Rust type or path that is valid in every module of the crate.
#[derive(Clone, Debug)]
pub struct Type(pub(super) RustType);

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(Kind::Type, self.0.as_str(), &self.0.as_str(), serializer)
    }
}

impl Schema for Type {
    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({"type": "string", "format": "rust-type"})
    }
}

/// Documentation as lines of Markdown.
#[derive(Clone, Debug)]
pub struct Docs(pub(super) Vec<String>);

impl Serialize for Docs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(Kind::Docs, &self.0.join("\n"), &self.0, serializer)
    }
}

impl Schema for Docs {
    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({"type": "array", "items": {"type": "string"}, "format": "markdown-lines"})
    }
}

impl From<DocLines> for Docs {
    fn from(docs: DocLines) -> Self {
        Self(docs.lines().map(str::to_owned).collect())
    }
}

/// A place in the document: a JSON pointer, after the name of its file if it isn't the document itself.
#[derive(Clone, Debug, Default)]
pub struct Place(pub(super) Pointer);

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Schema for Place {
    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({"type": "string", "format": "place"})
    }
}

impl From<&Pointer> for Place {
    fn from(pointer: &Pointer) -> Self {
        Self(pointer.clone())
    }
}
