//! Polls to which others respond: captive portals, gateways, and an endpoint that has moved.

use std::sync::{Arc, Mutex};
use wiretrue::oauth::{DeviceLoginError, DeviceLoginProgress};

use super::polling::{pending, polls};
use super::support::{Script, codes, error, json, typed};

#[tokio::test]
async fn responses_of_others_do_not_end_the_login() {
    let portal = "<!DOCTYPE html><title>Hotel Wi-Fi</title><p>Enter your room number";
    let times = polls(
        codes(""),
        [
            pending(),
            typed(200, "text/html; charset=utf-8", portal),
            typed(200, "application/xhtml+xml", "Welcome"),
            json(200, "\n<html></html>"),
            pending(),
        ],
    );
    assert_eq!(times.await, [5.0, 10.0, 20.0, 40.0, 80.0, 85.0]);
    for other in [
        json(404, r#"{"status":404,"error":"Not Found"}"#),
        typed(404, "text/html", "<h1>Not Found</h1>"),
        typed(403, "text/html", portal),
        typed(410, "text/plain", "Gone"),
        typed(302, "text/plain", "").with("location", "http://wifi.example/"),
        error("temporarily_unavailable"),
        json(200, r#"{"error":"temporarily_unavailable"}"#),
        error("server_error"),
        json(503, r#"{"error":"server_error"}"#),
    ] {
        let times = polls(codes(""), [other.clone(), pending()]).await;
        assert_eq!(times, [5.0, 15.0, 20.0], "{other:?}");
    }
}

#[tokio::test]
async fn a_portal_that_stays_ends_the_login_with_the_code_and_is_never_printed_whole() {
    let secret = "s3cret-of-the-portal";
    let long = "Welcome! ".repeat(1000);
    let page = format!("<title>Hotel</title><p>{long}<p>{secret}</p>");
    let portal = |status| typed(status, "text/html", &page);
    let script = Script::new([
        codes(r#","expires_in":40"#),
        portal(200),
        portal(404),
        portal(200),
    ]);
    let log = Arc::<Mutex<Vec<String>>>::default();
    let lines = Arc::clone(&log);
    let login = script.start().await.on_progress(move |progress| {
        let DeviceLoginProgress::Unavailable { error, .. } = progress else {
            panic!("{progress:?}")
        };
        let line = format!("{error} {error:?}");
        lines.lock().expect("not poisoned").push(line);
    });
    let outcome = login.wait().await;
    assert!(matches!(outcome, Err(DeviceLoginError::ExpiredToken)));
    let log = log.lock().expect("not poisoned");
    assert_eq!((script.polls(), log.len()), (vec![5.0, 15.0, 35.0], 3));
    assert!(log.iter().all(|line| !line.contains(secret)), "{log:?}");
    let page = "CreateToken: 200 OK: the body (text/html) isn't JSON";
    assert!(log[0].starts_with(page), "{log:?}");
    assert!(
        log[1].starts_with("CreateToken: 404 Not Found: Hotel"),
        "{log:?}"
    );
}
