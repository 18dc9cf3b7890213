//! Operations, their groups and their parameters.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::Lowering;
use super::annotations::{Annotations, text};
use super::media::{MediaFamily, family};
use super::path::{TemplatePart, encode, template_parts};
use super::schema::TypeUse;
use super::security::server;
use crate::fallback::FallbackReason;
use crate::ir::{
    Body, Docs, Encoding, Group, GroupId, Input, Location, Operation, OperationId, Param, PathPart,
    Primitive, QueryContent, Scheme, SchemeId, SchemeUse, Style, TypeRef,
};
use crate::normalise::resolved::{self, MediaType, Parameter, ParameterFormat, SchemaId};
use crate::pointer::Pointer;

/// An input of an operation, before its schema is lowered.
pub(super) struct RawInput<'t> {
    pub(super) pointer: Pointer,
    pub(super) name: &'t str,
    pub(super) required: bool,
    pub(super) schema: Option<SchemaId>,
    pub(super) encoding: Encoding,
}

impl Lowering<'_, '_> {
    /// Returns all operations and their groups.
    pub(super) fn operations(&mut self, schemes: &[Scheme]) -> (Vec<Group>, Vec<Operation>) {
        let resolved = self.resolved;
        let (groups, by_tag) = groups(resolved);
        let by_name: HashMap<&str, SchemeId> = schemes
            .iter()
            .enumerate()
            .map(|(index, scheme)| (scheme.name.as_str(), SchemeId(index)))
            .collect();
        let mut operations = Vec::new();
        let mut others = Vec::new();
        for operation in &resolved.operations {
            let tag = operation.tags.first().map(String::as_str);
            let group = by_tag.get(&tag).copied().unwrap_or(GroupId(0));
            let (first, bodies) = self.operation(operation, group, &by_name);
            let id = OperationId(operations.len());
            others.extend(self.other_calls(id, operation, &first, bodies));
            operations.push(first);
        }
        operations.extend(others);
        (groups, operations)
    }

    /// Returns the first call of an operation, and the bodies of its other calls.
    fn operation(
        &mut self,
        operation: &resolved::Operation,
        group: GroupId,
        schemes: &HashMap<&str, SchemeId>,
    ) -> (Operation, Vec<Body>) {
        let (path_parts, params) = self.path_and_params(operation);
        let body = operation.request_body.as_ref();
        let mut bodies = body.map_or_else(Vec::new, |body| self.bodies(body));
        let others = bodies.split_off(bodies.len().min(1));
        let first = Operation {
            pointer: operation.pointer.clone(),
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            path_parts,
            group,
            docs: Docs {
                summary: text(&operation.summary),
                description: text(&operation.description),
            },
            deprecated: operation.deprecated,
            security: security(operation, schemes),
            params,
            body: bodies.pop(),
            alternative: None,
            responses: operation
                .responses
                .iter()
                .map(|it| self.response(operation, it))
                .collect(),
            servers: operation.servers.iter().map(server).collect(),
            pagination: operation.extensions.get("x-pagination").cloned(),
        };
        (first, others)
    }

    /// Returns the parts of the path, and the operation's parameters.
    fn path_and_params(&mut self, operation: &resolved::Operation) -> (Vec<PathPart>, Vec<Param>) {
        let parts = template_parts(self.sent_template(operation));
        let mut params = Vec::new();
        for parameter in &operation.parameters {
            let is_sent = parameter.location != Location::Path
                || parts.contains(&TemplatePart::Name(&parameter.name));
            if is_sent {
                params.push(self.param(parameter));
            }
        }
        // The arguments of a call are in the order of the path, whatever that of the declarations.
        params.sort_by_key(|param| {
            let name = TemplatePart::Name(&param.input.name);
            let position = parts.iter().position(|part| *part == name);
            position
                .filter(|_| param.location == Location::Path)
                .unwrap_or(usize::MAX)
        });
        let part = |piece: &TemplatePart<'_>| match piece {
            TemplatePart::Text(text) => PathPart::Literal(encode(text)),
            TemplatePart::Name(name) => {
                let known = params
                    .iter()
                    .position(|it| it.location == Location::Path && it.input.name == *name);
                known.map_or_else(
                    || PathPart::Literal(encode(&format!("{{{name}}}"))),
                    PathPart::Param,
                )
            }
        };
        let parts = parts.iter().map(part).collect();
        (parts, params)
    }

    /// Returns the path template without its fragment, which is never sent.
    fn sent_template<'o>(&mut self, operation: &'o resolved::Operation) -> &'o str {
        match operation.path.split_once('#') {
            None => &operation.path,
            Some((sent, _)) => {
                let message = "the path contains a `#`; the client doesn't send the part after it";
                self.warn(
                    &operation.pointer,
                    message,
                    "distinguish operations by path or method",
                );
                sent
            }
        }
    }

    fn param(&mut self, parameter: &Parameter) -> Param {
        let location = parameter.location;
        let (schema, encoding) = match &parameter.format {
            ParameterFormat::Schema {
                schema,
                style: written,
                explode,
                allow_reserved,
            } => (Some(*schema), by_style(*written, *explode, *allow_reserved)),
            ParameterFormat::Content(media) => self.content(parameter, media, location),
            ParameterFormat::QueryString(media) => self.query_string(media),
        };
        let is_json = matches!(
            encoding,
            Encoding::Json | Encoding::QueryString(QueryContent::Json | QueryContent::Form(_))
        );
        let is_text = schema.is_none() && !is_json;
        let mut input = self.input(RawInput {
            pointer: parameter.pointer.clone(),
            name: &parameter.name,
            required: parameter.required,
            schema,
            encoding,
        });
        if is_text {
            input.ty = TypeRef::Primitive(Primitive::String);
        }
        if let Some(description) = text(&parameter.description) {
            input.docs.description = Some(description);
        }
        input.deprecated |= parameter.deprecated;
        input.sensitive |= is_sensitive(&parameter.extensions);
        if parameter.example.is_some() {
            input.example.clone_from(&parameter.example);
        }
        Param { location, input }
    }

    /// Returns how a parameter with a media type is encoded.
    fn content(
        &mut self,
        parameter: &Parameter,
        media: &MediaType,
        location: Location,
    ) -> (Option<SchemaId>, Encoding) {
        match family(&media.name) {
            MediaFamily::Json | MediaFamily::Wildcard => (media.schema, Encoding::Json),
            MediaFamily::Form
            | MediaFamily::Text
            | MediaFamily::Events
            | MediaFamily::JsonSequence
            | MediaFamily::Xml
            | MediaFamily::Multipart
            | MediaFamily::Bytes => {
                let message = format!(
                    "the parameter has the media type `{}`, so the caller passes it as an encoded string",
                    media.name
                );
                self.warn(
                    &parameter.pointer,
                    message,
                    "use `schema`, or the media type `application/json`",
                );
                self.fall_back(&parameter.pointer, FallbackReason::ParameterContent);
                let written = match location {
                    Location::Path | Location::Header => Style::Simple,
                    Location::Query | Location::Cookie => Style::Form,
                };
                (None, by_style(written, false, false))
            }
        }
    }

    /// Lowers a parameter or form field. Without a schema, it takes any value.
    pub(super) fn input(&mut self, raw: RawInput<'_>) -> Input {
        let value = match raw.schema {
            Some(id) => self.use_of(id),
            None => TypeUse {
                ty: TypeRef::Primitive(Primitive::Any),
                nullable: false,
            },
        };
        self.typed_input(raw, value)
    }

    /// Returns an input of this type, with the annotations of its schema.
    pub(super) fn typed_input(&mut self, raw: RawInput<'_>, value: TypeUse) -> Input {
        let about = match raw.schema {
            Some(id) => self.annotations(id),
            None => Annotations::default(),
        };
        Input {
            pointer: raw.pointer,
            name: raw.name.to_owned(),
            required: raw.required,
            nullable: value.nullable,
            ty: value.ty,
            encoding: raw.encoding,
            docs: about.docs,
            deprecated: about.deprecated,
            sensitive: about.sensitive,
            default: about.default,
            example: about.example,
            limits: about.limits,
        }
    }
}

/// Returns the groups of operations, in the order of the document's tags and then of first use, and
/// each group by its tag.
fn groups(resolved: &resolved::Resolved) -> (Vec<Group>, HashMap<Option<&str>, GroupId>) {
    let mut used: IndexMap<Option<&str>, &Pointer> = IndexMap::new();
    for operation in &resolved.operations {
        used.entry(operation.tags.first().map(String::as_str))
            .or_insert(&operation.pointer);
    }
    let mut groups = Vec::new();
    let mut by_tag = HashMap::new();
    for (index, tag) in resolved.tags.iter().enumerate() {
        let name = Some(tag.name.as_str());
        if used.shift_remove(&name).is_some() {
            by_tag.insert(name, GroupId(groups.len()));
            groups.push(Group {
                pointer: Pointer::root().child("tags").index(index),
                tag: Some(tag.name.clone()),
                description: text(&tag.description),
            });
        }
    }
    for (tag, pointer) in used {
        by_tag.insert(tag, GroupId(groups.len()));
        groups.push(Group {
            pointer: pointer.clone(),
            tag: tag.map(str::to_owned),
            description: None,
        });
    }
    (groups, by_tag)
}

/// Returns the security alternatives of an operation. The normalised document names only declared
/// schemes.
fn security(
    operation: &resolved::Operation,
    schemes: &HashMap<&str, SchemeId>,
) -> Vec<Vec<SchemeUse>> {
    let scheme_use = |(name, scopes): (&String, &Vec<String>)| {
        Some(SchemeUse {
            scheme: *schemes.get(name.as_str())?,
            scopes: scopes.clone(),
        })
    };
    let alternatives = operation.security.iter();
    alternatives
        .map(|alternative| alternative.iter().filter_map(scheme_use).collect())
        .collect()
}

fn is_sensitive(extensions: &IndexMap<String, Value>) -> bool {
    extensions.get("x-sensitive") == Some(&Value::Bool(true))
}

pub(super) fn by_style(style: Style, explode: bool, allow_reserved: bool) -> Encoding {
    Encoding::Style {
        style,
        explode,
        allow_reserved,
    }
}
