//! What there is of the runtime: its files, what they depend on, and the features that turn some on.

use super::Need;
use crate::view::print::{RustExpr, StrLit};

/// When a file is compiled, if not always.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    /// With this feature of the crate.
    With(&'static str),
    /// Without it.
    Without(&'static str),
}
use Condition::{With, Without};

impl Condition {
    pub(super) fn gate(self) -> RustExpr {
        RustExpr::new(match self {
            With(feature) => format!("feature = {}", StrLit::new(feature)),
            Without(feature) => format!("not(feature = {})", StrLit::new(feature)),
        })
    }
}

/// A file of the runtime.
pub(super) struct RuntimeFile {
    pub(super) need: Need,
    /// When it is compiled, if not always.
    pub(super) condition: Option<Condition>,
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    /// What users of the crate reach at its root.
    pub(super) exports: &'static [&'static str],
    /// What only generated code and other files of the runtime use: macros and helpers.
    pub(super) internal: &'static [&'static str],
}

macro_rules! runtime_file {
    (@ $need:ident, $condition:expr, $name:literal, [$($export:literal),*], [$($internal:literal),*]) => {
        RuntimeFile {
            need: Need::$need,
            condition: $condition,
            name: $name,
            text: include_str!(concat!("../../../../templates/runtime/", $name, ".rs")),
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
pub(super) const FILES: &[RuntimeFile] = &[
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
        MockSetters,
        With("mock"),
        "mock_setters",
        [],
        ["mock_setters"]
    ),
    runtime_file!(Multipart, "multipart", [], ["PartHead"]),
    runtime_file!(Always, Without("tracing"), "no_trace", [], ["Trace"]),
    runtime_file!(NumberEnums, "number_enum", [], ["number_enum"]),
    runtime_file!(Tokens, "oauth", ["OAuthError"], []),
    runtime_file!(Objects, "member", [], []),
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
pub(super) const DEPENDENCIES: &[(Need, &str, &str)] = &[
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
    pub(super) need: Need,
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub comment: &'static str,
    /// The features and dependencies that it turns on.
    pub enables: &'static [&'static str],
}

pub(super) const FEATURES: &[Feature] = &[
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
