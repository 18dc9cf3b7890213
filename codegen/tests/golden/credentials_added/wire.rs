//! The first scheme of a kind has a short name, and the second one is named after its key.

use golden_credentials_added::Client;
use raw_server::{Answer, Server};

#[tokio::test]
async fn each_scheme_has_its_own_credentials() {
    let server = Server::start([Answer::new(204, "", ""), Answer::new(204, "", "")]).await;
    let client = Client::builder()
        .base_url(server.url())
        .unused("unused")
        .api_key("public")
        .bearer_auth("service")
        .admin_key("admin")
        .admin("boss")
        .build()
        .expect("the client is complete");
    client.reports().list_reports().await.expect("reports");
    client.reports().delete_reports().await.expect("no reports");

    let [list, delete] = server.requests().try_into().expect("two requests");
    assert_eq!(list.line, "GET /reports HTTP/1.1");
    assert_eq!(list.header("x-public-key"), Some("public"));
    assert_eq!(list.header("authorization"), Some("Bearer service"));
    assert_eq!(list.header("x-unused"), None);
    assert_eq!(delete.line, "DELETE /reports?admin_key=admin HTTP/1.1");
    assert_eq!(delete.header("x-public-key"), None);
    assert_eq!(delete.header("authorization"), Some("Bearer boss"));
}
