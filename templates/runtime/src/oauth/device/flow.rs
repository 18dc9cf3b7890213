//! The two requests of a device login, which generated code sends.

use secrecy::ExposeSecret;

use crate::call::CallOptions;
use crate::client::ClientCore;
use crate::oauth::client_authentication::App;
use crate::response::{RawResponse, ResponseFuture};
use crate::retry::RetryPolicy;

/// The two requests of a device login. Generated code implements this with the operations and field
/// names of a document.
pub trait DeviceFlow: Send + Sync + 'static {
    /// Returns the client that sends the requests.
    fn client(&self) -> &ClientCore;

    /// Returns which optional fields the operations have.
    fn supported_fields(&self) -> SupportedFields;

    /// Sends the device authorization request (RFC 8628 section 3.1).
    fn authorize(&self, request: AuthorizationRequest) -> ResponseFuture<RawResponse>;

    /// Sends a token request (RFC 8628 section 3.4, RFC 6749 section 6).
    fn token(&self, request: TokenRequest) -> ResponseFuture<RawResponse>;
}

/// The optional fields that the operations of a device login have.
#[derive(Clone, Copy, Debug)]
pub struct SupportedFields {
    /// Whether there is a field for scopes.
    pub scopes: bool,
    /// How many audiences can be sent.
    pub max_audiences: usize,
    /// Whether there is a field for the client secret.
    pub client_secret: bool,
    /// Whether there is a field for the refresh token.
    pub refresh_token: bool,
}

/// The fields of a device authorization request.
pub struct AuthorizationRequest {
    /// The app that logs in.
    pub(crate) app: App,
    /// Which failures are retried.
    pub(crate) retry: RetryPolicy,
    /// `client_id`, for an operation that requires it.
    pub client_id: String,
    /// `client_id`, for an operation where it is optional; `None` if it is sent in a header only.
    pub optional_client_id: Option<String>,
    /// `client_secret`, if it is sent as a field.
    pub client_secret: Option<String>,
    /// `scope`, split at spaces.
    pub scopes: Vec<String>,
    /// `audience`
    pub audiences: Vec<String>,
}

/// The fields of a token request.
pub struct TokenRequest {
    /// The app that logs in.
    pub(crate) app: App,
    /// Which failures are retried.
    pub(crate) retry: RetryPolicy,
    /// `grant_type`
    pub grant_type: &'static str,
    /// `client_id`, for an operation that requires it.
    pub client_id: String,
    /// `client_id`, for an operation where it is optional; `None` if it is sent in a header only.
    pub optional_client_id: Option<String>,
    /// `client_secret`, if it is sent as a field.
    pub client_secret: Option<String>,
    /// `device_code`
    pub device_code: Option<String>,
    /// `refresh_token`
    pub refresh_token: Option<String>,
}

impl AuthorizationRequest {
    /// Returns the options of the call: its `Authorization` header and its retry policy.
    pub fn options(&self) -> CallOptions {
        options(&self.app, &self.retry)
    }
}

impl TokenRequest {
    /// Returns the options of the call: its `Authorization` header and its retry policy.
    pub fn options(&self) -> CallOptions {
        options(&self.app, &self.retry)
    }
}

/// Sends the client authentication in place of the API's credentials.
fn options(app: &App, retry: &RetryPolicy) -> CallOptions {
    let options = CallOptions::default().retry(retry.clone());
    match app.basic_header() {
        Some(header) => options.header("Authorization", header.expose_secret()),
        None => options,
    }
}
