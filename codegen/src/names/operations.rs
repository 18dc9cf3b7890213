//! Names of operations: calls, methods, inputs, answers.

use super::case::{Case, Spelling, identifier};
use super::scope::{Candidate, Matching, RustIdent, Scope};
use super::{GroupNames, OperationNames, STD_METHODS, from_wire};
use crate::ir::{
    Alternative, Api, Half, Input, Location, Operation, OperationId, Response, ResponseKind, Status,
};
use crate::pagination::Pagination;

/// What `use` brings into the files of API groups, and the prelude.
const CALL_RESERVED: &[&str] = &[
    "Advance",
    "Api",
    "Box",
    "Call",
    "CallOptions",
    "Client",
    "Download",
    "Downloads",
    "Encoder",
    "Encoding",
    "Err",
    "Error",
    "Events",
    "From",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Items",
    "Iterator",
    "Meta",
    "Method",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Paged",
    "Pages",
    "RawResponse",
    "Response",
    "Result",
    "Send",
    "Some",
    "String",
    "Style",
    "Sync",
    "Vec",
];

/// Methods of a call; its inputs become methods beside them.
const INPUT_RESERVED: &[&str] = &[
    "call",
    "encoded",
    "exchange",
    "into_future",
    "meta",
    "new",
    "options",
    "raw",
    "raw_blocking",
    "response",
    "response_blocking",
    "send",
    "send_blocking",
];

/// Methods of a call besides, if the answers come in pages.
const PAGES_RESERVED: &[&str] = &["items", "pages"];

/// Methods of a call besides, if an answer is bytes or text.
const DOWNLOAD_RESERVED: &[&str] = &["download", "save_blocking"];

pub(super) fn operations(
    api: &Api,
    pagination: &Pagination,
    groups: &[GroupNames],
) -> Vec<OperationNames> {
    let calls: Vec<_> = api
        .operations
        .iter()
        .map(|operation| call(operation, Case::Camel, "Call"))
        .collect();
    let mut reserved = CALL_RESERVED.to_vec();
    reserved.extend(groups.iter().map(|group| group.api.as_str()));
    let mut call_scope = Scope::new(Matching::IgnoreCase, &reserved);
    let calls = call_scope.assign(&calls);
    let outputs: Vec<_> = calls
        .iter()
        .map(|call| Candidate {
            priority: 0,
            key: call.to_string(),
            forms: vec![format!("{call}Output")],
        })
        .collect();
    let outputs = call_scope.assign(&outputs);
    let methods = methods(api);
    calls
        .into_iter()
        .zip(outputs)
        .zip(methods)
        .zip(api.operations.iter().enumerate())
        .map(|(((call, output), method), (index, operation))| {
            let mut methods = Vec::new();
            if pagination.of(OperationId(index)).is_some() {
                methods.extend(PAGES_RESERVED);
            }
            let is_download =
                |it: &Response| matches!(it.kind, ResponseKind::Bytes | ResponseKind::Text);
            if operation.responses.iter().any(is_download) {
                methods.extend(DOWNLOAD_RESERVED);
            }
            let (params, form, body, media_type) = inputs(operation, &methods);
            OperationNames {
                call,
                method,
                params,
                form,
                body,
                media_type,
                output,
                outputs: output_variants(operation),
            }
        })
        .collect()
}

/// A call is named after its operation, another call of it after its media type as well. Where both
/// halves have another one by that name, what is sent goes first.
fn call(operation: &Operation, case: Case, suffix: &str) -> Candidate {
    let Some(Alternative {
        half, media_type, ..
    }) = &operation.alternative
    else {
        return from_wire(&operation.id, "operation", case, "", suffix);
    };
    let word = media_word(media_type);
    let named = |wire: String| identifier(&wire, "operation", case, Spelling::Plain);
    let plain = named(format!("{} {word}", operation.id));
    let (priority, longer) = match half {
        Half::Request => (1, format!("{} with {word}", operation.id)),
        Half::Response => (2, format!("{} as {word}", operation.id)),
    };
    Candidate {
        priority,
        key: format!("{} {media_type}", operation.id),
        forms: vec![plain, named(longer)],
    }
}

/// What people call a media type.
fn media_word(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let (main, sub) = essence.split_once('/').unwrap_or(("", essence));
    match (main, sub) {
        (_, "x-www-form-urlencoded") => "form".to_owned(),
        ("multipart", _) => "multipart".to_owned(),
        (_, "octet-stream") | ("*", _) => "bytes".to_owned(),
        ("text", "plain") => "text".to_owned(),
        (main, "*") => main.to_owned(),
        (_, sub) => {
            let sub = sub.strip_prefix("x-").unwrap_or(sub);
            sub.strip_prefix("vnd.").unwrap_or(sub).replace('+', "-")
        }
    }
}

/// The methods of each group are a scope of their own.
fn methods(api: &Api) -> Vec<RustIdent> {
    let mut methods: Vec<Option<RustIdent>> = vec![None; api.operations.len()];
    for group in 0..api.groups.len() {
        let members: Vec<usize> = (0..api.operations.len())
            .filter(|&index| api.operations[index].group.0 == group)
            .collect();
        let candidates: Vec<_> = members
            .iter()
            .map(|&index| call(&api.operations[index], Case::Snake, "_call"))
            .collect();
        let names =
            Scope::new(Matching::Exact, &[STD_METHODS, &["new"]].concat()).assign(&candidates);
        for (index, name) in members.into_iter().zip(names) {
            methods[index] = Some(name);
        }
    }
    let mut rest = Scope::new(Matching::Exact, &[]);
    methods
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            name.unwrap_or_else(|| rest.assign_one("", vec![format!("operation_{index}")]))
        })
        .collect()
}

/// Names of parameters, of form fields, of any other body, and of its media type.
type Inputs = (
    Vec<RustIdent>,
    Vec<RustIdent>,
    Option<RustIdent>,
    Option<RustIdent>,
);

/// Parameters, form fields and body of an operation share one scope. Where two want the same name,
/// the path goes first, then the form, the query, the rest; who loses says where it goes.
fn inputs(operation: &Operation, methods: &[&'static str]) -> Inputs {
    let mut candidates: Vec<Candidate> = Vec::new();
    for param in &operation.params {
        let (priority, prefix) = match param.location {
            Location::Path => (0, "path_"),
            Location::Query => (2, "query_"),
            Location::Header => (3, "header_"),
            Location::Cookie => (4, "cookie_"),
        };
        candidates.push(input(&param.input, priority, prefix));
    }
    let mut has_body = false;
    if let Some(body) = &operation.body {
        match body.kind.fields() {
            Some(fields) => {
                candidates.extend(fields.into_iter().map(|field| input(field, 1, "form_")));
            }
            None => has_body = true,
        }
    }
    let mut reserved = [INPUT_RESERVED, STD_METHODS, methods].concat();
    if has_body {
        reserved.push("body");
    }
    let mut scope = Scope::new(Matching::Exact, &reserved);
    let mut names = scope.assign(&candidates);
    let any_media_type = operation.body.as_ref().filter(|body| body.any_media_type);
    let media_type = any_media_type.map(|_| {
        let forms = vec!["content_type".to_owned(), "body_content_type".to_owned()];
        scope.assign_one("Content-Type", forms)
    });
    let form = names.split_off(operation.params.len());
    let body = has_body
        .then(|| Scope::new(Matching::Exact, &[]).assign_one("body", vec!["body".to_owned()]));
    (names, form, body, media_type)
}

fn input(input: &Input, priority: u8, prefix: &str) -> Candidate {
    Candidate {
        priority,
        ..from_wire(&input.name, "parameter", Case::Snake, prefix, "")
    }
}

/// Variants are named after the status: its reason phrase, or its number.
fn output_variants(operation: &Operation) -> Vec<RustIdent> {
    let candidates: Vec<_> = operation
        .responses
        .iter()
        .map(|response| {
            let text = match response.status {
                Status::Code(code) => match reason(code) {
                    Some(phrase) => phrase.to_owned(),
                    None => format!("Status{code}"),
                },
                Status::Range(digit) => format!("Status{digit}xx"),
                Status::Default => "Default".to_owned(),
            };
            Candidate {
                priority: 0,
                key: text.clone(),
                forms: vec![text],
            }
        })
        .collect();
    Scope::new(Matching::Exact, &[]).assign(&candidates)
}

/// Reason phrases of the answers that a call can end well with (RFC 9110, section 15).
fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritative",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        _ => return None,
    })
}
