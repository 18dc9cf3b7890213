//! The credential for one security scheme, and how it is encoded.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::{Grant, Scheme, SchemeKind, Tokens};
use crate::error::InvalidRequestError;
use crate::request::encoder::{Encoder, push_item, push_pair};
use crate::wire::style::Escape;

/// The credential for a security scheme. It is never printed.
#[derive(Clone)]
pub struct Credential(pub(super) Secret);

#[derive(Clone)]
pub(super) enum Secret {
    Basic {
        username: String,
        password: SecretString,
    },
    Bearer(SecretString),
    Key(SecretString),
    Grant(Arc<dyn Grant>),
    Tokens(Arc<dyn Tokens>),
}

impl Credential {
    /// Creates a credential of a user name and a password (RFC 7617).
    #[must_use]
    pub fn basic(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self(Secret::Basic {
            username: username.into(),
            password: password.into(),
        })
    }

    /// Creates a credential of a bearer token (RFC 6750).
    #[must_use]
    pub fn bearer(token: impl Into<SecretString>) -> Self {
        Self(Secret::Bearer(token.into()))
    }

    /// Creates a credential of an API key, or of what follows the name of another HTTP authentication
    /// scheme.
    #[must_use]
    pub fn key(key: impl Into<SecretString>) -> Self {
        Self(Secret::Key(key.into()))
    }

    /// Creates a credential of tokens that are requested with the client itself.
    #[doc(hidden)]
    #[must_use]
    pub fn grant(grant: impl Grant) -> Self {
        Self(Secret::Grant(Arc::new(grant)))
    }

    /// Returns how the credential is sent for a scheme; `None` if each attempt at a call gets a token.
    ///
    /// # Errors
    ///
    /// Fails if the credential is empty, of another kind than the scheme takes, or has characters
    /// that can't be sent.
    pub(super) fn encode(
        &self,
        scheme: &Scheme,
    ) -> Result<Option<EncodedCredential>, InvalidRequestError> {
        if matches!(self.0, Secret::Grant(_) | Secret::Tokens(_)) {
            return Ok(None);
        }
        let text = self.text(scheme)?;
        let refuse = |why: &str| {
            InvalidRequestError::new(format!(
                "the credential for `{}` can't be sent: {why}",
                scheme.name
            ))
        };
        let header = match scheme.kind {
            SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Authorization(_) => AUTHORIZATION,
            SchemeKind::HeaderKey(name) => HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| refuse("the document gives no header name"))?,
            SchemeKind::QueryKey(name) => {
                let mut pair = String::new();
                push_pair(&mut pair, "&", &escaped(name), &escaped(&text));
                return Ok(Some(EncodedCredential::Query(pair.into())));
            }
            SchemeKind::CookieKey(name) => {
                let mut pair = String::new();
                push_pair(&mut pair, "; ", name, &text);
                return Ok(Some(EncodedCredential::Cookie(pair.into())));
            }
        };
        let mut value = HeaderValue::from_bytes(text.as_bytes())
            .map_err(|_| refuse("it has a character that HTTP doesn't allow"))?;
        value.set_sensitive(true);
        Ok(Some(EncodedCredential::Header(header, value)))
    }

    /// Returns the text that is sent for a scheme.
    fn text(&self, scheme: &Scheme) -> Result<String, InvalidRequestError> {
        let refuse = |why: &str| {
            Err(InvalidRequestError::new(format!(
                "the credential for `{}` {why}",
                scheme.name
            )))
        };
        let (text, prefix) = match (&self.0, scheme.kind) {
            (Secret::Basic { username, password }, SchemeKind::Basic) => {
                let password = password.expose_secret();
                if username.is_empty() && password.is_empty() {
                    return refuse("is empty");
                }
                if username.as_bytes().contains(&b':') {
                    return refuse("has a colon in the user name, which RFC 7617 forbids");
                }
                let text = format!("{username}:{password}");
                if text.chars().any(char::is_control) {
                    return refuse("has a control character, such as a line break");
                }
                return Ok(format!("Basic {}", STANDARD.encode(text)));
            }
            (Secret::Bearer(token), SchemeKind::Bearer) => (token.expose_secret(), Some("Bearer")),
            (Secret::Key(key), SchemeKind::Authorization(name)) => {
                (key.expose_secret(), Some(name))
            }
            (
                Secret::Key(key),
                SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_),
            ) => (key.expose_secret(), None),
            _ => return refuse("is of another kind than the scheme takes"),
        };
        if text.is_empty() {
            return refuse("is empty");
        }
        if text.chars().any(char::is_control) {
            return refuse("has a control character, such as a line break");
        }
        let no_cookie = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '"' | '\\');
        if matches!(scheme.kind, SchemeKind::CookieKey(_)) && text.contains(no_cookie) {
            return refuse("has a character that a cookie doesn't allow");
        }
        Ok(match prefix {
            Some(prefix) => format!("{prefix} {text}"),
            None => text.to_owned(),
        })
    }
}

/// A credential as requests carry it.
#[derive(Clone)]
pub(super) enum EncodedCredential {
    /// A header, whose value is marked as sensitive.
    Header(HeaderName, HeaderValue),
    /// A pair of the query, percent-encoded.
    Query(SecretString),
    /// A pair of the `Cookie` header.
    Cookie(SecretString),
}

impl EncodedCredential {
    /// Adds the credential to a request.
    ///
    /// # Errors
    ///
    /// Fails if the request has a credential in the same header.
    pub(super) fn write(
        &self,
        scheme: &str,
        request: &mut Encoder,
    ) -> Result<(), InvalidRequestError> {
        match self {
            Self::Header(name, _) if request.headers.contains(name) => {
                return Err(InvalidRequestError::new(format!(
                    "the credential for `{scheme}` can't be sent: another one goes into the same header"
                )));
            }
            Self::Header(name, value) => request.headers.append(name.clone(), value.clone()),
            Self::Query(pair) => push_item(&mut request.query, "&", pair.expose_secret()),
            Self::Cookie(pair) => push_item(&mut request.cookies, "; ", pair.expose_secret()),
        }
        Ok(())
    }
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    Escape::Component.push(text, &mut out);
    out
}
