//! The remote documents of clients: where they may come from, and that they are the locked ones.
//!
//! A run that writes a crate downloads its documents and records their digests in the lock file. A check
//! reads the lock file and accepts only documents with these digests, from the cache or downloaded anew.

mod cache;
#[cfg(feature = "download")]
mod download;
#[cfg(not(feature = "download"))]
#[path = "remote/no_download.rs"]
mod download;
pub mod lock;
pub mod policy;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use url::Url;
use wiretrue_codegen::{RemoteDocument, RemoteError, RemoteLoader};

use self::cache::Cache;
use self::download::Downloader;
use self::lock::{Entries, Entry, Lock, digest};
use self::policy::Policy;
use crate::report::{Refusal, shown};

/// What to do about a host that isn't allowed.
const OTHER_HOST: &str = "allow the host with `--allow-remote=HOST` (`allow-remote = [\"HOST\"]` in the manifest), or \
                          save the document in a file";

/// Where the content of remote documents comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The documents are downloaded, and replace those in the lock file.
    Update,
    /// The documents have the digests in the lock file. Those that aren't in the cache are downloaded.
    #[default]
    Locked,
    /// As `Locked`, but nothing is downloaded.
    Offline,
}

/// How a client gets its remote documents. The default allows none.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The hosts that are allowed, as in `--allow-remote`.
    pub allowed: Vec<String>,
    pub mode: Mode,
    /// The lock file.
    pub lock: PathBuf,
    /// The folder of the cache.
    pub cache: Option<PathBuf>,
    /// The command that updates the lock file.
    pub update: String,
}

impl Access {
    /// Returns whether any remote document is allowed.
    pub fn is_allowed(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Returns whether a run for this client may have to download documents.
    pub fn may_download(&self, client: &str) -> bool {
        self.is_allowed()
            && match self.mode {
                Mode::Update => true,
                Mode::Offline => false,
                Mode::Locked => Lock::read(&self.lock).is_ok_and(|lock| {
                    let cache = Cache::new(self.cache.clone());
                    let is_cached = |entry: &Entry| cache.get(&entry.sha256).is_some();
                    !lock.of(client).values().all(is_cached)
                }),
            }
    }
}

/// The limits of the documents of a client.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// The number of documents.
    documents: usize,
    /// The size of all documents, in MiB.
    size: u64,
}

const LIMITS: Limits = Limits {
    documents: 1000,
    size: 64,
};

/// What to do about documents that exceed a limit.
const SAVE: &str = "save the document in a file";

/// A downloaded document.
struct Download {
    /// The address after redirects.
    address: Url,
    content: Vec<u8>,
}

/// The remote documents of a client.
#[derive(Debug)]
pub struct Documents {
    mode: Mode,
    policy: Policy,
    limits: Limits,
    lock_file: PathBuf,
    locked: Entries,
    cache: Cache,
    update: String,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The documents that have been loaded.
    used: Entries,
    /// The number of documents, with those that couldn't be loaded.
    asked: usize,
    /// The size of all documents, in bytes.
    size: u64,
    downloader: Downloader,
}

impl Documents {
    /// Creates the documents of a client. `own` is the address of the client's own document, whose host is
    /// allowed, too.
    ///
    /// # Errors
    ///
    /// Fails if the lock file is needed and can't be read.
    pub fn new(client: &str, access: &Access, own: Option<&Url>) -> Result<Self, Refusal> {
        let mut policy = Policy::new(&access.allowed);
        if let Some(own) = own {
            policy = policy.with_host_of(own);
        }
        let locked = match access.mode {
            Mode::Update => Entries::new(),
            Mode::Locked | Mode::Offline => Lock::read(&access.lock)?.of(client),
        };
        Ok(Self {
            mode: access.mode,
            state: Mutex::new(State {
                used: Entries::new(),
                asked: 0,
                size: 0,
                downloader: Downloader::new(policy.clone()),
            }),
            policy,
            limits: LIMITS,
            lock_file: access.lock.clone(),
            locked,
            cache: Cache::new(access.cache.clone()),
            update: access.update.clone(),
        })
    }

    /// Returns the documents that have been loaded.
    pub fn used(&self) -> Entries {
        self.state().used.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a document with the digest in the lock file.
    fn locked(&self, address: &Url, state: &mut State) -> Result<Download, RemoteError> {
        let lock = shown(&self.lock_file);
        let lock = lock.display();
        let entry = self.locked.get(address.as_str()).ok_or_else(|| {
            let help = format!("run `{}` to add it", self.update);
            RemoteError::new(format!("{lock} doesn't contain {address}"), help)
        })?;
        let actual = entry
            .redirected_to
            .as_deref()
            .map_or(Ok(address.clone()), Url::parse);
        let actual = actual.map_err(|error| {
            let reason = format!("{lock} has no valid address for {address}: {error}");
            RemoteError::new(reason, format!("run `{}`", self.update))
        })?;
        if let Some(content) = self.cache.get(&entry.sha256) {
            let address = actual;
            return Ok(Download { address, content });
        }
        if self.mode == Mode::Offline {
            let help = "run the command without `--offline`";
            return Err(RemoteError::new(
                format!("{address} isn't in the cache"),
                help,
            ));
        }
        let download = state.downloader.get(address)?;
        let sha256 = digest(&download.content);
        let changed = if sha256 != entry.sha256 {
            format!(
                "the SHA-256 digest of {address} is {sha256}, but {lock} has {}",
                entry.sha256
            )
        } else if download.address != actual {
            format!(
                "{address} is now at {}, but {lock} has {actual}",
                download.address
            )
        } else {
            return Ok(download);
        };
        let help = format!(
            "the document has changed: review it, and accept it with `{}`",
            self.update
        );
        Err(RemoteError::new(changed, help))
    }
}

impl RemoteLoader for Documents {
    fn load(&self, address: &Url) -> Result<RemoteDocument, RemoteError> {
        if let Some(objection) = self.policy.objection(address) {
            return Err(RemoteError::new(format!("it {objection}"), OTHER_HOST));
        }
        let mut state = self.state();
        state.asked += 1;
        if state.asked > self.limits.documents {
            let most = self.limits.documents;
            let reason = format!("the client has more than {most} remote documents");
            return Err(RemoteError::new(reason, SAVE));
        }
        let download = match self.mode {
            Mode::Update => state.downloader.get(address)?,
            Mode::Locked | Mode::Offline => self.locked(address, &mut state)?,
        };
        let size = download.content.len() as u64;
        state.size += size;
        if state.size > self.limits.size << 20 {
            let most = self.limits.size;
            let reason = format!("all documents together are larger than {most} MiB");
            return Err(RemoteError::new(reason, SAVE));
        }
        let sha256 = digest(&download.content);
        let text = String::from_utf8(download.content)
            .map_err(|_| RemoteError::new("it isn't UTF-8", "save it in a file as UTF-8"))?;
        self.cache.put(&sha256, text.as_bytes());
        let entry = Entry {
            redirected_to: (download.address != *address).then(|| download.address.to_string()),
            sha256,
            size,
        };
        state.used.insert(address.to_string(), entry);
        Ok(RemoteDocument {
            address: download.address,
            text,
        })
    }
}

/// Returns the path of the lock file beside a manifest, or in the folder of a crate.
pub fn lock_in(folder: &Path) -> PathBuf {
    folder.join(lock::NAME)
}

/// Returns the folder of the cache in a workspace.
pub fn cache_in(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root.join("target"), |target| root.join(target));
    target.join("remote-documents")
}

#[cfg(test)]
mod tests;
