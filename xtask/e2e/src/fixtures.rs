//! The apps and the account that the servers know, from a file that both sides read.

use serde_json::Value;

/// The account with the credentials for Twilio's operations.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user name of basic authentication.
    pub sid: String,
    /// The password of basic authentication.
    pub auth_token: String,
}

/// A registered app.
#[derive(Clone, Debug)]
pub struct App {
    /// The client ID.
    pub id: String,
    /// The client secret of a confidential client.
    pub secret: Option<String>,
}

fn fixtures() -> Value {
    serde_json::from_str(include_str!("../servers/fixtures.json")).expect("the file is JSON")
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Returns the only account.
#[must_use]
pub fn account() -> Account {
    let account = &fixtures()["account"];
    Account {
        sid: text(&account["sid"]).expect("a text"),
        auth_token: text(&account["auth_token"]).expect("a text"),
    }
}

/// Returns the app with this name in `servers/fixtures.json`.
#[must_use]
pub fn app(name: &str) -> App {
    let app = &fixtures()["apps"][name];
    App {
        id: text(&app["id"]).unwrap_or_else(|| panic!("there is no app {name}")),
        secret: text(&app["secret"]),
    }
}
