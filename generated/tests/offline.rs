//! How to test a program without Twilio: its functions take a client, and a test passes a mocked one.

use std::time::{Duration, Instant, SystemTime};

use serde_json::json;
use twilio_oauth::apis::{CreateDeviceCode, CreateToken, FetchUserInfo};
use twilio_oauth::clock::Clock;
use twilio_oauth::error::TransportError;
use twilio_oauth::mock::Mock;
use twilio_oauth::oauth::DeviceLoginError;
use twilio_oauth::transport::BoxFuture;
use twilio_oauth::{Client, Error, models};

/// The code under test: signs a user in and greets them.
async fn greet(client: &Client) -> Result<String, Box<dyn std::error::Error>> {
    let login = client.device_login("OQ1").scopes(["openid"]);
    let login = login.start().await?;
    let code = login.user_code().to_string();
    let tokens = login.wait().await?;
    let user = client.with_tokens(tokens).oauth_v1_user_info();
    let name = user.fetch_user_info().await?.first_name.unwrap_or_default();
    Ok(format!("{code}: welcome, {name}"))
}

/// A mock with a reply to the start of a login.
fn mock() -> Mock {
    let mock = Mock::new();
    let codes = models::OauthV1DeviceCode::new()
        .with_device_code("device-code")
        .with_user_code("WDJB-MJHT")
        .with_verification_uri("https://login.example.com/device")
        .with_expires_in(900)
        .with_interval(5);
    mock.on::<CreateDeviceCode>().reply(codes);
    mock
}

// With paused time, the five seconds between two polls pass at once.
#[tokio::test(start_paused = true)]
async fn a_login_goes_through_once_the_user_has_approved() {
    let mock = mock();
    mock.on::<CreateToken>()
        .reply_error(400, json!({"error": "authorization_pending"}))
        .times(2)
        .then()
        .reply(models::OauthV1Token::new().with_access_token("access-token"));
    mock.on::<FetchUserInfo>()
        .fail(TransportError::connect("the network is down"))
        .times(1)
        .then()
        .reply_json(json!({"user_sid": "US1", "first_name": "Ada"}));

    let client = Client::mocked(&mock);
    greet(&client).await.expect_err("the network is down");
    let greeting = greet(&client).await.expect("a greeting");
    assert_eq!(greeting, "WDJB-MJHT: welcome, Ada");

    let asked = mock.requests::<CreateToken>();
    assert_eq!(asked.len(), 4);
    let code = ("DeviceCode".to_owned(), "device-code".to_owned());
    assert!(asked.iter().all(|request| request.form().contains(&code)));
    let called = mock.requests::<FetchUserInfo>();
    let token = called[1].header("authorization");
    assert_eq!(token, Some("Bearer access-token"));
    mock.verify();
}

#[tokio::test(start_paused = true)]
async fn a_user_may_refuse() {
    let mock = mock();
    mock.on::<CreateToken>()
        .reply_error(400, json!({"error": "access_denied"}))
        .delay(Duration::from_secs(2));
    let error = greet(&Client::mocked(&mock)).await.expect_err("a refusal");
    let error = error.downcast::<DeviceLoginError>().expect("of the login");
    assert!(
        matches!(*error, DeviceLoginError::AccessDenied),
        "{error:?}"
    );
    assert!(mock.requests::<FetchUserInfo>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_given_up() {
    let mock = Mock::new();
    let hour = Duration::from_secs(3600);
    mock.on::<FetchUserInfo>().reply_json(json!({})).delay(hour);
    let call = Client::mocked(&mock).oauth_v1_user_info().fetch_user_info();
    let error = call.await.expect_err("30 seconds are the limit");
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}

/// A program without an async runtime.
#[test]
fn a_login_may_block() {
    let mock = mock();
    mock.on::<CreateToken>()
        .reply(models::OauthV1Token::new().with_access_token("access-token"));
    mock.on::<FetchUserInfo>()
        .reply_json(json!({"first_name": "Ada"}));
    let client = Client::mocked(&mock);
    let login = client.device_login("OQ1").scopes(["openid"]).clock(Leap);
    let login = login.start_blocking().expect("codes");
    let client = client.with_tokens(login.wait_blocking().expect("tokens"));
    let user = client
        .oauth_v1_user_info()
        .fetch_user_info()
        .send_blocking();
    assert_eq!(user.expect("a user").first_name.as_deref(), Some("Ada"));
    mock.verify();
}

/// A clock whose sleeps end at once.
struct Leap;

impl Clock for Leap {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}
