//! What the client asks for, and what it makes of each answer that the document allows.

use golden_responses::apis::StartJobOutput;
use golden_responses::{Client, Error, headers, models};
use raw_server::{Answer, Server};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
}

#[tokio::test]
async fn each_good_status_has_its_own_body() {
    let server = Server::start([
        Answer::json(200, r#"{"value":"v"}"#),
        Answer::json(202, r#"{"id":"7"}"#),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let jobs = client(&server).jobs();
    let done = jobs.start_job().await.expect("a result");
    assert!(matches!(&done, StartJobOutput::Ok(it) if it.value.as_deref() == Some("v")));
    let going_on = jobs.start_job().await.expect("a ticket");
    assert!(matches!(&going_on, StartJobOutput::Accepted(it) if it.id == "7"));
    let nothing = jobs.start_job().await.expect("no content");
    assert_eq!(nothing, StartJobOutput::NoContent);
    let request = &server.requests()[0];
    assert_eq!(request.line, "POST /jobs HTTP/1.1");
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("content-length"), Some("0"));
    assert_eq!(request.header("content-type"), None);
}

#[tokio::test]
async fn an_error_is_read_as_what_its_status_says() {
    let answer = Answer::new(409, "application/problem+json", r#"{"title":"No"}"#);
    let server = Server::start([answer]).await;
    let Err(Error::Api(error)) = client(&server).jobs().start_job().await else {
        panic!("409 isn't a success");
    };
    let problem: models::Problem = error.body().expect("it is as documented");
    assert_eq!(problem.title.as_deref(), Some("No"));
}

#[tokio::test]
async fn a_body_that_may_be_absent_is() {
    let server = Server::start([
        Answer::json(200, r#"{"value":"v"}"#),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let jobs = client(&server).jobs();
    let result = jobs.job("a/b").await.expect("a result");
    assert_eq!(result.and_then(|it| it.value).as_deref(), Some("v"));
    assert_eq!(jobs.job("7").await.expect("none"), None);
    assert_eq!(server.requests()[0].line, "GET /jobs/a%2Fb HTTP/1.1");
}

#[tokio::test]
async fn text_and_bytes_travel_as_they_are() {
    let bytes = [0, 159, 146, 150, 13, 10];
    let server = Server::start([
        Answer::new(200, "text/plain; charset=utf-8", "grüß dich"),
        Answer::new(201, "application/octet-stream", bytes),
        Answer::json(200, "{}"),
        Answer::json(200, "{}"),
    ])
    .await;
    let jobs = client(&server).jobs();
    assert_eq!(jobs.report().await.expect("text"), "grüß dich");
    let back = jobs.upload("7", bytes.to_vec()).await.expect("bytes");
    assert_eq!(back.as_ref(), bytes);
    jobs.note("7").body("une note d'été").await.expect("noted");
    jobs.note("7").await.expect("noted");

    let requests = server.requests();
    assert_eq!(requests[0].header("accept"), Some("text/plain"));
    let media_type = |index: usize| requests[index].header("content-type");
    assert_eq!(requests[1].body, bytes);
    assert_eq!(media_type(1), Some("application/octet-stream"));
    assert_eq!(requests[2].body, b"une note d'\xE9t\xE9");
    assert_eq!(media_type(2), Some("text/plain; charset=iso-8859-1"));
    assert_eq!(requests[3].text(), "");
    assert_eq!(media_type(3), None);
}

#[tokio::test]
async fn text_is_read_in_its_charset() {
    let latin1 = Answer::new(200, "text/plain; charset=iso-8859-1", b"gr\xFC\xDF dich");
    let server = Server::start([latin1]).await;
    let text = client(&server).jobs().report().await;
    assert_eq!(text.expect("text"), "grüß dich");
}

#[tokio::test]
async fn a_success_that_is_not_documented_is_read_as_a_documented_one() {
    let server = Server::start([
        Answer::json(201, r#"{"id":"7","value":["v"]}"#),
        Answer::with_headers(206, &[], ""),
        Answer::json(203, r#"{"value":"v"}"#),
        Answer::with_headers(202, &[], ""),
        Answer::new(201, "text/plain", "made"),
        Answer::json(200, r#"{"a":"body that nobody asked for"}"#),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let jobs = client(&server).jobs();
    let started = jobs.start_job().await.expect("a ticket");
    assert!(matches!(&started, StartJobOutput::Accepted(it) if it.id == "7"));
    let nothing = jobs.start_job().await.expect("nothing");
    assert_eq!(nothing, StartJobOutput::NoContent);
    let result = jobs.job("7").await.expect("a result");
    assert_eq!(result.and_then(|it| it.value).as_deref(), Some("v"));
    assert_eq!(jobs.job("7").await.expect("nothing"), None);
    assert_eq!(jobs.report().await.expect("text"), "made");
    jobs.forget("7").await.expect("a success");
    let error = jobs.report().await.expect_err("no text");
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    let text = error.to_string();
    assert_eq!(text, "report: 204 No Content, a body was documented");
}

#[tokio::test]
async fn an_undocumented_success_that_does_not_match_is_an_error_without_its_body() {
    let server = Server::start([Answer::json(203, "\"s3cret\"")]).await;
    let error = client(&server).jobs().job("7").await.expect_err("text");
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(203));
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn a_part_is_a_success_if_the_request_asked_for_it() {
    let part = || Answer::new(206, "text/plain", "par");
    let server = Server::start([part(), part(), part(), part()]).await;
    let report = || client(&server).jobs().report();
    let ranged = || report().options(|options| options.header("Range", "bytes=0-2"));
    assert_eq!(ranged().await.expect("a part"), "par");
    let mut download = ranged().download().await.expect("a part");
    let bytes = download.next().await.expect("bytes");
    assert_eq!(bytes.expect("bytes").as_ref(), b"par");
    let expected = "report: 206 Partial Content: the body is a part that the request didn't ask for";
    let error = report().await.expect_err("a part");
    assert_eq!(error.to_string(), expected);
    let error = report().download().await.expect_err("a part");
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn an_undocumented_success_can_be_downloaded() {
    let server = Server::start([
        Answer::new(201, "text/plain", "made"),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let jobs = client(&server).jobs();
    let mut download = jobs.report().download().await.expect("text");
    let bytes = download.next().await.expect("bytes");
    assert_eq!(bytes.expect("bytes").as_ref(), b"made");
    let error = jobs.report().download().await.expect_err("no text");
    let text = error.to_string();
    assert_eq!(text, "report: 204 No Content, a body was documented");
}

#[tokio::test]
async fn a_documented_redirect_is_a_response_with_typed_headers() {
    let sent = [("location", "/elsewhere?a=1")];
    let server = Server::start([Answer::with_headers(302, &sent, "")]).await;
    let response = client(&server).jobs().forget("7").response().await;
    let response = response.expect("a response");
    assert_eq!(response.status, 302);
    let location = response.header(headers::LOCATION).expect("text");
    assert_eq!(location.as_deref(), Some("/elsewhere?a=1"));
    assert_eq!(server.requests().len(), 1);
}
