//! Puts values into the Markdown that a template printed, each so that it can't change the text around it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::print::{Fault, Printed, Values};
use super::value::Kind;
use crate::text;
use crate::view::StrLit;

/// The part of the text that contains a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Cell,
    CodeBlock,
}

/// Replaces the marks in a text with their values.
pub fn fill(text: &str, values: &Values) -> Result<String, Fault> {
    let marks = values.marks(text)?;
    if marks.is_empty() {
        return Ok(text.to_owned());
    }
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut place = Place::Text;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => place = Place::CodeBlock,
            Event::Start(Tag::TableCell) => place = Place::Cell,
            Event::End(TagEnd::CodeBlock | TagEnd::TableCell) => place = Place::Text,
            Event::Code(content) if marks.iter().any(|(mark, _)| covers(&range, mark)) => {
                let code = text::code(&values.plain(&content)?);
                edits.push((range, in_cell(place, code)));
            }
            Event::Text(_) => {
                for (mark, printed) in marks.iter().filter(|(mark, _)| covers(&range, mark)) {
                    let value = written(place, printed, mark, text)?;
                    edits.push((whole(text, mark, printed)?, value));
                }
            }
            _ => {}
        }
    }
    for (mark, printed) in &marks {
        if !edits.iter().any(|(range, _)| covers(range, mark)) {
            edits.push((mark.clone(), as_target(printed, mark.start)?));
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let filled = apply(text, edits);
    if examples(&filled) != examples(text) {
        return Err(Fault::new(
            marks.first().map_or(0, |(mark, _)| mark.start),
            "a value would become a block of code",
            "print documentation with less indentation",
        ));
    }
    Ok(filled)
}

fn covers(range: &Range<usize>, mark: &Range<usize>) -> bool {
    range.start <= mark.start && mark.end <= range.end
}

/// Returns the number of code blocks that may run as tests. Those of documentation are marked as text.
fn examples(text: &str) -> usize {
    let is_example = |event: &Event<'_>| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => true,
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => &**language != "text",
        _ => false,
    };
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    events.filter(is_example).count()
}

fn apply(text: &str, edits: Vec<(Range<usize>, String)>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut at = 0;
    for (range, value) in edits {
        // A parser could report a place twice.
        if range.start >= at {
            filled.extend([&text[at..range.start], &value]);
            at = range.end;
        }
    }
    filled.push_str(&text[at..]);
    filled
}

fn in_cell(place: Place, markdown: String) -> String {
    match place {
        Place::Cell => text::escape_cell(&markdown),
        Place::Text | Place::CodeBlock => markdown,
    }
}

/// Returns the range that a value replaces: the whole line for documentation, whose lines are indented
/// alike.
fn whole(text: &str, mark: &Range<usize>, printed: &Printed) -> Result<Range<usize>, Fault> {
    let Printed::Typed(Kind::Docs, _) = printed else {
        return Ok(mark.clone());
    };
    let start = text[..mark.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[mark.end..]
        .find('\n')
        .map_or(text.len(), |at| mark.end + at);
    if !text[start..mark.start].trim().is_empty() || !text[mark.end..end].trim().is_empty() {
        return Err(Fault::docs_share_a_line(mark.start));
    }
    Ok(start..end)
}

/// Writes a value into text, a table or a code block.
fn written(
    place: Place,
    printed: &Printed,
    mark: &Range<usize>,
    text: &str,
) -> Result<String, Fault> {
    Ok(match (place, printed) {
        (Place::CodeBlock, Printed::Literal(value)) => StrLit::new(value).to_string(),
        (Place::CodeBlock | Place::Cell, Printed::Typed(Kind::Docs, _)) => {
            return Err(Fault::new(
                mark.start,
                "documentation is printed in a table or a code block",
                "print it on a line of its own, outside of tables and code blocks",
            ));
        }
        (Place::Text, Printed::Typed(Kind::Docs, lines)) => {
            let start = text[..mark.start].rfind('\n').map_or(0, |at| at + 1);
            let indentation = &text[start..mark.start];
            let lines = lines.lines().map(|line| match line {
                "" => String::new(),
                line => format!("{indentation}{line}"),
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        (Place::Text, Printed::Literal(value)) => text::inline(value),
        (Place::Cell, Printed::Literal(value)) => text::cell(value),
        (Place::Text | Place::Cell, Printed::Typed(Kind::Type, value)) => {
            in_cell(place, text::code(value))
        }
        (_, Printed::Typed(_, value)) => value.clone(),
    })
}

/// Writes a value elsewhere, such as into the target of a link. Only a path is safe there.
fn as_target(printed: &Printed, at: usize) -> Result<String, Fault> {
    let is_path = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '#'))
    };
    match printed {
        Printed::Typed(Kind::Ident | Kind::Type, value) if is_path(value) => Ok(value.clone()),
        _ => Err(Fault::new(
            at,
            "a value is printed in HTML, the target of a link, or the language of a code block",
            "only identifiers and paths can be printed there",
        )),
    }
}
