//! Tests of templates and their errors.

use super::Templates;
use crate::options::RuntimeSource;
use crate::{Diagnostics, Generated, Options, Source};

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: "T\"; evil(); \"", version: "1"}
paths:
  /a/b:
    get:
      operationId: readA
      tags: [x]
      summary: "# First\n```\nevil()\n```\n<b>bold</b>"
      responses: {"200": {description: "ok"}}
components:
  schemas:
    M: {type: object, description: "One.\n\n    evil()", properties: {type: {type: string}}}
"##;

fn generate(templates: Templates) -> Result<Generated, Diagnostics> {
    let source = Source::new("openapi.yaml", DOCUMENT).with_templates(templates);
    // Without a copy of the runtime, which takes most of the time.
    let options = Options {
        runtime: RuntimeSource::Version("1".to_owned()),
        ..Options::new("case")
    };
    crate::generate(&source, &options)
}

/// Returns a file that the templates generate.
fn file(name: &str, text: &str, path: &str) -> String {
    let generated =
        generate(Templates::default().with(name, text)).unwrap_or_else(|it| panic!("{it}"));
    let text = generated
        .tree
        .get(path)
        .unwrap_or_else(|| panic!("no {path}"));
    text.to_owned()
}

/// Returns the code that a template for the crate generates, without the header.
fn rust(text: &str) -> String {
    let text = file("src/ext/x.rs.jinja", text, "src/ext/x.rs");
    text.split_once("\n\n")
        .map_or("", |(_, code)| code)
        .to_owned()
}

fn markdown(text: &str) -> String {
    let text = file("docs/ext/x.md.jinja", text, "docs/ext/x.md");
    text.split_once("\n\n")
        .map_or("", |(_, text)| text)
        .to_owned()
}

/// Returns the errors of a template.
fn refused(name: &str, text: &str) -> String {
    match generate(Templates::default().with(name, text)) {
        Ok(_) => panic!("{text} is accepted"),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

fn refused_code(text: &str) -> String {
    refused("src/ext/x.rs.jinja", text)
}

#[test]
fn a_text_is_a_literal_in_code() {
    assert_eq!(
        rust("pub const T: &str = {{ client.title }};"),
        "pub const T: &str = \"T\\\"; evil(); \\\"\";\n"
    );
    assert_eq!(
        rust("pub const T: &str = {{ client.groups[0].method ~ '_x\"' }};"),
        "pub const T: &str = \"x_x\\\"\";\n"
    );
}

#[test]
fn names_types_and_numbers_print_themselves() {
    assert_eq!(
        rust(
            "pub type {{ client.models[0].ident }} = {{ client.models[0].type }};\npub const N: i32 = {{ 1 + 2 }};"
        ),
        "pub type M = crate::models::M;\n\npub const N: i32 = 3;\n"
    );
}

#[test]
fn filters_make_identifiers_and_types_of_texts() {
    assert_eq!(
        rust(
            "fn {{ (client.groups[0].method ~ '_cli')|ident }}({{ 'type'|ident }}: {{ 'Vec<&[(String, u8)]>'|type }}) {}\n\
              struct {{ client.title|camel }};\nconst {{ 'a-b'|shouting }}: &str = {{ 'someName'|kebab }};"
        ),
        "fn x_cli(r#type: Vec<&[(String, u8)]>) {}\n\nstruct TEvil;\n\nconst A_B: &str = \"some-name\";\n"
    );
}

#[test]
fn a_text_that_is_no_identifier_or_type_is_refused() {
    let error = refused_code("fn {{ client.title|ident }}() {}");
    assert!(error.contains("src/ext/x.rs.jinja:1:"), "{error}");
    assert!(error.contains("isn't an identifier"), "{error}");
    for ty in [
        "[u8; { evil() }]",
        "evil!()",
        "u8 = evil()",
        "Vec<{ evil() }>",
        "<T as X>::Y",
    ] {
        let error = refused_code(&format!("type X = {{{{ '{ty}'|type }}}};"));
        assert!(
            error.contains("isn't a type made of paths"),
            "{ty}: {error}"
        );
    }
}

#[test]
fn a_value_in_a_string_a_comment_or_a_word_is_refused() {
    for text in [
        "const X: &str = \"{{ client.title }}\";",
        "const X: &str = r#\"{{ client.title }}\"#;",
        "const X: &str = \"\n{{ client.title }}\n\";",
        "/* {{ client.title }} */",
        "// {{ client.title }}",
        "fn a_{{ client.groups[0].ident }}() {}",
        "fn {{ client.groups[0].ident }}{{ client.groups[0].ident }}() {}",
        "const X: &str = \"{{ client.models[0].docs }}\";",
        "/** {{ client.title }} */ fn x() {}",
        "fn x<'{{ '\\'; evil(); //' }}>() {}",
        "const X: &str = {{ client.groups[0].method }}\"a\";",
        "const X: &str = r#{{ client.title }};",
        "const X: u8 = b{{ client.title }};",
    ] {
        let error = refused_code(text);
        assert!(
            error.contains("inside a string, a comment or a word"),
            "{text}: {error}"
        );
    }
}

#[test]
fn no_filter_makes_a_text_safe() {
    let error = refused_code("{{ client.title|safe }}");
    assert!(error.contains("filter"), "{error}");
    for text in [
        "{% autoescape false %}const X: &str = {{ client.title }};{% endautoescape %}",
        "{% set x %}{{ client.title }}{% endset %}const X: &str = {{ x }};",
        "{% macro m(t) %}{{ t }}{% endmacro %}const X: &str = {{ m(client.title) }};",
        "const X: &str = {{ client.title|escape }};",
    ] {
        assert_eq!(
            rust(text),
            "const X: &str = \"T\\\"; evil(); \\\"\";\n",
            "{text}"
        );
    }
}

#[test]
fn a_mark_that_was_changed_is_refused() {
    let error = refused_code(
        "{% set x %}{{ client.title }}{% endset %}const X: &str = {{ x|replace('Q', '') }};",
    );
    assert!(error.contains("reserved for marks"), "{error}");
}

#[test]
fn documentation_has_values_that_cannot_change_it() {
    let code = rust(
        "/// Title: {{ client.title }}, `{{ client.title }}`.\n///\n/// {{ client.groups[0].operations[0].docs }}\n///\n\
         /// ```\n/// let x = {{ client.title }};\n/// ```\npub struct X;\n\n{{ client.models[0].docs }}\npub struct Y;",
    );
    assert!(
        code.contains("/// Title: T\"; evil(); \", `T\"; evil(); \"`.\n"),
        "{code}"
    );
    assert!(
        code.contains("/// let x = \"T\\\"; evil(); \\\"\";\n"),
        "{code}"
    );
    assert!(
        code.contains("/// ```text\n/// evil()\n/// ```\npub struct Y;"),
        "{code}"
    );
    assert!(!code.contains("<b>"), "{code}");
}

#[test]
fn markdown_has_values_that_cannot_change_it() {
    let text = markdown(
        "# {{ client.title }}\n\n{{ client.groups[0].operations[0].summary }}\n\n| a |\n| --- |\n| {{ 'x|y' }} `{{ 'x|y' }}` |\n\n\
         ```\n{{ 'a`\n```\nevil()' }}\n```\n\n[{{ client.groups[0].ident }}](docs/{{ client.groups[0].ident }}.md)\n\n  {{ client.models[0].docs }}\n",
    );
    assert!(text.contains("| x\\|y `x\\|y` |"), "{text}");
    assert!(text.contains("\"a`\\n```\\nevil()\""), "{text}");
    assert!(text.contains("[XApi](docs/XApi.md)"), "{text}");
    assert!(!text.contains("<b>"), "{text}");
    let error = refused(
        "docs/ext/x.md.jinja",
        "A paragraph.\n      {{ client.models[0].docs }}\n",
    );
    assert!(error.contains("would become a block of code"), "{error}");
    let error = refused(
        "docs/ext/x.md.jinja",
        "<div title=\"{{ client.title }}\">x</div>",
    );
    assert!(error.contains("printed in HTML"), "{error}");
    let error = refused("docs/ext/x.md.jinja", "[a]({{ client.title }})");
    assert!(error.contains("the target of a link"), "{error}");
}

#[test]
fn errors_name_the_template_the_line_and_the_value() {
    let error = refused_code("struct A;\n\nconst P: &str = {{ client.titel }};");
    assert!(
        error.starts_with("src/ext/x.rs.jinja:3:20: error: the value `client.titel` doesn't exist"),
        "{error}"
    );
    let error = refused(
        "operation.impl.jinja",
        "{% if operation.pth == 1 %}{% endif %}\n",
    );
    assert!(error.contains("operation.impl.jinja:1:"), "{error}");
    assert!(error.contains("operation.pth"), "{error}");
    assert!(error.contains("(#/paths/~1a~1b/get)"), "{error}");
    let error = refused_code("struct A;\n{% for x in %}\n");
    assert!(error.starts_with("src/ext/x.rs.jinja:2:"), "{error}");
    let error = refused_code(
        "struct A;\n{% for group in client.groups %}\n{{ group.description }}\n{% endfor %}",
    );
    assert!(error.starts_with("src/ext/x.rs.jinja:3:"), "{error}");
    assert!(error.contains("the value is null"), "{error}");
}

#[test]
fn code_that_does_not_parse_is_located_in_the_template() {
    let error = refused_code(
        "struct A;\n{% for group in client.groups %}\nconst X: = {{ group.tag }};\n{% endfor %}",
    );
    assert!(error.starts_with("src/ext/x.rs.jinja:3:"), "{error}");
    assert!(
        error.contains("the generated line is: const X: = \"x\";"),
        "{error}"
    );
    let error = refused_code("struct A;\nfn x( {\n");
    assert!(error.contains("isn't Rust"), "{error}");
    let error = refused("model.impl.jinja", "#![allow(x)]\n");
    assert!(error.contains("print items only"), "{error}");
    let error = refused("model.attributes.jinja", "#[x]\nstruct Y;\n");
    assert!(error.contains("more than attributes"), "{error}");
}

#[test]
fn an_included_template_is_named_in_its_errors() {
    let templates = Templates::default()
        .with(
            "src/ext/x.rs.jinja",
            "struct A;\n{% include '_part.jinja' %}\n",
        )
        .with("_part.jinja", "\n{{ nothing }}\n");
    let error = generate(templates)
        .expect_err("the value is missing")
        .to_string();
    assert!(error.starts_with("_part.jinja:2:"), "{error}");
    let error = refused_code("{% include '../secret' %}");
    assert!(error.contains("src/ext/x.rs.jinja:1:"), "{error}");
}

#[test]
fn an_endless_template_ends() {
    let error = refused_code("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}");
    assert!(error.contains("recursion"), "{error}");
    let error = refused_code(
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    );
    assert!(
        error.contains("the template takes too many steps"),
        "{error}"
    );
    let error = refused_code("{{ 'x' * 99999999999 }}");
    assert!(error.contains("src/ext/x.rs.jinja:1:"), "{error}");
}

#[test]
fn a_path_outside_of_the_places_or_taken_is_refused() {
    for name in [
        "src/lib.rs.jinja",
        "src/ext/../lib.rs.jinja",
        "../x.rs.jinja",
        "Cargo.toml.jinja",
    ] {
        let error = refused(name, "struct A;");
        assert!(
            error.contains("neither a slot nor a file"),
            "{name}: {error}"
        );
    }
    for (name, message) in [
        ("src/ext/mod.rs.jinja", "is reserved for the declarations"),
        ("src/ext/aux.rs.jinja", "device on Windows"),
        ("src/ext/a-b.rs.jinja", "can't be the name of a module"),
        ("src/ext/self.rs.jinja", "can't be the name of a module"),
    ] {
        let error = refused(name, "struct A;");
        assert!(error.contains(message), "{name}: {error}");
    }
    let templates = Templates::default()
        .with("src/ext/{group}.rs.jinja", "struct A;")
        .with("src/ext/X.rs.jinja", "struct B;");
    let error = generate(templates)
        .expect_err("the paths collide")
        .to_string();
    assert!(
        error.contains("`src/ext/X.rs.jinja` generates `src/ext/x.rs`, too"),
        "{error}"
    );
}

#[test]
fn a_file_that_a_template_leaves_empty_is_not_generated() {
    let generated = generate(Templates::default().with("src/ext/{model}.rs.jinja", "\n"));
    let generated = generated.unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(generated.tree.get("src/ext/mod.rs"), None);
    assert!(
        !generated
            .tree
            .get("src/lib.rs")
            .unwrap()
            .contains("pub mod ext")
    );
}
