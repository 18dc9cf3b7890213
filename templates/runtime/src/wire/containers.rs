//! The containers of values: `Option`, `Box`, `Vec` and maps.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use crate::wire::fit::{Fit, Matcher};
use crate::wire::large;
use crate::wire::malformed;
use crate::wire::mismatch::{Mismatch, record_expected, record_index, record_property};
use crate::wire::{
    AsSerialize, Decode, DecodeAs, DecodeSeed, DecodeWith, Encode, PropertyName, Wire,
};

impl<T: Wire> Wire for Option<T> {
    #[inline]
    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

/// Reads a value or `null`.
pub(super) struct OptionVisitor<T>(pub PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for OptionVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    #[inline]
    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(T::from_null())
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(T::from_null())
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::decode(deserializer).map(Some)
    }
}

impl<T: Decode> Decode for Option<T> {
    const HAS_FORMAT: bool = T::HAS_FORMAT;

    #[inline]
    fn placeholder() -> Self {
        None
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode_nullable(deserializer)
    }

    #[inline]
    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<Self, Mismatch> {
        if value.is_null() {
            Ok(T::from_null())
        } else {
            T::from_value(value, matcher).map(Some)
        }
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        if value.is_null() {
            Some(Fit::specific(1))
        } else {
            T::fit(value, matcher)
        }
    }
}

impl<T: Encode> Encode for Option<T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&AsSerialize(value)),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: Wire> Wire for Box<T> {
    #[inline]
    fn is_none(&self) -> bool {
        T::is_none(self)
    }
}

impl<T: Decode> DecodeWith for Box<T> {
    type Strategy = AsBox;
}

/// Decodes a value and boxes it.
pub struct AsBox;

impl<T: Decode> DecodeAs<Box<T>> for AsBox {
    const HAS_FORMAT: bool = T::HAS_FORMAT;

    #[inline]
    fn placeholder() -> Box<T> {
        Box::new(T::placeholder())
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<T>, D::Error> {
        T::decode(deserializer).map(Box::new)
    }

    #[inline]
    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<Box<T>, Mismatch> {
        T::from_value(value, matcher).map(Box::new)
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        T::fit(value, matcher)
    }
}

impl<T: Encode> Encode for Box<T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::encode(self, serializer)
    }
}

/// Returns how well all values together fit a type.
fn fit_all<'v, T: Decode>(
    values: impl IntoIterator<Item = &'v Value>,
    matcher: &mut Matcher,
) -> Option<Fit> {
    let mut fit = Fit::specific(1);
    for value in values {
        fit += T::fit(value, matcher)?;
    }
    Some(fit)
}

impl<T: Wire> Wire for Vec<T> {}

struct VecVisitor<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for VecVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        let mut malformed = malformed::count();
        loop {
            match seq.next_element_seed(DecodeSeed::<T>::new()) {
                Ok(Some(item)) => {
                    if malformed::count() != malformed {
                        malformed = malformed::in_index(malformed, items.len());
                    }
                    items.push(item);
                }
                Ok(None) => return Ok(items),
                Err(error) => {
                    record_index(items.len());
                    return Err(error);
                }
            }
        }
    }
}

impl<T: Decode> Decode for Vec<T> {
    const HAS_FORMAT: bool = T::HAS_FORMAT;

    #[inline]
    fn placeholder() -> Self {
        Vec::new()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = deserializer.deserialize_seq(VecVisitor(PhantomData));
        if read.is_err() {
            record_expected("an array");
        }
        read
    }

    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<Self, Mismatch> {
        let Value::Array(items) = value else {
            return Err(Mismatch::new("an array", value));
        };
        let mut read = Vec::with_capacity(items.len());
        let mut malformed = malformed::count();
        for (index, item) in items.iter().enumerate() {
            match T::from_value(item, matcher) {
                Ok(item) => {
                    if malformed::count() != malformed {
                        malformed = malformed::in_index(malformed, index);
                    }
                    read.push(item);
                }
                Err(error) => return Err(error.in_index(index)),
            }
        }
        Ok(read)
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        fit_all::<T>(value.as_array()?, matcher)
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            seq.serialize_element(&AsSerialize(item))?;
        }
        seq.end()
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for MapVisitor<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut properties = BTreeMap::new();
        let mut malformed = malformed::count();
        while let Some(name) = map.next_key_seed(PropertyName)? {
            match map.next_value_seed(DecodeSeed::<T>::new()) {
                Ok(value) => {
                    if malformed::count() != malformed {
                        malformed = malformed::in_property(malformed, &name);
                    }
                    properties.insert(name.into_owned(), value);
                }
                Err(error) => {
                    record_property(&name);
                    return Err(error);
                }
            }
        }
        Ok(properties)
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    const HAS_FORMAT: bool = T::HAS_FORMAT;

    #[inline]
    fn placeholder() -> Self {
        BTreeMap::new()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = deserializer.deserialize_map(MapVisitor(PhantomData));
        if read.is_err() {
            record_expected("an object");
        }
        read
    }

    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<Self, Mismatch> {
        let Some(properties) = large::object(value) else {
            return Err(Mismatch::new("an object", value));
        };
        let mut read = BTreeMap::new();
        let mut malformed = malformed::count();
        for (name, value) in properties {
            match T::from_value(value, matcher) {
                Ok(value) => {
                    if malformed::count() != malformed {
                        malformed = malformed::in_property(malformed, name);
                    }
                    read.insert(name.clone(), value);
                }
                Err(error) => return Err(error.in_property(name)),
            }
        }
        Ok(read)
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        fit_all::<T>(large::object(value)?.values(), matcher)
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self {
            map.serialize_entry(name, &AsSerialize(value))?;
        }
        map.end()
    }
}
