use std::fs;
use std::path::Path;

use super::{Change, MARKER, Survey, Tree, survey};

fn marked(text: &str) -> String {
    format!("// {MARKER}\n{text}")
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    for (path, text) in files {
        tree.insert(path, *text).unwrap();
    }
    tree
}

fn put(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn paths(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(Change::path).collect()
}

#[test]
fn a_path_out_of_the_folder_is_rejected() {
    let long = format!("src/{}.rs", "x".repeat(253));
    for path in [
        "",
        "/etc/passwd",
        "src//lib.rs",
        "src/",
        "..",
        "../../x",
        "src/../../x.rs",
        "src/./lib.rs",
        "src/.hidden.rs",
        "src\\lib.rs",
        "src/..\\..\\x.rs",
        "C:/x.rs",
        "src/c:x.rs",
        "src/a\0b.rs",
        "src/a\nb.rs",
        "src/a\u{202e}b.rs",
        "src/what?.rs",
        "src/aux.rs",
        "src/CON",
        "src/models/nul.tar.rs",
        "src/com1.rs",
        "src/Lpt².rs",
        "src/name./lib.rs",
        "src/name /lib.rs",
        long.as_str(),
        "tests/wire.rs",
        "lib.rs",
        "src",
        "docs",
        "Src/lib.rs",
    ] {
        let error = Tree::default().insert(path, "").expect_err(path);
        assert_eq!(error.path(), path);
        assert!(!error.reason().is_empty());
    }
}

#[test]
fn a_plain_path_in_the_generators_folders_is_accepted() {
    let mut tree = Tree::default();
    let paths = [
        "Cargo.toml",
        "README.md",
        "docs/Größe.md",
        "src/apis/console.rs",
        "src/com10.rs",
        "src/lib.rs",
    ];
    for path in paths {
        tree.insert(path, path).unwrap();
    }
    assert_eq!(tree.iter().map(|(path, _)| path).collect::<Vec<_>>(), paths);
    assert_eq!(tree.get("src/lib.rs"), Some("src/lib.rs"));
}

#[test]
fn two_files_never_share_a_path() {
    let mut tree = tree(&[("src/models/pet.rs", ""), ("src/apis.rs", "")]);
    for path in [
        "src/models/pet.rs",
        "src/models/Pet.rs",
        "src/models",
        "src/apis.rs/pet.rs",
    ] {
        tree.insert(path, "").expect_err(path);
    }
    tree.insert("src/models.rs", "").unwrap();
}

#[test]
fn an_error_shows_control_characters_escaped() {
    let error = Tree::default().insert("src/\u{1b}[2J.rs", "").unwrap_err();
    assert!(error.to_string().contains(r"src/\u{1b}[2J.rs"), "{error}");
}

#[test]
fn writing_creates_the_folder_and_is_idempotent() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("new/crate");
    let tree = tree(&[("Cargo.toml", "a"), ("src/models/pet.rs", "b\r\n")]);
    assert_eq!(
        paths(&tree.diff(&dir).unwrap()),
        ["Cargo.toml", "src/models/pet.rs"]
    );
    assert!(!dir.exists(), "a comparison writes nothing");
    assert_eq!(
        paths(&tree.write(&dir).unwrap()),
        ["Cargo.toml", "src/models/pet.rs"]
    );
    assert_eq!(
        fs::read_to_string(dir.join("src/models/pet.rs")).unwrap(),
        "b\n"
    );
    assert_eq!(tree.diff(&dir).unwrap(), []);
    assert_eq!(tree.write(&dir).unwrap(), []);
}

#[test]
fn every_kind_of_change_is_found_in_one_comparison() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "src/changed.rs", "old");
    put(dir.path(), "src/made.rs", &marked(""));
    put(dir.path(), "src/by_hand.rs", "fn main() {}");
    let tree = tree(&[("src/changed.rs", "new"), ("src/missing.rs", "text")]);
    let changes = tree.diff(dir.path()).unwrap();
    assert_eq!(
        changes,
        [
            Change::Orphan {
                path: "src/by_hand.rs".into(),
                old: "fn main() {}".into(),
                generated: false
            },
            Change::Changed {
                path: "src/changed.rs".into(),
                old: "old".into(),
                new: "new".into()
            },
            Change::Orphan {
                path: "src/made.rs".into(),
                old: marked(""),
                generated: true
            },
            Change::Missing {
                path: "src/missing.rs".into(),
                new: "text".into()
            },
        ]
    );
}

#[test]
fn line_endings_of_a_checkout_are_not_a_change() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "src/lib.rs", "a\r\nb\r\n");
    let tree = tree(&[("src/lib.rs", "a\nb\n")]);
    assert_eq!(tree.write(dir.path()).unwrap(), []);
    assert_eq!(
        fs::read_to_string(dir.path().join("src/lib.rs")).unwrap(),
        "a\r\nb\r\n"
    );
}

#[test]
fn an_unchanged_file_keeps_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let before = tree(&[("src/a.rs", "a"), ("src/b.rs", "b")]);
    before.write(dir.path()).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    for name in ["src/a.rs", "src/b.rs"] {
        fs::File::options()
            .write(true)
            .open(dir.path().join(name))
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
    }
    let after = tree(&[("src/a.rs", "a"), ("src/b.rs", "changed")]);
    assert_eq!(paths(&after.write(dir.path()).unwrap()), ["src/b.rs"]);
    let time = |name| {
        fs::metadata(dir.path().join(name))
            .unwrap()
            .modified()
            .unwrap()
    };
    assert_eq!(time("src/a.rs"), long_ago);
    assert_ne!(time("src/b.rs"), long_ago);
}

#[test]
fn orphans_are_deleted_with_empty_folders() {
    let dir = tempfile::tempdir().unwrap();
    let text = marked("");
    tree(&[
        ("src/lib.rs", &text),
        ("src/a/b/old.rs", &text),
        ("docs/Old.md", &text),
    ])
    .write(dir.path())
    .unwrap();
    let changes = tree(&[("src/lib.rs", &text)]).write(dir.path()).unwrap();
    assert_eq!(paths(&changes), ["docs/Old.md", "src/a/b/old.rs"]);
    assert!(!dir.path().join("src/a").exists());
    assert!(!dir.path().join("docs").exists());
    assert!(dir.path().join("src/lib.rs").exists());
}

#[test]
fn hand_written_files_are_never_touched() {
    let dir = tempfile::tempdir().unwrap();
    let files = [
        "tests/wire.rs",
        "examples/login.rs",
        "build.rs",
        "src/stray.rs",
        "docs/notes.md",
    ];
    for path in files {
        put(dir.path(), path, path);
    }
    put(dir.path(), "tests/generated.rs", &marked(""));
    let changes = tree(&[("src/lib.rs", "")]).write(dir.path()).unwrap();
    assert_eq!(
        paths(&changes),
        ["docs/notes.md", "src/lib.rs", "src/stray.rs"]
    );
    for path in files {
        assert_eq!(fs::read_to_string(dir.path().join(path)).unwrap(), path);
    }
    assert!(dir.path().join("tests/generated.rs").exists());
}

#[test]
fn the_marker_counts_in_the_first_lines_only() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "src/near.rs", &format!("\n\n\n\n// {MARKER}"));
    put(dir.path(), "src/far.rs", &format!("\n\n\n\n\n// {MARKER}"));
    Tree::default().write(dir.path()).unwrap();
    assert!(!dir.path().join("src/near.rs").exists());
    assert!(dir.path().join("src/far.rs").exists());
}

#[test]
fn hidden_files_are_ignored_but_temporary_files_are_removed() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "src/.lib.rs.swp", "");
    put(dir.path(), "src/.codegen-a1b2c3.tmp", "half a te");
    put(dir.path(), ".codegen-d4e5f6.tmp", "half a te");
    let changes = tree(&[("src/lib.rs", "")]).write(dir.path()).unwrap();
    assert_eq!(
        paths(&changes),
        [
            ".codegen-d4e5f6.tmp",
            "src/.codegen-a1b2c3.tmp",
            "src/lib.rs"
        ]
    );
    assert!(dir.path().join("src/.lib.rs.swp").exists());
    assert!(!dir.path().join("src/.codegen-a1b2c3.tmp").exists());
}

#[test]
fn a_failed_write_changes_no_file() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "src/a.rs", "old");
    put(dir.path(), "src/orphan.rs", &marked(""));
    put(dir.path(), "src/models", "a file where a folder belongs");
    let error = tree(&[("src/a.rs", "new"), ("src/models/pet.rs", "")])
        .write(dir.path())
        .unwrap_err();
    assert!(error.to_string().contains("models"), "{error}");
    assert_eq!(
        fs::read_to_string(dir.path().join("src/a.rs")).unwrap(),
        "old"
    );
    assert!(dir.path().join("src/orphan.rs").exists());
    assert_eq!(
        fs::read_dir(dir.path().join("src")).unwrap().count(),
        3,
        "nothing is left lying about"
    );
}

#[test]
fn text_that_is_not_utf8_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("src/lib.rs"), b"\xff\xfe").unwrap();
    let tree = tree(&[("src/lib.rs", "text")]);
    assert_eq!(paths(&tree.write(dir.path()).unwrap()), ["src/lib.rs"]);
    assert_eq!(tree.diff(dir.path()).unwrap(), []);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "lib.rs", &marked("mine"));
    let link = |to: &str, from: &str| {
        std::os::unix::fs::symlink(elsewhere.path().join(to), dir.path().join(from)).unwrap()
    };

    link("", "src");
    let tree = tree(&[("src/lib.rs", "text")]);
    assert_eq!(
        paths(&tree.diff(dir.path()).unwrap()),
        ["src", "src/lib.rs"]
    );
    let error = tree.write(dir.path()).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");

    fs::remove_file(dir.path().join("src")).unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    link("lib.rs", "src/lib.rs");
    link("lib.rs", "src/other.rs");
    assert_eq!(
        paths(&tree.write(dir.path()).unwrap()),
        ["src/lib.rs", "src/other.rs"]
    );
    assert!(!dir.path().join("src/lib.rs").is_symlink());
    assert!(
        dir.path().join("src/other.rs").is_symlink(),
        "a link is not ours to delete"
    );
    assert_eq!(
        fs::read_to_string(elsewhere.path().join("lib.rs")).unwrap(),
        marked("mine")
    );
}

#[cfg(unix)]
#[test]
fn files_follow_the_umask_and_keep_their_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let mode = |name: &str| {
        fs::metadata(dir.path().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    put(dir.path(), "probe", "");
    tree(&[("src/lib.rs", "a")]).write(dir.path()).unwrap();
    assert_eq!(mode("src/lib.rs"), mode("probe"));
    fs::set_permissions(
        dir.path().join("src/lib.rs"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    tree(&[("src/lib.rs", "b")]).write(dir.path()).unwrap();
    assert_eq!(mode("src/lib.rs"), 0o640);
}

#[test]
fn a_survey_distinguishes_a_generated_crate() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        survey(&dir.path().join("nowhere")).unwrap(),
        Survey::default()
    );
    put(dir.path(), "tests/wire.rs", "");
    assert_eq!(survey(dir.path()).unwrap(), Survey::default());
    put(dir.path(), "Cargo.toml", "[package]");
    put(dir.path(), "src/lib.rs", &marked(""));
    assert_eq!(
        survey(dir.path()).unwrap(),
        Survey {
            files: 2,
            marked: 1,
            manifest: Some(false)
        }
    );
}
