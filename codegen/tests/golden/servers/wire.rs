//! Where calls go: the server that is chosen, an operation's own, a base URL.

use golden_servers::{Client, Error, Server as ApiServer};
use raw_server::{Answer, Server};

async fn server() -> Server {
    Server::start([Answer::with_headers(204, &[], "")]).await
}

fn port(server: &Server) -> String {
    let (_, port) = server
        .url()
        .rsplit_once(':')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a port");
    port
}

#[tokio::test]
async fn a_server_is_chosen_and_its_variables_are_set() {
    let local = server().await;
    let client = Client::builder()
        .server(ApiServer::ON_THIS_MACHINE)
        .port(port(&local))
        .build()
        .expect("the client is complete");
    client.default().send_message().await.expect("sent");
    client.default().again().await.expect("again");
    // A server without a host is a path of the one that is chosen.
    client.default().read_status().await.expect("well");
    let requests = local.requests();
    let lines: Vec<_> = requests.iter().map(|it| it.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "POST /messages HTTP/1.1",
            "GET /again HTTP/1.1",
            "GET /internal/status HTTP/1.1",
        ]
    );
    let host = format!("127.0.0.1:{}", port(&local));
    assert_eq!(requests[0].header("host"), Some(host.as_str()));
}

#[tokio::test]
async fn an_operation_goes_to_its_own_server_unless_it_knows_the_chosen_one() {
    let (local, uploads) = (server().await, server().await);
    let builder = || {
        Client::builder()
            .server(ApiServer::ON_THIS_MACHINE)
            .port(port(&local))
            .upload_port(port(&uploads))
    };
    let client = builder().bucket("archive").build().expect("a client");
    client.default().write_file("7").await.expect("written");
    assert_eq!(uploads.requests()[0].line, "PUT /archive/files/7 HTTP/1.1");
    client.default().read_here().await.expect("here");
    assert_eq!(local.requests()[0].line, "GET /here HTTP/1.1");
    let client = builder().bucket("elsewhere").build().expect("a client");
    let error = client
        .default()
        .write_file("7")
        .await
        .expect_err("no bucket");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert!(
        error.to_string().contains("may be main, archive"),
        "{error}"
    );
}

#[tokio::test]
async fn a_base_url_holds_for_every_call() {
    let (all, one) = (server().await, server().await);
    let client = Client::builder().base_url(format!("{}/base", all.url()));
    let client = client.build().expect("a client");
    client.default().write_file("7").await.expect("written");
    let call = client.default().write_file("8");
    call.options(|options| options.base_url(one.url()))
        .await
        .expect("written");
    assert_eq!(all.requests()[0].line, "PUT /base/files/7 HTTP/1.1");
    assert_eq!(one.requests()[0].line, "PUT /files/8 HTTP/1.1");
}

#[test]
fn a_value_that_a_variable_may_not_have_is_told() {
    let error = Client::builder()
        .region("mars1")
        .build()
        .expect_err("no such region");
    let message = error.to_string();
    assert!(
        message.contains("`region` is `mars1`, and may be us1, ie1, au1"),
        "{message}"
    );
    let sandbox = Client::builder().server(ApiServer::SANDBOX).region("ie1");
    let message = sandbox.build().expect_err("it has no regions").to_string();
    assert!(message.contains("has no variable `region`"), "{message}");
}
