//! Shows what a part of a document becomes: as text for people, and as the views that templates get.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::build;
use super::view::{self, ClientView, GroupView, ModelView, OperationView};
use crate::fallback::{Fallback, FallbackReason};
use crate::parse::similar;
use crate::pointer::Pointer;
use crate::view::Context;

/// The views of a client.
#[derive(Debug)]
pub struct Inspection {
    client: ClientView,
    fallbacks: Vec<Fallback>,
}

/// A part of a client.
#[derive(Debug)]
enum Part<'a> {
    Client(&'a ClientView),
    Group(&'a GroupView),
    Operation(&'a GroupView, &'a OperationView),
    Model(&'a ModelView),
}

/// A name that the client has nothing for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// A similar one.
    pub nearest: Option<String>,
}

/// Words for the text of an [`Inspection`].
pub struct Wording<'a> {
    /// Returns the file and the line of a place in the document.
    pub locate: &'a dyn Fn(&Pointer) -> Option<String>,
    /// Returns a phrase for the reason for which a client says less than its document.
    pub reason: &'a dyn Fn(FallbackReason) -> String,
}

impl Wording<'_> {
    fn at(&self, pointer: &Pointer) -> String {
        match (self.locate)(pointer) {
            Some(place) => format!("{place} ({pointer})"),
            None => pointer.to_string(),
        }
    }
}

impl Inspection {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        Self {
            client: build::client(context),
            fallbacks: context.api.fallbacks.clone(),
        }
    }

    /// Returns the JSON that templates get for the part with this name, as the variables of a template;
    /// for the whole client without a name.
    ///
    /// The name is an `operationId`, or the name of a type, a method, a module, a component schema or a tag.
    ///
    /// # Errors
    ///
    /// Fails if no part has this name.
    pub fn json(&self, name: Option<&str>) -> Result<Value, UnknownName> {
        let mut variables = Map::new();
        variables.insert("version".to_owned(), view::VERSION.into());
        let mut add = |name: &str, view: Value| variables.insert(name.to_owned(), view);
        for part in self.parts(name)? {
            match part {
                Part::Client(client) => add("client", json(client)),
                Part::Group(group) => add("group", json(group)),
                Part::Operation(_, operation) => add("operation", json(operation)),
                Part::Model(model) => add("model", json(model)),
            };
        }
        Ok(Value::Object(variables))
    }

    /// Describes the part with this name, or lists all parts without a name.
    ///
    /// # Errors
    ///
    /// Fails if no part has this name.
    pub fn text(&self, name: Option<&str>, wording: &Wording<'_>) -> Result<String, UnknownName> {
        let mut text = String::new();
        for part in self.parts(name)? {
            if !text.is_empty() {
                text.push('\n');
            }
            match part {
                Part::Client(client) => list(client, &mut text),
                Part::Group(group) => describe_group(group, wording, &mut text),
                Part::Operation(group, operation) => {
                    describe_operation(group, operation, wording, &mut text);
                    self.reasons(&operation.pointer.0, wording, &mut text);
                }
                Part::Model(model) => {
                    describe_model(model, wording, &mut text);
                    self.reasons(&model.pointer.0, wording, &mut text);
                }
            }
        }
        Ok(text)
    }

    /// Returns the parts with a name: an operation, a model and a group may share it.
    fn parts(&self, name: Option<&str>) -> Result<Vec<Part<'_>>, UnknownName> {
        let Some(name) = name else {
            return Ok(vec![Part::Client(&self.client)]);
        };
        let mut parts = Vec::new();
        for group in &self.client.groups {
            let idents = [&group.ident, &group.method];
            if group.tag.as_deref() == Some(name) || idents.iter().any(|it| it.0.bare() == name) {
                parts.push(Part::Group(group));
            }
            for operation in &group.operations {
                let idents = [&operation.ident, &operation.method];
                if operation.id == name || idents.iter().any(|it| it.0.bare() == name) {
                    parts.push(Part::Operation(group, operation));
                }
            }
        }
        for model in &self.client.models {
            if model.name.as_deref() == Some(name) || model.ident.0.bare() == name {
                parts.push(Part::Model(model));
            }
        }
        if parts.is_empty() {
            Err(self.unknown(name))
        } else {
            Ok(parts)
        }
    }

    fn unknown(&self, name: &str) -> UnknownName {
        let groups = self.client.groups.iter();
        let operations = groups.clone().flat_map(|group| &group.operations);
        let names = groups
            .map(|group| group.ident.0.bare())
            .chain(operations.map(|operation| operation.id.as_str()))
            .chain(self.client.models.iter().map(|model| model.ident.0.bare()));
        UnknownName {
            name: name.to_owned(),
            nearest: similar::nearest(name, names).map(str::to_owned),
        }
    }

    /// Lists what the part at a place expresses less precisely than the document, and why.
    fn reasons(&self, pointer: &Pointer, wording: &Wording<'_>, text: &mut String) {
        let fallbacks = self.fallbacks.iter();
        let fallbacks =
            fallbacks.filter(|it| it.pointer == *pointer || it.pointer.is_within(pointer));
        for fallback in fallbacks {
            let kind = match fallback.reason.leaves_untyped() {
                true => "untyped",
                false => "simplified",
            };
            let reason = (wording.reason)(fallback.reason);
            let _ = writeln!(
                text,
                "  {kind:<11} {reason}  ← {}",
                wording.at(&fallback.pointer)
            );
        }
    }
}

fn json(view: &impl Serialize) -> Value {
    // Views have neither maps with other keys than strings nor numbers that JSON lacks.
    serde_json::to_value(view).unwrap_or_default()
}

fn list(client: &ClientView, text: &mut String) {
    for group in &client.groups {
        let _ = writeln!(text, "{} (client.{}())", group.ident.0, group.method.0);
        for operation in &group.operations {
            let _ = writeln!(
                text,
                "  {:<32} {:<7} {}",
                operation.method.0.to_string(),
                operation.http_method,
                operation.path
            );
        }
    }
    if !client.models.is_empty() {
        let _ = writeln!(text, "models");
    }
    for model in &client.models {
        let _ = writeln!(
            text,
            "  {:<32} {}",
            model.ident.0.to_string(),
            word(&model.kind)
        );
    }
}

/// Returns the word that a view has for an enumeration's value.
fn word(value: &impl Serialize) -> String {
    match json(value) {
        Value::String(word) => word,
        other => other.to_string(),
    }
}

fn describe_group(group: &GroupView, wording: &Wording<'_>, text: &mut String) {
    let _ = writeln!(
        text,
        "group {}",
        group.tag.as_deref().unwrap_or("without a tag")
    );
    let _ = writeln!(text, "  document    {}", wording.at(&group.pointer.0));
    let _ = writeln!(text, "  type        {}", group.r#type.0);
    let _ = writeln!(text, "  created by  client.{}()", group.method.0);
    if let Some(feature) = &group.feature {
        let _ = writeln!(text, "  feature     {feature}");
    }
    for operation in &group.operations {
        let _ = writeln!(
            text,
            "  operation   {} → {}",
            operation.id, operation.ident.0
        );
    }
}

fn describe_operation(
    group: &GroupView,
    operation: &OperationView,
    wording: &Wording<'_>,
    text: &mut String,
) {
    let _ = writeln!(text, "operation {}", operation.id);
    let _ = writeln!(text, "  document    {}", wording.at(&operation.pointer.0));
    let _ = writeln!(
        text,
        "  request     {} {}",
        operation.http_method, operation.path
    );
    let _ = writeln!(
        text,
        "  call        client.{}().{}(…)",
        group.method.0, operation.method.0
    );
    let _ = writeln!(text, "  type        {}", operation.r#type.0);
    let _ = writeln!(text, "  output      {}", operation.output.0);
    for input in &operation.inputs {
        let name = input.name.as_deref().unwrap_or("–");
        let role = if input.required { "argument" } else { "setter" };
        let _ = writeln!(
            text,
            "  {role:<11} {}: {}  ← {} {name}, {}",
            input.ident.0,
            input.r#type.0,
            word(&input.location),
            wording.at(&input.pointer.0)
        );
    }
    for response in &operation.responses {
        let role = if response.success { "success" } else { "error" };
        let ty = response
            .r#type
            .as_ref()
            .map_or("no body", |ty| ty.0.as_str());
        let _ = writeln!(
            text,
            "  {role:<11} {}: {ty}  ← {}",
            response.status,
            wording.at(&response.pointer.0)
        );
    }
}

fn describe_model(model: &ModelView, wording: &Wording<'_>, text: &mut String) {
    let _ = writeln!(
        text,
        "model {}",
        model.name.as_deref().unwrap_or(model.ident.0.as_str())
    );
    let _ = writeln!(text, "  document    {}", wording.at(&model.pointer.0));
    let _ = writeln!(
        text,
        "  type        {} ({})",
        model.r#type.0,
        word(&model.kind)
    );
    let used: Vec<String> = [(model.decoded, "responses"), (model.encoded, "requests")]
        .into_iter()
        .filter(|(used, _)| *used)
        .map(|(_, place)| place.to_owned())
        .collect();
    let _ = writeln!(text, "  used in     {}", used.join(", "));
    if let Some(target) = &model.target {
        let _ = writeln!(text, "  stands for  {}", target.0);
    }
    for field in &model.fields {
        let required = if field.required {
            "required"
        } else {
            "optional"
        };
        let _ = writeln!(
            text,
            "  field       {}: {}  ← {}, {required}, {}",
            field.ident.0,
            field.r#type.0,
            field.name,
            wording.at(&field.pointer.0)
        );
    }
    for map in &model.maps {
        let pattern = map.pattern.as_deref().unwrap_or("other properties");
        let _ = writeln!(
            text,
            "  map         {}: BTreeMap<String, {}>  ← {pattern}",
            map.ident.0, map.r#type.0
        );
    }
    for variant in &model.variants {
        let value = variant.value.as_ref().map(ToString::to_string);
        let ty = variant.r#type.as_ref().map(|ty| ty.0.to_string());
        let parts: Vec<String> = ty
            .into_iter()
            .chain(value)
            .chain(variant.tags.clone())
            .collect();
        let _ = writeln!(
            text,
            "  variant     {}  ← {}",
            variant.ident.0,
            parts.join(", ")
        );
    }
}
