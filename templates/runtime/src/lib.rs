//! The runtime of Rust clients that `wiretrue` generates from OpenAPI documents.
//!
//! A generated client consists of models, operations and a `Client`. Everything that is the same
//! for all APIs is in this library: credentials, sending, retries, time limits, decoding, errors.
//! All generated clients therefore share their types. A program that calls two APIs has one
//! [`Error`] for `?`, and can give both clients the same [`Transport`](transport::Transport).
//!
//! Most programs use this library through a generated client, whose crate re-exports the types that
//! appear in its interface. Read on to write a transport, to handle the errors of several clients in
//! one place, or to see what generated code does.
//!
//! # How the parts fit together
//!
//! - A **client** holds a [`ClientCore`](codegen::ClientCore): the base URL, the credentials, the
//!   limits and the transport. A client is cheap to clone, and its clones share connections.
//! - An **operation** is a value that holds the arguments of one call; a method of the client creates
//!   it. It implements [`Operation`], which encodes the arguments into a request and decodes the
//!   response. Optional arguments and [`CallOptions`] are set on it before it is awaited.
//! - A **call** is an operation that is awaited. It encodes the request, adds the credentials that the
//!   operation requires, sends the request, and retries transient failures as the [`RetryPolicy`]
//!   says. It returns the decoded body; the method `response` also returns status and headers.
//! - A **transport** sends one HTTP request and returns one response. The default transport is
//!   reqwest. Implement [`Transport`](transport::Transport) to use another HTTP stack.
//! - A **middleware** runs around each request. Implement [`Middleware`](transport::Middleware) to
//!   observe or change requests.
//! - An **error** says why a call failed. A response whose status isn't a success is an
//!   [`Error::Api`], which keeps the status, headers and body. The other variants
//!   tell failures of the network, of decoding, of credentials and of limits apart.
//!
//! # Example
//!
//! An operation as the generator writes it, and a call of it:
//!
//! ```no_run
//! use wiretrue::codegen::{
//!     Api, Call, ClientCoreBuilder, Encoder, Meta, Method, RawResponse, Server, Style, operation,
//! };
//! use wiretrue::{Error, Operation};
//!
//! static API: Api = Api {
//!     title: "Users",
//!     servers: &[Server { url: "https://api.example.com/v1", variables: &[] }],
//!     user_agent: "users/1.0.0",
//!     schemes: &[],
//! };
//!
//! /// `GET /users/{id}`
//! struct GetUser {
//!     call: Call,
//!     id: String,
//! }
//!
//! impl Operation for GetUser {
//!     type Output = serde_json::Value;
//!     const META: Meta = Meta {
//!         id: "getUser",
//!         method: Method::GET,
//!         path: "/users/{id}",
//!         accept: "application/json",
//!         security: &[],
//!         servers: &[],
//!         redirects: &[],
//!     };
//!
//!     fn call(&self) -> &Call {
//!         &self.call
//!     }
//!
//!     fn encode(&self, out: &mut Encoder) {
//!         out.literal("/users/");
//!         out.path("id", Style::Simple.joined(), &self.id);
//!     }
//!
//!     fn decode(response: RawResponse) -> Result<Self::Output, Error> {
//!         match response.status.as_u16() {
//!             200 => response.json(),
//!             _ => Err(response.into_error()),
//!         }
//!     }
//! }
//! operation!(GetUser -> serde_json::Value);
//!
//! # async fn example() -> Result<(), Error> {
//! let client = ClientCoreBuilder::new(&API).build()?;
//! let call = GetUser { call: Call::new(&client), id: "42".to_owned() };
//! match call.options(|options| options.header("X-Trace", "1")).await {
//!     Ok(user) => println!("{user}"),
//!     Err(Error::Api(error)) if error.status() == 404 => println!("no such user"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! - [`error`]: why a call failed, and what the server said.
//! - [`response`]: responses with status and headers, and typed headers.
//! - [`transport`]: the boundary to the network.
//! - [`retry`] and [`clock`]: which failures are retried, how often, and by which clock.
//! - [`wire`]: how values are read from responses and written into requests.
//! - `oauth`: tokens and their refresh, grants, discovery, sign-in, device login.
//! - `streaming`: uploads, downloads and server-sent events.
//! - `pagination`: lists that the server returns in pages.
//! - `blocking`: calls without an async runtime.
//! - `mock`: a transport for tests that sends nothing.
//! - `cassette`: a transport for tests that records exchanges and replays them.
//! - `webhook`: requests that the API sends, and their signatures.
//! - [`codegen`]: the interface to generated code.
//!
//! # Features
//!
//! Only `reqwest` is enabled by default. A generated client enables what its document needs, and has
//! features of its own for those that its users choose.
//!
//! | feature | enabled by | adds |
//! |---|---|---|
//! | `oauth` | document | OAuth 2.0: token refresh, client credentials, refresh tokens, discovery |
//! | `sign-in` | document | signing a user in, with the features for the ways to do so |
//! | `device-login` | document | the device authorization grant (RFC 8628) |
//! | `streaming` | document | uploads, multipart bodies, downloads, streams of events and of JSON documents |
//! | `pagination` | document | streams over the pages of a list and their items |
//! | `chrono` | document | dates and times as types of the crate `chrono` |
//! | `jiff` | document | dates and times as types of the crate `jiff` |
//! | `uuid` | document | UUIDs as the type of the crate `uuid` |
//! | `reqwest` | user, default | the default transport; without it, a client needs a `Transport` of your own |
//! | `rustls`, `rustls-ring`, `native-tls` | user | HTTPS, by rustls with aws-lc or ring, or by the platform's TLS library |
//! | `gzip`, `brotli`, `zstd` | user | compressed responses |
//! | `http2`, `socks` | user | HTTP/2 where a server supports it, SOCKS proxies |
//! | `blocking` | user | methods that block, for programs without an async runtime |
//! | `mock` | user | a transport for tests that replies as configured |
//! | `cassette` | user | a transport for tests that records exchanges in a file and replays them |
//! | `charset` | user | text in other charsets than UTF-8 |
//! | `tracing` | user | a `tracing` span for each call, with OpenTelemetry's field names |
//! | `webhook-signatures` | user | the signatures of requests that the API sends |
//! | `browser-login` | user | the authorization code grant with PKCE, in a browser |
//! | `id-token` | user | the claims of ID tokens, after their validation |
//! | `token-file` | user | sessions that a file keeps between two runs of a program |
//! | `keyring` | user | sessions that the keyring of the operating system keeps |
//! | `qr` | user | the address of a device login as a QR code, for terminals |
#![deny(missing_docs, unreachable_pub)]

mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
#[cfg(feature = "cassette")]
pub mod cassette;
mod charset;
mod client;
pub mod clock;
pub mod codegen;
mod content_coding;
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
#[cfg(feature = "webhook-signatures")]
pub mod webhook;
pub mod wire;

pub use self::call::{CallOptions, Operation};
pub use self::error::Error;
pub use self::response::Response;
pub use self::retry::RetryPolicy;
/// Gives access to the text of a [`SecretString`]: `secret.expose_secret()`.
///
pub use secrecy::ExposeSecret;
/// Text that `Debug` doesn't print and that is overwritten when it is dropped: passwords, keys and tokens.
///
pub use secrecy::SecretString;
