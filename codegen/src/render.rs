//! Renders views into files: applies their templates, formats Rust code, and adds the file headers.

mod doc_comments;
mod merged;

use askama::Template as _;
use syn::spanned::Spanned;

use crate::diagnostic::{Diagnostics, Stage};
use crate::output::{MARKER, Tree};
use crate::parallel;
use crate::pointer::Pointer;
use crate::view::{Content, FileView, Views};

use self::doc_comments::Bare;

/// Renders every file, on all cores. Returns `None` if at least one of them fails.
pub fn render(views: &Views, diagnostics: &mut Diagnostics) -> Option<Tree> {
    let mut tree = Tree::default();
    let mut complete = true;
    let texts = parallel::map(views.files.iter().collect(), |file| {
        print(file, &views.document)
    });
    for (file, text) in views.files.iter().zip(texts) {
        let added = text.and_then(|text| {
            tree.insert(&file.path, text)
                .map_err(|error| error.to_string())
        });
        if let Err(message) = added {
            complete = false;
            diagnostics.error(
                Stage::Render,
                &Pointer::root(),
                format!("{} couldn't be generated: {message}", file.path),
                "this is a bug in the generator; please report it with the document",
            );
        }
    }
    complete.then_some(tree)
}

/// Returns the source of a program that makes a first call, without the header of generated files: it
/// belongs to the client's author. Returns `None` if there is no call to show.
///
/// # Errors
///
/// Describes what is wrong with the template.
pub fn first_call(views: &Views) -> Result<Option<String>, String> {
    const TEMPLATE: &str = "first_call.rs.askama";
    let Some(view) = &views.first_call else {
        return Ok(None);
    };
    let text = view.render();
    let text = text.map_err(|error| format!("the template {TEMPLATE} failed: {error}"))?;
    layout(TEMPLATE, &text).map(Some)
}

/// Returns the text of a file.
fn print(file: &FileView, document: &str) -> Result<String, String> {
    let (template, text) = fill(&file.content)?;
    let from = if document.is_empty() {
        String::new()
    } else {
        format!(" from {}", one_line(document))
    };
    Ok(
        match file.path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("rs") => {
                let laid_out = match &file.content {
                    Content::Runtime(_) | Content::Extension(_) => text,
                    Content::Merged(view) => merged::merged(view)?,
                    _ => layout(template, &text)?,
                };
                format!("// {MARKER}{from}. Do not edit.\n\n{laid_out}")
            }
            Some("toml") => format!("# {MARKER}{from}. Do not edit.\n\n{}", tidy(&text)),
            _ => format!("<!-- {MARKER}{from}. Do not edit. -->\n\n{}", tidy(&text)),
        },
    )
}

/// Returns the name of the template and its output.
fn fill(content: &Content) -> Result<(&'static str, String), String> {
    match content.print() {
        (template, Ok(text)) => Ok((template, text)),
        (template, Err(error)) => Err(format!("the template {template} failed: {error}")),
    }
}

/// Parses and formats Rust code. A syntax error is reported with its location in the template's output.
pub(crate) fn layout(template: &str, text: &str) -> Result<String, String> {
    let bare = Bare::new(text);
    let laid_out = match syn::parse_file(&bare.code) {
        Ok(file) => bare
            .dress(&lines_between(file, &bare.code))
            .ok_or_else(|| format!("the template {template} has documentation that isn't `///`")),
        Err(error) => Err(invalid(template, text, &error)),
    };
    // proc-macro2 keeps a copy of every parsed text for its spans. No span is alive here.
    proc_macro2::extra::invalidate_current_thread_spans();
    laid_out
}

/// Describes where the output of a template doesn't parse, with the line. `without` is the error in the
/// code without its doc comments, whose lines are counted here.
fn invalid(template: &str, code: &str, without: &syn::Error) -> String {
    let with = syn::parse_file(code).err();
    let error = with.as_ref().unwrap_or(without);
    let line = error.span().start().line;
    let first = line.saturating_sub(3).max(1);
    let lines = code.lines().enumerate().skip(first - 1).take(6);
    let excerpt: Vec<String> = lines
        .map(|(index, text)| {
            let text: String = text.chars().take(160).collect();
            format!("{:>5} | {text}", index + 1)
        })
        .collect();
    format!(
        "the template {template} generated invalid Rust at line {line}: {error}\n{}",
        excerpt.join("\n")
    )
}

/// Formats each item, with an empty line between items and between methods. Calls of the runtime's
/// macros stay as in the template, one field per line, since a formatter doesn't know their syntax.
fn lines_between(file: syn::File, text: &str) -> String {
    let unparse = |attrs, items| {
        prettyplease::unparse(&syn::File {
            shebang: None,
            frontmatter: None,
            attrs,
            items,
        })
    };
    let mut out = unparse(file.attrs, Vec::new());
    let mut before_is_list = false;
    for item in file.items {
        let is_list = matches!(
            item,
            syn::Item::Use(_) | syn::Item::Mod(syn::ItemMod { content: None, .. })
        );
        let goes_on = is_list && before_is_list;
        if !out.is_empty() && !goes_on {
            out.push('\n');
        }
        before_is_list = is_list;
        match &item {
            syn::Item::Macro(call) => match text.get(call.span().byte_range()) {
                Some(source) => out.extend([source, "\n"]),
                None => out.push_str(&unparse(Vec::new(), vec![item])),
            },
            _ => out.push_str(&lines_between_methods(&unparse(Vec::new(), vec![item]))),
        }
    }
    out
}

/// Adds an empty line after each `}` at the depth of a method, unless the block ends there.
fn lines_between_methods(item: &str) -> String {
    let mut out = String::with_capacity(item.len());
    let mut ended = false;
    for line in item.lines() {
        if ended && line.starts_with("    ") {
            out.push('\n');
        }
        ended = line == "    }";
        out.extend([line, "\n"]);
    }
    out
}

/// Removes trailing spaces, empty lines at both ends, and successive empty lines outside fenced blocks.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = true;
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_end();
        let ticks: String = line
            .trim_start()
            .chars()
            .take_while(|&c| c == '`')
            .collect();
        match &fence {
            Some(open) if ticks.len() >= open.len() && line.trim() == ticks => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            _ => {}
        }
        if line.is_empty() && empty && fence.is_none() {
            continue;
        }
        empty = line.is_empty();
        tidied.push_str(line);
        tidied.push('\n');
    }
    while tidied.ends_with("\n\n") {
        tidied.pop();
    }
    tidied
}

/// Returns the document's name for a comment, on one line that can't end the comment.
fn one_line(document: &str) -> String {
    document
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>'))
        .collect::<String>()
        .replace("--", "- -")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syntax_error_is_located_in_the_output_of_the_template() {
        let result = layout(
            "x.rs.askama",
            "/// One,\n/// two.\nstruct A;\n\nstruct 1;\n",
        );
        let expected = "the template x.rs.askama generated invalid Rust at line 5: expected identifier\n    2 | /// two.\n    3 | struct A;\n    4 | \n    5 | struct 1;";
        assert_eq!(result, Err(expected.to_owned()));
    }

    #[test]
    fn documentation_that_looks_like_a_mark_is_an_error() {
        let result = layout("x.rs.askama", "#[doc = \" One.\"]\nstruct A;\n");
        assert_eq!(
            result,
            Err("the template x.rs.askama has documentation that isn't `///`".to_owned())
        );
    }
}
