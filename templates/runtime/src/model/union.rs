//! What `tagged_union!` and `fitted_union!` have in common.
//!
//! A union is read into a JSON value first, then into the alternative that the value belongs to.
//! Only the alternative that is chosen is tried, so that nested unions cost no more than their size.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

use crate::wire::Decode;
use crate::wire::mismatch::{Mismatch, note};

/// Reads a union from a stream.
///
/// # Errors
///
/// It isn't JSON, or not what the union takes.
pub fn decode<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    match T::from_value(Value::deserialize(deserializer)?) {
        Ok(value) => Ok(value),
        Err(mismatch) => {
            let error = D::Error::custom(&mismatch);
            note(mismatch);
            Err(error)
        }
    }
}

/// Makes one alternative of a JSON value.
pub type Arm<T> = fn(Value) -> Result<T, Mismatch>;
