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

/// Connections that aren't established: the accept queue of the port is full, so Linux drops their
/// SYN.
#[cfg(target_os = "linux")]
mod stalled {
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant, SystemTime};

    use tokio::io::AsyncWriteExt;
    use tokio::net::{TcpListener, TcpSocket, TcpStream};
    use wiretrue::clock::{Clock, TokioClock};
    use wiretrue::transport::BoxFuture;
    use wiretrue::{Error, RetryPolicy};

    use super::super::support::{Get, Post, head, kept};
    use crate::api::{BuildApi as _, Client, Fetch};

    /// Returns a listener whose accept queue is full, its URL, and the connection that fills the queue.
    async fn full() -> (TcpListener, String, TcpStream) {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = "127.0.0.1:0".parse().expect("an address");
        socket.bind(any).expect("a port");
        let listener = socket.listen(0).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let first = TcpStream::connect(address).await.expect("room for one");
        (listener, format!("http://{address}"), first)
    }

    /// Asserts how long the only attempt of a call waits for a connection.
    async fn assert_connect_timeout(timeout: Option<u64>, attempt: Option<u64>, expected: u64) {
        let (_listener, url, _first) = full().await;
        let client = Client::builder()
            .base_url(&url)
            .timeout(timeout.map(Duration::from_secs))
            .attempt_timeout(attempt.map(Duration::from_secs))
            .retry(RetryPolicy::never());
        let client = client.build().expect("a client");
        let began = tokio::time::Instant::now();
        let hour = Duration::from_secs(3600);
        let result = tokio::time::timeout(hour, Fetch::<Get>::new(&client).send()).await;
        let error = result.expect("the call ends").expect_err("no connection");
        assert_eq!(began.elapsed().as_secs(), expected);
        let text = error.to_string();
        let place = format!("Get: GET {url}/text: couldn't connect: ");
        assert!(text.starts_with(&place), "{text}");
        let Error::Transport(error) = error else {
            panic!("{error:?}");
        };
        assert!(error.is_connect(), "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn connecting_takes_a_third_of_the_time_limit_at_most() {
        for (timeout, expected) in [(None, 20), (Some(300), 20), (Some(30), 10), (Some(2), 1)] {
            assert_connect_timeout(timeout, None, expected).await;
        }
        // Half of the time limit of an attempt.
        assert_connect_timeout(Some(30), Some(6), 3).await;
        assert_connect_timeout(None, Some(6), 3).await;
    }

    /// A clock that makes room in the accept queue during the first wait.
    #[derive(Clone)]
    struct MakesRoom(Arc<Mutex<Option<TcpListener>>>);

    impl Clock for MakesRoom {
        fn now(&self) -> Instant {
            TokioClock.now()
        }

        fn time(&self) -> SystemTime {
            TokioClock.time()
        }

        fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
            let listener = self.0.lock().expect("the listener").take();
            Box::pin(async move {
                if let Some(listener) = listener {
                    listener.accept().await.expect("the first connection");
                    tokio::spawn(respond(listener));
                }
                TokioClock.sleep(time).await;
            })
        }
    }

    /// Responds to every request.
    async fn respond(listener: TcpListener) {
        while let Ok((mut stream, _)) = listener.accept().await {
            if head(&mut stream).await.is_some() {
                let fine = kept("200 OK", "", "fine");
                stream.write_all(fine.as_bytes()).await.expect("a client");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_connection_attempt_is_retried_within_the_default_limit() {
        let (listener, url, _first) = full().await;
        let clock = MakesRoom(Arc::new(Mutex::new(Some(listener))));
        let client = Client::builder().base_url(&url).clock(clock);
        let client = client.build().expect("a client");
        let began = tokio::time::Instant::now();
        let output = Fetch::<Post>::new(&client).send().await;
        assert_eq!(output.expect("a response"), "fine");
        assert_eq!(began.elapsed().as_secs(), 10);
    }
}
