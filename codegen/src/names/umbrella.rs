//! Names of the APIs of an umbrella crate.

use super::case::{Case, Spelling, identifier};
use super::client::{BUILDER_METHODS, CLIENT_METHODS, FEATURE_RESERVED};
use super::scope::{Candidate, Matching, Scope};
use super::{MODULE_RESERVED, Names, RustIdent, STD_METHODS};
use crate::runtime::{builder_methods, client_methods};

/// The package of the runtime that the crates of an umbrella share, without the name of the umbrella.
const RUNTIME: &str = "runtime";

/// Names that the root of an umbrella crate has, or that its code refers to.
const ROOT: &[&str] = &["alloc", "client", "core", RUNTIME, "wiretrue"];

/// Returns the name of an API: that of its document, without the name of the umbrella's package at its
/// beginning, in snake case. `twilio_verify_v2` of `twilio` is `verify_v2`.
pub fn api_name(document: &str, package: &str) -> String {
    let snake = |text| identifier(text, "api", Case::Snake, Spelling::Plain);
    let (name, package) = (snake(document), snake(package));
    let rest = name.strip_prefix(&package);
    match rest.and_then(|rest| rest.strip_prefix('_')) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphabetic()) => rest.to_owned(),
        _ => name,
    }
}

/// Returns the package of the API with this name.
pub fn api_package(package: &str, name: &str) -> String {
    let suffix = match name {
        RUNTIME => "-api",
        _ => "",
    };
    format!("{package}-{}{suffix}", name.replace('_', "-"))
}

/// Returns the package of the runtime that the crates of an umbrella share.
pub fn runtime_package(package: &str) -> String {
    format!("{package}-{RUNTIME}")
}

/// Names each API of an umbrella: its module, the methods of client and builder, and its feature, for which
/// `_` is `-`. `modules` are the other modules of the crate, and `names` has the names of its credentials.
pub(crate) fn apis(apis: &[&str], modules: &[&str], names: &Names) -> Vec<RustIdent> {
    let setters = names.schemes.iter().map(RustIdent::bare);
    let grants = names.grants.iter();
    let grants = grants.flat_map(|it| [it.plain.bare(), it.with.bare()]);
    let setters: Vec<&str> = setters.chain(grants).collect();
    let reserved = [
        ROOT,
        modules,
        &setters,
        CLIENT_METHODS,
        BUILDER_METHODS,
        FEATURE_RESERVED,
        MODULE_RESERVED,
        STD_METHODS,
        &client_methods(),
        &builder_methods(),
    ];
    let candidates: Vec<Candidate> = apis
        .iter()
        .map(|name| Candidate {
            priority: 0,
            key: (*name).to_owned(),
            forms: vec![(*name).to_owned(), format!("{name}_api")],
        })
        .collect();
    Scope::new(Matching::IgnoreCase, &reserved.concat()).assign(&candidates)
}

#[cfg(test)]
mod tests {
    use super::{api_name, api_package};

    #[test]
    fn an_api_is_named_after_its_document() {
        for (document, package, expected) in [
            ("twilio_verify_v2", "twilio", "verify_v2"),
            ("Twilio-VerifyV2", "twilio", "verify_v2"),
            ("twilio_api_v2010", "twilio", "api_v2010"),
            ("verify", "twilio", "verify"),
            ("twilioverify", "twilio", "twilioverify"),
            ("twilio", "twilio", "twilio"),
            ("twilio_2010", "twilio", "twilio_2010"),
            ("acme_cloud_dns", "acme-cloud", "dns"),
            ("…", "acme", "api"),
        ] {
            assert_eq!(api_name(document, package), expected, "{document}");
        }
        assert_eq!(api_package("twilio", "verify_v2"), "twilio-verify-v2");
        assert_eq!(api_package("twilio", "runtime"), "twilio-runtime-api");
    }
}
