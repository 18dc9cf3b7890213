//! A device login that has started: what to show the user.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use crate::clock::{Clock, Instant};
use crate::error::DecodeProblem;
use crate::oauth::client_authentication::App;
use crate::oauth::device::error::DeviceLoginError;
use crate::oauth::device::flow::DeviceFlow;
use crate::oauth::device::poll::{DeviceLoginProgress, PollInterval};
use crate::oauth::device::user_code::UserCode;
use crate::oauth::login_flow::TokenRequest;
use crate::oauth::response::{Properties, decode_error, read_success};
use crate::response::RawResponse;
use crate::retry::RetryPolicy;

/// The `grant_type` of a device login (RFC 8628 section 3.4).
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How long a code is valid if the server doesn't say so, although it must (RFC 8628 section 3.2).
const DEFAULT_EXPIRES_IN: Duration = Duration::from_secs(1800);

/// The response to a device authorization request (RFC 8628 section 3.2).
#[derive(Clone)]
pub(crate) struct AuthorizationResponse {
    pub(crate) device_code: SecretString,
    pub(crate) user_code: UserCode,
    pub(crate) verification_uri: String,
    pub(crate) verification_uri_complete: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) expires_in: Duration,
    pub(crate) interval: Duration,
}

impl AuthorizationResponse {
    pub(crate) fn read(response: RawResponse) -> Result<Self, DeviceLoginError> {
        let (response, properties) = read_success::<DeviceLoginError>(response)?;
        Self::of(&properties).map_err(|problem| decode_error(response, problem).into())
    }

    pub(crate) fn of(properties: &Properties) -> Result<Self, DecodeProblem> {
        let complete = ["verification_uri_complete", "verification_url_complete"];
        Ok(Self {
            device_code: properties.required(&["device_code"])?.into(),
            user_code: UserCode::new(properties.required(&["user_code"])?),
            // Google uses the name of an early draft.
            verification_uri: properties.required(&["verification_uri", "verification_url"])?,
            verification_uri_complete: complete.iter().find_map(|name| properties.string(name)),
            message: properties.string("message"),
            expires_in: properties
                .seconds("expires_in")
                .unwrap_or(DEFAULT_EXPIRES_IN),
            interval: PollInterval::from_response(properties).unwrap_or(PollInterval::DEFAULT),
        })
    }
}

/// A callback that receives the progress of a login.
type ProgressCallback = Box<dyn FnMut(DeviceLoginProgress<'_>) + Send>;

/// A device login that has started.
///
/// Show the user the verification URI and the user code, then [`wait`](Self::wait) for the
/// approval.
#[must_use = "a login doesn't continue unless `wait` is called"]
pub struct DeviceLogin {
    pub(crate) response: AuthorizationResponse,
    pub(crate) flow: Arc<dyn DeviceFlow>,
    pub(crate) app: App,
    /// Whether the scopes ask for an ID token.
    pub(crate) asks_for_id_token: bool,
    pub(crate) clock: Arc<dyn Clock>,
    /// When the code expires.
    pub(crate) deadline: Instant,
    /// When the code expires, by the time of day, which continues while the device sleeps.
    pub(crate) expires_at: Option<SystemTime>,
    /// When the server may be polled next.
    pub(crate) next_poll: Instant,
    /// The callback. The mutex is never contended; it makes the login `Sync`.
    pub(crate) progress: Option<Mutex<ProgressCallback>>,
}

impl DeviceLogin {
    /// Returns the URI that the user opens on another device.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        &self.response.verification_uri
    }

    /// Returns the verification URI with the user code in it, for a link or a QR code.
    ///
    /// Show the user code as well: the user compares it (RFC 8628 section 3.3.1).
    #[must_use]
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.response.verification_uri_complete.as_deref()
    }

    /// Returns the code that the user enters at the verification URI.
    #[must_use]
    pub fn user_code(&self) -> &UserCode {
        &self.response.user_code
    }

    /// Returns the server's instructions in the user's language, if it sent any. Microsoft does.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.response.message.as_deref()
    }

    /// Returns how long the code is valid, counted from the request. Defaults to 30 minutes if the
    /// server doesn't say so.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.response.expires_in
    }

    /// Returns the initial interval between two polls. Defaults to 5 seconds if the server doesn't
    /// say so.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.response.interval
    }

    /// Registers a callback that receives the progress of the login after each poll.
    pub fn on_progress(
        mut self,
        callback: impl FnMut(DeviceLoginProgress<'_>) + Send + 'static,
    ) -> Self {
        self.progress = Some(Mutex::new(Box::new(callback)));
        self
    }

    /// Returns the request that polls for the approval.
    pub(crate) fn token_request(&self) -> TokenRequest {
        // The login polls again by itself.
        let mut request = TokenRequest::new(&self.app, DEVICE_CODE, RetryPolicy::never());
        request.device_code = Some(self.response.device_code.expose_secret().to_owned());
        request
    }
}

/// Prints neither the device code nor a secret.
impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin")
            .field("verification_uri", &self.response.verification_uri)
            .field("expires_in", &self.response.expires_in)
            .field("interval", &self.response.interval)
            .finish_non_exhaustive()
    }
}
