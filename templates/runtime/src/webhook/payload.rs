//! The payloads of webhooks: how a client's union of them is read from a request.

use serde::de::{Deserialize as _, Error as _};
use serde_json::{Map, Value};

use super::{FORM, WebhookError, WebhookRequest};
use crate::error::DecodeProblem;
use crate::model::union::{self, Union};
use crate::response::{content_type, read_json_with};
use crate::wire::Decode;
use crate::wire::mismatch::{Mismatch, record};

/// The largest body that is parsed, in bytes: 32 MiB.
///
/// Few APIs send more than 1 MiB, so a server should accept less.
pub const MAX_BODY: usize = 32 * 1024 * 1024;

/// A union of payloads, as the OpenAPI document describes it.
pub struct Payloads {
    /// The header that tells the payloads apart, and the variants that each value selects.
    pub header: Option<EventHeader>,
    /// Whether payloads may be JSON.
    pub json: bool,
    /// The fields that aren't text, if payloads may be forms.
    pub form: Option<&'static [(&'static str, FormField)]>,
}

/// A header that tells payloads apart.
pub struct EventHeader {
    /// The name.
    pub name: &'static str,
    /// Each value, with the indices of the variants that it selects.
    pub values: &'static [(&'static str, &'static [usize])],
}

/// How a field of a form is read, unless it is text.
#[derive(Clone, Copy, PartialEq)]
pub enum FormField {
    /// A list, with a value for each time that the field occurs.
    List,
    /// A JSON document.
    Json,
}

/// The variants that a header selects.
enum Selected {
    /// These.
    Variants(&'static [usize]),
    /// None: the document doesn't know the value.
    Unknown,
    /// The body decides.
    Body,
}

/// Decodes the payload of a request.
///
/// # Errors
///
/// Fails if the body is too large, has a media type that the document doesn't describe, isn't what it says,
/// or doesn't match the document, or if a header is missing without which it can't be told what it is.
pub fn parse<T: Union + Decode>(
    payloads: &Payloads,
    request: &WebhookRequest<'_>,
) -> Result<T, WebhookError> {
    let body = request.body();
    if body.len() > MAX_BODY {
        return Err(WebhookError::TooLarge { length: body.len() });
    }
    let fields = form_fields(payloads, request)?;
    let selected = match &payloads.header {
        Some(header) => selected::<T>(header, request)?,
        None => Selected::Body,
    };
    let read = |value: Value| -> Result<T, Mismatch> {
        match selected {
            Selected::Variants(variants) => union::decode_among(value, variants),
            Selected::Unknown => Ok(union::unknown(value)),
            Selected::Body if T::VARIANTS.len() == 1 => union::decode_among(value, &[0]),
            Selected::Body => union::decode_any(value),
        }
    };
    match fields {
        Some(fields) => {
            let read = read(form_value(body, fields));
            request.payload(read.map_err(DecodeProblem::Mismatch))
        }
        None => request.payload(read_json_with(request.headers, body, |deserializer| {
            let value = Value::deserialize(deserializer)?;
            read(value).map_err(|mismatch| {
                let error = serde_json::Error::custom(&mismatch);
                record(mismatch);
                error
            })
        })),
    }
}

/// Returns the fields of the form that the body is; `None` if it is JSON. A body without a media type is JSON
/// if payloads may be.
fn form_fields(
    payloads: &Payloads,
    request: &WebhookRequest<'_>,
) -> Result<Option<&'static [(&'static str, FormField)]>, WebhookError> {
    let media_type = content_type(request.headers);
    match (media_type, payloads.form) {
        (None, fields) if !payloads.json => Ok(fields),
        (Some(_), Some(fields)) if request.has_media_type(FORM) => Ok(Some(fields)),
        (None, _) => Ok(None),
        (Some(name), _) if payloads.json && is_json(name) => Ok(None),
        (Some(name), _) => Err(WebhookError::MediaType {
            content_type: name.into(),
        }),
    }
}

/// Returns whether a media type is JSON (RFC 6839 section 3.1).
fn is_json(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// Returns what the header of a request selects.
fn selected<T: Union>(
    header: &EventHeader,
    request: &WebhookRequest<'_>,
) -> Result<Selected, WebhookError> {
    let Some(value) = request.header(header.name).next() else {
        return match T::TAG {
            [] if T::VARIANTS.len() > 1 => Err(WebhookError::MissingHeader(header.name)),
            _ => Ok(Selected::Body),
        };
    };
    let mut values = header.values.iter();
    let known = values.find(|(known, _)| known.as_bytes() == value);
    Ok(known.map_or(Selected::Unknown, |(_, variants)| {
        Selected::Variants(variants)
    }))
}

/// Returns a form as an object. A field that occurs several times is a list, so that no value is lost.
fn form_value(body: &[u8], fields: &[(&str, FormField)]) -> Value {
    let mut object = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let kind = fields.iter().find(|(field, _)| *field == name);
        let kind = kind.map(|(_, kind)| *kind);
        let text = Value::String(value.into_owned());
        let value = match (&text, kind) {
            (Value::String(json), Some(FormField::Json)) => json.parse().unwrap_or(text),
            _ => text,
        };
        match object.get_mut(&*name) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None if kind == Some(FormField::List) => {
                object.insert(name.into_owned(), Value::Array(vec![value]));
            }
            None => {
                object.insert(name.into_owned(), value);
            }
        }
    }
    Value::Object(object)
}

/// Implements the methods of a union of payloads: `webhook_payloads!(Webhook: Payloads { … })`.
#[doc(hidden)]
#[macro_export]
macro_rules! __webhook_payloads {
    ($ty:ty: $payloads:expr) => {
        impl $ty {
            /// Decodes the payload of a request whose signature is right.
            ///
            /// # Errors
            ///
            /// Fails if the body is larger than [`MAX_BODY`]($crate::webhook::MAX_BODY), has a media type
            /// that the document doesn't describe, or doesn't match the document.
            pub fn parse(
                request: &$crate::webhook::VerifiedRequest<'_>,
            ) -> Result<Self, $crate::webhook::WebhookError> {
                Self::parse_unverified(request.as_request())
            }

            /// Decodes the payload of a request that anyone may have sent.
            ///
            /// Use this only if the sender is known by other means, such as mutual TLS.
            ///
            /// # Errors
            ///
            /// Fails like [`parse`](Self::parse).
            pub fn parse_unverified(
                request: &$crate::webhook::WebhookRequest<'_>,
            ) -> Result<Self, $crate::webhook::WebhookError> {
                static PAYLOADS: $crate::codegen::webhook::Payloads = $payloads;
                $crate::codegen::webhook::parse(&PAYLOADS, request)
            }
        }
    };
}
#[doc(hidden)]
pub use __webhook_payloads as webhook_payloads;
