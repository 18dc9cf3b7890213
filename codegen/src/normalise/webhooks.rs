//! Webhooks and callbacks: the requests that the API sends. `openapiv3` doesn't know them, so they are read
//! from the tree.

use serde_json::{Map, Value};

use super::operations::read_at;
use super::references::Context;
use super::resolved::{Operation, Webhook};
use crate::parse::reference;
use crate::pointer::Pointer;

/// How many `$ref`s may lead to a callback.
const LONGEST_CHAIN: usize = 64;

/// Returns the webhooks of the document, in document order, and their place: `webhooks`, or in a
/// document of OpenAPI 3.0 `x-webhooks`.
pub(super) fn read(context: &mut Context<'_>) -> (Pointer, Vec<Webhook>) {
    let has_extension = context.tree.get("x-webhooks").is_some();
    let field = if has_extension {
        "x-webhooks"
    } else {
        "webhooks"
    };
    let place = Pointer::root().child(field);
    let mut webhooks = Vec::new();
    for name in keys(&place, context) {
        webhooks.extend(at(&place.child(name), name, None, context));
    }
    (place, webhooks)
}

/// Adds the callbacks of all operations.
pub(super) fn read_callbacks(operations: &mut [Operation], context: &mut Context<'_>) {
    for operation in operations {
        let place = operation.pointer.child("callbacks");
        for name in keys(&place, context) {
            let Some(callback) = resolved(place.child(name), context) else {
                continue;
            };
            for expression in keys(&callback, context) {
                if !expression.starts_with("x-") {
                    let item = callback.child(expression);
                    let found = at(&item, name, Some(expression), context);
                    operation.callbacks.extend(found);
                }
            }
        }
    }
}

/// Returns the requests of a path item.
fn at(
    place: &Pointer,
    name: &str,
    expression: Option<&str>,
    context: &mut Context<'_>,
) -> Vec<Webhook> {
    let operations = read_at(place, context);
    let has_siblings = operations.len() > 1;
    let webhook = |operation| Webhook {
        name: name.to_owned(),
        has_siblings,
        expression: expression.map(str::to_owned),
        operation,
        event: None,
    };
    operations.into_iter().map(webhook).collect()
}

/// Returns the keys of the object at a place.
fn keys<'a>(place: &Pointer, context: &Context<'a>) -> Vec<&'a str> {
    let tree: &'a Value = context.tree;
    let object = tree.pointer(place.as_str()).and_then(Value::as_object);
    let keys = object.into_iter().flat_map(Map::keys);
    keys.map(String::as_str).collect()
}

/// Follows the `$ref`s of a callback.
fn resolved(place: Pointer, context: &mut Context<'_>) -> Option<Pointer> {
    let mut passed = vec![place];
    loop {
        let holder = passed.last()?.clone();
        let value = context.tree.pointer(holder.as_str())?;
        let Some(text) = value.get("$ref").and_then(Value::as_str) else {
            return Some(holder);
        };
        let target = reference::target(text)?;
        if context.tree.pointer(target.as_str()).is_none() {
            context.unresolved(text, &holder);
            return None;
        }
        if passed.contains(&target) || passed.len() >= LONGEST_CHAIN {
            context.cycle(&passed, &target);
            return None;
        }
        passed.push(target);
    }
}
