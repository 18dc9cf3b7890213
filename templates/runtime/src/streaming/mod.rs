//! Bodies that are never fully buffered: uploads, downloads, and server-sent events.

pub(crate) mod body_stream;
pub(crate) mod download;
pub(crate) mod event_parser;
pub(crate) mod events;

pub use self::download::Download;
pub use self::events::{Event, Events};
pub use crate::request::file_part::FilePart;
pub use crate::request::upload::Upload;
