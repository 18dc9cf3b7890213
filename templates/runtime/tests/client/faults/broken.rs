//! Connections that break, and bodies of the wrong length.

use super::support::{Get, Post, Server as Keeping, Still, kept};
use crate::api::{BuildApi as _, Client};
use crate::api::{Described, Fetch};
use crate::downloads::of;
use crate::server::{Server, Step, http_response};
use wiretrue::{Error, RetryPolicy};

/// The first words of the errors for an incomplete head and for an incomplete body.
const NO_HEAD: &str = "the exchange failed";
const NO_BODY: &str = "the response broke off";

/// The beginning of a head.
macro_rules! ok {
    ($headers:literal, $rest:literal) => {
        concat!("HTTP/1.1 200 OK\r\n", $headers, $rest)
    };
}
macro_rules! long {
    ($rest:literal) => {
        ok!("content-type: image/png\r\ncontent-length: 4\r\n", $rest)
    };
}
macro_rules! chunked {
    ($rest:literal) => {
        ok!(
            "content-type: image/png\r\ntransfer-encoding: chunked\r\n",
            $rest
        )
    };
}

/// What was sent when the connection broke, and what the error contains.
const BREAKS: [(&str, &str); 12] = [
    ("", NO_HEAD),
    ("HTTP/1.1 2", NO_HEAD),
    ("HTTP/1.1 200 OK\r\ncontent-le", NO_HEAD),
    (long!(""), NO_HEAD),
    (chunked!("\r"), NO_HEAD),
    (long!("\r\n"), NO_BODY),
    (long!("\r\nfin"), NO_BODY),
    (chunked!("\r\n"), NO_BODY),
    (chunked!("\r\n1"), NO_BODY),
    (chunked!("\r\n4\r\nfin"), NO_BODY),
    (chunked!("\r\n4\r\nfine\r\n"), NO_BODY),
    (chunked!("\r\n4\r\nfine\r\n0\r\n"), NO_BODY),
];

/// The two ways in which a connection ends after these bytes: closed and reset.
fn ends(sent: &str) -> [Vec<Step>; 2] {
    let send = Step::Send(sent.into());
    [vec![send.clone()], vec![send, Step::Reset]]
}

fn fine() -> Vec<Step> {
    vec![Step::Send(
        http_response("200 OK", "text/plain", "fine").into(),
    )]
}

fn client(url: &str, policy: RetryPolicy) -> Client {
    let builder = Client::builder().base_url(url).clock(Still::new());
    builder.retry(policy).build().expect("a client")
}

/// Returns the error of a call that isn't retried.
async fn failure<D: Described>(url: &str) -> Error {
    let call = Fetch::<D>::new(&client(url, RetryPolicy::never()));
    call.send().await.expect_err("an error")
}

#[tokio::test]
async fn a_broken_connection_is_reported_and_retried_if_idempotent() {
    for (sent, says) in BREAKS {
        for (index, end) in ends(sent).into_iter().enumerate() {
            let replies = vec![end.clone(), end.clone(), fine(), end, fine()];
            let server = Server::start(replies).await;
            let error = failure::<Get>(&server.url).await;
            let Error::Transport(transport) = &error else {
                panic!("{sent:?}: {error:?}")
            };
            assert!(!transport.is_connect() && !transport.is_permanent());
            // A reset may discard bytes that were sent before it.
            let text = error.to_string();
            assert!(index == 1 || text.contains(says), "{sent:?}: {text}");

            let client = client(&server.url, RetryPolicy::default());
            let again = Fetch::<Get>::new(&client).send().await;
            assert_eq!(again.expect(sent), "fine");
            let post = Fetch::<Post>::new(&client).send().await;
            post.expect_err("the server may have done it");
            assert_eq!(server.requests().len(), 4, "{sent:?}");
        }
    }
}

#[tokio::test]
async fn a_download_returns_the_received_bytes_before_the_error() {
    let bodies = BREAKS.into_iter().filter(|(_, says)| *says == NO_BODY);
    for (sent, _) in bodies {
        let [end, _] = ends(sent);
        let mut download = of(end).await.expect("a head");
        let mut came = Vec::new();
        let error = loop {
            match download.next().await.expect("bytes or an error") {
                Ok(bytes) => came.extend_from_slice(&bytes),
                Err(error) => break error,
            }
        };
        assert!(error.to_string().contains(NO_BODY), "{sent:?}: {error}");
        assert!(b"fine".starts_with(&came), "{came:?}");
        assert_eq!(came.is_empty(), !sent.contains("\nfin"), "{sent:?}");
        assert!(
            download.next().await.is_none(),
            "the stream ends after an error"
        );
    }
}

#[tokio::test]
async fn a_body_without_length_ends_with_its_connection() {
    let sent = "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n\r\nfine";
    let [closed, reset] = ends(sent);
    let server = Server::start(vec![closed.clone(), reset.clone()]).await;
    let client = client(&server.url, RetryPolicy::never());
    let whole = Fetch::<Get>::new(&client).send().await;
    assert_eq!(whole.expect("a body"), "fine");
    failure::<Get>(&server.url).await;

    let mut bytes = Vec::new();
    let whole = of(closed).await.expect("a head").write_to(&mut bytes).await;
    assert_eq!((whole.expect("a body"), &bytes[..]), (4, &b"fine"[..]));
    let broken = match of(reset).await {
        Ok(download) => download.write_to(&mut bytes).await,
        // A reset may discard the head, too.
        Err(error) => Err(error),
    };
    assert!(matches!(broken, Err(Error::Transport(_))), "{broken:?}");
}

#[tokio::test]
async fn bytes_after_a_body_are_never_another_response() {
    let forged = kept("200 OK", "", "evil");
    let longer = kept("200 OK", "", "fine") + &forged;
    let server = Keeping::start(move |_| Some(longer.clone())).await;
    let client = client(&server.url, RetryPolicy::never());
    for call in 1..=20 {
        let output = Fetch::<Get>::new(&client).send().await;
        assert_eq!(output.expect("a response"), "fine");
        assert_eq!(server.requests(), call, "each is answered to a request");
    }
}

#[tokio::test]
async fn contradictory_lengths_are_an_error() {
    for (sent, says) in [
        (
            ok!("content-length: 4\r\ncontent-length: 5\r\n", "\r\nfine!"),
            NO_HEAD,
        ),
        (ok!("content-length: -4\r\n", "\r\nfine"), NO_HEAD),
        (
            ok!("content-length: 99999999999999999999\r\n", "\r\nfine"),
            NO_HEAD,
        ),
        (chunked!("\r\n4\r\nfine!\r\n0\r\n\r\n"), NO_BODY),
        (chunked!("\r\n5\r\nfine\r\n0\r\n\r\n"), NO_BODY),
        (
            chunked!("\r\nfffffffffffffffff\r\nfine\r\n0\r\n\r\n"),
            NO_BODY,
        ),
        (chunked!("\r\nfour\r\nfine\r\n0\r\n\r\n"), NO_BODY),
    ] {
        let server = Server::once(sent).await;
        let error = failure::<Get>(&server.url).await;
        assert!(matches!(error, Error::Transport(_)), "{sent}: {error:?}");
        assert!(error.to_string().contains(says), "{sent}: {error}");
    }
}
