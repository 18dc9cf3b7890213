//! Lists that the server returns in pages: as a stream of pages, or as a stream of their items.
//!
//! A call of an operation that returns pages has the method `items`, which returns [`Items`], and the
//! method `pages`, which returns [`Pages`]. Each page is requested only when it is needed.
//!
//! ```no_run
//! # use std::fmt::Debug;
//! #
//! # use wiretrue::Error;
//! # use wiretrue::codegen::Paged;
//! # use wiretrue::pagination::Items;
//! # trait Call { type Page: Paged; fn items(self) -> Items<Self::Page>; }
//! # async fn example<C: Call>(call: C) -> Result<(), Error>
//! # where
//! #     <C::Page as Paged>::Item: Debug,
//! # {
//! let mut items = call.items();
//! while let Some(item) = items.next().await {
//!     println!("{:?}", item?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `call.items().limit(100).collect().await?` returns the first 100 items. Both types implement
//! `futures_core::Stream`; their `next` methods need no stream library.
//!
//! # The end of a list
//!
//! A list ends if a page says that it is the last one: it has no link or cursor to the next page,
//! or its flag, number of pages or number of items says that there are no more. Lists by offset or
//! page number also end at an empty page, and at a page with the items of the page before, which is
//! not returned: many servers repeat their last page for every number beyond it. If the repeated page
//! claims that there are more, or if a link or cursor leads to a page that was already requested,
//! the list is incomplete, so this is an error.
//!
//! # After an error
//!
//! A failed request doesn't end a stream. The next poll requests the same page again, so that a
//! program can continue where the server failed, after any pause. To stop, leave the loop at the
//! first error, as `?` does:
//!
//! ```no_run
//! # use wiretrue::Error;
//! # use wiretrue::codegen::Paged;
//! # use wiretrue::pagination::Items;
//! # async fn process<O: Paged>(mut items: Items<O>, handle: fn(O::Item)) -> Result<(), Error> {
//! let mut failures = 0;
//! while let Some(item) = items.next().await {
//!     match item {
//!         Ok(item) => handle(item),
//!         // The client has already retried the request, if it can be repeated safely.
//!         Err(error) if failures == 2 => return Err(error),
//!         Err(_) => failures += 1,
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A loop that ignores every error doesn't end while the server keeps failing. Only an error that no
//! request can overcome ends the stream: [`Error::InvalidRequest`](crate::Error::InvalidRequest),
//! such as a link to another origin, and
//! [`Error::MissingCredentials`](crate::Error::MissingCredentials).

mod body_property;
mod items;
mod link_header;
mod page_input;
mod pages;
mod sequence;

use crate::call::Operation;
use crate::request::encoder::parameter;
use crate::wire::Encode;
use crate::wire::tree::Tree;

pub use self::body_property::BodyProperty;
pub use self::items::Items;
pub use self::page_input::PageInput;
pub use self::pages::Pages;

/// An operation that returns a list in pages.
pub trait Paged: Operation {
    /// The type of an item of a page.
    type Item: Send + 'static;

    /// How the request for the next page differs from the previous one.
    const ADVANCE: Advance;

    /// The JSON pointer to the items in a body, for lists by offset or page number.
    const ITEMS: &'static str = "";

    /// Whether a page with fewer items than an earlier one is the last, for lists by offset or page
    /// number.
    const ENDS_AT_SHORT_PAGE: bool = false;

    /// Whether the status 404 for a page behind the first means that the list has ended, for lists by
    /// offset or page number.
    const ENDS_AT_NOT_FOUND: bool = false;

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

    /// Returns the number of pages of the list, if the body says so.
    #[inline]
    fn total_pages(_page: &Self::Output) -> Option<u64> {
        None
    }

    /// Returns the number of items of the list, if the body says so.
    #[inline]
    fn total_items(_page: &Self::Output) -> Option<u64> {
        None
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
    /// This input is set to the cursor in the body of the page.
    Cursor(PageInput),
    /// This input grows by the number of items, starting at 0.
    Offset(PageInput),
    /// This input grows by one, starting at this number.
    Number(PageInput, u64),
}

impl Advance {
    /// Returns the input that counts items or pages, and its first value.
    #[inline]
    fn counter(self) -> Option<(PageInput, u64)> {
        match self {
            Self::Offset(input) => Some((input, 0)),
            Self::Number(input, first) => Some((input, first)),
            Self::Link | Self::LinkHeader | Self::Cursor(_) => None,
        }
    }
}

/// Returns a cursor or a link: a string that isn't empty, or an integer.
#[doc(hidden)]
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

/// Returns a number of pages or items: a positive integer, which may be written as `7.0` or as a
/// string. Servers that don't know the number write `0` or `-1`.
#[doc(hidden)]
#[must_use]
#[inline]
pub fn list_total<T: Encode>(value: &T) -> Option<u64> {
    let number = match parameter("", value) {
        Ok(Tree::String(text)) => text.parse().ok()?,
        Ok(Tree::I64(number)) => u64::try_from(number).ok()?,
        Ok(Tree::U64(number)) => number,
        Ok(Tree::F64(number)) => number as u64,
        Ok(Tree::F32(number)) => number as u64,
        _ => return None,
    };
    (number > 0).then_some(number)
}
