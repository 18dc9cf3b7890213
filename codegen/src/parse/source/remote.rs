//! Documents at `https:` addresses. This library has no network: its caller loads them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use url::Url;

/// Loads the remote documents of a [`Source`](super::Source).
///
/// A source asks for each address once, in an order that depends only on the documents.
pub trait RemoteLoader: fmt::Debug + Send + Sync {
    /// Returns the document at an address, which has the scheme `https`, no credentials and no
    /// fragment.
    ///
    /// The document may refer to any address, so the loader limits size, time and number of the
    /// documents.
    ///
    /// # Errors
    ///
    /// Fails if the document can't be loaded, or may not be.
    fn load(&self, address: &Url) -> Result<RemoteDocument, RemoteError>;
}

/// A document that was loaded from an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteDocument {
    /// The address after redirects, which the document's references are relative to (RFC 3986,
    /// section 5.1.3).
    pub address: Url,
    /// The content, JSON or YAML.
    pub text: String,
}

/// Why a remote document isn't loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteError {
    /// The reason: a clause without a full stop, such as `it is larger than 16 MiB`.
    pub reason: String,
    /// How to fix it. May be empty.
    pub help: String,
}

impl RemoteError {
    /// Creates an error.
    pub fn new(reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            help: help.into(),
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for RemoteError {}

/// Returns the address that a file's name is; `None` for a local file.
pub(crate) fn address(file: &str) -> Option<Url> {
    file.starts_with("https://")
        .then(|| Url::parse(file).ok())?
}

/// Returns whether an address has a user name or a password.
pub(super) fn has_credentials(address: &Url) -> bool {
    !address.username().is_empty() || address.password().is_some()
}

/// Fails unless an address may be loaded.
fn check(address: &Url) -> Result<(), RemoteError> {
    if address.scheme() != "https" {
        let help = "use the `https:` address of the document, or save it beside the one that refers \
                    to it";
        return Err(RemoteError::new("it isn't at an `https:` address", help));
    }
    if has_credentials(address) {
        let help = "remove them: no credentials are sent for documents";
        return Err(RemoteError::new("its address has credentials", help));
    }
    Ok(())
}

/// A loader, and what it has loaded. Clones share both.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    loader: Arc<dyn RemoteLoader>,
    loaded: Arc<Mutex<Loaded>>,
}

#[derive(Debug, Default)]
struct Loaded {
    /// The addresses after redirects, by those in references.
    addresses: HashMap<Url, Result<Url, RemoteError>>,
    /// The documents by their addresses after redirects.
    texts: HashMap<Url, Arc<str>>,
}

impl Remote {
    pub(super) fn new(loader: Arc<dyn RemoteLoader>) -> Self {
        Self {
            loader,
            loaded: Arc::default(),
        }
    }

    /// Loads a document, unless that has been done. Returns its address after redirects.
    pub(super) fn load(&self, mut address: Url) -> Result<Url, RemoteError> {
        address.set_fragment(None);
        check(&address)?;
        let mut loaded = self.loaded();
        if loaded.texts.contains_key(&address) {
            return Ok(address);
        }
        if let Some(known) = loaded.addresses.get(&address) {
            return known.clone();
        }
        let result = self.loader.load(&address).and_then(|document| {
            let mut actual = document.address;
            actual.set_fragment(None);
            // References are relative to this address, so another scheme could lead to local files.
            check(&actual)?;
            // Of two responses with the same address, the first counts.
            let text = loaded.texts.entry(actual.clone());
            text.or_insert_with(|| document.text.into());
            Ok(actual)
        });
        loaded.addresses.insert(address, result.clone());
        result
    }

    /// Returns a document that has been loaded, by its address after redirects.
    pub(super) fn text(&self, file: &str) -> Option<Arc<str>> {
        self.loaded().texts.get(&address(file)?).cloned()
    }

    fn loaded(&self) -> MutexGuard<'_, Loaded> {
        // The maps are valid even if a loader panicked.
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
