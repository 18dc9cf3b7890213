//! Signatures by HMAC with a shared secret.

use std::fmt;
use std::str;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use subtle::ConstantTimeEq as _;

use super::scheme::{Algorithm, HmacScheme, SignatureEncoding, SignedPart, TimestampSource};
use super::{SignatureError, WebhookRequest, WebhookVerifier};
use crate::clock::{Clock, TokioClock};
use crate::error::{Error, InvalidRequestError};

/// Base64 whose padding may be missing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Verifies signatures by HMAC with a shared secret.
///
/// Signatures are compared in constant time.
pub struct HmacVerifier {
    scheme: HmacScheme,
    keys: Vec<SecretSlice<u8>>,
    clock: Arc<dyn Clock>,
}

impl HmacVerifier {
    /// Creates a verifier. While a secret is being replaced, pass both: a request that is signed with
    /// either is accepted.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::InvalidRequest`] if there is no secret, if one is empty or isn't Base64
    /// where the scheme requires it, or if signatures don't cover the body and the time of signing.
    pub fn new<S: AsRef<str>>(
        scheme: HmacScheme,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, Error> {
        let covers = |part| scheme.signed.contains(&part);
        if !covers(SignedPart::Body) {
            return invalid("signatures must cover the body");
        }
        if scheme.timestamp.is_some() && !covers(SignedPart::Timestamp) {
            return invalid("signatures must cover the time of signing");
        }
        let secrets = secrets.into_iter();
        let keys: Option<Vec<_>> = secrets.map(|it| key(&scheme, it.as_ref())).collect();
        match keys {
            Some(keys) if !keys.is_empty() => Ok(Self {
                scheme,
                keys,
                clock: Arc::new(TokioClock),
            }),
            Some(_) => invalid("there is no secret"),
            None => invalid("a secret is empty or isn't Base64"),
        }
    }

    /// Sets the clock that tells the age of a request. Defaults to the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Returns the time of signing as the request writes it, unless it is too far from now.
    fn timestamp<'a>(
        &self,
        source: TimestampSource,
        items: &[&'a str],
        request: &WebhookRequest<'a>,
    ) -> Result<&'a str, SignatureError> {
        let text = match source {
            TimestampSource::Header(name) => Some(header(request, name)?),
            TimestampSource::Prefix(prefix) => items.iter().find_map(|it| it.strip_prefix(prefix)),
        };
        let text = text.ok_or(SignatureError::InvalidTimestamp)?;
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = text.parse().ok().filter(|_| is_number);
        let seconds: u64 = seconds.ok_or(SignatureError::InvalidTimestamp)?;
        let now = self.clock.time().duration_since(UNIX_EPOCH);
        let difference = now
            .unwrap_or_default()
            .abs_diff(Duration::from_secs(seconds));
        if difference > self.scheme.tolerance {
            return Err(SignatureError::Expired {
                difference,
                tolerance: self.scheme.tolerance,
            });
        }
        Ok(text)
    }

    /// Returns the bytes that the signature covers, part by part.
    fn signed<'a>(
        &self,
        timestamp: &'a str,
        request: &WebhookRequest<'a>,
    ) -> Result<Vec<&'a [u8]>, SignatureError> {
        let bytes = |part: &SignedPart| match *part {
            SignedPart::Text(text) => Ok(text.as_bytes()),
            SignedPart::Header(name) => header(request, name).map(str::as_bytes),
            SignedPart::Timestamp => Ok(timestamp.as_bytes()),
            SignedPart::Url => request
                .sent_to()
                .map(str::as_bytes)
                .ok_or(SignatureError::MissingUrl),
            SignedPart::Body => Ok(request.body()),
        };
        self.scheme.signed.iter().map(bytes).collect()
    }
}

impl WebhookVerifier for HmacVerifier {
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<(), SignatureError> {
        let scheme = &self.scheme;
        let value = header(request, scheme.header)?;
        let items: Vec<&str> = match scheme.separator {
            Some(separator) => value.split(separator).map(str::trim).collect(),
            None => vec![value],
        };
        let timestamp = match scheme.timestamp {
            Some(source) => self.timestamp(source, &items, request)?,
            None => "",
        };
        let signed = self.signed(timestamp, request)?;
        let signatures: Vec<Vec<u8>> = items
            .iter()
            .filter_map(|it| it.strip_prefix(scheme.prefix))
            .filter_map(|text| decode(scheme.encoding, text))
            .collect();
        let matches = self.keys.iter().any(|key| {
            let own = sign(scheme.algorithm, key.expose_secret(), &signed);
            signatures.iter().any(|it| own.ct_eq(it).into())
        });
        match matches {
            true => Ok(()),
            false => Err(SignatureError::Mismatch),
        }
    }
}

/// Prints the scheme, never a secret.
impl fmt::Debug for HmacVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HmacVerifier")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

/// Returns the HMAC of the parts, one after another.
pub(super) fn sign(algorithm: Algorithm, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    fn with<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        // HMAC takes keys of every length (RFC 2104 section 3).
        let Ok(mut mac) = M::new_from_slice(key) else {
            return Vec::new();
        };
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().to_vec()
    }
    match algorithm {
        Algorithm::Sha1 => with::<Hmac<sha1::Sha1>>(key, parts),
        Algorithm::Sha256 => with::<Hmac<sha2::Sha256>>(key, parts),
        Algorithm::Sha512 => with::<Hmac<sha2::Sha512>>(key, parts),
    }
}

/// Decodes a signature; `None` if it isn't written as it should be.
pub(super) fn decode(encoding: SignatureEncoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        SignatureEncoding::Base64 => BASE64.decode(text).ok(),
        SignatureEncoding::Hex => {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let pairs = text.as_bytes().chunks(2);
            pairs
                .map(|pair| match *pair {
                    [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
                    _ => None,
                })
                .collect()
        }
    }
}

/// Returns the first value of a header.
pub(super) fn header<'a>(
    request: &WebhookRequest<'a>,
    name: &'static str,
) -> Result<&'a str, SignatureError> {
    let value = request.header(name).next();
    value
        .and_then(|it| str::from_utf8(it).ok())
        .ok_or(SignatureError::MissingHeader(name))
}

/// Returns the key of a secret; `None` if it is empty or isn't Base64 where it must be.
fn key(scheme: &HmacScheme, secret: &str) -> Option<SecretSlice<u8>> {
    let bytes = match scheme.secret_prefix {
        Some(prefix) => BASE64
            .decode(secret.strip_prefix(prefix).unwrap_or(secret))
            .ok()?,
        None => secret.as_bytes().to_vec(),
    };
    (!bytes.is_empty()).then(|| bytes.into())
}

fn invalid<T>(problem: &str) -> Result<T, Error> {
    let message = format!("the verifier of webhooks can't be created: {problem}");
    Err(InvalidRequestError::new(message).into())
}
