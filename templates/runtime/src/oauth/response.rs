//! What an authorization server answers, read leniently.

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
use crate::wire::mismatch::Mismatch;

/// The longest time that is believed, in seconds: ten years.
const LONGEST: f64 = 315_360_000.0;

/// Codes that are OAuth's whatever the status: those of RFC 6749 section 5.2, RFC 8628 section 3.5,
/// and what Microsoft says instead.
const CODES: &[&str] = &[
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

/// The members of an answer, which is JSON or a form.
pub struct Members(Map<String, Value>);

impl Members {
    /// Reads the body of an answer, whatever its status.
    ///
    /// # Errors
    ///
    /// It is neither a JSON object nor a form.
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
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(other) => Err(DecodeProblem::Mismatch(Mismatch::new("an object", &other))),
            Err(error) => Err(DecodeProblem::NotJson(error)),
        }
    }

    /// Members by name, all of them texts.
    pub fn of(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let texts = texts.into_iter();
        Self(texts.map(|(name, text)| (name, text.into())).collect())
    }

    /// A text that isn't empty; a number is as good.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The texts of an array.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = self.0.get(name).and_then(Value::as_array);
        let texts = items.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// The first of these names that has a text.
    ///
    /// # Errors
    ///
    /// None has: what is wrong with the first.
    pub fn required(&self, names: &[&'static str]) -> Result<String, DecodeProblem> {
        if let Some(text) = names.iter().find_map(|name| self.text(name)) {
            return Ok(text);
        }
        let name = names.first().copied().unwrap_or_default();
        Err(DecodeProblem::Mismatch(match self.0.get(name) {
            None | Some(Value::Null) => Mismatch::missing(name),
            Some(found) => Mismatch::new("a text that isn't empty", found).in_property(name),
        }))
    }

    /// Seconds, as a number or its text; what is below zero is zero.
    #[must_use]
    pub fn seconds(&self, name: &str) -> Option<Duration> {
        let seconds = self.number(name)?;
        Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST)).ok()
    }

    /// An instant: RFC 3339, RFC 2822, or seconds since 1970.
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

/// Whether a body is a form: it says so, or says nothing and looks like one.
fn is_form(media_type: Option<&str>, body: &[u8]) -> bool {
    let looks = || {
        let odd = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'"');
        body.contains(&b'=') && !body.trim_ascii().iter().any(odd)
    };
    match media_type {
        Some(media_type) if media_type.eq_ignore_ascii_case("text/plain") => looks(),
        Some(media_type) => media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
        None => looks(),
    }
}

/// The fields of a form; of a repeated one, the first.
fn form(body: &[u8]) -> Map<String, Value> {
    let mut members = Map::new();
    for pair in body.trim_ascii().split(|byte| *byte == b'&') {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let mut next = || unescaped(halves.next().unwrap_or_default());
        let (name, value) = (next(), next());
        members.entry(name).or_insert_with(|| value.into());
    }
    members
}

fn unescaped(text: &[u8]) -> String {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_encoding::percent_decode(&spaced)
        .decode_utf8_lossy()
        .into_owned()
}

/// A date and time as RFC 3339 or RFC 2822 writes it.
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

/// What an authorization server says of a failure (RFC 6749 section 5.2).
///
/// `Display` is `invalid_grant: the code is used up (https://…) (request r1)`, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuthError {
    /// `error`: a code, such as `invalid_grant`.
    pub error: String,
    /// `error_description`: a text for the developer.
    pub description: Option<String>,
    /// `error_uri`: a page about it.
    pub uri: Option<String>,
    /// What names the request in the server's logs, if the server sent it.
    pub request_id: Option<String>,
}

impl OAuthError {
    /// The error in an answer, whatever its status.
    ///
    /// Where the status already says that the server can't serve now, only a code of OAuth's own
    /// counts: other software puts texts such as `Internal Server Error` into `error`, too.
    #[must_use]
    pub fn find(response: &RawResponse, members: &Members) -> Option<Self> {
        let Some(Value::String(code)) = members.0.get("error") else {
            return None;
        };
        let known = CODES.contains(&code.as_str());
        let foreign =
            code.is_empty() || code.contains(char::is_whitespace) || is_busy(response.status);
        (known || !foreign).then(|| Self {
            error: code.clone(),
            description: members.text("error_description"),
            uri: members.text("error_uri"),
            request_id: request_id(&response.headers).map(str::to_owned),
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

/// The members of a success; an answer that is an error becomes one.
///
/// # Errors
///
/// [`OAuthError`], whatever the status, or an [`Error`] of the answer.
pub(crate) fn success<E>(response: RawResponse) -> Result<(RawResponse, Members), E>
where
    E: From<OAuthError> + From<Error>,
{
    let members = Members::read(&response);
    if let Ok(members) = &members
        && let Some(error) = OAuthError::find(&response, members)
    {
        return Err(error.into());
    }
    match members {
        _ if !response.status.is_success() => Err(response.into_error().into()),
        Ok(members) => Ok((response, members)),
        Err(problem) => Err(unreadable(response, problem).into()),
    }
}

/// The tokens in an answer, their time counted from `asked`.
///
/// # Errors
///
/// See [`success`]; and if there is no access token in it.
pub(crate) fn token_answer<E>(response: RawResponse, asked: SystemTime) -> Result<TokenSet, E>
where
    E: From<OAuthError> + From<Error>,
{
    let (response, members) = success::<E>(response)?;
    TokenSet::read(&members, asked).map_err(|problem| unreadable(response, problem).into())
}

/// Whether a status says that the server can't serve now: 408, 429, 5xx.
#[must_use]
pub(crate) fn is_busy(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
        )
}

/// The error of an answer without the members that it should have.
#[must_use]
pub(crate) fn unreadable(response: RawResponse, problem: DecodeProblem) -> Error {
    Error::Decode(DecodeError::new(response, problem))
}

#[cfg(test)]
mod tests;
