//! Plans the crates in the manifest of a project.

use std::path::Path;

use super::Work;
use super::runtime::{runtime_in, share_runtime, with_shared_runtime};
use crate::generate::job::{DocumentLocation, Job};
use crate::generate::umbrella::UmbrellaJob;
use crate::manifest::{self, Manifest};
use crate::project::Project;
use crate::remote::{self, Access, Mode};
use crate::report::Refusal;

/// Returns every client in the manifest of a project, with the remote documents in the lock
/// file.
pub fn jobs_of_manifest(project: &Project) -> Result<Vec<Job>, Refusal> {
    Ok(work_in(manifest::read(&project.manifest, &project.root)?, project)?.jobs)
}

/// Returns the crates in the manifest of a project.
pub fn work_in(manifest: Manifest, project: &Project) -> Result<Work, Refusal> {
    let root = &project.root;
    let Manifest { clients, umbrellas } = manifest;
    let lock = remote::lock_in(project.manifest.parent().unwrap_or(root));
    let mut work = Work::default();
    for mut client in clients {
        let folder = root.join(&client.folder);
        let options = &mut client.options;
        options.runtime = runtime_in(&folder, root, &options.runtime);
        if let Some(api) = &client.api
            && let Some(umbrella) = umbrellas.iter().find(|it| it.name == api.umbrella)
        {
            share_runtime(&mut options.runtime, &umbrella.options, "..");
        }
        let overlays = options.overlays.iter();
        work.jobs.push(Job {
            document: DocumentLocation::new(root, Path::new(&options.document))?,
            root: options.root.as_ref().map(|it| root.join(it)),
            overlays: overlays.map(|it| root.join(it)).collect(),
            templates: options.templates.as_ref().map(|it| root.join(it)),
            folder,
            manifest: Some(project.manifest.clone()),
            verbose: false,
            remote: Access {
                allowed: options.allow_remote.hosts().to_vec(),
                mode: Mode::Locked,
                lock: lock.clone(),
                cache: Some(remote::cache_in(root)),
                update: project.command.to_owned(),
            },
            name: client.name,
            options: client.options,
            api: client.api,
        });
    }
    for umbrella in umbrellas {
        let folder = root.join(&umbrella.folder);
        let mut options = umbrella.options;
        options.runtime = runtime_in(&folder, root, &options.runtime);
        let clients = work.jobs.iter().filter(|job| job.is_of(&umbrella.name));
        work.umbrellas.push(UmbrellaJob {
            clients: clients.map(|job| job.name.clone()).collect(),
            folder,
            in_manifest: true,
            options: with_shared_runtime(options),
            name: umbrella.name,
        });
    }
    Ok(work)
}
