//! The interface to generated code: the types and macros that a generated client consists of.
//!
//! Programs rarely need this module. It has no stability of its own: a client is generated for one
//! [`INTERFACE`] of the runtime. With a runtime of another interface, the client fails to compile,
//! and the message says what to do.

pub use crate::auth::{Credential, Scheme, SchemeKind};
#[cfg(feature = "blocking")]
pub use crate::blocking::block_on_call;
pub use crate::call::operation::{self, operation};
pub use crate::call::{Call, Meta, Method, Operation};
pub use crate::client::methods::client_methods;
#[cfg(feature = "oauth")]
pub use crate::client::methods::token_methods;
#[cfg(feature = "umbrella")]
pub use crate::client::umbrella::{ApiClient, UmbrellaApi, umbrella_methods};
pub use crate::client::{Api, ClientCore, ClientCoreBuilder};
pub use crate::error::Error;
#[cfg(feature = "mock")]
pub use crate::mock::{MockReply, Mocked};
pub use crate::model::codec::{by_direction, deserialize, serialize};
pub use crate::model::collection::collection;
pub use crate::model::constant::Constant;
pub use crate::model::integer_enum::integer_enum;
pub use crate::model::mock_setters::mock_setters;
#[cfg(feature = "name-patterns")]
pub use crate::model::name_pattern::NamePattern;
pub use crate::model::number_enum::number_enum;
pub use crate::model::object_macro::model;
pub use crate::model::redacted::redacted_debug;
pub use crate::model::string_enum::string_enum;
pub use crate::model::union::{self, union};
pub use crate::model::{collection, object, property, redacted, string_enum};
#[cfg(feature = "device-login")]
pub use crate::oauth::device::{AuthorizationRequest, DeviceFlow, standard_flow};
#[cfg(feature = "sign-in")]
pub use crate::oauth::discovery::AuthorizationServer;
#[cfg(feature = "oauth")]
pub use crate::oauth::grant::TokenEndpoint;
#[cfg(feature = "sign-in")]
pub use crate::oauth::login_flow::{LoginFlow, SupportedFields, TokenRequest};
#[cfg(feature = "sign-in")]
pub use crate::oauth::standard_login::{EndpointFlow, LoginEndpoints};
#[cfg(feature = "pagination")]
pub use crate::pagination::{
    Advance, BodyProperty, Items, PageInput, Paged, Pages, cursor_text, list_total,
};
pub use crate::request::encoder::Encoder;
#[cfg(feature = "streaming")]
pub use crate::request::multipart::PartHeaders;
pub use crate::response::{RawResponse, ResponseFuture};
#[cfg(feature = "streaming")]
pub use crate::streaming::body_stream::exchange_stream;
#[cfg(feature = "streaming")]
pub use crate::streaming::download::Downloads;
#[cfg(feature = "streaming")]
pub use crate::streaming::{Download, Events, FileList, FilePart, JsonStream, Upload};
pub use crate::transport::address::{Server, ServerVariable};
#[cfg(all(feature = "webhook-signatures", feature = "webhook-payloads"))]
pub use crate::webhook::payload::{self as webhook, webhook_payloads};
#[cfg(feature = "custom-types")]
pub use crate::wire::assert_replaces_schema;
pub use crate::wire::fit::Fit;
pub use crate::wire::scalar::scalar_wire;
pub use crate::wire::style::{Encoding, Style};
pub use crate::wire::{self, Base64, Base64Url, Number, mismatch, scalar};
#[cfg(any(feature = "chrono", feature = "jiff"))]
pub use crate::wire::{HttpDate, Rfc2822};
pub use {serde, serde_json};

/// The version of the interface between generated code and this runtime.
pub const INTERFACE: u32 = 1;

/// Fails to compile unless the runtime has this interface.
#[doc(hidden)]
#[macro_export]
macro_rules! __generated_for {
    (1) => {};
    ($interface:literal) => {
        compile_error!(concat!(
            "this client was generated for interface ",
            $interface,
            " of the runtime `wiretrue`, but this version of `wiretrue` has interface 1: generate \
             the client with the generator of the same version, or change the version of `wiretrue` \
             in the client's Cargo.toml"
        ));
    };
}
pub use __generated_for as generated_for;
