//! What a schema says about a member beyond its type: texts, marks and limits.

use serde_json::Value;

use super::Lowering;
use crate::ir::Docs;
use crate::normalise::resolved::{Constraints, Schema, SchemaId, SchemaType};

/// What a schema says about the member or parameter that it is used for.
#[derive(Debug, Default)]
pub(super) struct Annotations {
    pub(super) docs: Docs,
    pub(super) deprecated: bool,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) sensitive: bool,
    pub(super) default: Option<Value>,
    pub(super) example: Option<Value>,
    pub(super) limits: Vec<String>,
}

impl Lowering<'_, '_> {
    /// Collects what a schema, and those that it refers to, say about a member of that schema.
    ///
    /// The nearest word counts. Texts and examples of a model are left to the model's own page.
    pub(super) fn annotations(&mut self, id: SchemaId) -> Annotations {
        let mut about = Annotations::default();
        for step in self.chain(id) {
            let whole = self.whole(step);
            let schema = whole.schema.as_ref();
            let is_component = self.places.component_key(&schema.pointer).is_some();
            about.read_only |= schema.read_only;
            about.write_only |= schema.write_only;
            about.sensitive |= is_sensitive(schema);
            if about.default.is_none() {
                about.default = schema.default.clone();
            }
            let limits = limits(schema);
            if about.limits.is_empty() {
                about.limits = limits;
            }
            about.deprecated |= schema.deprecated && !is_component;
            if is_component && self.kind(&whole).is_model() {
                break;
            }
            if about.docs.description.is_none() {
                about.docs.description = text(&schema.description);
            }
            if about.example.is_none() {
                about.example = schema.example.clone();
            }
        }
        about
    }
}

/// The texts about a type.
pub(super) fn type_docs(schema: &Schema) -> Docs {
    Docs {
        summary: text(&schema.title),
        description: text(&schema.description),
    }
}

/// A text, unless it is blank.
pub(super) fn text(text: &Option<String>) -> Option<String> {
    text.as_ref().filter(|it| !it.trim().is_empty()).cloned()
}

/// Whether a schema's values are never to be printed.
fn is_sensitive(schema: &Schema) -> bool {
    schema.format.as_deref() == Some("password")
        || schema.extensions.get("x-sensitive") == Some(&Value::Bool(true))
}

/// The limits of a schema, each as a phrase.
pub(super) fn limits(schema: &Schema) -> Vec<String> {
    let Constraints {
        pattern,
        min_length,
        max_length,
        minimum,
        maximum,
        multiple_of,
        ..
    } = &schema.constraints;
    let mut limits = Vec::new();
    limits.extend(format_limit(schema).map(str::to_owned));
    limits.extend(constant(schema));
    limits.extend(count(*min_length, *max_length, "character"));
    limits.extend(range(*minimum, *maximum));
    limits.extend(multiple_of.map(|step| format!("a multiple of {step}")));
    limits.extend(count(
        schema.constraints.min_items,
        schema.constraints.max_items,
        "item",
    ));
    if schema.constraints.unique_items {
        limits.push("no item twice".to_owned());
    }
    limits.extend(
        pattern
            .as_ref()
            .map(|pattern| format!("matches {}", crate::text::code(pattern))),
    );
    limits
}

/// Numbers that travel as strings, for they don't fit into a number of JavaScript.
fn format_limit(schema: &Schema) -> Option<&'static str> {
    if schema.schema_type != Some(SchemaType::String) {
        return None;
    }
    match schema.format.as_deref()? {
        "int64" => Some("a 64-bit integer in decimal"),
        "uint64" => Some("an unsigned 64-bit integer in decimal"),
        "int32" => Some("a 32-bit integer in decimal"),
        "uint32" => Some("an unsigned 32-bit integer in decimal"),
        "float" | "double" | "decimal" => Some("a number in decimal"),
        "base64url" => Some("bytes in base64url"),
        _ => None,
    }
}

/// Values of an enumeration that has no type of its own: truth values and fractions.
fn constant(schema: &Schema) -> Option<String> {
    let values: Vec<&Value> = schema
        .enumeration
        .iter()
        .filter(|it| !it.is_null())
        .collect();
    match values.as_slice() {
        [Value::Bool(only)] => Some(format!("always {only}")),
        [first, ..]
            if values.iter().all(|it| it.is_number()) && values.iter().any(|it| !it.is_i64()) =>
        {
            let rest = values.iter().skip(1).take(50).map(|it| format!(", {it}"));
            Some(format!("one of {first}{}", rest.collect::<String>()))
        }
        _ => None,
    }
}

fn count(low: Option<u64>, high: Option<u64>, unit: &str) -> Option<String> {
    let noun = |count: u64| {
        if count == 1 {
            unit.to_owned()
        } else {
            format!("{unit}s")
        }
    };
    match (low.filter(|it| *it > 0), high) {
        (None, None) => None,
        (Some(low), None) => Some(format!("at least {low} {}", noun(low))),
        (None, Some(high)) => Some(format!("at most {high} {}", noun(high))),
        (Some(low), Some(high)) if low == high => Some(format!("{low} {}", noun(low))),
        (Some(low), Some(high)) => Some(format!("{low} to {high} {}", noun(high))),
    }
}

fn range(low: Option<(f64, bool)>, high: Option<(f64, bool)>) -> Option<String> {
    let low_phrase = |(value, excluded): (f64, bool)| match excluded {
        true => format!("more than {value}"),
        false => format!("at least {value}"),
    };
    let high_phrase = |(value, excluded): (f64, bool)| match excluded {
        true => format!("less than {value}"),
        false => format!("at most {value}"),
    };
    match (low, high) {
        (None, None) => None,
        (Some(low), None) => Some(low_phrase(low)),
        (None, Some(high)) => Some(high_phrase(high)),
        (Some((low, false)), Some((high, false))) => Some(format!("{low} to {high}")),
        (Some(low), Some(high)) => Some(format!("{} and {}", low_phrase(low), high_phrase(high))),
    }
}
