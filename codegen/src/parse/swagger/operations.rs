//! Paths, operations and responses.

use serde_json::{Map, Value, json};

use super::schemas::{component, schema};
use super::{Converter, Node};

/// The methods of a Path Item Object.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

impl<'a> Converter<'a> {
    pub(super) fn paths(&mut self, node: &Node<'a>) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        let mut paths = Map::new();
        for (path, value) in map {
            let value = match node.child(path) {
                Some(item) if path.starts_with('/') => self.path_item(&item),
                _ => value.clone(),
            };
            paths.insert(path.clone(), value);
        }
        Value::Object(paths)
    }

    /// Converts a Path Item Object. A body or form that all operations share is added to each of them.
    fn path_item(&mut self, node: &Node<'a>) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        let mut item = Map::new();
        for (key, value) in map {
            let value = match node.child(key) {
                Some(list) if key == "parameters" => match self.parameters(&list) {
                    Some(parameters) => parameters,
                    None => continue,
                },
                Some(operation) if METHODS.contains(&key.as_str()) => {
                    self.operation(&operation, node.child("parameters").as_ref())
                }
                _ => value.clone(),
            };
            item.insert(key.clone(), value);
        }
        Value::Object(item)
    }

    fn operation(&mut self, node: &Node<'a>, shared: Option<&Node<'a>>) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        let produces = self.media_types("produces", Some(node.value));
        let own_types = map.contains_key("produces");
        let mut operation = Map::new();
        for (key, value) in map {
            let value = match (key.as_str(), node.child(key)) {
                ("consumes" | "produces" | "schemes", _) => continue,
                ("parameters", Some(list)) => match self.parameters(&list) {
                    Some(parameters) => parameters,
                    None => continue,
                },
                ("responses", Some(responses)) => self.responses(&responses, &produces, own_types),
                _ => value.clone(),
            };
            operation.insert(key.clone(), value);
        }
        let lists = [node.child("parameters"), shared.cloned()];
        let consumes = self.media_types("consumes", Some(node.value));
        let new = node.new.child("requestBody");
        if let Some(body) = self.request_body(&lists, &consumes, &new) {
            operation.insert("requestBody".to_owned(), body);
        }
        Value::Object(operation)
    }

    /// Converts the responses of an operation. If it has media types of its own, responses of the document
    /// are copied, since those of the document have others.
    fn responses(&mut self, node: &Node<'a>, produces: &[String], own_types: bool) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        let mut responses = Map::new();
        for (status, value) in map {
            let Some(response) = node.child(status).filter(|_| !status.starts_with("x-")) else {
                responses.insert(status.clone(), value.clone());
                continue;
            };
            let response = match self.shared("responses", &response) {
                Some(shared) if own_types => {
                    self.moved(&shared);
                    shared
                }
                _ => response,
            };
            responses.insert(status.clone(), self.response(&response, produces));
        }
        Value::Object(responses)
    }

    pub(super) fn response(&mut self, node: &Node<'a>, produces: &[String]) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        if let Some(Value::String(reference)) = map.get("$ref") {
            return json!({ "$ref": component(reference) });
        }
        let mut response = Map::new();
        for (key, value) in map {
            match (key.as_str(), value) {
                ("schema" | "examples", _) => {}
                ("headers", Value::Object(headers)) => {
                    let headers: Map<_, _> = headers
                        .keys()
                        .filter_map(|name| {
                            let header = node.child("headers")?.child(name)?;
                            Some((name.clone(), self.header(&header)))
                        })
                        .collect();
                    response.insert(key.clone(), headers.into());
                }
                _ => {
                    response.insert(key.clone(), value.clone());
                }
            }
        }
        let content = self.content(node, produces);
        if !content.is_empty() {
            response.insert("content".to_owned(), content.into());
        }
        Value::Object(response)
    }

    /// Returns the content of a response: its schema and the example of each media type. A file that has no
    /// media type of its own is binary.
    fn content(&mut self, node: &Node<'a>, produces: &[String]) -> Map<String, Value> {
        let mut content = Map::new();
        let place = node.new.child("content");
        let body = node.value.get("schema");
        let is_file = body.and_then(|it| it.get("type")) == Some(&"file".into());
        let binary = ["application/octet-stream".to_owned()];
        let types = match is_file && produces == ["application/json"] {
            true => &binary[..],
            false => produces,
        };
        for media in types.iter().filter(|_| body.is_some()) {
            let mut object = Map::new();
            if let Some(body) = node.moved_child("schema", place.child(media).child("schema")) {
                self.moved(&body);
                object.insert("schema".to_owned(), schema(body.value));
            }
            let example = node.child("examples").and_then(|examples| {
                examples.moved_child(media, place.child(media).child("example"))
            });
            if let Some(example) = example {
                self.moved(&example);
                object.insert("example".to_owned(), example.value.clone());
            }
            content.insert(media.clone(), object.into());
        }
        content
    }

    /// Converts a header of a response: its type becomes a schema.
    fn header(&mut self, node: &Node<'a>) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        let (mut header, mut schema_fields) = (Map::new(), Map::new());
        for (key, value) in map {
            let is_own = key == "description" || key.starts_with("x-");
            let fields = if is_own {
                &mut header
            } else {
                &mut schema_fields
            };
            fields.insert(key.clone(), value.clone());
        }
        self.after
            .copy(self.before, &node.old, &node.new.child("schema"));
        header.insert("schema".to_owned(), schema(&schema_fields.into()));
        Value::Object(header)
    }
}
