//! The grants of OAuth 2.0 that the builder of a client offers, and where their tokens are had.

use serde::Serialize;

use crate::ir::{Flow, FlowKind, Scheme};

/// A grant of OAuth 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum GrantKind {
    /// An app asks in its own name (RFC 6749 section 4.4).
    ClientCredentials,
    /// Tokens that a user once approved renew themselves (RFC 6749 section 6).
    RefreshToken,
}

/// A grant and its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// Which it is.
    pub kind: GrantKind,
    /// Where its tokens are had.
    pub endpoint: Endpoint<'a>,
}

/// Where tokens are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// At this URL.
    Url(&'a str),
    /// Where the configuration at this URL says (OpenID Connect Discovery).
    Configuration(&'a str),
}

/// The grants of a scheme: what its flows, or its configuration, give an endpoint for.
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
