//! Requests that an API sends to its users, and the signatures that prove who sent them.
//!
//! A [`WebhookRequest`] is a request as a server received it. Its [`verify`](WebhookRequest::verify)
//! checks the signature and returns a [`VerifiedRequest`], the only way to the payload: nothing is
//! parsed before its sender is known.
//!
//! - [`HmacVerifier`] verifies signatures by a shared secret, as Standard Webhooks, GitHub, Stripe,
//!   Slack and most other APIs send them. An [`HmacScheme`] says where the signature is and what it
//!   covers.
//! - [`TwilioVerifier`] verifies `X-Twilio-Signature`.
//! - Implement [`WebhookVerifier`] for other signatures.
//!
//! ```
//! use http::HeaderMap;
//! use wiretrue::webhook::{HmacScheme, HmacVerifier, WebhookError, WebhookRequest};
//!
//! fn receive(
//!     verifier: &HmacVerifier,
//!     headers: &HeaderMap,
//!     body: &[u8],
//! ) -> Result<serde_json::Value, WebhookError> {
//!     WebhookRequest::new(headers, body).verify(verifier)?.json()
//! }
//!
//! # fn main() -> Result<(), wiretrue::Error> {
//! let verifier = HmacVerifier::new(
//!     HmacScheme::STANDARD_WEBHOOKS,
//!     ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
//! )?;
//! let unsigned = receive(&verifier, &HeaderMap::new(), b"{}");
//! assert_eq!(unsigned.unwrap_err().to_string(), "the webhook has no header `webhook-signature`");
//! # Ok(())
//! # }
//! ```

mod error;
mod hmac;
#[cfg(feature = "webhook-payloads")]
#[doc(hidden)]
pub mod payload;
mod scheme;
mod twilio;

use std::fmt;

use http::HeaderMap;

pub use self::error::{SignatureError, WebhookError};
pub use self::hmac::HmacVerifier;
#[cfg(feature = "webhook-payloads")]
pub use self::payload::MAX_BODY;
pub use self::scheme::{Algorithm, HmacScheme, SignatureEncoding, SignedPart, TimestampSource};
pub use self::twilio::TwilioVerifier;
use crate::error::DecodeProblem;
use crate::response::{content_type, is_media_type, read_json};
use crate::wire::Decode;

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// A request as a server received it, which nothing has verified.
#[derive(Clone, Copy)]
pub struct WebhookRequest<'a> {
    headers: &'a HeaderMap,
    body: &'a [u8],
    url: Option<&'a str>,
}

impl<'a> WebhookRequest<'a> {
    /// Creates a request from its headers and its body, which must be unchanged: signatures cover
    /// every byte.
    #[must_use]
    pub fn new(headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        Self {
            headers,
            body,
            url: None,
        }
    }

    /// Sets the absolute URL that the sender used, with its query. Behind a proxy, this is the public
    /// URL and not that of the local server. [`TwilioVerifier`] needs it.
    #[must_use]
    pub fn url(self, url: &'a str) -> Self {
        Self {
            url: Some(url),
            ..self
        }
    }

    /// Verifies the signature.
    ///
    /// # Errors
    ///
    /// Fails if the signature is missing or wrong, or if the request is too old.
    pub fn verify(
        self,
        verifier: &(impl WebhookVerifier + ?Sized),
    ) -> Result<VerifiedRequest<'a>, SignatureError> {
        verifier.verify(&self)?;
        Ok(VerifiedRequest(self))
    }

    /// Returns the values of a header.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let values = self.headers.get_all(name).into_iter();
        values.map(http::HeaderValue::as_bytes)
    }

    /// Returns the body as it was received.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Returns the URL that the sender used, if it was set.
    #[must_use]
    pub fn sent_to(&self) -> Option<&'a str> {
        self.url
    }

    /// Adds the media type to what is wrong with the body.
    fn payload<T>(&self, decoded: Result<T, DecodeProblem>) -> Result<T, WebhookError> {
        decoded.map_err(|problem| WebhookError::Payload {
            problem,
            content_type: content_type(self.headers)
                .unwrap_or("no content type")
                .into(),
        })
    }

    /// Returns whether the body has this media type.
    fn has_media_type(&self, media_type: &str) -> bool {
        is_media_type(content_type(self.headers).unwrap_or_default(), media_type)
    }
}

/// Prints the length of the body, never its content or the values of headers.
impl fmt::Debug for WebhookRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest")
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A request whose signature is right.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedRequest<'a>(WebhookRequest<'a>);

impl<'a> VerifiedRequest<'a> {
    /// Decodes the body as JSON.
    ///
    /// # Errors
    ///
    /// Fails with [`WebhookError::Payload`] if the body isn't JSON or doesn't match the type.
    pub fn json<T: Decode>(&self) -> Result<T, WebhookError> {
        self.0.payload(read_json(self.0.headers, self.0.body))
    }

    /// Returns the names and values of a form (`application/x-www-form-urlencoded`), in the order in
    /// which they were sent.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.0.body).into_owned().collect()
    }

    /// Returns the request without the proof that it was verified.
    #[must_use]
    pub fn as_request(&self) -> &WebhookRequest<'a> {
        &self.0
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.0.headers
    }

    /// Returns the body as it was received.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.0.body
    }
}

/// Verifies the signatures of webhooks.
pub trait WebhookVerifier: Send + Sync {
    /// Verifies the signature of a request.
    ///
    /// # Errors
    ///
    /// Fails if the signature is missing or wrong, or if the request is too old.
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<(), SignatureError>;
}
