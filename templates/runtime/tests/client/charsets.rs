//! Text in other charsets than UTF-8.

use wiretrue::codegen::{Call, Encoder, Meta};
use wiretrue::{Error, RetryPolicy};

use crate::api::{BuildApi as _, BuildWith as _, Client, Described, Fetch, described, thing};
use crate::api::{CreateThing, Thing};
use crate::server::{Server, Step, header};

described!(Get, GET, "/text", &[]);
described!(Post, POST, "/text", &[]);

fn client(server: &Server) -> Client {
    let builder = Client::builder().basic_auth("u", "p");
    let builder = builder.base_url(&server.url).retry(RetryPolicy::never());
    builder.build().expect("a client")
}

/// Starts a server that sends these bytes.
async fn serve(status: &str, media_type: &str, body: &[u8]) -> Server {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    Server::start(vec![vec![Step::Send(bytes)]]).await
}

async fn text(media_type: &str, body: &[u8]) -> Result<String, Error> {
    let server = serve("200 OK", media_type, body).await;
    Fetch::<Get>::new(&client(&server)).send().await
}

async fn json(media_type: &str, body: &[u8]) -> Result<Thing, Error> {
    let server = serve("201 Created", media_type, body).await;
    CreateThing::new(&client(&server), "t").send().await
}

#[tokio::test]
async fn text_is_decoded_by_the_charset_of_the_response() {
    for (media_type, body, expected) in [
        ("text/csv; charset=iso-8859-1", &b"caf\xE9"[..], "café"),
        (
            "text/csv; header=present; charset=\"Windows-1252\"",
            b"\x80",
            "€",
        ),
        ("text/plain; charset=utf-16le", b"a\0\xE9\0", "aé"),
        ("text/plain; charset=UTF-8", "é".as_bytes(), "é"),
        ("text/plain", "é".as_bytes(), "é"),
    ] {
        let output = text(media_type, body).await.expect("a response");
        assert_eq!(output, expected, "{media_type}");
    }
}

#[tokio::test]
async fn text_that_is_not_in_its_charset_is_an_error() {
    let error = text("text/csv; charset=klingon", b"\xE9").await;
    assert_eq!(
        error.expect_err("an unknown charset").to_string(),
        "Get: 200 OK: the body (text/csv) can't be read in the charset `klingon`"
    );
    let error = text("text/csv; charset=shift_jis", b"\x83").await;
    let text = error.expect_err("half a character").to_string();
    assert!(text.ends_with("in the charset `shift_jis`"), "{text}");
}

#[tokio::test]
async fn json_is_decoded_from_utf_8_or_from_the_charset_of_the_response() {
    let latin1 = b"{\"id\":\"caf\xE9\",\"parent\":null}";
    let utf8 = "{\"id\":\"café\",\"parent\":null}".as_bytes();
    for body in [&latin1[..], utf8] {
        let output = json("application/json; charset=iso-8859-1", body).await;
        assert_eq!(output.expect("a response"), thing("café"));
    }
}

#[tokio::test]
async fn the_message_of_an_error_is_decoded_too() {
    let body = b"{\"message\":\"caf\xE9\"}";
    let server = serve("400 Bad Request", "application/json; charset=latin1", body).await;
    let output = Fetch::<Get>::new(&client(&server)).send().await;
    let error = output.expect_err("an error");
    assert_eq!(error.to_string(), "Get: 400 Bad Request: café");
    let body: serde_json::Value = error.as_api().expect("an error").body().expect("JSON");
    assert_eq!(body["message"], "café");
}

async fn post(media_type: &'static str, text: &str) -> Result<String, Error> {
    send(media_type, |out| out.text(media_type, text)).await
}

async fn send(media_type: &str, body: impl FnOnce(&mut Encoder)) -> Result<String, Error> {
    let server = serve("200 OK", "text/plain", b"fine").await;
    let mut out = Encoder::default();
    out.literal("/text");
    body(&mut out);
    let meta: Meta = Post::META;
    Call::new(&client(&server)).execute(meta, Ok(out)).await?;
    let request = server.request();
    assert_eq!(header(&request, "content-type"), Some(media_type));
    let length = header(&request, "content-length").unwrap_or_default();
    // The server prints what isn't UTF-8 as U+FFFD.
    let (_, body) = request.split_once("\r\n\r\n").expect("a body");
    Ok(format!("{length} {body}"))
}

#[tokio::test]
async fn a_body_is_sent_in_the_charset_of_its_media_type() {
    let latin1 = "text/plain; charset=iso-8859-1";
    assert_eq!(post(latin1, "café").await.expect("sent"), "4 caf\u{FFFD}");
    assert_eq!(post(latin1, "cafe").await.expect("sent"), "4 cafe");
    let utf8 = "text/plain; charset=utf-8";
    assert_eq!(post(utf8, "café").await.expect("sent"), "5 café");
    assert_eq!(post("text/plain", "café").await.expect("sent"), "5 café");
}

#[tokio::test]
async fn a_body_is_sent_in_the_charset_of_the_media_type_that_the_caller_chooses() {
    let latin1 = "text/plain; charset=iso-8859-1";
    let text = send(latin1, |out| {
        out.text("text/*", "café");
        out.content_type(Some(latin1));
    });
    assert_eq!(text.await.expect("sent"), "4 caf\u{FFFD}");
    let json = send("application/json; charset=latin1", |out| {
        out.json("application/json", &"é".to_owned());
        out.content_type(Some("application/json; charset=latin1"));
    });
    assert_eq!(json.await.expect("sent"), "3 \"\u{FFFD}\"");
}

#[tokio::test]
async fn a_body_that_its_charset_cannot_hold_is_not_sent() {
    for (media_type, text) in [
        ("text/plain; charset=iso-8859-1", "€"),
        ("text/plain; charset=us-ascii", "é"),
        ("text/plain; charset=utf-16", "e"),
    ] {
        let error = post(media_type, text).await.expect_err("an error");
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
        assert!(!error.to_string().contains('€'), "{error}");
    }
}
