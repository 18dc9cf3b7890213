//! Credentials: which of them a call carries, and how.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::runtime::call::Meta;
use crate::runtime::encode::{Encoder, push_pair};
use crate::runtime::error::{Error, InvalidRequest, MissingCredentials};
use crate::runtime::style::Escape;

/// A security scheme of the OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// Its name in the document.
    pub name: &'static str,
    /// What it puts on the wire.
    pub kind: SchemeKind,
    /// The method of `ClientBuilder` that sets its credential.
    pub setter: &'static str,
}

/// What a security scheme puts on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// A key in this header.
    HeaderKey(&'static str),
    /// A key in this parameter of the query.
    QueryKey(&'static str),
    /// A key in this cookie.
    CookieKey(&'static str),
    /// `Authorization: <scheme> …`
    Authorization(&'static str),
}

/// What proves who calls. It is never printed.
#[derive(Clone)]
pub struct Credential(Secret);

#[derive(Clone)]
enum Secret {
    Basic {
        username: String,
        password: SecretString,
    },
    Bearer(SecretString),
    Key(SecretString),
}

impl Credential {
    /// A user name and a password (RFC 7617).
    #[must_use]
    pub fn basic(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self(Secret::Basic {
            username: username.into(),
            password: password.into(),
        })
    }

    /// A bearer token (RFC 6750).
    #[must_use]
    pub fn bearer(token: impl Into<SecretString>) -> Self {
        Self(Secret::Bearer(token.into()))
    }

    /// An API key, or what follows the name of another HTTP authentication scheme.
    #[must_use]
    pub fn key(key: impl Into<SecretString>) -> Self {
        Self(Secret::Key(key.into()))
    }

    /// The text that a scheme puts on the wire.
    ///
    /// # Errors
    ///
    /// It is empty, of another kind than the scheme takes, or has characters that have no place
    /// there.
    pub fn text(&self, scheme: &Scheme) -> Result<String, InvalidRequest> {
        let refuse = |why: &str| {
            Err(InvalidRequest::new(format!(
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
                if username.contains(':') {
                    return refuse("has a colon in the user name, which RFC 7617 forbids");
                }
                if username
                    .chars()
                    .chain(password.chars())
                    .any(char::is_control)
                {
                    return refuse("has a control character, such as a line break");
                }
                return Ok(format!(
                    "Basic {}",
                    STANDARD.encode(format!("{username}:{password}"))
                ));
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

/// Credentials by the name of their scheme.
#[derive(Clone, Default)]
pub struct Credentials(Vec<(&'static str, Credential)>);

impl Credentials {
    /// Sets the credential of a scheme.
    pub fn set(&mut self, scheme: &'static str, credential: Credential) {
        self.0.retain(|(name, _)| *name != scheme);
        self.0.push((scheme, credential));
    }

    /// The credential of a scheme.
    #[must_use]
    pub fn get(&self, scheme: &str) -> Option<&Credential> {
        self.0
            .iter()
            .find(|(name, _)| *name == scheme)
            .map(|(_, credential)| credential)
    }

    /// The schemes that have one.
    pub fn schemes(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// Refuses credentials that could never be sent.
    ///
    /// # Errors
    ///
    /// See [`Credential::text`].
    pub fn check(&self, schemes: &'static [Scheme]) -> Result<(), InvalidRequest> {
        for (name, credential) in &self.0 {
            match schemes.iter().find(|scheme| scheme.name == *name) {
                Some(scheme) => write(scheme, credential, &mut Encoder::default())?,
                None => {
                    let message = format!("there is no security scheme `{name}`");
                    return Err(InvalidRequest::new(message));
                }
            }
        }
        Ok(())
    }

    /// Puts credentials into a request: those of the first alternative that are all at hand.
    ///
    /// What the caller has set by hand (an `Authorization` header on the call, say) counts as at
    /// hand and is left as it is. An operation that may go without carries credentials all the
    /// same if there are any.
    ///
    /// # Errors
    ///
    /// [`Error::MissingCredentials`], or a credential that can't be sent.
    pub fn authenticate(
        &self,
        meta: &Meta,
        schemes: &'static [Scheme],
        request: &mut Encoder,
    ) -> Result<(), Error> {
        let known = |name: &str| schemes.iter().find(|scheme| scheme.name == name);
        let at_hand = |name: &&str| {
            let scheme = known(name);
            self.get(name).is_some() || scheme.is_some_and(|scheme| is_there(scheme, request))
        };
        let (none, some): (Vec<&[&str]>, Vec<&[&str]>) =
            meta.security.iter().partition(|names| names.is_empty());
        let Some(names) = some.iter().find(|names| names.iter().all(at_hand)) else {
            let free = some.is_empty() || !none.is_empty();
            return if free {
                Ok(())
            } else {
                Err(missing(meta, schemes))
            };
        };
        let by_hand: Vec<bool> = names
            .iter()
            .map(|name| known(name).is_some_and(|scheme| is_there(scheme, request)))
            .collect();
        for (name, by_hand) in names.iter().zip(by_hand) {
            if by_hand {
                continue;
            }
            if let (Some(scheme), Some(credential)) = (known(name), self.get(name)) {
                write(scheme, credential, request)?;
            }
        }
        Ok(())
    }
}

/// Whether a request already has what a scheme would put into it.
fn is_there(scheme: &Scheme, request: &Encoder) -> bool {
    match scheme.kind {
        SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Authorization(_) => {
            request.headers.contains_key(AUTHORIZATION)
        }
        SchemeKind::HeaderKey(name) => request.headers.contains_key(name),
        SchemeKind::QueryKey(name) => has_pair(&request.query, "&", &escaped(name)),
        SchemeKind::CookieKey(name) => has_pair(&request.cookies, ";", name),
    }
}

fn has_pair(pairs: &str, between: &str, name: &str) -> bool {
    pairs
        .split(between)
        .any(|pair| pair.split('=').next().is_some_and(|it| it.trim() == name))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    Escape::Component.push(text, &mut out);
    out
}

/// Puts a credential into a request.
fn write(
    scheme: &Scheme,
    credential: &Credential,
    request: &mut Encoder,
) -> Result<(), InvalidRequest> {
    let text = credential.text(scheme)?;
    let header = match scheme.kind {
        SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Authorization(_) => Ok(AUTHORIZATION),
        SchemeKind::HeaderKey(name) => HeaderName::from_bytes(name.as_bytes()),
        SchemeKind::QueryKey(name) => {
            push_pair(&mut request.query, "&", &escaped(name), &escaped(&text));
            return Ok(());
        }
        SchemeKind::CookieKey(name) => {
            push_pair(&mut request.cookies, "; ", name, &text);
            return Ok(());
        }
    };
    let refuse = |why: &str| {
        InvalidRequest::new(format!(
            "the credential for `{}` can't be sent: {why}",
            scheme.name
        ))
    };
    let header = header.map_err(|_| refuse("the document gives no header name"))?;
    let mut value = HeaderValue::from_bytes(text.as_bytes())
        .map_err(|_| refuse("it has a character that HTTP doesn't allow"))?;
    value.set_sensitive(true);
    match request.headers.insert(header, value) {
        None => Ok(()),
        Some(_) => Err(refuse("another one goes into the same header")),
    }
}

/// Whether a header carries credentials, so that its value isn't to be printed.
#[must_use]
pub fn is_sensitive(name: &HeaderName, schemes: &[Scheme]) -> bool {
    matches!(
        name.as_str(),
        "authorization" | "proxy-authorization" | "cookie"
    ) || schemes.iter().any(|scheme| match scheme.kind {
        SchemeKind::HeaderKey(key) => name.as_str().eq_ignore_ascii_case(key),
        _ => false,
    })
}

#[cold]
fn missing(meta: &Meta, schemes: &[Scheme]) -> Error {
    let setter = |name: &&str| match schemes.iter().find(|scheme| scheme.name == *name) {
        Some(scheme) => format!("`ClientBuilder::{}`", scheme.setter),
        None => format!("`{name}` (which this client can't)"),
    };
    let together = |names: &&[&str]| names.iter().map(setter).collect::<Vec<_>>().join(" and ");
    let alternatives: Vec<String> = meta.security.iter().map(together).collect();
    let setters = alternatives.join(", or ");
    Error::MissingCredentials(MissingCredentials::new(meta.id, meta.security, setters))
}
