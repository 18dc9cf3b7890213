//! One document through the whole pipeline, and what came of it.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use codegen::diagnostic::{Diagnostic, Severity, Stage};
use codegen::{Diagnostics, Generated, Options, Source};
use serde::{Deserialize, Serialize};

/// What came of a document.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// A crate was made, and all its Rust parses.
    Generated {
        files: usize,
        /// How much text is in the files.
        bytes: usize,
        warnings: usize,
    },
    /// No crate was made, and the document is told to be the reason.
    Refused { errors: Vec<Told> },
    /// What was made is no Rust, or no manifest.
    Invalid { message: String },
    /// The pipeline panicked.
    Panicked { message: String },
    /// The process ended without an answer, such as by a stack overflow.
    Crashed { message: String },
    /// It took more processor time than any document may.
    Hung { message: String },
}

/// An error of a refusal.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Told {
    pub stage: String,
    pub message: String,
    pub pointer: String,
    pub line: usize,
}

impl From<&Diagnostic> for Told {
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
    /// What is wrong with the generator: a word for it, and the details. `None` if nothing is.
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
    /// What the last panic of this thread said, and where.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps what panics say for [`Verdict::Panicked`], instead of printing it.
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

/// Makes a crate of a document, in memory, and looks at what was made.
pub fn run(source: &Source, options: &Options) -> (Verdict, Option<Generated>) {
    let made = panic::catch_unwind(AssertUnwindSafe(|| {
        let made = codegen::generate(source, options);
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

/// The first file that isn't what its name says. Files of the runtime are the same for all documents.
fn invalid_file(generated: &Generated) -> Option<String> {
    generated.tree.iter().find_map(|(path, text)| {
        let fault = if path.starts_with("src/runtime/") {
            return None;
        } else if path.ends_with(".rs") {
            let fault = syn::parse_file(text).err().map(|error| error.to_string());
            // Of every text that is parsed, a copy is kept for the spans, of which none is left: a
            // worker would grow by it with each document.
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

/// A refusal; one by the last stage is the generator's fault, never the document's.
fn refusal(diagnostics: &Diagnostics) -> Verdict {
    let errors: Vec<Told> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(Told::from)
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
        let made = verdict("openapi: 3.0.3\npaths: {}\n");
        let Verdict::Refused { errors } = &made else {
            panic!("{made:?}")
        };
        assert_eq!(errors[0].stage, "parse");
        assert_eq!(errors[0].line, 1);
        assert_eq!(made.fault(), None);
    }
}
