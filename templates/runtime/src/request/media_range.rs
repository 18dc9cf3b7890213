//! The media type of a file, chosen from those that a document allows.

/// The media type of bytes of unknown content.
const BYTES: &str = "application/octet-stream";

/// Media types by file name extension, for files that documents often restrict.
const BY_EXTENSION: [(&str, &str); 34] = [
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("ico", "image/vnd.microsoft.icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("webp", "image/webp"),
    ("aac", "audio/aac"),
    ("flac", "audio/flac"),
    ("m4a", "audio/mp4"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("wav", "audio/wav"),
    ("mov", "video/quicktime"),
    ("mp4", "video/mp4"),
    ("mpeg", "video/mpeg"),
    ("webm", "video/webm"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("md", "text/markdown"),
    ("txt", "text/plain"),
    ("gz", "application/gzip"),
    ("json", "application/json"),
    ("pdf", "application/pdf"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("zip", "application/zip"),
];

/// Returns the media type of a file: that of its name's extension if the document allows it, or else
/// the first complete media type of the document. `documented` is a list of media types and ranges,
/// separated by commas; an empty one allows any. Returns `None` if only ranges are left to choose
/// from.
pub(crate) fn media_type_of_file<'a>(
    documented: &'a str,
    file_name: Option<&str>,
) -> Option<&'a str> {
    if documented.is_empty() {
        return Some(BYTES);
    }
    let ranges = || documented.split(',').map(str::trim);
    let is_allowed = |media_type: &str| ranges().any(|range| is_in(media_type, range));
    let by_name = file_name.and_then(by_extension);
    by_name
        .filter(|media_type| is_allowed(media_type))
        .or_else(|| ranges().find(|range| !range.contains('*') && !range.is_empty()))
        .or_else(|| is_allowed(BYTES).then_some(BYTES))
}

/// Returns whether a range contains a media type (RFC 9110, section 12.5.1).
fn is_in(media_type: &str, range: &str) -> bool {
    let range = range.split(';').next().unwrap_or_default().trim();
    match range.strip_suffix("/*") {
        Some("*") => true,
        Some(main) => media_type
            .split_once('/')
            .is_some_and(|(own, _)| own.eq_ignore_ascii_case(main)),
        None => range.eq_ignore_ascii_case(media_type),
    }
}

fn by_extension(file_name: &str) -> Option<&'static str> {
    let (_, extension) = file_name.rsplit_once('.')?;
    let mut known = BY_EXTENSION.iter();
    let (_, media_type) = known.find(|(name, _)| extension.eq_ignore_ascii_case(name))?;
    Some(media_type)
}

#[cfg(test)]
mod tests {
    use super::media_type_of_file;

    #[test]
    fn a_file_has_a_media_type_that_the_document_allows() {
        for (documented, name, expected) in [
            ("", Some("a.png"), Some("application/octet-stream")),
            ("image/png", Some("a.jpg"), Some("image/png")),
            ("image/png, image/jpeg", Some("a.JPG"), Some("image/jpeg")),
            ("image/png, image/jpeg", Some("a.gif"), Some("image/png")),
            ("image/png,image/jpeg", None, Some("image/png")),
            ("image/*", Some("b.a.gif"), Some("image/gif")),
            (
                "image/*, application/pdf",
                Some("a"),
                Some("application/pdf"),
            ),
            ("Image/*", Some("a.webp"), Some("image/webp")),
            ("image/*", Some("a.txt"), None),
            ("image/*", None, None),
            ("application/*", None, Some("application/octet-stream")),
            ("*/*", Some("a.txt"), Some("text/plain")),
            (
                "text/csv; charset=utf-8",
                None,
                Some("text/csv; charset=utf-8"),
            ),
            (" , ", None, None),
        ] {
            assert_eq!(
                media_type_of_file(documented, name),
                expected,
                "{documented} {name:?}"
            );
        }
    }
}
