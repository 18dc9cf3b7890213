//! Resolves `#[cfg(feature = "…")]` in Rust source code, and leaves everything else unchanged.

use std::ops::Range;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Returns whether a feature is enabled; `None` if the user of the client decides.
type Decide<'a> = &'a dyn Fn(&str) -> Option<bool>;

/// Removes the code that conditions on decided features exclude, the conditions that hold, and the decided
/// features from the conditions that remain. `decide` returns whether a feature is enabled, or `None` if it
/// isn't decided yet.
pub(crate) fn resolve(source: &str, decide: Decide<'_>) -> String {
    // Most files have no conditions.
    if !source.contains("#[cfg(") {
        return source.to_owned();
    }
    let Ok(tokens) = source.parse::<TokenStream>() else {
        return source.to_owned();
    };
    let mut edits = Vec::new();
    find_edits(tokens, decide, &mut edits);
    edits.sort_by_key(|edit| edit.range.start);
    let mut out = String::with_capacity(source.len());
    let mut end = 0;
    for Edit { range, replacement } in edits {
        // Skip an edit inside another one.
        if range.start < end {
            continue;
        }
        let (start, next) = match &replacement {
            Some(_) => (range.start, range.end),
            None => (
                line_start(source, range.start).max(end),
                line_end(source, range.end),
            ),
        };
        out.push_str(&source[end..start]);
        out.push_str(&replacement.unwrap_or_default());
        end = next;
    }
    out.push_str(&source[end..]);
    out
}

/// What replaces a part of the source; `None` removes its lines.
struct Edit {
    range: Range<usize>,
    replacement: Option<String>,
}

/// Returns the start of the line of `at` if only white space precedes `at`; `at` otherwise.
fn line_start(source: &str, at: usize) -> usize {
    let start = source[..at].rfind('\n').map_or(0, |before| before + 1);
    match source[start..at].trim().is_empty() {
        true => start,
        false => at,
    }
}

/// Returns the start of the line after `at` if only white space follows `at`; `at` otherwise.
fn line_end(source: &str, at: usize) -> usize {
    let end = source[at..]
        .find('\n')
        .map_or(source.len(), |length| at + length + 1);
    match source[at..end].trim().is_empty() {
        true => end,
        false => at,
    }
}

/// An outer attribute: `#` and its brackets.
struct Attribute {
    range: Range<usize>,
    condition: Option<Condition>,
}

/// What is known of a condition.
enum Condition {
    Decided(bool),
    /// What remains of it without decided features.
    Open(String),
}

/// Finds the edits at this level and inside its groups.
fn find_edits(tokens: TokenStream, decide: Decide<'_>, edits: &mut Vec<Edit>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let mut attributes = Vec::new();
        while let Some(attribute) = attribute(&tokens[at..], decide) {
            attributes.push(attribute);
            at += 2;
        }
        let excluded = attributes
            .iter()
            .any(|it| matches!(it.condition, Some(Condition::Decided(false))));
        if excluded && let Some(first) = attributes.first() {
            let next = item_end(&tokens, at);
            let end = tokens.get(next.saturating_sub(1));
            let end = end.map_or(first.range.end, |last| last.span().byte_range().end);
            edits.push(Edit {
                range: first.range.start..end,
                replacement: None,
            });
            at = next;
            continue;
        }
        for Attribute { range, condition } in attributes {
            let replacement = match condition {
                Some(Condition::Open(remaining)) => Some(format!("#[cfg({remaining})]")),
                Some(Condition::Decided(_)) => None,
                None => continue,
            };
            edits.push(Edit { range, replacement });
        }
        if let Some(token) = tokens.get(at) {
            if let TokenTree::Group(group) = token {
                find_edits(group.stream(), decide, edits);
            }
            at += 1;
        }
    }
}

/// Returns the outer attribute that begins here.
fn attribute(tokens: &[TokenTree], decide: Decide<'_>) -> Option<Attribute> {
    match tokens {
        [TokenTree::Punct(hash), TokenTree::Group(group), ..]
            if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some(Attribute {
                range: hash.span().byte_range().start..group.span().byte_range().end,
                condition: condition(group).map(|it| evaluate(it, decide)),
            })
        }
        _ => None,
    }
}

/// Returns the condition in the brackets of a `cfg` attribute.
fn condition(brackets: &Group) -> Option<TokenStream> {
    let mut tokens = brackets.stream().into_iter();
    match (tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(name), TokenTree::Group(condition)) if name == "cfg" => {
            Some(condition.stream())
        }
        _ => None,
    }
}

/// Evaluates a condition: `feature = "…"`, or `not(…)`, `all(…)` or `any(…)` of conditions.
fn evaluate(condition: TokenStream, decide: Decide<'_>) -> Condition {
    let tokens: Vec<TokenTree> = condition.clone().into_iter().collect();
    let decided = match tokens.as_slice() {
        // Tests stay where they are written: the runtime's unit tests, and a client's examples.
        [TokenTree::Ident(key)] if key == "test" || key == "doctest" => Some(false),
        [
            TokenTree::Ident(key),
            TokenTree::Punct(_),
            TokenTree::Literal(value),
        ] if key == "feature" => decide(value.to_string().trim_matches('"')),
        [TokenTree::Ident(operator), TokenTree::Group(operands)] => {
            let operands = split_at_commas(operands.stream()).into_iter();
            let operands = operands.map(|it| evaluate(it, decide)).collect();
            match operator.to_string().as_str() {
                "not" => return negate(operands),
                "all" => return fold("all", operands, false),
                "any" => return fold("any", operands, true),
                _ => None,
            }
        }
        _ => None,
    };
    match decided {
        Some(value) => Condition::Decided(value),
        None => Condition::Open(condition.to_string()),
    }
}

fn negate(operands: Vec<Condition>) -> Condition {
    match operands.into_iter().next() {
        Some(Condition::Decided(value)) => Condition::Decided(!value),
        Some(Condition::Open(remaining)) => Condition::Open(format!("not({remaining})")),
        None => Condition::Open("not()".to_owned()),
    }
}

/// Returns `deciding` if at least one operand is that, the opposite if all operands are the opposite, and
/// the open operands otherwise.
fn fold(operator: &str, operands: Vec<Condition>, deciding: bool) -> Condition {
    let mut open = Vec::new();
    for operand in operands {
        match operand {
            Condition::Decided(value) if value == deciding => {
                return Condition::Decided(deciding);
            }
            Condition::Decided(_) => {}
            Condition::Open(remaining) => open.push(remaining),
        }
    }
    match open.as_slice() {
        [] => Condition::Decided(!deciding),
        [only] => Condition::Open(only.clone()),
        _ => Condition::Open(format!("{operator}({})", open.join(", "))),
    }
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => {
                parts.push(TokenStream::new());
            }
            (_, Some(last)) => last.extend([token]),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Returns the end of the item, field, variant, arm or statement that begins at `start`. It ends with
/// `;`, with a `,` outside generic arguments, or with braces that neither of them follows.
fn item_end(tokens: &[TokenTree], start: usize) -> usize {
    let mark = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    };
    let mut generics = 0_usize;
    let mut at = start;
    while at < tokens.len() {
        let before = at.checked_sub(1).and_then(mark);
        match mark(at) {
            Some(';') => return at + 1,
            Some(',') if generics == 0 => return at + 1,
            Some('<') => generics += 1,
            // Not the end of `->` or `=>`.
            Some('>') if !matches!(before, Some('-' | '=')) => {
                generics = generics.saturating_sub(1);
            }
            _ => {}
        }
        if matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Brace) {
            let ended = matches!(mark(at + 1), Some(';' | ','));
            return at + 1 + usize::from(ended);
        }
        at += 1;
    }
    at
}
