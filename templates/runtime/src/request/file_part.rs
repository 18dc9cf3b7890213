//! Files in multipart bodies.

use std::path::PathBuf;

use bytes::Bytes;

use crate::request::upload::Upload;

/// A file in a multipart body: its content, file name and media type.
///
/// Converts from bytes, from a [`Path`](std::path::Path) or [`PathBuf`], whose file is opened and
/// streamed when the call is sent, and from any other [`Upload`].
#[derive(Debug)]
pub struct FilePart {
    pub(crate) content: Upload,
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    /// Whether the part is a text field, which has no file name and no media type by default.
    pub(crate) is_text: bool,
}

impl FilePart {
    /// Creates a file from bytes.
    #[must_use]
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        Upload::bytes(content).into()
    }

    /// Creates a file from a path, with the file name that it has on disk. See [`Upload::path`].
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Upload::path(path).into()
    }

    /// Creates a part with text instead of a file, for a field that may be either, such as an image
    /// or its URL. It is sent without a file name and without a media type, unless they are set.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            is_text: true,
            ..Self::bytes(text.into())
        }
    }

    /// Sets the file name. Defaults to the name of the field.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the media type, such as `image/png`. Defaults to the one in the OpenAPI document, or
    /// else to `application/octet-stream`. If the document allows several, it defaults to that of the
    /// file name's extension, or else to the first. A file must have a media type if the document
    /// has only a range, such as `image/*`, and the file name doesn't tell it.
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

/// Converts an upload. A file on disk keeps its file name. Use `Upload::stream(…)` for streams.
impl<T: Into<Upload>> From<T> for FilePart {
    fn from(content: T) -> Self {
        let content = content.into();
        Self {
            name: content.file_name(),
            content,
            media_type: None,
            headers: Vec::new(),
            is_text: false,
        }
    }
}

/// The files of a field that takes one file or several.
///
/// Converts from a [`FilePart`], from all that converts to one, and from an array or vector of
/// [`FilePart`]s.
#[derive(Debug)]
pub struct FileList(Vec<FilePart>);

impl<T: Into<FilePart>> From<T> for FileList {
    fn from(file: T) -> Self {
        Self(vec![file.into()])
    }
}

impl From<Vec<FilePart>> for FileList {
    fn from(files: Vec<FilePart>) -> Self {
        Self(files)
    }
}

impl<const N: usize> From<[FilePart; N]> for FileList {
    fn from(files: [FilePart; N]) -> Self {
        Self(files.into())
    }
}

/// The files of a field: one, several, or none if the field is optional.
pub trait Files {
    /// Returns the files in order.
    fn files(&self) -> &[FilePart];
}

impl Files for FilePart {
    fn files(&self) -> &[FilePart] {
        std::slice::from_ref(self)
    }
}

impl Files for FileList {
    fn files(&self) -> &[FilePart] {
        &self.0
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
