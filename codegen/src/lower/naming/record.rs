//! Records the parent of each schema in one walk.

use std::collections::HashMap;
use std::iter::successors;

use super::words::{section_word, words};
use crate::ir::OperationId;
use crate::ir::is_success;
use crate::normalise::resolved::{
    AdditionalProperties, MediaType, Operation, ParameterFormat, Resolved, Schema, SchemaId,
    Schemas, Status, Webhook,
};
use crate::pointer::Pointer;

/// Media types whose fields are inputs of the operation, and are named so.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// The parent of a schema.
pub(super) enum Origin {
    /// In another schema.
    Inside(SchemaId, SchemaStep),
    /// In an object that isn't a schema.
    Root(Root),
}

/// The step from a schema to one inside it.
pub(super) enum SchemaStep {
    /// `properties`
    Property(String),
    /// `items`
    Item,
    /// `prefixItems`
    PositionalItem(usize),
    /// `additionalProperties` or `patternProperties`
    Value,
    /// `allOf`
    Merged,
    /// `oneOf` or `anyOf`
    Alternative(usize),
    /// One of several types (`type`).
    TypeAlternative,
    /// Any other keywords.
    Path(Vec<String>),
}

/// What the schema of an object that isn't a schema is named after.
pub(super) struct Root {
    pub(super) base: RootBase,
    /// The words for the schema.
    pub(super) own: Vec<String>,
    /// The words for schemas inside it.
    pub(super) inner: Vec<String>,
}

/// What the words of a [`Root`] follow.
#[derive(Clone, Copy)]
pub(super) enum RootBase {
    /// The name of an operation.
    Operation(OperationId),
    /// Nothing: several operations share the object.
    Shared,
}

/// Records the parent of each schema of the document. Schemas in places that the specification
/// has no name for are left out.
pub(super) fn record(resolved: &Resolved) -> HashMap<SchemaId, Origin> {
    let schemas = &resolved.schemas;
    let mut recorder = Recorder {
        schemas,
        origins: HashMap::with_capacity(schemas.nodes.len()),
    };
    for (id, schema) in schemas.iter() {
        recorder.record_inside(id, schema);
    }
    recorder.record_other_keywords();
    for (index, operation) in resolved.operations.iter().enumerate() {
        recorder.record_operation(OperationId(index), operation);
    }
    for webhook in &resolved.webhooks {
        recorder.record_webhook(RootBase::Shared, webhook);
    }
    for (index, operation) in resolved.operations.iter().enumerate() {
        for callback in &operation.callbacks {
            recorder.record_webhook(RootBase::Operation(OperationId(index)), callback);
        }
    }
    recorder.origins
}

struct Recorder<'a> {
    schemas: &'a Schemas,
    origins: HashMap<SchemaId, Origin>,
}

impl Recorder<'_> {
    fn pointer(&self, id: SchemaId) -> &Pointer {
        &self.schemas.get(id).pointer
    }

    /// Records the schemas that are spelled out in one.
    fn record_inside(&mut self, holder: SchemaId, schema: &Schema) {
        let place = &schema.pointer;
        let properties = place.child("properties");
        for (name, id) in &schema.properties {
            if *self.pointer(*id) == properties.child(name) {
                self.insert(*id, holder, SchemaStep::Property(name.clone()));
            }
        }
        if let Some(items) = schema.items {
            self.record_items(holder, place, items);
        }
        if let Some(content) = schema.content_schema
            && *self.pointer(content) == place.child("contentSchema")
        {
            self.insert(content, holder, SchemaStep::Merged);
        }
        if let AdditionalProperties::Schema(value) = schema.additional_properties {
            self.record_value(holder, place, value);
        }
        let patterns = place.child("patternProperties");
        for (_, value) in &schema.pattern_properties {
            if self.pointer(*value).parent().as_ref() == Some(&patterns) {
                self.insert(*value, holder, SchemaStep::Value);
            }
        }
        for id in &schema.all_of {
            if self.pointer(*id).index_in(&place.child("allOf")).is_some() {
                self.insert(*id, holder, SchemaStep::Merged);
            }
        }
        for (keyword, list) in [("oneOf", &schema.one_of), ("anyOf", &schema.any_of)] {
            let place = place.child(keyword);
            for id in list {
                if let Some(index) = self.pointer(*id).index_in(&place) {
                    self.insert(*id, holder, SchemaStep::Alternative(index));
                }
            }
        }
        let types = place.child("type");
        for id in &schema.any_of {
            if self.pointer(*id).index_in(&types).is_some() {
                self.insert(*id, holder, SchemaStep::TypeAlternative);
            }
        }
    }

    /// Records the items of an array. Those of a tuple are a union at the tuple's keyword.
    fn record_items(&mut self, holder: SchemaId, place: &Pointer, items: SchemaId) {
        let tuple = place.child("prefixItems");
        if [&place.child("items"), &tuple].contains(&self.pointer(items)) {
            self.insert(items, holder, SchemaStep::Item);
        }
        let alternatives = self.schemas.get(items).any_of.iter().copied();
        for id in alternatives.chain([items]) {
            if let Some(index) = self.pointer(id).index_in(&tuple) {
                self.insert(id, holder, SchemaStep::PositionalItem(index));
            }
        }
    }

    /// Records the values of a map. Those of several patterns are a union at `patternProperties`.
    fn record_value(&mut self, holder: SchemaId, place: &Pointer, value: SchemaId) {
        let patterns = place.child("patternProperties");
        let keywords = [
            "additionalProperties",
            "unevaluatedProperties",
            "patternProperties",
        ];
        if keywords
            .iter()
            .any(|keyword| *self.pointer(value) == place.child(keyword))
        {
            self.insert(value, holder, SchemaStep::Value);
        }
        let alternatives = self.schemas.get(value).any_of.iter().copied();
        for id in alternatives.chain([value]) {
            if self.pointer(id).parent().as_ref() == Some(&patterns) {
                self.insert(id, holder, SchemaStep::Value);
            }
        }
    }

    /// Records schemas inside another one at a keyword such as `$defs`, which a resolved
    /// schema doesn't have.
    fn record_other_keywords(&mut self) {
        for (id, schema) in self.schemas.iter() {
            if self.origins.contains_key(&id) {
                continue;
            }
            let mut around = successors(schema.pointer.parent(), Pointer::parent);
            let holder = around.find_map(|pointer| {
                let holder = self.schemas.at(&pointer)?;
                (*self.pointer(holder) == pointer).then_some(holder)
            });
            if let Some(holder) = holder {
                let depth = self.pointer(holder).segments().count();
                let path = schema.pointer.segments().skip(depth).collect();
                self.insert(id, holder, SchemaStep::Path(path));
            }
        }
    }

    fn insert(&mut self, id: SchemaId, holder: SchemaId, step: SchemaStep) {
        if id != holder {
            self.origins
                .entry(id)
                .or_insert(Origin::Inside(holder, step));
        }
    }

    /// Records the schemas of parameters, bodies and response headers. Those that operations share
    /// belong to none of them.
    fn record_operation(&mut self, id: OperationId, operation: &Operation) {
        let own = RootBase::Operation(id);
        let parameters = operation.pointer.child("parameters");
        for parameter in &operation.parameters {
            let (base, words) = if parameter.pointer.parent().as_ref() == Some(&parameters) {
                (own, vec![parameter.name.clone()])
            } else if let Some(words) = component_words(&parameter.pointer) {
                (RootBase::Shared, words)
            } else if parameter.pointer.file().is_none() {
                let path = parameter.pointer.segments().nth(1);
                let mut words: Vec<String> = path.iter().flat_map(|it| words(it)).collect();
                words.push(parameter.name.clone());
                (RootBase::Shared, words)
            } else {
                continue;
            };
            match &parameter.format {
                ParameterFormat::Schema { schema, .. } => {
                    let place = parameter.pointer.child("schema");
                    self.record_root(&place, *schema, base, &words, &words);
                }
                ParameterFormat::Content(media) | ParameterFormat::QueryString(media) => {
                    self.record_media(media, base, &words, &words);
                }
            }
        }
        if let Some(body) = &operation.request_body {
            let request = vec!["request".to_owned()];
            let is_own = body.pointer == operation.pointer.child("requestBody");
            for media in &body.content {
                if is_own {
                    let is_form = FORMS.iter().any(|form| media.name.starts_with(form));
                    let inner: &[String] = if is_form { &[] } else { &request };
                    self.record_media(media, own, &request, inner);
                } else if let Some(words) = component_words(&body.pointer) {
                    self.record_media(media, RootBase::Shared, &words, &words);
                }
            }
        }
        let main = main_status(operation);
        let responses = operation.pointer.child("responses");
        for response in &operation.responses {
            let (base, words) = if response.pointer.parent().as_ref() == Some(&responses) {
                let mut words = vec!["response".to_owned()];
                if Some(response.status) != main {
                    words.extend(response.pointer.segments().last());
                }
                (own, words)
            } else if let Some(words) = component_words(&response.pointer) {
                (RootBase::Shared, words)
            } else {
                continue;
            };
            for media in &response.content {
                self.record_media(media, base, &words, &words);
            }
        }
    }

    fn record_media(
        &mut self,
        media: &MediaType,
        base: RootBase,
        own: &[String],
        inner: &[String],
    ) {
        let shared = component_words(&media.pointer);
        let (base, own, inner) = match &shared {
            Some(words) => (RootBase::Shared, words.as_slice(), words.as_slice()),
            None => (base, own, inner),
        };
        if let Some(schema) = media.schema {
            self.record_root(&media.pointer.child("schema"), schema, base, own, inner);
        }
        if let Some(schema) = media.item_schema {
            let [own, inner] = [own, inner].map(|words| [words, &["item".to_owned()]].concat());
            let place = media.pointer.child("itemSchema");
            self.record_root(&place, schema, base, &own, &inner);
        }
    }

    /// Records a schema that is spelled out at `place`.
    fn record_root(
        &mut self,
        place: &Pointer,
        schema: SchemaId,
        base: RootBase,
        own: &[String],
        inner: &[String],
    ) {
        if self.pointer(schema) == place {
            let root = Root {
                base,
                own: own.to_vec(),
                inner: inner.to_vec(),
            };
            self.origins.entry(schema).or_insert(Origin::Root(root));
        }
    }

    /// Records the schemas of the body of a webhook or callback.
    fn record_webhook(&mut self, base: RootBase, webhook: &Webhook) {
        let Some(body) = &webhook.operation.request_body else {
            return;
        };
        let (base, mut name) = match component_words(&body.pointer) {
            Some(words) => (RootBase::Shared, words),
            None => (base, words(&webhook.name).collect()),
        };
        if name.is_empty() {
            name.push("webhook".to_owned());
        }
        if webhook.has_siblings {
            name.push(webhook.operation.method.to_ascii_lowercase());
        }
        for media in &body.content {
            self.record_media(media, base, &name, &name);
        }
    }
}

/// The words for a component that isn't a schema: its key and the kind of component.
fn component_words(pointer: &Pointer) -> Option<Vec<String>> {
    let (section, key) = pointer.component()?;
    Some(vec![key, section_word(&section)])
}

/// The status of the response that "response" alone refers to: the first success.
fn main_status(operation: &Operation) -> Option<Status> {
    let statuses = || operation.responses.iter().map(|it| it.status);
    statuses().filter(|it| is_success(*it, statuses())).min()
}
