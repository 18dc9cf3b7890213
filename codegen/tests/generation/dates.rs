//! Tests of the option `dates`.

use wiretrue_codegen::options::{DateCrate, RuntimeSource};
use wiretrue_codegen::{Diagnostics, Generated, Options, Source};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: T, version: '1'}
servers: [{url: 'https://stays.example'}]
paths: {}
components:
  schemas:
    Stay:
      type: object
      properties:
        paid: {type: string, format: date-time}
    Span:
      type: object
      properties:
        from: {type: string, format: date}
";

fn try_generate(options: &str) -> Result<Generated, Box<Diagnostics>> {
    let text = format!("package = \"stays\"\ntypes-only = true\n{options}");
    let options: Options = toml::from_str(&text).expect("options");
    wiretrue_codegen::generate(&Source::new("stays.yaml", DOCUMENT), &options).map_err(Box::new)
}

fn generated(options: &str) -> Generated {
    try_generate(options).unwrap_or_else(|refused| panic!("{refused}"))
}

fn file<'a>(generated: &'a Generated, path: &str) -> &'a str {
    let file = generated.tree.get(path);
    file.unwrap_or_else(|| panic!("{path} is missing"))
}

#[test]
fn a_client_depends_on_the_chosen_crate_alone() {
    for (options, chosen, other) in [
        ("", "chrono", "jiff"),
        ("dates = \"chrono\"", "chrono", "jiff"),
        ("dates = \"jiff\"", "jiff", "chrono"),
    ] {
        let generated = generated(options);
        let manifest = file(&generated, "Cargo.toml");
        assert!(manifest.contains(&format!("\n{chosen} = ")), "{manifest}");
        assert!(!manifest.contains(other), "{manifest}");
        let module = |name: &str| format!("src/runtime/wire/date/{name}.rs");
        assert!(generated.tree.get(&module(chosen)).is_some());
        assert!(generated.tree.get(&module(other)).is_none());
        for (path, text) in generated.tree.iter() {
            assert!(!text.contains(&format!("{other}::")), "{path}");
        }
    }
}

#[test]
fn a_client_with_its_runtime_as_a_dependency_turns_the_feature_on() {
    let options = Options {
        dates: DateCrate::Jiff,
        runtime: RuntimeSource::Version("0.1".to_owned()),
        ..Options::new("stays")
    };
    let source = Source::new("stays.yaml", DOCUMENT);
    let generated = wiretrue_codegen::generate(
        &source,
        &Options {
            types_only: true,
            ..options
        },
    );
    let generated = generated.unwrap_or_else(|refused| panic!("{refused}"));
    let manifest = file(&generated, "Cargo.toml");
    assert!(manifest.contains("features = [\"jiff\"]"), "{manifest}");
    assert!(manifest.contains("\njiff = "), "{manifest}");
    assert!(!manifest.contains("chrono"), "{manifest}");
}

#[test]
fn an_instant_of_jiff_is_no_copy() {
    let all = "dates = \"jiff\"\nderive = { \"*\" = [\"Copy\"] }";
    let generated = generated(all);
    assert!(!file(&generated, "src/models/stay.rs").contains("Copy"));
    assert!(file(&generated, "src/models/span.rs").contains("Copy"));
    let one = "derive = { Stay = [\"Copy\"] }";
    assert!(try_generate(one).is_ok());
    let refused = try_generate(&format!("dates = \"jiff\"\n{one}"));
    let refused = refused.map(|_| ()).expect_err("a refusal").to_string();
    assert!(refused.contains("dates with times of jiff"), "{refused}");
}

#[test]
fn another_crate_is_refused() {
    let refused = toml::from_str::<Options>("package = \"stays\"\ndates = \"time\"");
    let refused = refused.expect_err("a refusal").to_string();
    assert!(refused.contains("`chrono` or `jiff`"), "{refused}");
}
