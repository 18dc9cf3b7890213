//! Keeps the operations that the options select, and the models that these operations need.

mod reach;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::iter::successors;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Stage};
use crate::normalise::resolved::{Operation, Resolved, SchemaId};
use crate::options::{Options, Selection};
use crate::parse::similar::nearest;
use crate::pattern;
use crate::pointer::Pointer;

/// Keeps the operations that the options select, and the component schemas that these operations
/// reach. Keeps everything if the options select nothing. Errors in the other operations become
/// warnings.
///
/// Returns `None` if the diagnostics contain an error, of an earlier stage or of this one: an entry
/// matches no operation, no operation is left, or the selection drops an operation that another
/// option names.
pub fn select(
    mut resolved: Resolved,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<Resolved> {
    if options.select.is_empty() && options.exclude.is_empty() {
        return without_errors(resolved, diagnostics);
    }
    let mut faults = Diagnostics::default();
    let mut selector = Selector {
        operations: &resolved.operations,
        diagnostics: &mut faults,
        failed: false,
    };
    let included = match options.select.is_empty() {
        true => (0..resolved.operations.len()).collect(),
        false => selector.matching("select", &options.select),
    };
    let excluded = selector.matching("exclude", &options.exclude);
    let kept: HashSet<usize> = included.difference(&excluded).copied().collect();
    selector.check(&kept, &options.named_operations());
    let mut dropped = Vec::new();
    let mut index = 0;
    resolved.operations.retain(|operation| {
        index += 1;
        let keep = kept.contains(&(index - 1));
        if !keep {
            dropped.push(operation.pointer.clone());
        }
        keep
    });
    let reached = reach::reached(&resolved);
    tolerate(&dropped, &resolved, &reached, diagnostics);
    if !diagnostics.has_errors() {
        // Otherwise, an operation may be missing because of another error.
        faults.into_iter().for_each(|fault| diagnostics.add(fault));
    }
    resolved.components.retain(|_, id| reached.contains(id));
    resolved.webhooks.clear();
    let schemas = &resolved.schemas.by_pointer;
    resolved.simplified.retain(|simplified| {
        // The schema of a keyword that isn't checked, such as `contains`, is itself unreached.
        let own = schemas.get(&simplified.pointer);
        let mut around = successors(simplified.pointer.parent(), Pointer::parent);
        let holder = around.find_map(|pointer| schemas.get(&pointer));
        let mut ids = own.into_iter().chain(holder).peekable();
        ids.peek().is_none() || ids.any(|id| reached.contains(id))
    });
    without_errors(resolved, diagnostics)
}

/// Turns the errors in dropped operations into warnings, unless a schema there is used elsewhere.
fn tolerate(
    dropped: &[Pointer],
    resolved: &Resolved,
    reached: &HashSet<SchemaId>,
    diagnostics: &mut Diagnostics,
) {
    let is_used = |place: &Pointer| {
        let schemas = &resolved.schemas.by_pointer;
        let mut around = successors(Some(place.clone()), Pointer::parent);
        around.any(|place| schemas.get(&place).is_some_and(|id| reached.contains(id)))
    };
    for error in diagnostics.iter_mut() {
        let is_dropped = |place: &Pointer| dropped.iter().any(|it| place.is_within(it));
        if error.severity == Severity::Error
            && is_dropped(&error.pointer)
            && !is_used(&error.pointer)
        {
            error.severity = Severity::Warning;
            error.help = format!("the options exclude this operation; {}", error.help);
        }
    }
}

/// Returns the document unless there are errors.
fn without_errors(resolved: Resolved, diagnostics: &mut Diagnostics) -> Option<Resolved> {
    if !diagnostics.has_errors() {
        return Some(resolved);
    }
    let is_parse_error =
        |it: &Diagnostic| it.severity == Severity::Error && it.stage == Stage::Parse;
    if diagnostics.iter().any(is_parse_error) {
        // Part of the document is missing, so later warnings may be wrong.
        diagnostics.retain(|it| it.severity == Severity::Error || it.stage == Stage::Parse);
    }
    None
}

/// Drops the operations, and what only operations use. The component schemas stay.
pub fn without_operations(mut resolved: Resolved) -> Resolved {
    resolved.operations.clear();
    resolved.security_schemes.clear();
    resolved.servers.clear();
    resolved
}

struct Selector<'a> {
    operations: &'a [Operation],
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl<'a> Selector<'a> {
    fn error(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.failed = true;
        self.diagnostics
            .error(Stage::Options, &Pointer::root(), message, help);
    }

    /// Returns the operations that at least one entry matches, and reports entries that match none.
    fn matching(&mut self, key: &str, selection: &Selection) -> HashSet<usize> {
        let operations = self.operations;
        let tags = || operations.iter().flat_map(|it| &it.tags);
        let mut found = HashSet::new();
        for tag in &selection.tags {
            let matches = |it: &Operation| it.tags.contains(tag);
            let known = tags().map(String::as_str);
            found.extend(self.entry(key, "tag", tag, matches, known));
        }
        for id in &selection.operations {
            let matches = |it: &Operation| it.id == *id;
            let known = operations.iter().map(|it| it.id.as_str());
            found.extend(self.entry(key, "operation", id, matches, known));
        }
        for path in &selection.paths {
            let matches = |it: &Operation| pattern::matches(path, &it.path);
            let known = operations.iter().map(|it| it.path.as_str());
            found.extend(self.entry(key, "path", path, matches, known));
        }
        found
    }

    /// Returns the operations that one entry matches.
    fn entry(
        &mut self,
        key: &str,
        kind: &str,
        entry: &str,
        matches: impl Fn(&Operation) -> bool,
        known: impl Iterator<Item = &'a str>,
    ) -> Vec<usize> {
        let operations = self.operations.iter().enumerate();
        let found: Vec<usize> = operations
            .filter(|(_, operation)| matches(operation))
            .map(|(index, _)| index)
            .collect();
        if found.is_empty() {
            let help = match (nearest(entry, known), kind) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, "path") => {
                    "a pattern must match the whole path: `*` matches part of a segment, `**` any \
                     number of segments"
                        .to_owned()
                }
                (None, _) => format!("correct or remove it in `{key}.{kind}s`"),
            };
            self.error(
                format!("`{key}.{kind}s` has `{entry}`, which matches no operation"),
                help,
            );
        }
        found
    }

    /// Reports an empty selection, and operations that other options name and the selection drops.
    fn check(&mut self, kept: &HashSet<usize>, named: &[(&'static str, &str)]) {
        if self.failed {
            return;
        }
        if kept.is_empty() {
            self.error(
                "the selection leaves no operation",
                "remove an entry from `exclude`",
            );
            return;
        }
        for (option, id) in named {
            let index = self.operations.iter().position(|it| it.id == *id);
            if index.is_some_and(|index| !kept.contains(&index)) {
                self.error(
                    format!("`{option}` names the operation `{id}`, which the selection excludes"),
                    "add it to `select.operations`, or remove it from `exclude`",
                );
            }
        }
    }
}
