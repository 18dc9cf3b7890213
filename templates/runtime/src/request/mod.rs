//! Requests: arguments on their way into path, query, headers and body.

#[cfg(feature = "streaming")]
pub(crate) mod body_parts;
pub(crate) mod encoder;
#[cfg(feature = "streaming")]
pub(crate) mod file_part;
pub(crate) mod form;
pub(crate) mod header_list;
#[cfg(feature = "streaming")]
pub(crate) mod multipart;
#[cfg(feature = "streaming")]
pub(crate) mod upload;
