//! Follows `$ref`s in places where the specification has none, such as `paths: {$ref: …}` or an
//! operation. Their content takes their place before the walk checks it.

use serde_json::{Map, Value, json};

use super::grammar::{self, OPERATION, PATH_ITEM, UnknownKeys, ValueKind};
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
            let target = self.target(kind, &text, origin);
            let Some(target) = target.filter(|target| self.take(kind, value, target, origin))
            else {
                self.walker.lost.push(place.clone());
                if !is_operation(kind) {
                    return false;
                }
                // The options may exclude the operation, and with it the error.
                *value = json!({ "responses": {} });
                return true;
            };
            self.chain.push(target.clone());
            let keep = self.value(kind, value, place, &target);
            self.chain.pop();
            return keep;
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
                        "OpenAPI allows no `$ref` in place of {expected}; it is replaced by what it refers to"
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

    /// Returns a copy of the value at a place.
    fn read(&mut self, target: &Pointer) -> Option<&Value> {
        match target.file() {
            Some(_) => self.walker.files.value(target),
            None => self.tree.pointer(target.as_str()),
        }
    }

    /// Puts a copy of the target into a value. The keys beside the `$ref` take precedence.
    fn take(
        &mut self,
        kind: ValueKind,
        value: &mut Value,
        target: &Pointer,
        origin: &Pointer,
    ) -> bool {
        if is_element(kind, self.read(target)) {
            *value = Value::Array(vec![reference::object(reference::to(target.as_str()))]);
            return true;
        }
        let mut found = self.read(target).cloned().unwrap_or_default();
        self.values += count(&found);
        let here = origin.child("$ref");
        if self.values > MOST_VALUES {
            let message = "the document repeats too much data by `$ref`s";
            let help = "refer to smaller parts of it";
            self.refuse(&here, (message.to_owned(), help.to_owned()));
            return false;
        }
        let fits = match kind {
            ValueKind::List(_) => found.is_array(),
            _ => found.is_object(),
        };
        if !fits {
            let expected = with_article(name_of(kind));
            let message = format!("`{}` isn't {expected}", excerpt(&target.to_string()));
            self.refuse(&here, (message, format!("refer to {expected} instead")));
            return false;
        }
        if let (Value::Object(found), Value::Object(own)) = (&mut found, value.take()) {
            let siblings = own.into_iter().filter(|(key, _)| key != "$ref");
            found.extend(siblings);
        }
        *value = found;
        true
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
        let target = match kind {
            ValueKind::Schema | ValueKind::Subschema => OpenTarget::Schema,
            ValueKind::ReferenceOr(object) => OpenTarget::Object(object.name),
            ValueKind::PathItem => OpenTarget::Object(PATH_ITEM.name),
            _ => return false,
        };
        if !value.is_object() {
            return false;
        }
        let text = reference::to(origin.as_str());
        *value = reference::object(text.clone());
        let key = (place.clone(), Keyword::Ref.name());
        self.walker.resolved.insert(key, text);
        self.walker.note_target(origin.clone(), target);
        true
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
