//! Chooses the identifiers of a client: from an [`Api`], which has only wire names, to [`Names`].
//!
//! A name depends only on the thing that it names and on the names that collide with it, never on the
//! order of the document. Only the builder's methods for credentials depend on the order: the first scheme
//! of a kind has a short name.

mod builder;
mod case;
mod client;
mod keyword;
mod operations;
mod renames;
mod scope;
mod types;
pub mod umbrella;

use serde::Serialize;

pub(crate) use self::case::Case;
use self::case::{Spelling, identifier};
pub use self::keyword::is_keyword;
pub(crate) use self::operations::CALL_RESERVED;
pub use self::renames::{Renames, check, resolve as resolve_renames};
pub use self::scope::RustIdent;
use self::scope::{Candidate, Matching, Scope};
use crate::grants::GrantKind;
use crate::ir::{
    Additional, Api, GroupId, InputId, OperationId, ResponseId, SchemeId, Struct, TypeId,
};
use crate::pagination::Pagination;

/// Every identifier of a client.
#[derive(Clone, Debug, Serialize)]
pub struct Names {
    groups: Vec<GroupNames>,
    operations: Vec<OperationNames>,
    types: Vec<TypeNames>,
    schemes: Vec<RustIdent>,
    grants: Vec<GrantNames>,
    variables: Vec<RustIdent>,
    headers: Vec<RustIdent>,
    servers: Vec<RustIdent>,
}

/// The names of a group of operations.
#[derive(Clone, Debug, Serialize)]
pub struct GroupNames {
    /// The type, such as `OauthV1TokenApi`.
    pub api: RustIdent,
    /// The method of the client that creates it, such as `oauth_v1_token`.
    pub accessor: RustIdent,
    /// The module and file, in a folder that has those of groups only.
    pub module: RustIdent,
    /// The module and file at the root of the crate.
    pub root_module: RustIdent,
    /// The Cargo feature that the group is compiled with, if there are several groups.
    pub feature: String,
}

/// The names of an operation.
#[derive(Clone, Debug, Serialize)]
pub struct OperationNames {
    /// The type of the call, such as `CreateToken`.
    pub call: RustIdent,
    /// The method that creates it, such as `create_token`.
    pub method: RustIdent,
    /// The type of the output, if the operation has its own enumeration.
    pub output: RustIdent,
    /// The fields, arguments and setters: one for each of
    /// [`Operation::inputs`](crate::ir::Operation::inputs).
    inputs: Vec<RustIdent>,
    /// The constants for the media types that the call may choose from, in the order of
    /// [`Body::named_media_types`](crate::ir::Body::named_media_types).
    pub media_types: Vec<RustIdent>,
    /// The variants of [`Self::output`]: one for each response.
    variants: Vec<RustIdent>,
}

impl OperationNames {
    /// Returns the field, argument or setter of an input.
    pub fn input(&self, id: InputId) -> &RustIdent {
        &self.inputs[id.index()]
    }

    /// Returns the variant of [`Self::output`] for a response.
    pub fn variant(&self, id: ResponseId) -> &RustIdent {
        &self.variants[id.0]
    }
}

/// The names of a type.
#[derive(Clone, Debug, Serialize)]
pub struct TypeNames {
    /// The type.
    pub ident: RustIdent,
    /// The module and file.
    pub module: RustIdent,
    /// The fields or variants.
    pub members: Vec<RustIdent>,
    /// The fields of a struct for properties that match a pattern: one for each of
    /// [`Struct::patterns`](crate::ir::Struct::patterns).
    pub patterns: Vec<RustIdent>,
    /// The variant of an enumeration for any other value, or the field of a struct for additional
    /// properties.
    pub rest: RustIdent,
}

impl TypeNames {
    /// Returns the fields of a struct for the properties that it has no fields for.
    pub fn maps(&self, shape: &Struct) -> impl Iterator<Item = &RustIdent> {
        let has_rest = shape.additional != Additional::Ignored;
        self.patterns.iter().chain(has_rest.then_some(&self.rest))
    }
}

/// The builder's methods for a grant.
#[derive(Clone, Debug, Serialize)]
pub struct GrantNames {
    /// The scheme.
    pub scheme: SchemeId,
    /// The grant.
    pub kind: GrantKind,
    /// The method that takes the required credentials.
    pub plain: RustIdent,
    /// The method that takes a configured grant.
    pub with: RustIdent,
}

impl Names {
    /// Returns the names of a group.
    pub fn group(&self, id: GroupId) -> &GroupNames {
        &self.groups[id.0]
    }

    /// The names of an operation.
    pub fn operation(&self, id: OperationId) -> &OperationNames {
        &self.operations[id.0]
    }

    /// The names of a type.
    pub fn of(&self, id: TypeId) -> &TypeNames {
        &self.types[id.0]
    }

    /// Returns the builder's method that takes the credentials of a scheme.
    pub fn scheme(&self, id: SchemeId) -> &RustIdent {
        &self.schemes[id.0]
    }

    /// Returns the constant for the header at `index` in [`Api::headers`].
    pub fn header(&self, index: usize) -> &RustIdent {
        &self.headers[index]
    }

    /// Returns the builder's methods for a grant of a scheme.
    pub fn grant(&self, scheme: SchemeId, kind: GrantKind) -> Option<&GrantNames> {
        let mut grants = self.grants.iter();
        grants.find(|it| it.scheme == scheme && it.kind == kind)
    }

    /// Returns the name of a server, in lower case.
    pub fn server(&self, index: usize) -> &RustIdent {
        &self.servers[index]
    }

    /// Returns the builder's method that sets a server variable.
    pub fn variable(&self, index: usize) -> &RustIdent {
        &self.variables[index]
    }
}

/// Modules that every crate has, or whose file would collide with another one.
const MODULE_RESERVED: &[&str] = &["lib", "main", "mod"];

/// Device names on Windows. No file can have such a name, with any extension and in any case.
const DEVICES: &[&str] = &[
    "aux", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con",
    "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Methods of traits of the standard library. Clippy rejects inherent methods with the same name
/// (`should_implement_trait`).
const STD_METHODS: &[&str] = &[
    "add",
    "as_mut",
    "as_ref",
    "bitand",
    "bitor",
    "bitxor",
    "borrow",
    "borrow_mut",
    "clone",
    "cmp",
    "default",
    "deref",
    "deref_mut",
    "div",
    "drop",
    "eq",
    "from_iter",
    "from_str",
    "hash",
    "index",
    "index_mut",
    "into_iter",
    "mul",
    "neg",
    "next",
    "not",
    "rem",
    "shl",
    "shr",
    "sub",
];

/// Chooses every identifier of a client.
pub fn name(api: &Api, pagination: &Pagination, renames: &Renames) -> Names {
    let groups = client::groups(api, renames);
    let operations = operations::operations(api, pagination, &groups, renames);
    let types = types::types(api, &operations, renames);
    let headers: Vec<_> = api
        .headers
        .iter()
        .map(|header| from_wire(&header.name, "header", Case::Shouting, "", "_HEADER"))
        .collect();
    let headers = Scope::new(Matching::Exact, &[]).assign(&headers);
    let builder = builder::builder(api, renames);
    Names {
        groups,
        operations,
        types,
        schemes: builder.schemes,
        grants: builder.grants,
        variables: builder.variables,
        headers,
        servers: client::servers(api),
    }
}

/// Returns an identifier named after any text, which may be that of other texts, too.
pub(crate) fn ident_of(text: &str, case: Case) -> Option<RustIdent> {
    let words = identifier(text, "value", case, Spelling::Plain);
    RustIdent::checked(&words).or_else(|| RustIdent::checked(&format!("{words}_")))
}

/// Returns a candidate named after `wire`: the plain name, the name with `prefix` or `suffix`, and the
/// name with every symbol spelled out. `noun` is used for a wire name that contains no word.
fn from_wire(wire: &str, noun: &str, case: Case, prefix: &str, suffix: &str) -> Candidate {
    let plain = identifier(wire, noun, case, Spelling::Plain);
    let mut forms = vec![plain.clone()];
    if !prefix.is_empty() || !suffix.is_empty() {
        forms.push(format!("{prefix}{plain}{suffix}"));
    }
    let full = identifier(wire, noun, case, Spelling::Full);
    if full != plain {
        forms.push(full);
    }
    Candidate {
        priority: 0,
        key: wire.to_owned(),
        forms,
    }
}
