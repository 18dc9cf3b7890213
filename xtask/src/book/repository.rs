//! The pages of the book for files of the repository outside of `docs/` to which the book links.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mdbook_driver::book::{Book, BookItem, Chapter};
use pulldown_cmark::{Event, Options, Parser, Tag};
use wiretrue_cli::report::Refusal;

use super::links::resolve;
use crate::ci::files::{failed, files_below};

/// The title of these pages in the table of contents.
const TITLE: &str = "In the repository";

/// Adds a page for each file or folder outside of `docs/` to which a page of the book links, and lets these links lead
/// there. Links of the added pages to further files become text.
pub fn add_pages(book: &mut Book, root: &Path) -> Result<(), Refusal> {
    let mut linked = BTreeMap::new();
    for chapter in book.chapters() {
        let page = source(chapter);
        for link in links(&chapter.content) {
            let target = resolve(&page, link.path());
            if let Some(target) = target.filter(|it| !it.starts_with("docs")) {
                linked.insert(target.clone(), page_of(&target));
            }
        }
    }
    book.for_each_chapter_mut(|chapter| {
        let (page, place) = (source(chapter), chapter.path.clone().unwrap_or_default());
        chapter.content = relink(&chapter.content, &page, &place, &linked);
    });
    book.push_item(BookItem::PartTitle(TITLE.to_owned()));
    for (file, place) in &linked {
        let content = content(root, file)?;
        let content = relink(&content, file, place, &linked);
        let name = file.display().to_string();
        let mut chapter = Chapter::new(&name, content, place, Vec::new());
        chapter.source_path = None;
        book.push_item(chapter);
    }
    Ok(())
}

/// Returns the path of a chapter's file from the folder of the workspace.
fn source(chapter: &Chapter) -> PathBuf {
    Path::new("docs").join(chapter.source_path.as_deref().unwrap_or(Path::new("")))
}

/// Returns the path in the book of a file's page.
fn page_of(file: &Path) -> PathBuf {
    let page = renamed(&Path::new("repository").join(file));
    if page.extension().is_some_and(|it| it == "md") {
        page
    } else {
        PathBuf::from(format!("{}.md", page.display()))
    }
}

/// Returns the path that mdBook gives a page: a README becomes an index.
fn renamed(page: &Path) -> PathBuf {
    if page.ends_with("README.md") {
        page.with_file_name("index.md")
    } else {
        page.to_owned()
    }
}

/// Returns the Markdown for a file, or for all files in a folder.
fn content(root: &Path, file: &Path) -> Result<String, Refusal> {
    let path = root.join(file);
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| failed("read", path, &error));
    if file.extension().is_some_and(|it| it == "md") {
        return read(&path);
    }
    let mut text = format!("# `{}`\n", file.display());
    if path.is_file() {
        text += &fenced(file, &read(&path)?);
        return Ok(text);
    }
    for inner in files_below(&path)?
        .iter()
        .filter(|it| !it.ends_with("Cargo.lock"))
    {
        text += &format!("\n## `{}`\n", inner.display());
        text += &fenced(inner, &read(&path.join(inner))?);
    }
    Ok(text)
}

fn fenced(file: &Path, text: &str) -> String {
    let language = match file.extension().and_then(|it| it.to_str()) {
        Some("rs") => "rust",
        Some(extension @ ("toml" | "yaml")) => extension,
        _ => "text",
    };
    format!("\n``````{language}\n{}\n``````\n", text.trim_end())
}

/// A link to a file of the repository.
struct Link {
    /// The bytes of the whole link, of its text and of its target.
    whole: std::ops::Range<usize>,
    text: std::ops::Range<usize>,
    target: String,
}

impl Link {
    /// Returns the target without the heading.
    fn path(&self) -> &str {
        self.target.split('#').next().unwrap_or_default()
    }

    /// Returns the heading with its `#`.
    fn heading(&self) -> &str {
        &self.target[self.path().len()..]
    }
}

/// Returns the links of a page to files.
fn links(markdown: &str) -> Vec<Link> {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter();
    parser
        .filter_map(|(event, whole)| {
            let Event::Start(Tag::Link { dest_url, .. }) = event else {
                return None;
            };
            let target = dest_url.into_string();
            if target.starts_with('#') || target.contains(':') {
                return None;
            }
            // Links by reference aren't used.
            let end = markdown[whole.clone()].rfind(&format!("]({target})"))?;
            let text = whole.start + 1..whole.start + end;
            Some(Link {
                whole,
                text,
                target,
            })
        })
        .collect()
}

/// Lets the links of a page, which is at `place` in the book, lead to other pages of the book.
fn relink(
    markdown: &str,
    page: &Path,
    place: &Path,
    linked: &BTreeMap<PathBuf, PathBuf>,
) -> String {
    let mut text = markdown.to_owned();
    for link in links(markdown).into_iter().rev() {
        let target = resolve(page, link.path()).unwrap_or_default();
        let in_book = match target.strip_prefix("docs") {
            Ok(path) => Some(renamed(path)),
            Err(_) => linked.get(&target).cloned(),
        };
        let label = &markdown[link.text.clone()];
        let replacement = match in_book {
            None => label.to_owned(),
            Some(target) => {
                let up = "../".repeat(place.components().count().saturating_sub(1));
                format!("[{label}]({up}{}{})", target.display(), link.heading())
            }
        };
        text.replace_range(link.whole, &replacement);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use super::{page_of, relink};

    #[test]
    fn links_lead_to_pages_of_the_book() {
        let linked: BTreeMap<_, _> = ["ARCHITECTURE.md", "spec/README.md", "spec/a.toml"]
            .map(|file| (PathBuf::from(file), page_of(Path::new(file))))
            .into();
        let relink = |text: &str, page: &str| {
            let place = match page.strip_prefix("docs/") {
                Some(page) => PathBuf::from(page),
                None => page_of(Path::new(page)),
            };
            relink(text, Path::new(page), &place, &linked)
        };
        let page = "[A](../ARCHITECTURE.md#stages), [`a`](../spec/a.toml), [c](client.md#calls), [d](https://d.e) [e](#e)";
        assert_eq!(
            relink(page, "docs/page.md"),
            "[A](repository/ARCHITECTURE.md#stages), [`a`](repository/spec/a.toml.md), [c](client.md#calls), [d](https://d.e) [e](#e)"
        );
        let added = "[up](../ARCHITECTURE.md), [page](../docs/page.md#x), [*no* page](b.toml), [this](README.md), \
                     [first](../docs/README.md)";
        assert_eq!(
            relink(added, "spec/README.md"),
            "[up](../../repository/ARCHITECTURE.md), [page](../../page.md#x), *no* page, [this](../../repository/spec/index.md), \
             [first](../../index.md)"
        );
    }
}
