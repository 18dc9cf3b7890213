//! Files as parts of a multipart body.

use std::path::PathBuf;

use bytes::Bytes;

use crate::request::upload::Upload;

/// A file that a multipart body carries: its content, its name and its media type.
///
/// Bytes become one with `into()`, and so does a [`Path`](std::path::Path) or [`PathBuf`], whose
/// file is opened and streamed when the call is sent, and any other [`Upload`].
#[derive(Debug)]
pub struct FilePart {
    pub(crate) content: Upload,
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl FilePart {
    /// A file of these bytes.
    #[must_use]
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Upload::bytes(content).into()
    }

    /// A file on disk, under the name that it has there. See [`Upload::path`].
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Upload::path(path).into()
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

/// A file on disk has the name that it has there; a stream is `Upload::stream(…)`.
impl<T: Into<Upload>> From<T> for FilePart {
    fn from(content: T) -> Self {
        let content = content.into();
        Self {
            name: content.file_name(),
            content,
            media_type: None,
            headers: Vec::new(),
        }
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
