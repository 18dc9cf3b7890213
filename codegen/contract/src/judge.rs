//! Validates recorded requests and examples of responses with openapi-core.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use super::recorder::RecordedRequest;
use crate::install::{self, Folders};
use crate::tools;
use crate::{Error, Progress};

const FORM: &str = "application/x-www-form-urlencoded";

const SCRIPT: &str = include_str!("../assets/judge.py");
/// The versions and digests of openapi-core and its dependencies.
const REQUIREMENTS: &str = include_str!("../assets/requirements.txt");

/// A document with one operation, which takes a number.
const PROBE: &str = r#"{"openapi": "3.0.3", "info": {"title": "Probe", "version": "1"}, "paths": {"/": {"post": {
    "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {
        "type": "object", "properties": {"n": {"type": "integer"}}}}}},
    "responses": {"204": {"description": "Fine."}}}}}}"#;

/// openapi-core in a virtual environment.
pub struct OpenapiCore {
    python: OsString,
    script: PathBuf,
}

/// A recorded request and its operation.
pub struct RequestToValidate<'a> {
    /// The path template and the method of the called operation.
    pub path: &'a str,
    pub method: &'a str,
    pub request: &'a RecordedRequest,
}

/// The verdict of openapi-core.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The value is valid.
    Valid,
    /// The value is valid except for undeclared properties.
    Unnamed(String),
    /// The value violates its schema.
    Invalid(String),
    /// openapi-core failed with this error.
    Unjudged(String),
}

/// The verdicts on a document's requests and examples.
pub struct Verdicts {
    pub requests: Vec<Verdict>,
    pub examples: Vec<Verdict>,
    /// Pointers of discriminators that contradict their alternatives. They are ignored.
    pub discriminators: Vec<String>,
    /// Pointers of keywords of another version of JSON Schema. They are read as the generator reads them.
    pub keywords: Vec<String>,
}

/// A line of the script's output.
#[derive(Deserialize)]
struct ScriptLine {
    request: Option<usize>,
    example: Option<usize>,
    discriminator: Option<String>,
    keyword: Option<String>,
    #[serde(default)]
    errors: Vec<String>,
    unjudged: Option<String>,
    unnamed: Option<String>,
}

impl OpenapiCore {
    /// Installs openapi-core and the script that uses it below `target`, unless they are installed.
    pub fn install(target: &Path, progress: &dyn Progress) -> Result<Self, Error> {
        let (python, version) = tools::python()?;
        let folders = Folders::make(target.join("contract"))?;
        let environment = install::venv(REQUIREMENTS, &folders, (&python, &version), progress)?;
        let script = folders.target.join("judge.py");
        fs::write(&script, SCRIPT)?;
        let judge = Self {
            python: environment.python,
            script,
        };
        judge.probe(&folders.target)?;
        Ok(judge)
    }

    /// Checks that openapi-core accepts a valid request and rejects an invalid one.
    fn probe(&self, folder: &Path) -> Result<(), Error> {
        let document = folder.join("probe.json");
        fs::write(&document, PROBE)?;
        let request = |body: &str| RecordedRequest {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: vec![("Content-Type".to_owned(), FORM.as_bytes().to_vec())],
            body: body.as_bytes().to_vec(),
        };
        let (right, wrong) = (request("n=1"), request("n=one"));
        let submitted = [&right, &wrong].map(|request| RequestToValidate {
            path: "/",
            method: "POST",
            request,
        });
        let verdicts = self.judge(&document, folder, &submitted, &[])?;
        match verdicts.requests.as_slice() {
            [Verdict::Valid, Verdict::Invalid(_)] => Ok(()),
            verdicts => Err(Error::new(
                format!("openapi-core returned wrong verdicts: {verdicts:?}"),
                format!("remove {} to install openapi-core again", folder.display()),
            )),
        }
    }

    /// Validates requests, and examples given as the pointer of their media type and their value.
    pub fn judge(
        &self,
        document: &Path,
        folder: &Path,
        requests: &[RequestToValidate<'_>],
        examples: &[(&str, &Value)],
    ) -> Result<Verdicts, Error> {
        let requests_json: Vec<Value> = requests
            .iter()
            .enumerate()
            .map(|(index, it)| {
                let headers = it.request.headers.iter();
                let headers: Vec<_> = headers
                    .map(|(name, value)| json!([name, base64(value)]))
                    .collect();
                json!({
                    "index": index,
                    "path": it.path,
                    "method": it.method.to_ascii_lowercase(),
                    "target": it.request.target,
                    "headers": headers,
                    "body": base64(&it.request.body),
                })
            })
            .collect();
        let examples_json: Vec<Value> = examples
            .iter()
            .enumerate()
            .map(
                |(index, (media, value))| json!({ "index": index, "media": media, "value": value }),
            )
            .collect();
        let task = json!({
            "document": document,
            "requests": requests_json,
            "examples": examples_json,
        });
        let file = folder.join("to-judge.json");
        fs::write(&file, task.to_string())?;
        let done = Command::new(&self.python)
            .arg(&self.script)
            .arg(&file)
            .output()?;
        let unsaid = Verdict::Unjudged("openapi-core returned no verdict".to_owned());
        let mut verdicts = Verdicts {
            requests: vec![unsaid.clone(); requests.len()],
            examples: vec![unsaid; examples.len()],
            discriminators: Vec::new(),
            keywords: Vec::new(),
        };
        for line in String::from_utf8_lossy(&done.stdout).lines() {
            let Ok(line) = serde_json::from_str::<ScriptLine>(line) else {
                continue;
            };
            verdicts.discriminators.extend(line.discriminator);
            verdicts.keywords.extend(line.keyword);
            let verdict = match (line.unjudged, line.unnamed, line.errors.is_empty()) {
                (Some(why), _, _) => Verdict::Unjudged(why),
                (None, _, false) => Verdict::Invalid(line.errors.join("; ")),
                (None, Some(what), true) => Verdict::Unnamed(what),
                (None, None, true) => Verdict::Valid,
            };
            let place = match (line.request, line.example) {
                (Some(index), _) => verdicts.requests.get_mut(index),
                (None, Some(index)) => verdicts.examples.get_mut(index),
                (None, None) => None,
            };
            if let Some(place) = place {
                *place = verdict;
            }
        }
        if done.status.success() {
            return Ok(verdicts);
        }
        let said = String::from_utf8_lossy(&done.stderr);
        let last: Vec<_> = said.lines().rev().take(3).collect();
        let last: Vec<_> = last.into_iter().rev().collect();
        Err(Error::new(
            format!(
                "openapi-core can't validate {}: {}",
                document.display(),
                last.join(" / ")
            ),
            "",
        ))
    }
}

/// Encodes bytes as base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at > chunk.len() {
                '='
            } else {
                letter as char
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn bytes_travel_as_base64() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
