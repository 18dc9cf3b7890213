//! Collects the warnings and errors of mdBook, which it only logs.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Runs a function, and returns the warnings and errors that it logs.
pub fn collect<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    let lines = Arc::default();
    let result = tracing::subscriber::with_default(Collector(Arc::clone(&lines)), run);
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    (result, std::mem::take(&mut *lines))
}

struct Collector(Arc<Mutex<Vec<String>>>);

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("mdbook")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The text of an event.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string can't fail.
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::collect;

    #[test]
    fn warnings_and_errors_are_collected() {
        let (result, lines) = collect(|| {
            tracing::info!(target: "mdbook_driver", "nothing");
            tracing::warn!(target: "mdbook_html::tree", "unclosed {}", "<b>");
            tracing::error!(target: "mdbook_driver", "missing");
            tracing::warn!(target: "other", "elsewhere");
            7
        });
        assert_eq!((result, lines.len()), (7, 2));
        assert_eq!(lines, ["unclosed <b>", "missing"]);
    }
}
