use std::time::{Duration, Instant};

use reqwest::{Certificate, Client};
use url::Url;

use self::https::{Https as Server, Reply};
use super::{Download, Downloader, Https, LIMITS, Limits};
use crate::remote::policy::Policy;

#[path = "../../../tests/https/mod.rs"]
mod https;

/// Downloads a path of a server, which is an allowed host.
fn get(server: &Server, path: &str, limits: Limits) -> Result<Download, String> {
    let policy = Policy::new(&["127.0.0.1".to_owned()]);
    let authority = Certificate::from_pem(server.authority.as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([authority]).no_proxy();
    let mut downloader = Downloader {
        https: Some(Https::new(policy.clone(), client).unwrap()),
        limits,
        ..Downloader::new(policy)
    };
    let address = Url::parse(&server.url(path)).unwrap();
    downloader.get(&address).map_err(|error| error.reason)
}

#[test]
fn a_document_is_requested_without_credentials_and_cookies() {
    let server = Server::start();
    server.reply("/a?b=c", "openapi: 3.1.0");
    let download = get(&server, "/a?b=c", LIMITS).unwrap();
    assert_eq!(download.content, b"openapi: 3.1.0");
    assert_eq!(download.address.as_str(), server.url("/a?b=c"));
    let [request] = &server.requests()[..] else {
        panic!("one request")
    };
    let mut lines: Vec<_> = request.trim_end().lines().collect();
    lines[1..].sort_unstable();
    let host = server.url("").replace("https://", "host: ");
    assert_eq!(
        lines,
        [
            "GET /a?b=c HTTP/1.1",
            "accept: application/yaml, application/json, application/vnd.oai.openapi, */*;q=0.5",
            &host,
            "user-agent: wiretrue/0.1.0",
        ]
    );
}

#[test]
fn five_redirects_are_followed_and_no_sixth() {
    let server = Server::start();
    for step in 0..6 {
        server.reply(
            &format!("/{step}"),
            Reply::Redirect(format!("{}#x", step + 1)),
        );
    }
    server.reply("/6", "end");
    let download = get(&server, "/1", LIMITS).unwrap();
    assert_eq!(download.content, b"end");
    assert_eq!(download.address.as_str(), server.url("/6"));
    assert_eq!(
        get(&server, "/0", LIMITS).err().unwrap(),
        "it redirects more than 5 times"
    );
}

#[test]
fn a_redirect_leads_only_to_allowed_addresses() {
    let server = Server::start();
    for (to, why) in [
        (
            "http://127.0.0.1/x",
            "http://127.0.0.1/x, which isn't an `https:` address",
        ),
        (
            "https://u:hidden@127.0.0.1/x",
            "https://127.0.0.1/x, which has credentials",
        ),
        (
            "https://localhost/x",
            "https://localhost/x, which is on the host `localhost`, which isn't allowed",
        ),
        (
            "file:///etc/passwd",
            "file:///etc/passwd, which isn't an `https:` address",
        ),
    ] {
        server.reply("/", Reply::Redirect(to.to_owned()));
        assert_eq!(
            get(&server, "/", LIMITS).err().unwrap(),
            format!("it redirects to {why}")
        );
    }
    server.reply("/", Reply::Redirect("https://".to_owned()));
    assert_eq!(
        get(&server, "/", LIMITS).err().unwrap(),
        "it redirects to an invalid address"
    );
}

#[test]
fn a_name_with_private_addresses_only_is_not_connected_to() {
    let server = Server::start();
    let policy = Policy::new(&["*".to_owned()]);
    let https = Https::new(policy, Client::builder().no_proxy()).unwrap();
    let address = server.url("/").replace("127.0.0.1", "localhost");
    let error = https
        .get(&Url::parse(&address).unwrap(), LIMITS)
        .err()
        .unwrap();
    assert_eq!(error.reason, "the host `localhost` has no public address");
}

#[test]
fn a_document_that_is_too_large_is_not_read() {
    let server = Server::start();
    let limits = Limits { size: 1, ..LIMITS };
    let largest = vec![b' '; 1 << 20];
    server.reply("/most", Reply::Content(largest.clone()));
    assert_eq!(get(&server, "/most", limits).unwrap().content, largest);
    server.reply("/declared", Reply::Content([&largest[..], b" "].concat()));
    server.reply("/endless", Reply::Endless(2 << 20));
    for path in ["/declared", "/endless"] {
        assert_eq!(
            get(&server, path, limits).err().unwrap(),
            "it is larger than 1 MiB"
        );
    }
}

#[test]
fn a_server_that_stalls_is_given_up() {
    let server = Server::start();
    server.reply("/", Reply::Stall);
    let limits = Limits {
        time: Duration::from_millis(200),
        ..LIMITS
    };
    let begin = Instant::now();
    assert_eq!(
        get(&server, "/", limits).err().unwrap(),
        "it didn't arrive within 200ms"
    );
    assert!(begin.elapsed() < Duration::from_secs(20));
    let limits = Limits {
        total_time: Duration::ZERO,
        ..LIMITS
    };
    assert_eq!(
        get(&server, "/", limits).err().unwrap(),
        "the remote documents took more than 0ns together"
    );
}

#[test]
fn a_body_that_is_compressed_or_incomplete_is_an_error() {
    let server = Server::start();
    for (head, said) in [
        (
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\x1f\x08",
            "the server compresses it, although the request doesn't allow that",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nopenapi: ",
            "end of file before message length reached",
        ),
    ] {
        server.reply("/", Reply::Raw(head));
        assert_eq!(get(&server, "/", LIMITS).err().unwrap(), said);
    }
}

#[test]
fn only_status_200_has_a_document_and_an_unknown_authority_is_not_trusted() {
    let server = Server::start();
    server.reply("/", Reply::Status(401));
    assert_eq!(
        get(&server, "/", LIMITS).err().unwrap(),
        "the server responded with 401 Unauthorized"
    );
    let mut other = Server::start();
    other.authority.clone_from(&server.authority);
    let error = get(&other, "/", LIMITS).err().unwrap();
    assert!(error.contains("invalid peer certificate"), "{error}");
    assert_eq!(other.requests(), [""; 0]);
}
