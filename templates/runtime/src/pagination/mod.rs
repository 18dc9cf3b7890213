//! Lists that the server returns in pages: as a stream of pages, or as a stream of their items.
//!
//! An operation of a generated client that returns pages has a method that returns [`Pages`]. Both
//! [`Pages`] and [`Items`] implement `futures_core::Stream`; their `next` methods need no stream
//! library. Each page is requested only when it is needed.
//!
//! ```no_run
//! use wiretrue::Error;
//! use wiretrue::codegen::Paged;
//! use wiretrue::pagination::Pages;
//!
//! /// Returns the first 100 items.
//! async fn first_100<O: Paged>(pages: Pages<O>) -> Result<Vec<O::Item>, Error> {
//!     pages.items().limit(100).collect().await
//! }
//! ```

mod items;
mod link_header;
mod pages;

use crate::call::Operation;
use crate::request::encoder::parameter;
use crate::wire::Encode;
use crate::wire::tree::Tree;

pub use self::items::Items;
pub use self::pages::Pages;

/// An operation that returns a list in pages.
pub trait Paged: Operation {
    /// The type of an item of a page.
    type Item: Send + 'static;

    /// How the request for the next page differs from the previous one.
    const ADVANCE: Advance;

    /// Returns the URL or the cursor of the next page, if the body contains it.
    #[inline]
    fn next(_page: &Self::Output) -> Option<String> {
        None
    }

    /// Returns whether there are more pages, if the body says so.
    #[inline]
    fn has_more(_page: &Self::Output) -> Option<bool> {
        None
    }

    /// Returns the number of items of a page. Needed if the next page depends on it.
    #[inline]
    fn count(_page: &Self::Output) -> usize {
        0
    }

    /// Returns the items of a page.
    fn into_items(page: Self::Output) -> Vec<Self::Item>;
}

/// How the request for the next page differs from the previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// The next request goes to the URL in the body of the page.
    Link,
    /// The next request goes to the URL in the `Link` header with `rel="next"` (RFC 8288).
    LinkHeader,
    /// This query parameter is set to the cursor in the body of the page.
    Cursor(&'static str),
    /// This query parameter grows by the number of items, starting at 0.
    Offset(&'static str),
    /// This query parameter grows by one, starting at this number.
    Number(&'static str, u64),
}

/// Returns a cursor or a link: a string that isn't empty, or an integer.
#[must_use]
#[inline]
pub fn cursor_text<T: Encode>(value: &T) -> Option<String> {
    match parameter("", value) {
        Ok(Tree::String(text)) if !text.is_empty() => Some(text),
        Ok(Tree::I64(number)) => Some(number.to_string()),
        Ok(Tree::U64(number)) => Some(number.to_string()),
        _ => None,
    }
}
