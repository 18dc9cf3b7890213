//! Parses `text/event-stream` (WHATWG HTML, section 9.2.6) from chunks of any size.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

/// An event with undecoded data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawEvent {
    /// The last `id` of the stream so far; empty if there was none.
    pub id: String,
    /// `event`; `message` if the stream names none.
    pub event: String,
    /// The lines of `data`, joined by line feeds.
    pub data: String,
    /// `retry`, if the event has such a line.
    pub retry: Option<Duration>,
    /// Whether `data` is JSON that was sent without any field, in place of an event.
    pub is_bare: bool,
}

/// A line or an event exceeds the size limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Oversized;

/// The state of a stream between two chunks.
#[derive(Debug)]
pub(crate) struct EventParser {
    /// The maximum size of an incomplete event, in bytes.
    limit: u64,
    /// The incomplete line.
    line: Vec<u8>,
    /// Whether the last byte was a carriage return. A line feed after it belongs to it.
    after_return: bool,
    /// Whether no line is complete yet. The first line may start with a byte order mark.
    at_start: bool,
    event: String,
    data: String,
    /// Whether there was a `data` line, even an empty one.
    has_data: bool,
    /// JSON that began in place of an event.
    bare: String,
    retry: Option<Duration>,
    /// The `id` of the incomplete event.
    id: String,
    last_id: String,
    retry_delay: Option<Duration>,
}

impl EventParser {
    /// Creates a parser that buffers at most `limit` bytes of an event.
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            line: Vec::new(),
            after_return: false,
            at_start: true,
            event: String::new(),
            data: String::new(),
            has_data: false,
            bare: String::new(),
            retry: None,
            id: String::new(),
            last_id: String::new(),
            retry_delay: None,
        }
    }

    /// Returns the `id` of the last complete event; empty if there was none.
    pub(crate) fn last_id(&self) -> &str {
        &self.last_id
    }

    /// Returns the last `retry`: how long to wait before reconnecting.
    pub(crate) fn retry_delay(&self) -> Option<Duration> {
        self.retry_delay
    }

    /// Prepares for the stream of another connection. Drops the incomplete event.
    pub(crate) fn restart(&mut self) {
        let (last_id, retry_delay) = (std::mem::take(&mut self.last_id), self.retry_delay);
        *self = Self::new(self.limit);
        self.id.clone_from(&last_id);
        self.last_id = last_id;
        self.retry_delay = retry_delay;
    }

    /// Parses a chunk, and appends the events that it completes.
    ///
    /// # Errors
    ///
    /// Returns an error if an incomplete event exceeds the size limit.
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
            if (self.line.len() + self.data.len() + self.bare.len()) as u64 > self.limit {
                return Err(Oversized);
            }
            let Some(end) = end else {
                return Ok(());
            };
            self.after_return = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            events.extend(self.read_line(&line));
            // The buffer is reused.
            self.line = line;
            self.line.clear();
        }
        Ok(())
    }

    /// Returns the JSON that the end of the stream completes. An event is incomplete without an
    /// empty line.
    pub(crate) fn finish(&mut self) -> Option<RawEvent> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty()
            && let Some(last) = self.read_line(&line)
        {
            return Some(last);
        }
        self.complete_bare()
    }

    /// Parses a line. An empty line completes an event.
    fn read_line(&mut self, line: &[u8]) -> Option<RawEvent> {
        let line = match std::mem::take(&mut self.at_start) {
            true => line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line),
            false => line,
        };
        // This splits no character: in UTF-8, the bytes that end a line are never part of another
        // character.
        let line = String::from_utf8_lossy(line);
        if line.is_empty() {
            return self.complete_bare().or_else(|| self.complete());
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
                    self.retry_delay = self.retry;
                }
            }
            // A comment, whose field is empty.
            "" => {}
            _ => return self.read_bare(&line),
        }
        None
    }

    /// Reads a line with an unknown field, which the standard ignores. If it is JSON in place of an
    /// event, it is kept: some servers report errors so.
    fn read_bare(&mut self, line: &str) -> Option<RawEvent> {
        let is_first = self.bare.is_empty();
        if is_first && (self.has_data || !line.trim_start().starts_with(['{', '['])) {
            return None;
        }
        self.bare.push_str(line);
        self.bare.push('\n');
        // Only the first line is parsed at once, so that the time is linear.
        let is_whole = is_first && line.parse::<Value>().is_ok();
        is_whole.then(|| self.complete_bare()).flatten()
    }

    fn complete_bare(&mut self) -> Option<RawEvent> {
        let data = std::mem::take(&mut self.bare);
        (!data.is_empty()).then(|| RawEvent {
            id: self.last_id.clone(),
            event: String::new(),
            data,
            retry: None,
            is_bare: true,
        })
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
            is_bare: false,
        })
    }
}

#[cfg(test)]
mod tests;
