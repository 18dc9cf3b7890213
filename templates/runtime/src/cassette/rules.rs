//! What is redacted, and by what.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, request, response};
use secrecy::{ExposeSecret, SecretString};

use super::exchange::{RecordedRequest, RecordedResponse};
use super::pairs::{Redact, decoded, find, redact_json, redact_pairs, redact_parts};
use crate::auth::{Scheme, SchemeKind};
use crate::response::boundary;
use crate::transport::redaction::{ApiSchemes, REDACTED, is_sensitive_header, is_url_header};

/// The names of secrets in queries, forms and JSON, as [`normalized`] returns them.
const SECRETS: [&str; 28] = [
    "accesstoken",
    "actortoken",
    "apikey",
    "assertion",
    "authtoken",
    "clientassertion",
    "clientsecret",
    "codeverifier",
    "devicecode",
    "idtoken",
    "idtokenhint",
    "loginticket",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "refreshtoken",
    "registrationaccesstoken",
    "secret",
    "sessiontoken",
    "sig",
    "signature",
    "subjecttoken",
    "token",
    "xamzsecuritytoken",
    "xamzsignature",
    "xapikey",
    "xgoogsignature",
];

/// The field of a token request that names its grant (RFC 6749), as documents write it.
const GRANTS: [&[u8]; 3] = [b"grant_type", b"grantType", b"GrantType"];

/// The shortest secret that is searched for elsewhere, in bytes.
const SHORTEST: usize = 8;

/// The boundary of recorded multipart requests, which are sent with a random one.
const BOUNDARY: &str = "boundary-of-the-cassette";

/// What is redacted beside the usual credentials.
#[derive(Clone, Default)]
pub(super) struct Rules {
    pub(super) headers: Vec<HeaderName>,
    pub(super) query: Vec<String>,
    pub(super) properties: Vec<String>,
    pub(super) values: Vec<SecretString>,
}

/// Returns a name in the form in which names are compared: `client_secret`, `clientSecret` and
/// `Client-Secret` are the same.
pub(super) fn normalized(name: &str) -> String {
    let letters = name
        .chars()
        .filter(|it| !matches!(it, '_' | '-' | ' ' | '.'));
    letters.flat_map(char::to_lowercase).collect()
}

/// The secrets that were found so far, the first ones: the time to search for them is limited.
#[derive(Default)]
pub(super) struct Secrets {
    kept: Vec<Vec<u8>>,
    count: usize,
}

/// The largest number of secrets that are searched for elsewhere.
const MOST: usize = 256;

impl Secrets {
    /// Adds a secret; returns its number, counted from 1.
    fn add(&mut self, secret: &[u8]) -> usize {
        if let Some(index) = self.kept.iter().position(|it| it == secret) {
            return index + 1;
        }
        self.count += 1;
        if self.kept.len() < MOST {
            self.kept.push(secret.to_vec());
        }
        self.count
    }
}

/// Redacts one message.
struct Redactor<'a> {
    rules: &'a Rules,
    schemes: &'static [Scheme],
    secrets: &'a mut Secrets,
    /// Whether each secret has a placeholder of its own, as in responses.
    is_numbered: bool,
    /// Whether `code` is a secret.
    has_code: bool,
}

impl Redact for Redactor<'_> {
    fn is_secret(&self, name: &str) -> bool {
        let is_key = |it: &Scheme| match it.kind {
            SchemeKind::QueryKey(key) => key == name,
            _ => false,
        };
        let name = normalized(name);
        let rules = self.rules;
        SECRETS.contains(&name.as_str())
            || (self.has_code && name == "code")
            || rules.query.contains(&name)
            || rules.properties.contains(&name)
            || self.schemes.iter().any(is_key)
    }

    fn replace(&mut self, secret: &[u8]) -> String {
        if secret.is_empty() {
            return String::new();
        }
        if without_numbers(secret) == REDACTED.as_bytes() {
            return match self.is_numbered {
                true => String::from_utf8_lossy(secret).into_owned(),
                false => REDACTED.to_owned(),
            };
        }
        let plain = decoded(secret);
        if plain != secret {
            self.secrets.add(&plain);
        }
        let number = self.secrets.add(secret);
        match self.is_numbered {
            true => format!("{REDACTED}-{number}"),
            false => REDACTED.to_owned(),
        }
    }
}

impl Rules {
    /// Returns a request without its secrets, which are added to `secrets`.
    pub(super) fn request(
        &self,
        parts: &request::Parts,
        body: &[u8],
        secrets: &mut Secrets,
    ) -> RecordedRequest {
        let form = is_form(&parts.headers, body);
        let mut redactor = Redactor {
            rules: self,
            schemes: ApiSchemes::of(&parts.extensions),
            secrets,
            is_numbered: false,
            has_code: false,
        };
        let mut headers = redactor.headers(&parts.headers);
        let url = redact_pairs(parts.uri.to_string().as_bytes(), false, &mut redactor);
        redactor.has_code = GRANTS.iter().any(|it| contains(body, it));
        let mut body = redactor.body(body, form);
        let boundary = boundary(&parts.headers);
        if let Some(boundary) = boundary {
            body = redact_parts(&body, boundary, &mut redactor);
        }
        // Once all secrets of the request are known.
        redactor.scrub_headers(&mut headers);
        let url = redactor.scrub(url);
        let mut body = redactor.scrub(body);
        if let Some(boundary) = boundary {
            body = replaced(&body, boundary.as_bytes(), BOUNDARY.as_bytes());
            if let Some(value) = headers.get_mut(CONTENT_TYPE) {
                let text = replaced(value.as_bytes(), boundary.as_bytes(), BOUNDARY.as_bytes());
                *value = header_value(&text);
            }
        }
        RecordedRequest {
            method: parts.method.clone(),
            url: String::from_utf8_lossy(&url).into_owned(),
            headers,
            body: Bytes::from(body),
        }
    }

    /// Returns a response without its secrets, which are added to `secrets`. `schemes` are those of
    /// its request.
    pub(super) fn response(
        &self,
        parts: &response::Parts,
        schemes: &'static [Scheme],
        body: &[u8],
        secrets: &mut Secrets,
    ) -> RecordedResponse {
        let mut redactor = Redactor {
            rules: self,
            schemes,
            secrets,
            is_numbered: true,
            has_code: false,
        };
        let redacted = redactor.body(body, is_form(&parts.headers, body));
        redactor.has_code = true;
        let mut headers = redactor.headers(&parts.headers);
        // Once all secrets of the response are known.
        redactor.scrub_headers(&mut headers);
        let redacted = redactor.scrub(redacted);
        if redacted.len() != body.len() && headers.contains_key(CONTENT_LENGTH) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(redacted.len()));
        }
        RecordedResponse {
            status: parts.status,
            headers,
            body: Bytes::from(redacted),
            broke_off: None,
        }
    }
}

impl Redactor<'_> {
    fn body(&mut self, body: &[u8], is_form: bool) -> Vec<u8> {
        let body = redact_pairs(body, is_form, self);
        match is_form {
            true => body,
            false => redact_json(&body, self),
        }
    }

    fn headers(&mut self, headers: &HeaderMap) -> HeaderMap {
        let mut out = HeaderMap::new();
        for (name, value) in headers {
            let is_secret =
                is_sensitive_header(name, value, self.schemes) || self.rules.headers.contains(name);
            let text = value.as_bytes();
            let text = if name == SET_COOKIE {
                self.set_cookie(text)
            } else if is_secret {
                self.credential(name, text)
            } else if is_url_header(name) {
                redact_pairs(text, false, self)
            } else {
                text.to_vec()
            };
            out.append(name, header_value(&text));
        }
        out
    }

    /// Redacts the value of a cookie, and keeps its name and attributes.
    fn set_cookie(&mut self, cookie: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(cookie);
        let (pair, attributes) = match text.find(';') {
            Some(at) => text.split_at(at),
            None => (&*text, ""),
        };
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        if value.is_empty() {
            return cookie.to_vec();
        }
        let value = self.replace(value.as_bytes());
        format!("{name}={value}{attributes}").into_bytes()
    }

    /// Redacts the value of a header as a whole, and remembers the secrets in it.
    fn credential(&mut self, name: &HeaderName, value: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(value);
        if name == COOKIE {
            for pair in text.split(';') {
                let (_, value) = pair.split_once('=').unwrap_or(("", pair));
                self.replace(value.trim().as_bytes());
            }
            return REDACTED.into();
        }
        let (scheme, secret) = match text.split_once(' ') {
            Some(parts) if name == AUTHORIZATION => parts,
            _ => ("", &*text),
        };
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(pair) = STANDARD.decode(secret.trim())
            && let Some(colon) = pair.iter().position(|it| *it == b':')
        {
            self.replace(&pair[colon + 1..]);
        }
        self.replace(secret.trim().as_bytes()).into()
    }

    fn scrub_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            *value = header_value(&self.scrub(value.as_bytes().to_vec()));
        }
    }

    /// Replaces the secrets that were found so far, and those that the user has named, wherever they
    /// occur.
    fn scrub(&self, mut text: Vec<u8>) -> Vec<u8> {
        for value in &self.rules.values {
            let value = value.expose_secret();
            if !value.is_empty() && contains(&text, value.as_bytes()) {
                text = replaced(&text, value.as_bytes(), REDACTED.as_bytes());
            }
        }
        let secrets = self.secrets.kept.iter().enumerate();
        let mut secrets: Vec<_> = secrets.filter(|(_, it)| it.len() >= SHORTEST).collect();
        // A secret may contain another.
        secrets.sort_by_key(|(_, secret)| std::cmp::Reverse(secret.len()));
        for (index, secret) in secrets {
            if contains(&text, secret) {
                let placeholder = match self.is_numbered {
                    true => format!("{REDACTED}-{}", index + 1),
                    false => REDACTED.to_owned(),
                };
                text = replaced(&text, secret, placeholder.as_bytes());
            }
        }
        if self.is_numbered {
            return text;
        }
        without_numbers(&text)
    }
}

/// Removes the numbers of placeholders, which a replayed client sends.
fn without_numbers(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find(rest, REDACTED.as_bytes()) {
        let end = at + REDACTED.len();
        out.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
        if let Some(number) = rest.strip_prefix(b"-") {
            let digits = number.iter().take_while(|it| it.is_ascii_digit()).count();
            if digits > 0 {
                rest = &number[digits..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Returns whether a body is a form: by its label, or because it looks like one. Some authorization
/// servers send tokens so, with another label.
fn is_form(headers: &HeaderMap, body: &[u8]) -> bool {
    let label = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_labelled = label.is_some_and(|it| {
        let it = it.to_ascii_lowercase();
        it.starts_with(b"application/x-www-form-urlencoded")
    });
    let is_part = |it: &u8| it.is_ascii_graphic() && !matches!(it, b'{' | b'"' | b'<');
    is_labelled || (contains(body, b"=") && body.iter().all(is_part))
}

/// Returns the value of a header. Redaction only writes characters that are allowed.
fn header_value(text: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(text).unwrap_or_else(|_| HeaderValue::from_static(REDACTED))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    find(text, part).is_some()
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find(rest, from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}
