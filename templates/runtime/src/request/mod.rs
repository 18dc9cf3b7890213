//! How arguments become the path, query, headers and body of a request.

#[cfg(feature = "streaming")]
pub(crate) mod async_file;
#[cfg(feature = "streaming")]
pub(crate) mod body_parts;
pub(crate) mod encoder;
#[cfg(feature = "streaming")]
pub(crate) mod file_part;
pub(crate) mod form;
pub(crate) mod header_list;
pub(crate) mod json_sequence;
#[cfg(feature = "streaming")]
pub(crate) mod media_range;
#[cfg(feature = "streaming")]
pub(crate) mod multipart;
pub(crate) mod query_string;
#[cfg(feature = "streaming")]
pub(crate) mod upload;
