//! Overlays (OpenAPI Overlay 1.0 and 1.1): changes to the tree of a document before it is parsed.
//! They repair a document without a modified copy.
//!
//! An action whose target selects nothing is an error, because a repair that no longer applies
//! should be noticed. `x-optional: true`, in the action or the overlay, allows it.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::origins::Origins;
use super::similar;
use super::source::Source;
use super::text::{self, excerpt};
use super::walk::{describe, with_article};
use crate::diagnostic::{Diagnostics, Stage};
use crate::pointer::Pointer;

const FIELDS: [&str; 4] = ["overlay", "info", "extends", "actions"];
const ACTION_FIELDS: [&str; 5] = ["target", "description", "update", "copy", "remove"];
/// Allows an action to select nothing.
const OPTIONAL: &str = "x-optional";

/// Applies the overlays of a document in order. Returns where each changed node comes from.
pub(super) fn apply(source: &Source, tree: &mut Value, diagnostics: &mut Diagnostics) -> Origins {
    let mut origins = Origins::default();
    for overlay in &source.overlays {
        let place = Pointer::file_root(&overlay.name.to_string_lossy());
        let mut faults = Diagnostics::default();
        let read = text::read(overlay, &mut faults);
        for mut fault in faults {
            fault.pointer = place.join(&fault.pointer);
            diagnostics.add(fault);
        }
        let mut patcher = Patcher {
            tree: &mut *tree,
            origins: &mut origins,
            diagnostics: &mut *diagnostics,
        };
        match read {
            Some(Value::Object(overlay)) => patcher.overlay(source, &overlay, &place),
            Some(other) => {
                let message = format!("expected an object, found {}", describe(&other));
                patcher.error(&place, message, "pass an Overlay document");
            }
            None => {}
        }
    }
    origins
}

/// What an action does to each selected node.
enum Change<'v> {
    Remove,
    /// Merges a value; the pointer is the value's origin.
    Merge(&'v Value, Pointer),
}

struct Patcher<'a> {
    tree: &'a mut Value,
    origins: &'a mut Origins,
    diagnostics: &'a mut Diagnostics,
}

impl Patcher<'_> {
    fn error(&mut self, place: &Pointer, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.error(Stage::Parse, place, message, help);
    }

    fn warn(&mut self, place: &Pointer, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.warning(Stage::Parse, place, message, help);
    }

    fn overlay(&mut self, source: &Source, overlay: &Map<String, Value>, place: &Pointer) {
        self.check_fields("Overlay Object", &FIELDS, overlay, place);
        match overlay
            .get("overlay")
            .map(|version| version.as_str().unwrap_or_default())
        {
            Some(version) if version.starts_with("1.0.") || version.starts_with("1.1.") => {}
            Some(version) => {
                let message = format!("Overlay version {} isn't supported", excerpt(version));
                let help = "use version 1.0 or 1.1, as a string such as `\"1.0.0\"`";
                self.error(&place.child("overlay"), message, help);
                return;
            }
            None => {
                let help = "add the version, such as `overlay: 1.0.0`";
                self.error(place, "`overlay` is missing", help);
                return;
            }
        }
        self.check_extends(source, overlay, place);
        let is_optional = overlay.get(OPTIONAL) == Some(&Value::Bool(true));
        let place = place.child("actions");
        match overlay.get("actions") {
            Some(Value::Array(actions)) => {
                for (index, action) in actions.iter().enumerate() {
                    self.action(action, &place.index(index), is_optional);
                }
            }
            _ => self.error(
                &place,
                "an overlay requires a list of `actions`",
                "add `actions`",
            ),
        }
    }

    fn check_fields(
        &mut self,
        object: &str,
        fields: &[&str],
        map: &Map<String, Value>,
        place: &Pointer,
    ) {
        for key in map.keys() {
            if fields.contains(&key.as_str()) || key.starts_with("x-") {
                continue;
            }
            let message = format!("{} has no `{}`", with_article(object), excerpt(key));
            let help = match similar::nearest(key, fields.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "remove it, or start its name with `x-` if it is an extension".to_owned(),
            };
            self.error(&place.child(key), message, help);
        }
    }

    /// An overlay may name the document that it extends.
    fn check_extends(&mut self, source: &Source, overlay: &Map<String, Value>, place: &Pointer) {
        let Some(extends) = overlay.get("extends").and_then(Value::as_str) else {
            return;
        };
        let named = extends.rsplit('/').next();
        let own = source.name.file_name().and_then(|name| name.to_str());
        if !extends.contains("://") && named != own {
            let message = format!(
                "the overlay extends `{}`, but is applied to `{}`",
                excerpt(extends),
                own.unwrap_or_default()
            );
            let help = "apply it to the document that it extends, or correct `extends`";
            self.warn(&place.child("extends"), message, help);
        }
    }

    fn action(&mut self, action: &Value, place: &Pointer, may_be_idle: bool) {
        let Value::Object(action) = action else {
            let message = format!("expected an object, found {}", describe(action));
            self.error(place, message, "use an Action Object");
            return;
        };
        self.check_fields("Action Object", &ACTION_FIELDS, action, place);
        let Some(targets) = self.select(action.get("target"), &place.child("target")) else {
            return;
        };
        let may_be_idle = may_be_idle || action.get(OPTIONAL) == Some(&Value::Bool(true));
        if targets.is_empty() {
            if !may_be_idle {
                let help = format!(
                    "correct the target or remove the action; `{OPTIONAL}: true` allows it to select nothing"
                );
                self.error(&place.child("target"), "the action selects nothing", help);
            }
            return;
        }
        let copied;
        let change = if action.get("remove") == Some(&Value::Bool(true)) {
            Change::Remove
        } else if let Some(value) = action.get("update") {
            Change::Merge(value, place.child("update"))
        } else if action.contains_key("copy") {
            let Some((value, from)) = self.copied(action.get("copy"), &place.child("copy")) else {
                return;
            };
            copied = value;
            Change::Merge(&copied, from)
        } else {
            let help = "add `update`, `copy` or `remove: true`";
            self.error(place, "the action changes nothing", help);
            return;
        };
        match change {
            Change::Remove => self.remove(targets, place),
            Change::Merge(value, from) => self.update(&targets, value, &from, place, may_be_idle),
        }
    }

    /// Returns the places that a JSONPath (RFC 9535) selects, without duplicates; `None` if it is
    /// invalid.
    fn select(&mut self, path: Option<&Value>, place: &Pointer) -> Option<Vec<Pointer>> {
        let Some(Value::String(text)) = path else {
            self.error(
                place,
                "a JSONPath is required here",
                "use a JSONPath such as `$.info`",
            );
            return None;
        };
        let path = JsonPath::parse(text).map_err(|error| {
            let message = format!("`{}` isn't a valid JSONPath: {error}", excerpt(text));
            self.error(place, excerpt(&message), "see RFC 9535 for the syntax");
        });
        let nodes = path.ok()?;
        let mut places: Vec<Pointer> = nodes
            .query_located(&*self.tree)
            .locations()
            .filter_map(|location| Pointer::from_encoded(&location.to_json_pointer()))
            .collect();
        let mut seen = HashSet::new();
        places.retain(|place| seen.insert(place.clone()));
        Some(places)
    }

    /// Returns the node that `copy` selects, and its origin.
    fn copied(&mut self, path: Option<&Value>, place: &Pointer) -> Option<(Value, Pointer)> {
        let sources = self.select(path, place)?;
        let [source] = sources.as_slice() else {
            let message = format!(
                "`copy` must select exactly one node, but selects {}",
                sources.len()
            );
            self.error(place, message, "select the node to copy");
            return None;
        };
        let value = self.tree.pointer(source.as_str())?.clone();
        Some((value, self.origins.of(source)))
    }

    /// Removes nodes. The last element of an array goes first, so that the other pointers stay
    /// valid.
    fn remove(&mut self, mut targets: Vec<Pointer>, action: &Pointer) {
        targets.sort_by_cached_key(|place| {
            let steps = place
                .segments()
                .map(|step| (step.parse::<usize>().ok(), step));
            Reverse(steps.collect::<Vec<_>>())
        });
        for target in targets {
            let (Some(parent), Some(key)) = (target.parent(), target.segments().last()) else {
                let message = "the document itself can't be removed";
                self.error(&action.child("target"), message, "select a part of it");
                continue;
            };
            match self.tree.pointer_mut(parent.as_str()) {
                Some(Value::Object(map)) => {
                    map.shift_remove(&key);
                    self.origins.clear(&target);
                }
                Some(Value::Array(items)) => {
                    if let Some(index) = key.parse().ok().filter(|index| *index < items.len()) {
                        items.remove(index);
                        self.origins.shift(&parent, index, items.len());
                    }
                }
                _ => {}
            }
        }
    }

    fn update(
        &mut self,
        targets: &[Pointer],
        value: &Value,
        from: &Pointer,
        action: &Pointer,
        may_be_idle: bool,
    ) {
        let mut changed = false;
        for target in targets {
            let Some(node) = self.tree.pointer_mut(target.as_str()) else {
                continue;
            };
            if node.is_object() && !value.is_object() {
                let message = format!(
                    "can't merge {} into `{}`, which is an object",
                    describe(value),
                    excerpt(&target.to_string())
                );
                let help = "use an object with the properties to merge";
                self.diagnostics.error(Stage::Parse, from, message, help);
                return;
            }
            changed |= merge(node, value, target, from, self.origins);
        }
        if !changed && !may_be_idle {
            let message = "the action changes nothing: the document already has this content";
            self.warn(action, message, "remove the action; it is no longer needed");
        }
    }
}

/// Merges a value into a node: objects by property, arrays by appending. Any other value replaces
/// the node. Returns whether the node changed.
fn merge(
    node: &mut Value,
    value: &Value,
    at: &Pointer,
    from: &Pointer,
    origins: &mut Origins,
) -> bool {
    match (node, value) {
        (Value::Object(map), Value::Object(update)) => {
            let mut changed = false;
            for (key, value) in update {
                let (at, from) = (at.child(key), from.child(key));
                match map.get_mut(key) {
                    Some(node) => changed |= merge(node, value, &at, &from, origins),
                    None => {
                        map.insert(key.clone(), value.clone());
                        origins.set(at, from);
                        changed = true;
                    }
                }
            }
            changed
        }
        (Value::Array(items), Value::Array(added)) => {
            for (index, item) in added.iter().enumerate() {
                origins.set(at.index(items.len()), from.index(index));
                items.push(item.clone());
            }
            !added.is_empty()
        }
        (Value::Array(items), item) => {
            origins.set(at.index(items.len()), from.clone());
            items.push(item.clone());
            true
        }
        (node, value) => {
            let changed = node != value;
            if changed {
                *node = value.clone();
                origins.clear(at);
                origins.set(at.clone(), from.clone());
            }
            changed
        }
    }
}
