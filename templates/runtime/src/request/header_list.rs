//! The headers of a request that is being prepared.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers in the order in which they were set.
///
/// A request has few headers, and each attempt at a call needs a copy of them. To search and to copy
/// such a list takes less time than the hash table of a [`HeaderMap`].
#[derive(Clone, Default)]
pub struct HeaderList(Vec<(HeaderName, HeaderValue)>);

impl HeaderList {
    /// Returns the first value of a header.
    #[must_use]
    pub fn get(&self, name: impl PartialEq<HeaderName>) -> Option<&HeaderValue> {
        let mut headers = self.0.iter();
        let (_, value) = headers.find(|(other, _)| name == *other)?;
        Some(value)
    }

    /// Returns whether a header is set.
    #[must_use]
    pub fn contains(&self, name: impl PartialEq<HeaderName>) -> bool {
        self.get(name).is_some()
    }

    /// Sets a header, in place of all values that it had.
    pub fn insert(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, value));
    }

    /// Adds a value to those that a header has.
    pub fn append(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.push((name, value));
    }

    /// Iterates over names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Copies the headers into a map.
    #[must_use]
    pub fn to_map(&self) -> HeaderMap {
        // One more for a token.
        let mut map = HeaderMap::with_capacity(self.0.len() + 1);
        for (name, value) in &self.0 {
            map.append(name.clone(), value.clone());
        }
        map
    }
}
