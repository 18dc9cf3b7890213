//! A device login that another process continues.

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use secrecy::ExposeSecret;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use crate::error::InvalidRequestError;
use crate::oauth::device::error::DeviceLoginError;
use crate::oauth::device::login::{AuthorizationResponse, DeviceLogin};
use crate::oauth::device::request::DeviceLoginRequest;
use crate::oauth::token_set::{read_stored, rfc_3339};

/// The names of the properties that `AuthorizationResponse` doesn't have.
const SERVER: &str = "server";
const CLIENT_ID: &str = "client_id";
const EXPIRES_AT: &str = "expires_at";
const ASKS_FOR_ID_TOKEN: &str = "asks_for_id_token";

/// A serializable form of a [`DeviceLogin`], **with the device code in plain text**.
///
/// With it, another process can continue the login: one shows the code and ends, the other waits for
/// the approval.
///
/// Created by [`DeviceLogin::to_pending`], and continued by [`DeviceLoginRequest::resume`].
///
/// serde writes a map of strings, with the property names of RFC 8628 and the expiry time in RFC
/// 3339. Store it where only its owner can read it: whoever has the device code obtains the tokens.
/// Unknown properties are ignored when a login is read.
///
/// ```
/// # async fn example(
/// #     login: impl Fn() -> wiretrue::oauth::DeviceLoginRequest,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use wiretrue::oauth::PendingDeviceLogin;
///
/// // The first process
/// let started = login().start().await?;
/// println!("Visit {} and enter {}", started.verification_uri(), started.user_code());
/// let json = serde_json::to_string(&started.to_pending())?;
///
/// // The second process
/// let pending: PendingDeviceLogin = serde_json::from_str(&json)?;
/// let tokens = login().resume(pending)?.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PendingDeviceLogin {
    server: String,
    client_id: String,
    expires_at: SystemTime,
    asks_for_id_token: bool,
    response: AuthorizationResponse,
}

impl PendingDeviceLogin {
    /// Returns when the code expires.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}

impl DeviceLogin {
    /// Returns this login in a form that another process can continue.
    ///
    /// Only one process should wait for the approval: the server issues the tokens once.
    #[must_use]
    pub fn to_pending(&self) -> PendingDeviceLogin {
        PendingDeviceLogin {
            server: self.flow.server_url(),
            client_id: self.app.id.clone(),
            // A time that no clock can tell has no form in text either.
            expires_at: self.expires_at.unwrap_or_else(|| self.clock.time()),
            asks_for_id_token: self.asks_for_id_token,
            response: self.response.clone(),
        }
    }
}

impl DeviceLoginRequest {
    /// Continues a login that another process has started with the same settings: client ID, client
    /// secret, client authentication, and issuer. Sends nothing. Scopes and audiences have no
    /// effect.
    ///
    /// The first poll follows after the interval of the server, since the other process may just
    /// have polled.
    ///
    /// # Errors
    ///
    /// Returns [`DeviceLoginError::ExpiredToken`] if the code has expired. Returns
    /// [`DeviceLoginError::Request`] if the login was started by another app or at another server.
    pub fn resume(self, pending: PendingDeviceLogin) -> Result<DeviceLogin, DeviceLoginError> {
        let server = self.flow.server_url();
        let differs = match &pending {
            it if it.server != server => Some(("at the server", &it.server, &server)),
            it if it.client_id != self.app.id => Some(("by the app", &it.client_id, &self.app.id)),
            _ => None,
        };
        if let Some((what, stored, configured)) = differs {
            return Err(InvalidRequestError::new(format!(
                "the login was started {what} {stored:?}, not {configured:?}"
            ))
            .into());
        }
        let (now, time) = (self.clock.now(), self.clock.time());
        let left = pending.expires_at.duration_since(time).unwrap_or_default();
        let deadline = now.checked_add(left).filter(|_| !left.is_zero());
        let deadline = deadline.ok_or(DeviceLoginError::ExpiredToken)?;
        Ok(DeviceLogin {
            deadline,
            expires_at: Some(pending.expires_at),
            next_poll: now + pending.response.interval,
            response: AuthorizationResponse {
                expires_in: left,
                ..pending.response
            },
            flow: self.flow,
            app: self.app,
            asks_for_id_token: pending.asks_for_id_token,
            clock: self.clock,
            progress: None,
        })
    }
}

impl Serialize for PendingDeviceLogin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let response = &self.response;
        let some = |text: &str| Some(text.to_owned());
        let properties = [
            (SERVER, some(&self.server)),
            (CLIENT_ID, some(&self.client_id)),
            (EXPIRES_AT, rfc_3339(self.expires_at)),
            (
                ASKS_FOR_ID_TOKEN,
                self.asks_for_id_token.then(|| "true".to_owned()),
            ),
            ("device_code", some(response.device_code.expose_secret())),
            ("user_code", some(response.user_code.as_str())),
            ("verification_uri", some(&response.verification_uri)),
            (
                "verification_uri_complete",
                response.verification_uri_complete.clone(),
            ),
            ("message", response.message.clone()),
            ("interval", some(&response.interval.as_secs().to_string())),
        ];
        let present: BTreeMap<_, _> = properties
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)))
            .collect();
        present.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PendingDeviceLogin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let properties = read_stored(deserializer)?;
        // Errors must not be about values: one of them is a secret.
        let missing = |name| D::Error::custom(format_args!("missing property `{name}`"));
        let required = |name| properties.string(name).ok_or_else(|| missing(name));
        let expires_at = properties.instant(EXPIRES_AT);
        Ok(Self {
            server: required(SERVER)?,
            client_id: required(CLIENT_ID)?,
            expires_at: expires_at.ok_or_else(|| missing(EXPIRES_AT))?,
            asks_for_id_token: properties.string(ASKS_FOR_ID_TOKEN).is_some(),
            response: AuthorizationResponse::of(&properties)
                .map_err(|_| missing("device_code`, `user_code` or `verification_uri"))?,
        })
    }
}

/// Prints neither the device code nor the user code.
impl fmt::Debug for PendingDeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingDeviceLogin")
            .field("server", &self.server)
            .field("client_id", &self.client_id)
            .field("verification_uri", &self.response.verification_uri)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
