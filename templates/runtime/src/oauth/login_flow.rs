//! The token request of a login, and the endpoints around it.

use secrecy::ExposeSecret;

use crate::call::CallOptions;
use crate::client::ClientCore;
use crate::error::Error;
use crate::oauth::client_authentication::{App, ClientAuthentication};
use crate::oauth::discovery::AuthorizationServer;
use crate::response::{RawResponse, ResponseFuture};
use crate::retry::RetryPolicy;
use crate::transport::BoxFuture;

/// The token requests of a login.
///
/// Generated code implements this with the operations and field names of a document.
pub trait LoginFlow: Send + Sync + 'static {
    /// Returns the client that sends the requests.
    fn client(&self) -> &ClientCore;

    /// Returns the URL by which a login in progress names its server: the base URL of the API, or the
    /// issuer.
    fn server_url(&self) -> String {
        self.client().shared.base_url.without_query().to_owned()
    }

    /// Returns which optional fields the operations have.
    fn supported_fields(&self) -> SupportedFields;

    /// Sends a token request (RFC 6749 sections 4.1.3 and 6, RFC 8628 section 3.4).
    fn token(&self, request: TokenRequest) -> ResponseFuture<RawResponse>;

    /// Returns the other endpoints of the authorization server. The operations of a document tell
    /// nothing of them.
    fn server(&self) -> BoxFuture<'_, Result<AuthorizationServer, Error>> {
        Box::pin(async { Ok(AuthorizationServer::default()) })
    }
}

/// The optional fields that the operations of a login have.
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
    /// Whether there are fields for the authorization code and its verifier.
    pub authorization_code: bool,
}

impl SupportedFields {
    /// The fields of the requests that the standards define.
    pub(crate) const STANDARD: Self = Self {
        scopes: true,
        max_audiences: usize::MAX,
        client_secret: true,
        refresh_token: true,
        authorization_code: true,
    };
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
    /// `code`
    pub code: Option<String>,
    /// `code_verifier` (RFC 7636 section 4.5)
    pub code_verifier: Option<String>,
    /// `redirect_uri`
    pub redirect_uri: Option<String>,
}

impl TokenRequest {
    /// Creates a request without the fields of a grant.
    pub(crate) fn new(app: &App, grant_type: &'static str, retry: RetryPolicy) -> Self {
        let secret = app.body_secret();
        Self {
            retry,
            grant_type,
            client_id: app.id.clone(),
            optional_client_id: app.body_id().map(str::to_owned),
            client_secret: secret.map(|secret| secret.expose_secret().to_owned()),
            device_code: None,
            refresh_token: None,
            code: None,
            code_verifier: None,
            redirect_uri: None,
            app: app.clone(),
        }
    }

    /// Sets how the app authenticates, if it has a secret and the user didn't set the method.
    pub(crate) fn authenticate_by(&mut self, authentication: ClientAuthentication) {
        let app = self.app.clone();
        self.app = app.with_default_authentication(authentication);
    }

    /// Returns the options of the call: its `Authorization` header and its retry policy.
    pub fn options(&self) -> CallOptions {
        options(&self.app, &self.retry)
    }

    /// Returns the fields of the standards that are set, apart from those of the app.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &str)> {
        let optional = [
            ("device_code", &self.device_code),
            ("refresh_token", &self.refresh_token),
            ("code", &self.code),
            ("code_verifier", &self.code_verifier),
            ("redirect_uri", &self.redirect_uri),
        ];
        let set = optional.into_iter();
        let set = set.filter_map(|(name, value)| Some((name, value.as_deref()?)));
        [("grant_type", self.grant_type)]
            .into_iter()
            .chain(set)
            .collect()
    }
}

/// Sends the client authentication in place of the API's credentials.
pub(crate) fn options(app: &App, retry: &RetryPolicy) -> CallOptions {
    let options = CallOptions::default().retry(retry.clone());
    match app.basic_header() {
        Some(header) => options.header("Authorization", header.expose_secret()),
        None => options,
    }
}
