//! Support for tests with real servers: logs of the servers, a person at a verification page, and a
//! browser.
//!
//! The tests themselves are in `tests/peers`; `cargo xtask e2e` starts the servers and runs them.

mod browser;
mod example;
mod fixtures;
mod log;
mod person;
mod signer;

use std::env;
use std::time::Duration;

use serde_json::Value;

pub use browser::Browser;
pub use example::Example;
pub use fixtures::{Account, App, account, app};
pub use log::{Log, Record};
pub use person::Person;
pub use signer::{SignedRequest, signed};

/// The tolerance for the clock resolution when pauses are measured.
pub const TICK: Duration = Duration::from_millis(20);

/// The servers that `cargo xtask e2e` starts.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// oidc-provider
    OidcProvider,
    /// Authlib on Flask
    Authlib,
    /// Prism with the document of Twilio's OAuth API
    Prism,
    /// openapi-core, which validates requests against the same document
    Judge,
    /// The browser
    Browser,
    /// Twilio's and Standard Webhooks' libraries for Python
    PythonSigner,
    /// Twilio's and Standard Webhooks' libraries for Node.js
    NodeSigner,
}

impl Peer {
    /// Returns the base URL of the server.
    #[must_use]
    pub fn url(self) -> String {
        let variable = match self {
            Self::OidcProvider => "E2E_OIDC_PROVIDER",
            Self::Authlib => "E2E_AUTHLIB",
            Self::Prism => "E2E_PRISM",
            Self::Judge => "E2E_JUDGE",
            Self::Browser => "E2E_BROWSER",
            Self::PythonSigner => "E2E_PYTHON_SIGNER",
            Self::NodeSigner => "E2E_NODE_SIGNER",
        };
        from_environment(variable)
    }
}

/// Returns an environment variable that the task sets.
fn from_environment(variable: &str) -> String {
    env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} isn't set: run the tests by `cargo xtask e2e`"))
}

/// Posts JSON to a script of this package, and returns its response.
async fn ask(peer: Peer, question: &Value) -> Value {
    let answer = reqwest::Client::new()
        .post(peer.url())
        .header("content-type", "application/json")
        .body(question.to_string())
        .send()
        .await
        .unwrap_or_else(|error| panic!("{peer:?} doesn't answer: {error}"));
    let status = answer.status();
    let text = answer.text().await.expect("the answer is complete");
    assert!(status.is_success(), "{peer:?} says {status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{peer:?} says {text}: {error}"))
}

/// Returns the body of a request as openapi-core reads it.
///
/// # Panics
///
/// Panics if openapi-core rejects the request.
pub async fn judged(request: &Record) -> Value {
    let verdict = ask(Peer::Judge, request.json()).await;
    let errors = &verdict["errors"];
    assert_eq!(errors, &Value::Array(Vec::new()), "{request:?}");
    verdict["body"].clone()
}
