//! Splits the HTML that some descriptions are written in.

/// A token of HTML.
#[derive(Debug, PartialEq)]
pub enum HtmlToken<'a> {
    /// Text between tags, with its character references.
    Text(&'a str),
    /// A tag with a counterpart in Markdown.
    Tag(Tag),
    /// A tag without influence on the text, or a comment.
    Nothing,
}

/// The meaning of a tag.
#[derive(Debug, PartialEq)]
pub enum Tag {
    /// A line break.
    Line,
    /// The start or end of a block.
    Block,
    /// The start of a list item.
    Item,
    /// The start (`true`) or end of emphasis.
    Emphasis(bool),
    /// The start or end of strong emphasis.
    Strong(bool),
    /// The start or end of code.
    Code(bool),
    /// The start of a link, with its target.
    Link(String),
    /// The end of a link.
    LinkEnd,
}

/// Splits HTML at its tags. An unknown tag is text, unless it is that of a custom element.
pub fn pieces(html: &str) -> Vec<HtmlToken<'_>> {
    let mut out = Vec::new();
    let mut rest = html;
    let mut comment_may_end = true;
    while let Some(at) = rest.find('<') {
        let (before, here) = rest.split_at(at);
        if !before.is_empty() {
            out.push(HtmlToken::Text(before));
        }
        let length = if here.starts_with("<!--") {
            let end = comment_may_end.then(|| here.find("-->")).flatten();
            comment_may_end = end.is_some();
            end.map_or(1, |end| end + 3)
        } else {
            tag_length(here)
        };
        let (tag, after) = here.split_at(length);
        out.push(meaning(tag).unwrap_or(HtmlToken::Text(tag)));
        rest = after;
    }
    if !rest.is_empty() {
        out.push(HtmlToken::Text(rest));
    }
    out
}

/// Returns the length of a tag that starts with `<`, or of the sign alone.
fn tag_length(here: &str) -> usize {
    // Tags are short. An unclosed one must not cause a search through the rest of the text.
    let mut within = here.char_indices().skip(1).take(2048);
    match within.find(|(_, c)| matches!(c, '>' | '<')) {
        Some((end, '>')) => end + 1,
        _ => 1,
    }
}

/// Returns the meaning of a tag, if it is known.
fn meaning(tag: &str) -> Option<HtmlToken<'static>> {
    if tag.starts_with("<!--") && tag.ends_with("-->") {
        return Some(HtmlToken::Nothing);
    }
    let inside = tag.strip_prefix('<')?.strip_suffix('>')?;
    let (inside, opens) = inside
        .strip_prefix('/')
        .map_or((inside, true), |inside| (inside, false));
    let end = inside
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(inside.len());
    let (name, attributes) = inside.split_at(end);
    if !attributes.is_empty() && !attributes.starts_with([' ', '\n', '/']) {
        return None;
    }
    let tag = match name.to_ascii_lowercase().as_str() {
        "br" => Tag::Line,
        "p" | "div" | "ul" | "ol" | "dl" | "dd" | "dt" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "blockquote" | "section" | "details" | "summary" | "table" | "thead" | "tbody"
        | "tr" | "hr" => Tag::Block,
        "li" if opens => Tag::Item,
        "li" => Tag::Block,
        "b" | "strong" => Tag::Strong(opens),
        "i" | "em" => Tag::Emphasis(opens),
        "code" | "kbd" | "tt" | "samp" => Tag::Code(opens),
        "a" if opens => match attribute(attributes, "href") {
            Some(href) => Tag::Link(decode(href)),
            None => return Some(HtmlToken::Nothing),
        },
        "a" => Tag::LinkEnd,
        "span" | "u" | "sup" | "sub" | "small" | "big" | "font" | "td" | "th" | "pre" => {
            return Some(HtmlToken::Nothing);
        }
        // A custom element. `<user-id>` is a placeholder.
        name if name.contains('-') && (!opens || attributes.contains('=')) => {
            return Some(HtmlToken::Nothing);
        }
        _ => return None,
    };
    Some(HtmlToken::Tag(tag))
}

/// Returns the value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at);
        let value = after.get(1..)?.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value.get(1..)?.split_once(quote)?,
            _ => value.split_at(value.find([' ', '\n']).unwrap_or(value.len())),
        };
        if before.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// Resolves the common character references.
pub fn decode(text: &str) -> String {
    const NAMED: [(&str, &str); 8] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let (name, value) = NAMED
            .into_iter()
            .find(|(name, _)| here.starts_with(name))
            .unwrap_or(("&", "&"));
        out.push_str(value);
        rest = here.get(name.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
