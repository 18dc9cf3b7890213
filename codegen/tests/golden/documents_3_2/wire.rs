//! The additions of OpenAPI 3.2, as a server receives and sends them.

use golden_documents_3_2::apis::{NotesApi, ProductsApi};
use golden_documents_3_2::streaming::JsonStream;
use golden_documents_3_2::{Client, Error, models};
use raw_server::{Answer, Server};

async fn client(answers: impl IntoIterator<Item = Answer>) -> (Server, Client) {
    let server = Server::start(answers).await;
    let client = Client::builder().base_url(server.url()).bearer_auth("token");
    (server, client.build().expect("the client is complete"))
}

async fn notes(answer: Answer) -> (Server, NotesApi) {
    let (server, client) = client([answer]).await;
    (server, client.notes())
}

async fn products() -> (Server, ProductsApi) {
    let (server, client) = client([Answer::with_headers(204, &[], "")]).await;
    (server, client.products())
}

fn only(server: &Server) -> raw_server::Request {
    let mut requests = server.requests();
    assert_eq!(requests.len(), 1);
    requests.pop().expect("a request")
}

/// A response in chunks of one byte each: every character and every end of a line is cut.
fn cut(media_type: &str, text: &str) -> Answer {
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\nconnection: close\r\n\
         transfer-encoding: chunked\r\n\r\n"
    )
    .into_bytes();
    for byte in text.bytes() {
        bytes.extend_from_slice(&[b'1', b'\r', b'\n', byte, b'\r', b'\n']);
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    Answer::Bytes(bytes)
}

async fn all<T>(mut items: JsonStream<T>) -> Vec<T> {
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item.expect("an item"));
    }
    all
}

#[tokio::test]
async fn query_and_other_methods_are_sent() {
    let (server, api) = notes(Answer::json(200, r#"[{"text":"a"}]"#)).await;
    let filter = models::Filter::new().with_word("a");
    let found = api.search_notes(filter).await.expect("notes");
    assert_eq!(found[0].text, "a");
    let request = only(&server);
    assert_eq!(request.line, "QUERY /notes HTTP/1.1");
    assert_eq!(request.text(), r#"{"word":"a"}"#);

    let (server, api) = notes(Answer::with_headers(204, &[], "")).await;
    api.copy_notes().sid(["a b", "%20"]).await.expect("nothing");
    let request = only(&server);
    assert_eq!(request.line, "COPY /notes HTTP/1.1");
    assert_eq!(request.header("cookie"), Some("sid=a b; sid=%20"));

    let Err(Error::InvalidRequest(error)) = api.copy_notes().sid(["a; b=c"]).await else {
        panic!("the value would be two cookies");
    };
    assert!(error.to_string().contains("`sid` contains a `;`"), "{error}");
}

#[tokio::test]
async fn unknown_and_missing_tags_belong_to_the_default() {
    let author = |author: &str| format!(r#"{{"text":"a","author":{author}}}"#);
    let authors = [
        r#"{"kind":"person","name":"b"}"#,
        r#"{"kind":"Program","version":1}"#,
        r#"{"kind":"robot","version":2}"#,
        r#"{"version":3}"#,
    ];
    let body = format!("[{}]", authors.map(author).join(","));
    let (_server, api) = notes(Answer::json(200, &body)).await;
    let found = api.search_notes(models::Filter::new()).await.expect("notes");
    let program = |version| models::Program::new().with_version(version);
    let expected: [models::Author; 4] = [
        models::Person::new("b").into(),
        program(1).with_kind("Program").into(),
        program(2).with_kind("robot").into(),
        program(3).into(),
    ];
    let found: Vec<_> = found.into_iter().filter_map(|it| it.author).collect();
    assert_eq!(found, expected);

    let text = serde_json::to_string(&found).expect("JSON");
    assert_eq!(text, format!("[{}]", authors.join(",")));
}

#[tokio::test]
async fn one_parameter_is_the_whole_query_string() {
    let (server, api) = products().await;
    let filter = models::FindProductsFilter::new()
        .with_text("a + b")
        .with_sizes([1, 2])
        .with_colors(["red", "blue"])
        .with_near(models::Filter::new().with_word("x"));
    let _ = api.find_products(filter).await;
    let near = "near=%7B%22word%22%3A%22x%22%7D";
    assert_eq!(
        only(&server).line,
        format!("GET /products?text=a+%2B+b&sizes=1&sizes=2&colors=red%7Cblue&{near} HTTP/1.1")
    );

    let (server, api) = products().await;
    let filter = models::Filter::new().with_word("ü");
    api.find_by_json().filter(filter).await.expect("nothing");
    assert_eq!(
        only(&server).line,
        "GET /products/json?%7B%22word%22%3A%22%C3%BC%22%7D HTTP/1.1"
    );

    let (server, api) = products().await;
    api.find_by_path().path("$.a[1:2]").await.expect("nothing");
    assert_eq!(
        only(&server).line,
        "GET /products/path?%24.a%5B1%3A2%5D HTTP/1.1"
    );

    let (server, api) = products().await;
    api.find_by_path().await.expect("nothing");
    assert_eq!(only(&server).line, "GET /products/path HTTP/1.1");
}

#[tokio::test]
async fn items_are_sent_and_read_line_by_line() {
    let lines = "{\"line\":1}\r\n\n{\"line\":\"two\"}\nno\n{\"line\":3}";
    let (server, api) = notes(cut("application/jsonl", lines)).await;
    let sent = ["a\nb", "ü"].map(models::Note::new);
    let mut items = api.add_notes(sent).await.expect("a stream");
    assert_eq!(items.next().await.expect("one").expect("a line").line, 1);
    for (number, path) in [(3, Some("$.line")), (4, None)] {
        let Err(Error::Decode(error)) = items.next().await.expect("one") else {
            panic!("line {number} is wrong");
        };
        let said = error.to_string();
        let expected = format!("addNotes: 200 OK: line {number} ");
        assert!(said.starts_with(&expected), "{said}");
        assert_eq!(error.path().as_deref(), path);
    }
    assert_eq!(items.next().await.expect("one").expect("a line").line, 3);
    assert!(items.next().await.is_none());
    let request = only(&server);
    assert_eq!(request.text(), "{\"text\":\"a\\nb\"}\n{\"text\":\"ü\"}\n");
    assert_eq!(request.header("content-type"), Some("application/jsonl"));
    assert_eq!(request.header("accept"), Some("application/jsonl"));

    let (server, api) = notes(cut("application/jsonl", "")).await;
    let sent = [models::Filter::new()];
    let items = api.add_notes_json_seq(sent).await.expect("a stream");
    assert!(all(items).await.is_empty());
    assert_eq!(only(&server).text(), "\u{1e}{}\n");
}

#[tokio::test]
async fn the_parts_of_a_multipart_body_are_items() {
    let text = "--x\r\nContent-Type: application/json\r\n\r\n{\"part\":7}\r\n\
                --x\r\n\r\n1\r\n--x--\r\n";
    let (server, api) = notes(cut("multipart/mixed; boundary=\"x\"", text)).await;
    let mut items = api.export_notes_multipart().await.expect("a stream");
    let first = items.next().await.expect("one").expect("a part");
    assert_eq!(first.part, 7);
    let Err(Error::Decode(error)) = items.next().await.expect("one") else {
        panic!("the second part is a number");
    };
    let said = error.to_string();
    assert!(said.starts_with("exportNotes: 200 OK: part 2 "), "{said}");
    assert!(items.next().await.is_none());
    assert_eq!(only(&server).header("accept"), Some("multipart/mixed"));
}

#[tokio::test]
async fn sequences_have_one_of_two_formats() {
    let text = "\u{1e}{\"text\":\n\"a\"}\n\u{1e}{\"text\":\"b\"}\n";
    let (_server, api) = notes(cut("application/json-seq", text)).await;
    let items = api.export_notes().await.expect("a stream");
    assert_eq!(all(items).await, ["a", "b"].map(models::Note::new));

    let text = "{\"word\":\"a\"}\n{}\n";
    let (_server, api) = notes(cut("application/x-ndjson; charset=utf-8", text)).await;
    let items = api.export_notes_ndjson().await.expect("a stream");
    assert_eq!(all(items).await, [models::Filter::new().with_word("a"), models::Filter::new()]);
}

#[tokio::test]
async fn items_are_decoded_by_the_charset_of_the_response() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nconnection: close\r\n".to_vec();
    bytes.extend(b"content-type: application/x-ndjson; charset=iso-8859-1\r\n\r\n");
    bytes.extend(b"{\"word\":\"\xfc\"}\n");
    let (_server, api) = notes(Answer::Bytes(bytes)).await;
    let items = api.export_notes_ndjson().await.expect("a stream");
    assert_eq!(all(items).await, [models::Filter::new().with_word("ü")]);
}

#[tokio::test]
async fn a_long_line_and_a_broken_connection_end_a_stream() {
    let server = Server::start([cut("application/jsonl", "{\"line\":1}\n{\"line\":12345678}\n")]).await;
    let client = Client::builder().base_url(server.url()).bearer_auth("token");
    let client = client.response_limit(12).build().expect("the client is complete");
    let items = client.notes().add_notes([models::Note::new("a")]).await;
    let mut items = items.expect("a stream");
    assert_eq!(items.next().await.expect("one").expect("a line").line, 1);
    assert!(matches!(items.next().await, Some(Err(Error::TooLarge(_)))));
    assert!(items.next().await.is_none());

    let Answer::Bytes(mut bytes) = cut("application/jsonl", "{\"line\":1}\n{\"line\":2}") else {
        panic!("it is bytes");
    };
    bytes.truncate(bytes.len() - b"0\r\n\r\n".len());
    let (_server, api) = notes(Answer::Bytes(bytes)).await;
    let items = api.add_notes([models::Note::new("a")]).await;
    let mut items = items.expect("a stream");
    assert_eq!(items.next().await.expect("one").expect("a line").line, 1);
    // The second line may be incomplete.
    assert!(matches!(items.next().await, Some(Err(Error::Transport(_)))));
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn the_schema_of_an_event_describes_its_fields() {
    let text = "event: change\nid: 1\ndata: {\"note\":{\"text\":\"a\"}}\n\n";
    let (_server, api) = notes(cut("text/event-stream", text)).await;
    let mut events = api.watch_notes().await.expect("a stream");
    let event = events.next().await.expect("one").expect("an event");
    assert_eq!((event.event.as_str(), event.id.as_str()), ("change", "1"));
    assert_eq!(event.data.note.text, "a");

    let (_server, api) = notes(cut("text/event-stream", "data: plain {text\n\n")).await;
    let mut events = api.read_log().await.expect("a stream");
    let event = events.next().await.expect("one").expect("an event");
    assert_eq!(event.data, "plain {text");
}

#[tokio::test]
async fn the_items_of_an_array_are_the_events() {
    let text = "data: {\"price\":1.5}\n\ndata: {\"price\":2}\n\n";
    let (_server, client) = client([cut("text/event-stream", text)]).await;
    let filter = models::FindProductsFilter::new();
    let mut events = client.products().find_products(filter).await.expect("a stream");
    for price in [1.5, 2.0] {
        let event = events.next().await.expect("one").expect("an event");
        assert_eq!(event.data.price, price);
    }
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_stalls_ends_at_its_limit() {
    let Answer::Bytes(mut bytes) = cut("application/jsonl", "{\"line\":1}\n") else {
        panic!("it is bytes");
    };
    bytes.truncate(bytes.len() - b"0\r\n\r\n".len());
    let (_server, api) = notes(Answer::Stalled(bytes)).await;
    let items = api.add_notes([models::Note::new("a")]).await;
    let limit = std::time::Duration::from_millis(50);
    let mut items = items.expect("a stream").idle_timeout(limit);
    assert_eq!(items.next().await.expect("one").expect("a line").line, 1);
    assert!(matches!(items.next().await, Some(Err(Error::Timeout(_)))));
    assert!(items.next().await.is_none());
}

#[cfg(feature = "blocking")]
#[test]
fn items_are_read_without_an_async_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the server");
    let text = "{\"line\":1}\n{\"line\":2}\n";
    let (_server, api) = runtime.block_on(notes(cut("application/jsonl", text)));
    let call = api.add_notes([models::Note::new("a")]);
    let items = call.send_blocking().expect("a stream").blocking();
    let lines: Result<Vec<_>, _> = items.map(|it| it.map(|it| it.line)).collect();
    assert_eq!(lines.expect("lines"), [1, 2]);
}

#[cfg(feature = "mock")]
#[tokio::test]
async fn a_mock_replies_with_items() {
    let mock = golden_documents_3_2::mock::Mock::default();
    let expected = ["a\nb", "c"].map(models::Note::new);
    mock.on::<golden_documents_3_2::apis::ExportNotes>()
        .reply(expected.clone());
    let part = models::ExportNotesResponseItem::new(7);
    mock.on::<golden_documents_3_2::apis::ExportNotesMultipart>()
        .reply([part.clone()]);
    let api = Client::mocked(&mock).notes();
    let items = api.export_notes().await.expect("a stream");
    assert_eq!(all(items).await, expected);
    let items = api.export_notes_multipart().await.expect("a stream");
    assert_eq!(all(items).await, [part]);
}
