//! Credentials: which of them a call carries, and how.

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
    Grant(Arc<dyn Grant>),
    Tokens(Arc<dyn Tokens>),
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

    /// Tokens that are asked for with the client itself.
    #[doc(hidden)]
    #[must_use]
    pub fn grant(grant: impl Grant) -> Self {
        Self(Secret::Grant(Arc::new(grant)))
    }

    /// The text that a scheme puts on the wire.
    ///
    /// # Errors
    ///
    /// It is empty, of another kind than the scheme takes, or has characters that have no place
    /// there.
    pub fn text(&self, scheme: &Scheme) -> Result<String, InvalidRequestError> {
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

/// `Authorization: Bearer …` (RFC 6750), ready to be sent. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(HeaderValue);

impl Token {
    /// The header of a bearer token.
    ///
    /// # Errors
    ///
    /// The token is empty, or has characters that have no place there.
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

    /// The value of the header.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// Tokens that end, and others that follow them.
pub trait Tokens: Send + Sync + 'static {
    /// One that holds, as far as is known; it may have to be asked for.
    fn token(&self) -> BoxFuture<'_, Result<Token, AuthenticationError>>;

    /// How a server took one: if it refused it, [`token`](Self::token) gives another, if there is
    /// one to be had.
    fn answered(&self, token: &Token, refused: bool);
}

/// A right to tokens.
pub trait Grant: Send + Sync + 'static {
    /// The tokens, now that there is a client to ask for them with. It has no credentials.
    ///
    /// # Errors
    ///
    /// They could never be asked for.
    fn begin(&self, client: &ClientCore) -> Result<Arc<dyn Tokens>, InvalidRequestError>;
}

/// Credentials by the name of their scheme, and the tokens of whoever is signed in.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    by_scheme: Vec<(&'static str, Credential)>,
    tokens: Option<Arc<dyn Tokens>>,
}

impl Credentials {
    /// Sets the credential of a scheme.
    pub(crate) fn set(&mut self, scheme: &'static str, credential: Credential) {
        for (name, set) in &mut self.by_scheme {
            if *name == scheme {
                *set = credential;
                return;
            }
        }
        self.by_scheme.push((scheme, credential));
    }

    /// The same credentials, and these tokens in place of what was signed in.
    #[must_use]
    pub(crate) fn signed(&self, tokens: Option<Arc<dyn Tokens>>) -> Self {
        Self {
            by_scheme: self.by_scheme.clone(),
            tokens,
        }
    }

    /// The tokens of whoever is signed in.
    pub(crate) fn tokens(&self) -> Option<Arc<dyn Tokens>> {
        self.tokens.clone()
    }

    /// Begins each grant, with a client that has no credentials.
    ///
    /// # Errors
    ///
    /// See [`Grant::begin`].
    pub(crate) fn begin(&mut self, client: &ClientCore) -> Result<(), InvalidRequestError> {
        for (_, credential) in &mut self.by_scheme {
            if let Secret::Grant(grant) = &credential.0 {
                *credential = Credential(Secret::Tokens(grant.begin(client)?));
            }
        }
        Ok(())
    }

    /// The credential of a scheme.
    #[must_use]
    pub(crate) fn get(&self, scheme: &str) -> Option<&Credential> {
        let mut set = self.by_scheme.iter();
        let (_, credential) = set.find(|(name, _)| *name == scheme)?;
        Some(credential)
    }

    /// What there is, by name.
    #[must_use]
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (name, _) in &self.by_scheme {
            names.push(*name);
        }
        if self.tokens.is_some() {
            names.push("tokens");
        }
        names
    }

    /// Refuses credentials that could never be sent.
    ///
    /// # Errors
    ///
    /// See [`Credential::text`].
    pub(crate) fn check(&self, schemes: &[Scheme]) -> Result<(), InvalidRequestError> {
        for (name, credential) in &self.by_scheme {
            match known(name, schemes) {
                Some(_) if matches!(credential.0, Secret::Grant(_) | Secret::Tokens(_)) => {}
                Some(scheme) => write(scheme, credential, &mut Encoder::default())?,
                None => {
                    let message = format!("there is no security scheme `{name}`");
                    return Err(InvalidRequestError::new(message));
                }
            }
        }
        Ok(())
    }

    /// Puts credentials into a request: those of the first alternative that are all at hand, those
    /// with tokens before others. Tokens change while a client is in use: they are given back for
    /// each attempt to put its own into `Authorization`.
    ///
    /// What the caller has set by hand (an `Authorization` header on the call, say) counts as at
    /// hand and is left as it is. An operation that may go without carries credentials all the
    /// same if there are any.
    ///
    /// # Errors
    ///
    /// [`Error::MissingCredentials`], or a credential that can't be sent.
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
        // Asked before anything is written, which would look as if it were set by hand.
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
            } else if let (Some(scheme), Some(credential)) = (known(name, schemes), self.get(name))
            {
                write(scheme, credential, request)?;
            }
        }
        Ok(tokens)
    }

    /// Whether all that these schemes take is there.
    fn at_hand(&self, names: &[&str], schemes: &[Scheme], request: &Encoder) -> bool {
        names.iter().all(|name| {
            self.get(name).is_some()
                || self.tokens_for(name, schemes).is_some()
                || is_by_hand(name, schemes, request)
        })
    }

    /// Whether one of these schemes takes the tokens of whoever is signed in.
    fn are_signed(&self, names: &[&str], schemes: &[Scheme]) -> bool {
        let carries = |name: &&str| self.tokens_for(name, schemes).is_some();
        self.tokens.is_some() && names.iter().any(carries)
    }

    /// The tokens for a scheme: of whoever is signed in, or of the grant that is set for it.
    fn tokens_for(&self, name: &str, schemes: &[Scheme]) -> Option<&Arc<dyn Tokens>> {
        if let Some(tokens) = &self.tokens
            && known(name, schemes).is_some_and(|scheme| carries_tokens(scheme, schemes))
        {
            return Some(tokens);
        }
        match self.get(name) {
            Some(Credential(Secret::Tokens(tokens))) => Some(tokens),
            _ => None,
        }
    }

    /// Tokens for a call of a document without a scheme that could carry them: beside its keys, or
    /// all there is if it has no schemes at all.
    fn tokens_beside(
        &self,
        meta: &Meta,
        schemes: &[Scheme],
        request: &Encoder,
    ) -> Option<Arc<dyn Tokens>> {
        let homeless = !schemes.iter().any(|scheme| carries_tokens(scheme, schemes));
        let closed = schemes.is_empty() || !meta.security.is_empty();
        let by_hand = request.headers.contains_key(AUTHORIZATION);
        let tokens = self.tokens.as_ref();
        tokens.filter(|_| homeless && closed && !by_hand).cloned()
    }
}

/// Whether tokens go in place of a scheme's credential: where the document takes bearer tokens, or
/// else where it puts anything into `Authorization`.
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

/// The scheme of a name.
fn known<'s>(name: &str, schemes: &'s [Scheme]) -> Option<&'s Scheme> {
    schemes.iter().find(|scheme| scheme.name == name)
}

/// Whether the caller has put into a request what the scheme of a name would.
fn is_by_hand(name: &str, schemes: &[Scheme], request: &Encoder) -> bool {
    known(name, schemes).is_some_and(|scheme| is_there(scheme, request))
}

/// Whether a request already has what a scheme would put into it.
fn is_there(scheme: &Scheme, request: &Encoder) -> bool {
    match scheme.kind {
        SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Authorization(_) => {
            request.headers.contains_key(AUTHORIZATION)
        }
        SchemeKind::HeaderKey(name) => request.headers.contains_key(name),
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

/// Puts a credential into a request.
fn write(
    scheme: &Scheme,
    credential: &Credential,
    request: &mut Encoder,
) -> Result<(), InvalidRequestError> {
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
        InvalidRequestError::new(format!(
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
