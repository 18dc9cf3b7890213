//! The command `inspect`: shows what a part of a document becomes.

use wiretrue_codegen::Source;
use wiretrue_codegen::diagnostic::{Diagnostics, Stage};
use wiretrue_codegen::extend::inspect::{UnknownName, Wording};
use wiretrue_codegen::pointer::Pointer;

use super::Action;
use super::in_memory::{open, refused};
use super::plan::work;
use super::show::only;
use crate::Outcome;
use crate::args::Inspect;
use crate::fallbacks::phrase;
use crate::project::Invocation;
use crate::report::{Refusal, print};

/// Runs the command.
pub fn inspect(args: &Inspect, invocation: &Invocation) -> Result<Outcome, Refusal> {
    let jobs = work(&args.clients, Action::Check, invocation)?.jobs;
    let job = only(&jobs, "inspected")?;
    let (source, _) = open(job)?;
    let inspection = wiretrue_codegen::inspect(&source, &job.options)
        .map_err(|diagnostics| refused(job, &source, &diagnostics))?;
    let name = args.name.as_deref();
    let text = if args.json {
        inspection.json(name).map(|json| format!("{json:#}\n"))
    } else {
        let wording = Wording {
            locate: &|pointer| line_of(&source, pointer),
            reason: &|reason| phrase(reason).to_owned(),
        };
        inspection.text(name, &wording)
    };
    print(&text.map_err(unknown)?)?;
    Ok(Outcome::Fine)
}

/// Returns the file and line of a place in the document.
fn line_of(source: &Source, pointer: &Pointer) -> Option<String> {
    let mut place = Diagnostics::default();
    place.warning(Stage::Parse, pointer, "", "");
    source.locate(&mut place);
    let location = place.into_iter().next()?.location?;
    Some(format!("{}:{}", location.file.display(), location.line))
}

fn unknown(error: UnknownName) -> Refusal {
    let name = error.name.escape_debug();
    let help = match error.nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`inspect` without a name lists all operations and models".to_owned(),
    };
    Refusal::new(
        format!("the client has no operation, model or group `{name}`"),
        help,
    )
}
