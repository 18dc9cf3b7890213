//! Converts the checked tree to `openapiv3`'s types.
//!
//! Each object is deserialized on its own: `openapiv3` buffers an object at every level of nesting,
//! and a remaining error then has a place.

use std::borrow::Cow;

use indexmap::IndexMap;
use openapiv3::{
    Components, OpenAPI, Operation, Parameter, PathItem, Paths, ReferenceOr, Response, Responses,
    SecurityScheme, StatusCode,
};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::{Map, Value};

use super::reference;
use crate::diagnostic::{Diagnostics, Stage};
use crate::pointer::Pointer;

type Properties = Map<String, Value>;

/// Converts everything but the schemas, `callbacks` and `links`.
pub(super) fn read(tree: &Value, diagnostics: &mut Diagnostics) -> OpenAPI {
    let empty = Properties::new();
    let mut reader = Reader { diagnostics };
    let object = Object {
        map: tree.as_object().unwrap_or(&empty),
        place: Pointer::root(),
    };
    OpenAPI {
        openapi: reader.field(&object, "openapi"),
        info: reader.field(&object, "info"),
        servers: reader.field(&object, "servers"),
        paths: reader.paths(&object.object("paths", &empty)),
        components: object.map.contains_key("components").then(|| {
            let components = object.object("components", &empty);
            reader.components(&components)
        }),
        security: reader.field(&object, "security"),
        tags: reader.field(&object, "tags"),
        external_docs: None,
        extensions: object.extensions(),
    }
}

/// An object of the tree and its place.
struct Object<'a> {
    map: &'a Properties,
    place: Pointer,
}

impl<'a> Object<'a> {
    fn new(value: &'a Value, place: Pointer, empty: &'a Properties) -> Self {
        Self {
            map: value.as_object().unwrap_or(empty),
            place,
        }
    }

    fn object(&self, name: &str, empty: &'a Properties) -> Self {
        Self {
            map: self
                .map
                .get(name)
                .and_then(Value::as_object)
                .unwrap_or(empty),
            place: self.place.child(name),
        }
    }

    fn extensions(&self) -> IndexMap<String, Value> {
        let extensions = self.map.iter().filter(|(key, _)| key.starts_with("x-"));
        extensions
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

/// Converts a path item outside of `paths`.
pub(crate) fn path_item(value: &Value, place: &Pointer, diagnostics: &mut Diagnostics) -> PathItem {
    let empty = Properties::new();
    Reader { diagnostics }.path_item(&Object::new(value, place.clone(), &empty))
}

/// Converts an operation of OpenAPI 3.2, for which `PathItem` has no field.
pub(crate) fn operation(
    value: &Value,
    place: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Operation {
    let empty = Properties::new();
    Reader { diagnostics }.operation(&Object::new(value, place.clone(), &empty))
}

/// Converts a parameter. `openapiv3` doesn't know `in: querystring` and `style: cookie` of OpenAPI
/// 3.2, so they become `in: query` and `style: form`. The tree keeps them.
///
/// # Errors
///
/// Fails if the value isn't a parameter.
pub(crate) fn parameter(value: &Value) -> Result<Parameter, serde_json::Error> {
    let mut known = Cow::Borrowed(value);
    for (name, added, instead) in [("in", "querystring", "query"), ("style", "cookie", "form")] {
        if value.get(name).and_then(Value::as_str) == Some(added)
            && let Some(map) = known.to_mut().as_object_mut()
        {
            map.insert(name.to_owned(), Value::String(instead.to_owned()));
        }
    }
    Parameter::deserialize(known.as_ref().into_deserializer())
}

/// Converts a response in an open place.
pub(crate) fn response(value: &Value, place: &Pointer, diagnostics: &mut Diagnostics) -> Response {
    let empty = Properties::new();
    Reader { diagnostics }.response(&Object::new(value, place.clone(), &empty))
}

struct Reader<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn value<T: DeserializeOwned>(
        &mut self,
        value: &Value,
        place: impl FnOnce() -> Pointer,
    ) -> Option<T> {
        self.checked(T::deserialize(value.into_deserializer()), place)
    }

    /// Returns an object, or reports why it can't be read.
    fn checked<T>(
        &mut self,
        object: Result<T, serde_json::Error>,
        place: impl FnOnce() -> Pointer,
    ) -> Option<T> {
        let report = |error: serde_json::Error| {
            let help = "see the OpenAPI specification for the form of this object";
            self.diagnostics
                .error(Stage::Parse, &place(), error.to_string(), help);
        };
        object.map_err(report).ok()
    }

    fn field<T: DeserializeOwned + Default>(&mut self, object: &Object<'_>, name: &str) -> T {
        let value = object
            .map
            .get(name)
            .and_then(|value| self.value(value, || object.place.child(name)));
        value.unwrap_or_default()
    }

    /// Converts a value or a Reference Object.
    fn reference_or<T>(
        &mut self,
        value: &Value,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<ReferenceOr<T>> {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => Some(ReferenceOr::Reference {
                reference: reference.to_owned(),
            }),
            None => read(self).map(ReferenceOr::Item),
        }
    }

    /// Converts a map of objects or references.
    fn named<T>(
        &mut self,
        object: &Object<'_>,
        name: &str,
        read: impl Fn(&mut Self, &Value, Pointer) -> Option<T>,
    ) -> IndexMap<String, ReferenceOr<T>> {
        let empty = Properties::new();
        let section = object.object(name, &empty);
        let entries = section.map.iter().filter_map(|(key, value)| {
            let item = self.reference_or(value, |reader| {
                read(reader, value, section.place.child(key))
            })?;
            Some((key.clone(), item))
        });
        entries.collect()
    }

    fn plain<T: DeserializeOwned>(&mut self, value: &Value, place: Pointer) -> Option<T> {
        self.value(value, || place)
    }

    fn components(&mut self, object: &Object<'_>) -> Components {
        Components {
            schemas: self.named(object, "schemas", Self::plain),
            responses: self.named(object, "responses", Self::read_response),
            parameters: self.named(object, "parameters", |reader, value, place| {
                reader.checked(parameter(value), || place)
            }),
            examples: self.named(object, "examples", Self::plain),
            request_bodies: self.named(object, "requestBodies", Self::plain),
            headers: self.named(object, "headers", Self::plain),
            security_schemes: self.named(object, "securitySchemes", Self::security_scheme),
            links: IndexMap::new(),
            callbacks: IndexMap::new(),
            extensions: object.extensions(),
        }
    }

    /// Converts a security scheme; `None` for a type that `openapiv3` doesn't know.
    fn security_scheme(&mut self, value: &Value, place: Pointer) -> Option<SecurityScheme> {
        match value
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default()
        {
            "apiKey" | "http" | "oauth2" | "openIdConnect" => {
                let mut scheme = self.plain(value, place)?;
                if let SecurityScheme::OAuth2 { flows, .. } = &mut scheme {
                    // `openapiv3` doesn't know these fields of OpenAPI 3.2, but keeps `x-…`.
                    let added = [
                        ("deviceAuthorization", "/flows/deviceAuthorization"),
                        ("oauth2MetadataUrl", "/oauth2MetadataUrl"),
                    ];
                    let added = added.into_iter().filter_map(|(name, place)| {
                        Some((name.to_owned(), value.pointer(place)?.clone()))
                    });
                    flows.extensions.extend(added);
                }
                Some(scheme)
            }
            other => {
                let message = match other {
                    "mutualTLS" => {
                        "`mutualTLS` is ignored; the transport provides the certificate".to_owned()
                    }
                    other => format!(
                        "`{}` isn't a type of security scheme, so the scheme is ignored",
                        super::text::excerpt(other)
                    ),
                };
                let help = "use `apiKey`, `http`, `oauth2` or `openIdConnect`";
                self.diagnostics
                    .warning(Stage::Parse, &place.child("type"), message, help);
                None
            }
        }
    }

    fn paths(&mut self, object: &Object<'_>) -> Paths {
        let empty = Properties::new();
        let paths = object
            .map
            .iter()
            .filter(|(path, _)| !path.starts_with("x-"))
            .filter_map(|(path, value)| {
                let item = Object::new(value, object.place.child(path), &empty);
                let item = self.reference_or(value, |reader| Some(reader.path_item(&item)))?;
                Some((path.clone(), item))
            });
        Paths {
            paths: paths.collect(),
            extensions: object.extensions(),
        }
    }

    fn path_item(&mut self, object: &Object<'_>) -> PathItem {
        let mut operation = |name: &str| {
            let empty = Properties::new();
            object
                .map
                .contains_key(name)
                .then(|| self.operation(&object.object(name, &empty)))
        };
        PathItem {
            get: operation("get"),
            put: operation("put"),
            post: operation("post"),
            delete: operation("delete"),
            options: operation("options"),
            head: operation("head"),
            patch: operation("patch"),
            trace: operation("trace"),
            summary: self.field(object, "summary"),
            description: self.field(object, "description"),
            servers: self.field(object, "servers"),
            parameters: self.parameters(object),
            extensions: object.extensions(),
        }
    }

    fn parameters(&mut self, object: &Object<'_>) -> Vec<ReferenceOr<Parameter>> {
        let Some(Value::Array(items)) = object.map.get("parameters") else {
            return Vec::new();
        };
        let place = || object.place.child("parameters");
        let items = items.iter().enumerate().map(|(index, value)| {
            self.reference_or(value, |reader| {
                reader.checked(parameter(value), || place().index(index))
            })
            // A reference to nothing takes the place of what can't be read, so that the others
            // keep their places.
            .unwrap_or_else(|| ReferenceOr::Reference {
                reference: reference::to(place().index(index).as_str()),
            })
        });
        items.collect()
    }

    fn operation(&mut self, object: &Object<'_>) -> Operation {
        let empty = Properties::new();
        Operation {
            tags: self.field(object, "tags"),
            summary: self.field(object, "summary"),
            description: self.field(object, "description"),
            external_docs: None,
            operation_id: self.field(object, "operationId"),
            parameters: self.parameters(object),
            request_body: object.map.get("requestBody").and_then(|value| {
                self.reference_or(value, |reader| {
                    reader.value(value, || object.place.child("requestBody"))
                })
            }),
            responses: self.responses(&object.object("responses", &empty)),
            callbacks: IndexMap::new(),
            deprecated: self.field(object, "deprecated"),
            security: self.field(object, "security"),
            servers: self.field(object, "servers"),
            extensions: object.extensions(),
        }
    }

    fn responses(&mut self, object: &Object<'_>) -> Responses {
        let mut responses = Responses {
            extensions: object.extensions(),
            ..Responses::default()
        };
        for (key, value) in object.map.iter().filter(|(key, _)| !key.starts_with("x-")) {
            let place = object.place.child(key);
            let Some(response) =
                self.reference_or(value, |reader| reader.read_response(value, place))
            else {
                continue;
            };
            match status(key) {
                Some(status) => {
                    responses.responses.insert(status, response);
                }
                None => responses.default = Some(response),
            }
        }
        responses
    }

    fn read_response(&mut self, value: &Value, place: Pointer) -> Option<Response> {
        let empty = Properties::new();
        Some(self.response(&Object::new(value, place, &empty)))
    }

    fn response(&mut self, object: &Object<'_>) -> Response {
        Response {
            description: self.field(object, "description"),
            headers: self.field(object, "headers"),
            content: self.field(object, "content"),
            links: IndexMap::new(),
            extensions: object.extensions(),
        }
    }
}

/// Converts a key of Responses; `None` for `default`, the only other key that the walk accepts.
fn status(key: &str) -> Option<StatusCode> {
    if let Ok(code) = key.parse() {
        return Some(StatusCode::Code(code));
    }
    let digit = key.chars().next().and_then(|first| first.to_digit(10))?;
    u16::try_from(digit).ok().map(StatusCode::Range)
}
