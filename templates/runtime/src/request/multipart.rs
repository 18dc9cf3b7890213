//! Bodies of `multipart/form-data` (RFC 7578).

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use http::HeaderValue;

use crate::error::{Error, InvalidRequestError};
use crate::request::body_parts::{Piece, body};
use crate::request::encoder::{Encoder, as_sent, header, parameter};
use crate::request::file_part::{FilePart, Files};
use crate::transport::body::Body;
use crate::wire::Encode;
use crate::wire::style::Encoding;
use crate::wire::tree::Tree;

/// A multipart body on its way into a request.
pub struct Multipart<'a> {
    out: &'a mut Encoder,
    parts: Parts,
}

/// The parts of a multipart body.
struct Parts {
    boundary: String,
    pieces: Vec<Piece>,
    /// What follows the last piece.
    text: Vec<u8>,
}

/// How the parts of a field are written beside their content.
#[derive(Clone, Copy, Debug)]
pub struct PartHead {
    media_type: &'static str,
    headers: &'static [(&'static str, &'static str)],
}

impl PartHead {
    /// No media type and no headers.
    pub const NONE: Self = Self::new("", &[]);

    /// A media type, empty for none, and headers whose value the OpenAPI document fixes.
    #[inline]
    #[must_use]
    pub const fn new(
        media_type: &'static str,
        headers: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            media_type,
            headers,
        }
    }
}

impl Encoder {
    /// A multipart body with no parts yet.
    #[inline]
    pub fn multipart(&mut self) -> Multipart<'_> {
        Multipart {
            out: self,
            parts: Parts {
                boundary: boundary(),
                pieces: Vec::new(),
                text: Vec::new(),
            },
        }
    }
}

impl Multipart<'_> {
    /// Appends a field: a part for each item of a list, one for any other value, none for `None`.
    #[inline(never)]
    pub fn field<T: Encode>(&mut self, name: &str, encoding: Encoding, head: PartHead, value: &T) {
        if !value.is_none() {
            self.field_tree(name, encoding, head, parameter(name, value));
        }
    }

    #[inline]
    fn field_tree(
        &mut self,
        name: &str,
        encoding: Encoding,
        head: PartHead,
        value: Result<Tree, Error>,
    ) {
        let parts = &mut self.parts;
        self.out.step(|_| {
            let items = match value? {
                Tree::Array(items) => items,
                value => vec![value],
            };
            for item in items {
                if let Some(text) = as_sent(encoding, item).inner_text() {
                    parts.head(name, None, head.media_type, head.headers)?;
                    parts.text.extend_from_slice(text.as_bytes());
                }
            }
            Ok(())
        });
    }

    /// Appends a part for each file. It fails if a file can't be opened, if a stream was sent
    /// before, or if HTTP doesn't allow a header of a part.
    #[inline]
    pub fn files(&mut self, name: &str, head: PartHead, files: &dyn Files) {
        let parts = &mut self.parts;
        self.out.step(|_| {
            for file in files.files() {
                parts.file(name, head, file)?;
            }
            Ok(())
        });
    }

    /// Closes the body and sets it, unless it has no parts: for a body that may be left out.
    #[inline]
    pub fn close_if_any(self) {
        if !self.parts.is_empty() {
            self.close();
        }
    }

    /// Closes the body and sets it. A body of no parts is one as well.
    #[inline]
    pub fn close(self) {
        let parts = self.parts;
        self.out.step(|out| {
            out.body = Some(parts.close()?);
            Ok(())
        });
    }
}

impl Parts {
    #[inline]
    fn file(&mut self, name: &str, head: PartHead, file: &FilePart) -> Result<(), Error> {
        let media_type = match (&file.media_type, head.media_type) {
            (Some(own), _) => own,
            (None, "") => "application/octet-stream",
            (None, documented) => documented,
        };
        let file_name = file.name.as_deref().unwrap_or(name);
        let mut headers = head.headers.to_vec();
        headers.extend(file.headers.iter().map(|(name, value)| (&**name, &**value)));
        self.head(name, Some(file_name), media_type, &headers)?;
        let piece = file.content.piece()?;
        self.pieces
            .push(Piece::Bytes(std::mem::take(&mut self.text).into()));
        self.pieces.push(piece);
        Ok(())
    }

    /// The delimiter and the header lines of a part (RFC 7578, section 4.2).
    #[inline]
    fn head(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        media_type: &str,
        headers: &[(&str, &str)],
    ) -> Result<(), InvalidRequestError> {
        self.delimiter();
        self.text
            .extend_from_slice(b"\r\nContent-Disposition: form-data; name=");
        quoted(name, &mut self.text);
        if let Some(file_name) = file_name {
            self.text.extend_from_slice(b"; filename=");
            quoted(file_name, &mut self.text);
        }
        self.text.extend_from_slice(b"\r\n");
        let media_type = Some(("Content-Type", media_type)).filter(|(_, it)| !it.is_empty());
        for (name, value) in media_type.iter().chain(headers) {
            header(name, value)?;
            let line = format!("{name}: {value}\r\n");
            self.text.extend_from_slice(line.as_bytes());
        }
        self.text.extend_from_slice(b"\r\n");
        Ok(())
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.text.is_empty()
    }

    #[inline]
    fn delimiter(&mut self) {
        if !self.is_empty() {
            self.text.extend_from_slice(b"\r\n");
        }
        self.text.extend_from_slice(b"--");
        self.text.extend_from_slice(self.boundary.as_bytes());
    }

    /// The whole body with its media type.
    #[inline]
    fn close(mut self) -> Result<(HeaderValue, Body), Error> {
        self.delimiter();
        self.text.extend_from_slice(b"--\r\n");
        self.pieces.push(Piece::Bytes(self.text.into()));
        let media_type = format!("multipart/form-data; boundary={}", self.boundary);
        let (_, media_type) = header("Content-Type", &media_type)?;
        Ok((media_type, body(self.pieces)))
    }
}

/// A name in quotes, escaped as browsers do it (WHATWG HTML, "multipart/form-data encoding
/// algorithm"); other characters than ASCII go as UTF-8 (RFC 7578, section 5.1).
#[inline]
fn quoted(name: &str, out: &mut Vec<u8>) {
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

/// A boundary that no content holds, since nobody can guess it: 128 bits from the keys that the
/// standard library draws for its hash maps.
#[inline]
fn boundary() -> String {
    let keyed = || RandomState::new().hash_one("boundary");
    format!("{:016x}{:016x}", keyed(), keyed())
}
