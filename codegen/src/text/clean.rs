//! Removes characters that a page must not contain.

/// The distance of tab stops in columns (CommonMark 2.2).
const TAB: usize = 4;

/// Returns the text with `\n` as its only line end, expanded tabs, and without invisible characters
/// that change what is shown: control characters, direction marks, zero-width spaces.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            c if is_line_end(c) => {
                out.push('\n');
                column = 0;
            }
            '\t' => {
                let width = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            c if is_hidden(c) => {}
            c => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}

/// The same for text inside a line, which may come from a character reference.
pub fn inside_line(text: &str, out: &mut String) {
    for c in text.chars() {
        if is_line_end(c) || c == '\t' {
            out.push(' ');
        } else if !is_hidden(c) {
            out.push(c);
        }
    }
}

/// Whether a character ends a line: also form feed, vertical tab, NEL and Unicode's separators.
fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Whether a character is invisible. Scripts need the joiners U+200C and U+200D, so they stay.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}
