use std::path::Path;

use super::{Client, is_version, package_fault, parse, span_of};
use crate::report::plain_lines;

fn clients(text: &str) -> Vec<Client> {
    parse(text, Path::new("spec/clients.toml"), Path::new("."))
        .unwrap_or_else(|refusal| panic!("{}", plain_lines(&refusal)))
        .clients
}

fn refusal(text: &str) -> String {
    plain_lines(&parse(text, Path::new("spec/clients.toml"), Path::new(".")).expect_err(text))
}

#[test]
fn a_client_needs_three_lines() {
    let clients =
        clients("[pet-store]\ndocument = \"spec/pets.yaml\"\nfolder = \"./clients/pets/\"\n");
    let [client] = clients.as_slice() else {
        panic!("one client, not {clients:?}")
    };
    assert_eq!(client.name, "pet-store");
    assert_eq!(client.folder, "clients/pets");
    assert_eq!(client.options.package, "pet-store");
    assert_eq!(client.options.document, "spec/pets.yaml");
    assert!(client.options.workspace_member);
}

#[test]
fn every_option_can_be_set() {
    let clients = clients(
        "[a]\ndocument = \"d\"\nfolder = \"f\"\npackage = \"other-name\"\nversion = \"1.2.3-rc.1\"\nworkspace-member = false\n\
         license = \"MIT\"\n[a.dev-dependencies]\ntokio = { version = \"1\", features = [\"net\"] }\n",
    );
    let options = &clients[0].options;
    assert_eq!(
        (options.package.as_str(), options.version.as_str()),
        ("other-name", "1.2.3-rc.1")
    );
    assert_eq!(options.license.as_deref(), Some("MIT"));
    assert!(!options.workspace_member);
    assert_eq!(
        options.dev_dependencies["tokio"]["features"][0].as_str(),
        Some("net")
    );
}

#[test]
fn an_option_is_located_at_its_key_or_item() {
    let text = "[a]\nderive = { Order = ['Hash', 'Eq'] }\n[a.attributes]\n\"B.c\" = []\n";
    let at = |keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|&key| key.to_owned()).collect();
        span_of(text, "a", &keys).map(|span| &text[span])
    };
    assert_eq!(at(&["derive"]), Some("derive"));
    assert_eq!(at(&["derive", "Order"]), Some("Order"));
    assert_eq!(at(&["derive", "Order", "1"]), Some("'Eq'"));
    assert_eq!(at(&["derive", "Order", "7"]), None);
    assert_eq!(at(&["attributes", "B.c"]), Some("\"B.c\""));
    assert_eq!(at(&["attributes", "D"]), Some("attributes"));
    assert_eq!(span_of(text, "b", &[]), None);
}

#[test]
fn all_errors_are_reported_at_once_with_their_lines() {
    let text = "[a]\ndocument = \"d\"\nfolder = \"../f\"\n\n[b]\ndocument = 1\nfolder = \"b\"\n\n[c]\nfolder = \"c\"\n";
    let told = refusal(text);
    for expected in [
        "spec/clients.toml:3:10: error: the folder isn't below the workspace",
        "spec/clients.toml:6:12: error: invalid type: integer `1`, expected a string",
        "spec/clients.toml:9:2: error: `c` has no document",
    ] {
        assert!(told.contains(expected), "{expected}\n---\n{told}");
    }
    assert_eq!(told.matches("error:").count(), 3, "{told}");
}

#[test]
fn a_misspelt_option_is_reported_with_its_location() {
    let told = refusal("[a]\ndocument = \"d\"\nfolder = \"f\"\nlicence = \"MIT\"\n");
    assert!(
        told.starts_with("spec/clients.toml:4:1: error: unknown field `licence`"),
        "{told}"
    );
}

#[test]
fn a_syntax_error_is_reported_with_its_location() {
    let told = refusal("[a]\ndocument = \n");
    assert!(
        told.starts_with("spec/clients.toml:2:12: error: "),
        "{told}"
    );
}

#[test]
fn a_folder_that_is_not_below_the_workspace_is_rejected() {
    for folder in ["", ".", "/tmp/x", "..", "a/../..", "a\\\\b"] {
        let told = refusal(&format!("[a]\ndocument = \"d\"\nfolder = \"{folder}\"\n"));
        assert!(
            told.contains("the folder isn't below the workspace"),
            "{folder}: {told}"
        );
    }
}

#[test]
fn two_clients_never_share_a_folder_or_a_package() {
    let told = refusal(
        "[a]\ndocument = \"d\"\nfolder = \"f\"\n[b]\ndocument = \"d\"\nfolder = \"f/b\"\npackage = \"a\"\n",
    );
    assert!(told.contains("`a` and `b` share a folder"), "{told}");
    assert!(
        told.contains("`a` and `b` have the same package name"),
        "{told}"
    );
}

#[test]
fn an_empty_manifest_and_one_without_tables_are_rejected() {
    assert!(refusal("").contains("the manifest has no clients"));
    assert!(refusal("a = 1").contains("`a` isn't a table"));
}

#[test]
fn an_invalid_package_or_version_is_rejected() {
    let told = refusal("[\"a b\"]\ndocument = \"d\"\nfolder = \"f\"\nversion = \"1\"\n");
    assert!(
        told.contains("spec/clients.toml:1:2: error: `a b` can't be the name of a package"),
        "{told}"
    );
    assert!(
        told.contains("spec/clients.toml:4:11: error: the version isn't of the form 1.2.3"),
        "{told}"
    );
}

#[test]
fn package_names_follow_cargo() {
    for name in ["twilio-oauth", "a", "A_b-9", "testing", "try-it"] {
        assert_eq!(package_fault(name), None);
    }
    let long = "a".repeat(65);
    for name in [
        "",
        "9a",
        "-a",
        "_",
        "a b",
        "a/b",
        "../a",
        "ä",
        "fn",
        "Self",
        "test",
        "CON",
        "std",
        "a\n",
        long.as_str(),
    ] {
        assert!(package_fault(name).is_some(), "{name:?}");
    }
}

#[test]
fn versions_are_semantic() {
    for version in [
        "0.1.0",
        "1.2.3-rc.1",
        "1.2.3-0.x--y+001.b",
        "1.0.0+20130313144700",
    ] {
        assert!(is_version(version), "{version}");
    }
    for version in [
        "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.+3", "1.2.3-", "1.2.3-01", "1.2.3+", "v1.2.3",
        "1.2.x",
    ] {
        assert!(!is_version(version), "{version}");
    }
}
