//! Defaults of properties as Rust expressions.

use serde_json::Value;

use super::print::{RustExpr, StrLit};
use super::types::{Context, PrintScope};
use crate::ir::{Field, Primitive, Shape, TypeId, TypeRef};

impl Context<'_> {
    /// Returns the default of a property that may be absent from a response.
    ///
    /// According to OpenAPI 3.0 (Schema Object), the receiver assumes the default if the value is missing.
    /// The client receives responses. The server receives requests, so a model that requests contain
    /// preserves absence. Also returns `None` if the default doesn't have the type, and for dates and
    /// objects.
    pub fn default_of(&self, owner: TypeId, index: usize, field: &Field) -> Option<RustExpr> {
        let facts = self.facts.of(owner);
        if facts.in_request || facts.is_boxed(index) {
            return None;
        }
        let value = field.default.as_ref()?;
        self.value(&field.ty, value).map(RustExpr::new)
    }

    /// Returns a value of a type as an expression; `None` if it isn't one, and for dates and objects.
    pub(super) fn value(&self, ty: &TypeRef, value: &Value) -> Option<String> {
        match ty {
            TypeRef::Primitive(primitive) => primitive_value(*primitive, value),
            TypeRef::Array(items) => {
                let list: Vec<String> = value
                    .as_array()?
                    .iter()
                    .map(|item| self.value(items, item))
                    .collect::<Option<_>>()?;
                Some(match list.as_slice() {
                    [] => "Vec::new()".to_owned(),
                    list => format!("vec![{}]", list.join(", ")),
                })
            }
            TypeRef::Map(_) => {
                let empty = value.as_object()?.is_empty();
                empty.then(|| "std::collections::BTreeMap::new()".to_owned())
            }
            TypeRef::Nullable(_) => None,
            TypeRef::Named(id) => match self.resolve(*id) {
                TypeRef::Named(id) => self.listed(id, value),
                other => self.value(&other, value),
            },
        }
    }

    /// Returns a value of an enumeration.
    fn listed(&self, id: TypeId, value: &Value) -> Option<String> {
        let ty = self.ty(&TypeRef::Named(id), PrintScope::Model);
        let index = match &self.api.types.get(id.0)?.shape {
            Shape::StringEnum(values) => {
                let text = value.as_str()?;
                values.iter().position(|it| it.value == text)?
            }
            Shape::IntegerEnum(values) => {
                let number = value.as_i64()?;
                values.iter().position(|it| it.value == number)?
            }
            Shape::NumberEnum(_) => {
                let number = primitive_value(Primitive::F64, value)?;
                return Some(format!("{ty}({number})"));
            }
            Shape::Struct(_)
            | Shape::Union(_)
            | Shape::Collection(_)
            | Shape::Alias(_)
            | Shape::Custom(_) => {
                return None;
            }
        };
        Some(format!("{ty}::{}", self.names.of(id).members.get(index)?))
    }
}

fn primitive_value(primitive: Primitive, value: &Value) -> Option<String> {
    match primitive {
        Primitive::String => Some(format!("{}.to_owned()", StrLit::new(value.as_str()?))),
        Primitive::Bool => Some(value.as_bool()?.to_string()),
        Primitive::I32 => Some(i32::try_from(value.as_i64()?).ok()?.to_string()),
        Primitive::I64 => Some(value.as_i64()?.to_string()),
        Primitive::U32 => Some(u32::try_from(value.as_u64()?).ok()?.to_string()),
        Primitive::U64 => Some(value.as_u64()?.to_string()),
        Primitive::I128 if value.is_u64() || value.is_i64() => Some(value.to_string()),
        Primitive::I128 => None,
        Primitive::Number => {
            let literal = match value.as_i64() {
                Some(number) => format!("{number}_i64"),
                None => primitive_value(Primitive::F64, value)?,
            };
            Some(format!("crate::runtime::codegen::Number::from({literal})"))
        }
        Primitive::F32 | Primitive::F64 => {
            let number = value.as_f64().filter(|it| it.abs() < 1e15)?;
            Some(format!("{number:?}"))
        }
        Primitive::Date
        | Primitive::DateTime
        | Primitive::DateTimeRfc2822
        | Primitive::HttpDate
        | Primitive::Uuid
        | Primitive::Base64
        | Primitive::Base64Url
        | Primitive::File
        | Primitive::Files
        | Primitive::Any => None,
    }
}
