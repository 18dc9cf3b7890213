//! Which files of the runtime a client carries, and what they need and offer.

mod tables;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use serde::Serialize;

use self::tables::{Condition, DEPENDENCIES, FEATURES, FILES, Feature, RuntimeFile};
use super::print::{RustExpr, RustType};
use super::types::Context;
use crate::grants::grants;
use crate::ir::{BodyKind, OperationId, Primitive, ResponseKind, Shape, TypeId, TypeRef, UnionTag};

/// What a document calls for; a client carries the files of those and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Need {
    /// Every client.
    Always,
    /// An operation.
    Operations,
    /// A form as request body.
    Forms,
    /// A multipart request body.
    Multipart,
    /// A request body of bytes, or a file in one.
    Uploads,
    /// A header of an answer.
    Headers,
    /// A struct.
    Objects,
    /// A struct that answers alone have, with a member that a mock may set.
    MockSetters,
    /// A member that must not be printed.
    Redaction,
    /// An enumeration of strings.
    StringEnums,
    /// An enumeration of whole numbers.
    IntegerEnums,
    /// An enumeration of numbers.
    NumberEnums,
    /// One of several types.
    Unions,
    /// One of several types, told by a member.
    TaggedUnions,
    /// One of several types, told by what fits.
    FittedUnions,
    /// Bearer tokens that end and are renewed.
    Tokens,
    /// A grant of OAuth 2.0.
    Grants,
    /// Requests to an authorization server by the standard: a grant or a device login.
    Endpoints,
    /// A device login.
    DeviceLogin,
    /// Answers in pages.
    Pages,
    /// A good answer that can be taken as it comes.
    Downloads,
    /// A good answer that is a stream of events.
    Events,
    /// Any answer that is taken as it comes.
    Incoming,
    /// A date or an instant.
    Dates,
    /// A UUID.
    Uuids,
    /// Bytes in base64.
    Base64,
}

/// The runtime of one client.
pub struct Runtime {
    needs: BTreeSet<Need>,
}

/// `src/runtime/mod.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "runtime/mod.rs.askama")]
pub struct RuntimeModView {
    /// Not everything that uses a macro is compiled whatever features are chosen.
    pub partial: bool,
    pub files: Vec<RuntimeEntry>,
}

/// A file of the runtime.
#[derive(Debug, Serialize)]
pub struct RuntimeEntry {
    pub module: RustType,
    /// The condition on which it is compiled, if not always.
    pub gate: Option<RustExpr>,
    /// What it offers to the rest of the crate and, through the crate's root, to its users.
    pub items: Vec<RustType>,
    /// Macros among them, which can't leave the crate.
    pub macros: Vec<RustType>,
}

/// What the runtime offers to users of the crate.
#[derive(Debug, Serialize)]
pub struct ExportView {
    /// The path inside the crate.
    pub path: RustType,
    /// The condition on which it is there, if not always.
    pub gate: Option<RustExpr>,
}

/// A file that is copied as it is.
#[derive(Debug, Serialize)]
pub struct VerbatimView {
    pub name: &'static str,
    #[serde(skip)]
    pub text: &'static str,
}

impl Runtime {
    /// Finds out what the document calls for.
    pub fn new(context: &Context<'_>) -> Self {
        let api = context.api;
        let mut needs: BTreeSet<Need> = [Need::Always].into();
        needs.extend(context.device_login.map(|_| Need::DeviceLogin));
        if !context.pagination.is_empty() {
            needs.insert(Need::Pages);
        }
        needs.extend(context.has_tokens().then_some(Need::Tokens));
        let grants = api.schemes.iter().any(|it| !grants(it).is_empty());
        needs.extend(grants.then_some(Need::Grants));
        if grants || context.device_login.is_some() {
            needs.insert(Need::Endpoints);
        }
        for (index, def) in api.types.iter().enumerate() {
            match &def.shape {
                Shape::Struct(shape) => {
                    needs.insert(Need::Objects);
                    if context.has_mock_setters(TypeId(index), shape) {
                        needs.insert(Need::MockSetters);
                    }
                    if shape.fields.iter().any(|field| field.sensitive) {
                        needs.insert(Need::Redaction);
                    }
                    shape
                        .fields
                        .iter()
                        .for_each(|field| see(&field.ty, &mut needs));
                    shape.additional.iter().for_each(|ty| see(ty, &mut needs));
                }
                Shape::StringEnum(_) => {
                    needs.insert(Need::StringEnums);
                }
                Shape::IntegerEnum(_) => {
                    needs.insert(Need::IntegerEnums);
                }
                Shape::NumberEnum(_) => {
                    needs.insert(Need::NumberEnums);
                }
                Shape::Union(union) => {
                    needs.insert(Need::Unions);
                    needs.insert(match union.tag {
                        UnionTag::Discriminator(_) => Need::TaggedUnions,
                        UnionTag::Fit => Need::FittedUnions,
                    });
                    union
                        .variants
                        .iter()
                        .for_each(|variant| see(&variant.ty, &mut needs));
                }
                Shape::Alias(_) => see(&context.resolve(TypeId(index)), &mut needs),
            }
        }
        for header in &api.headers {
            needs.insert(Need::Headers);
            see(&header.ty, &mut needs);
        }
        for (index, operation) in api.operations.iter().enumerate() {
            needs.insert(Need::Operations);
            let outcome = context.outcome(OperationId(index));
            if outcome.downloads().next().is_some() {
                needs.extend([Need::Downloads, Need::Incoming]);
            }
            if outcome.has_events() {
                needs.extend([Need::Events, Need::Incoming]);
            }
            operation
                .params
                .iter()
                .for_each(|param| see(&param.input.ty, &mut needs));
            match operation.body.as_ref().map(|body| &body.kind) {
                Some(BodyKind::Form(fields)) => {
                    needs.insert(Need::Forms);
                    fields.iter().for_each(|field| see(&field.ty, &mut needs));
                }
                Some(BodyKind::Multipart(parts)) => {
                    needs.extend([Need::Multipart, Need::Uploads]);
                    parts
                        .iter()
                        .for_each(|part| see(&part.input.ty, &mut needs));
                }
                Some(BodyKind::Json(ty)) => see(ty, &mut needs),
                Some(BodyKind::Bytes) => {
                    needs.insert(Need::Uploads);
                }
                Some(BodyKind::Text) | None => {}
            }
            for response in &operation.responses {
                match &response.kind {
                    ResponseKind::Json(ty) | ResponseKind::Events(ty) => see(ty, &mut needs),
                    ResponseKind::Bytes | ResponseKind::Text | ResponseKind::Empty => {}
                }
            }
        }
        Self { needs }
    }

    fn files(&self) -> impl Iterator<Item = &'static RuntimeFile> + '_ {
        FILES.iter().filter(|file| self.needs.contains(&file.need))
    }

    /// What users of the crate reach at its root; servers only if there are some to choose from.
    pub fn exports(&self, servers: bool) -> Vec<ExportView> {
        let own = self
            .files()
            .flat_map(|file| file.exports.iter().map(|item| (*item, file.condition)));
        let mut exports: Vec<_> = own
            .chain([("SecretString", None)])
            .chain(servers.then_some(("Server", None)))
            .collect();
        exports.sort_unstable_by_key(|(item, _)| *item);
        exports
            .into_iter()
            .map(|(item, condition)| ExportView {
                path: RustType::new(format!("runtime::{item}")),
                gate: condition.map(Condition::gate),
            })
            .collect()
    }

    /// The features of the client beside those of TLS.
    pub fn features(&self) -> impl Iterator<Item = &'static Feature> + '_ {
        FEATURES
            .iter()
            .filter(|feature| self.needs.contains(&feature.need))
    }

    /// The crates that the client needs, with the value of each in its manifest.
    pub fn dependencies(&self) -> BTreeMap<&'static str, toml::Value> {
        DEPENDENCIES
            .iter()
            .filter(|(need, _, _)| self.needs.contains(need))
            .filter_map(|(_, name, value)| {
                let table: toml::Table = toml::from_str(&format!("value = {value}")).ok()?;
                Some((*name, table.get("value")?.clone()))
            })
            .collect()
    }

    /// `src/runtime/mod.rs`
    pub fn mod_view(&self, context: &Context<'_>) -> RuntimeModView {
        let is_macro = |item: &&&str| item.starts_with(|c: char| c.is_ascii_lowercase());
        RuntimeModView {
            partial: context.has_features(),
            files: self
                .files()
                .map(|file| RuntimeEntry {
                    module: RustType::new(file.name),
                    gate: file.condition.map(Condition::gate),
                    items: file
                        .exports
                        .iter()
                        .chain(file.internal)
                        .filter(|item| !is_macro(item))
                        .map(|item| RustType::new(*item))
                        .collect(),
                    macros: file
                        .internal
                        .iter()
                        .filter(is_macro)
                        .map(|item| RustType::new(*item))
                        .collect(),
                })
                .collect(),
        }
    }

    /// The files themselves.
    pub fn verbatim(&self) -> Vec<VerbatimView> {
        self.files()
            .map(|file| VerbatimView {
                name: file.name,
                text: file.text,
            })
            .collect()
    }
}

/// Notes what a type needs.
fn see(ty: &TypeRef, needs: &mut BTreeSet<Need>) {
    let mut ty = ty;
    loop {
        match ty {
            TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => ty = inner,
            TypeRef::Named(_) => return,
            TypeRef::Primitive(primitive) => {
                match primitive {
                    Primitive::Date | Primitive::DateTime | Primitive::DateTimeRfc2822 => {
                        needs.insert(Need::Dates)
                    }
                    Primitive::Uuid => needs.insert(Need::Uuids),
                    Primitive::Base64 | Primitive::Base64Url => needs.insert(Need::Base64),
                    Primitive::Any
                    | Primitive::String
                    | Primitive::Bool
                    | Primitive::I32
                    | Primitive::I64
                    | Primitive::U32
                    | Primitive::U64
                    | Primitive::F32
                    | Primitive::F64
                    | Primitive::File => false,
                };
                return;
            }
        }
    }
}
