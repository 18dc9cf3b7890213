//! Where the token is sent, and that nothing prints it.

use super::support::{Closed, builder, call, client, sent, server, tokens};
use crate::api::{BuildWith as _, Client, ClientBuilder};
use crate::api::{CreateThing, Fetch, described};
use crate::device::support::TestClock;
use crate::server::{Server, Step, header, http_response};
use wiretrue::Error;
use wiretrue::codegen::{Api, Credential, Scheme, SchemeKind};
use wiretrue::oauth::TokenSet;

described!(Open, GET, "/closed", &[]);
described!(Either, GET, "/closed", &[&["header"], &["token"]]);
described!(Both, GET, "/closed", &[&["token", "query"]]);
described!(Basic, GET, "/closed", &[&["basic"]]);

#[tokio::test]
async fn an_operation_sends_the_token_if_it_accepts_one() {
    let server = server(&["200 OK"; 4]).await;
    let with_keys = builder(&server, &TestClock::new())
        .key("header", "h")
        .key("query", "q")
        .bearer("fixed");
    let client = with_keys.build().expect("a client");
    let client = client.with_tokens(TokenSet::new("t"));
    Fetch::<Open>::new(&client)
        .send()
        .await
        .expect("a response");
    Fetch::<Either>::new(&client)
        .send()
        .await
        .expect("a response");
    Fetch::<Both>::new(&client)
        .send()
        .await
        .expect("a response");
    let by_hand = Fetch::<Closed>::new(&client);
    let by_hand = by_hand.options(|options| options.header("Authorization", "mine"));
    by_hand.send().await.expect("a response");
    assert_eq!(sent(&server), ["", "Bearer t", "Bearer t", "mine"]);
    let requests = server.requests();
    assert_eq!(header(&requests[1], "x-key"), None);
    assert!(requests[2].starts_with("GET /closed?api%20key=q "));
}

#[tokio::test]
async fn an_operation_without_bearer_scheme_names_its_credentials() {
    let server = server(&[]).await;
    let client = client(&server, &TestClock::new(), TokenSet::new("t"));
    let error = CreateThing::new(&client, "x").await.expect_err("nothing");
    assert!(matches!(error, Error::MissingCredentials(_)), "{error}");
}

const BASIC: Scheme = Scheme {
    name: "basic",
    kind: SchemeKind::Basic,
    setter: "basic_auth",
};
const KEY: Scheme = Scheme {
    name: "header",
    kind: SchemeKind::HeaderKey("X-Key"),
    setter: "api_key",
};
const RAW: Scheme = Scheme {
    name: "token",
    kind: SchemeKind::HeaderKey("authorization"),
    setter: "api_key",
};

/// A signed-in client of an API with these schemes.
fn signed_in(server: &Server, schemes: &'static [Scheme]) -> Client {
    let api = Box::leak(Box::new(Api {
        title: "Things",
        servers: &[],
        user_agent: "",
        schemes,
    }));
    let mut builder = ClientBuilder::new(api).base_url(&server.url);
    for scheme in schemes {
        builder = match scheme.kind {
            SchemeKind::Basic => builder.credential(scheme.name, Credential::basic("u", "p")),
            _ => builder.credential(scheme.name, Credential::key("k")),
        };
    }
    let client = builder.build().expect("a client");
    client.with_tokens(TokenSet::new("t"))
}

#[tokio::test]
async fn without_a_bearer_scheme_the_token_replaces_the_authorization_header() {
    let server = server(&["200 OK"; 2]).await;
    let client = signed_in(&server, &[BASIC, KEY]);
    Fetch::<Basic>::new(&client)
        .send()
        .await
        .expect("a response");
    let client = signed_in(&server, &[RAW]);
    Fetch::<Closed>::new(&client)
        .send()
        .await
        .expect("a response");
    assert_eq!(sent(&server), ["Bearer t"; 2]);
}

described!(Keyed, GET, "/closed", &[&["header"]]);

#[tokio::test]
async fn without_an_authorization_scheme_the_token_is_added_to_the_keys() {
    let server = server(&["200 OK"; 3]).await;
    let keyed = signed_in(&server, &[KEY]);
    Fetch::<Keyed>::new(&keyed)
        .send()
        .await
        .expect("a response");
    Fetch::<Open>::new(&keyed).send().await.expect("a response");
    let none = signed_in(&server, &[]);
    Fetch::<Open>::new(&none).send().await.expect("a response");
    assert_eq!(sent(&server), ["Bearer t", "", "Bearer t"]);
    assert_eq!(header(&server.requests()[0], "x-key"), Some("k"));
}

#[tokio::test]
async fn a_redirect_to_another_origin_does_not_forward_the_token() {
    let other = server(&["200 OK"]).await;
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}/closed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.url
    );
    let first = Server::once(&redirect).await;
    let client = client(&first, &TestClock::new(), tokens("t", 3600));
    call(&client).await.expect("a response");
    assert_eq!(sent(&first), ["Bearer t"]);
    assert_eq!(sent(&other), [""]);
}

#[tokio::test]
async fn a_token_is_not_replaced_because_another_origin_rejects_the_request() {
    let other = server(&["401 Unauthorized"]).await;
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}/closed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.url
    );
    let first = Server::once(&redirect).await;
    let client = client(&first, &TestClock::new(), tokens("t", 3600));
    let error = call(&client).await.expect_err("a rejection");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(401));
    assert_eq!((sent(&first).len(), sent(&other).len()), (1, 1));
}

#[tokio::test]
async fn a_redirect_within_the_origin_forwards_the_token() {
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /there\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let replies = [
        redirect.to_owned(),
        http_response("200 OK", "text/plain", "hello"),
    ];
    let replies = replies.map(|response| vec![Step::Send(response.into_bytes())]);
    let server = Server::start(replies.into()).await;
    let client = client(&server, &TestClock::new(), tokens("t", 3600));
    call(&client).await.expect("a response");
    assert_eq!(sent(&server), ["Bearer t"; 2]);
}

#[tokio::test]
async fn an_invalid_token_is_an_error_that_does_not_print_it() {
    let server = server(&[]).await;
    for token in ["", "s3 cret", "s3\r\ncret", "s3\u{7f}cret"] {
        let client = client(&server, &TestClock::new(), TokenSet::new(token));
        let error = call(&client).await.expect_err("an error");
        assert!(matches!(error, Error::Authentication(_)), "{error}");
        for printed in [
            format!("{error}"),
            format!("{error:?}"),
            format!("{client:?}"),
        ] {
            assert!(!printed.contains("s3"), "{printed}");
        }
    }
}

#[tokio::test]
async fn no_error_or_client_prints_a_token() {
    let server = server(&["401 Unauthorized"]).await;
    let client = client(&server, &TestClock::new(), TokenSet::new("s3cret"));
    let error = call(&client).await.expect_err("an error");
    for printed in [
        format!("{error}"),
        format!("{error:?}"),
        format!("{client:?}"),
    ] {
        assert!(!printed.contains("s3cret"), "{printed}");
    }
    assert!(format!("{client:?}").contains("tokens"));
}
