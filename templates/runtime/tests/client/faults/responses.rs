//! Error responses and undecodable responses keep their content.

use crate::api::{BuildApi as _, BuildWith as _, Client};
use crate::api::{CreateThing, OnlyRead};
use crate::server::{Server, http_response};
use wiretrue::Error;
use wiretrue::error::ApiError;

async fn failure(response: &str) -> Error {
    let server = Server::once(response).await;
    let client = Client::builder().base_url(&server.url);
    let client = client.basic_auth("AC1", "t").build().expect("a client");
    let error = CreateThing::new(&client, "t").await.expect_err("a failure");
    assert_eq!(server.requests().len(), 1, "a POST is sent once");
    error
}

fn api(error: Error) -> ApiError {
    match error {
        Error::Api(error) => error,
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn an_api_error_keeps_status_headers_and_body() {
    let page = "<html><head><title>Down</title></head><body>Back at noon</body></html>";
    for (media_type, body, says, wrong) in [
        ("text/html", page, "Down", "isn't JSON"),
        ("application/json", "", "no body", "is empty"),
        (
            "application/json",
            r#"{"code":5,"mess"#,
            "(15 bytes, application/json)",
            "isn't JSON",
        ),
        (
            "application/json",
            r#"{"code":[5],"message":"too much"}"#,
            "too much",
            "`$.code`",
        ),
    ] {
        let text = http_response("503 Service Unavailable", media_type, body);
        let text = text.replacen("\r\n", "\r\nretry-after: 7\r\nx-request-id: r1\r\n", 1);
        let error = api(failure(&text).await);
        assert_eq!((error.status().as_u16(), error.attempts()), (503, 1));
        assert_eq!(error.headers()["retry-after"], "7");
        assert_eq!(error.headers()["content-type"], media_type);
        assert_eq!(error.raw_body(), body);
        let text = error.to_string();
        assert!(
            text.starts_with("CreateThing: 503 Service Unavailable"),
            "{text}"
        );
        assert!(text.ends_with("(request r1)"), "{text}");
        assert!(text.contains(says), "{body}: {text}");
        // The documented error model.
        let error = error.body::<OnlyRead>().expect_err("an error");
        assert!(error.to_string().contains(wrong), "{body}: {error}");
    }
}

#[tokio::test]
async fn a_decode_error_keeps_status_headers_and_body() {
    for (body, path, says) in [
        ("<html></html>", None, "isn't JSON"),
        ("", None, "is empty"),
        (r#"{"id":"t1","par"#, None, "EOF while parsing"),
        (r#"{"parent":null}"#, Some("$.id"), "missing"),
        (r#"{"id":null,"parent":null}"#, Some("$.id"), "null"),
        (
            r#"{"id":"t1","parent":null,"child":{"id":7,"parent":null}}"#,
            Some("$.child.id"),
            "a number",
        ),
    ] {
        let text = http_response("201 Created", "application/json", body);
        let text = text.replacen("\r\n", "\r\nx-request-id: r1\r\n", 1);
        let error = failure(&text).await;
        let text = error.to_string();
        let Error::Decode(error) = error else {
            panic!("{body}: {error:?}")
        };
        assert_eq!(error.status().as_u16(), 201);
        assert_eq!(error.headers()["x-request-id"], "r1");
        assert_eq!(error.raw_body(), body);
        assert_eq!(error.path().as_deref(), path, "{body}");
        assert!(text.contains(says), "{body}: {text}");
    }
}
