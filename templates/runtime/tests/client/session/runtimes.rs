//! Logins and sessions that outlive the runtime in which they began.

use std::time::Duration;

use tokio::runtime::Runtime;
use wiretrue::codegen::{Credential, TokenEndpoint};
use wiretrue::oauth::{DeviceLoginRequest, RefreshToken};

use super::grants::{app, hello, json, lines, token, with};
use super::support::{builder, call, sent, tokens};
use crate::api::{BuildApi as _, Client};
use crate::device::support::{Flow, TestClock};
use crate::server::{Server, Step};

const CODES: &str = r#"{"device_code":"d","user_code":"u","verification_uri":"https://a.example"}"#;

/// A runtime of the kind that `#[tokio::test]` starts and ends.
fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// The runtime of the servers, which outlives the others.
fn servers() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let builder = builder.worker_threads(1).enable_all();
    builder.build().expect("a runtime")
}

/// Runs a call in a runtime that ends as soon as the server has received this many requests.
fn interrupt(client: &Client, server: &Server, requests: usize) {
    runtime().block_on(async {
        let received = async {
            while server.requests().len() < requests {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            result = call(client) => panic!("{result:?}"),
            () = received => {}
        }
    });
}

#[test]
fn a_login_continues_in_another_runtime() {
    let servers = servers();
    let pending = json("400 Bad Request", r#"{"error":"authorization_pending"}"#);
    let replies = vec![json("200 OK", CODES), pending, token("one")];
    let server = servers.block_on(Server::start(replies));
    let client = Client::builder().base_url(&server.url).build();
    let request = DeviceLoginRequest::new(Flow::new(client.expect("a client")), "app");
    let request = request.clock(TestClock::new());
    let login = runtime().block_on(request.start()).expect("codes");
    let tokens = runtime().block_on(login.wait()).expect("tokens");
    assert!(tokens.expires_at().is_some());
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn tokens_are_refreshed_in_another_runtime() {
    let servers = servers();
    let replies = vec![token("one"), hello(), token("two"), hello()];
    let server = servers.block_on(Server::start(replies));
    let clock = TestClock::new();
    let old = tokens("old", 0).with_refresh_token("r");
    let grant = RefreshToken::new("app", old).at(TokenEndpoint::Url("/token"));
    let builder = builder(&server, &clock).credential("token", Credential::grant(grant));
    let client = builder.build().expect("a client");
    for _ in 0..2 {
        runtime().block_on(call(&client)).expect("a response");
        clock.pass(Duration::from_secs(3600));
    }
    assert_eq!(sent(&server), ["", "Bearer one", "", "Bearer two"]);
}

#[test]
fn nothing_waits_for_a_request_of_a_runtime_that_has_ended() {
    let servers = servers();
    let silent = || vec![Step::Wait(Duration::from_millis(50))];
    let server = servers.block_on(Server::start_with(|url| {
        let metadata = format!(r#"{{"issuer":"{url}","token_endpoint":"{url}/token"}}"#);
        let metadata = json("200 OK", &metadata);
        vec![silent(), metadata, silent(), token("one"), hello()]
    }));
    let endpoint = TokenEndpoint::Configuration("/metadata");
    let client = with(builder(&server, &TestClock::new()), app(), endpoint);
    let client = client.build().expect("a client");
    interrupt(&client, &server, 1);
    interrupt(&client, &server, 3);
    let result = runtime().block_on(call(&client));
    assert_eq!(result.expect("a response"), "hello");
    let (asked, found) = ("POST /token", "GET /metadata");
    assert_eq!(lines(&server), [found, found, asked, asked, "GET /closed"]);
}
