//! A workspace in a folder of its own, in which tests run `wiretrue`.

// Each test program uses a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A document with one operation.
pub const DOCUMENT: &str = r##"openapi: 3.0.3
info:
  title: Pet store
  version: 1.0.0
servers:
  - url: https://pets.example.com
paths:
  /pets/{id}:
    get:
      operationId: FetchPet
      summary: Fetches a pet.
      tags: [pets]
      parameters:
        - name: id
          in: path
          required: true
          schema: { type: string }
      responses:
        "200":
          description: The pet.
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Pet" }
components:
  schemas:
    Pet:
      type: object
      properties:
        name: { type: string }
        owner: { $ref: "#/components/schemas/Owner" }
    Owner:
      type: object
      properties:
        name: { type: string }
"##;

/// A folder with a manifest and a document.
pub struct Workspace {
    folder: TempDir,
}

/// A run of the program.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Workspace {
    pub fn new() -> Self {
        let workspace = Self {
            folder: TempDir::new().unwrap(),
        };
        workspace.put("spec/pets.yaml", DOCUMENT);
        workspace.put(
            "wiretrue.toml",
            "[pet-store]\ndocument = \"spec/pets.yaml\"\nfolder = \"pets\"\n",
        );
        workspace
    }

    /// One in which the client is written already.
    pub fn written() -> Self {
        let workspace = Self::new();
        workspace.codegen(&[]).expect_status(0);
        workspace
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn get(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs `wiretrue …` in the workspace.
    pub fn wiretrue(&self, words: &[&str]) -> Run {
        self.wiretrue_with(words, &[])
    }

    /// Runs `wiretrue …` in a folder of the workspace.
    pub fn wiretrue_in(&self, folder: &str, words: &[&str]) -> Run {
        self.run(folder, words, &[])
    }

    /// Runs `wiretrue …` in the workspace, with these environment variables and without a proxy.
    pub fn wiretrue_with(&self, words: &[&str], variables: &[(&str, &OsStr)]) -> Run {
        self.run("", words, variables)
    }

    fn run(&self, folder: &str, words: &[&str], variables: &[(&str, &OsStr)]) -> Run {
        let mut program = Command::new(env!("CARGO_BIN_EXE_wiretrue"));
        for variable in [
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "NO_PROXY",
            "no_proxy",
        ] {
            program.env_remove(variable);
        }
        let output = program
            .args(words)
            .env_remove("CLICOLOR_FORCE")
            .env_remove("CARGO_TARGET_DIR")
            .envs(variables.iter().copied())
            .current_dir(self.path(folder))
            .output()
            .unwrap();
        Run {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn codegen(&self, words: &[&str]) -> Run {
        self.wiretrue(&[&["generate"], words].concat())
    }

    pub fn check(&self, words: &[&str]) -> Run {
        self.wiretrue(&[&["check"], words].concat())
    }

    /// Every file below a folder, with its text.
    pub fn files(&self, folder: &str) -> BTreeMap<String, String> {
        let top = self.path(folder);
        let mut files = BTreeMap::new();
        let mut pending = vec![top.clone()];
        while let Some(path) = pending.pop() {
            if path.is_dir() {
                pending.extend(
                    fs::read_dir(&path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
            } else {
                let name = path
                    .strip_prefix(&top)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
        files
    }
}

impl Run {
    #[track_caller]
    pub fn expect_status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "\n{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn expect_err(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.err.contains(text), "`{text}` is not in\n{}", self.err);
        }
        self
    }
}
