//! What each operation puts on the wire.

use twilio_oauth::Client;
use twilio_oauth::apis::CreateDeviceCode;

use crate::support::{
    ACCEPT_ENCODING, AUTHORIZATION, Answer, Call, OPERATIONS, Request, Server, client,
};

const USER_AGENT: &str = concat!("user-agent: twilio-oauth/", env!("CARGO_PKG_VERSION"));

/// Returns the request of a call, as the server received it.
async fn sent(call: impl FnOnce(&Client) -> Call) -> (Server, Request) {
    let server = Server::start([Answer::json(404, "{}")]).await;
    // Other tests check how the call ends.
    let _ = call(&client(&server)).await;
    let request = server.request();
    (server, request)
}

#[tokio::test]
async fn a_request_without_a_body_has_these_lines_and_no_others() {
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.line.starts_with("GET "))
    {
        let (server, request) = sent(operation.call).await;
        assert_eq!(request.line, format!("{} HTTP/1.1", operation.line));
        assert_eq!(
            request.headers,
            [
                ACCEPT_ENCODING,
                "accept: application/json",
                AUTHORIZATION,
                &server.host(),
                USER_AGENT
            ],
            "{}",
            operation.id
        );
        assert_eq!(request.text(), "", "{}", operation.id);
    }
}

/// Asserts that a call sends a form: the request line, all headers and the body.
async fn assert_form(line: &str, body: &str, call: impl FnOnce(&Client) -> Call) {
    let (server, request) = sent(call).await;
    assert_eq!(request.line, line);
    assert_eq!(
        request.headers,
        [
            ACCEPT_ENCODING,
            "accept: application/json",
            AUTHORIZATION,
            &format!("content-length: {}", body.len()),
            "content-type: application/x-www-form-urlencoded",
            &server.host(),
            USER_AGENT,
        ]
    );
    assert_eq!(request.text(), body);
}

#[tokio::test]
async fn create_device_code_repeats_the_name_of_each_scope_and_audience() {
    assert_form(
        "POST /v1/device/code HTTP/1.1",
        "ClientSid=OQ1&Scopes=a+b&Scopes=c&Audiences=x&Audiences=y",
        |client| {
            let api = client.oauth_v1_device_code();
            let call = api
                .create_device_code("OQ1", ["a b", "c"])
                .audiences(["x", "y"]);
            Box::pin(async { call.await.map(drop) })
        },
    )
    .await;
}

#[tokio::test]
async fn maybe_sets_the_value_of_an_option() {
    for (audiences, form) in [
        (Some(["x"]), "ClientSid=OQ1&Scopes=openid&Audiences=x"),
        (None, "ClientSid=OQ1&Scopes=openid"),
    ] {
        assert_form("POST /v1/device/code HTTP/1.1", form, move |client| {
            let call = client
                .oauth_v1_device_code()
                .create_device_code("OQ1", ["openid"])
                .maybe(audiences, CreateDeviceCode::audiences);
            Box::pin(async { call.await.map(drop) })
        })
        .await;
    }
}

#[tokio::test]
async fn create_device_code_leaves_out_what_is_not_set() {
    assert_form(
        "POST /v1/device/code HTTP/1.1",
        "ClientSid=OQ1&Scopes=openid",
        |client| {
            let call = client
                .oauth_v1_device_code()
                .create_device_code("OQ1", ["openid"]);
            Box::pin(async { call.await.map(drop) })
        },
    )
    .await;
}

#[tokio::test]
async fn create_token_sends_its_fields_in_the_order_of_the_document() {
    assert_form(
        "POST /v1/token HTTP/1.1",
        "GrantType=authorization_code&ClientSid=OQ1&ClientSecret=s&Code=c&CodeVerifier=v\
         &DeviceCode=d&RefreshToken=r&DeviceId=i",
        |client| {
            let call = client
                .oauth_v1_token()
                .create_token("authorization_code", "OQ1")
                .device_id("i")
                .refresh_token("r")
                .device_code("d")
                .code_verifier("v")
                .code("c")
                .client_secret("s");
            Box::pin(async { call.await.map(drop) })
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_escapes_what_the_url_standard_does() {
    assert_form(
        "POST /v1/token HTTP/1.1",
        "GrantType=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
         &ClientSid=%26%3D%2B%25%0A&DeviceCode=a*b-c._%7E%C3%A9&DeviceId=",
        |client| {
            let call = client
                .oauth_v1_token()
                .create_token("urn:ietf:params:oauth:grant-type:device_code", "&=+%\n")
                .device_code("a*b-c._~é")
                .device_id("");
            Box::pin(async { call.await.map(drop) })
        },
    )
    .await;
}
