//! Tests of options that don't match the document.

use wiretrue_codegen::{Generated, Options, Source};

const MODELS: &str = include_str!("../golden/options_models/openapi.yaml");

/// Reads options as the manifest does.
fn options(text: &str) -> Options {
    let text = format!("package = \"shop\"\n{text}");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn generated(document: &str, text: &str) -> Generated {
    let source = Source::new("shop.yaml", document);
    wiretrue_codegen::generate(&source, &options(text))
        .unwrap_or_else(|refused| panic!("{refused}"))
}

/// Expects errors, each as `keys of the option: message; help`.
#[track_caller]
fn assert_refused(document: &str, text: &str, expected: &[&str]) {
    let source = Source::new("shop.yaml", document);
    let refused = wiretrue_codegen::generate(&source, &options(text));
    let refused = refused.map(|_| ()).expect_err("a refusal");
    let refused: Vec<_> = refused
        .iter()
        .map(|it| format!("{}: {}; {}", it.option.join("."), it.message, it.help))
        .collect();
    assert_eq!(refused, expected);
}

/// Expects that options don't parse, with this line and this end of the message.
#[track_caller]
fn assert_malformed(text: &str, line: &str, message: &str) {
    let text = format!("package = \"shop\"\n{text}");
    let error = toml::from_str::<Options>(&text)
        .expect_err("an error")
        .to_string();
    assert!(error.contains(line) && error.contains(message), "{error}");
}

#[test]
fn derives_that_cannot_hold_and_names_that_match_nothing_are_errors() {
    assert_refused(
        MODELS,
        r#"
        derive = { Ordr = ["Hash"], Weight = ["Debug", "Hash"], "We*" = ["Ord"], Remarks = ["Hash"], Line = ["a::B"] }
        attributes = { "Order.idd" = ["\#[x]"], "Xyzzy*" = ["\#[x]"] }
        "#
        .replace("\\#", "#")
        .as_str(),
        &[
            "derive.Line.0: `a::B` is in the crate `a`, which isn't in `dependencies`; \
             add the crate, such as `dependencies = { a = \"1\" }`",
            "derive.Ordr: `derive` lists `Ordr`, but no model of the client matches; did you mean `Order`?",
            "derive.Remarks: `derive` lists `Remarks`, but no model of the client matches; \
             `Remarks` is an alias; use the name of the aliased type",
            "derive.We*.0: `derive` lists `Ord` for `We*`, but no matching model can implement it; \
             only a model without floating-point numbers, unions, untyped values and properties that the \
             document doesn't name can implement `Ord`; under a name with `*`, it applies to the models that can",
            "derive.Weight.1: `derive` lists `Hash` for `Weight`, which can't implement it; \
             only a model without floating-point numbers, unions, untyped values and properties that the \
             document doesn't name can implement `Hash`; under a name with `*`, it applies to the models that can",
            "attributes.Order.idd: `attributes` lists `Order.idd`, but no model of the client matches; \
             did you mean `Order.id`?",
            "attributes.Xyzzy*: `attributes` lists `Xyzzy*`, but no model of the client matches; \
             use `Model` or `Model.property`, with the property's name in JSON; `*` matches any text",
        ],
    );
}

#[test]
fn code_that_does_not_parse_is_an_error_with_its_line() {
    assert_malformed(
        "[derive]\nOrder = [\"a b\"]",
        "line 3",
        "`a b` isn't the path of a derive macro",
    );
    assert_malformed(
        "[attributes]\nOrder = [\"x\"]",
        "line 3",
        "`x` isn't an attribute, such as `#[non_exhaustive]`",
    );
}

#[test]
fn a_trait_with_a_star_applies_where_it_can_hold() {
    let generated = generated(MODELS, "derive = { \"*\" = [\"Hash\"] }");
    let derives = |file: &str| {
        let text = generated.tree.get(file).expect("a file");
        let line = text.lines().find(|line| line.starts_with("#[derive"));
        line.expect("a derive").contains("Hash")
    };
    assert!(derives("src/models/line.rs") && !derives("src/models/weight.rs"));
    // `Order` contains `Weight`.
    assert!(!derives("src/models/order.rs"));
}

const PETS: &str = "
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
    put:
      operationId: allPets
      tags: [pets]
      responses: {'204': {description: ok}}
    post:
      operationId: send
      tags: [shop]
      responses: {'204': {description: ok}}
components:
  schemas:
    Pet:
      type: object
      properties:
        name: {type: string}
        label: {type: string}
        home: {type: object, properties: {x: {type: string}}}
    Animal: {type: string, enum: [a]}
";

#[test]
fn a_name_that_something_else_has_is_an_error_with_both_places() {
    assert_refused(
        PETS,
        r##"
        [names]
        models = { Pet = "Animal" }
        properties = { "Pet.name" = "label" }
        operations = { listPets = "all_pets" }
        groups = { pets = "shop" }
        "##,
        &[
            "names.groups.pets: `names.groups.\"pets\"` is `shop`, which is the name of `#/paths/~1pets/post`; \
             choose another name, or rename the other as well",
            "names.models.Pet: `names.models.\"Pet\"` is `Animal`, which is the name of \
             `#/components/schemas/Animal`; choose another name, or rename the other as well",
            "names.operations.listPets: `names.operations.\"listPets\"` is `AllPets`, which is the name of \
             `#/paths/~1pets/put`; choose another name, or rename the other as well",
            "names.properties.Pet.name: `names.properties.\"Pet.name\"` is `label`, which is the name of \
             `#/components/schemas/Pet/properties/label`; choose another name, or rename the other as well",
        ],
    );
    assert_refused(
        PETS,
        r##"
        [names]
        models = { Pet = "Thing", Animal = "Thing" }
        groups = { pets = "builder" }
        "##,
        &[
            "names.groups.pets: `names.groups.\"pets\"` is `builder`, which the generated code uses for \
             something else; choose another name, or rename the other as well",
            "names.models.Animal: `names.models.\"Animal\"` is `Thing`, which `names.models.\"Pet\"` chooses \
             as well; choose another name, or rename the other as well",
        ],
    );
}

#[test]
fn a_named_credential_keeps_its_method_beside_others() {
    let schemes = "
  securitySchemes:
    main: {type: apiKey, in: header, name: X-Key}
    other: {type: apiKey, in: query, name: key}
";
    let document = format!("{PETS}{schemes}");
    let options = r#"names.credentials = { main = "api_key" }"#;
    let client = generated(&document, options);
    let client = client.tree.get("src/client.rs").expect("a file");
    assert!(client.contains("pub fn api_key(") && client.contains("pub fn other("));
    assert_refused(
        &document,
        r#"names.credentials = { main = "timeout", other = "other_key" }"#,
        &[
            "names.credentials.main: `names.credentials.\"main\"` is `timeout`, which the generated code \
             uses for something else; choose another name, or rename the other as well",
        ],
    );
}

#[test]
fn arguments_follow_the_path_and_outputs_list_their_variants() {
    let document = PETS.replace(
        "  /pets:",
        "  /shops/{shop}/shelves/{shelf}:
    get:
      operationId: readShelf
      tags: [shop]
      parameters:
        - {name: page, in: query, required: true, schema: {type: integer}}
        - {name: shelf, in: path, required: true, schema: {type: string}}
        - {name: shop, in: path, required: true, schema: {type: string}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        '202': {description: later, content: {application/json: {schema: {type: string}}}}
        '204': {description: none}
  /pets:",
    );
    let generated = generated(&document, "");
    let shop = generated.tree.get("src/apis/shop.rs").expect("a file");
    let method = shop.split_once("pub fn read_shelf(").expect("a method").1;
    let position = |name: &str| method.find(&format!("{name}: ")).expect("an argument");
    assert!(position("shop") < position("shelf") && position("shelf") < position("page"));
    for line in [
        "/// - [`Ok`](ReadShelfOutput::Ok) with [`Pet`](crate::models::Pet) for 200",
        "/// - [`Accepted`](ReadShelfOutput::Accepted) with `String` for 202",
        "/// - [`NoContent`](ReadShelfOutput::NoContent) for 204",
    ] {
        assert!(shop.contains(line), "{line}: {shop}");
    }
    let page = generated.tree.get("docs/apis/ShopApi.md").expect("a page");
    let line = "`ReadShelfOutput`: `Ok` with [`Pet`](../models/Pet.md) for 200, `Accepted` with `String` for \
                202, `NoContent` for 204";
    assert!(page.contains(line), "{page}");
}

#[test]
fn two_names_may_be_swapped_and_nested_names_follow() {
    let generated = generated(PETS, r#"names.models = { Pet = "Animal", Animal = "Pet" }"#);
    let text = |file: &str| generated.tree.get(file).expect("a file");
    assert!(text("src/models/animal.rs").contains("home: Option<super::AnimalHome>"));
    assert!(text("src/models/pet.rs").contains("pub enum Pet"));
}

#[test]
fn a_key_that_names_nothing_and_a_name_in_another_case_are_errors() {
    assert_refused(
        PETS,
        r##"
        [names]
        models = { Pett = "Animal", Pet = "animal" }
        properties = { "Pet.nam" = "x", "#/x" = "y" }
        operations = { listPets = "type" }
        groups = { xyz = "a" }
        "##,
        &[
            "names.models.Pet: the name `animal` for `Pet` in `names.models` is invalid; write it as `Animal`",
            "names.models.Pett: `names.models` lists `Pett`, which isn't in the document; did you mean `Pet`?",
            "names.properties.#/x: `names.properties` lists `#/x`, which isn't in the document; \
             use `Schema.property`, with the name of a schema in `components`, or a JSON pointer",
            "names.properties.Pet.nam: `names.properties` lists `Pet.nam`, which isn't in the document; \
             did you mean `Pet.name`?",
            "names.operations.listPets: the name `type` for `listPets` in `names.operations` is invalid; \
             `type` is a keyword of Rust; choose another name",
            "names.groups.xyz: `names.groups` lists `xyz`, which isn't in the document; \
             use a tag; operations without tags are in the group `default`",
        ],
    );
}

#[test]
fn a_manifest_has_what_crates_io_asks_for() {
    let generated = generated(
        PETS,
        r#"
        license = "MIT"
        description = "Pets."
        repository = "https://example.com/pets.git"
        homepage = "https://example.com"
        documentation = "http://example.com/docs"
        authors = ["Ada <ada@example.com>"]
        keywords = ["pets", "api-client", "c++"]
        categories = ["api-bindings", "web-programming::http-client"]
        rust-version = "1.90"
        docs-rs = { all-features = true }
        "#,
    );
    let manifest: toml::Table = generated.tree.get("Cargo.toml").unwrap().parse().unwrap();
    let package = manifest["package"].as_table().expect("a table").clone();
    let expected: toml::Table = r#"
        name = "shop"
        version = "0.1.0"
        edition = "2024"
        rust-version = "1.90"
        description = "Pets."
        authors = ["Ada <ada@example.com>"]
        license = "MIT"
        repository = "https://example.com/pets.git"
        homepage = "https://example.com"
        documentation = "http://example.com/docs"
        keywords = ["pets", "api-client", "c++"]
        categories = ["api-bindings", "web-programming::http-client"]
        readme = "README.md"
        metadata.docs.rs.all-features = true
        "#
    .parse()
    .unwrap();
    assert_eq!(package, expected);
}

#[test]
fn what_crates_io_refuses_is_an_error_with_its_line() {
    for (text, message) in [
        (
            "keywords = ['a', 'b', 'c', 'd', 'e', 'f']",
            "crates.io allows 5 keywords, not 6: remove some",
        ),
        (
            "keywords = ['two words']",
            "`two words` isn't a keyword of crates.io",
        ),
        (
            "keywords = ['twenty-one-characters']",
            "`twenty-one-characters` isn't a keyword",
        ),
        (
            "categories = ['API bindings']",
            "`API bindings` isn't the slug of a category",
        ),
        (
            "repository = 'example.com'",
            "`example.com` isn't the address of a page",
        ),
        (
            "homepage = 'javascript:alert(1)'",
            "isn't the address of a page",
        ),
        (
            "rust-version = '1.70'",
            "a client needs Rust 1.88 or later, not 1.70",
        ),
        (
            "rust-version = 'stable'",
            "`stable` isn't a version of Rust, such as `1.88`",
        ),
    ] {
        assert_malformed(text, "line 2", message);
    }
}

const REPLACE: &str = include_str!("../golden/options_replace/openapi.yaml");

#[test]
fn types_in_place_of_nothing_and_without_a_crate_are_errors() {
    assert_refused(
        REPLACE,
        r##"
        replace = { Mony = "crate::custom::Money", "#/x" = "std::net::IpAddr", Money = "a_b::Money" }
        formats = { decimals = "std::net::IpAddr", ipv4 = "c::Decimal", email = "text" }
        [dependencies]
        a-b = "1"
        "##,
        &[
            "formats.email: `formats` lists `email`, which is a string without this option, too; \
             remove the entry, or use a format that has a type, such as `date-time` or `uuid`",
            "replace.#/x: `replace` lists `#/x`, which isn't a schema in the document; \
             use the name of a schema in `components`, or the JSON pointer of a schema",
            "replace.Mony: `replace` lists `Mony`, which isn't a schema in the document; did you mean `Money`?",
            "formats.decimals: `formats` lists `decimals`, but no string or number in the document has this format; \
             remove the entry, or use a format of the document",
            "formats.ipv4: `c::Decimal` is in the crate `c`, which isn't in `dependencies`; \
             add the crate, such as `dependencies = { c = \"1\" }`",
        ],
    );
    assert_malformed(
        "[replace]\nMoney = 'crate::Money'",
        "line 3",
        "`crate::Money` isn't in `src/custom.rs`, the one file of the client that you write",
    );
    assert_malformed(
        "[formats]\ndecimal = 'Decimal'",
        "line 3",
        "`Decimal` isn't a full path",
    );
}

#[test]
fn the_hand_written_module_is_kept_and_declared() {
    let text = "replace = { Money = 'crate::custom::Money' }";
    let generated = generated(REPLACE, text);
    let library = generated.tree.get("src/lib.rs").expect("a file");
    assert!(library.contains("pub mod custom;"), "{library}");
    let folder = tempfile::tempdir().unwrap();
    generated.tree.write(folder.path()).unwrap();
    let custom = folder.path().join("src/custom.rs");
    std::fs::write(&custom, "pub struct Money;").unwrap();
    std::fs::create_dir(folder.path().join("src/custom")).unwrap();
    std::fs::write(folder.path().join("src/custom/inner.rs"), "").unwrap();
    assert_eq!(generated.tree.write(folder.path()).unwrap(), []);
    assert!(custom.exists());
}

#[test]
fn a_package_of_types_has_those_of_the_selected_operations() {
    let generated = generated(
        PETS,
        "types-only = true\nselect = { operations = ['listPets'] }",
    );
    let files: Vec<&str> = generated.tree.iter().map(|(path, _)| path).collect();
    let own: Vec<&&str> = files
        .iter()
        .filter(|it| !it.starts_with("src/runtime/"))
        .collect();
    let expected = [
        "Cargo.toml",
        "README.md",
        "docs/models/Pet.md",
        "docs/models/PetHome.md",
        "src/lib.rs",
        "src/models/mod.rs",
        "src/models/pet.rs",
        "src/models/pet_home.rs",
    ];
    assert_eq!(own, expected.iter().collect::<Vec<_>>());
    let manifest: toml::Table = generated.tree.get("Cargo.toml").unwrap().parse().unwrap();
    assert_eq!(
        manifest["features"]["default"],
        toml::Value::Array(Vec::new())
    );
}

#[test]
fn options_of_operations_are_errors_without_operations() {
    assert_refused(
        PETS,
        "types-only = true\n[[pagination]]\noperations = ['listPets']\nstyle = 'link-header'",
        &[
            ": a rule of `pagination` matches no operation of the document: `listPets`; \
             use the `operationId`s, properties and parameters of the document",
        ],
    );
}
