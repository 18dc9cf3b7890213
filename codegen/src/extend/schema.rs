//! Declares the views for templates together with their JSON Schema, so that neither can lack a property of
//! the other.

use serde_json::{Map, Value, json};

/// The JSON Schema of a type.
pub trait Schema {
    /// Returns the schema, and adds those of the types that it refers to.
    fn schema(definitions: &mut Map<String, Value>) -> Value;
}

impl Schema for String {
    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({"type": "string"})
    }
}

impl Schema for bool {
    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({"type": "boolean"})
    }
}

/// Any JSON value of the document.
impl Schema for Value {
    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({})
    }
}

impl<T: Schema> Schema for Vec<T> {
    fn schema(definitions: &mut Map<String, Value>) -> Value {
        json!({"type": "array", "items": T::schema(definitions)})
    }
}

impl<T: Schema> Schema for Option<T> {
    fn schema(definitions: &mut Map<String, Value>) -> Value {
        json!({"anyOf": [T::schema(definitions), {"type": "null"}]})
    }
}

/// Adds a definition, unless it exists, and returns a reference to it. A definition may refer to itself.
pub fn define(
    name: &str,
    definitions: &mut Map<String, Value>,
    make: impl FnOnce(&mut Map<String, Value>) -> Value,
) -> Value {
    if !definitions.contains_key(name) {
        definitions.insert(name.to_owned(), Value::Null);
        let schema = make(definitions);
        definitions.insert(name.to_owned(), schema);
    }
    json!({"$ref": format!("#/$defs/{name}")})
}

/// Joins the lines of a doc comment.
pub fn description(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Declares structs whose fields are properties, all of them required.
macro_rules! views {
    ($(
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $($(#[doc = $field_doc:literal])* pub $field:ident: $ty:ty,)*
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, serde::Serialize)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $ty,)*
        }

        impl $crate::extend::schema::Schema for $name {
            fn schema(definitions: &mut serde_json::Map<String, serde_json::Value>) -> serde_json::Value {
                use $crate::extend::schema::{define, description};
                define(stringify!($name), definitions, |definitions| {
                    let mut properties = serde_json::Map::new();
                    $({
                        let mut property = <$ty>::schema(definitions);
                        property["description"] = description(&[$($field_doc),*]).into();
                        properties.insert(stringify!($field).trim_start_matches("r#").to_owned(), property);
                    })*
                    let required: Vec<&String> = properties.keys().collect();
                    serde_json::json!({
                        "description": description(&[$($doc),*]),
                        "type": "object",
                        "required": required,
                        "properties": properties,
                        "additionalProperties": false,
                    })
                })
            }
        }
    )*};
}

/// Declares enumerations whose variants are strings.
macro_rules! words {
    ($(
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal,)*
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
        pub enum $name {
            $($(#[doc = $variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $crate::extend::schema::Schema for $name {
            fn schema(definitions: &mut serde_json::Map<String, serde_json::Value>) -> serde_json::Value {
                use $crate::extend::schema::{define, description};
                define(stringify!($name), definitions, |_| {
                    let words = [$(($word, description(&[$($variant_doc),*]))),*];
                    let words = words.map(|(word, text)| serde_json::json!({"const": word, "description": text}));
                    serde_json::json!({"description": description(&[$($doc),*]), "oneOf": words})
                })
            }
        }
    )*};
}

pub(super) use {views, words};
