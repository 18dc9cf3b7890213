//! Response headers.

use indexmap::IndexMap;

use super::Lowering;
use super::annotations::text;
use super::schema::SchemaKind;
use crate::fallback::FallbackReason;
use crate::ir::{Docs, HeaderDef, Operation, OperationId, Primitive, ResponseHeader, TypeRef};
use crate::normalise::resolved::{Header, SchemaId};

const TEXT: TypeRef = TypeRef::Primitive(Primitive::String);

impl Lowering<'_, '_> {
    /// Returns a header of a response.
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

    /// Returns the type of a header: a string, a number, a date or time, or a list of them.
    /// Enumerations are strings, so that a header needs no model.
    fn header_type(&mut self, header: &Header, schema: SchemaId) -> TypeRef {
        let merged = self.merged(self.canonical(schema));
        match self.kind(&merged) {
            SchemaKind::Primitive(primitive) => TypeRef::Primitive(primitive),
            SchemaKind::StringEnum => TEXT,
            SchemaKind::IntegerEnum => TypeRef::Primitive(Primitive::I64),
            SchemaKind::NumberEnum => TypeRef::Primitive(Primitive::F64),
            SchemaKind::Array(Some(item)) => {
                let merged = self.merged(self.canonical(item));
                let item = match self.kind(&merged) {
                    SchemaKind::Primitive(primitive) => TypeRef::Primitive(primitive),
                    SchemaKind::IntegerEnum => TypeRef::Primitive(Primitive::I64),
                    SchemaKind::NumberEnum => TypeRef::Primitive(Primitive::F64),
                    SchemaKind::StringEnum
                    | SchemaKind::Array(_)
                    | SchemaKind::Any(_)
                    | SchemaKind::Union
                    | SchemaKind::Struct
                    | SchemaKind::Map(_) => TEXT,
                };
                TypeRef::Array(Box::new(item))
            }
            SchemaKind::Array(None) => TypeRef::Array(Box::new(TEXT)),
            SchemaKind::Any(_) => TEXT,
            SchemaKind::Union | SchemaKind::Struct | SchemaKind::Map(_) => {
                self.fall_back(&header.pointer, FallbackReason::HeaderText);
                TEXT
            }
        }
    }
}

/// Returns every response header once, sorted by name. A header with different types is a string.
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
