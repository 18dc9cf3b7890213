//! The program that calls a client: a fixed part, and a function for each operation, which reads its
//! arguments from JSON.

use std::fmt::Write as _;

use wiretrue_codegen::Generated;
use wiretrue_codegen::ir::{GroupId, OperationId, SchemeKind};
use wiretrue_codegen::view::{ArmKind, ArmView, Content, OutputKind};

use super::cases::Cases;

const FIXED: &str = include_str!("../assets/caller.rs");
/// The additional part for clients with streams of events.
const EVENTS: &str = include_str!("../assets/events.rs");

/// Returns the source of the program. `library` is the crate name of the client.
pub fn program(made: &Generated, cases: &Cases, library: &str) -> String {
    let mut text = FIXED.to_owned();
    let mut functions = vec![String::new(); made.api.operations.len()];
    let apis = made
        .views
        .files
        .iter()
        .filter_map(|file| match &file.content {
            Content::Api(view) => Some(view),
            _ => None,
        });
    for (group, view) in apis.enumerate() {
        let accessor = &made.names.group(GroupId(group)).accessor;
        for (index, planned) in made.api.operations.iter().enumerate() {
            let call = &made.names.operation(OperationId(index)).call;
            let mut views = view.operations.iter();
            let Some(operation) = views
                .find(|it| it.call == *call)
                .filter(|_| planned.group == GroupId(group))
            else {
                continue;
            };
            let code = &mut functions[index];
            let _ = writeln!(
                code,
                "fn operation_{index}(client: &Client, url: &str, given: &mut Given) -> Result<Sent, String> {{"
            );
            let _ = writeln!(
                code,
                "    let call = client.{accessor}().{}(",
                operation.method
            );
            for input in operation.arguments() {
                let (ty, convert) = read_as(input.ty.as_str());
                let _ = writeln!(
                    code,
                    "        take::<{ty}>(given, {:?})?{convert},",
                    input.ident.as_str()
                );
            }
            code.push_str("    );\n");
            for input in operation.setters() {
                let (ty, convert) = read_as(input.ty.as_str());
                let _ = writeln!(
                    code,
                    "    let call = match maybe::<{ty}>(given, {:?})? {{ Some(value) => call.{}(value{convert}), None => call }};",
                    input.ident.as_str(),
                    input.ident
                );
            }
            code.push_str("    let call = call.options(|options| options.base_url(url));\n");
            let sent = match events_in(&operation.arms) {
                Some(read) => format!("sent_events(call, {read})"),
                None if is_json(&operation.arms) => "sent_json(call)".to_owned(),
                None => "sent(call)".to_owned(),
            };
            let _ = writeln!(code, "    Ok({sent})\n}}\n");
        }
    }
    if functions.iter().any(|it| it.contains("sent_events(")) {
        text.push('\n');
        text.push_str(EVENTS);
    }
    text.push('\n');
    text.extend(functions);
    text.push_str("const OPERATIONS: &[Start] = &[\n");
    for index in 0..made.api.operations.len() {
        let _ = writeln!(text, "    operation_{index},");
    }
    text.push_str("];\n\nconst TYPES: &[RoundTrip] = &[\n");
    for ty in &cases.types {
        let _ = writeln!(text, "    round_trip::<{}>,", outside(ty));
    }
    text.push_str("];\n\nconst ERROR_BODIES: &[ErrorBody] = &[\n");
    for ty in &cases.error_types {
        let _ = writeln!(text, "    error_body::<{}>,", outside(ty));
    }
    text.push_str("];\n\n");
    text.push_str(&connect(made));
    if !made.api.types.is_empty() {
        text.push_str("\nuse client::models;\n");
    }
    let _ = writeln!(text, "use {library} as client;");
    text
}

/// Returns whether the output of a call is one JSON document, or none.
fn is_json(arms: &[ArmView]) -> bool {
    let is_json = |arm: &ArmView| match arm.output {
        OutputKind::Body => arm.body == ArmKind::Json,
        OutputKind::Optional => matches!(arm.body, ArmKind::Json | ArmKind::Empty),
        OutputKind::Unit | OutputKind::Variant { .. } => false,
    };
    !arms.is_empty() && arms.iter().all(is_json)
}

/// Returns an expression that reads the stream in the output of a call, or `None` if it has none.
fn events_in(arms: &[ArmView]) -> Option<String> {
    let streams = arms.iter().filter_map(|arm| match arm.body {
        ArmKind::Events | ArmKind::TextEvents | ArmKind::AllTextEvents => Some((arm, "all_events")),
        ArmKind::JsonStream => Some((arm, "all_items")),
        ArmKind::Empty | ArmKind::Json | ArmKind::Text | ArmKind::Bytes => None,
    });
    let mut variants = Vec::new();
    for (arm, read) in streams {
        match &arm.output {
            OutputKind::Unit => {}
            OutputKind::Body => return Some(read.to_owned()),
            OutputKind::Optional => {
                return Some(format!("|output| output.map_or_else(no_events, {read})"));
            }
            OutputKind::Variant { output, variant } => variants.push(format!(
                "client::apis::{output}::{variant}(stream) => {read}(stream)"
            )),
        }
    }
    (!variants.is_empty()).then(|| {
        format!(
            "|output| match output {{ {}, _ => no_events() }}",
            variants.join(", ")
        )
    })
}

/// Returns the type as which an argument is read, and the conversion to its type: bytes and files are
/// read as text.
fn read_as(ty: &str) -> (String, &'static str) {
    match ty {
        "crate::runtime::codegen::Upload"
        | "crate::runtime::codegen::FilePart"
        | "crate::runtime::codegen::FileList" => ("String".to_owned(), ".into_bytes()"),
        "std::collections::BTreeMap<String, crate::runtime::codegen::FilePart>"
        | "std::collections::BTreeMap<String, crate::runtime::codegen::FileList>" => (
            "std::collections::BTreeMap<String, String>".to_owned(),
            ".into_iter().map(|(name, text)| (name, text.into_bytes().into())).collect()",
        ),
        "std::collections::BTreeMap<String, Vec<crate::runtime::codegen::FilePart>>" => (
            "std::collections::BTreeMap<String, Vec<String>>".to_owned(),
            ".into_iter().map(|(name, texts)| (name, texts.into_iter().map(|it| it.into_bytes().into()).collect())).collect()",
        ),
        "Vec<crate::runtime::codegen::FilePart>" => (
            "Vec<String>".to_owned(),
            ".into_iter().map(String::into_bytes)",
        ),
        ty => (outside(ty), ""),
    }
}

/// Returns the path of a client's type from another crate.
fn outside(ty: &str) -> String {
    ty.replace("crate::runtime::", "client::runtime::")
}

/// Returns the function that creates a client with credentials for all schemes.
fn connect(made: &Generated) -> String {
    let mut code = "fn connect(base: &str) -> Result<Client, Error> {\n    Client::builder()\n        .base_url(base)\n        .retry(client::RetryPolicy::never())\n".to_owned();
    for (index, scheme) in made.api.schemes.iter().enumerate() {
        let setter = made.names.scheme(wiretrue_codegen::ir::SchemeId(index));
        let arguments = match &scheme.kind {
            SchemeKind::Basic => "\"user\", \"password\"",
            SchemeKind::Bearer => "\"token\"",
            SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => {
                "\"key\""
            }
            SchemeKind::Authorization(_) => "\"credentials\"",
        };
        let _ = writeln!(code, "        .{setter}({arguments})");
    }
    code + "        .build()\n}\n"
}
