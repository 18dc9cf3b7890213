//! Webhooks that the libraries of Twilio and of Standard Webhooks have signed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Peer, ask};

/// A request that a library has signed.
#[derive(Clone, Debug, Deserialize)]
pub struct SignedRequest {
    /// `twilio` or `standard`.
    pub scheme: String,
    /// The URL.
    pub url: String,
    /// The headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// The fields of the form, if the body is one.
    #[serde(default)]
    pub form: Vec<(String, String)>,
}

/// Returns requests that a script signs with these secrets.
///
/// # Panics
///
/// Panics if the script fails.
pub async fn signed(peer: Peer, count: usize, twilio: &str, standard: &str) -> Vec<SignedRequest> {
    let question = json!({"count": count, "seed": 7, "twilio": twilio, "standard": standard});
    let answer: Value = ask(peer, &question).await;
    serde_json::from_value(answer).expect("a list of requests")
}
