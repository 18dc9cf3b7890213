//! How a parameter becomes text: OpenAPI's table of styles (OpenAPI 3.1 4.8.12.4, RFC 6570).
//!
//! Where a table cell is "n/a", the nearest defined form is written. Null and empty lists count as
//! absent (RFC 6570 2.3). A value inside an item or member is written as JSON.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::wire::tree::Tree;

/// `style`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `;color=blue`
    Matrix,
    /// `.blue`
    Label,
    /// `blue`
    Simple,
    /// `color=blue`
    Form,
    /// `color=blue%20black`
    SpaceDelimited,
    /// `color=blue%7Cblack`
    PipeDelimited,
    /// `color%5BR%5D=100`
    DeepObject,
}

impl Style {
    /// `explode: false`
    #[inline]
    #[must_use]
    pub const fn joined(self) -> Encoding {
        Encoding {
            style: Some(self),
            explode: false,
            reserved: false,
        }
    }

    /// `explode: true`
    #[inline]
    #[must_use]
    pub const fn exploded(self) -> Encoding {
        Encoding {
            style: Some(self),
            explode: true,
            reserved: false,
        }
    }
}

/// How a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// `None`: as JSON.
    style: Option<Style>,
    explode: bool,
    reserved: bool,
}

impl Encoding {
    /// As a JSON document (`content: application/json`).
    pub const JSON: Self = Self {
        style: None,
        explode: false,
        reserved: false,
    };

    /// `allowReserved`: a query keeps `:/?@!$'()*+,;=` and percent-encoded triplets as they are
    /// (reqwest still writes `'` as `%27`, as the WHATWG URL standard has it).
    ///
    /// What would end the query or the value (`#`, `&`) or isn't allowed in it (`[`, `]`) is
    /// encoded all the same. Other places know no reserved characters.
    #[inline]
    #[must_use]
    pub const fn reserved(self) -> Self {
        Self {
            reserved: true,
            ..self
        }
    }

    /// Whether it is JSON.
    #[must_use]
    #[inline]
    pub const fn is_json(self) -> bool {
        self.style.is_none()
    }

    /// How a form escapes with it.
    #[must_use]
    #[inline]
    pub const fn form_escape(self) -> Escape {
        if self.reserved {
            Escape::Reserved
        } else {
            Escape::Form
        }
    }

    /// How a query escapes with it.
    #[must_use]
    #[inline]
    pub const fn query_escape(self) -> Escape {
        if self.reserved {
            Escape::Reserved
        } else {
            Escape::Component
        }
    }
}

/// How text is made safe for its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Percent-encoded but for RFC 3986's unreserved characters: path and query.
    Component,
    /// The same, but reserved characters stay: `allowReserved`.
    Reserved,
    /// `application/x-www-form-urlencoded` of the WHATWG URL standard: a space is `+`.
    Form,
    /// As it is: headers.
    Raw,
}

/// RFC 3986 2.3
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// RFC 3986 2.2, without what has a meaning in a query.
const RESERVED: &AsciiSet = &COMPONENT
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');
/// <https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set>
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

impl Escape {
    /// Appends text.
    #[inline]
    pub fn push(self, text: &str, out: &mut String) {
        let Some(encoded) = self.encoded() else {
            return out.push_str(text);
        };
        let mut at = 0;
        for part in utf8_percent_encode(text, encoded) {
            at += if part.starts_with('%') { 1 } else { part.len() };
            out.push_str(match (self, part) {
                (Self::Form, "%20") => "+",
                (Self::Reserved, "%25") if is_hex(text.as_bytes().get(at..at + 2)) => "%",
                _ => part,
            });
        }
    }

    /// Returns the escaped text, which is the text itself if it has nothing to escape.
    #[inline]
    fn text(self, text: &str) -> Cow<'_, str> {
        if self.is_plain(text) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 16);
        self.push(text, &mut out);
        Cow::Owned(out)
    }

    #[inline]
    fn is_plain(self, text: &str) -> bool {
        let Some(encoded) = self.encoded() else {
            return true;
        };
        let first = utf8_percent_encode(text, encoded).next();
        first.is_none_or(|first| first.len() == text.len() && !first.starts_with('%'))
    }

    /// Returns the characters that are percent-encoded; `None` if the text is written as it is.
    #[inline]
    const fn encoded(self) -> Option<&'static AsciiSet> {
        match self {
            Self::Component => Some(COMPONENT),
            Self::Form => Some(FORM),
            Self::Reserved => Some(RESERVED),
            Self::Raw => None,
        }
    }

    /// What stands between the items of one value.
    #[inline]
    const fn delimiter(self, style: Style) -> &'static str {
        match (style, self) {
            (Style::SpaceDelimited, Self::Form) => "+",
            (Style::SpaceDelimited, _) => "%20",
            (Style::PipeDelimited, _) => "%7C",
            _ => ",",
        }
    }
}

/// Whether these are the digits of a percent-encoded byte.
#[inline]
fn is_hex(digits: Option<&[u8]>) -> bool {
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Gives the pairs of a query, form or cookie, both sides escaped.
#[inline]
pub fn pairs(
    name: &str,
    encoding: Encoding,
    value: &Tree,
    escape: Escape,
    pair: &mut dyn FnMut(&str, &str),
) {
    let style = encoding.style.unwrap_or(Style::Form);
    let name = escape.text(name);
    match value {
        _ if style == Style::DeepObject => deep(&name, value, escape, pair),
        Tree::Array(items) if encoding.explode => {
            each_item(items, escape, &mut |item| pair(&name, item));
        }
        Tree::Object(members) if encoding.explode => each_member(members, escape, pair),
        value => {
            if let Some(text) = joined(value, escape.delimiter(style), escape) {
                pair(&name, &text);
            }
        }
    }
}

/// `name[member][0]=value`, as deep as the value goes. Items are numbered.
#[inline]
fn deep(name: &str, value: &Tree, escape: Escape, pair: &mut dyn FnMut(&str, &str)) {
    match value {
        Tree::Object(members) => {
            for (member, value) in members {
                deep(
                    &format!("{name}%5B{}%5D", escape.text(member)),
                    value,
                    escape,
                    pair,
                );
            }
        }
        Tree::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                deep(&format!("{name}%5B{index}%5D"), value, escape, pair);
            }
        }
        scalar => {
            if let Some(text) = scalar.scalar() {
                pair(name, &escape.text(&text));
            }
        }
    }
}

/// The text of a path segment or header; `None` if there is nothing to write.
#[must_use]
#[inline]
pub fn text(name: &str, encoding: Encoding, value: &Tree, escape: Escape) -> Option<String> {
    let (prefix, between) = match (encoding.style, encoding.explode) {
        (Some(Style::Label), true) => (".", "."),
        (Some(Style::Label), false) => (".", ","),
        (Some(Style::Matrix), true) => (";", ";"),
        (Some(Style::Matrix), false) => (";", ","),
        _ => ("", ","),
    };
    let matrix = encoding.style == Some(Style::Matrix);
    let mut out = Joined::new(between);
    match value {
        Tree::Object(members) if encoding.explode => {
            each_member(members, escape, &mut |name, value| {
                out.push(&format!("{name}={value}"));
            });
        }
        Tree::Array(items) if encoding.explode && matrix => {
            each_item(items, escape, &mut |item| {
                out.push(&matrix_pair(name, item, escape));
            });
        }
        value if matrix => out.push(&matrix_pair(name, &joined(value, between, escape)?, escape)),
        value => out.text = joined(value, between, escape).map(Cow::into_owned),
    }
    Some(format!("{prefix}{}", out.text?))
}

/// `name=value`; the name alone for an empty value.
#[inline]
fn matrix_pair(name: &str, value: &str, escape: Escape) -> String {
    let mut out = escape.text(name).into_owned();
    if !value.is_empty() {
        out.push('=');
        out.push_str(value);
    }
    out
}

/// A scalar, items, or names and values in turn; `None` if there is nothing to write.
#[inline]
fn joined<'v>(value: &'v Tree, between: &str, escape: Escape) -> Option<Cow<'v, str>> {
    let mut out = Joined::new(between);
    match value {
        Tree::Array(items) => each_item(items, escape, &mut |item| out.push(item)),
        Tree::Object(members) => each_member(members, escape, &mut |name, value| {
            out.push(name);
            out.push(value);
        }),
        scalar => {
            return Some(match scalar.scalar()? {
                Cow::Borrowed(text) => escape.text(text),
                Cow::Owned(text) => escape.text(&text).into_owned().into(),
            });
        }
    }
    out.text.map(Cow::Owned)
}

/// Texts with something between them.
struct Joined<'a> {
    /// `None` while there are none.
    text: Option<String>,
    between: &'a str,
}

impl<'a> Joined<'a> {
    #[inline]
    fn new(between: &'a str) -> Self {
        Self {
            text: None,
            between,
        }
    }

    #[inline]
    fn push(&mut self, next: &str) {
        match &mut self.text {
            None => self.text = Some(next.to_owned()),
            Some(text) => {
                text.push_str(self.between);
                text.push_str(next);
            }
        }
    }
}

/// Gives the items of a list, escaped.
#[inline]
fn each_item(items: &[Tree], escape: Escape, take: &mut dyn FnMut(&str)) {
    for item in items {
        if let Some(text) = item.inner_text() {
            take(&escape.text(&text));
        }
    }
}

/// Gives the names and values of an object, escaped.
#[inline]
fn each_member(members: &[(String, Tree)], escape: Escape, take: &mut dyn FnMut(&str, &str)) {
    for (name, value) in members {
        if let Some(text) = value.inner_text() {
            take(&escape.text(name), &escape.text(&text));
        }
    }
}
