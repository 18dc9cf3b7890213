//! A log of results as JSON Lines, with which an interrupted run resumes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The records of a log file, and the file to append to.
pub struct Log<T> {
    pub records: Vec<T>,
    file: File,
}

/// The first line of a log.
#[derive(PartialEq, Deserialize, Serialize)]
struct Header {
    /// A hash of the generator.
    generator: u64,
    /// An identifier of the documents.
    subject: String,
}

impl<T: Serialize + DeserializeOwned> Log<T> {
    /// Opens the log, or starts it over if its records are of another generator or subject.
    pub fn open(path: &Path, generator: u64, subject: &str) -> io::Result<Self> {
        let header = Header {
            generator,
            subject: subject.to_owned(),
        };
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut lines = text.lines();
        let same = lines
            .next()
            .is_some_and(|line| serde_json::from_str(line).ok().as_ref() == Some(&header));
        // A killed run may leave an incomplete line, which is ignored.
        let records: Vec<T> = lines
            .take_while(|_| same)
            .map_while(|line| serde_json::from_str(line).ok())
            .collect();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut log = Self {
            records: Vec::new(),
            file: File::create(path)?,
        };
        log.write(&header)?;
        for record in records {
            log.add(record)?;
        }
        Ok(log)
    }

    pub fn add(&mut self, record: T) -> io::Result<()> {
        self.write(&record)?;
        self.records.push(record);
        Ok(())
    }

    fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        let line = serde_json::to_string(value)? + "\n";
        self.file.write_all(line.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_was_cut_off_goes_on_after_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/log.jsonl");
        let mut log: Log<String> = Log::open(&path, 1, "pets").unwrap();
        log.add("one".to_owned()).unwrap();
        log.add("two".to_owned()).unwrap();
        drop(log);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() - 3]).unwrap();

        let mut log: Log<String> = Log::open(&path, 1, "pets").unwrap();
        assert_eq!(log.records, ["one"]);
        log.add("three".to_owned()).unwrap();
        drop(log);
        let log: Log<String> = Log::open(&path, 1, "pets").unwrap();
        assert_eq!(log.records, ["one", "three"]);
    }

    #[test]
    fn records_of_another_generator_or_other_documents_are_not_taken_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        for (generator, subject) in [(1, "pets"), (2, "pets"), (2, "toys")] {
            let mut log: Log<String> = Log::open(&path, generator, subject).unwrap();
            assert_eq!(log.records, Vec::<String>::new());
            log.add("one".to_owned()).unwrap();
        }
    }
}
