//! The device login (RFC 8628): its operations, and the roles of their inputs.
//!
//! The options name the operations. If they don't, the operations at the URLs of a security scheme's
//! device authorization flow are used. If no operation has such a URL, the client sends the request of
//! the RFC to it.

mod flow;
mod resolver;

pub(crate) use self::flow::reference;
pub use self::resolver::resolve;
use crate::ir::{Input, InputId, InputKind, Operation, OperationId};
use crate::options::DeviceLoginOptions;

/// The role of an input in a device login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The client identifier.
    ClientId,
    /// The client secret.
    ClientSecret,
    /// The requested scopes.
    Scope,
    /// The services that the tokens are for.
    Audience,
    /// The grant type.
    GrantType,
    /// The device code.
    DeviceCode,
    /// The refresh token.
    RefreshToken,
    /// The authorization code (RFC 6749 section 4.1.3).
    Code,
    /// The verifier of the authorization code (RFC 7636 section 4.5).
    CodeVerifier,
    /// The redirect URI.
    RedirectUri,
}

impl Role {
    /// Returns the key of the options that names the input with this role.
    pub fn key(self) -> &'static str {
        match self {
            Role::ClientId => "client-id",
            Role::ClientSecret => "client-secret",
            Role::Scope => "scope",
            Role::Audience => "audience",
            Role::GrantType => "grant-type",
            Role::DeviceCode => "device-code",
            Role::RefreshToken => "refresh-token",
            Role::Code => "code",
            Role::CodeVerifier => "code-verifier",
            Role::RedirectUri => "redirect-uri",
        }
    }

    /// Returns the parameter name in the standards (RFC 6749, RFC 8628, RFC 8693).
    fn standard(self) -> &'static str {
        match self {
            Role::ClientId => "client_id",
            Role::ClientSecret => "client_secret",
            Role::Scope => "scope",
            Role::Audience => "audience",
            Role::GrantType => "grant_type",
            Role::DeviceCode => "device_code",
            Role::RefreshToken => "refresh_token",
            Role::Code => "code",
            Role::CodeVerifier => "code_verifier",
            Role::RedirectUri => "redirect_uri",
        }
    }

    fn named(self, options: &DeviceLoginOptions) -> Option<&str> {
        match self {
            Role::ClientId => options.client_id.as_deref(),
            Role::ClientSecret => options.client_secret.as_deref(),
            Role::Scope => options.scope.as_deref(),
            Role::Audience => options.audience.as_deref(),
            Role::GrantType => options.grant_type.as_deref(),
            Role::DeviceCode => options.device_code.as_deref(),
            Role::RefreshToken => options.refresh_token.as_deref(),
            Role::Code => options.code.as_deref(),
            Role::CodeVerifier => options.code_verifier.as_deref(),
            Role::RedirectUri => options.redirect_uri.as_deref(),
        }
    }

    /// Returns whether the role is only that of a sign-in with a browser.
    fn is_of_browser(self) -> bool {
        matches!(self, Role::Code | Role::CodeVerifier | Role::RedirectUri)
    }

    fn may_be_list(self) -> bool {
        matches!(self, Role::Scope | Role::Audience)
    }
}

/// An input and its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleInput {
    /// The role.
    pub role: Role,
    /// The input.
    pub input: InputId,
    /// Whether the input is a list of strings rather than a string.
    pub list: bool,
}

/// A request of a device login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRequest {
    /// The operation.
    pub operation: OperationId,
    /// The inputs with a role, in the operation's order.
    pub assigned: Vec<RoleInput>,
}

impl OperationRequest {
    /// Returns the input with a role.
    pub fn input(&self, role: Role) -> Option<RoleInput> {
        self.assigned.iter().copied().find(|it| it.role == role)
    }
}

/// How a request of a device login is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginRequest {
    /// With an operation of the document.
    Operation(OperationRequest),
    /// As the RFC specifies, to this URL. It is resolved against the client's base URL with a slash
    /// appended.
    Standard(String),
}

impl LoginRequest {
    /// Returns the request, if an operation sends it.
    pub fn operation(&self) -> Option<&OperationRequest> {
        match self {
            LoginRequest::Operation(request) => Some(request),
            LoginRequest::Standard(_) => None,
        }
    }
}

/// A device login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLogin {
    /// The device authorization request.
    pub authorization: LoginRequest,
    /// The token request.
    pub token: LoginRequest,
}

impl DeviceLogin {
    /// Returns the operations that send the requests.
    pub fn operations(&self) -> Vec<OperationId> {
        let steps = [&self.authorization, &self.token];
        let requests = steps.into_iter().filter_map(LoginRequest::operation);
        requests.map(|request| request.operation).collect()
    }
}

/// Returns the inputs of an operation that a login can set: parameters and form fields.
pub fn inputs(operation: &Operation) -> impl Iterator<Item = (InputId, &Input)> {
    operation.inputs().filter_map(|it| match it.kind {
        InputKind::Path(input)
        | InputKind::Query(input)
        | InputKind::Header(input)
        | InputKind::Cookie(input)
        | InputKind::Form(input) => Some((it.id, input)),
        InputKind::Part(_)
        | InputKind::Additional(_)
        | InputKind::Body(_)
        | InputKind::MediaType(_) => None,
    })
}
