//! The choices of a generator that makes a different value for each seed.

use std::collections::HashMap;

use fastrand::Rng;
use serde_json::{Map, Value, json};
use wiretrue_codegen::normalise::resolved::{
    Constraints, Schema, SchemaId, SchemaType, Schemas, is_integer_format,
};

/// Random choices, all determined by one seed.
pub struct Variety {
    rng: Rng,
    /// The probability in percent that an optional property is present.
    present: u8,
}

/// How often a value may contain values of its own schema, one inside the other.
pub const DEEPEST_RECURSION: usize = 2;

/// Names of properties that no schema declares.
const NAMES: [&str; 6] = ["extra", "ключ 🗝", "a/b~c", "$ref", "x-1", "TYPE"];

const TEXTS: [&str; 8] = [
    "",
    "text",
    " two words ",
    "quotes \" and \\ and /",
    "line\nbreak\ttab\u{0}",
    "Ünïcödé 日本語 🦀",
    "true",
    "007",
];

impl Variety {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let present = *rng.choice(&[0, 30, 60, 90, 100]).unwrap_or(&60);
        Self { rng, present }
    }

    /// Returns whether an optional property is present.
    pub fn has_optional(&mut self) -> bool {
        self.rng.u8(0..100) < self.present
    }

    /// Returns true once in so many times.
    pub fn once_in(&mut self, times: u8) -> bool {
        self.rng.u8(0..times.max(1)) == 0
    }

    /// Returns an index below a count, or 0.
    pub fn index(&mut self, count: usize) -> usize {
        self.rng.usize(0..count.max(1))
    }

    /// Returns the number of items of an array.
    pub fn count(&mut self) -> u64 {
        *self.rng.choice(&[0, 1, 1, 2, 3, 5]).unwrap_or(&1)
    }

    /// Returns the names of additional properties.
    pub fn names(&mut self) -> Vec<&'static str> {
        let mut names = NAMES.to_vec();
        self.rng.shuffle(&mut names);
        names.truncate(self.rng.usize(0..4));
        names
    }

    /// Returns a value of any type.
    pub fn any(&mut self, depth: u8) -> Value {
        let kinds = if depth == 0 { 6 } else { 8 };
        match self.rng.u8(0..kinds) {
            0 => json!(null),
            1 => json!(self.rng.bool()),
            2 => json!(self.rng.i64(..)),
            3 => json!(u64::MAX),
            4 => json!(-0.125),
            5 => json!(self.phrase()),
            6 => (0..self.count()).map(|_| self.any(depth - 1)).collect(),
            _ => {
                let names = self.names();
                let entry = |name: &str| (name.to_owned(), self.any(depth - 1));
                Value::Object(names.into_iter().map(entry).collect::<Map<_, _>>())
            }
        }
    }

    pub fn boolean(&mut self) -> Value {
        json!(self.rng.bool())
    }

    fn phrase(&mut self) -> &'static str {
        self.rng.choice(&TEXTS).copied().unwrap_or("text")
    }

    /// Returns free text within the limits.
    pub fn text(&mut self, least: usize, most: usize) -> String {
        let mut text = self.phrase().to_owned();
        let missing = least.saturating_sub(text.chars().count());
        text.extend(std::iter::repeat_n('é', missing));
        text.chars().take(most).collect()
    }

    /// Returns a text of a format in one of its notations, or `None` for an unknown format.
    pub fn of_format(&mut self, format: &str) -> Option<&'static str> {
        let texts: &[&str] = match format {
            "date" => &["2026-01-31", "1970-01-01", "2024-02-29", "9999-12-31"],
            "date-time" => &[
                "2026-01-31T12:30:00Z",
                "2026-01-31T12:30:00.5Z",
                "1969-12-31T23:59:59.123456789+05:30",
                "2026-01-31T12:30:00-08:00",
                "2026-01-31t12:30:00z",
            ],
            "uuid" => &[
                "3fa85f64-5717-4562-b3fc-2c963f66afa6",
                "00000000-0000-0000-0000-000000000000",
                "3FA85F64-5717-4562-B3FC-2C963F66AFA6",
            ],
            "byte" => &["", "dGV4dA==", "/+8=", "AAEC"],
            "base64url" => &["", "dGV4dA", "_-8"],
            _ => return super::scalars::of_format(format),
        };
        self.rng.choice(texts).copied()
    }

    /// Returns a number within the limits of a schema, often one at a limit of a Rust type; `None` if
    /// it has none of those that are tried.
    pub fn number(&mut self, schema: &Schema) -> Option<Value> {
        let format = schema.format.as_deref().unwrap_or_default();
        // By OpenAPI's registry of formats, those of integers are also formats of numbers.
        let whole = schema.scalar_type() == Some(SchemaType::Integer) || is_integer_format(format);
        let mut candidates = if whole {
            integers(format, &schema.constraints)
        } else {
            numbers(format)
        };
        self.rng.shuffle(&mut candidates);
        candidates
            .into_iter()
            .find(|number| is_within(number, &schema.constraints))
    }
}

/// Returns the integers to try, within the range of the format.
fn integers(format: &str, limits: &Constraints) -> Vec<Value> {
    let (least, most) = match format {
        "int8" => (i64::from(i8::MIN), i64::from(i8::MAX)),
        "int16" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "int32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        "uint8" => (0, i64::from(u8::MAX)),
        "uint16" => (0, i64::from(u16::MAX)),
        "uint32" => (0, i64::from(u32::MAX)),
        "uint64" => (0, i64::MAX),
        _ => (i64::MIN, i64::MAX),
    };
    let tried = [
        0,
        1,
        -1,
        7,
        42,
        1_700_000_000,
        i64::from(i32::MAX),
        i64::from(i32::MIN),
        (1 << 53) + 1,
        least,
        most,
    ];
    let within = tried.into_iter().filter(|it| (least..=most).contains(it));
    let mut all: Vec<Value> = within.map(Value::from).collect();
    all.push(json!(7.0));
    let is_beyond = limits.maximum.is_some_and(|(most, _)| most > 9.3e18);
    if format == "uint64" || (format.is_empty() && is_beyond) {
        all.push(json!(u64::MAX));
    }
    all
}

fn numbers(format: &str) -> Vec<Value> {
    let mut all = vec![
        json!(0),
        json!(1),
        json!(-1.0),
        json!(0.5),
        json!(-2.25),
        json!(0.1),
        json!(1_048_576.0),
    ];
    if format != "float" {
        let large = [
            9_007_199_254_740_991.0,
            1e21,
            1e-7,
            f64::MAX,
            f64::MIN_POSITIVE,
        ];
        all.extend(large.map(Value::from));
        all.push(json!(123_456_789.123_456_78));
    }
    all
}

fn is_within(number: &Value, limits: &Constraints) -> bool {
    let number = number.as_f64().unwrap_or(f64::NAN);
    let above = |(least, excluded): (f64, bool)| number > least || (number == least && !excluded);
    let below = |(most, excluded): (f64, bool)| number < most || (number == most && !excluded);
    let is_step = |step: f64| step <= 0.0 || (number / step).fract() == 0.0;
    limits.minimum.is_none_or(above)
        && limits.maximum.is_none_or(below)
        && limits.multiple_of.is_none_or(is_step)
}

/// The schemas that inherit from each schema with a discriminator by naming it in `allOf`.
pub struct Heirs(HashMap<SchemaId, Vec<SchemaId>>);

impl Heirs {
    /// Finds the heirs in a document, over several levels.
    pub fn of(schemas: &Schemas) -> Self {
        let mut heirs: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
        for (id, schema) in schemas.iter() {
            if schema.pointer.component_schema().is_none() {
                continue;
            }
            let mut pending = schema.all_of.clone();
            let mut known = Vec::new();
            while let Some(base) = pending.pop() {
                if known.contains(&base) {
                    continue;
                }
                known.push(base);
                let base_schema = schemas.get(base);
                pending.extend(&base_schema.all_of);
                if base_schema.discriminator.is_some() && base != id {
                    heirs.entry(base).or_default().push(id);
                }
            }
        }
        Self(heirs)
    }

    pub fn heirs(&self, base: SchemaId) -> &[SchemaId] {
        self.0.get(&base).map_or(&[], Vec::as_slice)
    }
}
