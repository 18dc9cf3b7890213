//! The tokens that a login gives.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use crate::auth::Token;
use crate::error::{DecodeProblem, InvalidRequestError};
use crate::oauth::response::Members;

/// The type of a token that whoever has it can send (RFC 6750).
const BEARER: &str = "Bearer";
/// Types of tokens that can't be sent without proof of a key (RFC 9449, RFC 6749 section 7.1).
const BOUND: &[&str] = &["DPoP", "PoP", "mac"];

/// Tokens of a login (RFC 6749 section 5.1, OpenID Connect Shared section 3.1.3.3).
///
/// `Debug` shows no token. To store the set, make [`StoredTokens`] of it. As a
/// [`TokenSource`](crate::oauth::token_source::TokenSource) it gives itself and nothing else.
#[derive(Clone)]
pub struct TokenSet {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
    token_type: String,
    scope: Option<String>,
    expires_at: Option<SystemTime>,
    refresh_token_expires_at: Option<SystemTime>,
}

impl TokenSet {
    /// A bearer token whose end isn't known.
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
        }
    }

    /// The same, with a token to get the next with.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<SecretString>) -> Self {
        self.refresh_token = Some(refresh_token.into());
        self
    }

    /// The same, with the time at which the access token expires.
    #[must_use]
    pub fn with_expires_at(mut self, expires_at: SystemTime) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// The access token as it is sent.
    pub(crate) fn bearer(&self) -> Result<Token, InvalidRequestError> {
        if BOUND
            .iter()
            .any(|it| self.token_type.eq_ignore_ascii_case(it))
        {
            return Err(InvalidRequestError::new(
                "the server gave a token that is bound to a key, which this client can't send",
            ));
        }
        Token::bearer(&self.access_token)
    }

    /// The tokens in an answer that came at `received`.
    pub(crate) fn read(members: &Members, received: SystemTime) -> Result<Self, DecodeProblem> {
        let secret = |name| members.text(name).map(SecretString::from);
        let expiry = |within: &str, at: &str| {
            let after = members.seconds(within);
            let counted = after.and_then(|after: Duration| received.checked_add(after));
            counted.or_else(|| members.instant(at))
        };
        Ok(Self {
            access_token: members.required(&["access_token"])?.into(),
            refresh_token: secret("refresh_token"),
            id_token: secret("id_token"),
            token_type: members
                .text("token_type")
                .unwrap_or_else(|| BEARER.to_owned()),
            scope: members.text("scope"),
            expires_at: expiry("expires_in", "access_token_expires_at")
                .or_else(|| members.instant("expires_at")),
            refresh_token_expires_at: expiry(
                "refresh_token_expires_in",
                "refresh_token_expires_at",
            ),
        })
    }

    /// These tokens, and of an earlier set what a refresh left out because it still holds
    /// (RFC 6749 section 6).
    #[must_use]
    pub fn or_else_of(mut self, earlier: &Self) -> Self {
        if self.refresh_token.is_none() {
            self.refresh_token.clone_from(&earlier.refresh_token);
            self.refresh_token_expires_at = self
                .refresh_token_expires_at
                .or(earlier.refresh_token_expires_at);
        }
        self.id_token = self.id_token.or_else(|| earlier.id_token.clone());
        self.scope = self.scope.or_else(|| earlier.scope.clone());
        self
    }

    /// The token that gives access.
    #[must_use]
    pub fn access_token(&self) -> &SecretString {
        &self.access_token
    }

    /// The token to get the next access token with, if there is one.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&SecretString> {
        self.refresh_token.as_ref()
    }

    /// The signed statement about who signed in (OpenID Connect), if there is one. Its signature
    /// isn't checked here.
    #[must_use]
    pub fn id_token(&self) -> Option<&SecretString> {
        self.id_token.as_ref()
    }

    /// How the access token is to be sent; `Bearer` if the server doesn't say.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// The scopes that were granted, separated by spaces; `None` if they are those asked for
    /// (RFC 6749 section 5.1).
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// When the access token expires; `None` if the server doesn't say.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// When the refresh token expires; `None` if the server doesn't say.
    #[must_use]
    pub fn refresh_token_expires_at(&self) -> Option<SystemTime> {
        self.refresh_token_expires_at
    }

    /// Whether the access token has expired at `now`; not so if its end isn't known.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// Prints the kind of token, the scope and the times, never a token.
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

/// A [`TokenSet`] on its way to a store or from it.
///
/// serde writes and reads it, **tokens in the open**: as a map of texts, with the names of the
/// standard and times in RFC 3339. Keep it where only its owner can read it.
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
        let members = [
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
        let present: BTreeMap<_, _> = members
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)))
            .collect();
        present.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StoredTokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = BTreeMap::<String, String>::deserialize(deserializer)?;
        // No member counts from when the set was received, so that time doesn't matter.
        let absolute = members
            .into_iter()
            .filter(|(name, _)| !name.ends_with("expires_in"));
        TokenSet::read(&Members::of(absolute), UNIX_EPOCH)
            .map(Self)
            .map_err(|_| D::Error::custom("there is no access token in it"))
    }
}

fn rfc_3339(time: SystemTime) -> Option<String> {
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
