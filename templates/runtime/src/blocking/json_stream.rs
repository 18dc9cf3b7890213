//! Streams of JSON documents as blocking iterators.

use std::fmt;

use crate::blocking::block_on_next;
use crate::error::Error;
use crate::streaming::json_stream::JsonStream;

impl<T> JsonStream<T> {
    /// Converts the stream into an iterator that blocks until the next item is received.
    pub fn blocking(self) -> BlockingJsonStream<T> {
        BlockingJsonStream {
            items: self,
            ended: false,
        }
    }
}

/// A blocking iterator over the items of a stream.
///
/// Created by [`JsonStream::blocking`].
#[must_use = "iterators are lazy: nothing is read until `next` is called"]
pub struct BlockingJsonStream<T> {
    items: JsonStream<T>,
    ended: bool,
}

impl<T> Iterator for BlockingJsonStream<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let operation = self.items.operation();
        block_on_next(&mut self.ended, operation, self.items.next())
    }
}

/// Prints the operation, never an item.
impl<T> fmt::Debug for BlockingJsonStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingJsonStream")
            .field(&self.items)
            .finish()
    }
}
