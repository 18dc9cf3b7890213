//! Request and response bodies that are never fully buffered.
//!
//! - [`Upload`]: a request body that is a file or a stream of bytes.
//! - [`FilePart`]: a file in a multipart body.
//! - [`FileList`]: the files of a field that takes one or several.
//! - [`Download`]: a response body that is read as it is received.
//! - [`Events`]: server-sent events (`text/event-stream`).
//! - [`JsonStream`]: JSON documents in a row (`application/jsonl`, `application/json-seq`,
//!   `multipart/mixed`).
//!
//! [`Download`], [`Events`] and [`JsonStream`] implement `futures_core::Stream`. Their `next` methods need no
//! stream library:
//!
//! ```no_run
//! use wiretrue::Error;
//! use wiretrue::streaming::{Download, Events};
//!
//! async fn save(download: Download) -> Result<(), Error> {
//!     let bytes = download.save("report.pdf").await?;
//!     println!("{bytes} bytes");
//!     Ok(())
//! }
//!
//! async fn print_all(mut events: Events<String>) -> Result<(), Error> {
//!     while let Some(event) = events.next().await {
//!         println!("{}", event?.data);
//!     }
//!     Ok(())
//! }
//! ```

#[cfg(not(target_family = "wasm"))]
mod atomic_file;
pub(crate) mod body_stream;
mod disposition;
pub(crate) mod download;
mod drain;
pub(crate) mod event_parser;
mod event_source;
pub(crate) mod events;
mod incoming;
mod item;
pub(crate) mod json_stream;
mod part_parser;
mod record_parser;
mod resumption;

pub use self::download::Download;
pub use self::events::{Event, Events};
pub use self::json_stream::JsonStream;
pub use crate::request::file_part::{FileList, FilePart};
pub use crate::request::upload::Upload;
