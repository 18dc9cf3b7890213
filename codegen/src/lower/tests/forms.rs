//! Tests of forms and multipart bodies.

use super::bodies::{body, operation, taking};
use crate::fallback::FallbackReason;
use crate::ir::BodyKind;

#[test]
fn the_fields_of_a_form_are_inputs_of_the_operation() {
    let lowered = taking(
        "
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [Sid, Done]
              properties:
                Sid: {type: string}
                Tags: {type: array, items: {type: string}}
                Joined: {type: array, items: {type: string}}
                Deep: {type: object, properties: {a: {type: string}}}
                Object: {type: object, properties: {a: {type: string}}}
                Map: {type: object, additionalProperties: {type: string}}
                Objects: {type: array, items: {type: object, properties: {a: {type: string}}}}
                Text: {type: string}
                Xml: {type: object, properties: {a: {type: string}}}
                Anything: {description: a JSON document}
                Done: {type: boolean, readOnly: true}
            encoding:
              Joined: {style: form, explode: false}
              Deep: {style: deepObject, explode: true}
              Text: {contentType: application/json}
              Xml: {contentType: application/xml}
",
    );
    assert_eq!(
        body(&lowered),
        "application/x-www-form-urlencoded: form {Sid!: String Form*, Tags: [String] Form*, \
         Joined: [String] Form, Deep: op().Deep DeepObject*, Object: op().Object json, \
         Map: {String} json, Objects: [op().Objects.item] Form*, Text: String json, \
         Xml: String Form*, Anything: Any json}"
    );
    assert!(lowered.warnings().is_empty());
}

#[test]
fn a_form_can_be_a_component_of_several_parts() {
    let lowered = operation(
        "
      requestBody:
        content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/F'}}}
      responses: {'204': {description: ok}}
components:
  schemas:
    F: {allOf: [{type: object, properties: {a: {type: string}}}, {required: [a]}]}
",
    );
    assert_eq!(
        body(&lowered),
        "application/x-www-form-urlencoded: form {a!: String Form*}"
    );
}

#[test]
fn a_form_that_is_no_object_is_a_warning() {
    let lowered = taking("          application/x-www-form-urlencoded: {schema: {type: string}}");
    assert_eq!(body(&lowered), "application/x-www-form-urlencoded: text");
    assert_eq!(lowered.warnings().len(), 1);

    let lowered = taking(
        "
          application/x-www-form-urlencoded:
            schema:
              oneOf:
                - {type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}
                - {type: object, required: [a], properties: {a: {type: string}, c: {type: string}}}
",
    );
    let expected = "application/x-www-form-urlencoded: form {a!: String Form*, b: String Form*, c: String Form*}";
    assert_eq!(body(&lowered), expected);
    assert_eq!(
        lowered.warnings(),
        ["the form has alternatives; the client offers the fields of all of them"]
    );

    let lowered = taking(
        "
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {a: {type: string}}, additionalProperties: true}
",
    );
    assert_eq!(
        body(&lowered),
        "application/x-www-form-urlencoded: form {a: String Form*, …: {String} Form*}"
    );
    assert!(lowered.warnings().is_empty());
}

#[test]
fn additional_properties_are_further_fields_and_parts() {
    let form = "application/x-www-form-urlencoded";
    let multipart = "multipart/form-data";
    for (media_type, schema, expected) in [
        (form, "{type: integer}", "form {…: {I64} Form*}"),
        (
            form,
            "{type: array, items: {type: string}}",
            "form {…: {[String]} Form*}",
        ),
        (form, "{type: object}", "form {…: {{Any}} json}"),
        (form, "true", "form {…: {String} Form*}"),
        (form, "false", "form {}"),
        (multipart, "{type: string}", "multipart {…: {String} Form*}"),
        (
            multipart,
            "{type: string, format: binary}",
            "multipart {…: {File} Form*}",
        ),
        (multipart, "true", "multipart {…: {File} Form*}"),
        (multipart, "false", "multipart {}"),
    ] {
        let schema = format!("{{type: object, additionalProperties: {schema}}}");
        let lowered = taking(&format!("          {media_type}: {{schema: {schema}}}"));
        assert_eq!(
            body(&lowered),
            format!("{media_type}: {expected}"),
            "{schema}"
        );
        assert!(lowered.warnings().is_empty(), "{schema}");
    }
}

#[test]
fn the_fields_of_a_form_by_pattern_are_untyped_with_a_reason() {
    for rest in ["true", "false", "{type: boolean}"] {
        let schema = format!(
            "{{type: object, patternProperties: {{^a: {{type: integer}}, ^b: {{type: string}}}}, additionalProperties: {rest}}}"
        );
        let media_type = "application/x-www-form-urlencoded";
        let lowered = taking(&format!("          {media_type}: {{schema: {schema}}}"));
        let expected = format!("{media_type}: form {{…: {{String}} Form*}}");
        assert_eq!(body(&lowered), expected, "{rest}");
        let mut reasons = lowered.api.fallbacks.iter().map(|it| it.reason);
        assert!(
            reasons.any(|it| it == FallbackReason::FormPatterns),
            "{rest}"
        );
    }
}

#[test]
fn an_optional_form_without_fields_is_no_body() {
    let lowered = operation(
        "
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses: {'204': {description: ok}}
",
    );
    assert_eq!(body(&lowered), "none");
    assert_eq!(lowered.api.fallbacks.len(), 1);
}

#[test]
fn parts_of_a_multipart_body_are_files_json_or_text() {
    let lowered = taking(
        "
          multipart/form-data:
            schema:
              type: object
              required: [file, text]
              properties:
                file: {type: string, format: binary}
                files: {type: array, items: {type: string, format: binary}}
                picture: {type: string}
                text: {type: string}
                texts: {type: array, items: {type: string}}
                object: {type: object, properties: {a: {type: string}}}
                objects: {type: array, items: {type: object, properties: {a: {type: string}}}}
                either: {oneOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: string}}}]}
                xml: {type: object, properties: {a: {type: string}}}
                json: {type: string}
                answer: {type: string, readOnly: true}
            encoding:
              file: {contentType: 'image/png, image/gif', headers: {X-Free: {schema: {type: string}}}}
              picture: {contentType: image/png}
              text: {headers: {X-Fixed: {schema: {type: integer, default: 1}}, X-Free: {schema: {type: string}}}}
              xml: {contentType: text/xml}
              json: {contentType: application/json}
",
    );
    assert_eq!(
        body(&lowered),
        "multipart/form-data: multipart {file!: File Form* as image/png, image/gif, files: [File] Form*, \
         picture: File Form* as image/png, text!: String Form* X-Fixed=1, texts: [String] Form*, \
         object: op().object json as application/json, \
         objects: [op().objects.item] json as application/json, \
         either: op().either json as application/json, xml: String Form* as text/xml, \
         json: String json as application/json}"
    );
    assert_eq!(
        lowered.warnings(),
        ["the part's header `X-Free` has no fixed value, so it isn't sent"]
    );
}

#[test]
fn a_multipart_body_without_properties_is_bytes() {
    let lowered = taking("          multipart/form-data: {schema: {type: string}}");
    assert_eq!(body(&lowered), "multipart/form-data: bytes");
    assert_eq!(lowered.warnings().len(), 1);
    assert_eq!(lowered.api.fallbacks.len(), 1);
    let lowered = taking("          multipart/mixed: {schema: {type: object}}");
    assert_eq!(
        body(&lowered),
        "multipart/mixed: multipart {…: {File} Form*}"
    );
}

#[test]
fn other_multipart_types_are_sent_like_forms() {
    let lowered = taking(
        "
          multipart/related; type=a/b:
            schema: {type: object, properties: {a: {type: string}, b: {type: object, properties: {c: {type: string}}}}}
          multipart/form-data: {schema: {type: object, properties: {a: {type: string}}}}
",
    );
    assert_eq!(
        body(&lowered),
        "multipart/form-data: multipart {a: String Form*}"
    );
    let calls = &lowered.api.operations;
    let sent = |index: usize| calls[index].body.as_ref().map(|it| it.media_type.as_str());
    assert_eq!((calls.len(), sent(1)), (2, Some("multipart/related")));
    let parts = calls[1].body.as_ref().map(|it| &it.kind);
    let Some(BodyKind::Multipart(parts)) = parts else {
        panic!("{parts:?}");
    };
    let media_types: Vec<_> = parts.iter().map(|it| it.media_type.as_deref()).collect();
    assert_eq!(
        media_types,
        [Some("text/plain; charset=utf-8"), Some("application/json")]
    );
}

#[test]
fn a_part_is_a_file_if_the_document_describes_bytes() {
    for (schema, expected) in [
        ("{}", "File Form*"),
        ("{contentMediaType: image/png}", "File Form* as image/png"),
        (
            "{contentMediaType: application/json}",
            "Any json as application/json",
        ),
        (
            "{type: string, contentMediaType: image/png}",
            "File Form* as image/png",
        ),
        ("{type: string, contentEncoding: binary}", "File Form*"),
        (
            "{type: string, contentMediaType: text/html}",
            "String Form*",
        ),
        (
            "{type: string, format: byte}",
            "Base64 Form* as application/octet-stream Content-Transfer-Encoding=base64",
        ),
        (
            "{type: string, contentEncoding: base64, contentMediaType: image/png}",
            "Base64 Form* as image/png Content-Transfer-Encoding=base64",
        ),
        ("{type: array, items: {}}", "[File] Form*"),
        ("{type: array}", "[File] Form*"),
        ("{type: [string, 'null'], format: binary}", "File Form*"),
        (
            "{anyOf: [{type: string, format: binary}, {type: array, items: {type: string, format: binary}}]}",
            "Files Form*",
        ),
        (
            "{anyOf: [{type: object, properties: {a: {type: string}}}, {type: array, items: {}}]}",
            "op().p Form*",
        ),
        (
            "{oneOf: [{type: string, format: uri}, {contentMediaType: image/png}]}",
            "File Form*",
        ),
        ("{anyOf: [{type: string}, {type: integer}]}", "op().p Form*"),
        ("{enum: [1, a]}", "Any json as application/json"),
        ("{type: integer}", "I64 Form*"),
    ] {
        let lowered = super::lower_version(
            "3.1.0",
            &format!(
                "
paths:
  /a:
    post:
      operationId: op
      requestBody:
        content: {{multipart/form-data: {{schema: {{type: object, properties: {{p: {schema}}}}}}}}}
      responses: {{'204': {{description: ok}}}}
"
            ),
        );
        let expected = format!("multipart/form-data: multipart {{p: {expected}}}");
        assert_eq!(body(&lowered), expected, "{schema}");
    }
}
