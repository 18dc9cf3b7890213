//! Replaces doc comments while Rust code is formatted.
//!
//! Doc comments are a third of a client's code, and syn parses each of their lines as an attribute with a
//! literal. A one-word comment takes the place of each while the code is parsed and printed.

/// Rust code with a mark in place of each doc comment.
pub(super) struct Bare<'a> {
    /// The code.
    pub(super) code: String,
    comments: Vec<Comment<'a>>,
}

/// The lines of a doc comment, without their indentation.
struct Comment<'a> {
    inner: bool,
    lines: Vec<&'a str>,
}

impl<'a> Bare<'a> {
    /// Replaces each doc comment with a mark.
    pub(super) fn new(text: &'a str) -> Self {
        let mut code = String::with_capacity(text.len() / 2);
        let mut comments: Vec<Comment<'a>> = Vec::new();
        let mut goes_on = false;
        for line in text.lines() {
            let content = line.trim();
            let Some(inner) = kind(content) else {
                goes_on = false;
                code.extend([line, "\n"]);
                continue;
            };
            match comments.last_mut() {
                Some(comment) if goes_on && comment.inner == inner => comment.lines.push(content),
                _ => {
                    let indentation = &line[..line.len() - line.trim_start().len()];
                    let mark = mark(comments.len(), inner);
                    code.extend([indentation, mark.as_str(), "\n"]);
                    comments.push(Comment {
                        inner,
                        lines: vec![content],
                    });
                }
            }
            goes_on = true;
        }
        Self { code, comments }
    }

    /// Puts the doc comments back in place of their marks, with the indentation of the marks. Returns
    /// `None` unless there is a line for each mark.
    pub(super) fn dress(&self, laid_out: &str) -> Option<String> {
        let text: usize = self
            .comments
            .iter()
            .flat_map(|comment| &comment.lines)
            .map(|line| line.len() + 8)
            .sum();
        let mut out = String::with_capacity(laid_out.len() + text);
        let mut comments = self.comments.iter().enumerate();
        for line in laid_out.lines() {
            let content = line.trim_start();
            if kind(content).is_none() {
                out.extend([line, "\n"]);
                continue;
            }
            let (index, comment) = comments.next()?;
            if content != mark(index, comment.inner) {
                return None;
            }
            let indentation = &line[..line.len() - content.len()];
            for line in &comment.lines {
                out.extend([indentation, line, "\n"]);
            }
        }
        comments.next().is_none().then_some(out)
    }
}

/// Returns a doc comment of one word, which is formatted like the one that it replaces.
fn mark(index: usize, inner: bool) -> String {
    format!("{}{index}", if inner { "//!" } else { "///" })
}

/// Returns whether a line of a doc comment is an inner one (`//!`); `None` if it is no doc comment.
fn kind(line: &str) -> Option<bool> {
    if line.starts_with("//!") {
        Some(true)
    } else if line.starts_with("///") && !line.starts_with("////") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_restored_at_their_marks() {
        let text =
            "//! File.\n\n/// One\n///\n/// two.\npub struct A {\n/// Field.\npub a: u8,\n}\n";
        let bare = Bare::new(text);
        assert_eq!(
            bare.code,
            "//!0\n\n///1\npub struct A {\n///2\npub a: u8,\n}\n"
        );
        let laid_out = "//!0\n///1\npub struct A {\n    ///2\n    pub a: u8,\n}\n";
        let dressed = "//! File.\n/// One\n///\n/// two.\npub struct A {\n    /// Field.\n    pub a: u8,\n}\n";
        assert_eq!(bare.dress(laid_out).as_deref(), Some(dressed));
    }

    #[test]
    fn every_mark_is_restored_exactly_once() {
        let bare = Bare::new("/// One.\nstruct A;\n\n/// Two.\nstruct B;\n");
        assert_eq!(bare.dress("///0\nstruct A;\nstruct B;\n"), None);
        assert_eq!(bare.dress("///1\nstruct A;\n///0\nstruct B;\n"), None);
        assert_eq!(bare.dress("///0\nstruct A;\n///1\n///2\nstruct B;\n"), None);
    }
}
