//! Converts the keywords for properties that a schema doesn't name to `additionalProperties`.

use openapiv3::ReferenceOr;
use serde_json::{Map, Value};

use super::build;
use super::document::SchemaObject;
use super::reference;
use super::walk::Walker;
use crate::fallback::FallbackReason;

type Properties = Map<String, Value>;

/// Keywords with schemas whose properties may occur in a value that another one of them describes.
const OPTIONAL_PARTS: [&str; 3] = ["anyOf", "if", "dependentSchemas"];

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

    /// Converts `patternProperties` to `additionalProperties` and the [`NamePatterns`]. A client doesn't
    /// match patterns. So the properties have the type of the patterns, and of `additionalProperties`,
    /// together; any value if other names are allowed without a schema.
    fn properties_by_pattern(&mut self, map: &mut Properties) {
        let Some(Value::Object(patterns)) = map.shift_remove("patternProperties") else {
            return;
        };
        let mut references = Vec::new();
        let mut names = Vec::new();
        for (pattern, value) in patterns {
            let reference = build::into_string(value);
            let Some(reference) = reference.filter(|it| !self.allows_nothing(it)) else {
                continue;
            };
            if matches_any_name(&pattern) {
                map.insert("additionalProperties".to_owned(), Value::String(reference));
                return;
            }
            references.push(reference);
            names.push(Value::String(pattern));
        }
        if references.is_empty() {
            return;
        }
        let is_closed = map.get("additionalProperties") == Some(&Value::Bool(false));
        let kept = Map::from_iter([
            ("patterns".to_owned(), Value::Array(names)),
            ("isClosed".to_owned(), Value::Bool(is_closed)),
        ]);
        map.insert("patternProperties".to_owned(), Value::Object(kept));
        let rest = match map.shift_remove("additionalProperties") {
            Some(Value::Bool(false)) => None,
            Some(Value::String(reference)) if !self.allows_anything(&reference) => Some(reference),
            _ => {
                self.simplify_patterns();
                map.insert("additionalProperties".to_owned(), Value::Bool(true));
                return;
            }
        };
        references.extend(rest);
        if references.len() > 1 {
            self.simplify_patterns();
        }
        let value = self.any_of("patternProperties", references);
        map.insert("additionalProperties".to_owned(), Value::String(value));
    }

    fn simplify_patterns(&mut self) {
        self.step("patternProperties", |walker| {
            walker.simplify(FallbackReason::PatternProperties);
        });
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
