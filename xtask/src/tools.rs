//! Finds programs that must be installed on the machine.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use wiretrue_cli::report::{Problem, Refusal};
use wiretrue_contract::Error;
use wiretrue_contract::tools::{FoundTool, first, python};

const NODE: u32 = 20;
/// The names of Chromium and its variants, and their paths on macOS.
const CHROMIUM: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Programs that work, with their versions.
pub struct Tools {
    pub node: OsString,
    pub node_version: String,
    pub npm: OsString,
    pub python: OsString,
    pub python_version: String,
    pub chromium: OsString,
}

impl Tools {
    /// Finds all programs.
    ///
    /// # Errors
    ///
    /// Lists every program that is missing or too old.
    pub fn find() -> Result<Self, Refusal> {
        let mut problems = Vec::new();
        let mut found = |tool: FoundTool| {
            tool.unwrap_or_else(|error| {
                problems.push(Problem::error(error.message, error.help));
                Default::default()
            })
        };
        let (node, node_version) = found(node());
        let (npm, _) = found(npm());
        let (python, python_version) = found(python());
        let (chromium, _) = found(chromium());
        if !problems.is_empty() {
            return Err(Refusal {
                problems,
                ..Refusal::default()
            });
        }
        Ok(Self {
            node,
            node_version,
            npm,
            python,
            python_version,
            chromium,
        })
    }
}

fn node() -> FoundTool {
    let help = format!("install Node.js {NODE} or later (Debian 13: nodejs)");
    let Some((node, version)) = first(&["node"], &["--version"]) else {
        return Err(Error::new("Node.js isn't installed", help));
    };
    let major = version.trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= NODE => Ok((node, version)),
        _ => Err(Error::new(format!("Node.js {version} is too old"), help)),
    }
}

fn npm() -> FoundTool {
    let names: &[&str] = if cfg!(windows) {
        &["npm.cmd"]
    } else {
        &["npm"]
    };
    let help = "install npm; it comes with Node.js (Debian: npm)";
    first(names, &["--version"]).ok_or_else(|| Error::new("npm isn't installed", help))
}

fn chromium() -> FoundTool {
    let help =
        "install Chromium (Debian: chromium) or Chrome, or set CHROMIUM to the path of its program";
    let configured = std::env::var("CHROMIUM").ok();
    let names = match &configured {
        Some(path) => &[path.as_str()][..],
        None => CHROMIUM,
    };
    let found = first(names, &["--version"]).and_then(|(program, version)| {
        // puppeteer takes a path, not a name.
        Some((path_of(&program)?.into_os_string(), version))
    });
    found.ok_or_else(|| Error::new(format!("found no {}", names.join(" or ")), help))
}

/// Returns the path of the program that the shell finds by this name.
fn path_of(program: &OsStr) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(program));
    paths.find(|path| path.is_file())
}
