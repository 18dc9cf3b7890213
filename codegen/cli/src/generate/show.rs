//! Prints what is known of clients instead of writing their crates: the result of a stage, or a report.

use super::in_memory::make;
use super::job::Job;
use super::size::Size;
use crate::Outcome;
use crate::args::{Form, Stage};
use crate::fallbacks::{self, Summary};
use crate::report::{ClientOutcome, ClientResult, Files, Refusal, Report, print};

/// Prints the result of a stage for one document.
pub(super) fn dump(jobs: &[Job], stage: Stage, report: Report) -> Result<Outcome, Refusal> {
    let job = only(jobs, "printed")?;
    let made = make(job, report)?.generated;
    let json = match stage {
        Stage::Api => serde_json::to_string_pretty(&made.api),
        Stage::Names => serde_json::to_string_pretty(&made.names),
        Stage::Views => serde_json::to_string_pretty(&made.views),
    };
    let json =
        json.map_err(|error| Refusal::new(format!("can't print this stage as JSON: {error}"), ""))?;
    print(&(json + "\n"))?;
    Ok(Outcome::Fine)
}

/// Returns the client of a run that shows a single one. `done` is the participle of the command.
pub(super) fn only<'j>(jobs: &'j [Job], done: &str) -> Result<&'j Job, Refusal> {
    match jobs {
        [job] => Ok(job),
        _ => {
            let names: Vec<_> = jobs.iter().map(|job| job.name.as_str()).collect();
            let message = format!("only one client can be {done}, but there are several");
            let help = format!("choose one of {} with `--client NAME`", names.join(", "));
            Err(Refusal::new(message, help))
        }
    }
}

/// Prints where clients are less precise than their documents.
pub(super) fn print_report(jobs: &[Job], form: Form, report: Report) -> Result<Outcome, Refusal> {
    let mut outcome = Outcome::Fine;
    let mut made = Vec::new();
    for job in jobs {
        match make(job, report.quiet()) {
            Ok(it) => made.push((job, it.generated)),
            Err(refusal) => {
                report.refusal(&refusal);
                outcome = Outcome::Refused;
            }
        }
    }
    for (job, generated) in &made {
        report.client(|| ClientResult {
            report: serde_json::to_value(Summary::new(&job.name, generated)).ok(),
            ..Size::of(generated).result(
                &job.name,
                &job.options.package,
                &job.folder,
                ClientOutcome::Reported,
                Files::default(),
            )
        });
    }
    if report.is_json() {
        return Ok(outcome);
    }
    let summaries = made
        .iter()
        .map(|(job, generated)| Summary::new(&job.name, generated));
    let text = fallbacks::render(&summaries.collect::<Vec<_>>(), form);
    let text =
        text.map_err(|error| Refusal::new(format!("can't print the report: {error}"), ""))?;
    print(&text)?;
    Ok(outcome)
}
