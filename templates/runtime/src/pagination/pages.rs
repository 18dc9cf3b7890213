//! The pages of a list.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::call::encoded;
use crate::error::{Error, InvalidRequestError};
use crate::pagination::link_header::next_link;
use crate::pagination::{Advance, Items, Paged};
use crate::response::{RawResponse, Response, ResponseFuture};
use crate::wire::malformed::collect;
use crate::wire::style::Escape;

/// The request for a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum PageRequest {
    /// The request of the call itself.
    First,
    /// A request to this URL.
    Link(String),
    /// The request with this value of a query parameter.
    Parameter(&'static str, String),
}

/// The position in the list of pages.
struct PageSequence {
    /// The request for the next page; `None` at the end.
    next: Option<Result<PageRequest, Error>>,
    /// The requests that were already sent, to detect a cycle.
    requested: HashSet<PageRequest>,
    /// How many more pages may be requested.
    remaining: u64,
}

impl PageSequence {
    #[inline]
    fn new() -> Self {
        Self {
            next: Some(Ok(PageRequest::First)),
            requested: HashSet::new(),
            remaining: u64::MAX,
        }
    }

    /// Returns the request for the next page, if there is one and the limit allows it.
    #[inline]
    fn next_request(&mut self) -> Option<Result<PageRequest, Error>> {
        self.remaining = self.remaining.checked_sub(1)?;
        self.next.take()
    }

    /// Stores the request for the next page.
    #[inline]
    fn advance(&mut self, operation: &'static str, next: Option<PageRequest>) {
        self.next = next.map(|request| {
            if self.requested.insert(request.clone()) {
                return Ok(request);
            }
            let message =
                "the server returned a link or cursor to a page that was already requested";
            Err(InvalidRequestError::new(message)
                .in_operation(operation)
                .into())
        });
    }
}

/// The pages of a list, each requested when it is polled for.
///
/// This is a [`Stream`] of responses with status and headers; [`next`](Self::next) returns them
/// without a stream library. After an error, the stream ends.
#[must_use = "streams are lazy: no page is requested until they are polled"]
pub struct Pages<O: Paged> {
    operation: O,
    sequence: PageSequence,
    /// The query of the last request.
    query: String,
    in_flight: Option<ResponseFuture<RawResponse>>,
}

impl<O: Paged> Pages<O> {
    /// Creates a stream of the pages of an operation.
    #[inline]
    pub fn new(operation: O) -> Self {
        Self {
            operation,
            sequence: PageSequence::new(),
            query: String::new(),
            in_flight: None,
        }
    }

    /// Limits the number of pages that are requested.
    #[inline]
    pub fn limit(mut self, pages: u64) -> Self {
        self.sequence.remaining = pages;
        self
    }

    /// Converts the pages into a stream of their items.
    #[inline]
    pub fn items(self) -> Items<O> {
        Items {
            pages: self,
            ready: VecDeque::new(),
            remaining: u64::MAX,
        }
    }

    /// Returns the next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Returns any [`Error`] of a call. Returns [`Error::InvalidRequest`] if the link to the page
    /// leads to another origin, or to a page that was already requested.
    pub async fn next(&mut self) -> Option<Result<Response<O::Output>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Sends the request for a page.
    #[inline]
    fn send(&mut self, request: PageRequest) -> ResponseFuture<RawResponse> {
        let encoded = encoded(&self.operation).map(|mut out| {
            match request {
                PageRequest::First => {}
                PageRequest::Link(link) => out.link = Some(link),
                PageRequest::Parameter(name, value) => out.set_query(name, &value),
            }
            self.query.clone_from(&out.query);
            out
        });
        self.operation.call().execute(O::META, encoded)
    }

    /// Decodes a page and finds the next one.
    #[inline]
    fn decode_page(&mut self, response: RawResponse) -> Result<Response<O::Output>, Error> {
        let (status, headers) = (response.status, response.headers.clone());
        let (page, warnings) = collect(|| O::decode(response));
        let page = page?;
        let more = O::has_more(&page).unwrap_or(true);
        let next = match O::ADVANCE {
            _ if !more => None,
            Advance::Link => O::next(&page).map(PageRequest::Link),
            Advance::LinkHeader => next_link(&headers).map(PageRequest::Link),
            Advance::Cursor(name) => {
                O::next(&page).map(|cursor| PageRequest::Parameter(name, cursor))
            }
            // Unless the body says otherwise, an empty page is the last one.
            Advance::Offset(_) | Advance::Number(..) if O::count(&page) == 0 => None,
            Advance::Offset(name) => Some(self.incremented(name, 0, O::count(&page) as u64)),
            Advance::Number(name, first) => Some(self.incremented(name, first, 1)),
        };
        self.sequence.advance(O::META.id, next);
        Ok(Response::new(status, headers, page).with_warnings(warnings))
    }

    /// Returns the request with an incremented query parameter.
    #[inline]
    fn incremented(&self, name: &'static str, start: u64, by: u64) -> PageRequest {
        let mut escaped = String::new();
        Escape::Component.push(name, &mut escaped);
        let pairs = self.query.split('&');
        let value = pairs
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| *name == escaped)
            .and_then(|(_, value)| value.parse::<u64>().ok());
        PageRequest::Parameter(name, value.unwrap_or(start).saturating_add(by).to_string())
    }
}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<Response<O::Output>, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.in_flight.is_none() {
            match this.sequence.next_request() {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(request)) => this.in_flight = Some(this.send(request)),
            }
        }
        let Some(in_flight) = &mut this.in_flight else {
            return Poll::Ready(None);
        };
        let response = ready!(Pin::new(in_flight).poll(context));
        this.in_flight = None;
        Poll::Ready(Some(
            response.and_then(|response| this.decode_page(response)),
        ))
    }
}

/// The future that is polled is boxed.
impl<O: Paged> Unpin for Pages<O> {}

/// Prints the operation and the number of pages, never an argument.
impl<O: Paged> fmt::Debug for Pages<O> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::META.id)
            .field("requested", &self.sequence.requested.len())
            .finish_non_exhaustive()
    }
}
