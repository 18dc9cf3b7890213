//! The file of a session: its mode, its content, and what is refused.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use wiretrue::oauth::{FileTokenStore, TokenSet, TokenStore, TokenStoreError, TokenStoreErrorKind};

use super::support::{Folder, names};

fn secret() -> TokenSet {
    TokenSet::new("acc3ss")
        .with_refresh_token("r3fresh")
        .with_expires_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

fn mode(path: &Path) -> u32 {
    let metadata = fs::metadata(path).expect("a file");
    metadata.permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}

fn insecure(error: &TokenStoreError, problem: &str) {
    assert_eq!(error.kind(), TokenStoreErrorKind::Insecure, "{error}");
    assert!(error.to_string().contains(problem), "{error}");
}

#[tokio::test]
async fn the_file_is_private_and_complete() {
    let folder = Folder::new();
    let store = folder.store();
    assert!(store.load().await.expect("no error").is_none());
    assert!(!folder.path().exists());
    let lock = store.lock().await.expect("a lock");
    store.save(&secret()).await.expect("saved");
    drop(lock);
    assert_eq!(mode(&folder.path()), 0o600);
    assert_eq!(
        mode(&folder.path().with_file_name("tokens.json.lock")),
        0o600
    );
    assert_eq!(mode(folder.path().parent().expect("a folder")), 0o700);
    let tokens = store.load().await.expect("no error").expect("tokens");
    assert_eq!(names(&tokens), names(&secret()));
    assert_eq!(tokens.expires_at(), secret().expires_at());
    let text = fs::read_to_string(folder.path()).expect("text");
    assert!(
        text.contains(r#""access_token_expires_at": "2027-01-15T08:00:00Z""#),
        "{text}"
    );

    store.save(&TokenSet::new("other")).await.expect("saved");
    assert_eq!(mode(&folder.path()), 0o600);
    let names = fs::read_dir(folder.path().parent().expect("a folder")).expect("a list");
    let mut names: Vec<_> = names.map(|it| it.expect("an entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["tokens.json", "tokens.json.lock"]);

    store.delete().await.expect("deleted");
    store.delete().await.expect("nothing to delete");
    assert!(!folder.path().exists());
}

#[tokio::test]
async fn a_remainder_of_a_crash_is_replaced() {
    let folder = Folder::with(&secret()).await;
    let partial = folder.path().with_file_name("tokens.json.new");
    fs::write(&partial, "{\"access").expect("written");
    set_mode(&partial, 0o666);
    folder.store().save(&secret()).await.expect("saved");
    assert!(!partial.exists());
    assert_eq!(mode(&folder.path()), 0o600);
}

#[tokio::test]
async fn a_file_that_others_can_access_is_refused() {
    let folder = Folder::with(&secret()).await;
    for accessible in [0o640, 0o604, 0o620, 0o602, 0o666] {
        set_mode(&folder.path(), accessible);
        let error = folder.store().load().await.expect_err("refused");
        insecure(
            &error,
            &format!("run `chmod 600 {}`", folder.path().display()),
        );
    }
    set_mode(&folder.path(), 0o600);
    folder.store().load().await.expect("accepted");
}

#[tokio::test]
async fn the_lock_file_of_others_is_refused() {
    let folder = Folder::with(&secret()).await;
    let lock = folder.path().with_file_name("tokens.json.lock");
    fs::write(&lock, "").expect("written");
    set_mode(&lock, 0o666);
    let error = folder.store().lock().await.expect_err("refused");
    insecure(&error, "chmod 600");
}

#[tokio::test]
async fn links_pipes_and_folders_are_refused() {
    let folder = Folder::with(&secret()).await;
    let target = folder.path().with_file_name("elsewhere.json");
    fs::rename(folder.path(), &target).expect("renamed");
    symlink(&target, folder.path()).expect("linked");
    let error = folder.store().load().await.expect_err("refused");
    insecure(&error, "is a symbolic link");
    // A new login replaces the link, not its target.
    folder
        .store()
        .save(&TokenSet::new("new"))
        .await
        .expect("saved");
    assert!(
        fs::read_to_string(&target)
            .expect("text")
            .contains("acc3ss")
    );

    let folder = Folder::new();
    fs::create_dir_all(folder.path()).expect("a folder");
    set_mode(&folder.path(), 0o700);
    let error = folder.store().load().await.expect_err("refused");
    insecure(&error, "isn't a regular file");

    let folder = Folder::with(&secret()).await;
    fs::remove_file(folder.path()).expect("deleted");
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path())
        .status();
    assert!(made.expect("mkfifo").success());
    set_mode(&folder.path(), 0o600);
    let error = folder.store().load().await.expect_err("refused");
    insecure(&error, "isn't a regular file");
}

#[tokio::test]
async fn a_folder_in_which_others_can_replace_files_is_refused() {
    let folder = Folder::with(&secret()).await;
    let parent = folder.path();
    let parent = parent.parent().expect("a folder");
    for writable in [0o770, 0o707, 0o777] {
        set_mode(parent, writable);
        let error = folder.store().save(&secret()).await.expect_err("refused");
        insecure(&error, "in which other users may replace files");
        folder.store().lock().await.expect_err("refused");
    }
    // Like /tmp
    set_mode(parent, 0o1777);
    folder.store().save(&secret()).await.expect("saved");
}

#[tokio::test]
async fn corrupt_content_is_an_error_and_kept() {
    let folder = Folder::with(&secret()).await;
    for content in [
        "",
        "{\"access_token\":\"acc3ss",
        "[\"acc3ss\"]",
        "\"acc3ss\"",
        "{\"refresh_token\":\"acc3ss\"}",
        "{\"access_token\":\"\",\"scope\":\"acc3ss\"}",
        "acc3ss",
    ] {
        fs::write(folder.path(), content).expect("written");
        let error = folder.store().load().await.expect_err("corrupt");
        assert_eq!(error.kind(), TokenStoreErrorKind::Corrupt);
        let message = error.to_string();
        assert!(
            message.contains(&folder.path().display().to_string()),
            "{message}"
        );
        assert!(
            message.ends_with("sign in again to replace them, or delete it"),
            "{message}"
        );
        assert!(
            !format!("{error} {error:?}").contains("acc3ss"),
            "{error:?}"
        );
        assert_eq!(fs::read_to_string(folder.path()).expect("kept"), content);
    }
    folder.store().save(&secret()).await.expect("saved");
    folder.store().load().await.expect("tokens");
}

#[tokio::test]
async fn the_other_versions_of_the_content_are_read() {
    let folder = Folder::with(&secret()).await;
    let content = r#"{"version":7,"access_token":"acc3ss","expires_at":1800000000,"new":{"a":1}}"#;
    fs::write(folder.path(), content).expect("written");
    let tokens = folder
        .store()
        .load()
        .await
        .expect("tokens")
        .expect("tokens");
    assert_eq!(tokens.expires_at(), secret().expires_at());
}

#[test]
fn the_usual_path_has_the_name_of_the_app() {
    let path = FileTokenStore::for_app("my-app")
        .expect("a path")
        .path()
        .to_owned();
    assert!(path.is_absolute());
    assert!(path.ends_with("my-app/tokens.json"), "{}", path.display());
    if cfg!(target_os = "linux") && std::env::var_os("XDG_STATE_HOME").is_none() {
        assert!(
            path.ends_with(".local/state/my-app/tokens.json"),
            "{}",
            path.display()
        );
    }
    for name in [
        "", ".", "..", ".hidden", "a/b", "../a", "a\\b", "a:b", "a\0b", "a\nb", "/etc",
    ] {
        FileTokenStore::for_app(name).expect_err(name);
    }
}

#[tokio::test]
async fn no_secret_is_printed() {
    let folder = Folder::with(&secret()).await;
    let store = folder.store();
    let tokens = store.load().await.expect("tokens");
    let lock = store.lock().await.expect("a lock");
    let printed = format!("{store:?} {store} {tokens:?} {lock:?}");
    assert!(
        !printed.contains("acc3ss") && !printed.contains("r3fresh"),
        "{printed}"
    );
    assert!(printed.contains(&folder.path().display().to_string()));
}
