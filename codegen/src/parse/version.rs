//! The OpenAPI version of a document.

use serde_json::Value;

use super::text::excerpt;
use crate::diagnostic::{Diagnostics, Stage};
use crate::pointer::Pointer;

/// The specification that a document follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// OpenAPI 3.0
    V30,
    /// OpenAPI 3.1
    V31,
    /// OpenAPI 3.2
    V32,
}

/// Reads `openapi`. Returns `None` after reporting an error if the version isn't supported.
pub(super) fn check(root: &Value, diagnostics: &mut Diagnostics) -> Option<Version> {
    let top = Pointer::root();
    let Value::Object(map) = root else {
        let message = format!("expected an object, found {}", super::walk::describe(root));
        diagnostics.error(Stage::Parse, &top, message, "pass an OpenAPI document");
        return None;
    };
    let version = match (map.get("openapi"), map.get("swagger")) {
        (Some(Value::String(version)), _) => version.trim().to_owned(),
        (Some(Value::Number(version)), _) => version.to_string(),
        (Some(other), _) => {
            let message = format!("expected a string, found {}", super::walk::describe(other));
            diagnostics.error(
                Stage::Parse,
                &top.child("openapi"),
                message,
                "use `openapi: \"3.0.3\"`",
            );
            return None;
        }
        (None, Some(version)) => {
            let message = match version {
                Value::String(version) => format!("Swagger {} isn't supported", excerpt(version)),
                _ => "this version of Swagger isn't supported".to_owned(),
            };
            let help = "use `swagger: \"2.0\"`, or convert the document to OpenAPI 3";
            diagnostics.error(Stage::Parse, &top.child("swagger"), message, help);
            return None;
        }
        (None, None) => {
            let help = "add the version, such as `openapi: \"3.0.3\"`";
            diagnostics.error(Stage::Parse, &top, "`openapi` is missing", help);
            return None;
        }
    };
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("3"), Some("0")) => Some(Version::V30),
        (Some("3"), Some("1")) => Some(Version::V31),
        (Some("3"), Some("2")) => Some(Version::V32),
        _ => {
            diagnostics.error(
                Stage::Parse,
                &top.child("openapi"),
                format!("OpenAPI {} isn't supported", excerpt(&version)),
                "use OpenAPI 3.0, 3.1 or 3.2",
            );
            None
        }
    }
}
