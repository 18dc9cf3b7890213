//! The one table of identifiers: from an [`Api`], which knows wire names only, to [`Names`].
//!
//! A name depends on what it names and on what collides with it, never on the order of the
//! document.

mod case;
mod keyword;
mod scope;

use serde::Serialize;

use self::case::{Case, Spelling, identifier};
pub use self::keyword::is_keyword;
pub use self::scope::RustIdent;
use self::scope::{Candidate, Matching, Scope};
use crate::ir::{
    Api, Body, BodyKind, GroupId, Input, Location, NameSource, Operation, OperationId, SchemeId, SchemeKind, Shape,
    Status, TypeDef, TypeId, TypeRef, Variant,
};

/// Every identifier of a client.
#[derive(Clone, Debug, Serialize)]
pub struct Names {
    groups: Vec<GroupNames>,
    operations: Vec<OperationNames>,
    types: Vec<TypeNames>,
    schemes: Vec<RustIdent>,
    variables: Vec<RustIdent>,
}

/// Names of a group of operations.
#[derive(Clone, Debug, Serialize)]
pub struct GroupNames {
    /// The type, such as `OauthV1TokenApi`.
    pub api: RustIdent,
    /// The method of the client that gives it, such as `oauth_v1_token`.
    pub accessor: RustIdent,
    /// Its module and file.
    pub module: RustIdent,
}

/// Names of an operation.
#[derive(Clone, Debug, Serialize)]
pub struct OperationNames {
    /// The type of the call, such as `CreateToken`.
    pub call: RustIdent,
    /// The method that starts it, such as `create_token`.
    pub method: RustIdent,
    /// Fields, arguments and setters, one for each parameter.
    pub params: Vec<RustIdent>,
    /// The same for each field of a form.
    pub form: Vec<RustIdent>,
    /// The same for any other body.
    pub body: Option<RustIdent>,
    /// The type of the answer where it is an enumeration of its own.
    pub output: RustIdent,
    /// Variants of [`Self::output`], one for each response.
    pub outputs: Vec<RustIdent>,
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
    /// The member that holds what the document doesn't name: an enumeration's variant for unknown
    /// values, a struct's field for additional properties.
    pub rest: RustIdent,
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

    /// The builder's method that sets a variable of the first server.
    pub fn variable(&self, index: usize) -> &RustIdent {
        &self.variables[index]
    }
}

/// What `use` brings into the files of API groups, and the prelude.
const CALL_RESERVED: &[&str] = &[
    "Api", "Box", "Call", "CallOptions", "Client", "Encoder", "Encoding", "Err", "Error", "From", "Into",
    "IntoFuture", "IntoIterator", "Iterator", "Meta", "Method", "None", "Ok", "Operation", "Option", "RawResponse",
    "Response", "Result", "Send", "Some", "String", "Style", "Sync", "Vec",
];

/// What model files use by name.
const MODEL_RESERVED: &[&str] = &[
    "Box", "Clone", "Debug", "Default", "Err", "Eq", "From", "Hash", "Into", "IntoIterator", "Iterator", "None", "Ok",
    "Option", "PartialEq", "Result", "Self", "Send", "Some", "String", "Sync", "Vec",
];

/// Modules that every crate has, or whose file would be another's.
const MODULE_RESERVED: &[&str] = &["mod", "lib", "main"];

/// Methods of a call; its inputs become methods beside them.
const INPUT_RESERVED: &[&str] = &["call", "exchange", "into_future", "meta", "new", "options", "response", "send"];

/// Method names that belong to traits of the standard library: clippy holds that a method of one's
/// own by that name confuses.
const STD_METHODS: &[&str] = &[
    "add", "as_mut", "as_ref", "bitand", "bitor", "bitxor", "borrow", "borrow_mut", "clone", "cmp", "default", "deref",
    "deref_mut", "div", "drop", "eq", "from_iter", "from_str", "hash", "index", "index_mut", "into_iter", "mul", "neg",
    "next", "not", "rem", "shl", "shr", "sub",
];

/// Methods of the client itself.
const CLIENT_RESERVED: &[&str] = &["base_url", "builder", "execute", "new"];

/// Methods of the client's builder that every client has.
const BUILDER_RESERVED: &[&str] = &[
    "base_url", "build", "credential", "default_header", "http_client", "new", "response_limit", "server_variable",
    "timeout", "transport", "user_agent",
];

/// Chooses every identifier of a client.
pub fn name(api: &Api) -> Names {
    let groups = groups(api);
    let operations = operations(api, &groups);
    let types = types(api, &operations);
    let mut builder = Scope::new(Matching::Exact, &[BUILDER_RESERVED, STD_METHODS].concat());
    let schemes = schemes(api, &mut builder);
    let variables = api.servers.first().map_or_else(Vec::new, |server| {
        let candidates: Vec<_> =
            server.variables.iter().map(|variable| from_wire(&variable.name, Case::Snake, "", "_variable")).collect();
        builder.assign(&candidates)
    });
    Names { groups, operations, types, schemes, variables }
}

/// A candidate named after `wire`: plainly, with `prefix` or `suffix`, with every symbol spelled out.
fn from_wire(wire: &str, case: Case, prefix: &str, suffix: &str) -> Candidate {
    let plain = identifier(wire, case, Spelling::Plain);
    let mut forms = vec![plain.clone()];
    if !prefix.is_empty() || !suffix.is_empty() {
        forms.push(format!("{prefix}{plain}{suffix}"));
    }
    let full = identifier(wire, case, Spelling::Full);
    if full != plain {
        forms.push(full);
    }
    Candidate { priority: 0, key: wire.to_owned(), forms }
}

fn groups(api: &Api) -> Vec<GroupNames> {
    let tag = |group: &crate::ir::Group| group.tag.clone().unwrap_or_else(|| "default".to_owned());
    let types: Vec<_> = api
        .groups
        .iter()
        .map(|group| {
            let mut candidate = from_wire(&tag(group), Case::Camel, "", "");
            candidate.forms.iter_mut().for_each(|form| form.push_str("Api"));
            candidate.priority = u8::from(group.tag.is_none());
            candidate
        })
        .collect();
    let idents = Scope::new(Matching::IgnoreCase, &[]).assign(&types);
    let words: Vec<_> = idents
        .iter()
        .map(|ident| {
            let stem = ident.as_str().strip_suffix("Api").unwrap_or(ident.as_str());
            from_wire(stem, Case::Snake, "", "_api")
        })
        .collect();
    let accessors = Scope::new(Matching::Exact, &[CLIENT_RESERVED, &["clone"]].concat()).assign(&words);
    let modules = Scope::new(Matching::IgnoreCase, MODULE_RESERVED).assign(&words);
    idents
        .into_iter()
        .zip(accessors)
        .zip(modules)
        .map(|((api, accessor), module)| GroupNames { api, accessor, module })
        .collect()
}

fn operations(api: &Api, groups: &[GroupNames]) -> Vec<OperationNames> {
    let calls: Vec<_> =
        api.operations.iter().map(|operation| from_wire(&operation.id, Case::Camel, "", "Call")).collect();
    let mut reserved = CALL_RESERVED.to_vec();
    reserved.extend(groups.iter().map(|group| group.api.as_str()));
    let mut call_scope = Scope::new(Matching::IgnoreCase, &reserved);
    let calls = call_scope.assign(&calls);
    let outputs: Vec<_> = calls
        .iter()
        .map(|call| Candidate { priority: 0, key: call.to_string(), forms: vec![format!("{call}Output")] })
        .collect();
    let outputs = call_scope.assign(&outputs);
    let methods = methods(api);
    calls
        .into_iter()
        .zip(outputs)
        .zip(methods)
        .zip(&api.operations)
        .map(|(((call, output), method), operation)| {
            let (params, form, body) = inputs(operation);
            OperationNames { call, method, params, form, body, output, outputs: output_variants(operation) }
        })
        .collect()
}

/// The methods of each group are a scope of their own.
fn methods(api: &Api) -> Vec<RustIdent> {
    let mut methods: Vec<Option<RustIdent>> = vec![None; api.operations.len()];
    for group in 0..api.groups.len() {
        let members: Vec<usize> =
            (0..api.operations.len()).filter(|&index| api.operations[index].group.0 == group).collect();
        let candidates: Vec<_> =
            members.iter().map(|&index| from_wire(&api.operations[index].id, Case::Snake, "", "_call")).collect();
        let names = Scope::new(Matching::Exact, &[STD_METHODS, &["new"]].concat()).assign(&candidates);
        for (index, name) in members.into_iter().zip(names) {
            methods[index] = Some(name);
        }
    }
    let mut rest = Scope::new(Matching::Exact, &[]);
    methods
        .into_iter()
        .enumerate()
        .map(|(index, name)| name.unwrap_or_else(|| rest.assign_one("", vec![format!("operation_{index}")])))
        .collect()
}

/// A scheme's method is called after its kind (`basic_auth`); where there are several of a kind, after
/// its name as well.
fn schemes(api: &Api, scope: &mut Scope) -> Vec<RustIdent> {
    let candidates: Vec<_> = api
        .schemes
        .iter()
        .map(|scheme| {
            let kind = match scheme.kind {
                SchemeKind::Basic => "basic_auth",
                SchemeKind::Bearer => "bearer_auth",
                SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => "api_key",
                SchemeKind::Authorization(_) => "authorization",
            };
            let named = identifier(&scheme.name, Case::Snake, Spelling::Plain);
            let mut forms = vec![kind.to_owned(), format!("{kind}_{named}")];
            if api.schemes.iter().filter(|other| same_kind(&other.kind, &scheme.kind)).count() > 1 {
                forms.remove(0);
            }
            Candidate { priority: 0, key: scheme.name.clone(), forms }
        })
        .collect();
    scope.assign(&candidates)
}

/// Whether two schemes would be called the same after their kind.
fn same_kind(a: &SchemeKind, b: &SchemeKind) -> bool {
    let is_key = |kind: &SchemeKind| {
        matches!(kind, SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_))
    };
    std::mem::discriminant(a) == std::mem::discriminant(b) || (is_key(a) && is_key(b))
}

/// Parameters, form fields and body of an operation share one scope. Where two want the same name,
/// the path goes first, then the form, the query, the rest; who loses says where it goes.
fn inputs(operation: &Operation) -> (Vec<RustIdent>, Vec<RustIdent>, Option<RustIdent>) {
    let mut candidates: Vec<Candidate> = Vec::new();
    for param in &operation.params {
        let (priority, prefix) = match param.location {
            Location::Path => (0, "path_"),
            Location::Query => (2, "query_"),
            Location::Header => (3, "header_"),
            Location::Cookie => (4, "cookie_"),
        };
        candidates.push(input(&param.input, priority, prefix));
    }
    let mut has_body = false;
    match &operation.body {
        Some(Body { kind: BodyKind::Form(fields), .. }) => {
            candidates.extend(fields.iter().map(|field| input(field, 1, "form_")));
        }
        Some(Body { kind: BodyKind::Json(_) | BodyKind::Text | BodyKind::Bytes, .. }) => has_body = true,
        None => {}
    }
    let mut reserved = [INPUT_RESERVED, STD_METHODS].concat();
    if has_body {
        reserved.push("body");
    }
    let mut names = Scope::new(Matching::Exact, &reserved).assign(&candidates);
    let form = names.split_off(operation.params.len());
    let body = has_body.then(|| Scope::new(Matching::Exact, &[]).assign_one("body", vec!["body".to_owned()]));
    (names, form, body)
}

fn input(input: &Input, priority: u8, prefix: &str) -> Candidate {
    Candidate { priority, ..from_wire(&input.name, Case::Snake, prefix, "") }
}

/// Variants are named after the status: its reason phrase, or its number.
fn output_variants(operation: &Operation) -> Vec<RustIdent> {
    let candidates: Vec<_> = operation
        .responses
        .iter()
        .map(|response| {
            let text = match response.status {
                Status::Code(code) => match reason(code) {
                    Some(phrase) => phrase.to_owned(),
                    None => format!("Status{code}"),
                },
                Status::Range(digit) => format!("Status{digit}xx"),
                Status::Default => "Default".to_owned(),
            };
            Candidate { priority: 0, key: text.clone(), forms: vec![text] }
        })
        .collect();
    Scope::new(Matching::Exact, &[]).assign(&candidates)
}

/// Reason phrases of the answers that a call can end well with (RFC 9110, section 15).
fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritative",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        _ => return None,
    })
}

/// Types are named in rounds: first those with a name of their own, then those inside them, and so
/// on inward; a component never loses its name to something inside another.
fn types(api: &Api, operations: &[OperationNames]) -> Vec<TypeNames> {
    let mut scope = Scope::new(Matching::IgnoreCase, MODEL_RESERVED);
    let mut idents: Vec<Option<RustIdent>> = vec![None; api.types.len()];
    let mut open: Vec<usize> = (0..api.types.len()).collect();
    while !open.is_empty() {
        let (ready, later): (Vec<usize>, Vec<usize>) =
            open.iter().partition(|&&index| type_candidate(&api.types[index], &idents, operations).is_some());
        let ready = if ready.is_empty() { open.clone() } else { ready };
        let candidates: Vec<_> = ready
            .iter()
            .map(|&index| {
                type_candidate(&api.types[index], &idents, operations)
                    .unwrap_or_else(|| from_wire(api.types[index].pointer.as_str(), Case::Camel, "", "Model"))
            })
            .collect();
        for (&index, ident) in ready.iter().zip(scope.assign(&candidates)) {
            idents[index] = Some(ident);
        }
        open = later.into_iter().filter(|&index| idents[index].is_none()).collect();
    }
    let idents: Vec<RustIdent> = idents.into_iter().flatten().collect();
    let modules: Vec<_> = idents.iter().map(|ident| from_wire(ident.as_str(), Case::Snake, "", "_model")).collect();
    let modules = Scope::new(Matching::IgnoreCase, MODULE_RESERVED).assign(&modules);
    api.types
        .iter()
        .zip(&idents)
        .zip(modules)
        .map(|((def, ident), module)| {
            let (members, rest) = members(def, &idents);
            TypeNames { ident: ident.clone(), module, members, rest }
        })
        .collect()
}

/// What a type wants to be called; `None` while what it is named after has no name yet.
fn type_candidate(def: &TypeDef, idents: &[Option<RustIdent>], operations: &[OperationNames]) -> Option<Candidate> {
    let (priority, base, steps) = match &def.name {
        NameSource::Component(key) => {
            return Some(from_wire(key, Case::Camel, "", "Model"));
        }
        NameSource::Operation(id, steps) => (1, operations.get(id.0)?.call.as_str(), steps),
        NameSource::Within(id, steps) => (2, idents.get(id.0)?.as_ref()?.as_str(), steps),
        NameSource::Place(steps) => (3, "", steps),
    };
    let spelled = |spelling| {
        let mut text = base.to_owned();
        steps.iter().for_each(|step| text.push_str(&identifier(step, Case::Camel, spelling)));
        text
    };
    let plain = spelled(Spelling::Plain);
    let mut forms = vec![plain.clone(), format!("{plain}Model")];
    let full = spelled(Spelling::Full);
    if full != plain {
        forms.push(full);
    }
    Some(Candidate { priority, key: def.pointer.as_str().to_owned(), forms })
}

/// Fields or variants of a type, and the member for the rest.
fn members(def: &TypeDef, idents: &[RustIdent]) -> (Vec<RustIdent>, RustIdent) {
    let (case, candidates, rest): (Case, Vec<Candidate>, &[&str]) = match &def.shape {
        Shape::Struct(shape) => (
            Case::Snake,
            shape.fields.iter().map(|field| from_wire(&field.name, Case::Snake, "", "")).collect(),
            &["extra", "additional_properties"],
        ),
        Shape::StringEnum(values) => (
            Case::Camel,
            values.iter().map(|value| from_wire(&value.value, Case::Camel, "", "")).collect(),
            &["Unknown", "Unrecognized"],
        ),
        Shape::IntegerEnum(values) => (
            Case::Camel,
            values.iter().map(|value| from_wire(&value.value.to_string(), Case::Camel, "", "")).collect(),
            &["Unknown", "Unrecognized"],
        ),
        Shape::Union(union) => (
            Case::Camel,
            union.variants.iter().map(|variant| variant_candidate(variant, idents)).collect(),
            &["Unknown", "Unrecognized"],
        ),
        Shape::Alias(_) => (Case::Camel, Vec::new(), &["Unknown"]),
    };
    let reserved: &[&str] = match case {
        Case::Snake => &[],
        Case::Camel => &["Self"],
    };
    let mut scope = Scope::new(Matching::Exact, reserved);
    let members = scope.assign(&candidates);
    let rest = scope.assign_one("", rest.iter().map(|&form| form.to_owned()).collect());
    (members, rest)
}

/// A variant is named by the document, or after its type.
fn variant_candidate(variant: &Variant, idents: &[RustIdent]) -> Candidate {
    let mut candidate = match &variant.name {
        Some(name) => from_wire(name, Case::Camel, "", ""),
        None => {
            let text = type_word(&variant.ty, idents, 0);
            Candidate { priority: 0, key: text.clone(), forms: vec![text] }
        }
    };
    candidate.key = format!("{} {}", candidate.key, variant.tags.join(" "));
    candidate
}

/// A word for a type, as variants are named: `String`, `Pet`, `PetArray`.
fn type_word(ty: &TypeRef, idents: &[RustIdent], depth: usize) -> String {
    use crate::ir::Primitive as P;
    if depth > 8 {
        return "Value".to_owned();
    }
    match ty {
        TypeRef::Primitive(primitive) => match primitive {
            P::String => "String",
            P::Bool => "Boolean",
            P::I32 | P::I64 | P::U32 | P::U64 => "Integer",
            P::F32 | P::F64 => "Number",
            P::Date => "Date",
            P::DateTime | P::DateTimeRfc2822 => "DateTime",
            P::Uuid => "Uuid",
            P::Base64 => "Bytes",
            P::Any => "Any",
        }
        .to_owned(),
        TypeRef::Named(id) => idents.get(id.0).map_or_else(|| "Value".to_owned(), |ident| ident.bare().to_owned()),
        TypeRef::Array(items) => format!("{}Array", type_word(items, idents, depth + 1)),
        TypeRef::Map(values) => format!("{}Map", type_word(values, idents, depth + 1)),
        TypeRef::Nullable(inner) => type_word(inner, idents, depth + 1),
    }
}
