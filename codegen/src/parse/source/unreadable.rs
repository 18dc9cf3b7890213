//! Why a file that a reference names isn't read, and what the user can do about it.

use std::io;

use super::RemoteError;

/// Why a file can't be read.
#[derive(Debug)]
pub(in crate::parse) enum Unreadable {
    /// It is a URL that isn't followed.
    Url,
    /// It is an `https:` address, and remote documents aren't allowed.
    RemoteNotAllowed,
    /// It is an address with a user name or a password, which no message contains.
    Credentials,
    /// It is a remote document that can't be loaded.
    Remote(RemoteError),
    /// It is outside of the document's folder.
    Outside,
    /// It is outside of the root folder, which the caller chose.
    OutsideRoot,
    /// It doesn't exist; another file may have a similar name.
    Missing(Option<String>),
    /// It isn't UTF-8.
    NotUtf8,
    /// Another error occurred.
    Failed(io::Error),
}

impl Unreadable {
    /// Returns the message and the help for a `$ref` to such a file.
    pub(in crate::parse) fn describe(&self, reference: &str) -> (String, String) {
        match self {
            Self::Url => (
                format!("`{reference}` is a URL, and only `https:` addresses are followed"),
                "refer to the file by its `https:` address, or save it in the document's folder"
                    .to_owned(),
            ),
            Self::RemoteNotAllowed => (
                format!("`{reference}` is remote, and remote documents aren't allowed"),
                "allow them with `--allow-remote` (`allow-remote = true` in the manifest), or save \
                 the file in the document's folder"
                    .to_owned(),
            ),
            Self::Credentials => (
                "the address of the file has credentials".to_owned(),
                "remove them: no credentials are sent for documents".to_owned(),
            ),
            Self::Remote(error) => (
                format!("`{reference}` can't be loaded: {error}"),
                error.help.clone(),
            ),
            Self::Outside => (
                format!("`{reference}` is outside of the document's folder"),
                "allow a folder above both with `--root DIR` (`root` in the manifest), or move the \
                 file into the document's folder"
                    .to_owned(),
            ),
            Self::OutsideRoot => (
                format!("`{reference}` is outside of the root folder"),
                "choose a root above both with `--root DIR` (`root` in the manifest), or move the \
                 file into the root folder"
                    .to_owned(),
            ),
            Self::Missing(nearest) => (
                format!("the file `{reference}` doesn't exist"),
                nearest.as_ref().map_or_else(
                    || "paths are relative to the file that contains the `$ref`".to_owned(),
                    |nearest| {
                        let folder = reference.rfind('/').map_or("", |at| &reference[..=at]);
                        format!("did you mean `{folder}{nearest}`?")
                    },
                ),
            ),
            Self::NotUtf8 => (
                format!("`{reference}` isn't UTF-8"),
                "save the file as UTF-8".to_owned(),
            ),
            Self::Failed(error) => (
                format!("`{reference}` can't be read: {error}"),
                "make the file readable".to_owned(),
            ),
        }
    }
}
