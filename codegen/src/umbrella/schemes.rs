//! The security schemes of an umbrella crate: schemes of its APIs that are the same are one, and schemes with
//! the same name that differ are kept apart.

use crate::device_login::reference;
use crate::grants::{Endpoint, grants};
use crate::ir::{Api, Scheme, SchemeKind};

use super::Member;

/// The security schemes of all APIs.
pub(super) struct Merged {
    /// The schemes, with the names that they have in the umbrella.
    pub schemes: Vec<Scheme>,
    /// For each API, the schemes that have another name in the umbrella: both names.
    pub renamed: Vec<Vec<(String, String)>>,
}

/// A scheme with the APIs that have it.
struct Shared<'m> {
    scheme: &'m Scheme,
    identity: Identity,
    /// Whether an operation of any API requires the scheme.
    is_required: bool,
    members: Vec<&'m Member>,
}

/// What makes two schemes the same: a credential for one is a credential for the other.
#[derive(PartialEq)]
struct Identity {
    name: String,
    kind: SchemeKind,
    /// The endpoints that issue tokens, as absolute URLs.
    endpoints: Vec<String>,
}

/// Merges the schemes of all APIs.
pub(super) fn merge(members: &[Member]) -> Merged {
    let mut all: Vec<Shared<'_>> = Vec::new();
    for member in members {
        for scheme in &member.schemes {
            let identity = identity(member, scheme);
            match all.iter_mut().find(|it| it.identity == identity) {
                Some(shared) => {
                    shared.is_required |= scheme.is_required;
                    shared.members.push(member);
                }
                None => all.push(Shared {
                    scheme,
                    identity,
                    is_required: scheme.is_required,
                    members: vec![member],
                }),
            }
        }
    }
    let named = all.iter().enumerate();
    let names: Vec<String> = named
        .map(|(index, it)| umbrella_name(it, &all[..index]))
        .collect();
    let schemes = all.iter().zip(&names);
    let schemes = schemes.map(|(shared, name)| shared.merged(name)).collect();
    let renamed = members.iter().map(|member| {
        let own = member.schemes.iter().filter_map(|scheme| {
            let identity = identity(member, scheme);
            let at = all.iter().position(|it| it.identity == identity)?;
            (names[at] != scheme.name).then(|| (scheme.name.clone(), names[at].clone()))
        });
        own.collect()
    });
    Merged {
        renamed: renamed.collect(),
        schemes,
    }
}

/// Returns the name of the scheme, with that of its first API if one of the schemes before it has the same
/// name.
fn umbrella_name(shared: &Shared<'_>, before: &[Shared<'_>]) -> String {
    let name = &shared.scheme.name;
    let is_taken = before.iter().any(|it| it.scheme.name == *name);
    match shared.members.first() {
        Some(first) if is_taken => format!("{name} ({})", first.name),
        _ => name.clone(),
    }
}

fn identity(member: &Member, scheme: &Scheme) -> Identity {
    let endpoints = grants(scheme).into_iter().map(|grant| {
        let (Endpoint::Url(url) | Endpoint::Metadata(url)) = grant.endpoint;
        format!("{:?} {}", grant.kind, absolute(member, url))
    });
    Identity {
        name: scheme.name.clone(),
        kind: scheme.kind.clone(),
        endpoints: endpoints.collect(),
    }
}

/// Returns a URL of a document in absolute form. If its server has no host, it is the API's own.
fn absolute(member: &Member, url: &str) -> String {
    let server = member.servers.first().map_or("", |it| it.url.as_str());
    let base = url::Url::parse(&format!("{}/", server.trim_end_matches('/')));
    match (url::Url::parse(url), base) {
        (Ok(url), _) => url.into(),
        (Err(_), Ok(base)) => base.join(url).map_or_else(|_| url.to_owned(), String::from),
        (Err(_), Err(_)) => format!("{}: {server} {url}", member.name),
    }
}

impl Shared<'_> {
    /// Returns the scheme as that of an API without servers. Its URLs are relative to the API that requests
    /// the tokens if they are the same for all, and absolute otherwise.
    fn merged(&self, name: &str) -> Scheme {
        let url = |written: &mut Option<String>| {
            if let Some(written) = written {
                let mut references = self.members.iter().map(|it| it.reference(written));
                let first = references.next();
                let same = references.all(|it| Some(it) == first);
                *written = match (same, first, self.members.first()) {
                    (true, Some(first), _) => first,
                    (_, _, Some(member)) => absolute(member, written),
                    _ => written.clone(),
                };
            }
        };
        let mut scheme = Scheme {
            name: name.to_owned(),
            is_required: self.is_required,
            ..self.scheme.clone()
        };
        url(&mut scheme.metadata_url);
        for flow in &mut scheme.flows {
            url(&mut flow.token_url);
            url(&mut flow.refresh_url);
        }
        scheme
    }
}

impl Member {
    /// Returns a URL of the document as the client refers to it.
    fn reference(&self, written: &str) -> String {
        let api = Api {
            servers: self.servers.clone(),
            ..super::api(&crate::Options::new(""), Vec::new())
        };
        reference(&api, written)
    }
}
