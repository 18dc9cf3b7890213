//! Objects with known properties: `model!` and the visitor behind it.
//!
//! A model is decoded in place: it begins as a placeholder, and each property that is read sets its
//! field. The only code of a model is one `match` from property names to fields. Streamed JSON,
//! buffered JSON and the match score of a union all use that `match`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::model::property::{PropertyOutcome, PropertyReader};
use crate::wire::malformed;
use crate::wire::mismatch::{Mismatch, record, record_expected, record_property};
use crate::wire::{Decode, DecodeAs, DecodeSeed, PropertyName};

/// An object with known properties that is read from responses.
pub trait Object: Sized {
    /// Records which properties are present.
    type Presence;

    /// Returns a placeholder with no property present.
    fn initial() -> (Self, Self::Presence);

    /// Decodes the property `name` into its field.
    ///
    /// # Errors
    ///
    /// Returns the reader's error if the property's value doesn't match.
    fn decode_property<M: PropertyReader>(
        &mut self,
        presence: &mut Self::Presence,
        name: &str,
        property: &mut M,
    ) -> Result<PropertyOutcome, M::Error>;

    /// Returns the first required property that isn't present.
    fn missing_property(presence: &Self::Presence) -> Option<&'static str>;
}

/// Decodes an object property by property.
pub struct AsObject;

impl<T: Object> DecodeAs<T> for AsObject {
    #[inline]
    fn placeholder() -> T {
        T::initial().0
    }

    /// If a property is repeated, the last one counts.
    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let read = deserializer.deserialize_map(ObjectVisitor(PhantomData));
        if read.is_err() {
            record_expected("an object");
        }
        read
    }

    fn from_value(value: Value) -> Result<T, Mismatch> {
        let Value::Object(properties) = value else {
            return Err(Mismatch::new("an object", &value));
        };
        let (mut object, mut presence) = T::initial();
        let mut malformed = malformed::count();
        for (name, value) in properties {
            let mut property = ValuePropertyReader(Some(value));
            if let Err(error) = object.decode_property(&mut presence, &name, &mut property) {
                return Err(error.in_property(&name));
            }
            if malformed::count() != malformed {
                malformed = malformed::in_property(malformed, &name);
            }
        }
        match T::missing_property(&presence) {
            None => Ok(object),
            Some(name) => Err(Mismatch::missing(name)),
        }
    }

    /// Counts the properties that the object knows.
    fn match_score(value: &Value, depth: u8) -> Option<u32> {
        let properties: &Map<String, Value> = value.as_object()?;
        if depth == 0 {
            return Some(1);
        }
        let (mut object, mut presence) = T::initial();
        let mut total: u32 = 1;
        for (name, value) in properties {
            let mut scorer = MatchScorer {
                value,
                depth: depth - 1,
                score: 0,
            };
            match object.decode_property(&mut presence, name, &mut scorer) {
                // A name in common says more than the types of all values together.
                Ok(PropertyOutcome::Known) => {
                    total = total
                        .saturating_add(16)
                        .saturating_add(scorer.score.min(15))
                }
                Ok(PropertyOutcome::Additional | PropertyOutcome::Ignored) => {}
                Err(NoMatch) => return None,
            }
        }
        T::missing_property(&presence).is_none().then_some(total)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut property = MapPropertyReader {
            map,
            lifetime: PhantomData,
        };
        let (mut object, mut presence) = T::initial();
        let mut malformed = malformed::count();
        while let Some(name) = property.map.next_key_seed(PropertyName)? {
            match object.decode_property(&mut presence, &name, &mut property) {
                Ok(PropertyOutcome::Known | PropertyOutcome::Additional) => {
                    if malformed::count() != malformed {
                        malformed = malformed::in_property(malformed, &name);
                    }
                }
                Ok(PropertyOutcome::Ignored) => _ = property.map.next_value::<IgnoredAny>()?,
                Err(error) => {
                    record_property(&name);
                    return Err(error);
                }
            }
        }
        match T::missing_property(&presence) {
            None => Ok(object),
            Some(name) => {
                record(Mismatch::missing(name));
                Err(A::Error::missing_field(name))
            }
        }
    }
}

/// Reads property values from a stream.
struct MapPropertyReader<'de, A> {
    map: A,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> PropertyReader for MapPropertyReader<'de, A> {
    type Error = A::Error;

    #[inline]
    fn decode<T: Decode>(&mut self) -> Result<T, A::Error> {
        self.map.next_value_seed(DecodeSeed::new())
    }
}

/// Reads a buffered property value, once.
struct ValuePropertyReader(Option<Value>);

impl PropertyReader for ValuePropertyReader {
    type Error = Mismatch;

    #[inline]
    fn decode<T: Decode>(&mut self) -> Result<T, Mismatch> {
        T::from_value(self.0.take().unwrap_or_default())
    }
}

/// Scores a property value instead of reading it.
struct MatchScorer<'a> {
    value: &'a Value,
    depth: u8,
    score: u32,
}

struct NoMatch;

impl PropertyReader for MatchScorer<'_> {
    type Error = NoMatch;

    fn decode<T: Decode>(&mut self) -> Result<T, NoMatch> {
        self.score = T::match_score(self.value, self.depth).ok_or(NoMatch)?;
        Ok(T::placeholder())
    }
}
