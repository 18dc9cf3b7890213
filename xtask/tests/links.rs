//! The links of this repository's pages lead somewhere, and the book in `docs/` has every page.

#[path = "../../codegen/tests/pages/mod.rs"]
mod pages;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use self::pages::{book_pages, read, root};

/// The checked pages outside of `docs/`.
const PAGES: [&str; 6] = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "templates/README.md",
    "generated/README.md",
    "examples/auth0-device/README.md",
];

#[test]
fn links_lead_somewhere() {
    let pages = PAGES.iter().map(PathBuf::from).chain(book_pages());
    let mistakes: Vec<String> = pages
        .flat_map(|page| wrong_links(&page, &read(&page)))
        .collect();
    assert!(mistakes.is_empty(), "\n{}", mistakes.join("\n"));
}

#[test]
fn book_has_every_page() {
    let summary = Path::new("docs/SUMMARY.md");
    let text = read(summary);
    assert_eq!(wrong_links(summary, &text), [""; 0]);
    let mut listed: Vec<PathBuf> = Page::parse(&text)
        .links
        .into_iter()
        .map(|link| Path::new("docs").join(link.target))
        .collect();
    listed.sort();
    let mut pages: Vec<PathBuf> = book_pages()
        .into_iter()
        .filter(|page| page != summary)
        .collect();
    pages.sort();
    assert_eq!(
        listed, pages,
        "docs/SUMMARY.md lists each page of docs/ once"
    );
}

#[test]
fn wrong_links_are_found() {
    let text = "\
# A page

[a file](client.md), [a heading](client.md#calls), [this page](#a-page) and [a folder](../spec) are right,
as is <https://example.com/nothing>.

[1](clients.md)
[2](client.md#call)
[3](#a-pages)
[4](../../elsewhere.md)
[5](/docs/client.md)
[6](templates.schema.json#title)
![7](screenshot.png)
[8]

[8]: ../docs
[9]: unused.md
";
    let lines: Vec<usize> = wrong_links(Path::new("docs/wrong.md"), text)
        .iter()
        .map(|mistake| mistake.split(':').nth(1).unwrap().parse().unwrap())
        .collect();
    assert_eq!(lines, [6, 7, 8, 9, 10, 11, 12]);
}

#[test]
fn anchors_are_those_of_github_and_mdbook() {
    let text = "\
## `cargo test --workspace`
## What a value can't do
## Ä_b-c: 1, 2.0!
## Twice
## Twice
";
    let anchors = [
        "cargo-test---workspace",
        "what-a-value-cant-do",
        "ä_b-c-1-20",
        "twice",
        "twice-1",
    ];
    assert_eq!(
        Page::parse(text).anchors,
        HashSet::from(anchors.map(String::from))
    );
}

/// A page's anchors and links.
struct Page {
    anchors: HashSet<String>,
    links: Vec<Link>,
}

struct Link {
    line: usize,
    target: String,
}

impl Page {
    fn parse(text: &str) -> Self {
        let mut page = Self {
            anchors: HashSet::new(),
            links: Vec::new(),
        };
        let mut heading: Option<String> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    page.add_anchor(&heading.take().unwrap_or_default())
                }
                Event::Text(part) | Event::Code(part) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = text[..range.start].matches('\n').count() + 1;
                    page.links.push(Link {
                        line,
                        target: dest_url.into_string(),
                    });
                }
                _ => {}
            }
        }
        page
    }

    /// Adds the anchor of a heading: letters and digits in lower case, `-` for each space, and no punctuation but `-`
    /// and `_`. Repeated headings are numbered.
    fn add_anchor(&mut self, heading: &str) {
        let kept = heading
            .chars()
            .filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor: String = kept
            .flat_map(char::to_lowercase)
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let mut numbered = anchor.clone();
        let mut number = 0;
        while !self.anchors.insert(numbered.clone()) {
            number += 1;
            numbered = format!("{anchor}-{number}");
        }
    }
}

/// Returns a line `PAGE:LINE: MISTAKE` for each link of a page that leads nowhere. Addresses on the web aren't checked.
fn wrong_links(path: &Path, text: &str) -> Vec<String> {
    let page = Page::parse(text);
    let mistakes = page.links.iter().filter_map(|link| {
        let mistake = check(path, &page, &link.target).err()?;
        Some(format!(
            "{}:{}: `{}` {mistake}",
            path.display(),
            link.line,
            link.target
        ))
    });
    mistakes.collect()
}

fn check(path: &Path, page: &Page, target: &str) -> Result<(), &'static str> {
    if ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
    {
        return Ok(());
    }
    let (file, anchor) = match target.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (target, None),
    };
    if file.is_empty() {
        let known = anchor.is_some_and(|anchor| page.anchors.contains(anchor));
        return if known {
            Ok(())
        } else {
            Err("is no heading of this page")
        };
    }
    let file = within_repository(path, file).ok_or("leads out of the repository")?;
    if !root().join(&file).exists() {
        return Err("doesn't exist");
    }
    match anchor {
        None => Ok(()),
        Some(_) if file.extension() != Some(OsStr::new("md")) => Err("has no headings"),
        Some(anchor) if Page::parse(&read(&file)).anchors.contains(anchor) => Ok(()),
        Some(_) => Err("is no heading of that page"),
    }
}

/// Returns the path of a link's target below the repository's folder, or `None` if it is elsewhere.
fn within_repository(page: &Path, target: &str) -> Option<PathBuf> {
    let mut path = page.parent()?.to_owned();
    for component in Path::new(target).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir if path.pop() => {}
            _ => return None,
        }
    }
    Some(path)
}
