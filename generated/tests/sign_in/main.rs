//! The example `sign_in`, from the first sign-in to the logout.

#[path = "../../examples/sign_in/args.rs"]
mod args;
#[path = "../../examples/sign_in/run.rs"]
mod run;
#[path = "../../examples/device_login/server/mod.rs"]
mod server;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use clap::Parser as _;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::args::Args;

/// Runs the example with a browser that approves, and returns its output.
async fn start(folder: &Path, options: &[&str]) -> Vec<String> {
    let folder = folder.display().to_string();
    let words = ["sign_in", "--verbose", "--no-open", "--folder", &folder];
    let args = Args::try_parse_from(words.iter().chain(options)).expect("arguments");
    let output = Arc::<Mutex<Vec<String>>>::default();
    let lines = Arc::clone(&output);
    let print = move |line: String| {
        if let Some((_, url)) = line.split_once("open this URL in a browser on this machine:\n") {
            tokio::spawn(approve(url.to_owned()));
        }
        lines.lock().expect("a log").push(line);
    };
    run::run(&args, print).await.expect("success");
    let output = output.lock().expect("a log");
    output.clone()
}

/// Approves a sign-in, like a user with a browser.
async fn approve(url: String) {
    let page = request("GET", &url, "", "").await;
    let after = |text: &str| {
        let (_, rest) = page.split_once(text).expect(text);
        let end = rest.find(['"', ';']).expect("an end");
        rest[..end].to_owned()
    };
    let cookie = format!("cookie: {}\r\n", after("set-cookie: "));
    let ticket = after(r#"name="ticket" value=""#);
    let origin = &url[..url.find("/authorize").expect("a path")];
    let form = format!("ticket={ticket}&decision=approve");
    let decision = format!("{origin}/authorize/decision");
    let redirect = request("POST", &decision, &cookie, &form).await;
    let (_, target) = redirect.split_once("location: ").expect("a redirect");
    let target = target.lines().next().expect("a line");
    request("GET", target, "", "").await;
}

async fn request(method: &str, url: &str, headers: &str, form: &str) -> String {
    let rest = url.strip_prefix("http://").expect("this machine");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let length = form.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("text");
    response
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

/// Returns the lines of the output that aren't about the place or the URL.
fn told(output: &[String]) -> Vec<&str> {
    let lines = output.iter().map(String::as_str);
    lines
        .filter(|line| !line.starts_with("The session is in") && !line.contains("open this URL"))
        .collect()
}

#[tokio::test]
async fn a_session_lasts_from_the_first_start_to_the_logout() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let folder = folder.path().join("example");
    let tokens = folder.join("tokens.json");

    let first = start(&folder, &["--browser"]).await;
    assert_eq!(
        told(&first),
        [
            "server: GET /.well-known/oauth-authorization-server",
            "server: GET /authorize",
            "server: POST /authorize/decision",
            "server: POST /token",
            "Signed in.",
            "server: GET /v1/userinfo",
            "Hello, Erika Example.",
        ]
    );
    #[cfg(unix)]
    for file in [&tokens, &folder.join("server.json")] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    let stored = json(&tokens);

    let second = start(&folder, &[]).await;
    assert_eq!(
        told(&second),
        [
            "You are still signed in.",
            "server: GET /v1/userinfo",
            "Hello, Erika Example.",
        ]
    );

    let logout = start(&folder, &["--logout"]).await;
    assert_eq!(
        told(&logout),
        [
            "server: GET /.well-known/oauth-authorization-server",
            "server: POST /revoke",
            "server: POST /revoke",
            "Signed out.",
        ]
    );
    assert!(!tokens.exists());
    let server = json(&folder.join("server.json"));
    assert_eq!(server, serde_json::json!({"refresh": {}, "access": {}}));
    let again = start(&folder, &["--logout"]).await;
    assert_eq!(told(&again), ["You weren't signed in."]);

    let third = start(&folder, &["--browser"]).await;
    assert!(told(&third).contains(&"server: POST /token"), "{third:?}");

    let output = [first, second, logout, again, third].concat().join("\n");
    for tokens in [stored, json(&tokens)] {
        for secret in ["access_token", "refresh_token"] {
            let secret = tokens[secret].as_str().expect(secret);
            assert!(!output.contains(secret), "{output}");
        }
    }
}
