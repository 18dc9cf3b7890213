//! How long a connection may take to be established, and how long an idle one is kept.
//!
//! tokio's clock is paused, so no test waits.

use crate::api::{BuildApi as _, Client};
use std::time::Duration;

use super::support::{Get, Server, kept};
use crate::api::Fetch;

/// Advances tokio's clock.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn an_idle_connection_is_reused_within_5_seconds() {
    let response = kept("200 OK", "content-type: text/plain\r\n", "hello");
    let server = Server::start(move |_| Some(response.clone())).await;
    let client = Client::builder().base_url(&server.url).build();
    let client = client.expect("a client");
    // The idle time before each call, and the number of connections after it. Each call restarts
    // the idle timer.
    for (idle, connections) in [(0, 1), (1, 1), (3, 1), (3, 1), (5, 2), (1, 2)] {
        pass(Duration::from_secs(idle)).await;
        let text = Fetch::<Get>::new(&client).send().await.expect("a response");
        assert_eq!(text, "hello");
        assert_eq!(server.connections(), connections, "after {idle} seconds");
    }
    assert_eq!(server.requests(), 6);
}

/// The accept queue of the port is full, so Linux accepts no other connection.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_connect_timeout_applies_without_a_time_limit() {
    use tokio::net::{TcpSocket, TcpStream};
    use tokio::time::Instant;

    use wiretrue::{Error, RetryPolicy};

    let socket = TcpSocket::new_v4().expect("a socket");
    let any = "127.0.0.1:0".parse().expect("an address");
    socket.bind(any).expect("a port");
    let listener = socket.listen(0).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let _first = TcpStream::connect(address).await.expect("room for one");
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .timeout(None)
        .retry(RetryPolicy::never());
    let client = client.build().expect("a client");

    // From here on, time passes when all tasks are idle.
    tokio::time::pause();
    let began = Instant::now();
    let hour = Duration::from_secs(3600);
    let result = tokio::time::timeout(hour, Fetch::<Get>::new(&client).send()).await;
    let error = result.expect("the call ends").expect_err("no connection");
    assert_eq!(began.elapsed().as_secs(), 20);
    let text = error.to_string();
    let place = format!("Get: GET http://{address}/text: couldn't connect: ");
    assert!(text.starts_with(&place), "{text}");
    let Error::Transport(error) = error else {
        panic!("{error:?}");
    };
    assert!(error.is_connect(), "{error:?}");
}
