//! The two requests of a device login, which generated code sends.

use crate::call::CallOptions;
use crate::oauth::client_authentication::App;
use crate::oauth::login_flow::{LoginFlow, options};
use crate::response::{RawResponse, ResponseFuture};
use crate::retry::RetryPolicy;

/// The two requests of a device login.
///
/// Generated code implements this with the operations and field names of a document.
pub trait DeviceFlow: LoginFlow {
    /// Sends the device authorization request (RFC 8628 section 3.1).
    fn authorize(&self, request: AuthorizationRequest) -> ResponseFuture<RawResponse>;
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

impl AuthorizationRequest {
    /// Returns the options of the call: its `Authorization` header and its retry policy.
    pub fn options(&self) -> CallOptions {
        options(&self.app, &self.retry)
    }
}
