//! Why stored tokens can't be used.

use std::error::Error as StdError;
use std::fmt;

/// Why a [`TokenStore`](crate::oauth::TokenStore) failed.
///
/// `Display` prints one line that names the place and what to do. It never prints a token.
#[derive(Debug)]
pub struct TokenStoreError {
    kind: TokenStoreErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`TokenStoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenStoreErrorKind {
    /// The store can't be reached, read or written.
    Unavailable,
    /// Other users of the machine could read or replace the tokens.
    Insecure,
    /// The store has content, but not that of tokens. It is kept.
    Corrupt,
    /// Another process held the lock for too long.
    Locked,
}

impl TokenStoreError {
    /// Creates an error. The message must not contain a token.
    #[must_use]
    pub fn new(kind: TokenStoreErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Adds a cause that the message doesn't mention. Its own messages must not contain a token.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> TokenStoreErrorKind {
        self.kind
    }
}

impl fmt::Display for TokenStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for TokenStoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
