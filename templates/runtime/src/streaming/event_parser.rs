//! The format `text/event-stream` (WHATWG HTML, section 9.2.6): from bytes, however they are cut,
//! to events.

use std::collections::VecDeque;
use std::time::Duration;

/// An event as it stands in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawEvent {
    /// The last `id` up to here; empty for none.
    pub id: String,
    /// `event`; `message` where the stream names none.
    pub event: String,
    /// The lines of `data`, with a line feed between them.
    pub data: String,
    /// `retry`, if it stands among the lines of the event.
    pub retry: Option<Duration>,
}

/// A line or an event is larger than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Oversized;

/// What was read of a stream, and isn't an event yet.
#[derive(Debug)]
pub(crate) struct EventParser {
    /// How many bytes an event may have that isn't complete.
    limit: u64,
    /// The line that isn't complete.
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed behind it belongs to it.
    after_return: bool,
    /// No line is complete yet: the first may begin with a byte order mark.
    at_start: bool,
    event: String,
    data: String,
    /// There was a line `data`, be it empty.
    has_data: bool,
    retry: Option<Duration>,
    /// The `id` of the event that isn't complete.
    id: String,
    last_id: String,
    delay: Option<Duration>,
}

impl EventParser {
    /// A parser that keeps no more than so many bytes of an event.
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            line: Vec::new(),
            after_return: false,
            at_start: true,
            event: String::new(),
            data: String::new(),
            has_data: false,
            retry: None,
            id: String::new(),
            last_id: String::new(),
            delay: None,
        }
    }

    /// The `id` of the last event that was complete; empty for none.
    pub(crate) fn last_id(&self) -> &str {
        &self.last_id
    }

    /// The last `retry`: how long to wait before asking again.
    pub(crate) fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// Another stream takes the place of this one. What wasn't complete is gone.
    pub(crate) fn restart(&mut self) {
        let (last_id, delay) = (std::mem::take(&mut self.last_id), self.delay);
        *self = Self::new(self.limit);
        self.id.clone_from(&last_id);
        self.last_id = last_id;
        self.delay = delay;
    }

    /// Reads on, and appends the events that are complete with it.
    pub(crate) fn feed(
        &mut self,
        mut bytes: &[u8],
        events: &mut VecDeque<RawEvent>,
    ) -> Result<(), Oversized> {
        while let Some(first) = bytes.first() {
            if std::mem::take(&mut self.after_return) && *first == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|it| matches!(it, b'\r' | b'\n'));
            self.line
                .extend_from_slice(&bytes[..end.unwrap_or(bytes.len())]);
            if (self.line.len() + self.data.len()) as u64 > self.limit {
                return Err(Oversized);
            }
            let Some(end) = end else {
                return Ok(());
            };
            self.after_return = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            events.extend(self.read_line(&line));
            // Its room is used again.
            self.line = line;
            self.line.clear();
        }
        Ok(())
    }

    /// A line; an empty one completes an event.
    fn read_line(&mut self, line: &[u8]) -> Option<RawEvent> {
        let line = match std::mem::take(&mut self.at_start) {
            true => line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line),
            false => line,
        };
        // No character is cut: the bytes that end a line are part of no other in UTF-8.
        let line = String::from_utf8_lossy(line);
        if line.is_empty() {
            return self.complete();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.data.push_str(value);
                self.has_data = true;
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|it| it.is_ascii_digit()) => {
                if let Ok(milliseconds) = value.parse() {
                    self.retry = Some(Duration::from_millis(milliseconds));
                    self.delay = self.retry;
                }
            }
            // A comment, whose field is empty, or a field that nobody knows.
            _ => {}
        }
        None
    }

    fn complete(&mut self) -> Option<RawEvent> {
        self.last_id.clone_from(&self.id);
        let event = std::mem::take(&mut self.event);
        let retry = self.retry.take();
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then(|| RawEvent {
            id: self.last_id.clone(),
            event: if event.is_empty() {
                "message".to_owned()
            } else {
                event
            },
            data,
            retry,
        })
    }
}

#[cfg(test)]
mod tests;
