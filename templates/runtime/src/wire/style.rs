//! Parameter serialization: OpenAPI's table of styles (OpenAPI 3.2, Parameter Object; RFC 6570).
//!
//! Where the table says "n/a", the nearest defined form is written. `null` and empty arrays count
//! as absent (RFC 6570 section 2.3). Neither document defines values nested inside an item or a
//! property. In an exploded object, an array repeats the name of its property, as an exploded array
//! repeats the name of its parameter. Any other nested value is written as JSON.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::wire::tree::Tree;

/// A serialization style: the keyword `style` of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Written as `;color=blue`.
    Matrix,
    /// Written as `.blue`.
    Label,
    /// Written as `blue`.
    Simple,
    /// Written as `color=blue`.
    Form,
    /// Written as `color=blue%20black`.
    SpaceDelimited,
    /// Written as `color=blue%7Cblack`.
    PipeDelimited,
    /// Written as `color%5BR%5D=100`.
    DeepObject,
    /// Written as `color=blue` in a cookie, without escapes (OpenAPI 3.2).
    Cookie,
}

impl Style {
    /// Returns the encoding of this style with `explode: false`.
    #[inline]
    #[must_use]
    pub const fn joined(self) -> Encoding {
        Encoding {
            style: Some(self),
            explode: false,
            allow_reserved: false,
        }
    }

    /// Returns the encoding of this style with `explode: true`.
    #[inline]
    #[must_use]
    pub const fn exploded(self) -> Encoding {
        Encoding {
            style: Some(self),
            explode: true,
            allow_reserved: false,
        }
    }
}

/// How a parameter or form field is written: a [`Style`], or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// `None` writes JSON.
    style: Option<Style>,
    explode: bool,
    allow_reserved: bool,
}

impl Encoding {
    /// Writes the value as a JSON document (`content: application/json`).
    pub const JSON: Self = Self {
        style: None,
        explode: false,
        allow_reserved: false,
    };

    /// Returns the encoding with `allowReserved: true`: a query or form keeps `:/?@!$'()*+,;=` and
    /// percent-encoded triplets unescaped.
    ///
    /// Characters that would end the query or the value (`#`, `&`) or are invalid in it (`[`, `]`)
    /// are escaped all the same. reqwest still writes `'` as `%27`, as the WHATWG URL standard
    /// requires. Has no effect in paths, headers and cookies.
    #[inline]
    #[must_use]
    pub const fn allow_reserved(self) -> Self {
        Self {
            allow_reserved: true,
            ..self
        }
    }

    /// Returns whether the value is written as JSON.
    #[must_use]
    #[inline]
    pub const fn is_json(self) -> bool {
        self.style.is_none()
    }

    /// Returns how a form escapes text in this encoding.
    #[must_use]
    #[inline]
    pub const fn form_escape(self) -> Escape {
        if self.allow_reserved {
            Escape::Reserved
        } else {
            Escape::Form
        }
    }

    /// Returns how a cookie escapes text in this encoding.
    #[must_use]
    #[inline]
    pub const fn cookie_escape(self) -> Escape {
        match self.style {
            Some(Style::Cookie) => Escape::Raw,
            _ => Escape::Component,
        }
    }

    /// Returns how a query escapes text in this encoding.
    #[must_use]
    #[inline]
    pub const fn query_escape(self) -> Escape {
        if self.allow_reserved {
            Escape::Reserved
        } else {
            Escape::Component
        }
    }
}

/// How text is escaped for its place in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Percent-encodes all but the unreserved characters of RFC 3986: paths and queries.
    Component,
    /// Like `Component`, but keeps reserved characters: `allowReserved`.
    Reserved,
    /// Escapes as `application/x-www-form-urlencoded` of the WHATWG URL standard: a space is `+`.
    Form,
    /// Leaves text as it is: headers, and cookies of the style `cookie`.
    Raw,
}

/// All but the unreserved characters (RFC 3986 section 2.3).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The same without the reserved characters (RFC 3986 section 2.2) that have no meaning in a query.
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
    /// Appends escaped text to `out`.
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

    /// Returns escaped text: the text itself if it has nothing to escape.
    #[inline]
    fn escaped(self, text: &str) -> Cow<'_, str> {
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

    /// Returns the characters that are percent-encoded; `None` if text is written as it is.
    #[inline]
    const fn encoded(self) -> Option<&'static AsciiSet> {
        match self {
            Self::Component => Some(COMPONENT),
            Self::Form => Some(FORM),
            Self::Reserved => Some(RESERVED),
            Self::Raw => None,
        }
    }

    /// Returns what separates the items of one value.
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

/// Returns whether these are the digits of a percent-encoded byte.
#[inline]
fn is_hex(digits: Option<&[u8]>) -> bool {
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Calls `pair` with each name and value of a query, form or cookie, both escaped.
#[inline]
pub fn serialize_pairs(
    name: &str,
    encoding: Encoding,
    value: &Tree,
    escape: Escape,
    pair: &mut dyn FnMut(&str, &str),
) {
    let style = encoding.style.unwrap_or(Style::Form);
    let name = escape.escaped(name);
    match value {
        _ if style == Style::DeepObject => for_each_deep_pair(&name, value, escape, pair),
        Tree::Array(items) if encoding.explode => {
            for_each_item(items, escape, &mut |item| pair(&name, item));
        }
        Tree::Object(properties) if encoding.explode => for_each_exploded(properties, escape, pair),
        value => {
            if let Some(text) = join(value, escape.delimiter(style), escape) {
                pair(&name, &text);
            }
        }
    }
}

/// Calls `pair` with `name[property][0]` and each scalar, at any depth. Array items are numbered.
#[inline]
fn for_each_deep_pair(name: &str, value: &Tree, escape: Escape, pair: &mut dyn FnMut(&str, &str)) {
    match value {
        Tree::Object(properties) => {
            for (property, value) in properties {
                for_each_deep_pair(
                    &format!("{name}%5B{}%5D", escape.escaped(property)),
                    value,
                    escape,
                    pair,
                );
            }
        }
        Tree::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                for_each_deep_pair(&format!("{name}%5B{index}%5D"), value, escape, pair);
            }
        }
        scalar => {
            if let Some(text) = scalar.scalar_text() {
                pair(name, &escape.escaped(&text));
            }
        }
    }
}

/// Returns the text of a path segment or header; `None` if the value is absent.
#[must_use]
#[inline]
pub fn serialize_value(
    name: &str,
    encoding: Encoding,
    value: &Tree,
    escape: Escape,
) -> Option<String> {
    let (prefix, delimiter) = match (encoding.style, encoding.explode) {
        (Some(Style::Label), true) => (".", "."),
        (Some(Style::Label), false) => (".", ","),
        (Some(Style::Matrix), true) => (";", ";"),
        (Some(Style::Matrix), false) => (";", ","),
        _ => ("", ","),
    };
    let matrix = encoding.style == Some(Style::Matrix);
    let mut out = Joiner::new(delimiter);
    match value {
        Tree::Object(properties) if encoding.explode => {
            for_each_exploded(properties, escape, &mut |name, value| {
                out.push(&format!("{name}={value}"));
            });
        }
        Tree::Array(items) if encoding.explode && matrix => {
            for_each_item(items, escape, &mut |item| {
                out.push(&matrix_pair(name, item, escape));
            });
        }
        value if matrix => out.push(&matrix_pair(name, &join(value, delimiter, escape)?, escape)),
        value => out.text = join(value, delimiter, escape).map(Cow::into_owned),
    }
    Some(format!("{prefix}{}", out.text?))
}

/// Returns `name=value`, or the name alone if the value is empty.
#[inline]
fn matrix_pair(name: &str, value: &str, escape: Escape) -> String {
    let mut out = escape.escaped(name).into_owned();
    if !value.is_empty() {
        out.push('=');
        out.push_str(value);
    }
    out
}

/// Returns a scalar, the items of an array, or the names and values of an object in turn, separated
/// by `delimiter`; `None` if the value is absent.
#[inline]
fn join<'v>(value: &'v Tree, delimiter: &str, escape: Escape) -> Option<Cow<'v, str>> {
    let mut out = Joiner::new(delimiter);
    match value {
        Tree::Array(items) => for_each_item(items, escape, &mut |item| out.push(item)),
        Tree::Object(properties) => for_each_property(properties, escape, &mut |name, value| {
            out.push(name);
            out.push(value);
        }),
        scalar => {
            return Some(match scalar.scalar_text()? {
                Cow::Borrowed(text) => escape.escaped(text),
                Cow::Owned(text) => escape.escaped(&text).into_owned().into(),
            });
        }
    }
    out.text.map(Cow::Owned)
}

/// Joins strings with a delimiter.
struct Joiner<'a> {
    /// `None` until the first string.
    text: Option<String>,
    delimiter: &'a str,
}

impl<'a> Joiner<'a> {
    #[inline]
    fn new(delimiter: &'a str) -> Self {
        Self {
            text: None,
            delimiter,
        }
    }

    #[inline]
    fn push(&mut self, next: &str) {
        match &mut self.text {
            None => self.text = Some(next.to_owned()),
            Some(text) => {
                text.push_str(self.delimiter);
                text.push_str(next);
            }
        }
    }
}

/// Calls `each` with the escaped items of an array.
#[inline]
fn for_each_item(items: &[Tree], escape: Escape, each: &mut dyn FnMut(&str)) {
    for item in items {
        if let Some(text) = item.nested_text() {
            each(&escape.escaped(&text));
        }
    }
}

/// Calls `each` with the escaped names and values of an object.
#[inline]
fn for_each_property(
    properties: &[(String, Tree)],
    escape: Escape,
    each: &mut dyn FnMut(&str, &str),
) {
    for (name, value) in properties {
        if let Some(text) = value.nested_text() {
            each(&escape.escaped(name), &escape.escaped(&text));
        }
    }
}

/// Calls `each` with the escaped names and values of an exploded object: once for each item of a
/// property that is an array.
#[inline]
fn for_each_exploded(
    properties: &[(String, Tree)],
    escape: Escape,
    each: &mut dyn FnMut(&str, &str),
) {
    for (name, value) in properties {
        let values = match value {
            Tree::Array(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        let name = escape.escaped(name);
        for_each_item(values, escape, &mut |value| each(&name, value));
    }
}
