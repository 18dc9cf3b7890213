//! Bodies of `multipart/form-data` (RFC 7578) and of other multipart types (RFC 2046).

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use http::HeaderValue;

use crate::error::{Error, InvalidRequestError};
use crate::request::body_parts::{BodyPart, into_body};
use crate::request::encoder::{Encoder, header, json_content_as_text, parameter};
use crate::request::file_part::{FilePart, Files};
use crate::request::media_range::media_type_of_file;
use crate::transport::body::Body;
use crate::wire::Encode;
use crate::wire::style::Encoding;
use crate::wire::tree::Tree;

/// A multipart body that is being written into a request.
pub struct Multipart<'a> {
    out: &'a mut Encoder,
    writer: MultipartWriter,
}

/// Collects the parts of a multipart body.
struct MultipartWriter {
    media_type: &'static str,
    boundary: String,
    /// The media type of the first part, once it has been written.
    root: Option<String>,
    parts: Vec<BodyPart>,
    /// The bytes that follow the last element of `parts`.
    buffer: Vec<u8>,
}

/// The documented media type and headers of a field's parts.
#[derive(Clone, Copy, Debug)]
pub struct PartHeaders {
    media_type: &'static str,
    fixed: &'static [(&'static str, &'static str)],
}

impl PartHeaders {
    /// No media type and no headers.
    pub const NONE: Self = Self::new("", &[]);

    /// Creates the headers of a part: its media type, empty for none, and headers with a fixed
    /// value. Of files, the media type may be a list of media types and ranges.
    #[inline]
    #[must_use]
    pub const fn new(
        media_type: &'static str,
        fixed: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { media_type, fixed }
    }
}

impl Encoder {
    /// Begins a multipart body without parts. The media type has no parameters.
    #[inline]
    pub fn multipart(&mut self, media_type: &'static str) -> Multipart<'_> {
        Multipart {
            out: self,
            writer: MultipartWriter {
                media_type,
                boundary: boundary(),
                root: None,
                parts: Vec::new(),
                buffer: Vec::new(),
            },
        }
    }
}

impl Multipart<'_> {
    /// Appends a field: one part for each item of an array, one part for any other value, nothing
    /// for `None`.
    #[inline(never)]
    pub fn field<T: Encode>(
        &mut self,
        name: &str,
        encoding: Encoding,
        headers: PartHeaders,
        value: &T,
    ) {
        if !value.is_none() {
            self.write_field(name, encoding, headers, parameter(name, value));
        }
    }

    #[inline]
    fn write_field(
        &mut self,
        name: &str,
        encoding: Encoding,
        headers: PartHeaders,
        value: Result<Tree, Error>,
    ) {
        let writer = &mut self.writer;
        self.out.step(|_| {
            let items = match value? {
                Tree::Array(items) => items,
                value => vec![value],
            };
            for item in items {
                let media_type = match (headers.media_type, &item) {
                    // The default of OpenAPI, which differs between the alternatives of a union.
                    ("", Tree::Object(_) | Tree::Array(_)) => "application/json",
                    (media_type, _) => media_type,
                };
                if let Some(text) = json_content_as_text(encoding, item).nested_text() {
                    writer.write_headers(name, None, media_type, headers.fixed)?;
                    writer.buffer.extend_from_slice(text.as_bytes());
                }
            }
            Ok(())
        });
    }

    /// Appends a part for each file. Encoding fails if a file can't be opened, if a stream has been
    /// sent already, if a file has no media type and the document has only a range, or if HTTP doesn't
    /// allow a header of a part.
    #[inline]
    pub fn files(&mut self, name: &str, headers: PartHeaders, files: &dyn Files) {
        let writer = &mut self.writer;
        self.out.step(|_| {
            for file in files.files() {
                writer.write_file(name, headers, file)?;
            }
            Ok(())
        });
    }

    /// Sets the body unless it has no parts. For optional bodies.
    #[inline]
    pub fn finish_unless_empty(self) {
        if !self.writer.is_empty() {
            self.finish();
        }
    }

    /// Sets the body, which may have no parts.
    #[inline]
    pub fn finish(self) {
        let writer = self.writer;
        self.out.step(|out| {
            out.body = Some(writer.finish()?);
            Ok(())
        });
    }
}

impl MultipartWriter {
    #[inline]
    fn write_file(
        &mut self,
        name: &str,
        documented: PartHeaders,
        file: &FilePart,
    ) -> Result<(), Error> {
        let media_type = match &file.media_type {
            Some(own) => own,
            None if file.is_text => "",
            None => media_type_of_file(documented.media_type, file.name.as_deref())
                .ok_or_else(|| no_media_type(name, documented))?,
        };
        let file_name = file.name.as_deref().or((!file.is_text).then_some(name));
        let mut headers = documented.fixed.to_vec();
        headers.extend(file.headers.iter().map(|(name, value)| (&**name, &**value)));
        self.write_headers(name, file_name, media_type, &headers)?;
        let part = file.content.body_part()?;
        self.parts
            .push(BodyPart::Bytes(std::mem::take(&mut self.buffer).into()));
        self.parts.push(part);
        Ok(())
    }

    /// Writes the delimiter and headers of a part (RFC 7578 section 4.2). OpenAPI identifies the
    /// parts of other multipart types in the same way (3.0.4, "Encoding `multipart` Media Types").
    #[inline]
    fn write_headers(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        media_type: &str,
        headers: &[(&str, &str)],
    ) -> Result<(), InvalidRequestError> {
        self.write_delimiter();
        self.buffer
            .extend_from_slice(b"\r\nContent-Disposition: form-data; name=");
        push_quoted(name, &mut self.buffer);
        if let Some(file_name) = file_name {
            self.buffer.extend_from_slice(b"; filename=");
            push_quoted(file_name, &mut self.buffer);
        }
        self.buffer.extend_from_slice(b"\r\n");
        self.root.get_or_insert_with(|| media_type.to_owned());
        let media_type = Some(("Content-Type", media_type)).filter(|(_, it)| !it.is_empty());
        for (name, value) in media_type.iter().chain(headers) {
            header(name, value)?;
            let line = format!("{name}: {value}\r\n");
            self.buffer.extend_from_slice(line.as_bytes());
        }
        self.buffer.extend_from_slice(b"\r\n");
        Ok(())
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.buffer.is_empty()
    }

    #[inline]
    fn write_delimiter(&mut self) {
        if !self.is_empty() {
            self.buffer.extend_from_slice(b"\r\n");
        }
        self.buffer.extend_from_slice(b"--");
        self.buffer.extend_from_slice(self.boundary.as_bytes());
    }

    /// Returns the media type and the whole body.
    #[inline]
    fn finish(mut self) -> Result<(HeaderValue, Body), Error> {
        self.write_delimiter();
        self.buffer.extend_from_slice(b"--\r\n");
        self.parts.push(BodyPart::Bytes(self.buffer.into()));
        let mut media_type = format!("{}; boundary={}", self.media_type, self.boundary);
        if let ("multipart/related", Some(root)) = (self.media_type, &self.root) {
            // RFC 2387, section 3.1. Quotes would need escapes.
            media_type.push_str(&format!("; type=\"{}\"", root.replace(['"', '\\'], "")));
        }
        let (_, media_type) = header("Content-Type", &media_type)?;
        Ok((media_type, into_body(self.parts)))
    }
}

#[cold]
fn no_media_type(name: &str, documented: PartHeaders) -> InvalidRequestError {
    InvalidRequestError::new(format!(
        "the file of the field `{name}` has no media type: set one of {} on the file",
        documented.media_type
    ))
}

/// Writes a quoted name, escaped as browsers do (WHATWG HTML, "multipart/form-data encoding
/// algorithm"). Non-ASCII characters are sent as UTF-8 (RFC 7578 section 5.1).
#[inline]
fn push_quoted(name: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in name.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"%22"),
            b'\r' => out.extend_from_slice(b"%0D"),
            b'\n' => out.extend_from_slice(b"%0A"),
            byte => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Returns a boundary that can't occur in the content, because nobody can guess it: 128 bits from
/// the random keys of the standard library's hash maps.
#[inline]
fn boundary() -> String {
    let random = || RandomState::new().hash_one("boundary");
    format!("{:016x}{:016x}", random(), random())
}
