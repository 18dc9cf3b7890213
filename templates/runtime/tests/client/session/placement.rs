//! Where the token goes, where it doesn't, and that nothing prints it.

use super::support::{Closed, builder, call, client, sent, server, tokens};
use crate::api::{BuildWith as _, Client, ClientBuilder};
use crate::api::{CreateThing, Fetch, described};
use crate::device::support::TestClock;
use crate::server::{Server, Step, answer, header};
use wiretrue::Error;
use wiretrue::codegen::{Api, Credential, Scheme, SchemeKind};
use wiretrue::oauth::TokenSet;

described!(Open, GET, "/closed", &[]);
described!(Either, GET, "/closed", &[&["header"], &["token"]]);
described!(Both, GET, "/closed", &[&["token", "query"]]);
described!(Basic, GET, "/closed", &[&["basic"]]);

#[tokio::test]
async fn an_operation_carries_the_token_where_it_takes_one() {
    let server = server(&["200 OK"; 4]).await;
    let with_keys = builder(&server, &TestClock::new())
        .key("header", "h")
        .key("query", "q")
        .bearer("fixed");
    let client = with_keys.build().expect("a client");
    let client = client.with_tokens(TokenSet::new("t"));
    Fetch::<Open>::new(&client).send().await.expect("an answer");
    Fetch::<Either>::new(&client)
        .send()
        .await
        .expect("an answer");
    Fetch::<Both>::new(&client).send().await.expect("an answer");
    let by_hand = Fetch::<Closed>::new(&client);
    let by_hand = by_hand.options(|options| options.header("Authorization", "mine"));
    by_hand.send().await.expect("an answer");
    assert_eq!(sent(&server), ["", "Bearer t", "Bearer t", "mine"]);
    let requests = server.requests();
    assert_eq!(header(&requests[1], "x-key"), None);
    assert!(requests[2].starts_with("GET /closed?api%20key=q "));
}

#[tokio::test]
async fn an_operation_that_takes_no_token_says_what_it_takes() {
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

/// A client of an API that has these schemes, signed in.
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
async fn without_a_bearer_scheme_the_token_takes_the_place_of_what_is_in_its_header() {
    let server = server(&["200 OK"; 2]).await;
    let client = signed_in(&server, &[BASIC, KEY]);
    Fetch::<Basic>::new(&client)
        .send()
        .await
        .expect("an answer");
    let client = signed_in(&server, &[RAW]);
    Fetch::<Closed>::new(&client)
        .send()
        .await
        .expect("an answer");
    assert_eq!(sent(&server), ["Bearer t"; 2]);
}

described!(Keyed, GET, "/closed", &[&["header"]]);

#[tokio::test]
async fn without_any_scheme_for_it_the_token_goes_beside_the_keys() {
    let server = server(&["200 OK"; 3]).await;
    let keyed = signed_in(&server, &[KEY]);
    Fetch::<Keyed>::new(&keyed).send().await.expect("an answer");
    Fetch::<Open>::new(&keyed).send().await.expect("an answer");
    let none = signed_in(&server, &[]);
    Fetch::<Open>::new(&none).send().await.expect("an answer");
    assert_eq!(sent(&server), ["Bearer t", "", "Bearer t"]);
    assert_eq!(header(&server.requests()[0], "x-key"), Some("k"));
}

#[tokio::test]
async fn a_redirect_to_another_origin_takes_no_token_along() {
    let other = server(&["200 OK"]).await;
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}/closed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.url
    );
    let first = Server::once(&redirect).await;
    let client = client(&first, &TestClock::new(), tokens("t", 3600));
    let error = call(&client).await.expect_err("a redirect");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(307));
    assert_eq!((sent(&first).len(), sent(&other).len()), (1, 0));
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_the_token() {
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /there\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let answers = [redirect.to_owned(), answer("200 OK", "text/plain", "hello")];
    let answers = answers.map(|answer| vec![Step::Send(answer.into_bytes())]);
    let server = Server::start(answers.into()).await;
    let client = client(&server, &TestClock::new(), tokens("t", 3600));
    call(&client).await.expect("an answer");
    assert_eq!(sent(&server), ["Bearer t"; 2]);
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_an_error_that_does_not_print_it() {
    let server = server(&[]).await;
    for token in ["", "s3 cret", "s3\r\ncret", "s3\u{7f}cret"] {
        let client = client(&server, &TestClock::new(), TokenSet::new(token));
        let error = call(&client).await.expect_err("a refusal");
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
async fn nothing_prints_the_tokens_of_a_client() {
    let server = server(&["401 Unauthorized"]).await;
    let client = client(&server, &TestClock::new(), TokenSet::new("s3cret"));
    let error = call(&client).await.expect_err("a refusal");
    for printed in [
        format!("{error}"),
        format!("{error:?}"),
        format!("{client:?}"),
    ] {
        assert!(!printed.contains("s3cret"), "{printed}");
    }
    assert!(format!("{client:?}").contains("tokens"));
}
