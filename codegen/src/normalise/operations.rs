//! Operations, with what they inherit from their path item.

use std::borrow::Cow;

use openapiv3 as oas;
use openapiv3::{PathItem, ReferenceOr};
use serde_json::Value;

use super::references::Context;
use super::resolved::Operation;
use super::security::Schemes;
use super::{ids, parameters, payloads};
use crate::parse;
use crate::pointer::Pointer;

/// Returns all operations, in document order.
pub(super) fn read(security: &Schemes, context: &mut Context<'_>) -> Vec<Operation> {
    let paths = Pointer::root().child("paths");
    let openapi = context.openapi;
    let mut operations = Vec::new();
    for (path, item) in &openapi.paths.paths {
        let place = paths.child(path);
        let items = layers(item, &place, context);
        let path = if path.starts_with('/') {
            path.clone()
        } else {
            format!("/{path}")
        };
        for (at, (item, pointer)) in items.iter().enumerate() {
            let later = items.get(at + 1..).unwrap_or_default();
            for (method, operation) in in_order(item, context.tree.pointer(pointer.as_str())) {
                if later
                    .iter()
                    .any(|(item, _)| method_of(item, method).is_some())
                {
                    continue;
                }
                let place = pointer.child(method);
                operations.push(complete(
                    operation, method, &path, &place, &items, security, context,
                ));
            }
        }
    }
    ids::assign(&mut operations, context);
    operations
}

/// Returns the path item that a `$ref` refers to, and the keywords beside the `$ref`s on the way.
/// Later ones take precedence.
fn layers<'a>(
    item: &'a ReferenceOr<PathItem>,
    place: &Pointer,
    context: &mut Context<'a>,
) -> Vec<(Cow<'a, PathItem>, Pointer)> {
    let reference = match item {
        ReferenceOr::Item(item) => return vec![(Cow::Borrowed(item), place.clone())],
        ReferenceOr::Reference { reference } => reference,
    };
    let Some((item, target, passed)) = context.follow(reference, place) else {
        return Vec::new();
    };
    let mut layers = vec![(item, target)];
    for place in passed.into_iter().rev() {
        if let Some(value @ Value::Object(map)) = context.tree.pointer(place.as_str())
            && map.len() > 1
        {
            let item = parse::path_item(value, &place, context.diagnostics);
            layers.push((Cow::Owned(item), place));
        }
    }
    layers
}

/// Returns the operations of a path item, in document order.
fn in_order<'i>(
    item: &'i PathItem,
    value: Option<&'i Value>,
) -> Vec<(&'i str, &'i oas::Operation)> {
    match value.and_then(Value::as_object) {
        Some(map) => map
            .keys()
            .filter_map(|method| Some((method.as_str(), method_of(item, method)?)))
            .collect(),
        None => item.iter().collect(),
    }
}

fn method_of<'i>(item: &'i PathItem, method: &str) -> Option<&'i oas::Operation> {
    let operation = match method {
        "get" => &item.get,
        "put" => &item.put,
        "post" => &item.post,
        "delete" => &item.delete,
        "options" => &item.options,
        "head" => &item.head,
        "patch" => &item.patch,
        "trace" => &item.trace,
        _ => return None,
    };
    operation.as_ref()
}

fn complete(
    operation: &oas::Operation,
    method: &str,
    path: &str,
    place: &Pointer,
    items: &[(Cow<'_, PathItem>, Pointer)],
    security: &Schemes,
    context: &mut Context<'_>,
) -> Operation {
    let mut merged = Vec::new();
    for (item, pointer) in items {
        parameters::merge(&mut merged, &item.parameters, pointer, context);
    }
    parameters::merge(&mut merged, &operation.parameters, place, context);
    parameters::match_path(&mut merged, path, place, context);
    let own = Some(&operation.servers).filter(|servers| !servers.is_empty());
    let inherited = items
        .iter()
        .rev()
        .map(|(item, _)| &item.servers)
        .find(|servers| !servers.is_empty());
    // The texts of a path item apply to operations that have none of their own.
    let has_text = operation.summary.is_some() || operation.description.is_some();
    let of_path = |text: fn(&PathItem) -> Option<String>| {
        let mut layers = items.iter().rev().filter(|_| !has_text);
        layers.find_map(|(item, _)| text(item))
    };
    Operation {
        pointer: place.clone(),
        id: operation
            .operation_id
            .as_deref()
            .map(str::trim)
            .unwrap_or_default()
            .to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        tags: operation.tags.clone(),
        summary: operation
            .summary
            .clone()
            .or_else(|| of_path(|item| item.summary.clone())),
        description: operation
            .description
            .clone()
            .or_else(|| of_path(|item| item.description.clone())),
        deprecated: operation.deprecated,
        parameters: merged,
        request_body: operation
            .request_body
            .as_ref()
            .and_then(|body| payloads::request_body(body, place, context)),
        responses: payloads::responses(&operation.responses, place, context),
        security: security.of(operation.security.as_deref(), place, context),
        servers: own.or(inherited).cloned().unwrap_or_default(),
        extensions: operation.extensions.clone(),
    }
}
