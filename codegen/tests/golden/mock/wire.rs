//! A mock answers as the document says, and what it says is read by the same code as a server's.
#![cfg(feature = "mock")]

use golden_mock::apis::{
    AddPet, GetPet, GetPetCsv, GetPetPng, ListPets, MovePet, MovePetOutput, RemovePet, WashPet,
};
use golden_mock::mock::{Mock, MockReply, Mocked};
use golden_mock::{Client, models};
use serde_json::json;

fn pet(name: &str) -> models::Pet {
    models::Pet::new(name, "s3cret")
        .with_id("7")
        .with_owner(models::Owner::new("Ada"))
        .with_hint("engine")
}

#[tokio::test]
async fn what_only_answers_have_is_written_and_what_only_requests_have_is_not() {
    let mock = Mock::new();
    mock.on::<AddPet>().reply(pet("Rex"));
    let call = Client::mocked(&mock).pets().add_pet(pet("Rex"));
    let answer = call.response().await.expect("a pet");
    assert_eq!(answer.status.as_u16(), 201);
    assert_eq!(answer.headers["content-type"], "application/hal+json");
    assert_eq!(answer.body.id.as_deref(), Some("7"));
    assert_eq!(answer.body.owner.map(|it| it.name).as_deref(), Some("Ada"));
    assert_eq!((answer.body.secret, answer.body.hint), (None, None));

    // The same model as a request.
    let requests = mock.requests::<AddPet>();
    assert_eq!(
        requests[0].json(),
        json!({"name": "Rex", "secret": "s3cret", "hint": "engine"})
    );
    assert_eq!(requests[0].header("x-key"), Some("mock"));
    assert_eq!(requests[0].uri, "https://acme.example.com/v1/pets");
    mock.verify();
}

#[tokio::test]
async fn each_body_has_its_status_and_media_type() {
    let mock = Mock::new();
    let api = Client::mocked(&mock).pets();
    mock.on::<MovePet>()
        .reply(MovePetOutput::Ok(Box::new(pet("Rex"))))
        .then()
        .reply(MovePetOutput::NoContent)
        .then()
        .reply(MovePetOutput::Status2xx(
            models::Ticket::new(3).with_left(2),
        ));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let answer = api.move_pet("7").response().await.expect("an answer");
        if let MovePetOutput::Status2xx(ticket) = &answer.body {
            assert_eq!((ticket.number, ticket.left), (3, 2));
        }
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [200, 204, 201]);

    mock.on::<WashPet>()
        .reply(None)
        .then()
        .reply(Some(pet("Rex")));
    let clean = api.wash_pet("7").response().await.expect("an answer");
    assert_eq!((clean.status.as_u16(), clean.body), (204, None));
    let dirty = api.wash_pet("7").await.expect("an answer");
    assert_eq!(dirty.map(|it| it.name).as_deref(), Some("Rex"));

    mock.on::<RemovePet>().reply(());
    let gone = api.remove_pet("7").response().await.expect("an answer");
    assert_eq!(gone.status.as_u16(), 204);

    // One operation, three calls that ask for different media types.
    let cat = models::Cat::new().with_lives(9);
    let visit = models::Visit::new(cat, "fleas".to_owned()).with_manners(models::Manners::new());
    mock.on::<GetPet>().reply(visit);
    mock.on::<GetPetPng>().reply(&b"\x89PNG"[..]);
    mock.on::<GetPetCsv>().reply("7,Rex");
    let visit = api.get_pet("7").await.expect("a visit");
    assert!(
        matches!(&visit.by, models::VisitBy::Cat(cat) if cat.lives == Some(9)),
        "{visit:?}"
    );
    assert!(
        matches!(&visit.about, models::VisitAbout::String(it) if it == "fleas"),
        "{visit:?}"
    );
    assert_eq!(visit.manners.map(|it| it.bites), Some(true));
    let picture = api.get_pet_png("7").response().await.expect("a picture");
    assert_eq!(picture.headers["content-type"], "image/png");
    assert_eq!(&picture.body[..], b"\x89PNG");
    assert_eq!(api.get_pet_csv("7").await.expect("text"), "7,Rex");
    mock.verify();
}

#[tokio::test]
async fn pages_come_one_after_another() {
    let mock = Mock::new();
    let page = |names: [&str; 2]| models::Page::new().with_pets(names.map(pet));
    mock.on::<ListPets>()
        .reply(page(["a", "b"]).with_next("2"))
        .then()
        .reply(page(["c", "d"]))
        .times(1);
    let pets = Client::mocked(&mock)
        .pets()
        .list_pets()
        .items()
        .collect()
        .await;
    let names: Vec<_> = pets
        .expect("all pets")
        .into_iter()
        .map(|it| it.name)
        .collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    let requests = mock.requests::<ListPets>();
    assert_eq!(requests[0].query(), []);
    assert_eq!(requests[1].query(), [("cursor".to_owned(), "2".to_owned())]);
    mock.verify();
}

#[tokio::test]
async fn an_error_has_the_documents_model_or_any_json() {
    let mock = Mock::new();
    let api = Client::mocked(&mock).pets();
    let mut problem = models::Problem::new().with_title("No room");
    problem.extra.insert("left".to_owned(), 0);
    mock.on::<AddPet>()
        .reply_error(409, problem.clone())
        .header("content-type", "application/problem+json")
        .then()
        .reply_error(422, json!({"title": 5}));
    let error = api.add_pet(pet("Rex")).await.expect_err("a refusal");
    let error = error.as_api().expect("an answer");
    assert_eq!(error.body::<models::Problem>().expect("the model"), problem);
    let error = api.add_pet(pet("Rex")).await.expect_err("a refusal");
    let error = error.as_api().expect("an answer");
    error.body::<models::Problem>().expect_err("not the model");
}

#[tokio::test]
async fn a_grant_asks_the_mock_for_its_tokens() {
    let mock = Mock::new();
    mock.on_id("token request")
        .reply_json(json!({"access_token": "first", "token_type": "bearer"}))
        .times(1)
        .then()
        .reply_json(json!({"access_token": "second", "token_type": "bearer"}));
    mock.on::<ListPets>()
        .reply_error(401, json!({}))
        .times(1)
        .then()
        .reply_with(|request| {
            let told = request.header("authorization").unwrap_or_default();
            <ListPets as Mocked>::reply(models::Page::new().with_next(told)).status(200)
        });
    let client = Client::builder()
        .transport(mock.clone())
        .client_credentials("app", "s3cret".to_owned())
        .build()
        .expect("a client");
    let page = client.pets().list_pets().await.expect("a page");
    assert_eq!(page.next.as_deref(), Some("Bearer second"));
    let requests = mock.requests_of("token request");
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].uri, "https://login.example.com/token");
    assert!(
        requests[0]
            .form()
            .contains(&("grant_type".to_owned(), "client_credentials".to_owned()))
    );
    mock.verify();
}

#[test]
fn a_model_of_answers_is_json_for_whoever_keeps_it() {
    let reply = serde_json::to_value(models::Ticket::new(3)).expect("JSON");
    assert_eq!(reply, json!({"number": 3, "left": 1}));
    assert!(!format!("{:?}", MockReply::json(200, &models::Ticket::new(3))).contains("number"));
}

#[cfg(feature = "blocking")]
#[test]
fn calls_and_pages_can_block() {
    let mock = Mock::new();
    let api = Client::mocked(&mock).pets();
    mock.on::<AddPet>().reply(pet("Rex"));
    let added = api.add_pet(pet("Rex")).send_blocking().expect("a pet");
    assert_eq!(added.name, "Rex");
    let added = api.add_pet(pet("Rex")).response_blocking();
    assert_eq!(added.expect("a pet").status.as_u16(), 201);

    let page = |name| models::Page::new().with_pets([pet(name)]);
    mock.on::<ListPets>()
        .reply(page("a").with_next("2"))
        .then()
        .reply(page("b").with_next("3"))
        .then()
        .reply_error(500, json!({}))
        .then()
        .reply(page("c"));
    let mut pets = api.list_pets().items().blocking();
    let mut name = || pets.next().map(|it| it.map(|it| it.name));
    assert_eq!(name().expect("an item").expect("a pet"), "a");
    assert_eq!(name().expect("an item").expect("a pet"), "b");
    name().expect("an item").expect_err("it failed");
    assert_eq!(name().expect("an item").expect("a pet"), "c");
    assert!(name().is_none());
    let pages: Vec<_> = api.list_pets().pages().blocking().collect();
    assert!(matches!(&pages[..], [Ok(_)]), "{pages:?}");
}

#[cfg(feature = "blocking")]
#[tokio::test]
async fn what_may_not_block_is_refused_once() {
    let mock = Mock::new();
    mock.on::<ListPets>().reply(models::Page::new()).times(0);
    let api = Client::mocked(&mock).pets();
    let one = api.list_pets().send_blocking().expect_err("a refusal");
    assert!(
        one.to_string().contains("would block the async runtime"),
        "{one}"
    );
    let pages: Vec<_> = api.list_pets().pages().blocking().take(9).collect();
    assert!(matches!(&pages[..], [Err(_)]), "{pages:?}");
    let items: Vec<_> = api.list_pets().items().blocking().take(9).collect();
    assert!(matches!(&items[..], [Err(_)]), "{items:?}");
    mock.verify();
}
