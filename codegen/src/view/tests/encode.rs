use super::operation;
use crate::view::encode::{BodyWriter, EncodeStep, EncodingView};

/// Returns the steps as text.
fn steps(text: &str) -> Vec<String> {
    steps_with_response(text, "{description: ok}")
}

fn steps_with_response(text: &str, response: &str) -> Vec<String> {
    let it = operation(&format!("{text}\nresponses: {{'200': {response}}}"), "");
    let encoding = |it: &EncodingView| match it {
        EncodingView::Json => "json".to_owned(),
        EncodingView::Style {
            style,
            explode,
            reserved,
        } => {
            let explode = if *explode { " exploded" } else { "" };
            let reserved = if *reserved { " reserved" } else { "" };
            format!("{style:?}{explode}{reserved}")
        }
    };
    let word = |step: &EncodeStep| match step {
        EncodeStep::Literal(text) => format!("{text}"),
        EncodeStep::Param { placement, field } => {
            format!("{placement:?} {} {}", field.name, encoding(&field.encoding))
        }
        EncodeStep::QueryString { content, name, .. } => format!("{content:?} {name}"),
        EncodeStep::KeepContentCoding => "keep content coding".to_owned(),
        EncodeStep::EmptyForm { required } => format!("empty form, required: {required}"),
        EncodeStep::Form {
            fields,
            additional,
            required,
        } => {
            let fields = fields.iter().chain(additional);
            let fields: Vec<_> = fields.map(|it| it.field.to_string()).collect();
            format!("form of {}, required: {required}", fields.join(" "))
        }
        EncodeStep::EmptyMultipart { required, .. } => format!("no parts, required: {required}"),
        EncodeStep::Multipart {
            parts,
            additional,
            required,
            ..
        } => {
            let part = |it: &crate::view::encode::PartView| match &it.encoding {
                Some(it) => encoding(it),
                None => "file".to_owned(),
            };
            let parts: Vec<_> = parts.iter().chain(additional).map(part).collect();
            format!("parts: {}, required: {required}", parts.join(", "))
        }
        EncodeStep::Body {
            writer,
            media_type,
            required,
            content_type,
            ..
        } => {
            let writer = match writer {
                BodyWriter::Json => "json".to_owned(),
                BodyWriter::JsonSequence => "json sequence".to_owned(),
                BodyWriter::Text => "text".to_owned(),
                BodyWriter::Upload => "upload".to_owned(),
            };
            let chosen = content_type.as_ref().map(|it| format!(" or {it}"));
            let chosen = chosen.unwrap_or_default();
            format!("{writer} {media_type}{chosen}, required: {required}")
        }
    };
    it.operation().steps.iter().map(word).collect()
}

#[test]
fn the_path_comes_first_in_the_order_of_its_template() {
    let all = steps(
        "
parameters:
  - {name: q, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
  - {name: id, in: path, required: true, schema: {type: string}}
  - {name: f, in: query, allowReserved: true, schema: {type: string}}
  - {name: j, in: query, content: {application/json: {schema: {}}}}
  - {name: h, in: header, schema: {type: string}}
  - {name: c, in: cookie, schema: {type: string}}
",
    );
    assert_eq!(
        all,
        [
            "\"/a/\"",
            "Path \"id\" Simple",
            "Query \"q\" PipeDelimited",
            "Query \"f\" Form exploded reserved",
            "Query \"j\" json",
            "Header \"h\" Simple",
            "Cookie \"c\" Form exploded",
        ]
    );
}

#[test]
fn each_kind_of_body_has_its_encoding() {
    let body = |content: &str| {
        let all = steps(&format!("requestBody: {{content: {{{content}}}}}"));
        all.last().cloned().unwrap_or_default()
    };
    let schema = "schema: {type: object, properties: {a: {type: string}, b: {type: string, format: binary}}}";
    assert_eq!(
        body("application/json: {schema: {type: string}}"),
        "json \"application/json\", required: false"
    );
    assert_eq!(
        body("text/plain: {schema: {type: string}}"),
        "text \"text/plain\", required: false"
    );
    assert_eq!(
        body("image/png: {}"),
        "upload \"image/png\", required: false"
    );
    assert_eq!(
        body("'image/*': {}"),
        "upload \"\" or self.content_type.as_deref(), required: false"
    );
    assert_eq!(
        body("a/json: {}, b/json: {}"),
        "json \"a/json\" or self.content_type.as_deref(), required: false"
    );
    assert_eq!(
        body(&format!("multipart/form-data: {{{schema}}}")),
        "parts: Form exploded, file, required: false"
    );
    assert_eq!(
        body(
            "application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: string}}}}"
        ),
        "form of a, required: false"
    );
}

#[test]
fn bytes_keep_a_content_coding_that_the_document_describes() {
    for (header, media_type, keeps) in [
        ("Content-Encoding", "application/octet-stream", true),
        ("content-encoding", "image/png", true),
        ("Content-Encoding", "application/json", false),
        ("Content-Language", "image/png", false),
    ] {
        let response = format!(
            "{{description: ok, headers: {{{header}: {{schema: {{type: string}}}}}}, content: \
             {{{media_type}: {{schema: {{}}}}}}}}"
        );
        let steps = steps_with_response("summary: Get it.", &response);
        let kept = steps.iter().any(|step| step == "keep content coding");
        assert_eq!(kept, keeps, "{header} {media_type}: {steps:?}");
    }
}
