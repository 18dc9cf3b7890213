//! Repairs of security schemes.

use serde_json::{Map, Value, json};

use super::{Properties, fill, has};
use crate::parse::text::excerpt;
use crate::parse::walk::Walker;

pub(in crate::parse) fn security_scheme(walker: &mut Walker<'_>, map: &mut Properties) {
    let needed: &[&str] = match map.get("type").and_then(Value::as_str) {
        Some("basic") => {
            walker.warn_at(
                "type",
                "`type: basic` is the syntax of Swagger 2.0",
                "use `type: http` and `scheme: basic`",
            );
            map.insert("type".to_owned(), json!("http"));
            map.insert("scheme".to_owned(), json!("basic"));
            return;
        }
        Some("apiKey") => {
            if let Some(Value::String(place)) = map.get("in")
                && !["query", "header", "cookie"].contains(&place.as_str())
            {
                let message = format!("an API key can't be in `{}`", excerpt(place));
                walker.step("in", |walker| {
                    walker.refuse(message, "use `query`, `header` or `cookie`")
                });
                return;
            }
            &["name", "in"]
        }
        Some("http") => &["scheme"],
        Some("oauth2") => {
            fill(walker, map, "flows", Value::Object(Map::new()));
            return;
        }
        Some("openIdConnect") => &["openIdConnectUrl"],
        // Other types are ignored when the typed objects are built.
        _ => return,
    };
    for name in needed {
        if !has(map, name) {
            let help = format!("a security scheme of this type requires `{name}`");
            walker.refuse(format!("`{name}` is missing"), &help);
        }
    }
}

/// Ignores an extension that isn't the device authorization flow.
pub(in crate::parse) fn oauth_flows(walker: &mut Walker<'_>, map: &mut Properties) {
    const NAME: &str = "x-deviceAuthorization";
    let Some(flow) = map.get(NAME) else { return };
    let has_url = |name: &str| flow.get(name).is_some_and(Value::is_string);
    if !has_url("deviceAuthorizationUrl") || !has_url("tokenUrl") {
        let message =
            format!("`{NAME}` has no `deviceAuthorizationUrl` and `tokenUrl`, so it is ignored");
        walker.warn_at(
            NAME,
            message,
            "add both URLs, unless it is meant for another program",
        );
        map.shift_remove(NAME);
    }
}

pub(in crate::parse) fn implicit_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["authorizationUrl"]);
}

pub(in crate::parse) fn token_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["tokenUrl"]);
}

pub(in crate::parse) fn code_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["authorizationUrl", "tokenUrl"]);
}

pub(in crate::parse) fn device_flow(walker: &mut Walker<'_>, map: &mut Properties) {
    flow(walker, map, &["deviceAuthorizationUrl", "tokenUrl"]);
}

fn flow(walker: &mut Walker<'_>, map: &mut Properties, urls: &[&str]) {
    for url in urls {
        fill(walker, map, url, json!(""));
    }
    fill(walker, map, "scopes", Value::Object(Map::new()));
}
