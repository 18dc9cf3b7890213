//! A crate to generate, and where its document is.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use url::Url;
use wiretrue_codegen::Options;

use crate::manifest::Api;
use crate::remote::{Access, policy};
use crate::report::{Refusal, shown};

/// A crate to generate.
#[derive(Clone, Debug)]
pub struct Job {
    /// The name of the client in messages and in the lock file.
    pub name: String,
    /// Where the document is.
    pub document: DocumentLocation,
    /// The folder whose files the document may refer to; its own folder if `None`.
    pub root: Option<PathBuf>,
    /// The files of the overlays.
    pub overlays: Vec<PathBuf>,
    /// The folder of the client's own templates.
    pub templates: Option<PathBuf>,
    /// The folder of the crate.
    pub folder: PathBuf,
    /// The manifest that has the client; `None` for a crate that the command line describes.
    pub manifest: Option<PathBuf>,
    /// Whether equal warnings are printed for each place.
    pub verbose: bool,
    pub options: Options,
    pub remote: Access,
    /// The API that the client is for, if an umbrella crate builds it.
    pub api: Option<Api>,
}

impl Job {
    /// Returns the size of the document in bytes; 0 if it isn't a file.
    pub(super) fn size(&self) -> u64 {
        let file = match &self.document {
            DocumentLocation::File(file) => fs::metadata(file).ok(),
            DocumentLocation::Remote(_) => None,
        };
        file.map_or(0, |it| it.len())
    }

    /// Returns whether the client belongs to the umbrella crate with this name.
    pub(super) fn is_of(&self, umbrella: &str) -> bool {
        let api = self.api.as_ref();
        api.is_some_and(|api| api.umbrella == umbrella)
    }
}

/// Where a document is.
#[derive(Clone, Debug)]
pub enum DocumentLocation {
    File(PathBuf),
    Remote(Url),
}

impl DocumentLocation {
    /// Reads an address, or a path relative to a folder.
    pub fn new(folder: &Path, text: &Path) -> Result<Self, Refusal> {
        match text.to_str().filter(|text| text.contains("://")) {
            None => Ok(Self::File(std::path::absolute(folder.join(text))?)),
            Some(address) => match Url::parse(address) {
                Ok(address) if policy::has_credentials(&address) => {
                    let message = "the address of the document has credentials";
                    let help = "remove them: no credentials are sent for documents";
                    Err(Refusal::new(message, help))
                }
                Ok(address) => Ok(Self::Remote(address)),
                Err(error) => {
                    let message = format!("`{address}` isn't the address of a document: {error}");
                    Err(Refusal::new(message, "use an `https:` address or a path"))
                }
            },
        }
    }

    /// Returns the file, for a task that needs one.
    ///
    /// # Errors
    ///
    /// Fails if the document is remote.
    pub fn file(&self) -> Result<&Path, Refusal> {
        match self {
            Self::File(file) => Ok(file),
            Self::Remote(address) => Err(Refusal::new(
                format!("this command needs a document in a file, but {address} is remote"),
                "save the document in a file",
            )),
        }
    }

    /// Returns the argument of a command for this document.
    pub fn argument(&self) -> PathBuf {
        match self {
            Self::File(file) => file.clone(),
            Self::Remote(address) => address.as_str().into(),
        }
    }

    /// Returns the address of a remote document.
    pub fn address(&self) -> Option<&Url> {
        match self {
            Self::File(_) => None,
            Self::Remote(address) => Some(address),
        }
    }
}

impl fmt::Display for DocumentLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => shown(file).display().fmt(f),
            Self::Remote(address) => address.fmt(f),
        }
    }
}
