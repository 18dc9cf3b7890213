//! Signing in a device that has no browser or no keyboard (RFC 8628): how a login starts.

pub(crate) mod error;
pub(crate) mod poll;
#[cfg(feature = "qr")]
mod qr;
pub mod standard_flow;
pub(crate) mod user_code;

pub use self::error::DeviceLoginError;
pub use self::poll::DeviceLoginProgress;
#[cfg(feature = "qr")]
pub use self::qr::QrCode;
pub use self::user_code::{UserCode, UserCodeProblem};

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use crate::call::CallOptions;
use crate::client::ClientCore;
use crate::clock::Clock;
use crate::error::{DecodeProblem, Error, InvalidRequestError};
use crate::oauth::client_authentication::{App, ClientAuthentication};
use crate::oauth::device::poll::Pace;
use crate::oauth::device::standard_flow::IssuerFlow;
use crate::oauth::refresh::RefreshingTokens;
use crate::oauth::response::{Members, success, token_answer, unreadable};
use crate::oauth::token_set::TokenSet;
use crate::response::RawResponse;
use crate::retry::RetryPolicy;
use crate::transport::BoxFuture;

/// `grant_type` of the device login (RFC 8628 section 3.4).
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// `grant_type` of a refresh (RFC 6749 section 6).
const REFRESH_TOKEN: &str = "refresh_token";
/// How long a code holds where the server doesn't say, though it must (RFC 8628 section 3.2).
const EXPIRES_IN: Duration = Duration::from_secs(1800);

/// The two operations of a device login. What they call their fields is generated; what the fields
/// are for is known here.
pub trait DeviceFlow: Send + Sync + 'static {
    /// The client that sends the requests.
    fn client(&self) -> &ClientCore;

    /// What the operations have fields for.
    fn takes(&self) -> Takes;

    /// Sends the device authorization request (RFC 8628 section 3.1).
    fn authorize(
        &self,
        request: AuthorizationRequest,
    ) -> BoxFuture<'static, Result<RawResponse, Error>>;

    /// Sends a token request (RFC 8628 section 3.4, RFC 6749 section 6).
    fn token(&self, request: TokenRequest) -> BoxFuture<'static, Result<RawResponse, Error>>;
}

/// What the operations of a device login have fields for.
#[derive(Clone, Copy, Debug)]
pub struct Takes {
    /// Scopes.
    pub scopes: bool,
    /// How many audiences.
    pub audiences: usize,
    /// The app's secret.
    pub client_secret: bool,
    /// A refresh token.
    pub refresh_token: bool,
}

/// What a device authorization request holds.
pub struct AuthorizationRequest {
    /// Who asks.
    pub(crate) app: App,
    /// `client_id`
    pub client_id: String,
    /// `client_secret`, if it goes into a field.
    pub client_secret: Option<String>,
    /// `scope`, in pieces.
    pub scopes: Vec<String>,
    /// `audience`
    pub audiences: Vec<String>,
}

/// What a token request holds.
pub struct TokenRequest {
    /// Who asks.
    pub(crate) app: App,
    /// `grant_type`
    pub grant_type: &'static str,
    /// `client_id`
    pub client_id: String,
    /// `client_secret`, if it goes into a field.
    pub client_secret: Option<String>,
    /// `device_code`
    pub device_code: Option<String>,
    /// `refresh_token`
    pub refresh_token: Option<String>,
}

impl AuthorizationRequest {
    /// What the call has beside its fields.
    pub fn options(&self) -> CallOptions {
        options(&self.app)
    }
}

impl TokenRequest {
    /// What the call has beside its fields.
    pub fn options(&self) -> CallOptions {
        options(&self.app)
    }
}

/// The app's proof in the place of the API's credentials. The request is sent once, as those of
/// `endpoint` are.
fn options(app: &App) -> CallOptions {
    let options = CallOptions::default().retry(RetryPolicy::never());
    match app.header() {
        Some(header) => options.header("Authorization", header.expose_secret()),
        None => options,
    }
}

/// Who logs in, and to what end: set what is optional, then [`start`](Self::start) the login.
#[must_use = "a login does nothing until it is started"]
pub struct DeviceLoginRequest {
    flow: Arc<dyn DeviceFlow>,
    app: App,
    scopes: Vec<String>,
    audiences: Vec<String>,
    clock: Arc<dyn Clock>,
}

impl DeviceLoginRequest {
    /// A login of the app `client_id`.
    #[doc(hidden)]
    pub fn new(flow: impl DeviceFlow, client_id: impl Into<String>) -> Self {
        Self {
            clock: Arc::clone(flow.client().clock()),
            flow: Arc::new(flow),
            app: App::new(client_id),
            scopes: Vec::new(),
            audiences: Vec::new(),
        }
    }

    /// The scopes to ask for. An item may hold several, separated by spaces.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        for scope in scopes {
            let pieces = scope.as_ref().split_ascii_whitespace();
            self.scopes.extend(pieces.map(str::to_owned));
        }
        self
    }

    /// The services that the tokens are meant for.
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences.extend(audiences.into_iter().map(Into::into));
        self
    }

    /// The secret of an app that can keep one.
    pub fn client_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.app.secret = Some(secret.into());
        self
    }

    /// How the app proves who it is. Unless said, its secret goes into the field that the API has
    /// for it, or to an [`issuer`](Self::issuer) in the way that this takes.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.app.authentication = Some(authentication);
        self
    }

    /// Logs in at the authorization server that this URL names, with the standard's own requests,
    /// in place of the API's operations. Where they go, the server tells itself: in its metadata of
    /// RFC 8414 or OpenID Connect Discovery, which must name the same issuer. All of it goes over
    /// `https`; `http` is for servers on this machine.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        let client = self.flow.client().clone();
        self.flow = Arc::new(IssuerFlow::new(client, issuer.into()));
        self
    }

    /// Waits by another clock than the client's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Asks for a device code and a user code.
    ///
    /// # Errors
    ///
    /// The variant for the error with which the server refuses; [`DeviceLoginError::Request`]: the
    /// request has what the operation has no field for, it failed, or the answer has no codes.
    pub async fn start(self) -> Result<DeviceLogin, DeviceLoginError> {
        self.check()?;
        let request = AuthorizationRequest {
            app: self.app.clone(),
            client_id: self.app.id.clone(),
            client_secret: exposed(self.app.field()),
            scopes: self.scopes,
            audiences: self.audiences,
        };
        // The code's time runs from here at the earliest: it can't have expired at the server
        // before it has here.
        let (asked, asked_at) = (self.clock.now(), self.clock.time());
        let response = self.flow.authorize(request).await?;
        let codes = Codes::read(response)?;
        Ok(DeviceLogin {
            deadline: asked + codes.expires_in,
            expires_at: asked_at.checked_add(codes.expires_in),
            next_poll: self.clock.now() + codes.interval,
            codes,
            flow: self.flow,
            app: self.app,
            clock: self.clock,
            progress: None,
        })
    }

    /// Gets new tokens for the refresh token of a set (RFC 6749 section 6). What the answer leaves
    /// out is kept, the refresh token among it. Scopes and audiences aren't sent.
    ///
    /// # Errors
    ///
    /// The variant for the error with which the server refuses, [`DeviceLoginError::InvalidGrant`]
    /// if the refresh token is void; [`DeviceLoginError::Request`]: there is no refresh token, the
    /// request failed, or the answer has no token.
    pub async fn refresh(self, tokens: &TokenSet) -> Result<TokenSet, DeviceLoginError> {
        self.renew(tokens).await
    }

    /// These tokens as a source for [`Client::with_tokens`](crate::client::Client::with_tokens)
    /// that renews them by their refresh token.
    pub fn refreshing(self, tokens: TokenSet) -> RefreshingTokens {
        RefreshingTokens::new(self, tokens)
    }

    pub(crate) async fn renew(&self, tokens: &TokenSet) -> Result<TokenSet, DeviceLoginError> {
        let takes = self.flow.takes();
        self.check_app(takes)?;
        refuse(!takes.refresh_token, "refresh token")?;
        let Some(refresh_token) = tokens.refresh_token() else {
            return Err(
                InvalidRequestError::new("the tokens have no refresh token among them").into(),
            );
        };
        // The new token's time is counted from the question: it ends here no later than it does at
        // the server, though the answer be late or be read late.
        let asked = self.clock.time();
        let request = TokenRequest {
            app: self.app.clone(),
            grant_type: REFRESH_TOKEN,
            client_id: self.app.id.clone(),
            client_secret: exposed(self.app.field()),
            device_code: None,
            refresh_token: Some(refresh_token.expose_secret().to_owned()),
        };
        let response = self.flow.token(request).await?;
        let new = token_answer::<DeviceLoginError>(response, asked)?;
        Ok(new.or_else_of(tokens))
    }

    /// Refuses what would have to be dropped because no operation has a field for it.
    fn check(&self) -> Result<(), InvalidRequestError> {
        let takes = self.flow.takes();
        self.check_app(takes)?;
        refuse(!self.scopes.is_empty() && !takes.scopes, "scope")?;
        let audience = match takes.audiences {
            0 => "audience",
            _ => "second audience",
        };
        refuse(self.audiences.len() > takes.audiences, audience)
    }

    fn check_app(&self, takes: Takes) -> Result<(), InvalidRequestError> {
        self.app.check()?;
        let no_field = self.app.field().is_some() && !takes.client_secret;
        refuse(no_field, "client secret")
    }
}

fn refuse(wrong: bool, what: &str) -> Result<(), InvalidRequestError> {
    if wrong {
        let message = format!("this API's operations for a device login take no {what}");
        return Err(InvalidRequestError::new(message));
    }
    Ok(())
}

fn exposed(secret: Option<&SecretString>) -> Option<String> {
    secret.map(|secret| secret.expose_secret().to_owned())
}

/// What a device authorization answer holds (RFC 8628 section 3.2).
struct Codes {
    device_code: SecretString,
    user_code: UserCode,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    message: Option<String>,
    expires_in: Duration,
    interval: Duration,
}

impl Codes {
    fn read(response: RawResponse) -> Result<Self, DeviceLoginError> {
        let (response, members) = success::<DeviceLoginError>(response)?;
        Self::of(&members).map_err(|problem| unreadable(response, problem).into())
    }

    fn of(members: &Members) -> Result<Self, DecodeProblem> {
        let complete = ["verification_uri_complete", "verification_url_complete"];
        Ok(Self {
            device_code: members.required(&["device_code"])?.into(),
            user_code: UserCode::new(members.required(&["user_code"])?),
            // Google's name is that of an early draft.
            verification_uri: members.required(&["verification_uri", "verification_url"])?,
            verification_uri_complete: complete.iter().find_map(|name| members.text(name)),
            message: members.text("message"),
            expires_in: members.seconds("expires_in").unwrap_or(EXPIRES_IN),
            interval: Pace::interval(members).unwrap_or(Pace::INTERVAL),
        })
    }
}

/// What hears how a login goes on.
type Listener = Box<dyn FnMut(DeviceLoginProgress<'_>) + Send>;

/// A login that has started: show the user where to go and what to enter there, then
/// [`wait`](Self::wait).
#[must_use = "the login goes on only while it is waited for"]
pub struct DeviceLogin {
    codes: Codes,
    pub(crate) flow: Arc<dyn DeviceFlow>,
    app: App,
    pub(crate) clock: Arc<dyn Clock>,
    /// When the code expires.
    pub(crate) deadline: Instant,
    /// The same by the time of day, which goes on while the device sleeps.
    pub(crate) expires_at: Option<SystemTime>,
    /// When the server may be asked first.
    pub(crate) next_poll: Instant,
    /// In a lock, though nobody waits for it: so a login can be shared between threads.
    pub(crate) progress: Option<Mutex<Listener>>,
}

impl DeviceLogin {
    /// The address that the user opens on another device.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        &self.codes.verification_uri
    }

    /// The address with the code in it, for a link or a QR code. Show the code all the same: the
    /// user compares it (RFC 8628 section 3.3.1).
    #[must_use]
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.codes.verification_uri_complete.as_deref()
    }

    /// The code that the user enters there.
    #[must_use]
    pub fn user_code(&self) -> &UserCode {
        &self.codes.user_code
    }

    /// What the server would have the user read, in the user's language; Microsoft sends it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.codes.message.as_deref()
    }

    /// How long the code holds, counted from the request; 30 minutes if the server doesn't say.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.codes.expires_in
    }

    /// How long the client waits between two questions at first; 5 seconds if the server doesn't
    /// say.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.codes.interval
    }

    /// Hears how the login goes on.
    pub fn on_progress(
        mut self,
        hear: impl FnMut(DeviceLoginProgress<'_>) + Send + 'static,
    ) -> Self {
        self.progress = Some(Mutex::new(Box::new(hear)));
        self
    }

    /// The request that asks whether the user has approved.
    pub(crate) fn token_request(&self) -> TokenRequest {
        TokenRequest {
            app: self.app.clone(),
            grant_type: DEVICE_CODE,
            client_id: self.app.id.clone(),
            client_secret: exposed(self.app.field()),
            device_code: Some(self.codes.device_code.expose_secret().to_owned()),
            refresh_token: None,
        }
    }
}

/// Prints neither the device code nor a secret.
impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin")
            .field("verification_uri", &self.codes.verification_uri)
            .field("expires_in", &self.codes.expires_in)
            .field("interval", &self.codes.interval)
            .finish_non_exhaustive()
    }
}

/// Prints neither a secret nor whom the tokens are for.
impl fmt::Debug for DeviceLoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLoginRequest")
            .field("client_id", &self.app.id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
