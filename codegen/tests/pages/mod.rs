//! Reads the code blocks of the pages: README.md and those of the book in `docs/`.

// Each test program uses a part of this.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// Code in a page.
#[derive(Debug)]
pub struct Code {
    /// The path of the page from the workspace's folder, such as `docs/client.md`.
    pub page: PathBuf,
    /// The line of the code, or of the fence before it.
    pub line: usize,
    /// What the fence says after its backticks, such as `rust`. `None` in code within a text.
    pub language: Option<String>,
    pub text: String,
}

impl Code {
    /// Returns the page and the line, as compilers print them.
    pub fn place(&self) -> String {
        format!("{}:{}", self.page.display(), self.line)
    }

    /// Returns whether this is the block of a page that contains a text.
    pub fn is(&self, page: &str, text: &str) -> bool {
        self.page == Path::new(page) && self.text.contains(text)
    }
}

/// Returns the workspace's folder. It is the nearest one above a package's that has the book.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = package.ancestors();
    folders
        .find(|folder| folder.join("docs/book.toml").is_file())
        .unwrap()
        .to_owned()
}

/// Returns the pages of the book, `docs/*.md`, in their order.
pub fn book_pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs")).unwrap();
    let names = entries.map(|entry| PathBuf::from(entry.unwrap().file_name()));
    let mut pages: Vec<_> = names
        .filter(|name| name.extension() == Some(OsStr::new("md")))
        .map(|name| Path::new("docs").join(name))
        .collect();
    pages.sort();
    pages
}

/// Returns the text of a page.
pub fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the code of README.md and of the book.
pub fn all() -> Vec<Code> {
    let pages = [PathBuf::from("README.md")].into_iter().chain(book_pages());
    pages
        .flat_map(|page| code_of(&page, &read(&page)))
        .collect()
}

/// Returns the code blocks in one language. `ignore` may follow its name.
pub fn blocks(language: &str) -> Vec<Code> {
    let is_it = |code: &Code| {
        let name = code.language.as_deref();
        name.and_then(|it| it.split(',').next()) == Some(language)
    };
    let found: Vec<_> = all().into_iter().filter(is_it).collect();
    assert!(!found.is_empty(), "no page has {language}");
    found
}

/// Returns the code of a page.
pub fn code_of(page: &Path, text: &str) -> Vec<Code> {
    let mut found: Vec<Code> = Vec::new();
    let mut in_block = false;
    let tables = pulldown_cmark::Options::ENABLE_TABLES;
    for (event, range) in Parser::new_ext(text, tables).into_offset_iter() {
        let code = |language: Option<String>, code: &str| Code {
            page: page.to_owned(),
            line: text[..range.start].matches('\n').count() + 1,
            language,
            text: code.to_owned(),
        };
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                found.push(code(Some(language), ""));
                in_block = true;
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(part) if in_block => {
                if let Some(block) = found.last_mut() {
                    block.text += &part;
                }
            }
            Event::Code(part) => found.push(code(None, &part)),
            _ => {}
        }
    }
    found
}
