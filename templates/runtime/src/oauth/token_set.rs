//! The tokens that an authorization server issues.

use std::collections::BTreeMap;
use std::fmt;
#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::auth::Token;
use crate::error::{DecodeProblem, InvalidRequestError};
#[cfg(all(feature = "id-token", not(target_family = "wasm")))]
use crate::oauth::id_token::IdTokenClaims;
use crate::oauth::response::Properties;

/// The type of a token that can be sent without further proof (RFC 6750).
const BEARER: &str = "Bearer";
/// Token types that require proof of a key (RFC 9449, RFC 6749 section 7.1).
const KEY_BOUND: &[&str] = &["DPoP", "PoP", "mac"];

/// The tokens that an authorization server issues (RFC 6749 section 5.1, OpenID Connect Core
/// section 3.1.3.3).
///
/// `Debug` prints no token. To store the tokens, convert them into [`StoredTokens`]. As a
/// [`TokenSource`](crate::oauth::TokenSource), a token set returns itself and is never refreshed.
#[derive(Clone)]
pub struct TokenSet {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
    token_type: String,
    scope: Option<String>,
    expires_at: Option<SystemTime>,
    refresh_token_expires_at: Option<SystemTime>,
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    claims: Option<Arc<IdTokenClaims>>,
}

impl TokenSet {
    /// Creates a token set from a bearer token, without an expiry time.
    #[must_use]
    pub fn new(access_token: impl Into<SecretString>) -> Self {
        Self {
            access_token: access_token.into(),
            refresh_token: None,
            id_token: None,
            token_type: BEARER.to_owned(),
            scope: None,
            expires_at: None,
            refresh_token_expires_at: None,
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            claims: None,
        }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<SecretString>) -> Self {
        self.refresh_token = Some(refresh_token.into());
        self
    }

    /// Sets the time at which the access token expires.
    #[must_use]
    pub fn with_expires_at(mut self, expires_at: SystemTime) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// Returns the access token as a bearer token.
    ///
    /// # Errors
    ///
    /// Returns an error if the token is bound to a key, or can't be sent in a header.
    pub(crate) fn bearer(&self) -> Result<Token, InvalidRequestError> {
        if KEY_BOUND
            .iter()
            .any(|it| self.token_type.eq_ignore_ascii_case(it))
        {
            return Err(InvalidRequestError::new(
                "the server issued a token that is bound to a key, which this client can't send",
            ));
        }
        Token::bearer(&self.access_token)
    }

    /// Reads the tokens of a response. Relative expiry times count from `received`.
    pub(crate) fn read(
        properties: &Properties,
        received: SystemTime,
    ) -> Result<Self, DecodeProblem> {
        let secret = |name| properties.string(name).map(SecretString::from);
        let expiry = |within: &str, at: &str| {
            // Servers say so of tokens that don't expire, or whose expiry they don't know.
            let after = properties.seconds(within).filter(|after| !after.is_zero());
            let counted = after.and_then(|after: Duration| received.checked_add(after));
            counted.or_else(|| properties.instant(at))
        };
        Ok(Self {
            access_token: properties.required(&["access_token"])?.into(),
            refresh_token: secret("refresh_token"),
            id_token: secret("id_token"),
            token_type: properties
                .string("token_type")
                .unwrap_or_else(|| BEARER.to_owned()),
            scope: properties.string("scope"),
            expires_at: expiry("expires_in", "access_token_expires_at")
                .or_else(|| properties.instant("expires_at")),
            refresh_token_expires_at: expiry(
                "refresh_token_expires_in",
                "refresh_token_expires_at",
            ),
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            claims: None,
        })
    }

    /// Fills the fields that a refresh response omitted with those of the previous tokens.
    ///
    /// A response may omit the refresh token, the ID token and the scope if they are still valid
    /// (RFC 6749 section 6).
    #[must_use]
    pub fn with_defaults_from(mut self, previous: &Self) -> Self {
        if self.refresh_token.is_none() {
            self.refresh_token.clone_from(&previous.refresh_token);
            self.refresh_token_expires_at = self
                .refresh_token_expires_at
                .or(previous.refresh_token_expires_at);
        }
        self.id_token = self.id_token.or_else(|| previous.id_token.clone());
        self.scope = self.scope.or_else(|| previous.scope.clone());
        #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
        {
            self.claims = self.claims.or_else(|| previous.claims.clone());
        }
        self
    }

    /// Returns the access token.
    #[must_use]
    pub fn access_token(&self) -> &SecretString {
        &self.access_token
    }

    /// Returns the refresh token, if the server issued one.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&SecretString> {
        self.refresh_token.as_ref()
    }

    /// Returns the ID token of OpenID Connect, if the server issued one, as the server sent it.
    ///
    /// Nothing in it can be trusted unless it is validated. With the feature `id-token`,
    /// `id_token_claims` returns the claims of one that is.
    #[must_use]
    pub fn id_token(&self) -> Option<&SecretString> {
        self.id_token.as_ref()
    }

    /// Returns the claims of the ID token with which the user signed in.
    ///
    /// They are validated (OpenID Connect Core section 3.1.3.7). `None` if the scopes of the sign-in
    /// didn't include `openid`, if the metadata of the server isn't known or names no keys, and for
    /// tokens that were stored. A refresh keeps the claims.
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    #[must_use]
    pub fn id_token_claims(&self) -> Option<&IdTokenClaims> {
        self.claims.as_deref()
    }

    /// Adds the claims of the ID token.
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    #[must_use]
    pub(crate) fn with_claims(mut self, claims: Arc<IdTokenClaims>) -> Self {
        self.claims = Some(claims);
        self
    }

    /// Returns the token type. Defaults to `Bearer` if the server doesn't name one.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// Returns the granted scopes, separated by spaces.
    ///
    /// `None` means that the server granted the requested scopes (RFC 6749 section 5.1).
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Returns when the access token expires, if the server said so.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Returns when the refresh token expires, if the server said so.
    #[must_use]
    pub fn refresh_token_expires_at(&self) -> Option<SystemTime> {
        self.refresh_token_expires_at
    }

    /// Returns whether the access token has expired at `now`. A token without an expiry time never
    /// does.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// Prints the token type, the scope and the expiry times, never a token.
impl fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSet")
            .field("access_token", &self.access_token)
            .field("refresh_token", &self.refresh_token)
            .field("id_token", &self.id_token)
            .field("token_type", &self.token_type)
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .field("refresh_token_expires_at", &self.refresh_token_expires_at)
            .finish()
    }
}

/// A serializable form of a [`TokenSet`], **with the tokens in plain text**.
///
/// serde writes a map of strings, with the property names of the standard and times in RFC 3339.
/// Store it where only its owner can read it.
///
/// Only `access_token` is required when the tokens are read. Unknown properties are ignored, and so
/// are others whose value isn't of their type; in a format that isn't human-readable, such as
/// MessagePack, all values have to be strings. So each version of this crate reads what any other
/// has stored.
#[derive(Clone, Debug)]
pub struct StoredTokens(TokenSet);

impl From<TokenSet> for StoredTokens {
    fn from(tokens: TokenSet) -> Self {
        Self(tokens)
    }
}

impl From<StoredTokens> for TokenSet {
    fn from(stored: StoredTokens) -> Self {
        stored.0
    }
}

impl Serialize for StoredTokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tokens = &self.0;
        let secret = |token: &Option<SecretString>| {
            let token = token.as_ref();
            token.map(|token| token.expose_secret().to_owned())
        };
        let time = |time: Option<SystemTime>| time.and_then(rfc_3339);
        let properties = [
            (
                "access_token",
                Some(tokens.access_token.expose_secret().to_owned()),
            ),
            ("refresh_token", secret(&tokens.refresh_token)),
            ("id_token", secret(&tokens.id_token)),
            ("token_type", Some(tokens.token_type.clone())),
            ("scope", tokens.scope.clone()),
            ("access_token_expires_at", time(tokens.expires_at)),
            (
                "refresh_token_expires_at",
                time(tokens.refresh_token_expires_at),
            ),
        ];
        let present: BTreeMap<_, _> = properties
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)))
            .collect();
        present.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StoredTokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let properties = read_stored(deserializer)?;
        TokenSet::read(&properties, UNIX_EPOCH)
            .map(Self)
            .map_err(|_| D::Error::custom("missing property `access_token`"))
    }
}

/// Reads the properties of something that was stored, without lifetimes, which would count from when
/// it was received.
///
/// # Errors
///
/// Fails if the text isn't a map, without telling any of its values.
pub(crate) fn read_stored<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Properties, D::Error> {
    // Errors of serde print values, so none of them is passed on that may be about a secret.
    let mut properties = if deserializer.is_human_readable() {
        match Value::deserialize(deserializer)? {
            Value::Object(properties) => properties,
            _ => return Err(D::Error::custom("expected an object")),
        }
    } else {
        let strings = BTreeMap::<String, String>::deserialize(deserializer);
        let strings = strings.map_err(|_| D::Error::custom("expected a map of strings"))?;
        let values = strings.into_iter();
        values.map(|(name, text)| (name, text.into())).collect()
    };
    properties.retain(|name, _| !name.ends_with("expires_in"));
    Ok(Properties::from(properties))
}

/// Writes a time in RFC 3339.
pub(crate) fn rfc_3339(time: SystemTime) -> Option<String> {
    let date = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => {
            let seconds = i64::try_from(since.as_secs()).ok()?;
            DateTime::from_timestamp(seconds, since.subsec_nanos())?
        }
        Err(before) => {
            let seconds = i64::try_from(before.duration().as_secs()).ok()?;
            DateTime::from_timestamp(-seconds, 0)?
        }
    };
    Some(date.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
