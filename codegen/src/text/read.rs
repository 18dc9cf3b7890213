//! Parses CommonMark to blocks, from the events of the parser.

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};

use super::{clean, html, url};

/// The maximum nesting of quotes and lists. Deeper content is shown at this depth.
const DEPTH: usize = 6;
/// The maximum number of quote and item markers on one line of the input.
const MARKS: usize = 32;

/// A node of a text, in document order.
#[derive(Debug, PartialEq)]
pub enum Node {
    /// The start of a container, up to the matching [`Node::Close`].
    Open(Container),
    /// The end of a container.
    Close,
    /// A paragraph that isn't empty.
    Paragraph(Vec<Span>),
    /// A heading that isn't empty.
    Heading(Vec<Span>),
    /// Lines of code.
    Code(Vec<String>),
    /// A table.
    Table(Table),
    /// A thematic break.
    Rule,
}

/// A table.
#[derive(Debug, Default, PartialEq)]
pub struct Table {
    /// The alignment of each column.
    pub alignments: Vec<Alignment>,
    /// The rows. The first is the header.
    pub rows: Vec<Row>,
}

/// The cells of a row.
pub type Row = Vec<Vec<Span>>;

/// A block that contains blocks.
#[derive(Debug, PartialEq)]
pub enum Container {
    /// A quote.
    Quote,
    /// A list.
    List {
        /// The number of the first item, if the list is ordered.
        start: Option<u64>,
        /// Whether the list is tight.
        tight: bool,
    },
    /// A list item.
    Item,
}

/// A part of a paragraph.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Literal text without markup.
    Text(String),
    /// Literal code.
    Code(String),
    /// A line break.
    Break,
    /// The start of emphasis.
    Open(InlineStyle),
    /// The end of emphasis.
    Close(InlineStyle),
    /// The start of a link, with its target if it may be linked to.
    Link(Option<String>),
    /// The end of a link.
    LinkEnd,
}

/// A kind of emphasis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InlineStyle {
    /// `*`
    Emphasis,
    /// `**`
    Strong,
    /// `~~`
    Strike,
}

/// Returns the blocks of a text.
///
/// A text with content always yields a block: if all of it would vanish, like unused link
/// definitions, it is taken literally.
pub fn read(text: &str) -> Vec<Node> {
    let text = clean::text(text);
    let bounded = bound_nesting(&text);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut reader = Reader::default();
    for event in Parser::new_ext(&bounded, options) {
        reader.event(event);
    }
    reader.flush();
    let visible = reader
        .nodes
        .iter()
        .any(|node| !matches!(node, Node::Open(_) | Node::Close));
    if !visible && !text.trim().is_empty() && !reader.hid_markup {
        return vec![Node::Paragraph(vec![Span::Text(
            text.trim().replace('\n', " "),
        )])];
    }
    reader.nodes
}

/// Removes markers that would nest a line deeper than is plausible.
fn bound_nesting(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (mut rest, mut kept) = (line, 0);
        for marks in 0.. {
            let Some(mark) = mark_length(rest) else { break };
            rest = rest.get(mark..).unwrap_or_default();
            if marks < MARKS {
                kept += mark;
            }
        }
        out.push_str(line.get(..kept).unwrap_or_default());
        out.push_str(rest);
    }
    out
}

/// Returns the length of a quote or item marker, with the spaces before it.
fn mark_length(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches(' ');
    let number = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (mark, blank) = match rest.as_bytes().get(number)? {
        b'>' if number == 0 => return Some(line.len() - rest.len() + 1),
        b'-' | b'+' | b'*' if number == 0 => (1, rest.as_bytes().get(1)),
        b'.' | b')' if (1..=9).contains(&number) => (number + 1, rest.as_bytes().get(number + 1)),
        _ => return None,
    };
    (blank == Some(&b' ')).then(|| line.len() - rest.len() + mark)
}

#[derive(Default)]
struct Reader {
    nodes: Vec<Node>,
    /// The current paragraph.
    spans: Vec<Span>,
    /// The open containers: the index of each in `nodes`, or `None` if it is too deep.
    open: Vec<Option<usize>>,
    /// The open links and images. Only the outermost is a link.
    links: Vec<bool>,
    /// The current code, of a block or between tags.
    code: Option<String>,
    /// The HTML of the current block.
    html: Option<String>,
    table: Option<Table>,
    /// Whether a tag, a comment or an empty code block was dropped, so that an empty result may be
    /// intended.
    hid_markup: bool,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(code) => {
                let mut text = String::with_capacity(code.len());
                clean::inside_line(&code, &mut text);
                self.spans.push(Span::Code(text));
            }
            Event::Html(text) | Event::InlineHtml(text) => match &mut self.html {
                Some(html) => html.push_str(&text),
                None => self.html(&text),
            },
            Event::SoftBreak => match &mut self.code {
                Some(code) => code.push(' '),
                None => self.text(" "),
            },
            Event::HardBreak => self.spans.push(Span::Break),
            Event::Rule => {
                self.flush();
                self.nodes.push(Node::Rule);
            }
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => {
                self.flush();
                self.loosen();
            }
            Tag::BlockQuote(_) => self.open(Container::Quote),
            Tag::List(start) => self.open(Container::List { start, tight: true }),
            Tag::Item => self.open(Container::Item),
            Tag::CodeBlock(_) => {
                self.flush();
                self.code = Some(String::new());
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some(String::new());
            }
            Tag::Table(alignments) => {
                self.flush();
                self.table = Some(Table {
                    alignments,
                    rows: Vec::new(),
                });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Emphasis => self.spans.push(Span::Open(InlineStyle::Emphasis)),
            Tag::Strong => self.spans.push(Span::Open(InlineStyle::Strong)),
            Tag::Strikethrough => self.spans.push(Span::Open(InlineStyle::Strike)),
            Tag::Link { dest_url, .. } => self.link(&dest_url),
            Tag::Image { dest_url, .. } => self.link(&dest_url),
            _ => self.flush_unless_inline(&tag),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let spans = self.take();
                if !spans.is_empty() {
                    self.nodes.push(Node::Heading(spans));
                }
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.flush();
                self.close();
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                let lines: Vec<_> = clean::text(&code)
                    .lines()
                    .map(|line| line.trim_end().to_owned())
                    .collect();
                if lines.iter().any(|line| !line.is_empty()) {
                    self.nodes.push(Node::Code(lines));
                } else {
                    self.hid_markup = true;
                }
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.html(&html);
                self.flush();
            }
            TagEnd::TableCell => {
                let cell = self.take();
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                self.nodes.extend(self.table.take().map(Node::Table));
            }
            TagEnd::Emphasis => self.spans.push(Span::Close(InlineStyle::Emphasis)),
            TagEnd::Strong => self.spans.push(Span::Close(InlineStyle::Strong)),
            TagEnd::Strikethrough => self.spans.push(Span::Close(InlineStyle::Strike)),
            TagEnd::Link => self.link_end(""),
            TagEnd::Image => self.link_end("image"),
            TagEnd::TableHead | TagEnd::TableRow => {}
            _ => self.flush(),
        }
    }

    /// Superscripts and similar tags stay in their paragraph; any other tag starts a block.
    fn flush_unless_inline(&mut self, tag: &Tag<'_>) {
        if !matches!(tag, Tag::TableCell | Tag::Superscript | Tag::Subscript) {
            self.flush();
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(Span::Text(last)) = self.spans.last_mut() {
            clean::inside_line(text, last);
        } else {
            let mut first = String::with_capacity(text.len());
            clean::inside_line(text, &mut first);
            self.spans.push(Span::Text(first));
        }
    }

    fn html(&mut self, html: &str) {
        for piece in html::pieces(html) {
            match piece {
                html::HtmlToken::Text(text) => match &mut self.code {
                    Some(code) => code.push_str(&html::decode(text)),
                    None => self.text(&html::decode(text)),
                },
                html::HtmlToken::Tag(tag) => self.tag(tag),
                html::HtmlToken::Nothing => self.hid_markup = true,
            }
        }
    }

    fn tag(&mut self, tag: html::Tag) {
        self.hid_markup = true;
        match tag {
            html::Tag::Line => self.spans.push(Span::Break),
            html::Tag::Block | html::Tag::Item if !self.may_flush() => self.text(" "),
            html::Tag::Block => self.flush(),
            html::Tag::Item => {
                self.flush();
                self.text("• ");
            }
            html::Tag::Emphasis(true) => self.spans.push(Span::Open(InlineStyle::Emphasis)),
            html::Tag::Emphasis(false) => self.spans.push(Span::Close(InlineStyle::Emphasis)),
            html::Tag::Strong(true) => self.spans.push(Span::Open(InlineStyle::Strong)),
            html::Tag::Strong(false) => self.spans.push(Span::Close(InlineStyle::Strong)),
            html::Tag::Code(true) => {
                self.code.get_or_insert_default();
            }
            html::Tag::Code(false) => self.end_code(),
            html::Tag::Link(target) => self.link(&target),
            html::Tag::LinkEnd => self.link_end(""),
        }
    }

    /// Whether a block may start here, outside of links and table cells.
    fn may_flush(&self) -> bool {
        self.table.is_none() && self.links.is_empty() && self.code.is_none()
    }

    /// Ends code between tags, or at the end of the paragraph.
    fn end_code(&mut self) {
        if let Some(code) = self.code.take() {
            let mut text = String::with_capacity(code.len());
            clean::inside_line(&code, &mut text);
            self.spans.push(Span::Code(text));
        }
    }

    fn link(&mut self, target: &str) {
        let outermost = self.links.is_empty();
        self.links.push(outermost);
        if outermost {
            let target = if url::is_mailbox(target) {
                url::target(&format!("mailto:{target}"))
            } else {
                url::target(target)
            };
            self.spans.push(Span::Link(target));
        }
    }

    /// Ends a link; `fallback` is its text if it has none.
    fn link_end(&mut self, fallback: &str) {
        if self.links.pop() != Some(true) {
            return;
        }
        let inside = self
            .spans
            .iter()
            .rposition(|span| matches!(span, Span::Link(_)));
        let bare = inside.and_then(|at| match self.spans.get(at..) {
            Some([Span::Link(target)]) if !fallback.is_empty() || target.is_some() => Some((
                at,
                if fallback.is_empty() {
                    target.clone()?
                } else {
                    fallback.to_owned()
                },
                !fallback.is_empty(),
            )),
            Some([Span::Link(Some(target)), Span::Text(text)]) if text == target => {
                Some((at, text.clone(), false))
            }
            _ => None,
        });
        match bare {
            // A text that is its own target is linked automatically.
            Some((at, text, false)) => {
                self.spans.truncate(at);
                self.text(&text);
            }
            Some((_, text, true)) => {
                self.text(&text);
                self.spans.push(Span::LinkEnd);
            }
            None => self.spans.push(Span::LinkEnd),
        }
    }

    fn open(&mut self, container: Container) {
        self.flush();
        let depth = self.open.iter().flatten().count();
        // An item is dropped with its list.
        let parent_is_open =
            !matches!(container, Container::Item) || self.open.last().is_some_and(Option::is_some);
        let bound = if matches!(container, Container::Item) {
            DEPTH * 2
        } else {
            DEPTH * 2 - 1
        };
        if parent_is_open && depth < bound {
            self.open.push(Some(self.nodes.len()));
            self.nodes.push(Node::Open(container));
        } else {
            self.open.push(None);
        }
    }

    fn close(&mut self) {
        if self.open.pop().flatten().is_some() {
            self.nodes.push(Node::Close);
        }
    }

    /// A paragraph in an item makes its list loose.
    fn loosen(&mut self) {
        let [.., list, item] = self.open.as_slice() else {
            return;
        };
        let at = |index: &Option<usize>| index.and_then(|index| self.nodes.get(index));
        if at(item) != Some(&Node::Open(Container::Item)) {
            return;
        }
        if let Some(Node::Open(Container::List { tight, .. })) =
            list.and_then(|list| self.nodes.get_mut(list))
        {
            *tight = false;
        }
    }

    /// Ends the current paragraph, if there is one.
    fn flush(&mut self) {
        if self.table.is_some() {
            return;
        }
        let spans = self.take();
        if !spans.is_empty() {
            self.nodes.push(Node::Paragraph(spans));
        }
    }

    /// Returns the current paragraph; empty if nothing of it is visible.
    fn take(&mut self) -> Vec<Span> {
        self.end_code();
        while !self.links.is_empty() {
            self.link_end("");
        }
        let spans = std::mem::take(&mut self.spans);
        let seen = |span: &Span| match span {
            Span::Text(text) | Span::Code(text) => !text.trim().is_empty(),
            Span::Link(target) => target.is_some(),
            _ => false,
        };
        if spans.iter().any(seen) {
            spans
        } else {
            Vec::new()
        }
    }
}
