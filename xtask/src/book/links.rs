//! Checks the links of a built book.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use wiretrue_cli::report::Refusal;

use crate::ci::files::{failed, files_below};

/// Returns a line for each link of the book that leads nowhere. Links to other servers aren't checked.
pub fn broken(folder: &Path) -> Result<Vec<String>, Refusal> {
    let files: BTreeSet<PathBuf> = files_below(folder)?.into_iter().collect();
    let mut pages = BTreeMap::new();
    // A server shows the page 404.html at any address.
    let is_page = |path: &&PathBuf| path.extension().is_some_and(|it| it == "html");
    for path in files.iter().filter(is_page) {
        let whole = folder.join(path);
        let text = fs::read_to_string(&whole).map_err(|error| failed("read", &whole, &error))?;
        pages.insert(path.clone(), text);
    }
    let anchors: BTreeMap<&Path, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, text)| (path.as_path(), values(text, "id").collect()))
        .collect();
    let mut lines = Vec::new();
    for (page, text) in pages.iter().filter(|(path, _)| !path.ends_with("404.html")) {
        for link in values(text, "href").chain(values(text, "src")) {
            if let Err(why) = check(page, link, &files, &anchors) {
                lines.push(format!("{}: the link `{link}` {why}", page.display()));
            }
        }
    }
    Ok(lines)
}

/// Returns the values of an attribute in HTML. In text, quotation marks are escaped.
fn values<'t>(html: &'t str, attribute: &str) -> impl Iterator<Item = &'t str> {
    let start = format!(" {attribute}=\"");
    let parts: Vec<&str> = html.split(start.as_str()).skip(1).collect();
    parts.into_iter().filter_map(|part| part.split('"').next())
}

fn check(
    page: &Path,
    link: &str,
    files: &BTreeSet<PathBuf>,
    anchors: &BTreeMap<&Path, BTreeSet<&str>>,
) -> Result<(), &'static str> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    if path.contains(':') {
        return Ok(());
    }
    let target = match path {
        "" => page.to_owned(),
        path => resolve(page, path).ok_or("leaves the book")?,
    };
    if !files.contains(&target) {
        return Err("leads to no file of the book");
    }
    let is_known = anchors
        .get(target.as_path())
        .is_none_or(|it| it.contains(anchor));
    match anchor.is_empty() || is_known {
        true => Ok(()),
        false => Err("leads to no heading of its page"),
    }
}

/// Returns the path in the book of a link in a page, unless it is outside.
pub fn resolve(page: &Path, link: &str) -> Option<PathBuf> {
    let mut path = page.parent()?.to_owned();
    for component in Path::new(link).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir if path.pop() => {}
            _ => return None,
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::broken;

    #[test]
    fn broken_links_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let page = "<h1 id=\"a\">A</h1> <a class=\"b\" href=\"more/b.html#b\"></a> <a href=\"#a\"></a>\
                    <a href=\"https://example.com/c\"></a> <code>&lt;a href=&quot;no.html&quot;</code>";
        let other = "<h1 id=\"b\">B</h1> <a href=\"../a.html#b\"></a> <a href=\"a.html\"></a> <img src=\"../../a.png\">";
        fs::create_dir(folder.path().join("more")).unwrap();
        fs::write(folder.path().join("a.html"), page).unwrap();
        fs::write(folder.path().join("more/b.html"), other).unwrap();
        let lines = broken(folder.path()).unwrap_or_default();
        let found: Vec<_> = lines
            .iter()
            .map(|line| line.split('`').nth(1).unwrap())
            .collect();
        assert_eq!(found, ["../a.html#b", "a.html", "../../a.png"], "{lines:?}");
    }
}
