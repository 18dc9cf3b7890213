//! Compares what the generated crates cost to compile.

use std::path::{Path, PathBuf};

use super::cost::Minimum;
use super::crates::{self, Crate};
use super::generators::Generator;
use super::table::{self, Row};
use wiretrue_cli::report::{Refusal, Report, shown};

/// A measure of the cost of compiling the crate of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// `cargo check` of the crate.
    Check,
    /// `cargo build --release` of the crate and of a program that makes three of its calls.
    Release,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Measure::Check => "check",
            Measure::Release => "release build of three calls",
        }
    }

    /// Returns the arguments of cargo.
    pub fn task(self) -> &'static [&'static str] {
        match self {
            Measure::Check => &["check", "--package", super::generators::PACKAGE],
            Measure::Release => &["build", "--release", "--package", crates::PROGRAM],
        }
    }
}

/// The crates of one document by all generators, and their costs so far.
struct Comparison<'a> {
    document: &'a Path,
    measure: Measure,
    /// `None` if the generator can't process the document or its crate doesn't compile.
    crates: Vec<Option<Crate>>,
    costs: Vec<Minimum>,
}

/// Measures `cargo check` of the crates of `checked`, and release builds with the crates of `released`.
///
/// Everything but the crate and the program is built beforehand, the runtime of a client included if
/// it is a crate of its own. In each round each crate is compiled once, so that other load on the
/// machine affects all of them.
pub fn compare(
    (checked, released): (&[PathBuf], &[PathBuf]),
    generators: &[Generator],
    folder: &Path,
    rounds: usize,
    report: Report,
) -> Result<(), Refusal> {
    for document in released {
        crates::require_called_operations(document)?;
    }
    let measures = checked
        .iter()
        .map(|document| (document, Measure::Check))
        .chain(released.iter().map(|document| (document, Measure::Release)));
    let mut comparisons = Vec::new();
    for (document, measure) in measures {
        comparisons.push(prepare(document, measure, generators, folder, report)?);
    }
    for round in 1..=rounds {
        report.status("Measuring", format_args!("round {round} of {rounds}"));
        for comparison in &mut comparisons {
            comparison.measure()?;
        }
    }
    let names: Vec<String> = generators.iter().map(Generator::name).collect();
    let rows: Vec<Row> = comparisons.iter().map(Comparison::row).collect();
    report.print(&format!(
        "compilation: user time (wall time), least of {rounds} rounds; everything but the crate and \
         the program is built beforehand\n\n{}",
        table::format(&names, &rows)
    ));
    Ok(())
}

/// Generates the crates of a document and builds everything that they depend on.
fn prepare<'a>(
    document: &'a Path,
    measure: Measure,
    generators: &[Generator],
    folder: &Path,
    report: Report,
) -> Result<Comparison<'a>, Refusal> {
    let mut crates = Vec::new();
    for generator in generators {
        report.status(
            "Preparing",
            format_args!(
                "{} of {}: {}",
                measure.name(),
                shown(document).display(),
                generator.name()
            ),
        );
        match Crate::prepare(generator, document, measure, folder) {
            Ok(prepared) => crates.push(Some(prepared)),
            Err(refusal) if generator.is_ours() => return Err(refusal),
            Err(refusal) => {
                report.finding("Failed", generator.name());
                report.refusal(&refusal);
                crates.push(None);
            }
        }
    }
    Ok(Comparison {
        document,
        measure,
        costs: vec![Minimum::default(); crates.len()],
        crates,
    })
}

impl Comparison<'_> {
    /// Compiles each crate once.
    fn measure(&mut self) -> Result<(), Refusal> {
        for (prepared, least) in self.crates.iter().zip(&mut self.costs) {
            if let Some(prepared) = prepared {
                least.add(prepared.compile(self.measure)?);
            }
        }
        Ok(())
    }

    fn row(&self) -> Row {
        let name = self.document.file_name().unwrap_or_default();
        Row {
            document: name.to_string_lossy().into_owned(),
            measure: self.measure.name(),
            costs: self.costs.iter().map(|least| least.cost()).collect(),
        }
    }
}
