//! Credentials as a server receives them: in the documented place, and only for operations that require
//! them.

use crate::api::{BuildApi as _, BuildWith as _, Client, ClientBuilder};
use crate::api::{Fetch, described};
use crate::server::{Server, Step, header, http_response};
use wiretrue::Error;

described!(Basic, GET, "/x", &[&["basic"]]);
described!(Bearer, GET, "/x", &[&["token"]]);
described!(HeaderKey, GET, "/x", &[&["header"]]);
described!(QueryKey, GET, "/x", &[&["query"]]);
described!(CookieKey, GET, "/x", &[&["cookie"]]);
described!(Digest, GET, "/x", &[&["digest"]]);
described!(Open, GET, "/x", &[]);
described!(Optional, GET, "/x", &[&["token"], &[]]);
described!(
    Either,
    GET,
    "/x",
    &[&["basic"], &["header", "query"], &["token", "cookie"]]
);

async fn server(responses: usize) -> Server {
    let fine = http_response("200 OK", "text/plain", "fine").into_bytes();
    Server::start(vec![vec![Step::Send(fine)]; responses]).await
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().base_url(&server.url)
}

/// Returns the target, `Authorization`, `X-Key` and `Cookie` of each request; empty if absent.
fn received(server: &Server) -> Vec<[String; 4]> {
    let requests = server.requests();
    let parts = requests.iter().map(|request| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        let value = |name| header(request, name).unwrap_or_default();
        let (key, cookie) = (value("x-key"), value("cookie"));
        [target, value("authorization"), key, cookie].map(str::to_owned)
    });
    parts.collect()
}

#[tokio::test]
async fn each_scheme_sends_its_credential_in_its_place_and_no_other() {
    let server = server(6).await;
    // The example of RFC 7617 section 2.
    let client = builder(&server)
        .basic_auth("Aladdin", "open sesame")
        .bearer("t0ken")
        .key("header", "h&1")
        .key("query", "q&1")
        .key("cookie", "c&1")
        .key("digest", "username=\"u\"");
    let client = client.build().expect("a client");
    let sent = async {
        Fetch::<Basic>::new(&client).send().await?;
        Fetch::<Bearer>::new(&client).send().await?;
        Fetch::<HeaderKey>::new(&client).send().await?;
        Fetch::<QueryKey>::new(&client).send().await?;
        Fetch::<CookieKey>::new(&client).send().await?;
        Fetch::<Digest>::new(&client).send().await
    };
    sent.await.expect("six responses");
    assert_eq!(
        received(&server),
        [
            ["/x", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "", ""],
            ["/x", "Bearer t0ken", "", ""],
            ["/x", "", "h&1", ""],
            ["/x?api%20key=q%261", "", "", ""],
            ["/x", "", "", "sid=c&1"],
            ["/x", "Digest username=\"u\"", "", ""],
        ]
    );
}

#[tokio::test]
async fn the_first_alternative_with_all_credentials_is_sent() {
    let server = server(3).await;
    let partial = || builder(&server).key("header", "h").bearer("t");
    for builder in [
        partial().key("query", "q").key("cookie", "c"),
        partial().key("cookie", "c"),
        partial().key("query", "q").basic_auth("u", "p"),
    ] {
        let client = builder.build().expect("a client");
        let call = Fetch::<Either>::new(&client).send();
        call.await.expect("a response");
    }
    assert_eq!(
        received(&server),
        [
            ["/x?api%20key=q", "", "h", ""],
            ["/x", "Bearer t", "", "sid=c"],
            ["/x", "Basic dTpw", "", ""],
        ]
    );
    // One of two credentials isn't enough, neither of one alternative nor of several.
    for builder in [
        builder(&server),
        builder(&server).key("query", "q"),
        partial(),
    ] {
        let client = builder.build().expect("a client");
        let error = Fetch::<Either>::new(&client).send().await;
        let error = error.expect_err("no credentials");
        assert!(matches!(error, Error::MissingCredentials(_)), "{error:?}");
        let text = error.to_string();
        for setter in ["basic_auth", "header_key", "query_key", "bearer"] {
            assert!(text.contains(setter), "{text}");
        }
    }
    assert_eq!(
        server.requests().len(),
        3,
        "nothing was sent without credentials"
    );
}

#[tokio::test]
async fn operations_without_security_get_no_credentials_and_optional_ones_those_configured() {
    let server = server(4).await;
    let with = builder(&server).bearer("t").key("query", "q");
    for builder in [builder(&server), with] {
        let client = builder.build().expect("a client");
        let call = Fetch::<Open>::new(&client).send();
        call.await.expect("a response");
        let call = Fetch::<Optional>::new(&client).send();
        call.await.expect("a response");
    }
    let none = ["/x", "", "", ""];
    let token = ["/x", "Bearer t", "", ""];
    assert_eq!(received(&server), [none, none, none, token]);
}
