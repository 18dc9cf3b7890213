//! Which redirects are followed, and what is sent to their targets.

use std::time::Duration;

use http::StatusCode;
use wiretrue::codegen::{Call, Encoder, Meta, Method, PartHeaders};
use wiretrue::mock::Mock;
use wiretrue::streaming::{FilePart, Upload};
use wiretrue::transport::Body;
use wiretrue::{CallOptions, Error, RetryPolicy};

use crate::api::{BuildApi as _, BuildWith as _, Client, Described, Fetch, client_of, described};
use crate::server::{Server, Step, header, http_response};

described!(Get, GET, "/text", &[&["header"]]);
described!(Head, HEAD, "/text", &[&["header"]]);
described!(Post, POST, "/text", &[&["header"]]);
described!(Delete, DELETE, "/text", &[&["header"]]);

/// A GET whose document describes 302 and 303.
struct Documented;

impl Described for Documented {
    const META: Meta = Meta {
        id: "Documented",
        method: Method::GET,
        path: "/text",
        accept: "text/plain",
        security: &[],
        servers: &[],
        redirects: &[(302, 303)],
    };
}

fn client(url: &str) -> Client {
    let builder = Client::builder().key("header", "s3cret").base_url(url);
    let builder = builder.default_header("X-Custom", "mine");
    builder
        .default_header("Cookie", "sid=s3cret")
        .retry(RetryPolicy::never())
        .build()
        .expect("a client")
}

fn redirect(status: u16, location: &str) -> String {
    format!(
        "HTTP/1.1 {status} Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\
         connection: close\r\n\r\n"
    )
}

fn fine() -> String {
    http_response("200 OK", "text/plain", "fine")
}

async fn serve(responses: impl IntoIterator<Item = String>) -> Server {
    let steps = |text: String| vec![Step::Send(text.into_bytes())];
    Server::start(responses.into_iter().map(steps).collect()).await
}

/// Sends a POST with this body.
async fn post(server: &Server, body: Body) -> Result<wiretrue::response::RawResponse, Error> {
    let mut out = Encoder::default();
    out.literal("/text");
    out.body = Some((http::HeaderValue::from_static("text/plain"), body));
    Call::new(&client(&server.url))
        .execute(Post::META, Ok(out))
        .await
}

fn line(request: &str) -> Option<&str> {
    request.lines().next()
}

#[tokio::test]
async fn get_follows_every_redirect_within_the_origin_with_all_headers() {
    for status in [301, 302, 303, 307, 308] {
        let server = serve([redirect(status, "/moved?v=1#part"), fine()]).await;
        let output = Fetch::<Get>::new(&client(&server.url)).send().await;
        assert_eq!(output.expect("a response"), "fine");
        let requests = server.requests();
        assert_eq!(line(&requests[1]), Some("GET /moved?v=1 HTTP/1.1"));
        assert_eq!(header(&requests[1], "x-key"), Some("s3cret"));
        assert_eq!(header(&requests[1], "x-custom"), Some("mine"));
        assert_eq!(header(&requests[1], "cookie"), Some("sid=s3cret"));
        assert_eq!(header(&requests[1], "referer"), None);
    }
}

#[tokio::test]
async fn head_stays_head() {
    let moved = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_owned();
    let server = serve([redirect(303, "/moved"), moved]).await;
    let output = Fetch::<Head>::new(&client(&server.url)).send().await;
    assert_eq!(output.expect("a response"), "");
    assert_eq!(line(&server.requests()[1]), Some("HEAD /moved HTTP/1.1"));
}

#[tokio::test]
async fn get_follows_to_another_origin_without_credentials_and_custom_headers() {
    let other = serve([redirect(302, "/there"), fine()]).await;
    let location = format!(
        "{}/signed?sig=1",
        other.url.replace("http://", "http://u:p@")
    );
    let server = serve([redirect(302, &location)]).await;
    let call = Fetch::<Get>::new(&client(&server.url)).options(|options| {
        options
            .header("Range", "bytes=0-3")
            .header("Authorization", "Bearer s3cret")
    });
    assert_eq!(call.send().await.expect("a response"), "fine");
    let requests = other.requests();
    assert_eq!(line(&requests[0]), Some("GET /signed?sig=1 HTTP/1.1"));
    assert_eq!(line(&requests[1]), Some("GET /there HTTP/1.1"));
    for request in &requests {
        let names: Vec<&str> = request
            .lines()
            .skip(1)
            .filter_map(|it| Some(it.split_once(": ")?.0))
            .collect();
        assert_eq!(
            names,
            ["accept", "accept-encoding", "user-agent", "range", "host"],
            "{request}"
        );
    }
}

#[tokio::test]
async fn credentials_do_not_return_from_another_origin() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let home_url = format!("http://{}", listener.local_addr().expect("an address"));
    let other = serve([redirect(302, &format!("{home_url}/back"))]).await;
    let responses = [redirect(302, &format!("{}/there", other.url)), fine()];
    let steps = responses.map(|text| vec![Step::Send(text.into_bytes())]);
    let home = Server::serve(listener, |_| steps.into());
    let output = Fetch::<Get>::new(&client(&home.url)).send().await;
    assert_eq!(output.expect("a response"), "fine");
    let requests = home.requests();
    assert_eq!(header(&requests[0], "x-key"), Some("s3cret"));
    assert_eq!(header(&requests[1], "x-key"), None);
}

#[tokio::test]
async fn other_methods_follow_no_301_302_and_303() {
    for status in [301, 302, 303] {
        let server = serve([redirect(status, "/moved?code=s3cret")]).await;
        let output = Fetch::<Delete>::new(&client(&server.url)).send().await;
        let error = output.expect_err("a redirect");
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        let text = error.to_string();
        let end = ": redirects to /moved, which is followed for GET and HEAD only";
        assert!(text.ends_with(end), "{text}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn other_methods_repeat_the_request_after_307_and_308() {
    for status in [307, 308] {
        let server = serve([redirect(status, "/moved"), fine()]).await;
        let response = post(&server, Body::from("all of it")).await;
        assert_eq!(response.expect("a response").status, StatusCode::OK);
        let requests = server.requests();
        assert_eq!(line(&requests[1]), Some("POST /moved HTTP/1.1"));
        for request in &requests {
            assert!(request.ends_with("\r\n\r\nall of it"), "{request}");
            assert_eq!(header(request, "x-key"), Some("s3cret"));
            assert_eq!(header(request, "content-type"), Some("text/plain"));
        }
    }
}

#[tokio::test]
async fn files_are_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("body.txt");
    std::fs::write(&path, "from a file").expect("a file");
    let upload = |out: &mut Encoder| out.upload("text/plain", &Upload::from(path.as_path()));
    let multipart = |out: &mut Encoder| {
        let mut parts = out.multipart("multipart/form-data");
        parts.files("file", PartHeaders::NONE, &FilePart::path(&path));
        parts.finish();
    };
    for body in [&upload as &dyn Fn(&mut Encoder), &multipart] {
        let server = serve([redirect(307, "/moved"), fine()]).await;
        let mut out = Encoder::default();
        out.literal("/text");
        body(&mut out);
        let call = Call::new(&client(&server.url));
        let response = call.execute(Post::META, Ok(out)).await;
        assert_eq!(response.expect("a response").status, StatusCode::OK);
        let requests = server.requests();
        let bodies = requests.iter().map(|it| it.split_once("\r\n\r\n"));
        let bodies: Vec<&str> = bodies.flatten().map(|(_, body)| body).collect();
        assert!(bodies[0].contains("from a file"), "{}", bodies[0]);
        assert_eq!(bodies[0], bodies[1]);
    }
}

#[tokio::test]
async fn a_stream_is_not_repeated() {
    let server = serve([redirect(307, "/moved")]).await;
    let response = post(&server, Body::wrap(Body::from("once"))).await;
    let error = response.expect("a response").into_error();
    assert_eq!(
        error.to_string(),
        "Post: 307 Temporary Redirect: redirects to /moved, which isn't followed, because the body \
         is a stream, which can be sent only once"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_body_is_never_sent_to_another_origin() {
    let other = serve([fine()]).await;
    let location = format!("{}/steal?code=s3cret", other.url.replace("//", "//u:pw@"));
    let server = serve([redirect(307, &location)]).await;
    let response = post(&server, Body::from("secret")).await;
    let error = response.expect("a response").into_error();
    assert_eq!(
        error.to_string(),
        format!(
            "Post: 307 Temporary Redirect: redirects to {}/steal, which isn't followed, because it \
             has another origin",
            other.url
        )
    );
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_target_that_is_no_http_url_is_not_followed() {
    for location in ["file:///etc/passwd", "http://", "http://[::1"] {
        let server = serve([redirect(302, location)]).await;
        let output = Fetch::<Get>::new(&client(&server.url)).send().await;
        let text = output.expect_err("no URL").to_string();
        assert!(
            text.ends_with("because it is no http or https URL"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_documented_redirect_is_returned() {
    let server = serve([redirect(302, "/moved")]).await;
    let output = Fetch::<Documented>::new(&client(&server.url)).send().await;
    let error = output.expect_err("a redirect");
    assert_eq!(
        error.to_string(),
        "Documented: 302 Found: redirects to /moved"
    );
    assert_eq!(server.requests().len(), 1);
    let server = serve([redirect(301, "/moved"), fine()]).await;
    let output = Fetch::<Documented>::new(&client(&server.url)).send().await;
    assert_eq!(output.expect("a response"), "fine");
}

#[tokio::test]
async fn a_client_may_follow_no_redirects() {
    let server = serve([redirect(302, "/moved")]).await;
    let client = Client::builder().base_url(&server.url).key("header", "k");
    let client = client.follow_redirects(false).build().expect("a client");
    let error = Fetch::<Get>::new(&client).send().await;
    let text = error.expect_err("a redirect").to_string();
    assert_eq!(
        text,
        "Get: 302 Found: redirects to /moved, which isn't followed"
    );
}

#[tokio::test]
async fn redirects_of_any_transport_are_followed() {
    let mock = Mock::new();
    let location = "https://elsewhere.example/file?sig=1";
    mock.on_id("Get")
        .reply_raw(302, [("location", location)], "")
        .then()
        .reply_raw(200, [], "fine");
    let output = Fetch::<Get>::new(&client_of(&mock)).send().await;
    assert_eq!(output.expect("a response"), "fine");
    let requests = mock.all_requests();
    assert_eq!(requests[1].uri.to_string(), location);
    assert!(requests[0].header("x-key").is_some());
    assert_eq!(requests[1].header("x-key"), None);
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_not_followed() {
    let mock = Mock::new();
    mock.on_id("Get")
        .reply_raw(302, [("location", "http://acme.example.com/a")], "");
    let output = Fetch::<Get>::new(&client_of(&mock)).send().await;
    assert_eq!(
        output.expect_err("a redirect").to_string(),
        "Get: 302 Found: redirects to http://acme.example.com/a, which isn't followed, because it \
         isn't https"
    );
    assert_eq!(mock.all_requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_loop_is_an_error() {
    let server = serve(vec![redirect(302, "/text"); 20]).await;
    let output = Fetch::<Get>::new(&client(&server.url)).send().await;
    let text = output.expect_err("a loop").to_string();
    assert!(text.ends_with("too many redirects"), "{text}");
    assert_eq!(server.requests().len(), 11);
}

#[tokio::test]
async fn the_time_limit_covers_all_redirects() {
    let slow = || {
        let text = redirect(302, "/text");
        vec![
            Step::Wait(Duration::from_millis(80)),
            Step::Send(text.into_bytes()),
        ]
    };
    let server = Server::start(vec![slow(), slow(), slow(), slow()]).await;
    let call = Fetch::<Get>::new(&client(&server.url));
    let limit = |options: CallOptions| options.timeout(Duration::from_millis(200));
    let error = call.options(limit).send().await.expect_err("too slow");
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn a_retry_begins_at_the_url_of_the_call() {
    let busy = http_response("503 Busy", "text/plain", "later");
    let server = serve([redirect(307, "/moved"), busy, fine()]).await;
    let call = Fetch::<Get>::new(&client(&server.url));
    let output = call
        .options(|options| options.retry(RetryPolicy::default()))
        .send()
        .await;
    assert_eq!(output.expect("a response"), "fine");
    let requests = server.requests();
    let lines: Vec<_> = requests.iter().filter_map(|it| line(it)).collect();
    assert_eq!(
        lines,
        [
            "GET /text HTTP/1.1",
            "GET /moved HTTP/1.1",
            "GET /text HTTP/1.1"
        ]
    );
}
