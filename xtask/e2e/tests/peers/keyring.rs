//! The keyring of a machine without a display: GNOME Keyring on a private D-Bus, no bus, and a bus that
//! never replies.

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use wiretrue::oauth::{DefaultTokenStore, KeyringTokenStore, TokenSet, TokenStore};

/// Set in a process of its own.
const INSIDE: &str = "E2E_KEYRING";
/// The address of the bus.
const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";

/// How long the keyring may take to reply in time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the daemon with an empty password, and then the test.
const WITH_KEYRING: &str = r#"
printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 9
exec "$0" "$@"
"#;

/// Completes a command by this test, in a home folder of its own.
fn run(mut command: Command, test: &str, home: &Path) -> Output {
    command
        .args([&format!("keyring::{test}"), "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("XDG_STATE_HOME", home.join("state"))
        .env_remove("XDG_DATA_HOME")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    let output = command.output();
    output.expect("install Debian's packages dbus and gnome-keyring (`.ci/run` does)")
}

fn itself() -> Command {
    Command::new(std::env::current_exe().expect("a path"))
}

fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

fn succeeds(output: &Output) {
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn the_keyring_is_chosen_where_there_is_one() {
    if is_inside() {
        return use_the_keyring().await;
    }
    let home = TempDir::new().expect("a folder");
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", WITH_KEYRING]);
    command.arg(std::env::current_exe().expect("a path"));
    let output = run(
        command,
        "the_keyring_is_chosen_where_there_is_one",
        home.path(),
    );
    succeeds(&output);
    assert!(!home.path().join("state/e2e/tokens.json").exists());
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains("the keyring entry `e2e`"), "{output:?}");
    assert!(!printed.contains("acc3ss"), "{output:?}");
}

async fn use_the_keyring() {
    // The choice waits for two seconds only, and the other tests keep the machine busy.
    let begin = Instant::now();
    let store = loop {
        let store = DefaultTokenStore::for_app("e2e").await.expect("a store");
        if store.keyring_problem().is_none() || begin.elapsed() > PATIENCE {
            break store;
        }
    };
    println!("{store} {store:?} {:?}", store.keyring_problem());
    assert!(store.load().await.expect("no error").is_none());
    let tokens = TokenSet::new("acc3ss").with_refresh_token("r3fresh");
    let lock = store.lock().await.expect("a lock");
    store.save(&tokens).await.expect("saved");
    store.save(&tokens).await.expect("replaced");
    drop(lock);
    // Another process connects anew.
    let other = KeyringTokenStore::for_app("e2e").expect("a store");
    let loaded = other.load().await.expect("no error").expect("tokens");
    assert!(loaded.refresh_token().is_some());
    other.delete().await.expect("deleted");
    other.delete().await.expect("nothing to delete");
    assert!(store.load().await.expect("no error").is_none());
}

#[tokio::test]
async fn without_a_bus_the_file_is_chosen_at_once() {
    if is_inside() {
        return use_the_file().await;
    }
    let home = TempDir::new().expect("a folder");
    let mut command = itself();
    command.env_remove(BUS);
    succeeds(&run(
        command,
        "without_a_bus_the_file_is_chosen_at_once",
        home.path(),
    ));
}

#[tokio::test]
async fn the_file_is_chosen_if_the_bus_never_replies() {
    if is_inside() {
        return use_the_file().await;
    }
    let home = TempDir::new().expect("a folder");
    let socket = home.path().join("bus");
    let _listener = UnixListener::bind(&socket).expect("a socket");
    let mut command = itself();
    command.env(BUS, format!("unix:path={}", socket.display()));
    succeeds(&run(
        command,
        "the_file_is_chosen_if_the_bus_never_replies",
        home.path(),
    ));
}

async fn use_the_file() {
    let start = Instant::now();
    let store = DefaultTokenStore::for_app("e2e").await.expect("a store");
    let elapsed = start.elapsed();
    assert!(elapsed < Duration::from_secs(4), "{elapsed:?}");
    assert!(
        store.to_string().ends_with("/state/e2e/tokens.json"),
        "{store}"
    );
    let problem = store.keyring_problem().expect("a reason");
    assert!(
        problem.starts_with("the keyring entry `e2e` can't be read: "),
        "{problem}"
    );
    store.save(&TokenSet::new("acc3ss")).await.expect("saved");
    assert!(store.load().await.expect("no error").is_some());
    // The file stays the choice, without another attempt.
    let again = DefaultTokenStore::for_app("e2e").await.expect("a store");
    assert_eq!(
        (again.to_string(), again.keyring_problem()),
        (store.to_string(), None)
    );
}
