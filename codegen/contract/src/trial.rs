//! Tests one client: runs its program against the recorder, and compares the results.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};
use wiretrue_codegen::ir::{Encoding, SchemeKind, Style};
use wiretrue_codegen::normalise::is_left_to_http;

use super::Client;
use super::cases::{Call, Example, Expected, NoteKind, Place, Reply};
use super::difference::{Difference, differences, joined};
use super::judge::{OpenapiCore, RequestToValidate, Verdict};
use super::outcomes::{body_fault, has_default};
use super::recorder::{RecordedRequest, Recorder};
use super::sample::Extent;
use super::summary::{ClientSummary, FindingKind};
use super::wire;
use crate::Error;

/// A line of the program's output.
#[derive(Deserialize)]
struct ProgramLine {
    call: Option<usize>,
    example: Option<usize>,
    error: Option<String>,
    value: Option<Value>,
}

/// The outcome of a call or an example in the program.
#[derive(Clone, Default)]
struct Outcome {
    error: Option<String>,
    value: Option<Value>,
}

/// Runs the program of a client in `folder`, and validates its requests and outputs.
pub fn run(
    client: &Client,
    program: &Path,
    folder: &Path,
    judge: &OpenapiCore,
) -> Result<ClientSummary, Error> {
    let cases = &client.cases;
    let recorder = Recorder::start(cases.calls.iter().map(|it| it.reply.clone()).collect())?;
    let (calls, examples) = call(client, program, folder, &recorder.base_url())?;
    let (requests, odd) = recorder.stop();
    fs::write(folder.join("requests.http"), raw(&requests))?;

    let mut summary = ClientSummary::new(&client.name, client.api.operations.len());
    for note in &cases.notes {
        let kind = match note.kind {
            NoteKind::NotCalled => FindingKind::NotCalled,
            NoteKind::NotSet => FindingKind::NotSet,
            NoteKind::Contradiction => FindingKind::Contradiction,
            NoteKind::NoResponse => FindingKind::NoResponse,
            NoteKind::Unnamed => FindingKind::Unnamed,
            NoteKind::NotTried => FindingKind::NotTried,
        };
        summary.add_finding(kind, &note.pointer, &note.text);
    }
    for text in odd {
        summary.add_finding(FindingKind::Invalid, "#", &text);
    }
    let mut submitted = Vec::new();
    let mut of_call = Vec::new();
    let mut called = BTreeSet::new();
    for (index, (call, requests)) in cases.calls.iter().zip(&requests).enumerate() {
        let operation = &client.api.operations[call.operation];
        match requests.as_slice() {
            [request] => {
                called.insert(call.operation);
                of_call.push(index);
                submitted.push(RequestToValidate {
                    path: &operation.path,
                    method: &operation.method,
                    request,
                });
            }
            others => {
                let why = calls[index].error.clone().unwrap_or_default();
                let text = format!(
                    "{} requests were sent ({}): {why}",
                    others.len(),
                    extent(call)
                );
                summary.add_finding(FindingKind::NotSent, &operation.pointer.to_string(), &text);
            }
        }
    }
    summary.called = called.len();
    summary.requests = submitted.len();
    let values: Vec<_> = cases
        .examples
        .iter()
        .map(|it| (it.media.as_str(), &it.value))
        .collect();
    let verdicts = judge.judge(&client.document, folder, &submitted, &values)?;
    for pointer in &verdicts.discriminators {
        let text =
            "without `mapping`, its values are names of schemas, which contradict the alternatives";
        summary.add_finding(FindingKind::Discriminator, pointer, text);
    }
    for pointer in &verdicts.keywords {
        let text = "it is validated as the generator reads it, since openapi-core doesn't know it";
        summary.add_finding(FindingKind::Keyword, pointer, text);
    }
    let of_examples = verdicts.examples;
    for ((&index, submitted), verdict) in of_call.iter().zip(&submitted).zip(verdicts.requests) {
        let of_call = calls.get(index).cloned().unwrap_or_default();
        one_call(
            client,
            &cases.calls[index],
            submitted.request,
            verdict,
            &of_call,
            &mut summary,
        );
    }
    for ((example, said), verdict) in cases.examples.iter().zip(&examples).zip(of_examples) {
        one_example(client, example, said, verdict, &mut summary);
    }
    Ok(summary)
}

/// Runs the program, and returns the outcome of each call and of each example.
fn call(
    client: &Client,
    program: &Path,
    folder: &Path,
    base_url: &str,
) -> Result<(Vec<Outcome>, Vec<Outcome>), Error> {
    let cases = &client.cases;
    let given = |call: &Call| -> serde_json::Map<String, Value> {
        let pairs = call
            .given
            .iter()
            .map(|it| (it.ident.clone(), it.value.clone()));
        pairs.collect()
    };
    let calls: Vec<_> = cases
        .calls
        .iter()
        .map(|call| {
            let (fails, body_type) = match call.expected {
                Expected::Success => (false, None),
                Expected::Error { body_type } => (true, body_type),
            };
            json!({
                "operation": call.operation,
                "given": given(call),
                "status": call.reply.status,
                "fails": fails,
                "error_type": body_type,
            })
        })
        .collect();
    let examples: Vec<_> = cases
        .examples
        .iter()
        .map(|example| json!({ "type": example.ty, "value": example.value }))
        .collect();
    let plan = json!({ "base_url": base_url, "calls": calls, "examples": examples });
    let file = folder.join("calls.json");
    fs::write(&file, plan.to_string())?;
    let done = Command::new(program)
        .arg(&file)
        .stdin(Stdio::null())
        .env_remove("HTTP_PROXY")
        .env_remove("http_proxy")
        .env_remove("ALL_PROXY")
        .env_remove("all_proxy")
        .output()?;
    let unsaid = Outcome {
        error: Some(format!("the program printed no result ({})", done.status)),
        value: None,
    };
    let mut of_calls = vec![unsaid.clone(); cases.calls.len()];
    let mut of_examples = vec![unsaid; cases.examples.len()];
    for line in String::from_utf8_lossy(&done.stdout).lines() {
        let Ok(line) = serde_json::from_str::<ProgramLine>(line) else {
            continue;
        };
        let said = Outcome {
            error: line.error,
            value: line.value,
        };
        let place = match (line.call, line.example) {
            (Some(index), _) => of_calls.get_mut(index),
            (None, Some(index)) => of_examples.get_mut(index),
            (None, None) => None,
        };
        if let Some(place) = place {
            *place = said;
        }
    }
    if done.status.success() {
        return Ok((of_calls, of_examples));
    }
    let message = format!(
        "the program that calls {} ended with {}: {}",
        client.name,
        done.status,
        String::from_utf8_lossy(&done.stderr).trim()
    );
    Err(Error::new(message, ""))
}

fn one_call(
    client: &Client,
    call: &Call,
    request: &RecordedRequest,
    verdict: Verdict,
    said: &Outcome,
    summary: &mut ClientSummary,
) {
    let operation = &client.api.operations[call.operation];
    let pointer = operation.pointer.to_string();
    let schemes: Vec<SchemeKind> = client
        .api
        .schemes
        .iter()
        .map(|it| it.kind.clone())
        .collect();
    let faults = wire::faults(operation, &schemes, call, request);
    let verdict = match verdict {
        Verdict::Invalid(why) => match beyond_judge(call, &why) {
            Some(limit) => Verdict::Unjudged(format!("{limit}: {why}")),
            None => Verdict::Invalid(why),
        },
        verdict => verdict,
    };
    match &verdict {
        Verdict::Valid | Verdict::Unnamed(_) if faults.is_empty() => summary.valid += 1,
        Verdict::Valid | Verdict::Unnamed(_) => {}
        Verdict::Invalid(why) => {
            let text = format!("{} ({}): openapi-core: {why}", operation.id, extent(call));
            summary.add_finding(FindingKind::Invalid, &pointer, &text);
        }
        Verdict::Unjudged(why) => {
            let text = format!("{} ({}): {why}", operation.id, extent(call));
            summary.add_finding(FindingKind::Unjudged, &pointer, &text);
        }
    }
    for fault in faults {
        let text = format!("{} ({}): {fault}", operation.id, extent(call));
        summary.add_finding(FindingKind::Invalid, &pointer, &text);
    }
    summary.responses += 1;
    let fault = match &said.error {
        Some(error) => Some(format!("can't be decoded: {error}")),
        None => body_fault(client, call, said.value.as_ref()),
    };
    match fault {
        None => summary.read += 1,
        Some(fault) => {
            let Reply { status, .. } = call.reply;
            let text = format!("{}: the response {status} {fault}", operation.id);
            summary.add_finding(FindingKind::NotRead, &pointer, &text);
        }
    }
}

/// Returns the reason for which openapi-core rejects a valid request.
fn beyond_judge(call: &Call, why: &str) -> Option<&'static str> {
    let says = |phrases: &[&str]| phrases.iter().any(|it| why.contains(it));
    let has_parts = || {
        let mut places = call.given.iter().map(|it| &it.place);
        places.any(|it| matches!(it, Place::Part(_)))
    };
    let missing = why.split_once("Missing required header parameter: ");
    if missing.is_some_and(|(_, name)| is_left_to_http(name.trim())) {
        return Some("the client leaves the header to HTTP");
    }
    if takes_odd_path(call) {
        return Some("openapi-core doesn't support the styles `matrix` and `label`");
    }
    if says(&[
        "Failed to cast value to object type",
        "Failed to cast value to array type",
    ]) {
        return Some("openapi-core uses the first of several alternatives");
    }
    // openapi-core doesn't convert text, and takes a missing value for an empty list.
    let as_text = [
        "is not of type",
        "is not valid under",
        "[] should be non-empty",
    ];
    if has_parts() && says(&as_text) {
        return Some("openapi-core reads the parts of a multipart body as text");
    }
    // openapi-core fails at such a parameter even if it isn't sent.
    if says(&["'deepObject'"]) || call.given.iter().any(wire::is_open) {
        return Some("OpenAPI defines `deepObject` only for objects of scalars");
    }
    None
}

fn takes_odd_path(call: &Call) -> bool {
    call.given.iter().any(|given| {
        matches!(
            given.place,
            Place::Path(Encoding::Style {
                style: Style::Matrix | Style::Label,
                ..
            })
        )
    })
}

fn one_example(
    client: &Client,
    example: &Example,
    said: &Outcome,
    verdict: Verdict,
    summary: &mut ClientSummary,
) {
    let (pointer, value) = (example.pointer.as_str(), &example.value);
    summary.examples += 1;
    let faults = match (&said.error, &said.value) {
        (Some(error), _) => vec![Difference::Changed(error.clone())],
        (None, after) => differences(value, after.as_ref().unwrap_or(&Value::Null)),
    };
    summary.kept += usize::from(faults.is_empty());
    let (unnamed, unjudged) = match verdict {
        Verdict::Invalid(why) if faults.is_empty() => {
            return summary.add_finding(FindingKind::Contradiction, pointer, &why);
        }
        Verdict::Invalid(why) => {
            let text = format!("{why} (the client: {})", joined(&faults));
            return summary.add_finding(FindingKind::Contradiction, pointer, &text);
        }
        Verdict::Valid => (None, None),
        Verdict::Unnamed(what) => (Some(what), None),
        Verdict::Unjudged(why) => (None, Some(why)),
    };
    let (mut lost, mut defaulted, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for fault in faults {
        match &fault {
            // A model keeps undeclared properties only if the schema mentions them.
            Difference::Lost { .. } if unnamed.is_some() => lost.push(fault),
            Difference::Added { name, .. } if unjudged.is_none() && has_default(client, name) => {
                defaulted.push(fault);
            }
            _ => changed.push(fault),
        }
    }
    if let (Some(what), false) = (unnamed, lost.is_empty()) {
        let text = format!("{what} (the client: {})", joined(&lost));
        summary.add_finding(FindingKind::Unnamed, pointer, &text);
    }
    if !defaulted.is_empty() {
        summary.add_finding(FindingKind::Defaulted, pointer, &joined(&defaulted));
    }
    if !changed.is_empty() {
        let why = unjudged.map_or_else(String::new, |why| format!(" (openapi-core: {why})"));
        let text = format!("{}{why}", joined(&changed));
        summary.add_finding(FindingKind::NotKept, pointer, &text);
    }
}

fn extent(call: &Call) -> String {
    match (&call.alternative, call.extent) {
        (Some(pointer), _) => format!("a body with {pointer}"),
        (None, Extent::All) => "all arguments".to_owned(),
        (None, Extent::Required) => "required arguments".to_owned(),
    }
}

/// Formats the requests as received, for people.
fn raw(requests: &[Vec<RecordedRequest>]) -> Vec<u8> {
    let mut text = Vec::new();
    for request in requests.iter().flatten() {
        text.extend(format!("{} {} HTTP/1.1\r\n", request.method, request.target).bytes());
        for (name, value) in &request.headers {
            text.extend(
                name.bytes()
                    .chain(*b": ")
                    .chain(value.iter().copied())
                    .chain(*b"\r\n"),
            );
        }
        text.extend(b"\r\n".iter().chain(&request.body).chain(b"\r\n\r\n"));
    }
    text
}
