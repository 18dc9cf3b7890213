//! The runtime of OpenAPI clients that `wiretrue` generates.
//!
//! A generated client is a thin layer of models and operations; everything that is the same for
//! all APIs is here: completing a request, credentials, sending, retries, time limits, decoding,
//! errors. Two clients of two APIs therefore share their types: one [`Error`], one
//! `TokenSet`, one [`Transport`](transport::Transport).
//!
//! # How a call works
//!
//! - The generated `Client` holds a [`ClientCore`](codegen::ClientCore): the base URL, the
//!   credentials, the limits, and the [transport](transport::Transport) that sends requests.
//! - A method of the client returns an [`Operation`]: a value with the arguments of one call.
//!   Optional arguments are set on it, and [`CallOptions`] change how this one call is sent.
//! - Awaiting the operation encodes the arguments, adds credentials, and sends the request.
//!   Transient failures are retried as the [`RetryPolicy`] says.
//! - A success is decoded into the documented type. Any other status is an
//!   [`Error::Api`](error::Error::Api), which keeps status, headers and body.
//!
//! # Modules
//!
//! - [`error`]: why a call failed, with what the server said.
//! - [`response`]: responses with status and headers, and typed headers.
//! - [`transport`]: the boundary to the network; implement it for another HTTP stack.
//! - [`retry`] and [`clock`]: which failures are retried, how often, and by which clock.
//! - `oauth`: tokens that are refreshed, grants, discovery, device login.
//! - `streaming`: uploads, downloads, and server-sent events.
//! - `pagination`: lists that the server returns in pages.
//! - `blocking`: calls without an async runtime.
//! - `mock`: a transport for tests that sends nothing.
//! - [`wire`]: how values are read from and written to requests and responses.
//! - [`codegen`]: the building blocks of generated code.
//!
//! # Features
//!
//! A generated client turns on what its document needs (`oauth`, `device-login`, `streaming`,
//! `pagination`, `chrono`, `uuid`) and passes on the features its users choose: `rustls` or
//! `native-tls`, `blocking`, `mock`, `tracing`, `qr`.
#![deny(missing_docs, unreachable_pub)]

mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
mod client;
pub mod clock;
pub mod codegen;
pub mod error;
#[cfg(feature = "mock")]
pub mod mock;
mod model;
#[cfg(feature = "oauth")]
pub mod oauth;
#[cfg(feature = "pagination")]
pub mod pagination;
mod request;
pub mod response;
pub mod retry;
#[cfg(feature = "streaming")]
pub mod streaming;
pub mod transport;
pub mod wire;

pub use self::call::{CallOptions, Operation};
pub use self::error::Error;
pub use self::response::Response;
pub use self::retry::RetryPolicy;
pub use secrecy::{ExposeSecret, SecretString};
