//! Views of the maps in structs: properties whose names match a pattern, and additional ones.

use serde::Serialize;

use super::docs::{facts_about, sentence_of};
use super::print::{DocLines, RustType, StrLit};
use super::types::{Context, PrintScope};
use crate::ir::{Additional, PatternMap, Primitive, Struct, TypeRef};
use crate::name_pattern::NameMatcher;
use crate::names::{RustIdent, TypeNames};
use crate::text;

/// How maps of properties with the same name are written.
const SHARED_NAMES: &str =
    "If several maps have a property of the same name, only that of the first map is written.";

/// The field for additional properties.
#[derive(Debug, PartialEq, Serialize)]
pub struct ExtraView {
    pub docs: DocLines,
    /// The keyword of the runtime's macro.
    pub kind: &'static str,
    pub ident: RustIdent,
    pub ty: RustType,
}

/// The field for properties whose names match a pattern.
#[derive(Debug, PartialEq, Serialize)]
pub struct PatternView {
    pub docs: DocLines,
    /// The keyword of the runtime's macro for how a name is matched.
    pub matcher: &'static str,
    /// The text that it is matched with.
    pub text: StrLit,
    pub ident: RustIdent,
    pub ty: RustType,
}

impl Context<'_> {
    /// Returns the fields of a struct for properties whose names match a pattern.
    pub(super) fn pattern_views(&self, names: &TypeNames, shape: &Struct) -> Vec<PatternView> {
        let patterns = shape.patterns.iter().zip(&names.patterns);
        patterns
            .map(|(map, ident)| self.pattern_view(map, ident))
            .collect()
    }

    /// Returns the field of a struct for additional properties, if it holds any.
    pub(super) fn extra_view(&self, names: &TypeNames, shape: &Struct) -> Option<ExtraView> {
        let (kind, text, ty) = extra_of(&shape.additional)?;
        let mut docs = DocLines::default();
        docs.line(text);
        let notes = facts_about(&shape.additional_limits, None, None, false);
        if !notes.is_empty() {
            docs.line(sentence_of(&notes));
        }
        if !shape.patterns.is_empty() {
            docs.line(SHARED_NAMES);
        }
        Some(ExtraView {
            docs,
            kind,
            ident: names.rest.clone(),
            ty: self.ty(ty, PrintScope::Model),
        })
    }

    fn pattern_view(&self, map: &PatternMap, ident: &RustIdent) -> PatternView {
        let (matcher, text) = match &map.pattern.matcher {
            NameMatcher::Exact(text) => ("exact", text),
            NameMatcher::Prefix(text) => ("prefix", text),
            NameMatcher::Suffix(text) => ("suffix", text),
            NameMatcher::Contains(text) => ("contains", text),
            NameMatcher::Regex(text) => ("regex", text),
        };
        let mut docs = DocLines::default();
        docs.line(pattern_docs(map));
        PatternView {
            docs,
            matcher,
            text: StrLit::new(text),
            ident: ident.clone(),
            ty: self.ty(&map.ty, PrintScope::Model),
        }
    }
}

/// Returns the keyword of the runtime's macro for the additional properties that a struct holds, their
/// description and their type; `None` if it holds none.
pub(super) fn extra_of(additional: &Additional) -> Option<(&'static str, &'static str, &TypeRef)> {
    match additional {
        Additional::Ignored => None,
        Additional::Undeclared => Some((
            "undeclared",
            "Any other properties.",
            &TypeRef::Primitive(Primitive::Any),
        )),
        Additional::Typed(ty) => Some(("extra", "Properties that the document doesn't name.", ty)),
    }
}

/// Returns the description of the properties whose names match a pattern.
pub(super) fn pattern_docs(map: &PatternMap) -> String {
    let pattern = text::code(&map.pattern.source);
    format!("Properties whose names match {pattern}.")
}
