//! Values for schemas: examples of the document, or its defaults and enumerations, or generated ones.

mod object;
mod scalars;
mod variety;

use serde_json::{Map, Value, json};
use wiretrue_codegen::normalise::resolved::{Schema, SchemaId, SchemaType, Schemas};

use self::scalars::{number, of_format};
pub use self::variety::Heirs;
use self::variety::{DEEPEST_RECURSION, Variety};
use super::schema::{Direction, SchemaValidator, tagged};

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
    /// Random choices, for values that differ from each other.
    variety: Option<Variety>,
    /// The heirs of schemas, which are values of their base.
    heirs: Heirs,
}

/// An alternative of a schema: its index in `oneOf`, or else in `anyOf`.
pub type Alternative = (SchemaId, usize);

/// The depth below which optional properties are left out.
const DEEPEST: usize = 8;
/// The number of optional values in one argument or response.
const LARGEST: usize = 400;
/// The number of times that a random value is tried.
const ATTEMPTS: u64 = 6;
/// The number of characters of the longest free text.
const LONGEST_TEXT: usize = 1_000_000;

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
            variety: None,
            heirs: Heirs::of(schemas),
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

    /// Generates the value of a seed, with random optional properties, alternatives and scalars.
    ///
    /// # Errors
    ///
    /// Returns the reason as a phrase if no valid value is found.
    pub fn vary(&mut self, id: SchemaId, seed: u64) -> Result<Value, String> {
        self.extent = Extent::All;
        self.exploring = true;
        self.judge.tags_decide = true;
        let mut made = Err(String::new());
        for attempt in 0..ATTEMPTS {
            let mut variety = Variety::new(seed.wrapping_add(attempt << 48));
            self.left = 10 + variety.index(LARGEST / 4);
            self.nth = variety.index(8);
            self.variety = Some(variety);
            self.taken.clear();
            made = self.value(id);
            if made.is_ok() {
                break;
            }
        }
        self.variety = None;
        self.exploring = false;
        self.judge.tags_decide = false;
        made
    }

    /// Returns the alternatives in the value that was generated last.
    pub fn taken(&self) -> &[Alternative] {
        &self.taken
    }

    fn value(&mut self, id: SchemaId) -> Result<Value, String> {
        let recursion = self.open.iter().filter(|open| **open == id).count();
        let allowed = self.variety.as_ref().map_or(0, |_| DEEPEST_RECURSION);
        if recursion > allowed || self.open.len() > 4 * DEEPEST {
            return Err("its schema contains itself".to_owned());
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
        if let Some(value) = self.varied(id, schema) {
            return Ok(value);
        }
        // An example of an object may have optional properties.
        let example = schema.example.iter().chain(&schema.default);
        let is_left_out = match &mut self.variety {
            Some(variety) => !variety.once_in(4),
            None => false,
        };
        let may_choose = |value: &Value| value.is_array() || !choices(schema).is_empty();
        let example = example.filter(|value| match (self.exploring, self.extent) {
            _ if is_left_out => false,
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
            None if self.variety.is_some() && !self.obeys_tag(id, &made) => {
                Err("its discriminator names another schema".to_owned())
            }
            None => Ok(made),
            Some(fault) => Err(format!("no valid value was generated: {fault}")),
        }
    }

    /// Returns null or a value of an heir, for some of the seeds.
    fn varied(&mut self, id: SchemaId, schema: &Schema) -> Option<Value> {
        let variety = self.variety.as_mut()?;
        if schema.nullable && self.open.len() > 1 && variety.once_in(5) {
            return Some(Value::Null);
        }
        let heirs = self.heirs.heirs(id);
        if !choices(schema).is_empty() || heirs.is_empty() || variety.once_in(4) {
            return None;
        }
        let heir = heirs[variety.index(heirs.len())];
        let value = self.value(heir).ok()?;
        let named = tagged(self.judge.schemas, schema, self.heirs.heirs(id), &value);
        let is_named = named.is_none_or(|it| it == heir || self.heirs.heirs(heir).contains(&it));
        (is_named && self.judge.fault(id, &value).is_none()).then_some(value)
    }

    /// Returns whether a value of a base fulfils the heir that its discriminator names.
    fn obeys_tag(&mut self, id: SchemaId, value: &Value) -> bool {
        let heirs = self.heirs.heirs(id);
        match tagged(self.judge.schemas, self.judge.schema(id), heirs, value) {
            Some(heir) => self.judge.fault(heir, value).is_none(),
            None => true,
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
        match schema.scalar_type() {
            Some(SchemaType::Boolean) => Ok(match &mut self.variety {
                Some(variety) => variety.boolean(),
                None => json!(true),
            }),
            Some(kind @ (SchemaType::Integer | SchemaType::Number)) => {
                let varied = self.variety.as_mut().and_then(|it| it.number(schema));
                let whole = kind == SchemaType::Integer;
                Ok(varied.unwrap_or_else(|| number(schema, self.nth, whole)))
            }
            Some(SchemaType::String) => self.text(schema).map(Value::String),
            Some(SchemaType::Array) => self.array(schema),
            Some(SchemaType::Object) => Ok(json!({})),
            None if schema.items.is_some() => self.array(schema),
            None => match schema.all_of.as_slice() {
                [] => match &mut self.variety {
                    Some(variety) if schema.format.is_none() => Ok(variety.any(2)),
                    _ => self.text(schema).map(Value::String),
                },
                parts => {
                    let mut why = Err("no part of `allOf` has a value".to_owned());
                    for &part in parts {
                        why = self.value(part);
                        if matches!(&why, Ok(value) if self.judge.fault(id, value).is_none()) {
                            return why;
                        }
                    }
                    match self.variety {
                        // Several parts may have alternatives, which are merged like properties.
                        Some(_) => self.object(id),
                        None => why,
                    }
                }
            },
        }
    }

    fn is_object(&self, schema: &Schema, depth: usize) -> bool {
        let part =
            |&id: &SchemaId| depth < DEEPEST && self.is_object(self.judge.schema(id), depth + 1);
        match schema.scalar_type() {
            Some(SchemaType::Object) => true,
            Some(_) => false,
            None => {
                !schema.properties.is_empty()
                    || (!schema.required.is_empty() && schema.enumeration.is_empty())
                    || schema.all_of.iter().any(part)
            }
        }
    }

    fn array(&mut self, schema: &Schema) -> Result<Value, String> {
        let limits = &schema.constraints;
        let wanted = match (&mut self.variety, self.extent) {
            (Some(_), _) if self.left == 0 => 0,
            (Some(variety), _) => variety.count(),
            (None, Extent::All) => 2,
            (None, Extent::Required) => 1,
        };
        let least = limits.min_items.unwrap_or(0);
        let most = limits.max_items.unwrap_or(u64::MAX);
        let count = wanted.max(least).min(most.max(least));
        let Some(item) = schema.items else {
            if let Some(variety) = &mut self.variety {
                return Ok((0..count).map(|_| variety.any(1)).collect());
            }
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
        let known = |format: &str| match &mut self.variety {
            Some(variety) => variety.of_format(format),
            None => of_format(format),
        };
        if let Some(text) = schema.format.as_deref().and_then(known) {
            return Ok(text.to_owned());
        }
        if let (Some(variety), true) = (&mut self.variety, least <= LONGEST_TEXT) {
            return Ok(variety.text(least, most));
        }
        let mut text = match self.letters {
            Letters::Plain => "text".to_owned(),
            Letters::Any => "a b&c=d+é%".to_owned(),
        };
        if self.nth > 0 {
            text += &self.nth.to_string();
        }
        let missing = least.saturating_sub(text.chars().count());
        if missing > LONGEST_TEXT {
            return Err(format!("it needs {least} characters"));
        }
        text.extend(std::iter::repeat_n('x', missing));
        Ok(text.chars().take(most).collect())
    }
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
