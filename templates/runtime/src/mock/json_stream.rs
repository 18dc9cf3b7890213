//! Streams of JSON documents as replies of a mock.

use crate::mock::reply::MockReply;
use crate::streaming::json_stream::JsonStream;
use crate::transport::body::Body;
use crate::wire::{AsSerialize, Encode, encode_response};

impl MockReply {
    /// Creates a reply that is a stream of JSON documents (`application/jsonl`).
    ///
    /// `items` is created from a `Vec` or an array of values. A stream that was already polled makes
    /// an empty reply.
    pub fn json_stream<T>(status: u16, items: JsonStream<T>) -> Self {
        let bytes = items.into_bytes().unwrap_or_default();
        Self::new(status, bytes).header("content-type", "application/jsonl")
    }
}

/// Creates a complete stream, with a line for each value. A value that can't be encoded is sent as
/// `null`.
impl<T: Encode> From<Vec<T>> for JsonStream<T> {
    fn from(values: Vec<T>) -> Self {
        let mut text = String::new();
        for value in &values {
            let value =
                encode_response(|| serde_json::to_value(AsSerialize(value))).unwrap_or_default();
            text.push_str(&value.to_string());
            text.push('\n');
        }
        Self::buffered(Body::from(text))
    }
}

impl<T: Encode, const N: usize> From<[T; N]> for JsonStream<T> {
    fn from(values: [T; N]) -> Self {
        Self::from(Vec::from(values))
    }
}
