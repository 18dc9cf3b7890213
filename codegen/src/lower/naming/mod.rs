//! What the types of schemas are named after.
//!
//! A name depends on the place of a schema alone. One walk over the document records the parent
//! of each schema ([`record`]); a name is the way from there to the nearest component,
//! operation or other place that has a name.

mod elsewhere;
mod record;
mod words;

use std::collections::HashMap;

use serde_json::Value;

use self::record::{Origin, Root, RootBase, SchemaStep};
use self::words::{position, short, type_word, words_of_path};
use super::predicates::is_null;
use crate::ir::{NameSource, OperationId, TypeId};
use crate::normalise::resolved::{Resolved, Schema, SchemaId, Schemas};
use crate::pointer::Pointer;

pub(super) use self::words::inside;

/// Names the types of schemas.
pub(super) struct SchemaNamer<'a> {
    schemas: &'a Schemas,
    origins: HashMap<SchemaId, Origin>,
    operations: HashMap<&'a Pointer, OperationId>,
    /// The types of component schemas.
    components: HashMap<Pointer, TypeId>,
    /// The keys of components that only refer to a schema in another file, by that schema.
    keys: HashMap<Pointer, String>,
}

impl<'a> SchemaNamer<'a> {
    pub(super) fn new(resolved: &'a Resolved) -> Self {
        let mut operations = HashMap::new();
        for (index, operation) in resolved.operations.iter().enumerate() {
            operations
                .entry(&operation.pointer)
                .or_insert(OperationId(index));
        }
        Self {
            schemas: &resolved.schemas,
            origins: record::record(resolved),
            operations,
            components: HashMap::new(),
            keys: keys_of_other_files(&resolved.schemas),
        }
    }

    /// Returns the key of the component schema at `pointer`.
    pub(super) fn component_key(&self, pointer: &Pointer) -> Option<String> {
        match self.keys.get(pointer) {
            Some(key) => Some(key.clone()),
            None => pointer.component_schema(),
        }
    }

    pub(super) fn add_component(&mut self, pointer: &Pointer, id: TypeId) {
        self.components.insert(pointer.clone(), id);
    }

    /// Returns what the type of a schema is named after.
    pub(super) fn name(&self, id: SchemaId) -> NameSource {
        let own = &self.schemas.get(id).pointer;
        if let Some(key) = self.component_key(own) {
            return NameSource::Component(key);
        }
        // From the inside out.
        let mut steps: Vec<Vec<String>> = Vec::new();
        let mut at = id;
        loop {
            let pointer = &self.schemas.get(at).pointer;
            if let Some(component) = self.components.get(pointer) {
                return NameSource::Within(*component, outside_in(steps));
            }
            match self.origins.get(&at) {
                Some(Origin::Inside(holder, step)) => {
                    steps.push(self.words_of_step(*holder, at, step));
                    at = *holder;
                }
                Some(Origin::Root(root)) => return root_name(root, at == id, steps),
                None => return self.name_elsewhere(pointer, outside_in(steps)),
            }
        }
    }

    /// The words that a step adds to a name.
    fn words_of_step(&self, holder: SchemaId, id: SchemaId, step: &SchemaStep) -> Vec<String> {
        match step {
            SchemaStep::Property(name) => vec![name.clone()],
            SchemaStep::Item => vec!["item".to_owned()],
            SchemaStep::PositionalItem(index) => vec!["item".to_owned(), position(*index)],
            SchemaStep::Value => vec!["value".to_owned()],
            SchemaStep::Merged => Vec::new(),
            SchemaStep::Alternative(index) => {
                let name = self.alternative_name(holder, id, *index);
                name.into_iter().collect()
            }
            SchemaStep::TypeAlternative => {
                let schema_type = self.schemas.get(id).schema_type;
                let word = schema_type.filter(|_| self.has_several_alternatives(holder));
                word.map(|it| type_word(it).to_owned())
                    .into_iter()
                    .collect()
            }
            SchemaStep::Path(path) => words_of_path(path),
        }
    }

    /// The name of an alternative; `None` if it is the only one that isn't null.
    fn alternative_name(&self, union: SchemaId, id: SchemaId, index: usize) -> Option<String> {
        if !self.has_several_alternatives(union) {
            return None;
        }
        let discriminator = self.schemas.get(union).discriminator.as_ref();
        let property = discriminator.map(|it| it.property.as_str());
        let declared = self.declared_name(self.schemas.get(id), property);
        Some(declared.unwrap_or_else(|| format!("variant {}", position(index))))
    }

    fn has_several_alternatives(&self, union: SchemaId) -> bool {
        let union = self.schemas.get(union);
        let alternatives = match union.one_of.as_slice() {
            [] => &union.any_of,
            _ => &union.one_of,
        };
        let other_than_null = |id: &&SchemaId| !is_null(self.schemas.get(**id));
        alternatives.iter().filter(other_than_null).nth(1).is_some()
    }

    /// Returns the name that an alternative declares: its component key, its title, or the value of
    /// its discriminator.
    pub(super) fn declared_name(
        &self,
        schema: &Schema,
        discriminator: Option<&str>,
    ) -> Option<String> {
        if let Some(key) = self.component_key(&schema.pointer) {
            return Some(key);
        }
        if let Some(title) = schema.title.as_deref().and_then(short) {
            return Some(title);
        }
        if let [Value::String(value)] = schema.enumeration.as_slice() {
            return short(if value.is_empty() { "empty" } else { value });
        }
        let property = self.schemas.get(*schema.properties.get(discriminator?)?);
        match property.enumeration.as_slice() {
            [Value::String(value)] => short(value),
            _ => None,
        }
    }
}

/// The name of a schema in an operation or another named place; `is_root` if it stands there
/// itself.
fn root_name(root: &Root, is_root: bool, steps: Vec<Vec<String>>) -> NameSource {
    let mut words = match is_root {
        true => root.own.clone(),
        false => root.inner.clone(),
    };
    words.extend(outside_in(steps));
    match root.base {
        RootBase::Operation(id) => NameSource::Operation(id, words),
        RootBase::Shared => NameSource::Place(words),
    }
}

fn outside_in(steps: Vec<Vec<String>>) -> Vec<String> {
    steps.into_iter().rev().flatten().collect()
}

/// The keys of components that only refer to a schema in another file. Of several keys for one
/// schema, the one that the file has as well goes first, then the first by name.
fn keys_of_other_files(schemas: &Schemas) -> HashMap<Pointer, String> {
    let mut keys: HashMap<Pointer, String> = HashMap::new();
    for (pointer, id) in &schemas.by_pointer {
        let target = &schemas.get(*id).pointer;
        let leads_out = pointer != target && pointer.file().is_none() && target.file().is_some();
        let Some(key) = leads_out.then(|| pointer.component_schema()).flatten() else {
            continue;
        };
        let own = target.component_schema();
        let rank = |key: &String| (Some(key) != own.as_ref(), key.clone());
        if keys
            .get(target)
            .is_none_or(|other| rank(&key) < rank(other))
        {
            keys.insert(target.clone(), key);
        }
    }
    keys
}
