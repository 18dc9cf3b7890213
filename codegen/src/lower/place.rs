//! What a type is named after: the place of its schema, and nothing else.

use std::collections::HashMap;

use serde_json::Value;

use crate::ir::{NameSource, OperationId, TypeId, is_success};
use crate::normalise::resolved::{
    AdditionalProperties, Operation, Resolved, Schema, SchemaType, Schemas, Status,
};
use crate::parse;
use crate::pointer::Pointer;

/// Media types whose fields are the operation's own inputs, which is what they are named as.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// Names by place.
pub(super) struct Places<'a> {
    schemas: &'a Schemas,
    operations: HashMap<&'a Pointer, (OperationId, &'a Operation)>,
    /// Names of parameters by their place.
    parameters: HashMap<&'a Pointer, &'a str>,
    components: HashMap<Pointer, TypeId>,
    /// The keys of components that are nothing but a reference to a place in another file.
    keys: HashMap<Pointer, String>,
}

impl<'a> Places<'a> {
    pub(super) fn new(resolved: &'a Resolved) -> Self {
        let mut operations = HashMap::new();
        let mut parameters = HashMap::new();
        let mut keys: HashMap<Pointer, String> = HashMap::new();
        for (pointer, id) in &resolved.schemas.by_pointer {
            let target = &resolved.schemas.get(*id).pointer;
            let named = (pointer != target && pointer.file().is_none() && target.file().is_some())
                .then(|| pointer.component_schema());
            let Some(key) = named.flatten() else { continue };
            let own = target.component_schema();
            // Of several keys, the one that the file has as well, or else the first by name.
            let rank = |key: &String| (Some(key) != own.as_ref(), key.clone());
            let better = keys
                .get(target)
                .is_none_or(|other| rank(&key) < rank(other));
            if better {
                keys.insert(target.clone(), key);
            }
        }
        for (index, operation) in resolved.operations.iter().enumerate() {
            operations
                .entry(&operation.pointer)
                .or_insert((OperationId(index), operation));
            for parameter in &operation.parameters {
                parameters.insert(&parameter.pointer, parameter.name.as_str());
            }
        }
        Self {
            schemas: &resolved.schemas,
            operations,
            parameters,
            components: HashMap::new(),
            keys,
        }
    }

    /// The key of the component schema that stands at `pointer`.
    pub(super) fn component_key(&self, pointer: &Pointer) -> Option<String> {
        match self.keys.get(pointer) {
            Some(key) => Some(key.clone()),
            None => pointer.component_schema(),
        }
    }

    pub(super) fn add_component(&mut self, pointer: &Pointer, id: TypeId) {
        self.components.insert(pointer.clone(), id);
    }

    /// What the schema at `pointer` is named after.
    pub(super) fn name(&self, pointer: &Pointer) -> NameSource {
        if let Some(key) = self.component_key(pointer) {
            return NameSource::Component(key);
        }
        let segments: Vec<String> = pointer.segments().collect();
        let texts: Vec<&str> = segments.iter().map(String::as_str).collect();
        match texts.as_slice() {
            ["components", "schemas", key, rest @ ..] => {
                let base = Pointer::root()
                    .child("components")
                    .child("schemas")
                    .child(key);
                let steps = self.steps(&base, rest);
                match self.components.get(&base) {
                    Some(id) => NameSource::Within(*id, steps),
                    None => NameSource::Place(with(vec![(*key).to_owned()], steps)),
                }
            }
            ["components", section, key, rest @ ..] => {
                let base = Pointer::root()
                    .child("components")
                    .child(section)
                    .child(key);
                match self.operation_name(&base, rest) {
                    Some(name) => name,
                    None => {
                        let (schema, rest) = to_schema(&base, rest);
                        let base = vec![(*key).to_owned(), section_word(section)];
                        NameSource::Place(with(base, self.steps(&schema, rest)))
                    }
                }
            }
            [
                "webhooks",
                webhook,
                _,
                "requestBody",
                "content",
                _,
                "schema",
                rest @ ..,
            ] => {
                let depth = texts.len() - rest.len();
                let base = texts.iter().take(depth);
                let base = base.fold(Pointer::root(), |base, step| base.child(step));
                let mut name: Vec<String> = words(webhook).collect();
                if name.is_empty() {
                    name.push("webhook".to_owned());
                }
                NameSource::Place(with(name, self.steps(&base, rest)))
            }
            _ => self.name_elsewhere(pointer, &texts),
        }
    }

    /// The name of a place under `paths`, `webhooks`, in another file, or anywhere else.
    fn name_elsewhere(&self, pointer: &Pointer, texts: &[&str]) -> NameSource {
        let mut base = Pointer::root();
        for (index, segment) in texts.iter().enumerate() {
            base = base.child(segment);
            let rest = &texts[index + 1..];
            if let Some(name) = self.operation_name_at(&base, rest) {
                return name;
            }
            if let (Some(name), None) = (self.parameters.get(&base), pointer.file()) {
                // A parameter of a path item belongs to all its operations: the path names it.
                let (schema, rest) = to_schema(&base, rest);
                let mut steps: Vec<String> = texts
                    .get(1)
                    .into_iter()
                    .flat_map(|path| words(path))
                    .collect();
                steps.push((*name).to_owned());
                return NameSource::Place(with(steps, self.steps(&schema, rest)));
            }
        }
        match pointer.file() {
            Some(file) => self.name_in_file(&file, texts.get(1..).unwrap_or_default()),
            None => NameSource::Place(texts.iter().flat_map(|text| words(text)).collect()),
        }
    }

    /// The name of a place in another file: after the nearest component around it, or else after
    /// what the file calls it, or else after the file.
    fn name_in_file(&self, file: &str, texts: &[&str]) -> NameSource {
        let mut base = Pointer::file_root(file);
        let mut around = self
            .components
            .get(&base)
            .map(|id| (*id, base.clone(), texts));
        for (index, text) in texts.iter().enumerate() {
            base = base.child(text);
            if let Some(id) = self.components.get(&base) {
                around = Some((*id, base.clone(), &texts[index + 1..]));
            }
        }
        if let Some((id, base, rest)) = around {
            return NameSource::Within(id, self.steps(&base, rest));
        }
        let root = Pointer::file_root(file);
        let (name, rest) = match (texts, parse::section_of(texts)) {
            (
                ["components", section, key, rest @ ..]
                | [
                    section @ ("parameters" | "requestBodies" | "responses" | "headers"),
                    key,
                    rest @ ..,
                ],
                _,
            ) if *section != "schemas" => (vec![(*key).to_owned(), section_word(section)], rest),
            (_, Some((key, rest))) => (vec![key.to_owned()], rest),
            _ => (vec![parse::stem(file).to_owned()], texts),
        };
        let known = texts.iter().take(texts.len() - rest.len());
        let base = known.fold(root, |base, step| base.child(step));
        let (schema, rest) = to_schema(&base, rest);
        NameSource::Place(with(name, self.steps(&schema, rest)))
    }

    /// The name of a place inside an operation that stands at `base` or under it.
    fn operation_name(&self, base: &Pointer, rest: &[&str]) -> Option<NameSource> {
        let method = rest.first()?;
        self.operation_name_at(&base.child(method), &rest[1..])
    }

    fn operation_name_at(&self, base: &Pointer, rest: &[&str]) -> Option<NameSource> {
        let (id, operation) = self.operations.get(base)?;
        let (mut steps, schema, rest) = match rest {
            ["parameters", index, inner @ ..] => {
                let place = base.child("parameters").child(index);
                let name = self.parameters.get(&place).copied().unwrap_or("parameter");
                let (schema, rest) = to_schema(&place, inner);
                (vec![name.to_owned()], schema, rest)
            }
            ["requestBody", inner @ ..] => {
                let (schema, rest) = to_schema(&base.child("requestBody"), inner);
                let form = matches!(inner, ["content", media, ..]
                    if FORMS.iter().any(|form| media.starts_with(form)));
                let steps = if form && !rest.is_empty() {
                    vec![]
                } else {
                    vec!["request".to_owned()]
                };
                (steps, schema, rest)
            }
            ["responses", status, inner @ ..] => {
                let (schema, rest) = to_schema(&base.child("responses").child(status), inner);
                let mut steps = vec!["response".to_owned()];
                if !is_main_answer(operation, status) {
                    steps.push((*status).to_owned());
                }
                (steps, schema, rest)
            }
            other => {
                let steps = other.iter().flat_map(|text| words(text)).collect();
                return Some(NameSource::Operation(*id, steps));
            }
        };
        steps.extend(self.steps(&schema, rest));
        Some(NameSource::Operation(*id, steps))
    }

    /// The steps from the schema at `base` along `path`, as words of a name.
    fn steps(&self, base: &Pointer, path: &[&str]) -> Vec<String> {
        let mut steps = Vec::new();
        let mut base = base.clone();
        let mut path = path;
        loop {
            match path {
                [] => return steps,
                ["properties", name, rest @ ..] => {
                    steps.push((*name).to_owned());
                    base = base.child("properties").child(name);
                    path = rest;
                }
                ["patternProperties", name, rest @ ..] => {
                    steps.push("value".to_owned());
                    base = base.child("patternProperties").child(name);
                    path = rest;
                }
                ["allOf", index, rest @ ..] => {
                    base = base.child("allOf").child(index);
                    path = rest;
                }
                [list @ ("oneOf" | "anyOf" | "type"), index, rest @ ..] => {
                    let place = base.child(list).child(index);
                    steps.extend(self.alternative_step(&base, list, index));
                    base = place;
                    path = rest;
                }
                ["prefixItems", index, rest @ ..] => {
                    steps.extend(["item".to_owned(), position(index)]);
                    base = base.child("prefixItems").child(index);
                    path = rest;
                }
                [list @ ("$defs" | "definitions"), name, rest @ ..] => {
                    steps.push((*name).to_owned());
                    base = base.child(list).child(name);
                    path = rest;
                }
                [word, rest @ ..] => {
                    steps.push(match *word {
                        "items" | "prefixItems" => "item".to_owned(),
                        "additionalProperties" | "patternProperties" => "value".to_owned(),
                        other => other.to_owned(),
                    });
                    base = base.child(word);
                    path = rest;
                }
            }
        }
    }

    /// The step to one alternative; none where there is only one that isn't null.
    fn alternative_step(&self, owner: &Pointer, list: &str, index: &str) -> Option<String> {
        let place = &owner.child(list).child(index);
        let owner = self.schemas.at(owner).map(|id| self.schemas.get(id));
        if let Some(owner) = owner {
            let alternatives = if owner.one_of.is_empty() {
                &owner.any_of
            } else {
                &owner.one_of
            };
            if alternatives
                .iter()
                .filter(|id| !is_null(self.schemas.get(**id)))
                .count()
                < 2
            {
                return None;
            }
        }
        let property = owner
            .and_then(|owner| owner.discriminator.as_ref())
            .map(|it| it.property.as_str());
        let alternative = self.schemas.at(place).map(|id| self.schemas.get(id));
        if let Some(word) = alternative
            .filter(|_| list == "type")
            .and_then(|it| it.schema_type)
        {
            return Some(type_word(word).to_owned());
        }
        let told = alternative.and_then(|it| self.told_name(it, property));
        Some(told.unwrap_or_else(|| format!("variant {}", position(index))))
    }

    /// What an alternative calls itself: its component key, its title, or its discriminator value.
    pub(super) fn told_name(&self, schema: &Schema, discriminator: Option<&str>) -> Option<String> {
        if let Some(key) = self.component_key(&schema.pointer) {
            return Some(key);
        }
        if let Some(title) = schema.title.as_deref().and_then(short) {
            return Some(title);
        }
        if let [Value::String(value)] = schema.enumeration.as_slice() {
            return short(if value.is_empty() { "empty" } else { value });
        }
        let property = self.schemas.get(*schema.properties.get(discriminator?)?);
        match property.enumeration.as_slice() {
            [Value::String(value)] => short(value),
            _ => None,
        }
    }
}

/// A text that can serve as a name.
fn short(text: &str) -> Option<String> {
    (!text.trim().is_empty() && text.len() <= 80).then(|| text.to_owned())
}

/// `name` with further steps.
pub(super) fn inside(
    name: NameSource,
    steps: impl IntoIterator<Item = String>,
    id: Option<TypeId>,
) -> NameSource {
    match (name, id) {
        (NameSource::Within(id, base), _) => NameSource::Within(id, with(base, steps)),
        (NameSource::Operation(id, base), _) => NameSource::Operation(id, with(base, steps)),
        (NameSource::Place(base), _) => NameSource::Place(with(base, steps)),
        (NameSource::Component(_), Some(id)) => NameSource::Within(id, steps.into_iter().collect()),
        (NameSource::Component(key), None) => NameSource::Place(with(vec![key], steps)),
    }
}

/// Whether null is the only value of a schema.
pub(super) fn is_null(schema: &Schema) -> bool {
    if !schema.enumeration.is_empty() {
        return schema.enumeration.iter().all(Value::is_null);
    }
    schema.nullable && schema.schema_type.is_none() && says_nothing(schema)
}

/// Whether a schema leaves open everything but annotations, limits and nullability.
pub(super) fn says_nothing(schema: &Schema) -> bool {
    schema.schema_type.is_none()
        && schema.required.is_empty()
        && schema.not.is_none()
        && describes_nothing(schema)
}

/// Whether a schema describes no value: all that it may have is a type, `required` and `not`.
pub(super) fn describes_nothing(schema: &Schema) -> bool {
    schema.format.is_none()
        && schema.enumeration.is_empty()
        && schema.items.is_none()
        && schema.properties.is_empty()
        && schema.additional_properties == AdditionalProperties::Unstated
        && schema.all_of.is_empty()
        && schema.one_of.is_empty()
        && schema.any_of.is_empty()
}

/// Whether `status` is the answer that an operation's plain "response" means: its first success.
fn is_main_answer(operation: &Operation, status: &str) -> bool {
    let statuses = || operation.responses.iter().map(|it| it.status);
    let main = statuses().filter(|it| is_success(*it, statuses())).min();
    match main {
        Some(Status::Code(code)) => status == code.to_string(),
        Some(Status::Range(digit)) => status.eq_ignore_ascii_case(&format!("{digit}XX")),
        _ => false,
    }
}

/// The schema of a parameter, body or response at `base`, and the steps inside it.
fn to_schema<'t, 's>(base: &Pointer, rest: &'t [&'s str]) -> (Pointer, &'t [&'s str]) {
    match rest {
        ["schema", inner @ ..] => (base.child("schema"), inner),
        ["content", media, "schema", inner @ ..] => {
            (base.child("content").child(media).child("schema"), inner)
        }
        _ => (base.clone(), rest),
    }
}

/// A type as a word of a name.
fn type_word(schema_type: SchemaType) -> &'static str {
    match schema_type {
        SchemaType::String => "string",
        SchemaType::Number => "number",
        SchemaType::Integer => "integer",
        SchemaType::Boolean => "boolean",
        SchemaType::Array => "list",
        SchemaType::Object => "object",
    }
}

/// What a component that isn't a schema adds to the names of its types.
fn section_word(section: &str) -> String {
    match section {
        "parameters" => "parameter",
        "requestBodies" => "request",
        "responses" => "response",
        "headers" => "header",
        "callbacks" => "callback",
        other => other,
    }
    .to_owned()
}

/// The words of a path or key: what stands between signs.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

/// An index counted from 1.
fn position(index: &str) -> String {
    index.parse::<u64>().map_or_else(
        |_| index.to_owned(),
        |index| index.saturating_add(1).to_string(),
    )
}

fn with(mut base: Vec<String>, steps: impl IntoIterator<Item = String>) -> Vec<String> {
    base.extend(steps);
    base
}
