//! Media types, and which of several a client uses.

/// The `type/subtype` of a media type in lower case, without parameters.
pub(super) fn essence(name: &str) -> String {
    name.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// How a client treats a media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// `application/json`, `…+json` (RFC 6839).
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// Text that isn't a document of a schema.
    Text,
    /// `text/event-stream`: in an answer, a stream; in a request, text.
    Events,
    /// `application/xml`, `…+xml`: text as well, though a schema may describe it.
    Xml,
    /// A range such as `*/*`: any of the above.
    Wildcard,
    /// `multipart/form-data`
    Multipart,
    /// Anything else.
    Bytes,
}

/// How a client treats the media type `name`.
pub(super) fn family(name: &str) -> Family {
    let essence = essence(name);
    let (main, sub) = essence.split_once('/').unwrap_or((&essence, ""));
    match (main, sub) {
        (_, "json") => Family::Json,
        ("application", "x-www-form-urlencoded") => Family::Form,
        ("multipart", "form-data" | "*") => Family::Multipart,
        ("*" | "application", "*") | ("*", _) => Family::Wildcard,
        (_, sub) if sub.ends_with("+json") => Family::Json,
        (_, "xml") => Family::Xml,
        ("image", _) => Family::Bytes,
        (_, sub) if sub.ends_with("+xml") => Family::Xml,
        ("text", "event-stream") => Family::Events,
        ("text", _) => Family::Text,
        (
            "application",
            "yaml" | "x-yaml" | "javascript" | "graphql" | "jwt" | "jose" | "sql" | "toml",
        ) => Family::Text,
        ("application", "x-ndjson" | "ndjson" | "jsonl" | "x-jsonlines" | "json-seq" | "csv") => {
            Family::Text
        }
        _ => Family::Bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, essence, family};

    #[test]
    fn media_types_are_told_by_subtype_and_suffix() {
        for (name, expected) in [
            ("application/json", Family::Json),
            ("Application/JSON; charset=utf-8", Family::Json),
            ("application/problem+json", Family::Json),
            ("application/scim+json", Family::Json),
            ("text/json", Family::Json),
            ("application/x-www-form-urlencoded", Family::Form),
            ("multipart/form-data", Family::Multipart),
            ("multipart/mixed", Family::Bytes),
            ("text/plain", Family::Text),
            ("text/csv", Family::Text),
            ("text/event-stream; charset=utf-8", Family::Events),
            ("application/xml", Family::Xml),
            ("application/atom+xml", Family::Xml),
            ("image/svg+xml", Family::Bytes),
            ("application/octet-stream", Family::Bytes),
            ("application/pdf", Family::Bytes),
            ("*/*", Family::Wildcard),
            ("", Family::Bytes),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }

    #[test]
    fn parameters_of_a_media_type_are_not_part_of_its_essence() {
        assert_eq!(essence(" Text/HTML ; charset=utf-8"), "text/html");
    }
}
