//! Sign-ins without an async runtime.

use std::sync::mpsc;
use std::thread;

use secrecy::ExposeSecret;
use tokio::runtime::Builder;
use wiretrue::oauth::SignInPrompt;

use super::support::{TOKENS, get, json, server, sign_in};

#[test]
fn a_sign_in_blocks_until_the_browser_returns() {
    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all();
    let runtime = runtime.build().expect("a runtime");
    let server = runtime.block_on(server(vec![json("200 OK", TOKENS), json("200 OK", TOKENS)]));
    let (sender, receiver) = mpsc::channel();
    let login = sign_in(&server.url).browser().open_browser(false);
    let login = login.on_prompt(move |prompt| {
        if let SignInPrompt::Browser(prompt) = prompt {
            sender.send(prompt.url().to_owned()).expect("a receiver");
        }
    });
    let waiting = thread::spawn(move || login.wait_blocking());
    let url = url::Url::parse(&receiver.recv().expect("a URL")).expect("a URL");
    let parameter = |name: &str| {
        let mut pairs = url.query_pairs();
        let pair = pairs.find(|(key, _)| key == name);
        pair.expect("a parameter").1.into_owned()
    };
    let mut uri = url::Url::parse(&parameter("redirect_uri")).expect("a URL");
    let state = parameter("state");
    uri.query_pairs_mut()
        .extend_pairs([("code", "c"), ("state", state.as_str())]);
    runtime.block_on(get(&uri));
    let tokens = waiting.join().expect("no panic").expect("tokens");
    let refreshed = sign_in(&server.url).refresh_blocking(&tokens);
    let refreshed = refreshed.expect("tokens");
    assert_eq!(refreshed.access_token().expose_secret(), "a");
}
