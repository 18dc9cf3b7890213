//! Tests that no name of a document collides with a name that the generated files use.
//!
//! The names to avoid are read from generated files: the items and methods that are generated from a
//! document with neutral names become the names of a second document.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use wiretrue_codegen::{Options, Source};

/// Returns a document whose operations use every feature of calls, with `extra` as parameters.
fn document(operations: &[String], schemas: &[String], extra: &[String]) -> String {
    let parameters: String = extra
        .iter()
        .map(|name| format!("        - {{name: {name}, in: query, schema: {{type: string}}}}\n"))
        .collect();
    let mut text = String::from("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n");
    for id in operations {
        text.push_str(&format!(
            "  /{id}/list:
    get:
      operationId: {id}
      tags: [zz]
      x-pagination: {{style: offset, parameter: zz_skip}}
      parameters:
        - {{name: zz_skip, in: query, schema: {{type: integer}}}}
        - {{name: zz_json, in: query, content: {{application/json: {{schema: {{}}}}}}}}
{parameters}      responses:
        '200': {{description: ok, content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Zz'}}}}}}}}}}
  /{id}/file:
    get:
      operationId: {id}_file
      tags: [zz]
      parameters:
        - {{name: zz_skip, in: query, schema: {{type: integer}}}}
{parameters}      responses: {{'200': {{description: ok, content: {{application/octet-stream: {{}}}}}}}}
  /{id}/events:
    post:
      operationId: {id}_events
      tags: [zz]
      requestBody: {{content: {{multipart/form-data: {{schema: {{type: object, properties: {{zz_file: {{type: string, format: binary}}}}}}}}}}}}
      responses:
        '200': {{description: ok, content: {{text/event-stream: {{schema: {{type: string}}}}}}}}
        '202': {{description: later, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Zz'}}}}}}}}
"
        ));
    }
    text.push_str("components:\n  schemas:\n");
    for name in schemas {
        text.push_str(&format!(
            "    {name}:
      type: object
      required: [zz_id]
      properties:
        zz_id: {{type: string}}
        zz_tags: {{type: array, items: {{type: string}}}}
        zz_one: {{oneOf: [{{type: string}}, {{type: integer}}]}}
        zz_kind: {{type: string, enum: [zz_a, zz_b]}}
        zz_rank: {{type: integer, enum: [1, 2]}}
        zz_rate: {{type: number, enum: [0.5, 1.5]}}
        zz_rows: {{type: array, items: {{$ref: '#/components/schemas/{name}/properties/zz_rows'}}}}
"
        ));
    }
    text
}

/// Returns the generated files of a folder, and the file of the runtime with the methods of all calls.
fn files(document: &str, folder: &str) -> (Vec<String>, String) {
    let source = Source::new("openapi.yaml", document);
    let generated = wiretrue_codegen::generate(&source, &Options::new("client"))
        .unwrap_or_else(|refused| panic!("{refused}"));
    let texts = |wanted: &dyn Fn(&str, &str) -> bool| -> Vec<String> {
        let files = generated.tree.iter();
        let wanted = files.filter(|(path, text)| wanted(path, text));
        wanted.map(|(_, text)| text.to_owned()).collect()
    };
    let own = texts(&|path, _| path.starts_with(folder) && !path.ends_with("mod.rs"));
    let common = texts(&|_, text| text.contains("macro_rules! __operation "));
    (own, common.concat())
}

/// Returns the names of the file's own items, and the first segments of all paths in it.
fn names(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let file = syn::parse_file(text).expect("Rust");
    let own = file.items.iter().filter_map(|item| match item {
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    });
    let variants = file.items.iter().filter_map(|item| match item {
        syn::Item::Enum(item) => Some(item.variants.iter().map(|it| it.ident.to_string())),
        _ => None,
    });
    let variants: BTreeSet<String> = variants.flatten().collect();
    let mut used = BTreeSet::new();
    collect(text.parse().expect("tokens"), &mut used);
    let is_type = |it: &String| it.starts_with(|c: char| c.is_ascii_uppercase());
    used.retain(|it| is_type(it) && !variants.contains(it));
    (own.collect(), used)
}

/// Collects every identifier that doesn't follow `::` or `.`.
fn collect(tokens: TokenStream, used: &mut BTreeSet<String>) {
    let mut before = ' ';
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            // The names in an attribute are in another namespace.
            TokenTree::Group(_) if before == '#' => before = ' ',
            TokenTree::Group(group) => {
                collect(group.stream(), used);
                before = ' ';
            }
            TokenTree::Ident(ident) => {
                // `Item = T` names an associated type.
                let next = tokens.peek();
                let is_bound = matches!(next, Some(TokenTree::Punct(it)) if it.as_char() == '=');
                if !matches!(before, ':' | '.') && !is_bound {
                    used.insert(ident.to_string());
                }
                // An associated type is used with its trait.
                before = if ident == "type" { '.' } else { ' ' };
            }
            TokenTree::Punct(punct) => {
                // `name: Type` isn't a path.
                let joint = punct.spacing() == proc_macro2::Spacing::Joint;
                before = match (punct.as_char(), before) {
                    (':', 'j') => ':',
                    (':', _) if joint => 'j',
                    (it @ ('.' | '#'), _) => it,
                    _ => ' ',
                };
            }
            TokenTree::Literal(_) => before = ' ',
        }
    }
}

fn is_neutral(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("zz")
}

/// The types and traits of the prelude, which macros must not name in files of others.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Returns the names of the prelude that the macros in some files of the runtime use without a path. Such
/// a name is looked up in the file that calls the macro.
fn used_by_macros(files: &[String]) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for text in files {
        for item in syn::parse_file(text).expect("Rust").items {
            if let syn::Item::Macro(item) = item {
                collect(item.mac.tokens, &mut used);
            }
        }
    }
    used.retain(|it| PRELUDE.contains(&it.as_str()));
    used
}

/// Returns the names that the generated files of a folder use, and the macros that they call, without
/// those of the document.
fn used_in(folder: &str) -> Vec<String> {
    let neutral = document(&["zz".to_owned()], &["Zz".to_owned()], &[]);
    let (own, _) = files(&neutral, folder);
    let macros = match folder {
        "src/apis/" => "src/runtime/call/",
        _ => "src/runtime/model/",
    };
    let (macros, _) = files(&neutral, macros);
    let all = own.iter().flat_map(|text| names(text).1);
    let all = all.chain(used_by_macros(&macros));
    let mut used: Vec<String> = all.filter(|name| !is_neutral(name)).collect();
    used.sort();
    used.dedup();
    assert!(used.contains(&"String".to_owned()), "{used:?}");
    used
}

/// Returns the public methods, by `pub fn` in the text.
fn methods(text: &str) -> Vec<String> {
    let rest = text.split("pub fn ").chain(text.split("pub async fn "));
    let name = |rest: &str| -> String {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        rest[..end.unwrap_or(rest.len())].to_owned()
    };
    rest.skip(1).map(name).filter(|it| !it.is_empty()).collect()
}

#[test]
fn an_operation_may_have_the_name_of_any_item_that_its_file_uses() {
    let used = used_in("src/apis/");
    let (files, _) = files(&document(&used, &["Zz".to_owned()], &[]), "src/apis/");
    for text in files {
        let (own, _) = names(&text);
        let taken: Vec<_> = own.iter().filter(|it| used.contains(it)).collect();
        assert!(taken.is_empty(), "{taken:?}");
    }
}

#[test]
fn a_schema_may_have_the_name_of_any_item_that_a_model_uses() {
    let used = used_in("src/models/");
    let schemas: Vec<String> = used.iter().cloned().chain(["Zz".to_owned()]).collect();
    let (files, _) = files(&document(&["zz".to_owned()], &schemas, &[]), "src/models/");
    for text in files {
        let (own, _) = names(&text);
        let taken: Vec<_> = own.iter().filter(|it| used.contains(it)).collect();
        assert!(taken.is_empty(), "{taken:?}");
    }
}

#[test]
fn a_parameter_may_have_the_name_of_any_method_of_a_call() {
    let of = |extra: &[String]| document(&["zz".to_owned()], &["Zz".to_owned()], extra);
    let (neutral, common) = files(&of(&[]), "src/apis/");
    let (_, common) = common
        .split_once("macro_rules! __operation ")
        .expect("the macro");
    let common = methods(common);
    let mut all: Vec<String> = neutral.iter().flat_map(|text| methods(text)).collect();
    all.extend(common.iter().cloned());
    all.retain(|name| !is_neutral(name));
    all.sort();
    all.dedup();
    for known in ["send", "options", "pages", "items", "download"] {
        assert!(all.contains(&known.to_owned()), "{known} of {all:?}");
    }

    let (files, _) = files(&of(&all), "src/apis/");
    for text in files {
        let file = syn::parse_file(&text).expect("Rust");
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for item in &file.items {
            let syn::Item::Impl(block) = item else {
                continue;
            };
            if block.trait_.is_some() {
                continue;
            }
            let ty = quote::ToTokens::to_token_stream(&block.self_ty).to_string();
            let is_call = !ty.ends_with("Api");
            let own = block.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            });
            for name in own {
                assert!(
                    !is_call || !common.contains(&name),
                    "{ty} has two methods `{name}`"
                );
                assert!(
                    seen.insert((ty.clone(), name.clone())),
                    "{ty} has two methods `{name}`"
                );
            }
        }
    }
}

#[test]
fn a_tag_and_an_operation_may_have_names_that_lints_reject() {
    let text = document(&["self".to_owned()], &["Zz".to_owned()], &[]).replace("[zz]", "[new]");
    let (apis, _) = files(&text, "src/apis/");
    assert!(
        apis.iter().any(|text| text.contains("pub struct SelfCall")),
        "`Self_` with a suffix isn't in camel case"
    );
    let (client, _) = files(&text, "src/client.rs");
    assert!(client[0].contains("pub fn new_api(&self)"));
}
