//! Finds programs that must be installed on the machine.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::report::{Problem, Refusal, Texts};

const NODE: u32 = 20;
const PYTHON: (u32, u32) = (3, 10);
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
        let mut found = |tool: Result<(OsString, String), Problem>| {
            tool.unwrap_or_else(|problem| {
                problems.push(problem);
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
                texts: Texts::default(),
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

/// A program and its version.
pub type FoundTool = Result<(OsString, String), Problem>;

fn node() -> FoundTool {
    let help = format!("install Node.js {NODE} or later (Debian 13: nodejs)");
    let Some((node, version)) = first(&["node"], &["--version"]) else {
        return Err(Problem::error("Node.js isn't installed", help));
    };
    let major = version.trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= NODE => Ok((node, version)),
        _ => Err(Problem::error(
            format!("Node.js {version} is too old"),
            help,
        )),
    }
}

fn npm() -> FoundTool {
    let names: &[&str] = if cfg!(windows) {
        &["npm.cmd"]
    } else {
        &["npm"]
    };
    let help = "install npm; it comes with Node.js (Debian: npm)";
    first(names, &["--version"]).ok_or_else(|| Problem::error("npm isn't installed", help))
}

/// Finds Python 3 with venv.
pub fn python() -> FoundTool {
    let (major, minor) = PYTHON;
    let help = format!(
        "install Python {major}.{minor} or later with venv (Debian: python3, python3-venv)"
    );
    let script = "import ensurepip, sys, venv; print(*sys.version_info[:3], sys.executable)";
    let Some((python, version)) = first(&["python3", "python"], &["-c", script]) else {
        return Err(Problem::error("Python with venv isn't installed", help));
    };
    let mut parts = version
        .split(' ')
        .map_while(|part| part.parse::<u32>().ok());
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < PYTHON {
        let message = format!("Python {}.{} is too old", found.0, found.1);
        return Err(Problem::error(message, help));
    }
    Ok((python, version))
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
    found.ok_or_else(|| Problem::error(format!("found no {}", names.join(" or ")), help))
}

/// Returns the path of the program that the shell finds by this name.
fn path_of(program: &OsStr) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(program));
    paths.find(|path| path.is_file())
}

/// Returns the first program that runs with these arguments, and its output.
fn first(programs: &[&str], arguments: &[&str]) -> Option<(OsString, String)> {
    programs.iter().find_map(|program| {
        let output = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let works = output.status.success() && !text.is_empty();
        works.then(|| (OsStr::new(program).to_owned(), text))
    })
}
