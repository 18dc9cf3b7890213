//! Requests and responses without their credentials, to be printed.

use std::fmt;

use http::header::{CONTENT_LOCATION, LINK, LOCATION, REFERER};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::auth::{Scheme, is_sensitive};
use crate::transport::Body;

/// Stands for a value that is a secret, or may be one.
pub(crate) const REDACTED: &str = "REDACTED";

/// The security schemes of the API that a request belongs to, as an extension of the request.
#[derive(Clone, Copy)]
pub(crate) struct ApiSchemes(pub(crate) &'static [Scheme]);

impl ApiSchemes {
    /// Returns the security schemes for a request; none if the request has lost its extensions.
    #[must_use]
    pub(crate) fn of(extensions: &http::Extensions) -> &'static [Scheme] {
        extensions.get::<Self>().map_or(&[], |it| it.0)
    }
}

/// Prints a request or response without credentials and contents, for logs: `{:?}` of
/// `Redacted(&request)`.
///
/// - Headers that carry credentials are `REDACTED`: those of the API's security schemes, cookies, and
///   those whose value [is marked](HeaderValue::is_sensitive).
/// - So are all values of a query, in the URL and in headers such as `Location`. The document says
///   which of them are credentials, but not which others are secret, such as signatures.
/// - A body is printed as its length.
///
/// `Debug` of a plain [`http::Request`] prints the query.
#[derive(Clone, Copy)]
pub struct Redacted<T>(pub T);

impl fmt::Debug for Redacted<&http::Request<Body>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.0;
        f.debug_struct("Request")
            .field("method", request.method())
            .field(
                "url",
                &format_args!("{}", redact_url(&request.uri().to_string())),
            )
            .field(
                "headers",
                &Headers(request.headers(), ApiSchemes::of(request.extensions())),
            )
            .field("body", request.body())
            .finish()
    }
}

impl fmt::Debug for Redacted<&http::Response<Body>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.0.status())
            .field("headers", &Headers(self.0.headers(), &[]))
            .field("body", self.0.body())
            .finish()
    }
}

struct Headers<'a>(&'a HeaderMap, &'static [Scheme]);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(headers, schemes) = *self;
        let mut map = f.debug_map();
        for (name, value) in headers {
            map.key(name);
            if is_sensitive_header(name, value, schemes) {
                map.value(&format_args!("{REDACTED}"));
            } else if is_url_header(name) {
                map.value(&redact_url(&String::from_utf8_lossy(value.as_bytes())));
            } else {
                map.value(value);
            }
        }
        map.finish()
    }
}

/// Returns whether the value of a header is a credential.
#[must_use]
pub(crate) fn is_sensitive_header(
    name: &HeaderName,
    value: &HeaderValue,
    schemes: &[Scheme],
) -> bool {
    value.is_sensitive() || is_sensitive(name, schemes)
}

/// Returns whether the value of a header has URLs, whose queries may hold secrets.
#[must_use]
pub(crate) fn is_url_header(name: &HeaderName) -> bool {
    [LOCATION, CONTENT_LOCATION, LINK, REFERER].contains(name)
}

/// Returns a URL without the values of its query, any of which may be a secret, and without a user
/// name, password and fragment.
#[must_use]
pub(crate) fn redact_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut out = without_userinfo(path);
    let mut separator = '?';
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        out.push(separator);
        if let Some((name, _)) = pair.split_once('=') {
            out.push_str(name);
            out.push('=');
        }
        out.push_str(REDACTED);
        separator = '&';
    }
    out
}

/// Removes user name and password from the part of a URL before the query.
fn without_userinfo(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("//") else {
        return url.to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}//{host}{path}")
}
