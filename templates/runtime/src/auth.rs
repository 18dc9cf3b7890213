//! Credentials: which of them a call sends, and how.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::call::Meta;
use crate::client::ClientCore;
use crate::error::{AuthenticationError, Error, InvalidRequestError, MissingCredentialsError};
use crate::request::encoder::{Encoder, push_item, push_pair};
use crate::transport::BoxFuture;
use crate::wire::style::Escape;

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

/// The credential for a security scheme. It is never printed.
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
    fn encode(&self, scheme: &Scheme) -> Result<Option<EncodedCredential>, InvalidRequestError> {
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
enum EncodedCredential {
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
    fn write(&self, scheme: &str, request: &mut Encoder) -> Result<(), InvalidRequestError> {
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

/// The credentials of a client, and the tokens that it is signed in with.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    by_scheme: Vec<SchemeCredential>,
    tokens: Option<Arc<dyn Tokens>>,
}

#[derive(Clone)]
struct SchemeCredential {
    /// The name of the scheme.
    scheme: &'static str,
    credential: Credential,
    /// `None` for tokens, and before [`Credentials::encode`].
    encoded: Option<EncodedCredential>,
}

impl Credentials {
    /// Sets the credential of a scheme.
    pub(crate) fn set(&mut self, scheme: &'static str, credential: Credential) {
        let new = SchemeCredential {
            scheme,
            credential,
            encoded: None,
        };
        match self.by_scheme.iter_mut().find(|it| it.scheme == scheme) {
            Some(old) => *old = new,
            None => self.by_scheme.push(new),
        }
    }

    /// Returns the same credentials with other tokens.
    #[must_use]
    pub(crate) fn signed(&self, tokens: Option<Arc<dyn Tokens>>) -> Self {
        Self {
            by_scheme: self.by_scheme.clone(),
            tokens,
        }
    }

    /// Returns the tokens that the client is signed in with.
    pub(crate) fn tokens(&self) -> Option<Arc<dyn Tokens>> {
        self.tokens.clone()
    }

    /// Encodes each credential once, for all calls.
    ///
    /// # Errors
    ///
    /// Fails if a credential can't be sent, or if its scheme is unknown.
    pub(crate) fn encode(&mut self, schemes: &[Scheme]) -> Result<(), InvalidRequestError> {
        for set in &mut self.by_scheme {
            let Some(scheme) = known(set.scheme, schemes) else {
                let message = format!("there is no security scheme `{}`", set.scheme);
                return Err(InvalidRequestError::new(message));
            };
            set.encoded = set.credential.encode(scheme)?;
        }
        Ok(())
    }

    /// Replaces each grant with its tokens, which are requested with `client`.
    ///
    /// # Errors
    ///
    /// Fails as [`Grant::begin`] does.
    pub(crate) fn begin(&mut self, client: &ClientCore) -> Result<(), InvalidRequestError> {
        for set in &mut self.by_scheme {
            if let Secret::Grant(grant) = &set.credential.0 {
                set.credential = Credential(Secret::Tokens(grant.begin(client)?));
            }
        }
        Ok(())
    }

    /// Returns the credential of a scheme.
    fn get(&self, scheme: &str) -> Option<&SchemeCredential> {
        self.by_scheme.iter().find(|set| set.scheme == scheme)
    }

    /// Returns the names of the schemes that have a credential, and `tokens` if there are any.
    #[must_use]
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for set in &self.by_scheme {
            names.push(set.scheme);
        }
        if self.tokens.is_some() {
            names.push("tokens");
        }
        names
    }

    /// Adds credentials to a request: those of the first alternative for which all are set.
    /// Alternatives with tokens take precedence.
    ///
    /// Tokens change while a client is in use, so they are returned: each attempt at the call sets
    /// `Authorization` to a token of its own.
    ///
    /// A credential that the caller has set by hand, such as an `Authorization` header of the call,
    /// counts as set and is sent as it is. A call whose credentials are optional sends them if they
    /// are set.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::MissingCredentials`] if no alternative is complete, or if two credentials
    /// go into the same header.
    pub(crate) fn authenticate(
        &self,
        meta: &Meta,
        schemes: &[Scheme],
        request: &mut Encoder,
    ) -> Result<Option<Arc<dyn Tokens>>, Error> {
        let beside = self.tokens_beside(meta, schemes, request);
        let mut free = meta.security.is_empty() || beside.is_some();
        let mut chosen: &[&str] = &[];
        let mut with_tokens = false;
        for &names in meta.security {
            free |= names.is_empty();
            if with_tokens || !self.at_hand(names, schemes, request) {
                continue;
            }
            with_tokens = self.are_signed(names, schemes);
            if with_tokens || chosen.is_empty() {
                chosen = names;
            }
        }
        if chosen.is_empty() && !free {
            return Err(missing(meta, schemes));
        }
        // Looked up before anything is written, which would look as if it were set by hand.
        let mut open = Vec::new();
        for name in chosen {
            if !is_by_hand(name, schemes, request) {
                open.push(*name);
            }
        }
        let mut tokens = beside;
        for name in open {
            if let Some(own) = self.tokens_for(name, schemes) {
                tokens = Some(Arc::clone(own));
            } else if let Some(encoded) = self.get(name).and_then(|set| set.encoded.as_ref()) {
                encoded.write(name, request)?;
            }
        }
        Ok(tokens)
    }

    /// Returns whether all credentials of an alternative are set.
    fn at_hand(&self, names: &[&str], schemes: &[Scheme], request: &Encoder) -> bool {
        names.iter().all(|name| {
            self.get(name).is_some()
                || self.tokens_for(name, schemes).is_some()
                || is_by_hand(name, schemes, request)
        })
    }

    /// Returns whether one of these schemes takes the tokens that the client is signed in with.
    fn are_signed(&self, names: &[&str], schemes: &[Scheme]) -> bool {
        let carries = |name: &&str| self.tokens_for(name, schemes).is_some();
        self.tokens.is_some() && names.iter().any(carries)
    }

    /// Returns the tokens for a scheme: those that the client is signed in with, or those of the
    /// grant that is set for it.
    fn tokens_for(&self, name: &str, schemes: &[Scheme]) -> Option<&Arc<dyn Tokens>> {
        if let Some(tokens) = &self.tokens
            && known(name, schemes).is_some_and(|scheme| carries_tokens(scheme, schemes))
        {
            return Some(tokens);
        }
        match &self.get(name)?.credential.0 {
            Secret::Tokens(tokens) => Some(tokens),
            _ => None,
        }
    }

    /// Returns the tokens for a document whose schemes can't carry them: they are sent beside its API
    /// keys, and also if it declares no schemes.
    fn tokens_beside(
        &self,
        meta: &Meta,
        schemes: &[Scheme],
        request: &Encoder,
    ) -> Option<Arc<dyn Tokens>> {
        let homeless = !schemes.iter().any(|scheme| carries_tokens(scheme, schemes));
        let closed = schemes.is_empty() || !meta.security.is_empty();
        let by_hand = request.headers.contains(AUTHORIZATION);
        let tokens = self.tokens.as_ref();
        tokens.filter(|_| homeless && closed && !by_hand).cloned()
    }
}

/// Returns whether tokens are sent in place of a scheme's credential: for bearer schemes, or, if the
/// document has none, for schemes that use `Authorization`.
fn carries_tokens(scheme: &Scheme, schemes: &[Scheme]) -> bool {
    match scheme.kind {
        SchemeKind::Bearer => true,
        SchemeKind::Basic | SchemeKind::Authorization(_) => !has_bearer(schemes),
        SchemeKind::HeaderKey(name) => {
            !has_bearer(schemes) && name.eq_ignore_ascii_case(AUTHORIZATION.as_str())
        }
        SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => false,
    }
}

fn has_bearer(schemes: &[Scheme]) -> bool {
    let mut kinds = schemes.iter().map(|scheme| scheme.kind);
    kinds.any(|kind| kind == SchemeKind::Bearer)
}

/// Returns the scheme with a name.
fn known<'s>(name: &str, schemes: &'s [Scheme]) -> Option<&'s Scheme> {
    schemes.iter().find(|scheme| scheme.name == name)
}

/// Returns whether the caller has set by hand what a scheme would add to the request.
fn is_by_hand(name: &str, schemes: &[Scheme], request: &Encoder) -> bool {
    known(name, schemes).is_some_and(|scheme| is_there(scheme, request))
}

/// Returns whether a request has what a scheme would add to it.
fn is_there(scheme: &Scheme, request: &Encoder) -> bool {
    match scheme.kind {
        SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Authorization(_) => {
            request.headers.contains(AUTHORIZATION)
        }
        SchemeKind::HeaderKey(name) => request.headers.contains(name),
        SchemeKind::QueryKey(name) => has_pair(&request.query, '&', &escaped(name)),
        SchemeKind::CookieKey(name) => has_pair(&request.cookies, ';', name),
    }
}

fn has_pair(pairs: &str, between: char, name: &str) -> bool {
    let named = |pair: &str| {
        let (it, _) = pair.split_once('=').unwrap_or((pair, ""));
        it.trim() == name
    };
    pairs.split(between).any(named)
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    Escape::Component.push(text, &mut out);
    out
}

/// Returns whether a header carries credentials, so that its value must not be printed.
#[must_use]
pub(crate) fn is_sensitive(name: &HeaderName, schemes: &[Scheme]) -> bool {
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
    let mut setters = String::new();
    for names in meta.security {
        let mut together = String::new();
        for name in *names {
            let setter = match known(name, schemes) {
                Some(scheme) => format!("`ClientBuilder::{}`", scheme.setter),
                None => format!("`{name}` (which this client can't)"),
            };
            push_item(&mut together, " and ", &setter);
        }
        push_item(&mut setters, ", or ", &together);
    }
    Error::MissingCredentials(MissingCredentialsError::new(
        meta.id,
        meta.security,
        setters,
    ))
}
