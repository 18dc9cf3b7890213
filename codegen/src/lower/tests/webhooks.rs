use super::{Lowered, lower_version};

fn webhooks(text: &str) -> Lowered {
    lower_version("3.1.0", text)
}

const HEIRS: &str = "
components:
  schemas:
    Event:
      type: object
      required: [kind]
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind, mapping: {made: Made, gone: Gone}}
    Made: {allOf: [{$ref: '#/components/schemas/Event'}, {type: object, properties: {id: {type: string}}}]}
    Gone: {allOf: [{$ref: '#/components/schemas/Event'}, {type: object, properties: {at: {type: string}}}]}
webhooks:
  thing.made: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Made'}}}}}}
  thing.gone: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Gone'}}}}}}
";

#[test]
fn the_discriminator_of_a_common_base_is_the_tag() {
    let lowered = webhooks(HEIRS);
    assert_eq!(
        lowered.shape("webhooks"),
        "by kind thing.made = Made(made, Made) written | thing.gone = Gone(gone, Gone) written"
    );
    assert!(lowered.warnings().is_empty(), "{:?}", lowered.warnings());
}

#[test]
fn a_property_with_the_name_of_the_webhook_is_the_tag() {
    // The first payload lists its value. The others only have examples: as JSON, and as JSON in a string.
    let lowered = webhooks(
        r#"
webhooks:
  a.b: {post: {requestBody: {content: {application/json: {
    schema: {type: object, properties: {event: {const: a.b}}}}}}}}
  c.d: {post: {requestBody: {content: {application/json: {
    schema: {type: object, properties: {event: {type: string}}}, example: {event: c.d}}}}}}
  e.f: {post: {requestBody: {content: {application/json: {
    schema: {type: object, properties: {event: {type: string}, x: {type: string}}},
    examples: {one: {value: '{"event": "e.f"}'}}}}}}}
"#,
    );
    let shape = lowered.shape("webhooks");
    assert!(shape.starts_with("by event a.b = "), "{shape}");
    for tagged in ["(a.b)", "(c.d)", "(e.f)"] {
        assert!(shape.contains(tagged), "{shape}");
    }
}

#[test]
fn webhooks_with_the_same_payload_are_one_variant() {
    let lowered = webhooks(
        "
components: {schemas: {Ping: {type: object, properties: {zen: {type: string}}}}}
webhooks:
  one: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ping'}}}}}}
  two: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ping'}}}}}}
",
    );
    assert_eq!(lowered.shape("webhooks"), "by fit Ping");
    let set = &lowered.api.webhooks[0];
    let variants: Vec<_> = set.webhooks.iter().map(|it| it.variants.clone()).collect();
    assert_eq!(variants, [[0], [0]]);
}

#[test]
fn a_webhook_whose_payload_can_not_be_read_is_left_out_with_a_warning() {
    let lowered = webhooks(
        "
webhooks:
  file: {post: {requestBody: {content: {application/pdf: {}}}}}
  ping: {get: {parameters: [{name: q, in: query, schema: {type: string}}]}}
",
    );
    assert!(lowered.api.webhooks.is_empty());
    assert_eq!(
        lowered.warnings(),
        [
            "`file` has no payload in JSON or as a form, so it is ignored",
            "`ping` has no payload in JSON or as a form, so it is ignored",
        ]
    );
}

#[test]
fn payloads_with_the_same_properties_are_reported() {
    let lowered = webhooks(
        "
webhooks:
  on: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}}
  off: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}}
",
    );
    assert_eq!(
        lowered.warnings(),
        ["alternatives of the union have the same properties; the first that matches is used"]
    );
}

#[test]
fn models_do_not_depend_on_webhooks() {
    let with = webhooks(HEIRS);
    let without = webhooks(HEIRS.split("webhooks:").next().expect("a text"));
    for name in ["Event", "Made", "Gone"] {
        assert_eq!(with.shape(name), without.shape(name));
    }
    let api = crate::preserve::preserve(with.api, &crate::Options::new("client"));
    let made = api
        .types
        .iter()
        .find(|it| it.pointer.as_str().ends_with("/Made"));
    let made = made.map(|it| super::shape(&api, &it.shape));
    assert_eq!(made.as_deref(), Some(without.shape("Made").as_str()));
}

#[test]
fn documents_of_3_0_have_webhooks_as_an_extension() {
    let text = format!("paths: {{}}{HEIRS}").replace("webhooks:", "x-webhooks:");
    let lowered = lower_version("3.0.3", &text);
    assert_eq!(lowered.shape("webhooks"), webhooks(HEIRS).shape("webhooks"));
    assert!(lowered.warnings().is_empty(), "{:?}", lowered.warnings());
}
