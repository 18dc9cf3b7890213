//! Two processes that share a session.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use wiretrue::oauth::{FileTokenStore, TokenStore as _};

use super::support::{Folder, granted};
use crate::device::support::TestClock;
use crate::server::{Server, header, http_response};
use crate::session::support::{call, tokens};

/// How often both processes refresh.
const ROUNDS: usize = 100;

/// In this variable, a process of its own finds what it has to do.
const TASK: &str = "WIRETRUE_TEST_TASK";

/// Starts this test in a process of its own, in which [`task`] returns these words.
fn start(test: &str, words: &[&str]) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    let test = format!("store::processes::{test}");
    command.args([test.as_str(), "--exact", "--nocapture", "--test-threads=1"]);
    command.env(TASK, words.join("\n"));
    command.stdout(Stdio::piped()).stdin(Stdio::piped());
    command.spawn().expect("a process")
}

/// Returns the words that [`start`] passed to this process; `None` in the test itself.
fn task() -> Option<Vec<String>> {
    let words = std::env::var(TASK).ok()?;
    Some(words.split('\n').map(str::to_owned).collect())
}

/// An authorization server whose refresh tokens are valid once, and an API that responds when both
/// processes have called.
#[derive(Default)]
struct Rotation {
    /// The number of refreshes.
    refreshes: usize,
    /// Refresh tokens that were sent twice.
    reused: Vec<String>,
    /// The access tokens of the calls.
    used: Vec<String>,
}

async fn serve(rotation: Arc<Mutex<Rotation>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let barrier = Arc::new(Barrier::new(2));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            tokio::spawn(respond(stream, Arc::clone(&rotation), Arc::clone(&barrier)));
        }
    });
    url
}

async fn respond(mut stream: TcpStream, rotation: Arc<Mutex<Rotation>>, barrier: Arc<Barrier>) {
    let mut request = String::new();
    let mut buffer = [0; 4096];
    while !request.starts_with("GET") && !request.contains("refresh_token=")
        || !request.contains("\r\n\r\n")
    {
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        if count == 0 {
            return;
        }
        request.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    let response = if request.starts_with("GET") {
        let token = header(&request, "authorization").unwrap_or_default();
        rotation.lock().expect("a log").used.push(token.to_owned());
        barrier.wait().await;
        http_response("200 OK", "text/plain", "hello")
    } else {
        token_response(&request, &mut rotation.lock().expect("a log"))
    };
    stream.write_all(response.as_bytes()).await.expect("sent");
}

fn token_response(request: &str, rotation: &mut Rotation) -> String {
    let sent = request.split("refresh_token=").nth(1).unwrap_or_default();
    let sent = sent.split('&').next().unwrap_or_default();
    if sent != format!("r{}", rotation.refreshes) {
        rotation.reused.push(sent.to_owned());
        let body = r#"{"error":"invalid_grant"}"#;
        return http_response("400 Bad Request", "application/json", body);
    }
    rotation.refreshes += 1;
    let n = rotation.refreshes;
    let body = format!(
        r#"{{"access_token":"a{n}","refresh_token":"r{n}","token_type":"Bearer","expires_in":3600}}"#
    );
    http_response("200 OK", "application/json", &body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_never_use_a_refresh_token_twice() {
    if let Some(words) = task() {
        return refresh_in_rounds(&words[0], &words[1]).await;
    }
    let folder = Folder::with(&tokens("a0", 0).with_refresh_token("r0")).await;
    let rotation = Arc::<Mutex<Rotation>>::default();
    let url = serve(Arc::clone(&rotation)).await;
    let path = folder.path().display().to_string();
    let name = "two_processes_never_use_a_refresh_token_twice";
    let processes = [start(name, &[&url, &path]), start(name, &[&url, &path])];
    for process in processes {
        let output = tokio::task::spawn_blocking(|| process.wait_with_output());
        let output = output.await.expect("joined").expect("an end");
        assert!(output.status.success(), "{output:?}");
    }
    let stored = folder.stored().await.expect("tokens");
    let rotation = rotation.lock().expect("a log");
    assert_eq!(rotation.reused, Vec::<String>::new());
    assert_eq!(rotation.refreshes, ROUNDS);
    let mut expected: Vec<_> = (1..=ROUNDS).map(|n| format!("Bearer a{n}")).collect();
    expected = expected
        .into_iter()
        .flat_map(|it| [it.clone(), it])
        .collect();
    assert_eq!(rotation.used, expected);
    assert_eq!(stored, (format!("a{ROUNDS}"), format!("r{ROUNDS}")));
}

/// Makes a call in each round. Between two rounds, the access token expires.
async fn refresh_in_rounds(url: &str, path: &str) {
    let server = Server::at(url);
    let clock = TestClock::new();
    let client = granted(&server, &clock, FileTokenStore::new(path));
    for _ in 0..ROUNDS {
        call(&client).await.expect("a response");
        clock.pass(Duration::from_secs(3600));
    }
}

#[tokio::test]
async fn the_lock_of_a_process_that_is_killed_is_free() {
    if let Some(words) = task() {
        let store = FileTokenStore::new(PathBuf::from(&words[0]));
        let _lock = store.lock().await.expect("a lock");
        println!("locked");
        std::io::stdout().flush().expect("written");
        // Until it is killed.
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    let folder = Folder::with(&tokens("a", 0)).await;
    let path = folder.path().display().to_string();
    let mut process = start("the_lock_of_a_process_that_is_killed_is_free", &[&path]);
    let output = process.stdout.take().expect("an output");
    let mut lines = BufReader::new(output).lines();
    assert!(lines.any(|line| line.expect("a line").ends_with("locked")));
    let store = folder.store().lock_timeout(Duration::ZERO);
    store.lock().await.expect_err("held by the process");
    process.kill().expect("killed");
    process.wait().expect("an end");
    drop(store.lock().await.expect("free"));
}

#[tokio::test]
async fn another_process_reads_what_this_one_has_stored() {
    if let Some(words) = task() {
        let clock = TestClock::new();
        let client = granted(
            &Server::at(&words[0]),
            &clock,
            FileTokenStore::new(&words[1]),
        );
        call(&client).await.expect("a response");
        return;
    }
    let folder = Folder::with(&tokens("a", 3600)).await;
    let server = Server::start(vec![crate::session::grants::hello()]).await;
    let path = folder.path().display().to_string();
    let name = "another_process_reads_what_this_one_has_stored";
    let process = start(name, &[&server.url, &path]);
    let output = tokio::task::spawn_blocking(|| process.wait_with_output());
    assert!(
        output
            .await
            .expect("joined")
            .expect("an end")
            .status
            .success()
    );
    assert_eq!(header(&server.request(), "authorization"), Some("Bearer a"));
}
