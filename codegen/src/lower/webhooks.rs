//! Webhooks and callbacks: a union of their payloads, and the header that tells them apart.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Lowering;
use super::annotations::text;
use super::media::{MediaFamily, family};
use super::schema::SchemaKind;
use super::union::Alternative;
use crate::ir::{
    Docs, FormField, NameSource, OperationId, Shape, TypeRef, Union, Webhook, WebhookHeader,
    WebhookSet,
};
use crate::normalise::resolved::{self, Location, ParameterFormat, Schema, SchemaId, SchemaType};
use crate::pointer::Pointer;

/// The payload of a webhook.
struct Payload<'r> {
    webhook: &'r resolved::Webhook,
    schema: SchemaId,
    json: bool,
    form: bool,
}

/// The variants of a union of payloads.
struct Variants<'p, 'r> {
    alternatives: Vec<Alternative>,
    /// The first payload of each.
    firsts: Vec<&'p Payload<'r>>,
    /// The index of the variant of each payload.
    of_payload: Vec<usize>,
}

/// The property or header whose value is the name of an event, and the values of each payload.
struct Tag {
    name: String,
    values: Vec<Vec<String>>,
}

impl Lowering<'_, '_> {
    /// Returns the webhooks of the document, and the callbacks of each operation.
    pub(super) fn webhooks(&mut self) -> Vec<WebhookSet> {
        let resolved = self.resolved;
        let mut sets = Vec::new();
        if !resolved.webhooks.is_empty() {
            let place = resolved.webhooks_place.clone();
            let name = NameSource::Webhooks;
            sets.extend(self.webhook_set(place, None, name, &resolved.webhooks));
        }
        for (index, operation) in resolved.operations.iter().enumerate() {
            if !operation.callbacks.is_empty() {
                let id = OperationId(index);
                let place = operation.pointer.child("callbacks");
                let name = NameSource::Operation(id, vec!["callback".to_owned()]);
                sets.extend(self.webhook_set(place, Some(id), name, &operation.callbacks));
            }
        }
        sets
    }

    /// Returns the union of the payloads; `None` if no webhook has one.
    fn webhook_set(
        &mut self,
        pointer: Pointer,
        operation: Option<OperationId>,
        name: NameSource,
        webhooks: &[resolved::Webhook],
    ) -> Option<WebhookSet> {
        let payloads: Vec<Payload<'_>> = webhooks
            .iter()
            .filter_map(|webhook| self.payload(webhook))
            .collect();
        if payloads.is_empty() {
            return None;
        }
        let header = self.payload_header(&payloads);
        let header_values = header.as_ref().map(|it| it.values.as_slice());
        let Variants {
            mut alternatives,
            firsts,
            of_payload,
        } = self.payload_variants(&payloads, header_values);
        let ty = self.reserve(pointer.clone(), name);
        let listed: Vec<SchemaId> = alternatives.iter().map(|it| it.listed).collect();
        let tag = self.payload_tag(&firsts, &mut alternatives);
        let variants_of = |payload: usize| -> Vec<usize> {
            let variant = of_payload[payload];
            if alternatives.len() == listed.len() {
                return vec![variant];
            }
            // The discriminator has made several variants of a payload.
            let variants = alternatives.iter().enumerate();
            let own = variants.filter(|(_, it)| it.listed == listed[variant]);
            own.map(|(index, _)| index).collect()
        };
        let header = header.map(|header| {
            let mut values: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (payload, own) in header.values.into_iter().enumerate() {
                for value in own {
                    let selected = values.entry(value).or_default();
                    selected.extend(variants_of(payload));
                    selected.sort_unstable();
                    selected.dedup();
                }
            }
            WebhookHeader {
                name: header.name,
                values: values.into_iter().collect(),
            }
        });
        let webhooks = payloads.iter().enumerate();
        let webhooks = webhooks
            .map(|(payload, it)| described(it.webhook, variants_of(payload)))
            .collect();
        let set = WebhookSet {
            pointer,
            operation,
            ty: TypeRef::Named(ty),
            header,
            json: payloads.iter().any(|it| it.json),
            form: payloads.iter().any(|it| it.form),
            form_fields: self.form_fields(&payloads),
            webhooks,
        };
        let variants = alternatives.into_iter().map(|it| it.variant).collect();
        self.define(ty, Shape::Union(Union { tag, variants }));
        if let Some(def) = self.types.get_mut(ty.0) {
            def.docs.summary = Some(match operation {
                Some(OperationId(index)) => {
                    let id = &self.resolved.operations[index].id;
                    format!("A callback of `{id}`: a request that the API sends.")
                }
                None => "A webhook: a request that the API sends.".to_owned(),
            });
        }
        Some(set)
    }

    /// Returns the variants of the union. Webhooks with the same payload share one unless a header tells them
    /// apart.
    fn payload_variants<'p, 'r>(
        &mut self,
        payloads: &'p [Payload<'r>],
        header: Option<&[Vec<String>]>,
    ) -> Variants<'p, 'r> {
        let mut variants = Variants {
            alternatives: Vec::new(),
            firsts: Vec::new(),
            of_payload: Vec::new(),
        };
        for (index, payload) in payloads.iter().enumerate() {
            let ty = self.type_of(payload.schema);
            let same_header = |other: usize| header.is_none_or(|it| it[other] == it[index]);
            let mut before = (0..index).map(|other| (other, variants.of_payload[other]));
            let known = before.find(|(other, variant)| {
                variants.alternatives[*variant].variant.ty == ty && same_header(*other)
            });
            if let Some((_, known)) = known {
                // Nothing tells these webhooks apart: the variant is named after its type.
                let shared = &mut variants.alternatives[known].variant;
                shared.name = None;
                shared.docs = Docs::default();
                variants.of_payload.push(known);
                continue;
            }
            let request = &payload.webhook.operation;
            let docs = Docs {
                summary: text(&request.summary),
                description: text(&request.description),
            };
            let listed = self.canonical(payload.schema);
            let name = Some(variant_name(payload.webhook));
            variants.of_payload.push(variants.alternatives.len());
            let alternative = Alternative::new(listed, name, docs, ty);
            variants.alternatives.push(alternative);
            variants.firsts.push(payload);
        }
        variants
    }

    /// Finds the property that tells the payloads apart, and returns its path. It is the discriminator of
    /// a base of all payloads, or a property with constants, or one with the names of the webhooks.
    fn payload_tag(
        &mut self,
        payloads: &[&Payload<'_>],
        alternatives: &mut Vec<Alternative>,
    ) -> Vec<String> {
        let schemas: Vec<SchemaId> = payloads.iter().map(|it| it.schema).collect();
        if let Some(implied) = self.implied_tag(&schemas) {
            for (alternative, tags) in alternatives.iter_mut().zip(implied.values) {
                alternative.variant.tags = tags;
            }
            return implied.path;
        }
        let base = |this: &Self, schema: &SchemaId| {
            let schema = this.canonical(*schema);
            this.heirs
                .discriminated_by(schema)
                .filter(|it| *it != schema)
        };
        let bases: Vec<_> = schemas.iter().map(|schema| base(self, schema)).collect();
        if let [Some(first), others @ ..] = bases.as_slice()
            && !others.is_empty()
            && others.iter().all(|it| *it == Some(*first))
            && let Some(discriminator) = self.discriminator_of_base(*first)
        {
            return self.tag(&discriminator, true, alternatives);
        }
        if let Some(named) = self.name_property(payloads) {
            for (alternative, tags) in alternatives.iter_mut().zip(named.values) {
                alternative.variant.tags = tags;
            }
            return vec![named.name];
        }
        Vec::new()
    }

    /// Returns a property that holds the name of the webhook. Where its schema doesn't list values, the
    /// examples show it.
    fn name_property(&mut self, payloads: &[&Payload<'_>]) -> Option<Tag> {
        let [first, _, ..] = payloads else {
            return None;
        };
        let merged = self.merged(self.canonical(first.schema));
        let names: Vec<String> = merged.schema.properties.keys().cloned().collect();
        names.into_iter().find_map(|name| {
            let path = [name.clone()];
            let mut values: Vec<Vec<String>> = Vec::new();
            for payload in payloads {
                let own = self.values_at(payload.schema, &path);
                let own = own.or_else(|| example_of(payload.webhook, &name).map(|it| vec![it]))?;
                let is_new = |value: &String| !values.iter().flatten().any(|it| it == value);
                if own != [payload.webhook.name.clone()] || !own.iter().all(is_new) {
                    return None;
                }
                values.push(own);
            }
            Some(Tag { name, values })
        })
    }

    /// Returns the header that tells the webhooks apart: the one of the options, or the first for which
    /// every webhook has a constant or an enumeration, unless they are all the same.
    fn payload_header(&mut self, payloads: &[Payload<'_>]) -> Option<Tag> {
        let chosen = payloads
            .iter()
            .map(|it| it.webhook.event.clone())
            .collect::<Option<Vec<_>>>();
        if let Some(events) = chosen {
            let (name, _) = events.first()?;
            return Some(Tag {
                name: name.clone(),
                values: events.iter().map(|(_, it)| vec![it.clone()]).collect(),
            });
        }
        let listed: Vec<Vec<(String, Vec<String>)>> = payloads
            .iter()
            .map(|it| self.listed_headers(it.webhook))
            .collect();
        let (first, others) = listed.split_first()?;
        first.iter().find_map(|(name, own)| {
            let same = |(other, _): &&(String, Vec<String>)| other.eq_ignore_ascii_case(name);
            let mut values = vec![own.clone()];
            for headers in others {
                values.push(headers.iter().find(same)?.1.clone());
            }
            let differ = values.len() == 1 || values.iter().any(|it| it != own);
            differ.then(|| Tag {
                name: name.clone(),
                values,
            })
        })
    }

    /// Returns the header parameters of a webhook whose values the document lists.
    fn listed_headers(&mut self, webhook: &resolved::Webhook) -> Vec<(String, Vec<String>)> {
        let mut listed = Vec::new();
        for parameter in &webhook.operation.parameters {
            if let (Location::Header, ParameterFormat::Schema { schema, .. }) =
                (parameter.location, &parameter.format)
                && let Some(values) = self.values_at(*schema, &[])
            {
                listed.push((parameter.name.clone(), values));
            }
        }
        listed
    }

    /// Returns the payload of a webhook, if it is JSON or a form with a schema.
    fn payload<'r>(&mut self, webhook: &'r resolved::Webhook) -> Option<Payload<'r>> {
        let place = &webhook.operation.pointer;
        let content = webhook.operation.request_body.iter();
        let content = content.flat_map(|body| &body.content);
        let mut payload: Option<Payload<'r>> = None;
        for media in content {
            let (json, form) = match family(&media.name) {
                MediaFamily::Json | MediaFamily::Wildcard => (true, false),
                MediaFamily::Form => (false, true),
                _ => continue,
            };
            let Some(schema) = media.schema else { continue };
            match &mut payload {
                None => {
                    payload = Some(Payload {
                        webhook,
                        schema,
                        json,
                        form,
                    });
                }
                Some(first) if self.canonical(first.schema) == self.canonical(schema) => {
                    first.json |= json;
                    first.form |= form;
                }
                Some(_) => {
                    let message = format!(
                        "the payload of `{}` differs by media type; `{}` is ignored",
                        webhook.name, media.name
                    );
                    self.warn(
                        &media.pointer,
                        message,
                        "describe all media types by one schema",
                    );
                }
            }
        }
        if payload.is_none() {
            let message = format!(
                "`{}` has no payload in JSON or as a form, so it is ignored",
                webhook.name
            );
            let help = "add a `requestBody` with `application/json` and a schema";
            self.warn(place, message, help);
        }
        payload
    }

    /// Returns the fields of forms that aren't text.
    fn form_fields(&mut self, payloads: &[Payload<'_>]) -> Vec<(String, FormField)> {
        let mut fields = BTreeMap::new();
        for payload in payloads.iter().filter(|it| it.form) {
            let merged = self.merged(self.canonical(payload.schema));
            let alternatives = merged.alternatives.iter().copied();
            let mut objects = vec![merged.clone()];
            objects.extend(alternatives.map(|it| self.merged(self.canonical(it))));
            for object in objects {
                for (name, property) in &object.schema.properties {
                    let property = self.merged(self.canonical(*property));
                    let kind = match self.kind(&property) {
                        SchemaKind::Array(_) => FormField::List,
                        SchemaKind::Struct | SchemaKind::Map(_) => FormField::Json,
                        SchemaKind::Union if !is_scalar(&property.schema) => FormField::Json,
                        _ => continue,
                    };
                    fields.insert(name.clone(), kind);
                }
            }
        }
        fields.into_iter().collect()
    }
}

/// Returns the name of the variant of a webhook.
fn variant_name(webhook: &resolved::Webhook) -> String {
    match webhook.has_siblings {
        true => format!("{} {}", webhook.name, webhook.operation.method),
        false => webhook.name.clone(),
    }
}

fn described(webhook: &resolved::Webhook, variants: Vec<usize>) -> Webhook {
    let request = &webhook.operation;
    let responses = request.responses.iter();
    Webhook {
        pointer: request.pointer.clone(),
        name: webhook.name.clone(),
        method: request.method.clone(),
        expression: webhook.expression.clone(),
        variants,
        responses: responses
            .map(|it| {
                let docs = Docs {
                    summary: None,
                    description: text(&Some(it.description.clone())),
                };
                (it.status, docs)
            })
            .collect(),
    }
}

/// Returns the text of a property in the examples of a webhook's body. An example may be JSON in a string.
fn example_of(webhook: &resolved::Webhook, property: &str) -> Option<String> {
    let body = webhook.operation.request_body.as_ref()?;
    let examples = body.content.iter().flat_map(|it| &it.examples);
    let mut texts = examples.filter_map(|example| {
        let parsed: Value;
        let value = match &example.value {
            Value::String(json) => {
                parsed = serde_json::from_str(json).ok()?;
                &parsed
            }
            value => value,
        };
        Some(value.get(property)?.as_str()?.to_owned())
    });
    texts.next()
}

/// Whether a schema states a type that is written as text.
fn is_scalar(schema: &Schema) -> bool {
    schema
        .schema_type
        .is_some_and(|it| !matches!(it, SchemaType::Object | SchemaType::Array))
}
