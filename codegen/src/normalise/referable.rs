//! The objects that a `$ref` can refer to.

use indexmap::IndexMap;
use openapiv3::{
    Components, Example, Header, MediaType, OpenAPI, Parameter, PathItem, ReferenceOr, RequestBody,
    Response, SecurityScheme,
};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::parse;
use crate::pointer::Pointer;

/// An object that a `$ref` can refer to.
pub(super) trait Referable: Clone + DeserializeOwned {
    /// The object's name in the specification.
    const NAME: &'static str;
    /// The pointer of the section with named objects of this kind.
    const SECTION: &'static str;

    /// Returns the named objects of this kind.
    fn section(openapi: &OpenAPI) -> Option<&IndexMap<String, ReferenceOr<Self>>>;

    /// Replaces the object's description.
    fn describe(&mut self, description: String);

    /// Reads an object that has no name.
    fn read(value: &Value, _: &Pointer, _: &mut Diagnostics) -> Result<Self, serde_json::Error> {
        Self::deserialize(value.into_deserializer())
    }
}

macro_rules! component {
    ($object:ty, $name:literal, $section:ident, $place:literal, $describe:expr) => {
        impl Referable for $object {
            const NAME: &'static str = $name;
            const SECTION: &'static str = concat!("/components/", $place, "/");

            fn section(openapi: &OpenAPI) -> Option<&IndexMap<String, ReferenceOr<Self>>> {
                openapi
                    .components
                    .as_ref()
                    .map(|components: &Components| &components.$section)
            }

            fn describe(&mut self, description: String) {
                let describe: fn(&mut Self) -> &mut Option<String> = $describe;
                *describe(self) = Some(description);
            }
        }
    };
}

impl Referable for Parameter {
    const NAME: &'static str = "Parameter Object";
    const SECTION: &'static str = "/components/parameters/";

    fn section(openapi: &OpenAPI) -> Option<&IndexMap<String, ReferenceOr<Self>>> {
        openapi
            .components
            .as_ref()
            .map(|components| &components.parameters)
    }

    fn describe(&mut self, description: String) {
        let data = match self {
            Self::Query { parameter_data, .. }
            | Self::Header { parameter_data, .. }
            | Self::Path { parameter_data, .. }
            | Self::Cookie { parameter_data, .. } => parameter_data,
        };
        data.description = Some(description);
    }

    fn read(value: &Value, _: &Pointer, _: &mut Diagnostics) -> Result<Self, serde_json::Error> {
        parse::parameter(value)
    }
}

/// `openapiv3` doesn't know `components.mediaTypes` of OpenAPI 3.2, so they are read from the tree.
impl Referable for MediaType {
    const NAME: &'static str = "Media Type Object";
    const SECTION: &'static str = "/components/mediaTypes/";

    fn section(_: &OpenAPI) -> Option<&IndexMap<String, ReferenceOr<Self>>> {
        None
    }

    fn describe(&mut self, _: String) {}
}

component!(
    RequestBody,
    "Request Body Object",
    request_bodies,
    "requestBodies",
    |it| &mut it.description
);
component!(Header, "Header Object", headers, "headers", |it| {
    &mut it.description
});
component!(Example, "Example Object", examples, "examples", |it| {
    &mut it.description
});
component!(
    SecurityScheme,
    "Security Scheme Object",
    security_schemes,
    "securitySchemes",
    |it| match it {
        SecurityScheme::APIKey { description, .. }
        | SecurityScheme::HTTP { description, .. }
        | SecurityScheme::OAuth2 { description, .. }
        | SecurityScheme::OpenIDConnect { description, .. } => description,
    }
);

impl Referable for Response {
    const NAME: &'static str = "Response Object";
    const SECTION: &'static str = "/components/responses/";

    fn section(openapi: &OpenAPI) -> Option<&IndexMap<String, ReferenceOr<Self>>> {
        openapi
            .components
            .as_ref()
            .map(|components| &components.responses)
    }

    fn describe(&mut self, description: String) {
        self.description = description;
    }

    fn read(
        value: &Value,
        place: &Pointer,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, serde_json::Error> {
        Ok(parse::response(value, place, diagnostics))
    }
}

impl Referable for PathItem {
    const NAME: &'static str = "Path Item Object";
    const SECTION: &'static str = "/paths/";

    fn section(openapi: &OpenAPI) -> Option<&IndexMap<String, ReferenceOr<Self>>> {
        Some(&openapi.paths.paths)
    }

    fn describe(&mut self, description: String) {
        self.description = Some(description);
    }

    fn read(
        value: &Value,
        place: &Pointer,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, serde_json::Error> {
        Ok(parse::path_item(value, place, diagnostics))
    }
}
