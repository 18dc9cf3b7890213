//! The items of streams, and the errors that servers report in place of them.

use serde_json::Value;

use crate::error::message::{message, reports_error};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::response::{RawResponse, read_utf8_json};
use crate::wire::Decode;
use crate::wire::fit::{Fit, Matcher};

/// The type of the event by which many servers report an error.
pub(super) const ERROR_EVENT: &str = "error";

/// Why an item of a stream isn't returned.
pub(super) enum ItemError {
    /// It doesn't match the OpenAPI document.
    Decode(DecodeProblem),
    /// In place of an item, the server reports an error.
    Reported,
}

/// Reads an item of a stream. `is_error_event` says whether it is an [`ERROR_EVENT`].
pub(super) fn read_item<T: Decode>(text: &[u8], is_error_event: bool) -> Result<T, ItemError> {
    if is_report::<T>(text, is_error_event) {
        return Err(ItemError::Reported);
    }
    read_utf8_json(text).map_err(ItemError::Decode)
}

/// Returns whether the server reports an error in place of an item: by an [`ERROR_EVENT`], or by an
/// object with an `error`. An item that the OpenAPI document describes is no report: an object whose
/// type declares `error`, or any other event whose data fits the type.
pub(super) fn is_report<T: Decode>(text: &[u8], is_error_event: bool) -> bool {
    let fit = |value: &Value| T::fit(value, &mut Matcher::default());
    (is_error_event || contains_error(text)) && !is_described(text, is_error_event, fit)
}

/// Returns whether an object may have a property `error`, without parsing it.
fn contains_error(text: &[u8]) -> bool {
    const NAME: &[u8] = b"\"error\"";
    text.windows(NAME.len()).any(|window| window == NAME)
}

fn is_described(text: &[u8], is_error_event: bool, fit: fn(&Value) -> Option<Fit>) -> bool {
    let value = std::str::from_utf8(text).ok();
    let Some(value) = value.and_then(|text| text.parse::<Value>().ok()) else {
        return !is_error_event;
    };
    if reports_error(&value) {
        return declares_error(value, fit);
    }
    !is_error_event || fit(&value).is_some_and(Fit::is_declared)
}

/// Returns whether a type declares the property `error` of an object that fits it.
fn declares_error(mut object: Value, fit: fn(&Value) -> Option<Fit>) -> bool {
    let named = fit(&object);
    if let Value::Object(properties) = &mut object {
        // No type declares this name. If the object fits as well with it, the type has no `error`.
        let error = properties.remove("error").unwrap_or_default();
        properties.insert("\0error".to_owned(), error);
    }
    named > fit(&object)
}

/// Returns whether a document in place of a stream, or of an event, says that the call failed: an
/// object with an `error` or a message, or an array that begins with one.
pub(super) fn is_failure(document: &Value) -> bool {
    let first = match document {
        Value::Array(items) => items.first().unwrap_or_default(),
        document => document,
    };
    let has_message = || message(None, first.to_string().as_bytes()).is_some();
    first.is_object() && (reports_error(first) || has_message())
}

impl RawResponse {
    /// Returns the error of a response that should have been a stream: [`Error::Api`] if the body is
    /// JSON that says that the call failed.
    pub(super) fn not_a_stream(self) -> Error {
        if self.json_value().is_some_and(|it| is_failure(&it)) {
            return self.into_reported_error();
        }
        let problem = DecodeProblem::OtherMediaType(None);
        Error::Decode(DecodeError::new(self, problem))
    }
}
