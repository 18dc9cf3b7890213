//! OpenAPI Generator: a JAR file that a package of PyPI contains.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use wiretrue_cli::report::Refusal;
use wiretrue_contract::tools::{first, python};

use super::umbrella::Api;

const JAVA: &str = "java";
/// The property of TLS, as it needs a C library by default.
const TLS: (&str, &str) = ("reqwestDefaultFeatures", "rustls");

/// Returns the path of the JAR file in the folder where the package is installed.
///
/// # Errors
///
/// Fails without Java, before anything is installed.
pub fn jar(root: &Path) -> Result<PathBuf, Refusal> {
    require_java(JAVA)?;
    Ok(root.join("openapi_generator_cli/openapi-generator.jar"))
}

fn require_java(program: &str) -> Result<(), Refusal> {
    // Java 8 doesn't know the argument.
    first(&[program], &["--version"]).map(drop).ok_or_else(|| {
        Refusal::new(
            "OpenAPI Generator needs Java 11 or later, which isn't installed",
            "install Java (Debian: default-jre-headless), or leave `openapi-generator` out of `--with`",
        )
    })
}

/// Returns the command that installs this version of the package.
pub fn installation(version: &str, root: &Path) -> Result<Command, Refusal> {
    let (python, _) = python()?;
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--disable-pip-version-check", "--root-user-action=ignore"])
        .args(["--only-binary=:all:", "--target"])
        .arg(root)
        .arg(format!("openapi-generator-cli=={version}"));
    Ok(pip)
}

/// Returns the command without arguments.
pub fn program(jar: &Path) -> Command {
    let mut java = Command::new(JAVA);
    java.arg("-jar").arg(jar);
    java
}

/// Adds the arguments that generate the crate of a document.
pub fn generate<'c>(
    document: &Path,
    package: &str,
    out: &Path,
    command: &'c mut Command,
) -> &'c mut Command {
    let (key, value) = TLS;
    command
        .args(["generate", "--generator-name", "rust", "--input-spec"])
        .arg(document)
        .arg("--output")
        .arg(out)
        .arg("--additional-properties")
        .arg(format!("packageName={package},{key}={value}"))
}

/// Adds the arguments that generate the crates of these APIs in one process, each in the folder of its package
/// below `out`, and writes a file with the settings of each into `settings`.
pub fn batch(
    apis: &[Api],
    out: &Path,
    settings: &Path,
    command: &mut Command,
) -> Result<(), Refusal> {
    fs::create_dir_all(settings)?;
    command.arg("batch").arg("--");
    for api in apis {
        let path = settings.join(&api.package).with_extension("json");
        fs::write(&path, settings_of(api, out).to_string())?;
        command.arg(path);
    }
    Ok(())
}

fn settings_of(api: &Api, out: &Path) -> serde_json::Value {
    let (key, value) = TLS;
    json!({
        "generatorName": "rust",
        "inputSpec": api.document,
        "outputDir": out.join(&api.package),
        "packageName": api.package,
        key: value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_java_the_message_says_what_to_do() {
        let refused = format!("{:?}", require_java("no-such-java").unwrap_err());
        assert!(refused.contains("needs Java 11 or later"), "{refused}");
        assert!(refused.contains("`--with`"), "{refused}");
    }

    #[test]
    fn a_batch_has_a_file_of_settings_for_each_api() {
        let folder = tempfile::tempdir().unwrap();
        let api = Api::new(Path::new("/specs/acme_dns.v1.yaml"), "acme");
        let mut command = Command::new(JAVA);
        batch(&[api], Path::new("/out"), folder.path(), &mut command).unwrap();
        let file = folder.path().join("acme-dns-v1.json");
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["batch", "--", file.to_str().unwrap()]);
        let settings: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(settings["inputSpec"], "/specs/acme_dns.v1.yaml");
        assert_eq!(settings["outputDir"], "/out/acme-dns-v1");
        assert_eq!(settings["packageName"], "acme-dns-v1");
    }
}
