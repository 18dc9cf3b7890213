//! Reads the responses of authorization servers, leniently.

use std::fmt;
use std::time::{Duration, SystemTime};

use chrono::DateTime;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::error::message::one_line;
use crate::error::request_id::{Ending, request_id};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::oauth::token_set::TokenSet;
use crate::response::{RawResponse, content_type};
use crate::retry::retry_after;
use crate::wire::mismatch::Mismatch;

/// The longest lifetime that is accepted, in seconds: ten years.
const MAX_SECONDS: f64 = 315_360_000.0;

/// The error codes that belong to OAuth whatever the status is: those of RFC 6749 section 5.2 and
/// RFC 8628 section 3.5, and Microsoft's own.
const ERROR_CODES: &[&str] = &[
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "authorization_pending",
    "slow_down",
    "access_denied",
    "expired_token",
    "authorization_declined",
    "bad_verification_code",
    "code_expired",
];

/// The properties of a response, which is a JSON object or a form.
pub struct Properties(Map<String, Value>);

impl Properties {
    /// Reads the body of a response, whatever its status.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is neither a JSON object nor a form.
    pub fn read(response: &RawResponse) -> Result<Self, DecodeProblem> {
        let body = &response.body;
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let Some(first) = body.iter().find(|byte| !byte.is_ascii_whitespace()) else {
            return Err(DecodeProblem::Empty);
        };
        if *first != b'{' && is_form(content_type(&response.headers), body) {
            return Ok(Self(form(body)));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(properties)) => Ok(Self(properties)),
            Ok(other) => Err(DecodeProblem::Mismatch(Mismatch::new("an object", &other))),
            Err(error) => Err(DecodeProblem::NotJson(error)),
        }
    }

    /// Returns a string that isn't empty. A number is converted.
    #[must_use]
    pub fn string(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Returns a boolean; `false` if there is none.
    #[must_use]
    #[cfg(feature = "sign-in")]
    pub fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Returns the items of an array.
    #[must_use]
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    pub fn array(&self, name: &str) -> Vec<Value> {
        let items = self.0.get(name).and_then(Value::as_array);
        items.cloned().unwrap_or_default()
    }

    /// Returns the strings of an array.
    #[must_use]
    pub fn strings(&self, name: &str) -> Vec<String> {
        let items = self.0.get(name).and_then(Value::as_array);
        let strings = items.into_iter().flatten().filter_map(Value::as_str);
        strings.map(str::to_owned).collect()
    }

    /// Returns the string under the first of these names that has one.
    ///
    /// # Errors
    ///
    /// Returns an error about the first name if none of them has a string.
    pub fn required(&self, names: &[&'static str]) -> Result<String, DecodeProblem> {
        if let Some(text) = names.iter().find_map(|name| self.string(name)) {
            return Ok(text);
        }
        let name = names.first().copied().unwrap_or_default();
        Err(DecodeProblem::Mismatch(match self.0.get(name) {
            None | Some(Value::Null) => Mismatch::missing(name),
            Some(found) => Mismatch::new("a non-empty string", found).in_property(name),
        }))
    }

    /// Returns a number of seconds, which may be a string. A negative number is zero.
    #[must_use]
    pub fn seconds(&self, name: &str) -> Option<Duration> {
        let seconds = self.number(name)?;
        Duration::try_from_secs_f64(seconds.clamp(0.0, MAX_SECONDS)).ok()
    }

    /// Returns a point in time: RFC 3339, RFC 2822, or seconds since 1970.
    #[must_use]
    pub fn instant(&self, name: &str) -> Option<SystemTime> {
        if let Some(seconds) = self.number(name) {
            let since = Duration::try_from_secs_f64(seconds).ok()?;
            return SystemTime::UNIX_EPOCH.checked_add(since);
        }
        date(self.0.get(name)?.as_str()?)
    }

    fn number(&self, name: &str) -> Option<f64> {
        let number = match self.0.get(name)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        (!number.is_nan()).then_some(number)
    }
}

impl From<Map<String, Value>> for Properties {
    fn from(properties: Map<String, Value>) -> Self {
        Self(properties)
    }
}

/// Returns whether a body is a form, by its media type. Without one, or with `text/plain`, the body
/// decides.
fn is_form(media_type: Option<&str>, body: &[u8]) -> bool {
    let looks_like_form = || {
        let odd = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'"');
        body.contains(&b'=') && !body.trim_ascii().iter().any(odd)
    };
    match media_type {
        Some(media_type) if media_type.eq_ignore_ascii_case("text/plain") => looks_like_form(),
        Some(media_type) => media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
        None => looks_like_form(),
    }
}

/// Decodes the fields of a form. The first of several fields with the same name wins.
fn form(body: &[u8]) -> Map<String, Value> {
    let mut properties = Map::new();
    for pair in body.trim_ascii().split(|byte| *byte == b'&') {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let mut next = || decoded(parts.next().unwrap_or_default());
        let (name, value) = (next(), next());
        properties.entry(name).or_insert_with(|| value.into());
    }
    properties
}

fn decoded(text: &[u8]) -> String {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_encoding::percent_decode(&spaced)
        .decode_utf8_lossy()
        .into_owned()
}

/// Parses a date and time of RFC 3339 or RFC 2822.
#[must_use]
pub(crate) fn date(text: &str) -> Option<SystemTime> {
    let date = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .ok()?;
    let since = Duration::new(date.timestamp().unsigned_abs(), 0);
    let whole = if date.timestamp() < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(since)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(since)
    };
    whole?.checked_add(Duration::from_nanos(date.timestamp_subsec_nanos().into()))
}

/// The error response of an authorization server (RFC 6749 section 5.2).
///
/// `Display` prints one line: `invalid_grant: the code is used up (https://…) (request r1)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuthError {
    /// `error`: the error code, such as `invalid_grant`.
    pub error: String,
    /// `error_description`: an explanation for developers.
    pub description: Option<String>,
    /// `error_uri`: the URL of a page about the error.
    pub uri: Option<String>,
    /// The server's request ID, if the response carried one.
    pub request_id: Option<String>,
    /// How long the server asked to wait before another request (`Retry-After`, RFC 9110 section
    /// 10.2.3), counted from the response.
    pub retry_after: Option<Duration>,
}

impl OAuthError {
    /// Returns whether a refresh token is no longer valid, so that the user has to sign in again.
    /// GitHub has a code of its own for that.
    pub(crate) fn ends_session(&self) -> bool {
        matches!(self.error.as_str(), "invalid_grant" | "bad_refresh_token")
    }

    /// Returns the error of a response, whatever its status.
    ///
    /// If the status says that the server is unavailable, only the error codes of OAuth count:
    /// other software also writes texts such as `Internal Server Error` into `error`.
    #[must_use]
    pub fn in_response(response: &RawResponse, properties: &Properties) -> Option<Self> {
        let Some(Value::String(code)) = properties.0.get("error") else {
            return None;
        };
        let is_known = ERROR_CODES.contains(&code.as_str());
        let is_foreign =
            code.is_empty() || code.contains(char::is_whitespace) || is_busy(response.status);
        (is_known || !is_foreign).then(|| Self {
            error: code.clone(),
            description: properties.string("error_description"),
            uri: properties.string("error_uri"),
            request_id: request_id(&response.headers).map(str::to_owned),
            retry_after: retry_after(&response.headers, crate::clock::time_of_day()),
        })
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&self.error).unwrap_or_default())?;
        if let Some(description) = self.description.as_deref().and_then(one_line) {
            write!(f, ": {description}")?;
        }
        if let Some(uri) = self.uri.as_deref().and_then(one_line) {
            write!(f, " ({uri})")?;
        }
        let ending = Ending {
            request_id: self.request_id.as_deref(),
            attempts: 1,
        };
        ending.fmt(f)
    }
}

impl std::error::Error for OAuthError {}

/// Reads the properties of a successful response.
///
/// # Errors
///
/// Returns the [`OAuthError`] of the response, whatever its status, or an [`Error`] if the response
/// is unsuccessful or unreadable.
pub(crate) fn read_success<E>(response: RawResponse) -> Result<(RawResponse, Properties), E>
where
    E: From<OAuthError> + From<Error>,
{
    let properties = Properties::read(&response);
    if let Ok(properties) = &properties
        && let Some(error) = OAuthError::in_response(&response, properties)
    {
        return Err(error.into());
    }
    match properties {
        _ if !response.status.is_success() => Err(response.into_error().into()),
        Ok(properties) => Ok((response, properties)),
        Err(problem) => Err(decode_error(response, problem).into()),
    }
}

/// Reads the tokens of a response. Their lifetime counts from `requested_at`.
///
/// # Errors
///
/// Returns the errors of [`read_success`], and an error if the response has no access token.
pub(crate) fn read_tokens<E>(response: RawResponse, requested_at: SystemTime) -> Result<TokenSet, E>
where
    E: From<OAuthError> + From<Error>,
{
    let (response, properties) = read_success::<E>(response)?;
    TokenSet::read(&properties, requested_at)
        .map_err(|problem| decode_error(response, problem).into())
}

/// Returns whether a status says that the server is temporarily unavailable: 408, 429 or 5xx.
#[must_use]
pub(crate) fn is_busy(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
        )
}

/// Returns the error for a response without the required properties.
#[must_use]
pub(crate) fn decode_error(response: RawResponse, problem: DecodeProblem) -> Error {
    Error::Decode(DecodeError::new(response, problem))
}

#[cfg(test)]
mod tests;
