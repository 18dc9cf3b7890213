//! Finds URLs in a text, and decides which may be linked to.

use std::fmt::Write;

/// Returns the target of a link, escaped for `(` and `)`: an absolute `http`, `https` or `mailto`
/// URL (RFC 3986); `None` for anything else.
pub fn target(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = url.split_once(':')?;
    if scheme.eq_ignore_ascii_case("mailto") {
        return is_mailbox(rest).then(|| format!("mailto:{rest}"));
    }
    if !is_web(scheme) || !rest.starts_with("//") || rest.len() == 2 {
        return None;
    }
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            // These characters could end the link, or be read as a character reference.
            '(' | ')' | '[' | ']' | '\'' | ';' => percent(c, &mut out),
            c if is_url_char(c) => out.push(c),
            c => percent(c, &mut out),
        }
    }
    Some(out)
}

/// A part of a text.
#[derive(Debug, PartialEq)]
pub enum TextPart<'a> {
    /// Text without URLs.
    Text(&'a str),
    /// A URL that may stand between `<` and `>`.
    Url(&'a str),
    /// A URL with placeholders, which can't be opened.
    Pattern(&'a str),
}

/// Splits a text at its URLs.
pub fn pieces(text: &str) -> Vec<TextPart<'_>> {
    let mut out = Vec::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| rest.find("://"))
        .map(|at| from + at)
    {
        from = at + 3;
        let Some(start) = scheme_before(text, at, done) else {
            continue;
        };
        let (piece, end) = web_url(text, start, from);
        if let Some(piece) = piece {
            if let Some(before) = text.get(done..start).filter(|before| !before.is_empty()) {
                out.push(TextPart::Text(before));
            }
            out.push(piece);
            done = end;
        }
        from = end.max(from);
    }
    if let Some(rest) = text.get(done..).filter(|rest| !rest.is_empty()) {
        out.push(TextPart::Text(rest));
    }
    out
}

/// Returns the start of the scheme before the `://` at `at`, if it is a web scheme.
fn scheme_before(text: &str, at: usize, from: usize) -> Option<usize> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let start = at
            .checked_sub(scheme.len())
            .filter(|start| *start >= from)?;
        text.get(start..at)?
            .eq_ignore_ascii_case(scheme)
            .then_some(start)
    })
}

/// Returns the URL from `start` whose host begins at `host`, and where the search continues.
fn web_url(text: &str, start: usize, host: usize) -> (Option<TextPart<'_>>, usize) {
    let rest = text.get(host..).unwrap_or_default();
    let length = rest
        .find(|c| !is_url_char(c) && !matches!(c, '{' | '}'))
        .unwrap_or(rest.len());
    let body = rest.get(..length).unwrap_or_default();
    // An unmatched brace belongs to the text around the URL.
    let body = body.split_once('}').map_or(
        body,
        |(before, _)| if before.contains('{') { body } else { before },
    );
    let end = host + trimmed(body);
    let piece = text.get(start..end).filter(|_| end > host).map(|url| {
        if url.contains(['{', '}']) {
            TextPart::Pattern(url)
        } else {
            TextPart::Url(url)
        }
    });
    // The removed end contains no other URL, which would have been cut at its `:`.
    (piece, end)
}

/// Returns the length of a URL without the punctuation of the sentence around it.
fn trimmed(body: &str) -> usize {
    let mut end = body.len();
    let mut round = surplus(body, '(', ')');
    let mut square = surplus(body, '[', ']');
    while let Some(last) = body.get(..end).and_then(|body| body.chars().next_back()) {
        match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => {}
            ')' if round > 0 => round -= 1,
            ']' if square > 0 => square -= 1,
            _ => break,
        }
        end -= last.len_utf8();
    }
    end
}

/// Returns how many more of `close` there are than of `open`.
fn surplus(text: &str, open: char, close: char) -> usize {
    let count = |wanted| text.chars().filter(|c| *c == wanted).count();
    count(close).saturating_sub(count(open))
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// Whether RFC 3986 allows a character in a URL.
fn is_url_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// Whether a text is a plain address such as `help@example.com`.
pub fn is_mailbox(text: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_+".contains(c))
    };
    text.split_once('@').is_some_and(|(local, domain)| {
        local.split('.').all(word) && domain.contains('.') && domain.split('.').all(word)
    })
}

fn percent(c: char, out: &mut String) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        // Writing to a string can't fail.
        let _ = write!(out, "%{byte:02X}");
    }
}
