use super::select;
use crate::diagnostic::Diagnostics;
use crate::lower::tests::{resolve, resolve_31};
use crate::normalise::resolved::Resolved;
use crate::options::{DeviceLoginOptions, Options, Selection};

const DOCUMENT: &str = "
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets, public]
      responses:
        200: {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}
    post:
      operationId: addPet
      tags: [pets]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/NewPet'}}}}
      responses: {204: {description: d}}
  /pets/{id}/toys:
    get:
      operationId: listToys
      tags: [toys]
      parameters:
        - {name: id, in: path, required: true, schema: {$ref: '#/components/schemas/Id'}}
        - {name: filter, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Filter'}}}}
      responses:
        204: {description: d, headers: {X-Toy: {schema: {$ref: '#/components/schemas/ToyHeader'}}}}
  /token: {post: {operationId: token, responses: {204: {description: d}}}}
components:
  schemas:
    Pet: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {tail: {$ref: '#/components/schemas/Tail'}}}]}
    Base: {type: object, properties: {owner: {$ref: '#/components/schemas/Owner'}}}
    Owner: {type: object, additionalProperties: {$ref: '#/components/schemas/Extra'}}
    Extra: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}}}
    Tail: {oneOf: [{$ref: '#/components/schemas/Short'}, {$ref: '#/components/schemas/Long'}]}
    Short: {type: object, properties: {length: {type: integer}}}
    Long: {type: object, properties: {segments: {type: array}}}
    NewPet: {allOf: [{$ref: '#/components/schemas/Short'}], description: A pet}
    Id: {type: string}
    Filter: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
    ByName: {allOf: [{$ref: '#/components/schemas/Filter'}, {type: object, properties: {name: {type: string}}}]}
    ByNames: {allOf: [{$ref: '#/components/schemas/ByName'}, {type: object, properties: {other: {type: string}}}]}
    ToyHeader: {type: string}
    Unused: {type: object}
";

fn selection(tags: &[&str], operations: &[&str], paths: &[&str]) -> Selection {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Selection {
        tags: owned(tags),
        operations: owned(operations),
        paths: owned(paths),
        webhooks: Vec::new(),
    }
}

fn options(select: Selection, exclude: Selection) -> Options {
    Options {
        select,
        exclude,
        ..Options::new("pets")
    }
}

fn selected(options: &Options) -> Resolved {
    let mut diagnostics = Diagnostics::default();
    let resolved = select(resolve(DOCUMENT), options, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    resolved.expect("operations")
}

/// Returns the remaining operations, and the keys of the remaining component schemas.
fn kept(options: &Options) -> (Vec<String>, Vec<String>) {
    let resolved = selected(options);
    let operations = resolved.operations.iter().map(|it| it.id.clone());
    let components = resolved.components.keys();
    let components = components.filter_map(|pointer| pointer.segments().last());
    (operations.collect(), components.collect())
}

/// Returns the errors as `pointer: message; help`.
fn refused(options: &Options) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    assert!(select(resolve(DOCUMENT), options, &mut diagnostics).is_none());
    let texts = diagnostics
        .iter()
        .map(|it| format!("{}: {}; {}", it.pointer, it.message, it.help));
    texts.collect()
}

#[test]
fn without_a_selection_everything_is_kept() {
    let (operations, components) = kept(&Options::new("pets"));
    assert_eq!(operations, ["listPets", "addPet", "listToys", "token"]);
    assert_eq!(components.len(), 14);
}

#[test]
fn an_operation_matches_by_any_tag_id_or_path() {
    let table = [
        (selection(&["public"], &[], &[]), vec!["listPets"]),
        (selection(&["pets"], &[], &[]), vec!["listPets", "addPet"]),
        (
            selection(&[], &["token", "addPet"], &[]),
            vec!["addPet", "token"],
        ),
        (selection(&[], &[], &["/pets/**"]), vec!["listToys"]),
        (
            selection(&["toys"], &["token"], &["/pets"]),
            vec!["listPets", "addPet", "listToys", "token"],
        ),
    ];
    for (select, expected) in table {
        assert_eq!(kept(&options(select, Selection::default())).0, expected);
    }
}

#[test]
fn exclude_wins_over_select() {
    let options = options(
        selection(&["pets"], &[], &[]),
        selection(&["public"], &[], &[]),
    );
    assert_eq!(kept(&options).0, ["addPet"]);
    let without_select = Options {
        select: Selection::default(),
        ..options
    };
    assert_eq!(kept(&without_select).0, ["addPet", "listToys", "token"]);
}

#[test]
fn schemas_are_kept_if_an_operation_reaches_them() {
    let of = |id: &str| kept(&options(selection(&[], &[id], &[]), Selection::default())).1;
    // `Base` is merged into `Pet` and needs no type, but the schemas that it refers to do.
    let of_pets = ["Pet", "Owner", "Extra", "Tail", "Short", "Long"];
    assert_eq!(of("listPets"), of_pets);
    assert_eq!(of("addPet"), ["Short", "NewPet"]);
    // A value of `Filter` may be any of its heirs.
    let of_toys = ["Id", "Filter", "ByName", "ByNames", "ToyHeader"];
    assert_eq!(of("listToys"), of_toys);
    assert_eq!(of("token"), [""; 0]);
}

#[test]
fn simplifications_are_kept_with_their_schemas() {
    let document = "
paths:
  /a: {get: {operationId: a, responses: {200: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}
components:
  schemas:
    A: {type: object, properties: {x: {type: array, contains: {type: string}}}}
    B: {type: array, contains: {type: string}}
webhooks: {}
";
    let resolved = resolve(document);
    assert_eq!(resolved.simplified.len(), 2);
    let options = options(selection(&[], &["a"], &[]), Selection::default());
    let resolved = select(resolved, &options, &mut Diagnostics::default()).expect("an operation");
    let pointers: Vec<_> = resolved
        .simplified
        .iter()
        .map(|it| it.pointer.as_str())
        .collect();
    assert_eq!(pointers, ["/components/schemas/A/properties/x/contains"]);
}

#[test]
fn an_entry_that_matches_nothing_is_an_error() {
    let misspelt = options(
        selection(&["pet"], &["listpets"], &["/pet"]),
        selection(&["admin"], &["dropEverything"], &["/v2/**"]),
    );
    assert_eq!(
        refused(&misspelt),
        [
            "#: the entry `pet` in `select.tags` matches no operation; did you mean `pets`?",
            "#: the entry `listpets` in `select.operations` matches no operation; did you mean `listPets`?",
            "#: the entry `/pet` in `select.paths` matches no operation; did you mean `/pets`?",
            "#: the entry `admin` in `exclude.tags` matches no operation; correct or remove it in `exclude.tags`",
            "#: the entry `dropEverything` in `exclude.operations` matches no operation; correct or remove it in `exclude.operations`",
            "#: the entry `/v2/**` in `exclude.paths` matches no operation; a pattern must match the whole path: `*` matches part of a segment, `**` any number of segments",
        ]
    );
}

#[test]
fn an_empty_selection_is_an_error() {
    let none = options(
        selection(&["toys"], &[], &[]),
        selection(&[], &[], &["/pets/**"]),
    );
    assert_eq!(
        refused(&none),
        ["#: the options select no operation; remove an entry from `exclude`"]
    );
}

#[test]
fn operations_that_other_options_name_must_be_selected() {
    let dropped = Options {
        device_login: Some(DeviceLoginOptions {
            authorization: Some("listPets".to_owned()),
            token: Some("token".to_owned()),
            ..DeviceLoginOptions::default()
        }),
        ..options(selection(&["pets"], &[], &[]), Selection::default())
    };
    assert_eq!(
        refused(&dropped),
        [
            "#: `device-login.token` names the operation `token`, which the selection excludes; add it to `select.operations`, or remove it from `exclude`"
        ]
    );
}

/// A document with a wrong `$ref` and a wrong value in `broken`.
const BROKEN: &str = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /good:
    get: {operationId: good, responses: {204: {description: d}}}
  /broken:
    get:
      operationId: broken
      parameters: [{name: a, in: road, schema: {type: string}}, {$ref: '#/components/parameters/Missing'}]
      responses: {200: {description: d, content: {application/json: {schema: {$ref: 'missing.yaml#/Pet'}}}}}
";

/// Generates a client of `BROKEN`. Returns whether there is one, and the severities and pointers.
fn outcome(options: &Options) -> (bool, Vec<String>) {
    let source = crate::Source::new("api.yaml", BROKEN);
    let (made, diagnostics) = match crate::generate(&source, options) {
        Ok(generated) => (true, generated.diagnostics),
        Err(diagnostics) => (false, diagnostics),
    };
    let texts = diagnostics
        .iter()
        .map(|it| format!("{} {}", it.severity, it.pointer));
    (made, texts.collect())
}

#[test]
fn errors_of_an_excluded_operation_are_warnings() {
    let exclude = options(Selection::default(), selection(&[], &["broken"], &[]));
    let get = "#/paths/~1broken/get";
    let places = [
        format!("{get}/parameters/0/in"),
        format!("{get}/responses/200/content/application~1json/schema/$ref"),
        format!("{get}/parameters/1/$ref"),
    ];
    let warnings = places.clone().map(|place| format!("warning {place}"));
    assert_eq!(outcome(&exclude), (true, warnings.to_vec()));
    let errors = places.map(|place| format!("error {place}")).to_vec();
    assert_eq!(outcome(&Options::new("pets")), (false, errors.clone()));
    let select = options(selection(&[], &["broken"], &[]), Selection::default());
    assert_eq!(outcome(&select), (false, errors));
}

#[test]
fn an_excluded_operation_may_be_a_wrong_reference() {
    let (head, _) = BROKEN
        .split_once("    get:\n      operationId: broken")
        .expect("the operation");
    let text = format!("{head}    get: {{$ref: 'missing.yaml#/broken'}}\n");
    let source = crate::Source::new("api.yaml", text);
    let exclude = options(Selection::default(), selection(&[], &[], &["/broken"]));
    let generated = crate::generate(&source, &exclude).unwrap_or_else(|said| panic!("{said}"));
    let said: Vec<_> = generated
        .diagnostics
        .iter()
        .map(|it| it.pointer.to_string())
        .collect();
    assert_eq!(said, ["#/paths/~1broken/get/$ref"]);
    assert!(crate::generate(&source, &Options::new("pets")).is_err());
}

const WEBHOOKS: &str = "
paths:
  /a: {get: {operationId: a, tags: [shop], responses: {200: {description: d}},
    callbacks: {on: {'{$url}': {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/On'}}}}}}}}}}
  /b: {get: {operationId: b, responses: {200: {description: d}}}}
webhooks:
  order.paid: {post: {tags: [shop], requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Paid'}}}}}}
  order.sent: {post: {operationId: sent, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Sent'}}}}}}
components: {schemas: {On: {type: string}, Paid: {type: string}, Sent: {type: string}}}
";

fn names(select_by: Selection, exclude: Selection) -> (Vec<String>, Vec<String>, Vec<String>) {
    let options = options(select_by, exclude);
    let resolved = select(resolve_31(WEBHOOKS), &options, &mut Diagnostics::default());
    let resolved = resolved.expect("a selection");
    let operations = resolved.operations.iter().map(|it| it.id.clone());
    let webhooks = resolved.webhooks.iter().map(|it| it.name.clone());
    let components = resolved.components.keys();
    let components = components.filter_map(crate::pointer::Pointer::component_schema);
    (
        operations.collect(),
        webhooks.collect(),
        components.collect(),
    )
}

fn of_webhooks(names: &[&str]) -> Selection {
    Selection {
        webhooks: names.iter().map(|it| (*it).to_owned()).collect(),
        ..Selection::default()
    }
}

#[test]
fn webhooks_are_selected_by_tag_operation_and_name() {
    let none = Selection::default;
    let (operations, webhooks, components) = names(selection(&["shop"], &[], &[]), none());
    assert_eq!(operations, ["a"]);
    assert_eq!(webhooks, ["order.paid"]);
    // The callback belongs to its operation.
    assert_eq!(components, ["On", "Paid"]);

    let (operations, webhooks, _) = names(selection(&[], &["sent", "b"], &[]), none());
    assert_eq!(
        (operations, webhooks),
        (vec!["b".to_owned()], vec!["order.sent".to_owned()])
    );

    // A selection of webhooks alone doesn't concern operations.
    let (operations, webhooks, _) = names(of_webhooks(&["*.sent"]), none());
    assert_eq!(operations, ["a", "b"]);
    assert_eq!(webhooks, ["order.sent"]);

    let (operations, webhooks, components) = names(none(), of_webhooks(&["*"]));
    assert_eq!(operations, ["a", "b"]);
    assert!(webhooks.is_empty());
    assert_eq!(components, ["On"]);
}

#[test]
fn an_entry_that_matches_no_webhook_is_an_error() {
    let options = options(Selection::default(), of_webhooks(&["order.payed"]));
    let mut diagnostics = Diagnostics::default();
    assert!(select(resolve_31(WEBHOOKS), &options, &mut diagnostics).is_none());
    let errors: Vec<_> = diagnostics
        .iter()
        .map(|it| format!("{}; {}", it.message, it.help))
        .collect();
    assert_eq!(
        errors,
        [
            "the entry `order.payed` in `exclude.webhooks` matches no webhook; did you mean `order.paid`?"
        ]
    );
}

#[test]
fn the_options_name_the_header_of_an_event() {
    let document = WEBHOOKS.replace("{tags: [shop], ", "{x-shop: {event: paid}, ");
    let with = |value: Option<&str>| {
        let mut options = options(Selection::default(), Selection::default());
        options.webhooks.event = Some(crate::options::EventHeader {
            header: "X-Event".to_owned(),
            value: value.map(str::to_owned),
        });
        let mut diagnostics = Diagnostics::default();
        let resolved = select(resolve_31(&document), &options, &mut diagnostics);
        (resolved, diagnostics)
    };
    let (resolved, _) = with(None);
    let events: Vec<_> = resolved
        .expect("no error")
        .webhooks
        .into_iter()
        .map(|it| it.event)
        .collect();
    let event = |value: &str| Some(("X-Event".to_owned(), value.to_owned()));
    assert_eq!(events, [event("order.paid"), event("order.sent")]);
    let (resolved, diagnostics) = with(Some("/x-shop/event"));
    assert!(resolved.is_none());
    let error = diagnostics.iter().next().expect("an error");
    assert_eq!(error.pointer.as_str(), "/webhooks/order.sent/post");
    assert_eq!(
        error.message,
        "`webhooks.event.value` is `/x-shop/event`, but the webhook has no string there"
    );
}
