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
    /// The metadata at this URL names the endpoint (OpenID Connect Discovery, RFC 8414).
    Metadata(&'a str),
}

/// Returns the grants that a scheme's flows or metadata have an endpoint for. A flow without a URL of
/// its own has the endpoint that the metadata names.
pub fn grants(scheme: &Scheme) -> Vec<Grant<'_>> {
    let metadata = || scheme.metadata_url.as_deref().map(Endpoint::Metadata);
    let find = |kind: FlowKind| scheme.flows.iter().find(move |flow| flow.kind == kind);
    let (own, user) = if scheme.flows.is_empty() {
        (metadata(), metadata())
    } else {
        let own = find(FlowKind::ClientCredentials);
        let user = [
            FlowKind::AuthorizationCode,
            FlowKind::DeviceAuthorization,
            FlowKind::Password,
        ];
        let user = || user.into_iter().filter_map(find);
        (
            own.and_then(|flow| token_endpoint(flow).or_else(metadata)),
            user()
                .find_map(refresh_endpoint)
                .or_else(|| user().next().and_then(|_| metadata())),
        )
    };
    let grant = |kind, endpoint: Option<_>| endpoint.map(|endpoint| Grant { kind, endpoint });
    let own = grant(GrantKind::ClientCredentials, own);
    let user = grant(GrantKind::RefreshToken, user);
    own.into_iter().chain(user).collect()
}

fn token_endpoint(flow: &Flow) -> Option<Endpoint<'_>> {
    flow.token_url.as_deref().map(Endpoint::Url)
}

fn refresh_endpoint(flow: &Flow) -> Option<Endpoint<'_>> {
    let url = flow.refresh_url.as_deref();
    url.map(Endpoint::Url).or_else(|| token_endpoint(flow))
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, GrantKind, grants};
    use crate::lower::tests::lower;

    #[test]
    fn metadata_names_the_endpoints_that_the_flows_lack() {
        let metadata = Endpoint::Metadata("https://id.example.com/metadata");
        let token = Endpoint::Url("https://id.example.com/token");
        let own = |endpoint| (GrantKind::ClientCredentials, endpoint);
        let user = |endpoint| (GrantKind::RefreshToken, endpoint);
        for (flows, expected) in [
            ("{}", vec![own(metadata), user(metadata)]),
            (
                "{clientCredentials: {tokenUrl: 'https://id.example.com/token', scopes: {}}}",
                vec![own(token)],
            ),
            (
                "{clientCredentials: {tokenUrl: '', scopes: {}}, authorizationCode: {authorizationUrl: '', tokenUrl: '', scopes: {}}}",
                vec![own(metadata), user(metadata)],
            ),
        ] {
            let lowered = lower(&format!(
                "
components:
  securitySchemes:
    s: {{type: oauth2, oauth2MetadataUrl: 'https://id.example.com/metadata', flows: {flows}}}
"
            ));
            let found = grants(&lowered.api.schemes[0]).into_iter();
            let found: Vec<_> = found.map(|it| (it.kind, it.endpoint)).collect();
            assert_eq!(found, expected, "{flows}");
        }
    }
}
