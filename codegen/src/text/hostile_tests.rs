//! Tests of hostile texts. The output is checked by parsing it again.

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{cell, inline, markdown, plain, sentence};

/// Returns the violations that a Markdown parser with rustdoc's options finds.
fn offences(lines: &[String]) -> Vec<String> {
    let text = lines.join("\n");
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let mut found: Vec<String> = lines
        .iter()
        .filter(|line| {
            line.contains(|c: char| {
                c.is_control() || "\u{202e}\u{2066}\u{2028}\u{200b}".contains(c)
            })
        })
        .map(|line| format!("control character in {line:?}"))
        .collect();
    let mut broken = Vec::new();
    let callback = |link: BrokenLink<'_>| {
        broken.push(format!("reference {}", link.reference));
        None
    };
    let (mut linked, mut prose) = (0, String::new());
    for event in Parser::new_with_broken_link_callback(&text, options, Some(callback)) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => found.push(format!("HTML {html}")),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {
                found.push(format!("{event:?}"))
            }
            Event::Start(
                tag @ (Tag::Heading { .. }
                | Tag::Image { .. }
                | Tag::HtmlBlock
                | Tag::FootnoteDefinition(_)),
            ) => {
                found.push(format!("{tag:?}"));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                linked += 1;
                if !matches!(&kind, CodeBlockKind::Fenced(info) if **info == *"text") {
                    found.push(format!("code {kind:?}"));
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                linked += 1;
                let url = dest_url.to_ascii_lowercase();
                if !["http://", "https://", "mailto:"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme))
                {
                    found.push(format!("link to {url}"));
                }
            }
            Event::End(TagEnd::Link | TagEnd::CodeBlock) => linked -= 1,
            Event::Text(text) if linked == 0 => prose.push_str(&text),
            _ => prose.push('\n'),
        }
    }
    found.extend(broken);
    // rustdoc's lint wants a dot and a top-level domain as well; no scheme with a host is left.
    let bare = prose.match_indices("://").any(|(at, _)| {
        let host: String = prose
            .chars()
            .skip(prose[..at].chars().count() + 3)
            .take_while(|c| !c.is_whitespace())
            .collect();
        prose[..at].ends_with("http") | prose[..at].ends_with("https")
            && host.starts_with(|c: char| c.is_ascii_alphanumeric())
    });
    if bare {
        found.push(format!("bare URL in {prose:?}"));
    }
    found
}

/// Returns random combinations of tokens with a meaning in Markdown.
fn hostile_texts() -> impl Iterator<Item = String> {
    const PIECES: &[&str] = &[
        "a",
        "b c",
        " ",
        "  ",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "*",
        "**",
        "_",
        "__",
        "~",
        "~~",
        "`",
        "``",
        "```",
        "```rust\n",
        "[",
        "]",
        "(",
        ")",
        "[x]",
        "[x]: ",
        "](",
        "(u)",
        "(http://a.b)",
        "!",
        "![",
        "<",
        "</",
        ">",
        "<b>",
        "</b>",
        "<p>",
        "<li>",
        "<br>",
        "<code>",
        "</code>",
        "<a href=\"http://x.y\">",
        "</a>",
        "<T>",
        "<!--",
        "-->",
        "&",
        "&lt;",
        "&#91;",
        "&#x202e;",
        "&amp;",
        "\\",
        "|",
        "|-|",
        "---",
        "- ",
        "+ ",
        "1. ",
        "2) ",
        "> ",
        "# ",
        "=",
        "===",
        "#",
        "^",
        "[^a]",
        "[^a]: ",
        "http://a.bc",
        "https://d.ef/g_h_i",
        "://",
        "https://",
        "{h}",
        "a@b.cd",
        "<a@b.cd>",
        "<http://q.rs>",
        "*/",
        "\"#",
        "#[test]",
        "fn main() {}",
        "é",
        "字",
        "\u{202e}",
        "\u{a0}",
        "\u{2028}",
        "\r",
        "\r\n",
        "\0",
        "mailto:x@y.zz",
        "[`Foo`]",
        "[Foo]()",
        "crate::x",
        "Vec<String>",
        "a|b\n-|-\n",
        "[a](mailto:b@c.de)",
        "(javascript:x)",
        "[a](/r)",
        "[ ] ",
        "\u{c}",
        "/",
        "//",
        "'",
        "\"",
        ".",
        ":",
        ", ",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or_default() % bound
    };
    std::iter::repeat_with(move || {
        let length = 1 + random(14);
        (0..length).map(|_| PIECES[random(PIECES.len())]).collect()
    })
}

#[test]
fn a_text_cannot_affect_the_page_around_it() {
    for text in hostile_texts().take(20_000) {
        let table = [
            "| a |".to_owned(),
            "| --- |".to_owned(),
            format!("| {} |", cell(&text)),
        ];
        for lines in [
            markdown(&text),
            vec![inline(&text)],
            vec![sentence(&text)],
            table.to_vec(),
        ] {
            let found = offences(&lines);
            assert!(
                found.is_empty(),
                "{text:?}\n{}\n{found:#?}",
                lines.join("\n")
            );
        }
        for line in [inline(&text), cell(&text), sentence(&text), plain(&text)] {
            assert!(!line.contains(['\n', '\r', '\u{202e}']), "{text:?}\n{line}");
        }
    }
}

#[test]
fn text_stays_in_its_table_cell() {
    for text in hostile_texts().take(5_000) {
        let table = format!("| a | b |\n| --- | --- |\n| {} | end |", cell(&text));
        let cells = Parser::new_ext(&table, Options::ENABLE_TABLES)
            .filter(|event| *event == Event::End(TagEnd::TableCell));
        assert_eq!(cells.count(), 4, "{text:?}\n{table}");
        assert!(table.ends_with("| end |"));
    }
}

#[test]
fn long_text_grows_little() {
    for piece in [
        "[",
        "*",
        "`",
        ">",
        "> ",
        "- ",
        "1. ",
        "_a*",
        "<",
        "<!--",
        "<b>",
        "<a href=x>",
        "![",
        "[a](",
        "&",
        "|",
        "a|",
        "#",
        "\\",
        "http://",
        "\t",
        "\r",
        "  - a\n",
        "word",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let lines = markdown(&text);
        assert!(sentence(&text).len() <= text.len() + 100);
        let size: usize = lines.iter().map(String::len).sum();
        assert!(size < text.len() * 5 + 100, "{piece:?} grew to {size}");
    }
}

#[test]
fn nesting_is_bounded() {
    for text in [
        "> ".repeat(500) + "x",
        "- ".repeat(500) + "x",
        (0..200)
            .map(|depth| format!("{}- x\n", "  ".repeat(depth)))
            .collect(),
    ] {
        let lines = markdown(&text);
        assert!(
            !lines.is_empty() && lines.iter().all(|line| line.len() < 40),
            "{lines:#?}"
        );
        assert!(offences(&lines).is_empty());
    }
}
