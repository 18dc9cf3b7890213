//! Who asks an authorization server, and how that is proved (RFC 6749 section 2.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::error::InvalidRequestError;
use crate::wire::style::Escape;

/// How an app proves to an authorization server who it is (RFC 6749 section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// `Authorization: Basic …` of identifier and secret, each encoded like a field of a form
    /// before (section 2.3.1); `client_secret_basic` in metadata.
    Basic,
    /// The secret in a field of the body; `client_secret_post` in metadata.
    Post,
    /// Not at all: an app that can't keep a secret says who it is.
    None,
}

/// An app at an authorization server.
#[derive(Clone)]
pub(crate) struct App {
    /// `client_id`
    pub(crate) id: String,
    /// `client_secret`
    pub(crate) secret: Option<SecretString>,
    /// How it proves who it is, if that was said.
    pub(crate) authentication: Option<ClientAuthentication>,
}

impl App {
    /// An app of which nothing else is known.
    #[must_use]
    pub(crate) fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: None,
            authentication: None,
        }
    }

    /// The same; if it has a secret, it proves who it is in this way unless another was said.
    #[must_use]
    pub(crate) fn or_with_secret(mut self, authentication: ClientAuthentication) -> Self {
        if self.secret.is_some() {
            self.authentication.get_or_insert(authentication);
        }
        self
    }

    /// Refuses a secret without a way to send it, and a way to send it without a secret.
    ///
    /// # Errors
    ///
    /// What doesn't go together.
    pub(crate) fn check(&self) -> Result<(), InvalidRequestError> {
        let refuse = |why: &str| Err(InvalidRequestError::new(why));
        match (self.authentication, &self.secret) {
            (Some(ClientAuthentication::Basic | ClientAuthentication::Post), None) => {
                refuse("client authentication needs a client secret")
            }
            (Some(ClientAuthentication::None), Some(_)) => {
                refuse("there is a client secret, and client authentication is to do without")
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    /// The secret, if it goes into a field.
    #[must_use]
    pub(crate) fn field(&self) -> Option<&SecretString> {
        let basic = self.authentication == Some(ClientAuthentication::Basic);
        self.secret.as_ref().filter(|_| !basic)
    }

    /// The value of the `Authorization` header, if the secret goes there.
    #[must_use]
    pub(crate) fn header(&self) -> Option<SecretString> {
        let basic = self.authentication == Some(ClientAuthentication::Basic);
        let secret = self.secret.as_ref().filter(|_| basic)?;
        let mut pair = String::new();
        Escape::Form.push(&self.id, &mut pair);
        pair.push(':');
        Escape::Form.push(secret.expose_secret(), &mut pair);
        Some(format!("Basic {}", STANDARD.encode(pair)).into())
    }
}
