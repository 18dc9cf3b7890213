//! Which bodies are sent: media types to choose from, files, further fields, null.

use std::collections::BTreeMap;

use golden_bodies::apis::{AddDocument, PatchThing};
use golden_bodies::streaming::FilePart;
use golden_bodies::{Client, Error, models};
use raw_server::{Answer, Request, Server};

async fn server() -> (Server, golden_bodies::apis::DefaultApi) {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let client = Client::builder().base_url(server.url()).build();
    (server, client.expect("the client is complete").default())
}

fn thing() -> models::Thing {
    models::Thing::new(1)
}

/// Returns the media type and the body of the only request.
fn sent(server: &Server) -> (String, String) {
    let request = server.request();
    let media_type = request.header("content-type").unwrap_or("none").to_owned();
    (media_type, request.text().to_owned())
}

/// Returns the parts of a multipart body, each with its headers.
fn parts(request: &Request) -> Vec<String> {
    let media_type = request.header("content-type").expect("a media type");
    let (_, boundary) = media_type.split_once("boundary=").expect("a boundary");
    let boundary = boundary.split(';').next().expect("a boundary");
    let text = format!("\r\n{}", request.text());
    let text = text.strip_suffix(&format!("\r\n--{boundary}--\r\n"));
    let delimiter = format!("\r\n--{boundary}\r\n");
    let parts = text.expect("the end").split(&delimiter).skip(1);
    let form_data = "Content-Disposition: form-data; name=";
    parts
        .map(|part| part.replace(form_data, "").replace("\r\n", "|"))
        .collect()
}

#[tokio::test]
async fn each_media_type_of_one_schema_can_be_sent() {
    for (chosen, expected) in [
        (None, "application/json-patch+json"),
        (
            Some(PatchThing::MERGE_PATCH_JSON),
            "application/merge-patch+json",
        ),
        // JSON is YAML, too.
        (
            Some(PatchThing::APPLY_PATCH_YAML),
            "application/apply-patch+yaml",
        ),
        (Some("application/vnd.x+json"), "application/vnd.x+json"),
    ] {
        let (server, api) = server().await;
        let call = api.patch_thing("a", thing());
        let call = match chosen {
            Some(chosen) => call.content_type(chosen),
            None => call,
        };
        call.await.expect("it is sent");
        assert_eq!(sent(&server), (expected.to_owned(), r#"{"id":1}"#.to_owned()));
    }
    let (server, api) = server().await;
    let call = api.add_document("<a/>");
    let call = call.content_type(AddDocument::TEXT_XML);
    call.await.expect("it is sent");
    assert_eq!(sent(&server), ("text/xml".to_owned(), "<a/>".to_owned()));
}

#[tokio::test]
async fn a_media_type_that_cannot_be_a_header_is_refused() {
    let (server, api) = server().await;
    let call = api.patch_thing("a", thing()).content_type("a/b\r\nx: y");
    let error = call.await.expect_err("two lines");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_range_of_media_types_has_no_default() {
    let (server, api) = server().await;
    api.set_picture(b"GIF89a", "image/gif").await.expect("it is sent");
    assert_eq!(sent(&server), ("image/gif".to_owned(), "GIF89a".to_owned()));

    let error = api.may_set_picture().body(b"GIF89a").await;
    assert_eq!(
        error.expect_err("no media type").to_string(),
        "maySetPicture: the body has no media type: set it on the call"
    );
    api.may_set_picture().await.expect("no body is sent");
}

#[tokio::test]
async fn a_required_body_that_is_null_is_sent_as_null() {
    let json = || "application/json".to_owned();
    let (server, api) = server().await;
    api.put_thing("a", None).await.expect("it is sent");
    assert_eq!(sent(&server), (json(), "null".to_owned()));

    let (server, api) = self::server().await;
    api.put_thing("a", Some(thing())).await.expect("it is sent");
    assert_eq!(sent(&server), (json(), r#"{"id":1}"#.to_owned()));

    let (server, api) = self::server().await;
    api.note_thing("a").body(None).await.expect("it is sent");
    assert_eq!(sent(&server), (json(), "null".to_owned()));

    let (server, api) = self::server().await;
    api.note_thing("a").await.expect("it is sent");
    assert_eq!(sent(&server), ("none".to_owned(), String::new()));
}

#[tokio::test]
async fn files_are_parts_of_their_media_type() {
    let (server, api) = server().await;
    let call = api
        .add_files(b"PNG")
        .form_raw(b"raw")
        .list([FilePart::from(b"1"), FilePart::from(b"2").file_name("t")])
        .upload(b"u")
        .photo(b"p")
        .pages([b"png".to_vec()])
        .key(b"\xfb\xff".to_vec())
        .note("*");
    let call = call
        .either(FilePart::from(b"one").media_type("image/png"))
        .link(FilePart::text("https://a.example"))
        .typed(b"pdf")
        .form_meta(serde_json::json!({"a": 1}));
    call.await.expect("it is sent");
    assert_eq!(
        parts(&server.request()),
        [
            "\"picture\"; filename=\"picture\"|Content-Type: image/png||PNG",
            "\"raw\"; filename=\"raw\"|Content-Type: application/octet-stream||raw",
            "\"list\"; filename=\"list\"|Content-Type: application/octet-stream||1",
            "\"list\"; filename=\"t\"|Content-Type: application/octet-stream||2",
            "\"upload\"; filename=\"upload\"|Content-Type: application/octet-stream||u",
            "\"photo\"; filename=\"photo\"|Content-Type: image/jpeg||p",
            "\"pages\"|Content-Type: image/png|Content-Transfer-Encoding: base64||cG5n",
            "\"key\"|Content-Type: application/octet-stream||-_8",
            "\"note\"||*",
            "\"either\"; filename=\"either\"|Content-Type: image/png||one",
            "\"link\"||https://a.example",
            "\"typed\"; filename=\"typed\"|Content-Type: application/pdf||pdf",
            "\"meta\"|Content-Type: application/json||{\"a\":1}",
        ]
    );
}

#[tokio::test]
async fn a_file_or_a_list_of_files_takes_several() {
    let (server, api) = server().await;
    let files = [FilePart::from(b"1"), FilePart::from(b"2")];
    let call = api.add_files(b"PNG").either(files);
    call.await.expect("it is sent");
    assert_eq!(
        parts(&server.request())[1..],
        [
            "\"either\"; filename=\"either\"|Content-Type: application/octet-stream||1",
            "\"either\"; filename=\"either\"|Content-Type: application/octet-stream||2",
        ]
    );
}

#[tokio::test]
async fn a_file_has_a_media_type_that_the_document_allows() {
    let (server, api) = server().await;
    let call = api
        .add_files(b"PNG")
        .scan(FilePart::from(b"s").file_name("s.jpg"))
        .clip(FilePart::from(b"c").file_name("c.webm"));
    call.await.expect("it is sent");
    assert_eq!(
        parts(&server.request())[1..],
        [
            "\"scan\"; filename=\"s.jpg\"|Content-Type: image/jpeg||s",
            "\"clip\"; filename=\"c.webm\"|Content-Type: video/webm||c",
        ]
    );

    let (server, api) = self::server().await;
    let call = api.add_files(b"PNG").scan(b"s");
    call.await.expect("it is sent");
    assert_eq!(
        parts(&server.request())[1..],
        ["\"scan\"; filename=\"scan\"|Content-Type: image/png||s"]
    );

    let error = api.add_files(b"PNG").clip(b"c").await;
    assert_eq!(
        error.expect_err("no media type").to_string(),
        "addFiles: the file of the field `clip` has no media type: set one of video/* on the file"
    );
}

#[tokio::test]
async fn further_fields_and_parts_are_sent_by_their_names() {
    let (server, api) = server().await;
    let further = BTreeMap::from([
        ("a".to_owned(), FilePart::from(b"1")),
        ("b".to_owned(), FilePart::from(b"2").media_type("image/png")),
    ]);
    let call = api.put_parts().name("n").additional_fields(further);
    call.await.expect("it is sent");
    assert_eq!(
        parts(&server.request()),
        [
            "\"name\"||n",
            "\"a\"; filename=\"a\"|Content-Type: application/octet-stream||1",
            "\"b\"; filename=\"b\"|Content-Type: image/png||2",
        ]
    );

    let (server, api) = self::server().await;
    let further = BTreeMap::from([("a b".to_owned(), vec![1, 2])]);
    let call = api.patch_fields().additional_fields(further);
    call.await.expect("it is sent");
    let form = "application/x-www-form-urlencoded".to_owned();
    assert_eq!(sent(&server), (form.clone(), "a+b=1&a+b=2".to_owned()));

    let (server, api) = self::server().await;
    let further = BTreeMap::from([("a".to_owned(), "b c".to_owned())]);
    let call = api.open_form().additional_fields(further);
    call.await.expect("it is sent");
    assert_eq!(sent(&server), (form, "a=b+c".to_owned()));
}

#[tokio::test]
async fn related_parts_have_a_boundary_and_a_root() {
    let (server, api) = server().await;
    let call = api.add_related(thing(), FilePart::from(b"x").media_type("image/png"));
    call.note("é").await.expect("it is sent");
    let request = server.request();
    let media_type = request.header("content-type").expect("a media type");
    assert!(media_type.starts_with("multipart/related; boundary="), "{media_type}");
    assert!(media_type.ends_with("; type=\"application/json\""), "{media_type}");
    assert_eq!(
        parts(&request),
        [
            "\"meta\"|Content-Type: application/json||{\"id\":1}",
            "\"file\"; filename=\"file\"|Content-Type: image/png||x",
            "\"note\"|Content-Type: text/plain; charset=utf-8||é",
        ]
    );

    let (server, api) = self::server().await;
    let further = BTreeMap::from([("a".to_owned(), FilePart::from(b"1"))]);
    let call = api.send_any_parts().additional_fields(further);
    call.await.expect("it is sent");
    let request = server.request();
    let media_type = request.header("content-type").expect("a media type");
    assert!(media_type.starts_with("multipart/mixed; boundary="), "{media_type}");
    let part = "\"a\"; filename=\"a\"|Content-Type: application/octet-stream||1";
    assert_eq!(parts(&request), [part]);
}

#[tokio::test]
async fn encoded_parts_are_sent_with_the_boundary_of_the_caller() {
    let (server, api) = server().await;
    let body = "--x\r\n\r\na\r\n--x--\r\n";
    let error = api.send_parts(body, "multipart/mixed").await;
    assert_eq!(
        error.expect_err("no boundary").to_string(),
        "sendParts: the body has a multipart media type without its boundary: set it on the call"
    );
    assert_eq!(server.connections(), 0);
    let media_type = "multipart/mixed; boundary=x";
    api.send_parts(body, media_type).await.expect("it is sent");
    assert_eq!(sent(&server), (media_type.to_owned(), body.to_owned()));
}
