//! The lock file: the digests of the remote documents that the clients were generated from.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::report::{Problem, Refusal, Texts, shown};

/// The name of the file: beside the manifest, or in the folder of a crate outside it.
pub const NAME: &str = "wiretrue.lock";

const HEADER: &str = "\
# The remote documents that clients were generated from. The generator writes this file; commit it.
";

/// A remote document.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// The address after redirects, if it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirected_to: Option<String>,
    /// The SHA-256 digest of the content, in lower-case hexadecimal.
    pub sha256: String,
    /// The size of the content in bytes.
    pub size: u64,
}

/// The documents of a client by their addresses.
pub type Entries = BTreeMap<String, Entry>;

/// The lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock(BTreeMap<String, Entries>);

/// The form of the file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u8,
    #[serde(default, rename = "document")]
    documents: Vec<Document>,
}

#[derive(Deserialize, Serialize)]
struct Document {
    client: String,
    address: String,
    #[serde(flatten)]
    entry: Entry,
}

/// How writing changed the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Unchanged,
    Created,
    Updated,
    Deleted,
}

impl Lock {
    /// Reads a lock file. One that doesn't exist is empty.
    ///
    /// # Errors
    ///
    /// Fails if the file can't be read or isn't a lock file, with the line of the fault.
    pub fn read(path: &Path) -> Result<Self, Refusal> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                let message = format!("can't read {}: {error}", shown(path).display());
                return Err(Refusal::new(message, ""));
            }
        };
        Self::parse(&text).map_err(|(message, span)| {
            let file = shown(path);
            let help = "restore the file, or delete it and generate the clients again";
            let problem = Problem::error(message, help).at(&file, &text, span);
            Refusal {
                problems: vec![problem],
                texts: Texts::of(&file, text),
            }
        })
    }

    fn parse(text: &str) -> Result<Self, (String, Range<usize>)> {
        let form: Form = toml::from_str(text).map_err(|error| {
            let message = error.message().trim_end().replace('\n', "; ");
            (message, error.span().unwrap_or(0..0))
        })?;
        if form.version != 1 {
            let message = format!("the lock file has version {}, not 1", form.version);
            return Err((message, 0..0));
        }
        let mut lock = Self::default();
        for document in form.documents {
            let entries = lock.0.entry(document.client).or_default();
            entries.insert(document.address, document.entry);
        }
        Ok(lock)
    }

    /// Returns the documents of a client.
    pub fn of(&self, client: &str) -> Entries {
        self.0.get(client).cloned().unwrap_or_default()
    }

    /// Replaces the documents of a client.
    pub fn set(&mut self, client: &str, entries: Entries) {
        if entries.is_empty() {
            self.0.remove(client);
        } else {
            self.0.insert(client.to_owned(), entries);
        }
    }

    /// Removes the documents of clients that aren't among these.
    pub fn retain_clients(&mut self, names: &[&str]) {
        self.0.retain(|client, _| names.contains(&client.as_str()));
    }

    /// Writes the file atomically if it has other content. An empty lock has no file.
    ///
    /// # Errors
    ///
    /// Fails if the file can't be read or written.
    pub fn write(&self, path: &Path) -> Result<Written, Refusal> {
        let before = Self::read(path)?;
        if before == *self {
            return Ok(Written::Unchanged);
        }
        let failed = |error: &dyn std::fmt::Display| {
            let message = format!("can't write {}: {error}", shown(path).display());
            Refusal::new(message, "")
        };
        if self.0.is_empty() {
            fs::remove_file(path).map_err(|error| failed(&error))?;
            return Ok(Written::Deleted);
        }
        let text = toml::to_string(&self.form()).map_err(|error| failed(&error))?;
        write_atomically(path, (HEADER.to_owned() + &text).as_bytes())
            .map_err(|error| failed(&error))?;
        Ok(match before.0.is_empty() {
            true => Written::Created,
            false => Written::Updated,
        })
    }

    fn form(&self) -> Form {
        let documents = self.0.iter().flat_map(|(client, entries)| {
            entries.iter().map(|(address, entry)| Document {
                client: client.clone(),
                address: address.clone(),
                entry: entry.clone(),
            })
        });
        Form {
            version: 1,
            documents: documents.collect(),
        }
    }
}

/// Returns the SHA-256 digest of a content in lower-case hexadecimal.
pub fn digest(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file so that it has its old or its new content at any time.
pub fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&folder)?;
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = file.tempfile_in(&folder)?;
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::plain_lines;

    fn entries(documents: &[(&str, &str)]) -> Entries {
        let entry = |(address, content): &(&str, &str)| {
            let entry = Entry {
                redirected_to: None,
                sha256: digest(content.as_bytes()),
                size: 1,
            };
            ((*address).to_owned(), entry)
        };
        documents.iter().map(entry).collect()
    }

    #[test]
    fn a_lock_file_is_sorted_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wiretrue.lock");
        let mut lock = Lock::default();
        lock.set(
            "b",
            entries(&[("https://b.example/2", "x"), ("https://b.example/1", "y")]),
        );
        let mut redirected = entries(&[("https://a.example/", "abc")]);
        redirected.values_mut().for_each(|entry| {
            entry.redirected_to = Some("https://a.example/index".to_owned());
        });
        lock.set("a", redirected);
        assert_eq!(lock.write(&path).unwrap(), Written::Created);
        let text = fs::read_to_string(&path).unwrap();
        let expected = "version = 1\n\n[[document]]\nclient = \"a\"\naddress = \"https://a.example/\"\n\
                        redirected-to = \"https://a.example/index\"\n\
                        sha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\nsize = 1\n";
        assert!(text.contains(expected), "{text}");
        assert!(
            text.find("b.example/1") < text.find("b.example/2"),
            "{text}"
        );
        assert_eq!(Lock::read(&path).unwrap(), lock);
        assert_eq!(lock.write(&path).unwrap(), Written::Unchanged);
        lock.retain_clients(&["b"]);
        assert_eq!(lock.write(&path).unwrap(), Written::Updated);
        assert_eq!(lock.of("a"), Entries::new());
        lock.set("b", Entries::new());
        assert_eq!(lock.write(&path).unwrap(), Written::Deleted);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_broken_lock_file_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wiretrue.lock");
        for (text, said) in [
            ("version = 1\n<<<<<<<\n", "wiretrue.lock:2:8: error: "),
            ("version = 9\n", "error: the lock file has version 9, not 1"),
            (
                "version = 1\n[[document]]\nclient = \"a\"\n",
                "error: missing field `address`",
            ),
        ] {
            fs::write(&path, text).unwrap();
            let told = plain_lines(&Lock::read(&path).unwrap_err());
            assert!(told.contains(said), "{told}");
        }
    }
}
