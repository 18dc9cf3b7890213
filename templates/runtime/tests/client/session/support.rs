//! A scripted token source, and calls that can be suspended.

use crate::api::{BuildApi as _, Client, ClientBuilder};
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};
use wiretrue::Error;
use wiretrue::codegen::{Meta, Method};
use wiretrue::oauth::{TokenSet, TokenSource};
use wiretrue::transport::BoxFuture;

use secrecy::ExposeSecret;
use tokio::sync::Semaphore;

use crate::api::{Described, Fetch};
use crate::device::support::{NOW, TestClock};
use crate::server::{Server, Step, http_response};

/// A token set with the access token `name`, which expires this many seconds after the clock's
/// start.
pub fn tokens(name: &str, seconds: u64) -> TokenSet {
    let end = SystemTime::UNIX_EPOCH + NOW + Duration::from_secs(seconds);
    TokenSet::new(name).with_expires_at(end)
}

/// Returns token sets in order, and errors for `None`. Records the last token set of each fetch.
#[derive(Clone)]
pub struct Source {
    results: Arc<Mutex<VecDeque<Option<TokenSet>>>>,
    after: Arc<Mutex<Vec<Option<String>>>>,
    gate: Arc<Semaphore>,
}

impl Source {
    /// Creates a source that returns immediately.
    pub fn new(results: impl IntoIterator<Item = Option<TokenSet>>) -> Self {
        let source = Self::gated(results);
        source.open();
        source
    }

    /// Creates a source that returns once it is opened.
    pub fn gated(results: impl IntoIterator<Item = Option<TokenSet>>) -> Self {
        Self {
            results: Arc::new(Mutex::new(results.into_iter().collect())),
            after: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    pub fn open(&self) {
        self.gate.add_permits(1000);
    }

    /// Returns the last access token of each fetch.
    pub fn after(&self) -> Vec<Option<String>> {
        self.after.lock().expect("not poisoned").clone()
    }

    /// Returns the number of fetches.
    pub fn fetches(&self) -> usize {
        self.after().len()
    }
}

impl TokenSource for Source {
    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        let last = last.map(|last| last.access_token().expose_secret().to_owned());
        self.after.lock().expect("not poisoned").push(last);
        let results = self.results.lock().expect("not poisoned").pop_front();
        Box::pin(async move {
            self.gate.acquire().await.expect("open").forget();
            match results.flatten() {
                Some(tokens) => Ok(tokens),
                None => Err("the server is on fire".into()),
            }
        })
    }
}

/// A source with initial tokens.
pub struct WithInitial(pub TokenSet, pub Source);

impl TokenSource for WithInitial {
    fn initial(&self) -> Option<TokenSet> {
        Some(self.0.clone())
    }

    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        self.1.fetch(last)
    }
}

/// `GET /closed`, which accepts a bearer token.
pub struct Closed;

impl Described for Closed {
    const META: Meta = Meta {
        id: "Closed",
        method: Method::GET,
        path: "/closed",
        accept: "text/plain",
        security: &[&["token"]],
        servers: &[],
        redirects: &[],
    };
}

pub type Call = Pin<Box<dyn Future<Output = Result<String, Error>> + Send>>;

/// Creates a call of [`Closed`].
pub fn call(client: &Client) -> Call {
    Box::pin(Fetch::<Closed>::new(client).send())
}

/// Polls a call once.
pub fn begin(call: &mut Call) {
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(call.as_mut().poll(&mut context), Poll::Pending));
}

pub fn builder(server: &Server, clock: &TestClock) -> ClientBuilder {
    Client::builder()
        .base_url(&server.url)
        .clock(clock.clone())
        .timeout(Duration::from_secs(60))
}

pub fn client(server: &Server, clock: &TestClock, source: impl TokenSource) -> Client {
    let client = builder(server, clock).build().expect("a client");
    client.with_tokens(source)
}

/// Starts a server that responds with these statuses in order.
pub async fn server(statuses: &[&str]) -> Server {
    let replies = statuses.iter().map(|status| {
        let bytes = http_response(status, "text/plain", "hello").into_bytes();
        vec![Step::Send(bytes)]
    });
    Server::start(replies.collect()).await
}

/// Returns the `Authorization` headers that a server received.
pub fn sent(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let headers = requests.iter().map(|request| {
        let header = crate::server::header(request, "authorization");
        header.unwrap_or_default().to_owned()
    });
    headers.collect()
}
