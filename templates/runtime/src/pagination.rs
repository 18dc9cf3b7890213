//! Answers that come in pages: as a stream of pages, and as a stream of their items.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use http::HeaderMap;
use http::header::LINK;

use crate::call::{Operation, ResponseFuture, encoded};
use crate::error::{Error, InvalidRequestError};
use crate::request::encoder::parameter;
use crate::response::{RawResponse, Response};
use crate::wire::Encode;
use crate::wire::style::Escape;
use crate::wire::tree::Tree;

/// An operation whose answers come in pages.
pub trait Paged: Operation {
    /// What a page holds several of.
    type Item: Send + 'static;

    /// How the request for the next page differs from the one before.
    const ADVANCE: Advance;

    /// The address or the cursor of the next page, if it is in the body.
    #[inline]
    fn next(_page: &Self::Output) -> Option<String> {
        None
    }

    /// Whether there are more pages, if the body tells.
    #[inline]
    fn has_more(_page: &Self::Output) -> Option<bool> {
        None
    }

    /// How many items the page holds; needed where they are counted to find the next page.
    #[inline]
    fn count(_page: &Self::Output) -> usize {
        0
    }

    /// The items.
    fn into_items(page: Self::Output) -> Vec<Self::Item>;
}

/// How the request for the next page differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// It goes to the address that the page tells.
    Link,
    /// It goes to the address of the header `Link` with `rel="next"` (RFC 8288).
    LinkHeader,
    /// This query parameter takes the cursor that the page tells.
    Cursor(&'static str),
    /// This query parameter grows by the number of items, from 0.
    Offset(&'static str),
    /// This query parameter grows by one, from this number.
    Number(&'static str, u64),
}

/// Where the next page is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// At the place that the call itself names.
    First,
    /// At an address.
    Link(String),
    /// Where a query parameter has this value.
    Parameter(&'static str, String),
}

/// A cursor or link: a text that isn't empty, or a whole number.
#[must_use]
#[inline]
pub fn text<T: Encode>(value: &T) -> Option<String> {
    match parameter("", value) {
        Ok(Tree::String(text)) if !text.is_empty() => Some(text),
        Ok(Tree::I64(number)) => Some(number.to_string()),
        Ok(Tree::U64(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// The way through the pages, whatever is in them.
struct Walk {
    /// `None` at the end.
    next: Option<Result<Place, Error>>,
    /// Where pages were already: a server that leads there again leads in a circle.
    seen: HashSet<Place>,
    /// How many pages may still be asked for.
    left: u64,
}

impl Walk {
    #[inline]
    fn new() -> Self {
        Self {
            next: Some(Ok(Place::First)),
            seen: HashSet::new(),
            left: u64::MAX,
        }
    }

    /// Where to ask, if there is another page and it may be asked for.
    #[inline]
    fn step(&mut self) -> Option<Result<Place, Error>> {
        self.left = self.left.checked_sub(1)?;
        self.next.take()
    }

    /// Takes note of where the next page is.
    #[inline]
    fn advance(&mut self, operation: &'static str, next: Option<Place>) {
        self.next = next.map(|place| {
            if self.seen.insert(place.clone()) {
                return Ok(place);
            }
            let message = "the server leads from page to page in a circle";
            Err(InvalidRequestError::new(message)
                .in_operation(operation)
                .into())
        });
    }
}

/// The pages of an answer, each asked for when it is wanted.
///
/// A [`Stream`] of responses, each with its status and headers; [`next`](Self::next) gives them
/// without a crate for streams. After an error there are no more.
#[must_use = "pages are asked for only when they are polled"]
pub struct Pages<O: Paged> {
    operation: O,
    walk: Walk,
    /// The query of the page that is asked for.
    query: String,
    coming: Option<ResponseFuture<RawResponse>>,
}

impl<O: Paged> Pages<O> {
    /// The pages of an operation.
    #[inline]
    pub fn new(operation: O) -> Self {
        Self {
            operation,
            walk: Walk::new(),
            query: String::new(),
            coming: None,
        }
    }

    /// Asks for no more than so many pages.
    #[inline]
    pub fn limit(mut self, pages: u64) -> Self {
        self.walk.left = pages;
        self
    }

    /// The items of the pages, one after another.
    #[inline]
    pub fn items(self) -> Items<O> {
        Items {
            pages: self,
            ready: VecDeque::new(),
            left: u64::MAX,
        }
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; [`Error::InvalidRequest`] if the page before leads to another origin, or to
    /// a page that was there already.
    pub async fn next(&mut self) -> Option<Result<Response<O::Output>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Sends the request for a page.
    #[inline]
    fn ask(&mut self, place: Place) -> ResponseFuture<RawResponse> {
        let encoded = encoded(&self.operation).map(|mut out| {
            match place {
                Place::First => {}
                Place::Link(link) => out.link = Some(link),
                Place::Parameter(name, value) => out.set_query(name, &value),
            }
            self.query.clone_from(&out.query);
            out
        });
        self.operation.call().execute(O::META, encoded)
    }

    /// Reads a page and finds out where the next one is.
    #[inline]
    fn read(&mut self, response: RawResponse) -> Result<Response<O::Output>, Error> {
        let (status, headers) = (response.status, response.headers.clone());
        let page = O::decode(response)?;
        let more = O::has_more(&page).unwrap_or(true);
        let next = match O::ADVANCE {
            _ if !more => None,
            Advance::Link => O::next(&page).map(Place::Link),
            Advance::LinkHeader => next_link(&headers).map(Place::Link),
            Advance::Cursor(name) => O::next(&page).map(|cursor| Place::Parameter(name, cursor)),
            // Without a word of the server's, a page without items is the last.
            Advance::Offset(_) | Advance::Number(..) if O::count(&page) == 0 => None,
            Advance::Offset(name) => Some(self.grown(name, 0, O::count(&page) as u64)),
            Advance::Number(name, first) => Some(self.grown(name, first, 1)),
        };
        self.walk.advance(O::META.id, next);
        Ok(Response::new(status, headers, page))
    }

    /// A parameter that was a number, grown.
    #[inline]
    fn grown(&self, name: &'static str, start: u64, by: u64) -> Place {
        let mut escaped = String::new();
        Escape::Component.push(name, &mut escaped);
        let pairs = self.query.split('&');
        let value = pairs
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| *name == escaped)
            .and_then(|(_, value)| value.parse::<u64>().ok());
        Place::Parameter(name, value.unwrap_or(start).saturating_add(by).to_string())
    }
}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<Response<O::Output>, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.coming.is_none() {
            match this.walk.step() {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(place)) => this.coming = Some(this.ask(place)),
            }
        }
        let Some(coming) = &mut this.coming else {
            return Poll::Ready(None);
        };
        let response = ready!(coming.as_mut().poll(context));
        this.coming = None;
        Poll::Ready(Some(response.and_then(|response| this.read(response))))
    }
}

/// What is polled in it lies in a box of its own.
impl<O: Paged> Unpin for Pages<O> {}

/// Prints the operation and how far it got, never an argument.
impl<O: Paged> fmt::Debug for Pages<O> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::META.id)
            .field("seen", &self.walk.seen.len())
            .finish_non_exhaustive()
    }
}

/// The items of all pages, each page asked for when the items before it are used up.
///
/// A [`Stream`]; [`next`](Self::next) gives the items without a crate for streams. After an error
/// there are no more.
#[must_use = "items are asked for only when they are polled"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    ready: VecDeque<O::Item>,
    left: u64,
}

impl<O: Paged> Items<O> {
    /// Gives no more than so many items, and asks for no page beyond the last of them.
    #[inline]
    pub fn limit(mut self, items: u64) -> Self {
        self.left = items;
        self
    }

    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All items that are left.
    ///
    /// # Errors
    ///
    /// See [`Pages::next`]; the items before it are lost.
    pub async fn collect(mut self) -> Result<Vec<O::Item>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(left) = this.left.checked_sub(1) else {
                return Poll::Ready(None);
            };
            if let Some(item) = this.ready.pop_front() {
                this.left = left;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => this.ready = O::into_items(page.body).into(),
            }
        }
    }
}

impl<O: Paged> Unpin for Items<O> {}

/// Prints the operation, never an item.
impl<O: Paged> fmt::Debug for Items<O> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &O::META.id)
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

/// The target of the first link with `rel="next"` (RFC 8288 section 3).
#[inline]
fn next_link(headers: &HeaderMap) -> Option<String> {
    let fields = headers.get_all(LINK).iter();
    fields
        .filter_map(|field| field.to_str().ok())
        .find_map(next_of_field)
}

#[inline]
fn next_of_field(field: &str) -> Option<String> {
    let mut rest = field;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (mut parameters, others) = until(',', after);
        while !parameters.is_empty() {
            let (parameter, following) = until(';', parameters);
            if is_next(parameter) {
                return Some(target.trim().to_owned());
            }
            parameters = following;
        }
        rest = others;
    }
}

/// What stands before the next such character outside of quotes, and what stands behind it; it is
/// ASCII.
#[inline]
fn until(end: char, text: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == end && !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// Whether a parameter of a link says `rel="next"`, perhaps among other relations.
#[inline]
fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let relations = value.trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel")
        && relations
            .split_ascii_whitespace()
            .any(|relation| relation.eq_ignore_ascii_case("next"))
}
