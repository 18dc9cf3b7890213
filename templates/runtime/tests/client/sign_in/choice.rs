//! The choice between a browser and the device login.

#[cfg(target_os = "linux")]
use std::process::Command;
use std::time::Duration;

use wiretrue::RetryPolicy;
use wiretrue::codegen::EndpointFlow;
use wiretrue::oauth::{SignIn, SignInError, SignInPrompt};

use super::support::{ENDPOINTS, json, metadata, server, sign_in};
use crate::api::{BuildApi as _, Client};
use crate::device::support::Flow;
use crate::server::Server;

const CODES: &str = r#"{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://a.example/device","expires_in":1}"#;

fn client(url: &str) -> Client {
    let client = Client::builder().base_url(url).retry(RetryPolicy::never());
    client.build().expect("a client")
}

/// A sign-in with both ways.
fn both(url: &str) -> SignIn {
    let flow = EndpointFlow::new(client(url), ENDPOINTS);
    SignIn::new(flow, "app").or_device(Flow::new(client(url)))
}

/// Runs in a process of its own, whose environment the other test sets.
#[tokio::test]
async fn child() {
    let Ok(ways) = std::env::var("SIGN_IN_WAYS") else {
        return;
    };
    // Nobody listens there, so the device login ends with an error of its request.
    let url = "http://127.0.0.1:1";
    let sign_in = match ways.as_str() {
        "both" => both(url),
        "both, browser" => both(url).browser(),
        "both, device" => both(url).device(),
        "browser" => sign_in(url),
        "device" => SignIn::new(Flow::new(client(url)), "app").or_device(Flow::new(client(url))),
        other => panic!("{other}"),
    };
    let sign_in = sign_in.timeout(Duration::ZERO).on_prompt(|prompt| {
        let SignInPrompt::Browser(prompt) = prompt else {
            panic!("{prompt:?}");
        };
        println!("<opens {}>", prompt.opens_browser());
    });
    match sign_in.open_browser(false).await {
        Err(SignInError::TimedOut) => println!("<browser>"),
        Err(SignInError::Request(error)) if error.is_connect() => println!("<device>"),
        other => println!("<{other:?}>"),
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_environment_and_the_caller_choose() {
    const DISPLAY: (&str, &str) = ("DISPLAY", ":7");
    const SSH: (&str, &str) = ("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
    for (ways, variables, expected) in [
        ("both", &[DISPLAY][..], "<browser>"),
        ("both", &[("WAYLAND_DISPLAY", "wayland-7")], "<browser>"),
        ("both", &[], "<device>"),
        ("both", &[DISPLAY, SSH], "<device>"),
        ("both", &[DISPLAY, ("SSH_TTY", "/dev/pts/0")], "<device>"),
        ("both, browser", &[SSH], "<browser>"),
        ("both, device", &[DISPLAY], "<device>"),
        ("browser", &[SSH], "<browser>"),
        ("device", &[DISPLAY], "<device>"),
    ] {
        let program = std::env::current_exe().expect("a path");
        let child = Command::new(program)
            .args(["--exact", "sign_in::choice::child", "--nocapture"])
            .env_clear()
            .envs(variables.iter().copied())
            .env("SIGN_IN_WAYS", ways)
            .output()
            .expect("a process");
        let output = String::from_utf8_lossy(&child.stdout);
        assert!(output.contains(expected), "{ways} {variables:?}: {output}");
    }
}

#[tokio::test]
async fn an_issuer_offers_the_device_login_if_its_metadata_does() {
    let device = r#","device_authorization_endpoint":"{url}/device""#;
    let server = Server::start_with(|url| {
        let metadata = metadata(url, &device.replace("{url}", url));
        vec![json("200 OK", &metadata), json("200 OK", CODES)]
    })
    .await;
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let login = sign_in("http://127.0.0.1:1")
        .issuer(&server.url)
        .device()
        .on_prompt(move |prompt| {
            assert!(matches!(prompt, SignInPrompt::Device(_)));
            sender.send(prompt.to_string()).expect("a receiver");
        });
    let error = login.await.expect_err("the code expires");
    assert!(matches!(error, SignInError::TimedOut), "{error:?}");
    assert_eq!(
        receiver.recv().await.as_deref(),
        Some(
            "To sign in, open this page on any device:\nhttps://a.example/device\nand enter the \
             code: WDJB-MJHT"
        )
    );
    assert!(server.requests()[1].starts_with("POST /device HTTP/1.1"));
}

#[tokio::test]
async fn an_issuer_that_offers_nothing_is_an_error() {
    let server = Server::start_with(|url| {
        let metadata = format!(r#"{{"issuer":"{url}","token_endpoint":"{url}/token"}}"#);
        vec![json("200 OK", &metadata)]
    })
    .await;
    let error = sign_in("http://127.0.0.1:1").issuer(&server.url).await;
    assert_eq!(
        error.expect_err("an error").to_string(),
        "no authorization endpoint is known: set the issuer, or the authorization URL"
    );
}

#[tokio::test]
async fn instructions_contain_no_control_characters_of_the_server() {
    let codes = CODES
        .replace("WDJB-MJHT", r"A\u001b[2J\nB")
        .replace("/device", r"/\u001b]0;x\u0007");
    let server = server(vec![json("200 OK", &codes)]).await;
    let flow = Flow::new(client(&server.url));
    let login = SignIn::new(EndpointFlow::new(client(&server.url), ENDPOINTS), "app")
        .or_device(flow)
        .device()
        .on_prompt(|prompt| {
            let shown = prompt.to_string();
            assert!(shown.lines().all(|line| !line.contains(char::is_control)));
            assert_eq!(shown.lines().count(), 3, "{shown}");
        });
    assert!(login.await.is_err(), "the code expires");
}
