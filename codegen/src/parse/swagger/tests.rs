use serde_json::{Value, json};

use super::{Origins, convert, is_swagger};
use crate::diagnostic::Diagnostics;
use crate::pointer::Pointer;

fn converted(mut tree: Value) -> (Value, Origins) {
    let (mut origins, mut diagnostics) = (Origins::default(), Diagnostics::default());
    convert(&mut tree, &mut origins, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    (tree, origins)
}

fn origin(origins: &Origins, place: &str) -> String {
    let place = Pointer::from_encoded(place).expect("it is a pointer");
    origins.of(&place).as_str().to_owned()
}

#[test]
fn only_swagger_2_is_converted() {
    assert!(is_swagger(&json!({"swagger": "2.0"})));
    assert!(is_swagger(&json!({"swagger": 2.0})));
    assert!(!is_swagger(&json!({"swagger": "1.2"})));
    assert!(!is_swagger(&json!({"swagger": "2.0", "openapi": "3.0.3"})));
}

#[test]
fn servers_have_every_scheme_and_https_is_the_first() {
    let (tree, origins) = converted(json!({
        "swagger": "2.0", "host": "api.example.com:8443", "basePath": "/v1/", "schemes": ["http", "https", "ws"]
    }));
    assert_eq!(
        tree["servers"],
        json!([{"url": "https://api.example.com:8443/v1"}, {"url": "http://api.example.com:8443/v1"}])
    );
    assert_eq!(origin(&origins, "/servers/0/url"), "/host/0/url");
    let (tree, _) = converted(json!({"swagger": "2.0", "basePath": "/v1"}));
    assert_eq!(tree["servers"], json!([{"url": "/v1"}]));
    let (tree, _) = converted(json!({"swagger": "2.0"}));
    assert_eq!(tree.get("servers"), None);
}

#[test]
fn parameters_have_schemas_and_styles() {
    let (tree, origins) = converted(
        json!({"swagger": "2.0", "paths": {"/a": {"get": {"parameters": [
        {"name": "b", "in": "body", "schema": {"type": "string"}},
        {"name": "q", "in": "query", "type": "array", "items": {"type": "integer"}, "minItems": 1},
        {"name": "m", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
        {"name": "p", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
        {"name": "h", "in": "header", "required": true, "type": "string", "format": "uuid"}
    ], "responses": {}}}}}),
    );
    assert_eq!(
        tree["paths"]["/a"]["get"]["parameters"],
        json!([
            {"name": "q", "in": "query", "style": "form", "explode": false,
             "schema": {"type": "array", "items": {"type": "integer"}, "minItems": 1}},
            {"name": "m", "in": "query", "style": "form", "explode": true,
             "schema": {"type": "array", "items": {"type": "string"}}},
            {"name": "p", "in": "query", "style": "pipeDelimited", "explode": false,
             "schema": {"type": "array", "items": {"type": "string"}}},
            {"name": "h", "in": "header", "required": true, "schema": {"type": "string", "format": "uuid"}}
        ])
    );
    let place = "/paths/~1a/get/parameters";
    for (new, old) in [
        ("0/schema/items/type", "1/items/type"),
        ("3/name", "4/name"),
    ] {
        assert_eq!(
            origin(&origins, &format!("{place}/{new}")),
            format!("{place}/{old}")
        );
    }
    let body = "/paths/~1a/get/requestBody/content/application~1json/schema/type";
    assert_eq!(origin(&origins, body), format!("{place}/0/schema/type"));
}

#[test]
fn a_list_that_no_style_has_is_refused() {
    let (mut origins, mut diagnostics) = (Origins::default(), Diagnostics::default());
    let mut tree = json!({"swagger": "2.0", "parameters": {
        "T": {"name": "t", "in": "query", "type": "array", "items": {}, "collectionFormat": "tsv"}
    }});
    convert(&mut tree, &mut origins, &mut diagnostics);
    let fault = diagnostics.iter().next().expect("there is an error");
    assert_eq!(
        origins.of(&fault.pointer).to_string(),
        "#/parameters/T/collectionFormat"
    );
}

#[test]
fn fields_are_a_form_and_files_make_it_multipart() {
    let form = |parameters: Value, consumes: Value| {
        let (tree, _) = converted(
            json!({"swagger": "2.0", "consumes": consumes, "parameters": {
            "Kind": {"name": "kind", "in": "formData", "type": "string", "enum": ["a"]}
        }, "paths": {"/a": {"parameters": parameters, "post": {"responses": {}}}}}),
        );
        assert_eq!(tree["paths"]["/a"].get("parameters"), None);
        assert_eq!(tree["components"]["parameters"], json!({}));
        tree["paths"]["/a"]["post"]["requestBody"].clone()
    };
    let list = json!({"name": "l", "in": "formData", "type": "array", "items": {"type": "string"}, "required": true});
    let kind = json!({"$ref": "#/parameters/Kind"});
    assert_eq!(
        form(json!([list, kind]), json!(["application/json"])),
        json!({"required": true, "content": {"application/x-www-form-urlencoded": {
            "schema": {"type": "object", "required": ["l"], "properties": {
                "l": {"type": "array", "items": {"type": "string"}},
                "kind": {"type": "string", "enum": ["a"]}
            }},
            "encoding": {"l": {"style": "form", "explode": false}}
        }}})
    );
    let file = json!({"name": "f", "in": "formData", "type": "file", "description": "A file."});
    assert_eq!(
        form(json!([file]), json!([])),
        json!({"required": false, "content": {"multipart/form-data": {"schema": {
            "type": "object", "properties": {
                "f": {"type": "string", "format": "binary", "description": "A file."}
            }
        }}}})
    );
}

#[test]
fn responses_have_the_media_types_of_their_operation() {
    let (tree, origins) = converted(json!({"swagger": "2.0", "produces": ["application/json"],
    "responses": {"Gone": {"description": "Gone.", "schema": {"$ref": "#/definitions/Error"}}},
    "paths": {
        "/a": {"get": {"responses": {"404": {"$ref": "#/responses/Gone"}}}},
        "/b": {"get": {"produces": ["text/csv"], "responses": {
            "200": {"description": "A file.", "schema": {"type": "file"},
                    "headers": {"Age": {"type": "integer", "description": "Seconds."}}},
            "404": {"$ref": "#/responses/Gone"}
        }}}
    }}));
    assert_eq!(
        tree["paths"]["/a"]["get"]["responses"]["404"],
        json!({"$ref": "#/components/responses/Gone"})
    );
    let error = json!({"schema": {"$ref": "#/components/schemas/Error"}});
    assert_eq!(
        tree["components"]["responses"]["Gone"]["content"],
        json!({"application/json": error})
    );
    let responses = &tree["paths"]["/b"]["get"]["responses"];
    assert_eq!(responses["404"]["content"], json!({"text/csv": error}));
    assert_eq!(
        responses["200"],
        json!({"description": "A file.",
               "headers": {"Age": {"description": "Seconds.", "schema": {"type": "integer"}}},
               "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}})
    );
    assert_eq!(
        origin(
            &origins,
            "/paths/~1b/get/responses/404/content/text~1csv/schema/$ref"
        ),
        "/responses/Gone/schema/$ref"
    );
}

#[test]
fn schemas_and_security_schemes_are_components() {
    let (tree, origins) = converted(json!({"swagger": "2.0",
    "definitions": {"Pet": {"discriminator": "kind", "properties": {
        "file": {"type": "file"}, "owner": {"$ref": "#/definitions/Owner"}, "age": {"type": "integer", "x-nullable": true}
    }}},
    "securityDefinitions": {
        "Basic": {"type": "basic"},
        "OAuth": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://a", "tokenUrl": "https://b",
                  "scopes": {"read": "Read."}}
    }}));
    assert_eq!(
        tree["components"]["schemas"]["Pet"],
        json!({"discriminator": {"propertyName": "kind"}, "properties": {
            "file": {"format": "binary", "type": "string"},
            "owner": {"$ref": "#/components/schemas/Owner"},
            "age": {"type": "integer", "nullable": true}
        }})
    );
    assert_eq!(
        tree["components"]["securitySchemes"],
        json!({"Basic": {"type": "http", "scheme": "basic"}, "OAuth": {"type": "oauth2", "flows": {"authorizationCode": {
            "authorizationUrl": "https://a", "tokenUrl": "https://b", "scopes": {"read": "Read."}
        }}}})
    );
    assert_eq!(
        origin(
            &origins,
            "/components/securitySchemes/OAuth/flows/authorizationCode/tokenUrl"
        ),
        "/securityDefinitions/OAuth/tokenUrl"
    );
    assert_eq!(
        origin(&origins, "/components/schemas/Pet/properties/owner"),
        "/definitions/Pet/properties/owner"
    );
}
