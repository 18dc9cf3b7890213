//! A source that gives what a test tells it to, and calls that can be held up.

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
use crate::server::{Server, Step, answer};

/// A set of the access token `name` that ends this many seconds after the clock's start.
pub fn tokens(name: &str, seconds: u64) -> TokenSet {
    let end = SystemTime::UNIX_EPOCH + NOW + Duration::from_secs(seconds);
    TokenSet::new(name).with_expires_at(end)
}

/// Gives sets in turn, an error where there is none, and notes what it was asked after.
#[derive(Clone)]
pub struct Source {
    given: Arc<Mutex<VecDeque<Option<TokenSet>>>>,
    after: Arc<Mutex<Vec<Option<String>>>>,
    gate: Arc<Semaphore>,
}

impl Source {
    /// Answers at once.
    pub fn new(given: impl IntoIterator<Item = Option<TokenSet>>) -> Self {
        let source = Self::held(given);
        source.open();
        source
    }

    /// Answers once it is opened.
    pub fn held(given: impl IntoIterator<Item = Option<TokenSet>>) -> Self {
        Self {
            given: Arc::new(Mutex::new(given.into_iter().collect())),
            after: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    pub fn open(&self) {
        self.gate.add_permits(1000);
    }

    /// The access tokens that it was asked for others after.
    pub fn after(&self) -> Vec<Option<String>> {
        self.after.lock().expect("the log").clone()
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.after().len()
    }
}

impl TokenSource for Source {
    fn fetch<'a>(
        &'a self,
        last: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        let last = last.map(|last| last.access_token().expose_secret().to_owned());
        self.after.lock().expect("the log").push(last);
        let given = self.given.lock().expect("the answers").pop_front();
        Box::pin(async move {
            self.gate.acquire().await.expect("open").forget();
            match given.flatten() {
                Some(tokens) => Ok(tokens),
                None => Err("the server is on fire".into()),
            }
        })
    }
}

/// A source that has a set from the start.
pub struct Begun(pub TokenSet, pub Source);

impl TokenSource for Begun {
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

/// `GET /closed`, which takes a bearer token.
pub struct Closed;

impl Described for Closed {
    const META: Meta = Meta {
        id: "Closed",
        method: Method::GET,
        path: "/closed",
        accept: "text/plain",
        security: &[&["token"]],
        servers: &[],
    };
}

pub type Call = Pin<Box<dyn Future<Output = Result<String, Error>> + Send>>;

/// A call of [`Closed`].
pub fn call(client: &Client) -> Call {
    Box::pin(Fetch::<Closed>::new(client).send())
}

/// Polls a call until it waits for something.
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

/// A server that gives these statuses in turn.
pub async fn server(statuses: &[&str]) -> Server {
    let answers = statuses.iter().map(|status| {
        let bytes = answer(status, "text/plain", "hello").into_bytes();
        vec![Step::Send(bytes)]
    });
    Server::start(answers.collect()).await
}

/// The `Authorization` headers that a server received.
pub fn sent(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let headers = requests.iter().map(|request| {
        let header = crate::server::header(request, "authorization");
        header.unwrap_or_default().to_owned()
    });
    headers.collect()
}
