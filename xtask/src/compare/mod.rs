//! The task `compare`: what this generator and others cost, measured in one run.
//!
//! Rounds are interleaved, so that what else the machine does falls upon all alike, and the least of
//! all rounds counts: noise only ever adds. Processor time is told beside the time of the wall.

mod compile;
mod cost;
mod decode;
mod generators;

use std::fs;
use std::path::{Path, PathBuf};

use self::cost::{Cost, Least, ratio};
use self::generators::Generator;
pub use self::generators::Other;
use crate::cli::Compare;
use crate::fuzz::documents_below;
use crate::report::{Refusal, Report, shown};
use crate::{Outcome, workspace};

/// Measures what the command line asks for.
pub fn run(args: &Compare, root: Option<&Path>, report: Report) -> Result<Outcome, Refusal> {
    let place = workspace(root)?.join("target/compare");
    fs::create_dir_all(&place)?;
    let generators = generators::install(&place, &args.with, report)?;
    if !args.documents.is_empty() {
        generation(args, &generators, &place, report)?;
    }
    if let Some(document) = &args.compile {
        let document = std::path::absolute(document)?;
        compile::compare(&document, &generators, &place, args.rounds, report)?;
    }
    if args.decode {
        decode::compare(&place, report)?;
    }
    Ok(Outcome::Fine)
}

/// How long it takes to make the crates of documents, one after the other and all together.
fn generation(
    args: &Compare,
    generators: &[Generator],
    place: &Path,
    report: Report,
) -> Result<(), Refusal> {
    let mut documents: Vec<PathBuf> = Vec::new();
    for path in &args.documents {
        if path.is_dir() {
            documents.extend(documents_below(path)?);
        } else {
            documents.push(path.clone());
        }
    }
    let out = place.join("generated");
    generators::remove(&out)?;
    let mut runs = 0_u32;
    let mut sums = vec![Cost::default(); generators.len()];
    report.print("generation: time of the wall, processor time; ratio of ours to the other's\n");
    for document in &documents {
        let document = std::path::absolute(document)?;
        let mut least = vec![Least::default(); generators.len()];
        for _ in 0..args.rounds {
            for (generator, least) in generators.iter().zip(&mut least) {
                // A folder of its own, and none is deleted in between: ext4 takes long to make files
                // where it has just deleted some, which would count for whoever makes more of them.
                runs += 1;
                let folder = out.join(runs.to_string());
                least.add(cost::measure(&mut generator.command(&document, &folder))?);
            }
        }
        let costs: Vec<Cost> = least.into_iter().map(Least::cost).collect();
        for (sum, cost) in sums.iter_mut().zip(&costs) {
            *sum = *sum + *cost;
        }
        let name = shown(&document).display().to_string();
        report.print(&line(&name, generators, &costs));
    }
    if documents.len() > 1 {
        report.print(&line("all of them", generators, &sums));
    }
    generators::remove(&out)
}

/// One thing that was measured, for all generators; the first is ours.
fn line(what: &str, generators: &[Generator], costs: &[Cost]) -> String {
    let mut text = format!("{what}\n");
    for (generator, cost) in generators.iter().zip(costs) {
        let ratios = match costs.first() {
            Some(ours) if !generator.is_ours() => format!(
                "   ratio {} of the wall, {} of the processor",
                ratio(ours.wall, cost.wall),
                ratio(ours.processor, cost.processor)
            ),
            _ => String::new(),
        };
        text += &format!("  {:<24} {cost}{ratios}\n", generator.name());
    }
    text
}
