//! The request with which a browser returns, which is the server's authorization response (RFC 6749
//! section 4.1.2).

use url::form_urlencoded;

use crate::oauth::response::OAuthError;

/// The authorization response.
pub(super) struct AuthorizationResponse {
    /// `state`; empty if there is none.
    pub(super) state: String,
    /// `iss` (RFC 9207)
    pub(super) issuer: Option<String>,
    /// `code`, or the error.
    pub(super) result: Result<String, OAuthError>,
}

/// Where a browser is expected to return to.
pub(super) struct ReturnAddress {
    /// The value of the `Host` header.
    pub(super) host: String,
    /// The path.
    pub(super) path: String,
}

/// A request that isn't the browser's return: the status of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    BadRequest,
    NotFound,
    MethodNotAllowed,
    MisdirectedRequest,
}

impl Refusal {
    /// Returns the status line's code and reason.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::MisdirectedRequest => "421 Misdirected Request",
        }
    }
}

/// Reads the head of a request. Another `Host` than the expected one comes from a page that made its own
/// name point to this machine (DNS rebinding).
pub(super) fn read(
    head: &[u8],
    expected: &ReturnAddress,
) -> Result<AuthorizationResponse, Refusal> {
    let head = str::from_utf8(head).map_err(|_| Refusal::BadRequest)?;
    let mut lines = head.split("\r\n");
    let line = lines.next().unwrap_or_default();
    let [method, target, version] = parts(line).ok_or(Refusal::BadRequest)?;
    if !matches!(version, "HTTP/1.1" | "HTTP/1.0") || !target.starts_with('/') {
        return Err(Refusal::BadRequest);
    }
    let mut hosts = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if host.eq_ignore_ascii_case(&expected.host) => {}
        (Some(_), None) => return Err(Refusal::MisdirectedRequest),
        _ => return Err(Refusal::BadRequest),
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != expected.path {
        return Err(Refusal::NotFound);
    }
    if method != "GET" {
        return Err(Refusal::MethodNotAllowed);
    }
    of_query(query).ok_or(Refusal::BadRequest)
}

/// Splits a request line at its two spaces.
fn parts(line: &str) -> Option<[&str; 3]> {
    let mut parts = line.split(' ');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

/// Reads the parameters. Returns `None` if one is repeated, which RFC 6749 section 3.1 forbids, or if
/// they are no response.
fn of_query(query: &str) -> Option<AuthorizationResponse> {
    let names = [
        "code",
        "state",
        "iss",
        "error",
        "error_description",
        "error_uri",
    ];
    let mut values = names.map(|_| None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(at) = names.iter().position(|known| *known == name) else {
            continue;
        };
        if values[at].replace(value.into_owned()).is_some() {
            return None;
        }
    }
    let [code, state, issuer, error, description, uri] = values;
    let is_set = |value: &String| !value.is_empty();
    let result = match (code.filter(is_set), error.filter(is_set)) {
        (Some(code), None) => Ok(code),
        (None, Some(error)) => Err(OAuthError {
            error,
            description: description.filter(is_set),
            uri: uri.filter(is_set),
            request_id: None,
            retry_after: None,
        }),
        _ => return None,
    };
    Some(AuthorizationResponse {
        state: state.unwrap_or_default(),
        issuer,
        result,
    })
}
