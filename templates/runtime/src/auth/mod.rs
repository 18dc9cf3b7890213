//! Credentials: which of them a call sends, and how.

mod credential;
mod credentials;

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

pub use self::credential::Credential;
pub(crate) use self::credentials::Credentials;
use crate::client::ClientCore;
use crate::error::{AuthenticationError, InvalidRequestError};
use crate::transport::BoxFuture;

/// A security scheme of the OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// The name in the document.
    pub name: &'static str,
    /// How its credential is sent.
    pub kind: SchemeKind,
    /// The method of `ClientBuilder` that sets the credential.
    pub setter: &'static str,
}

/// How the credential of a security scheme is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// An API key in this header.
    HeaderKey(&'static str),
    /// An API key in this parameter of the query.
    QueryKey(&'static str),
    /// An API key in this cookie.
    CookieKey(&'static str),
    /// `Authorization: <scheme> …`
    Authorization(&'static str),
}

/// The value of `Authorization: Bearer …` (RFC 6750). It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(HeaderValue);

impl Token {
    /// Creates the header value of an access token.
    ///
    /// # Errors
    ///
    /// Fails if the token is empty or has characters that can't be sent.
    pub fn bearer(token: &SecretString) -> Result<Self, InvalidRequestError> {
        let refuse = |why: &str| InvalidRequestError::new(format!("the access token {why}"));
        let token = token.expose_secret();
        if token.is_empty() {
            return Err(refuse("is empty"));
        }
        if token.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(refuse("has a space or a line break in it"));
        }
        let mut value = HeaderValue::from_bytes(format!("Bearer {token}").as_bytes())
            .map_err(|_| refuse("has a character that HTTP doesn't allow"))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// Returns the value of the header.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// A source of access tokens that expire and are replaced.
pub trait Tokens: Send + Sync + 'static {
    /// Returns a token that is valid as far as is known; requests one if there is none.
    fn token(&self) -> BoxFuture<'_, Result<Token, AuthenticationError>>;

    /// Reports whether the server accepted a token. After a refusal, [`token`](Self::token) returns
    /// another one if it can obtain one.
    fn answered(&self, token: &Token, refused: bool);
}

/// A grant for which an authorization server issues access tokens.
pub trait Grant: Send + Sync + 'static {
    /// Returns the tokens, which are requested with `client`. That client has no credentials.
    ///
    /// # Errors
    ///
    /// Fails if the grant can never be used.
    fn begin(&self, client: &ClientCore) -> Result<Arc<dyn Tokens>, InvalidRequestError>;
}

/// Returns whether a header carries credentials, so that its value must not be printed.
#[must_use]
pub(crate) fn is_sensitive(name: &HeaderName, schemes: &[Scheme]) -> bool {
    matches!(
        name.as_str(),
        "authorization"
            | "proxy-authorization"
            | "cookie"
            | "set-cookie"
            | "api-key"
            | "x-api-key"
            | "x-auth-token"
    ) || schemes.iter().any(|scheme| match scheme.kind {
        SchemeKind::HeaderKey(key) => name.as_str().eq_ignore_ascii_case(key),
        _ => false,
    })
}
