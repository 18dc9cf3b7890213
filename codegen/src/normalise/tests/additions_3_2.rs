//! The additions of OpenAPI 3.2.

use super::resolved;
use crate::normalise::resolved::{ParameterFormat, Style};
use crate::pointer::Pointer;

#[test]
fn nothing_of_openapi_3_2_is_refused_or_ignored() {
    let (resolved, diagnostics) = resolved(
        "3.2.0",
        "
$self: https://example.com/api.yaml
servers: [{url: 'https://example.com', name: production}]
tags: [{name: a, summary: A, kind: nav}, {name: b, parent: a}]
security: [{'#/components/securitySchemes/s': [read]}]
paths:
  /a:
    query:
      operationId: search
      parameters: [{name: c, in: cookie, style: cookie, schema: {type: array, items: {type: string}}}]
      requestBody: {content: {application/json: {$ref: '#/components/mediaTypes/Pet'}}}
      responses:
        '200': {summary: Found.}
        '204': {}
    additionalOperations:
      COPY: {operationId: copy, responses: {'204': {}}}
      m-search: {responses: {'204': {}}}
  /b:
    get:
      operationId: read
      parameters:
        - name: q
          in: querystring
          content: {application/json: {schema: {type: object}, examples: {e: {dataValue: {}, serializedValue: '{}'}}}}
      responses:
        default:
          content:
            multipart/mixed:
              itemSchema: {type: object, xml: {nodeType: element}}
              prefixEncoding: [{contentType: text/plain, encoding: {a: {contentType: text/plain}}}]
              itemEncoding: {contentType: application/json, itemEncoding: {contentType: text/plain}}
components:
  mediaTypes:
    Pet: {$ref: '#/components/mediaTypes/Animal'}
    Animal: {schema: {$ref: '#/components/schemas/Pet'}}
  securitySchemes:
    s:
      type: oauth2
      deprecated: true
      oauth2MetadataUrl: https://example.com/.well-known/oauth-authorization-server
      flows: {deviceAuthorization: {deviceAuthorizationUrl: https://example.com/d, tokenUrl: https://example.com/t, scopes: {}}}
  schemas:
    Pet:
      anyOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, defaultMapping: Dog}
    Cat: {type: object, properties: {kind: {type: string}}}
    Dog: {type: object, properties: {kind: {type: string}}}
    Other:
      anyOf: [{$ref: '#/components/schemas/Pet'}]
      discriminator: {propertyName: kind, defaultMapping: '#/components/schemas/Cat'}
",
    );
    assert_eq!(diagnostics, Vec::<String>::new());

    let operations = resolved.operations.iter();
    let found: Vec<_> = operations
        .map(|it| (it.method.as_str(), it.id.as_str(), it.pointer.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("QUERY", "search", "/paths/~1a/query"),
            ("COPY", "copy", "/paths/~1a/additionalOperations/COPY"),
            (
                "m-search",
                "m-search_a",
                "/paths/~1a/additionalOperations/m-search"
            ),
            ("GET", "read", "/paths/~1b/get"),
        ]
    );
    let search = &resolved.operations[0];
    assert_eq!(search.security[0]["s"], ["read"]);
    let descriptions: Vec<_> = search.responses.iter().map(|it| &*it.description).collect();
    assert_eq!(descriptions, ["Found.", ""]);
    let body = search.request_body.as_ref().expect("a body");
    let media = &body.content[0];
    assert_eq!(media.pointer.as_str(), "/components/mediaTypes/Animal");
    let named = |name: &str| {
        let place = Pointer::root()
            .child("components")
            .child("schemas")
            .child(name);
        resolved.schemas.at(&place)
    };
    assert_eq!(media.schema, named("Pet"));
    let ParameterFormat::Schema { style, explode, .. } = search.parameters[0].format else {
        panic!("it has a schema");
    };
    assert_eq!((style, explode), (Style::Cookie, true));

    let read = &resolved.operations[3];
    assert!(matches!(
        read.parameters[0].format,
        ParameterFormat::QueryString(_)
    ));
    assert!(read.responses[0].content[0].item_schema.is_some());

    for (name, default) in [("Pet", "Dog"), ("Other", "Cat")] {
        let schema = resolved.schemas.get(named(name).expect("a schema"));
        let discriminator = schema.discriminator.as_ref().expect("a discriminator");
        assert_eq!(discriminator.default_mapping, named(default));
    }
}

#[test]
fn what_is_no_method_and_what_is_no_schema_is_a_warning() {
    let (resolved, diagnostics) = resolved(
        "3.2.0",
        "
paths:
  /a:
    get: {operationId: get, parameters: [{name: p, in: query, schema: {type: string}}], responses: {}}
    additionalOperations:
      GET: {operationId: other, responses: {}}
      'A B': {operationId: none, responses: {}}
    parameters: [{name: q, in: querystring, schema: {type: object}}]
components:
  schemas:
    A: {anyOf: [{type: object}], discriminator: {propertyName: k, defaultMapping: Nothing}}
",
    );
    assert_eq!(super::ids(&resolved), ["get"]);
    assert_eq!(
        diagnostics,
        [
            "#/paths/~1a/additionalOperations/GET `GET` is declared twice; this operation is ignored",
            "#/paths/~1a/additionalOperations/A B `A B` isn't an HTTP method, so this operation is ignored",
            "#/paths/~1a/parameters/0 a query string has no `content`, so it is treated as a form",
            "#/components/schemas/A/discriminator/defaultMapping `Nothing` isn't a schema, so this value is ignored",
            "#/paths/~1a/parameters/0 `in: querystring` describes the whole query, but there are other query parameters; all of them are sent",
        ]
    );
}

#[test]
fn an_operation_of_a_referenced_path_item_can_be_replaced() {
    let (resolved, diagnostics) = resolved(
        "3.2.0",
        "
paths:
  /a:
    $ref: '#/components/pathItems/A'
    query: {operationId: own, responses: {}}
components:
  pathItems:
    A:
      query: {operationId: base, responses: {}}
      additionalOperations: {COPY: {operationId: copy, responses: {}}}
",
    );
    assert_eq!(diagnostics, Vec::<String>::new());
    assert_eq!(super::ids(&resolved), ["copy", "own"]);
}
