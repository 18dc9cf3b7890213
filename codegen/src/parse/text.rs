//! From text to a tree: JSON by serde_json, YAML by serde_yaml, both within limits.
//!
//! Both readers stop at 128 levels of nesting. On top of that the tree may not grow out of
//! proportion to the text, which YAML's aliases could otherwise make it do.

use std::fmt;

use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};

use super::Source;
use super::locate::place;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Stage};
use crate::pointer::Pointer;

/// What both readers say when a document is nested too deeply.
const TOO_DEEP: &str = "recursion limit exceeded";
/// What [`Limit::charge`] says, and `serde_yaml` where aliases lead to aliases.
const TOO_LARGE: [&str; 2] = [
    "the aliases of this document expand to too much",
    "repetition limit exceeded",
];

/// Reads the text; `None`, with a diagnostic that has its place, if it is neither JSON nor YAML.
pub(super) fn read(source: &Source, diagnostics: &mut Diagnostics) -> Option<Value> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    if text.trim().is_empty() {
        let help = "name a file that holds an OpenAPI document in JSON or YAML";
        diagnostics.add(syntax_error(
            source,
            "the file is empty".to_owned(),
            help,
            None,
        ));
        return None;
    }
    let result = if text.trim_start().starts_with('{') {
        // What begins like JSON may still be YAML in its flow style.
        json(text).or_else(|error| yaml(text).map_err(|_| json_error(source, &error)))
    } else {
        yaml(text).map_err(|error| yaml_error(source, &error))
    };
    result
        .map_err(|diagnostic| diagnostics.add(*diagnostic))
        .ok()
}

fn json(text: &str) -> Result<Value, serde_json::Error> {
    let mut limit = Limit::new(text, false);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Tree(&mut limit).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

fn yaml(text: &str) -> Result<Value, serde_yaml::Error> {
    let mut limit = Limit::new(text, true);
    Tree(&mut limit).deserialize(serde_yaml::Deserializer::from_str(text))
}

fn json_error(source: &Source, error: &serde_json::Error) -> Box<Diagnostic> {
    let message = error.to_string();
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&suffix).unwrap_or(&message).to_owned();
    let help = "this text begins like JSON; mend it at this place, where the reader gave up";
    // serde_json counts bytes and names the byte last read.
    let place = Some((error.line(), Column::Byte(error.column())));
    Box::new(describe(source, message, help, place))
}

fn yaml_error(source: &Source, error: &serde_yaml::Error) -> Box<Diagnostic> {
    let place = error
        .location()
        .map(|place| (place.line(), Column::Character(place.column())));
    let mut message = error.to_string();
    if let Some(place) = error.location() {
        message = message.replacen(
            &format!(" at line {} column {}", place.line(), place.column()),
            "",
            1,
        );
    }
    let help =
        "mend the YAML at this place; the cause is often an indentation or a quote just before it";
    Box::new(describe(source, message, help, place))
}

/// Says in plain words what the readers say of their limits.
fn describe(
    source: &Source,
    message: String,
    help: &str,
    place: Option<(usize, Column)>,
) -> Diagnostic {
    if message.contains(TOO_DEEP) {
        let help = "move inner schemas into `components` and refer to them with `$ref`";
        return syntax_error(
            source,
            "the document is nested more than 128 levels deep".to_owned(),
            help,
            place,
        );
    }
    if TOO_LARGE.iter().any(|text| message.contains(text)) {
        let help = "write out what the aliases stand for, or refer to it with `$ref`";
        return syntax_error(source, TOO_LARGE[0].to_owned(), help, place);
    }
    syntax_error(source, message, help, place)
}

fn syntax_error(
    source: &Source,
    message: String,
    help: &str,
    place: Option<(usize, Column)>,
) -> Diagnostic {
    let (line, column) = place.unwrap_or((1, Column::Byte(1)));
    let offset = offset_of(&source.text, line, column);
    Diagnostic {
        severity: Severity::Error,
        stage: Stage::Parse,
        pointer: Pointer::root(),
        location: Some(self::place(source, offset, 0)),
        message,
        help: help.to_owned(),
    }
}

/// A column from 1.
#[derive(Clone, Copy)]
enum Column {
    Byte(usize),
    Character(usize),
}

/// The byte at which a line and column stand, never past the end of the line.
fn offset_of(text: &str, line: usize, column: Column) -> usize {
    let mut lines = text.split_inclusive('\n');
    let start: usize = lines
        .by_ref()
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let this = lines.next().unwrap_or("").trim_end_matches(['\r', '\n']);
    let within = match column {
        Column::Byte(column) => {
            let mut at = column.saturating_sub(1).min(this.len());
            while !this.is_char_boundary(at) {
                at -= 1;
            }
            at
        }
        Column::Character(column) => this
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(this.len(), |(at, _)| at),
    };
    start + within
}

/// How much the tree may still grow. A tree without aliases never needs more than its text.
struct Limit {
    left: usize,
    merge_keys: bool,
}

impl Limit {
    fn new(text: &str, merge_keys: bool) -> Self {
        Self {
            left: text.len().saturating_mul(4).saturating_add(4_000_000),
            merge_keys,
        }
    }

    fn charge<E: serde::de::Error>(&mut self, text: usize) -> Result<(), E> {
        self.left = self
            .left
            .checked_sub(1 + text)
            .ok_or_else(|| E::custom(TOO_LARGE[0]))?;
        Ok(())
    }
}

/// Reads one value, whatever it is.
struct Tree<'a>(&'a mut Limit);

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
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

    #[expect(
        clippy::cast_precision_loss,
        reason = "JSON readers do the same with an integer beyond 64 bits"
    )]
    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "JSON readers do the same with an integer beyond 64 bits"
    )]
    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.0.charge(0)?;
        // JSON has no infinity; as a string it is refused where a number has to stand.
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

    /// A YAML value with a tag of its own (`!name value`): the value counts.
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (_, contents) = data.variant::<String>()?;
        contents.newtype_variant_seed(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        self.0.charge(0)?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Tree(self.0))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.0.charge(0)?;
        let mut map = Map::new();
        let mut merged = Vec::new();
        // As a string, a key such as 200 or null is what the document writes.
        while let Some(key) = access.next_key::<String>()? {
            self.0.charge(key.len())?;
            if self.0.merge_keys && key == "<<" {
                merged.push(access.next_value_seed(Tree(self.0))?);
                continue;
            }
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key `{}` is given twice",
                    excerpt(&key)
                )));
            }
            let value = access.next_value_seed(Tree(self.0))?;
            map.insert(key, value);
        }
        for source in merged {
            merge(&mut map, source)?;
        }
        Ok(Value::Object(map))
    }
}

/// Adds what a merge key (`<<`) brings: a mapping or a list of them. What is there already stays.
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

/// The beginning of a text that may be long, on one line, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 80;
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree(text: &str) -> Value {
        let mut diagnostics = Diagnostics::default();
        read(&Source::new("test.yaml", text), &mut diagnostics)
            .unwrap_or_else(|| panic!("{diagnostics}"))
    }

    fn refused(text: &str) -> Diagnostic {
        let mut diagnostics = Diagnostics::default();
        assert_eq!(
            read(&Source::new("test.yaml", text), &mut diagnostics),
            None
        );
        diagnostics.into_iter().next().expect("a diagnostic")
    }

    #[test]
    fn a_key_is_a_string_as_the_document_writes_it() {
        assert_eq!(
            tree("200: a\n0x10: b\nnull: c\ntrue: d\n1.50: e"),
            json!({
                "200": "a", "0x10": "b", "null": "c", "true": "d", "1.50": "e"
            })
        );
    }

    #[test]
    fn aliases_and_merge_keys_are_applied_and_own_keys_win() {
        let text = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\none: {<<: *base, a: 9}\ntwo: {<<: [*base, *more]}\nthree: *base";
        let tree = tree(text);
        assert_eq!(tree["one"], json!({"a": 9, "b": 2}));
        assert_eq!(tree["two"], json!({"a": 1, "b": 2, "c": 4}));
        assert_eq!(tree["three"], json!({"a": 1, "b": 2}));
    }

    #[test]
    fn what_begins_like_json_may_be_yaml() {
        assert_eq!(
            tree("{a: [1, 2,], # yes\n b: c}"),
            json!({"a": [1, 2], "b": "c"})
        );
        assert_eq!(tree("\u{feff}{\"a\": 1}"), json!({"a": 1}));
    }

    #[test]
    fn a_tag_is_dropped_and_its_value_kept() {
        assert_eq!(
            tree("a: !mine {b: 1}\nc: !!str 5"),
            json!({"a": {"b": 1}, "c": "5"})
        );
    }

    #[test]
    fn a_syntax_error_has_its_place() {
        let error = refused("{\n  \"a\": 1,\n  \"ü\": 'nope\n}");
        let place = error.location.expect("a place");
        assert_eq!(
            (place.line, place.column, place.offset),
            (3, 8, 20),
            "{}",
            error.message
        );
        assert_eq!(error.message, "expected ident");
        let error = refused("a: 1\nb: [1\nc: 2\n");
        assert_eq!(
            error.location.map(|place| place.line),
            Some(3),
            "{}",
            error.message
        );
    }

    #[test]
    fn a_key_given_twice_is_refused_in_json_and_yaml() {
        assert_eq!(
            refused("{\"a\": 1, \"a\": 2}").message,
            "the key `a` is given twice"
        );
        assert!(
            refused("x:\n  a: 1\n  a: 2\n")
                .message
                .ends_with("the key `a` is given twice")
        );
    }

    #[test]
    fn deep_nesting_is_refused() {
        for text in [
            "[".repeat(100_000),
            format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
            format!("{}1{}", "[".repeat(300), "]".repeat(300)),
            (0..300)
                .map(|level| format!("{}a:\n", " ".repeat(level)))
                .collect(),
        ] {
            let error = refused(&text);
            assert!(error.location.is_some(), "{}", error.message);
        }
        assert_eq!(
            refused(&format!("{}1{}", "{\"a\":".repeat(300), "}".repeat(300))).message,
            "the document is nested more than 128 levels deep"
        );
    }

    #[test]
    fn aliases_that_expand_without_bound_are_refused() {
        let levels: String = (1..12)
            .map(|level| {
                format!(
                    "l{level}: &l{level} [{}]\n",
                    vec![format!("*l{}", level - 1); 10].join(", ")
                )
            })
            .collect();
        assert_eq!(
            refused(&format!("l0: &l0 x\n{levels}")).message,
            TOO_LARGE[0]
        );
        let wide = format!(
            "a: &a [{}]\nb: [{}]\n",
            "x, ".repeat(10_000),
            "*a, ".repeat(10_000)
        );
        assert_eq!(refused(&wide).message, TOO_LARGE[0]);
    }
}
