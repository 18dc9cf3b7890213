//! A body that decodes another one while it is read.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use http_body::{Body as _, Frame};

use super::{Coding, Decoder};
use crate::transport::TransportError;
use crate::transport::body::Body;

/// The number of steps without output after which other tasks get their turn. Data may be made so that
/// decoding it takes long and yields nothing.
const STEPS: u32 = 64;

/// Returns a body that decodes another one while it is read.
///
/// An empty body is valid in every coding, because servers label it so.
pub(super) fn decoded(body: Body, coding: &'static Coding) -> Body {
    Body::wrap(Decoded {
        body,
        coding: coding.name,
        decoder: (coding.decoder)(),
        input: Bytes::new(),
        state: State::Empty,
    })
}

struct Decoded {
    body: Body,
    coding: &'static str,
    decoder: Box<dyn Decoder>,
    /// Bytes that were received and not yet decoded.
    input: Bytes,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No byte has been received.
    Empty,
    Begun,
    /// The end was reached, or an error.
    Ended,
}

type Output = Option<Result<Frame<Bytes>, TransportError>>;

impl Decoded {
    /// Decodes what was received. Returns `None` if that yields nothing without further input.
    fn step(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut output = Vec::new();
        let count = self.decoder.decode(&self.input, &mut output)?;
        self.input.advance(count);
        if count == 0 && output.is_empty() {
            return match self.input.is_empty() {
                true => Ok(None),
                false => Err(io::Error::other("more data follows its end")),
            };
        }
        Ok(Some(output))
    }

    /// Takes the next bytes of the encoded body. Returns the rest of the decoded one at the end.
    fn receive(&mut self, frame: Output) -> Result<Option<Vec<u8>>, TransportError> {
        match frame {
            // Other frames are trailers, which no operation reads.
            Some(frame) => {
                self.input = frame?.into_data().unwrap_or_default();
                if self.state == State::Empty && !self.input.is_empty() {
                    self.state = State::Begun;
                }
                Ok(None)
            }
            None => {
                let mut output = Vec::new();
                if self.state == State::Begun {
                    let finished = self.decoder.finish(&mut output);
                    finished.map_err(|error| self.invalid(error))?;
                }
                self.state = State::Ended;
                Ok(Some(output))
            }
        }
    }

    fn poll_output(&mut self, context: &mut Context<'_>) -> Poll<Output> {
        for _ in 0..STEPS {
            if self.state == State::Ended {
                return Poll::Ready(None);
            }
            let output = match self.step().map_err(|error| self.invalid(error))? {
                Some(output) => output,
                None => {
                    let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
                    self.receive(frame)?.unwrap_or_default()
                }
            };
            if !output.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(output.into()))));
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn invalid(&self, error: io::Error) -> TransportError {
        TransportError::other(InvalidCoding {
            coding: self.coding,
            error,
        })
    }
}

impl http_body::Body for Decoded {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Output> {
        let output = ready!(self.poll_output(context));
        if !matches!(output, Some(Ok(_))) {
            self.state = State::Ended;
        }
        Poll::Ready(output)
    }
}

/// The body isn't valid in its coding.
#[derive(Debug)]
struct InvalidCoding {
    coding: &'static str,
    error: io::Error,
}

impl fmt::Display for InvalidCoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body isn't valid {}: {}", self.coding, self.error)
    }
}

impl StdError for InvalidCoding {}
