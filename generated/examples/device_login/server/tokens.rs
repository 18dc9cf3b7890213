//! Tokens, opaque to everyone but this server.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::flow::Access;
use super::secret;

/// The lifetime of an access token.
const LIFETIME: Duration = Duration::from_secs(3600);
/// The scope that requests a refresh token (OpenID Connect Core section 11).
const OFFLINE: &str = "offline_access";

/// Refresh tokens and their access. Each is used once; the token response contains its replacement (RFC
/// 9700 section 4.14.2).
#[derive(Default)]
pub struct RefreshTokens(HashMap<String, Access>);

impl RefreshTokens {
    /// Returns a token response (RFC 6749 section 5.1) with Twilio's properties.
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

    /// Returns the access of a refresh token, if it was issued to this app.
    pub fn find(&self, token: &str, client_id: &str) -> Option<&Access> {
        let access = self.0.get(token)?;
        (access.client_id == client_id).then_some(access)
    }

    /// Revokes a refresh token.
    pub fn remove(&mut self, token: &str) {
        self.0.remove(token);
    }
}
