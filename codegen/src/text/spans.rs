//! Writes inline content as words.
//!
//! A word contains no line end. Text is escaped only where it would be markup, so that prose stays
//! readable.

use std::borrow::Cow;

use super::nest::nested;
use super::read::{InlineStyle, Span};
use super::url::{self, TextPart};

/// Where the words are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In a paragraph of Markdown.
    #[default]
    Inline,
    /// In a table cell.
    Cell,
    /// In a line of Markdown without emphasis and links.
    Sentence,
    /// In plain text.
    Plain,
}

/// A word.
#[derive(Debug, Default, PartialEq)]
pub struct Word {
    /// The text with its markup.
    pub text: String,
    /// Whether it starts a new line.
    pub breaks: bool,
}

impl Word {
    /// Returns the word escaped for the start of a line, where more characters are markup.
    pub fn at_line_start(&self) -> Cow<'_, str> {
        let text = self.text.as_str();
        let only = |allowed: &str| text.chars().all(|c| allowed.contains(c));
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (_, after) = text.split_at(digits);
        if (1..=9).contains(&digits) && matches!(after, "." | ")") {
            return Cow::Owned(format!(
                "{}\\{after}",
                text.get(..digits).unwrap_or_default()
            ));
        }
        let special = text.starts_with(['>', '|'])
            || ["#", "=", "+", "*", "_", "-|:", "~"].into_iter().any(only)
            || text.starts_with("~~~");
        if special {
            Cow::Owned(format!("\\{text}"))
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// Returns the words of a paragraph. With `strong`, the whole paragraph is strong, and strong parts
/// aren't marked.
pub fn words(spans: &[Span], mode: Mode, strong: bool) -> Vec<Word> {
    let spans = nested(spans, mode, strong);
    let mut writer = Writer {
        mode,
        ..Writer::default()
    };
    for (index, span) in spans.iter().enumerate() {
        writer.span(span, spans.get(index + 1));
    }
    writer.words
}

/// Returns code in a fence with more backticks than it contains in a row.
pub fn code(code: &str, mode: Mode) -> String {
    if mode == Mode::Plain {
        return code.to_owned();
    }
    let code = if mode == Mode::Cell {
        Cow::Owned(code.replace('|', "\\|"))
    } else {
        Cow::Borrowed(code)
    };
    let fence = "`".repeat(longest_run(&code, '`') + 1);
    let blank = code.starts_with('`')
        || code.ends_with('`')
        || (code.starts_with(' ') && code.ends_with(' '));
    let pad = if blank { " " } else { "" };
    format!("{fence}{pad}{code}{pad}{fence}")
}

/// Returns the longest run of `wanted`.
pub fn longest_run(text: &str, wanted: char) -> usize {
    let step = |(longest, run): (usize, usize), c| {
        let run = if c == wanted { run + 1 } else { 0 };
        (longest.max(run), run)
    };
    text.chars().fold((0, 0), step).0
}

#[derive(Default)]
struct Writer {
    mode: Mode,
    words: Vec<Word>,
    /// Whether the next text continues the last word.
    joined: bool,
    /// Whether the next word starts a new line.
    breaks: bool,
    /// Markers that open before the next text.
    pending: Vec<&'static str>,
    /// The target of the current link.
    link: Option<String>,
}

impl Writer {
    fn span(&mut self, span: &Span, next: Option<&Span>) {
        match span {
            Span::Text(text) if self.mode == Mode::Plain => self.plain(text),
            Span::Text(text) => self.text(text, matches!(next, Some(Span::Link(_)))),
            Span::Code(text) => self.code(text),
            Span::Break => {
                self.joined = false;
                self.breaks = !self.words.is_empty();
            }
            Span::Open(style) => self.pending.push(delimiter(*style)),
            Span::Close(style) => self.close(delimiter(*style)),
            Span::Link(target) => {
                self.pending.push("[");
                self.link.clone_from(target);
            }
            Span::LinkEnd => {
                let target = self.link.take().unwrap_or_default();
                self.close(&format!("]({target})"));
            }
        }
    }

    fn last_char(&self) -> Option<char> {
        self.words
            .last()
            .filter(|_| self.joined)
            .and_then(|word| word.text.chars().next_back())
    }

    /// Adds to the last word, or starts one.
    fn push(&mut self, text: &str) {
        let opening = std::mem::take(&mut self.pending).concat();
        // CommonMark 6.2: between a letter and punctuation, a marker of emphasis has no effect.
        let inside_word = self
            .last_char()
            .is_some_and(|c| c.is_alphanumeric() || "*~".contains(c));
        if inside_word
            && opening.starts_with(['*', '~'])
            && !text.starts_with(char::is_alphanumeric)
        {
            self.joined = false;
        }
        if !self.joined {
            let breaks = std::mem::take(&mut self.breaks);
            self.words.push(Word {
                text: String::new(),
                breaks,
            });
            self.joined = true;
        }
        if let Some(word) = self.words.last_mut() {
            word.text.push_str(&opening);
            word.text.push_str(text);
        }
    }

    /// Closes a marker after the last word, or removes it if it has no content.
    fn close(&mut self, mark: &str) {
        if self.pending.pop().is_none()
            && let Some(word) = self.words.last_mut()
        {
            word.text.push_str(mark);
        }
    }

    fn code(&mut self, text: &str) {
        // Adjacent backticks would form one fence.
        if self.last_char() == Some('`') {
            self.joined = false;
        }
        self.push(&code(text, self.mode));
    }

    fn text(&mut self, text: &str, before_link: bool) {
        for piece in url::pieces(text) {
            match piece {
                TextPart::Text(text) => self.prose(text, before_link),
                TextPart::Url(url) if self.link.is_some() => self.prose(url, false),
                TextPart::Url(url) => self.push(&format!("<{url}>")),
                TextPart::Pattern(url) => self.code(url),
            }
        }
    }

    fn plain(&mut self, text: &str) {
        for (index, part) in text.split([' ', '\n']).enumerate() {
            self.joined &= index == 0;
            if !part.is_empty() {
                self.push(part);
            }
        }
    }

    fn prose(&mut self, text: &str, before_link: bool) {
        let mut parts = text.split([' ', '\n']).peekable();
        let mut first = true;
        while let Some(part) = parts.next() {
            self.joined &= first;
            first = false;
            if !part.is_empty() {
                let escaped = self.escape(part, parts.peek().is_some(), before_link);
                self.push(&escaped);
            }
        }
    }

    /// Escapes a part of a word for its position; `ends` if whitespace follows.
    fn escape(&self, part: &str, ends: bool, before_link: bool) -> String {
        let mut out = String::with_capacity(part.len() + 8);
        let mut before = if self.pending.is_empty() {
            self.last_char()
        } else {
            Some('*')
        };
        let mut chars = part.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            match c {
                '*' | '_' | '~' => {
                    let mut run = 1;
                    while chars.next_if_eq(&c).is_some() {
                        run += 1;
                    }
                    // The text after this span isn't known and is assumed to be punctuation.
                    let after = chars.peek().copied().or((!ends).then_some('*'));
                    let mark = if is_plain_run(c, before, after) {
                        ""
                    } else {
                        "\\"
                    };
                    for _ in 0..run {
                        out.push_str(mark);
                        out.push(c);
                    }
                }
                c => {
                    if self.needs_escape(c, next, ends, before_link) {
                        out.push('\\');
                    }
                    out.push(c);
                }
            }
            before = Some(c);
        }
        out
    }

    /// Whether a character is markup before `next`; without one, whitespace follows if `ends`.
    fn needs_escape(&self, c: char, next: Option<char>, ends: bool, before_link: bool) -> bool {
        let open_end = next.is_none() && !ends;
        match c {
            '`' | '[' => true,
            ']' => self.link.is_some(),
            '|' => self.mode == Mode::Cell,
            '\\' => {
                open_end || next.is_none() || next.is_some_and(|next| next.is_ascii_punctuation())
            }
            '<' => {
                open_end
                    || next.is_some_and(|next| next.is_ascii_alphabetic() || "/!?".contains(next))
            }
            '&' => open_end || next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#'),
            '!' => next == Some('[') || (open_end && before_link),
            // rustdoc treats `[^` as a footnote.
            '^' => self.link.is_some() || !self.pending.is_empty(),
            _ => false,
        }
    }
}

fn delimiter(style: InlineStyle) -> &'static str {
    match style {
        InlineStyle::Emphasis => "*",
        InlineStyle::Strong => "**",
        InlineStyle::Strike => "~~",
    }
}

/// Whether a run of `*`, `_` or `~` between these characters has no effect.
fn is_plain_run(c: char, before: Option<char>, after: Option<char>) -> bool {
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        // An underscore inside a word has no effect, nor does an opening marker without a closing
        // one.
        '_' => blank(before) || (letter(before) && letter(after)),
        '~' => blank(before),
        _ => blank(before) && blank(after),
    }
}
