//! Tags without a discriminator: a property whose values tell the alternatives of a union apart.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use super::Lowering;
use super::schema::SchemaKind;
use crate::normalise::resolved::SchemaId;

/// How deep a tag may be nested in other objects.
const MAX_TAG_DEPTH: usize = 3;

/// How many properties are examined in search of a tag.
const MAX_CANDIDATES: usize = 200;

/// How many unions within a union are examined.
const MAX_NESTED: usize = 1_000;

/// A property that tells alternatives apart.
pub(super) struct ImpliedTag {
    /// The path to the property.
    pub(super) path: Vec<String>,
    /// The values of each alternative as text; none for an alternative that isn't an object.
    pub(super) values: Vec<Vec<String>>,
}

impl Lowering<'_, '_> {
    /// Returns the first property, the outermost first, for which all objects among the alternatives
    /// have constants or enumerations without a value in common.
    pub(super) fn implied_tag(&mut self, alternatives: &[SchemaId]) -> Option<ImpliedTag> {
        let mut objects = Vec::new();
        for id in alternatives {
            match self.is_tagged_kind(*id) {
                Some(true) => objects.push(*id),
                Some(false) => {}
                None => return None,
            }
        }
        let [first, others @ ..] = objects.as_slice() else {
            return None;
        };
        if others.is_empty() {
            return None;
        }
        let path = self
            .tag_paths(*first)
            .into_iter()
            .find(|path| self.tells_apart(&objects, path))?;
        let values = alternatives
            .iter()
            .map(|id| self.values_at(*id, &path).unwrap_or_default())
            .collect();
        Some(ImpliedTag { path, values })
    }

    /// Whether a schema is an object with declared properties, or a union of such; `None` for other
    /// schemas that an object may fit.
    fn is_tagged_kind(&mut self, id: SchemaId) -> Option<bool> {
        let merged = self.merged(self.canonical(id));
        match self.kind(&merged) {
            SchemaKind::Struct | SchemaKind::Union => Some(true),
            SchemaKind::Map(_) | SchemaKind::Any(_) => None,
            SchemaKind::StringEnum
            | SchemaKind::IntegerEnum
            | SchemaKind::NumberEnum
            | SchemaKind::Array(_)
            | SchemaKind::Primitive(_) => Some(false),
        }
    }

    /// Returns the paths of the properties of an alternative that list their values.
    fn tag_paths(&mut self, id: SchemaId) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        let mut examined = 0;
        let mut waiting = VecDeque::from([(id, Vec::new())]);
        while let Some((id, path)) = waiting.pop_front() {
            let merged = self.merged(self.canonical(id));
            for alternative in &merged.alternatives {
                if path.is_empty() && examined < MAX_CANDIDATES {
                    examined += 1;
                    waiting.push_back((*alternative, path.clone()));
                }
            }
            for (name, property) in &merged.schema.properties {
                examined += 1;
                if examined > MAX_CANDIDATES {
                    return paths;
                }
                let mut path = path.clone();
                path.push(name.clone());
                if self.values_of(*property).is_some() {
                    paths.push(path);
                } else if path.len() < MAX_TAG_DEPTH {
                    waiting.push_back((*property, path));
                }
            }
        }
        paths
    }

    fn tells_apart(&mut self, objects: &[SchemaId], path: &[String]) -> bool {
        let mut seen = HashSet::new();
        objects.iter().all(|id| {
            let values = self.values_at(*id, path);
            values.is_some_and(|values| values.into_iter().all(|value| seen.insert(value)))
        })
    }

    /// Returns the values that a schema, or each of its own alternatives, allows at a path; `None` if
    /// it doesn't list them.
    pub(super) fn values_at(&mut self, id: SchemaId, path: &[String]) -> Option<Vec<String>> {
        let mut seen = HashSet::new();
        self.values_below(id, path, &mut seen)
    }

    fn values_below(
        &mut self,
        id: SchemaId,
        path: &[String],
        seen: &mut HashSet<SchemaId>,
    ) -> Option<Vec<String>> {
        let id = self.canonical(id);
        let [name, rest @ ..] = path else {
            return self.values_of(id);
        };
        let merged = self.merged(id);
        if let Some(property) = merged.schema.properties.get(name) {
            return self.values_below(*property, rest, &mut HashSet::new());
        }
        if merged.alternatives.is_empty() || seen.len() > MAX_NESTED || !seen.insert(id) {
            return None;
        }
        let mut values = Vec::new();
        for alternative in &merged.alternatives {
            values.extend(self.values_below(*alternative, path, seen)?);
        }
        Some(values)
    }

    /// Returns the values that a schema lists, as text; `None` if it lists none, or others than
    /// strings, numbers and booleans.
    fn values_of(&mut self, id: SchemaId) -> Option<Vec<String>> {
        let merged = self.merged(self.canonical(id));
        let values = merged.schema.enumeration.iter();
        let texts: Option<Vec<String>> = values.filter(|it| !it.is_null()).map(tag_text).collect();
        texts.filter(|texts| !texts.is_empty())
    }
}

/// Returns a value of a tag as text, as the runtime compares it.
pub(super) fn tag_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(match (number.as_i64(), number.as_f64()) {
            (None, Some(float)) => float.to_string(),
            _ => number.to_string(),
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
