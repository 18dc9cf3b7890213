//! Integration tests of the runtime on real sockets, with an API as the generator writes it.

pub mod api;
mod blocking;
mod bodies;
mod cassettes;
mod charsets;
mod clients;
mod content_codings;
mod credentials;
mod device;
mod downloads;
mod engine;
mod errors;
mod event_streams;
mod faults;
mod formats;
mod middleware;
mod mock;
mod pages;
mod raw;
mod redirects;
mod request_ids;
mod resumption;
mod retries;
mod retry_rules;
mod runtimes;
mod server;
mod session;
mod stream_errors;
mod styles;
mod time_limits;
#[cfg(not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")))]
mod tls;
mod tracing;
mod transports;
mod undocumented;
mod values;
mod webhooks;
