//! The runtime that a client depends on: which features of it, or which of its modules as a copy.
//!
//! The crate in `templates/runtime` is the one source of both. A client that depends on it names
//! the features its document needs; a vendored client carries the modules that these features turn
//! on, with every condition on them resolved.

mod cfg;
mod manifest;
mod sources;

use std::collections::BTreeSet;

pub use self::manifest::{ClientFeature, Dependencies, dependencies, dependency, user_features};

/// The name of the runtime's package.
pub const PACKAGE: &str = "wiretrue";

/// The interface between generated code and the runtime: see `wiretrue::codegen::generated_for`.
pub const INTERFACE: u32 = 1;

/// A feature of the runtime that a document turns on, not the client's user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Access tokens that are refreshed, and grants.
    OAuth,
    /// The device authorization grant (RFC 8628).
    DeviceLogin,
    /// Uploads, multipart bodies, downloads, and event streams.
    Streaming,
    /// Lists in pages.
    Pagination,
    /// Dates and times.
    Chrono,
    /// UUIDs.
    Uuid,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 6] = [
        Self::OAuth,
        Self::DeviceLogin,
        Self::Streaming,
        Self::Pagination,
        Self::Chrono,
        Self::Uuid,
    ];

    /// The name in the runtime's manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::OAuth => "oauth",
            Self::DeviceLogin => "device-login",
            Self::Streaming => "streaming",
            Self::Pagination => "pagination",
            Self::Chrono => "chrono",
            Self::Uuid => "uuid",
        }
    }
}

/// A file of a vendored runtime.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path below the client's `src/runtime/`.
    pub path: &'static str,
    /// The text, for a client whose library is called as [`vendored`] was told.
    pub text: String,
}

/// The runtime's sources as modules of a client: those that `features` turn on, with paths that
/// begin at the client's root. `library` is the name of the client's library.
pub fn vendored(features: &BTreeSet<Feature>, library: &str) -> Vec<SourceFile> {
    let on = manifest::closure(features);
    let offered = manifest::user_features(features);
    let is_on = |name: &str| {
        let is_open = offered.iter().any(|feature| feature.name == name);
        (!is_open).then(|| on.contains(name))
    };
    let mut files = Vec::new();
    let mut pending = vec!["mod.rs"];
    while let Some(path) = pending.pop() {
        let Some(source) = sources::find(path) else {
            continue;
        };
        let text = cfg::resolve(source, &is_on);
        pending.extend(sources::children(path, &text));
        files.push(SourceFile {
            path,
            text: rebase(&text, library),
        });
    }
    files.sort_by_key(|file| file.path);
    files
}

/// The methods that the runtime gives every generated client.
pub fn client_methods() -> Vec<&'static str> {
    sources::methods("$client")
}

/// The methods that the runtime gives the builder of every generated client.
pub fn builder_methods() -> Vec<&'static str> {
    sources::methods("$builder")
}

/// Moves the paths of a source from the root of the runtime's crate to `crate::runtime`, and those
/// of its examples likewise.
fn rebase(text: &str, library: &str) -> String {
    let text = text.replace("crate::", "crate::runtime::");
    let text = text.replace("wiretrue::", &format!("{library}::runtime::"));
    // Lints of a whole crate: what a client doesn't use of the runtime is no fault of it.
    let lines = text.lines().filter(|line| !line.starts_with("#![deny("));
    lines.fold(String::with_capacity(text.len()), |mut out, line| {
        out.push_str(line);
        out.push('\n');
        out
    })
}

#[cfg(test)]
mod tests;
