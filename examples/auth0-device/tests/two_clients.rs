//! A program that uses two generated clients: they share their types, and may share connections,
//! retries and tokens.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use auth0_device::oauth::{TokenSet, TokenSource};
use auth0_device::transport::BoxFuture;
// The types of one client are those of the other.
use twilio_oauth::{Error, RetryPolicy};

/// A server that keeps connections open and sends the same response to every request.
struct Server {
    url: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start(status: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (connections, requests) = (Arc::<AtomicUsize>::default(), Arc::default());
        let counts = (Arc::clone(&connections), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counts.0.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, status, body, Arc::clone(&counts.1)));
            }
        });
        Self {
            url,
            connections,
            requests,
        }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Responds to requests without a body until the client closes the connection.
async fn serve(mut stream: TcpStream, status: &str, body: &str, requests: Arc<AtomicUsize>) {
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut chunk).await {
        received.extend_from_slice(&chunk[..length]);
        if !received.ends_with(b"\r\n\r\n") {
            continue;
        }
        received.clear();
        requests.fetch_add(1, Ordering::SeqCst);
        let response = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}

const USER: &str = r#"{"sub":"user-1"}"#;

/// Calls both APIs: their errors are one type.
async fn call_both(
    auth0: &auth0_device::Client,
    twilio: &twilio_oauth::Client,
) -> Result<(), Error> {
    auth0.user().get_user_info().await?;
    twilio.oauth_v1_user_info().fetch_user_info().await?;
    Ok(())
}

/// A source that counts how often it is asked.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl TokenSource for Counted {
    fn fetch<'a>(
        &'a self,
        _last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(TokenSet::new("example-access-token")) })
    }
}

#[tokio::test]
async fn clients_that_share_connections_use_one_pool() {
    let server = Server::start("200 OK", USER).await;
    let auth0 = auth0_device::Client::builder()
        .base_url(&server.url)
        .bearer_auth("example-access-token")
        .build()
        .expect("a client");
    let alone = twilio_oauth::Client::builder()
        .base_url(&server.url)
        .build()
        .expect("a client");
    let tokens = TokenSet::new("example-access-token");
    call_both(&auth0, &alone.with_tokens(tokens.clone()))
        .await
        .expect("two users");
    assert_eq!((server.connections(), server.requests()), (2, 2));

    let sharing = twilio_oauth::Client::builder()
        .base_url(&server.url)
        .share_connections(&auth0)
        .build()
        .expect("a client");
    call_both(&auth0, &sharing.with_tokens(tokens))
        .await
        .expect("two users");
    assert_eq!((server.connections(), server.requests()), (2, 4));
}

#[tokio::test]
async fn clients_that_share_tokens_obtain_them_once() {
    let server = Server::start("200 OK", USER).await;
    let source = Counted::default();
    let auth0 = auth0_device::Client::builder()
        .base_url(&server.url)
        .build()
        .expect("a client")
        .with_tokens(source.clone());
    let twilio = twilio_oauth::Client::builder()
        .base_url(&server.url)
        .share_connections(&auth0)
        .share_tokens(&auth0)
        .build()
        .expect("a client");
    call_both(&auth0, &twilio).await.expect("two users");
    assert_eq!((server.connections(), server.requests()), (1, 2));
    assert_eq!(source.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn clients_that_share_connections_share_the_retry_budget() {
    let server = Server::start("503 Service Unavailable", "{}").await;
    let policy = || RetryPolicy::default().first_wait(Duration::from_millis(1));
    let auth0 = auth0_device::Client::builder()
        .base_url(&server.url)
        .bearer_auth("example-access-token")
        .retry(policy())
        .retry_budget(2)
        .build()
        .expect("a client");
    let twilio = twilio_oauth::Client::builder()
        .base_url(&server.url)
        .retry(policy())
        .share_connections(&auth0)
        .build()
        .expect("a client")
        .with_tokens(TokenSet::new("example-access-token"));
    auth0.user().get_user_info().await.expect_err("no service");
    assert_eq!(server.requests(), 3);
    let call = twilio.oauth_v1_user_info().fetch_user_info();
    let error = call.await.expect_err("no service");
    assert_eq!(server.requests(), 4);
    assert_eq!(error.status().map(|it| it.as_u16()), Some(503));
}
