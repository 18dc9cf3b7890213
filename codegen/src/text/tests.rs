use super::{cell, inline, markdown, plain, sentence};

/// Returns the sanitized Markdown.
fn out(text: &str) -> String {
    markdown(text).join("\n")
}

#[test]
fn prose_is_unchanged() {
    for text in [
        "A device_code, a - b, (x), version 1. And # foo.",
        "C:\\dir and 5 * 3 and a < b && c; _private, ~5 minutes, 50%!",
        "It's `code`, **strong**, *stress* and ~~gone~~.",
        "Twilio's [list](https://www.twilio.com/docs/api/errors).",
        "naïve 字 🎉 e\u{301}",
    ] {
        assert_eq!(out(text), text);
    }
}

#[test]
fn tags_of_custom_elements_are_dropped_and_placeholders_kept() {
    assert_eq!(
        out("a <x-life class=\"early\"></x-life>b `<user-id>` <user-id>"),
        "a b `<user-id>` \\<user-id>"
    );
}

#[test]
fn code_is_never_a_doctest() {
    assert_eq!(
        out("```rust\nfn main() {}\n```"),
        "```text\nfn main() {}\n```"
    );
    assert_eq!(out("~~~\na\n\n  b\n~~~"), "```text\na\n\n  b\n```");
    assert_eq!(
        out("x\n\n    indented\n    code"),
        "x\n\n```text\nindented\ncode\n```"
    );
    assert_eq!(out("- a\n\n      code"), "- a\n\n  ```text\n  code\n  ```");
    assert_eq!(out("```should_panic,edition2018\n\n```"), "");
}

#[test]
fn a_fence_is_longer_than_any_fence_inside() {
    assert_eq!(
        out("~~~\n```rust\nx\n`````\n~~~"),
        "``````text\n```rust\nx\n`````\n``````"
    );
    assert_eq!(out("``a ` b``"), "``a ` b``");
    assert_eq!(out("`` ` ``"), "`` ` ``");
}

#[test]
fn headings_become_strong_paragraphs() {
    assert_eq!(
        out("# One **two** `three`\ntext"),
        "**One two `three`**\n\ntext"
    );
    assert_eq!(out("Under\n===\nlined\n---"), "**Under**\n\n**lined**");
    assert_eq!(out("a\n\n---\n\nb"), "a\n\n* * *\n\nb");
    assert_eq!(out("#"), "\\#");
}

#[test]
fn html_that_markdown_knows_is_translated() {
    assert_eq!(
        out(
            "<p>The <code>a|b</code> of a <a href=\"https://a.b/c?d=1&amp;e=2\">thing</a>.<br/>Now</p>\n<p><b>two</b></p>"
        ),
        "The `a|b` of a [thing](https://a.b/c?d=1&e=2).\\\nNow\n\n**two**"
    );
    assert_eq!(out("<ul><li>a &lt;b&gt;<li>c</ul>"), "• a \\<b>\n\n• c");
    assert_eq!(out("a <!-- hidden --> b"), "a b");
}

#[test]
fn other_html_is_shown_as_it_is_written() {
    assert_eq!(
        out("Vec<String>, <script>alert(1)</script>"),
        "Vec\\<String>, \\<script>alert(1)\\</script>"
    );
    assert_eq!(
        out("<script>\nalert(1)\n</script>"),
        "\\<script> alert(1) \\</script>"
    );
    assert_eq!(out("<b>never closed"), "**never closed**");
    assert_eq!(out("never opened</b></a>"), "never opened");
    assert_eq!(
        out("<b><a href=\"https://a.b\">x</b> y</a>"),
        "**[x](https://a.b)** y"
    );
    assert_eq!(out("&lt;b&gt; &amp;lt; AT&T"), "\\<b> \\&lt; AT\\&T");
}

#[test]
fn only_absolute_web_and_mail_links_are_kept() {
    assert_eq!(
        out("[a](https://b.c/d(e)) [f](/g) [h](javascript:i) [j](#k) [l](mailto:m@n.op)"),
        "[a](https://b.c/d%28e%29) f h j [l](mailto:m@n.op)"
    );
    assert_eq!(
        out("![alt](http://a.b/c.png) ![](d)"),
        "[alt](http://a.b/c.png) image"
    );
    assert_eq!(out("[![alt](http://a.b)](http://c.d)"), "[alt](http://c.d)");
    assert_eq!(out("[x][y]\n\n[y]: http://a.b"), "[x](http://a.b)");
    assert_eq!(
        out("hello!<a href=\"http://a.b\">c</a>"),
        "hello\\![c](http://a.b)"
    );
    assert_eq!(out("[^a](http://b.c)"), "[\\^a](http://b.c)");
}

#[test]
fn bare_urls_become_links() {
    assert_eq!(
        out("See https://a.b/c_d_e. (http://f.g/h(i))"),
        "See <https://a.b/c_d_e>. (<http://f.g/h(i)>)"
    );
    assert_eq!(
        out("at https://{region}.a.b/c, or"),
        "at `https://{region}.a.b/c`, or"
    );
    assert_eq!(out("[https://a.b](https://a.b)"), "<https://a.b>");
    assert_eq!(out("https&#58;//a.b"), "<https://a.b>");
    assert_eq!(out("https:<b></b>//a.b"), "<https://a.b>");
    assert_eq!(out("[https:](x)//a.b"), "<https://a.b>");
}

#[test]
fn brackets_are_no_intra_doc_links() {
    assert_eq!(
        out("[Vec] [`Foo`] [a][b] [c]()"),
        "\\[Vec] \\[`Foo`] \\[a]\\[b] c"
    );
    assert_eq!(out("- [ ] todo [^1]"), "- \\[ ] todo \\[^1]");
    assert_eq!(
        out("[Deprecated]: http://a.b"),
        "\\[Deprecated]: <http://a.b>"
    );
}

#[test]
fn lists_quotes_and_tables_are_kept() {
    let list = "- a\n- b\n  1. c\n  2. d";
    assert_eq!(out(list), list);
    assert_eq!(out("* a\n\n  b\n* c"), "- a\n\n  b\n\n- c");
    assert_eq!(out("7) a\n8) b\nlazy"), "7. a\n8. b lazy");
    assert_eq!(out("> a\nb\n>\n> - c"), "> a b\n>\n> - c");
    assert_eq!(
        out("|a|b|\n|-|:-:|\n|x\\|y|`p`|\n|z|"),
        "| a | b |\n| --- | :-: |\n| x\\|y | `p` |\n| z |  |"
    );
}

#[test]
fn the_first_word_of_a_line_is_escaped() {
    assert_eq!(
        out("a\\\n\\# b\\\n1\\. c\\\n\\- d\\\n\\> e\\\n=== f"),
        "a\\\n\\# b\\\n1\\. c\\\n\\- d\\\n\\> e\\\n\\=== f"
    );
    let words = format!(
        "{} - {} 1. {} # end",
        "a".repeat(90),
        "b".repeat(90),
        "c".repeat(90)
    );
    assert_eq!(
        markdown(&words),
        [
            format!("{} -", "a".repeat(90)),
            format!("{} 1.", "b".repeat(90)),
            format!("{} #", "c".repeat(90)),
            "end".to_owned(),
        ]
    );
}

#[test]
fn invisible_characters_are_removed() {
    assert_eq!(
        out("a\u{202e}b\u{0}c\u{200b}d\u{2066}e\u{61c}f\u{1b}[0m\u{7f}\u{feff}"),
        "abcdef\\[0m"
    );
    assert_eq!(out("a&#x202E;b&#8206;c"), "abc");
    assert_eq!(
        markdown("a\r\n\r\nb\rc\u{2028}d\u{85}e"),
        ["a", "", "b c d e"]
    );
    assert_eq!(out("\ta\tb"), "```text\na   b\n```");
    assert_eq!(out("`a\u{202e}b\tc`"), "`ab c`");
}

#[test]
fn a_line_contains_all_blocks() {
    assert_eq!(
        inline("Either\n\n- a `b`\n- c.\n- d\n\n```\ne\n  f\n```"),
        "Either: a `b`; c. d; `e f`"
    );
    assert_eq!(inline("# a | b\nc"), "a | b c");
    assert_eq!(inline("\\- a"), "\\- a");
    assert_eq!(cell("a | `b|c`\n\nd"), "a \\| `b\\|c` d");
    assert_eq!(cell(""), "");
}

#[test]
fn the_first_sentence_ends_with_a_full_stop() {
    for (text, expected) in [
        ("Fetch the keys", "Fetch the keys."),
        ("One, e.g. this. Two.", "One, e.g. this."),
        (
            "Use v1.2 (or U.S. English). Then",
            "Use v1.2 (or U.S. English).",
        ),
        ("**One. Two** three", "One."),
        ("Is it? Yes", "Is it?"),
        (
            "# Title\n\nThe [text](https://a.b) of it:",
            "The text of it.",
        ),
        ("# Title", "Title."),
        ("字。二", "字。二."),
        ("See https://a.b. More", "See <https://a.b>."),
        ("<br>\n", ""),
        ("", ""),
    ] {
        assert_eq!(sentence(text), expected, "{text:?}");
    }
    let long = sentence(&"word ".repeat(1000));
    assert!(long.ends_with("word…") && long.len() < 210, "{long}");
}

#[test]
fn plain_text_has_no_markup() {
    assert_eq!(
        plain("# A\n\n**b** `c_d` [e](https://f.g) <h> &lt; 1\\. x|y\n\n- i\n- j"),
        "A b c_d e <h> < 1. x|y: i; j"
    );
}

#[test]
fn printing_is_idempotent() {
    let texts = [
        "a *b* **c** `d`",
        "- a\n  - b\n\n    c",
        "> x\n\n| a |\n|-|\n| b |",
        "```\n# x\n```",
        "1 < 2 & [x] _y_ \\* 1\\. z",
    ];
    for text in texts {
        let once = out(text);
        assert_eq!(out(&once), once);
        assert_eq!(plain(&once), plain(text));
    }
}
