//! The position of the walk in the tree, and what it collects.

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};
use openapiv3::ReferenceOr;
use serde_json::{Map, Value};

use super::document::SchemaObject;
use super::files::Files;
use super::reference;
use super::source::Source;
use super::version::Version;
use super::walk::describe;
use crate::diagnostic::{Diagnostics, Stage};
use crate::fallback::{Fallback, FallbackReason};
use crate::pointer::Pointer;

/// Walks over a tree and keeps track of its position.
pub(super) struct Walker<'a> {
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) version: Version,
    pub(super) schemas: IndexMap<Pointer, ReferenceOr<SchemaObject>>,
    /// The other files of the document.
    pub(super) files: Files<'a>,
    /// The keys of `components.schemas`.
    pub(super) schema_names: HashSet<String>,
    /// The resolved `$ref`s by the object that contains them and keyword.
    pub(super) resolved: HashMap<(Pointer, &'static str), String>,
    /// Targets of `$ref`s in places that the grammar leaves open, and what each must be.
    pub(super) open_targets: IndexSet<(Pointer, OpenTarget)>,
    /// Where the result says less than the document.
    pub(super) simplified: Vec<Fallback>,
    /// The places of refused values.
    pub(super) lost: Vec<Pointer>,
    /// The encoded pointer of the current place.
    at: String,
    pub(super) depth: usize,
    /// The number of enclosing fields that no client needs.
    pub(super) unneeded: usize,
    /// Unknown keys, and the most similar field of each kind of object.
    pub(super) similar_fields: HashMap<String, HashMap<&'static str, Option<&'static str>>>,
}

/// What the target of a `$ref` in an open place must be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum OpenTarget {
    /// A schema.
    Schema,
    /// The object with this name in the grammar.
    Object(&'static str),
}

impl<'a> Walker<'a> {
    pub(super) fn new(
        version: Version,
        source: &'a Source,
        tree: &Value,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let mut walker = Self {
            diagnostics,
            version,
            files: Files::new(source, tree),
            schema_names: HashSet::new(),
            resolved: HashMap::new(),
            schemas: IndexMap::new(),
            open_targets: IndexSet::new(),
            simplified: Vec::new(),
            lost: Vec::new(),
            at: String::new(),
            depth: 0,
            unneeded: 0,
            similar_fields: HashMap::new(),
        };
        walker.note_schema_names(tree);
        walker
    }

    /// Collects the keys of `components.schemas`.
    pub(super) fn note_schema_names(&mut self, tree: &Value) {
        let schemas = tree.pointer("/components/schemas");
        let names = schemas.and_then(Value::as_object).into_iter();
        self.schema_names = names.flat_map(Map::keys).cloned().collect();
    }

    /// Returns the current place.
    pub(super) fn pointer(&self) -> Pointer {
        Pointer::from_encoded(&self.at).unwrap_or_default()
    }

    /// Returns the `$ref` to the current place.
    pub(super) fn own_reference(&self) -> String {
        reference::to(&self.at)
    }

    /// Runs `act` at another place.
    pub(super) fn elsewhere<T>(&mut self, place: &Pointer, act: impl FnOnce(&mut Self) -> T) -> T {
        let here = std::mem::replace(&mut self.at, place.as_str().to_owned());
        let result = act(self);
        self.at = here;
        result
    }

    /// Runs `act` one segment further in.
    pub(super) fn step<T>(&mut self, key: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.at.len();
        self.at.push('/');
        if key.contains(['~', '/']) {
            self.at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        } else {
            self.at.push_str(key);
        }
        let result = act(self);
        self.at.truncate(length);
        result
    }

    /// Warns of a repair.
    pub(super) fn warn(&mut self, message: impl Into<String>, help: impl Into<String>) {
        let place = self.pointer();
        self.diagnostics
            .warning(Stage::Parse, &place, message, help);
    }

    /// Warns of a repair at a property of the current object.
    pub(super) fn warn_at(
        &mut self,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.step(key, |walker| walker.warn(message, help));
    }

    /// Notes that the result says less than the document at this place.
    pub(super) fn simplify(&mut self, reason: FallbackReason) {
        let pointer = self.pointer();
        self.simplified.push(Fallback { pointer, reason });
    }

    /// Reports a value that can't be repaired. If no client needs it, it is ignored with a warning.
    /// Returns false, because the value is useless.
    pub(super) fn refuse(&mut self, message: impl Into<String>, help: &str) -> bool {
        let place = self.pointer();
        if self.unneeded > 0 {
            self.diagnostics.warning(
                Stage::Parse,
                &place,
                message,
                format!("it is ignored; {help}"),
            );
        } else {
            self.diagnostics.error(Stage::Parse, &place, message, help);
        }
        false
    }

    pub(super) fn wrong_type(&mut self, expected: &str, found: &Value) -> bool {
        let help = format!("use {expected} here");
        self.refuse(
            format!("expected {expected}, found {}", describe(found)),
            &help,
        )
    }
}
