//! Plans a run: the crates of the documents that the command line names, or those of the manifest.

mod command_line;
mod in_manifest;
mod runtime;

use std::path::Path;

use super::Action;
use super::command::fixing_command;
use super::job::Job;
use super::umbrella::UmbrellaJob;
use crate::args::Clients;
use crate::manifest;
use crate::project::{Invocation, Project};
use crate::remote::{self, Access, Mode};
use crate::report::{Refusal, shown};

pub use self::command_line::{example_dependencies, merge, package_of, selection};
pub use self::in_manifest::{jobs_of_manifest, work_in};
pub use self::runtime::relative;

/// The crates of a run: clients, and the umbrella crates that build some of them.
#[derive(Default)]
pub struct Work {
    pub jobs: Vec<Job>,
    pub umbrellas: Vec<UmbrellaJob>,
}

/// Returns the crates that the command line selects: those of its documents, or those of the manifest if it
/// names none.
pub fn work(args: &Clients, action: Action, invocation: &Invocation) -> Result<Work, Refusal> {
    let mode = match (args.offline, action == Action::Check || args.locked) {
        (true, _) => Mode::Offline,
        (false, true) => Mode::Locked,
        (false, false) => Mode::Update,
    };
    let update = fixing_command(args, false, invocation.command);
    if !args.document.is_empty() {
        let cache = invocation.project().ok();
        let access = |folder: &Path| Access {
            allowed: args.allow_remote.clone(),
            mode,
            lock: remote::lock_in(folder),
            cache: cache
                .as_ref()
                .map(|project| remote::cache_in(&project.root)),
            update: update.clone(),
        };
        return command_line::work(args, access);
    }
    let project = invocation.project()?;
    let mut work = work_in(manifest::read(&project.manifest, &project.root)?, &project)?;
    for job in &mut work.jobs {
        job.verbose = args.verbose;
        job.remote.allowed.extend(args.allow_remote.iter().cloned());
        job.remote.mode = mode;
        job.remote.update.clone_from(&update);
    }
    match &args.client {
        Some(client) => work.only(client, &project),
        None => Ok(work),
    }
}

impl Work {
    /// Keeps one client, or one umbrella crate with all of its clients.
    fn only(mut self, wanted: &str, project: &Project) -> Result<Self, Refusal> {
        let umbrellas = self.umbrellas.iter().map(|it| it.name.clone());
        let alone = self.jobs.iter().filter(|job| job.api.is_none());
        let names: Vec<_> = umbrellas.chain(alone.map(|it| it.name.clone())).collect();
        self.jobs
            .retain(|job| job.name == wanted || job.is_of(wanted));
        self.umbrellas.retain(|it| it.name == wanted);
        if self.jobs.is_empty() {
            let message = format!(
                "there is no client `{wanted}` in {}",
                shown(&project.manifest).display()
            );
            let help = format!("the manifest has {}", names.join(", "));
            return Err(Refusal::new(message, help));
        }
        Ok(self)
    }
}
