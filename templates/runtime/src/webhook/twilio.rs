//! Twilio's signatures.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::hmac::{decode, header, sign};
use super::scheme::{Algorithm, SignatureEncoding};
use super::{FORM, SignatureError, WebhookRequest, WebhookVerifier};

/// The header of the signature.
const SIGNATURE: &str = "X-Twilio-Signature";
/// The header that names the algorithm of a signature by a shared key.
const SETTINGS: &str = "X-Twilio-Webhooks-Signature-Settings";
/// The query parameter with the digest of a body that isn't a form.
const BODY_DIGEST: &str = "bodySHA256";

/// Verifies `X-Twilio-Signature`.
///
/// Twilio signs the URL and the parameters of a form by HMAC-SHA1 with the auth token of the account, or by
/// HMAC-SHA256 with a shared key of webhooks, as the header `X-Twilio-Webhooks-Signature-Settings` says.
/// For any other body, the query of the URL holds the body's digest (`bodySHA256`). Pass the URL by
/// [`WebhookRequest::url`], exactly as it is configured at Twilio; a port may be there or not.
///
/// A request whose body the signature doesn't cover is refused.
///
/// ```
/// use http::HeaderMap;
/// use wiretrue::webhook::{SignatureError, TwilioVerifier, WebhookRequest};
///
/// let verifier = TwilioVerifier::new(["the auth token".to_owned()]);
/// let mut headers = HeaderMap::new();
/// headers.insert("X-Twilio-Signature", "forged".parse().unwrap());
/// let request = WebhookRequest::new(&headers, b"").url("https://example.com/sms");
/// assert_eq!(request.verify(&verifier).unwrap_err(), SignatureError::Mismatch);
/// ```
pub struct TwilioVerifier {
    auth_tokens: Vec<SecretString>,
}

impl TwilioVerifier {
    /// Creates a verifier from auth tokens or shared keys. While one is being replaced, pass both: a request
    /// that is signed with either is accepted. Without any, every request is refused.
    #[must_use]
    pub fn new<T: Into<SecretString>>(auth_tokens: impl IntoIterator<Item = T>) -> Self {
        let auth_tokens = auth_tokens.into_iter().map(Into::into);
        // Everyone can sign with an empty key.
        let auth_tokens =
            auth_tokens.filter(|token: &SecretString| !token.expose_secret().is_empty());
        Self {
            auth_tokens: auth_tokens.collect(),
        }
    }
}

impl WebhookVerifier for TwilioVerifier {
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<(), SignatureError> {
        let signature = header(request, SIGNATURE)?;
        let url = request.sent_to().ok_or(SignatureError::MissingUrl)?;
        let algorithm = algorithm(request).ok_or(SignatureError::Mismatch)?;
        let parameters = signed_parameters(request, url)?;
        let signature =
            decode(SignatureEncoding::Base64, signature).ok_or(SignatureError::Mismatch)?;
        let urls = [Cow::Borrowed(url), with_port(url), without_port(url)];
        let matches = self.auth_tokens.iter().any(|token| {
            let key = token.expose_secret().as_bytes();
            urls.iter().any(|url| {
                let own = sign(algorithm, key, &[url.as_bytes(), &parameters]);
                own.ct_eq(&signature).into()
            })
        });
        match matches {
            true => Ok(()),
            false => Err(SignatureError::Mismatch),
        }
    }
}

/// Prints the number of auth tokens, never their values.
impl fmt::Debug for TwilioVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TwilioVerifier")
            .field("auth_tokens", &self.auth_tokens.len())
            .finish()
    }
}

/// Returns the algorithm of the signature; `None` if the verifier doesn't know it.
fn algorithm(request: &WebhookRequest<'_>) -> Option<Algorithm> {
    let settings = header(request, SETTINGS).unwrap_or_default();
    let mut settings = settings.split(',').filter_map(|it| it.split_once('='));
    let named = settings.find(|(name, _)| name.trim() == "algorithm");
    match named.map_or("", |(_, value)| value.trim()) {
        "" => Some(Algorithm::Sha1),
        name if name.eq_ignore_ascii_case("HMAC_SHA1") => Some(Algorithm::Sha1),
        name if name.eq_ignore_ascii_case("HMAC_SHA256") => Some(Algorithm::Sha256),
        _ => None,
    }
}

/// Returns the parameters that the signature covers beside the URL: names and values of a form, sorted,
/// each pair once. If the URL has the digest of the body, checks it instead.
fn signed_parameters(request: &WebhookRequest<'_>, url: &str) -> Result<Vec<u8>, SignatureError> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut query = form_urlencoded::parse(query.as_bytes());
    // Checked whatever the media type: no signature covers that one.
    if let Some((_, digest)) = query.find(|(name, _)| name == BODY_DIGEST) {
        let own = Sha256::digest(request.body());
        let digest = decode(SignatureEncoding::Hex, &digest).unwrap_or_default();
        return match own.as_slice().ct_eq(&digest).into() {
            true => Ok(Vec::new()),
            false => Err(SignatureError::Mismatch),
        };
    }
    if request.body().is_empty() {
        return Ok(Vec::new());
    }
    if !request.has_media_type(FORM) {
        return Err(SignatureError::UnsignedBody);
    }
    let mut sorted: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(request.body()) {
        sorted.entry(name).or_default().insert(value);
    }
    let mut parameters = Vec::new();
    for (name, values) in &sorted {
        for value in values {
            parameters.extend_from_slice(name.as_bytes());
            parameters.extend_from_slice(value.as_bytes());
        }
    }
    Ok(parameters)
}

/// Splits a URL behind its host; the port is a part of the rest. `None` if it has no host.
fn split_host(url: &str) -> Option<(&str, &str)> {
    let host = url.find("://")? + 3;
    let end = url[host..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| host + at);
    // The colons of an IPv6 address are within brackets, those of a password before the `@`.
    let from = url[host..end]
        .rfind([']', '@'])
        .map_or(host, |at| host + at);
    let port = url[from..end].find(':').map_or(end, |at| from + at);
    Some(url.split_at(port))
}

/// Returns the URL with the port of its scheme, unless it has one.
fn with_port(url: &str) -> Cow<'_, str> {
    match split_host(url) {
        Some((host, rest)) if !rest.starts_with(':') => {
            let port = if url.starts_with("https:") { 443 } else { 80 };
            format!("{host}:{port}{rest}").into()
        }
        _ => url.into(),
    }
}

/// Returns the URL without a port.
fn without_port(url: &str) -> Cow<'_, str> {
    match split_host(url) {
        Some((host, rest)) if rest.starts_with(':') => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            format!("{host}{}", &rest[end..]).into()
        }
        _ => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_added_and_removed() {
        let cases = [
            (
                "https://a.b/c?d=:e",
                "https://a.b:443/c?d=:e",
                "https://a.b/c?d=:e",
            ),
            ("http://a.b", "http://a.b:80", "http://a.b"),
            ("https://a.b:8443/c", "https://a.b:8443/c", "https://a.b/c"),
            (
                "https://u:p@a.b/c",
                "https://u:p@a.b:443/c",
                "https://u:p@a.b/c",
            ),
            (
                "https://[::1]:81?q",
                "https://[::1]:81?q",
                "https://[::1]?q",
            ),
            ("https://[::1]", "https://[::1]:443", "https://[::1]"),
            ("no url", "no url", "no url"),
            ("é://é:", "é://é:", "é://é"),
        ];
        for (url, with, without) in cases {
            assert_eq!(with_port(url), with, "{url}");
            assert_eq!(without_port(url), without, "{url}");
        }
    }
}
