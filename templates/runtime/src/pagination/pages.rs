//! The pages of a list.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use http::StatusCode;
use serde_json::Value;

use crate::call::encoded;
use crate::error::Error;
use crate::pagination::link_header::next_link;
use crate::pagination::sequence::{PageFacts, PageRequest, PageSequence};
use crate::pagination::{Advance, Items, Paged};
use crate::response::{RawResponse, Response, ResponseFuture};
use crate::transport::link::Link;
use crate::wire::malformed::collect;

/// The pages of a list, each requested when it is polled for.
///
/// This is a [`Stream`] of responses with status and headers; [`next`](Self::next) returns them
/// without a stream library. After an error, the next poll requests the same page again: see
/// [the module](crate::pagination#after-an-error).
#[must_use = "streams are lazy: no page is requested until they are polled"]
pub struct Pages<O: Paged> {
    operation: O,
    sequence: PageSequence,
    in_flight: Option<ResponseFuture<RawResponse>>,
}

impl<O: Paged> Pages<O> {
    /// Creates a stream of the pages of an operation.
    #[inline]
    pub fn new(operation: O) -> Self {
        Self {
            operation,
            sequence: PageSequence::new(),
            in_flight: None,
        }
    }

    /// Limits the number of pages. No page beyond the last of them is requested.
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
    /// Returns any [`Error`] of a call. Returns [`Error::InvalidRequest`] and ends the stream if the
    /// link to the page leads to another origin, or if the page was already requested.
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
                PageRequest::Input(input, value) => input.set(&value, &mut out),
            }
            if let Some((input, first)) = O::ADVANCE.counter() {
                self.sequence.position = input.number(&out).unwrap_or(first);
            }
            out
        });
        self.operation.call().execute(O::META, encoded)
    }

    /// Decodes a page and finds the next one. Returns `None` if the list ended before this page.
    #[inline]
    fn receive(
        &mut self,
        response: Result<RawResponse, Error>,
    ) -> Option<Result<Response<O::Output>, Error>> {
        let page = match response.and_then(|response| self.decode(response)) {
            Ok(page) => page.map(Ok),
            Err(error) if self.is_end(&error) => None,
            Err(error) => Some(Err(error)),
        };
        match &page {
            None | Some(Err(Error::InvalidRequest(_) | Error::MissingCredentials(_))) => {
                self.sequence.next = None;
            }
            Some(Err(_)) => {}
            Some(Ok(_)) => self.sequence.remaining = self.sequence.remaining.saturating_sub(1),
        }
        page
    }

    /// Returns whether an error means that the list has ended.
    #[inline]
    fn is_end(&self, error: &Error) -> bool {
        O::ENDS_AT_NOT_FOUND
            && !self.sequence.is_first()
            && matches!(error, Error::Api(error) if error.status() == StatusCode::NOT_FOUND)
    }

    /// Decodes a page and stores the request for the next one. Returns `None` if the page repeats the
    /// previous one.
    #[inline]
    fn decode(&mut self, mut response: RawResponse) -> Result<Option<Response<O::Output>>, Error> {
        let (status, headers) = (response.status, response.headers.clone());
        let url = response.url.take();
        let items_hash = O::ADVANCE
            .counter()
            .and_then(|_| items_hash(&response, O::ITEMS));
        let (page, warnings) = collect(|| O::decode(response));
        let page = page?;
        let more = O::has_more(&page);
        let link = match O::ADVANCE {
            _ if more == Some(false) => None,
            Advance::Link => O::next(&page),
            Advance::LinkHeader => next_link(&headers),
            Advance::Cursor(_) | Advance::Offset(_) | Advance::Number(..) => None,
        };
        let next = match (O::ADVANCE, link.zip(url)) {
            (_, Some((link, url))) => Link::new(&link, url).map(PageRequest::Link).map(Some),
            (Advance::Cursor(input), None) => {
                Ok(O::next(&page).map(|cursor| PageRequest::Input(input, cursor)))
            }
            _ => Ok(None),
        };
        let mut is_new = true;
        match next {
            Ok(next) => {
                let facts = PageFacts {
                    next,
                    more,
                    count: O::count(&page) as u64,
                    total_pages: O::total_pages(&page),
                    total_items: O::total_items(&page),
                    items_hash,
                };
                let short = O::ENDS_AT_SHORT_PAGE;
                is_new = self.sequence.advance(O::META.id, O::ADVANCE, short, facts);
            }
            Err(error) => self.sequence.end(Some(error.in_operation(O::META.id))),
        }
        let page = Response::new(status, headers, page).with_warnings(warnings);
        Ok(is_new.then_some(page))
    }
}

/// Returns a hash of the items in a body.
#[inline]
fn items_hash(response: &RawResponse, pointer: &str) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let body = response.json_value()?;
    Value::pointer(&body, pointer)?.hash(&mut hasher);
    Some(hasher.finish())
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
        let page = this.receive(response);
        // A list that ended with this page may have a reason, which is an error.
        if page.is_none()
            && let Some(Err(error)) = this.sequence.next_request()
        {
            return Poll::Ready(Some(Err(error)));
        }
        Poll::Ready(page)
    }
}

/// The future that is polled is boxed.
impl<O: Paged> Unpin for Pages<O> {}

/// Prints the operation and the number of links and cursors that were followed, never an argument.
impl<O: Paged> fmt::Debug for Pages<O> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::META.id)
            .field("followed", &self.sequence.followed())
            .finish_non_exhaustive()
    }
}
