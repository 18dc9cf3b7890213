//! The table of all options in `docs/options.md` is that of the code that reads them: the fields of
//! `Options`, with their documentation.
//!
//! `UPDATE_GOLDEN=1 cargo test -p wiretrue-codegen --test generation options_page` updates the page.

use std::fs;
use std::path::Path;

use quote::ToTokens;
use wiretrue_codegen::Options;

const SOURCE: &str = include_str!("../../src/options.rs");
const START: &str = "<!-- options -->\n";
const END: &str = "<!-- /options -->\n";

/// Returns the fields of `Options` in the source that are keys of the manifest.
fn fields() -> Vec<syn::Field> {
    let file = syn::parse_file(SOURCE).expect("Rust");
    let mut items = file.items.into_iter();
    let options = items.find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == "Options" => Some(item),
        _ => None,
    });
    let fields = options.expect("a struct").fields.into_iter();
    fields.filter(|it| !is_skipped(it)).collect()
}

/// Returns whether serde doesn't read a field.
fn is_skipped(field: &syn::Field) -> bool {
    let mut attributes = field.attrs.iter();
    attributes.any(|it| it.to_token_stream().to_string().replace(' ', "") == "#[serde(skip)]")
}

fn key(field: &syn::Field) -> String {
    field
        .ident
        .as_ref()
        .expect("a name")
        .to_string()
        .replace('_', "-")
}

/// Returns the documentation of a field, on one line.
fn documentation(field: &syn::Field) -> String {
    let lines = field
        .attrs
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        });
    lines.collect::<Vec<_>>().join(" ")
}

/// Returns how a value of a type is written in TOML.
fn written(ty: &str) -> &'static str {
    let ty = ty
        .strip_prefix("Option<")
        .and_then(|it| it.strip_suffix('>'))
        .unwrap_or(ty);
    match ty {
        "String" | "RustVersion" | "PageUrl" => "text",
        "bool" => "`true` or `false`",
        "Vec<String>" | "Keywords" | "Categories" => "list of texts",
        "AllowRemote" => "`true` or list of texts",
        "DateCrate" => "`\"chrono\"` or `\"jiff\"`",
        "Layout" => "`\"by-kind\"` or `\"by-group\"`",
        "Codec" => "`\"used\"` or `\"both\"`",
        "RuntimeSource" => "`\"vendored\"`, or table with `path`, `git` or `version`",
        "BTreeMap<String,toml::Value>" | "toml::Table" => "table",
        "BTreeMap<String,String>" | "BTreeMap<String,FormatType>" | "BTreeMap<String,TypePath>" => {
            "table of texts"
        }
        "BTreeMap<String,Vec<DerivePath>>" | "BTreeMap<String,Vec<OuterAttribute>>" => {
            "table of lists"
        }
        "NameOptions" => {
            "table of tables: `models`, `properties`, `operations`, `groups`, `credentials`"
        }
        "Selection" => "table of lists: `tags`, `operations`, `paths`, `webhooks`",
        "WebhookOptions" => "table: `event`, `signature`",
        "DeviceLoginOptions" => "table",
        "Vec<PaginationRule>" => "list of tables",
        "Vec<PaginationPreset>" => "list of texts",
        other => panic!("say here how a value of `{other}` is written"),
    }
}

/// Returns the row of an option.
fn row(field: &syn::Field) -> String {
    let key = key(field);
    let text = documentation(field);
    let (sentence, _) = text
        .split_once(". ")
        .unwrap_or((text.trim_end_matches('.'), ""));
    let default = text.split("Defaults to ").nth(1).map(|rest| {
        let end = rest.find(". ").unwrap_or(rest.trim_end_matches('.').len());
        rest[..end].to_owned()
    });
    let has_default = field.attrs.iter().any(|it| it.path().is_ident("serde"));
    let default = match (has_default, default) {
        (true, Some(default)) => default,
        (true, None) => panic!("the documentation of `{key}` lacks `Defaults to …`"),
        (false, _) => "required".to_owned(),
    };
    let ty = field.ty.to_token_stream().to_string().replace(' ', "");
    format!("| `{key}` | {} | {default} | {sentence} |\n", written(&ty))
}

#[test]
fn the_page_lists_every_option() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/options.md");
    let page = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (before, rest) = page.split_once(START).expect("a mark");
    let (_, after) = rest.split_once(END).expect("a mark");
    let rows: String = fields().iter().map(row).collect();
    let table = format!("| key | value | default | meaning |\n| --- | --- | --- | --- |\n{rows}");
    let expected = format!("{before}{START}\n{table}\n{END}{after}");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert_eq!(page, expected);
    }
}

#[test]
fn the_fields_are_the_keys_that_are_read() {
    let error = toml::from_str::<Options>("package = 'a'\ncolour = 1").expect_err("an error");
    let (_, listed) = error
        .message()
        .split_once("expected one of ")
        .expect("a list");
    let read: Vec<&str> = listed
        .split(", ")
        .map(|key| key.trim().trim_matches('`'))
        .collect();
    assert_eq!(read, fields().iter().map(key).collect::<Vec<_>>());
}
