//! From a wire name to the words of an identifier, and from words to an identifier's case.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// The case that Rust asks for in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Functions, fields, modules.
    Snake,
    /// Types and variants.
    Camel,
    /// Constants.
    Shouting,
}

/// How much of a wire name goes into the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Symbols that carry meaning (`<`, `+1`) become words; those that part words are dropped.
    Plain,
    /// Every symbol becomes a word, to tell `id` from `_id` and `type` from `@type`.
    Full,
}

/// An identifier's text in `case` for a name on the wire; never empty, ASCII, and not yet checked
/// against keywords.
///
/// `noun` says what is named. It is the last resort, for a name of characters that have no word at
/// all, such as those that only set the direction of writing.
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

/// The longest text of an identifier, in bytes. Identifiers become files, and rustdoc's names of them
/// are longer (`struct.….html`): so it is well below the limit of file systems, which is 255 bytes, or
/// 143 where eCryptfs keeps them.
const LONGEST: usize = 120;

/// The text, or its first and its last words if it is too long. A scope resolves collisions of the
/// results as it does any other.
pub fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let parts_words = |&at: &usize| {
        let byte = text.as_bytes()[at];
        byte.is_ascii_uppercase() || byte == b'_'
    };
    // A word that is longer than half a name is cut where it stands.
    let half = LONGEST / 2;
    let (low, high) = (half, text.len() - half);
    let head = (1..=low).rev().find(parts_words).unwrap_or(low);
    let tail = (high..text.len()).find(parts_words).unwrap_or(high);
    format!("{}{}", &text[..head], &text[tail..])
}

/// The wire name as ASCII words parted by spaces, in a form that heck reads.
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

/// The word for a symbol, or `None` where it only parts words.
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
    fn full_spelling_tells_names_apart_that_differ_in_separators() {
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
    fn what_has_no_letters_still_has_a_name() {
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
