//! What a request leaves out, what an answer needn't have, and what absence means.

use golden_directions::wire::{Base64, Base64Url, HttpDate};
use golden_directions::{Client, Error, models};
use raw_server::{Answer, Server};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .build()
        .expect("the client is complete")
}

const ACCOUNT: &str = r#"{"id":"7","name":"Ada","email":null,"stamp":{"at":"2026-01-31T12:00:00Z"},
    "told":{"visits":3},"kept":{"pin":"1234"}}"#;

#[tokio::test]
async fn what_only_answers_have_is_neither_asked_for_nor_sent() {
    let server = Server::start([Answer::json(201, ACCOUNT)]).await;
    let api = client(&server).default();
    let new = models::Account::new("Ada", None, "s3cret", None);
    let account = api.add_account(new).await.expect("an account");
    assert_eq!(account.id.as_deref(), Some("7"));
    assert_eq!(account.told.as_ref().and_then(|it| it.visits), Some(3));
    assert!(account.stamp.is_some());
    // An answer that goes back as a request has lost what requests don't have.
    let again = account
        .with_hint("engine")
        .with_card(models::Card::new("4111"));
    api.add_account(again).await.expect("an account");
    let requests = server.requests();
    // What only requests have is asked for if it is required.
    assert_eq!(
        requests[0].text(),
        r#"{"name":"Ada","email":null,"password":"s3cret","answer":null}"#
    );
    assert_eq!(
        requests[1].text(),
        r#"{"name":"Ada","email":null,"hint":"engine","card":{"number":"4111"},"told":{},"kept":{}}"#
    );
}

#[tokio::test]
async fn what_only_requests_have_is_not_asked_of_an_answer_nor_taken_from_it() {
    let leaky =
        r#"{"id":"7","name":"Ada","email":"a@b","password":"leak","hint":"leak","card":{}}"#;
    let server = Server::start([Answer::json(201, leaky)]).await;
    let new = models::Account::new("Ada", None, "s3cret", None);
    let account = client(&server).default().add_account(new).await;
    let account = account.expect("an account");
    assert_eq!(
        (account.password, account.hint, account.card),
        (None, None, None)
    );
}

#[tokio::test]
async fn absent_null_and_a_value_are_three_things() {
    let server = Server::start([Answer::json(201, ACCOUNT)]).await;
    let api = client(&server).default();
    let account = || models::Account::new("Ada", None, "s3cret", None);
    for account in [
        account(),
        account().null_nickname().null_hint(),
        account().with_nickname("Countess").with_hint("engine"),
    ] {
        api.add_account(account).await.expect("an account");
    }
    let bodies: Vec<_> = server.requests();
    let bodies: Vec<_> = bodies.iter().map(|request| request.text()).collect();
    assert_eq!(
        bodies,
        [
            r#"{"name":"Ada","email":null,"password":"s3cret","answer":null}"#,
            r#"{"name":"Ada","email":null,"nickname":null,"password":"s3cret","hint":null,"answer":null}"#,
            r#"{"name":"Ada","email":null,"nickname":"Countess","password":"s3cret","hint":"engine","answer":null}"#,
        ]
    );
}

#[tokio::test]
async fn a_request_s_default_is_the_server_s_to_take() {
    let server = Server::start([Answer::json(201, ACCOUNT)]).await;
    let call = client(&server)
        .default()
        .add_account(models::Account::new("Ada", None, "s3cret", None));
    let account = call.await.expect("an account");
    assert_eq!(account.plan, None);
    assert_eq!(server.requests()[0].line, "POST /accounts HTTP/1.1");
}

#[tokio::test]
async fn absence_in_an_answer_means_the_default() {
    let server = Server::start([
        Answer::json(200, r#"{"version":3}"#),
        Answer::json(200, r#"{"version":3,"theme":null,"size":null,"note":null}"#),
        Answer::json(
            200,
            r#"{"version":3,"theme":"light","size":0,"tags":["a"],"on":false}"#,
        ),
        Answer::json(200, "{}"),
    ])
    .await;
    let api = client(&server).default();
    let settings = api.read_settings().await.expect("settings");
    assert_eq!(settings.theme, models::SettingsTheme::Dark);
    assert_eq!(settings.level, models::SettingsLevel::N2);
    assert_eq!(
        (settings.size, settings.ratio, settings.on),
        (10, 0.5, true)
    );
    assert_eq!(settings.title, "a \"title\"");
    assert!(settings.tags.is_empty() && settings.labels.is_empty());
    assert_eq!(settings.modes, ["a", "b"]);
    assert_eq!(
        (settings.note, settings.since, settings.wrong),
        (None, None, None)
    );
    let settings = api.read_settings().await.expect("settings");
    assert_eq!(
        (settings.theme, settings.size),
        (models::SettingsTheme::Dark, 10)
    );
    let settings = api.read_settings().await.expect("settings");
    assert_eq!(
        (settings.theme, settings.size),
        (models::SettingsTheme::Light, 0)
    );
    assert_eq!((settings.tags, settings.on), (vec!["a".to_owned()], false));
    let error = api
        .read_settings()
        .await
        .expect_err("what is required has to come");
    assert!(matches!(error, Error::Decode(_)), "{error}");
}

#[tokio::test]
async fn values_keep_the_form_that_their_format_says() {
    let body = r#"{"url_bytes":"-_8","bytes":"+/8=","id":"9223372036854775807","duration":"P1D","link":"https://a.example/?b","http_date":"Sat, 31 Jan 2026 12:00:00 GMT","raw":"r","count":4294967295,"total":18446744073709551615,"always":true,"factor":1.5,"mixed":"one","vote":"+1","error":404}"#;
    let server = Server::start([Answer::json(200, body)]).await;
    let api = client(&server).default();
    let formats = api
        .write_formats(models::Formats::new())
        .await
        .expect("formats");
    assert_eq!(formats.url_bytes, Some(Base64Url::from(vec![0xFB, 0xFF])));
    assert_eq!(formats.bytes, Some(Base64::from(vec![0xFB, 0xFF])));
    assert_eq!(formats.total, Some(u64::MAX));
    assert_eq!(formats.vote, Some(models::FormatsVote::Plus1));
    assert_eq!(formats.factor, Some(models::FormatsFactor::N1_5));
    assert_eq!(formats.error, Some(models::FormatsError::N404));
    let date: Option<HttpDate<_>> = formats.http_date;
    assert!(date.is_some());
    api.write_formats(formats).await.expect("formats");
    let sent: Vec<_> = server.requests();
    assert_eq!(sent[0].text(), "{}");
    assert_eq!(sent[1].text(), body);
}

#[tokio::test]
async fn a_required_property_that_only_requests_have_is_not_missing_from_an_answer() {
    let server = Server::start([
        Answer::json(200, r#"{"id":1}"#),
        Answer::json(200, r#"{"id":1,"seal":{"code":"a"}}"#),
        Answer::with_headers(204, &[], ""),
    ])
    .await;
    let api = client(&server).default();
    let parcel = api.read_parcel().await.expect("a parcel");
    assert_eq!((parcel.id, parcel.seal), (Some(1), None));
    // No request has a parcel, so that what comes is kept.
    let parcel = api.read_parcel().await.expect("a parcel");
    assert_eq!(parcel.seal, Some(models::Seal::new("a")));
    let call = api.seal_parcel(models::SealParcelRequest::new(models::Seal::new("a")));
    call.await.expect("sealed");
    assert_eq!(server.requests()[2].text(), r#"{"seal":{"code":"a"}}"#);
}
