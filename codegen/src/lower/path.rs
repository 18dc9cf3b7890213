//! Path templates.

/// A part of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TemplatePart<'t> {
    /// Text between parameters, as the document writes it.
    Text(&'t str),
    /// The name between braces.
    Name(&'t str),
}

/// Splits a template into its parts. An unmatched brace is text.
pub(super) fn template_parts(template: &str) -> Vec<TemplatePart<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else {
            break;
        };
        // `{{a}` contains the name `a` after an unmatched brace.
        let open = rest[..close].rfind('{').unwrap_or(open);
        let (text, name) = (&rest[..open], &rest[open + 1..close]);
        if !text.is_empty() {
            parts.push(TemplatePart::Text(text));
        }
        parts.push(TemplatePart::Name(name));
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() {
        parts.push(TemplatePart::Text(rest));
    }
    parts
}

/// Percent-encodes the characters of a template that a path must not contain (RFC 3986, section
/// 3.3). Existing escapes stay, and so does `?`, which starts a query of the template's own.
pub(super) fn encode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut encoded = String::with_capacity(text.len());
    for (index, byte) in bytes.iter().enumerate() {
        let keep = match byte {
            b'%' => bytes
                .get(index + 1..index + 3)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(byte),
        };
        if keep {
            encoded.push(char::from(*byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{TemplatePart, encode, template_parts};

    #[test]
    fn a_segment_can_hold_several_parameters_and_text() {
        assert_eq!(
            template_parts("/a/{b}..{c}.json"),
            [
                TemplatePart::Text("/a/"),
                TemplatePart::Name("b"),
                TemplatePart::Text(".."),
                TemplatePart::Name("c"),
                TemplatePart::Text(".json")
            ]
        );
    }

    #[test]
    fn an_unmatched_brace_is_text() {
        assert_eq!(template_parts("/a}{b"), [TemplatePart::Text("/a}{b")]);
        assert_eq!(
            template_parts("/{{b}"),
            [TemplatePart::Text("/{"), TemplatePart::Name("b")]
        );
        assert_eq!(template_parts("{}"), [TemplatePart::Name("")]);
    }

    #[test]
    fn text_is_percent_encoded_once() {
        assert_eq!(
            encode("/über uns/100%/%2F/{x"),
            "/%C3%BCber%20uns/100%25/%2F/%7Bx"
        );
        assert_eq!(encode("/v1/a:b@c?d=e&f"), "/v1/a:b@c?d=e&f");
    }
}
