//! Counts generated code.

use std::fs;
use std::path::Path;

use wiretrue_cli::report::Refusal;

/// The size of the files of Rust in a folder and below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    pub files: usize,
    pub lines: usize,
    pub bytes: usize,
}

/// Counts the files of Rust in a folder and below.
pub fn of_rust(folder: &Path) -> Result<Size, Refusal> {
    let mut size = Size::default();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path)?;
                size.files += 1;
                size.lines += text.lines().count();
                size.bytes += text.len();
            }
        }
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rust_counts() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("crates/one/src");
        fs::create_dir_all(&source).unwrap();
        fs::write(source.join("lib.rs"), "mod a;\nmod b;\n").unwrap();
        fs::write(source.join("a.rs"), "// é").unwrap();
        fs::write(folder.path().join("README.md"), "text\n").unwrap();
        let expected = Size {
            files: 2,
            lines: 3,
            bytes: 19,
        };
        assert_eq!(of_rust(folder.path()).unwrap(), expected);
    }
}
