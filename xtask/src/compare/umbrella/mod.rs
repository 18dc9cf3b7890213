//! Compares what a product of many documents costs: this generator makes an umbrella crate of them, and a peer
//! a crate for each.

mod messages;
mod product;
mod size;
mod summary;
mod workspace;

use std::fmt;
use std::path::Path;

pub use self::product::{Api, Product};
use self::summary::{Column, summary};
use self::workspace::Workspace;
use super::cost::Minimum;
use super::generators::{self, Generator};
use wiretrue_cli::report::{Refusal, Report};

/// An API that a generator doesn't process, or whose crate doesn't compile.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    package: String,
    stage: Stage,
    cause: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Generation,
    Compilation,
}

/// A generator, its crates of the product and their costs so far.
struct Contestant<'a> {
    generator: &'a Generator,
    report: Report,
    /// The crates of the last round of generation.
    workspace: Workspace,
    failures: Vec<Failure>,
    generation: Minimum,
    few: Minimum,
    all: Minimum,
}

/// Measures the generation of the product's crates, and `cargo check` of a few and of all.
///
/// Their dependencies are built beforehand, the runtime of a client included if it is a crate of its own. Crates
/// of a peer that don't compile are left out of what is measured.
pub fn compare(
    product: &Product,
    generators: &[Generator],
    folder: &Path,
    rounds: usize,
    report: Report,
) -> Result<(), Refusal> {
    let out = folder.join("umbrella");
    generators::remove(&out)?;
    let mut contestants: Vec<Contestant> = generators
        .iter()
        .map(|generator| Contestant::new(generator, folder, report))
        .collect();
    for round in 1..=rounds {
        for contestant in &mut contestants {
            contestant.status("Generating", format_args!("round {round} of {rounds}"));
            // Each run writes a folder of its own: some file systems are slow to create files where
            // others have just been deleted.
            let name = contestant.generator.name().replace(' ', "-");
            contestant.generate(product, &out.join(name).join(round.to_string()))?;
        }
    }
    for round in 1..=rounds {
        for contestant in &mut contestants {
            if round == 1 {
                contestant.status("Preparing", format_args!("the crates"));
                contestant.prepare(product)?;
            }
            contestant.status("Measuring", format_args!("round {round} of {rounds}"));
            contestant.check(product)?;
        }
    }
    let columns: Result<Vec<Column>, Refusal> = contestants
        .into_iter()
        .map(|contestant| contestant.column(product))
        .collect();
    report.print(&summary(product, &columns?, rounds));
    Ok(())
}

impl<'a> Contestant<'a> {
    fn new(generator: &'a Generator, folder: &Path, report: Report) -> Self {
        let target = folder
            .join("build")
            .join(generator.name().replace(' ', "-"));
        Self {
            generator,
            report,
            workspace: Workspace::new(target),
            failures: Vec::new(),
            generation: Minimum::default(),
            few: Minimum::default(),
            all: Minimum::default(),
        }
    }

    fn status(&self, verb: &str, what: fmt::Arguments<'_>) {
        self.report
            .status(verb, format_args!("{}: {what}", self.generator.name()));
    }

    fn generate(&mut self, product: &Product, out: &Path) -> Result<(), Refusal> {
        let (cost, failures) = self.workspace.generate(self.generator, product, out)?;
        self.status("Measured", format_args!("{cost}"));
        self.generation.add(cost);
        self.failures = failures;
        Ok(())
    }

    /// Builds the dependencies, and finds the crates that don't compile.
    fn prepare(&mut self, product: &Product) -> Result<(), Refusal> {
        match self.workspace.prepare(product) {
            Ok(failures) => self.failures.extend(failures),
            Err(refusal) if self.generator.is_ours() => return Err(refusal),
            Err(refusal) => {
                self.report.finding("Failed", self.generator.name());
                self.report.refusal(&refusal);
                self.workspace.clear();
            }
        }
        Ok(())
    }

    fn check(&mut self, product: &Product) -> Result<(), Refusal> {
        // A run takes minutes, and one that is interrupted has printed what it measured.
        for (apis, least) in [(&product.few, &mut self.few), (&product.all, &mut self.all)] {
            if let Some(cost) = self.workspace.check(apis)? {
                least.add(cost);
                let (name, number) = (self.generator.name(), apis.len());
                let what = format_args!("{name}: check of {number} APIs, {cost}");
                self.report.status("Measured", what);
            }
        }
        Ok(())
    }

    fn column(self, product: &Product) -> Result<Column, Refusal> {
        let compiled = |apis: &[Api]| self.workspace.compiled(apis).count();
        Ok(Column {
            name: self.generator.name(),
            generation: self.generation.cost(),
            few: (self.few.cost(), compiled(&product.few)),
            all: (self.all.cost(), compiled(&product.all)),
            size: size::of_rust(self.workspace.folder())?,
            failures: self.failures,
        })
    }
}
