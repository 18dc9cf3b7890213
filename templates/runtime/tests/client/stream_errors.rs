//! Errors that a server reports inside a stream, or in place of one, with the status of a success.

use wiretrue::Error;
use wiretrue::codegen::{RawResponse, exchange_stream, model, union};

use serde_json::Value;

use crate::api::{BuildApi as _, Client, Fetch, Stray, described};
use crate::server::{Server, Step, header};

described!(Chat, POST, "/chat", &[]);

/// A part of a response, without a property `error`.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub delta: String,
}
model!(decode encode Piece { required "delta" => delta });

/// An event that the document describes, by which the server reports an error.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub error: Option<String>,
    pub message: Option<String>,
}
model!(decode encode Failure { optional "error" => error, optional "message" => message });

#[derive(Clone, Debug, PartialEq)]
pub enum PieceOrFailure {
    Piece(Piece),
    Failure(Failure),
    Unknown(Value),
}
union!(decode encode PieceOrFailure: Unknown, [] { [] => Piece(Piece), [] => Failure(Failure) });

/// A response that ends with its connection.
fn response(media_type: &str, body: &str) -> Vec<Step> {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\nx-request-id: r-7\r\n";
    let text = format!("{head}content-type: {media_type}\r\n\r\n{body}");
    vec![Step::Send(text.into_bytes())]
}

async fn exchange(media_type: &str, body: &str) -> RawResponse {
    let server = Server::start(vec![response(media_type, body)]).await;
    let client = Client::builder().base_url(&server.url).build();
    let call = Fetch::<Chat>::new(&client.expect("a client"));
    let response = exchange_stream(&call).await.expect("a response");
    let request = server.request();
    assert!(request.starts_with("POST /chat HTTP/1.1\r\n"), "{request}");
    assert_eq!(header(&request, "accept"), Some("text/plain"));
    response
}

async fn events(body: &str) -> RawResponse {
    exchange("text/event-stream", body).await
}

/// The data of the events as `Debug`, or the errors as `Display`.
macro_rules! all {
    ($stream:expr, $data:expr) => {{
        let mut stream = $stream.expect("a stream");
        let mut items = Vec::new();
        while let Some(item) = stream.next().await {
            items.push(match item {
                Ok(item) => format!("{:?}", $data(item)),
                Err(error) => error.to_string(),
            });
        }
        items
    }};
}

macro_rules! data {
    ($stream:expr) => {
        all!($stream, |event: wiretrue::streaming::Event<_>| event.data)
    };
}

const OVERLOADED: &str = "Chat: 200 OK: overloaded: try later (request r-7)";

fn piece(delta: &str) -> String {
    format!("Piece {{ delta: {delta:?} }}")
}

#[tokio::test]
async fn an_error_event_ends_the_stream_with_the_message_of_the_server() {
    let error = r#"{"error":{"type":"overloaded","message":"try later"}}"#;
    let body = format!(
        "data: {{\"delta\":\"a\"}}\n\nevent: error\ndata: {error}\n\ndata: {{\"delta\":\"b\"}}\n\n"
    );
    let mut stream = events(&body).await.events::<Piece>().expect("a stream");
    let first = stream.next().await.expect("one").expect("a piece");
    assert_eq!(first.data.delta, "a");
    let reported = stream.next().await.expect("one").expect_err("an error");
    assert_eq!(reported.to_string(), OVERLOADED);
    assert_eq!(reported.status().map(|it| it.as_u16()), Some(200));
    assert_eq!(reported.request_id(), Some("r-7"));
    let api = reported.as_api().expect("a report");
    assert_eq!(api.raw_body(), error);
    assert_eq!(api.message().as_deref(), Some("overloaded: try later"));
    let body: Value = api.body().expect("JSON");
    assert_eq!(body["error"]["type"], "overloaded");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn any_data_of_an_error_event_is_a_report() {
    for (data, message) in [
        ("try later", ": try later"),
        (r#"{"detail":"try later"}"#, ": try later"),
        (r#""try later""#, ": try later"),
        (r#"{"secret":"s3cret"}"#, " (19 bytes, text/event-stream)"),
        ("", " (no body)"),
    ] {
        let body = format!("event: error\ndata: {data}\n\ndata: {{\"delta\":\"b\"}}\n\n");
        let expected = format!("Chat: 200 OK{message} (request r-7)");
        assert_eq!(data!(events(&body).await.events::<Piece>()), [&*expected]);
        assert_eq!(data!(events(&body).await.events::<Stray>()), [&*expected]);
        assert_eq!(data!(events(&body).await.text_events()), [&*expected]);
        // Undecoded, every event is returned.
        let text = data!(events(&body).await.text_events().map(|it| it.text()));
        assert_eq!(text[0], format!("{data:?}"));
    }
}

#[tokio::test]
async fn data_with_an_error_is_a_report_unless_the_document_describes_it() {
    let error = r#"{"delta":"a","error":{"code":"overloaded","message":"try later"}}"#;
    let body = format!("data: {error}\n\n");
    assert_eq!(data!(events(&body).await.events::<Piece>()), [OVERLOADED]);
    assert_eq!(data!(events(&body).await.events::<Stray>()), [OVERLOADED]);
    assert_eq!(data!(events(&body).await.events::<Value>()), [OVERLOADED]);
    // In a stream of text, it is text.
    assert_eq!(
        data!(events(&body).await.text_events()),
        [format!("{error:?}")]
    );

    // Objects whose `error` says nothing are pieces.
    for none in ["null", "false", "\"\"", "{}", "[]", "0"] {
        let body = format!("data: {{\"delta\":\"a\",\"error\":{none}}}\n\n");
        let found = data!(events(&body).await.events::<Piece>());
        assert_eq!(found, [piece("a")], "{none}");
    }
    // Neither are nested objects reports.
    let body = "data: {\"delta\":\"a\",\"step\":{\"error\":\"no\"}}\n\n";
    assert_eq!(
        data!(events(body).await.events::<Piece>()),
        [piece("a")],
        "nested"
    );
}

#[tokio::test]
async fn a_described_error_is_an_event() {
    let described = r#"Failure(Failure { error: Some("busy"), message: None })"#;
    for body in [
        "data: {\"error\":\"busy\"}\n\n",
        "event: error\ndata: {\"error\":\"busy\"}\n\n",
        "event: error\ndata: {\"error\":\"busy\",\"new\":{\"error\":1}}\n\n",
    ] {
        let found = data!(events(body).await.events::<PieceOrFailure>());
        assert_eq!(found, [described], "{body}");
        let found = data!(events(body).await.events::<Failure>());
        assert_eq!(
            found,
            [&described["Failure(".len()..described.len() - 1]],
            "{body}"
        );
    }
    let body = "event: error\ndata: {\"message\":\"busy\"}\n\n";
    assert_eq!(
        data!(events(body).await.events::<PieceOrFailure>()),
        [r#"Failure(Failure { error: None, message: Some("busy") })"#]
    );
    // A described `error` has another type.
    let body = "data: {\"error\":{\"message\":\"busy\"}}\n\n";
    for found in [
        data!(events(body).await.events::<Failure>()),
        data!(events(body).await.events::<PieceOrFailure>()),
    ] {
        assert_eq!(found, ["Chat: 200 OK: busy (request r-7)"]);
    }
}

#[tokio::test]
async fn json_without_data_is_a_report_if_it_has_a_message() {
    let line = r#"{"error":{"code":"overloaded","message":"try later"}}"#;
    let pretty =
        "{\n  \"error\": {\n    \"code\": \"overloaded\",\n    \"message\": \"try later\"\n  }\n}";
    for body in [
        line.to_owned(),
        format!("{line}\n"),
        format!("{line}\n\ndata: {{\"delta\":\"b\"}}\n\n"),
        pretty.to_owned(),
        format!("{pretty}\n\ndata: {{\"delta\":\"b\"}}\n\n"),
        format!(": hello\n\n[{line}]\n"),
    ] {
        let after_piece = format!("data: {{\"delta\":\"a\"}}\n\n{body}");
        let found = data!(events(&after_piece).await.events::<Piece>());
        assert_eq!(found, [&piece("a"), OVERLOADED], "{body}");
        let found = data!(events(&body).await.text_events());
        assert_eq!(found, [OVERLOADED], "{body}");
    }
    // An error without a message.
    let found = data!(events("{\"error\":{\"code\":7}}\n").await.text_events());
    let expected = "Chat: 200 OK (21 bytes, text/event-stream) (request r-7)";
    assert_eq!(found, [expected]);
    // JSON without a message, and lines within an event, are ignored as any unknown field is.
    for body in [
        "{\"delta\":\"x\"}\ndata: {\"delta\":\"a\"}\n\n",
        "data: {\"delta\":\"a\"}\n{\"error\":\"x\"}\n\n",
        "[\"x\"]\n[]\ndata: {\"delta\":\"a\"}\n\n",
        "{not json\n\ndata: {\"delta\":\"a\"}\n\n",
        "data: {\"delta\":\"a\"}\n\n{\"error\":\"trunc",
        "x{\"error\":\"x\"}\ndata: {\"delta\":\"a\"}\n\n",
    ] {
        let found = data!(events(body).await.events::<Piece>());
        assert_eq!(found, [piece("a")], "{body}");
    }
}

#[tokio::test]
async fn a_report_that_is_open_ended_is_returned_at_once() {
    // The server neither ends the line block nor the body.
    let mut steps = response("text/event-stream", "{\"error\":\"busy\"}\n");
    steps.push(Step::Wait(std::time::Duration::from_secs(600)));
    let server = Server::start(vec![steps]).await;
    let client = Client::builder().base_url(&server.url).build();
    let call = Fetch::<Chat>::new(&client.expect("a client"));
    let response = exchange_stream(&call).await.expect("a response");
    let mut stream = response.events::<Piece>().expect("a stream");
    let error = stream.next().await.expect("one").expect_err("a report");
    assert_eq!(error.to_string(), "Chat: 200 OK: busy (request r-7)");
    // The rest of the body isn't waited for.
    tokio::time::pause();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_json_body_in_place_of_a_stream_is_a_report_if_it_has_a_message() {
    let pretty = "{\n \"error\": {\"code\": \"overloaded\",\n \"message\": \"try later\"}}";
    let plain = r#"{"code":"overloaded","message":"try later"}"#;
    for (media_type, body) in [
        ("application/json", pretty),
        ("application/json; charset=utf-8", plain),
        ("application/problem+json", plain),
        ("text/plain", plain),
    ] {
        let response = exchange(media_type, body).await;
        let error = response.events::<Piece>().expect_err("a report");
        assert_eq!(error.to_string(), OVERLOADED, "{media_type}");
        assert!(error.as_api().is_some_and(|it| it.raw_body() == body));
        let response = exchange(media_type, body).await;
        let error = response.text_events().expect_err("a report");
        assert_eq!(error.to_string(), OVERLOADED, "{media_type}");
    }
    let response = exchange("application/json", "\u{feff}{\"error\":{\"code\":7}}").await;
    let error = response.events::<Piece>().expect_err("a report");
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    for (media_type, body) in [
        ("application/json", r#"{"id":7,"choices":[]}"#),
        ("text/html", "<p>message: busy</p>"),
        ("application/json", "message"),
        ("application/json", r#""message""#),
        ("application/json", r#"["message"]"#),
    ] {
        let response = exchange(media_type, body).await;
        let error = response.events::<Piece>().expect_err("no stream");
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_report_is_preferred_to_the_name_of_another_call() {
    let alternates = &[("application/json", "create_chat")];
    let body = r#"{"error":{"code":"overloaded","message":"try later"}}"#;
    let response = exchange("application/json", body).await;
    let error = response.reject_alternates(alternates).expect_err("JSON");
    assert_eq!(error.to_string(), OVERLOADED);
    let response = exchange("application/json", r#"{"error":null,"text":"a"}"#).await;
    let error = response.reject_alternates(alternates).expect_err("JSON");
    assert!(
        error.to_string().contains("`create_chat` accepts it"),
        "{error}"
    );
}

#[tokio::test]
async fn json_lines_report_errors_likewise() {
    let error = r#"{"error":{"code":"overloaded","message":"try later"}}"#;
    let body = format!("{{\"delta\":\"a\"}}\n{error}\n{{\"delta\":\"b\"}}\n");
    let lines = || exchange("application/jsonl", &body);
    let found = all!(lines().await.json_stream::<Piece>(), |it| it);
    assert_eq!(found, [&piece("a"), OVERLOADED]);
    let mut stream = lines().await.json_stream::<Piece>().expect("a stream");
    assert!(stream.next().await.expect("one").is_ok());
    let error = stream.next().await.expect("one").expect_err("a report");
    assert_eq!(error.request_id(), Some("r-7"));
    assert_eq!(error.status().map(|it| it.as_u16()), Some(200));

    // A described error is an item; data without an `error` that doesn't fit is no report.
    let body = "{\"error\":\"busy\"}\n{\"message\":7}\n";
    let response = exchange("application/x-ndjson", body).await;
    let found = all!(response.json_stream::<Failure>(), |it: Failure| it.error);
    assert_eq!(found[0], "Some(\"busy\")");
    assert!(
        found[1].contains("line 2 doesn't match the document"),
        "{found:?}"
    );

    // In place of a stream.
    let pretty = "{\n\"error\": {\"code\": \"overloaded\",\n \"message\": \"try later\"}}";
    for media_type in ["application/json", "text/plain", "application/problem+json"] {
        let response = exchange(media_type, pretty).await;
        let error = response.json_stream::<Piece>().expect_err("a report");
        assert_eq!(error.to_string(), OVERLOADED, "{media_type}");
    }
}
