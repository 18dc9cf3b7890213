//! The files of the runtime that every client carries stand alone.

pub mod runtime {
    #[path = "../../../templates/runtime/address.rs"]
    pub mod address;
    #[path = "../../../templates/runtime/api_error.rs"]
    pub mod api_error;
    #[path = "../../../templates/runtime/auth.rs"]
    pub mod auth;
    #[path = "../../../templates/runtime/body.rs"]
    pub mod body;
    #[path = "../../../templates/runtime/call.rs"]
    pub mod call;
    #[path = "../../../templates/runtime/client.rs"]
    pub mod client;
    #[path = "../../../templates/runtime/clock.rs"]
    pub mod clock;
    #[path = "../../../templates/runtime/encode.rs"]
    pub mod encode;
    #[path = "../../../templates/runtime/error.rs"]
    pub mod error;
    #[path = "../../../templates/runtime/execute.rs"]
    pub mod execute;
    #[path = "../../../templates/runtime/message.rs"]
    pub mod message;
    #[path = "../../../templates/runtime/mismatch.rs"]
    pub mod mismatch;
    #[path = "../../../templates/runtime/no_trace.rs"]
    pub mod no_trace;
    #[path = "../../../templates/runtime/request_id.rs"]
    pub mod request_id;
    #[path = "../../../templates/runtime/response.rs"]
    pub mod response;
    #[path = "../../../templates/runtime/retry.rs"]
    pub mod retry;
    #[path = "../../../templates/runtime/scalar.rs"]
    pub mod scalar;
    #[path = "../../../templates/runtime/style.rs"]
    pub mod style;
    #[path = "../../../templates/runtime/transport.rs"]
    pub mod transport;
    #[path = "../../../templates/runtime/tree.rs"]
    pub mod tree;
    #[path = "../../../templates/runtime/underway.rs"]
    pub mod underway;
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
    pub use self::no_trace::Trace;
    pub use self::response::{RawResponse, Response};
    pub use self::retry::{Attempt, RetryPolicy};
    pub use self::style::{Encoding, Style};
    pub use self::transport::{BoxFuture, Transport, TransportError};
    pub use http::Method;
}
