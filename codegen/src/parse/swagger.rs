//! Converts Swagger 2.0 to OpenAPI 3.0, in the tree of a document before it is checked.
//!
//! The origin of each moved node is recorded, so that a diagnostic is located where the document has it. What
//! doesn't follow Swagger 2.0 is left as it is, so that the walk reports it. Other files are not converted:
//! their schemas are the same in both versions.

mod operations;
mod parameters;
mod schemas;

use serde_json::{Map, Value, json};

use super::origins::Origins;
use crate::diagnostic::Diagnostics;
use crate::pointer::Pointer;

/// The fields of a Swagger document that have another place in OpenAPI 3.0.
const MOVED: [&str; 11] = [
    "swagger",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "openapi",
];

/// Returns whether a tree is a document of Swagger 2.0.
pub(super) fn is_swagger(tree: &Value) -> bool {
    match (tree.get("openapi"), tree.get("swagger")) {
        (None, Some(Value::String(version))) => matches!(version.trim(), "2" | "2.0"),
        (None, Some(Value::Number(version))) => version.as_f64() == Some(2.0),
        _ => false,
    }
}

/// Converts a document of Swagger 2.0, and updates where its nodes come from.
pub(super) fn convert(tree: &mut Value, origins: &mut Origins, diagnostics: &mut Diagnostics) {
    let Value::Object(root) = &*tree else {
        return;
    };
    let mut converter = Converter {
        root,
        before: origins,
        after: origins.clone(),
        diagnostics,
    };
    let converted = converter.document();
    let after = converter.after;
    *origins = after;
    *tree = converted;
}

/// Converts a component. Returns `None` if it is none afterwards.
type Convert<'a> = fn(&mut Converter<'a>, &Node<'a>) -> Option<Value>;

/// Converts a document.
struct Converter<'a> {
    /// The document before the conversion.
    root: &'a Map<String, Value>,
    /// The origins of nodes before the conversion.
    before: &'a Origins,
    after: Origins,
    diagnostics: &'a mut Diagnostics,
}

/// A node, where it is before the conversion, and where it is after it.
#[derive(Clone)]
struct Node<'a> {
    value: &'a Value,
    old: Pointer,
    new: Pointer,
}

impl<'a> Node<'a> {
    /// Returns a property, which keeps its name.
    fn child(&self, key: &str) -> Option<Self> {
        self.moved_child(key, self.new.child(key))
    }

    /// Returns a property, which has another place afterwards.
    fn moved_child(&self, key: &str, new: Pointer) -> Option<Self> {
        Some(Node {
            value: self.value.get(key)?,
            old: self.old.child(key),
            new,
        })
    }
}

impl<'a> Converter<'a> {
    /// Records the place that a node has afterwards.
    fn moved(&mut self, node: &Node<'_>) {
        self.after.copy(self.before, &node.old, &node.new);
    }

    fn document(&mut self) -> Value {
        let top = Pointer::root();
        let mut converted = Map::new();
        converted.insert("openapi".to_owned(), "3.0.3".into());
        self.after.set(top.child("openapi"), top.child("swagger"));
        let kept = |key: &&String| !MOVED.contains(&key.as_str());
        for key in self.root.keys().filter(kept) {
            let value = match self.node(key, top.child(key)) {
                Some(node) if key == "paths" => self.paths(&node),
                _ => self.root[key].clone(),
            };
            converted.insert(key.clone(), value);
        }
        if let Some(servers) = self.servers() {
            let origin = ["host", "basePath"]
                .into_iter()
                .find(|key| self.root.contains_key(*key));
            self.after
                .set(top.child("servers"), top.child(origin.unwrap_or("swagger")));
            converted.insert("servers".to_owned(), servers);
        }
        let components = self.components();
        if !components.is_empty() {
            converted.insert("components".to_owned(), components.into());
        }
        Value::Object(converted)
    }

    /// Returns a field of the document, and where it is afterwards.
    fn node(&self, key: &str, new: Pointer) -> Option<Node<'a>> {
        Some(Node {
            value: self.root.get(key)?,
            old: Pointer::root().child(key),
            new,
        })
    }

    /// Returns the servers: one for each scheme, `https` first. Without a host, the server is that of the
    /// document.
    fn servers(&self) -> Option<Value> {
        let path = self.root.get("basePath").and_then(Value::as_str);
        let path = path.unwrap_or_default().trim_end_matches('/');
        let Some(host) = self.root.get("host").and_then(Value::as_str) else {
            return (!path.is_empty()).then(|| json!([{ "url": path }]));
        };
        let mut schemes = texts(self.root.get("schemes"));
        schemes.retain(|scheme| matches!(*scheme, "http" | "https"));
        if schemes.is_empty() {
            schemes.push("https");
        }
        schemes.sort_by_key(|scheme| *scheme != "https");
        let server = |scheme: &str| json!({ "url": format!("{scheme}://{host}{path}") });
        Some(schemes.into_iter().map(server).collect())
    }

    fn components(&mut self) -> Map<String, Value> {
        let place = Pointer::root().child("components");
        let mut components = Map::new();
        let sections: [(&str, &str, Convert<'a>); 4] = [
            ("definitions", "schemas", |it, node| Some(it.schema(node))),
            ("responses", "responses", |it, node| {
                Some(it.response(node, &it.media_types("produces", None)))
            }),
            ("parameters", "parameters", Self::shared_parameter),
            ("securityDefinitions", "securitySchemes", |it, node| {
                Some(it.security_scheme(node))
            }),
        ];
        for (section, name, convert) in sections {
            let new = place.child(name);
            let Some(node) = self.node(section, new.clone()) else {
                continue;
            };
            self.after.set(new, node.old.clone());
            let Value::Object(map) = node.value else {
                components.insert(name.to_owned(), node.value.clone());
                continue;
            };
            let mut entries = Map::new();
            for key in map.keys() {
                let Some(entry) = node.child(key) else {
                    continue;
                };
                self.moved(&entry);
                if let Some(value) = convert(self, &entry) {
                    entries.insert(key.clone(), value);
                }
            }
            components.insert(name.to_owned(), entries.into());
        }
        components
    }

    /// Returns the media types of an operation's requests (`consumes`) or responses (`produces`), by default
    /// those of the document, and JSON if it has none.
    fn media_types(&self, key: &str, operation: Option<&Value>) -> Vec<String> {
        let own = operation.and_then(|it| it.get(key));
        let types = texts(own.or_else(|| self.root.get(key)));
        match types.is_empty() {
            true => vec!["application/json".to_owned()],
            false => types.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Converts a security scheme. Its fields keep their names, except those of flows.
    fn security_scheme(&mut self, node: &Node<'a>) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        let mut scheme = map.clone();
        match map.get("type").and_then(Value::as_str) {
            Some("basic") => {
                scheme.insert("type".to_owned(), "http".into());
                scheme.insert("scheme".to_owned(), "basic".into());
            }
            Some("oauth2") => {
                let name = match map.get("flow").and_then(Value::as_str) {
                    Some("application") => "clientCredentials",
                    Some("accessCode") => "authorizationCode",
                    Some(name @ ("implicit" | "password")) => name,
                    _ => return node.value.clone(),
                };
                scheme.shift_remove("flow");
                let fields = ["authorizationUrl", "tokenUrl", "scopes"];
                let flow: Map<String, Value> = fields
                    .into_iter()
                    .filter_map(|key| Some((key.to_owned(), scheme.shift_remove(key)?)))
                    .collect();
                scheme.insert("flows".to_owned(), json!({ name: flow }));
                self.after
                    .set(node.new.child("flows"), node.old.child("flow"));
                self.after
                    .copy(self.before, &node.old, &node.new.child("flows").child(name));
            }
            _ => {}
        }
        Value::Object(scheme)
    }
}

/// Returns the strings of a list.
fn texts(list: Option<&Value>) -> Vec<&str> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests;
