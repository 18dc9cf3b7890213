//! Event streams as blocking iterators.

use std::fmt;

use crate::blocking::block_on_next;
use crate::error::Error;
use crate::streaming::events::{Event, Events};

impl<T> Events<T> {
    /// Converts the stream into an iterator that blocks until the next event is received.
    pub fn blocking(self) -> BlockingEvents<T> {
        BlockingEvents {
            events: self,
            ended: false,
        }
    }
}

/// A blocking iterator over the events of a stream.
///
/// Created by [`Events::blocking`].
#[must_use = "iterators are lazy: nothing is read until `next` is called"]
pub struct BlockingEvents<T> {
    events: Events<T>,
    ended: bool,
}

impl<T> Iterator for BlockingEvents<T> {
    type Item = Result<Event<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let operation = self.events.operation();
        block_on_next(&mut self.ended, operation, self.events.next())
    }
}

/// Prints the operation, never an event.
impl<T> fmt::Debug for BlockingEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingEvents").field(&self.events).finish()
    }
}
