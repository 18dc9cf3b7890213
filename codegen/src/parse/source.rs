//! The text of a document and the other files that it refers to. The library reads files only here,
//! and loads remote documents only here.

pub(crate) mod remote;
#[cfg(test)]
mod tests;
mod unreadable;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use url::Url;

use self::remote::Remote;
pub use self::remote::{RemoteDocument, RemoteError, RemoteLoader};
use self::unreadable::Unreadable;
use super::reference::percent_decoded;
use super::{locate, similar};
use crate::diagnostic::Diagnostics;
use crate::extend::Templates;

/// A document, the files beside it, and the remote documents that it may refer to.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file name for diagnostics. That of a remote document is its address.
    pub name: PathBuf,
    /// The content of the file, JSON or YAML.
    pub text: String,
    others: OtherFiles,
    /// The paths of the other files that were read.
    files_read: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// The address of a remote document.
    address: Option<Url>,
    /// The loader of remote documents, if they are allowed.
    remote: Option<Remote>,
    /// The overlays, in the order of their application.
    pub(super) overlays: Vec<Source>,
    /// The templates outside of this workspace.
    templates: Templates,
}

/// The other files of a document, by their path relative to the document's folder, separated by
/// `/`.
#[derive(Clone, Debug)]
enum OtherFiles {
    /// In memory.
    Memory(BTreeMap<String, String>),
    /// In this folder and below, or in `root` and below, which is this folder or one above it. The
    /// paths are free of symbolic links.
    Folder {
        folder: PathBuf,
        root: PathBuf,
        document: PathBuf,
    },
}

impl Source {
    /// Creates a document in memory.
    pub fn new(name: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            others: OtherFiles::Memory(BTreeMap::new()),
            files_read: Arc::default(),
            address: None,
            remote: None,
            overlays: Vec::new(),
            templates: Templates::default(),
        }
    }

    /// Loads a document from an `https:` address. It may refer to other remote documents, and never
    /// to local files.
    ///
    /// # Errors
    ///
    /// Fails if the loader does, and if the address isn't an `https:` address or has credentials.
    pub fn remote(address: Url, loader: Arc<dyn RemoteLoader>) -> Result<Self, RemoteError> {
        let remote = Remote::new(loader);
        let address = remote.load(address)?;
        let text = remote.text(address.as_str()).unwrap_or_default();
        Ok(Self {
            address: Some(address.clone()),
            remote: Some(remote),
            ..Self::new(address.as_str(), &*text)
        })
    }

    /// Lets the document refer to documents at `https:` addresses. Defaults to none.
    pub fn with_remote(mut self, loader: Arc<dyn RemoteLoader>) -> Self {
        self.remote = Some(Remote::new(loader));
        self
    }

    /// Reads a file, which may refer to other files in its folder and below.
    ///
    /// # Errors
    ///
    /// Fails like [`fs::read_to_string`]. The file must be UTF-8 (RFC 8259, section 8.1).
    pub fn read(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        Self::new(path, fs::read_to_string(path)?).beside(path)
    }

    /// Lets the document refer to files in the folder of `path`, its own, and below.
    ///
    /// # Errors
    ///
    /// Fails like [`fs::canonicalize`].
    pub fn beside(self, path: &Path) -> io::Result<Self> {
        let document = fs::canonicalize(path)?;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => fs::canonicalize(folder)?,
            _ => fs::canonicalize(".")?,
        };
        let others = OtherFiles::Folder {
            root: folder.clone(),
            folder,
            document,
        };
        Ok(Self { others, ..self })
    }

    /// Lets the document refer to files in `root` and below. `root` is a folder above the document.
    ///
    /// # Errors
    ///
    /// Fails like [`fs::canonicalize`], and with [`io::ErrorKind::InvalidInput`] if the document
    /// isn't in this folder.
    pub fn within(mut self, root: &Path) -> io::Result<Self> {
        let canonical = fs::canonicalize(root)?;
        match &mut self.others {
            OtherFiles::Folder { folder, root, .. } if folder.starts_with(&canonical) => {
                *root = canonical;
                Ok(self)
            }
            _ => {
                let (name, root) = (self.name.display(), root.display());
                let message = format!("{name} isn't in the root folder {root}");
                Err(io::Error::new(io::ErrorKind::InvalidInput, message))
            }
        }
    }

    /// Adds another file in memory, by its path relative to the document's folder.
    pub fn with_file(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        let mut files = match self.others {
            OtherFiles::Memory(files) => files,
            OtherFiles::Folder { .. } => BTreeMap::new(),
        };
        files.insert(path.into(), text.into());
        self.others = OtherFiles::Memory(files);
        self
    }

    /// Adds an overlay (OpenAPI Overlay 1.0 or 1.1), which is applied after the existing ones.
    pub fn with_overlay(mut self, name: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.overlays.push(Self::new(name, text));
        self
    }

    /// Extends the client with these templates.
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    pub(crate) fn templates(&self) -> &Templates {
        &self.templates
    }

    /// Returns the paths of the files that the document refers to and that have been read.
    pub fn files_read(&self) -> BTreeSet<PathBuf> {
        let files_read = self.files_read.lock();
        files_read.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fills in the missing `location` of each diagnostic.
    ///
    /// A place that isn't in the text gets the location of the nearest enclosing place.
    pub fn locate(&self, diagnostics: &mut Diagnostics) {
        locate::locate(self, diagnostics);
    }

    /// Returns the text of a file, given its name in diagnostics.
    pub fn text_of(&self, name: &Path) -> Option<Cow<'_, str>> {
        if name == self.name {
            return Some(Cow::Borrowed(&self.text));
        }
        if let Some(overlay) = self.overlay(name) {
            return Some(Cow::Borrowed(&overlay.text));
        }
        if let Some(text) = self.templates.text_of(name) {
            return Some(Cow::Borrowed(text));
        }
        if let Some(text) = name.to_str().and_then(|name| self.remote_text(name)) {
            return Some(Cow::Owned(text.as_ref().to_owned()));
        }
        let inner = match self.name.parent() {
            Some(folder) => name.strip_prefix(folder).ok()?,
            None => name,
        };
        self.load(&slashed(inner)?).ok().map(Cow::Owned)
    }

    fn remote_text(&self, file: &str) -> Option<Arc<str>> {
        self.remote.as_ref()?.text(file)
    }

    fn overlay(&self, name: &Path) -> Option<&Self> {
        self.overlays.iter().find(|overlay| overlay.name == name)
    }

    /// Returns another file as a source, named as in diagnostics.
    pub(super) fn other(&self, file: &str) -> Result<Self, Unreadable> {
        if let Some(overlay) = self.overlay(Path::new(file)) {
            return Ok(overlay.clone());
        }
        if let Some(text) = self.remote_text(file) {
            return Ok(Self::new(file, &*text));
        }
        let text = self.load(file)?;
        let name = match self.name.parent() {
            Some(folder) => folder.join(file),
            None => PathBuf::from(file),
        };
        Ok(Self::new(name, text))
    }

    fn load(&self, file: &str) -> Result<String, Unreadable> {
        match &self.others {
            OtherFiles::Memory(files) => files.get(file).cloned().ok_or(Unreadable::Missing(None)),
            OtherFiles::Folder { folder, .. } => {
                let path = folder.join(file);
                let bytes = fs::read(&path).map_err(Unreadable::Failed)?;
                let files_read = self.files_read.lock();
                files_read
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(path);
                String::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8)
            }
        }
    }

    /// Returns the file that a URI reference (RFC 3986, section 4.2) without a fragment names in
    /// the file `from`. `None` is the document itself.
    pub(super) fn resolve(
        &self,
        from: Option<&str>,
        reference: &str,
    ) -> Result<Option<String>, Unreadable> {
        if let Some(address) = self.address_of(from, reference)? {
            return self.resolve_remote(address);
        }
        let path = percent_decoded(reference);
        if path.starts_with(['/', '\\']) {
            return Err(self.outside());
        }
        let folder = from.and_then(|from| from.rsplit_once('/'));
        let mut steps: Vec<&str> =
            folder.map_or(Vec::new(), |(folder, _)| folder.split('/').collect());
        for step in path.split('/') {
            match step {
                "" | "." => {}
                ".." => match steps.last() {
                    None | Some(&"..") => steps.push(step),
                    Some(_) => {
                        steps.pop();
                    }
                },
                step => steps.push(step),
            }
        }
        let above = steps.iter().take_while(|step| **step == "..").count();
        if above > self.levels() {
            return Err(self.outside());
        }
        self.find(&steps.join("/"))
    }

    /// Returns the address that a reference in the file `from` names; `None` if it names a local file.
    /// In a remote document, every reference is relative to its address.
    fn address_of(&self, from: Option<&str>, reference: &str) -> Result<Option<Url>, Unreadable> {
        let base = match from {
            Some(file) => remote::address(file),
            None => self.address.clone(),
        };
        let address = match base {
            Some(base) => base.join(reference),
            None if is_url(reference) => Url::parse(reference),
            None => return Ok(None),
        };
        address.map(Some).map_err(|_| Unreadable::Url)
    }

    /// Loads a remote document, and returns its name; `None` for the document itself.
    fn resolve_remote(&self, address: Url) -> Result<Option<String>, Unreadable> {
        if remote::has_credentials(&address) {
            return Err(Unreadable::Credentials);
        }
        if address.scheme() != "https" {
            return Err(Unreadable::Url);
        }
        let remote = self.remote.as_ref().ok_or(Unreadable::RemoteNotAllowed)?;
        let address = remote.load(address).map_err(Unreadable::Remote)?;
        Ok((self.address.as_ref() != Some(&address)).then(|| address.into()))
    }

    /// Returns how many folders above the document's folder may be read.
    fn levels(&self) -> usize {
        match &self.others {
            OtherFiles::Memory(_) => 0,
            OtherFiles::Folder { folder, root, .. } => folder
                .strip_prefix(root)
                .map_or(0, |inner| inner.components().count()),
        }
    }

    fn outside(&self) -> Unreadable {
        match self.levels() {
            0 => Unreadable::Outside,
            _ => Unreadable::OutsideRoot,
        }
    }

    /// Returns the canonical name of the file at a path.
    fn find(&self, path: &str) -> Result<Option<String>, Unreadable> {
        match &self.others {
            OtherFiles::Memory(files) => {
                if files.contains_key(path) {
                    return Ok(Some(path.to_owned()));
                }
                if self.name.file_name().is_some_and(|name| name == path) {
                    return Ok(None);
                }
                Err(Unreadable::Missing(None))
            }
            OtherFiles::Folder {
                folder,
                root,
                document,
            } => {
                let file =
                    fs::canonicalize(folder.join(path)).map_err(|error| match error.kind() {
                        io::ErrorKind::NotFound => Unreadable::Missing(nearest_file(folder, path)),
                        _ => Unreadable::Failed(error),
                    })?;
                if file == *document {
                    return Ok(None);
                }
                if !file.starts_with(root) {
                    return Err(self.outside());
                }
                if !file.is_file() {
                    return Err(Unreadable::Missing(None));
                }
                let name = slashed(&relative(folder, &file));
                name.map(Some).ok_or(Unreadable::Missing(None))
            }
        }
    }
}

/// Whether a reference starts with a scheme or an authority. A scheme has at least two letters, so
/// that a Windows drive isn't one.
fn is_url(reference: &str) -> bool {
    let scheme = reference.split_once(':').map(|(scheme, _)| scheme);
    reference.starts_with("//")
        || scheme.is_some_and(|scheme| {
            scheme.len() > 1
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        })
}

/// Returns the path to a file, relative to a folder. Both paths are absolute and have no `..`.
fn relative(folder: &Path, file: &Path) -> PathBuf {
    let mut above = PathBuf::new();
    for ancestor in folder.ancestors() {
        if let Ok(inner) = file.strip_prefix(ancestor) {
            return above.join(inner);
        }
        above.push("..");
    }
    file.to_owned()
}

/// Returns a relative path separated by `/`.
fn slashed(path: &Path) -> Option<String> {
    let steps = path.components().map(|step| match step {
        Component::Normal(step) => step.to_str(),
        Component::ParentDir => Some(".."),
        _ => None,
    });
    steps
        .collect::<Option<Vec<_>>>()
        .map(|steps| steps.join("/"))
}

/// Returns the file with the name most similar to that of a missing path.
fn nearest_file(folder: &Path, path: &str) -> Option<String> {
    let (inner, name) = path.rsplit_once('/').unwrap_or(("", path));
    let names: Vec<String> = fs::read_dir(folder.join(inner))
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    similar::nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}
