//! The text of a body that isn't JSON, such as the page of a proxy.

use crate::error::message::truncate;

/// How much of a body is searched, in bytes.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Returns the text of a body that isn't JSON, without the tags of HTML and XML; `None` if its first
/// `max_chars` characters aren't text.
pub(super) fn plain_text(
    content_type: Option<&str>,
    body: &[u8],
    max_chars: usize,
) -> Option<String> {
    let body = body.get(..MAX_TEXT_BYTES).unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    for c in truncate(&text, max_chars).chars() {
        if c.is_control() && !c.is_whitespace() {
            return None;
        }
    }
    if text.starts_with('\u{FFFD}') {
        return None;
    }
    let markup = content_type
        .is_some_and(|media_type| media_type.ends_with("html") || media_type.ends_with("xml"));
    Some(if markup || text.trim_start().starts_with('<') {
        without_tags(&text)
    } else {
        text.into_owned()
    })
}

/// Returns the text of a page, without its tags, scripts and styles.
fn without_tags(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        push_unescaped(before, &mut out);
        out.push(' ');
        let end = match tag {
            _ if starts_with_ignore_case(tag, "script") => "</script",
            _ if starts_with_ignore_case(tag, "style") => "</style",
            _ if starts_with_ignore_case(tag, "!--") => "-->",
            _ => "",
        };
        rest = after_tag(tag, end);
    }
    push_unescaped(rest, &mut out);
    out
}

/// Finds `end`, ignoring case, and returns what follows the next `>`; empty if there is none.
fn after_tag<'t>(mut text: &'t str, end: &str) -> &'t str {
    while !starts_with_ignore_case(text, end) {
        let mut chars = text.chars();
        if chars.next().is_none() {
            return "";
        }
        text = chars.as_str();
    }
    text.split_once('>').map_or("", |(_, rest)| rest)
}

/// Returns whether a text begins with another, ignoring case.
fn starts_with_ignore_case(text: &str, with: &str) -> bool {
    let head = text.as_bytes().get(..with.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
}

/// Character references (HTML) and their characters.
const CHARACTER_REFERENCES: &[(&str, char)] = &[
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#39;", '\''),
    ("&nbsp;", ' '),
    ("&amp;", '&'),
];

/// Appends text, with its character references resolved.
fn push_unescaped(mut text: &str, out: &mut String) {
    while let Some(at) = text.find('&') {
        let (before, rest) = text.split_at(at);
        out.push_str(before);
        let mut references = CHARACTER_REFERENCES.iter();
        let known = references.find(|(written, _)| rest.starts_with(written));
        let (written, meant) = known.unwrap_or(&("&", '&'));
        out.push(*meant);
        text = rest.split_at(written.len()).1;
    }
    out.push_str(text);
}
