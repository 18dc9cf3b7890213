//! Lays blocks out as lines, or as one line.

use pulldown_cmark::Alignment;

use super::read::{Container, Node, Row, Span, Table};
use super::spans::{self, Mode, Word};

/// The width of a line in columns, if its words allow it.
const WIDTH: usize = 92;
/// The length at which a sentence is cut.
const SENTENCE: usize = 200;
/// The length from which a word is omitted from a sentence.
const WORD: usize = 1000;

/// Returns the blocks as lines of Markdown.
pub fn lines(nodes: &[Node]) -> Vec<String> {
    let mut layout = Layout::default();
    layout.frames.push(Frame::default());
    for node in nodes {
        layout.node(node);
    }
    layout.lines
}

/// Returns the blocks as one line.
pub fn line(nodes: &[Node], mode: Mode) -> String {
    let mut out = String::new();
    // The separator after a block, unless it ends with punctuation.
    let mut part = "";
    for node in nodes {
        match node {
            Node::Open(Container::List { .. }) => part = ":",
            Node::Close => part = ";",
            _ => {}
        }
        let text = join(&flat(node, mode));
        if text.is_empty() {
            continue;
        }
        if out.is_empty() {
            out.push_str(&if mode == Mode::Plain {
                text
            } else {
                first_line(&text)
            });
        } else {
            if !out.ends_with(['.', ':', ';', ',', '!', '?']) {
                out.push_str(part);
            }
            out.push(' ');
            out.push_str(&text);
        }
        part = "";
    }
    out
}

/// Returns the first sentence of the first paragraph, or of the first block.
pub fn sentence(nodes: &[Node]) -> String {
    let say = |node: &Node| Some(flat(node, Mode::Sentence)).filter(|words| !words.is_empty());
    let mut paragraphs = nodes
        .iter()
        .filter(|node| matches!(node, Node::Paragraph(_)));
    let Some(mut words) = paragraphs
        .find_map(say)
        .or_else(|| nodes.iter().find_map(say))
    else {
        return String::new();
    };
    let last = (0..words.len())
        .find(|index| ends_sentence(&words, *index))
        .unwrap_or(words.len());
    words.truncate(last + 1);
    let mut out = String::new();
    let mut length = 0;
    let count = words.len();
    for (index, word) in words.iter().enumerate() {
        let text = if index == 0 {
            word.at_line_start()
        } else {
            word.text.as_str().into()
        };
        let width = text.chars().count();
        length += width + 1;
        if (length > SENTENCE && index > 0 && index + 1 < count) || width > WORD {
            out.push('…');
            return out;
        }
        if index > 0 {
            out.push(' ');
        }
        out.push_str(&text);
    }
    if !out.ends_with(['.', '!', '?', '…', '。']) {
        out.truncate(out.trim_end_matches([':', ';', ',']).len());
        out.push('.');
    }
    out
}

/// Whether a sentence ends with this word.
fn ends_sentence(words: &[Word], index: usize) -> bool {
    let Some(word) = words.get(index) else {
        return false;
    };
    let Some(next) = words.get(index + 1) else {
        return true;
    };
    if next.breaks || word.text.ends_with(['。', '！', '？']) {
        return true;
    }
    let bare = word.text.trim_end_matches([')', '"', '\'', '”', '’']);
    let Some(before) = bare.strip_suffix(['.', '!', '?']) else {
        return false;
    };
    // `e.g.`, `U.S.`, `etc.`, `no.` and initials don't end a sentence.
    let letters = before.trim_start_matches(['(', '"', '\'']);
    let abbreviated = letters.contains('.')
        && letters.chars().all(|c| c.is_alphabetic() || c == '.')
        || letters.chars().count() < 2
        || ["etc", "vs", "cf", "No", "no", "approx", "incl", "resp"].contains(&letters);
    if abbreviated && bare.ends_with('.') {
        return false;
    }
    !next.text.chars().next().is_some_and(char::is_lowercase)
}

/// Returns the content of a block as words of one line.
fn flat(node: &Node, mode: Mode) -> Vec<Word> {
    match node {
        Node::Paragraph(spans) | Node::Heading(spans) => spans::words(spans, mode, false),
        Node::Code(lines) => {
            let text = lines
                .iter()
                .map(|line| line.trim())
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            spans::words(&[Span::Code(text)], mode, false)
        }
        Node::Table(table) => table
            .rows
            .iter()
            .flat_map(|row| flat_row(row, mode))
            .collect(),
        Node::Open(_) | Node::Close | Node::Rule => Vec::new(),
    }
}

/// Returns a table row: cells separated by commas, with a semicolon at the end.
fn flat_row(row: &Row, mode: Mode) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    for cell in row {
        let words = spans::words(cell, mode, false);
        if let (Some(last), false) = (out.last_mut(), words.is_empty()) {
            last.text.push(',');
        }
        out.extend(words);
    }
    if let Some(last) = out.last_mut() {
        last.text.push(';');
    }
    out
}

fn join(words: &[Word]) -> String {
    let mut out = String::new();
    for word in words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word.text);
    }
    out
}

/// Returns a line whose first word is escaped for the start of a line.
fn first_line(text: &str) -> String {
    let (first, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
    let first = Word {
        text: first.to_owned(),
        breaks: false,
    };
    format!("{}{rest}", first.at_line_start())
}

/// A container that is being laid out.
#[derive(Default)]
struct Frame {
    kind: FrameKind,
    /// The prefix of its first line.
    first: String,
    /// The prefix of its other lines.
    rest: String,
    /// Whether it has a line.
    used: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum FrameKind {
    #[default]
    Plain,
    List {
        next: Option<u64>,
        tight: bool,
    },
    Item {
        tight: bool,
    },
}

#[derive(Default)]
struct Layout {
    lines: Vec<String>,
    frames: Vec<Frame>,
}

impl Layout {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Open(container) => self.open(container),
            Node::Close => {
                self.frames.pop();
            }
            Node::Paragraph(spans) => self.paragraph(&spans::words(spans, Mode::Inline, false)),
            Node::Heading(spans) => self.heading(spans),
            Node::Code(lines) => self.code(lines),
            Node::Table(table) => self.table(table),
            Node::Rule => {
                self.part(false);
                self.push("* * *");
            }
        }
    }

    fn open(&mut self, container: &Container) {
        let parent = self.frames.last_mut().map(|frame| &mut frame.kind);
        let frame = match (container, parent) {
            (Container::Quote, _) => {
                self.part(false);
                Frame {
                    first: "> ".to_owned(),
                    rest: "> ".to_owned(),
                    ..Frame::default()
                }
            }
            (Container::List { start, tight }, _) => {
                // A number other than 1 doesn't start a list inside a paragraph.
                self.part(start.is_none_or(|start| start == 1));
                Frame {
                    kind: FrameKind::List {
                        next: *start,
                        tight: *tight,
                    },
                    ..Frame::default()
                }
            }
            (Container::Item, Some(FrameKind::List { next, tight })) => {
                let marker = next.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
                // CommonMark allows nine digits.
                *next = next.map(|number| (number + 1).min(999_999_999));
                let tight = *tight;
                self.part(tight);
                Frame {
                    kind: FrameKind::Item { tight },
                    rest: " ".repeat(marker.len()),
                    first: marker,
                    ..Frame::default()
                }
            }
            (Container::Item, _) => Frame::default(),
        };
        self.frames.push(frame);
    }

    /// Adds a blank line before the next block, except before a `close` block in a tight list.
    fn part(&mut self, close: bool) {
        let Some(frame) = self.frames.last().filter(|frame| frame.used) else {
            return;
        };
        let tight = matches!(
            frame.kind,
            FrameKind::List { tight: true, .. } | FrameKind::Item { tight: true }
        );
        if !(tight && close) {
            let blank: String = self
                .frames
                .iter()
                .map(|frame| frame.rest.as_str())
                .collect();
            self.lines.push(blank.trim_end().to_owned());
        }
    }

    /// Returns the prefix of the next line.
    fn prefix(&mut self) -> String {
        let mut out = String::new();
        for frame in &mut self.frames {
            out.push_str(if frame.used {
                &frame.rest
            } else {
                &frame.first
            });
            frame.used = true;
        }
        out
    }

    fn push(&mut self, line: &str) {
        let mut out = self.prefix();
        out.push_str(line);
        self.lines.push(out.trim_end_matches(' ').to_owned());
    }

    fn paragraph(&mut self, words: &[Word]) {
        if words.is_empty() {
            return;
        }
        self.part(false);
        let indent: usize = self.frames.iter().map(|frame| frame.rest.len()).sum();
        let width = WIDTH.saturating_sub(indent);
        let mut line = String::new();
        let mut columns = 0;
        for word in words {
            let at_start = word.at_line_start();
            let length = word.text.chars().count();
            // A word that would be markup at the start of a line isn't moved there.
            let wraps = columns + 1 + length > width && at_start == word.text;
            if line.is_empty() {
                line.push_str(&at_start);
                columns = length;
            } else if word.breaks || wraps {
                if word.breaks {
                    line.push('\\');
                }
                self.push(&std::mem::take(&mut line));
                line.push_str(&at_start);
                columns = length;
            } else {
                line.push(' ');
                line.push_str(&word.text);
                columns += 1 + length;
            }
        }
        self.push(&line);
    }

    /// Returns a heading as a bold paragraph, which keeps the structure of the page.
    fn heading(&mut self, spans: &[Span]) {
        let mut words = spans::words(spans, Mode::Inline, true);
        for word in &mut words {
            word.breaks = false;
        }
        if let Some(first) = words.first_mut() {
            first.text.insert_str(0, "**");
        }
        if let Some(last) = words.last_mut() {
            last.text.push_str("**");
        }
        self.paragraph(&words);
    }

    fn code(&mut self, lines: &[String]) {
        self.part(true);
        let longest = lines
            .iter()
            .map(|line| spans::longest_run(line, '`'))
            .max()
            .unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.push(&format!("{fence}text"));
        for line in lines {
            self.push(line);
        }
        self.push(&fence);
    }

    fn table(&mut self, table: &Table) {
        let Some((head, body)) = table.rows.split_first() else {
            return;
        };
        self.part(false);
        self.row(head);
        let rule = |alignment: &Alignment| match alignment {
            Alignment::None => "---",
            Alignment::Left => ":--",
            Alignment::Center => ":-:",
            Alignment::Right => "--:",
        };
        let rules: Vec<_> = (0..head.len())
            .map(|column| table.alignments.get(column).map_or("---", rule))
            .collect();
        self.push(&format!("| {} |", rules.join(" | ")));
        for row in body {
            self.row(row);
        }
    }

    fn row(&mut self, row: &Row) {
        let cells: Vec<_> = row
            .iter()
            .map(|cell| join(&spans::words(cell, Mode::Cell, false)))
            .collect();
        self.push(&format!("| {} |", cells.join(" | ")));
    }
}
