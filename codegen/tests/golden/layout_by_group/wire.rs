//! Each group of operations is a module that has the types that only it uses.

use golden_layout_by_group::models::{self, Address, Problem};
use golden_layout_by_group::models_api::Shape;
use golden_layout_by_group::pets::{Kind, ListPets, ListPetsOutput, Pet};
use golden_layout_by_group::{Client, owners};
use raw_server::{Answer, Server};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
}

#[tokio::test]
async fn types_of_groups_are_sent_and_received() {
    let server = Server::start([
        Answer::json(200, r#"[{"name":"Rex","kind":"dog","toys":[{"of":"cat"}]}]"#),
        Answer::json(201, r#"{"name":"Tom","home":{"street":"Main"}}"#),
        Answer::json(200, r#"{"home":{"street":"Main"}}"#),
        Answer::json(200, r#"{"side":2}"#),
    ])
    .await;
    let client = client(&server);
    let ListPetsOutput::Ok(pets) = client.pets().list_pets().kind(Kind::Dog).await.expect("pets")
    else {
        panic!("pets are listed");
    };
    let toy = &pets[0].toys.as_ref().expect("toys")[0];
    let toy: &models::ListPets = toy;
    assert_eq!(toy.of, Some(Kind::Cat));

    let home = Address::new().with_street("Main");
    let added = client.pets().add_pet(Pet::new("Tom").with_home(home.clone())).await;
    assert_eq!(added.expect("a pet").home, Some(home.clone()));
    let owner: owners::Owner = client.owners().fetch_owner("1").await.expect("an owner");
    assert_eq!(owner.home, Some(home));
    let shape = client.models_api().list_models().await.expect("a shape");
    assert!(matches!(shape, Shape::Square(square) if square.side == models::Side::N2));

    let requests = server.requests();
    assert_eq!(requests[0].line, "GET /pets?kind=dog HTTP/1.1");
    assert_eq!(requests[1].line, "POST /pets HTTP/1.1");
    assert_eq!(requests[1].body, br#"{"name":"Tom","home":{"street":"Main"}}"#);
    assert_eq!(requests[2].line, "GET /owners/1 HTTP/1.1");
    assert_eq!(requests[3].line, "GET /models HTTP/1.1");
}

#[tokio::test]
async fn errors_that_groups_share_are_in_models() {
    let server = Server::start([Answer::json(400, r#"{"title":"No"}"#)]).await;
    let error = client(&server).pets().list_pets().await.expect_err("an error");
    let problem: Problem = error.as_api().expect("a response").body().expect("a problem");
    assert_eq!(problem.title, "No");
}

#[test]
fn templates_have_the_paths_of_the_modules() {
    assert_eq!(ListPets::PATH, "/pets");
    assert_eq!(Pet::type_path(), "golden_layout_by_group::pets::Pet");
    assert_eq!(Problem::type_path(), "golden_layout_by_group::models::Problem");
}
