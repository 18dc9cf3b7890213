//! Differences between a value and what was read of it, by reason.

use serde_json::{Map, Value};
use wiretrue_codegen::normalise::resolved::{AdditionalProperties, Schema, SchemaId, Schemas};

use super::reason::Reason;
use wiretrue_contract::difference::{excerpt, is_same_json};

/// A difference between a value and what was read of it.
#[derive(Debug, PartialEq)]
pub struct Deviation {
    pub reason: Reason,
    /// The path in the value.
    pub path: String,
    pub before: String,
    pub after: String,
}

/// What a property is before or after, if it isn't there.
const ABSENT: &str = "absent";

/// The schemas of a value: its own, those of its `allOf`, and all alternatives.
#[derive(Clone, Default)]
struct Candidates(Vec<SchemaId>);

/// Compares values with what was read of them.
pub struct Comparison<'a> {
    schemas: &'a Schemas,
    /// Whether null and absence are the same, because only responses contain the value.
    only_read: bool,
    found: Vec<Deviation>,
}

impl<'a> Comparison<'a> {
    /// Returns all differences. `only_read` says whether requests never contain the value.
    pub fn of(
        schemas: &'a Schemas,
        id: SchemaId,
        only_read: bool,
        before: &Value,
        after: &Value,
    ) -> Vec<Deviation> {
        let mut comparison = Self {
            schemas,
            only_read,
            found: Vec::new(),
        };
        let candidates = comparison.candidates([id]);
        comparison.compare(&candidates, before, after, "$");
        comparison.found
    }

    /// Returns the path of a value that isn't an object although its schema has keywords of objects; `None`
    /// if the schema states a type, or if `error` isn't about this.
    pub fn not_object(
        schemas: &'a Schemas,
        id: SchemaId,
        value: &Value,
        error: &str,
    ) -> Option<String> {
        let comparison = Self {
            schemas,
            only_read: false,
            found: Vec::new(),
        };
        let mut pending = vec![(comparison.candidates([id]), value, "$".to_owned())];
        while let Some((of, value, path)) = pending.pop() {
            let implies_object = |id: &SchemaId| implies_object(schemas.get(*id));
            match value {
                Value::Object(properties) => {
                    pending.extend(properties.iter().map(|(name, value)| {
                        (
                            comparison.property(&of, name),
                            value,
                            format!("{path}.{name}"),
                        )
                    }))
                }
                _ if of.0.iter().any(implies_object)
                    && error.contains(&format!("`{path}`: expected an object")) =>
                {
                    return Some(path);
                }
                Value::Array(items) => {
                    let schema = comparison.items(&of);
                    let item = |(index, item)| (schema.clone(), item, format!("{path}[{index}]"));
                    pending.extend(items.iter().enumerate().map(item));
                }
                _ => {}
            }
        }
        None
    }

    fn add(&mut self, reason: Reason, path: &str, before: &Value, after: &Value) {
        self.add_text(reason, path, excerpt(before), excerpt(after));
    }

    fn add_text(&mut self, reason: Reason, path: &str, before: String, after: String) {
        self.found.push(Deviation {
            reason,
            path: path.to_owned(),
            before,
            after,
        });
    }

    fn compare(&mut self, of: &Candidates, before: &Value, after: &Value, path: &str) {
        match (before, after) {
            _ if before == after => {}
            (Value::Object(before), Value::Object(after)) => {
                self.compare_objects(of, before, after, path);
            }
            (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
                let items = self.items(of);
                for (index, (before, after)) in one.iter().zip(other).enumerate() {
                    self.compare(&items, before, after, &format!("{path}[{index}]"));
                }
            }
            (Value::Array(_), Value::Array(_)) => {
                self.add(Reason::ItemsChanged, path, before, after);
            }
            _ if is_same_json(before, after) || is_same_uuid(before, after) => {
                self.add(Reason::Notation, path, before, after);
            }
            _ if is_rounded(before, after) => self.add(Reason::Rounded, path, before, after),
            _ => self.add(Reason::ValueChanged, path, before, after),
        }
    }

    fn compare_objects(
        &mut self,
        of: &Candidates,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
        path: &str,
    ) {
        for (name, value) in before {
            let path = format!("{path}.{name}");
            let properties = self.property(of, name);
            let read_only = properties
                .0
                .iter()
                .any(|id| self.schemas.get(*id).read_only);
            match after.get(name) {
                Some(after) => {
                    let only_read = self.only_read;
                    self.only_read |= read_only;
                    self.compare(&properties, value, after, &path);
                    self.only_read = only_read;
                }
                None => {
                    let is_required = |id: &SchemaId| self.schemas.get(*id).required.contains(name);
                    let is_object = |id: &SchemaId| implies_object(self.schemas.get(*id));
                    let is_optional_null = value.is_null() && !of.0.iter().any(is_required);
                    let reason = match is_optional_null {
                        true if self.only_read || read_only => Reason::NullAbsent,
                        true if properties.0.iter().any(is_object) => Reason::NotObject,
                        _ => Reason::PropertyLost,
                    };
                    self.add_text(reason, &path, excerpt(value), ABSENT.to_owned());
                }
            }
        }
        for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            let properties = self.property(of, name);
            let mut defaults = properties
                .0
                .iter()
                .filter_map(|id| self.schemas.get(*id).default.as_ref());
            let reason = match defaults.any(|default| is_same_json(default, value)) {
                true => Reason::Default,
                false => Reason::PropertyInvented,
            };
            self.add_text(
                reason,
                &format!("{path}.{name}"),
                ABSENT.to_owned(),
                excerpt(value),
            );
        }
    }

    /// Returns the schemas of a property, or those of properties with such a name if it isn't declared.
    fn property(&self, of: &Candidates, name: &str) -> Candidates {
        let schemas = || of.0.iter().map(|id| self.schemas.get(*id));
        let declared = self.candidates(schemas().filter_map(|it| it.properties.get(name).copied()));
        if !declared.0.is_empty() {
            return declared;
        }
        let additional = |schema: &Schema| {
            let mut patterns = schema.pattern_properties.iter();
            match patterns.find(|(pattern, _)| pattern.matches(name)) {
                Some((_, id)) => Some(*id),
                None => match schema.additional_properties {
                    AdditionalProperties::Schema(id) => Some(id),
                    _ => None,
                },
            }
        };
        self.candidates(schemas().filter_map(additional))
    }

    /// Returns the schemas of the items of an array.
    fn items(&self, of: &Candidates) -> Candidates {
        self.candidates(of.0.iter().filter_map(|id| self.schemas.get(*id).items))
    }

    /// Returns schemas with those that they combine.
    fn candidates(&self, ids: impl IntoIterator<Item = SchemaId>) -> Candidates {
        let mut pending: Vec<SchemaId> = ids.into_iter().collect();
        let mut candidates = Candidates::default();
        while let Some(id) = pending.pop() {
            if !candidates.0.contains(&id) {
                let schema = self.schemas.get(id);
                pending.extend(
                    schema
                        .all_of
                        .iter()
                        .chain(&schema.one_of)
                        .chain(&schema.any_of),
                );
                candidates.0.push(id);
            }
        }
        candidates
    }
}

/// Returns whether a schema describes objects without stating a type.
fn implies_object(schema: &Schema) -> bool {
    let additional = schema.additional_properties;
    schema.scalar_type().is_none()
        && (!schema.properties.is_empty() || additional != AdditionalProperties::Unstated)
}

/// Returns whether both are the same UUID; clients write lower case.
fn is_same_uuid(one: &Value, other: &Value) -> bool {
    let (Value::String(one), Value::String(other)) = (one, other) else {
        return false;
    };
    let is_uuid =
        |text: &str| text.len() == 36 && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    is_uuid(one) && one.eq_ignore_ascii_case(other)
}

/// Returns whether both are numbers without a number between them.
fn is_rounded(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.next_up() == other || one.next_down() == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiretrue_codegen::{Options, Source};

    use super::*;

    #[test]
    fn every_difference_has_a_reason() {
        let schema = json!({
            "type": "object",
            "required": ["known"],
            "properties": {
                "known": {"type": "string", "nullable": true},
                "size": {"type": "integer", "default": 3},
                "note": {"type": "string", "nullable": true},
                "at": {"type": "string", "format": "date-time"},
                "tags": {"additionalProperties": {"type": "string"}},
                "list": {"type": "array", "items": {"type": "object", "properties": {
                    "flag": {"type": "boolean", "default": true}}}},
            },
        });
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {},
            "components": {"schemas": {"Thing": schema}},
        });
        let source = Source::new("t.json", document.to_string());
        let made =
            wiretrue_codegen::generate(&source, &Options::new("t")).expect("the document is valid");
        let (_, &id) = made.resolved.components.first().expect("there is a schema");
        let before = json!({
            "known": null, "note": null, "at": "2026-01-31T12:30:00.0+00:00",
            "tags": null, "list": [{}, {"flag": false, "more": 1}], "odd": 1, "even": [1],
        });
        let after = json!({
            "size": 3, "at": "2026-01-31T12:30:00Z",
            "list": [{"flag": true}, {"flag": true, "wrong": 1}], "odd": 1.0, "even": [],
        });
        let reasons = |only_read| -> Vec<_> {
            let found = Comparison::of(&made.resolved.schemas, id, only_read, &before, &after);
            found.into_iter().map(|it| (it.reason, it.path)).collect()
        };
        let mut expected = vec![
            (Reason::PropertyLost, "$.known".to_owned()),
            (Reason::NullAbsent, "$.note".to_owned()),
            (Reason::Notation, "$.at".to_owned()),
            (Reason::NullAbsent, "$.tags".to_owned()),
            (Reason::Default, "$.list[0].flag".to_owned()),
            (Reason::ValueChanged, "$.list[1].flag".to_owned()),
            (Reason::PropertyLost, "$.list[1].more".to_owned()),
            (Reason::PropertyInvented, "$.list[1].wrong".to_owned()),
            (Reason::Notation, "$.odd".to_owned()),
            (Reason::ItemsChanged, "$.even".to_owned()),
            (Reason::Default, "$.size".to_owned()),
        ];
        assert_eq!(reasons(true), expected);
        expected[1].0 = Reason::PropertyLost;
        expected[3].0 = Reason::NotObject;
        assert_eq!(reasons(false), expected);
    }

    #[test]
    fn a_value_that_is_no_object_is_told_from_other_errors() {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {},
            "components": {"schemas": {"Thing": {"type": "object", "properties": {
                "tags": {"type": "array", "items": {"additionalProperties": {"type": "string"}}},
                "typed": {"type": "object", "additionalProperties": {"type": "string"}},
            }}}},
        });
        let source = Source::new("t.json", document.to_string());
        let made =
            wiretrue_codegen::generate(&source, &Options::new("t")).expect("the document is valid");
        let (_, &id) = made.resolved.components.first().expect("there is a schema");
        let value = json!({"tags": [{}, 1], "typed": 1});
        let path = |error| Comparison::not_object(&made.resolved.schemas, id, &value, error);
        let error = "not read: `$.tags[1]`: expected an object, found a number";
        assert_eq!(path(error).as_deref(), Some("$.tags[1]"));
        let typed = "not read: `$.typed`: expected an object, found a number";
        assert_eq!(path(typed), None);
        assert_eq!(path("not read: `$.tags[1]`: expected a string"), None);
    }
}
