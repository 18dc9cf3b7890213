//! Two processes that share the session of a login with oidc-provider, which rotates refresh tokens and
//! revokes all tokens of a login if it receives one twice.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use e2e::{App, Log, Peer, Person, Record, app};
use secrecy::ExposeSecret as _;

use super::api::clock::{Clock, TokioClock};
use super::api::oauth::{FileTokenStore, TokenSet, TokenStore as _};
use super::api::transport::BoxFuture;
use super::{client, user_info};

const PEER: Peer = Peer::OidcProvider;
/// How often both processes refresh.
const ROUNDS: usize = 100;
/// In this variable, a process of its own finds the file with the session.
const FILE: &str = "E2E_TOKENS";
/// The line with which it reports a round.
const DONE: &str = "round done";

/// A clock that jumps an hour with each round, so that every access token has expired.
#[derive(Clone, Default)]
struct JumpingClock(Arc<AtomicU64>);

impl JumpingClock {
    fn ahead(&self) -> Duration {
        Duration::from_secs(3600 * self.0.load(Ordering::SeqCst))
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Instant {
        TokioClock.now() + self.ahead()
    }

    fn time(&self) -> SystemTime {
        TokioClock.time() + self.ahead()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        TokioClock.sleep(time)
    }
}

async fn tokens(app: &App) -> TokenSet {
    let request = client(PEER).device_login(&app.id);
    let request = request.scopes(["openid", "offline_access"]);
    let login = request.start().await.expect("codes");
    let person = Person::at(login.verification_uri()).await;
    person.approves(login.user_code().as_str()).await;
    login.wait().await.expect("tokens")
}

/// A process that makes a call for each line on its standard input.
struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start(file: &str) -> Self {
        let program = std::env::current_exe().expect("a path");
        let name = "twilio::processes::two_processes_lose_no_token_in_a_hundred_rounds";
        let mut child = Command::new(program)
            .args([name, "--exact", "--nocapture"])
            .env(FILE, file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        Self {
            input: child.stdin.take().expect("a pipe"),
            output: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    fn tell(&mut self) {
        writeln!(self.input, "go").expect("the process listens");
    }

    fn wait(&mut self) {
        let mut line = String::new();
        while !line.contains(DONE) {
            line.clear();
            let length = self.output.read_line(&mut line).expect("text");
            assert_ne!(length, 0, "the process has ended");
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a call in each round.
async fn work(file: &str) {
    let clock = JumpingClock::default();
    let app = app("public");
    let store = FileTokenStore::new(file);
    let session = client(PEER).device_login(&app.id).clock(clock.clone());
    let core = super::builder(PEER).clock(clock.clone());
    let client = core.build().expect("a client");
    let client = client.with_tokens(session.stored_in(store));
    for line in std::io::stdin().lines() {
        line.expect("text");
        clock.0.fetch_add(1, Ordering::SeqCst);
        user_info(&client).await.expect("the claims");
        println!("{DONE}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_lose_no_token_in_a_hundred_rounds() {
    if let Ok(file) = std::env::var(FILE) {
        return work(&file).await;
    }
    let first = tokens(&app("public")).await;
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("tokens.json");
    let store = FileTokenStore::new(&file);
    store.save(&first).await.expect("saved");
    let path = file.display().to_string();
    let mut workers = [Worker::start(&path), Worker::start(&path)];
    for _ in 0..ROUNDS {
        workers.iter_mut().for_each(Worker::tell);
        workers.iter_mut().for_each(Worker::wait);
    }
    // One refresh in each round, each with the refresh token of the previous response.
    let log = Log::of(PEER).await;
    let secret = |tokens: &TokenSet| {
        let token = tokens.refresh_token().expect("a refresh token");
        token.expose_secret().to_owned()
    };
    let mut token = secret(&first);
    for round in 1..=ROUNDS {
        let gave = |record: &&Record| record.fields().any(|(_, value)| value == token);
        let refreshes: Vec<_> = log.records().filter(gave).collect();
        assert_eq!(refreshes.len(), 1, "in round {round}: {refreshes:?}");
        let next = refreshes[0].answer("refresh_token");
        token = next.expect("no `invalid_grant`").to_owned();
    }
    let last = store.load().await.expect("no error").expect("tokens");
    assert_eq!(secret(&last), token);
}
