use super::{Lowered, lower, ty};
use crate::ir::{Alternative, BodyKind, Encoding, Input, MediaChoice, Part, ResponseKind};

/// Lowers an operation whose request body and responses are `text`.
pub(super) fn operation(text: &str) -> Lowered {
    lower(&format!(
        "
paths:
  /a:
    post:
      operationId: op
{text}
"
    ))
}

/// Lowers an operation whose request body has `content`.
pub(super) fn taking(content: &str) -> Lowered {
    operation(&format!(
        "
      requestBody:
        required: true
        content:
{content}
      responses: {{'204': {{description: ok}}}}
"
    ))
}

/// Formats the body of the operation.
pub(super) fn body(lowered: &Lowered) -> String {
    let Some(body) = &lowered.operation("op").body else {
        return "none".to_owned();
    };
    let field = |it: &Input| {
        let how = match &it.encoding {
            Encoding::Json => " json".to_owned(),
            Encoding::QueryString(content) => format!(" {content:?}"),
            Encoding::Style { style, explode, .. } => {
                format!(" {style:?}{}", if *explode { "*" } else { "" })
            }
        };
        let required = if it.required { "!" } else { "" };
        format!("{}{required}: {}{how}", it.name, ty(&lowered.api, &it.ty))
    };
    let further = body.additional.iter().map(|part| Input {
        name: "…".to_owned(),
        ..part.input.clone()
    });
    let further: Vec<Input> = further.collect();
    let kind = match &body.kind {
        BodyKind::Json(it) => format!("json {}", ty(&lowered.api, it)),
        BodyKind::JsonSequence(it) => format!("sequence {}", ty(&lowered.api, it)),
        BodyKind::Form(fields) => {
            format!(
                "form {{{}}}",
                fields
                    .iter()
                    .chain(&further)
                    .map(field)
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
        BodyKind::Multipart(parts) => {
            let part = |part: &Part| {
                let media_type = part.media_type.as_deref().map(|it| format!(" as {it}"));
                let headers: Vec<String> = part
                    .headers
                    .iter()
                    .map(|(name, value)| format!(" {name}={value}"))
                    .collect();
                let (field, headers) = (field(&part.input), headers.concat());
                format!("{field}{}{headers}", media_type.unwrap_or_default())
            };
            let parts = parts.iter().map(part).chain(further.iter().map(field));
            let parts: Vec<String> = parts.collect();
            format!("multipart {{{}}}", parts.join(", "))
        }
        BodyKind::Text => "text".to_owned(),
        BodyKind::Bytes => "bytes".to_owned(),
    };
    format!("{}: {kind}", body.media_type)
}

/// Formats every response as `status media type: kind`.
pub(super) fn responses(lowered: &Lowered) -> Vec<String> {
    let text = |it: &crate::ir::Response| {
        let kind = match &it.kind {
            ResponseKind::Empty => "empty".to_owned(),
            ResponseKind::Json(json) => format!("json {}", ty(&lowered.api, json)),
            ResponseKind::Text => "text".to_owned(),
            ResponseKind::Bytes => "bytes".to_owned(),
            ResponseKind::Events(data) => format!("events {}", ty(&lowered.api, data)),
            ResponseKind::JsonStream(item) => format!("stream {}", ty(&lowered.api, item)),
        };
        format!(
            "{:?} {}: {kind}",
            it.status,
            it.media_type.as_deref().unwrap_or("-")
        )
    };
    lowered.operation("op").responses.iter().map(text).collect()
}

#[test]
fn json_goes_before_all_other_media_types() {
    let lowered = taking(
        "
          text/plain: {schema: {type: string}}
          application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: string}}}}
          application/merge-patch+json: {schema: {type: object}}
          application/json: {schema: {type: object, properties: {a: {type: string}}}}
",
    );
    assert_eq!(body(&lowered), "application/json: json op().request");
    assert_eq!(
        other_calls(&lowered),
        [
            "Request application/merge-patch+json",
            "Request application/x-www-form-urlencoded",
            "Request text/plain",
        ]
    );
}

/// Returns the alternative calls of an operation.
fn other_calls(lowered: &Lowered) -> Vec<String> {
    let others = lowered.api.operations.iter();
    let others = others.filter_map(|it| it.alternative.as_ref());
    let text = |it: &Alternative| format!("{:?} {}", it.direction, it.media_type);
    others.map(text).collect()
}

#[test]
fn media_types_of_the_same_content_are_one_call() {
    let lowered = operation(
        "
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/A'}}
          text/json: {schema: {$ref: '#/components/schemas/A'}}
          'application/*+json': {schema: {$ref: '#/components/schemas/A'}}
          '*/*': {}
      responses:
        '200':
          description: ok
          content:
            text/plain: {schema: {type: array, items: {$ref: '#/components/schemas/A'}}}
            text/json: {schema: {type: array, items: {$ref: '#/components/schemas/A'}}}
            application/json: {schema: {type: array, items: {$ref: '#/components/schemas/A'}}}
        default:
          description: wrong
          content:
            application/xml: {schema: {$ref: '#/components/schemas/A'}}
            application/json: {schema: {$ref: '#/components/schemas/A'}}
components:
  schemas: {A: {type: object, properties: {a: {type: string}}}}
",
    );
    assert_eq!(body(&lowered), "application/json: json A");
    let others = &lowered.operation("op").body.as_ref().unwrap().alternates;
    assert_eq!(others, &["text/json", "application/*+json", "*/*"]);
    let [ok, wrong] = responses(&lowered).try_into().expect("two responses");
    assert_eq!(ok, "Code(200) application/json: json [A]");
    assert_eq!(wrong, "Default application/json: json A");
    assert!(other_calls(&lowered).is_empty());
}

#[test]
fn another_call_differs_from_the_first_in_one_body_only() {
    let lowered = operation(
        "
      requestBody:
        content:
          application/json: {schema: {type: string}}
          application/octet-stream: {}
          image/png: {}
      responses:
        '200':
          description: ok
          content:
            application/xml: {schema: {type: string}}
            application/json: {schema: {type: string}}
        '201': {description: made, content: {application/json: {schema: {type: integer}}}}
",
    );
    assert_eq!(
        other_calls(&lowered),
        [
            "Request application/octet-stream",
            "Response application/xml"
        ]
    );
    let [first, bytes, xml] = lowered.api.operations.as_slice() else {
        panic!("three calls");
    };
    let sent = |it: &crate::ir::Operation| it.body.as_ref().map(|it| it.media_type.clone());
    let asked = |it: &crate::ir::Operation| it.responses[0].media_type.clone();
    assert_eq!(sent(bytes).as_deref(), Some("application/octet-stream"));
    assert!(
        bytes
            .body
            .as_ref()
            .is_some_and(|it| it.media_choice == MediaChoice::Optional)
    );
    assert_eq!(asked(bytes), asked(first));
    assert_eq!(sent(xml), sent(first));
    assert_eq!(asked(xml).as_deref(), Some("application/xml"));
    assert_eq!(xml.responses[0].alternates, ["application/json"]);
    assert_eq!(xml.responses[1].kind, first.responses[1].kind);
}

#[test]
fn each_media_type_has_its_kind() {
    for (content, expected) in [
        (
            "application/vnd.x+json: {schema: {type: array, items: {type: string}}}",
            "application/vnd.x+json: json [String]",
        ),
        ("application/json: {}", "application/json: json Any"),
        (
            "application/json: {schema: {type: string, nullable: true}}",
            "application/json: json String?",
        ),
        (
            "application/json: {schema: {type: string, format: binary}}",
            "application/json: bytes",
        ),
        ("text/plain: {schema: {type: string}}", "text/plain: text"),
        (
            "text/csv: {schema: {type: string, format: binary}}",
            "text/csv: bytes",
        ),
        (
            "application/xml: {schema: {type: object, properties: {a: {type: string}}}}",
            "application/xml: text",
        ),
        (
            "application/octet-stream: {schema: {type: string, format: binary}}",
            "application/octet-stream: bytes",
        ),
        ("image/*: {}", "image/*: bytes"),
        ("text/*: {}", "text/plain: text"),
        (
            "'*/*': {schema: {type: object, additionalProperties: {type: string}}}",
            "application/json: json {String}",
        ),
        (
            "'*/*': {schema: {type: string, format: binary}}",
            "application/octet-stream: bytes",
        ),
        ("'*/*': {}", "application/octet-stream: bytes"),
    ] {
        assert_eq!(
            body(&taking(&format!("          {content}"))),
            expected,
            "{content}"
        );
    }
}

#[test]
fn a_body_has_a_choice_of_its_media_types() {
    for (content, expected, named) in [
        ("a/json: {schema: {}}", MediaChoice::Fixed, 0),
        ("a/json: {}, b/json: {}", MediaChoice::Optional, 2),
        ("application/*+json: {}", MediaChoice::Fixed, 0),
        (
            "application/*+json: {}, b/json: {}",
            MediaChoice::Optional,
            0,
        ),
        (
            "text/xml: {}, application/xml: {}",
            MediaChoice::Optional,
            2,
        ),
        ("text/*: {}", MediaChoice::Optional, 0),
        ("image/png: {}, image/*: {}", MediaChoice::Optional, 0),
        ("image/*: {}, audio/*: {}", MediaChoice::Required, 0),
        ("'*/*': {}", MediaChoice::Optional, 0),
        (
            "multipart/mixed: {schema: {type: string}}",
            MediaChoice::Required,
            0,
        ),
        (
            "multipart/mixed; boundary=x: {schema: {type: string}}",
            MediaChoice::Fixed,
            0,
        ),
        (
            "multipart/form-data: {schema: {type: object}}",
            MediaChoice::Fixed,
            0,
        ),
    ] {
        let lowered = operation(&format!(
            "
      requestBody: {{required: true, content: {{{content}}}}}
      responses: {{'204': {{description: ok}}}}
"
        ));
        let body = lowered.operation("op").body.as_ref();
        let found = body.map(|it| (it.media_choice, it.named_media_types().len()));
        assert_eq!(found, Some((expected, named)), "{content}");
    }
}

#[test]
fn every_documented_status_has_its_response() {
    let lowered = operation(
        "
      responses:
        '200': {description: ok, content: {text/plain: {schema: {type: string}}, application/json: {schema: {$ref: '#/components/schemas/A'}}}}
        '201': {description: made, content: {application/json: {schema: {type: object, properties: {b: {type: string}}}}}}
        '202': {description: later}
        '204': {description: none, content: {application/json: {schema: {type: string}}}}
        '206': {description: part, content: {application/octet-stream: {schema: {type: string, format: binary}}}}
        '302': {description: elsewhere}
        4XX: {description: wrong, content: {application/unsupported+json: {schema: {$ref: '#/components/schemas/A'}}}}
        default: {description: other, content: {'*/*': {schema: {$ref: '#/components/schemas/A'}}}}
components:
  schemas: {A: {type: object, properties: {a: {type: string}}}}
",
    );
    assert_eq!(
        responses(&lowered),
        [
            "Code(200) application/json: json A",
            "Code(201) application/json: json op().response.201",
            "Code(202) -: empty",
            "Code(204) -: empty",
            "Code(206) application/octet-stream: bytes",
            "Code(302) -: empty",
            "Range(4) application/unsupported+json: json A",
            "Default */*: json A",
        ]
    );
    assert_eq!(
        lowered.warnings(),
        ["a response with status 204 can't have a body, so the documented body is ignored"]
    );
}

#[test]
fn responses_without_a_schema_and_in_other_media_types_are_text_or_bytes() {
    for (content, expected) in [
        ("application/json: {}", "json Any"),
        ("application/pdf: {}", "bytes"),
        ("text/html: {}", "text"),
        (
            "application/xml: {schema: {type: object, properties: {a: {type: string}}}}",
            "text",
        ),
        (
            "application/json: {schema: {type: string, format: binary}}",
            "bytes",
        ),
        ("'*/*': {}", "bytes"),
    ] {
        let lowered = operation(&format!(
            "      responses: {{'200': {{description: ok, content: {{{content}}}}}}}"
        ));
        let [response]: [String; 1] = responses(&lowered).try_into().expect("one response");
        assert!(response.ends_with(expected), "{content}: {response}");
    }
}

#[test]
fn the_response_to_head_has_no_body() {
    let lowered = lower(
        "
paths:
  /a:
    head:
      operationId: op
      responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
",
    );
    assert_eq!(responses(&lowered), ["Code(200) -: empty"]);
    assert_eq!(lowered.operation("op").method, "HEAD");
}

#[test]
fn examples_and_headers_are_kept() {
    let lowered = operation(
        "
      responses:
        '200':
          description: ok
          headers: {X-Rate: {description: Left, schema: {type: integer}}}
          content: {application/json: {example: {a: 1}, schema: {type: object, example: {a: 2}}}}
",
    );
    let response = &lowered.operation("op").responses[0];
    assert_eq!(response.example, Some(serde_json::json!({"a": 1})));
    assert_eq!(response.headers[0].name, "X-Rate");
    assert_eq!(
        response.headers[0].docs.description.as_deref(),
        Some("Left")
    );
}
