//! Which media types are sent and asked for, call by call.

use golden_media_types::apis::{ExportCsvOutput, ExportOutput, ExportPdfOutput};
use golden_media_types::streaming::{FilePart, Upload};
use golden_media_types::{Client, Error, models};
use raw_server::{Answer, Request, Server};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
}

/// `Content-Type` and `Accept`.
fn types(request: &Request) -> (Option<&str>, Option<&str>) {
    (request.header("content-type"), request.header("accept"))
}

const JSON: Option<&str> = Some("application/json");
const PET: &str = r#"{"name":"Rex"}"#;

#[tokio::test]
async fn each_media_type_of_a_request_has_its_call() {
    let server = Server::start([Answer::json(201, PET)]).await;
    let pets = client(&server).pets();
    let pet = || models::Pet::new("Rex");
    assert_eq!(pets.add_pet(pet()).await.expect("added").name, "Rex");
    pets.add_pet_form("Rex").age(3).await.expect("added");
    pets.add_pet_multipart(FilePart::from(b"photo"))
        .await
        .expect("added");
    pets.add_pet_csv("Rex;3").await.expect("added");
    let xml = "<pet><name>Rex</name></pet>";
    assert_eq!(pets.add_pet_xml(xml).await.expect("added").name, "Rex");

    let requests = server.requests();
    assert_eq!(types(&requests[0]), (JSON, JSON));
    assert_eq!(requests[0].text(), PET);
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(types(&requests[1]), (form, JSON));
    assert_eq!(requests[1].text(), "name=Rex&age=3");
    let multipart = requests[2].header("content-type").expect("a media type");
    assert!(multipart.starts_with("multipart/form-data; boundary="));
    assert_eq!(types(&requests[3]), (Some("text/csv"), JSON));
    assert_eq!(requests[3].text(), "Rex;3");
    assert_eq!(types(&requests[4]), (Some("application/xml"), JSON));
    assert_eq!(requests[4].text(), xml);
    for request in &requests {
        assert_eq!(request.line, "POST /pets HTTP/1.1");
    }
}

#[tokio::test]
async fn xml_can_be_asked_for_as_text() {
    let xml = "<pet><name>Rex</name></pet>";
    let server = Server::start([Answer::new(201, "application/xml", xml)]).await;
    let call = client(&server)
        .pets()
        .add_pet_as_xml(models::Pet::new("Rex"));
    assert_eq!(call.await.expect("added"), xml);
    assert_eq!(types(&server.request()), (JSON, Some("application/xml")));
}

#[tokio::test]
async fn each_media_type_of_an_answer_has_its_call() {
    let server = Server::start([
        Answer::json(200, format!("[{PET}]")),
        // Some servers call JSON plain text.
        Answer::new(200, "text/plain", format!("[{PET}]")),
        Answer::new(200, "text/csv; charset=utf-8", "name\nRex\n"),
        Answer::new(200, "application/pdf", b"%PDF\xff"),
        Answer::json(202, r#"{"ticket":"7"}"#),
    ])
    .await;
    let pets = client(&server).pets();
    for _ in 0..2 {
        let ExportOutput::Ok(all) = pets.export().await.expect("pets") else {
            panic!("the pets are there");
        };
        assert_eq!(all[0].name, "Rex");
    }
    let csv = pets.export_csv().await.expect("pets");
    assert_eq!(csv, ExportCsvOutput::Ok("name\nRex\n".to_owned()));
    let pdf = pets.export_pdf().await.expect("pets");
    assert_eq!(pdf, ExportPdfOutput::Ok(b"%PDF\xff".as_slice().into()));
    let later = pets.export_csv().await.expect("a ticket");
    assert!(matches!(&later, ExportCsvOutput::Accepted(it) if it.ticket == "7"));

    let requests = server.requests();
    assert_eq!(types(&requests[0]), (None, JSON));
    let accept = |index: usize| requests[index].header("accept");
    assert_eq!(accept(2), Some("text/csv, application/json"));
    assert_eq!(accept(3), Some("application/pdf, application/json"));
}

#[tokio::test]
async fn an_answer_in_a_media_type_that_was_not_asked_for_is_not_taken_for_another() {
    let server = Server::start([
        Answer::json(200, "[]"),
        Answer::new(200, "text/csv", "name\n"),
        Answer::new(200, "application/scim+json", r#"{"schemas":[]}"#),
    ])
    .await;
    let pets = client(&server).pets();
    let errors = [
        pets.export_csv().await.expect_err("it is JSON"),
        pets.export().await.expect_err("it is CSV"),
        pets.get_pet("1").await.expect_err("it is SCIM"),
    ];
    let says = [
        ("export", "application/json", "export"),
        ("export", "text/csv", "export_csv"),
        ("getPet", "application/scim+json", "get_pet_scim_json"),
    ];
    for (error, (operation, media_type, method)) in errors.iter().zip(says) {
        let said = format!(
            "{operation}: 200 OK: the body is {media_type}, which the call doesn't accept; \
             `{method}` accepts it"
        );
        assert_eq!(error.to_string(), said);
        let Error::Decode(error) = error else {
            panic!("{error:?}");
        };
        assert!(!error.raw_body().is_empty());
    }
}

#[tokio::test]
async fn json_of_the_same_type_is_read_by_whatever_name_it_comes() {
    let names = [
        "application/json; version=1",
        "application/vnd.pet.log+json",
        "application/json; charset=utf-8",
        "application/json",
        "application/vnd.pet.unheard+json; version=2",
    ];
    let answers = names.map(|it| Answer::new(200, it, r#"["ate"]"#));
    let server = Server::start(answers).await;
    let pets = client(&server).pets();
    for name in names {
        let history = pets.history("1").await;
        assert_eq!(history.expect(name), ["ate"]);
    }
    let accept = server.requests()[0].header("accept").map(str::to_owned);
    assert_eq!(accept.as_deref(), Some("application/json; version=1"));
}

#[tokio::test]
async fn media_types_that_differ_in_a_parameter_are_told_apart() {
    let server = Server::start([
        Answer::new(200, "application/JSON;charset=utf-8; Version=\"2\"", "[]"),
        Answer::new(200, "text/event-stream; charset=utf-8", "data: ate\n\n"),
        Answer::new(200, "application/json; version=2", "[]"),
        Answer::new(200, "application/json; version=1", r#"["ate"]"#),
        Answer::json(200, r#"[{"op":"add","path":"/age"}]"#),
        Answer::new(200, "application/json; version=2", "[]"),
    ])
    .await;
    let pets = client(&server).pets();
    let history = || async { pets.history("1").await.expect_err("it is other content") };
    let second = || pets.history_json("1");
    assert!(
        history()
            .await
            .to_string()
            .ends_with("`history_json` accepts it")
    );
    assert!(
        history()
            .await
            .to_string()
            .ends_with("`history_event_stream` accepts it")
    );
    assert!(second().await.expect("no changes").is_empty());
    let first = second().await.expect_err("it is the first");
    assert!(first.to_string().ends_with("`history` accepts it"), "{first}");
    assert_eq!(second().await.expect("changes").len(), 1);
    let stream = pets.history_event_stream("1").await;
    let stream = stream.expect_err("it is no stream").to_string();
    assert!(stream.ends_with("`history_json` accepts it"), "{stream}");
}

#[tokio::test]
async fn documents_that_are_both_json_are_told_apart() {
    let server = Server::start([
        Answer::new(200, "application/scim+json", r#"{"schemas":["urn:pet"]}"#),
        Answer::json(200, r#"["anything"]"#),
        Answer::json(200, "null"),
        Answer::json(200, "1"),
    ])
    .await;
    let pets = client(&server).pets();
    let resource = pets.get_pet_scim_json("1").await.expect("a resource");
    assert_eq!(resource.schemas, Some(vec!["urn:pet".to_owned()]));
    let merge = pets.patch_pet("1").body(models::Pet::new("Rex"));
    assert_eq!(
        merge.await.expect("anything"),
        serde_json::json!(["anything"])
    );
    let change = models::Change::new(models::ChangeOp::Remove, "/age");
    let patch = pets.patch_pet_json_patch_json("1").body([change]);
    assert!(patch.await.expect("anything").is_null());
    pets.patch_pet("1").await.expect("anything");

    let requests = server.requests();
    assert_eq!(types(&requests[0]), (None, Some("application/scim+json")));
    assert_eq!(
        types(&requests[1]),
        (Some("application/merge-patch+json"), JSON)
    );
    assert_eq!(requests[1].text(), PET);
    assert_eq!(
        types(&requests[2]),
        (Some("application/json-patch+json"), JSON)
    );
    assert_eq!(requests[2].text(), r#"[{"op":"remove","path":"/age"}]"#);
    // No body, no media type.
    assert_eq!(types(&requests[3]), (None, JSON));
    assert_eq!(requests[3].text(), "");
}

#[tokio::test]
async fn a_documented_error_is_read_by_its_status() {
    let server = Server::start([
        Answer::json(404, r#"{"looked_for":"1"}"#),
        Answer::new(422, "application/problem+json", r#"{"title":"No name"}"#),
    ])
    .await;
    let pets = client(&server).pets();
    let error = pets.get_pet("1").await.expect_err("there is none");
    let error = error.as_api().expect("an answer");
    let missing: models::Missing = error.body().expect("as documented");
    assert_eq!(missing.looked_for.as_deref(), Some("1"));
    let error = pets.add_pet(models::Pet::new("")).await;
    let error = error.expect_err("it is refused");
    let problem: models::Problem = error
        .as_api()
        .expect("an answer")
        .body()
        .expect("a problem");
    assert_eq!(problem.title.as_deref(), Some("No name"));
}

#[tokio::test]
async fn bytes_go_in_the_media_type_that_the_caller_names() {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let photos = client(&server).photos();
    photos.set_photo("1", b"png".as_slice()).await.expect("set");
    let jpeg = photos
        .set_photo("1", b"jpeg".as_slice())
        .content_type("image/jpeg");
    jpeg.await.expect("set");
    let video = photos.set_anything("1").body("video").content_type("query");
    video.body_content_type("video/mp4").await.expect("set");
    photos.set_anything("1").await.expect("set");
    let evil = photos
        .set_photo("1", b"".as_slice())
        .content_type("a\r\nb: c");
    assert!(matches!(evil.await, Err(Error::InvalidRequest(_))));

    let requests = server.requests();
    let media_type = |index: usize| requests[index].header("content-type");
    assert_eq!(media_type(0), Some("image/png"));
    assert_eq!(media_type(1), Some("image/jpeg"));
    assert_eq!(requests[1].body, b"jpeg");
    assert_eq!(media_type(2), Some("video/mp4"));
    assert_eq!(
        requests[2].line,
        "POST /pets/1/photo?content_type=query HTTP/1.1"
    );
    assert_eq!(media_type(3), None);
    assert_eq!(requests.len(), 4);
}

#[tokio::test]
async fn bytes_come_from_a_file_or_a_reader_as_they_are_sent() {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let photos = client(&server).photos();
    // More than is read at a time.
    let content: Vec<u8> = (0..200_000_u32).map(|it| (it % 251) as u8).collect();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("media_types_photo.png");
    std::fs::write(&path, &content).expect("a file");
    photos.set_photo("1", path.as_path()).await.expect("set");
    let reader = || tokio::fs::File::open(&path);
    let chunked = Upload::reader(reader().await.expect("a file"));
    photos.set_photo("1", chunked).await.expect("set");
    let measured = Upload::reader(reader().await.expect("a file")).length(200_000);
    photos.set_photo("1", measured).await.expect("set");
    std::fs::write(&path, "").expect("a file");
    photos.set_photo("1", path.as_path()).await.expect("set");

    let requests = server.requests();
    for request in &requests {
        assert_eq!(request.header("content-type"), Some("image/png"));
    }
    let framing = |index: usize| {
        let request = &requests[index];
        assert!(index == 3 || request.body == content, "the bodies differ");
        (
            request.header("content-length"),
            request.header("transfer-encoding"),
        )
    };
    assert_eq!(framing(0), (Some("200000"), None));
    assert_eq!(framing(1), (None, Some("chunked")));
    assert_eq!(framing(2), (Some("200000"), None));
    assert_eq!(framing(3), (Some("0"), None));
}

#[tokio::test]
async fn a_body_that_is_no_file_is_told_before_anything_is_sent() {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let photos = client(&server).photos();
    let error = photos.set_photo("1", Upload::path("no/such/file")).await;
    let Err(Error::InvalidRequest(error)) = error else {
        panic!("{error:?}");
    };
    let said = error.to_string();
    let expected = "setPhoto: the file no/such/file can't be sent: ";
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn pictures_are_asked_for_in_any_of_their_media_types() {
    let server = Server::start([
        Answer::new(200, "image/jpeg", b"\xff\xd8"),
        Answer::new(200, "text/html", "<img>"),
    ])
    .await;
    let photos = client(&server).photos();
    let photo = photos.photo("1").await.expect("a photo");
    assert_eq!(photo.as_ref(), b"\xff\xd8");
    assert_eq!(photos.photo_html("1").await.expect("a page"), "<img>");
    let requests = server.requests();
    assert_eq!(types(&requests[0]), (None, Some("image/png, image/jpeg")));
    assert_eq!(types(&requests[1]), (None, Some("text/html")));
}

#[tokio::test]
async fn bytes_and_texts_are_saved_as_they_come() {
    let server = Server::start([
        Answer::new(200, "image/jpeg", b"\xff\xd8"),
        Answer::new(200, "text/csv", "name\nRex\n"),
        Answer::json(202, r#"{"ticket":"7"}"#),
    ])
    .await;
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("media_types_saved");
    let photo = client(&server).photos().photo("1").download().await;
    let photo = photo.expect("a photo");
    assert_eq!(photo.headers["content-type"], "image/jpeg");
    assert_eq!(photo.save(&path).await.expect("saved"), 2);
    assert_eq!(std::fs::read(&path).expect("a file"), b"\xff\xd8");
    let pets = client(&server).pets();
    let csv = pets.export_csv().download().await.expect("pets");
    assert_eq!(csv.content_length(), Some(9));
    let mut text = Vec::new();
    csv.write_to(&mut text).await.expect("pets");
    assert_eq!(text, b"name\nRex\n");
    // What is documented for another status is no download.
    let later = pets.export_csv().download().await.expect_err("a ticket");
    assert_eq!(later.status().map(|it| it.as_u16()), Some(202));
}

#[tokio::test]
async fn every_method_of_http_can_be_called() {
    let server = Server::start([
        Answer::with_headers(200, &[], ""),
        Answer::with_headers(200, &[], ""),
        Answer::new(200, "message/http", "TRACE /pets/1 HTTP/1.1\r\n"),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let pets = client(&server).pets();
    pets.pet_options("1").await.expect("options");
    pets.has_pet("1").await.expect("it is there");
    let echo = pets.trace_pet("1").await.expect("an echo");
    assert_eq!(echo.as_ref(), b"TRACE /pets/1 HTTP/1.1\r\n");
    pets.delete_pet("1").await.expect("it is gone");
    let lines: Vec<_> = server.requests().into_iter().map(|it| it.line).collect();
    let expected = ["OPTIONS", "HEAD", "TRACE", "DELETE"];
    assert_eq!(lines, expected.map(|it| format!("{it} /pets/1 HTTP/1.1")));
}
