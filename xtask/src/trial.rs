//! Runs one document through the whole pipeline, and classifies the result.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use serde::{Deserialize, Serialize};
use wiretrue_codegen::diagnostic::{Diagnostic, Severity, Stage};
use wiretrue_codegen::{Diagnostics, Generated, Options, Source};

/// The result of generating a crate from a document.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// A crate was generated, and all its Rust parses.
    Generated {
        files: usize,
        /// The size of all files.
        bytes: usize,
        warnings: usize,
    },
    /// The document was refused.
    Refused { errors: Vec<RefusalError> },
    /// A generated file is invalid Rust or TOML.
    Invalid { message: String },
    /// The pipeline panicked.
    Panicked { message: String },
    /// The process ended without a result, for example because of a stack overflow.
    Crashed { message: String },
    /// The processor time exceeded its limit.
    Hung { message: String },
}

/// An error of a refused document.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct RefusalError {
    pub stage: String,
    pub message: String,
    pub pointer: String,
    pub line: usize,
}

impl From<&Diagnostic> for RefusalError {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            stage: diagnostic.stage.to_string(),
            message: diagnostic.message.clone(),
            pointer: diagnostic.pointer.to_string(),
            line: diagnostic.location.as_ref().map_or(0, |place| place.line),
        }
    }
}

impl Verdict {
    /// Returns a word for a bug of the generator and its details, or `None` if there is none.
    pub fn fault(&self) -> Option<(&'static str, &str)> {
        match self {
            Verdict::Generated { .. } | Verdict::Refused { .. } => None,
            Verdict::Invalid { message } => Some(("invalid", message)),
            Verdict::Panicked { message } => Some(("panic", message)),
            Verdict::Crashed { message } => Some(("crash", message)),
            Verdict::Hung { message } => Some(("hang", message)),
        }
    }
}

thread_local! {
    /// The message and location of the last panic of this thread.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the messages of panics for [`Verdict::Panicked`] instead of printing them.
pub fn collect_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let payload = info.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("a panic without a message");
        PANIC.with(|panic| *panic.borrow_mut() = format!("{message} ({place})"));
    }));
}

/// Generates the crate of a document in memory, and parses its files.
pub fn run(source: &Source, options: &Options) -> (Verdict, Option<Generated>) {
    let made = panic::catch_unwind(AssertUnwindSafe(|| {
        let made = wiretrue_codegen::generate(source, options);
        let fault = made.as_ref().ok().and_then(invalid_file);
        (made, fault)
    }));
    match made {
        Err(_) => {
            let message = PANIC.with(RefCell::take);
            (Verdict::Panicked { message }, None)
        }
        Ok((Err(diagnostics), _)) => (refusal(&diagnostics), None),
        Ok((Ok(generated), Some(message))) => (Verdict::Invalid { message }, Some(generated)),
        Ok((Ok(generated), None)) => {
            let verdict = Verdict::Generated {
                files: generated.tree.len(),
                bytes: generated.tree.iter().map(|(_, text)| text.len()).sum(),
                warnings: generated.diagnostics.len(),
            };
            (verdict, Some(generated))
        }
    }
}

/// Returns the first file that doesn't parse. The runtime is the same for all documents, so it isn't
/// parsed.
fn invalid_file(generated: &Generated) -> Option<String> {
    generated.tree.iter().find_map(|(path, text)| {
        let fault = if path.starts_with("src/runtime/") {
            return None;
        } else if path.ends_with(".rs") {
            let fault = syn::parse_file(text).err().map(|error| error.to_string());
            // proc-macro2 keeps a copy of each parsed text for its spans, so a worker would grow with each
            // document. No span is alive here.
            proc_macro2::extra::invalidate_current_thread_spans();
            fault?
        } else if path.ends_with(".toml") {
            text.parse::<toml::Table>().err()?.to_string()
        } else {
            return None;
        };
        Some(format!("{path}: {fault}"))
    })
}

/// Classifies the errors. One of the last stage is a bug of the generator.
fn refusal(diagnostics: &Diagnostics) -> Verdict {
    let errors: Vec<RefusalError> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(RefusalError::from)
        .collect();
    let render = Stage::Render.to_string();
    match errors.iter().find(|error| error.stage == render) {
        Some(error) => Verdict::Invalid {
            message: error.message.clone(),
        },
        None => Verdict::Refused { errors },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Verdict {
        run(&Source::new("openapi.yaml", text), &Options::new("trial")).0
    }

    #[test]
    fn a_document_that_is_fine_makes_files() {
        let made = verdict("{openapi: 3.0.3, info: {title: Pets, version: 1.0.0}, paths: {}}");
        assert!(
            matches!(made, Verdict::Generated { files: 5.., .. }),
            "{made:?}"
        );
        assert_eq!(made.fault(), None);
    }

    #[test]
    fn a_refusal_says_what_and_where() {
        let made = verdict("openapi: 3.0.3\npaths: 5\n");
        let Verdict::Refused { errors } = &made else {
            panic!("{made:?}")
        };
        assert_eq!(errors[0].stage, "parse");
        assert_eq!(errors[0].line, 2);
        assert_eq!(made.fault(), None);
    }
}
