//! Files that only their owner can read and write.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use crate::oauth::store::error::{TokenStoreError, TokenStoreErrorKind};

/// Opens a file for reading; returns `None` if there is none.
///
/// # Errors
///
/// Fails if the file isn't a regular file of this user, or if others can read or write it.
pub(super) fn open(path: &Path) -> Result<Option<File>, TokenStoreError> {
    let mut options = OpenOptions::new();
    checked(options.read(true), path, "read")
}

/// Opens a file for writing, and creates it, empty and with mode 0600, if there is none.
///
/// # Errors
///
/// Fails if the folder isn't safe, or if the file isn't: see [`open`].
pub(super) fn open_or_create(path: &Path) -> Result<File, TokenStoreError> {
    create_folder(path)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    match checked(&mut options, path, "created")? {
        Some(file) => Ok(file),
        // The folder was deleted in between.
        None => Err(failed(path, "created", ErrorKind::NotFound.into())),
    }
}

/// Writes a file atomically: after a crash, it has the old content or the new one.
///
/// # Errors
///
/// Fails if the folder isn't safe, or if the file can't be written.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), TokenStoreError> {
    create_folder(path)?;
    write(path, content).map_err(|error| failed(path, "written", error))
}

/// Deletes a file; succeeds if there is none.
///
/// # Errors
///
/// Fails if the file can't be deleted.
pub(super) fn delete(path: &Path) -> Result<(), TokenStoreError> {
    remove(path).map_err(|error| failed(path, "deleted", error))
}

/// Creates the error of a file that can't be used as `what` says.
pub(super) fn failed(path: &Path, what: &str, error: io::Error) -> TokenStoreError {
    let message = format!("the file {} can't be {what}: {error}", path.display());
    TokenStoreError::new(TokenStoreErrorKind::Unavailable, message)
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    // The lock of the store is held, so no other process uses this name. A file that is left over
    // from a crash may be readable by others, so it isn't reused.
    let new = with_suffix(path, ".new");
    remove(&new)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    platform::restrict(&mut options);
    let mut file = options.open(&new)?;
    let written = file.write_all(content);
    let written = written.and_then(|()| file.sync_all());
    let renamed = written.and_then(|()| fs::rename(&new, path));
    if renamed.is_err() {
        // The first error is the one to report.
        let _ = remove(&new);
    }
    renamed?;
    // Without this, a power failure may undo the rename. Some file systems don't support it.
    let _ = platform::sync_folder(path);
    Ok(())
}

/// Returns a path with this suffix in its file name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn checked(
    options: &mut OpenOptions,
    path: &Path,
    what: &str,
) -> Result<Option<File>, TokenStoreError> {
    platform::restrict(options);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            // The open fails for a link, whose target may be anywhere.
            let is_link = fs::symlink_metadata(path).is_ok_and(|it| it.is_symlink());
            return Err(match is_link {
                true => insecure(path, "is a symbolic link: delete it, and sign in again"),
                false => failed(path, what, error),
            });
        }
    };
    let metadata = file
        .metadata()
        .map_err(|error| failed(path, "read", error))?;
    if !metadata.is_file() {
        return Err(insecure(path, "isn't a regular file: choose another one"));
    }
    platform::check(&metadata, path)?;
    Ok(Some(file))
}

fn insecure(path: &Path, problem: &str) -> TokenStoreError {
    let message = format!("{} {problem}", path.display());
    TokenStoreError::new(TokenStoreErrorKind::Insecure, message)
}

fn create_folder(path: &Path) -> Result<(), TokenStoreError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    platform::create_folder(folder)
}

#[cfg(unix)]
mod platform {
    use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::Path;

    use rustix::fs::OFlags;
    use rustix::process::geteuid;

    use super::{failed, insecure};
    use crate::oauth::store::error::TokenStoreError;

    /// The mode bits that give group and others any access.
    const OTHERS: u32 = 0o077;
    /// The mode bits that let group and others replace files of a folder.
    const WRITABLE: u32 = 0o022;
    /// The mode bit with which only the owner of a file can replace it.
    const STICKY: u32 = 0o1000;

    /// Creates files for their owner only, follows no link, and doesn't wait for the other end of a
    /// pipe.
    pub(super) fn restrict(options: &mut OpenOptions) {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }

    pub(super) fn check(metadata: &Metadata, path: &Path) -> Result<(), TokenStoreError> {
        if metadata.uid() != geteuid().as_raw() {
            let problem = "belongs to another user: delete it, or run this program as that user";
            return Err(insecure(path, problem));
        }
        if metadata.mode() & OTHERS != 0 {
            let problem = format!(
                "may be read or written by other users: sign out if they may have read it, then run \
                 `chmod 600 {}`",
                path.display()
            );
            return Err(insecure(path, &problem));
        }
        Ok(())
    }

    pub(super) fn create_folder(folder: &Path) -> Result<(), TokenStoreError> {
        let mut builder = DirBuilder::new();
        let created = builder.recursive(true).mode(0o700).create(folder);
        let metadata = created.and_then(|()| fs::metadata(folder));
        let metadata = metadata.map_err(|error| failed(folder, "created", error))?;
        let owner = metadata.uid();
        let mode = metadata.mode();
        let belongs_to_other = owner != 0 && owner != geteuid().as_raw();
        if belongs_to_other || (mode & WRITABLE != 0 && mode & STICKY == 0) {
            let problem = "is a folder in which other users may replace files: choose another one, \
                           or take away their permission to write";
            return Err(insecure(folder, problem));
        }
        Ok(())
    }

    pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

/// On Windows, files inherit the access of their folder: in a profile, only its user has any.
#[cfg(not(unix))]
mod platform {
    use std::fs::{self, Metadata, OpenOptions};
    use std::io;
    use std::path::Path;

    use super::failed;
    use crate::oauth::store::error::TokenStoreError;

    pub(super) fn restrict(_options: &mut OpenOptions) {}

    pub(super) fn check(_metadata: &Metadata, _path: &Path) -> Result<(), TokenStoreError> {
        Ok(())
    }

    pub(super) fn create_folder(folder: &Path) -> Result<(), TokenStoreError> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, "created", error))
    }

    pub(super) fn sync_folder(_path: &Path) -> io::Result<()> {
        Ok(())
    }
}
