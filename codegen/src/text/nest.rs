//! Prepares inline content for writing.

use super::read::{InlineStyle, Span};
use super::spans::Mode;

/// Returns the spans that `mode` writes, properly nested: each end belongs to the last open start.
///
/// HTML may nest arbitrarily, and emphasis inside the same emphasis has no effect. Adjacent texts
/// are joined, so that a URL or a word is found in one piece.
pub fn nested(spans: &[Span], mode: Mode, strong: bool) -> Vec<Span> {
    let mut nest = Nest {
        out: Vec::with_capacity(spans.len()),
        open: Vec::new(),
    };
    let marks = matches!(mode, Mode::Inline | Mode::Cell);
    for span in spans {
        match span {
            Span::Text(text) => nest.text(text),
            Span::Code(code) if code.trim().is_empty() => nest.text(" "),
            Span::Code(code) if mode == Mode::Plain => nest.text(code),
            Span::Code(_) | Span::Break => nest.out.push(span.clone()),
            Span::Open(InlineStyle::Strong) if strong => {}
            Span::Open(_) | Span::Link(Some(_)) if marks => nest.open(span),
            Span::Close(style) => nest.close(|open| *open == Span::Open(*style)),
            Span::LinkEnd => nest.close(|open| matches!(open, Span::Link(_))),
            Span::Open(_) | Span::Link(_) => {}
        }
    }
    nest.close_from(0);
    nest.out
}

struct Nest {
    out: Vec<Span>,
    /// The open spans.
    open: Vec<Span>,
}

impl Nest {
    fn text(&mut self, text: &str) {
        match self.out.last_mut() {
            Some(Span::Text(last)) => last.push_str(text),
            _ => self.out.push(Span::Text(text.to_owned())),
        }
    }

    fn open(&mut self, span: &Span) {
        let link = |span: &Span| matches!(span, Span::Link(_));
        if self.open.contains(span) || (link(span) && self.open.iter().any(link)) {
            return;
        }
        self.open.push(span.clone());
        self.out.push(span.clone());
    }

    /// Closes a span, if it is open, and the spans opened inside it.
    fn close(&mut self, meant: impl Fn(&Span) -> bool) {
        if let Some(at) = self.open.iter().rposition(meant) {
            self.close_from(at);
        }
    }

    fn close_from(&mut self, at: usize) {
        for span in self.open.split_off(at).into_iter().rev() {
            // Emphasis without content is dropped.
            if self.out.last() == Some(&span) {
                self.out.pop();
                continue;
            }
            self.out.push(match span {
                Span::Open(style) => Span::Close(style),
                _ => Span::LinkEnd,
            });
        }
    }
}
