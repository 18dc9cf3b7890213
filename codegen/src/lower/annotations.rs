//! What a schema says about a property beyond its type: descriptions, flags and limits.

use serde_json::{Number, Value};

use super::Lowering;
use crate::ir::{Bound, Counts, Docs, Limit, TextFormat};
use crate::normalise::resolved::{Constraints, NamePatterns, Schema, SchemaId, SchemaType};

/// What a schema says about the property or parameter that uses it.
#[derive(Debug, Default)]
pub(super) struct Annotations {
    pub(super) docs: Docs,
    pub(super) deprecated: bool,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) sensitive: bool,
    pub(super) default: Option<Value>,
    pub(super) example: Option<Value>,
    pub(super) limits: Vec<Limit>,
}

impl Lowering<'_, '_> {
    /// Collects what a schema and the schemas that it refers to say about a property.
    ///
    /// The nearest schema takes precedence. Descriptions and examples of a model stay with the
    /// model.
    pub(super) fn annotations(&mut self, id: SchemaId) -> Annotations {
        let mut about = Annotations::default();
        for step in self.chain(id) {
            let merged = self.merged(step);
            let schema = merged.schema.as_ref();
            let is_component = self.namer.component_key(&schema.pointer).is_some();
            about.read_only |= schema.read_only;
            about.write_only |= schema.write_only;
            about.sensitive |= is_sensitive(schema);
            if about.default.is_none() {
                about.default = schema.default.clone();
            }
            let mut limits = limits(schema);
            // The fields of a model document themselves.
            limits.extend(names(schema).filter(|_| !self.kind(&merged).is_model()));
            if about.limits.is_empty() {
                about.limits = limits;
            }
            about.deprecated |= schema.deprecated && !is_component;
            if is_component && self.kind(&merged).is_model() {
                break;
            }
            if about.docs.description.is_none() {
                about.docs.description = text(&schema.description);
            }
            if about.example.is_none() {
                about.example = schema.example.clone();
            }
        }
        if let Some(value) = self.constant(id) {
            about.limits.insert(0, Limit::Always(value));
        }
        about
    }
}

/// Returns the documentation of a type.
pub(super) fn type_docs(schema: &Schema) -> Docs {
    Docs {
        summary: text(&schema.title),
        description: text(&schema.description),
    }
}

/// Returns a text, unless it is blank.
pub(super) fn text(text: &Option<String>) -> Option<String> {
    text.as_ref().filter(|it| !it.trim().is_empty()).cloned()
}

/// Whether values of a schema must not be printed.
fn is_sensitive(schema: &Schema) -> bool {
    schema.format.as_deref() == Some("password")
        || schema.extensions.get("x-sensitive") == Some(&Value::Bool(true))
}

/// Returns the limits of a schema.
fn limits(schema: &Schema) -> Vec<Limit> {
    let Constraints {
        pattern,
        min_length,
        max_length,
        minimum,
        maximum,
        multiple_of,
        min_items,
        max_items,
        unique_items,
    } = &schema.constraints;
    let mut limits = Vec::new();
    limits.extend(text_format(schema).map(Limit::Text));
    limits.extend(listed_numbers(schema));
    limits.extend(counts(*min_length, *max_length).map(Limit::Characters));
    limits.extend(range(*minimum, *maximum));
    limits.extend(multiple_of.map(Limit::MultipleOf));
    limits.extend(counts(*min_items, *max_items).map(Limit::Items));
    limits.extend(unique_items.then_some(Limit::UniqueItems));
    limits.extend(pattern.clone().map(Limit::Pattern));
    limits
}

/// Returns the limit of the names of undeclared properties.
pub(super) fn names(schema: &Schema) -> Option<Limit> {
    let NamePatterns {
        patterns,
        is_closed,
    } = schema.name_patterns.clone()?;
    Some(match is_closed {
        true => Limit::Names(patterns),
        false => Limit::SomeNames(patterns),
    })
}

/// Returns what a string contains. APIs write 64-bit integers as strings, because JavaScript's
/// numbers can't hold them.
fn text_format(schema: &Schema) -> Option<TextFormat> {
    if schema.schema_type != Some(SchemaType::String) {
        return None;
    }
    match schema.format.as_deref()? {
        "int64" => Some(TextFormat::Integer(64)),
        "uint64" => Some(TextFormat::UnsignedInteger(64)),
        "int32" => Some(TextFormat::Integer(32)),
        "uint32" => Some(TextFormat::UnsignedInteger(32)),
        "float" | "double" | "decimal" => Some(TextFormat::Number),
        "base64url" => Some(TextFormat::Base64Url),
        _ => None,
    }
}

/// Returns the numbers of an enumeration with fractions, if there are several.
fn listed_numbers(schema: &Schema) -> Option<Limit> {
    let values = schema.enumeration.iter().filter(|it| !it.is_null());
    let numbers: Option<Vec<Number>> = values.map(|it| it.as_number().cloned()).collect();
    let numbers = numbers?;
    let has_fraction = numbers.iter().any(|it| !it.is_i64());
    (has_fraction && numbers.len() > 1).then_some(Limit::OneOf(numbers))
}

fn counts(least: Option<u64>, most: Option<u64>) -> Option<Counts> {
    let least = least.filter(|it| *it > 0);
    (least.is_some() || most.is_some()).then_some(Counts { least, most })
}

fn range(minimum: Option<(f64, bool)>, maximum: Option<(f64, bool)>) -> Option<Limit> {
    let bound = |(value, exclusive): (f64, bool)| Bound { value, exclusive };
    let (minimum, maximum) = (minimum.map(bound), maximum.map(bound));
    (minimum.is_some() || maximum.is_some()).then_some(Limit::Range { minimum, maximum })
}
