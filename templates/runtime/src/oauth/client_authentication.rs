//! How an app authenticates to an authorization server (RFC 6749 section 2.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::error::InvalidRequestError;
use crate::wire::style::Escape;

/// How an app authenticates to an authorization server (RFC 6749 section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// Sends the client ID and the client secret as `Authorization: Basic …`, each form-encoded
    /// first (section 2.3.1), and neither of them in the body. Metadata calls this
    /// `client_secret_basic`.
    Basic,
    /// Sends the client ID in the body as well as in the header of [`Basic`](Self::Basic), for
    /// servers that ask for it there although the standard doesn't.
    BasicWithClientId,
    /// Sends the client ID and the client secret as fields of the body. Metadata calls this
    /// `client_secret_post`.
    Post,
    /// Sends the client ID only, for a public app that can't keep a secret.
    None,
}

/// The identity of an app at an authorization server.
#[derive(Clone)]
pub(crate) struct App {
    /// `client_id`
    pub(crate) id: String,
    /// `client_secret`
    pub(crate) secret: Option<SecretString>,
    /// How the app authenticates; `None` if the user didn't set it.
    pub(crate) authentication: Option<ClientAuthentication>,
}

impl App {
    /// Creates an app that has a client ID only.
    #[must_use]
    pub(crate) fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: None,
            authentication: None,
        }
    }

    /// Sets how the app authenticates, if it has a secret and the user didn't set the method.
    #[must_use]
    pub(crate) fn with_default_authentication(
        mut self,
        authentication: ClientAuthentication,
    ) -> Self {
        if self.secret.is_some() {
            self.authentication.get_or_insert(authentication);
        }
        self
    }

    /// Checks that the secret and the method of authentication fit together.
    ///
    /// # Errors
    ///
    /// Returns an error if there is a secret and no way to send it, or a way to send it and no
    /// secret.
    pub(crate) fn validate(&self) -> Result<(), InvalidRequestError> {
        let reject = |why: &str| Err(InvalidRequestError::new(why));
        match (self.authentication, &self.secret) {
            (Some(ClientAuthentication::None), Some(_)) => {
                reject("a client secret is set, but `ClientAuthentication::None` doesn't send it")
            }
            (Some(ClientAuthentication::None) | None, _) | (Some(_), Some(_)) => Ok(()),
            (Some(_), None) => reject("this client authentication requires a client secret"),
        }
    }

    /// Returns the client ID if it is sent as a field of the body.
    #[must_use]
    pub(crate) fn body_id(&self) -> Option<&str> {
        let in_header = self.authentication == Some(ClientAuthentication::Basic);
        (!in_header).then_some(self.id.as_str())
    }

    /// Returns the secret if it is sent as a field of the body.
    #[must_use]
    pub(crate) fn body_secret(&self) -> Option<&SecretString> {
        self.secret.as_ref().filter(|_| !self.uses_header())
    }

    fn uses_header(&self) -> bool {
        matches!(
            self.authentication,
            Some(ClientAuthentication::Basic | ClientAuthentication::BasicWithClientId)
        )
    }

    /// Returns the value of the `Authorization` header if the secret is sent there.
    #[must_use]
    pub(crate) fn basic_header(&self) -> Option<SecretString> {
        let secret = self.secret.as_ref().filter(|_| self.uses_header())?;
        let mut pair = String::new();
        Escape::Form.push(&self.id, &mut pair);
        pair.push(':');
        Escape::Form.push(secret.expose_secret(), &mut pair);
        Some(format!("Basic {}", STANDARD.encode(pair)).into())
    }
}
