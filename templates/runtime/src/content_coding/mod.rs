//! Content codings (RFC 9110 section 8.4): requests offer those that the client decodes, and the
//! bodies of responses are decoded.
//!
//! This is the first step between the transport and a call: the size limit, charsets and models see
//! decoded content only.

mod body;
#[cfg(feature = "brotli")]
mod brotli;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "zstd")]
mod zstd;

use std::io;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, StatusCode};

use crate::call::Method;
use crate::response::content_type;
use crate::transport::body::Body;

/// The largest number of codings of one response. A legitimate response has one.
const MAX_CODINGS: usize = 5;

/// Names that servers send although they are no codings: the content is as it would be without.
/// `aws-chunked` describes how an object was uploaded.
const NO_CODINGS: [&str; 7] = [
    "",
    "identity",
    "none",
    "binary",
    "utf-8",
    "utf8",
    "aws-chunked",
];

/// Media types of compressed files, each with the coding that some servers name for the compression
/// of the file itself.
const COMPRESSED_FILES: [(&str, &str); 3] = [
    ("application/gzip", "gzip"),
    ("application/x-gzip", "gzip"),
    ("application/zstd", "zstd"),
];

/// The codings that the registry of IANA names (RFC 9110 section 8.4.1) and a feature decodes, each
/// with the feature.
const FEATURES: [(&str, &str); 4] = [
    ("gzip", "gzip"),
    ("x-gzip", "gzip"),
    ("br", "brotli"),
    ("zstd", "zstd"),
];

/// Decodes a content coding.
trait Decoder: Send + Sync {
    /// Decodes the beginning of `input` and appends to `output`, about 128 KiB at most. Returns the
    /// number of bytes that it has read from `input`.
    ///
    /// Neither reads nor writes anything if it needs more input, or if the data has ended.
    fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize>;

    /// Checks that the data is complete, and appends what is left of it to `output`.
    fn finish(&mut self, output: &mut Vec<u8>) -> io::Result<()>;
}

/// A content coding that the client decodes.
struct Coding {
    name: &'static str,
    decoder: fn() -> Box<dyn Decoder>,
}

static CODINGS: &[Coding] = &[
    #[cfg(feature = "gzip")]
    Coding {
        name: "gzip",
        decoder: || Box::new(gzip::Gzip::default()),
    },
    #[cfg(feature = "brotli")]
    Coding {
        name: "br",
        decoder: || Box::new(brotli::Brotli::default()),
    },
    #[cfg(feature = "zstd")]
    Coding {
        name: "zstd",
        decoder: || Box::new(zstd::Zstd::default()),
    },
];

/// Returns the value of `Accept-Encoding`.
///
/// The decoder of zstd holds content back until it has a window of it (up to 8 MiB). So zstd isn't
/// offered for content that is read while it is received.
pub(crate) const fn accepted(is_streamed: bool) -> &'static str {
    let gzip = cfg!(feature = "gzip");
    let brotli = cfg!(feature = "brotli");
    let zstd = cfg!(feature = "zstd") && !is_streamed;
    match (gzip, brotli, zstd) {
        (false, false, false) => IDENTITY,
        (true, false, false) => "gzip",
        (false, true, false) => "br",
        (false, false, true) => "zstd",
        (true, true, false) => "gzip, br",
        (true, false, true) => "gzip, zstd",
        (false, true, true) => "br, zstd",
        (true, true, true) => "gzip, br, zstd",
    }
}

/// The value of `Accept-Encoding` that asks for content without a coding.
pub(crate) const IDENTITY: &str = "identity";

/// The codings of a response, in the order in which they were applied.
#[derive(Default)]
pub(crate) struct Codings(Vec<&'static Coding>);

impl Codings {
    /// Returns the codings to decode. Content stays as it is:
    ///
    /// - if there is none (HEAD, 204, 304);
    /// - if it is a range (206): a range of an encoded representation can't be decoded;
    /// - if it is a compressed file whose own compression the header repeats.
    ///
    /// # Errors
    ///
    /// Returns the name of a coding that the client doesn't decode.
    pub(crate) fn of(
        method: Method,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Self, Box<str>> {
        let has_whole_content = method != Method::HEAD
            && !matches!(
                status,
                StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT
            );
        if !has_whole_content {
            return Ok(Self::default());
        }
        let mut codings = Vec::new();
        for value in headers.get_all(CONTENT_ENCODING) {
            let names = String::from_utf8_lossy(value.as_bytes());
            for name in names.split(',') {
                let name = name.trim().to_ascii_lowercase();
                if NO_CODINGS.contains(&name.as_str()) {
                    continue;
                }
                match coding(&name) {
                    Some(coding) if codings.len() < MAX_CODINGS => codings.push(coding),
                    _ => return Err(name.into()),
                }
            }
        }
        if let [only] = codings.as_slice()
            && is_compressed_file(headers, only.name)
        {
            codings.clear();
        }
        Ok(Self(codings))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns a body that decodes another one while it is read.
    pub(crate) fn decode(&self, mut body: Body) -> Body {
        for coding in self.0.iter().rev() {
            body = body::decoded(body, coding);
        }
        body
    }

    /// Removes the headers that describe the encoded content, as [`decode`](Self::decode) removes
    /// its codings.
    pub(crate) fn remove_headers(&self, headers: &mut HeaderMap) {
        if !self.is_empty() {
            headers.remove(CONTENT_ENCODING);
            headers.remove(CONTENT_LENGTH);
        }
    }
}

fn coding(name: &str) -> Option<&'static Coding> {
    let name = name
        .strip_prefix("x-")
        .filter(|it| *it == "gzip")
        .unwrap_or(name);
    CODINGS.iter().find(|coding| coding.name == name)
}

fn is_compressed_file(headers: &HeaderMap, coding: &str) -> bool {
    let media_type = content_type(headers).unwrap_or_default();
    let mut files = COMPRESSED_FILES.iter();
    files.any(|(file, own)| *own == coding && file.eq_ignore_ascii_case(media_type))
}

/// Returns the feature that decodes a coding; `None` if the client doesn't know the coding.
pub(crate) fn feature_of(coding: &str) -> Option<&'static str> {
    let found = FEATURES.iter().find(|(name, _)| *name == coding);
    found.map(|(_, feature)| *feature)
}

/// Returns the media type and the codings of a body as errors print them, such as
/// `application/json, gzip`.
pub(crate) fn describe(headers: &HeaderMap) -> String {
    let media_type = content_type(headers).unwrap_or("no content type");
    let mut text = media_type.to_owned();
    if let Some(coding) = headers
        .get(CONTENT_ENCODING)
        .and_then(|it| it.to_str().ok())
    {
        text.push_str(", ");
        text.push_str(coding);
    }
    text
}
