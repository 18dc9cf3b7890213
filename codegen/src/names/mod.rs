//! The one table of identifiers: from an [`Api`], which knows wire names only, to [`Names`].
//!
//! A name depends on what it names and on what collides with it, never on the order of the
//! document.

mod case;
mod client;
mod keyword;
mod operations;
mod scope;
mod types;

use serde::Serialize;

use self::case::{Case, Spelling, identifier};
pub use self::keyword::is_keyword;
pub use self::scope::RustIdent;
use self::scope::{Candidate, Matching, Scope};
use crate::grants::GrantKind;
use crate::ir::{Api, GroupId, InputId, OperationId, ResponseId, SchemeId, TypeId};
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

/// Names of a group of operations.
#[derive(Clone, Debug, Serialize)]
pub struct GroupNames {
    /// The type, such as `OauthV1TokenApi`.
    pub api: RustIdent,
    /// The method of the client that creates it, such as `oauth_v1_token`.
    pub accessor: RustIdent,
    /// Its module and file.
    pub module: RustIdent,
    /// The Cargo feature that it is compiled with, where there are several groups.
    pub feature: String,
}

/// Names of an operation.
#[derive(Clone, Debug, Serialize)]
pub struct OperationNames {
    /// The type of the call, such as `CreateToken`.
    pub call: RustIdent,
    /// The method that creates it, such as `create_token`.
    pub method: RustIdent,
    /// The type of the output if it is an enumeration of its own.
    pub output: RustIdent,
    /// Fields, arguments and setters, one for each of [`Operation::inputs`](crate::ir::Operation::inputs).
    inputs: Vec<RustIdent>,
    /// Variants of [`Self::output`], one for each response.
    variants: Vec<RustIdent>,
}

impl OperationNames {
    /// The field, argument or setter of an input.
    pub fn input(&self, id: InputId) -> &RustIdent {
        &self.inputs[id.index()]
    }

    /// The variant of [`Self::output`] for a response.
    pub fn variant(&self, id: ResponseId) -> &RustIdent {
        &self.variants[id.0]
    }
}

/// Names of a type.
#[derive(Clone, Debug, Serialize)]
pub struct TypeNames {
    /// The type.
    pub ident: RustIdent,
    /// Its module and file.
    pub module: RustIdent,
    /// Its fields or variants.
    pub members: Vec<RustIdent>,
    /// An enumeration's variant for any other value, or a struct's field for additional properties.
    pub rest: RustIdent,
}

/// The builder's methods for a grant.
#[derive(Clone, Debug, Serialize)]
pub struct GrantNames {
    /// The scheme.
    pub scheme: SchemeId,
    /// Its grant.
    pub kind: GrantKind,
    /// The method that takes the required credentials.
    pub plain: RustIdent,
    /// The method that takes a configured grant.
    pub with: RustIdent,
}

impl Names {
    /// Names of a group.
    pub fn group(&self, id: GroupId) -> &GroupNames {
        &self.groups[id.0]
    }

    /// Names of an operation.
    pub fn operation(&self, id: OperationId) -> &OperationNames {
        &self.operations[id.0]
    }

    /// Names of a type.
    pub fn of(&self, id: TypeId) -> &TypeNames {
        &self.types[id.0]
    }

    /// The builder's method that takes the credentials of a scheme.
    pub fn scheme(&self, id: SchemeId) -> &RustIdent {
        &self.schemes[id.0]
    }

    /// The constant of the header at `index` of [`Api::headers`].
    pub fn header(&self, index: usize) -> &RustIdent {
        &self.headers[index]
    }

    /// The builder's methods for a grant of a scheme.
    pub fn grant(&self, scheme: SchemeId, kind: GrantKind) -> Option<&GrantNames> {
        let mut grants = self.grants.iter();
        grants.find(|it| it.scheme == scheme && it.kind == kind)
    }

    /// The name of a server, in lower case.
    pub fn server(&self, index: usize) -> &RustIdent {
        &self.servers[index]
    }

    /// The builder's method that sets a server variable.
    pub fn variable(&self, index: usize) -> &RustIdent {
        &self.variables[index]
    }
}

/// Modules that every crate has, or whose file would be another's.
const MODULE_RESERVED: &[&str] = &["lib", "main", "mod"];

/// Names of devices on Windows, whatever their extension and case: no file can have such a name.
const DEVICES: &[&str] = &[
    "aux", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con",
    "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Methods of traits of the standard library. Clippy rejects inherent methods of the same name as
/// confusing (`should_implement_trait`).
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
pub fn name(api: &Api, pagination: &Pagination) -> Names {
    let groups = client::groups(api);
    let operations = operations::operations(api, pagination, &groups);
    let types = types::types(api, &operations);
    let headers: Vec<_> = api
        .headers
        .iter()
        .map(|header| from_wire(&header.name, "header", Case::Shouting, "", "_HEADER"))
        .collect();
    let headers = Scope::new(Matching::Exact, &[]).assign(&headers);
    let (schemes, grants, variables) = client::builder(api);
    Names {
        groups,
        operations,
        types,
        schemes,
        grants,
        variables,
        headers,
        servers: client::servers(api),
    }
}

/// A candidate named after `wire`: plainly, with `prefix` or `suffix`, with every symbol spelled out.
/// `noun` says what it is, for a wire name that has no word in it.
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
