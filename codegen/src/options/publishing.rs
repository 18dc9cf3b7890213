//! What a package's manifest says for crates.io, with the rules of crates.io
//! (<https://doc.rust-lang.org/cargo/reference/manifest.html>).

use serde::Deserialize;
use url::Url;

/// The address of a page, with `http:` or `https:`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct PageUrl(String);

impl PageUrl {
    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PageUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_page = Url::parse(&text).is_ok_and(|it| ["http", "https"].contains(&it.scheme()));
        match is_page {
            true => Ok(Self(text)),
            false => Err(format!(
                "`{text}` isn't the address of a page, such as `https://example.com/petstore`"
            )),
        }
    }
}

/// The most keywords or categories of a package.
const MOST: usize = 5;

/// Keywords: at most 5, of at most 20 characters each.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(try_from = "Vec<String>")]
pub struct Keywords(Vec<String>);

impl Keywords {
    /// Returns the keywords.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for Keywords {
    type Error = String;

    fn try_from(words: Vec<String>) -> Result<Self, String> {
        let is_keyword = |word: &String| {
            word.len() <= 20
                && word.starts_with(|c: char| c.is_ascii_alphanumeric())
                && word
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
        };
        if let Some(word) = words.iter().find(|word| !is_keyword(word)) {
            return Err(format!(
                "`{word}` isn't a keyword of crates.io: at most 20 ASCII letters, digits, `_`, `-` and `+`, \
                 with a letter or digit first"
            ));
        }
        at_most("keywords", words).map(Self)
    }
}

/// Categories: at most 5 slugs of <https://crates.io/category_slugs>.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(try_from = "Vec<String>")]
pub struct Categories(Vec<String>);

impl Categories {
    /// Returns the slugs.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for Categories {
    type Error = String;

    fn try_from(slugs: Vec<String>) -> Result<Self, String> {
        let is_slug = |slug: &String| {
            let is_word = |word: &str| {
                !word.is_empty()
                    && word
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            };
            slug.split("::").all(is_word)
        };
        if let Some(slug) = slugs.iter().find(|slug| !is_slug(slug)) {
            return Err(format!(
                "`{slug}` isn't the slug of a category, such as `api-bindings`: see \
                 https://crates.io/category_slugs"
            ));
        }
        at_most("categories", slugs).map(Self)
    }
}

fn at_most(noun: &str, entries: Vec<String>) -> Result<Vec<String>, String> {
    match entries.len() {
        ..=MOST => Ok(entries),
        count => Err(format!(
            "crates.io allows {MOST} {noun}, not {count}: remove some"
        )),
    }
}

/// The minor version of Rust 1 that clients need.
pub(crate) const MINIMUM_RUST: u64 = 88;

/// A version of Rust, at least the one that clients need.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct RustVersion(String);

impl RustVersion {
    /// Returns the version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RustVersion {
    fn default() -> Self {
        Self(format!("1.{MINIMUM_RUST}"))
    }
}

impl TryFrom<String> for RustVersion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let numbers: Option<Vec<u64>> = text.split('.').map(|it| it.parse().ok()).collect();
        match numbers.as_deref() {
            Some([1, minor] | [1, minor, _]) if *minor >= MINIMUM_RUST => Ok(Self(text)),
            Some([1, _] | [1, _, _]) => Err(format!(
                "a client needs Rust 1.{MINIMUM_RUST} or later, not {text}"
            )),
            _ => Err(format!(
                "`{text}` isn't a version of Rust, such as `1.{MINIMUM_RUST}`"
            )),
        }
    }
}
