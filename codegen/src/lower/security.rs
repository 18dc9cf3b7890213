//! Security schemes and servers.

use openapiv3::{APIKeyLocation, SecurityScheme};

use super::annotations::text;
use crate::ir::{Operation, Scheme, SchemeKind, Server, ServerVariable};
use crate::normalise::resolved::Resolved;

/// The security schemes of a document, in its order.
pub(super) fn schemes(resolved: &Resolved) -> Vec<Scheme> {
    let scheme = |it: &crate::normalise::resolved::SecurityScheme| {
        let (kind, description) = kind(&it.scheme);
        Scheme {
            pointer: it.pointer.clone(),
            name: it.name.clone(),
            description: text(description),
            kind,
        }
    };
    resolved.security_schemes.iter().map(scheme).collect()
}

/// What a scheme puts on the wire, and its description.
fn kind(scheme: &SecurityScheme) -> (SchemeKind, &Option<String>) {
    match scheme {
        SecurityScheme::APIKey {
            location,
            name,
            description,
            ..
        } => {
            let kind = match location {
                APIKeyLocation::Query => SchemeKind::QueryKey(name.clone()),
                APIKeyLocation::Header => SchemeKind::HeaderKey(name.clone()),
                APIKeyLocation::Cookie => SchemeKind::CookieKey(name.clone()),
            };
            (kind, description)
        }
        SecurityScheme::HTTP {
            scheme,
            description,
            ..
        } => {
            let kind = match scheme.to_ascii_lowercase().as_str() {
                "basic" => SchemeKind::Basic,
                "bearer" => SchemeKind::Bearer,
                _ => SchemeKind::Authorization(scheme.clone()),
            };
            (kind, description)
        }
        SecurityScheme::OAuth2 { description, .. }
        | SecurityScheme::OpenIDConnect { description, .. } => (SchemeKind::Bearer, description),
    }
}

/// A server and its variables.
pub(super) fn server(server: &openapiv3::Server) -> Server {
    let variable = |(name, it): (&String, &openapiv3::ServerVariable)| ServerVariable {
        name: name.clone(),
        default: it.default.clone(),
        allowed: it.enumeration.clone(),
        description: text(&it.description),
    };
    Server {
        url: server.url.clone(),
        description: text(&server.description),
        variables: server.variables.iter().flatten().map(variable).collect(),
    }
}

/// The variables of all servers; where several have one of a name, the first tells about it.
pub(super) fn variables(servers: &[Server], operations: &[Operation]) -> Vec<ServerVariable> {
    let own = operations.iter().flat_map(|operation| &operation.servers);
    let mut variables: Vec<ServerVariable> = Vec::new();
    for variable in servers.iter().chain(own).flat_map(|it| &it.variables) {
        if variables.iter().all(|known| known.name != variable.name) {
            variables.push(variable.clone());
        }
    }
    variables
}
