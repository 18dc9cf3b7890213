//! Values for schemas: examples of the document, or its defaults and enumerations, or generated ones.

mod scalars;

use std::collections::BTreeSet;

use codegen::normalise::resolved::{AdditionalProperties, Schema, SchemaId, SchemaType, Schemas};
use serde_json::{Map, Value, json};

use self::scalars::{number, of_format};
use super::schema::{Direction, SchemaValidator};

/// Whether optional properties and arguments are present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All are present.
    All,
    /// None is present.
    Required,
}

/// The characters of free text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// Letters only: for locations where separators are ambiguous or HTTP allows no others.
    Plain,
    /// Also characters that must be escaped, and non-ASCII ones.
    Any,
}

/// Generates values.
pub struct Maker<'a> {
    pub judge: SchemaValidator<'a>,
    extent: Extent,
    letters: Letters,
    /// The schemas of the values that are being generated.
    open: Vec<SchemaId>,
    /// The number of values that may still be generated before optional ones are left out.
    left: usize,
    /// Selects one of several similar values.
    nth: usize,
    /// The alternatives of `oneOf` and `anyOf` to choose.
    wanted: Vec<Alternative>,
    /// The chosen alternatives.
    taken: Vec<Alternative>,
    /// Whether to skip examples that may contain alternatives, since it is unknown which.
    exploring: bool,
}

/// An alternative of a schema: its index in `oneOf`, or else in `anyOf`.
pub type Alternative = (SchemaId, usize);

/// The depth below which optional properties are left out.
const DEEPEST: usize = 8;
/// The number of optional values in one argument or response.
const LARGEST: usize = 400;

impl<'a> Maker<'a> {
    /// Creates a generator of values in this direction.
    pub fn new(schemas: &'a Schemas, direction: Direction) -> Self {
        Self {
            judge: SchemaValidator::new(schemas, direction),
            extent: Extent::All,
            letters: Letters::Plain,
            open: Vec::new(),
            left: LARGEST,
            nth: 0,
            wanted: Vec::new(),
            taken: Vec::new(),
            exploring: false,
        }
    }

    /// Generates a value for a schema.
    ///
    /// # Errors
    ///
    /// Returns the reason as a phrase if no valid value is found.
    pub fn make(
        &mut self,
        id: SchemaId,
        extent: Extent,
        letters: Letters,
    ) -> Result<Value, String> {
        self.extent = extent;
        self.letters = letters;
        self.left = LARGEST;
        self.nth = 0;
        self.taken.clear();
        self.value(id)
    }

    /// Generates a value with all optional properties and, where possible, these alternatives. Returns it
    /// with all alternatives in it.
    ///
    /// # Errors
    ///
    /// Returns the reason as a phrase if no valid value is found.
    pub fn explore(
        &mut self,
        id: SchemaId,
        wanted: &[Alternative],
    ) -> Result<(Value, Vec<Alternative>), String> {
        self.wanted = wanted.to_vec();
        self.exploring = true;
        let made = self.make(id, Extent::All, Letters::Any);
        self.wanted.clear();
        self.exploring = false;
        made.map(|value| (value, self.taken.clone()))
    }

    /// Returns the alternatives in the value that was generated last.
    pub fn taken(&self) -> &[Alternative] {
        &self.taken
    }

    fn value(&mut self, id: SchemaId) -> Result<Value, String> {
        if self.open.contains(&id) || self.open.len() > 4 * DEEPEST {
            return Err("its schema leads back to itself".to_owned());
        }
        self.left = self.left.saturating_sub(1);
        self.open.push(id);
        let before = self.taken.len();
        let value = self.chosen(id);
        if value.is_err() {
            self.taken.truncate(before);
        }
        self.open.pop();
        value
    }

    fn chosen(&mut self, id: SchemaId) -> Result<Value, String> {
        let schema = self.judge.schema(id);
        // An example of an object may have optional properties.
        let example = schema.example.iter().chain(&schema.default);
        let may_choose = |value: &Value| value.is_array() || !choices(schema).is_empty();
        let example = example.filter(|value| match (self.exploring, self.extent) {
            (true, _) => !value.is_object() && !may_choose(value),
            (false, Extent::All) => true,
            (false, Extent::Required) => !value.is_object(),
        });
        let enumeration = &schema.enumeration;
        let turned = enumeration
            .iter()
            .cycle()
            .skip(self.nth)
            .take(enumeration.len());
        for value in example.chain(turned) {
            if !value.is_null() && self.judge.fault(id, value).is_none() {
                return Ok(value.clone());
            }
        }
        let made = self.made(id)?;
        match self.judge.fault(id, &made) {
            None => Ok(made),
            Some(fault) => Err(format!("no valid value was generated: {fault}")),
        }
    }

    fn made(&mut self, id: SchemaId) -> Result<Value, String> {
        let schema = self.judge.schema(id);
        if self.is_object(schema, 0) {
            return self.object(id);
        }
        if !choices(schema).is_empty() {
            return self.choice(id, &Map::new(), &[]);
        }
        match schema.schema_type {
            Some(SchemaType::Boolean) => Ok(json!(true)),
            Some(SchemaType::Integer) => Ok(number(schema, self.nth, true)),
            Some(SchemaType::Number) => Ok(number(schema, self.nth, false)),
            Some(SchemaType::String) => self.text(schema).map(Value::String),
            Some(SchemaType::Array) => self.array(schema),
            Some(SchemaType::Object) => Ok(json!({})),
            None if schema.items.is_some() => self.array(schema),
            None => match schema.all_of.as_slice() {
                [] => self.text(schema).map(Value::String),
                parts => {
                    let mut why = Err("none of `allOf` gives a value".to_owned());
                    for &part in parts {
                        why = self.value(part);
                        if matches!(&why, Ok(value) if self.judge.fault(id, value).is_none()) {
                            break;
                        }
                    }
                    why
                }
            },
        }
    }

    fn is_object(&self, schema: &Schema, depth: usize) -> bool {
        let part =
            |&id: &SchemaId| depth < DEEPEST && self.is_object(self.judge.schema(id), depth + 1);
        match schema.schema_type {
            Some(SchemaType::Object) => true,
            Some(_) => false,
            None => {
                !schema.properties.is_empty()
                    || (!schema.required.is_empty() && schema.enumeration.is_empty())
                    || schema.all_of.iter().any(part)
            }
        }
    }

    fn object(&mut self, id: SchemaId) -> Result<Value, String> {
        let mut parts = MergedObject::default();
        self.gather(id, &mut parts, 0);
        let mut members = Map::new();
        for (name, member) in &parts.properties {
            if self.judge.direction.leaves_out(self.judge.schema(*member)) {
                continue;
            }
            let required = parts.required.contains(name);
            let wanted = self.extent == Extent::All && self.left > 0 && self.open.len() < DEEPEST;
            if !required && !wanted {
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
            let value = match parts.additional {
                Some(schema) => self.value(schema)?,
                None => json!("text"),
            };
            members.insert(name.clone(), value);
        }
        if let (Some(schema), true, Extent::All) =
            (parts.additional, parts.properties.is_empty(), self.extent)
            && let Ok(value) = self.value(schema)
        {
            members.insert("key".to_owned(), value);
        }
        for &choosing in &parts.choosing {
            match self.choice(choosing, &members, &parts.properties)? {
                Value::Object(more) => members.extend(more),
                other => return Ok(other),
            }
        }
        Ok(Value::Object(members))
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
        if let AdditionalProperties::Schema(additional) = schema.additional_properties {
            parts.additional = Some(additional);
        }
        if !choices(schema).is_empty() {
            parts.choosing.push(id);
        }
    }

    /// Generates a value of an alternative of `oneOf` or `anyOf`. `members` are the properties that it has
    /// besides, of the `properties` beside the alternatives, which an alternative may require.
    fn choice(
        &mut self,
        id: SchemaId,
        members: &Map<String, Value>,
        properties: &[(String, SchemaId)],
    ) -> Result<Value, String> {
        let schema = self.judge.schema(id);
        let mut why = "none of its alternatives gives a value".to_owned();
        let wanted = self.wanted.iter().find(|(of, _)| *of == id);
        let first = wanted.map_or(0, |(_, index)| *index);
        let choices = choices(schema);
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
                if let Some(discriminator) = &schema.discriminator {
                    let mut mapping = discriminator.mapping.iter();
                    let tag = mapping.find(|(_, to)| **to == choice);
                    let tag = tag.map(|(tag, _)| tag.clone());
                    let tag = tag.or_else(|| self.judge.schema(choice).pointer.segments().last());
                    if !own.contains_key(&discriminator.property)
                        || !discriminator.mapping.is_empty()
                    {
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

    fn array(&mut self, schema: &Schema) -> Result<Value, String> {
        let limits = &schema.constraints;
        let wanted = match self.extent {
            Extent::All => 2,
            Extent::Required => 1,
        };
        let least = limits.min_items.unwrap_or(0);
        let most = limits.max_items.unwrap_or(u64::MAX);
        let count = wanted.max(least).min(most.max(least));
        let Some(item) = schema.items else {
            return Ok(json!(vec!["text"; usize::try_from(count).unwrap_or(1)]));
        };
        let before = self.nth;
        let mut items: Vec<Value> = Vec::new();
        for index in 0..count {
            self.nth = before + usize::try_from(index).unwrap_or(0);
            match self.value(item) {
                Ok(value) if limits.unique_items && items.contains(&value) => {}
                Ok(value) => items.push(value),
                Err(why) if (items.len() as u64) < least => return Err(why),
                Err(_) => break,
            }
        }
        self.nth = before;
        Ok(Value::Array(items))
    }

    fn text(&mut self, schema: &Schema) -> Result<String, String> {
        let limits = &schema.constraints;
        let least = limits.min_length.unwrap_or(0);
        let least = usize::try_from(least).unwrap_or(usize::MAX);
        let most = limits
            .max_length
            .and_then(|most| usize::try_from(most).ok());
        let most = most.unwrap_or(usize::MAX);
        if let Some(pattern) = &limits.pattern {
            let sample = self.judge.patterns.sample(pattern, least, most);
            return sample.ok_or_else(|| format!("no matching text was found for `{pattern}`"));
        }
        if let Some(text) = schema.format.as_deref().and_then(of_format) {
            return Ok(text.to_owned());
        }
        let mut text = match self.letters {
            Letters::Plain => "text".to_owned(),
            Letters::Any => "a b&c=d+é%".to_owned(),
        };
        if self.nth > 0 {
            text += &self.nth.to_string();
        }
        let missing = least.saturating_sub(text.chars().count());
        if missing > 1_000_000 {
            return Err(format!("it needs {least} characters"));
        }
        text.extend(std::iter::repeat_n('x', missing));
        Ok(text.chars().take(most).collect())
    }
}

/// An object schema merged from several schemas.
#[derive(Default)]
struct MergedObject {
    properties: Vec<(String, SchemaId)>,
    required: BTreeSet<String>,
    additional: Option<SchemaId>,
    /// The schemas with alternatives.
    choosing: Vec<SchemaId>,
}

/// Returns the alternatives of a schema.
pub fn choices(schema: &Schema) -> &[SchemaId] {
    if schema.one_of.is_empty() {
        &schema.any_of
    } else {
        &schema.one_of
    }
}

#[cfg(test)]
mod tests;
