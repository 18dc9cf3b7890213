//! A transport for tests that records the exchanges with a server in a file, and replays them.
//!
//! Record once against the real server, commit the file, and replay it in every test run:
//!
//! ```no_run
//! use wiretrue::cassette::Cassette;
//! use wiretrue::transport::HttpTransport;
//!
//! # fn cassette() -> Result<Cassette, wiretrue::Error> {
//! let cassette = Cassette::builder("tests/cassettes/users.json").redact_property("ssn");
//! let cassette = match std::env::var_os("RECORD") {
//!     Some(_) => cassette.record(HttpTransport::builder().build()?),
//!     None => cassette.replay()?,
//! };
//! # Ok(cassette)
//! # }
//! ```
//!
//! Pass a clone to `ClientBuilder::transport`.
//!
//! # What is redacted
//!
//! Before anything is written, these are replaced by `REDACTED`, and each secret of a response by a
//! `REDACTED-1` with a number of its own, so that a replayed client can use it:
//!
//! - headers that carry credentials: those of the API's security schemes, cookies, marked values;
//! - parameters of a query, in the URL and in URLs of headers and bodies, that are keys of the API's
//!   security schemes, tokens, passwords or signatures;
//! - properties of JSON and fields of forms and multipart bodies that are tokens, passwords or secrets by their names
//!   (`access_token`, `client_secret`, …), and the `code` of token requests;
//! - each occurrence of such a secret elsewhere, if it has 8 bytes or more (of the first 256 secrets).
//!
//! Other secrets are named on the [builder](CassetteBuilder). Bodies of other formats, such as XML, are
//! only searched for these secrets. So look at a cassette before you commit it.

mod difference;
mod exchange;
mod file;
mod pairs;
mod recording;
mod replay;
mod rules;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderName;
use secrecy::SecretString;

use self::difference::Matching;
use self::recording::Recording;
use self::replay::Replay;
use self::rules::Rules;
use crate::error::InvalidRequestError;
use crate::transport::{Body, BoxFuture, ClientTransport, Transport, TransportError};

/// A [`Transport`] that records exchanges in a file, or replays those of a file.
///
/// Created by [`Cassette::builder`]. Clones share their state.
///
/// - Recording sends each request with another transport. The file is replaced atomically after each
///   exchange, in the order of the requests. A response that the caller doesn't read to its end is
///   recorded as far as it was read; a request without a response isn't recorded. `Accept-Encoding`
///   isn't sent: a compressed body couldn't be redacted.
/// - Replaying sends nothing. A request is compared with the recorded ones by method, URL and body,
///   and has the response of the first that is the same and wasn't replayed yet. If there is none, the
///   request fails with an error that says what differs from the next one in the file.
#[derive(Clone)]
pub struct Cassette {
    mode: Mode,
}

#[derive(Clone)]
enum Mode {
    Record(Arc<Recording>),
    Replay(Arc<Replay>),
}

impl Cassette {
    /// Returns a builder for the cassette in this file.
    pub fn builder(path: impl Into<PathBuf>) -> CassetteBuilder {
        CassetteBuilder {
            path: path.into(),
            rules: Rules::default(),
            matching: Matching::default(),
        }
    }

    /// Returns the number of recorded exchanges that weren't replayed yet; 0 while recording.
    #[must_use]
    pub fn unused(&self) -> usize {
        match &self.mode {
            Mode::Record(_) => 0,
            Mode::Replay(replay) => replay.unused(),
        }
    }
}

impl Transport for Cassette {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        match &self.mode {
            Mode::Record(recording) => Box::pin(recording.send(request)),
            Mode::Replay(replay) => Box::pin(replay.send(request)),
        }
    }
}

/// Prints the file, and whether it is recorded or replayed.
impl fmt::Debug for Cassette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (records, path): (bool, &Path) = match &self.mode {
            Mode::Record(recording) => (true, recording.path()),
            Mode::Replay(replay) => (false, replay.path()),
        };
        f.debug_struct("Cassette")
            .field("path", &path)
            .field("records", &records)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Cassette`]: what is redacted beside the usual credentials, and what is compared.
///
/// Recording and replaying need the same settings.
#[derive(Clone)]
#[must_use = "a builder does nothing until `record` or `replay` is called"]
pub struct CassetteBuilder {
    path: PathBuf,
    rules: Rules,
    matching: Matching,
}

impl CassetteBuilder {
    /// Redacts a header of requests and responses.
    pub fn redact_header(mut self, name: HeaderName) -> Self {
        self.rules.headers.push(name);
        self
    }

    /// Redacts a parameter of queries, whatever its case.
    pub fn redact_query(mut self, name: impl AsRef<str>) -> Self {
        self.rules.query.push(rules::normalized(name.as_ref()));
        self
    }

    /// Redacts a property of JSON bodies and a field of forms, whatever its case and depth. If its
    /// value is an object or array, all strings and numbers inside are redacted.
    pub fn redact_property(mut self, name: impl AsRef<str>) -> Self {
        self.rules.properties.push(rules::normalized(name.as_ref()));
        self
    }

    /// Redacts a value wherever it occurs in URLs, headers and bodies.
    pub fn redact_value(mut self, value: impl Into<SecretString>) -> Self {
        self.rules.values.push(value.into());
        self
    }

    /// Compares a header as well.
    pub fn match_header(mut self, name: HeaderName) -> Self {
        self.matching.headers.push(name);
        self
    }

    /// Compares only path and query of URLs, so that a server may have another address.
    pub fn ignore_host(mut self) -> Self {
        self.matching.ignores_host = true;
        self
    }

    /// Doesn't compare a parameter of the query, such as a time.
    pub fn ignore_query(mut self, name: impl Into<String>) -> Self {
        self.matching.ignored_query.push(name.into());
        self
    }

    /// Doesn't compare bodies.
    pub fn ignore_body(mut self) -> Self {
        self.matching.ignores_body = true;
        self
    }

    /// Records: sends each request with `transport`, and replaces the file by the new exchanges. An
    /// existing file is kept until the first exchange is complete.
    #[must_use]
    pub fn record(self, transport: impl Transport) -> Cassette {
        let transport = ClientTransport::new(transport);
        let recording = Recording::new(self.path, self.rules, transport);
        Cassette {
            mode: Mode::Record(Arc::new(recording)),
        }
    }

    /// Replays the exchanges of the file.
    ///
    /// # Errors
    ///
    /// Fails if the file can't be read, or if it isn't a cassette.
    pub fn replay(self) -> Result<Cassette, InvalidRequestError> {
        let exchanges = file::read(&self.path)?;
        let replay = Replay::new(self.path, self.rules, self.matching, exchanges);
        Ok(Cassette {
            mode: Mode::Replay(Arc::new(replay)),
        })
    }
}

/// Prints the file, never a redacted value.
impl fmt::Debug for CassetteBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CassetteBuilder")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Locks a mutex, also after a panic.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
