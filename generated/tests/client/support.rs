//! Helpers for the tests of the client: clients of a server that records every byte, and a table of the
//! operations.

use std::pin::Pin;
use std::time::Duration;

use twilio_oauth::{Client, ClientBuilder, Error, RetryPolicy};

pub use raw_server::{Answer, Request, Server, nobody};

/// SID of an account, as username.
pub const SID: &str = "AC-example";
/// Its auth token.
pub const TOKEN: &str = "example-auth-token";
/// The codings that the client's features decode.
pub const ACCEPT_ENCODING: &str = "accept-encoding: gzip, br, zstd";
/// `AC-example:example-auth-token` in base64 (RFC 7617).
pub const AUTHORIZATION: &str = "authorization: Basic QUMtZXhhbXBsZTpleGFtcGxlLWF1dGgtdG9rZW4=";

/// A builder with credentials, for a client that calls `server`.
pub fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .basic_auth(SID, TOKEN)
        .base_url(server.url())
        .retry(at_once())
}

/// The default retry policy without delays.
pub fn at_once() -> RetryPolicy {
    RetryPolicy::default().first_wait(Duration::ZERO)
}

/// A client with credentials that calls `server`.
pub fn client(server: &Server) -> Client {
    builder(server).build().expect("the client is complete")
}

/// A call whose output is ignored.
pub type Call = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// An operation.
pub struct Operation {
    /// `operationId`
    pub id: &'static str,
    /// The request line that it sends, without the version.
    pub line: &'static str,
    /// The status of success.
    pub success: u16,
    /// Calls it with its required inputs.
    pub call: fn(&Client) -> Call,
    /// A response with a property of the wrong type, and its place.
    pub wrong: (&'static str, &'static str),
}

macro_rules! operations {
    ($($id:literal $line:literal => $success:literal, wrong $wrong:literal at $at:literal, |$client:ident| $call:expr;)*) => {
        [$(Operation {
            id: $id,
            line: $line,
            success: $success,
            call: |$client| {
                let call = $call;
                Box::pin(async move { call.await.map(drop) })
            },
            wrong: ($wrong, $at),
        }),*]
    };
}

/// Every operation of the client.
pub const OPERATIONS: [Operation; 5] = operations! {
    "FetchCerts" "GET /v1/certs" => 200,
        wrong r#"{"keys":[],"url":["x"]}"# at "$.url",
        |client| client.oauth_v1_oauth().fetch_certs();
    "CreateDeviceCode" "POST /v1/device/code" => 201,
        wrong r#"{"device_code":"d","expires_in":"soon"}"# at "$.expires_in",
        |client| client.oauth_v1_device_code().create_device_code("OQ1", ["openid"]);
    "FetchOpenidDiscovery" "GET /v1/.well-known/openid-configuration" => 200,
        wrong r#"{"scopes_supported":["openid",1]}"# at "$.scopes_supported[1]",
        |client| client.oauth_v1_openid_discovery().fetch_openid_discovery();
    "CreateToken" "POST /v1/token" => 201,
        wrong r#"{"access_token":{"value":"t"}}"# at "$.access_token",
        |client| client.oauth_v1_token().create_token("refresh_token", "OQ1");
    "FetchUserInfo" "GET /v1/userinfo" => 200,
        wrong r#"{"user_sid":"US1","email":true}"# at "$.email",
        |client| client.oauth_v1_user_info().fetch_user_info();
};
