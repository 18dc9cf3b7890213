//! The crates that a generator makes of a product, in one workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wiretrue_cli::report::Refusal;

use super::messages::errors;
use super::{Api, Failure, Product, Stage};
use crate::compare::cost::{Cost, cause, failure, measure, run};
use crate::compare::crates::{cargo, join_workspace, touch};
use crate::compare::generators::{Generator, Peer};
use crate::compare::openapi_generator;

/// The crates of a product.
pub struct Workspace {
    folder: PathBuf,
    /// Cargo's target folder, which has the dependencies of other comparisons.
    target: PathBuf,
    /// The umbrella crate, if there is one.
    umbrella: Option<Umbrella>,
    /// The packages that were generated and, once it is known, that compile.
    packages: Vec<String>,
}

/// An umbrella crate.
struct Umbrella {
    package: String,
    /// The feature of the API in each package.
    features: BTreeMap<String, String>,
}

impl Workspace {
    pub fn new(target: PathBuf) -> Self {
        Self {
            folder: PathBuf::new(),
            target,
            umbrella: None,
            packages: Vec::new(),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Generates the crates in a folder that doesn't exist yet, and returns the cost of those that were
    /// generated.
    pub fn generate(
        &mut self,
        generator: &Generator,
        product: &Product,
        folder: &Path,
    ) -> Result<(Cost, Vec<Failure>), Refusal> {
        folder.clone_into(&mut self.folder);
        self.packages.clear();
        if generator.is_ours() {
            let cost = self.generate_umbrella(generator, product)?;
            return Ok((cost, Vec::new()));
        }
        fs::create_dir_all(folder)?;
        let (cost, failures) = match generator.peer() {
            Some(Peer::OpenapiGenerator) => self.generate_batch(generator, product)?,
            _ => self.generate_each(generator, product)?,
        };
        for api in &product.all {
            if !failures.iter().any(|it| it.package == api.package) {
                let out = self.crate_folder(&api.package);
                generator.complete(&api.package, &out)?;
                join_workspace(&out)?;
                self.packages.push(api.package.clone());
            }
        }
        let members: Vec<String> = self
            .packages
            .iter()
            .map(|it| format!("crates/{it}"))
            .collect();
        fs::write(
            folder.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
        )?;
        Ok((cost, failures))
    }

    fn generate_umbrella(
        &mut self,
        generator: &Generator,
        product: &Product,
    ) -> Result<Cost, Refusal> {
        let documents: Vec<&Path> = product
            .all
            .iter()
            .map(|api| api.document.as_path())
            .collect();
        let mut command = generator.program();
        let cost =
            measure(generator.codegen(&documents, &product.name, &self.folder, &mut command))?;
        let manifest = fs::read_to_string(self.folder.join("Cargo.toml"))?;
        self.packages = product.all.iter().map(|api| api.package.clone()).collect();
        self.umbrella = Some(Umbrella {
            package: product.name.clone(),
            features: features(&manifest, &self.packages)?,
        });
        Ok(cost)
    }

    /// Generates the crates with one command for each.
    fn generate_each(
        &self,
        generator: &Generator,
        product: &Product,
    ) -> Result<(Cost, Vec<Failure>), Refusal> {
        let (mut sum, mut failures) = (Cost::default(), Vec::new());
        for api in &product.all {
            let out = self.crate_folder(&api.package);
            let (cost, output) = run(&mut generator.command(&api.document, &api.package, &out))?;
            if output.status.success() {
                sum = sum + cost;
            } else {
                failures.push(ungenerated(api, cause(&output)));
            }
        }
        Ok((sum, failures))
    }

    /// Generates the crates with one command, which goes on if a document is refused.
    fn generate_batch(
        &self,
        generator: &Generator,
        product: &Product,
    ) -> Result<(Cost, Vec<Failure>), Refusal> {
        let mut command = generator.program();
        let (crates, settings) = (self.folder.join("crates"), self.folder.join("settings"));
        openapi_generator::batch(&product.all, &crates, &settings, &mut command)?;
        let (cost, output) = run(&mut command)?;
        let complete = |api: &&Api| self.crate_folder(&api.package).join("Cargo.toml").is_file();
        let missing = product.all.iter().filter(|api| !complete(api));
        // The messages don't say which document they are about.
        let failures = missing.map(|api| ungenerated(api, cause(&output)));
        Ok((cost, failures.collect()))
    }

    /// Builds the dependencies of all crates, and returns the crates that don't compile. These are left out
    /// from then on.
    pub fn prepare(&mut self, product: &Product) -> Result<Vec<Failure>, Refusal> {
        let failures = self.uncompiled(product)?;
        let failed = |package: &String| failures.iter().any(|it| it.package == *package);
        self.packages.retain(|package| !failed(package));
        // The dependencies of a few crates may have other features than those of all.
        self.check(&product.few)?;
        Ok(failures)
    }

    fn uncompiled(&self, product: &Product) -> Result<Vec<Failure>, Refusal> {
        let Some(selection) = self.selection(&product.all) else {
            return Ok(Vec::new());
        };
        let mut command = cargo(&self.folder, &self.target);
        command
            .args(["check", "--keep-going", "--message-format", "json"])
            .args(selection);
        let (_, output) = run(&mut command)?;
        if output.status.success() {
            return Ok(Vec::new());
        }
        let mut errors = errors(&String::from_utf8_lossy(&output.stdout));
        let failures: Vec<Failure> = self
            .packages
            .iter()
            .filter_map(|package| {
                Some(Failure {
                    package: package.clone(),
                    stage: Stage::Compilation,
                    cause: errors.remove(package)?,
                })
            })
            .collect();
        match failures.is_empty() {
            // Cargo can't read a manifest, or a dependency doesn't compile.
            true => Err(failure(&command, &output)),
            false => Ok(failures),
        }
    }

    /// Checks the crates of these APIs, and none of their dependencies again. Returns `None` if none compiles.
    pub fn check(&self, apis: &[Api]) -> Result<Option<Cost>, Refusal> {
        let Some(selection) = self.selection(apis) else {
            return Ok(None);
        };
        for package in &self.packages {
            touch(&self.crate_folder(package))?;
        }
        if self.umbrella.is_some() {
            touch(&self.folder)?;
        }
        let mut command = cargo(&self.folder, &self.target);
        measure(command.arg("check").args(selection)).map(Some)
    }

    /// Returns the packages of these APIs that compile, as far as it is known.
    pub fn compiled<'a>(&self, apis: &'a [Api]) -> impl Iterator<Item = &'a str> {
        let packages = apis.iter().map(|api| api.package.as_str());
        packages.filter(|package| self.packages.iter().any(|it| it == package))
    }

    /// Returns the arguments of cargo that select the crates of these APIs, or the umbrella with their
    /// features. Returns `None` if there is no crate.
    fn selection(&self, apis: &[Api]) -> Option<Vec<String>> {
        let packages: Vec<&str> = self.compiled(apis).collect();
        if packages.is_empty() {
            return None;
        }
        Some(match &self.umbrella {
            Some(umbrella) => umbrella.selection(&packages),
            None => {
                let options = packages.iter().flat_map(|it| ["--package", it]);
                options.map(str::to_owned).collect()
            }
        })
    }

    /// Leaves all crates out.
    pub fn clear(&mut self) {
        self.packages.clear();
    }

    fn crate_folder(&self, package: &str) -> PathBuf {
        self.folder.join("crates").join(package)
    }
}

impl Umbrella {
    /// Returns the arguments of cargo that select the umbrella with the APIs in these packages.
    fn selection(&self, packages: &[&str]) -> Vec<String> {
        let features = packages.iter().filter_map(|it| self.features.get(*it));
        let features: Vec<&str> = features.map(String::as_str).collect();
        let options = ["--package", &self.package, "--features"];
        let options = options.map(str::to_owned).into_iter();
        options.chain([features.join(",")]).collect()
    }
}

fn ungenerated(api: &Api, cause: String) -> Failure {
    Failure {
        package: api.package.clone(),
        stage: Stage::Generation,
        cause,
    }
}

/// Returns the features that enable these packages in the manifest of an umbrella, by package.
fn features(manifest: &str, packages: &[String]) -> Result<BTreeMap<String, String>, Refusal> {
    let invalid = |what: &str| Refusal::new(format!("the umbrella's manifest has {what}"), "");
    let manifest: toml::Table = manifest
        .parse()
        .map_err(|error| invalid(&format!("an error: {error}")))?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let features = features.ok_or_else(|| invalid("no features"))?;
    let enabling = |package: &str| {
        let dependency = toml::Value::from(format!("dep:{package}"));
        let enables =
            |value: &toml::Value| value.as_array().is_some_and(|it| it.contains(&dependency));
        features.iter().find(|(_, value)| enables(value))
    };
    packages
        .iter()
        .map(|package| {
            let (feature, _) =
                enabling(package).ok_or_else(|| invalid(&format!("no feature for {package}")))?;
            Ok((package.clone(), feature.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        [features]
        default = ["rustls"]
        full = ["dns", "runtime-api"]
        rustls = ["acme-dns?/rustls"]
        dns = ["dep:acme-dns", "pagination"]
        runtime-api = ["dep:acme-runtime-api"]
    "#;

    fn packages() -> Vec<String> {
        ["acme-dns", "acme-runtime-api"].map(str::to_owned).into()
    }

    #[test]
    fn an_umbrella_is_checked_with_the_features_of_the_apis() {
        let umbrella = Umbrella {
            package: "acme".to_owned(),
            features: features(MANIFEST, &packages()).unwrap(),
        };
        let arguments = umbrella.selection(&["acme-runtime-api", "acme-dns"]);
        assert_eq!(
            arguments.join(" "),
            "--package acme --features runtime-api,dns"
        );
    }

    #[test]
    fn an_api_without_a_feature_is_an_error() {
        let refused = features(MANIFEST, &["acme-mail".to_owned()]).unwrap_err();
        assert!(format!("{refused:?}").contains("acme-mail"));
    }

    #[test]
    fn a_crate_that_does_not_compile_is_named_and_left_out() {
        let scratch = tempfile::tempdir().unwrap();
        let apis = ["dns", "mail"].map(|name| Api::new(Path::new(name), "acme"));
        let sources = ["pub fn dns() {}\n", "pub fn mail() -> u8 {}\n"];
        let mut workspace = Workspace {
            folder: scratch.path().join("crates-of-acme"),
            packages: apis.iter().map(|api| api.package.clone()).collect(),
            ..Workspace::new(scratch.path().join("target"))
        };
        for (api, source) in apis.iter().zip(sources) {
            let folder = workspace.crate_folder(&api.package);
            let manifest = format!("[package]\nname = {:?}\nedition = \"2024\"\n", api.package);
            fs::create_dir_all(folder.join("src")).unwrap();
            fs::write(folder.join("Cargo.toml"), manifest).unwrap();
            fs::write(folder.join("src/lib.rs"), source).unwrap();
        }
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";
        fs::write(workspace.folder.join("Cargo.toml"), manifest).unwrap();
        let [dns, mail] = apis;
        let product = Product {
            name: "acme".to_owned(),
            all: vec![dns.clone(), mail.clone()],
            few: vec![mail.clone()],
        };

        let failures = workspace.prepare(&product).unwrap();

        let expected = Failure {
            package: "acme-mail".to_owned(),
            stage: Stage::Compilation,
            cause: "mismatched types".to_owned(),
        };
        assert_eq!(failures, [expected]);
        assert_eq!(workspace.check(&[mail]).unwrap(), None);
        assert!(workspace.check(&product.all).unwrap().is_some());
        assert_eq!(
            workspace.compiled(&product.all).collect::<Vec<_>>(),
            [dns.package]
        );
    }
}
