//! The part of a document that the options pick: its operations, and the models that they need.

use std::collections::HashSet;
use std::iter::successors;

use crate::diagnostic::{Diagnostics, Stage};
use crate::normalise::resolved::{
    AdditionalProperties, MediaType, Operation, ParameterFormat, Resolved, SchemaId, Schemas,
};
use crate::options::{Options, Selection};
use crate::parse::similar::nearest;
use crate::pointer::Pointer;

/// Keeps the operations that the options pick, and of the component schemas those that these
/// operations reach. Without a selection everything stays.
///
/// `None` if an entry matches nothing, or if nothing is left, which has then been said as an error.
pub fn select(
    mut resolved: Resolved,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<Resolved> {
    if options.select.is_empty() && options.exclude.is_empty() {
        return Some(resolved);
    }
    let mut selector = Selector {
        operations: &resolved.operations,
        diagnostics,
        failed: false,
    };
    let all = (0..resolved.operations.len()).collect();
    let included = match options.select.is_empty() {
        true => all,
        false => selector.matching("select", &options.select),
    };
    let excluded = selector.matching("exclude", &options.exclude);
    let kept: HashSet<usize> = included.difference(&excluded).copied().collect();
    selector.check(&kept, options);
    if selector.failed {
        return None;
    }
    let mut index = 0;
    resolved.operations.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
    let reached = reached(&resolved);
    resolved.components.retain(|_, id| reached.contains(id));
    resolved.webhooks.clear();
    let schemas = &resolved.schemas.by_pointer;
    resolved.simplified.retain(|simplified| {
        let around = successors(Some(simplified.pointer.clone()), Pointer::parent);
        let schema = around.filter_map(|place| schemas.get(&place)).next();
        schema.is_none_or(|id| reached.contains(id))
    });
    Some(resolved)
}

struct Selector<'a> {
    operations: &'a [Operation],
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl<'a> Selector<'a> {
    fn error(&mut self, message: String, help: String) {
        self.failed = true;
        self.diagnostics
            .error(Stage::Options, &Pointer::root(), message, help);
    }

    /// The operations that any entry matches; an entry that matches none is a slip.
    fn matching(&mut self, key: &str, selection: &Selection) -> HashSet<usize> {
        let operations = self.operations;
        let tags = || operations.iter().flat_map(|it| &it.tags);
        let mut found = HashSet::new();
        for tag in &selection.tags {
            let fits = |it: &Operation| it.tags.contains(tag);
            self.entry(
                &mut found,
                key,
                "tag",
                tag,
                fits,
                tags().map(String::as_str),
            );
        }
        for id in &selection.operations {
            let fits = |it: &Operation| it.id == *id;
            let ids = operations.iter().map(|it| it.id.as_str());
            self.entry(&mut found, key, "operation", id, fits, ids);
        }
        for path in &selection.paths {
            let fits = |it: &Operation| matches(path, &it.path);
            let paths = operations.iter().map(|it| it.path.as_str());
            self.entry(&mut found, key, "path", path, fits, paths);
        }
        found
    }

    fn entry(
        &mut self,
        found: &mut HashSet<usize>,
        key: &str,
        kind: &str,
        entry: &str,
        fits: impl Fn(&Operation) -> bool,
        known: impl Iterator<Item = &'a str>,
    ) {
        let before = found.len();
        let operations = self.operations.iter().enumerate();
        let fitting: Vec<usize> = operations
            .filter(|(_, operation)| fits(operation))
            .map(|(index, _)| index)
            .collect();
        found.extend(&fitting);
        if before == found.len() && fitting.is_empty() {
            let message = format!("`{key}` names the {kind} `{entry}`, which no operation has");
            let help = match (nearest(entry, known), kind) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, "path") => {
                    "a path is matched whole: `*` stands for a part of a segment, `**` for any \
                     number of segments"
                        .to_owned()
                }
                (None, _) => format!("mend or remove it in `{key}.{kind}s`"),
            };
            self.error(message, help);
        }
    }

    /// What is kept is something, and has what the device login needs.
    fn check(&mut self, kept: &HashSet<usize>, options: &Options) {
        if self.failed {
            return;
        }
        if kept.is_empty() {
            let help = "leave something out of `exclude`";
            self.error(
                "the selection leaves no operation".to_owned(),
                help.to_owned(),
            );
            return;
        }
        let Some(login) = &options.device_login else {
            return;
        };
        for id in [&login.authorization, &login.token].into_iter().flatten() {
            let index = self.operations.iter().position(|it| it.id == *id);
            if index.is_some_and(|index| !kept.contains(&index)) {
                self.error(
                    format!("the device login asks for `{id}`, which the selection leaves out"),
                    "add it to `select.operations`, or take it out of `exclude`".to_owned(),
                );
            }
        }
    }
}

/// Whether a path or another name fits a pattern: `*` stands for anything but `/`, `**` for anything.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    // Positions in the pattern that the path read so far may have led to: linear, whatever the
    // pattern.
    let pattern: Vec<char> = pattern.chars().collect();
    let mut places = vec![false; pattern.len() + 1];
    let spread = |places: &mut [bool]| {
        for place in 0..pattern.len() {
            // A star may stand for nothing.
            if places[place] && pattern[place] == '*' {
                places[place + 1] = true;
            }
        }
    };
    places[0] = true;
    spread(&mut places);
    for letter in path.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for place in (0..pattern.len()).filter(|place| places[*place]) {
            let any = pattern[place] == '*'
                && (pattern.get(place + 1) == Some(&'*')
                    || place.checked_sub(1).map(|it| pattern[it]) == Some('*'));
            if pattern[place] == '*' {
                next[place] |= any || letter != '/';
            } else {
                next[place + 1] |= pattern[place] == letter;
            }
        }
        spread(&mut next);
        places = next;
    }
    places[pattern.len()]
}

/// The schemas that operations reach. Of the parts of an `allOf`, only what is inside them: they
/// are merged into the whole.
fn reached(resolved: &Resolved) -> HashSet<SchemaId> {
    let mut waiting: Vec<SchemaId> = Vec::new();
    for operation in &resolved.operations {
        let params = operation.parameters.iter().flat_map(|it| match &it.format {
            ParameterFormat::Schema { schema, .. } => Some(*schema),
            ParameterFormat::Content(media) => media.schema,
        });
        waiting.extend(params);
        let bodies = operation.request_body.iter().flat_map(|it| &it.content);
        let answers = operation.responses.iter();
        let answers = answers.flat_map(|it| &it.content);
        let schema = |it: &MediaType| it.schema;
        waiting.extend(bodies.chain(answers).filter_map(schema));
        let headers = operation.responses.iter().flat_map(|it| &it.headers);
        waiting.extend(headers.filter_map(|it| it.schema));
    }
    let mut reached = HashSet::new();
    let mut merged = HashSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            inside(&resolved.schemas, id, &mut merged, &mut waiting);
        }
    }
    reached
}

/// Adds the schemas that one refers to, itself or by the parts that are merged into it.
fn inside(
    schemas: &Schemas,
    id: SchemaId,
    merged: &mut HashSet<SchemaId>,
    found: &mut Vec<SchemaId>,
) {
    let mut parts = vec![id];
    while let Some(part) = parts.pop() {
        if !merged.insert(part) {
            continue;
        }
        let schema = schemas.get(part);
        found.extend(schema.properties.values());
        found.extend(schema.items);
        found.extend(schema.one_of.iter().chain(&schema.any_of));
        found.extend(
            schema
                .discriminator
                .iter()
                .flat_map(|it| it.mapping.values()),
        );
        match schema.additional_properties {
            AdditionalProperties::Schema(id) => found.push(id),
            AdditionalProperties::Unstated
            | AdditionalProperties::Forbidden
            | AdditionalProperties::Any => {}
        }
        match schema.all_of.as_slice() {
            // A reference with annotations beside it.
            [only] => found.push(*only),
            several => parts.extend(several),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stays_in_its_segment_and_two_go_on() {
        let fits = [
            ("/pets", "/pets"),
            ("/pets/*", "/pets/{id}"),
            ("/pets/{*}", "/pets/{id}"),
            ("/v1/**", "/v1/pets/{id}/toys"),
            ("/**/toys", "/v1/pets/{id}/toys"),
            ("/v*/pets", "/v1/pets"),
            ("**", "/anything/at/all"),
            ("/*.json", "/Accounts.json"),
        ];
        for (pattern, path) in fits {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        let misses = [
            ("/pets", "/pets/{id}"),
            ("/pets/*", "/pets"),
            ("/pets/*", "/pets/{id}/toys"),
            ("/v1/**", "/v2/pets"),
            ("*", "/a/b"),
            ("", "/"),
        ];
        for (pattern, path) in misses {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn a_pattern_of_stars_is_no_trap() {
        let path = format!("/{}", "a".repeat(2_000));
        assert!(!matches(&format!("{}b", "*a".repeat(200)), &path));
    }
}
