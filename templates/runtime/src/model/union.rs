//! Shared parts of `tagged_union!` and `untagged_union!`.
//!
//! A union is buffered as a JSON value, and the value is decoded as the variant that it belongs to.
//! No other variant is tried, so that decoding nested unions takes time linear in their size.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

use crate::wire::Decode;
use crate::wire::mismatch::{Mismatch, record};

/// Decodes a union from a deserializer.
///
/// # Errors
///
/// Returns an error if the input isn't JSON or doesn't match the union.
pub fn decode<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    match T::from_value(Value::deserialize(deserializer)?) {
        Ok(value) => Ok(value),
        Err(mismatch) => {
            let error = D::Error::custom(&mismatch);
            record(mismatch);
            Err(error)
        }
    }
}

/// Decodes a JSON value as one variant of the union.
pub type DecodeVariant<T> = fn(Value) -> Result<T, Mismatch>;
