//! Security schemes and servers.

use indexmap::IndexMap;
use openapiv3::{APIKeyLocation, OAuth2Flows, SecurityScheme};
use serde_json::Value;

use super::Lowering;
use super::annotations::text;
use crate::ir::{Flow, FlowKind, Operation, Scheme, SchemeKind, Server, ServerVariable};
use crate::normalise::resolved::Resolved;
use crate::parse::text::excerpt;
use crate::pointer::Pointer;

/// Returns the security schemes of a document, in its order.
pub(super) fn schemes(resolved: &Resolved) -> Vec<Scheme> {
    let scheme = |it: &crate::normalise::resolved::SecurityScheme| {
        let (kind, description) = kind(&it.scheme);
        Scheme {
            pointer: it.pointer.clone(),
            name: it.name.clone(),
            description: text(description),
            kind,
            flows: match &it.scheme {
                SecurityScheme::OAuth2 { flows, .. } => self::flows(flows, &it.pointer),
                _ => Vec::new(),
            },
            metadata_url: match &it.scheme {
                SecurityScheme::OpenIDConnect {
                    open_id_connect_url,
                    ..
                } => url(Some(open_id_connect_url)),
                SecurityScheme::OAuth2 { flows, .. } => {
                    let metadata = flows.extensions.get("oauth2MetadataUrl");
                    metadata
                        .and_then(Value::as_str)
                        .and_then(|it| url(Some(it)))
                }
                _ => None,
            },
            is_required: requires(resolved, &it.name),
        }
    };
    resolved.security_schemes.iter().map(scheme).collect()
}

/// Returns whether an operation requires the scheme with this name.
fn requires(resolved: &Resolved, scheme: &str) -> bool {
    let alternatives = resolved.operations.iter().flat_map(|it| &it.security);
    let mut alternatives = alternatives.filter(|it| it.contains_key(scheme));
    alternatives.next().is_some()
}

/// HTTP authentication schemes whose credentials are computed from a challenge of the server or from
/// the request (IANA, HTTP Authentication Scheme Registry).
const COMPUTED: [&str; 10] = [
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "mutual",
    "negotiate",
    "oauth",
    "scram-sha-1",
    "scram-sha-256",
];

impl Lowering<'_, '_> {
    /// Warns of schemes whose credentials the client can't compute.
    pub(super) fn warn_of_computed_credentials(&mut self, schemes: &[Scheme]) {
        for scheme in schemes {
            let SchemeKind::Authorization(name) = &scheme.kind else {
                continue;
            };
            if COMPUTED.contains(&name.to_ascii_lowercase().as_str()) {
                let message = format!(
                    "the client doesn't implement HTTP authentication `{}`: it sends the credentials that the caller has computed, unchanged with every request",
                    excerpt(name)
                );
                let help = "declare another scheme, such as `basic` or `bearer`, if the server accepts one";
                self.warn(&scheme.pointer, message, help);
            }
        }
    }
}

/// Returns what a scheme sends, and its description.
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

/// Returns the flows of a scheme, in the order of the OAuth Flows Object.
fn flows(flows: &OAuth2Flows, scheme: &Pointer) -> Vec<Flow> {
    let flow = |name: &str, kind, scopes: &IndexMap<String, String>| Flow {
        pointer: scheme.child("flows").child(name),
        kind,
        authorization_url: None,
        device_authorization_url: None,
        token_url: None,
        refresh_url: None,
        scopes: scopes
            .iter()
            .map(|(name, meaning)| (name.clone(), meaning.clone()))
            .collect(),
    };
    let implicit = flows.implicit.as_ref().map(|it| Flow {
        authorization_url: url(Some(&it.authorization_url)),
        refresh_url: url(it.refresh_url.as_ref()),
        ..flow("implicit", FlowKind::Implicit, &it.scopes)
    });
    let password = flows.password.as_ref().map(|it| Flow {
        token_url: url(Some(&it.token_url)),
        refresh_url: url(it.refresh_url.as_ref()),
        ..flow("password", FlowKind::Password, &it.scopes)
    });
    let credentials = flows.client_credentials.as_ref().map(|it| Flow {
        token_url: url(Some(&it.token_url)),
        refresh_url: url(it.refresh_url.as_ref()),
        ..flow("clientCredentials", FlowKind::ClientCredentials, &it.scopes)
    });
    let code = flows.authorization_code.as_ref().map(|it| Flow {
        authorization_url: url(Some(&it.authorization_url)),
        token_url: url(Some(&it.token_url)),
        refresh_url: url(it.refresh_url.as_ref()),
        ..flow("authorizationCode", FlowKind::AuthorizationCode, &it.scopes)
    });
    let device = ["deviceAuthorization", "x-deviceAuthorization"];
    let device = device.into_iter().find_map(|name| {
        let it = flows.extensions.get(name)?;
        let text_of = |name: &str| it.get(name).and_then(Value::as_str).map(str::to_owned);
        let scopes = it.get("scopes").and_then(Value::as_object);
        let scopes = scopes.into_iter().flatten().map(|(name, meaning)| {
            let meaning = meaning.as_str().unwrap_or_default();
            (name.clone(), meaning.to_owned())
        });
        Some(Flow {
            device_authorization_url: url(text_of("deviceAuthorizationUrl").as_ref()),
            token_url: url(text_of("tokenUrl").as_ref()),
            refresh_url: url(text_of("refreshUrl").as_ref()),
            ..flow(name, FlowKind::DeviceAuthorization, &scopes.collect())
        })
    });
    [implicit, password, credentials, code, device]
        .into_iter()
        .flatten()
        .collect()
}

/// Returns a URL, unless it is empty.
fn url<T: AsRef<str> + ?Sized>(text: Option<&T>) -> Option<String> {
    let text = text?.as_ref().trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns a server and its variables.
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

/// Returns the variables of all servers, without duplicate names. The first of a name is kept.
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
