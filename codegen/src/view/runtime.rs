//! Which files of the runtime a client carries, and what they need and offer.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use serde::Serialize;

use super::model::Maker;
use super::print::{RustExpr, RustType, StrLit};
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
    /// A struct that answers alone have, in a client with mocks.
    MockModels,
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

/// When a file is compiled, if not always.
#[derive(Clone, Copy)]
enum Condition {
    /// With this feature of the crate.
    With(&'static str),
    /// Without it.
    Without(&'static str),
}
use Condition::{With, Without};

impl Condition {
    fn gate(self) -> RustExpr {
        RustExpr::new(match self {
            With(feature) => format!("feature = {}", StrLit::new(feature)),
            Without(feature) => format!("not(feature = {})", StrLit::new(feature)),
        })
    }
}

/// A file of the runtime.
struct RuntimeFile {
    need: Need,
    /// When it is compiled, if not always.
    condition: Option<Condition>,
    name: &'static str,
    text: &'static str,
    /// What users of the crate reach at its root.
    exports: &'static [&'static str],
    /// What only generated code and other files of the runtime use: macros and helpers.
    internal: &'static [&'static str],
}

macro_rules! runtime_file {
    (@ $need:ident, $condition:expr, $name:literal, [$($export:literal),*], [$($internal:literal),*]) => {
        RuntimeFile {
            need: Need::$need,
            condition: $condition,
            name: $name,
            text: include_str!(concat!("../../../templates/runtime/", $name, ".rs")),
            exports: &[$($export),*],
            internal: &[$($internal),*],
        }
    };
    ($need:ident, $name:literal, $exports:tt, $internal:tt) => {
        runtime_file!(@ $need, None, $name, $exports, $internal)
    };
    ($need:ident, $condition:expr, $name:literal, $exports:tt, $internal:tt) => {
        runtime_file!(@ $need, Some($condition), $name, $exports, $internal)
    };
}

/// Every file of the runtime, by name.
const FILES: &[RuntimeFile] = &[
    runtime_file!(Always, "address", [], ["Server", "ServerVariable"]),
    runtime_file!(Always, "api_error", ["ApiError"], []),
    runtime_file!(Always, "auth", ["Credential"], ["Scheme", "SchemeKind"]),
    runtime_file!(Base64, "base64", ["Base64", "Base64Url"], []),
    runtime_file!(Operations, With("blocking"), "blocking", [], []),
    runtime_file!(
        Events,
        With("blocking"),
        "blocking_events",
        ["BlockingEvents"],
        []
    ),
    runtime_file!(DeviceLogin, With("blocking"), "blocking_login", [], []),
    runtime_file!(
        Pages,
        With("blocking"),
        "blocking_pages",
        ["BlockingItems", "BlockingPages"],
        []
    ),
    runtime_file!(Always, "body", ["Body"], []),
    runtime_file!(
        Always,
        "call",
        ["CallOptions", "Meta", "Operation"],
        ["Call"]
    ),
    runtime_file!(Always, "client", ["Client", "ClientBuilder"], ["Api"]),
    runtime_file!(
        Endpoints,
        "client_authentication",
        ["ClientAuthentication"],
        []
    ),
    runtime_file!(Always, "clock", ["Clock", "TokioClock"], []),
    runtime_file!(Dates, "date", ["Rfc2822"], []),
    runtime_file!(
        DeviceLogin,
        "device",
        ["DeviceLogin", "DeviceLoginRequest"],
        [
            "AuthorizationRequest",
            "DeviceFlow",
            "Takes",
            "TokenRequest"
        ]
    ),
    runtime_file!(DeviceLogin, "device_error", ["DeviceLoginError"], []),
    runtime_file!(DeviceLogin, "device_poll", ["DeviceLoginProgress"], []),
    runtime_file!(Endpoints, "discovery", [], []),
    runtime_file!(Always, "encode", ["Encoder"], []),
    runtime_file!(Downloads, "download", ["Download"], ["Downloads"]),
    runtime_file!(Endpoints, "endpoint", [], []),
    runtime_file!(
        Always,
        "error",
        [
            "AuthenticationError",
            "DecodeError",
            "Error",
            "InvalidRequest",
            "MissingCredentials",
            "Timeout",
            "TooLarge"
        ],
        []
    ),
    runtime_file!(Events, "event_parser", [], []),
    runtime_file!(Events, "events", ["Event", "Events"], []),
    runtime_file!(Always, "execute", [], []),
    runtime_file!(Multipart, "file_part", ["FilePart"], []),
    runtime_file!(FittedUnions, "fitted_union", [], ["fitted_union"]),
    runtime_file!(Tokens, "flight", [], []),
    runtime_file!(Forms, "form", [], []),
    runtime_file!(Headers, "headers", ["Header", "InvalidHeader"], []),
    runtime_file!(
        Grants,
        "grant",
        ["ClientCredentials", "RefreshToken"],
        ["TokenEndpoint"]
    ),
    runtime_file!(Incoming, "incoming", [], []),
    runtime_file!(IntegerEnums, "integer_enum", [], ["integer_enum"]),
    runtime_file!(Always, "message", [], []),
    runtime_file!(Always, "mismatch", [], []),
    runtime_file!(
        Operations,
        With("mock"),
        "mock",
        ["Mock", "MockedOperation", "MockedReply"],
        []
    ),
    runtime_file!(
        Operations,
        With("mock"),
        "mock_reply",
        ["MockReply", "Mocked"],
        []
    ),
    runtime_file!(
        Operations,
        With("mock"),
        "mock_request",
        ["MockRequest"],
        []
    ),
    runtime_file!(Events, With("mock"), "mock_events", [], []),
    runtime_file!(
        MockModels,
        With("mock"),
        "mock_setters",
        [],
        ["mock_setters"]
    ),
    runtime_file!(Multipart, "multipart", [], ["PartHead"]),
    runtime_file!(Always, Without("tracing"), "no_trace", [], ["Trace"]),
    runtime_file!(NumberEnums, "number_enum", [], ["number_enum"]),
    runtime_file!(Tokens, "oauth", ["OAuthError"], []),
    runtime_file!(Objects, "object", [], ["object"]),
    runtime_file!(Operations, "operation", [], ["operation"]),
    runtime_file!(Pages, "pages", ["Items", "Paged", "Pages"], ["Advance"]),
    runtime_file!(Uploads, "pieces", [], []),
    runtime_file!(DeviceLogin, With("qr"), "qr", ["QrCode"], []),
    runtime_file!(Redaction, "redacted", [], ["redacted_debug"]),
    runtime_file!(DeviceLogin, "refreshing", ["RefreshingTokens"], []),
    runtime_file!(Always, "request_id", [], []),
    runtime_file!(Always, "response", ["RawResponse", "Response"], []),
    runtime_file!(Always, "retry", ["Attempt", "RetryPolicy"], []),
    runtime_file!(Always, "scalar", [], []),
    runtime_file!(Tokens, "session", [], []),
    runtime_file!(DeviceLogin, "standard_flow", [], []),
    runtime_file!(StringEnums, "string_enum", [], ["string_enum"]),
    runtime_file!(Always, "style", [], ["Encoding", "Style"]),
    runtime_file!(TaggedUnions, "tagged_union", [], ["tagged_union"]),
    runtime_file!(Tokens, "token_set", ["StoredTokens", "TokenSet"], []),
    runtime_file!(Tokens, "token_source", ["TokenSource"], []),
    runtime_file!(Always, With("tracing"), "trace", [], ["Trace"]),
    runtime_file!(
        Always,
        "transport",
        ["BoxFuture", "Transport", "TransportError"],
        []
    ),
    runtime_file!(Always, "tree", [], []),
    runtime_file!(Always, "underway", [], []),
    runtime_file!(Unions, "union", [], []),
    runtime_file!(Uploads, "upload", ["Upload"], []),
    runtime_file!(
        DeviceLogin,
        "user_code",
        ["UserCode", "UserCodeProblem"],
        []
    ),
    runtime_file!(Uuids, "uuid", [], []),
    runtime_file!(Always, "wire", ["Decode", "Encode"], []),
];

/// The crates that a client needs.
const DEPENDENCIES: &[(Need, &str, &str)] = &[
    (
        Need::Always,
        "base64",
        r#"{ version = "0.23", default-features = false, features = ["std"] }"#,
    ),
    (Need::Always, "bytes", r#""1.12""#),
    (
        Need::Dates,
        "chrono",
        r#"{ version = "0.4", default-features = false, features = ["std"] }"#,
    ),
    (
        Need::Tokens,
        "chrono",
        r#"{ version = "0.4", default-features = false, features = ["std"] }"#,
    ),
    (Need::Pages, "futures-core", r#""0.3""#),
    (Need::Uploads, "futures-core", r#""0.3""#),
    (Need::Incoming, "futures-core", r#""0.3""#),
    (Need::Always, "http", r#""1.5""#),
    (Need::Always, "http-body", r#""1.1""#),
    (Need::Always, "httpdate", r#""1.0""#),
    (Need::Always, "percent-encoding", r#""2.3""#),
    (
        Need::DeviceLogin,
        "qrcode",
        r#"{ version = "0.14", default-features = false, optional = true }"#,
    ),
    (
        Need::Always,
        "reqwest",
        r#"{ version = "0.13", default-features = false }"#,
    ),
    (Need::Always, "secrecy", r#""0.10""#),
    (
        Need::Always,
        "serde",
        r#"{ version = "1.0", default-features = false, features = ["std"] }"#,
    ),
    (Need::Always, "serde_json", r#""1.0""#),
    (
        Need::Always,
        "tokio",
        r#"{ version = "1.54", default-features = false, features = ["time"] }"#,
    ),
    (
        Need::Uploads,
        "tokio",
        r#"{ version = "1.54", default-features = false, features = ["fs", "time"] }"#,
    ),
    (
        Need::Downloads,
        "tokio",
        r#"{ version = "1.54", default-features = false, features = ["fs", "io-util", "time"] }"#,
    ),
    (
        Need::Always,
        "tracing",
        r#"{ version = "0.1.44", default-features = false, features = ["std"], optional = true }"#,
    ),
    (
        Need::Uuids,
        "uuid",
        r#"{ version = "1", default-features = false, features = ["std"] }"#,
    ),
];

/// A feature of a client beside those of TLS.
pub struct Feature {
    need: Need,
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub comment: &'static str,
    /// The features and dependencies that it turns on.
    pub enables: &'static [&'static str],
}

const FEATURES: &[Feature] = &[
    Feature {
        need: Need::Operations,
        name: "blocking",
        comment: "Calls that block, for programs without an async runtime.",
        enables: &["tokio/rt"],
    },
    Feature {
        need: Need::Operations,
        name: "mock",
        comment: "A transport without a network that answers as a test tells it to.",
        enables: &[],
    },
    Feature {
        need: Need::DeviceLogin,
        name: "qr",
        comment: "A QR code of the address of a device login, for a terminal.",
        enables: &["dep:qrcode"],
    },
    Feature {
        need: Need::Always,
        name: "tracing",
        comment: "A span of `tracing` for each call, as OpenTelemetry names its fields.",
        enables: &["dep:tracing"],
    },
];

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
                    if context.maker(TypeId(index)) == Maker::Mock {
                        needs.insert(Need::MockModels);
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
