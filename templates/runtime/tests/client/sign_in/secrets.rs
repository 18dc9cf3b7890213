//! What is printed and logged of a sign-in.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wiretrue::oauth::SignInPrompt;

use crate::tracing::kept::subscribe;

use super::support::{Running, TOKENS, body, fields, json, server, sign_in};

/// Collects everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for &Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut log = self.0.lock().expect("not poisoned");
        writeln!(log, "{field}={value:?}").expect("written");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut &*self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut &*self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn no_secret_is_printed_or_logged() {
    let log = Log::default();
    let _guard = subscribe(log.clone());
    let server = server(vec![json("200 OK", TOKENS)]).await;
    let login = sign_in(&server.url)
        .client_secret("cl1ent")
        .param("login_hint", "h1nt");
    let printed = format!("{login:?}");
    assert!(printed.contains("app"), "{printed}");
    let running = Running::start(login).await;
    let state = running.state();
    running.approve().await;
    let tokens = running.end().await.expect("tokens");
    let logged = log.0.lock().expect("not poisoned").clone();
    assert!(
        logged.contains("url.full"),
        "the request is logged: {logged}"
    );
    let verifier = fields(body(&server.request()))
        .into_iter()
        .find_map(|(name, value)| (name == "code_verifier").then_some(value));
    let printed = format!("{printed}{tokens:?}{logged}");
    for secret in ["c0de", "cl1ent", "h1nt", &state, &verifier.expect("one")] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
}

#[tokio::test]
async fn a_prompt_prints_its_url_only_on_purpose() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let login = sign_in("http://127.0.0.1:1").browser().open_browser(false);
    let login = login
        .timeout(std::time::Duration::ZERO)
        .on_prompt(move |prompt| {
            let SignInPrompt::Browser(browser) = prompt else {
                panic!("{prompt:?}");
            };
            let texts = (format!("{prompt:?}"), prompt.to_string());
            sender
                .send((texts, browser.url().to_owned()))
                .expect("a receiver");
        });
    assert!(login.await.is_err());
    let ((debug, display), url) = receiver.recv().expect("a prompt");
    assert!(!debug.contains("state"), "{debug}");
    assert_eq!(
        display,
        format!("To sign in, open this URL in a browser on this machine:\n{url}")
    );
}
