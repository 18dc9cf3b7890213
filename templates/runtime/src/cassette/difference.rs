//! Compares a request with a recorded one.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName};

use super::exchange::RecordedRequest;

/// What is compared.
#[derive(Clone, Default)]
pub(super) struct Matching {
    pub(super) headers: Vec<HeaderName>,
    pub(super) ignores_host: bool,
    pub(super) ignored_query: Vec<String>,
    pub(super) ignores_body: bool,
}

impl Matching {
    /// Returns what differs, as sentences; empty if nothing does.
    pub(super) fn difference(&self, recorded: &RecordedRequest, sent: &RecordedRequest) -> String {
        let mut out = String::new();
        differ(
            &mut out,
            "method",
            recorded.method.as_str(),
            sent.method.as_str(),
        );
        differ(
            &mut out,
            "URL",
            &self.url(&recorded.url),
            &self.url(&sent.url),
        );
        for name in &self.headers {
            let what = format!("header `{name}`");
            let values = |headers: &HeaderMap| {
                let all = headers.get_all(name).iter();
                let all = all.map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
                all.collect::<Vec<_>>().join(", ")
            };
            differ(
                &mut out,
                &what,
                &values(&recorded.headers),
                &values(&sent.headers),
            );
        }
        if !self.ignores_body && recorded.body != sent.body {
            let same = recorded.body.iter().zip(&sent.body);
            let at = same.take_while(|(one, other)| one == other).count();
            let _ = write!(out, "; the body differs from byte {at} on: ");
            let (recorded, sent) = (excerpt(&recorded.body, at), excerpt(&sent.body, at));
            let _ = write!(out, "`{recorded}` was recorded, and `{sent}` is sent");
        }
        out.trim_start_matches("; ").to_owned()
    }

    /// Returns the compared part of a URL.
    fn url(&self, url: &str) -> String {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut out = match path.split_once("://") {
            Some((_, rest)) if self.ignores_host => {
                rest.find('/').map_or("/", |at| &rest[at..]).to_owned()
            }
            _ => path.to_owned(),
        };
        let mut separator = '?';
        for pair in query.split('&').filter(|it| !it.is_empty()) {
            let name = pair.split('=').next().unwrap_or_default();
            if self.ignored_query.iter().all(|it| it != name) {
                out.push(separator);
                out.push_str(pair);
                separator = '&';
            }
        }
        out
    }
}

fn differ(out: &mut String, what: &str, recorded: &str, sent: &str) {
    if recorded != sent {
        let _ = write!(out, "; the {what} is `{sent}` instead of `{recorded}`");
    }
}

/// Returns the text around a position.
fn excerpt(body: &[u8], at: usize) -> String {
    let begin = at.saturating_sub(20);
    let end = body.len().min(at + 40);
    let text = String::from_utf8_lossy(body.get(begin..end).unwrap_or_default());
    let (before, after) = (begin > 0, end < body.len());
    let dots = |shown: bool| if shown { "…" } else { "" };
    format!("{}{}{}", dots(before), text.escape_debug(), dots(after))
}
