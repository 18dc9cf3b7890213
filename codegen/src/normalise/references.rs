//! Resolves `$ref`s.

use std::borrow::Cow;
use std::collections::HashSet;

use indexmap::Equivalent;
use openapiv3::{OpenAPI, ReferenceOr};
use serde_json::Value;

use super::referable::Referable;
use super::resolved::{SchemaId, Schemas};
use crate::diagnostic::{Diagnostics, Stage};
use crate::parse::reference;
use crate::parse::text::excerpt;
use crate::parse::{self, similar};
use crate::pointer::Pointer;

/// How many unresolved references get a suggestion. Finding one is slow.
const MOST_SUGGESTIONS: usize = 20;
/// How many `$ref`s may form a chain, except those to schemas.
const LONGEST_CHAIN: usize = 100;
/// How many steps of a cycle a message shows.
const MOST_STEPS: usize = 8;

/// The state that all parts of this stage share.
pub(super) struct Context<'a> {
    pub(super) openapi: &'a OpenAPI,
    pub(super) tree: &'a Value,
    /// Places that the parser has refused.
    lost: &'a [Pointer],
    pub(super) schemas: Schemas,
    pub(super) diagnostics: &'a mut Diagnostics,
    /// Places whose `$ref` has been reported. A shared object is resolved wherever it is used.
    reported: HashSet<Pointer>,
}

/// The text of a pointer, to look up a [`Pointer`] without allocating one.
#[derive(Hash)]
pub(super) struct PointerText<'a>(&'a str);

impl Equivalent<Pointer> for PointerText<'_> {
    fn equivalent(&self, key: &Pointer) -> bool {
        self.0 == key.as_str()
    }
}

impl<'a> Context<'a> {
    pub(super) fn new(
        openapi: &'a OpenAPI,
        tree: &'a Value,
        lost: &'a [Pointer],
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            openapi,
            tree,
            lost,
            schemas: Schemas::default(),
            diagnostics,
            reported: HashSet::new(),
        }
    }

    pub(super) fn warn(
        &mut self,
        place: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics
            .warning(Stage::Normalise, place, message, help);
    }

    /// Reports the `$ref` at `place`, once. If no client needs it, it is ignored with a warning.
    fn refuse(&mut self, place: &Pointer, message: String, help: String) {
        if !self.reported.insert(place.clone()) {
            return;
        }
        if parse::is_needed(place) {
            self.diagnostics
                .error(Stage::Normalise, place, message, help);
        } else {
            self.warn(place, message, format!("it is ignored; {help}"));
        }
    }

    /// Returns the object itself and its place.
    pub(super) fn resolve<'d, T: Referable>(
        &mut self,
        item: &'d ReferenceOr<T>,
        place: &Pointer,
    ) -> Option<(Cow<'d, T>, Pointer)>
    where
        'a: 'd,
    {
        match item {
            ReferenceOr::Item(item) => Some((Cow::Borrowed(item), place.clone())),
            ReferenceOr::Reference { reference } => {
                let (mut item, target, passed) = self.follow::<T>(reference, place)?;
                let text = passed.iter().find_map(|place| {
                    let holder = self.tree.pointer(place.as_str())?;
                    holder.get("description")?.as_str()
                });
                if let Some(text) = text {
                    item.to_mut().describe(text.to_owned());
                }
                Some((item, target))
            }
        }
    }

    /// Follows a chain of `$ref`s that begins at `place`. Returns the object, its place, and the
    /// places of the `$ref`s.
    pub(super) fn follow<'d, T: Referable>(
        &mut self,
        reference: &'d str,
        place: &Pointer,
    ) -> Option<(Cow<'d, T>, Pointer, Vec<Pointer>)>
    where
        'a: 'd,
    {
        let mut text = reference;
        let mut passed = vec![place.clone()];
        loop {
            let holder = passed.last()?.clone();
            let target = self.target(text)?;
            if passed.contains(&target) {
                self.cycle(&passed, &target);
                return None;
            }
            if passed.len() >= LONGEST_CHAIN {
                let message =
                    format!("more than {LONGEST_CHAIN} `$ref`s refer to each other in a chain");
                let help = "refer to the target directly";
                self.refuse(&holder.child("$ref"), message, help.to_owned());
                return None;
            }
            let named = target.as_str().strip_prefix(T::SECTION);
            text = match named.and_then(|name| component::<T>(self.openapi, name)) {
                Some(ReferenceOr::Item(item)) => {
                    return Some((Cow::Borrowed(item), target, passed));
                }
                Some(ReferenceOr::Reference { reference }) => reference,
                None => match self.open::<T>(&target, &holder)? {
                    Ok(item) => return Some((Cow::Owned(item), target, passed)),
                    Err(reference) => reference,
                },
            };
            passed.push(target);
        }
    }

    /// Returns the object at a place in the tree, or the `$ref` there.
    fn open<T: Referable>(
        &mut self,
        target: &Pointer,
        holder: &Pointer,
    ) -> Option<Result<T, &'a str>> {
        let Some(value) = self.tree.pointer(target.as_str()) else {
            self.unresolved(&reference::to(target.as_str()), holder);
            return None;
        };
        if let Some(found) = parse::object_at(target).filter(|found| *found != T::NAME) {
            self.wrong_object(target, holder, Some(found), T::NAME);
            return None;
        }
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            return Some(Err(reference));
        }
        match T::read(value, target, self.diagnostics) {
            Ok(item) => Some(Ok(item)),
            Err(_) => {
                self.wrong_object(target, holder, None, T::NAME);
                None
            }
        }
    }

    /// Returns the target of a `$ref`, unless the parser has refused it.
    fn target(&self, text: &str) -> Option<Pointer> {
        if self.is_lost(text) {
            return None;
        }
        reference::target(text)
    }

    /// Returns the schema that a `$ref` refers to. All schemas are resolved by now, so a wrong
    /// `$ref` has been reported.
    pub(super) fn schema(&self, reference: &ReferenceOr<openapiv3::Schema>) -> Option<SchemaId> {
        match reference {
            ReferenceOr::Reference { reference } => find(&self.schemas, reference),
            ReferenceOr::Item(_) => None,
        }
    }

    /// Reports a `$ref` without a target.
    pub(super) fn unresolved(&mut self, text: &str, holder: &Pointer) {
        if self.is_lost(text) {
            return;
        }
        let place = holder.child("$ref");
        let help = match self.suggestion(text) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "add the definition, or correct the `$ref`".to_owned(),
        };
        self.refuse(
            &place,
            format!("`{}` doesn't exist", excerpt(&shown(text))),
            help,
        );
    }

    /// Whether the target of a `$ref` exists, but has been refused.
    fn is_lost(&self, text: &str) -> bool {
        reference::target(text).is_some_and(|target| {
            self.lost.iter().any(|lost| {
                let rest = target.as_str().strip_prefix(lost.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    }

    fn suggestion(&self, text: &str) -> Option<String> {
        if self.reported.len() >= MOST_SUGGESTIONS {
            return None;
        }
        let target = reference::target(text)?;
        let parent = target.parent()?;
        let name = target.segments().last()?;
        let names = self
            .tree
            .pointer(parent.as_str())?
            .as_object()?
            .keys()
            .map(String::as_str);
        let nearest = similar::nearest(&name, names)?;
        Some(parent.child(nearest).to_string())
    }

    /// Reports a `$ref` to another kind of object; `found` names that kind, if it is known.
    pub(super) fn wrong_object(
        &mut self,
        target: &Pointer,
        holder: &Pointer,
        found: Option<&str>,
        expected: &str,
    ) {
        let expected = parse::with_article(expected);
        let target = excerpt(&target.to_string());
        let message = match found {
            Some(found) => format!("`{target}` is {}", parse::with_article(found)),
            None => format!("`{target}` isn't {expected}"),
        };
        self.refuse(
            &holder.child("$ref"),
            message,
            format!("refer to {expected} instead"),
        );
    }

    /// Reports a cycle of `$ref`s.
    pub(super) fn cycle(&mut self, passed: &[Pointer], target: &Pointer) {
        let from = passed.iter().position(|place| place == target).unwrap_or(0);
        let cycle = passed.get(from..).unwrap_or_default();
        // A cycle is found from each of its steps, so the first by pointer is reported.
        let first = (0..cycle.len()).min_by_key(|&at| &cycle[at]).unwrap_or(0);
        let (tail, head) = cycle.split_at(first);
        let round: Vec<&Pointer> = head.iter().chain(tail).collect();
        let Some(start) = round.first().copied() else {
            return;
        };
        let mut steps: Vec<String> = round
            .iter()
            .take(MOST_STEPS)
            .map(|place| excerpt(&place.to_string()))
            .collect();
        if round.len() > MOST_STEPS {
            steps.push("…".to_owned());
        }
        steps.push(excerpt(&start.to_string()));
        let message = format!("circular `$ref`: {}", steps.join(" → "));
        self.refuse(
            &start.child("$ref"),
            message,
            "replace one of these `$ref`s with a definition".to_owned(),
        );
    }
}

/// Returns the schema that a `$ref` refers to.
pub(super) fn find(schemas: &Schemas, text: &str) -> Option<SchemaId> {
    let fragment = text.strip_prefix('#')?;
    if fragment.contains('%') {
        return schemas.at(&reference::target(text)?);
    }
    schemas.by_pointer.get(&PointerText(fragment)).copied()
}

/// Returns a `$ref` as the document writes it.
fn shown(text: &str) -> String {
    match reference::target(text) {
        Some(place) if place.file().is_some() => place.to_string(),
        _ => text.to_owned(),
    }
}

/// Returns the object with an encoded name.
fn component<'a, T: Referable>(openapi: &'a OpenAPI, name: &str) -> Option<&'a ReferenceOr<T>> {
    let section = T::section(openapi)?;
    if name.contains('/') {
        return None;
    }
    if name.contains('~') {
        return section.get(&name.replace("~1", "/").replace("~0", "~"));
    }
    section.get(name)
}
