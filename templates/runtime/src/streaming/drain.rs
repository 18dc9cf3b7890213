//! The rest of a body that nobody reads.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::clock::timer;
use crate::streaming::body_stream::BodyStream;

/// How many bytes are read, at most.
const MAX_BYTES: usize = 64 * 1024;
/// How long the rest may take.
const MAX_TIME: Duration = Duration::from_millis(250);

/// Reads the rest of a body, within small limits, so that its connection can be used again. Dropping
/// an incomplete body closes the connection.
pub(super) struct Drain {
    body: BodyStream,
    bytes: usize,
    timer: Option<Pin<Box<timer::Sleep>>>,
}

impl Drain {
    pub(super) fn new(mut body: BodyStream) -> Self {
        body.idle = None;
        Self {
            body,
            bytes: 0,
            timer: None,
        }
    }

    /// Polls until the body or a limit is reached.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while let Poll::Ready(chunk) = self.body.poll(context) {
            let Some(Ok(chunk)) = chunk else {
                return Poll::Ready(());
            };
            self.bytes += chunk.len();
            if self.bytes > MAX_BYTES {
                return Poll::Ready(());
            }
        }
        let sleep = || Box::pin(timer::sleep(MAX_TIME));
        self.timer.get_or_insert_with(sleep).as_mut().poll(context)
    }
}
