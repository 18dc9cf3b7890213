//! The runtime of a client: the features that it depends on, or the modules that it contains.
//!
//! The crate in `templates/runtime` is the source of both. A client that depends on it enables the
//! features that its document needs. A client with a vendored runtime contains the modules that these
//! features enable, with every condition on them resolved.

pub(crate) mod cfg;
mod manifest;
mod sources;

use std::collections::BTreeSet;

pub use self::manifest::{
    ClientFeature, Dependencies, PackageManifest, dependencies, dependency, merged, package,
    target_dependencies, user_features,
};

/// The name of the runtime's package.
pub const PACKAGE: &str = "wiretrue";

/// The interface between generated code and the runtime: see `wiretrue::codegen::generated_for`.
pub const INTERFACE: u32 = 1;

/// A feature of the runtime that the document enables, not the user of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Grants, and access tokens that are refreshed.
    OAuth,
    /// A user's sign-in.
    SignIn,
    /// The device authorization grant (RFC 8628).
    DeviceLogin,
    /// Uploads, multipart bodies, downloads, and event streams.
    Streaming,
    /// Paginated operations.
    Pagination,
    /// Dates and times as types of chrono.
    Chrono,
    /// Dates and times as types of jiff.
    Jiff,
    /// Clients that an umbrella crate builds.
    Umbrella,
    /// UUIDs.
    Uuid,
    /// The payloads of webhooks.
    Webhooks,
    /// Types that the options put in place of schemas.
    CustomTypes,
    /// Regular expressions for the names of properties.
    NamePatterns,
}

/// The modules that users of a client need, each with the feature that it requires: one of the runtime,
/// or a Cargo feature of the client.
pub(crate) const MODULES: [(&str, Option<Feature>, Option<&str>); 13] = [
    ("blocking", None, Some("blocking")),
    ("cassette", None, Some("cassette")),
    ("clock", None, None),
    ("error", None, None),
    ("mock", None, Some("mock")),
    ("oauth", Some(Feature::OAuth), None),
    ("pagination", Some(Feature::Pagination), None),
    ("response", None, None),
    ("retry", None, None),
    ("streaming", Some(Feature::Streaming), None),
    ("transport", None, None),
    ("webhook", None, Some("webhook-signatures")),
    ("wire", None, None),
];

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 12] = [
        Self::OAuth,
        Self::SignIn,
        Self::DeviceLogin,
        Self::Streaming,
        Self::Pagination,
        Self::Chrono,
        Self::Jiff,
        Self::Umbrella,
        Self::Uuid,
        Self::Webhooks,
        Self::CustomTypes,
        Self::NamePatterns,
    ];

    /// Returns the name in the runtime's manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::OAuth => "oauth",
            Self::SignIn => "sign-in",
            Self::DeviceLogin => "device-login",
            Self::Streaming => "streaming",
            Self::Pagination => "pagination",
            Self::Chrono => "chrono",
            Self::Jiff => "jiff",
            Self::Umbrella => "umbrella",
            Self::Uuid => "uuid",
            Self::Webhooks => "webhook-payloads",
            Self::CustomTypes => "custom-types",
            Self::NamePatterns => "name-patterns",
        }
    }
}

/// A file of a vendored runtime.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path below the client's `src/runtime/`.
    pub path: &'static str,
    /// The text, with paths for the library name passed to [`vendored`].
    pub text: String,
}

/// Returns the runtime's sources as modules of a client: those that `features` enable, with paths
/// relative to the client's root. `library` is the name of the client's library, and `has_client` says whether
/// its root reexports the items of the runtime that its users need.
pub fn vendored(features: &BTreeSet<Feature>, library: &str, has_client: bool) -> Vec<SourceFile> {
    let public = match has_client {
        true => format!("{library}::"),
        false => format!("{library}::runtime::"),
    };
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
            text: rebase(&text, library, &public),
        });
    }
    files.sort_by_key(|file| file.path);
    files
}

/// Returns the sources of the runtime as a package of its own: the path below `src/` and the text.
pub fn package_sources() -> impl Iterator<Item = (&'static str, &'static str)> {
    sources::SOURCES.iter().map(|&(path, text)| match path {
        "mod.rs" => ("lib.rs", text),
        path => (path, text),
    })
}

/// Returns the names of the methods that the runtime adds to every generated client.
pub fn client_methods() -> Vec<&'static str> {
    sources::methods("$client")
}

/// Returns the names of the methods that the runtime adds to the builder of every generated client.
pub fn builder_methods() -> Vec<&'static str> {
    sources::methods("$builder")
}

/// Rewrites the paths in a source file, and in its examples, from the root of the runtime's crate to
/// `crate::runtime`. Examples name the items that users need by the path `public`.
fn rebase(text: &str, library: &str, public: &str) -> String {
    let text = text.replace("crate::", "crate::runtime::");
    let internal = format!("{library}::runtime::codegen::");
    let text = text.replace("wiretrue::codegen::", &internal);
    let text = text.replace("wiretrue::", public);
    // Lints that apply to the crate as a whole would also report code that this client doesn't use.
    let lines = text.lines().filter(|line| !line.starts_with("#![deny("));
    lines.fold(String::with_capacity(text.len()), |mut out, line| {
        out.push_str(line);
        out.push('\n');
        out
    })
}

#[cfg(test)]
mod tests;
