//! Names of operations: calls, methods, inputs, outputs.

use super::case::{Case, Spelling, identifier};
use super::scope::{Candidate, Matching, RustIdent, Scope};
use super::{GroupNames, OperationNames, Renames, STD_METHODS, from_wire};
use crate::ir::{
    Alternative, Api, Body, Direction, Input, InputKind, InputRef, Operation, OperationId,
    Response, ResponseKind, Status,
};
use crate::pagination::Pagination;

/// The names that files of API groups use: imports and the prelude. `tests/generation/reserved.rs` checks
/// that none is missing.
pub(crate) const CALL_RESERVED: &[&str] = &[
    "Advance",
    "Api",
    "AsRef",
    "Box",
    "Call",
    "CallOptions",
    "Client",
    "ClientCore",
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
    "JsonStream",
    "Meta",
    "Method",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Paged",
    "Pages",
    "PartHeaders",
    "RawResponse",
    "Response",
    "Result",
    "Self_",
    "Send",
    "Some",
    "String",
    "Style",
    "Sync",
    "Vec",
];

/// The methods of every call, which the setters of its inputs must not collide with.
const INPUT_RESERVED: &[&str] = &[
    "call",
    "encoded",
    "exchange",
    "into_future",
    "maybe",
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

/// The additional methods of a paginated call.
const PAGES_RESERVED: &[&str] = &["items", "pages"];

/// The additional methods of a call whose response is bytes or text.
const DOWNLOAD_RESERVED: &[&str] = &["download", "save_blocking"];

pub(super) fn operations(
    api: &Api,
    pagination: &Pagination,
    groups: &[GroupNames],
    renames: &Renames,
) -> Vec<OperationNames> {
    let calls: Vec<_> = api
        .operations
        .iter()
        .enumerate()
        .map(|(index, it)| {
            call(
                it,
                renames.of_operation(OperationId(index)),
                Case::Camel,
                "Call",
            )
        })
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
    let methods = methods(api, renames);
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
            OperationNames {
                call,
                method,
                output,
                inputs: inputs(operation, &methods),
                media_types: media_types(operation),
                variants: output_variants(operation),
            }
        })
        .collect()
}

/// Returns the candidate for a call. It is named after its operation, or as the options choose; an alternative call is also named
/// after its media type. If alternative calls in both directions want the same name, that for the request
/// body has precedence.
fn call(operation: &Operation, chosen: Option<&str>, case: Case, suffix: &str) -> Candidate {
    let id = chosen.unwrap_or(&operation.id);
    let Some(Alternative {
        direction,
        media_type,
        ..
    }) = &operation.alternative
    else {
        return from_wire(id, "operation", case, "", suffix).chosen(chosen.is_some());
    };
    let word = media_word(media_type);
    let named = |wire: String| identifier(&wire, "operation", case, Spelling::Plain);
    let plain = named(format!("{id} {word}"));
    let (priority, longer) = match direction {
        Direction::Request => (1, format!("{id} with {word}")),
        Direction::Response => (2, format!("{id} as {word}")),
    };
    Candidate {
        priority,
        key: format!("{id} {media_type}"),
        forms: vec![plain, named(longer)],
    }
}

/// Names the constants for the media types that a call may choose from. A call has one more constant,
/// `META` of its trait.
fn media_types(operation: &Operation) -> Vec<RustIdent> {
    let named = operation.body.iter().flat_map(Body::named_media_types);
    let constant = |text: &str| identifier(text, "media type", Case::Shouting, Spelling::Plain);
    let candidates: Vec<Candidate> = named
        .map(|media_type| {
            let essence = media_type.split(';').next().unwrap_or_default();
            Candidate {
                priority: 0,
                key: media_type.to_owned(),
                forms: vec![
                    constant(&media_word(media_type)),
                    constant(essence),
                    constant(media_type),
                ],
            }
        })
        .collect();
    Scope::new(Matching::Exact, &["META"]).assign(&candidates)
}

/// Returns the common name of a media type.
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

/// Names the methods of all operations. Each group has its own scope.
fn methods(api: &Api, renames: &Renames) -> Vec<RustIdent> {
    let mut methods: Vec<Option<RustIdent>> = vec![None; api.operations.len()];
    for group in 0..api.groups.len() {
        let members: Vec<usize> = (0..api.operations.len())
            .filter(|&index| api.operations[index].group.0 == group)
            .collect();
        let candidates: Vec<_> = members
            .iter()
            .map(|&index| {
                let chosen = renames.of_operation(OperationId(index));
                call(&api.operations[index], chosen, Case::Snake, "_call")
            })
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

/// Names the inputs of an operation, which share one scope. If several inputs want the same name, a whole
/// body has precedence over the path, the form, the query, and the rest, in this order. The others get the
/// name of their location as a prefix.
fn inputs(operation: &Operation, methods: &[&'static str]) -> Vec<RustIdent> {
    let candidate = |it: InputRef<'_>| match it.kind {
        InputKind::Body(_) => fixed(0, "body", &["body"]),
        InputKind::Path(input) => named(1, input, "path_"),
        InputKind::Form(input) => named(2, input, "form_"),
        InputKind::Part(part) => named(2, &part.input, "form_"),
        InputKind::Query(input) => named(3, input, "query_"),
        InputKind::Header(input) => named(4, input, "header_"),
        InputKind::Cookie(input) => named(5, input, "cookie_"),
        InputKind::MediaType(_) => fixed(6, "Content-Type", &["content_type", "body_content_type"]),
        InputKind::Additional(_) => fixed(7, "", &["additional_fields", "body_additional_fields"]),
    };
    let candidates: Vec<Candidate> = operation.inputs().map(candidate).collect();
    let reserved = [INPUT_RESERVED, STD_METHODS, methods].concat();
    Scope::new(Matching::Exact, &reserved).assign(&candidates)
}

/// Returns the candidate for an input with a wire name.
fn named(priority: i8, input: &Input, prefix: &str) -> Candidate {
    Candidate {
        priority,
        ..from_wire(&input.name, "parameter", Case::Snake, prefix, "")
    }
}

/// Returns the candidate for an input without a wire name.
fn fixed(priority: i8, key: &str, forms: &[&str]) -> Candidate {
    Candidate {
        priority,
        key: key.to_owned(),
        forms: forms.iter().map(|&form| form.to_owned()).collect(),
    }
}

/// Names each variant after the reason phrase of its status, or after its number if there is none.
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

/// Returns the reason phrase of a success (RFC 9110, section 15).
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
