//! A default client trusts the platform's certificate authorities. On Linux, both rustls and OpenSSL read
//! `SSL_CERT_FILE`, once for each process, so each test starts a program of its own.

use std::path::PathBuf;
use std::process::{Command, Output};

use raw_server::{Answer, Server};
use tempfile::TempDir;

use crate::server::{Authority, Https};
use crate::{HERE, REASONS, assert_signed_in, token};

/// Runs the program with this authority as the only trusted one.
async fn run(authority: &Authority, server: &Https) -> Output {
    let folder = TempDir::new().expect("a folder");
    let certificates: PathBuf = folder.path().join("certificates.pem");
    std::fs::write(&certificates, &authority.pem).expect("it is written");
    let mut program = Command::new(env!("CARGO_BIN_EXE_signs-in"));
    program
        .arg(server.url())
        .env("SSL_CERT_FILE", &certificates)
        .env_remove("SSL_CERT_DIR");
    let output = tokio::task::spawn_blocking(move || program.output()).await;
    output.expect("no panic").expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it is text")
}

#[tokio::test]
async fn an_authority_that_the_platform_trusts_is_trusted() {
    let authority = Authority::new("ours");
    let server = Https::start(&authority, HERE, [token()]).await;
    let output = run(&authority, &server).await;
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), "signed in\n");
    assert_eq!(server.handshakes(), [Ok(())]);
    assert_signed_in(&server);
}

#[tokio::test]
async fn an_authority_that_the_platform_does_not_trust_is_not_trusted() {
    let server = Https::start(&Authority::new("ours"), HERE, [token()]).await;
    let output = run(&Authority::new("another"), &server).await;
    let error = text(&output.stderr);
    assert!(error.contains(REASONS[0]), "{error}");
    assert!(!output.status.success());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_not_followed() {
    let plain = Server::start([token()]).await;
    let there = format!("{}/v1/token", plain.url());
    let redirect = Answer::with_headers(307, &[("location", &there)], "");
    let authority = Authority::new("ours");
    let server = Https::start(&authority, HERE, [redirect]).await;
    let output = run(&authority, &server).await;
    let told = format!(
        "CreateToken: 307 Temporary Redirect: redirects to {there}, which isn't followed, because it isn't \
         https
"
    );
    assert_eq!(text(&output.stderr), told);
    assert_signed_in(&server);
    assert_eq!(plain.connections(), 0);
}
