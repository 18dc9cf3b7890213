//! Keeps the operations that the options select, and the models that these operations need.

mod reach;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::iter::successors;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Stage};
use crate::normalise::resolved::{Operation, Resolved, SchemaId, Webhook};
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
    name_events(&mut resolved, options, diagnostics);
    if options.select.is_empty() && options.exclude.is_empty() {
        return without_errors(resolved, diagnostics);
    }
    let mut faults = Diagnostics::default();
    let kept = kept(&resolved, options, &mut faults);
    let mut dropped = Vec::new();
    let mut index = 0;
    let mut keep = |pointer: &Pointer| {
        index += 1;
        let keep = kept.contains(&(index - 1));
        if !keep {
            dropped.push(pointer.clone());
        }
        keep
    };
    resolved.operations.retain(|it| keep(&it.pointer));
    resolved.webhooks.retain(|it| keep(&it.operation.pointer));
    let reached = reach::reached(&resolved);
    tolerate(&dropped, &resolved, &reached, diagnostics);
    if !diagnostics.has_errors() {
        // Otherwise, an operation may be missing because of another error.
        faults.into_iter().for_each(|fault| diagnostics.add(fault));
    }
    resolved.components.retain(|_, id| reached.contains(id));
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

/// Returns the indices of the operations that the options select, and of the webhooks, which follow them.
fn kept(resolved: &Resolved, options: &Options, faults: &mut Diagnostics) -> HashSet<usize> {
    let Options {
        select, exclude, ..
    } = options;
    let mut selector = Selector {
        operations: &resolved.operations,
        webhooks: &resolved.webhooks,
        diagnostics: faults,
        failed: false,
    };
    let operations = resolved.operations.len();
    let all = operations + resolved.webhooks.len();
    let mut included = match select.is_empty() {
        true => (0..all).collect(),
        false => selector.matching("select", select),
    };
    if !select.names_operations() {
        included.extend(0..operations);
    }
    let excluded = selector.matching("exclude", exclude);
    let kept: HashSet<usize> = included.difference(&excluded).copied().collect();
    selector.check(&kept, &options.named_operations());
    kept
}

/// Notes the header that tells webhooks apart by the options, and its value for each webhook.
fn name_events(resolved: &mut Resolved, options: &Options, diagnostics: &mut Diagnostics) {
    let Some(event) = &options.webhooks.event else {
        return;
    };
    for webhook in &mut resolved.webhooks {
        let request = &webhook.operation;
        let value = match &event.value {
            None => Some(webhook.name.as_str()),
            Some(pointer) => {
                let (key, inner) = extension_at(pointer);
                let extension = request.extensions.get(&key);
                extension.and_then(|it| it.pointer(inner)?.as_str())
            }
        };
        match value {
            Some(value) => webhook.event = Some((event.header.clone(), value.to_owned())),
            None => diagnostics.error(
                Stage::Options,
                &request.pointer,
                format!(
                    "`webhooks.event.value` is `{}`, but the webhook has no string there",
                    event.value.as_deref().unwrap_or_default()
                ),
                "point to an extension of the webhook's operation, such as `/x-event`, or remove `value` to \
                 use the webhook's name",
            ),
        }
    }
}

/// Splits a JSON pointer into the key of an extension and a pointer inside it.
fn extension_at(pointer: &str) -> (String, &str) {
    let path = pointer.strip_prefix('/').unwrap_or(pointer);
    let end = path.find('/').unwrap_or(path.len());
    let key = path[..end].replace("~1", "/").replace("~0", "~");
    (key, &path[end..])
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
    webhooks: &'a [Webhook],
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl<'a> Selector<'a> {
    fn error(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.failed = true;
        self.diagnostics
            .error(Stage::Options, &Pointer::root(), message, help);
    }

    /// Returns the requests that at least one entry matches, and reports entries that match none.
    fn matching(&mut self, key: &str, selection: &Selection) -> HashSet<usize> {
        let (operations, webhooks) = (self.operations, self.webhooks);
        let all = || {
            operations
                .iter()
                .chain(webhooks.iter().map(|it| &it.operation))
        };
        let mut found = HashSet::new();
        for tag in &selection.tags {
            let matching = positions(all().map(|it| it.tags.contains(tag)));
            let known = all().flat_map(|it| &it.tags).map(String::as_str);
            found.extend(self.entry(key, "tag", tag, matching, known));
        }
        for id in &selection.operations {
            let matching = positions(all().map(|it| it.id == *id));
            let known = all().map(|it| it.id.as_str());
            found.extend(self.entry(key, "operation", id, matching, known));
        }
        for path in &selection.paths {
            let matching = positions(operations.iter().map(|it| pattern::matches(path, &it.path)));
            let known = operations.iter().map(|it| it.path.as_str());
            found.extend(self.entry(key, "path", path, matching, known));
        }
        for name in &selection.webhooks {
            let matching = positions(webhooks.iter().map(|it| pattern::matches(name, &it.name)));
            let matching = matching
                .into_iter()
                .map(|at| operations.len() + at)
                .collect();
            let known = webhooks.iter().map(|it| it.name.as_str());
            found.extend(self.entry(key, "webhook", name, matching, known));
        }
        found
    }

    /// Returns what one entry matches, and reports an entry that matches nothing.
    fn entry(
        &mut self,
        key: &str,
        kind: &str,
        entry: &str,
        found: Vec<usize>,
        known: impl Iterator<Item = &'a str>,
    ) -> Vec<usize> {
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
            let noun = match kind {
                "webhook" => "webhook",
                _ => "operation",
            };
            self.error(
                format!("the entry `{entry}` in `{key}.{kind}s` matches no {noun}"),
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
                "the options select no operation",
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

/// Returns the indices of the values that are true.
fn positions(matches: impl Iterator<Item = bool>) -> Vec<usize> {
    let indices = matches.enumerate();
    indices
        .filter(|(_, matches)| *matches)
        .map(|(index, _)| index)
        .collect()
}
