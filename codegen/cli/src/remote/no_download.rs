//! A build without the feature `download`, which has the documents of the cache only.

use url::Url;
use wiretrue_codegen::RemoteError;

use super::Download;
use super::policy::Policy;

/// Downloads nothing.
#[derive(Debug)]
pub struct Downloader;

impl Downloader {
    pub fn new(_: Policy) -> Self {
        Self
    }

    /// Returns an error that says how to download the document. `cargo xtask codegen` doesn't get here: it
    /// runs a build with downloads if it needs them.
    pub fn get(&mut self, address: &Url) -> Result<Download, RemoteError> {
        let help =
            "build the program with the feature `download`; `cargo xtask codegen --check` does";
        Err(RemoteError::new(
            format!("{address} isn't in the cache"),
            help,
        ))
    }
}
