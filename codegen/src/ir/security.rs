//! Servers and security schemes.

use serde::Serialize;

use crate::pointer::Pointer;

/// A base URL.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Server {
    /// The URL, perhaps with `{variables}`, perhaps relative to where the document was found.
    pub url: String,
    /// `description`
    pub description: Option<String>,
    /// Its variables.
    pub variables: Vec<ServerVariable>,
}

/// A variable of a server's URL.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// The value used unless the caller sets one.
    pub default: String,
    /// The values that the document allows; empty for any.
    pub allowed: Vec<String>,
    /// `description`
    pub description: Option<String>,
}

/// Index of a [`Scheme`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemeId(pub usize);

/// A security scheme.
#[derive(Clone, Debug, Serialize)]
pub struct Scheme {
    /// Where it stands.
    pub pointer: Pointer,
    /// Its key in `components.securitySchemes`.
    pub name: String,
    /// `description`
    pub description: Option<String>,
    /// What it puts on the wire.
    pub kind: SchemeKind,
    /// How its tokens are got (`flows` of OAuth 2.0), in OpenAPI's order; none for other types.
    pub flows: Vec<Flow>,
    /// Where OpenID Connect tells how (`openIdConnectUrl`).
    pub open_id_connect_url: Option<String>,
}

/// A way to get tokens (OpenAPI: OAuth Flow Object). URLs are as the document writes them, perhaps
/// relative to the server; one that the document leaves empty is `None`.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Flow {
    /// Where it stands.
    pub pointer: Pointer,
    /// Which it is.
    pub kind: FlowKind,
    /// `authorizationUrl`
    pub authorization_url: Option<String>,
    /// `deviceAuthorizationUrl`
    pub device_authorization_url: Option<String>,
    /// `tokenUrl`
    pub token_url: Option<String>,
    /// `refreshUrl`
    pub refresh_url: Option<String>,
    /// `scopes`: name and description.
    pub scopes: Vec<(String, String)>,
}

/// Which flow of OAuth 2.0.
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
    /// `deviceAuthorization` of OpenAPI 3.2 (RFC 8628), `x-deviceAuthorization` before.
    DeviceAuthorization,
}

/// What a security scheme puts on the wire.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub enum SchemeKind {
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// `Authorization: Bearer …` (RFC 6750); also OAuth 2.0 and OpenID Connect, whose tokens travel so.
    Bearer,
    /// A key in a header.
    HeaderKey(String),
    /// A key in the query.
    QueryKey(String),
    /// A key in a cookie.
    CookieKey(String),
    /// `Authorization: <scheme> …`, for another scheme of HTTP's registry: the caller gives the rest.
    Authorization(String),
}
