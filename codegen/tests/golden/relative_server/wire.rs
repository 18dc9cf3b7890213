//! A document whose servers have no host: the caller gives it.

use golden_relative_server::Client;
use raw_server::{Answer, Server};

#[tokio::test]
async fn the_base_url_is_the_whole_address_and_other_paths_start_at_its_host() {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let base_url = format!("{}/api/v3", server.url());
    let client = Client::builder()
        .base_url(base_url)
        .build()
        .expect("a client");
    client.default().list_pets().await.expect("pets");
    client.default().read_admin().await.expect("nothing");
    let lines: Vec<_> = server.requests().into_iter().map(|it| it.line).collect();
    assert_eq!(
        lines,
        ["GET /api/v3/pets HTTP/1.1", "GET /admin/v1/admin HTTP/1.1"]
    );
}

#[test]
fn without_a_host_no_client_is_built() {
    let error = Client::builder().build().expect_err("no host");
    let message = error.to_string();
    assert!(
        message.contains("`ClientBuilder::base_url`, which ends in `/api/v3`"),
        "{message}"
    );
}
