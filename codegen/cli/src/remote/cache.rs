//! The cache of downloaded documents, named by their digests.

use std::fs;
use std::path::PathBuf;

use super::lock::{digest, write_atomically};

/// A folder of documents, each in a file with the name of its SHA-256 digest; nothing is cached without
/// a folder.
#[derive(Clone, Debug, Default)]
pub struct Cache(Option<PathBuf>);

impl Cache {
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    /// Returns the document with a digest. A file with other content counts as missing.
    pub fn get(&self, sha256: &str) -> Option<Vec<u8>> {
        // A digest of a lock file is any text, and becomes a file name.
        let is_digest = sha256.len() == 64 && sha256.bytes().all(|it| it.is_ascii_hexdigit());
        let folder = self.0.as_ref().filter(|_| is_digest)?;
        let content = fs::read(folder.join(sha256)).ok()?;
        (digest(&content) == sha256).then_some(content)
    }

    /// Adds a document. The cache only saves downloads, so a failure is ignored.
    pub fn put(&self, sha256: &str, content: &[u8]) {
        if let Some(folder) = &self.0
            && self.get(sha256).is_none()
        {
            let _ = write_atomically(&folder.join(sha256), content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_content_with_its_digest_is_returned() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(Some(folder.path().join("documents")));
        let name = digest(b"abc");
        assert_eq!(cache.get(&name), None);
        cache.put(&name, b"abc");
        assert_eq!(cache.get(&name).as_deref(), Some(&b"abc"[..]));
        fs::write(folder.path().join("documents").join(&name), "abd").unwrap();
        assert_eq!(cache.get(&name), None);
        fs::write(folder.path().join("secret"), "s").unwrap();
        assert_eq!(cache.get("../secret"), None);
        Cache::default().put(&name, b"abc");
        assert_eq!(Cache::default().get(&name), None);
    }
}
