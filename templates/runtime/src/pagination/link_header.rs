//! The `Link` header (RFC 8288).

use http::HeaderMap;
use http::header::LINK;

/// Returns the target of the first link with `rel="next"` (RFC 8288 section 3).
#[inline]
pub(super) fn next_link(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(LINK).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .find_map(next_link_of_value)
}

#[inline]
fn next_link_of_value(value: &str) -> Option<String> {
    let mut rest = value;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (mut parameters, following_links) = split_unquoted(',', after);
        while !parameters.is_empty() {
            let (parameter, following) = split_unquoted(';', parameters);
            if is_next(parameter) {
                return Some(target.trim().to_owned());
            }
            parameters = following;
        }
        rest = following_links;
    }
}

/// Splits a text at the first `end` outside of quotes, which must be ASCII.
#[inline]
fn split_unquoted(end: char, text: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == end && !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// Returns whether a link parameter is `rel` with `next` among its relations.
#[inline]
fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let relations = value.trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel")
        && relations
            .split_ascii_whitespace()
            .any(|relation| relation.eq_ignore_ascii_case("next"))
}
