//! The paths that a generated file may have.

use std::fmt;

/// The error for a path that a generated file must not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    path: String,
    reason: &'static str,
}

impl PathError {
    pub(super) fn new(path: &str, reason: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            reason,
        }
    }

    /// Returns the refused path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the reason.
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` can't be the path of a generated file: {}",
            self.path.escape_debug(),
            self.reason
        )
    }
}

impl std::error::Error for PathError {}

/// The files at the top of a crate that belong to the generator.
pub(super) const FILES: [&str; 2] = ["Cargo.toml", "README.md"];

/// The folders that belong to the generator.
pub(super) const FOLDERS: [&str; 2] = ["src", "docs"];

/// The folders with the files of one's own templates.
pub(super) const EXTENSIONS: [&str; 2] = ["src/ext/", "docs/ext/"];

/// Reserved device names of Windows, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The longest name, in bytes, on common file systems.
const LONGEST_NAME: usize = 255;

/// Refuses a path that isn't a plain path in the generator's places.
pub(super) fn validate(path: &str) -> Result<(), PathError> {
    path.split('/')
        .try_for_each(plain_name)
        .map_err(|reason| PathError::new(path, reason))?;
    let owned = match path.split_once('/') {
        None => FILES.contains(&path),
        Some((top, _)) => FOLDERS.contains(&top),
    };
    if owned {
        Ok(())
    } else {
        Err(PathError::new(
            path,
            "it isn't Cargo.toml, README.md, or below src/ or docs/",
        ))
    }
}

/// Refuses a component that some file system treats specially.
fn plain_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("it is empty, absolute, or has an empty component");
    }
    if name.len() > LONGEST_NAME {
        return Err("one of its components is longer than 255 bytes");
    }
    if name.starts_with('.') {
        return Err("one of its components starts with a dot");
    }
    if name.ends_with(['.', ' ']) {
        return Err("one of its components ends with a dot or a space");
    }
    if name.chars().any(is_special) {
        return Err("it has a character that isn't allowed in a file name");
    }
    if is_device(name) {
        return Err("one of its components is the name of a device on Windows");
    }
    Ok(())
}

/// Characters that separate paths, that Windows refuses, or that make names look alike.
fn is_special(c: char) -> bool {
    c.is_control()
        || matches!(c, '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffd}')
}

fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or(name)
        .trim_end()
        .to_lowercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|rest| {
            matches!(rest.chars().next(), Some('0'..='9' | '¹' | '²' | '³'))
                && rest.chars().count() == 1
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}
