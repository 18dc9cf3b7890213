//! Finds the lines and columns of JSON pointers, in one pass over the text.
//!
//! Only the requested pointers are kept, as a trie of their segments. The events of the text walk
//! along the trie.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use libyaml_safer::{EventData, Mark, Parser};
use serde::de::IgnoredAny;

use super::{Source, changes};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::pointer::Pointer;

/// Fills in each missing `location` of a diagnostic of the document. A place that isn't in the text, because a repair added it,
/// gets the location of the nearest enclosing place.
pub(super) fn locate(source: &Source, diagnostics: &mut Diagnostics) {
    let mut by_file: BTreeMap<Option<String>, Vec<Wanted<'_>>> = BTreeMap::new();
    let mut known = None;
    for diagnostic in diagnostics.iter_mut() {
        if diagnostic.location.is_none() && diagnostic.option.is_empty() {
            // A value from an overlay is located in the overlay.
            // A node of a converted document is where the document has it.
            let changes = known.get_or_insert_with(|| changes(source));
            let place = changes.origins.of(&diagnostic.pointer);
            if changes.is_converted && place.file().is_none() {
                diagnostic.pointer = place.clone();
            }
            let wanted = by_file.entry(place.file()).or_default();
            wanted.push((diagnostic, place.in_file()));
        }
    }
    for (file, diagnostics) in by_file {
        match file {
            None => locate_in(source, diagnostics),
            Some(file) => {
                if let Ok(source) = source.other(&file) {
                    locate_in(&source, diagnostics);
                }
            }
        }
    }
}

/// A diagnostic and its place in its file.
type Wanted<'d> = (&'d mut Diagnostic, Pointer);

/// Fills in the locations of diagnostics in one file.
fn locate_in(source: &Source, mut diagnostics: Vec<Wanted<'_>>) {
    let mut finder = Finder::default();
    let wanted: Vec<usize> = diagnostics
        .iter()
        .map(|(_, place)| finder.want(place.segments()))
        .collect();
    let skipped = source.text.len() - unmarked(&source.text).len();
    let text = unmarked(&source.text);
    if text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        scan_json(text, &mut finder);
    } else {
        scan_yaml(text, &mut finder);
    }
    let mut spans: Vec<(usize, Span)> = Vec::new();
    for (index, node) in wanted.into_iter().enumerate() {
        let Span { start, length } = finder.span(node);
        let start = skipped + start;
        spans.push((index, Span { start, length }));
    }
    spans.sort_by_key(|(_, span)| span.start);
    let mut cursor = Cursor::new(source);
    for (index, span) in spans {
        let location = cursor.advance_to(span);
        if let Some((diagnostic, _)) = diagnostics.get_mut(index) {
            diagnostic.location = Some(location);
        }
    }
}

/// Returns the location of a byte of the text.
pub(super) fn place(source: &Source, offset: usize) -> SourceLocation {
    Cursor::new(source).advance_to(Span {
        start: offset,
        length: 0,
    })
}

fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Counts lines and columns in one pass, because a text may be a single long line.
struct Cursor<'a> {
    source: &'a Source,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Cursor<'a> {
    fn new(source: &'a Source) -> Self {
        // A byte order mark has no column.
        let offset = source.text.len() - unmarked(&source.text).len();
        Self {
            source,
            offset,
            line: 1,
            column: 1,
        }
    }

    /// Returns the location of a span that begins at the cursor or after it.
    fn advance_to(&mut self, span: Span) -> SourceLocation {
        let text = &self.source.text;
        for c in text.get(self.offset..span.start).unwrap_or("").chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = self.offset.max(span.start);
        SourceLocation {
            file: self.source.name.clone(),
            line: self.line,
            column: self.column,
            offset: self.offset,
            length: span.length.min(text.len().saturating_sub(self.offset)),
        }
    }
}

/// A range of the text, in bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: usize,
    length: usize,
}

/// A requested place, or one that contains such a place.
#[derive(Default)]
struct Node {
    parent: Option<usize>,
    children: HashMap<String, usize>,
    key: Option<Span>,
    value: Option<Span>,
}

/// An open collection.
struct Frame {
    /// Its node in the trie, if a place inside it was requested.
    node: Option<usize>,
    state: State,
}

enum State {
    /// In a sequence, before the element with this index.
    Element(usize),
    /// In a mapping, before a key.
    Key,
    /// In a mapping, after the key of this child.
    Value(Option<usize>, Span),
}

#[derive(Default)]
struct Finder {
    nodes: Vec<Node>,
    open: Vec<Frame>,
}

impl Finder {
    /// Requests a place.
    fn want(&mut self, steps: impl Iterator<Item = String>) -> usize {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let mut at = 0;
        for step in steps {
            let (parent, new) = (at, self.nodes.len());
            at = *self.nodes[parent].children.entry(step).or_insert(new);
            if at == new {
                self.nodes.push(Node {
                    parent: Some(parent),
                    ..Node::default()
                });
            }
        }
        at
    }

    /// Returns the span of a place: its value if that is a scalar, otherwise its key.
    fn span(&self, node: usize) -> Span {
        let mut at = Some(node);
        while let Some(node) = at.and_then(|at| self.nodes.get(at)) {
            match (node.key, node.value) {
                (_, Some(value)) if value.length > 0 => return value,
                (Some(key), _) => return key,
                (None, Some(value)) => return value,
                (None, None) => at = node.parent,
            }
        }
        Span::default()
    }

    fn child(&self, node: Option<usize>, step: &str) -> Option<usize> {
        self.nodes.get(node?)?.children.get(step).copied()
    }

    /// Handles the start of a value. Returns its node if a place inside it was requested.
    fn value(&mut self, span: Span) -> Option<usize> {
        let (child, key) = match self.open.last_mut() {
            None => (Some(0), None),
            Some(Frame {
                node,
                state: State::Element(index),
            }) => {
                let (node, step) = (*node, *index);
                *index += 1;
                (
                    node.and_then(|node| self.child(Some(node), &step.to_string())),
                    None,
                )
            }
            Some(frame) => match std::mem::replace(&mut frame.state, State::Key) {
                State::Value(child, key) => (child, Some(key)),
                // A collection is used as a key, so nothing inside it has a pointer.
                _ => {
                    frame.state = State::Value(None, span);
                    (None, None)
                }
            },
        };
        let node = self.nodes.get_mut(child?)?;
        (node.key, node.value) = (key, Some(span));
        child
    }

    fn scalar(&mut self, span: Span, text: impl FnOnce() -> String) {
        if let Some(Frame {
            node,
            state: State::Key,
        }) = self.open.last()
        {
            let child = node.and_then(|node| self.child(Some(node), &text()));
            if let Some(frame) = self.open.last_mut() {
                frame.state = State::Value(child, span);
            }
        } else {
            self.value(span);
        }
    }

    fn begin(&mut self, start: usize, state: State) {
        let node = self.value(Span { start, length: 0 });
        self.open.push(Frame { node, state });
    }

    fn end(&mut self) {
        self.open.pop();
    }
}

/// Walks over a JSON text.
fn scan_json(text: &str, finder: &mut Finder) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' => finder.begin(start, State::Key),
            b'[' => finder.begin(start, State::Element(0)),
            b'}' | b']' => finder.end(),
            b'"' => {
                while let Some(&byte) = bytes.get(at) {
                    at += if byte == b'\\' { 2 } else { 1 };
                    if byte == b'"' {
                        break;
                    }
                }
                let span = Span {
                    start,
                    length: at - start,
                };
                finder.scalar(span, || {
                    text.get(start..at)
                        .and_then(|raw| serde_json::from_str(raw).ok())
                        .unwrap_or_default()
                });
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                let ends =
                    |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
                at += bytes
                    .get(at..)
                    .and_then(|rest| rest.iter().position(ends))
                    .unwrap_or(0);
                finder.scalar(
                    Span {
                        start,
                        length: at - start,
                    },
                    String::new,
                );
            }
        }
    }
}

/// Walks over a YAML text, up to the first syntax error. The parser accepts what `serde_yaml`'s
/// does: both are libyaml.
fn scan_yaml(text: &str, finder: &mut Finder) {
    let mut input = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    while let Ok(event) = parser.parse() {
        let start = offset(event.start_mark);
        let length = offset(event.end_mark).saturating_sub(start);
        let span = Span { start, length };
        match event.data {
            EventData::Scalar { value, .. } => finder.scalar(span, || value),
            EventData::Alias { .. } => finder.scalar(span, String::new),
            EventData::MappingStart { .. } => finder.begin(start, State::Key),
            EventData::SequenceStart { .. } => finder.begin(start, State::Element(0)),
            EventData::MappingEnd | EventData::SequenceEnd => finder.end(),
            // Only the first document of the stream is read.
            EventData::DocumentEnd { .. } | EventData::StreamEnd => break,
            EventData::StreamStart { .. } | EventData::DocumentStart { .. } => {}
        }
    }
}

/// Returns the offset of a mark, in bytes.
fn offset(mark: Mark) -> usize {
    usize::try_from(mark.index).unwrap_or(usize::MAX)
}
