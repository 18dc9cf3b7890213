//! The places of the generator in a folder: listing and atomic replacement.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::is_marked;
use super::path::{FILES, FOLDERS};

/// The prefix of temporary files.
const STAGED_PREFIX: &str = ".codegen-";
/// The suffix of temporary files.
const STAGED_SUFFIX: &str = ".tmp";

/// The contents of the generator's places in a folder; see [`survey`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The number of files.
    pub files: usize,
    /// The number of files with the marker.
    pub marked: usize,
    /// Whether `Cargo.toml` has the marker; `None` if the file doesn't exist.
    pub manifest: Option<bool>,
}

/// Lists the generator's places in a folder, so that a caller can distinguish a generated crate
/// from another one.
///
/// # Errors
///
/// Fails if something can't be read. The message names it.
pub fn survey(dir: &Path) -> io::Result<Survey> {
    let mut survey = Survey::default();
    for (path, file) in scan(dir)? {
        let marked = file.is_regular() && is_marked(&file.text()?);
        survey.files += 1;
        survey.marked += usize::from(marked);
        if path == "Cargo.toml" {
            survey.manifest = Some(marked);
        }
    }
    Ok(survey)
}

/// A directory entry in the generator's places that isn't a folder.
pub(super) struct Found {
    path: PathBuf,
    kind: EntryKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EntryKind {
    Regular,
    Link,
    /// A pipe, a socket or a device, which is never opened.
    Special,
}

impl Found {
    pub(super) fn is_regular(&self) -> bool {
        self.kind == EntryKind::Regular
    }

    /// Whether this is a temporary file of an interrupted run.
    pub(super) fn is_leftover(&self) -> bool {
        self.is_regular()
            && self
                .path
                .file_name()
                .is_some_and(|name| is_staged(&name.to_string_lossy()))
    }

    /// Returns the content. Bytes that aren't UTF-8 are replaced.
    pub(super) fn text(&self) -> io::Result<String> {
        match self.kind {
            EntryKind::Regular => fs::read(&self.path)
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .map_err(|error| explain("can't read", &self.path, &error)),
            EntryKind::Link => fs::read_link(&self.path)
                .map(|target| format!("symbolic link to {}\n", target.display()))
                .map_err(|error| explain("can't read the link", &self.path, &error)),
            EntryKind::Special => Ok("not a regular file\n".to_owned()),
        }
    }
}

/// Returns everything in the generator's places of a folder, by relative path.
///
/// Names come from directory listings, so a file whose name differs only in case is another file,
/// even on a file system that ignores case.
pub(super) fn scan(dir: &Path) -> io::Result<BTreeMap<String, Found>> {
    let mut found = BTreeMap::new();
    for name in list(dir)? {
        let name = name.to_string_lossy();
        if FILES.contains(&name.as_ref()) || FOLDERS.contains(&name.as_ref()) || is_staged(&name) {
            collect(dir, &name, &mut found)?;
        }
    }
    Ok(found)
}

/// Adds `top`, and everything below it if it is a folder.
fn collect(dir: &Path, top: &str, found: &mut BTreeMap<String, Found>) -> io::Result<()> {
    let mut pending = vec![(top.to_owned(), dir.join(top))];
    while let Some((relative, path)) = pending.pop() {
        let kind = fs::symlink_metadata(&path)
            .map_err(|error| explain("can't inspect", &path, &error))?
            .file_type();
        if kind.is_dir() {
            for name in list(&path)? {
                let step = name.to_string_lossy();
                if !step.starts_with('.') || is_staged(&step) {
                    pending.push((format!("{relative}/{step}"), path.join(&name)));
                }
            }
        } else {
            let kind = if kind.is_symlink() {
                EntryKind::Link
            } else if kind.is_file() {
                EntryKind::Regular
            } else {
                EntryKind::Special
            };
            found.insert(relative, Found { path, kind });
        }
    }
    Ok(())
}

/// Returns the names in a folder; none if the folder doesn't exist.
fn list(dir: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(explain("can't list", dir, &error)),
    };
    entries
        .map(|entry| {
            entry
                .map(|entry| entry.file_name())
                .map_err(|error| explain("can't list", dir, &error))
        })
        .collect()
}

fn is_staged(name: &str) -> bool {
    name.starts_with(STAGED_PREFIX) && name.ends_with(STAGED_SUFFIX)
}

/// A temporary file that is to replace another. It is deleted on drop.
pub(super) struct Staged {
    aside: PathBuf,
    place: PathBuf,
    committed: bool,
}

impl Staged {
    /// Replaces the file atomically.
    pub(super) fn commit(mut self) -> io::Result<()> {
        fs::rename(&self.aside, &self.place)
            .map_err(|error| explain("can't replace", &self.place, &error))?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.committed {
            // The next run deletes the file if this fails.
            let _ = fs::remove_file(&self.aside);
        }
    }
}

/// Writes the text of `path` to a temporary file in the same folder, which must exist: see
/// [`make_folders`]. `number` makes its name unique in this run.
pub(super) fn stage(dir: &Path, path: &str, text: &str, number: usize) -> io::Result<Staged> {
    let place = dir.join(path);
    let folder = place.parent().unwrap_or(dir);
    let (mut file, aside) =
        create(folder, number).map_err(|error| explain("can't write in", folder, &error))?;
    let staged = Staged {
        aside,
        place,
        committed: false,
    };
    file.write_all(text.as_bytes())
        .map_err(|error| explain("can't write", &staged.place, &error))?;
    if let Ok(old) = fs::symlink_metadata(&staged.place)
        && old.is_file()
    {
        file.set_permissions(old.permissions())
            .map_err(|error| explain("can't preserve the permissions of", &staged.place, &error))?;
    }
    // The file is closed here, because a large crate has more files than a process may open.
    Ok(staged)
}

/// Creates a new temporary file. Existing files of other runs are never reused.
fn create(folder: &Path, number: usize) -> io::Result<(File, PathBuf)> {
    let mut attempt = 0;
    loop {
        let process = std::process::id();
        let name = format!("{STAGED_PREFIX}{process}-{number}-{attempt}{STAGED_SUFFIX}");
        let path = folder.join(name);
        match File::create_new(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Creates the folders of the paths. Existing folders in `dir` must not be symbolic links.
pub(super) fn make_folders<'a>(dir: &Path, paths: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let folders: BTreeSet<&str> = paths
        .flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]))
        .collect();
    fs::create_dir_all(dir).map_err(|error| explain("can't create the folder", dir, &error))?;
    // A folder comes before the folders inside it.
    folders
        .into_iter()
        .try_for_each(|folder| make_folder(&dir.join(folder)))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(data) if data.is_dir() => Ok(()),
        Ok(data) => {
            let what = if data.is_symlink() {
                "a symbolic link, which is not followed"
            } else {
                "a file"
            };
            let message = format!("{} is {what}; expected a folder", folder.display());
            Err(io::Error::new(io::ErrorKind::NotADirectory, message))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(folder)
            .map_err(|error| explain("can't create the folder", folder, &error)),
        Err(error) => Err(explain("can't inspect", folder, &error)),
    }
}

/// Deletes a file, and the folders that this leaves empty.
pub(super) fn delete(dir: &Path, path: &str) -> io::Result<()> {
    let place = dir.join(path);
    fs::remove_file(&place).map_err(|error| explain("can't delete", &place, &error))?;
    let mut parents = path;
    while let Some((folder, _)) = parents.rsplit_once('/') {
        let place = dir.join(folder);
        match fs::remove_dir(&place) {
            Ok(()) => parents = folder,
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => break,
            Err(error) => return Err(explain("can't remove the empty folder", &place, &error)),
        }
    }
    Ok(())
}

fn explain(what: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what} {}: {error}", path.display()))
}
