//! The runtime of the generated crates, compiled and tested where it is edited.

pub mod runtime {
    #[path = "../../../templates/runtime/address.rs"]
    pub mod address;
    #[path = "../../../templates/runtime/api_error.rs"]
    pub mod api_error;
    #[path = "../../../templates/runtime/auth.rs"]
    pub mod auth;
    #[path = "../../../templates/runtime/base64.rs"]
    pub mod base64;
    #[path = "../../../templates/runtime/blocking.rs"]
    pub mod blocking;
    #[path = "../../../templates/runtime/blocking_events.rs"]
    pub mod blocking_events;
    #[path = "../../../templates/runtime/blocking_login.rs"]
    pub mod blocking_login;
    #[path = "../../../templates/runtime/blocking_pages.rs"]
    pub mod blocking_pages;
    #[path = "../../../templates/runtime/body.rs"]
    pub mod body;
    #[path = "../../../templates/runtime/call.rs"]
    pub mod call;
    #[path = "../../../templates/runtime/client.rs"]
    pub mod client;
    #[path = "../../../templates/runtime/client_authentication.rs"]
    pub mod client_authentication;
    #[path = "../../../templates/runtime/clock.rs"]
    pub mod clock;
    #[path = "../../../templates/runtime/date.rs"]
    pub mod date;
    #[path = "../../../templates/runtime/device.rs"]
    pub mod device;
    #[path = "../../../templates/runtime/device_error.rs"]
    pub mod device_error;
    #[path = "../../../templates/runtime/device_poll.rs"]
    pub mod device_poll;
    #[path = "../../../templates/runtime/discovery.rs"]
    pub mod discovery;
    #[path = "../../../templates/runtime/download.rs"]
    pub mod download;
    #[path = "../../../templates/runtime/encode.rs"]
    pub mod encode;
    #[path = "../../../templates/runtime/endpoint.rs"]
    pub mod endpoint;
    #[path = "../../../templates/runtime/error.rs"]
    pub mod error;
    #[path = "../../../templates/runtime/event_parser.rs"]
    pub mod event_parser;
    #[path = "../../../templates/runtime/events.rs"]
    pub mod events;
    #[path = "../../../templates/runtime/execute.rs"]
    pub mod execute;
    #[path = "../../../templates/runtime/file_part.rs"]
    pub mod file_part;
    #[path = "../../../templates/runtime/fitted_union.rs"]
    pub mod fitted_union;
    #[path = "../../../templates/runtime/flight.rs"]
    pub mod flight;
    #[path = "../../../templates/runtime/form.rs"]
    pub mod form;
    #[path = "../../../templates/runtime/grant.rs"]
    pub mod grant;
    #[path = "../../../templates/runtime/headers.rs"]
    pub mod headers;
    #[path = "../../../templates/runtime/incoming.rs"]
    pub mod incoming;
    #[path = "../../../templates/runtime/integer_enum.rs"]
    pub mod integer_enum;
    #[path = "../../../templates/runtime/member.rs"]
    pub mod member;
    #[path = "../../../templates/runtime/message.rs"]
    pub mod message;
    #[path = "../../../templates/runtime/mismatch.rs"]
    pub mod mismatch;
    #[path = "../../../templates/runtime/mock.rs"]
    pub mod mock;
    #[path = "../../../templates/runtime/mock_events.rs"]
    pub mod mock_events;
    #[path = "../../../templates/runtime/mock_reply.rs"]
    pub mod mock_reply;
    #[path = "../../../templates/runtime/mock_request.rs"]
    pub mod mock_request;
    #[path = "../../../templates/runtime/multipart.rs"]
    pub mod multipart;
    #[path = "../../../templates/runtime/number_enum.rs"]
    pub mod number_enum;
    #[path = "../../../templates/runtime/oauth.rs"]
    pub mod oauth;
    #[path = "../../../templates/runtime/object.rs"]
    pub mod object;
    #[path = "../../../templates/runtime/operation.rs"]
    pub mod operation;
    #[path = "../../../templates/runtime/pages.rs"]
    pub mod pages;
    #[path = "../../../templates/runtime/pieces.rs"]
    pub mod pieces;
    #[path = "../../../templates/runtime/qr.rs"]
    pub mod qr;
    #[path = "../../../templates/runtime/redacted.rs"]
    pub mod redacted;
    #[path = "../../../templates/runtime/refreshing.rs"]
    pub mod refreshing;
    #[path = "../../../templates/runtime/request_id.rs"]
    pub mod request_id;
    #[path = "../../../templates/runtime/response.rs"]
    pub mod response;
    #[path = "../../../templates/runtime/retry.rs"]
    pub mod retry;
    #[path = "../../../templates/runtime/scalar.rs"]
    pub mod scalar;
    #[path = "../../../templates/runtime/session.rs"]
    pub mod session;
    #[path = "../../../templates/runtime/standard_flow.rs"]
    pub mod standard_flow;
    #[path = "../../../templates/runtime/string_enum.rs"]
    pub mod string_enum;
    #[path = "../../../templates/runtime/style.rs"]
    pub mod style;
    #[path = "../../../templates/runtime/tagged_union.rs"]
    pub mod tagged_union;
    #[path = "../../../templates/runtime/token_set.rs"]
    pub mod token_set;
    #[path = "../../../templates/runtime/token_source.rs"]
    pub mod token_source;
    #[path = "../../../templates/runtime/trace.rs"]
    pub mod trace;
    #[path = "../../../templates/runtime/transport.rs"]
    pub mod transport;
    #[path = "../../../templates/runtime/tree.rs"]
    pub mod tree;
    #[path = "../../../templates/runtime/underway.rs"]
    pub mod underway;
    #[path = "../../../templates/runtime/union.rs"]
    pub mod union;
    #[path = "../../../templates/runtime/upload.rs"]
    pub mod upload;
    #[path = "../../../templates/runtime/user_code.rs"]
    pub mod user_code;
    #[path = "../../../templates/runtime/uuid.rs"]
    pub mod uuid;
    #[path = "../../../templates/runtime/wire.rs"]
    pub mod wire;

    pub use self::address::{Server, ServerVariable};
    pub use self::api_error::ApiError;
    pub use self::auth::{Credential, Scheme, SchemeKind};
    pub use self::body::Body;
    pub use self::call::{Call, CallOptions, Meta, Operation};
    pub use self::client::{Api, Client, ClientBuilder};
    pub use self::encode::Encoder;
    pub use self::error::Error;
    pub use self::response::{RawResponse, Response};
    pub use self::retry::{Attempt, RetryPolicy};
    pub use self::style::{Encoding, Style};
    pub use self::trace::Trace;
    pub use self::transport::{BoxFuture, Transport, TransportError};
    pub use http::Method;

    pub(crate) use self::fitted_union::fitted_union;
    pub(crate) use self::integer_enum::integer_enum;
    pub(crate) use self::number_enum::number_enum;
    pub(crate) use self::object::object;
    pub(crate) use self::operation::operation;
    pub(crate) use self::redacted::redacted_debug;
    pub(crate) use self::string_enum::string_enum;
    pub(crate) use self::tagged_union::tagged_union;
}

#[path = "runtime/api.rs"]
pub mod api;
#[path = "runtime/blocking.rs"]
mod blocking;
#[path = "runtime/bodies.rs"]
mod bodies;
#[path = "runtime/clients.rs"]
mod clients;
#[path = "runtime/credentials.rs"]
mod credentials;
#[path = "runtime/device/mod.rs"]
mod device;
#[path = "runtime/downloads.rs"]
mod downloads;
#[path = "runtime/engine.rs"]
mod engine;
#[path = "runtime/errors.rs"]
mod errors;
#[path = "runtime/event_streams.rs"]
mod event_streams;
#[path = "runtime/events.rs"]
mod events;
#[path = "runtime/faults/mod.rs"]
mod faults;
#[path = "runtime/mock.rs"]
mod mock;
#[path = "runtime/pages.rs"]
mod pages;
#[path = "runtime/raw.rs"]
mod raw;
#[path = "runtime/request_ids.rs"]
mod request_ids;
#[path = "runtime/retries.rs"]
mod retries;
#[path = "runtime/server.rs"]
mod server;
#[path = "runtime/session/mod.rs"]
mod session;
#[path = "runtime/styles.rs"]
mod styles;
#[path = "runtime/tracing/mod.rs"]
mod tracing;
#[path = "runtime/values.rs"]
mod values;
