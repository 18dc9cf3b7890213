use super::{Analysed, analysed};
use crate::view::structs::{ConstructorBody, StructView};

fn derives(view: &StructView) -> Vec<&str> {
    view.derives.iter().map(|it| it.as_str()).collect()
}

const MODEL: &str = "
          type: object
          required: [id, note, made]
          properties:
            id: {type: string}
            note: {type: string, nullable: true}
            size: {type: integer, default: 3}
            tag: {type: string, nullable: true}
            made: {type: string, readOnly: true}
            secret: {type: string, format: password, writeOnly: true}
";

/// Analyses a document whose schema `Thing` is sent, received, or both.
fn thing(sent: bool, received: bool) -> Analysed {
    let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
    let body = match sent {
        true => format!("requestBody: {{{content}}}"),
        false => String::new(),
    };
    let response = match received {
        true => format!("{{description: ok, {content}}}"),
        false => "{description: ok}".to_owned(),
    };
    analysed(&format!(
        "
paths:
  /a:
    post:
      operationId: op
      {body}
      responses: {{'200': {response}}}
components:
  schemas:
    Thing:{MODEL}"
    ))
}

/// Formats each field as `kind name: type`.
fn fields(view: &StructView) -> Vec<String> {
    let text =
        |it: &crate::view::structs::FieldView| format!("{} {}: {}", it.kind, it.ident, it.ty);
    view.fields.iter().map(text).collect()
}

fn setters(view: &StructView) -> Vec<String> {
    let mark = |mock_only| if mock_only { " (mock)" } else { "" };
    view.setters
        .iter()
        .map(|it| format!("{} = {}{}", it.ident, it.value, mark(it.mock_only)))
        .collect()
}

#[test]
fn in_both_directions_read_only_properties_are_optional_and_absence_differs_from_null() {
    let view = thing(true, true).model("Thing");
    assert_eq!(
        fields(&view),
        [
            "required id: String",
            "nullable note: Option<String>",
            "optional size: Option<i64>",
            "patch tag: Option<Option<String>>",
            "read_only made: Option<String>",
            "write_only secret: Option<String>",
        ]
    );
    assert_eq!(view.codec, ["decode", "encode"]);
    assert_eq!(
        setters(&view),
        [
            "with_size = Some(size)",
            "with_tag = Some(Some(tag.into()))",
            "null_tag = Some(None)",
            "with_made = Some(made.into()) (mock)",
            "with_secret = Some(secret.into())",
        ]
    );
}

#[test]
fn the_constructor_takes_the_required_properties() {
    let view = thing(true, true).model("Thing");
    let constructor = view.constructor.expect("a constructor");
    assert!(!constructor.mock_only);
    let arguments: Vec<String> = constructor
        .arguments
        .iter()
        .map(|it| format!("{}: {}", it.ident, it.ty))
        .collect();
    assert_eq!(arguments, ["id: impl Into<String>", "note: Option<String>"]);
    let ConstructorBody::Fields(fields) = constructor.body else {
        panic!("it has arguments");
    };
    let fields: Vec<_> = fields.iter().map(ToString::to_string).collect();
    assert_eq!(
        fields,
        [
            "id: id.into()",
            "note",
            "size: None",
            "tag: None",
            "made: None",
            "secret: None"
        ]
    );
}

#[test]
fn in_responses_a_default_replaces_absence_and_only_mocks_construct() {
    let view = thing(false, true).model("Thing");
    assert_eq!(
        fields(&view)[2..5],
        [
            "defaulted size: i64",
            "optional_or_null tag: Option<String>",
            "required made: String"
        ]
    );
    assert_eq!(view.codec, ["decode", "mock"]);
    assert!(view.setters.is_empty());
    assert!(view.constructor.as_ref().is_some_and(|it| it.mock_only));
    let mocked: Vec<_> = view
        .mock_setters
        .iter()
        .map(|it| it.ident.as_str())
        .collect();
    assert_eq!(mocked, ["with_size", "with_tag", "with_secret"]);
}

#[test]
fn a_struct_with_a_secret_hides_it() {
    let view = thing(true, false).model("Thing");
    assert!(!derives(&view).contains(&"Debug"));
    let shown: Vec<_> = view
        .redaction
        .expect("a redaction")
        .iter()
        .map(|it| format!("{} {}", it.ident, it.keyword))
        .collect();
    assert_eq!(shown[4..], ["made shown", "secret hidden"]);
}

#[test]
fn a_struct_without_required_properties_derives_default() {
    let view = |direction: &str| {
        analysed(&format!(
            "
paths:
  /a:
    post:
      operationId: op
      {direction}
components:
  schemas:
    Thing: {{type: object, properties: {{a: {{type: string}}}}}}
"
        ))
        .model("Thing")
    };
    let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
    let sent = view(&format!(
        "requestBody: {{{content}}}\n      responses: {{'200': {{description: ok}}}}"
    ));
    assert_eq!(
        derives(&sent),
        ["Clone", "Debug", "Default", "PartialEq", "Eq"]
    );
    let received = view(&format!(
        "responses: {{'200': {{description: ok, {content}}}}}"
    ));
    assert_eq!(derives(&received), ["Clone", "Debug", "PartialEq", "Eq"]);
    assert_eq!(received.mock_derives, ["Default"]);
    let body = received.constructor.expect("a constructor").body;
    assert_eq!(body, ConstructorBody::Default);
}

/// A document whose schema `Thing` has properties with one value.
fn constants(direction: &str) -> Analysed {
    analysed(&format!(
        "
paths:
  /a:
    post:
      operationId: op
      {direction}
components:
  schemas:
    Thing:
      type: object
      required: [kind, version, live, state]
      properties:
        kind: {{type: string, enum: [thing]}}
        version: {{type: integer, enum: [2]}}
        live: {{type: boolean, enum: [true]}}
        state: {{type: string, nullable: true, enum: [open]}}
        size: {{type: number, enum: [0.5], nullable: true}}
"
    ))
}

const SENT: &str = "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}";

/// Returns the arguments of `new`, and the fields that it sets.
fn constructed(view: &StructView) -> (Vec<&str>, Vec<String>) {
    let constructor = view.constructor.as_ref().expect("a constructor");
    let arguments = constructor.arguments.iter().map(|it| it.ident.as_str());
    let fields = match &constructor.body {
        ConstructorBody::Fields(fields) => fields.iter().map(ToString::to_string).collect(),
        ConstructorBody::Default => Vec::new(),
    };
    (arguments.collect(), fields)
}

#[test]
fn the_constructor_sets_constants() {
    let view = constants(SENT).model("Thing");
    let (arguments, fields) = constructed(&view);
    // Null is a second value.
    assert_eq!(arguments, ["state"]);
    assert_eq!(
        fields,
        [
            "kind: super::ThingKind::Thing",
            "version: super::ThingVersion::N2",
            "live: true",
            "state",
            "size: None"
        ]
    );
    assert_eq!(
        setters(&view),
        [
            "with_size = Some(Some(super::ThingSize(0.5)))",
            "null_size = Some(None)"
        ]
    );
    assert!(view.setters.iter().all(|it| it.argument.is_none()));
}

#[test]
fn a_constant_that_a_response_may_lack_is_still_sent() {
    let mut analysed = constants(SENT);
    analysed.options.tolerate_missing = vec!["Thing".to_owned()];
    analysed.tolerance = crate::tolerance::resolve(
        &analysed.api,
        &analysed.facts,
        &analysed.names,
        &analysed.options,
        &mut crate::diagnostic::Diagnostics::default(),
    );
    let view = analysed.model("Thing");
    assert_eq!(fields(&view)[0], "optional kind: Option<super::ThingKind>");
    let (arguments, fields) = constructed(&view);
    assert_eq!(arguments, ["state"]);
    assert_eq!(fields[0], "kind: Some(super::ThingKind::Thing)");
}

#[test]
fn a_struct_of_constants_implements_default_by_its_constructor() {
    let document = "
paths:
  /a:
    post:
      operationId: op
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'200': {description: ok}}
components:
  schemas:
    Thing: {type: object, required: [kind], properties: {kind: {type: string, enum: [thing]}}}
";
    let view = analysed(document).model("Thing");
    assert!(view.default_by_new && !derives(&view).contains(&"Default"));
    assert_eq!(constructed(&view).0, Vec::<&str>::new());
}
