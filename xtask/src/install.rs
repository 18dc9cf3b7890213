//! Installs the npm packages that tasks need, once for each content of the lock file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wiretrue_cli::report::{Refusal, Report};
use wiretrue_contract::Error;
use wiretrue_contract::install::{Folders, failed, install, once};

use crate::tools::Tools;

/// A folder with npm packages and the scripts that use them.
pub struct NodeModules(PathBuf);

impl NodeModules {
    /// Returns the path of a script, from which Node.js finds the packages.
    pub fn script(&self, name: &str) -> PathBuf {
        self.0.join("servers").join(name)
    }
}

/// Installs the packages of `package-lock.json` in the folder `source`, and copies the scripts of its
/// folder `servers` beside them.
pub fn node_modules(
    source: &Path,
    folders: &Folders,
    tools: &Tools,
    report: Report,
) -> Result<NodeModules, Refusal> {
    let (manifest, lock) = (
        source.join("package.json"),
        source.join("package-lock.json"),
    );
    let key = [tools.node_version.clone(), read(&manifest)?, read(&lock)?];
    let folder = once(folders, "npm", &key, &report, |scratch| {
        for file in [&manifest, &lock] {
            copy(file, scratch)?;
        }
        let mut npm = Command::new(&tools.npm);
        // Packages must not run install scripts.
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(scratch);
        install(npm, folders, "npm", &report)
    })?;
    // Node.js looks for packages beside a script and above it. Scripts change more often than packages,
    // so they are copied in each run.
    let scripts = folder.join("servers");
    fs::create_dir_all(&scripts).map_err(|error| failed("create", &scripts, &error))?;
    let servers = source.join("servers");
    let entries = fs::read_dir(&servers).map_err(|error| failed("list", &servers, &error))?;
    for entry in entries {
        copy(&entry?.path(), &scripts)?;
    }
    Ok(NodeModules(folder))
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

fn copy(file: &Path, folder: &Path) -> Result<(), Error> {
    let name = file.file_name().unwrap_or_default();
    fs::copy(file, folder.join(name))
        .map(drop)
        .map_err(|error| failed("copy", file, &error))
}
