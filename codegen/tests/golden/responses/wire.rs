//! What the client asks for, and what it makes of each answer that the document allows.

use golden_responses::apis::StartJobOutput;
use golden_responses::{Client, Error, models};
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
    jobs.note("7").body("a note").await.expect("noted");
    jobs.note("7").await.expect("noted");

    let requests = server.requests();
    assert_eq!(requests[0].header("accept"), Some("text/plain"));
    let media_type = |index: usize| requests[index].header("content-type");
    assert_eq!(requests[1].body, bytes);
    assert_eq!(media_type(1), Some("application/octet-stream"));
    assert_eq!(requests[2].text(), "a note");
    assert_eq!(media_type(2), Some("text/plain"));
    assert_eq!(requests[3].text(), "");
    assert_eq!(media_type(3), None);
}
