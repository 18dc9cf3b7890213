//! Parses text to a tree: JSON with serde_json, YAML with serde_yaml, both within limits.
//!
//! Both parsers stop at 128 levels of nesting. In addition, the size of the tree is limited
//! relative to the text, which YAML's aliases could otherwise exceed.

#[cfg(test)]
mod tests;

use std::fmt;

use libyaml_safer::{EventData, Parser};
use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};

use super::Source;
use super::syntax::{DEEPEST, SyntaxError, TOO_LARGE};
use crate::diagnostic::Diagnostics;
use crate::pointer::Pointer;

/// Parses the text. Returns `None` after reporting an error if it is neither JSON nor YAML.
pub(super) fn read(source: &Source, diagnostics: &mut Diagnostics) -> Option<Value> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    let result = if text.trim().is_empty() {
        Err(SyntaxError::empty())
    } else if text.trim_start().starts_with('{') {
        let is_json = source
            .name
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        // A text that starts like JSON may be YAML in flow style, unless its file name says
        // otherwise.
        json(text).or_else(|fault| {
            if is_json {
                Err(fault)
            } else {
                yaml(text).map_err(|_| fault)
            }
        })
    } else {
        yaml(text)
    };
    result
        .map_err(|fault| diagnostics.add(fault.describe(source)))
        .ok()
}

fn json(text: &str) -> Result<Value, SyntaxError> {
    let mut limit = Limit::new(text, false);
    let mut reader = serde_json::Deserializer::from_str(text);
    let result = ValueSeed(&mut limit).deserialize(&mut reader);
    let result = result.and_then(|value| reader.end().map(|()| value));
    result.map_err(|error| SyntaxError::json(&error, limit.place(), limit.twice))
}

fn yaml(text: &str) -> Result<Value, SyntaxError> {
    if let Some((line, column)) = too_deep(text) {
        return Err(SyntaxError::too_deep(line, column));
    }
    let mut limit = Limit::new(text, true);
    let result = ValueSeed(&mut limit).deserialize(serde_yaml::Deserializer::from_str(text));
    result.map_err(|error| SyntaxError::yaml(&error, limit.place(), limit.twice))
}

/// Returns the line and column, from 1, at which YAML in flow style nests too deeply.
///
/// `serde_yaml` checks this itself, but takes time quadratic in the depth. So texts with many open
/// brackets, which may be in strings, are checked first.
fn too_deep(text: &str) -> Option<(usize, usize)> {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    if deepest <= DEEPEST {
        return None;
    }
    let mut depth = 0_usize;
    let mut input = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    // `serde_yaml` reports syntax errors.
    while let Ok(event) = parser.parse() {
        match event.data {
            EventData::MappingStart { .. } | EventData::SequenceStart { .. } => depth += 1,
            EventData::MappingEnd | EventData::SequenceEnd => depth = depth.saturating_sub(1),
            EventData::StreamEnd => return None,
            _ => {}
        }
        if depth > DEEPEST {
            let at = |zero_based| usize::try_from(zero_based).map_or(usize::MAX, |at| at + 1);
            return Some((at(event.start_mark.line), at(event.start_mark.column)));
        }
    }
    None
}

/// How much the tree may still grow. A tree without aliases never needs more than its text.
struct Limit {
    left: usize,
    merge_keys: bool,
    /// After an error, the path to its place, innermost segment first.
    trail: Vec<String>,
    /// Whether the error is a duplicate key.
    twice: bool,
}

impl Limit {
    fn new(text: &str, merge_keys: bool) -> Self {
        let left = text.len().saturating_mul(4).saturating_add(1_000_000);
        Self {
            left,
            merge_keys,
            trail: Vec::new(),
            twice: false,
        }
    }

    fn charge<E: serde::de::Error>(&mut self, text: usize) -> Result<(), E> {
        self.left = self
            .left
            .checked_sub(1 + text)
            .ok_or_else(|| E::custom(TOO_LARGE))?;
        Ok(())
    }

    /// Returns the place of the error.
    fn place(&self) -> Pointer {
        self.trail
            .iter()
            .rev()
            .fold(Pointer::root(), |place, step| place.child(step))
    }
}

/// Deserializes any value.
struct ValueSeed<'a>(&'a mut Limit);

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.0.charge(0)?;
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.0.charge(0)?;
        Ok(Value::from(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.0.charge(0)?;
        Ok(Value::from(value))
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.0.charge(0)?;
        // JSON has no infinity. As a string, it is refused where a number is required.
        Ok(Number::from_f64(value).map_or_else(
            || Value::String(format!(".{value}").to_lowercase()),
            Value::Number,
        ))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.0.charge(value.len())?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.0.charge(value.len())?;
        Ok(Value::String(value))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.0.charge(0)?;
        Ok(Value::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    /// Ignores the tag of a tagged YAML value (`!name value`).
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (_, contents) = data.variant::<String>()?;
        contents.newtype_variant_seed(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        self.0.charge(0)?;
        let mut items = Vec::new();
        loop {
            match seq.next_element_seed(ValueSeed(self.0)) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break,
                Err(error) => {
                    self.0.trail.push(items.len().to_string());
                    return Err(error);
                }
            }
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.0.charge(0)?;
        let mut map = Map::new();
        let mut merged = Vec::new();
        // Reading keys as strings keeps keys such as 200 or null as the document writes them.
        while let Some(key) = access.next_key::<String>()? {
            self.0.charge(key.len())?;
            if map.contains_key(&key) {
                self.0.twice = true;
                self.0.trail.push(key);
                return Err(A::Error::custom("duplicate key"));
            }
            let value = match access.next_value_seed(ValueSeed(self.0)) {
                Ok(value) => value,
                Err(error) => {
                    self.0.trail.push(key);
                    return Err(error);
                }
            };
            if self.0.merge_keys && key == "<<" {
                merged.push(value);
            } else {
                map.insert(key, value);
            }
        }
        for source in merged {
            merge(&mut map, source)?;
        }
        Ok(Value::Object(map))
    }
}

/// Applies a merge key (`<<`): a mapping or a list of mappings. Existing keys stay.
fn merge<E: serde::de::Error>(map: &mut Map<String, Value>, source: Value) -> Result<(), E> {
    let sources = match source {
        Value::Array(sources) => sources,
        source => vec![source],
    };
    for source in sources {
        let Value::Object(source) = source else {
            return Err(E::custom(
                "a merge key (`<<`) takes a mapping or a list of mappings",
            ));
        };
        for (key, value) in source {
            map.entry(key).or_insert(value);
        }
    }
    Ok(())
}

/// Returns the beginning of a text on one line, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
