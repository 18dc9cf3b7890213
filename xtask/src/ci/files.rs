//! Files and folders that a step copies, compares and removes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use wiretrue_cli::report::{Refusal, shown};

/// Returns the paths of all files below a folder, relative to it, without Cargo's target folder.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Refusal> {
    let mut files = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(relative) = pending.pop() {
        let path = folder.join(&relative);
        let entries = fs::read_dir(&path).map_err(|error| failed("list", &path, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed("list", &path, &error))?;
            let relative = relative.join(entry.file_name());
            if !entry
                .file_type()
                .map_err(|error| failed("look at", &entry.path(), &error))?
                .is_dir()
            {
                files.push(relative);
            } else if relative != Path::new("target") {
                pending.push(relative);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Fails unless two folders have the same files with the same bytes.
pub fn expect_same(folder: &Path, copy: &Path) -> Result<(), Refusal> {
    let read = |path: PathBuf| fs::read(&path).map_err(|error| failed("read", &path, &error));
    let (files, copies) = (files_below(folder)?, files_below(copy)?);
    let unmatched = files
        .iter()
        .find(|file| !copies.contains(file))
        .or(copies.iter().find(|file| !files.contains(file)));
    if let Some(unmatched) = unmatched {
        let message = format!(
            "{} isn't in both the client and its restored copy",
            shown(&folder.join(unmatched)).display()
        );
        return Err(Refusal::new(message, ""));
    }
    for file in files {
        if read(folder.join(&file))? != read(copy.join(&file))? {
            let message = format!(
                "{} isn't restored byte for byte",
                shown(&folder.join(file)).display()
            );
            return Err(Refusal::new(
                message,
                "check whether Git converts line endings in this checkout",
            ));
        }
    }
    Ok(())
}

pub fn copy_folder(from: &Path, to: &Path) -> Result<(), Refusal> {
    files_below(from)?
        .iter()
        .try_for_each(|file| copy_file(&from.join(file), &to.join(file)))
}

pub fn copy_file(from: &Path, to: &Path) -> Result<(), Refusal> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| failed("create the folder", folder, &error))?;
    }
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| failed("copy", from, &error))
}

pub fn remove_folder(path: &Path) -> Result<(), Refusal> {
    ignore_missing(fs::remove_dir_all(path), path)
}

pub fn remove_file(path: &Path) -> Result<(), Refusal> {
    ignore_missing(fs::remove_file(path), path)
}

/// Ignores that nothing was there to remove.
fn ignore_missing(result: io::Result<()>, path: &Path) -> Result<(), Refusal> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("remove", path, &error))
        }
        _ => Ok(()),
    }
}

pub fn failed(what: &str, path: &Path, error: &io::Error) -> Refusal {
    Refusal::new(format!("can't {what} {}: {error}", path.display()), "")
}
