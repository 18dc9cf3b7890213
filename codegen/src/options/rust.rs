//! Rust code in options. It comes from the user of the generator, and is parsed when the options are read,
//! so that an error has its place in the file.

use std::fmt;

use quote::ToTokens;
use serde::Deserialize;
use syn::parse::{Parse, ParseStream, Parser};

use crate::analyse::Trait;

/// The path of a derive macro, such as `Hash` or `schemars::JsonSchema`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct DerivePath(String);

impl DerivePath {
    /// Returns the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the trait of the standard library; `None` for any other derive macro.
    pub fn std_trait(&self) -> Option<&str> {
        let name = self.0.rsplit("::").next()?;
        let is_std = ["", "std", "core"].contains(&root(&self.0))
            && (Trait::named(name).is_some() || ALWAYS_DERIVED.contains(&name));
        is_std.then_some(name)
    }

    /// Returns the crate that the path begins with; `None` for a trait of the standard library.
    pub fn foreign_crate(&self) -> Option<&str> {
        let root = root(&self.0);
        (!["", "std", "core", "alloc"].contains(&root)).then_some(root)
    }
}

/// The traits that every model implements.
const ALWAYS_DERIVED: [&str; 3] = ["Clone", "Debug", "PartialEq"];

impl TryFrom<String> for DerivePath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let path = syn::Path::parse_mod_style
            .parse_str(&text)
            .map_err(|error| {
                format!(
                    "`{text}` isn't the path of a derive macro, such as `Hash` or \
                 `schemars::JsonSchema`: {error}"
                )
            })?;
        let derive = Self(spelled(&path));
        match derive.foreign_crate() {
            Some("crate" | "self" | "super") => Err(format!(
                "`{text}` is in the client itself, which can't define derive macros; name one of another \
                 crate, such as `schemars::JsonSchema`"
            )),
            None if derive.std_trait().is_none() => Err(format!(
                "`{text}` isn't a derive macro of the standard library; write its full path, such as \
                 `schemars::JsonSchema`"
            )),
            _ => Ok(derive),
        }
    }
}

/// An outer attribute, such as `#[non_exhaustive]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct OuterAttribute {
    text: String,
    name: String,
}

impl OuterAttribute {
    /// Returns the attribute.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the path of the attribute, such as `non_exhaustive`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl TryFrom<String> for OuterAttribute {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let attributes = syn::Attribute::parse_outer
            .parse_str(&text)
            .map_err(|error| {
                format!("`{text}` isn't an attribute, such as `#[non_exhaustive]`: {error}")
            })?;
        let [attribute] = attributes.as_slice() else {
            return Err(format!(
                "`{text}` isn't a single attribute, such as `#[non_exhaustive]`; write each attribute as a separate string"
            ));
        };
        let name = spelled(attribute.path());
        match name.as_str() {
            "derive" => Err("list derive macros in the option `derive`".to_owned()),
            "doc" if matches!(attribute.meta, syn::Meta::NameValue(_)) => Err(
                "documentation comes from the document; change the `description` with an overlay"
                    .to_owned(),
            ),
            _ => Ok(Self {
                text: attribute.to_token_stream().to_string(),
                name,
            }),
        }
    }
}

/// The path of a type, such as `rust_decimal::Decimal`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct TypePath(String);

impl TypePath {
    /// Returns the path, with its arguments.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of the type, without its path and arguments.
    pub fn name(&self) -> &str {
        let path = self.0.split('<').next().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default()
    }

    /// Returns whether the type is in the hand-written module `custom` of the client.
    pub fn is_custom(&self) -> bool {
        self.0.starts_with(CUSTOM)
    }

    /// Returns the crate that the path begins with; `None` for the standard library and the client itself.
    pub fn foreign_crate(&self) -> Option<&str> {
        let root = root(&self.0);
        (!["crate", "std", "core", "alloc"].contains(&root)).then_some(root)
    }
}

/// The path of the hand-written module in a client.
const CUSTOM: &str = "crate::custom::";

impl TryFrom<String> for TypePath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let OwnedPath(path) = syn::parse_str(&text).map_err(|error| {
            format!("`{text}` isn't the path of a type, such as `rust_decimal::Decimal`: {error}")
        })?;
        let text = spelled(&path);
        match root(&text) {
            "crate" if !text.starts_with(CUSTOM) => Err(format!(
                "`{text}` isn't in `src/custom.rs`, the one file of the client that you write; put the type \
                 there and write `{CUSTOM}…`"
            )),
            "" | "self" | "super" => Err(format!(
                "`{text}` isn't a full path; start it with its crate, such as `rust_decimal::Decimal`, or \
                 `{CUSTOM}…` for a type in `src/custom.rs`"
            )),
            _ => Ok(Self(text)),
        }
    }
}

/// A path of a type, without `<T as Trait>`.
struct OwnedPath(syn::Path);

impl Parse for OwnedPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse().map(Self)
    }
}

/// Returns the first segment of a path that has several; `""` for a single name.
fn root(path: &str) -> &str {
    let path = path.trim_start_matches("::");
    path.split_once("::")
        .filter(|(root, _)| !root.contains('<'))
        .map_or("", |(root, _)| root)
}

/// Returns a path as people write it. The tokens have a space on both sides.
fn spelled(path: &impl ToTokens) -> String {
    let text = path.to_token_stream().to_string();
    let tight = ["::", "<", ">"].into_iter().fold(text, |text, sign| {
        text.replace(&format!(" {sign}"), sign)
            .replace(&format!("{sign} "), sign)
    });
    tight.replace(" ,", ",")
}

macro_rules! printed {
    ($($ty:ident),+) => {
        $(impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        })+
    };
}
printed!(DerivePath, OuterAttribute, TypePath);

#[cfg(test)]
mod tests {
    use super::{DerivePath, OuterAttribute, TypePath};

    fn read<T: TryFrom<String, Error = String>>(text: &str) -> Result<T, String> {
        T::try_from(text.to_owned())
    }

    #[track_caller]
    fn assert_refused<T: TryFrom<String, Error = String>>(text: &str, start: &str) {
        let error = read::<T>(text).err().expect("a refusal");
        assert!(error.starts_with(start), "{error}");
    }

    #[test]
    fn code_is_printed_without_comments_and_as_people_write_it() {
        let path = read::<DerivePath>("  ::schemars :: JsonSchema // x").unwrap();
        assert_eq!(path.as_str(), "::schemars::JsonSchema");
        assert_eq!(path.foreign_crate(), Some("schemars"));
        let path = read::<TypePath>("a::B < c::D,  u8>").unwrap();
        assert_eq!(path.as_str(), "a::B<c::D, u8>");
        assert_eq!(path.name(), "B");
        let attribute = read::<OuterAttribute>("#[cfg_attr(unix, x::y = 1)] /* x */").unwrap();
        assert_eq!(attribute.as_str(), "# [cfg_attr (unix , x :: y = 1)]");
    }

    #[test]
    fn other_code_is_refused_with_what_to_write() {
        assert_refused::<DerivePath>("a b", "`a b` isn't the path of a derive macro");
        assert_refused::<DerivePath>("A<B>", "`A<B>` isn't the path of a derive macro");
        assert_refused::<DerivePath>(
            "JsonSchema",
            "`JsonSchema` isn't a derive macro of the standard",
        );
        assert_refused::<DerivePath>("std::A", "`std::A` isn't a derive macro of the standard");
        assert_refused::<DerivePath>("crate::A", "`crate::A` is in the client itself");
        assert_refused::<OuterAttribute>("non_exhaustive", "`non_exhaustive` isn't an attribute");
        assert_refused::<OuterAttribute>("#![a]", "`#![a]` isn't an attribute");
        assert_refused::<OuterAttribute>("#[a] #[b]", "`#[a] #[b]` isn't a single attribute");
        assert_refused::<OuterAttribute>("#[a] struct B;", "`#[a] struct B;` isn't an attribute");
        assert_refused::<OuterAttribute>("#[derive(Hash)]", "list derive macros in the option");
        assert_refused::<OuterAttribute>("/// text", "documentation comes from the document");
        assert_refused::<TypePath>("Money", "`Money` isn't a full path");
        assert_refused::<TypePath>("&'static str", "`&'static str` isn't the path of a type");
        assert_refused::<TypePath>("crate::Money", "`crate::Money` isn't in `src/custom.rs`");
    }
}
