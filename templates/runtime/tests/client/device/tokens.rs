//! Token sets are read, stored and refreshed.

use std::time::{Duration, SystemTime};
use wiretrue::oauth::{DeviceLoginError, StoredTokens, TokenSet};

use secrecy::ExposeSecret;
use serde::Deserialize as _;
use serde::de::value::{MapDeserializer, U64Deserializer};
use serde::de::{Deserializer, Visitor};

use super::support::{NOW, Script, codes, error, json};

/// Ten years after the response, the longest lifetime.
const TEN_YEARS: Option<f64> = Some(315_360_005.0);

async fn read(body: &str) -> TokenSet {
    let script = Script::new([codes(""), json(200, body)]);
    script.run().await.expect("tokens")
}

/// Converts a time into seconds since the clock's start. The response is received after 5 seconds.
fn seconds(time: Option<SystemTime>) -> Option<f64> {
    let start = SystemTime::UNIX_EPOCH + NOW;
    time.map(|time| time.duration_since(start).expect("later").as_secs_f64())
}

#[tokio::test]
async fn expiry_is_relative_to_the_response_or_absolute() {
    for (properties, expected) in [
        ("", None),
        (r#","expires_in":null"#, None),
        (r#","expires_in":3600"#, Some(3605.0)),
        (r#","expires_in":"3600""#, Some(3605.0)),
        // The lifetime is unknown.
        (r#","expires_in":0"#, None),
        (r#","expires_in":"0""#, None),
        (r#","expires_in":-1"#, None),
        (r#","expires_in":"-3600""#, None),
        (r#","expires_in":1e-20"#, None),
        (r#","expires_in":"""#, None),
        (r#","expires_in":"soon""#, None),
        (r#","expires_in":"NaN""#, None),
        (r#","expires_in":true"#, None),
        (r#","expires_in":[3600]"#, None),
        (r#","expires_in":3599.5"#, Some(3604.5)),
        (r#","expires_in":" 3599.5 ""#, Some(3604.5)),
        (r#","expires_in":18446744073709551615"#, TEN_YEARS),
        (r#","expires_in":"1e300""#, TEN_YEARS),
        (r#","expires_in":"inf""#, TEN_YEARS),
        (r#","expires_in":0,"expires_at":1769864400"#, Some(3600.0)),
        (
            r#","access_token_expires_at":"2026-01-31T13:00:00Z""#,
            Some(3600.0),
        ),
        (
            r#","access_token_expires_at":"2026-01-31T14:00:00.5+01:00""#,
            Some(3600.5),
        ),
        (
            r#","access_token_expires_at":"Sat, 31 Jan 2026 13:00:00 +0000""#,
            Some(3600.0),
        ),
        (r#","expires_at":1769864400"#, Some(3600.0)),
        (
            r#","expires_in":60,"access_token_expires_at":"2026-01-31T13:00:00Z""#,
            Some(65.0),
        ),
        (r#","access_token_expires_at":"tomorrow""#, None),
        (r#","expires_at":1e300"#, None),
    ] {
        let tokens = read(&format!(r#"{{"access_token":"a"{properties}}}"#)).await;
        assert_eq!(seconds(tokens.expires_at()), expected, "{properties}");
        if let Some(end) = tokens.expires_at() {
            assert!(tokens.is_expired(end));
            assert!(!tokens.is_expired(end - Duration::from_millis(1)));
        } else {
            assert!(!tokens.is_expired(SystemTime::now()));
        }
    }
    let tokens = read(r#"{"access_token":"a","refresh_token_expires_in":15}"#).await;
    assert_eq!(seconds(tokens.refresh_token_expires_at()), Some(20.0));
    let tokens = read(r#"{"access_token":"a","refresh_token_expires_in":0}"#).await;
    assert_eq!(tokens.refresh_token_expires_at(), None);
}

const FULL: &str = r#"{"access_token":"acc3ss","refresh_token":"r3fresh","id_token":"1d",
    "token_type":"bearer","scope":"a b","expires_in":60,
    "refresh_token_expires_at":"2026-02-01T00:00:00Z","other":{"x":1}}"#;

#[tokio::test]
async fn a_token_set_prints_no_token() {
    let tokens = read(FULL).await;
    let stored = StoredTokens::from(tokens.clone());
    for printed in [format!("{tokens:?}"), format!("{stored:?}")] {
        assert!(printed.contains("a b"), "{printed}");
        for secret in ["acc3ss", "r3fresh", "1d"] {
            assert!(!printed.contains(&format!("\"{secret}")), "{printed}");
        }
    }
}

#[tokio::test]
async fn a_token_set_can_be_stored_and_loaded() {
    let tokens = read(FULL).await;
    let text = serde_json::to_string(&StoredTokens::from(tokens.clone())).expect("JSON");
    assert_eq!(
        text,
        r#"{"access_token":"acc3ss","access_token_expires_at":"2026-01-31T12:01:05Z","id_token":"1d","refresh_token":"r3fresh","refresh_token_expires_at":"2026-02-01T00:00:00Z","scope":"a b","token_type":"bearer"}"#
    );
    let loaded: StoredTokens = serde_json::from_str(&text).expect("a token set");
    let loaded = TokenSet::from(loaded);
    let open =
        |token: Option<&secrecy::SecretString>| token.map(|token| token.expose_secret().to_owned());
    assert_eq!(
        loaded.access_token().expose_secret(),
        tokens.access_token().expose_secret()
    );
    assert_eq!(open(loaded.refresh_token()), open(tokens.refresh_token()));
    assert_eq!(open(loaded.id_token()), open(tokens.id_token()));
    assert_eq!(loaded.token_type(), "bearer");
    assert_eq!(loaded.scope(), Some("a b"));
    assert_eq!(loaded.expires_at(), tokens.expires_at());
    assert_eq!(
        loaded.refresh_token_expires_at(),
        tokens.refresh_token_expires_at()
    );
}

#[test]
fn stored_tokens_of_other_versions_are_read() {
    let text = r#"{"version":7,"access_token":"a","token_type":null,"scope":["x","y"],"id_token":{"raw":"1d"},
        "refresh_token":"r","access_token_expires_at":1769864400,"refresh_token_expires_at":false,
        "expires_in":60,"key":{"kty":"EC","ops":[1,2.5,null]},"scopes":["a"],"count":-1}"#;
    let stored: StoredTokens = serde_json::from_str(text).expect("tokens");
    let tokens = TokenSet::from(stored);
    assert_eq!(tokens.access_token().expose_secret(), "a");
    assert_eq!(
        tokens.refresh_token().map(|it| it.expose_secret()),
        Some("r")
    );
    assert_eq!(seconds(tokens.expires_at()), Some(3600.0));
    assert_eq!(tokens.refresh_token_expires_at(), None);
    assert_eq!((tokens.token_type(), tokens.scope()), ("Bearer", None));
    assert!(tokens.id_token().is_none());
    let least: StoredTokens = serde_json::from_str(r#"{"access_token":"a"}"#).expect("tokens");
    assert_eq!(TokenSet::from(least).expires_at(), None);
}

/// A format whose values aren't self-describing, such as MessagePack: it has what is asked for.
struct Binary<'a>(&'a [(&'a str, &'a str)]);

impl<'de> Deserializer<'de> for Binary<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_map(MapDeserializer::new(self.0.iter().copied()))
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[test]
fn a_binary_format_stores_a_map_of_strings() {
    let stored = [
        ("access_token", "a"),
        ("refresh_token", "r"),
        ("newer", "?"),
    ];
    let tokens = StoredTokens::deserialize(Binary(&stored)).expect("tokens");
    let tokens = TokenSet::from(tokens);
    assert_eq!(tokens.access_token().expose_secret(), "a");
    assert_eq!(
        tokens.refresh_token().map(|it| it.expose_secret()),
        Some("r")
    );
}

#[test]
fn an_invalid_stored_set_is_rejected_without_printing_it() {
    let missing = "missing property `access_token`";
    let no_object = "expected an object";
    for (text, message) in [
        ("{}", missing),
        (r#"{"refresh_token":"r3fresh"}"#, missing),
        (r#"{"access_token":""}"#, missing),
        (
            r#"{"access_token":null,"refresh_token":"r3fresh"}"#,
            missing,
        ),
        (r#"{"access_token":["r3fresh"]}"#, missing),
        (r#"{"access_token":{"value":"r3fresh"}}"#, missing),
        (r#""r3fresh""#, no_object),
        (r#"["r3fresh"]"#, no_object),
        ("12345", no_object),
        ("null", no_object),
    ] {
        let error = serde_json::from_str::<StoredTokens>(text).expect_err("an error");
        assert_eq!(error.to_string(), message);
    }
    for text in [
        r#"{"access_token":"r3fresh""#,
        r#"{"access_token":"r3fresh"]"#,
    ] {
        let error = serde_json::from_str::<StoredTokens>(text).expect_err("an error");
        assert!(!error.to_string().contains("r3fresh"), "{error}");
    }
    let error = StoredTokens::deserialize(U64Deserializer::<serde_json::Error>::new(12345));
    let error = error.expect_err("an error");
    assert!(!error.to_string().contains("12345"), "{error}");
}

#[tokio::test]
async fn a_refresh_keeps_the_fields_that_the_response_omits() {
    let old = read(FULL).await;
    let rotated = r#"{"access_token":"new","refresh_token":"next","scope":"a"}"#;
    let script = Script::new([json(200, r#"{"access_token":"new"}"#), json(200, rotated)]);
    let kept = script.login().refresh(&old).await.expect("tokens");
    assert_eq!(kept.access_token().expose_secret(), "new");
    let refresh = kept.refresh_token().expect("the old one");
    assert_eq!(refresh.expose_secret(), "r3fresh");
    assert_eq!(
        kept.refresh_token_expires_at(),
        old.refresh_token_expires_at()
    );
    assert_eq!(kept.scope(), Some("a b"));
    assert_eq!(kept.expires_at(), None, "the old one's doesn't hold");

    let login = script.login().client_secret("s");
    let rotated = login.refresh(&kept).await.expect("tokens");
    let refresh = rotated.refresh_token().expect("a new one");
    assert_eq!(refresh.expose_secret(), "next");
    assert_eq!(rotated.refresh_token_expires_at(), None);
    assert_eq!(
        script.bodies(),
        [
            "grant_type=refresh_token&client_id=app&refresh_token=r3fresh",
            "grant_type=refresh_token&client_id=app&client_secret=s&refresh_token=r3fresh",
        ]
    );
}

#[tokio::test]
async fn a_failed_refresh_returns_the_reason() {
    let old = read(FULL).await;
    let script = Script::new([error("invalid_grant")]);
    let rejected = script.login().refresh(&old).await.expect_err("an error");
    assert!(
        matches!(&rejected, DeviceLoginError::InvalidGrant(_)),
        "{rejected:?}"
    );
    let none = read(r#"{"access_token":"a"}"#).await;
    let rejected = script.login().refresh(&none).await.expect_err("an error");
    assert_eq!(rejected.to_string(), "the token set has no refresh token");
    let mut without = Script::new([]);
    without.supported.refresh_token = false;
    let rejected = without.login().refresh(&old).await.expect_err("an error");
    assert!(
        rejected
            .to_string()
            .ends_with("have no field for the refresh token")
    );
}
