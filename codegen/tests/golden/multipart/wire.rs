//! What multipart bodies look like on the wire.

use std::collections::BTreeMap;
use std::path::PathBuf;

use golden_multipart::streaming::FilePart;
use golden_multipart::transport::Body;
use golden_multipart::{Client, Error, models};
use raw_server::{Answer, Request, Server};

async fn server() -> (Server, Client) {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete");
    (server, client)
}

/// The boundary that a request names; asserts that it is one.
fn boundary(request: &Request) -> &str {
    let media_type = request.header("content-type").expect("a media type");
    let boundary = media_type
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a multipart body");
    assert_eq!(boundary.len(), 32, "{boundary}");
    boundary
}

/// A file on disk of this test's own.
fn on_disk(name: &str, content: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("multipart");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a file");
    path
}

#[tokio::test]
async fn every_kind_of_part_has_its_head_and_its_content() {
    let (server, client) = server().await;
    let photo = FilePart::bytes(b"\x89PNG\r\n".as_slice())
        .file_name("a \"b\"\r\n\u{fc}.png")
        .media_type("image/png")
        .header("X-Note", "n");
    client
        .photos()
        .add_photo(photo, "Sea & sky")
        .na_me("x")
        .thumbnails([FilePart::from(b"1"), FilePart::from(b"2").file_name("t")])
        .tags(["a", "b c"])
        .sizes([1, 2])
        .place(models::AddPhotoPlace::new("Ulm"))
        .people([models::Person::new("P"), models::Person::new("Q")])
        .labels(BTreeMap::from([("k".to_owned(), "v".to_owned())]))
        .map("<map/>")
        .caption("*")
        .taken("2026-01-31T12:00:00Z".parse().expect("a date"))
        .color(models::AddPhotoColor::Bw)
        .await
        .expect("it is sent");
    let request = server.request();
    assert_eq!(request.line, "POST /photos HTTP/1.1");
    let length = request.body.len().to_string();
    assert_eq!(request.header("content-length"), Some(length.as_str()));
    let boundary = boundary(&request);

    let files = [
        "name=\"file\"; filename=\"a %22b%22%0D%0A\u{fc}.png\"\r\nContent-Type: image/png\r\nX-Note: n\r\n\r\n\u{89}PNG\r\n",
        "name=\"title\"\r\n\r\nSea & sky",
        "name=\"na%22me\"\r\n\r\nx",
        "name=\"thumbnails\"; filename=\"thumbnails\"\r\nContent-Type: image/png\r\nX-Kind: thumbnail\r\n\r\n1",
        "name=\"thumbnails\"; filename=\"t\"\r\nContent-Type: image/png\r\nX-Kind: thumbnail\r\n\r\n2",
        "name=\"tags\"\r\n\r\na",
        "name=\"tags\"\r\n\r\nb c",
        "name=\"sizes\"\r\n\r\n1",
        "name=\"sizes\"\r\n\r\n2",
        "name=\"place\"\r\nContent-Type: application/json\r\n\r\n{\"city\":\"Ulm\"}",
        "name=\"people\"\r\nContent-Type: application/json\r\n\r\n{\"name\":\"P\"}",
        "name=\"people\"\r\nContent-Type: application/json\r\n\r\n{\"name\":\"Q\"}",
        "name=\"labels\"\r\nContent-Type: application/json\r\n\r\n{\"k\":\"v\"}",
        "name=\"map\"\r\nContent-Type: application/xml\r\n\r\n<map/>",
        "name=\"caption\"\r\nContent-Type: text/markdown\r\n\r\n*",
        "name=\"taken\"\r\n\r\n2026-01-31T12:00:00Z",
        "name=\"color\"\r\n\r\nbw",
    ];
    let mut expected = Vec::new();
    for part in files {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; ");
        expected.extend_from_slice(head.as_bytes());
        // The one byte that isn't text stands for itself.
        let bytes = part.chars().flat_map(|c| match c {
            '\u{89}' => vec![0x89],
            c => c.to_string().into_bytes(),
        });
        expected.extend(bytes);
        expected.extend_from_slice(b"\r\n");
    }
    expected.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    assert_eq!(
        String::from_utf8_lossy(&request.body),
        String::from_utf8_lossy(&expected)
    );
    assert_eq!(request.body, expected);
}

#[tokio::test]
async fn a_file_on_disk_is_streamed_under_its_name_and_length() {
    let (server, client) = server().await;
    // More than is read at a time.
    let content: Vec<u8> = (0..200_000_u32).map(|it| (it % 251) as u8).collect();
    let path = on_disk("large.bin", &content);
    let import = client.photos().import_photos().archive(path).note("n");
    import.await.expect("it is sent");
    let request = server.request();
    let boundary = boundary(&request);
    let mut expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"large.bin\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    expected.extend_from_slice(&content);
    let rest = format!(
        "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nn\r\n--{boundary}--\r\n"
    );
    expected.extend_from_slice(rest.as_bytes());
    assert_eq!(
        request.header("content-length"),
        Some(expected.len().to_string().as_str())
    );
    assert!(request.body == expected, "the bodies differ");
}

#[tokio::test]
async fn a_stream_of_unknown_length_goes_in_chunks() {
    struct Three(u8);
    impl http_body::Body for Three {
        type Data = bytes::Bytes;
        type Error = std::convert::Infallible;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
            self.0 += 1;
            let frame =
                (self.0 <= 3).then(|| Ok(http_body::Frame::data(vec![b'0' + self.0].into())));
            std::task::Poll::Ready(frame)
        }
    }
    let (server, client) = server().await;
    let file = FilePart::from(Body::wrap(Three(0))).file_name("s");
    let call = client.photos().import_photos().archive(file);
    call.await.expect("it is sent");
    let request = server.request();
    assert_eq!(request.header("content-length"), None);
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    let boundary = boundary(&request);
    assert_eq!(
        request.text(),
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"s\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n123\r\n--{boundary}--\r\n"
        )
    );
}

#[tokio::test]
async fn what_may_be_left_out_and_is_makes_no_body() {
    let (server, client) = server().await;
    client.photos().import_photos().await.expect("it is sent");
    let request = server.request();
    assert_eq!(request.header("content-type"), None);
    assert_eq!(request.header("content-length"), Some("0"));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_before_anything_is_sent() {
    let (server, client) = server().await;
    let missing = FilePart::path("no/such/file");
    let result = client.photos().import_photos().archive(missing).await;
    let Err(Error::InvalidRequest(error)) = result else {
        panic!("{result:?}");
    };
    let said = error.to_string();
    assert!(
        said.starts_with("importPhotos: the file no/such/file can't be sent: "),
        "{said}"
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_line_break_in_a_media_type_is_refused() {
    let (server, client) = server().await;
    let file = FilePart::from(b"1").media_type("text/plain\r\nX-Evil: 1");
    let result = client.photos().import_photos().archive(file).await;
    assert!(
        matches!(result, Err(Error::InvalidRequest(_))),
        "{result:?}"
    );
    assert_eq!(server.connections(), 0);
}
