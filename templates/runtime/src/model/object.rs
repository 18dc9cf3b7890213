//! Objects with known properties: `model!` and the visitor behind it.
//!
//! A model is decoded in place: it begins as a placeholder, and each property that is read sets its
//! field. The only code of a model is one `match` from property names to fields. Streamed JSON,
//! buffered JSON and the choice of a union's variant all use that `match`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::model::constant::Constant;
use crate::model::property::{PropertyOutcome, PropertyReader};
use crate::wire::fit::{Fit, Matcher};
use crate::wire::mismatch::{Mismatch, record, record_expected, record_property};
use crate::wire::{Decode, DecodeAs, DecodeSeed, PropertyName};
use crate::wire::{large, malformed};

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

    /// The properties that have only one value. A union excludes an object with another value.
    const CONSTANTS: &'static [(&'static str, Constant)] = &[];

    /// Whether the document allows no other properties. They are read all the same, but a union
    /// prefers another variant.
    const IS_CLOSED: bool = false;
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

    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<T, Mismatch> {
        let Some(properties) = large::object(value) else {
            return Err(Mismatch::new("an object", value));
        };
        let (mut object, mut presence) = T::initial();
        let mut malformed = malformed::count();
        let omitted = matcher.omitted_tag(value);
        for (name, value) in properties {
            let mut property = ValuePropertyReader {
                value,
                matcher,
                omitted,
            };
            if let Err(error) = object.decode_property(&mut presence, name, &mut property) {
                return Err(error.in_property(name));
            }
            if malformed::count() != malformed {
                malformed = malformed::in_property(malformed, name);
            }
        }
        match T::missing_property(&presence) {
            None => Ok(object),
            Some(name) => Err(Mismatch::missing(name)),
        }
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        let properties = large::object(value)?;
        let (mut object, mut presence) = T::initial();
        let mut fit = Fit::specific(1);
        let omitted = matcher.omitted_tag(value);
        for (name, value) in properties {
            let mut constants = T::CONSTANTS.iter();
            if constants.any(|(property, constant)| property == name && constant.contradicts(value))
            {
                return None;
            }
            let mut property = FitReader {
                value,
                matcher,
                fit: Fit::ANY,
                omitted,
            };
            match object.decode_property(&mut presence, name, &mut property) {
                Ok(PropertyOutcome::Known) => {
                    fit += property.fit;
                    fit += DECLARED;
                }
                Ok(PropertyOutcome::Additional) => fit += property.fit,
                Ok(PropertyOutcome::Undeclared | PropertyOutcome::Ignored) if T::IS_CLOSED => {
                    return None;
                }
                Ok(PropertyOutcome::Undeclared | PropertyOutcome::Ignored) => {
                    fit += Fit::unplaced(value);
                }
                Err(NoMatch) => return None,
            }
        }
        T::missing_property(&presence).is_none().then_some(fit)
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
                Ok(
                    PropertyOutcome::Known
                    | PropertyOutcome::Additional
                    | PropertyOutcome::Undeclared,
                ) => {
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

/// Reads a buffered property value.
struct ValuePropertyReader<'a> {
    value: &'a Value,
    matcher: &'a mut Matcher,
    /// A property that isn't kept.
    omitted: Option<&'static str>,
}

impl PropertyReader for ValuePropertyReader<'_> {
    type Error = Mismatch;

    #[inline]
    fn decode<T: Decode>(&mut self) -> Result<T, Mismatch> {
        T::from_value(self.value, self.matcher)
    }

    fn keep_additional<T: Decode>(
        &mut self,
        name: &str,
        properties: &mut BTreeMap<String, T>,
    ) -> Result<(), Mismatch> {
        if self.omitted != Some(name) {
            properties.insert(name.to_owned(), self.decode()?);
        }
        Ok(())
    }
}

/// Determines how well a property value fits instead of reading it.
struct FitReader<'a> {
    value: &'a Value,
    matcher: &'a mut Matcher,
    fit: Fit,
    /// A property that isn't kept.
    omitted: Option<&'static str>,
}

struct NoMatch;

impl PropertyReader for FitReader<'_> {
    type Error = NoMatch;

    fn decode<T: Decode>(&mut self) -> Result<T, NoMatch> {
        self.fit = T::fit(self.value, self.matcher).ok_or(NoMatch)?;
        Ok(T::placeholder())
    }

    fn decode_or_null<T: Decode>(&mut self) -> Result<Option<T>, NoMatch> {
        match T::from_null() {
            None if self.value.is_null() => {
                self.fit = Fit::UNEXPECTED_NULL;
                Ok(None)
            }
            _ => self.decode(),
        }
    }

    fn keep(&mut self, _: &str, _: &mut BTreeMap<String, Value>) -> Result<(), NoMatch> {
        Ok(())
    }

    fn keep_additional<T: Decode>(
        &mut self,
        name: &str,
        _: &mut BTreeMap<String, T>,
    ) -> Result<(), NoMatch> {
        if self.omitted != Some(name) {
            self.decode::<T>()?;
        }
        Ok(())
    }
}

/// The fit of a declared property beside that of its value: a name in common says more than most
/// types.
const DECLARED: Fit = Fit::specific(4);
