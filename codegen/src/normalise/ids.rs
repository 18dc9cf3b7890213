//! Operation ids: generated where they are missing, and made unique.
//!
//! The id of an operation depends only on its own method and path, so that a change to one
//! operation renames no other.

use std::collections::{HashMap, HashSet};

use super::references::Context;
use super::resolved::Operation;
use crate::parse::text::excerpt;

/// Gives each operation a unique id. An empty id counts as missing.
pub(super) fn assign(operations: &mut [Operation], context: &mut Context<'_>) {
    let mut holders: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, operation) in operations.iter().enumerate() {
        if !operation.id.is_empty() {
            holders.entry(operation.id.clone()).or_default().push(index);
        }
    }
    let mut taken: HashSet<String> = holders.keys().cloned().collect();
    let mut renamed: Vec<(usize, usize)> = Vec::new();
    for group in holders.values_mut().filter(|group| group.len() > 1) {
        // The order of the document doesn't matter: moving an operation keeps its id.
        group.sort_by_key(|&index| key(&operations[index]));
        renamed.extend(group.iter().skip(1).map(|&index| (index, group[0])));
    }
    renamed.sort_unstable();
    let keepers: HashMap<usize, usize> = renamed.iter().copied().collect();
    let mut nameless: Vec<usize> = (0..operations.len())
        .filter(|index| operations[*index].id.is_empty() || keepers.contains_key(index))
        .collect();
    nameless.sort_by_key(|&index| key(&operations[index]));
    for index in nameless {
        let operation = &operations[index];
        let words = words(operation);
        let id = if operation.id.is_empty() {
            words
        } else {
            format!("{}_{words}", operation.id)
        };
        operations[index].id = unique(id, &mut taken);
    }
    for (index, keeper) in renamed {
        report(&operations[index], &operations[keeper], context);
    }
}

fn key(operation: &Operation) -> (String, String) {
    (operation.path.clone(), operation.method.clone())
}

fn unique(id: String, taken: &mut HashSet<String>) -> String {
    if taken.insert(id.clone()) {
        return id;
    }
    let mut number = 2_usize;
    loop {
        let candidate = format!("{id}_{number}");
        if taken.insert(candidate.clone()) {
            return candidate;
        }
        number += 1;
    }
}

/// Returns method and path as words: `get_users_by_id` for `GET /users/{id}`.
fn words(operation: &Operation) -> String {
    let mut words = operation.method.to_ascii_lowercase();
    for segment in operation.path.split('/') {
        let mut word = String::new();
        for c in segment.chars() {
            match c {
                '{' => word.push_str("_by_"),
                c if c.is_alphanumeric() => word.push(c),
                _ => word.push('_'),
            }
        }
        for part in word.split('_').filter(|part| !part.is_empty()) {
            words.push('_');
            words.push_str(part);
        }
    }
    words
}

fn report(operation: &Operation, keeper: &Operation, context: &mut Context<'_>) {
    let message = format!(
        "the operationId `{}` also belongs to {} {} ({}), so this operation is named `{}`",
        excerpt(&keeper.id),
        keeper.method,
        excerpt(&keeper.path),
        excerpt(&keeper.pointer.to_string()),
        excerpt(&operation.id),
    );
    context.warn(
        &operation.pointer.child("operationId"),
        message,
        "give each operation a unique `operationId`",
    );
}
