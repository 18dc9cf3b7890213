//! The output for programs: one JSON document with the results of a run, which `docs/command.md` describes.

use serde::Serialize;
use serde_json::Value;

use crate::Outcome;

/// The version of the document. It changes if a program that reads it has to change.
const VERSION: u32 = 1;

/// The results of a run.
#[derive(Debug, Default)]
pub(super) struct JsonReport {
    pub clients: Vec<ClientResult>,
    pub diagnostics: Vec<JsonDiagnostic>,
}

#[derive(Serialize)]
struct JsonDocument<'a> {
    version: u32,
    outcome: &'a str,
    exit_code: u8,
    clients: &'a [ClientResult],
    diagnostics: &'a [JsonDiagnostic],
}

/// The result of one client.
#[derive(Debug, Serialize)]
pub struct ClientResult {
    /// The name in the manifest, or that of the package.
    pub client: String,
    pub package: String,
    /// The folder of the crate.
    pub folder: String,
    pub outcome: ClientOutcome,
    /// The number of operations.
    pub operations: usize,
    /// The number of types in `src/models/`.
    pub models: usize,
    pub files: Files,
    /// Where the client expresses less than its document, if the command reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<Value>,
    /// What a contract test counted and found, if the client was tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<Value>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientOutcome {
    /// Files were written or deleted.
    Generated,
    /// All files are as generated.
    Unchanged,
    /// A check found differences.
    Differs,
    /// Nothing was compared.
    Reported,
    /// A contract test found no failure.
    Passed,
    /// A contract test found a failure, or the client doesn't compile.
    Failed,
}

/// The generated files of a crate: their number, and the paths of those that change.
#[derive(Debug, Default, Serialize)]
pub struct Files {
    pub total: usize,
    pub created: Vec<String>,
    pub updated: Vec<String>,
    pub deleted: Vec<String>,
    /// Files in a place of the generator that it didn't generate, and leaves where they are.
    pub hand_written: Vec<String>,
}

impl Files {
    /// Returns the number of files that were written or deleted, or would be.
    pub fn number(&self) -> usize {
        self.created.len() + self.updated.len() + self.deleted.len()
    }
}

/// A diagnostic. Lines and columns count from 1, and columns in characters.
#[derive(Debug, Serialize)]
pub(super) struct JsonDiagnostic {
    pub severity: String,
    pub message: String,
    pub help: String,
    pub file: Option<String>,
    pub line: Option<usize>,
    pub column: Option<usize>,
    pub pointer: Option<String>,
}

impl JsonReport {
    /// Returns the document of a run that ended so.
    pub fn text(&self, outcome: Outcome) -> String {
        let document = JsonDocument {
            version: VERSION,
            outcome: match outcome {
                Outcome::Fine => "success",
                Outcome::Drift => "difference",
                Outcome::Refused => "refused",
            },
            exit_code: outcome.code(),
            clients: &self.clients,
            diagnostics: &self.diagnostics,
        };
        // Serializing strings and numbers can't fail.
        serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
    }
}
