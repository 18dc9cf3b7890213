//! One client in several runtimes, one after another, as in a static variable of a test program.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use wiretrue::oauth::{TokenSet, TokenSource};
use wiretrue::transport::BoxFuture;
use wiretrue::{Error, RetryPolicy};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::api::{BuildApi as _, Client, Described, Fetch, described};
use crate::faults::support::{Server, kept};

described!(Get, GET, "/text", &[]);
described!(Post, POST, "/text", &[]);
described!(Closed, GET, "/closed", &[&["token"]]);

fn single() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

fn multi() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let builder = builder.worker_threads(2).enable_all();
    builder.build().expect("a runtime")
}

/// A server on a runtime of its own, and a client of it that sends each call once.
struct Setup {
    server: Server,
    client: Client,
    _runtime: Runtime,
}

fn setup() -> Setup {
    let runtime = multi();
    let start = Server::start(|_| Some(kept("200 OK", "", "fine")));
    let server = runtime.block_on(start);
    let client = Client::builder()
        .base_url(&server.url)
        .retry(RetryPolicy::never());
    let client = client.build().expect("a client");
    Setup {
        server,
        client,
        _runtime: runtime,
    }
}

async fn send<D: Described>(client: &Client) -> Result<String, Error> {
    Fetch::<D>::new(client).send().await
}

#[test]
fn a_connection_of_a_dead_runtime_is_replaced() {
    for runtime in [single as fn() -> Runtime, multi] {
        let Setup { server, client, .. } = &setup();
        for round in 1..=10 {
            let runtime = runtime();
            // Without a retry policy, each is sent once.
            let first = runtime.block_on(send::<Post>(client));
            assert_eq!(first.expect("a response"), "fine");
            let second = runtime.block_on(send::<Get>(client));
            assert_eq!(second.expect("a response"), "fine");
            assert_eq!(server.requests(), 2 * round);
            assert!(server.connections() >= round);
        }
    }
}

#[test]
fn a_call_that_died_with_its_runtime_does_not_affect_the_next() {
    let Setup { server, client, .. } = &setup();
    for _ in 0..10 {
        let runtime = multi();
        for _ in 0..8 {
            let client = client.clone();
            runtime.spawn(async move { send::<Get>(&client).await });
        }
        // Some are connecting, some are waiting for a response.
        runtime.shutdown_background();
        let output = single().block_on(send::<Post>(client));
        assert_eq!(output.expect("a response"), "fine");
    }
    assert!(server.requests() >= 10);
}

/// A source whose first fetch waits for a timer of its runtime.
#[derive(Clone, Default)]
struct Slow(Arc<AtomicUsize>);

impl TokenSource for Slow {
    fn fetch<'a>(
        &'a self,
        _: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<TokenSet, Box<dyn StdError + Send + Sync>>> {
        let before = self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            if before == 0 {
                tokio::time::sleep(Duration::from_secs(3600)).await;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
            Ok(TokenSet::new("fresh"))
        })
    }
}

#[test]
fn a_token_request_of_a_dead_runtime_is_made_anew() {
    let Setup { server, client, .. } = &setup();
    let source = Slow::default();
    let client = client.with_tokens(source.clone());
    let dead = single();
    let soon = Duration::from_millis(20);
    let late = dead.block_on(async { tokio::time::timeout(soon, send::<Closed>(&client)).await });
    late.expect_err("the token isn't there yet");
    drop(dead);
    let output = single().block_on(send::<Closed>(&client));
    assert_eq!(output.expect("a response"), "fine");
    assert_eq!((source.0.load(Ordering::SeqCst), server.requests()), (2, 1));
}

#[test]
fn a_waiting_call_takes_over_when_the_runtime_of_a_token_request_dies() {
    let Setup { server, client, .. } = &setup();
    let source = Slow::default();
    let client = client.with_tokens(source.clone());
    let (end, ended) = oneshot::channel::<()>();
    let (begin, begun) = mpsc::channel();
    let leader = client.clone();
    let dying = thread::spawn(move || {
        let runtime = single();
        runtime.spawn(async move { send::<Closed>(&leader).await });
        runtime.block_on(async {
            tokio::task::yield_now().await;
            begin.send(()).expect("a test");
            ended.await.expect("a test");
        });
    });
    begun.recv().expect("the first call waits");
    let output = single().block_on(async {
        let call = tokio::spawn(async move { send::<Closed>(&client).await });
        tokio::task::yield_now().await;
        end.send(()).expect("a thread");
        call.await.expect("no panic")
    });
    dying.join().expect("no panic");
    assert_eq!(output.expect("a response"), "fine");
    assert_eq!((source.0.load(Ordering::SeqCst), server.requests()), (2, 1));
}

#[test]
fn a_token_request_of_a_living_runtime_is_continued() {
    let Setup { client, .. } = &setup();
    let source = Slow::default();
    let client = client.with_tokens(source.clone());
    let runtime = single();
    let soon = Duration::from_millis(20);
    for _ in 0..3 {
        let call = async { tokio::time::timeout(soon, send::<Closed>(&client)).await };
        runtime.block_on(call).expect_err("not yet");
    }
    assert_eq!(source.0.load(Ordering::SeqCst), 1);
}
