//! Media types of responses (RFC 9110 section 8.3).

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// Media types that the OpenAPI document describes for the same response but that this call doesn't
/// accept, each with the method that does.
#[doc(hidden)]
pub type Alternates = &'static [(&'static str, &'static str)];

/// Returns the media type of a response, without parameters.
#[must_use]
pub(crate) fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim())
}

/// Returns the boundary of a multipart body (RFC 2046 section 5.1.1).
#[cfg(any(feature = "streaming", feature = "cassette"))]
#[must_use]
pub(crate) fn boundary(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (media_type, parameters) = value.split_once(';')?;
    let (main, _) = media_type.split_once('/')?;
    if !main.trim().eq_ignore_ascii_case("multipart") {
        return None;
    }
    let found = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_boundary = name.trim().eq_ignore_ascii_case("boundary");
        is_boundary.then(|| value.trim().trim_matches('"'))
    });
    found.filter(|boundary| !boundary.is_empty())
}

/// Returns the method that accepts the media type of a response, if that is one of `alternates`.
#[must_use]
pub(crate) fn alternate_method(
    headers: &HeaderMap,
    alternates: Alternates,
) -> Option<&'static str> {
    let own = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let mut alternates = alternates.iter();
    alternates
        .find(|(alternate, _)| is_media_type(own, alternate))
        .map(|(_, method)| *method)
}

/// Returns whether a media type is the one described: the same type, and every parameter that the
/// description has (RFC 9110 section 8.3.1).
pub(crate) fn is_media_type(own: &str, described: &str) -> bool {
    let mut own = own.split(';').map(str::trim);
    let mut described = described.split(';').map(str::trim);
    let (Some(own_type), Some(described_type)) = (own.next(), described.next()) else {
        return false;
    };
    let has = |wanted: &str| {
        let mut own = own.clone();
        own.any(|parameter| unquoted(parameter).eq_ignore_ascii_case(wanted))
    };
    own_type.eq_ignore_ascii_case(described_type) && described.all(has)
}

/// Removes the quotes around a parameter's value.
fn unquoted(parameter: &str) -> String {
    let mut out = String::new();
    for part in parameter.split('"') {
        out.push_str(part);
    }
    out
}
