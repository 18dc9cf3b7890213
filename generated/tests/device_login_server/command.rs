//! The output and the command line of the example.

use std::time::Duration;

use clap::Parser as _;
use serde_json::json;

use crate::args::{Args, Peer};
use crate::screen::{duration, plain};

/// Parses arguments; tests set what the environment could change.
fn args(words: &[&str]) -> Args {
    let words = ["device_login"].iter().chain(words);
    Args::try_parse_from(words).expect("arguments")
}

#[test]
fn without_a_real_server_named_it_signs_in_at_its_own() {
    let mut args = args(&["--scope", "a b", "--scope", "c"]);
    assert_eq!(args.scopes, ["a", "b", "c"]);
    args.account_sid = None;
    args.base_url = None;
    args.issuer = None;
    assert!(matches!(args.peer(), Ok(Peer::Local)));
    args.account_sid = Some("AC1".to_owned());
    args.local = true;
    assert!(matches!(args.peer(), Ok(Peer::Local)));
}

#[test]
fn what_a_real_server_asks_for_is_told() {
    let mut args = args(&["--account-sid", "AC1"]);
    args.local = false;
    args.issuer = None;
    args.client_sid = Some("OQ1".to_owned());
    args.auth_token = None;
    let said = args.peer().err().expect("a refusal");
    assert!(
        said.contains("--auth-token (or TWILIO_AUTH_TOKEN)"),
        "{said}"
    );
    args.auth_token = Some("token".to_owned());
    args.client_sid = None;
    let said = args.peer().err().expect("a refusal");
    assert!(
        said.contains("--client-sid (or TWILIO_CLIENT_SID)"),
        "{said}"
    );
    args.client_sid = Some("OQ1".to_owned());
    let Ok(Peer::Twilio {
        account_sid,
        auth_token,
        client_sid,
    }) = args.peer()
    else {
        panic!("all is there")
    };
    assert_eq!(
        [account_sid, auth_token, client_sid],
        ["AC1", "token", "OQ1"]
    );
    // An issuer needs no account.
    args.issuer = Some("https://login.example.com".to_owned());
    args.auth_token = None;
    let Ok(Peer::Issuer { issuer, client_sid }) = args.peer() else {
        panic!("all is there")
    };
    assert_eq!([issuer, client_sid], ["https://login.example.com", "OQ1"]);
}

#[test]
fn help_shows_no_secret() {
    use clap::CommandFactory as _;
    let command = Args::command();
    for secret in ["client_secret", "auth_token"] {
        let mut arguments = command.get_arguments();
        let argument = arguments.find(|argument| argument.get_id() == secret);
        assert!(argument.is_some_and(clap::Arg::is_hide_env_values_set));
    }
}

#[test]
fn text_of_a_server_can_t_command_the_terminal() {
    assert_eq!(
        plain("WDJB-\u{1b}[2JMJHT\r\n\u{202e}ü"),
        "WDJB-�[2JMJHT���ü"
    );
}

#[test]
fn times_are_told_in_words() {
    let told = [0, 1, 59, 60, 61, 300, 345, 600, 615, 899, 3600, 3660, 86400].map(|seconds| {
        // A lifetime has usually begun when it is printed.
        duration(Duration::from_secs(seconds).saturating_sub(Duration::from_millis(20)))
    });
    assert_eq!(
        json!(told),
        json!([
            "0 seconds",
            "1 second",
            "59 seconds",
            "1 minute",
            "1 minute 1 second",
            "5 minutes",
            "5 minutes 45 seconds",
            "10 minutes",
            "10 minutes",
            "14 minutes",
            "1 hour",
            "1 hour 1 minute",
            "24 hours",
        ])
    );
}
