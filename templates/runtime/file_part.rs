//! Files as parts of a multipart body.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bytes::Bytes;

use crate::runtime::body::Body;

/// A file that a multipart body carries: its content, its name and its media type.
///
/// Bytes become one with `into()`, and so does a [`Path`] or [`PathBuf`], whose file is opened and
/// streamed when the call is sent.
pub struct FilePart {
    pub(crate) content: Content,
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
}

/// Where the bytes of a file come from.
pub(crate) enum Content {
    Bytes(Bytes),
    Disk(PathBuf),
    /// In a lock, since an operation is written without being consumed; taken once.
    Stream(Mutex<Option<Body>>),
}

impl FilePart {
    /// A file of these bytes.
    #[must_use]
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Self::new(Content::Bytes(content.into()))
    }

    /// A file on disk, under the name that it has there. It is opened when the call is sent: one
    /// that can't be opened is [`Error::InvalidRequest`](crate::runtime::error::Error::InvalidRequest).
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Self {
            name,
            ..Self::new(Content::Disk(path))
        }
    }

    /// A file whose bytes come as they are sent. They can be sent once: a call with it isn't
    /// repeated. If the body knows its length, so does the request.
    #[must_use]
    pub fn stream(content: Body) -> Self {
        Self::new(Content::Stream(Mutex::new(Some(content))))
    }

    fn new(content: Content) -> Self {
        Self {
            content,
            name: None,
            media_type: None,
            headers: Vec::new(),
        }
    }

    /// The name that the server is told; the field's where none is given.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The media type that the server is told, such as `image/png`, in place of the one that the
    /// OpenAPI document names, or else of `application/octet-stream`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Adds a header to the part.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl From<Bytes> for FilePart {
    fn from(content: Bytes) -> Self {
        Self::bytes(content)
    }
}

impl From<Vec<u8>> for FilePart {
    fn from(content: Vec<u8>) -> Self {
        Self::bytes(content)
    }
}

impl From<&'static [u8]> for FilePart {
    fn from(content: &'static [u8]) -> Self {
        Self::bytes(content)
    }
}

impl<const N: usize> From<&'static [u8; N]> for FilePart {
    fn from(content: &'static [u8; N]) -> Self {
        Self::bytes(content.as_slice())
    }
}

impl From<PathBuf> for FilePart {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for FilePart {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<Body> for FilePart {
    fn from(content: Body) -> Self {
        Self::stream(content)
    }
}

/// Prints where the content comes from, never the content.
impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("FilePart");
        match &self.content {
            Content::Bytes(bytes) => out.field("content", &format_args!("{} bytes", bytes.len())),
            Content::Disk(path) => out.field("content", path),
            Content::Stream(_) => out.field("content", &format_args!("a stream")),
        };
        out.field("file_name", &self.name)
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

/// The files of a field: one, several, or none where it may be left out.
pub trait Files {
    /// The files in their order.
    fn files(&self) -> &[FilePart];
}

impl Files for FilePart {
    fn files(&self) -> &[FilePart] {
        std::slice::from_ref(self)
    }
}

impl Files for Vec<FilePart> {
    fn files(&self) -> &[FilePart] {
        self
    }
}

impl<T: Files> Files for Option<T> {
    fn files(&self) -> &[FilePart] {
        self.as_ref().map(Files::files).unwrap_or_default()
    }
}
