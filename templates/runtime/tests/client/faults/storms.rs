//! Many calls to a failing server.

use crate::api::{BuildApi as _, Client, ClientBuilder};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use wiretrue::Error;

use super::support::{Get, Server, Still, kept};
use crate::api::Fetch;

/// The number of calls in flight.
const IN_FLIGHT: usize = 64;

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().base_url(&server.url).clock(Still::new())
}

async fn call(client: &Client, number: usize) -> Result<String, Error> {
    let call = Fetch::<Get>::new(client);
    let number = number.to_string();
    let call = call.options(|options| options.query("call", number));
    call.send().await
}

/// Returns the number in the first line of a request.
fn number(line: &str) -> usize {
    let number = line.split(['=', ' ']).nth(2);
    number.and_then(|it| it.parse().ok()).expect("a number")
}

/// Returns the results of numbered calls. Each worker has a clone of the client.
async fn calls(client: &Client, count: usize) -> Vec<Option<Result<String, Error>>> {
    let next = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (client, next) = (client.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let mut results = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= count {
                        return results;
                    }
                    results.push((number, call(&client, number).await));
                }
            })
        })
        .collect();
    let mut all: Vec<_> = (0..count).map(|_| None).collect();
    for worker in workers {
        for (number, result) in worker.await.expect("no panic") {
            all[number] = Some(result);
        }
    }
    all
}

fn busy() -> Option<String> {
    Some(kept("503 Service Unavailable", "", ""))
}

#[tokio::test]
async fn a_tenth_of_calls_failing_once_costs_a_tenth_more_requests() {
    let failed = Arc::new(Mutex::new(HashSet::new()));
    let server = Server::start(move |line| {
        // After the outage, each call from number 2,000 on fails once.
        let number = number(line);
        if !number.is_multiple_of(10) || !failed.lock().expect("not poisoned").insert(number) {
            return Some(kept("200 OK", "", &number.to_string()));
        }
        match number / 10 % 3 {
            0 => busy(),
            1 => Some(kept("429 Too Many Requests", "retry-after: 0\r\n", "")),
            _ => None,
        }
    })
    .await;
    let client = builder(&server).build().expect("a client");
    let results = calls(&client, 10_000).await;
    for (number, result) in results.into_iter().enumerate() {
        let response = result.expect("a result").expect("a response");
        assert_eq!(response, number.to_string());
    }
    assert_eq!(server.requests(), 11_000);
}

#[tokio::test]
async fn the_retry_budget_prevents_a_retry_storm() {
    let down = Arc::new(AtomicBool::new(true));
    let is_down = Arc::clone(&down);
    let failed = Arc::new(Mutex::new(HashSet::new()));
    let server = Server::start(move |line| {
        // Once it is up again, calls of the second thousand on fail once each.
        let number = number(line);
        let fails = number >= 2000 && failed.lock().expect("not poisoned").insert(number);
        if fails || is_down.load(Ordering::SeqCst) {
            return busy();
        }
        Some(kept("200 OK", "", "fine"))
    })
    .await;
    let client = builder(&server).build().expect("a client");
    for result in calls(&client, 1000).await {
        let error = result.expect("a result").expect_err("an error");
        assert_eq!(error.status().map(|it| it.as_u16()), Some(503));
    }
    assert_eq!(server.requests(), 1000 + 100);

    // Five successful calls earn one retry. A retry that succeeds costs nothing.
    down.store(false, Ordering::SeqCst);
    call(&client, 2000).await.expect_err("nothing is left");
    for number in 0..4 {
        call(&client, number).await.expect("a response");
    }
    call(&client, 2001).await.expect_err("too little is left");
    call(&client, 4).await.expect("a response");
    for number in 2002..2010 {
        call(&client, number).await.expect("a response");
    }
    assert_eq!(server.requests(), 1100 + 1 + 4 + 1 + 1 + 2 * 8);
}

#[tokio::test]
async fn the_retry_budget_is_shared_by_clones() {
    for (budget, requests) in [(Some(0), 10), (Some(7), 17), (None, 30)] {
        let server = Server::start(|_| busy()).await;
        let client = builder(&server).retry_budget(budget);
        let client = client.build().expect("a client");
        for number in 0..10 {
            call(&client.clone(), number).await.expect_err("an error");
        }
        assert_eq!(server.requests(), requests);
    }
}

#[tokio::test]
async fn server_errors_earn_no_retries() {
    let server = Server::start(|line| match number(line) {
        0 => busy(),
        // A response that isn't retried.
        number => Some(kept(if number == 1 { "500 Oh" } else { "404 No" }, "", "")),
    })
    .await;
    let client = builder(&server).retry_budget(1).build();
    let client = client.expect("a client");
    // Five responses earn a retry, whether successful or not. A server error doesn't count.
    for (number, requests) in [
        (0, 2),
        (1, 1),
        (2, 1),
        (2, 1),
        (2, 1),
        (2, 1),
        (0, 1),
        (2, 1),
        (0, 2),
    ] {
        let before = server.requests();
        call(&client, number).await.expect_err("an error");
        assert_eq!(server.requests() - before, requests);
    }
}
