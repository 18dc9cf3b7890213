//! A file that is written atomically.

use std::collections::hash_map::RandomState;
use std::fs::Metadata;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File, OpenOptions};

/// How many links are followed, as in Linux.
const MAX_LINKS: u32 = 40;

/// A file that replaces another, or none, when it is complete.
///
/// It has the mode of the file that it replaces. If that file is named by a symbolic link, the link
/// stays. Anything but a regular file isn't replaced.
pub(super) struct AtomicFile {
    /// The incomplete file.
    pub(super) file: File,
    partial: PartialFile,
    path: PathBuf,
    /// The mode of the file that is replaced.
    #[cfg(unix)]
    mode: Option<u32>,
}

impl AtomicFile {
    /// Creates the incomplete file.
    pub(super) async fn create(path: &Path) -> io::Result<Self> {
        let (path, old) = resolve(path).await?;
        #[cfg(not(unix))]
        drop(old);
        let partial = PartialFile::beside(&path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        let mode = old.as_ref().map(mode);
        #[cfg(unix)]
        if let Some(mode) = mode {
            // Nobody who can't read the old file may read the new one, not even for a moment.
            options.mode(mode);
        }
        let file = options.open(&partial.0).await?;
        Ok(Self {
            file,
            partial,
            path,
            #[cfg(unix)]
            mode,
        })
    }

    /// Replaces the old file.
    pub(super) async fn commit(self) -> io::Result<()> {
        #[cfg(unix)]
        if let Some(mode) = self.mode {
            use std::os::unix::fs::PermissionsExt;
            let permissions = std::fs::Permissions::from_mode(mode);
            self.file.set_permissions(permissions).await?;
        }
        self.file.sync_all().await?;
        drop(self.file);
        fs::rename(&self.partial.0, &self.path).await
    }
}

/// Returns the permissions of a file without the bits that change its user or group when it is
/// executed: the new content deserves no such trust.
#[cfg(unix)]
fn mode(file: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o777
}

/// Returns the path without symbolic links at its end, and the file that it names, if there is one.
async fn resolve(path: &Path) -> io::Result<(PathBuf, Option<Metadata>)> {
    let mut path = path.to_owned();
    for _ in 0..=MAX_LINKS {
        let found = match fs::symlink_metadata(&path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((path, None)),
            found => found?,
        };
        if found.is_file() {
            return Ok((path, Some(found)));
        }
        if !found.is_symlink() {
            return Err(io::Error::other("it isn't a regular file"));
        }
        let target = fs::read_link(&path).await?;
        path.pop();
        path.push(target);
    }
    Err(io::Error::other("too many symbolic links"))
}

/// An incomplete file, which is removed on drop unless it was renamed.
struct PartialFile(PathBuf);

impl PartialFile {
    /// Names a file in the same directory, so that it can be renamed, with a random name that no other
    /// download uses. The name of the other file isn't part of it, because it may be as long as names
    /// can be.
    fn beside(path: &Path) -> Self {
        let number = RandomState::new().hash_one(path);
        Self(path.with_file_name(format!(".{number:016x}.part")))
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // There is nothing to remove if the file was renamed or never created.
        let _ = std::fs::remove_file(&self.0);
    }
}
