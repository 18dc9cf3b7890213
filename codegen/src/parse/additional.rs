//! Converts the keywords for properties that a schema doesn't name to `additionalProperties`.

use openapiv3::ReferenceOr;
use serde_json::{Map, Value};

use super::build;
use super::document::SchemaObject;
use super::reference;
use super::walk::Walker;
use crate::fallback::FallbackReason;
use crate::name_pattern::NamePattern;

type Properties = Map<String, Value>;

/// Keywords with schemas whose properties may occur in a value that another one of them describes.
const OPTIONAL_PARTS: [&str; 3] = ["anyOf", "if", "dependentSchemas"];

/// The properties that match no pattern.
#[derive(PartialEq)]
enum Rest {
    /// There are none.
    Closed,
    /// They are any value.
    Open,
    /// They match a schema.
    Schema(String),
}

/// The maximum number of patterns of a schema that clients match.
const MAX_MATCHED: usize = 128;

impl Walker<'_> {
    /// Converts `unevaluatedProperties` and `patternProperties`.
    pub(super) fn additional_properties(&mut self, map: &mut Properties) {
        self.unevaluated_properties(map);
        self.properties_by_pattern(map);
    }

    /// Treats `unevaluatedProperties` like `additionalProperties`: by then, the parts of an `allOf`
    /// are one object.
    fn unevaluated_properties(&mut self, map: &mut Properties) {
        let Some(mut rest) = map.shift_remove("unevaluatedProperties") else {
            return;
        };
        // `additionalProperties` already covers all of them.
        let is_covered = map.contains_key("additionalProperties");
        // Without properties of its own, the schema may only refer to another one, and remains a
        // reference.
        let has_own = ["properties", "patternProperties"]
            .iter()
            .any(|key| map.contains_key(*key));
        if is_covered || rest.is_boolean() && !has_own {
            return;
        }
        if rest.is_string() && OPTIONAL_PARTS.iter().any(|key| map.contains_key(*key)) {
            self.step("unevaluatedProperties", |walker| {
                walker.simplify(FallbackReason::UnevaluatedProperties);
            });
            rest = Value::Bool(true);
        }
        map.insert("additionalProperties".to_owned(), rest);
    }

    /// Separates the patterns of `patternProperties` that clients match from the others. The properties
    /// of the others are among those of `additionalProperties`.
    fn properties_by_pattern(&mut self, map: &mut Properties) {
        let Some(Value::Object(patterns)) = map.shift_remove("patternProperties") else {
            return;
        };
        let mut properties = Vec::new();
        for (pattern, value) in patterns {
            let reference = build::into_string(value);
            let Some(reference) = reference.filter(|it| !self.allows_nothing(it)) else {
                continue;
            };
            if matches_any_name(&pattern) {
                map.insert("additionalProperties".to_owned(), Value::String(reference));
                return;
            }
            properties.push((pattern, reference));
        }
        if properties.is_empty() {
            return;
        }
        let rest = match map.shift_remove("additionalProperties") {
            Some(Value::Bool(false)) => Rest::Closed,
            Some(Value::String(reference)) if !self.allows_anything(&reference) => {
                Rest::Schema(reference)
            }
            _ => Rest::Open,
        };
        let is_closed = rest == Rest::Closed;
        let is_uniform = self.is_uniform(&properties, &rest);
        let mut room = if is_uniform { 0 } else { MAX_MATCHED };
        let (matched, others): (Vec<_>, Vec<_>) =
            properties.into_iter().partition(|(pattern, _)| {
                let is_matched = room > 0 && NamePattern::new(pattern).is_some();
                room -= usize::from(is_matched);
                is_matched
            });
        let (mut names, mut references): (Vec<String>, Vec<String>) = others.into_iter().unzip();
        if is_uniform {
            // Any of the schemas describes all properties.
            references.truncate(usize::from(is_closed));
            names.retain(|_| is_closed);
        }
        let additional = self.unmatched_properties(references, rest);
        map.insert("additionalProperties".to_owned(), additional);
        let matched = matched.into_iter();
        let matched = matched.map(|(pattern, reference)| (pattern, Value::String(reference)));
        let kept = Map::from_iter([
            ("matched".to_owned(), Value::Object(matched.collect())),
            ("patterns".to_owned(), names.into()),
            ("isClosed".to_owned(), Value::Bool(is_closed)),
        ]);
        map.insert("patternProperties".to_owned(), Value::Object(kept));
    }

    /// Returns the `additionalProperties` of a client that doesn't match the patterns of these schemas:
    /// the properties have the type of any of them, or any value if other names are allowed without a
    /// schema.
    fn unmatched_properties(&mut self, mut references: Vec<String>, rest: Rest) -> Value {
        let is_open = rest == Rest::Open;
        match rest {
            Rest::Closed if references.is_empty() => return Value::Bool(false),
            Rest::Open if references.is_empty() => return Value::Bool(true),
            Rest::Closed | Rest::Open => {}
            Rest::Schema(reference) => references.push(reference),
        }
        if is_open || references.len() > 1 {
            self.step("patternProperties", |walker| {
                walker.simplify(FallbackReason::PatternProperties);
            });
        }
        match is_open {
            true => Value::Bool(true),
            false => Value::String(self.any_of("patternProperties", references)),
        }
    }

    /// Whether all undeclared properties have the same type, so that no name decides.
    fn is_uniform(&self, properties: &[(String, String)], rest: &Rest) -> bool {
        let mut references = properties.iter().map(|(_, reference)| reference.as_str());
        match rest {
            Rest::Open => references.all(|it| self.allows_anything(it)),
            Rest::Schema(rest) => references.all(|it| self.is_same(it, rest)),
            Rest::Closed => {
                let first = references.next();
                references.all(|it| first.is_some_and(|first| self.is_same(it, first)))
            }
        }
    }

    /// Whether two schemas refer to the same one, or obviously describe the same values.
    fn is_same(&self, one: &str, other: &str) -> bool {
        let schema = |reference: &str| self.schemas.get(&reference::target(reference)?);
        match (schema(one), schema(other)) {
            (
                Some(ReferenceOr::Reference { reference: one }),
                Some(ReferenceOr::Reference { reference: other }),
            ) => one == other,
            (Some(ReferenceOr::Item(one)), Some(ReferenceOr::Item(other))) => {
                one.kind == other.kind
                    && one.data.nullable == other.data.nullable
                    && one.pattern_properties == other.pattern_properties
                    && one.content_schema == other.content_schema
            }
            _ => false,
        }
    }

    /// Whether no value matches a schema: it is `false`.
    fn allows_nothing(&self, reference: &str) -> bool {
        let not = self.target(reference).and_then(|it| it.kind.not.as_deref());
        matches!(not, Some(ReferenceOr::Reference { reference }) if self.allows_anything(reference))
    }

    /// Whether every value matches a schema: it is `true` or `{}`.
    fn allows_anything(&self, reference: &str) -> bool {
        self.target(reference)
            .is_some_and(|schema| schema.kind == Default::default())
    }

    fn target(&self, reference: &str) -> Option<&SchemaObject> {
        match self.schemas.get(&reference::target(reference)?)? {
            ReferenceOr::Item(schema) => Some(schema),
            ReferenceOr::Reference { .. } => None,
        }
    }
}

/// Whether a regular expression obviously matches every name, such as `.*`.
fn matches_any_name(pattern: &str) -> bool {
    let start = pattern.strip_prefix('^');
    let inner = start.unwrap_or(pattern);
    let end = inner.strip_suffix('$');
    match end.unwrap_or(inner) {
        ".*" | ".+" | "(.*)" | "(.+)" | ".*?" | ".+?" | r"[\s\S]*" | r"[\s\S]+" => true,
        // With both anchors, these match names of at most one character.
        "" | "." => start.is_none() || end.is_none(),
        _ => false,
    }
}
