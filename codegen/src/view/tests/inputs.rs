use super::operation;
use crate::view::api::{InputView, OperationView};

fn idents<'a>(inputs: impl Iterator<Item = &'a InputView>) -> Vec<String> {
    inputs.map(|it| it.ident.to_string()).collect()
}

fn view(text: &str) -> OperationView {
    operation(
        &format!("{text}\nresponses: {{'200': {{description: ok}}}}"),
        "Pet: {type: object, properties: {name: {type: string}}}",
    )
    .operation()
}

#[test]
fn required_inputs_are_arguments_and_the_others_have_setters() {
    let it = view(
        "
parameters:
  - {name: limit, in: query, schema: {type: integer}}
  - {name: id, in: path, required: true, schema: {type: string}}
  - {name: x-trace, in: header, schema: {type: string}}
requestBody:
  required: true
  content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
",
    );
    assert_eq!(idents(it.inputs.iter()), ["id", "limit", "x_trace", "body"]);
    assert_eq!(idents(it.arguments()), ["id", "body"]);
    assert_eq!(idents(it.setters()), ["limit", "x_trace"]);
    let fields: Vec<_> = it.inputs.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        ["String", "Option<i64>", "Option<String>", "models::Pet"]
    );
    let init: Vec<_> = it.inputs.iter().map(|it| it.init.as_str()).collect();
    assert_eq!(
        init,
        [
            "id: id.into()",
            "limit: None",
            "x_trace: None",
            "body: body.into()"
        ]
    );
}

#[test]
fn inputs_with_the_same_name_are_prefixed_with_their_location() {
    let it = view(
        "
parameters:
  - {name: id, in: query, schema: {type: string}}
  - {name: id, in: path, required: true, schema: {type: string}}
  - {name: id, in: header, schema: {type: string}}
  - {name: body, in: query, schema: {type: string}}
requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
",
    );
    assert_eq!(
        idents(it.inputs.iter()),
        ["id", "query_id", "header_id", "query_body", "body"]
    );
}

#[test]
fn a_required_input_that_may_be_null_is_an_option() {
    let it = view(
        "
parameters:
  - {name: id, in: path, required: true, schema: {type: string}}
requestBody:
  content:
    application/x-www-form-urlencoded:
      schema: {type: object, required: [a], properties: {a: {type: string, nullable: true}}}
",
    );
    let input = &it.inputs[1];
    assert_eq!(input.argument.as_str(), "Option<String>");
    assert_eq!(input.init.as_str(), "a");
}

#[test]
fn lists_are_taken_as_any_iterator() {
    let it =
        view("parameters: [{name: tags, in: query, schema: {type: array, items: {type: string}}}]");
    assert_eq!(
        it.inputs[0].argument.as_str(),
        "impl IntoIterator<Item = impl Into<String>>"
    );
    assert_eq!(
        it.inputs[0].into.as_str(),
        "tags.into_iter().map(Into::into).collect()"
    );
}

#[test]
fn bytes_with_a_choice_of_media_types_have_a_setter_for_it() {
    let it = view("requestBody: {required: true, content: {'*/*': {}}}");
    assert_eq!(idents(it.arguments()), ["body"]);
    assert_eq!(idents(it.setters()), ["content_type"]);
    let it = view("requestBody: {required: true, content: {'image/*': {}}}");
    assert_eq!(idents(it.arguments()), ["body", "content_type"]);
}
