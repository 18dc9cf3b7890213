//! The serializer that builds a [`Tree`].

use serde::ser::{
    self, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer,
};
use std::borrow::Cow;

use super::{Tree, Unencodable};

/// A serializer whose output is a [`Tree`]. Tuples and Rust's own enumerations aren't supported: no
/// OpenAPI document describes them.
pub(super) struct TreeSerializer;

type TreeResult = Result<Tree, Unencodable>;
type Unsupported = Impossible<Tree, Unencodable>;

fn unsupported<T>() -> Result<T, Unencodable> {
    Err(ser::Error::custom("it has no JSON representation"))
}

impl Serializer for TreeSerializer {
    type Ok = Tree;
    type Error = Unencodable;
    type SerializeSeq = ArraySerializer;
    type SerializeTuple = Unsupported;
    type SerializeTupleStruct = Unsupported;
    type SerializeTupleVariant = Unsupported;
    type SerializeMap = ObjectSerializer;
    type SerializeStruct = NumberSerializer;
    type SerializeStructVariant = Unsupported;

    fn serialize_bool(self, value: bool) -> TreeResult {
        Ok(Tree::Bool(value))
    }
    fn serialize_i8(self, value: i8) -> TreeResult {
        Ok(Tree::I64(value.into()))
    }
    fn serialize_i16(self, value: i16) -> TreeResult {
        Ok(Tree::I64(value.into()))
    }
    fn serialize_i32(self, value: i32) -> TreeResult {
        Ok(Tree::I64(value.into()))
    }
    fn serialize_i64(self, value: i64) -> TreeResult {
        Ok(Tree::I64(value))
    }
    fn serialize_u8(self, value: u8) -> TreeResult {
        Ok(Tree::U64(value.into()))
    }
    fn serialize_u16(self, value: u16) -> TreeResult {
        Ok(Tree::U64(value.into()))
    }
    fn serialize_u32(self, value: u32) -> TreeResult {
        Ok(Tree::U64(value.into()))
    }
    fn serialize_u64(self, value: u64) -> TreeResult {
        Ok(Tree::U64(value))
    }
    fn serialize_i128(self, value: i128) -> TreeResult {
        Ok(i64::try_from(value).map_or(Tree::I128(value), Tree::I64))
    }
    fn serialize_f32(self, value: f32) -> TreeResult {
        Ok(Tree::F32(value))
    }
    fn serialize_f64(self, value: f64) -> TreeResult {
        Ok(Tree::F64(value))
    }
    fn serialize_char(self, value: char) -> TreeResult {
        Ok(Tree::String(value.into()))
    }
    fn serialize_str(self, value: &str) -> TreeResult {
        Ok(Tree::String(value.to_owned()))
    }
    fn serialize_bytes(self, _: &[u8]) -> TreeResult {
        unsupported()
    }
    fn serialize_none(self) -> TreeResult {
        Ok(Tree::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> TreeResult {
        value.serialize(self)
    }
    fn serialize_unit(self) -> TreeResult {
        Ok(Tree::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> TreeResult {
        unsupported()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> TreeResult {
        unsupported()
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> TreeResult {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> TreeResult {
        unsupported()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<ArraySerializer, Unencodable> {
        Ok(ArraySerializer(Vec::new()))
    }
    fn serialize_tuple(self, _: usize) -> Result<Unsupported, Unencodable> {
        unsupported()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Unsupported, Unencodable> {
        unsupported()
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Unsupported, Unencodable> {
        unsupported()
    }
    fn serialize_map(self, _: Option<usize>) -> Result<ObjectSerializer, Unencodable> {
        Ok(ObjectSerializer::default())
    }
    fn serialize_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<NumberSerializer, Unencodable> {
        Ok(NumberSerializer { name, digits: None })
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Unsupported, Unencodable> {
        unsupported()
    }
}

pub(super) struct ArraySerializer(Vec<Tree>);

impl SerializeSeq for ArraySerializer {
    type Ok = Tree;
    type Error = Unencodable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        self.0.push(value.serialize(TreeSerializer)?);
        Ok(())
    }
    fn end(self) -> TreeResult {
        Ok(Tree::Array(self.0))
    }
}

#[derive(Default)]
pub(super) struct ObjectSerializer {
    properties: Vec<(String, Tree)>,
    name: Option<String>,
}

impl SerializeMap for ObjectSerializer {
    type Ok = Tree;
    type Error = Unencodable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Unencodable> {
        self.name = name
            .serialize(TreeSerializer)?
            .scalar_text()
            .map(Cow::into_owned);
        match self.name {
            Some(_) => Ok(()),
            None => Err(ser::Error::custom("a property name must be a string")),
        }
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        let name = self.name.take().unwrap_or_default();
        self.properties
            .push((name, value.serialize(TreeSerializer)?));
        Ok(())
    }
    fn end(self) -> TreeResult {
        Ok(Tree::Object(self.properties))
    }
}

/// Serializes a number that arrives as a struct of its digits: see [`Tree::ArbitraryPrecision`].
pub(super) struct NumberSerializer {
    name: &'static str,
    digits: Option<String>,
}

impl SerializeStruct for NumberSerializer {
    type Ok = Tree;
    type Error = Unencodable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        self.digits = value
            .serialize(TreeSerializer)?
            .scalar_text()
            .map(Cow::into_owned);
        Ok(())
    }
    fn end(self) -> TreeResult {
        match self.digits {
            Some(digits) => Ok(Tree::ArbitraryPrecision {
                name: self.name,
                digits,
            }),
            None => unsupported(),
        }
    }
}
