use super::operation;
use crate::ir::{GroupId, OperationId};

/// Returns the link to the output of a call, and the documentation of the call's type.
fn output(schema: &str) -> (String, String) {
    let it = operation(
        &format!(
            "summary: Changes a thing\nresponses:\n  '200': {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}"
        ),
        "Change: {type: object, properties: {name: {type: string}}}",
    );
    let context = it.context();
    let link = context.output_link(OperationId(0), &context.outcome(OperationId(0)));
    (link, it.operation().call_docs.to_string())
}

#[test]
fn the_model_inside_a_list_or_a_map_is_linked() {
    let change = "{$ref: '#/components/schemas/Change'}";
    assert_eq!(output(change).0, "[`Change`](crate::models::Change)");
    assert_eq!(
        output(&format!("{{type: array, items: {change}}}")).0,
        "[`Vec<Change>`](crate::models::Change)"
    );
    assert_eq!(
        output(&format!("{{type: object, additionalProperties: {change}}}")).0,
        "[`BTreeMap<String, Change>`](crate::models::Change)"
    );
    assert_eq!(
        output("{type: array, items: {type: string}}").0,
        "`Vec<String>`"
    );
}

#[test]
fn the_type_of_a_call_links_to_its_method_and_its_output() {
    let (_, docs) = output("{$ref: '#/components/schemas/Change'}");
    let lines: Vec<&str> = docs.lines().collect();
    assert_eq!(lines[0], "/// Changes a thing.");
    assert_eq!(
        lines[2],
        "/// Created by [`DefaultApi::op`]. Awaiting it sends the request and returns [`Change`](crate::models::Change)."
    );
    assert!(lines.contains(&"/// # Example"));
}

#[test]
fn an_enumeration_of_the_call_is_linked_by_its_name() {
    let it = operation(
        "
responses:
  '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Change'}}}}
  '202': {description: ok, content: {text/plain: {schema: {type: string}}}}
",
        "Change: {type: object, properties: {name: {type: string}}}",
    );
    let context = it.context();
    let link = context.output_link(OperationId(0), &context.outcome(OperationId(0)));
    assert_eq!(link, "[`OpOutput`]");
}

#[test]
fn a_file_imports_the_models_only_if_it_uses_one() {
    let uses_models = |schema: &str| {
        let it = operation(
            &format!(
                "responses: {{'200': {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}"
            ),
            "Change: {type: object, properties: {name: {type: string}}}",
        );
        let context = it.context();
        context.api_view(GroupId(0), &it.api.groups[0]).uses_models
    };
    assert!(uses_models(
        "{type: array, items: {$ref: '#/components/schemas/Change'}}"
    ));
    assert!(!uses_models("{type: array, items: {type: string}}"));
}

#[test]
fn a_page_names_the_url_that_its_paths_are_relative_to() {
    let mut it = operation("responses: {'200': {description: ok}}", "");
    it.api.servers[0].url = "https://api.example.com/v1".to_owned();
    let page = |it: &super::Analysed| {
        let page = it.context().api_page(GroupId(0), &it.api.groups[0]);
        page.base_url.map(|it| it.to_string())
    };
    assert_eq!(page(&it), Some("`https://api.example.com/v1`".to_owned()));
    it.api.servers[0].url = "/v1".to_owned();
    assert_eq!(page(&it), None);
}
