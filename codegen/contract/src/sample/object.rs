//! Objects, and the values of alternatives.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use wiretrue_codegen::normalise::resolved::{AdditionalProperties, Discriminator, SchemaId};

use super::{DEEPEST, Extent, Maker, choices};
use crate::schema::component;

/// The maximum length of names that match a pattern, in characters.
const LONGEST_NAME: usize = 64;

/// An object schema merged from several schemas.
#[derive(Default)]
struct MergedObject {
    properties: Vec<(String, SchemaId)>,
    required: BTreeSet<String>,
    /// The patterns of names, with the schemas of the properties.
    patterns: Vec<(String, SchemaId)>,
    additional: Option<SchemaId>,
    /// Whether some schema allows properties of any value explicitly.
    keeps_any: bool,
    /// Whether some schema forbids undeclared properties.
    is_closed: bool,
    /// The schemas with alternatives.
    choosing: Vec<SchemaId>,
    /// The schemas with a discriminator but no alternatives.
    bases: Vec<SchemaId>,
}

impl Maker<'_> {
    pub(super) fn object(&mut self, id: SchemaId) -> Result<Value, String> {
        let mut parts = MergedObject::default();
        self.gather(id, &mut parts, 0);
        let mut members = Map::new();
        for (name, member) in &parts.properties {
            if self.judge.direction.leaves_out(self.judge.schema(*member)) {
                continue;
            }
            let required = parts.required.contains(name);
            if !required && !self.wants_optional() {
                continue;
            }
            match self.value(*member) {
                Ok(value) => drop(members.insert(name.clone(), value)),
                Err(why) if required => return Err(format!("`{name}`: {why}")),
                Err(_) => {}
            }
        }
        let unnamed = |name: &&String| parts.properties.iter().all(|(known, _)| known != *name);
        for name in parts.required.iter().filter(unnamed) {
            let value = match self.unnamed_schema(&parts, name) {
                Some(schema) => self.value(schema)?,
                None => match &mut self.variety {
                    Some(variety) => variety.any(1),
                    None => json!("text"),
                },
            };
            members.insert(name.clone(), value);
        }
        self.add_matching(&parts, &mut members);
        self.add_unnamed(&parts, &mut members);
        if self.variety.is_some() {
            self.add_tag(id, &parts, &mut members);
        }
        for &choosing in &parts.choosing {
            match self.choice(choosing, &members, &parts.properties)? {
                Value::Object(more) => members.extend(more),
                other => return Ok(other),
            }
        }
        Ok(Value::Object(members))
    }

    /// Returns the schema of a property without a declaration: that of the first pattern that matches, or
    /// else of additional properties.
    fn unnamed_schema(&mut self, parts: &MergedObject, name: &str) -> Option<SchemaId> {
        let mut patterns = parts.patterns.iter();
        let matching =
            patterns.find(|(pattern, _)| self.judge.patterns.matches(pattern, name) == Some(true));
        matching.map(|(_, id)| *id).or(parts.additional)
    }

    /// Adds a property for each pattern of names. Names that other patterns match, too, are left out,
    /// because such a value would have to match several schemas.
    fn add_matching(&mut self, parts: &MergedObject, members: &mut Map<String, Value>) {
        for (pattern, schema) in &parts.patterns {
            let Some(name) = self.judge.patterns.sample(pattern, 0, LONGEST_NAME) else {
                continue;
            };
            let is_declared = parts.properties.iter().any(|(known, _)| *known == name);
            let mut others = parts.patterns.iter().filter(|(it, _)| it != pattern);
            let is_shared =
                others.any(|(other, _)| self.judge.patterns.matches(other, &name) == Some(true));
            if !is_declared
                && !is_shared
                && self.wants_optional()
                && let Ok(value) = self.value(*schema)
            {
                members.insert(name, value);
            }
        }
    }

    fn wants_optional(&mut self) -> bool {
        let has_room = self.left > 0 && self.open.len() < DEEPEST;
        has_room
            && match &mut self.variety {
                Some(variety) => variety.has_optional(),
                None => self.extent == Extent::All,
            }
    }

    /// Adds properties that the schema doesn't declare, if it mentions or consists of such.
    fn add_unnamed(&mut self, parts: &MergedObject, members: &mut Map<String, Value>) {
        let is_map = parts.properties.is_empty() && parts.patterns.is_empty();
        let Some(variety) = &mut self.variety else {
            if let (Some(schema), true, Extent::All) = (parts.additional, is_map, self.extent)
                && let Ok(value) = self.value(schema)
            {
                members.insert("key".to_owned(), value);
            }
            return;
        };
        if self.left == 0 {
            return;
        }
        // A schema that only requires properties adds a condition to another one.
        let is_pure = parts.choosing.is_empty() && parts.required.is_empty();
        let is_free = parts.keeps_any || (is_map && is_pure && !parts.is_closed);
        for name in variety.names() {
            if parts.properties.iter().any(|(known, _)| known == name) {
                continue;
            }
            let value = match (self.unnamed_schema(parts, name), &mut self.variety) {
                (Some(schema), _) => self.value(schema).ok(),
                (None, Some(variety)) if is_free => Some(variety.any(2)),
                (None, _) => None,
            };
            members.extend(value.map(|value| (name.to_owned(), value)));
        }
    }

    /// Sets the discriminators of bases to the value for this schema.
    fn add_tag(&mut self, id: SchemaId, parts: &MergedObject, members: &mut Map<String, Value>) {
        for &base in &parts.bases {
            let Some(discriminator) = &self.judge.schema(base).discriminator else {
                continue;
            };
            let Some(tag) = self.tag(discriminator, id) else {
                continue;
            };
            if self.accepts_tag(id, discriminator, &json!(tag)) {
                members.insert(discriminator.property.clone(), json!(tag));
            }
        }
    }

    /// Returns whether a schema allows this value of a discriminator.
    fn accepts_tag(&mut self, id: SchemaId, discriminator: &Discriminator, tag: &Value) -> bool {
        let mut parts = MergedObject::default();
        self.gather(id, &mut parts, 0);
        let is_tag = |(name, _): &&(String, SchemaId)| *name == discriminator.property;
        let declared = parts.properties.iter().find(is_tag);
        declared.is_none_or(|(_, property)| self.judge.fault(*property, tag).is_none())
    }

    /// Returns the value of a discriminator for a schema: a key of its mapping, or else its name if it is
    /// a component.
    fn tag(&self, discriminator: &Discriminator, id: SchemaId) -> Option<String> {
        let mapping = discriminator.mapping.iter();
        let mut tags = mapping
            .filter(|(_, to)| **to == id)
            .map(|(tag, _)| tag.clone());
        let skipped = self
            .variety
            .as_ref()
            .map_or(0, |_| self.nth % tags.clone().count().max(1));
        let name = || component(self.judge.schemas, id).map(|(_, name)| name);
        tags.nth(skipped).or_else(name)
    }

    /// Merges a schema and those in its `allOf`.
    fn gather(&self, id: SchemaId, parts: &mut MergedObject, depth: usize) {
        let schema = self.judge.schema(id);
        if depth > DEEPEST {
            return;
        }
        for &part in &schema.all_of {
            self.gather(part, parts, depth + 1);
        }
        for (name, &member) in &schema.properties {
            parts.properties.retain(|(known, _)| known != name);
            parts.properties.push((name.clone(), member));
        }
        parts.required.extend(schema.required.iter().cloned());
        let patterns = schema.pattern_properties.iter();
        parts
            .patterns
            .extend(patterns.map(|(pattern, id)| (pattern.source.clone(), *id)));
        match schema.additional_properties {
            AdditionalProperties::Schema(additional) => parts.additional = Some(additional),
            AdditionalProperties::Any => parts.keeps_any = true,
            AdditionalProperties::Forbidden => parts.is_closed = true,
            AdditionalProperties::Unstated => {}
        }
        if !choices(schema).is_empty() {
            parts.choosing.push(id);
        } else if schema.discriminator.is_some() {
            parts.bases.push(id);
        }
    }

    /// Generates a value of an alternative of `oneOf` or `anyOf`. `members` are the properties that it has
    /// besides, of the `properties` beside the alternatives, which an alternative may require.
    pub(super) fn choice(
        &mut self,
        id: SchemaId,
        members: &Map<String, Value>,
        properties: &[(String, SchemaId)],
    ) -> Result<Value, String> {
        let schema = self.judge.schema(id);
        let mut why = "no value was found for any alternative".to_owned();
        let wanted = self.wanted.iter().find(|(of, _)| *of == id);
        let choices = choices(schema);
        let varied = self.variety.as_mut().map(|it| it.index(choices.len()));
        let first = wanted.map_or(varied.unwrap_or(0), |(_, index)| *index);
        let others = (0..choices.len()).filter(|index| *index != first);
        for index in std::iter::once(first).chain(others) {
            let Some(&choice) = choices.get(index) else {
                break;
            };
            let taken = self.taken.len();
            let mut value = match self.value(choice) {
                Ok(value) => value,
                Err(fault) => {
                    why = fault;
                    continue;
                }
            };
            if let Value::Object(own) = &mut value {
                let alternative = self.judge.schema(choice);
                for (name, property) in properties {
                    let required = alternative.required.contains(name);
                    if required && !alternative.properties.contains_key(name) {
                        let known = members
                            .get(name)
                            .cloned()
                            .map_or_else(|| self.value(*property), Ok);
                        own.extend(known.ok().map(|value| (name.clone(), value)));
                    }
                }
                for (name, member) in members {
                    own.entry(name).or_insert_with(|| member.clone());
                }
                if schema.one_of.is_empty() && schema.discriminator.is_none() {
                    self.add_another(choices, choice, own);
                }
                if let Some(discriminator) = &schema.discriminator
                    && let Some(tag) = self.tag(discriminator, choice)
                {
                    let is_set = match self.variety {
                        Some(_) => self.accepts_tag(choice, discriminator, &json!(tag)),
                        None => !discriminator.mapping.is_empty(),
                    };
                    if is_set || !own.contains_key(&discriminator.property) {
                        own.insert(discriminator.property.clone(), json!(tag));
                    }
                }
            }
            match self.judge.fault(id, &value) {
                None => {
                    self.taken.push((id, index));
                    return Ok(value);
                }
                Some(fault) => why = fault,
            }
            self.taken.truncate(taken);
        }
        Err(why)
    }

    /// Adds the properties of another alternative, since a value of `anyOf` may fulfil several.
    fn add_another(
        &mut self,
        choices: &[SchemaId],
        one: SchemaId,
        members: &mut Map<String, Value>,
    ) {
        let Some(variety) = &mut self.variety else {
            return;
        };
        let another = choices.get(variety.index(choices.len()));
        let Some(&another) = another.filter(|id| **id != one && variety.once_in(3)) else {
            return;
        };
        let Ok(Value::Object(mut both)) = self.value(another) else {
            return;
        };
        both.extend(members.clone());
        let both = Value::Object(both);
        let mut fits = |id| self.judge.fault(id, &both).is_none();
        if fits(one)
            && fits(another)
            && let Value::Object(both) = both
        {
            *members = both;
        }
    }
}
