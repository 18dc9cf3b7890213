//! Where the crates of a run get their runtime from.

use std::path::Path;

use wiretrue_codegen::Options;
use wiretrue_codegen::names::umbrella::runtime_package;
use wiretrue_codegen::options::RuntimeSource;

use crate::generate::umbrella;

/// Returns the runtime for a crate in a folder. `base` is the folder that the path of the runtime is relative
/// to.
pub(super) fn runtime_in(folder: &Path, base: &Path, runtime: &RuntimeSource) -> RuntimeSource {
    match runtime {
        RuntimeSource::Path(path) => RuntimeSource::Path(relative(folder, &base.join(path))),
        runtime => runtime.clone(),
    }
}

/// Replaces a vendored runtime by the copy that the crates of an umbrella share. `options` are those of the
/// umbrella, and `folder` is the folder of its crates.
pub(super) fn share_runtime(runtime: &mut RuntimeSource, options: &Options, folder: &str) {
    if *runtime == RuntimeSource::Vendored {
        let package = runtime_package(&options.package);
        *runtime = RuntimeSource::Shared {
            path: format!("{folder}/{package}"),
            version: options.version.clone(),
            package,
        };
    }
}

/// Returns the options of an umbrella with the runtime that its crates share.
pub(super) fn with_shared_runtime(mut options: Options) -> Options {
    let mut runtime = std::mem::take(&mut options.runtime);
    share_runtime(&mut runtime, &options, umbrella::CRATES);
    Options { runtime, ..options }
}

/// Returns the path from one absolute folder to another, with `/`. Returns the absolute path if they have
/// no common root.
pub fn relative(from: &Path, to: &Path) -> String {
    let (mut from, mut target) = (from.components().peekable(), to.components().peekable());
    if from.peek() != target.peek() {
        return to.display().to_string();
    }
    while from.peek().is_some() && from.peek() == target.peek() {
        from.next();
        target.next();
    }
    let up = from.map(|_| "..".to_owned());
    let down = target.map(|it| it.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}
