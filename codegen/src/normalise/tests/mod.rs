//! Tests of the normalisation of small documents.

mod additions_3_2;
mod misplaced;
mod payloads;
mod refused;

use serde_json::json;

use super::normalise;
use super::resolved::{
    AdditionalProperties, Location, Operation, Parameter, ParameterFormat, Resolved, Schema,
    SchemaType, Status, Style,
};
use crate::diagnostic::Diagnostics;
use crate::parse::{Source, parse};
use crate::pointer::Pointer;

/// Normalises a document with only this content. Also returns the diagnostics.
fn resolved(version: &str, rest: &str) -> (Resolved, Vec<String>) {
    let text = format!("openapi: {version}\ninfo: {{title: T, version: '1'}}\n{rest}");
    let mut diagnostics = Diagnostics::default();
    let source = Source::new("test.yaml", text);
    let resolved =
        parse(&source, &mut diagnostics).map(|document| normalise(document, &mut diagnostics));
    match resolved {
        Some(resolved) if !diagnostics.has_errors() => (
            resolved,
            diagnostics
                .iter()
                .map(|said| format!("{} {}", said.pointer, said.message))
                .collect(),
        ),
        _ => panic!("{diagnostics}"),
    }
}

fn ids(resolved: &Resolved) -> Vec<&str> {
    resolved
        .operations
        .iter()
        .map(|operation| operation.id.as_str())
        .collect()
}

fn schema<'r>(resolved: &'r Resolved, pointer: &str) -> &'r Schema {
    let id = resolved
        .schemas
        .at(&Pointer::from_encoded(pointer).expect("a pointer"));
    resolved
        .schemas
        .get(id.unwrap_or_else(|| panic!("{pointer} holds no schema")))
}

fn parameter<'r>(operation: &'r Operation, name: &str) -> &'r Parameter {
    operation
        .parameters
        .iter()
        .find(|parameter| parameter.name == name)
        .expect("a parameter of this name")
}

#[test]
fn a_reference_and_an_inline_schema_are_the_same_node() {
    let (resolved, _) = resolved(
        "3.0.3",
        "paths:
  /a:
    get:
      responses:
        200:
          description: d
          content:
            application/json:
              schema: {type: object, properties: {deep: {$ref: '#/components/schemas/A'}, b: {$ref: '#/components/schemas/B/properties/x~1y'}}}
components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {type: object, properties: {x/y: {type: string}, self: {$ref: '#/components/schemas/A'}}}
",
    );
    let at = "/paths/~1a/get/responses/200/content/application~1json/schema";
    let b = schema(&resolved, "/components/schemas/B");
    assert_eq!(b.pointer.as_str(), "/components/schemas/B");
    for pointer in [
        "/components/schemas/A",
        "/components/schemas/B/properties/self",
        &format!("{at}/properties/deep"),
    ] {
        assert_eq!(schema(&resolved, pointer).pointer, b.pointer);
    }
    let body = schema(&resolved, at);
    assert_eq!(
        resolved.schemas.get(body.properties["b"]).pointer.as_str(),
        "/components/schemas/B/properties/x~1y"
    );
    assert_eq!(
        resolved.operations[0].responses[0].content[0].schema,
        resolved.schemas.at(&body.pointer)
    );
    assert!(
        resolved
            .schemas
            .iter()
            .all(|(id, schema)| resolved.schemas.at(&schema.pointer) == Some(id))
    );
}

#[test]
fn a_schema_keeps_all_its_keywords_whatever_its_type() {
    let (resolved, said) = resolved(
        "3.0.3",
        "paths: {}
components:
  schemas:
    S:
      type: object
      enum: [{a: 1}]
      format: f
      required: [a, b, a]
      minimum: 1
      exclusiveMinimum: true
      uniqueItems: true
      additionalProperties: {type: integer}
      allOf: [{}]
      discriminator: {propertyName: k, mapping: {one: S, two: '#/components/schemas/S', three: Nothing}}
      readOnly: true
      x-a: 1
",
    );
    let s = schema(&resolved, "/components/schemas/S");
    assert_eq!(
        (s.schema_type, s.format.as_deref(), s.read_only),
        (Some(SchemaType::Object), Some("f"), true)
    );
    assert_eq!(
        (s.required.as_slice(), s.enumeration.as_slice()),
        (
            ["a", "b"].map(str::to_owned).as_slice(),
            [json!({"a": 1})].as_slice()
        )
    );
    assert_eq!(
        (s.constraints.minimum, s.constraints.unique_items),
        (Some((1.0, true)), true)
    );
    let AdditionalProperties::Schema(id) = s.additional_properties else {
        panic!("{s:?}")
    };
    assert_eq!(
        resolved.schemas.get(id).schema_type,
        Some(SchemaType::Integer)
    );
    assert_eq!((s.all_of.len(), &s.extensions["x-a"]), (1, &json!(1)));
    let discriminator = s.discriminator.as_ref().expect("a discriminator");
    let mapped: Vec<_> = discriminator
        .mapping
        .iter()
        .map(|(value, id)| (value.as_str(), *id))
        .collect();
    let own = resolved.schemas.at(&s.pointer).expect("its id");
    assert_eq!(
        (discriminator.property.as_str(), mapped),
        ("k", vec![("one", own), ("two", own)])
    );
    assert_eq!(
        said[0],
        "#/components/schemas/S/discriminator/mapping/three `Nothing` isn't a schema, so this value is ignored"
    );
}

#[test]
fn references_may_refer_to_any_location() {
    let (resolved, said) = resolved(
        "3.1.0",
        "paths:
  /a/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody: {$ref: '#/x-bodies/Own'}
      responses:
        200: {description: d, headers: {A: {$ref: '#/components/headers/H'}}}
        404: {$ref: '#/components/responses/One'}
  /b/{id}:
    get:
      parameters: [{$ref: '#/paths/~1a~1%7Bid%7D/get/parameters/0'}]
      responses: {default: {$ref: '#/paths/~1a~1{id}/get/responses/200'}}
  /c: {$ref: '#/components/pathItems/C', summary: s, post: {operationId: own, responses: {204: {description: d}}}}
  /d: {$ref: '#/paths/~1c'}
x-bodies:
  Own: {content: {application/json: {schema: {type: integer}, examples: {a: {$ref: '#/components/examples/E'}}}}}
components:
  pathItems:
    C:
      servers: [{url: https://c.example.com}]
      get: {operationId: c, responses: {204: {description: d}}}
  responses: {One: {$ref: '#/components/responses/Two'}, Two: {description: two}}
  headers: {H: {schema: {type: string}}}
  examples: {E: {value: 5}}
",
    );
    assert_eq!(
        ids(&resolved),
        [
            "get_a_by_id",
            "get_b_by_id",
            "c",
            "own",
            "c_get_d",
            "own_post_d"
        ]
    );
    let a = &resolved.operations[0];
    let body = a.request_body.as_ref().expect("a body");
    assert_eq!(
        (body.pointer.as_str(), &body.content[0].examples[0].value),
        ("/x-bodies/Own", &json!(5))
    );
    assert!(body.content[0].schema.is_some());
    assert_eq!(
        a.responses[0].headers[0].pointer.as_str(),
        "/components/headers/H"
    );
    assert_eq!(
        (a.responses[1].status, a.responses[1].description.as_str()),
        (Status::Code(404), "two")
    );
    let b = &resolved.operations[1];
    assert_eq!(b.parameters[0].pointer, a.parameters[0].pointer);
    assert_eq!(
        (b.responses[0].status, b.responses[0].headers.len()),
        (Status::Default, 1)
    );
    assert_eq!(
        resolved.operations[2].servers[0].url,
        "https://c.example.com"
    );
    assert_eq!(
        resolved.operations[4].pointer.as_str(),
        "/components/pathItems/C/get"
    );
    assert_eq!(said.len(), 2, "{said:#?}");
}

#[test]
fn an_operations_parameters_replace_those_of_its_path_item() {
    let (resolved, said) = resolved(
        "3.0.3",
        "paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: X-A, in: header, schema: {type: string}}
      - {name: id, in: query, schema: {type: string}}
    get:
      parameters:
        - {name: x-a, in: header, required: true, schema: {type: integer}}
        - {name: b, in: cookie, schema: {type: string}}
      responses: {204: {description: d}}
",
    );
    let parameters = &resolved.operations[0].parameters;
    let names: Vec<_> = parameters
        .iter()
        .map(|parameter| {
            (
                parameter.name.as_str(),
                parameter.location,
                parameter.required,
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("id", Location::Path, true),
            ("x-a", Location::Header, true),
            ("id", Location::Query, false),
            ("b", Location::Cookie, false),
        ]
    );
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn style_and_explode_have_the_defaults_of_their_location() {
    let (resolved, _) = resolved(
        "3.0.3",
        "paths:
  /a/{p}:
    get:
      parameters:
        - {name: p, in: path, required: true, schema: {type: string}}
        - {name: q, in: query, schema: {type: string}}
        - {name: d, in: query, style: deepObject, allowReserved: true, schema: {type: object}}
        - {name: x, in: query, style: pipeDelimited, explode: true, schema: {type: array}}
        - {name: h, in: header, schema: {type: string}}
        - {name: c, in: cookie, schema: {type: string}}
        - {name: j, in: query, content: {application/json: {schema: {type: object}}}}
      responses: {204: {description: d}}
",
    );
    let operation = &resolved.operations[0];
    let format = |name: &str| match &parameter(operation, name).format {
        ParameterFormat::Schema {
            style,
            explode,
            allow_reserved,
            ..
        } => (*style, *explode, *allow_reserved),
        ParameterFormat::Content(media_type) | ParameterFormat::QueryString(media_type) => {
            panic!("{}", media_type.name)
        }
    };
    assert_eq!(format("p"), (Style::Simple, false, false));
    assert_eq!(format("q"), (Style::Form, true, false));
    assert_eq!(format("d"), (Style::DeepObject, false, true));
    assert_eq!(format("x"), (Style::PipeDelimited, true, false));
    assert_eq!(format("h"), (Style::Simple, false, false));
    assert_eq!(format("c"), (Style::Form, true, false));
    let ParameterFormat::Content(media_type) = &parameter(operation, "j").format else {
        panic!()
    };
    assert_eq!(
        (media_type.name.as_str(), media_type.schema.is_some()),
        ("application/json", true)
    );
}

#[test]
fn a_placeholder_without_a_parameter_takes_a_string() {
    let (resolved, said) = resolved(
        "3.0.3",
        "paths: {'/a/{b}-{c}': {get: {responses: {204: {description: d}}}}}",
    );
    let operation = &resolved.operations[0];
    let ParameterFormat::Schema { schema, .. } = parameter(operation, "c").format else {
        panic!()
    };
    assert_eq!(
        resolved.schemas.get(schema).schema_type,
        Some(SchemaType::String)
    );
    assert_eq!(operation.parameters.len(), 2);
    assert_eq!(said.len(), 2);
}

#[test]
fn security_and_servers_come_from_the_document_unless_an_operation_has_its_own() {
    let (resolved, said) = resolved(
        "3.1.0",
        "security: [{key: []}, {}]
paths:
  /a:
    servers: [{url: https://path}]
    get: {responses: {204: {description: d}}}
    put: {security: [], servers: [{url: https://own}], responses: {204: {description: d}}}
    post: {security: [{key: [], mtls: []}, {none: []}], responses: {204: {description: d}}}
components:
  securitySchemes:
    key: {type: http, scheme: basic}
    mtls: {type: mutualTLS}
",
    );
    let of = |index: usize| {
        let operation: &Operation = &resolved.operations[index];
        let names: Vec<Vec<&str>> = operation
            .security
            .iter()
            .map(|names| names.keys().map(String::as_str).collect())
            .collect();
        (
            operation.method.as_str(),
            names,
            operation.servers[0].url.as_str(),
        )
    };
    assert_eq!(of(0), ("GET", vec![vec!["key"], vec![]], "https://path"));
    assert_eq!(of(1), ("PUT", vec![], "https://own"));
    assert_eq!(of(2), ("POST", vec![vec!["key"]], "https://path"));
    assert_eq!(
        (
            resolved.servers[0].url.as_str(),
            resolved.security_schemes.len()
        ),
        ("/", 1)
    );
    assert_eq!(
        said,
        [
            "#/components/securitySchemes/mtls/type `mutualTLS` is ignored; the transport provides the certificate",
            "#/paths/~1a/post/security/1/none no security scheme is named `none`, so this alternative is ignored",
        ]
    );
}

#[test]
fn operations_keep_the_document_order_and_ids_do_not_depend_on_it() {
    let operation = "responses: {204: {description: d}}";
    let one = format!(
        "  /b/{{x}}:\n    trace: {{{operation}}}\n    head: {{operationId: same, {operation}}}\n"
    );
    let two = format!(
        "  /a:\n    options: {{operationId: same, {operation}}}\n    get: {{operationId: '', {operation}}}\n"
    );
    let (first, _) = resolved("3.0.3", &format!("paths:\n{one}{two}"));
    let (second, _) = resolved("3.0.3", &format!("paths:\n{two}{one}"));
    assert_eq!(
        ids(&first),
        ["trace_b_by_x", "same_head_b_by_x", "same", "get_a"]
    );
    assert_eq!(
        ids(&second),
        ["same", "get_a", "trace_b_by_x", "same_head_b_by_x"]
    );
}

#[test]
fn responses_have_their_status() {
    let (resolved, _) = resolved(
        "3.0.3",
        "paths: {/a: {get: {responses: {default: {description: d}, 4xx: {description: r}, 200: {description: c}}}}}",
    );
    let statuses: Vec<_> = resolved.operations[0]
        .responses
        .iter()
        .map(|response| response.status)
        .collect();
    assert_eq!(
        statuses,
        [Status::Range(4), Status::Code(200), Status::Default]
    );
    assert_eq!(
        resolved.operations[0].responses[0].pointer.as_str(),
        "/paths/~1a/get/responses/4xx"
    );
}
