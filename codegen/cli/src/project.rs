//! Finds the project of a run: the folder with the manifest of its clients.

use std::path::{Path, PathBuf};

use crate::report::Refusal;

/// How a command was called.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The command that generates clients, as its users type it.
    pub command: &'static str,
    /// The path of the manifest, relative to the folder of the project.
    manifest: PathBuf,
    /// The folder of the project, if it needn't be searched for.
    root: Option<PathBuf>,
}

/// The folder that the paths in a manifest are relative to, and the manifest.
#[derive(Clone, Debug)]
pub struct Project {
    pub root: PathBuf,
    pub manifest: PathBuf,
    /// The command that generates clients, as its users type it.
    pub command: &'static str,
}

impl Invocation {
    /// Creates the invocation of a program whose manifests have this path, relative to their project. The
    /// project is the nearest folder, at or above the current one, that has such a file.
    pub fn new(command: &'static str, manifest: impl Into<PathBuf>) -> Self {
        Self {
            command,
            manifest: manifest.into(),
            root: None,
        }
    }

    /// Uses the project in this folder.
    pub fn in_folder(self, root: &Path) -> std::io::Result<Self> {
        Ok(Self {
            root: Some(std::path::absolute(root)?),
            ..self
        })
    }

    /// Returns the project.
    ///
    /// # Errors
    ///
    /// Fails if no folder has a manifest.
    pub fn project(&self) -> Result<Project, Refusal> {
        let root = match &self.root {
            Some(root) => root.clone(),
            None => self.search()?,
        };
        Ok(Project {
            manifest: root.join(&self.manifest),
            root,
            command: self.command,
        })
    }

    fn search(&self) -> Result<PathBuf, Refusal> {
        let here = std::env::current_dir()?;
        let found = here
            .ancestors()
            .find(|folder| folder.join(&self.manifest).is_file());
        found.map(Path::to_owned).ok_or_else(|| {
            let (file, here) = (self.manifest.display(), here.display());
            Refusal::new(
                format!("found no {file} in {here} or above"),
                "run the command in a project with this file, or pass a document",
            )
        })
    }
}
