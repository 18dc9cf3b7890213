//! Operations, with what they inherit from their path item.

use std::borrow::Cow;

use openapiv3 as oas;
use openapiv3::{PathItem, ReferenceOr};
use serde_json::{Map, Value};

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
        for declared in declared(&items, context) {
            operations.push(complete(declared, &path, &items, security, context));
        }
    }
    ids::assign(&mut operations, context);
    operations
}

/// Returns the operations of a path item at a place that `openapiv3` doesn't know.
pub(super) fn read_at(place: &Pointer, context: &mut Context<'_>) -> Vec<Operation> {
    let Some(value) = context.tree.pointer(place.as_str()) else {
        return Vec::new();
    };
    let items = match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => referred(reference, place, context),
        None => {
            let item = parse::path_item(value, place, context.diagnostics);
            vec![(Cow::Owned(item), place.clone())]
        }
    };
    declared(&items, context)
        .into_iter()
        .map(|declared| described(declared, &items, context))
        .collect()
}

/// A path item and its place.
type Layer<'a> = (Cow<'a, PathItem>, Pointer);

/// Returns the path item that a `$ref` refers to, and the keywords beside the `$ref`s on the way.
/// Later ones take precedence.
fn layers<'a>(
    item: &'a ReferenceOr<PathItem>,
    place: &Pointer,
    context: &mut Context<'a>,
) -> Vec<Layer<'a>> {
    match item {
        ReferenceOr::Item(item) => vec![(Cow::Borrowed(item), place.clone())],
        ReferenceOr::Reference { reference } => referred(reference, place, context),
    }
}

fn referred<'a>(reference: &'a str, place: &Pointer, context: &mut Context<'a>) -> Vec<Layer<'a>> {
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

/// An operation of a path item.
struct Declared<'i> {
    method: String,
    place: Pointer,
    operation: Cow<'i, oas::Operation>,
}

/// Returns the operations of all layers. A later layer replaces an operation with the same method.
fn declared<'i>(items: &'i [Layer<'_>], context: &mut Context<'_>) -> Vec<Declared<'i>> {
    let mut all = Vec::new();
    for (at, (item, pointer)) in items.iter().enumerate() {
        let later = items.get(at + 1..).unwrap_or_default();
        for declared in in_order(item, pointer, context) {
            let is_same = |it: &&Layer<'_>| {
                let methods = methods(&it.0, &it.1, context);
                methods.iter().any(|(method, _)| *method == declared.method)
            };
            if later.iter().find(is_same).is_none() {
                all.push(declared);
            }
        }
    }
    all
}

/// Returns the operations of a path item, in document order.
fn in_order<'i>(
    item: &'i PathItem,
    place: &Pointer,
    context: &mut Context<'_>,
) -> Vec<Declared<'i>> {
    let mut declared = Vec::new();
    for (method, place) in methods(item, place, context) {
        let known = field_of(item, &method).map(Cow::Borrowed);
        let operation = known.or_else(|| {
            let value = context.tree.pointer(place.as_str())?;
            Some(Cow::Owned(parse::operation(
                value,
                &place,
                context.diagnostics,
            )))
        });
        declared.extend(operation.map(|operation| Declared {
            method,
            place,
            operation,
        }));
    }
    declared
}

/// Returns the method of each operation of a path item as it is sent, and the operation's place.
fn methods(item: &PathItem, place: &Pointer, context: &Context<'_>) -> Vec<(String, Pointer)> {
    let Some(map) = context
        .tree
        .pointer(place.as_str())
        .and_then(Value::as_object)
    else {
        let methods = item.iter().map(|(method, _)| method);
        return methods
            .map(|method| (method.to_ascii_uppercase(), place.child(method)))
            .collect();
    };
    let mut methods = Vec::new();
    for (key, value) in map {
        let method = key.to_ascii_uppercase();
        if key == "query" || field_of(item, &method).is_some_and(|_| *key != method) {
            methods.push((method, place.child(key)));
        } else if key == "additionalOperations" {
            let place = place.child(key);
            let names = value.as_object().into_iter().flat_map(Map::keys);
            methods.extend(names.map(|name| (name.clone(), place.child(name))));
        }
    }
    methods
}

/// Returns the operation in the field of a method.
fn field_of<'i>(item: &'i PathItem, method: &str) -> Option<&'i oas::Operation> {
    let operation = match method {
        "GET" => &item.get,
        "PUT" => &item.put,
        "POST" => &item.post,
        "DELETE" => &item.delete,
        "OPTIONS" => &item.options,
        "HEAD" => &item.head,
        "PATCH" => &item.patch,
        "TRACE" => &item.trace,
        _ => return None,
    };
    operation.as_ref()
}

/// Returns an operation of a path, with what it inherits.
fn complete(
    declared: Declared<'_>,
    path: &str,
    items: &[Layer<'_>],
    security: &Schemes,
    context: &mut Context<'_>,
) -> Operation {
    let written = declared.operation.security.clone();
    let own = Some(&declared.operation.servers).filter(|servers| !servers.is_empty());
    let inherited = items
        .iter()
        .rev()
        .map(|(item, _)| &item.servers)
        .find(|servers| !servers.is_empty());
    let servers = own.or(inherited).cloned().unwrap_or_default();
    let mut operation = described(declared, items, context);
    let place = &operation.pointer;
    parameters::match_path(&mut operation.parameters, path, place, context);
    parameters::check_query_string(&operation.parameters, context);
    operation.security = security.of(written.as_deref(), place, context);
    operation.path = path.to_owned();
    operation.servers = servers;
    operation
}

/// Returns an operation without what only a request to the API has: path, security, servers.
fn described(declared: Declared<'_>, items: &[Layer<'_>], context: &mut Context<'_>) -> Operation {
    let Declared {
        method,
        place,
        operation,
    } = declared;
    let operation = operation.as_ref();
    let mut merged = Vec::new();
    for (item, pointer) in items {
        parameters::merge(&mut merged, &item.parameters, pointer, context);
    }
    parameters::merge(&mut merged, &operation.parameters, &place, context);
    // The texts of a path item apply to operations that have none of their own.
    let has_text = operation.summary.is_some() || operation.description.is_some();
    let of_path = |text: fn(&PathItem) -> Option<String>| {
        let mut layers = items.iter().rev().filter(|_| !has_text);
        layers.find_map(|(item, _)| text(item))
    };
    Operation {
        id: operation
            .operation_id
            .as_deref()
            .map(str::trim)
            .unwrap_or_default()
            .to_owned(),
        method,
        path: String::new(),
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
            .and_then(|body| payloads::request_body(body, &place, context)),
        responses: payloads::responses(&operation.responses, &place, context),
        security: Vec::new(),
        servers: Vec::new(),
        callbacks: Vec::new(),
        extensions: operation.extensions.clone(),
        pointer: place,
    }
}
