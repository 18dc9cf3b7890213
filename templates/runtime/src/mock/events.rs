//! Event streams as replies of a mock.

use crate::mock::reply::MockReply;
use crate::streaming::events::Events;
use crate::transport::body::Body;
use crate::wire::{AsSerialize, Encode, encode_response};

impl MockReply {
    /// Creates a reply that is an event stream (`text/event-stream`).
    ///
    /// `events` is created from a `Vec` or an array of values. A stream that was already polled
    /// makes an empty reply.
    pub fn events<T>(status: u16, events: Events<T>) -> Self {
        let bytes = events.into_bytes().unwrap_or_default();
        Self::new(status, bytes).header("content-type", "text/event-stream")
    }
}

/// Creates a complete event stream, with one `message` event for each value. A value that can't be
/// encoded is sent as `null`.
impl<T: Encode> From<Vec<T>> for Events<T> {
    fn from(values: Vec<T>) -> Self {
        let mut text = String::new();
        for value in &values {
            let value =
                encode_response(|| serde_json::to_value(AsSerialize(value))).unwrap_or_default();
            let data = match value {
                // Event streams contain strings as they are, without the quotes of JSON.
                serde_json::Value::String(text) => text,
                value => value.to_string(),
            };
            for line in data.split('\n') {
                text.push_str("data: ");
                text.push_str(line);
                text.push('\n');
            }
            text.push('\n');
        }
        Self::buffered(Body::from(text))
    }
}

impl<T: Encode, const N: usize> From<[T; N]> for Events<T> {
    fn from(values: [T; N]) -> Self {
        Self::from(Vec::from(values))
    }
}
