//! How long a connection may take to be there, and how long one is kept that nothing is sent on.
//!
//! The time is tokio's, as it is reqwest's: none of these tests waits.

use crate::api::{BuildApi as _, Client};
use std::time::Duration;

use super::support::{Get, Server, kept};
use crate::api::Fetch;

/// Lets time pass.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn an_idle_connection_is_used_again_but_not_after_5_seconds() {
    let answer = kept("200 OK", "content-type: text/plain\r\n", "hello");
    let server = Server::start(move |_| Some(answer.clone())).await;
    let client = Client::builder().base_url(&server.url).build();
    let client = client.expect("a client");
    // How long nothing is sent before a call, and how many connections there are after it: each call
    // begins the time anew.
    for (idle, connections) in [(0, 1), (1, 1), (3, 1), (3, 1), (5, 2), (1, 2)] {
        pass(Duration::from_secs(idle)).await;
        let text = Fetch::<Get>::new(&client).send().await.expect("an answer");
        assert_eq!(text, "hello");
        assert_eq!(server.connections(), connections, "after {idle} seconds");
    }
    assert_eq!(server.requests(), 6);
}

/// A port whose queue of connections is full, so that Linux answers no other.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_does_not_come_is_given_up_whatever_the_time_limit() {
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

    // From here on, time passes when nothing else happens.
    tokio::time::pause();
    let began = Instant::now();
    let hour = Duration::from_secs(3600);
    let result = tokio::time::timeout(hour, Fetch::<Get>::new(&client).send()).await;
    let error = result.expect("the call ends").expect_err("nobody is there");
    assert_eq!(began.elapsed().as_secs(), 20);
    let text = error.to_string();
    let place = format!("Get: GET http://{address}/text: couldn't connect: ");
    assert!(text.starts_with(&place), "{text}");
    let Error::Transport(error) = error else {
        panic!("{error:?}");
    };
    assert!(error.is_connect(), "{error:?}");
}
