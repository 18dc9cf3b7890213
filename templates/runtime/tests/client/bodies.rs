//! Which bodies can be sent again.

use std::future::poll_fn;
use std::pin::Pin;
use wiretrue::codegen::{Encoder, PartHeaders, Style};
use wiretrue::error::TransportError;
use wiretrue::streaming::{FilePart, Upload};
use wiretrue::transport::Body;

use bytes::Bytes;

async fn read(mut body: Body) -> Result<Vec<u8>, TransportError> {
    let mut bytes = Vec::new();
    while let Some(frame) =
        poll_fn(|context| http_body::Body::poll_frame(Pin::new(&mut body), context)).await
    {
        bytes.extend_from_slice(&frame?.into_data().expect("data"));
    }
    Ok(bytes)
}

/// Returns a multipart body with one file.
fn multipart(file: &FilePart) -> Body {
    let mut out = Encoder::default();
    let mut multipart = out.multipart("multipart/form-data");
    multipart.files("file", PartHeaders::NONE, file);
    multipart.finish();
    let out = out.finish().expect("a body");
    out.body.expect("a body").1
}

#[tokio::test]
async fn bytes_and_files_on_disk_can_be_sent_again() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("again.txt");
    std::fs::write(&path, "content").expect("a file");
    for file in [FilePart::bytes("content"), FilePart::path(&path)] {
        let first = multipart(&file);
        let length = http_body::Body::size_hint(&first).exact();
        let second = first.try_clone().expect("a copy");
        let third = second.try_clone().expect("another copy");
        let first = read(first).await.expect("the content");
        assert!(String::from_utf8_lossy(&first).contains("\r\n\r\ncontent\r\n--"));
        assert_eq!(length, Some(first.len() as u64));
        assert_eq!(read(second).await.expect("the content"), first);
        assert_eq!(read(third).await.expect("the content"), first);
    }
}

#[tokio::test]
async fn a_stream_can_be_sent_only_once() {
    let file = FilePart::from(Body::wrap(Body::from("content")));
    let body = multipart(&file);
    let mut again = Encoder::default();
    again
        .multipart("multipart/form-data")
        .files("file", PartHeaders::NONE, &file);
    let error = again.finish().err().expect("the stream has been sent");
    assert_eq!(error.to_string(), "a stream can be sent only once");
    assert!(body.try_clone().is_none());
    // The length of the multipart body is known because that of the stream is.
    assert!(http_body::Body::size_hint(&body).exact().is_some());
}

/// Returns a body that consists of one upload.
fn uploaded(upload: impl Into<Upload>) -> Body {
    let mut out = Encoder::default();
    let upload = upload.into();
    out.upload("image/png", &upload);
    let out = out.finish().expect("a body");
    out.body.expect("a body").1
}

/// Returns a stream of these chunks that is `Send` but not `Sync`, as most are.
fn stream(
    chunks: &[&'static str],
) -> impl futures_core::Stream<Item = Result<&'static str, std::io::Error>> + Send + use<> {
    struct Chunks(
        std::collections::VecDeque<&'static str>,
        std::cell::Cell<()>,
    );
    impl futures_core::Stream for Chunks {
        type Item = Result<&'static str, std::io::Error>;
        fn poll_next(
            mut self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.pop_front().map(Ok))
        }
    }
    Chunks(chunks.iter().copied().collect(), std::cell::Cell::new(()))
}

fn length(body: &Body) -> Option<u64> {
    http_body::Body::size_hint(body).exact()
}

#[tokio::test]
async fn a_file_as_body_has_a_length_and_can_be_sent_again() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("upload.txt");
    std::fs::write(&path, "content").expect("a file");
    let first = uploaded(path.as_path());
    let second = first.try_clone().expect("a copy");
    assert_eq!((length(&first), length(&second)), (Some(7), Some(7)));
    assert_eq!(read(first).await.expect("the content"), b"content");
    assert_eq!(read(second).await.expect("the content"), b"content");
}

#[tokio::test]
async fn bytes_are_not_copied() {
    let bytes = Bytes::from_static(b"content");
    let body = uploaded(bytes.clone());
    assert_eq!(body.as_bytes().map(|it| it.as_ptr()), Some(bytes.as_ptr()));
}

#[tokio::test]
async fn streams_and_readers_are_sent_once_with_their_declared_length() {
    let body = uploaded(Upload::stream(stream(&["con", "tent"])));
    assert_eq!(length(&body), None);
    assert!(body.try_clone().is_none());
    assert_eq!(read(body).await.expect("the content"), b"content");

    let body = uploaded(Upload::reader(b"content".as_slice()).length(7));
    assert_eq!(length(&body), Some(7));
    assert!(body.try_clone().is_none());
    assert_eq!(read(body).await.expect("the content"), b"content");

    for (declared, but) in [(6, "longer"), (8, "shorter")] {
        let body = uploaded(Upload::stream(stream(&["con", "tent"])).length(declared));
        assert_eq!(length(&body), Some(declared));
        let error = read(body).await.expect_err("another length");
        let expected = format!("the stream is {but} than its declared length");
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_shrinks_aborts_the_body() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("shorter.txt");
    std::fs::write(&path, "content").expect("a file");
    let body = multipart(&FilePart::path(&path));
    std::fs::write(&path, "con").expect("a shorter file");
    let error = read(body).await.expect_err("an incomplete file");
    assert!(error.to_string().contains("shorter"), "{error}");
}

#[tokio::test]
async fn every_boundary_is_different() {
    let media_type = || {
        let mut out = Encoder::default();
        out.multipart("multipart/form-data").finish();
        out.body.expect("a body").0
    };
    assert_ne!(media_type(), media_type());
}

#[tokio::test]
async fn a_part_without_a_documented_media_type_is_json_if_its_value_is_an_object() {
    let mut out = Encoder::default();
    let mut multipart = out.multipart("multipart/form-data");
    let style = Style::Form.exploded();
    let object = serde_json::json!({"a": 1});
    multipart.field("object", style, PartHeaders::NONE, &object);
    multipart.field("text", style, PartHeaders::NONE, &serde_json::json!("t"));
    let xml = PartHeaders::new("application/xml", &[]);
    multipart.field("stated", style, xml, &object);
    multipart.finish();
    let body = out.finish().expect("a body").body.expect("a body").1;
    let sent = read(body).await.expect("the content");
    let text = String::from_utf8(sent).expect("text");
    let part = |name: &str| {
        let (_, part) = text.split_once(&format!("name=\"{name}\"\r\n"))?;
        part.split_once("\r\n--").map(|(part, _)| part)
    };
    let json = "Content-Type: application/json\r\n\r\n{\"a\":1}";
    assert_eq!(part("object"), Some(json));
    assert_eq!(part("text"), Some("\r\nt"));
    let xml = "Content-Type: application/xml\r\n\r\n{\"a\":1}";
    assert_eq!(part("stated"), Some(xml));
}
