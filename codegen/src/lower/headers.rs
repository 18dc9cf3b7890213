//! Headers of answers.

use indexmap::IndexMap;

use super::Lowering;
use super::annotations::text;
use super::schema::Kind;
use crate::fallback::FallbackReason;
use crate::ir::{Docs, HeaderDef, Operation, OperationId, Primitive, ResponseHeader, TypeRef};
use crate::normalise::resolved::{Header, SchemaId};

const TEXT: TypeRef = TypeRef::Primitive(Primitive::String);

impl Lowering<'_, '_> {
    /// A header as an answer names it.
    pub(super) fn response_header(&mut self, header: &Header) -> ResponseHeader {
        ResponseHeader {
            pointer: header.pointer.clone(),
            name: header.name.clone(),
            docs: Docs {
                summary: None,
                description: text(&header.description),
            },
            ty: header
                .schema
                .map_or(TEXT, |id| self.header_type(header, id)),
        }
    }

    /// The type of a header: a header is text, a number, a time, or a list of them. Enumerations
    /// are text, so that a header needs no model.
    fn header_type(&mut self, header: &Header, schema: SchemaId) -> TypeRef {
        let whole = self.whole(self.canonical(schema));
        match self.kind(&whole) {
            Kind::Primitive(primitive) => TypeRef::Primitive(primitive),
            Kind::StringEnum => TEXT,
            Kind::IntegerEnum => TypeRef::Primitive(Primitive::I64),
            Kind::NumberEnum => TypeRef::Primitive(Primitive::F64),
            Kind::Array(Some(item)) => {
                let whole = self.whole(self.canonical(item));
                let item = match self.kind(&whole) {
                    Kind::Primitive(primitive) => TypeRef::Primitive(primitive),
                    Kind::IntegerEnum => TypeRef::Primitive(Primitive::I64),
                    Kind::NumberEnum => TypeRef::Primitive(Primitive::F64),
                    Kind::StringEnum
                    | Kind::Array(_)
                    | Kind::Any(_)
                    | Kind::Union
                    | Kind::Struct
                    | Kind::Map(_) => TEXT,
                };
                TypeRef::Array(Box::new(item))
            }
            Kind::Array(None) => TypeRef::Array(Box::new(TEXT)),
            Kind::Any(_) => TEXT,
            Kind::Union | Kind::Struct | Kind::Map(_) => {
                self.fall_back(&header.pointer, FallbackReason::HeaderText);
                TEXT
            }
        }
    }
}

/// Every header that an answer names, once, by name. Where answers differ over its type, it is
/// text.
pub(super) fn headers(operations: &[Operation]) -> Vec<HeaderDef> {
    let mut found: IndexMap<String, HeaderDef> = IndexMap::new();
    for (index, operation) in operations.iter().enumerate() {
        if operation.alternative.is_some() {
            continue;
        }
        for header in operation.responses.iter().flat_map(|it| &it.headers) {
            let name = header.name.to_ascii_lowercase();
            let known = found.entry(name.clone()).or_insert_with(|| HeaderDef {
                pointer: header.pointer.clone(),
                name,
                docs: header.docs.clone(),
                ty: header.ty.clone(),
                operations: Vec::new(),
            });
            if known.ty != header.ty {
                known.ty = TEXT;
            }
            if known.docs == Docs::default() {
                known.docs = header.docs.clone();
            }
            if known.operations.last() != Some(&OperationId(index)) {
                known.operations.push(OperationId(index));
            }
        }
    }
    found.sort_keys();
    found.into_values().collect()
}
