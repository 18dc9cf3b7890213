//! What every value on the wire has: a way to be read, to be written, and to be recognised.
//!
//! These traits are the crate's own, not serde's, so that a foreign type can be read leniently
//! and that one body of code (`Object::field`) serves streaming, buffered values and unions.

mod base64;
#[cfg(feature = "chrono")]
mod date;
pub mod mismatch;
pub mod scalar;
pub mod style;
pub(crate) mod tree;
#[cfg(feature = "uuid")]
mod uuid;

pub use self::base64::{Base64, Base64Url};
#[cfg(feature = "chrono")]
pub use self::date::Rfc2822;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use crate::wire::mismatch::{Mismatch, note_item, note_member, note_unless_inside};

/// A value of the wire.
pub trait Wire: Sized {
    /// Whether there is nothing to write: an `Option` that is `None`.
    #[inline]
    fn is_none(&self) -> bool {
        false
    }
}

/// A value that an answer may hold.
pub trait Decode: Wire {
    /// The value that stands in a model until the member is read. Nobody sees it.
    fn blank() -> Self;

    /// Reads it from a stream.
    ///
    /// # Errors
    ///
    /// What the deserializer says; the client shows what is [noted](crate::wire::mismatch::note)
    /// beside it.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// The same, where null may stand in its place.
    ///
    /// # Errors
    ///
    /// Those of [`Decode::decode`].
    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(OptionVisitor(PhantomData))
    }

    /// Reads it from a JSON value: what unions do.
    ///
    /// # Errors
    ///
    /// Where and how the value isn't what the OpenAPI document says.
    fn from_value(value: Value) -> Result<Self, Mismatch>;

    /// How well a JSON value fits, looking `depth` levels down; `None` if it doesn't.
    fn fit(value: &Value, depth: u8) -> Option<u32>;

    /// What null is where an `Option` of the type stands: `None`, unless the type has it for a value
    /// of its own.
    #[inline]
    #[must_use]
    fn null() -> Option<Self> {
        None
    }
}

/// How all types of a kind are read: objects by their members, scalars by what they are made of.
pub trait Shape<T> {
    /// See [`Decode::blank`].
    fn blank() -> T;

    /// See [`Decode::decode`].
    ///
    /// # Errors
    ///
    /// Those of `Decode::decode`.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;

    /// See [`Decode::decode_nullable`].
    ///
    /// # Errors
    ///
    /// Those of `Decode::decode`.
    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        T: Decode,
    {
        deserializer.deserialize_option(OptionVisitor(PhantomData))
    }

    /// See [`Decode::from_value`].
    ///
    /// # Errors
    ///
    /// Those of `Decode::from_value`.
    fn from_value(value: Value) -> Result<T, Mismatch>;

    /// See [`Decode::fit`].
    fn fit(value: &Value, depth: u8) -> Option<u32>;
}

/// A type that is read as others of its kind: it names the kind, and has no code of its own that
/// would be compiled for each of a crate's thousand models.
pub trait Shaped: Wire {
    /// The kind.
    type Shape: Shape<Self>;
}

impl<T: Shaped> Decode for T {
    #[inline]
    fn blank() -> Self {
        T::Shape::blank()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::Shape::decode(deserializer)
    }

    #[inline]
    fn decode_nullable<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        T::Shape::decode_nullable(deserializer)
    }

    #[inline]
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        T::Shape::from_value(value)
    }

    #[inline]
    fn fit(value: &Value, depth: u8) -> Option<u32> {
        T::Shape::fit(value, depth)
    }
}

/// A value that a request may hold.
pub trait Encode: Wire {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// What the serializer says, or that the value has no form on the wire.
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

thread_local! {
    /// Models of both directions have members that only requests write, or only answers. Writing
    /// goes through serde, which has no room for a word about the direction.
    static ANSWERING: Cell<bool> = const { Cell::new(false) };
}

/// Whether what is written is an answer: that of a mock.
#[inline]
#[must_use]
pub fn is_answering() -> bool {
    ANSWERING.get()
}

/// Writes an answer.
pub fn answering<T>(write: impl FnOnce() -> T) -> T {
    struct Until;
    impl Drop for Until {
        fn drop(&mut self) {
            ANSWERING.set(false);
        }
    }
    ANSWERING.set(true);
    let _until = Until;
    write()
}

/// How deep a union looks into an answer to choose.
pub const FIT_DEPTH: u8 = 3;

/// Lets serde write what is [`Encode`].
pub struct Ref<'a, T>(pub &'a T);

impl<T: Encode> Serialize for Ref<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

/// Lets serde read what is [`Decode`].
pub struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    /// The seed.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for Seed<T> {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl<'de, T: Decode> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }
}

/// Reads the name of a member without copying it where that is possible.
pub struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }

    #[inline]
    fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name))
    }
}

impl Wire for Value {}

impl Decode for Value {
    #[inline]
    fn blank() -> Self {
        Value::Null
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }

    #[inline]
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }

    fn fit(_: &Value, _: u8) -> Option<u32> {
        Some(0)
    }

    #[inline]
    fn null() -> Option<Self> {
        Some(Value::Null)
    }
}

impl Encode for Value {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

impl<T: Wire> Wire for Option<T> {
    #[inline]
    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

struct OptionVisitor<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for OptionVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    #[inline]
    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(T::null())
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(T::null())
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::decode(deserializer).map(Some)
    }
}

impl<T: Decode> Decode for Option<T> {
    #[inline]
    fn blank() -> Self {
        None
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode_nullable(deserializer)
    }

    #[inline]
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        if value.is_null() {
            Ok(T::null())
        } else {
            T::from_value(value).map(Some)
        }
    }

    fn fit(value: &Value, depth: u8) -> Option<u32> {
        if value.is_null() {
            Some(1)
        } else {
            T::fit(value, depth)
        }
    }
}

impl<T: Encode> Encode for Option<T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&Ref(value)),
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

impl<T: Decode> Shaped for Box<T> {
    type Shape = Boxed;
}

/// What is read and then boxed.
pub struct Boxed;

impl<T: Decode> Shape<Box<T>> for Boxed {
    #[inline]
    fn blank() -> Box<T> {
        Box::new(T::blank())
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<T>, D::Error> {
        T::decode(deserializer).map(Box::new)
    }

    #[inline]
    fn from_value(value: Value) -> Result<Box<T>, Mismatch> {
        T::from_value(value).map(Box::new)
    }

    fn fit(value: &Value, depth: u8) -> Option<u32> {
        T::fit(value, depth)
    }
}

impl<T: Encode> Encode for Box<T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::encode(self, serializer)
    }
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
        loop {
            match seq.next_element_seed(Seed::<T>::new()) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return Ok(items),
                Err(error) => {
                    note_item(items.len());
                    return Err(error);
                }
            }
        }
    }
}

impl<T: Decode> Decode for Vec<T> {
    #[inline]
    fn blank() -> Self {
        Vec::new()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = deserializer.deserialize_seq(VecVisitor(PhantomData));
        if read.is_err() {
            note_unless_inside("an array");
        }
        read
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let Value::Array(items) = value else {
            return Err(Mismatch::new("an array", &value));
        };
        let mut read = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            match T::from_value(item) {
                Ok(item) => read.push(item),
                Err(error) => return Err(error.in_item(index)),
            }
        }
        Ok(read)
    }

    fn fit(value: &Value, depth: u8) -> Option<u32> {
        match value.as_array()?.first() {
            Some(first) if depth > 0 => T::fit(first, depth - 1).map(|fit| fit.saturating_add(1)),
            _ => Some(1),
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            seq.serialize_element(&Ref(item))?;
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
        let mut members = BTreeMap::new();
        while let Some(name) = map.next_key_seed(Name)? {
            match map.next_value_seed(Seed::<T>::new()) {
                Ok(value) => _ = members.insert(name.into_owned(), value),
                Err(error) => {
                    note_member(&name);
                    return Err(error);
                }
            }
        }
        Ok(members)
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    #[inline]
    fn blank() -> Self {
        BTreeMap::new()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = deserializer.deserialize_map(MapVisitor(PhantomData));
        if read.is_err() {
            note_unless_inside("an object");
        }
        read
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let Value::Object(members) = value else {
            return Err(Mismatch::new("an object", &value));
        };
        let mut read = BTreeMap::new();
        for (name, value) in members {
            match T::from_value(value) {
                Ok(value) => _ = read.insert(name, value),
                Err(error) => return Err(error.in_member(&name)),
            }
        }
        Ok(read)
    }

    fn fit(value: &Value, depth: u8) -> Option<u32> {
        match value.as_object()?.values().next() {
            Some(first) if depth > 0 => T::fit(first, depth - 1).map(|fit| fit.saturating_add(1)),
            _ => Some(1),
        }
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self {
            map.serialize_entry(name, &Ref(value))?;
        }
        map.end()
    }
}
