//! Blocking calls on real sockets.

mod iterators;

use crate::api::{BuildApi as _, Client};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;
use tokio::runtime::Builder;
use wiretrue::Error;
use wiretrue::blocking::wait;
use wiretrue::codegen::{Meta, Method, block_on_call};
use wiretrue::mock::Mock;

use crate::api::{Described, Fetch};

struct Page;

impl Described for Page {
    const META: Meta = Meta {
        id: "Page",
        method: Method::GET,
        path: "/page",
        accept: "",
        security: &[],
        servers: &[],
        redirects: &[],
    };
}

/// A server that keeps connections open and responds after a callback.
struct Server {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    fn start(meanwhile: impl Fn() + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let meanwhile = Arc::new(meanwhile);
        thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                let meanwhile = Arc::clone(&meanwhile);
                thread::spawn(move || serve(stream.expect("a connection"), &*meanwhile));
            }
        });
        Self { url, connections }
    }

    fn client(&self) -> Client {
        let client = Client::builder().base_url(&self.url);
        client.build().expect("a client")
    }
}

fn serve(mut stream: TcpStream, meanwhile: &dyn Fn()) {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count) = stream.read(&mut buffer) {
        if count == 0 {
            return;
        }
        request.extend_from_slice(&buffer[..count]);
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            meanwhile();
            let response = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine";
            stream.write_all(response).expect("the client reads");
        }
    }
}

fn fetch(client: &Client) -> Result<String, Error> {
    block_on_call("Page", Fetch::<Page>::new(client).send())
}

#[test]
fn connections_are_reused() {
    let server = Server::start(|| {});
    let client = server.client();
    let calls = 20;
    for _ in 0..calls {
        assert_eq!(fetch(&client).expect("a response"), "fine");
    }
    // One, unless a call started before the last connection was returned to the pool.
    let connections = server.connections.load(Ordering::SeqCst);
    assert!(connections < calls / 2, "{connections} connections");
}

#[test]
fn calls_on_several_threads_run_concurrently() {
    const THREADS: usize = 4;
    // The server responds only after all calls have arrived.
    let all = Barrier::new(THREADS);
    let server = Server::start(move || {
        all.wait();
    });
    let client = server.client();
    let calls: Vec<_> = (0..THREADS)
        .map(|_| {
            let client = client.clone();
            thread::spawn(move || fetch(&client))
        })
        .collect();
    for call in calls {
        let response = call.join().expect("no panic");
        assert_eq!(response.expect("a response"), "fine");
    }
}

#[tokio::test]
async fn a_blocking_call_on_a_runtime_thread_is_an_error() {
    let server = Server::start(|| {});
    let error = fetch(&server.client()).expect_err("an error");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("Page"), "{text}");
    assert!(text.contains("would block the async runtime"), "{text}");
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

/// Returns a call that fails because it would block a runtime.
fn refused(client: &Client) {
    let error = fetch(client).expect_err("an error");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_blocking_call_in_a_task_is_an_error_and_leaves_the_task_its_budget() {
    let server = Server::start(|| {});
    let client = server.client();
    refused(&client);
    let task = client.clone();
    let task = tokio::spawn(async move {
        for _ in 0..1000 {
            refused(&task);
        }
        assert!(tokio::task::coop::has_budget_remaining());
    });
    task.await.expect("no panic");
    let local = tokio::task::LocalSet::new();
    local.run_until(async { refused(&client) }).await;
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn a_blocking_call_works_on_a_thread_for_blocking_work() {
    for builder in [Builder::new_current_thread, Builder::new_multi_thread] {
        let runtime = builder().enable_all().build().expect("a runtime");
        let server = Server::start(|| {});
        let client = server.client();
        runtime.block_on(async move {
            let calls = (0..3).map(|_| {
                let client = client.clone();
                tokio::task::spawn_blocking(move || fetch(&client))
            });
            for call in calls.collect::<Vec<_>>() {
                let response = call.await.expect("no panic");
                assert_eq!(response.expect("a response"), "fine");
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_blocking_call_works_in_block_in_place() {
    let server = Server::start(|| {});
    let client = server.client();
    // In the main future, in a task, and with an async context around the call again.
    let call = || tokio::task::block_in_place(|| fetch(&client));
    assert_eq!(call().expect("a response"), "fine");
    let task = client.clone();
    let task = tokio::spawn(async move {
        let response = tokio::task::block_in_place(|| fetch(&task));
        refused(&task);
        response
    });
    let response = task.await.expect("no panic");
    assert_eq!(response.expect("a response"), "fine");
    tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(async { refused(&client) });
    });
}

#[test]
fn a_blocking_call_within_a_runtime_that_is_only_entered_works() {
    let server = Server::start(|| {});
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let _context = runtime.enter();
    assert_eq!(fetch(&server.client()).expect("a response"), "fine");
}

#[test]
fn a_blocking_call_where_tokio_sets_no_budget_blocks_and_does_not_panic() {
    let server = Server::start(|| {});
    let client = server.client();
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let call = tokio::task::coop::unconstrained(async { fetch(&client) });
    assert_eq!(runtime.block_on(call).expect("a response"), "fine");
}

#[test]
fn connections_of_another_runtime_are_left_alone() {
    for builder in [Builder::new_current_thread, Builder::new_multi_thread] {
        let server = Server::start(|| {});
        let client = server.client();
        let runtime = builder().enable_all().build().expect("a runtime");
        let awaited = || runtime.block_on(Fetch::<Page>::new(&client).send());
        assert_eq!(awaited().expect("a response"), "fine");
        // The runtime has a connection, but doesn't run.
        assert_eq!(fetch(&client).expect("a response"), "fine");
        assert_eq!(awaited().expect("a response"), "fine");
        drop(runtime);
        assert_eq!(fetch(&client).expect("a response"), "fine");
        assert!(server.connections.load(Ordering::SeqCst) >= 2);
    }
}

#[test]
fn a_call_within_a_future_that_is_waited_for_works() {
    let server = Server::start(|| {});
    let client = server.client();
    let both = wait(async {
        let first = fetch(&client)?;
        let second = Fetch::<Page>::new(&client).send().await?;
        Ok::<_, Error>(first + &second)
    });
    assert_eq!(
        both.expect("no runtime").expect("two responses"),
        "finefine"
    );
}

#[test]
fn the_time_limit_applies() {
    let server = Server::start(|| {
        loop {
            thread::park();
        }
    });
    let client = Client::builder()
        .base_url(&server.url)
        .timeout(Duration::from_millis(20));
    let client = client.build().expect("a client");
    let error = fetch(&client).expect_err("no response");
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}

#[test]
fn a_mock_replies_to_blocking_calls() {
    let mock = Mock::new();
    mock.on::<Fetch<Page>>()
        .reply("fine")
        .delay(Duration::from_millis(1));
    assert_eq!(
        fetch(&crate::api::client_of(&mock)).expect("a response"),
        "fine"
    );
    mock.verify();
}
