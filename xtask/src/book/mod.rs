//! The task `book`: builds `docs/` as a book with mdBook.

mod links;
mod repository;
mod warnings;

use std::path::Path;

use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use wiretrue_cli::Outcome;
use wiretrue_cli::report::{Problem, Refusal, Report, shown};

use crate::ci::Ci;

/// Builds the book in the folder `book` of Cargo's target folder.
pub fn run(workspace: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let ci = Ci::new(workspace, report)?;
    let folder = ci.target.join("book");
    let (built, warnings) = warnings::collect(|| build(&ci.root, &folder));
    let pages = built?;
    let mut problems = warnings;
    problems.extend(links::broken(&folder)?);
    if problems.is_empty() {
        let first = folder.join("index.html");
        report.status(
            "Built",
            format_args!("{pages} pages: {}", shown(&first).display()),
        );
        return Ok(Outcome::Fine);
    }
    for problem in problems {
        report.problem(&Problem::error(problem, ""));
    }
    Ok(Outcome::Drift)
}

/// Builds the book, and returns the number of its pages.
fn build(root: &Path, folder: &Path) -> Result<usize, Refusal> {
    let failed = |error| Refusal::new(format!("the book can't be built: {error:#}"), "");
    let mut book = MDBook::load(root.join("docs")).map_err(failed)?;
    book.config.build.build_dir = folder.to_owned();
    repository::add_pages(&mut book.book, root)?;
    // A page that was renamed leaves nothing behind.
    crate::ci::files::remove_folder(folder)?;
    book.build().map_err(failed)?;
    let is_page = |item: &&BookItem| matches!(item, BookItem::Chapter(_));
    Ok(book.iter().filter(is_page).count())
}
