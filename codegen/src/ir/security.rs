//! Servers and security schemes.

use serde::Serialize;

use crate::pointer::Pointer;

/// A base URL.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Server {
    /// The URL. It may contain `{variables}` and be relative to the URL of the document.
    pub url: String,
    /// `description`
    pub description: Option<String>,
    /// The variables of the URL.
    pub variables: Vec<ServerVariable>,
}

/// A variable of a server's URL.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ServerVariable {
    /// The name.
    pub name: String,
    /// The default value.
    pub default: String,
    /// The allowed values; empty if any value is allowed.
    pub allowed: Vec<String>,
    /// `description`
    pub description: Option<String>,
}

/// The index of a [`Scheme`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemeId(pub usize);

/// A security scheme.
#[derive(Clone, Debug, Serialize)]
pub struct Scheme {
    /// The place in the document.
    pub pointer: Pointer,
    /// The key in `components.securitySchemes`.
    pub name: String,
    /// `description`
    pub description: Option<String>,
    /// What the scheme sends.
    pub kind: SchemeKind,
    /// The OAuth 2.0 flows, in the order of the OAuth Flows Object; empty for other types.
    pub flows: Vec<Flow>,
    /// The URL of the authorization server's metadata: `openIdConnectUrl`, or `oauth2MetadataUrl` of
    /// OpenAPI 3.2.
    pub metadata_url: Option<String>,
    /// Whether an operation requires the scheme, possibly as one of several alternatives.
    pub is_required: bool,
}

/// A way to obtain tokens (OpenAPI: OAuth Flow Object). URLs are written as in the document and may
/// be relative to the server. An empty URL is `None`.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Flow {
    /// The place in the document.
    pub pointer: Pointer,
    /// The kind of flow.
    pub kind: FlowKind,
    /// `authorizationUrl`
    pub authorization_url: Option<String>,
    /// `deviceAuthorizationUrl`
    pub device_authorization_url: Option<String>,
    /// `tokenUrl`
    pub token_url: Option<String>,
    /// `refreshUrl`
    pub refresh_url: Option<String>,
    /// `scopes`: names and descriptions.
    pub scopes: Vec<(String, String)>,
}

/// The kind of an OAuth 2.0 flow.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash)]
pub enum FlowKind {
    /// `implicit`
    Implicit,
    /// `password`
    Password,
    /// `clientCredentials` (RFC 6749 section 4.4)
    ClientCredentials,
    /// `authorizationCode` (RFC 6749 section 4.1)
    AuthorizationCode,
    /// `deviceAuthorization` of OpenAPI 3.2 (RFC 8628), `x-deviceAuthorization` in older versions.
    DeviceAuthorization,
}

/// What a security scheme sends.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum SchemeKind {
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// `Authorization: Bearer …` (RFC 6750), also for OAuth 2.0 and OpenID Connect.
    Bearer,
    /// A key in a header.
    HeaderKey(String),
    /// A key in the query.
    QueryKey(String),
    /// A key in a cookie.
    CookieKey(String),
    /// `Authorization: <scheme> …` for another HTTP authentication scheme. The caller provides the
    /// rest.
    Authorization(String),
}
