//! The credentials of a client, and which of them a call sends.

use std::sync::Arc;

use http::header::AUTHORIZATION;

use super::credential::{Credential, EncodedCredential, Secret, escaped};
use super::{Scheme, SchemeKind, Tokens};
use crate::call::Meta;
use crate::client::ClientCore;
use crate::error::{Error, InvalidRequestError, MissingCredentialsError};
use crate::request::encoder::{Encoder, push_item};

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

    /// Replaces each grant of the schemes that are `chosen` with its tokens, which are requested with
    /// `client`.
    ///
    /// # Errors
    ///
    /// Fails as [`Grant::begin`] does.
    pub(crate) fn begin(
        &mut self,
        client: &ClientCore,
        chosen: impl Fn(&str) -> bool,
    ) -> Result<(), InvalidRequestError> {
        for set in &mut self.by_scheme {
            if let Secret::Grant(grant) = &set.credential.0
                && chosen(set.scheme)
            {
                set.credential = Credential(Secret::Tokens(grant.begin(client)?));
            }
        }
        Ok(())
    }

    /// Sets the credential of a scheme to that which `other` has for the scheme `name`, unless it is set.
    #[cfg(feature = "umbrella")]
    pub(crate) fn inherit(&mut self, scheme: &'static str, other: &Self, name: &str) {
        if let Some(set) = other.get(name)
            && self.get(scheme).is_none()
        {
            self.by_scheme.push(SchemeCredential {
                scheme,
                ..set.clone()
            });
        }
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
