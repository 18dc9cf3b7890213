//! The size of a client, and the results and phrases that name it.

use std::fmt;
use std::path::Path;

use wiretrue_codegen::Generated;

use crate::report::{ClientOutcome, ClientResult, Files};

/// The size of a client.
pub(crate) struct Size {
    pub operations: usize,
    pub models: usize,
    pub files: usize,
}

impl Size {
    pub(crate) fn of(generated: &Generated) -> Self {
        let operations = generated.api.operations.iter();
        Self {
            // Each other media type of a body is a call of its own.
            operations: operations.filter(|it| it.alternative.is_none()).count(),
            models: generated.api.types.len(),
            files: generated.tree.len(),
        }
    }

    pub(crate) fn result(
        &self,
        name: &str,
        package: &str,
        folder: &Path,
        outcome: ClientOutcome,
        files: Files,
    ) -> ClientResult {
        ClientResult {
            client: name.to_owned(),
            package: package.to_owned(),
            folder: folder.to_string_lossy().into_owned(),
            outcome,
            operations: self.operations,
            models: self.models,
            files: Files {
                total: self.files,
                ..files
            },
            report: None,
            contract: None,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations = count(self.operations, "operation", "operations");
        let models = count(self.models, "model", "models");
        let files = count(self.files, "file", "files");
        write!(f, "{operations}, {models}, {files}")
    }
}

/// Returns a number with the noun in its grammatical number.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
