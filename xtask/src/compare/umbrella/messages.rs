//! The messages of `cargo check --message-format json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A message of cargo about a package.
#[derive(Deserialize)]
struct Line {
    manifest_path: PathBuf,
    message: Option<Diagnostic>,
}

/// A message of the compiler.
#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
}

/// Returns the first error of each package, by the name of the package's folder.
pub fn errors(stdout: &str) -> BTreeMap<String, String> {
    let mut errors = BTreeMap::new();
    for line in stdout.lines() {
        // Other messages, such as that the build has finished, have other properties.
        let Ok(Line {
            manifest_path,
            message: Some(diagnostic),
        }) = serde_json::from_str(line)
        else {
            continue;
        };
        // A crash of the compiler has a level of its own, `error: internal compiler error`.
        if diagnostic.level.starts_with("error") {
            let folder = manifest_path.parent().and_then(Path::file_name);
            let folder = folder.unwrap_or_default().to_string_lossy();
            errors
                .entry(folder.into_owned())
                .or_insert(diagnostic.message);
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_of_each_package_is_found() {
        let stdout = concat!(
            r#"{"reason":"compiler-artifact","manifest_path":"/w/good/Cargo.toml","target":{}}"#,
            "\n",
            r#"{"reason":"compiler-message","manifest_path":"/w/good/Cargo.toml","message":{"level":"warning","message":"unused"}}"#,
            "\n",
            r#"{"reason":"compiler-message","manifest_path":"/w/bad/Cargo.toml","message":{"level":"warning","message":"unused"}}"#,
            "\n",
            r#"{"reason":"compiler-message","manifest_path":"/w/bad/Cargo.toml","message":{"level":"error","message":"mismatched types"}}"#,
            "\n",
            r#"{"reason":"compiler-message","manifest_path":"/w/bad/Cargo.toml","message":{"level":"error","message":"aborting due to 1 previous error"}}"#,
            "\n",
            r#"{"reason":"build-finished","success":false}"#,
            "\nnot JSON\n",
        );
        let expected = [("bad".to_owned(), "mismatched types".to_owned())];
        assert_eq!(errors(stdout), BTreeMap::from(expected));
    }
}
