//! How an API signs its webhooks by HMAC.

use std::time::Duration;

/// How an API signs its webhooks by HMAC (RFC 2104) with a shared secret.
///
/// ```
/// use wiretrue::webhook::{Algorithm, SignatureEncoding, HmacScheme, SignedPart, TimestampSource};
///
/// /// GitHub: `X-Hub-Signature-256: sha256=<hex>`
/// const GITHUB: HmacScheme =
///     HmacScheme::new("X-Hub-Signature-256", Algorithm::Sha256).prefix("sha256=");
///
/// /// Stripe: `Stripe-Signature: t=<seconds>,v1=<hex>,v1=<hex>`
/// const STRIPE: HmacScheme = HmacScheme::new("Stripe-Signature", Algorithm::Sha256)
///     .separator(',')
///     .prefix("v1=")
///     .timestamp(TimestampSource::Prefix("t="))
///     .signed(&[SignedPart::Timestamp, SignedPart::Text("."), SignedPart::Body]);
///
/// /// Shopify: `X-Shopify-Hmac-Sha256: <base64>`
/// const SHOPIFY: HmacScheme =
///     HmacScheme::new("X-Shopify-Hmac-Sha256", Algorithm::Sha256).encoding(SignatureEncoding::Base64);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct HmacScheme {
    pub(super) header: &'static str,
    pub(super) algorithm: Algorithm,
    pub(super) encoding: SignatureEncoding,
    pub(super) prefix: &'static str,
    pub(super) separator: Option<char>,
    pub(super) signed: &'static [SignedPart],
    pub(super) timestamp: Option<TimestampSource>,
    pub(super) tolerance: Duration,
    pub(super) secret_prefix: Option<&'static str>,
}

/// A hash function for HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// SHA-1, which is still sound within HMAC.
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-512
    Sha512,
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureEncoding {
    /// Hexadecimal digits of either case.
    Hex,
    /// Base64 (RFC 4648 section 4), with padding or without.
    Base64,
}

/// A part of what a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedPart {
    /// This text.
    Text(&'static str),
    /// The value of this header.
    Header(&'static str),
    /// The time of signing, as the request writes it.
    Timestamp,
    /// The URL that the sender used.
    Url,
    /// The body.
    Body,
}

/// Where a request says when it was signed, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampSource {
    /// In this header.
    Header(&'static str),
    /// In the header of the signature, behind this prefix.
    Prefix(&'static str),
}

impl HmacScheme {
    /// [Standard Webhooks](https://www.standardwebhooks.com) 1.0 with symmetric signatures (`v1`).
    ///
    /// Secrets are Base64, with `whsec_` before it or without.
    pub const STANDARD_WEBHOOKS: Self = Self::new("webhook-signature", Algorithm::Sha256)
        .encoding(SignatureEncoding::Base64)
        .separator(' ')
        .prefix("v1,")
        .timestamp(TimestampSource::Header("webhook-timestamp"))
        .signed(&[
            SignedPart::Header("webhook-id"),
            SignedPart::Text("."),
            SignedPart::Timestamp,
            SignedPart::Text("."),
            SignedPart::Body,
        ])
        .base64_secret("whsec_");

    /// Creates the scheme of an API that sends the signature of the body in this header, in
    /// hexadecimal digits.
    pub const fn new(header: &'static str, algorithm: Algorithm) -> Self {
        Self {
            header,
            algorithm,
            encoding: SignatureEncoding::Hex,
            prefix: "",
            separator: None,
            signed: &[SignedPart::Body],
            timestamp: None,
            tolerance: Duration::from_secs(300),
            secret_prefix: None,
        }
    }

    /// Sets how the signature is written. Defaults to hexadecimal digits.
    pub const fn encoding(mut self, encoding: SignatureEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Sets the text before each signature, such as `sha256=`. Defaults to none.
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// Sets the character between the items of the header, of which one signature must match.
    /// Without one, the whole header is a signature.
    pub const fn separator(mut self, separator: char) -> Self {
        self.separator = Some(separator);
        self
    }

    /// Sets what the signature covers. Defaults to the body.
    pub const fn signed(mut self, parts: &'static [SignedPart]) -> Self {
        self.signed = parts;
        self
    }

    /// Sets where a request says when it was signed. By default, its age isn't checked.
    pub const fn timestamp(mut self, source: TimestampSource) -> Self {
        self.timestamp = Some(source);
        self
    }

    /// Sets the largest difference between the time of signing and now. Defaults to 5 minutes.
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Reads secrets as Base64, with this text before it or without. By default, the bytes of the
    /// text are the secret.
    pub const fn base64_secret(mut self, prefix: &'static str) -> Self {
        self.secret_prefix = Some(prefix);
        self
    }
}
