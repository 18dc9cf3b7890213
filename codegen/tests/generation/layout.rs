//! Tests of the option `layout`: which module a model is in, and which names a group's module can't have.

use wiretrue_codegen::options::Layout;
use wiretrue_codegen::{Options, Source, Tree};

/// Returns a client whose groups have these tags. Each has an operation `list<Tag>` that returns a model.
fn client(groups: &[(&str, &str)], schemas: &str) -> Tree {
    let mut text = String::from("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n");
    for (tag, model) in groups {
        text.push_str(&format!(
            "  /{tag}:
    get:
      operationId: list_{tag}
      tags: [{tag}]
      responses:
        '200':
          description: ok
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/{model}'}}}}}}
"
        ));
    }
    text.push_str("components:\n  schemas:\n");
    text.push_str(schemas);
    let options = Options {
        layout: Layout::ByGroup,
        ..Options::new("client")
    };
    let generated = wiretrue_codegen::generate(&Source::new("t.yaml", text), &options);
    generated.unwrap_or_else(|refused| panic!("{refused}")).tree
}

/// Returns the paths of the modules at the root, without those that every client has.
fn modules(tree: &Tree) -> Vec<&str> {
    let paths = tree.iter().map(|(path, _)| path);
    let modules = paths.filter(|path| path.matches('/').count() == 1 && path.starts_with("src/"));
    let modules = modules.filter(|path| !["src/client.rs", "src/lib.rs"].contains(path));
    modules.collect()
}

fn has(tree: &Tree, path: &str, item: &str) -> bool {
    let text = tree.get(path).unwrap_or_default();
    text.contains(&format!("pub struct {item} {{"))
}

const PET: &str = "    Pet: {type: object, properties: {home: {$ref: '#/components/schemas/Home'}}}
    Home: {type: object, properties: {street: {type: string}}}
";

#[test]
fn the_only_group_has_all_models_that_it_reaches() {
    let tree = client(&[("pets", "Pet")], PET);
    assert_eq!(modules(&tree), ["src/pets.rs"]);
    assert!(has(&tree, "src/pets.rs", "Pet") && has(&tree, "src/pets.rs", "Home"));
    let unused =
        format!("{PET}    Unused: {{type: object, properties: {{a: {{type: string}}}}}}\n");
    let tree = client(&[("pets", "Pet")], &unused);
    assert_eq!(modules(&tree), ["src/models.rs", "src/pets.rs"]);
    assert!(has(&tree, "src/models.rs", "Unused") && !has(&tree, "src/models.rs", "Pet"));
}

#[test]
fn a_model_that_another_group_reaches_is_in_models() {
    let tree = client(&[("pets", "Pet"), ("homes", "Home")], PET);
    assert!(has(&tree, "src/pets.rs", "Pet"));
    assert!(has(&tree, "src/models.rs", "Home"));
    assert!(!has(&tree, "src/homes.rs", "Home"));
}

#[test]
fn a_model_with_a_name_that_operations_use_is_in_models() {
    for name in ["AsRef", "Error", "IntoFuture"] {
        let schema = format!("    {name}: {{type: object, properties: {{a: {{type: string}}}}}}\n");
        let tree = client(&[("pets", name)], &schema);
        assert!(has(&tree, "src/models.rs", name), "{name}");
        assert!(!has(&tree, "src/pets.rs", name), "{name}");
    }
}

#[test]
fn a_group_has_no_name_of_another_module() {
    let first = client(&[("pets", "Pet")], PET);
    let root = first.get("src/lib.rs").expect("a file");
    // Modules that are declared or reexported, and those of other clients.
    let declared = root.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches("pub ").trim_end_matches(';');
        let name = line.strip_prefix("mod ");
        name.or_else(|| line.strip_prefix("use runtime::"))
    });
    let names = declared.filter(|name| *name != "pets" && !name.contains('{'));
    let names = names.map(|it| it.trim_end_matches(" {").to_owned());
    let others = [
        "custom", "ext", "headers", "sign_in", "webhooks", "oauth", "core", "models",
    ];
    for name in names.chain(others.map(str::to_owned)) {
        let tree = client(&[("pets", "Pet"), (&name, "Home")], PET);
        let path = format!("src/{name}_api.rs");
        assert!(tree.get(&path).is_some(), "{name}: {:?}", modules(&tree));
    }
}
