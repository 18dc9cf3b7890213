//! Streams of events that a mock answers.

use crate::mock::reply::MockReply;
use crate::streaming::events::Events;
use crate::transport::body::Body;
use crate::wire::{AsSerialize, Encode, encode_response};

impl MockReply {
    /// A stream of events (`text/event-stream`) that was made of values. One that was read is
    /// empty.
    pub fn events<T>(status: u16, events: Events<T>) -> Self {
        let bytes = events.into_bytes().unwrap_or_default();
        Self::new(status, bytes).header("content-type", "text/event-stream")
    }
}

/// A stream that is all there: an event of the kind `message` for each of these. A value that has no
/// form on the wire is `null`.
impl<T: Encode> From<Vec<T>> for Events<T> {
    fn from(values: Vec<T>) -> Self {
        let mut text = String::new();
        for value in &values {
            let value =
                encode_response(|| serde_json::to_value(AsSerialize(value))).unwrap_or_default();
            let data = match value {
                // Strings are texts: no stream has them in JSON.
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
        Self::at_hand(Body::from(text))
    }
}

impl<T: Encode, const N: usize> From<[T; N]> for Events<T> {
    fn from(values: [T; N]) -> Self {
        Self::from(Vec::from(values))
    }
}
