//! Splits wire names into words, and joins words to identifiers.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// A naming convention of Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Functions, fields, modules.
    Snake,
    /// Types and variants.
    Camel,
    /// Constants.
    Shouting,
}

/// Which symbols of a wire name become words of the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Symbols with a meaning (`<`, `+1`) become words; separators are dropped.
    Plain,
    /// Every symbol becomes a word, to distinguish `id` from `_id` and `type` from `@type`.
    Full,
}

/// Returns the text of an identifier in `case` for a wire name. The text is ASCII and never empty, but
/// may be a keyword.
///
/// `noun` is the kind of thing that is named. It is used if no character of the wire name has a
/// word, as with a name of writing direction marks.
pub fn identifier(wire: &str, noun: &str, case: Case, spelling: Spelling) -> String {
    let mut text = cased(&words(wire, spelling), case);
    if text.is_empty() {
        text = cased(&words(wire, Spelling::Full), case);
    }
    if text.is_empty() {
        text = cased(if wire.is_empty() { "empty" } else { noun }, case);
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        text.insert_str(
            0,
            match case {
                Case::Snake => "n",
                Case::Camel => "N",
                Case::Shouting => "N",
            },
        );
    }
    text
}

fn cased(words: &str, case: Case) -> String {
    match case {
        Case::Snake => words.to_snake_case(),
        Case::Camel => words.to_upper_camel_case(),
        Case::Shouting => words.to_shouty_snake_case(),
    }
}

/// The maximum length of an identifier in bytes. Identifiers become file names, and those of rustdoc
/// are longer (`struct.….html`), so the maximum is well below the limits of file systems: 255 bytes, or
/// 143 bytes with eCryptfs.
const LONGEST: usize = 120;

/// Returns the text, or its first and last words if it is too long. A scope resolves collisions of
/// shortened texts like all others.
pub fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let parts_words = |&at: &usize| {
        let byte = text.as_bytes()[at];
        byte.is_ascii_uppercase() || byte == b'_'
    };
    // A word that is longer than half of the maximum is truncated.
    let half = LONGEST / 2;
    let (low, high) = (half, text.len() - half);
    let head = (1..=low).rev().find(parts_words).unwrap_or(low);
    let tail = (high..text.len()).find(parts_words).unwrap_or(high);
    format!("{}{}", &text[..head], &text[tail..])
}

/// Returns the words of a wire name in ASCII, separated by spaces, as heck expects them.
fn words(wire: &str, spelling: Spelling) -> String {
    let mut words = String::with_capacity(wire.len());
    let mut rest = wire.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = rest.next() {
        if words.len() >= LONGEST {
            break;
        }
        if c.is_ascii_alphanumeric() {
            words.push(c);
        } else if c.is_ascii() {
            let parts_words = before.is_some() && rest.peek().is_some();
            match symbol(c, spelling, parts_words, before, rest.peek().copied()) {
                Some(word) => {
                    words.push(' ');
                    words.push_str(word);
                    words.push(' ');
                }
                None => words.push(' '),
            }
        } else {
            match deunicode::deunicode_char(c) {
                Some(ascii) => words.extend(
                    ascii
                        .chars()
                        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }),
                ),
                None => words.push_str(&format!(" u{:x} ", u32::from(c))),
            }
        }
        before = Some(c);
    }
    words
}

/// Returns the word for a symbol, or `None` if it is a separator.
fn symbol(
    c: char,
    spelling: Spelling,
    parts_words: bool,
    before: Option<char>,
    after: Option<char>,
) -> Option<&'static str> {
    let meaning = match c {
        '<' => Some("less"),
        '>' => Some("greater"),
        '=' if matches!(before, None | Some('<' | '>' | '!')) || after.is_none() => Some("equal"),
        '+' => Some("plus"),
        '*' => Some("star"),
        '%' => Some("percent"),
        '!' => Some("not"),
        '&' => Some("and"),
        '|' => Some("or"),
        '-' if !parts_words && after.is_some_and(|c| c.is_ascii_digit()) => Some("minus"),
        _ => None,
    };
    if meaning.is_some() || spelling == Spelling::Plain {
        return meaning;
    }
    match c {
        '_' => Some("underscore"),
        '-' => Some("dash"),
        '.' => Some("dot"),
        '/' => Some("slash"),
        ':' => Some("colon"),
        '@' => Some("at"),
        '$' => Some("dollar"),
        '#' => Some("hash"),
        '~' => Some("tilde"),
        '?' => Some("question"),
        '=' => Some("equal"),
        '[' | ']' => Some("bracket"),
        '(' | ')' => Some("paren"),
        '{' | '}' => Some("brace"),
        ' ' => Some("space"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, LONGEST, Spelling, identifier, shortened};

    fn snake(wire: &str) -> String {
        identifier(wire, "field", Case::Snake, Spelling::Plain)
    }

    fn camel(wire: &str) -> String {
        identifier(wire, "value", Case::Camel, Spelling::Plain)
    }

    #[test]
    fn words_are_found_at_case_changes_and_separators() {
        assert_eq!(snake("ClientSid"), "client_sid");
        assert_eq!(snake("oauth.v1.device_code"), "oauth_v1_device_code");
        assert_eq!(camel("oauth.v1.device_code"), "OauthV1DeviceCode");
        assert_eq!(snake("@odata.type"), "odata_type");
        assert_eq!(
            camel("application/vnd.api+json"),
            "ApplicationVndApiPlusJson"
        );
    }

    #[test]
    fn symbols_with_a_meaning_become_words() {
        assert_eq!(camel("+1"), "Plus1");
        assert_eq!(camel("-1"), "Minus1");
        assert_eq!(snake("DateCreated<"), "date_created_less");
        assert_eq!(snake("DateCreated>="), "date_created_greater_equal");
        assert_eq!(camel("*"), "Star");
    }

    #[test]
    fn full_spelling_distinguishes_names_that_differ_in_separators() {
        assert_eq!(
            identifier("_id", "field", Case::Snake, Spelling::Full),
            "underscore_id"
        );
        assert_eq!(
            identifier("@type", "field", Case::Snake, Spelling::Full),
            "at_type"
        );
        assert_eq!(
            identifier("a.b", "value", Case::Camel, Spelling::Full),
            "ADotB"
        );
    }

    #[test]
    fn a_name_without_letters_becomes_an_identifier() {
        assert_eq!(snake(""), "empty");
        assert_eq!(camel("..."), "DotDotDot");
        assert_eq!(snake("_"), "underscore");
        assert_eq!(snake("\u{202e}\u{200b}"), "field");
        assert_eq!(camel("\u{7}\u{0}"), "Value");
        assert_eq!(camel("404"), "N404");
        assert_eq!(snake("1h"), "n1h");
    }

    #[test]
    fn a_long_text_keeps_its_first_and_its_last_words() {
        assert_eq!(shortened("PetOwner"), "PetOwner");
        let long = format!("Pet{}Owner", "Value".repeat(60));
        let short = shortened(&long);
        assert!(short.len() <= LONGEST, "{short}");
        assert!(short.starts_with("PetValueValue") && short.ends_with("ValueOwner"));
        assert_eq!(short.replace("Value", ""), "PetOwner");
        let snake = shortened(&format!("pet_{}owner", "value_".repeat(60)));
        assert_eq!(snake.replace("value_", ""), "pet_owner");
        assert_eq!(shortened(&"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn other_scripts_are_transliterated() {
        assert_eq!(snake("Größe"), "grosse");
        assert!(camel("設定").is_ascii());
        assert!(!camel("設定").is_empty());
        assert!(snake("\u{e000}").starts_with('u'));
    }
}
