//! Compares how long generators take to write the crates of documents.

use std::path::{Path, PathBuf};

use super::cost::{Cost, Minimum, measure};
use super::generators::{self, Generator, PACKAGE};
use super::table::{self, Row};
use crate::fuzz::documents_below;
use wiretrue_cli::report::{Refusal, Report, shown};

/// Measures the generation of each document, and adds up those of all documents.
pub fn compare(
    paths: &[PathBuf],
    generators: &[Generator],
    folder: &Path,
    rounds: usize,
    report: Report,
) -> Result<(), Refusal> {
    let mut documents: Vec<PathBuf> = Vec::new();
    for path in paths {
        if path.is_dir() {
            documents.extend(documents_below(path)?);
        } else {
            documents.push(path.clone());
        }
    }
    let out = folder.join("generated");
    generators::remove(&out)?;
    let mut runs = 0_u32;
    let mut sums = vec![Cost::default(); generators.len()];
    let mut rows = Vec::new();
    for document in &documents {
        let document = std::path::absolute(document)?;
        let mut least = vec![Minimum::default(); generators.len()];
        for _ in 0..rounds {
            for (generator, least) in generators.iter().zip(&mut least) {
                // Each run writes a folder of its own, and all are deleted at the end: ext4 is slow to
                // create files where some have just been deleted.
                runs += 1;
                let folder = out.join(runs.to_string());
                least.add(measure(
                    &mut generator.command(&document, PACKAGE, &folder),
                )?);
            }
        }
        let costs: Vec<Option<Cost>> = least.into_iter().map(Minimum::cost).collect();
        for (sum, cost) in sums.iter_mut().zip(costs.iter().flatten()) {
            *sum = *sum + *cost;
        }
        rows.push(row(shown(&document).display().to_string(), costs));
    }
    if documents.len() > 1 {
        let sums = sums.into_iter().map(Some).collect();
        rows.push(row("all documents".to_owned(), sums));
    }
    let names: Vec<String> = generators.iter().map(Generator::name).collect();
    report.print(&format!(
        "generation: user and system time (wall time), least of {rounds} rounds\n\n{}\n",
        table::format(&names, &rows)
    ));
    generators::remove(&out)
}

/// Counts system time as well, since writing files is much of the work.
fn row(document: String, costs: Vec<Option<Cost>>) -> Row {
    let with_system = |cost: Cost| Cost {
        user: cost.user + cost.system,
        ..cost
    };
    Row {
        document,
        measure: "generate",
        costs: costs
            .into_iter()
            .map(|cost| cost.map(with_system))
            .collect(),
    }
}
