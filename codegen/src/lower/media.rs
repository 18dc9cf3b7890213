//! Media types, and how a client treats them.

/// The media type of forms with files.
pub(super) const FORM_DATA: &str = "multipart/form-data";

/// Returns the `type/subtype` of a media type in lower case, without parameters.
pub(super) fn essence(name: &str) -> String {
    name.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// How a client treats a media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MediaFamily {
    /// `application/json`, `…+json` (RFC 6839).
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// Text without a schema.
    Text,
    /// `text/event-stream`: a stream in a response, text in a request.
    Events,
    /// JSON documents in a row: JSON Lines, or JSON text sequences (RFC 7464).
    JsonSequence,
    /// `application/xml`, `…+xml`: text, even if a schema describes it.
    Xml,
    /// A range such as `*/*`.
    Wildcard,
    /// `multipart/form-data`, `multipart/mixed` and others.
    Multipart,
    /// Anything else.
    Bytes,
}

/// Returns how a client treats a media type.
pub(super) fn family(name: &str) -> MediaFamily {
    let essence = essence(name);
    let (main, sub) = essence.split_once('/').unwrap_or((&essence, ""));
    match (main, sub) {
        (_, "json") => MediaFamily::Json,
        (
            "application" | "text",
            "jsonl" | "x-jsonl" | "jsonlines" | "x-jsonlines" | "json-lines" | "ndjson"
            | "x-ndjson" | "x-json-stream" | "stream+json" | "x-stream+json" | "json-seq",
        ) => MediaFamily::JsonSequence,
        (_, sub) if sub.ends_with("+json-seq") => MediaFamily::JsonSequence,
        ("application", "x-www-form-urlencoded") => MediaFamily::Form,
        ("multipart", _) => MediaFamily::Multipart,
        ("*" | "application", "*") | ("*", _) => MediaFamily::Wildcard,
        (_, sub) if sub.ends_with("+json") => MediaFamily::Json,
        (_, "xml") => MediaFamily::Xml,
        ("image", _) => MediaFamily::Bytes,
        (_, sub) if sub.ends_with("+xml") => MediaFamily::Xml,
        ("text", "event-stream") => MediaFamily::Events,
        ("text", _) => MediaFamily::Text,
        (
            "application",
            "yaml" | "x-yaml" | "javascript" | "graphql" | "jwt" | "jose" | "sql" | "toml",
        ) => MediaFamily::Text,
        ("application", "csv") => MediaFamily::Text,
        _ => MediaFamily::Bytes,
    }
}

/// Whether a media type is YAML (RFC 9512). Every JSON document is one of YAML 1.2.
pub(super) fn is_yaml(name: &str) -> bool {
    let essence = essence(name);
    let (_, sub) = essence.split_once('/').unwrap_or_default();
    matches!(sub, "yaml" | "x-yaml") || sub.ends_with("+yaml")
}

/// Returns the multipart media type that is sent, without parameters.
pub(super) fn multipart_type(name: &str) -> String {
    match essence(name).as_str() {
        "multipart/*" => FORM_DATA.to_owned(),
        essence => essence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{MediaFamily, essence, family, is_yaml};

    #[test]
    fn media_types_are_classified_by_subtype_and_suffix() {
        for (name, expected) in [
            ("application/json", MediaFamily::Json),
            ("Application/JSON; charset=utf-8", MediaFamily::Json),
            ("application/unsupported+json", MediaFamily::Json),
            ("application/scim+json", MediaFamily::Json),
            ("text/json", MediaFamily::Json),
            ("application/x-www-form-urlencoded", MediaFamily::Form),
            ("multipart/form-data", MediaFamily::Multipart),
            ("multipart/mixed", MediaFamily::Multipart),
            ("text/plain", MediaFamily::Text),
            ("text/csv", MediaFamily::Text),
            ("text/event-stream; charset=utf-8", MediaFamily::Events),
            ("application/x-ndjson", MediaFamily::JsonSequence),
            ("application/stream+json", MediaFamily::JsonSequence),
            ("application/geo+json-seq", MediaFamily::JsonSequence),
            ("application/xml", MediaFamily::Xml),
            ("application/atom+xml", MediaFamily::Xml),
            ("image/svg+xml", MediaFamily::Bytes),
            ("application/octet-stream", MediaFamily::Bytes),
            ("application/pdf", MediaFamily::Bytes),
            ("*/*", MediaFamily::Wildcard),
            ("", MediaFamily::Bytes),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }

    #[test]
    fn yaml_is_recognised_by_subtype_and_suffix() {
        for name in [
            "application/yaml",
            "text/x-yaml; a=b",
            "application/apply-patch+yaml",
        ] {
            assert!(is_yaml(name), "{name}");
        }
        assert!(!is_yaml("application/json") && !is_yaml("yaml"));
    }

    #[test]
    fn parameters_of_a_media_type_are_not_part_of_its_essence() {
        assert_eq!(essence(" Text/HTML ; charset=utf-8"), "text/html");
    }
}
