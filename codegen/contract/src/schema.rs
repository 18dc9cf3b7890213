//! Validates values against schemas of a document.

use serde_json::{Map, Value};
use wiretrue_codegen::normalise::resolved::{
    AdditionalProperties, Schema, SchemaId, SchemaType, Schemas,
};

use super::pattern::Patterns;
use super::sample::choices;

/// The direction of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// In a request, without `readOnly` properties.
    Request,
    /// In a response, without `writeOnly` properties.
    Response,
}

impl Direction {
    /// Returns whether values in this direction lack a property.
    pub fn leaves_out(self, member: &Schema) -> bool {
        match self {
            Direction::Request => member.read_only,
            Direction::Response => member.write_only,
        }
    }
}

/// Validates values against the schemas of a document.
pub struct SchemaValidator<'a> {
    pub schemas: &'a Schemas,
    pub patterns: Patterns,
    pub direction: Direction,
    /// Whether the discriminator of a value selects its alternative, even if others fit, too.
    pub tags_decide: bool,
    /// The schemas that are being checked, each with its value.
    open: Vec<(SchemaId, *const Value)>,
}

/// The depth of nested schemas at which a validation gives up.
const DEEPEST: usize = 64;

impl<'a> SchemaValidator<'a> {
    pub fn new(schemas: &'a Schemas, direction: Direction) -> Self {
        Self {
            schemas,
            patterns: Patterns::default(),
            direction,
            tags_decide: false,
            open: Vec::new(),
        }
    }

    pub fn schema(&self, id: SchemaId) -> &'a Schema {
        self.schemas.get(id)
    }

    /// Returns a value without undeclared properties, if its schema declares some and doesn't mention
    /// others: models don't keep them.
    pub fn named(&self, id: SchemaId, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut known = Vec::new();
                let open = self.collect(id, &mut known, 0);
                let kept = members.iter().filter_map(|(name, value)| {
                    let property = known.iter().find(|(known, _)| *known == name);
                    match property {
                        Some((_, property)) => Some((name.clone(), self.named(*property, value))),
                        None => (open || known.is_empty()).then(|| (name.clone(), value.clone())),
                    }
                });
                Value::Object(kept.collect())
            }
            Value::Array(items) => match self.schema(id).items {
                Some(item) => items.iter().map(|value| self.named(item, value)).collect(),
                None => value.clone(),
            },
            value => value.clone(),
        }
    }

    /// Collects the properties of an object, and returns whether models keep others.
    fn collect(&self, id: SchemaId, known: &mut Vec<(&'a str, SchemaId)>, depth: usize) -> bool {
        let schema = self.schema(id);
        known.extend(
            schema
                .properties
                .iter()
                .map(|(name, &id)| (name.as_str(), id)),
        );
        let parts = schema
            .all_of
            .iter()
            .chain(&schema.one_of)
            .chain(&schema.any_of);
        let mut open = !schema.pattern_properties.is_empty()
            || matches!(
                schema.additional_properties,
                AdditionalProperties::Any | AdditionalProperties::Schema(_)
            );
        for &part in parts {
            open |= depth < DEEPEST && self.collect(part, known, depth + 1);
        }
        open
    }

    /// Returns the schemas of all patterns that a property's name matches.
    fn by_pattern(&mut self, schema: &Schema, name: &str) -> Vec<SchemaId> {
        let mut patterns = schema.pattern_properties.iter().collect::<Vec<_>>();
        patterns.retain(|(it, _)| self.patterns.matches(&it.source, name) == Some(true));
        patterns.into_iter().map(|(_, id)| *id).collect()
    }

    /// Returns the first violation of a schema as a phrase, or `None` if the value is valid.
    pub fn fault(&mut self, id: SchemaId, value: &Value) -> Option<String> {
        self.fault_at(id, value, 0)
    }

    fn fault_at(&mut self, id: SchemaId, value: &Value, depth: usize) -> Option<String> {
        let checked = (id, std::ptr::from_ref(value));
        if depth > DEEPEST || self.open.contains(&checked) {
            return Some("its schemas refer to each other in a cycle".to_owned());
        }
        self.open.push(checked);
        let fault = self.fault_of(id, value, depth);
        self.open.pop();
        fault
    }

    fn fault_of(&mut self, id: SchemaId, value: &Value, depth: usize) -> Option<String> {
        let schema = self.schema(id);
        if value.is_null() && schema.nullable {
            return None;
        }
        let depth = depth + 1;
        kind_fault(schema, value)
            .or_else(|| enumeration_fault(schema, value))
            .or_else(|| {
                let mut parts = schema.all_of.iter();
                parts.find_map(|&part| self.fault_at(part, value, depth))
            })
            .or_else(|| self.choice_fault(schema, value, depth))
            .or_else(|| match value {
                Value::String(text) => self.text_fault(schema, text),
                Value::Number(number) => number_fault(schema, number.as_f64().unwrap_or(0.0)),
                Value::Array(items) => self.items_fault(schema, items, depth),
                Value::Object(members) => self.members_fault(schema, members, depth),
                Value::Null | Value::Bool(_) => None,
            })
    }

    fn choice_fault(&mut self, schema: &Schema, value: &Value, depth: usize) -> Option<String> {
        if self.tags_decide
            && let Some(id) = tagged(self.schemas, schema, choices(schema), value)
        {
            return self.fault_at(id, value, depth);
        }
        let mut fitting = |choices: &[SchemaId]| {
            let fits = |&&id: &&SchemaId| self.fault_at(id, value, depth).is_none();
            choices.iter().filter(fits).count()
        };
        if !schema.any_of.is_empty() && fitting(&schema.any_of) == 0 {
            return Some("it matches no schema of `anyOf`".to_owned());
        }
        if !schema.one_of.is_empty() {
            let count = fitting(&schema.one_of);
            if count != 1 {
                return Some(format!("it matches {count} schemas of `oneOf`"));
            }
        }
        let not = schema.not?;
        fitting(&[not])
            .eq(&1)
            .then(|| "it matches the schema of `not`".to_owned())
    }

    fn text_fault(&mut self, schema: &Schema, text: &str) -> Option<String> {
        let limits = &schema.constraints;
        let length = text.chars().count() as u64;
        if limits.min_length.is_some_and(|least| length < least)
            || limits.max_length.is_some_and(|most| length > most)
        {
            return Some(format!("it has {length} characters"));
        }
        if let Some(pattern) = &limits.pattern
            && self.patterns.matches(pattern, text) == Some(false)
        {
            return Some(format!("it doesn't match `{pattern}`"));
        }
        let format = schema.format.as_deref()?;
        (!has_format(text, format)).then(|| format!("it isn't of format `{format}`"))
    }

    fn items_fault(&mut self, schema: &Schema, items: &[Value], depth: usize) -> Option<String> {
        let limits = &schema.constraints;
        let count = items.len() as u64;
        if limits.min_items.is_some_and(|least| count < least)
            || limits.max_items.is_some_and(|most| count > most)
        {
            return Some(format!("it has {count} items"));
        }
        if limits.unique_items
            && (1..items.len()).any(|index| items[..index].contains(&items[index]))
        {
            return Some("an item occurs twice".to_owned());
        }
        let item = schema.items?;
        let mut faults = items.iter().enumerate();
        faults.find_map(|(index, value)| {
            let fault = self.fault_at(item, value, depth)?;
            Some(format!("item {index}: {fault}"))
        })
    }

    fn members_fault(
        &mut self,
        schema: &Schema,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Option<String> {
        for name in &schema.required {
            let left_out = schema
                .properties
                .get(name)
                .is_some_and(|&id| self.direction.leaves_out(self.schema(id)));
            if !left_out && !members.contains_key(name) {
                return Some(format!("`{name}` is missing"));
            }
        }
        for (name, value) in members {
            let matching = self.by_pattern(schema, name);
            let fault = match (schema.properties.get(name), schema.additional_properties) {
                (Some(&id), _) if self.direction.leaves_out(self.schema(id)) => {
                    Some("`readOnly` or `writeOnly` forbids it here".to_owned())
                }
                (Some(&id), _) => self.fault_at(id, value, depth),
                (None, _) if !matching.is_empty() => None,
                (None, AdditionalProperties::Schema(id)) => self.fault_at(id, value, depth),
                (None, AdditionalProperties::Forbidden) => Some("it isn't declared".to_owned()),
                (None, AdditionalProperties::Unstated | AdditionalProperties::Any) => None,
            };
            let mut matching = matching.into_iter();
            let fault = fault.or_else(|| matching.find_map(|id| self.fault_at(id, value, depth)));
            if let Some(fault) = fault {
                return Some(format!("`{name}`: {fault}"));
            }
        }
        None
    }
}

/// Returns the schema that the discriminator of a value names, if there are any alternatives.
pub fn tagged(
    schemas: &Schemas,
    schema: &Schema,
    alternatives: &[SchemaId],
    value: &Value,
) -> Option<SchemaId> {
    let discriminator = schema.discriminator.as_ref()?;
    let tag = value.get(&discriminator.property)?.as_str()?;
    let mapped = discriminator.mapping.get(tag).copied();
    let mapped = mapped.filter(|_| !alternatives.is_empty());
    mapped.or_else(|| {
        let components = alternatives.iter().filter_map(|it| component(schemas, *it));
        let mut named = components.filter(|(_, name)| name == tag);
        named.next().map(|(id, _)| id)
    })
}

/// Returns a component and its name; also the one that a schema only refers to.
pub fn component(schemas: &Schemas, id: SchemaId) -> Option<(SchemaId, String)> {
    let schema = schemas.get(id);
    if let Some(name) = schema.pointer.component_schema() {
        return Some((id, name));
    }
    let [target] = schema.all_of.as_slice() else {
        return None;
    };
    let name = schemas.get(*target).pointer.component_schema();
    name.filter(|_| schema.properties.is_empty())
        .map(|name| (*target, name))
}

fn kind_fault(schema: &Schema, value: &Value) -> Option<String> {
    let (fits, wanted) = match schema.scalar_type()? {
        SchemaType::String => (value.is_string(), "string"),
        SchemaType::Number => (value.is_number(), "number"),
        SchemaType::Integer => (is_whole(value), "integer"),
        SchemaType::Boolean => (value.is_boolean(), "boolean"),
        SchemaType::Array => (value.is_array(), "array"),
        SchemaType::Object => (value.is_object(), "object"),
    };
    (!fits).then(|| format!("it isn't of type `{wanted}`"))
}

fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|it| it.fract() == 0.0)
}

fn enumeration_fault(schema: &Schema, value: &Value) -> Option<String> {
    let values = &schema.enumeration;
    let same = |known: &Value| known == value || is_same_number(known, value);
    (!values.is_empty() && !values.iter().any(same))
        .then(|| "it isn't one of the values of `enum`".to_owned())
}

fn is_same_number(one: &Value, other: &Value) -> bool {
    one.as_f64().is_some() && one.as_f64() == other.as_f64()
}

fn number_fault(schema: &Schema, number: f64) -> Option<String> {
    let limits = &schema.constraints;
    let below = |(least, excluded): (f64, bool)| number < least || (excluded && number == least);
    let above = |(most, excluded): (f64, bool)| number > most || (excluded && number == most);
    if limits.minimum.is_some_and(below) || limits.maximum.is_some_and(above) {
        return Some(format!("{number} is out of range"));
    }
    let step = limits.multiple_of.filter(|&step| step > 0.0)?;
    let steps = number / step;
    ((steps - steps.round()).abs() > 1e-9).then(|| format!("it isn't a multiple of {step}"))
}

/// Returns whether a text is valid in a format that clients or openapi-core require.
fn has_format(text: &str, format: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_date = |text: &str| {
        let parts: Vec<_> = text.split('-').collect();
        let number = |part: &str| part.parse::<u32>().unwrap_or(0);
        matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && month.len() == 2
            && day.len() == 2 && is_digits(year) && (1..=12).contains(&number(month))
            && (1..=31).contains(&number(day)))
    };
    match format {
        "date" => is_date(text),
        "date-time" => {
            text.get(..10).is_some_and(is_date)
                && text.get(10..).is_some_and(|time| {
                    let zone = time.ends_with(['Z', 'z'])
                        || time.get(9..).is_some_and(|rest| rest.contains(['+', '-']));
                    time.starts_with(['T', 't']) && time.len() >= 9 && zone
                })
        }
        "uuid" => {
            let lengths: Vec<_> = text.split('-').map(str::len).collect();
            lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
        }
        "byte" => {
            let known = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
            text.len().is_multiple_of(4) && text.bytes().all(known)
        }
        _ => true,
    }
}
