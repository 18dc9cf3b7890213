//! Parameters. Those in the body become a request body.

use serde_json::{Map, Value, json};

use super::schemas::{component, schema};
use super::{Converter, Node};
use crate::diagnostic::Stage;
use crate::pointer::Pointer;

/// The fields of a parameter that isn't in the body. All others belong to its schema.
const OWN: [&str; 5] = ["name", "in", "description", "required", "allowEmptyValue"];
const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Where a parameter of Swagger is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Body,
    Form,
    /// In the path, the query or a header, as in OpenAPI 3.0.
    Elsewhere,
}

fn kind(parameter: &Value) -> In {
    match parameter.get("in").and_then(Value::as_str) {
        Some("body") => In::Body,
        Some("formData") => In::Form,
        _ => In::Elsewhere,
    }
}

impl<'a> Converter<'a> {
    /// Returns the parameter or response of the document that a `$ref` names, with the place of the `$ref`.
    pub(super) fn shared(&self, section: &str, node: &Node<'a>) -> Option<Node<'a>> {
        let reference = node.value.get("$ref")?.as_str()?;
        let name = reference.strip_prefix(&format!("#/{section}/"))?;
        let name = name.replace("~1", "/").replace("~0", "~");
        let shared = self.node(section, Pointer::root())?;
        shared.moved_child(&name, node.new.clone())
    }

    /// Converts the parameters in a list that aren't in the body. Returns `None` if there is none.
    pub(super) fn parameters(&mut self, node: &Node<'a>) -> Option<Value> {
        let Value::Array(list) = node.value else {
            return Some(node.value.clone());
        };
        let mut parameters = Vec::new();
        for (index, value) in list.iter().enumerate() {
            let parameter = Node {
                value,
                old: node.old.index(index),
                new: node.new.index(parameters.len()),
            };
            let target = self.shared("parameters", &parameter);
            if kind(target.as_ref().map_or(value, |it| it.value)) != In::Elsewhere {
                continue;
            }
            self.moved(&parameter);
            parameters.push(match value.get("$ref").and_then(Value::as_str) {
                Some(reference) => json!({ "$ref": component(reference) }),
                None => self.parameter(&parameter),
            });
        }
        (!parameters.is_empty()).then(|| parameters.into())
    }

    /// Converts a parameter of the document. Those in the body are copied to the operations.
    pub(super) fn shared_parameter(&mut self, node: &Node<'a>) -> Option<Value> {
        (kind(node.value) == In::Elsewhere).then(|| self.parameter(node))
    }

    /// Converts a parameter: its type becomes a schema, and its `collectionFormat` a style.
    fn parameter(&mut self, node: &Node<'a>) -> Value {
        let Value::Object(map) = node.value else {
            return node.value.clone();
        };
        let (mut parameter, mut fields) = (Map::new(), Map::new());
        for (key, value) in map {
            let is_own =
                OWN.contains(&key.as_str()) || key.starts_with("x-") && key != "x-nullable";
            let target = if is_own { &mut parameter } else { &mut fields };
            target.insert(key.clone(), value.clone());
        }
        // The fields of a schema keep their names, so each is at the place of the parameter.
        self.after
            .copy(self.before, &node.old, &node.new.child("schema"));
        if map.get("type").and_then(Value::as_str) == Some("array") {
            let location = map.get("in").and_then(Value::as_str).unwrap_or_default();
            let format = fields.get("collectionFormat").and_then(Value::as_str);
            let (style, explode) = match (location, format.unwrap_or("csv")) {
                ("query", "multi") => ("form", true),
                ("query", "csv") => ("form", false),
                ("query", "ssv") => ("spaceDelimited", false),
                ("query", "pipes") => ("pipeDelimited", false),
                (_, "csv") => ("simple", false),
                (_, other) => {
                    self.no_style(node, other);
                    ("simple", false)
                }
            };
            parameter.insert("style".to_owned(), style.into());
            parameter.insert("explode".to_owned(), explode.into());
            self.after
                .set(node.new.child("style"), node.old.child("collectionFormat"));
        }
        parameter.insert("schema".to_owned(), schema(&fields.into()));
        Value::Object(parameter)
    }

    /// Reports a `collectionFormat` that OpenAPI 3.0 can't express here.
    fn no_style(&mut self, node: &Node<'a>, format: &str) {
        self.diagnostics.error(
            Stage::Parse,
            &node.new.child("style"),
            format!(
                "`collectionFormat: {}` has no equivalent in OpenAPI 3 here",
                super::super::text::excerpt(format)
            ),
            "use `csv`, or `multi`, `ssv` or `pipes` in the query; an overlay can change it",
        );
    }

    /// Returns the body that the parameters in these lists describe, the most specific list first.
    pub(super) fn request_body(
        &mut self,
        lists: &[Option<Node<'a>>],
        consumes: &[String],
        new: &Pointer,
    ) -> Option<Value> {
        let mut parameters: Vec<Node<'a>> = Vec::new();
        for list in lists.iter().flatten() {
            for (index, value) in list.value.as_array().into_iter().flatten().enumerate() {
                let node = Node {
                    value,
                    old: list.old.index(index),
                    new: new.clone(),
                };
                let node = self.shared("parameters", &node).unwrap_or(node);
                let is_known = parameters.iter().any(|it| {
                    it.value.get("name") == node.value.get("name")
                        && kind(it.value) == kind(node.value)
                });
                if kind(node.value) != In::Elsewhere && !is_known {
                    parameters.push(node);
                }
            }
        }
        match parameters.iter().find(|it| kind(it.value) == In::Body) {
            Some(body) => Some(self.body(body, consumes)),
            None if parameters.is_empty() => None,
            None => Some(self.form(&parameters, consumes, new)),
        }
    }

    fn body(&mut self, node: &Node<'a>, consumes: &[String]) -> Value {
        self.moved(node);
        let mut body = Map::new();
        for (key, value) in node.value.as_object().into_iter().flatten() {
            if matches!(key.as_str(), "description" | "required") || key.starts_with("x-") {
                body.insert(key.clone(), value.clone());
            }
        }
        let mut content = Map::new();
        for media in consumes {
            let place = node.new.child("content").child(media).child("schema");
            let object = match node.moved_child("schema", place) {
                Some(body) => {
                    self.moved(&body);
                    json!({ "schema": schema(body.value) })
                }
                None => json!({}),
            };
            content.insert(media.clone(), object);
        }
        body.insert("content".to_owned(), content.into());
        Value::Object(body)
    }

    /// Returns a form with these fields.
    fn form(&mut self, fields: &[Node<'a>], consumes: &[String], new: &Pointer) -> Value {
        let is_file = |node: &Node<'_>| node.value.get("type") == Some(&"file".into());
        let mut types: Vec<&str> = consumes.iter().map(String::as_str).collect();
        types.retain(|it| *it == MULTIPART || *it == URLENCODED);
        if fields.iter().any(is_file) {
            // Only multipart bodies have files.
            types = vec![MULTIPART];
        } else if types.is_empty() {
            types.push(URLENCODED);
        }
        if let Some(first) = fields.first() {
            self.after.set(new.clone(), self.before.of(&first.old));
        }
        let required: Vec<&str> = fields
            .iter()
            .filter(|it| it.value.get("required") == Some(&true.into()))
            .filter_map(|it| it.value.get("name")?.as_str())
            .collect();
        let mut content = Map::new();
        for media in types {
            let place = new.child("content").child(media);
            let (mut properties, mut encoding) = (Map::new(), Map::new());
            for field in fields {
                let Some(name) = field.value.get("name").and_then(Value::as_str) else {
                    continue;
                };
                let place = place.child("schema").child("properties").child(name);
                self.after.copy(self.before, &field.old, &place);
                properties.insert(name.to_owned(), field_schema(field.value));
                if media == URLENCODED && field.value.get("type") == Some(&"array".into()) {
                    let style = self.field_style(field, &place);
                    encoding.insert(name.to_owned(), style);
                }
            }
            let mut form = json!({ "type": "object", "properties": properties });
            if !required.is_empty() {
                form["required"] = json!(required);
            }
            let mut object = json!({ "schema": form });
            if !encoding.is_empty() {
                object["encoding"] = encoding.into();
            }
            content.insert(media.to_owned(), object);
        }
        json!({ "required": !required.is_empty(), "content": content })
    }

    /// Returns how a list in a form is encoded.
    fn field_style(&mut self, field: &Node<'a>, place: &Pointer) -> Value {
        let format = field.value.get("collectionFormat").and_then(Value::as_str);
        match format.unwrap_or("csv") {
            "multi" => json!({ "style": "form", "explode": true }),
            "ssv" => json!({ "style": "spaceDelimited", "explode": false }),
            "pipes" => json!({ "style": "pipeDelimited", "explode": false }),
            other => {
                if other != "csv" {
                    let node = Node {
                        new: place.clone(),
                        ..field.clone()
                    };
                    self.no_style(&node, other);
                }
                json!({ "style": "form", "explode": false })
            }
        }
    }
}

/// Returns the schema of a field of a form.
fn field_schema(field: &Value) -> Value {
    let fields = field.as_object().into_iter().flatten();
    let fields = fields.filter(|(key, _)| !OWN.contains(&key.as_str()) || *key == "description");
    schema(&Value::Object(
        fields
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    ))
}
