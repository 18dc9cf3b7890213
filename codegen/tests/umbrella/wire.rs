//! What the client of an umbrella crate sends to several APIs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use golden_umbrella::mock::Mock;
use golden_umbrella::oauth::TokenSet;
use golden_umbrella::{Client, Error, RetryPolicy, accounts, billing, search};
use raw_server::{Answer, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn done() -> Answer {
    Answer::with_headers(204, &[], "")
}

fn person() -> Answer {
    Answer::json(200, r#"{"name":"Ada"}"#)
}

fn lines(server: &Server) -> Vec<String> {
    let requests = server.requests();
    requests.into_iter().map(|request| request.line).collect()
}

fn headers(server: &Server, name: &str) -> Vec<Option<String>> {
    let requests = server.requests();
    let headers = requests.iter().map(|it| it.header(name).map(str::to_owned));
    headers.collect()
}

/// Calls two APIs, whose errors are one type.
async fn names(client: &Client) -> Result<[Option<String>; 2], Error> {
    let account = client.accounts().people().fetch_me().await?;
    let payer = client.billing().payers().fetch_me().await?;
    Ok([account.name, payer.name])
}

fn ada() -> [Option<String>; 2] {
    [Some("Ada".to_owned()), Some("Ada".to_owned())]
}

#[tokio::test]
async fn apis_share_one_token() {
    let token = Answer::json(200, r#"{"access_token":"shared","expires_in":3600}"#);
    let server = Server::start([token, person(), person()]).await;
    let client = Client::builder()
        .base_url(format!("{}/v1", server.url()))
        .client_credentials("app", "secret")
        .build()
        .expect("a client");
    assert_eq!(names(&client).await.expect("two names"), ada());
    assert_eq!(
        lines(&server),
        [
            "POST /token HTTP/1.1",
            "GET /v1/me HTTP/1.1",
            "GET /v1/me HTTP/1.1"
        ]
    );
    let bearer = Some("Bearer shared".to_owned());
    assert_eq!(
        headers(&server, "authorization")[1..],
        [bearer.clone(), bearer]
    );
}

/// Responds to requests without a body until the client closes the connection.
async fn serve(mut stream: TcpStream) {
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut chunk).await {
        received.extend_from_slice(&chunk[..length]);
        if received.ends_with(b"\r\n\r\n") {
            received.clear();
            let response = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                            content-length: 14\r\n\r\n{\"name\":\"Ada\"}";
            if stream.write_all(response.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

#[tokio::test]
async fn apis_share_one_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let connections = Arc::<AtomicUsize>::default();
    let accepted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            accepted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(serve(stream));
        }
    });
    let client = Client::builder().base_url(url).bearer_auth("token").build();
    let client = client.expect("a client");
    assert_eq!(names(&client).await.expect("two names"), ada());
    assert_eq!(names(&client).await.expect("two names"), ada());
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn one_source_of_tokens_signs_the_calls_to_all_apis() {
    let server = Server::start([person(), person()]).await;
    let client = Client::builder().base_url(server.url()).build();
    let client = client.expect("a client");
    let error = names(&client).await.expect_err("no credentials");
    assert!(matches!(error, Error::MissingCredentials(_)), "{error}");
    let signed = client.with_tokens(TokenSet::new("given"));
    assert_eq!(names(&signed).await.expect("two names"), ada());
    let bearer = Some("Bearer given".to_owned());
    assert_eq!(
        headers(&server, "authorization"),
        [bearer.clone(), bearer]
    );
}

#[tokio::test]
async fn credentials_reach_the_apis_that_have_their_scheme_only() {
    let server = Server::start([done(), done()]).await;
    let client = Client::builder()
        .base_url(server.url())
        .api_key("general")
        .key_billing("billing")
        .build()
        .expect("a client");
    client.search().search().find().await.expect("a response");
    client.billing().rates().fetch_rates().await.expect("a response");
    assert_eq!(
        headers(&server, "x-key"),
        [Some("general".to_owned()), None]
    );
    assert_eq!(
        headers(&server, "x-billing-key"),
        [None, Some("billing".to_owned())]
    );
}

#[tokio::test]
async fn a_missing_credential_is_set_at_the_umbrella() {
    let client = Client::builder().build().expect("a client");
    let error = client.billing().rates().fetch_rates().await;
    let error = error.expect_err("no credentials").to_string();
    assert!(error.contains("`ClientBuilder::key_billing`"), "{error}");
}

#[tokio::test]
async fn the_settings_of_one_api_can_be_changed() {
    let (general, special) = (Server::start([done()]).await, Server::start([done()]).await);
    let url = special.url();
    let client = Client::builder()
        .search(move |api| api.base_url(url))
        .base_url(general.url())
        .api_key("general")
        .key_billing("billing")
        .user_agent("tests")
        .build()
        .expect("a client");
    client.search().search().find().await.expect("a response");
    client.billing().rates().fetch_rates().await.expect("a response");
    assert_eq!(lines(&special), ["GET /find HTTP/1.1"]);
    assert_eq!(lines(&general), ["GET /rates HTTP/1.1"]);
    assert_eq!(headers(&special, "user-agent"), [Some("tests".to_owned())]);
}

#[tokio::test]
async fn each_api_has_its_server() {
    let mock = Mock::new();
    mock.on::<accounts::apis::FetchMe>()
        .reply_raw(200, [("content-type", "application/json")], "{}");
    mock.on::<search::apis::Find>().reply_raw(204, [("x", "y")], "");
    let client = Client::builder()
        .search(|api| api.server(search::Server::SANDBOX))
        .mock(&mock)
        .build()
        .expect("a client");
    client.accounts().people().fetch_me().await.expect("a response");
    client.search().search().find().await.expect("a response");
    let uris: Vec<String> = mock
        .all_requests()
        .iter()
        .map(|request| request.uri.to_string())
        .collect();
    assert_eq!(
        uris,
        [
            "https://api.example.com/accounts/me",
            "https://sandbox.example.com/find"
        ]
    );
}

#[tokio::test]
async fn a_mock_tells_operations_with_the_same_name_apart() {
    let mock = Mock::new();
    let json = [("content-type", "application/json")];
    mock.on::<billing::payers::FetchMe>()
        .reply_raw(200, json, r#"{"name":"a payer"}"#);
    mock.on::<accounts::apis::FetchMe>()
        .reply_raw(200, json, r#"{"name":"an account"}"#);
    let [account, payer] = names(&Client::mocked(&mock)).await.expect("two names");
    assert_eq!(account.as_deref(), Some("an account"));
    assert_eq!(payer.as_deref(), Some("a payer"));
    assert_eq!(mock.requests::<billing::payers::FetchMe>().len(), 1);
    mock.verify();
}

#[tokio::test]
async fn apis_share_the_retry_budget() {
    let unavailable = || Answer::json(503, "{}");
    let server = Server::start([unavailable(), unavailable(), unavailable()]).await;
    let client = Client::builder()
        .base_url(server.url())
        .bearer_auth("token")
        .retry(RetryPolicy::default().first_wait(Duration::from_millis(1)))
        .retry_budget(1)
        .build()
        .expect("a client");
    let call = client.accounts().people().fetch_me();
    call.await.expect_err("no service");
    assert_eq!(server.requests().len(), 2);
    let call = client.billing().payers().fetch_me();
    call.await.expect_err("no service");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn printing_a_client_shows_its_apis_and_no_credential() {
    let client = Client::builder().bearer_auth("secret-token").build();
    let text = format!("{:?}", client.expect("a client"));
    assert_eq!(
        text,
        r#"Client { apis: ["Accounts", "Billing", "Search"], credentials: ["oauth"], .. }"#
    );
}
