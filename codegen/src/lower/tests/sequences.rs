//! Bodies that are sequences.

use super::bodies::{body, responses, taking};
use super::{Lowered, lower_version, ty};
use crate::fallback::FallbackReason;

/// Lowers a document with an operation whose response has this content.
fn giving(version: &str, content: &str) -> Lowered {
    lower_version(
        version,
        &format!(
            "
paths:
  /a:
    get:
      operationId: op
      responses: {{'200': {{description: ok, content: {{{content}}}}}}}
components:
  schemas:
    Pet: {{type: object, properties: {{name: {{type: string}}}}}}
    Fish: {{type: object, required: [fins], properties: {{fins: {{type: integer}}}}}}
"
        ),
    )
}

const PET: &str = "{$ref: '#/components/schemas/Pet'}";

fn event(data: &str) -> String {
    let fields = "event: {type: string}, id: {type: string}, retry: {type: integer}";
    format!("{{type: object, required: [data], properties: {{{fields}, data: {data}}}}}")
}

fn json(schema: &str) -> String {
    format!("{{type: string, contentMediaType: application/json, contentSchema: {schema}}}")
}

#[test]
fn the_items_of_a_sequence_are_its_item_schema_or_those_of_an_array() {
    for (version, content, expected) in [
        (
            "3.0.3",
            format!("text/event-stream: {{schema: {{type: array, items: {PET}}}}}"),
            "events Pet",
        ),
        (
            "3.0.3",
            "text/event-stream: {schema: {type: array, items: {type: string}}}".to_owned(),
            "events String",
        ),
        (
            "3.0.3",
            format!("text/event-stream: {{schema: {PET}}}"),
            "events Pet",
        ),
        (
            "3.2.0",
            format!("text/event-stream: {{itemSchema: {PET}}}"),
            "events Pet",
        ),
        (
            "3.1.0",
            format!("application/x-ndjson: {{schema: {PET}}}"),
            "stream Pet",
        ),
        (
            "3.1.0",
            format!("application/jsonl: {{schema: {{type: array, items: {PET}}}}}"),
            "stream Pet",
        ),
        (
            "3.1.0",
            "application/jsonl: {schema: {type: array}}".to_owned(),
            "stream Any",
        ),
        ("3.0.3", "application/jsonl: {}".to_owned(), "text"),
        (
            "3.0.3",
            "application/jsonl: {schema: {type: string}}".to_owned(),
            "text",
        ),
        (
            "3.2.0",
            format!("application/geo+json-seq: {{itemSchema: {PET}}}"),
            "stream Pet",
        ),
        (
            "3.2.0",
            format!(
                "multipart/mixed: {{itemSchema: {PET}, itemEncoding: {{contentType: application/json}}}}"
            ),
            "stream Pet",
        ),
        (
            "3.2.0",
            "application/jsonl: {itemSchema: {type: string}}".to_owned(),
            "stream String",
        ),
    ] {
        let lowered = giving(version, &content);
        let [response] = responses(&lowered).try_into().expect("one response");
        assert!(
            response.ends_with(&format!(": {expected}")),
            "{content}: {response}"
        );
    }
}

#[test]
fn the_schema_of_an_event_describes_its_fields() {
    for (item, expected) in [
        (event(&json(PET)), "events Pet"),
        (event(PET), "events Pet"),
        (event("{type: string}"), "events String"),
        (event("{type: integer}"), "events I64"),
        // Not an event, but the JSON of its data.
        (
            "{type: object, properties: {data: {type: string}, text: {type: string}}}".to_owned(),
            "events op().response.item",
        ),
    ] {
        let lowered = giving(
            "3.2.0",
            &format!("text/event-stream: {{itemSchema: {item}}}"),
        );
        let [response] = responses(&lowered).try_into().expect("one response");
        assert!(
            response.ends_with(&format!(": {expected}")),
            "{item}: {response}"
        );
        assert_eq!(lowered.api.fallbacks, [], "{item}");
    }
}

#[test]
fn the_schema_of_an_event_may_list_the_type_error() {
    let with = |ty: &str| format!("{{properties: {{event: {ty}, data: {{type: string}}}}}}");
    let one_of = |ty: &str| {
        let other = with("{const: log}");
        format!("{{oneOf: [{other}, {}]}}", with(ty))
    };
    for (item, expected) in [
        (with("{type: string, enum: [log, error]}"), true),
        (with("{const: error}"), true),
        (one_of("{const: error}"), true),
        (with("{type: string}"), false),
        (with("{type: string, enum: [log, errors]}"), false),
        (one_of("{const: warning}"), false),
        // Not an event, but the JSON of its data.
        (
            "{properties: {event: {const: error}, text: {type: string}}}".to_owned(),
            false,
        ),
    ] {
        for content in [
            format!("text/event-stream: {{itemSchema: {item}}}"),
            format!("text/event-stream: {{schema: {{type: array, items: {item}}}}}"),
        ] {
            let lowered = giving("3.2.0", &content);
            let response = &lowered.operation("op").responses[0];
            assert_eq!(response.has_error_events, expected, "{content}");
        }
        let lowered = giving(
            "3.2.0",
            &format!("application/jsonl: {{itemSchema: {item}}}"),
        );
        assert!(!lowered.operation("op").responses[0].has_error_events);
    }
}

#[test]
fn data_of_another_media_type_is_text() {
    for encoding in [
        "contentMediaType: application/xml",
        "contentEncoding: base64",
    ] {
        let data = format!("{{type: string, {encoding}, contentSchema: {PET}}}");
        let content = format!("text/event-stream: {{itemSchema: {}}}", event(&data));
        let lowered = giving("3.2.0", &content);
        assert_eq!(
            responses(&lowered),
            ["Code(200) text/event-stream: events String"]
        );
        let reasons: Vec<_> = lowered.api.fallbacks.iter().map(|it| it.reason).collect();
        assert_eq!(reasons, [FallbackReason::ContentSchema]);
    }
}

#[test]
fn events_with_several_types_of_data_are_a_union_or_text() {
    let variant = |name: &str, data: &str| {
        format!("{{properties: {{event: {{const: {name}}}, data: {data}}}}}")
    };
    let fish = json("{$ref: '#/components/schemas/Fish'}");
    for (other, expected, reason) in [
        (fish.as_str(), "events op().response.item.data", None),
        (
            "{type: string}",
            "events String",
            Some(FallbackReason::EventData),
        ),
    ] {
        let variants = format!(
            "{}, {}",
            variant("pet", &json(PET)),
            variant("other", other)
        );
        let item = format!("{{type: object, required: [event], oneOf: [{variants}]}}");
        let lowered = giving(
            "3.2.0",
            &format!("text/event-stream: {{itemSchema: {item}}}"),
        );
        let [response] = responses(&lowered).try_into().expect("one response");
        assert!(
            response.ends_with(&format!(": {expected}")),
            "{other}: {response}"
        );
        let reasons: Vec<_> = lowered.api.fallbacks.iter().map(|it| it.reason).collect();
        assert_eq!(reasons, Vec::from_iter(reason), "{other}");
    }
}

#[test]
fn a_sequence_is_sent_as_a_list() {
    let schema = "{schema: {type: object, properties: {a: {type: string}}}}";
    for (content, expected) in [
        (
            format!("application/x-ndjson: {schema}"),
            "application/x-ndjson: sequence [op().request]",
        ),
        (
            "application/jsonl: {schema: {type: array, items: {type: integer}}}".to_owned(),
            "application/jsonl: sequence [I64]",
        ),
        (
            "application/jsonl: {}".to_owned(),
            "application/jsonl: text",
        ),
    ] {
        assert_eq!(body(&taking(&format!("          {content}"))), expected);
    }
}

#[test]
fn items_in_another_media_type_are_bytes() {
    let images = "{itemSchema: {}, itemEncoding: {contentType: image/png}}";
    let lowered = giving("3.2.0", &format!("multipart/mixed: {images}"));
    assert_eq!(responses(&lowered), ["Code(200) multipart/mixed: bytes"]);
    let reasons: Vec<_> = lowered.api.fallbacks.iter().map(|it| it.reason).collect();
    assert_eq!(reasons, [FallbackReason::UntypedItems]);
    let request = format!("{{content: {{multipart/mixed: {images}}}}}");
    let lowered = lower_version(
        "3.2.0",
        &format!(
            "paths: {{/a: {{post: {{operationId: op, requestBody: {request}, responses: {{}}}}}}}}"
        ),
    );
    assert_eq!(body(&lowered), "multipart/mixed: bytes");
    let reasons: Vec<_> = lowered.api.fallbacks.iter().map(|it| it.reason).collect();
    assert_eq!(reasons, [FallbackReason::UntypedItems]);
}

#[test]
fn a_parameter_may_be_the_whole_query_string() {
    let schema = "schema: {type: object, properties: {a: {type: string}, b: {type: array, items: {type: string}}}}";
    let form = format!("{schema}, encoding: {{b: {{style: pipeDelimited}}}}");
    for (content, expected) in [
        (
            format!("application/x-www-form-urlencoded: {{{form}}}"),
            "op().query: QueryString(Form([(\"b\", Style { style: PipeDelimited, explode: false, allow_reserved: false })]))",
        ),
        (
            format!("application/json: {{{schema}}}"),
            "op().query: QueryString(Json)",
        ),
        (
            "text/plain: {schema: {type: string}}".to_owned(),
            "String: QueryString(Text)",
        ),
        (
            format!("application/xml: {{{schema}}}"),
            "String: QueryString(Text)",
        ),
    ] {
        let lowered = lower_version(
            "3.2.0",
            &format!(
                "
paths:
  /a:
    get:
      operationId: op
      parameters: [{{name: query, in: querystring, content: {{{content}}}}}]
      responses: {{'200': {{description: ok}}}}
"
            ),
        );
        let input = &lowered.operation("op").params[0].input;
        let found = format!("{}: {:?}", ty(&lowered.api, &input.ty), input.encoding);
        assert_eq!(found, expected, "{content}");
    }
}
