//! Follows `$ref`s in places where the specification has none, such as `paths: {$ref: …}` or an
//! operation. Their content takes their place before the walk checks it.

use serde_json::{Map, Value, json};

use super::grammar::{self, UnknownKeys, ValueKind};
use super::objects::{OPERATION, PATH_ITEM};
use super::reference;
use super::targets::Keyword;
use super::text::excerpt;
use super::walk::{OpenTarget, Walker, with_article};
use crate::pointer::Pointer;

/// How many such `$ref`s may lead to each other.
const DEEPEST: usize = 20;
/// How many values they may add to the document.
const MOST_VALUES: usize = 1_000_000;

/// Follows the `$ref`s in `value`, which is at `place`. Returns false if the value must be dropped.
///
/// `tree` is the document; `value` is a copy of a part of it, or of another file.
pub(super) fn follow(
    walker: &mut Walker<'_>,
    kind: ValueKind,
    value: &mut Value,
    place: &Pointer,
    tree: &Value,
) -> bool {
    let mut follower = Follower {
        walker,
        tree,
        chain: Vec::new(),
        values: 0,
    };
    follower.value(kind, value, place, place)
}

/// Whether there is such a `$ref` in a value.
pub(super) fn any(kind: ValueKind, value: &Value) -> bool {
    misplaced(kind, value).is_some()
        || match (kind, value) {
            (ValueKind::List(item), Value::Array(items)) => items.iter().any(|it| any(*item, it)),
            (_, Value::Object(map)) => map
                .iter()
                .any(|(key, it)| grammar::kind_of(kind, key).is_some_and(|kind| any(kind, it))),
            _ => false,
        }
}

/// Returns the `$ref` of a value that can't have one.
fn misplaced(kind: ValueKind, value: &Value) -> Option<&str> {
    let map = value.as_object()?;
    let text = map.get("$ref")?.as_str()?;
    let is_misplaced = match kind {
        ValueKind::Object(object) => object.field("$ref").is_none(),
        // The key may be a name that the document chose.
        ValueKind::Map(ValueKind::String) => map.len() == 1 && text.contains(['#', '/']),
        ValueKind::Map(ValueKind::Any) => false,
        ValueKind::Map(_) | ValueKind::List(_) => true,
        _ => false,
    };
    is_misplaced.then_some(text)
}

struct Follower<'f, 'w> {
    walker: &'f mut Walker<'w>,
    tree: &'f Value,
    /// The targets that are being followed.
    chain: Vec<Pointer>,
    /// The number of values that were added.
    values: usize,
}

impl Follower<'_, '_> {
    /// Handles a value at `place` that is written at `origin`.
    fn value(
        &mut self,
        kind: ValueKind,
        value: &mut Value,
        place: &Pointer,
        origin: &Pointer,
    ) -> bool {
        if let Some(text) = misplaced(kind, value).map(str::to_owned) {
            let Some(found) = self.replacement(kind, &text, value.take(), place, origin) else {
                self.walker.lost.push(place.clone());
                if !is_operation(kind) {
                    return false;
                }
                // The options may exclude the operation, and with it the error.
                *value = json!({ "responses": {} });
                return true;
            };
            *value = found;
            return true;
        }
        if place.file() != origin.file() && self.refer(kind, value, place, origin) {
            return true;
        }
        match (kind, value) {
            (ValueKind::List(item), Value::Array(items)) => {
                for (index, it) in items.iter_mut().enumerate() {
                    if !self.value(*item, it, &place.index(index), &origin.index(index)) {
                        *it = Value::Null;
                    }
                }
                items.retain(|it| !it.is_null());
            }
            (_, Value::Object(map)) => map.retain(|key, it| {
                let Some(inner) = grammar::kind_of(kind, key) else {
                    return true;
                };
                let (place, origin) = (place.child(key), origin.child(key));
                let extra = usize::from(is_note(kind, key));
                self.walker.unneeded += extra;
                let keep = self.value(inner, it, &place, &origin);
                self.walker.unneeded -= extra;
                keep
            }),
            _ => {}
        }
        true
    }

    /// Returns what a `$ref` refers to. The keys beside it take precedence.
    fn replacement(
        &mut self,
        kind: ValueKind,
        text: &str,
        holder: Value,
        place: &Pointer,
        origin: &Pointer,
    ) -> Option<Value> {
        let target = self.target(kind, text, origin)?;
        if let ValueKind::List(item) = kind
            && is_element(kind, self.read(&target))
        {
            let element = self.link(*item, &place.index(0), &target)?;
            return Some(Value::Array(vec![element]));
        }
        let mut found = self.copy(kind, &target, origin)?;
        self.chain.push(target.clone());
        let keep = self.value(kind, &mut found, place, &target);
        self.chain.pop();
        if let (Value::Object(found), Value::Object(mut own)) = (&mut found, holder) {
            own.shift_remove("$ref");
            let mut siblings = Value::Object(own);
            self.value(kind, &mut siblings, place, origin);
            if let Value::Object(siblings) = siblings {
                found.extend(siblings);
            }
        }
        keep.then_some(found)
    }

    /// Returns the place that a `$ref` names, with a warning, or reports an error.
    fn target(&mut self, kind: ValueKind, text: &str, origin: &Pointer) -> Option<Pointer> {
        let name = name_of(kind);
        let expected = with_article(name);
        let here = origin.child("$ref");
        let target = self
            .walker
            .elsewhere(origin, |it| it.place_of(Keyword::Ref, text, origin));
        let fault = match target {
            Err(fault) => fault,
            Ok(target) if self.leads_back(&target, origin) => (
                format!("the `$ref` to `{}` leads back to itself", excerpt(text)),
                "replace it with a definition".to_owned(),
            ),
            Ok(target) if self.read(&target).is_none() && !is_element(kind, None) => {
                if target
                    .file()
                    .is_some_and(|it| self.walker.files.is_broken(&it))
                {
                    return None;
                }
                (
                    format!("`{}` doesn't exist", excerpt(&target.to_string())),
                    "add the definition, or correct the `$ref`".to_owned(),
                )
            }
            Ok(target) => match grammar::object_at(&target) {
                Some(found) if is_other(kind, found) => (
                    format!(
                        "`{}` is {}",
                        excerpt(&target.to_string()),
                        with_article(found)
                    ),
                    format!("refer to {expected} instead"),
                ),
                _ => {
                    let message = format!(
                        "OpenAPI allows no `$ref` in place of {expected}; it is replaced with its target"
                    );
                    let help = "move the definition here";
                    self.walker
                        .elsewhere(&here, |walker| walker.warn(message, help));
                    return Some(target);
                }
            },
        };
        self.refuse(&here, fault);
        None
    }

    fn refuse(&mut self, here: &Pointer, (message, help): (String, String)) {
        self.walker
            .elsewhere(here, |walker| walker.refuse(message, &help));
    }

    fn leads_back(&self, target: &Pointer, origin: &Pointer) -> bool {
        self.chain.len() >= DEEPEST || self.chain.contains(target) || origin.is_within(target)
    }

    /// Returns the value at a place.
    fn read(&self, target: &Pointer) -> Option<&Value> {
        match target.file() {
            Some(_) => self.walker.files.value(target),
            None => self.tree.pointer(target.as_str()),
        }
    }

    /// Returns a copy of the target of a `$ref`, or reports an error if it isn't of the kind.
    fn copy(&mut self, kind: ValueKind, target: &Pointer, origin: &Pointer) -> Option<Value> {
        let found = self.read(target).cloned().unwrap_or_default();
        self.values += count(&found);
        let fits = match kind {
            ValueKind::List(_) => found.is_array(),
            _ => found.is_object(),
        };
        let fault = if self.values > MOST_VALUES {
            (
                "the `$ref`s of this document expand to too much data".to_owned(),
                "refer to smaller parts of it".to_owned(),
            )
        } else if !fits {
            let expected = with_article(name_of(kind));
            (
                format!("`{}` isn't {expected}", excerpt(&target.to_string())),
                format!("refer to {expected} instead"),
            )
        } else {
            return Some(found);
        };
        self.refuse(&origin.child("$ref"), fault);
        None
    }

    /// Replaces an object of another file with a `$ref`, if it may have one, because its own `$ref`s
    /// are relative to that file.
    fn refer(
        &mut self,
        kind: ValueKind,
        value: &mut Value,
        place: &Pointer,
        origin: &Pointer,
    ) -> bool {
        if !value.is_object() {
            return false;
        }
        match self.link(kind, place, origin) {
            Some(link) => {
                *value = link;
                true
            }
            None => false,
        }
    }

    /// Returns a `$ref` at `place` to `target`; `None` if a value of this kind can't have one.
    fn link(&mut self, kind: ValueKind, place: &Pointer, target: &Pointer) -> Option<Value> {
        let object = match kind {
            ValueKind::Schema | ValueKind::Subschema => OpenTarget::Schema,
            ValueKind::ReferenceOr(object) => OpenTarget::Object(object.name),
            ValueKind::PathItem => OpenTarget::Object(PATH_ITEM.name),
            _ => return None,
        };
        let text = reference::to(target.as_str());
        let key = (place.clone(), Keyword::Ref.name());
        self.walker.resolved.insert(key, text.clone());
        self.walker.note_target(target.clone(), object);
        Some(reference::object(text))
    }
}

fn is_operation(kind: ValueKind) -> bool {
    matches!(kind, ValueKind::Object(object) if object.name == OPERATION.name)
}

/// Whether a key belongs to a field that no client needs.
fn is_note(kind: ValueKind, key: &str) -> bool {
    let field = grammar::object_of(kind).and_then(|object| object.field(key));
    field.is_some_and(|field| !field.needed)
}

/// Whether the target of a `$ref` in place of a list is one element of it.
fn is_element(kind: ValueKind, target: Option<&Value>) -> bool {
    let ValueKind::List(item) = kind else {
        return false;
    };
    let may_refer = matches!(
        item,
        ValueKind::Schema | ValueKind::Subschema | ValueKind::ReferenceOr(_) | ValueKind::PathItem
    );
    // The walk reports a missing element.
    may_refer && !target.is_some_and(Value::is_array)
}

/// Returns the name of a kind for messages.
fn name_of(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Object(object) => object.name,
        ValueKind::List(_) => "list",
        _ => "map",
    }
}

/// Whether `found`, the object that the specification requires at the target, can't be of a kind.
fn is_other(kind: ValueKind, found: &str) -> bool {
    match kind {
        ValueKind::Object(object) => {
            let is_map = matches!(object.rest, UnknownKeys::Each(_));
            found != object.name && !(is_map && found == "map")
        }
        ValueKind::List(_) => false,
        // A Paths Object or a Responses Object is a map, too.
        _ => found == "plain value" || found == "list",
    }
}

/// Returns the number of values in a value.
fn count(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => Map::values(map).map(count).sum(),
        _ => 0,
    };
    1 + inner
}
