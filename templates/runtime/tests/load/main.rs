//! Thousands of calls, many in flight, to a server that fails a tenth of them in every way.
//!
//! Every call ends, no request is repeated that must not be, memory stays flat, and no log at any level
//! has a credential. `cargo test -p wiretrue --test load -- --ignored --nocapture` makes 10,000 calls and
//! prints the numbers.

mod calls;
mod faults;
mod logs;
mod memory;
mod server;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use wiretrue::codegen::{ClientCore, ClientCoreBuilder, Credential};
use wiretrue::{Error, RetryPolicy};

use calls::{API, SECRET, call};
use faults::{Expected, Kind, expected, kind};
use server::Server;

/// The number of calls in flight.
const IN_FLIGHT: usize = 64;
/// The time limit of an attempt, which a stalled one waits for.
const ATTEMPT: Duration = Duration::from_secs(2);
/// So many that resets never use up all attempts of a call.
const ATTEMPTS: u32 = 6;
const MIB: u64 = 1024 * 1024;
/// How much the process may grow after the warm-up.
const GROWTH: u64 = 16 * MIB;

fn client(server: &Server) -> ClientCore {
    ClientCoreBuilder::new(&API)
        .base_url(&server.url)
        .credential("token", Credential::bearer(SECRET))
        .credential("query", Credential::key(SECRET))
        .attempt_timeout(ATTEMPT)
        .retry(
            RetryPolicy::default()
                .attempts(ATTEMPTS)
                .first_wait(Duration::from_millis(1)),
        )
        .build()
        .expect("a client")
}

/// Makes the calls with these numbers, and counts their results by kind of result.
async fn run(client: &ClientCore, numbers: std::ops::Range<usize>) -> BTreeMap<String, usize> {
    let next = Arc::new(AtomicUsize::new(numbers.start));
    let workers: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (client, next, end) = (client.clone(), Arc::clone(&next), numbers.end);
            tokio::spawn(async move {
                let mut results = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= end {
                        return results;
                    }
                    results.push(assert_expected(number, call(&client, number).await));
                }
            })
        })
        .collect();
    let mut counts = BTreeMap::new();
    for worker in workers {
        for name in worker.await.expect("no panic") {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
}

/// Asserts that a call has a result that its fault explains, and returns its name.
fn assert_expected(number: usize, result: Result<String, Error>) -> String {
    let error = match result {
        Ok(id) => {
            assert_eq!(id, number.to_string(), "the response to another call");
            assert_eq!(expected(number), Expected::Success, "{number}");
            return "success".to_owned();
        }
        Err(error) => error,
    };
    logs::assert_no_secret(&format!("{error} {error:?}"));
    let seen = match &error {
        Error::Api(error) => Expected::Status(error.status().as_u16()),
        Error::Transport(_) => Expected::Broken,
        Error::Timeout(_) => Expected::Timeout,
        Error::Decode(_) => Expected::Malformed,
        error => panic!("{number}: {error:?}"),
    };
    // The server resets some connections before it has read a request, of any call.
    let reset = seen == Expected::Broken && kind(number) == Kind::Post;
    assert!(
        reset || seen == expected(number),
        "{number}, a {:?}, expected {:?}: {error:?}",
        kind(number),
        expected(number)
    );
    format!("{seen:?}")
}

/// Asserts that the server received every request as often as it may.
fn assert_requests(server: &Server, calls: usize) {
    let mut broken = 0;
    for number in 0..calls {
        let (received, processed) = server.counts(number);
        assert!(u32::from(received) <= ATTEMPTS, "{number}: {received}");
        if kind(number) == Kind::Post {
            assert!(
                processed <= 1,
                "{number}: {processed} requests were processed"
            );
        } else {
            assert!(received >= 1, "{number}");
        }
        broken += usize::from(received == 0);
    }
    let resets = server.resets();
    assert!(
        broken <= resets,
        "{broken} calls weren't received, {resets} resets"
    );
}

async fn load(calls: usize) {
    logs::install();
    let server = Server::start(calls).await;
    let client = client(&server);
    let begun = Instant::now();
    let warm = calls / 4;
    let mut counts = run(&client, 0..warm).await;
    let before = memory::resident();
    for (name, count) in run(&client, warm..calls).await {
        *counts.entry(name).or_default() += count;
    }
    let after = memory::resident();
    assert_eq!(counts.values().sum::<usize>(), calls, "every call ends");
    assert_requests(&server, calls);
    assert!(logs::records() > calls, "the loggers are installed");
    println!(
        "{calls} calls in {:.1?}: {counts:?}\n{} requests, {} resets before a request, {} log records\n\
         resident memory: {} MiB after {warm} calls, {} MiB at the end",
        begun.elapsed(),
        server.requests(),
        server.resets(),
        logs::records(),
        before / MIB,
        after / MIB,
    );
    let grown = after.saturating_sub(before);
    assert!(grown < GROWTH, "{grown} bytes more");
}

/// The time after which a test has found a call that never ends.
const HANG: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenth_of_a_thousand_calls_fail_in_every_way() {
    let ended = tokio::time::timeout(HANG, load(1000)).await;
    ended.expect("every call ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes longer; see the comment of this file"]
async fn a_tenth_of_ten_thousand_calls_fail_in_every_way() {
    let ended = tokio::time::timeout(HANG, load(10_000)).await;
    ended.expect("every call ends");
}
