//! Puts values into the Rust code that a template printed.
//!
//! A mark has to be a token of its own, or in a doc comment. Anywhere else, in a string, in a comment or in
//! the middle of a word, a value could become something that the template's author didn't mean.

use std::collections::HashSet;
use std::ops::Range;
use std::str::FromStr as _;

use proc_macro2::{Span, TokenStream, TokenTree};

use super::markdown;
use super::print::{Fault, Printed, Values};
use super::value::Kind;
use crate::view::StrLit;

/// What a template has to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grammar {
    /// A file.
    File,
    /// Items in a file that has others.
    Items,
    /// Attributes of an item.
    Attributes,
}

/// The item that attributes are checked with.
const BEARER: &str = "\nstruct Bearer;\n";

/// Replaces the marks in Rust code with their values, and checks the result.
pub fn fill(output: &str, values: &Values, grammar: Grammar) -> Result<String, Fault> {
    let places = Places::of(output);
    // proc-macro2 keeps a copy of every parsed text for its spans. No span is alive here.
    proc_macro2::extra::invalidate_current_thread_spans();
    let places = places?;
    for (mark, _) in values.marks(output)? {
        let is_token = places.tokens.contains(&(mark.start, mark.end)) && !is_quoted(output, &mark);
        if !is_token && !places.is_in_docs(&mark) {
            return Err(Fault::new(
                mark.start,
                "a value is printed inside a string, a comment or a word",
                "build the text with `~` first and print it alone, such as `{{ (a ~ \"_b\")|ident }}`; \
                 a text prints its own quotes",
            ));
        }
    }
    let code = Code::new(output, values, &places)?;
    code.check(output, grammar)?;
    Ok(code.complete)
}

/// Returns whether a mark is next to a sign with which its value would be another token: `'a` is a
/// lifetime, but `'"'` a character.
fn is_quoted(output: &str, mark: &Range<usize>) -> bool {
    output[..mark.start].ends_with('\'') || output[mark.end..].starts_with(['\'', '"', '#'])
}

/// The places in Rust code where values may be.
struct Places {
    /// Identifiers.
    tokens: HashSet<(usize, usize)>,
    /// Doc comments, `///` and `//!`.
    docs: Vec<Range<usize>>,
}

impl Places {
    fn of(code: &str) -> Result<Self, Fault> {
        let tokens = TokenStream::from_str(code).map_err(|error| {
            let at = offset(code, error.span());
            Fault::new(
                at,
                format!("the output isn't Rust: {error}"),
                excerpt(code, at),
            )
        })?;
        let mut places = Self {
            tokens: HashSet::new(),
            docs: Vec::new(),
        };
        let mut pending = vec![tokens.into_iter()];
        while let Some(tokens) = pending.last_mut() {
            match tokens.next() {
                None => {
                    pending.pop();
                }
                Some(TokenTree::Group(group)) => pending.push(group.stream().into_iter()),
                Some(TokenTree::Ident(ident)) => {
                    let range = ident.span().byte_range();
                    places.tokens.insert((range.start, range.end));
                }
                Some(TokenTree::Literal(literal)) => {
                    let range = literal.span().byte_range();
                    let text = code.get(range.clone()).unwrap_or_default();
                    if text.starts_with("///") || text.starts_with("//!") {
                        places.docs.push(range);
                    }
                }
                Some(TokenTree::Punct(_)) => {}
            }
        }
        places.docs.sort_by_key(|range| range.start);
        Ok(places)
    }

    fn is_in_docs(&self, mark: &Range<usize>) -> bool {
        let next = self.docs.partition_point(|docs| docs.start <= mark.start);
        let docs = next.checked_sub(1).and_then(|index| self.docs.get(index));
        docs.is_some_and(|docs| mark.end <= docs.end)
    }
}

/// Code with its values.
struct Code {
    /// The code.
    complete: String,
    /// The code with empty documentation, so that it has the lines of the output.
    bare: String,
}

impl Code {
    fn new(output: &str, values: &Values, places: &Places) -> Result<Self, Fault> {
        let mut code = Self {
            complete: String::with_capacity(output.len()),
            bare: String::with_capacity(output.len()),
        };
        let mut lines = lines(output).peekable();
        while let Some(line) = lines.next() {
            let start = line.start + indentation(&output[line.clone()]).len();
            let Some(sign) = places.sign_at(output, start) else {
                code.line(output, line, values)?;
                continue;
            };
            let mut block = vec![line];
            while let Some(next) = lines.next_if(|next| {
                let start = next.start + indentation(&output[next.clone()]).len();
                places.sign_at(output, start) == Some(sign)
            }) {
                block.push(next);
            }
            code.docs(output, &block, sign, values)?;
        }
        Ok(code)
    }

    /// Adds a line of code.
    fn line(&mut self, output: &str, line: Range<usize>, values: &Values) -> Result<(), Fault> {
        let text = &output[line.clone()];
        let mut at = 0;
        let mut complete = String::with_capacity(text.len());
        let relocated = |fault: Fault| Fault {
            at: line.start + fault.at,
            ..fault
        };
        for (mark, printed) in values.marks(text).map_err(relocated)? {
            complete.push_str(&text[at..mark.start]);
            match printed {
                Printed::Literal(value) => complete.push_str(&StrLit::new(value).to_string()),
                Printed::Typed(Kind::Ident | Kind::Type, value) => complete.push_str(value),
                Printed::Typed(Kind::Docs, docs) => {
                    if text.trim() != &text[mark.clone()] {
                        return Err(Fault::docs_share_a_line(line.start + mark.start));
                    }
                    for docs in docs.lines() {
                        let space = if docs.is_empty() { "" } else { " " };
                        self.complete.extend(["///", space, docs, "\n"]);
                    }
                    self.bare.push_str("///\n");
                    return Ok(());
                }
            }
            at = mark.end;
        }
        complete.push_str(&text[at..]);
        self.complete.extend([&complete, "\n"]);
        self.bare.extend([&complete, "\n"]);
        Ok(())
    }

    /// Adds a block of doc comments.
    fn docs(
        &mut self,
        output: &str,
        block: &[Range<usize>],
        sign: &str,
        values: &Values,
    ) -> Result<(), Fault> {
        let content = |line: &Range<usize>| {
            let text = output[line.clone()].trim_start();
            let text = text.strip_prefix(sign).unwrap_or(text);
            text.strip_prefix(' ').unwrap_or(text)
        };
        let text: Vec<&str> = block.iter().map(content).collect();
        let text = text.join("\n");
        let filled = markdown::fill(&text, values).map_err(|fault| {
            let line = text[..fault.at].matches('\n').count();
            let at = block.get(line).map_or(0, |line| line.start);
            Fault { at, ..fault }
        })?;
        for line in filled.lines() {
            let space = if line.is_empty() { "" } else { " " };
            self.complete.extend([sign, space, line, "\n"]);
        }
        for _ in block {
            self.bare.extend([sign, "\n"]);
        }
        Ok(())
    }

    /// Checks that the code parses.
    fn check(&self, output: &str, grammar: Grammar) -> Result<(), Fault> {
        let bearer = if grammar == Grammar::Attributes {
            BEARER
        } else {
            ""
        };
        let parsed = syn::parse_file(&format!("{}{bearer}", self.bare));
        let result = match (grammar, parsed) {
            (_, Err(error)) => {
                let line = error.span().start().line.saturating_sub(1);
                let at = lines(output)
                    .nth(line)
                    .map_or(output.len(), |line| line.start);
                let message = format!("the output isn't valid Rust: {error}");
                Err(Fault::new(
                    at,
                    message,
                    excerpt(&self.bare, offset_of(&self.bare, line)),
                ))
            }
            (Grammar::Items, Ok(file)) if !file.attrs.is_empty() => Err(Fault::new(
                0,
                "the output has attributes or documentation of a module (`#![…]`, `//!`)",
                "the slot is in the middle of a module: print items only",
            )),
            (Grammar::Attributes, Ok(file)) if file.items.len() != 1 || !file.attrs.is_empty() => {
                let message = "the output has more than attributes";
                Err(Fault::new(
                    0,
                    message,
                    "print attributes only, such as `#[derive(Hash)]`",
                ))
            }
            (_, Ok(_)) => Ok(()),
        };
        proc_macro2::extra::invalidate_current_thread_spans();
        result
    }
}

impl Places {
    /// Returns the start of the doc comment at a place.
    fn sign_at(&self, code: &str, at: usize) -> Option<&'static str> {
        let index = self
            .docs
            .binary_search_by_key(&at, |docs| docs.start)
            .ok()?;
        let text = code.get(self.docs.get(index)?.clone())?;
        Some(if text.starts_with("//!") {
            "//!"
        } else {
            "///"
        })
    }
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// Returns the ranges of the lines, without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    })
}

/// Returns the byte of the start of a line, counted from 0.
fn offset_of(text: &str, line: usize) -> usize {
    lines(text).nth(line).map_or(text.len(), |line| line.start)
}

fn offset(code: &str, span: Span) -> usize {
    let range = span.byte_range();
    if code.is_char_boundary(range.start) {
        range.start
    } else {
        0
    }
}

/// Shows the line of generated code at a byte.
fn excerpt(code: &str, at: usize) -> String {
    const LONGEST: usize = 160;
    let line = lines(code).take_while(|line| line.start <= at).last();
    let line = line.map_or("", |line| code[line].trim());
    match line {
        "" => "correct the template here".to_owned(),
        line => format!(
            "the generated line is: {}",
            line.chars().take(LONGEST).collect::<String>()
        ),
    }
}
