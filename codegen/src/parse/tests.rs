//! Tests of parsing small documents, for each rule of the grammar.

use openapiv3::{AdditionalProperties, Parameter, QueryStyle, ReferenceOr};
use serde_json::json;

use super::{Document, SchemaObject, Source, parse};
use crate::diagnostic::Diagnostics;
use crate::pointer::Pointer;

mod additional;

/// Parses a document with only this content.
fn document(version: &str, rest: &str) -> (Document, Diagnostics) {
    let text = format!("openapi: {version}\ninfo: {{title: T, version: '1'}}\n{rest}");
    let mut diagnostics = Diagnostics::default();
    match parse(&Source::new("test.yaml", text), &mut diagnostics) {
        Some(document) => (document, diagnostics),
        None => panic!("{diagnostics}"),
    }
}

/// Returns the schema at a pointer. Panics if it is a `$ref`.
fn schema<'d>(document: &'d Document, pointer: &str) -> &'d SchemaObject {
    match document
        .schemas
        .get(&Pointer::from_encoded(pointer).expect("a pointer"))
    {
        Some(ReferenceOr::Item(schema)) => schema,
        other => panic!("{pointer} holds {other:?}"),
    }
}

/// Returns the targets of the `$ref`s in a list.
fn targets<T>(items: &[ReferenceOr<T>]) -> Vec<&str> {
    let target = |item: &'_ ReferenceOr<T>| match item {
        ReferenceOr::Reference { reference } => Some(reference.clone()),
        ReferenceOr::Item(_) => None,
    };
    assert!(items.iter().all(|item| target(item).is_some()));
    items
        .iter()
        .filter_map(|item| {
            if let ReferenceOr::Reference { reference } = item {
                Some(reference.as_str())
            } else {
                None
            }
        })
        .collect()
}

/// Parses a document with only these schemas. Returns the schema `S`, the document and the diagnostics.
fn component(version: &str, schemas: &str) -> (SchemaObject, Document, Vec<String>) {
    let (document, diagnostics) = document(
        version,
        &format!("paths: {{}}\ncomponents:\n  schemas:\n{schemas}"),
    );
    let said = diagnostics
        .iter()
        .map(|said| format!("{} {}", said.pointer, said.message))
        .collect();
    (
        schema(&document, "/components/schemas/S").clone(),
        document,
        said,
    )
}

#[test]
fn every_schema_has_its_own_pointer() {
    let (document, _) = document(
        "3.0.3",
        "paths:
  /a:
    get:
      responses:
        200:
          description: d
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/A'}}}}
components:
  schemas:
    A: {properties: {b~/%: {type: string}}}
",
    );
    let places: Vec<&str> = document.schemas.keys().map(Pointer::as_str).collect();
    let at = "/paths/~1a/get/responses/200/content/application~1json/schema";
    assert_eq!(
        places,
        [
            at,
            &format!("{at}/items"),
            "/components/schemas/A",
            "/components/schemas/A/properties/b~0~1%"
        ]
    );
    let a = schema(&document, "/components/schemas/A");
    let properties: Vec<_> = a
        .kind
        .properties
        .values()
        .cloned()
        .map(|item| item.unbox())
        .collect();
    assert_eq!(
        targets(&properties),
        ["#/components/schemas/A/properties/b~0~1%25"]
    );
}

#[test]
fn null_among_types_makes_a_schema_nullable() {
    let (schema, ..) = component("3.1.0", "    S: {type: [string, 'null'], maxLength: 5}");
    assert_eq!(
        (schema.kind.typ.as_deref(), schema.data.nullable),
        (Some("string"), true)
    );
    assert_eq!(schema.kind.max_length, Some(5));
    let (schema, ..) = component("3.1.0", "    S: {type: 'null'}");
    assert_eq!(
        (schema.kind.typ, schema.kind.enumeration),
        (None, vec![json!(null)])
    );
}

#[test]
fn several_types_become_alternatives_with_the_keywords_of_their_type() {
    let (schema, document, _) = component(
        "3.1.0",
        "    S: {type: [string, integer, object, 'null'], title: T, format: int64, maxLength: 5, minimum: 1, properties: {a: {}}}",
    );
    assert_eq!(
        (schema.kind.typ, schema.data.nullable, schema.data.title),
        (None, true, Some("T".to_owned()))
    );
    let at = "#/components/schemas/S/type";
    assert_eq!(
        targets(&schema.kind.any_of),
        [format!("{at}/0"), format!("{at}/1"), format!("{at}/2")]
    );
    let part = |index: usize| {
        self::schema(&document, &format!("/components/schemas/S/type/{index}"))
            .kind
            .clone()
    };
    assert_eq!(
        (part(0).typ.as_deref(), part(0).max_length, part(0).format),
        (Some("string"), Some(5), None)
    );
    assert_eq!(
        (
            part(1).minimum,
            part(1).format.as_deref(),
            part(1).max_length
        ),
        (Some(1.0), Some("int64"), None)
    );
    assert_eq!(part(2).properties.len(), 1);
}

#[test]
fn an_enumeration_is_split_by_the_types_of_its_values() {
    let (schema, document, _) = component(
        "3.1.0",
        "    S: {type: [string, integer, boolean], enum: [a, 1, b]}",
    );
    assert_eq!(schema.kind.any_of.len(), 2);
    let part = |index: usize| {
        self::schema(&document, &format!("/components/schemas/S/type/{index}"))
            .kind
            .clone()
    };
    assert_eq!(part(0).enumeration, [json!("a"), json!("b")]);
    assert_eq!(part(1).enumeration, [json!(1)]);
    let (schema, ..) = component(
        "3.1.0",
        "    S: {type: [string, integer, 'null'], enum: [a, null]}",
    );
    assert_eq!(schema.kind.typ.as_deref(), Some("string"));
    assert_eq!(
        (schema.kind.enumeration, schema.data.nullable),
        (vec![json!("a")], true)
    );
}

#[test]
fn a_null_alternative_makes_the_others_nullable() {
    let (schema, ..) = component(
        "3.1.0",
        "    S: {oneOf: [{type: string}, {type: 'null'}], anyOf: [{type: 'null'}]}",
    );
    assert_eq!(
        targets(&schema.kind.one_of),
        ["#/components/schemas/S/oneOf/0"]
    );
    assert!(schema.data.nullable && schema.kind.any_of.is_empty());
}

#[test]
fn const_is_an_enumeration_of_one() {
    let (schema, ..) = component("3.1.0", "    S: {const: a}");
    assert_eq!(schema.kind.enumeration, [json!("a")]);
}

#[test]
fn the_narrower_of_two_limits_applies() {
    let (schema, ..) = component(
        "3.1.0",
        "    S: {exclusiveMinimum: 1, minimum: 5, exclusiveMaximum: 9}",
    );
    assert_eq!(
        (schema.kind.minimum, schema.kind.exclusive_minimum),
        (Some(5.0), Some(false))
    );
    assert_eq!(
        (schema.kind.maximum, schema.kind.exclusive_maximum),
        (Some(9.0), Some(true))
    );
    let (schema, ..) = component("3.0.3", "    S: {minimum: 1, exclusiveMinimum: true}");
    assert_eq!(
        (schema.kind.minimum, schema.kind.exclusive_minimum),
        (Some(1.0), Some(true))
    );
}

#[test]
fn the_first_of_several_examples_is_kept() {
    let (schema, ..) = component("3.1.0", "    S: {examples: [{$ref: not one}, 2]}");
    assert_eq!(schema.data.example, Some(json!({"$ref": "not one"})));
}

#[test]
fn content_keywords_become_formats() {
    for (keywords, format) in [
        ("contentEncoding: base64", Some("byte")),
        ("contentEncoding: base64url", Some("base64url")),
        ("contentMediaType: application/octet-stream", Some("binary")),
        ("contentMediaType: text/html", None),
        ("contentEncoding: base64, format: other", Some("other")),
    ] {
        let (schema, ..) = component("3.1.0", &format!("    S: {{type: string, {keywords}}}"));
        assert_eq!(schema.kind.format.as_deref(), format, "{keywords}");
    }
}

#[test]
fn a_tuple_is_an_array_of_the_union_of_its_items() {
    for (version, keywords) in [
        ("3.1.0", "prefixItems: [{type: string}, true], items: false"),
        ("3.0.3", "items: [{type: string}, {}]"),
    ] {
        let (schema, document, said) =
            component(version, &format!("    S: {{type: array, {keywords}}}"));
        let keyword = keywords.split(':').next().expect("a keyword");
        let at = format!("/components/schemas/S/{keyword}");
        assert_eq!(
            targets(
                &schema
                    .kind
                    .items
                    .into_iter()
                    .map(ReferenceOr::unbox)
                    .collect::<Vec<_>>()
            ),
            [format!("#{at}")]
        );
        let items = self::schema(&document, &at);
        assert_eq!(
            targets(&items.kind.any_of),
            [format!("#{at}/0"), format!("#{at}/1")]
        );
        assert_eq!(
            said,
            [format!(
                "#{at} a tuple is treated as an array whose items may have any of its types"
            )]
        );
    }
}

#[test]
fn boolean_schemas_allow_everything_or_nothing() {
    let (schema, document, _) = component(
        "3.1.0",
        "    S: {properties: {a: true, b: false}, anyOf: [{}, false], additionalProperties: false}",
    );
    assert_eq!(
        schema.kind.additional_properties,
        Some(AdditionalProperties::Any(false))
    );
    assert_eq!(
        self::schema(&document, "/components/schemas/S/properties/a")
            .kind
            .not,
        None
    );
    // A property that can never be present is omitted.
    assert!(!schema.kind.properties.contains_key("b"));
    let never = self::schema(&document, "/components/schemas/S/anyOf/1");
    assert!(never.kind.not.is_some());
}

#[test]
fn a_reference_with_siblings_becomes_an_all_of() {
    let schemas = "    S: {$ref: '#/components/schemas/T', description: d, maxLength: 5, x-a: 1, allOf: [{type: string}]}\n    T: {}";
    let (schema, document, said) = component("3.0.3", schemas);
    assert_eq!(targets(&schema.kind.all_of), ["#/components/schemas/T"]);
    assert_eq!(
        (schema.data.description.as_deref(), schema.kind.max_length),
        (Some("d"), None)
    );
    assert_eq!(schema.data.extensions["x-a"], json!(1));
    assert_eq!(
        said,
        [
            "#/components/schemas/S/maxLength OpenAPI 3.0 ignores `maxLength` beside a `$ref`",
            "#/components/schemas/S/allOf OpenAPI 3.0 ignores `allOf` beside a `$ref`",
        ]
    );
    // References to ignored schemas still work.
    self::schema(&document, "/components/schemas/S/allOf/0");
    let (schema, _, said) = component("3.1.0", schemas);
    assert_eq!(
        targets(&schema.kind.all_of),
        ["#/components/schemas/T", "#/components/schemas/S/allOf/0"]
    );
    assert_eq!((schema.kind.max_length, said.len()), (Some(5), 0));
}

#[test]
fn a_reference_without_siblings_stays_a_reference() {
    let (document, _) = document(
        "3.0.3",
        "paths: {}\ncomponents: {schemas: {S: {$ref: '#/components/schemas/T'}, T: {}}}",
    );
    let item = document.schemas.values().next().cloned().expect("a schema");
    assert_eq!(targets(&[item]), ["#/components/schemas/T"]);
}

#[test]
fn schemas_in_places_that_the_specification_leaves_open_are_found() {
    let (document, diagnostics) = document(
        "3.0.3",
        "paths: {}
x-own: {Pet: {properties: {id: {type: string}}}, Tag: {type: object}}
components:
  schemas:
    S: {$ref: '#/x-own/Pet'}
    T: {properties: {in: {$ref: '#/components/schemas/T/$defs/A'}}, $defs: {A: {items: {$ref: '#/x-own/Tag'}}}}
",
    );
    for place in [
        "/x-own/Pet",
        "/x-own/Pet/properties/id",
        "/x-own/Tag",
        "/components/schemas/T/$defs/A",
    ] {
        schema(&document, place);
    }
    assert_eq!(diagnostics.to_string(), "");
    assert_eq!(
        document.tree["x-own"]["Pet"]["properties"]["id"],
        json!({"type": "string"})
    );
}

#[test]
fn examples_defaults_and_extensions_are_unchanged() {
    let value = "{type: [a, b], $ref: 5, schema: none}";
    let (schema, _, said) = component(
        "3.1.0",
        &format!("    S: {{example: {value}, default: {value}, x-a: {value}, enum: [{value}]}}"),
    );
    let value = json!({"type": ["a", "b"], "$ref": 5, "schema": "none"});
    assert_eq!(
        (schema.data.example.as_ref(), schema.data.default.as_ref()),
        (Some(&value), Some(&value))
    );
    assert_eq!(
        (&schema.data.extensions["x-a"], &schema.kind.enumeration[0]),
        (&value, &value)
    );
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn an_encoding_has_a_style_only_if_the_document_has_one() {
    let (document, _) = document(
        "3.0.3",
        "paths:
  /a:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {type: object}
            encoding:
              none: {contentType: text/plain}
              style: {style: pipeDelimited}
              explode: {explode: false}
              reserved: {allowReserved: true}
      responses: {204: {description: d}}
",
    );
    let item = document.openapi.paths.paths["/a"]
        .as_item()
        .expect("a path item");
    let body = item
        .post
        .as_ref()
        .and_then(|post| post.request_body.as_ref())
        .and_then(ReferenceOr::as_item);
    let encoding = &body.expect("a body").content["application/x-www-form-urlencoded"].encoding;
    let of = |name: &str| {
        (
            encoding[name].style.clone(),
            encoding[name].explode,
            encoding[name].allow_reserved,
        )
    };
    assert_eq!(of("none"), (None, true, false));
    assert_eq!(of("style"), (Some(QueryStyle::PipeDelimited), false, false));
    assert_eq!(of("explode"), (Some(QueryStyle::Form), false, false));
    assert_eq!(of("reserved"), (Some(QueryStyle::Form), true, true));
}

#[test]
fn a_wrong_value_that_no_client_reads_is_a_warning() {
    let (document, diagnostics) = document(
        "3.0.3",
        "externalDocs: none
tags: [{name: [a]}, {name: b, externalDocs: {description: d}}]
paths:
  /a:
    get:
      description: [a]
      callbacks: {on: {$ref: '#/components/callbacks/on'}, off: {'{$url}': {post: {parameters: [5]}}}}
      responses: {200: {description: d, links: {l: {parameters: {a: 1}}, m: 5}}}
components:
  callbacks: {on: {}}
  links: {m: 5}
  schemas: {S: {title: {}, xml: 5, description: 5}}
",
    );
    assert_eq!(diagnostics.len(), 10, "{diagnostics}");
    assert!(!diagnostics.has_errors(), "{diagnostics}");
    assert_eq!(
        schema(&document, "/components/schemas/S")
            .data
            .description
            .as_deref(),
        Some("5")
    );
}

#[test]
fn keywords_of_a_schema_in_a_parameter_become_its_schema() {
    let (document, _) = document(
        "3.0.3",
        "paths: {}\ncomponents: {parameters: {P: {name: p, in: query, type: array, items: {type: string}, explode: false}}}",
    );
    let components = document.openapi.components.as_ref().expect("components");
    let Some(Parameter::Query { parameter_data, .. }) = components.parameters["P"].as_item() else {
        panic!()
    };
    assert_eq!(parameter_data.explode, Some(false));
    assert_eq!(
        schema(&document, "/components/parameters/P/schema")
            .kind
            .typ
            .as_deref(),
        Some("array")
    );
}

#[test]
fn a_document_of_3_1_may_have_only_webhooks() {
    let (document, _) = document(
        "3.1.0",
        "webhooks: {w: {post: {requestBody: {content: {a/b: {schema: {type: string}}}}}}}",
    );
    schema(
        &document,
        "/webhooks/w/post/requestBody/content/a~1b/schema",
    );
    assert!(document.openapi.paths.paths.is_empty());
}

#[test]
fn an_extension_that_describes_no_webhooks_is_ignored_with_a_warning() {
    for (rest, warning) in [
        ("x-webhooks: true", "#/x-webhooks"),
        (
            "x-webhooks: {a: {post: {parameters: [5]}}}",
            "#/x-webhooks/a/post/parameters/0",
        ),
        ("x-webhooks: {a: {}}\nwebhooks: {}", "#/x-webhooks"),
    ] {
        let (document, diagnostics) = document("3.1.0", &format!("components: {{}}\n{rest}\n"));
        assert!(!diagnostics.has_errors(), "{diagnostics}");
        assert_eq!(diagnostics.len(), 1, "{diagnostics}");
        assert!(diagnostics.to_string().contains(warning), "{diagnostics}");
        let found = document.tree.pointer("/x-webhooks/a/post/parameters/0");
        assert!(found.is_none(), "{rest}");
    }
}
