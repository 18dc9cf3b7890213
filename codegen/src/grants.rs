//! The OAuth 2.0 grants that a client's builder offers, and their token endpoints.

use serde::Serialize;

use crate::ir::{Flow, FlowKind, Scheme};

/// An OAuth 2.0 grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum GrantKind {
    /// An application requests tokens for itself (RFC 6749 section 4.4).
    ClientCredentials,
    /// A refresh token is exchanged for new tokens (RFC 6749 section 6).
    RefreshToken,
}

/// A grant and its token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// The kind of grant.
    pub kind: GrantKind,
    /// The token endpoint.
    pub endpoint: Endpoint<'a>,
}

/// A token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// The endpoint has this URL.
    Url(&'a str),
    /// The configuration at this URL names the endpoint (OpenID Connect Discovery).
    Configuration(&'a str),
}

/// Returns the grants that a scheme's flows or configuration have an endpoint for.
pub fn grants(scheme: &Scheme) -> Vec<Grant<'_>> {
    if let Some(url) = &scheme.open_id_connect_url {
        let grant = |kind| Grant {
            kind,
            endpoint: Endpoint::Configuration(url),
        };
        return vec![
            grant(GrantKind::ClientCredentials),
            grant(GrantKind::RefreshToken),
        ];
    }
    let find = |kind: FlowKind| scheme.flows.iter().find(move |flow| flow.kind == kind);
    let own = find(FlowKind::ClientCredentials).and_then(|flow| flow.token_url.as_deref());
    let refresh = |flow: &'_ Flow| flow.refresh_url.is_some() || flow.token_url.is_some();
    let user = [
        FlowKind::AuthorizationCode,
        FlowKind::DeviceAuthorization,
        FlowKind::Password,
    ];
    let user = user.into_iter().filter_map(find).find(|flow| refresh(flow));
    let user = user.and_then(|flow| flow.refresh_url.as_ref().or(flow.token_url.as_ref()));
    let grant = |kind, url| Grant {
        kind,
        endpoint: Endpoint::Url(url),
    };
    let own = own.map(|url| grant(GrantKind::ClientCredentials, url));
    let user = user.map(|url| grant(GrantKind::RefreshToken, url));
    own.into_iter().chain(user).collect()
}
