//! Tokens, opaque to everyone but this server.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::flow::Access;
use super::secret;

/// The lifetime of an access token.
const LIFETIME: Duration = Duration::from_secs(3600);
/// The scope that requests a refresh token (OpenID Connect Core section 11).
const OFFLINE: &str = "offline_access";

/// The valid tokens and their access. Each refresh token is used once; the token response contains its
/// replacement (RFC 9700 section 4.14.2).
#[derive(Default)]
pub struct Tokens {
    refresh: HashMap<String, Access>,
    /// With the time of expiry, in seconds since 1970.
    access: HashMap<String, (Access, u64)>,
    /// The file that keeps them when the server stops.
    file: Option<PathBuf>,
}

impl Tokens {
    /// Reads the tokens that an earlier server has kept in this file, if any.
    pub fn kept_in(file: Option<&Path>) -> Self {
        let text = file.and_then(|file| std::fs::read(file).ok());
        let kept: Value = text
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        let entries = |name: &str| kept[name].as_object().cloned().unwrap_or_default();
        Self {
            refresh: entries("refresh")
                .into_iter()
                .map(|(token, value)| (token, access_of(&value)))
                .collect(),
            access: entries("access")
                .into_iter()
                .filter_map(|(token, value)| {
                    Some((token, (access_of(&value), value["expires_at"].as_u64()?)))
                })
                .collect(),
            file: file.map(Path::to_owned),
        }
    }

    /// Returns a token response (RFC 6749 section 5.1) with Twilio's properties.
    pub fn issue(&mut self, access: Access, now: SystemTime) -> Value {
        let end = now + LIFETIME;
        let expires_at = DateTime::<Utc>::from(end);
        let access_token = secret::token();
        self.access.retain(|_, (_, end)| *end > seconds(now));
        self.access
            .insert(access_token.clone(), (access.clone(), seconds(end)));
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": LIFETIME.as_secs(),
            "access_token_expires_at": expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "scope": access.scopes.join(" "),
        });
        if access.scopes.iter().any(|scope| scope == OFFLINE) {
            let token = secret::token();
            answer["refresh_token"] = token.as_str().into();
            self.refresh.insert(token, access);
        }
        self.keep();
        answer
    }

    /// Returns the access of a refresh token, if it was issued to this app.
    pub fn find(&self, token: &str, client_id: &str) -> Option<&Access> {
        let access = self.refresh.get(token)?;
        (access.client_id == client_id).then_some(access)
    }

    /// Returns whether an access token is valid.
    pub fn admits(&self, token: &str, now: SystemTime) -> bool {
        let known = self.access.get(token);
        known.is_some_and(|(_, end)| *end > seconds(now))
    }

    /// Revokes a token of an app (RFC 7009 section 2.1).
    pub fn revoke(&mut self, token: &str, client_id: &str) {
        let is_other = |access: &Access| access.client_id != client_id;
        self.refresh
            .retain(|known, access| known != token || is_other(access));
        self.access
            .retain(|known, (access, _)| known != token || is_other(access));
        self.keep();
    }

    /// Removes a refresh token that was used.
    pub fn remove(&mut self, token: &str) {
        self.refresh.remove(token);
    }

    fn keep(&self) {
        if let Some(file) = &self.file
            && let Err(error) = self.write(file)
        {
            eprintln!("{} can't be written: {error}", file.display());
        }
    }

    fn write(&self, file: &Path) -> io::Result<()> {
        let refresh: serde_json::Map<_, _> = (self.refresh.iter())
            .map(|(token, access)| (token.clone(), value_of(access)))
            .collect();
        let access: serde_json::Map<_, _> = (self.access.iter())
            .map(|(token, (access, end))| {
                let mut value = value_of(access);
                value["expires_at"] = (*end).into();
                (token.clone(), value)
            })
            .collect();
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let text = json!({"refresh": refresh, "access": access}).to_string();
        options.open(file)?.write_all(text.as_bytes())
    }
}

fn value_of(access: &Access) -> Value {
    json!({
        "client_id": access.client_id,
        "scopes": access.scopes,
        "audiences": access.audiences,
    })
}

fn access_of(value: &Value) -> Access {
    let texts = |name: &str| {
        let items = value[name].as_array().into_iter().flatten();
        items
            .filter_map(|it| Some(it.as_str()?.to_owned()))
            .collect()
    };
    Access {
        client_id: value["client_id"].as_str().unwrap_or_default().to_owned(),
        scopes: texts("scopes"),
        audiences: texts("audiences"),
    }
}

fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
