//! Tokens: texts that mean nothing to anyone but this server.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::flow::Access;
use super::secret;

/// How long an access token holds.
const LIFETIME: Duration = Duration::from_secs(3600);
/// The scope that asks for a refresh token (OpenID Connect Core section 11).
const OFFLINE: &str = "offline_access";

/// Refresh tokens, and what each gives access to. One is used once: what takes its place comes with
/// the answer (RFC 9700 section 4.14.2).
#[derive(Default)]
pub struct RefreshTokens(HashMap<String, Access>);

impl RefreshTokens {
    /// The answer with tokens (RFC 6749 section 5.1). Twilio's own members are among it.
    pub fn issue(&mut self, access: Access, now: SystemTime) -> Value {
        let expires_at = DateTime::<Utc>::from(now + LIFETIME);
        let mut answer = json!({
            "access_token": secret::token(),
            "token_type": "Bearer",
            "expires_in": LIFETIME.as_secs(),
            "access_token_expires_at": expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "scope": access.scopes.join(" "),
        });
        if access.scopes.iter().any(|scope| scope == OFFLINE) {
            let token = secret::token();
            answer["refresh_token"] = token.as_str().into();
            self.0.insert(token, access);
        }
        answer
    }

    /// What a refresh token gives access to, to the app that it was issued to.
    pub fn find(&self, token: &str, client_id: &str) -> Option<&Access> {
        let access = self.0.get(token)?;
        (access.client_id == client_id).then_some(access)
    }

    /// Makes a refresh token void.
    pub fn remove(&mut self, token: &str) {
        self.0.remove(token);
    }
}
