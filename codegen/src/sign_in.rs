//! How a client signs a user in: at the endpoints of a security scheme, with a device login, or both.

use crate::device_login::{DeviceLogin, reference};
use crate::ir::{Api, FlowKind, Scheme};

/// How a client signs a user in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The endpoints of the authorization code grant (RFC 6749 section 4.1).
    pub endpoints: Option<LoginEndpoints>,
    /// Whether the client has a device login.
    pub device: bool,
}

/// The URLs of the authorization code grant. They are resolved against the client's base URL with a slash
/// appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginEndpoints {
    /// The name of the security scheme.
    pub scheme: String,
    /// `authorizationUrl`
    pub authorization: Option<String>,
    /// `tokenUrl`
    pub token: Option<String>,
    /// `refreshUrl`
    pub refresh: Option<String>,
    /// The URL of the metadata, which names the other endpoints.
    pub metadata: Option<String>,
}

/// Finds the ways in which a client signs a user in. Returns `None` if there are none.
pub fn resolve(api: &Api, device_login: Option<&DeviceLogin>) -> Option<SignIn> {
    let endpoints = api.schemes.iter().find_map(|scheme| endpoints(api, scheme));
    let device = device_login.is_some();
    (device || endpoints.is_some()).then_some(SignIn { endpoints, device })
}

/// Returns the endpoints of a scheme: those of its flow, and the metadata for the others. A scheme
/// without flows (OpenID Connect) has the metadata only.
fn endpoints(api: &Api, scheme: &Scheme) -> Option<LoginEndpoints> {
    let mut flows = scheme.flows.iter();
    let flow = flows.find(|flow| flow.kind == FlowKind::AuthorizationCode);
    if flow.is_none() && !scheme.flows.is_empty() {
        return None;
    }
    let url = |written: &Option<String>| written.as_deref().map(|url| reference(api, url));
    let endpoints = LoginEndpoints {
        scheme: scheme.name.clone(),
        authorization: flow.and_then(|flow| url(&flow.authorization_url)),
        token: flow.and_then(|flow| url(&flow.token_url)),
        refresh: flow.and_then(|flow| url(&flow.refresh_url)),
        metadata: url(&scheme.metadata_url),
    };
    let is_complete = endpoints.authorization.is_some() && endpoints.token.is_some();
    (is_complete || endpoints.metadata.is_some()).then_some(endpoints)
}

#[cfg(test)]
mod tests {
    use super::{LoginEndpoints, resolve};
    use crate::lower::tests::lower;

    fn endpoints(schemes: &str) -> Option<LoginEndpoints> {
        let document = format!("\ncomponents:\n  securitySchemes: {schemes}\n");
        resolve(&lower(&document).api, None)?.endpoints
    }

    #[test]
    fn the_first_scheme_with_complete_endpoints_is_used() {
        let text = |text: &str| Some(text.to_owned());
        let found = endpoints(
            "{a: {type: http, scheme: bearer}, b: {type: oauth2, flows: {authorizationCode: \
             {authorizationUrl: 'https://id.example.com/a', tokenUrl: 'https://id.example.com/t', \
             refreshUrl: 'https://id.example.com/r', scopes: {}}}}}",
        );
        let expected = LoginEndpoints {
            scheme: "b".to_owned(),
            authorization: text("https://id.example.com/a"),
            token: text("https://id.example.com/t"),
            refresh: text("https://id.example.com/r"),
            metadata: None,
        };
        assert_eq!(found, Some(expected));
        let found = endpoints(
            "{c: {type: openIdConnect, openIdConnectUrl: 'https://id.example.com/metadata'}}",
        );
        let expected = LoginEndpoints {
            scheme: "c".to_owned(),
            authorization: None,
            token: None,
            refresh: None,
            metadata: text("https://id.example.com/metadata"),
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn other_schemes_sign_nobody_in() {
        for schemes in [
            "{a: {type: http, scheme: bearer}}",
            "{a: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example.com/t', \
             scopes: {}}}}}",
            "{a: {type: oauth2, flows: {authorizationCode: {authorizationUrl: '', tokenUrl: \
             'https://id.example.com/t', scopes: {}}}}}",
        ] {
            assert_eq!(endpoints(schemes), None, "{schemes}");
        }
    }
}
