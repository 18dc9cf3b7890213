//! The only types that a template prints into Rust code. Each is safe in its context.

use std::fmt;

use serde::Serialize;

/// A string literal, escaped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StrLit(String);

impl StrLit {
    /// Creates a literal with this value.
    pub fn new(text: &str) -> Self {
        let literal = syn::LitStr::new(text, proc_macro2::Span::call_site());
        Self(quote::ToTokens::to_token_stream(&literal).to_string())
    }
}

impl fmt::Display for StrLit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Rust type or path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RustType(String);

impl RustType {
    /// Creates a type from text of the view. The only parts that come from a document must be
    /// identifiers.
    pub(in crate::view) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Creates a type for a view of [`crate::extend`], under the same condition.
    pub(crate) fn of_view(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Rust expression or pattern.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RustExpr(String);

impl RustExpr {
    /// Creates an expression from text of the view. The only parts that come from a document must be
    /// identifiers and [`StrLit`]s.
    pub(in crate::view) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RustExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns a field of a struct expression: `name: value`, or `name` if both are the same.
pub(in crate::view) fn field_init(name: &crate::names::RustIdent, value: &RustExpr) -> RustExpr {
    if value.as_str() == name.as_str() {
        value.clone()
    } else {
        RustExpr::new(format!("{name}: {value}"))
    }
}

/// The documentation of an item, printed as `///` lines. No text can end the comment, because every line
/// is prefixed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DocLines(Vec<String>);

impl DocLines {
    /// Appends a paragraph or block of lines after an empty line.
    pub(in crate::view) fn block(&mut self, lines: impl IntoIterator<Item = impl Into<String>>) {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_some() && !self.0.is_empty() {
            self.0.push(String::new());
        }
        self.0.extend(lines.map(Into::into));
    }

    /// Appends a paragraph of one line.
    pub(in crate::view) fn line(&mut self, line: impl Into<String>) {
        self.block([line.into()]);
    }

    /// Appends lines without a break.
    pub(in crate::view) fn extend(&mut self, lines: impl IntoIterator<Item = String>) {
        self.0.extend(lines);
    }

    /// Returns the lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|line| line.split(['\n', '\r']))
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, start: &str) -> fmt::Result {
        for line in self.lines() {
            let space = if line.is_empty() { "" } else { " " };
            writeln!(f, "{start}{space}{line}")?;
        }
        Ok(())
    }

    /// Returns the lines as documentation of the enclosing module (`//!`).
    pub fn inner(&self) -> InnerDoc<'_> {
        InnerDoc(self)
    }
}

impl fmt::Display for DocLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, "///")
    }
}

/// [`DocLines`] printed as `//!` lines.
pub struct InnerDoc<'a>(&'a DocLines);

impl fmt::Display for InnerDoc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.print(f, "//!")
    }
}

/// Markdown for a page. Text of the document must have been sanitized by [`crate::text`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Markdown(String);

impl Markdown {
    /// Creates Markdown from text of [`crate::text`] or the view.
    pub(in crate::view) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The output of a slot's templates, which [`crate::extend`] checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SlotText(String);

impl SlotText {
    /// Creates the text. It must have been checked for its slot.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns whether no template prints anything here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SlotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A TOML value, printed inline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TomlValue(String);

impl TomlValue {
    /// Creates a string.
    pub fn string(text: &str) -> Self {
        Self(toml::Value::String(text.to_owned()).to_string())
    }

    /// Creates a key, bare if TOML allows it.
    pub fn key(text: &str) -> Self {
        let bare = !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if bare {
            Self(text.to_owned())
        } else {
            Self::string(text)
        }
    }

    /// Creates any value.
    pub fn of(value: &toml::Value) -> Self {
        Self(value.to_string())
    }
}

impl fmt::Display for TomlValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
