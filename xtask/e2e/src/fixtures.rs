//! What the servers know: apps and an account. Both sides read it from one file.

use serde_json::Value;

/// The account whose credentials Twilio's operations ask for.
#[derive(Clone, Debug)]
pub struct Account {
    /// User name of basic authentication.
    pub sid: String,
    /// Its password.
    pub auth_token: String,
}

/// A registered app.
#[derive(Clone, Debug)]
pub struct App {
    /// Client id.
    pub id: String,
    /// Client secret, if it can keep one.
    pub secret: Option<String>,
}

fn fixtures() -> Value {
    serde_json::from_str(include_str!("../servers/fixtures.json")).expect("the file is JSON")
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The only account.
#[must_use]
pub fn account() -> Account {
    let account = &fixtures()["account"];
    Account {
        sid: text(&account["sid"]).expect("a text"),
        auth_token: text(&account["auth_token"]).expect("a text"),
    }
}

/// The app of this name in `servers/fixtures.json`.
#[must_use]
pub fn app(name: &str) -> App {
    let app = &fixtures()["apps"][name];
    App {
        id: text(&app["id"]).unwrap_or_else(|| panic!("there is no app {name}")),
        secret: text(&app["secret"]),
    }
}
