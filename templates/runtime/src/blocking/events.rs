//! Events, one after another, for programs without an async runtime.

use std::fmt;

use crate::blocking::block_on_call;
use crate::error::Error;
use crate::streaming::events::{Event, Events};

impl<T> Events<T> {
    /// The same as an iterator that blocks until an event comes.
    pub fn blocking(self) -> BlockingEvents<T> {
        BlockingEvents { events: self }
    }
}

/// A stream of events, each given when it comes.
#[must_use = "nothing is read until an event is wanted"]
pub struct BlockingEvents<T> {
    events: Events<T>,
}

impl<T> Iterator for BlockingEvents<T> {
    type Item = Result<Event<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let operation = self.events.operation();
        block_on_call(operation, async { self.events.next().await.transpose() }).transpose()
    }
}

/// Prints what the stream does.
impl<T> fmt::Debug for BlockingEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingEvents").field(&self.events).finish()
    }
}
