//! The errors of failed calls. Every operation is tested with every kind of failure.

use std::time::Duration;

use twilio_oauth::error::ApiError;
use twilio_oauth::{Client, Error, models};

use crate::support::{
    Answer, OPERATIONS, Operation, SID, Server, TOKEN, at_once, builder, client, nobody,
};

/// A time limit that a test waits for.
const SOON: Duration = Duration::from_millis(200);

/// Returns the error of the operation for this response of the server.
async fn failure(operation: &Operation, answer: Answer) -> Error {
    let server = Server::start([answer]).await;
    fails(operation, &client(&server)).await
}

async fn fails(operation: &Operation, client: &Client) -> Error {
    let error = (operation.call)(client).await.expect_err(operation.id);
    let (display, debug) = (error.to_string(), format!("{error:?}"));
    assert!(
        display.starts_with(&format!("{}: ", operation.id)),
        "{display}"
    );
    for text in [display, debug] {
        assert!(
            !text.contains(TOKEN) && !text.contains("QUMtZXhhbXBsZ"),
            "{text}"
        );
        assert!(!text.contains(SID) && !text.contains('\n'), "{text}");
    }
    error
}

fn api(error: Error) -> ApiError {
    match error {
        Error::Api(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refused_call_has_twilios_error() {
    let body = r#"{"code":20404,"message":"The requested resource was not found",
        "more_info":"https://www.twilio.com/docs/errors/20404","status":404}"#;
    for operation in &OPERATIONS {
        let headers = [
            ("content-type", "application/json"),
            ("twilio-request-id", "RQ1"),
        ];
        let answer = Answer::with_headers(404, &headers, body);
        let error = api(failure(operation, answer).await);
        assert_eq!(error.status(), 404);
        assert_eq!(error.operation(), operation.id);
        assert_eq!(error.headers()["twilio-request-id"], "RQ1");
        assert_eq!(error.request_id(), Some("RQ1"));
        assert_eq!(error.raw_body(), body);
        let said: models::OauthV1Error = error.body().expect("it is as documented");
        assert_eq!(said.code, Some(20404));
        assert_eq!(said.message, "The requested resource was not found");
        assert_eq!(
            said.more_info.as_deref(),
            Some("https://www.twilio.com/docs/errors/20404")
        );
        assert_eq!(said.status, 404);
        let shown = error.to_string();
        assert!(shown.contains("404 Not Found"), "{shown}");
        assert!(
            shown.contains("The requested resource was not found"),
            "{shown}"
        );
    }
}

/// Returns the error of `create_token` for this response.
async fn token_failure(status: u16, body: &str) -> ApiError {
    let server = Server::start([Answer::json(status, body)]).await;
    let call = client(&server)
        .oauth_v1_token()
        .create_token("refresh_token", "OQ1");
    api(call.await.expect_err("it is an error"))
}

#[tokio::test]
async fn a_token_that_is_not_issued_has_the_error_of_oauth() {
    use models::OauthV1TokenErrorCode as Code;
    let error = token_failure(
        400,
        r#"{"error":"invalid_grant","error_description":"It expired.","error_uri":"https://e.example"}"#,
    )
    .await;
    let said: models::OauthV1TokenError = error.body().expect("it is as documented");
    assert_eq!(said.error, Code::InvalidGrant);
    assert_eq!(said.error_description.as_deref(), Some("It expired."));
    assert_eq!(said.error_uri.as_deref(), Some("https://e.example"));
    assert!(error.to_string().contains("invalid_grant"), "{error}");

    for (status, name, code) in [
        (401, "invalid_client", Code::InvalidClient),
        (400, "invalid_request", Code::InvalidRequest),
        (400, "unauthorized_client", Code::UnauthorizedClient),
        (400, "unsupported_grant_type", Code::UnsupportedGrantType),
        (400, "invalid_scope", Code::InvalidScope),
        (400, "authorization_pending", Code::AuthorizationPending),
        (400, "slow_down", Code::SlowDown),
        (400, "access_denied", Code::AccessDenied),
        (400, "expired_token", Code::ExpiredToken),
        (
            400,
            "invented_later",
            Code::Unknown("invented_later".to_owned()),
        ),
    ] {
        let error = token_failure(status, &format!(r#"{{"error":"{name}"}}"#)).await;
        let said: models::OauthV1TokenError = error.body().expect("it is as documented");
        assert_eq!(
            (error.status().as_u16(), said.error.as_str()),
            (status, name)
        );
        assert_eq!(said.error, code);
        assert_eq!(said.error_description, None);
    }
}

#[tokio::test]
async fn a_status_that_is_not_documented_keeps_its_body() {
    for operation in &OPERATIONS {
        for status in [304, 418, 599] {
            let page = "<html>out of order</html>";
            let error = api(failure(operation, Answer::new(status, "text/html", page)).await);
            assert_eq!(error.status(), status, "{}", operation.id);
            assert!(error.to_string().contains(&status.to_string()), "{error}");
            if status != 304 {
                assert_eq!(error.raw_body(), page);
            }
            let body = error.body::<models::OauthV1Error>();
            assert!(matches!(body, Err(Error::Decode(_))), "{body:?}");
        }
    }
}

#[tokio::test]
async fn a_success_that_is_not_documented_is_read_or_an_error_without_its_body() {
    for operation in &OPERATIONS {
        for status in [200, 201, 202, 299] {
            let server = Server::start([Answer::json(status, "{}")]).await;
            let output = (operation.call)(&client(&server)).await;
            output.unwrap_or_else(|error| panic!("{status}: {error}"));
            match failure(operation, Answer::json(status, r#""s3cret""#)).await {
                Error::Decode(error) => {
                    assert_eq!(error.status(), status);
                    assert!(!error.to_string().contains("s3cret"), "{error}");
                }
                other => panic!("{}: {other:?}", operation.id),
            }
        }
        let error = failure(operation, Answer::with_headers(204, &[], "")).await;
        let expected = format!("{}: 204 No Content, a body was documented", operation.id);
        assert_eq!(error.to_string(), expected);
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_success_that_is_not_json_is_not_taken_for_one() {
    for operation in &OPERATIONS {
        for (body, says) in [
            ("<html></html>", "isn't JSON"),
            ("{\"url\":", "isn't JSON"),
            ("{} {}", "isn't JSON"),
            ("", "empty"),
        ] {
            let answer = Answer::new(operation.success, "text/html", body);
            match failure(operation, answer).await {
                Error::Decode(error) => {
                    assert_eq!(error.path(), None, "{error}");
                    assert_eq!(error.status(), operation.success);
                    assert_eq!(error.operation(), operation.id);
                    assert_eq!(error.raw_body(), body);
                    assert!(error.to_string().contains(says), "{error}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn json_of_the_wrong_shape_is_told_with_its_place() {
    for operation in &OPERATIONS {
        let (wrong, path) = operation.wrong;
        for (body, path) in [(wrong, path), ("[]", "$"), ("\"text\"", "$")] {
            match failure(operation, Answer::json(operation.success, body)).await {
                Error::Decode(error) => {
                    assert_eq!(error.path().as_deref(), Some(path), "{body}");
                    assert!(error.to_string().contains(path), "{error}");
                    assert_eq!(error.raw_body(), body);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_refused_connection_is_a_transport_error() {
    for operation in &OPERATIONS {
        let client = Client::builder()
            .basic_auth(SID, TOKEN)
            .base_url(nobody().await)
            .retry(at_once())
            .build()
            .expect("the client is complete");
        match fails(operation, &client).await {
            Error::Transport(error) => {
                assert!(error.is_connect(), "{error}");
                assert_eq!(error.attempts(), 3);
                assert_eq!(error.operation(), Some(operation.id));
                assert!(error.to_string().contains("refused"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_a_transport_error() {
    for operation in &OPERATIONS {
        for answer in [
            Answer::Bytes(Vec::new()),
            Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_vec()),
            Answer::Bytes(b"not HTTP at all\r\n\r\n".to_vec()),
        ] {
            match failure(operation, answer).await {
                Error::Transport(error) => assert!(!error.is_connect(), "{error}"),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_up() {
    for operation in &OPERATIONS {
        for answer in [Answer::silence(), Answer::half()] {
            let server = Server::start([answer]).await;
            let client = builder(&server)
                .timeout(SOON)
                .build()
                .expect("the client is complete");
            // The server sends nothing more; the outer limit turns a hang into a failure.
            let call = fails(operation, &client);
            let call = tokio::time::timeout(Duration::from_secs(60), call);
            match call.await.expect("the limit is kept") {
                Error::Timeout(error) => {
                    assert_eq!((error.operation(), error.limit()), (operation.id, SOON));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_read() {
    let filler = format!(r#"{{"url":"{}"}}"#, "a".repeat(1000));
    let length = u64::try_from(filler.len()).expect("it is short");
    for operation in &OPERATIONS {
        for answer in [
            Answer::json(operation.success, &filler),
            Answer::chunked(operation.success, &filler),
            Answer::json(500, &filler),
        ] {
            let server = Server::start([answer]).await;
            let limited = |limit| {
                builder(&server)
                    .response_limit(limit)
                    .build()
                    .expect("the client is complete")
            };
            let error = fails(operation, &limited(length - 1)).await;
            // An error response keeps its status and the part within the limit.
            let cause = error.as_api().map(|api| {
                assert_eq!(api.raw_body().len(), filler.len() - 1);
                api.cause().expect("the body is incomplete")
            });
            match cause.unwrap_or(&error) {
                Error::TooLarge(error) => {
                    assert_eq!(
                        (error.operation(), error.limit()),
                        (operation.id, length - 1)
                    );
                }
                other => panic!("{other:?}"),
            }
            let result = (operation.call)(&limited(length)).await;
            assert!(!matches!(result, Err(Error::TooLarge(_))), "{result:?}");
        }
    }
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let server = Server::start([Answer::json(200, "{}")]).await;
    let client = Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete");
    for operation in &OPERATIONS {
        match fails(operation, &client).await {
            Error::MissingCredentials(error) => {
                assert_eq!(error.operation(), operation.id);
                assert!(error.to_string().contains("basic_auth"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(server.connections(), 0);
}
