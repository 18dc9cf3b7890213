//! The requests of a device login as the standards define them (RFC 8628 sections 3.1 and 3.4, RFC
//! 6749 section 6), sent to the endpoints of a document's flow or to those of an issuer's metadata.

use std::sync::Arc;

use crate::client::ClientCore;
use crate::error::InvalidRequestError;
use crate::oauth::device::{AuthorizationRequest, DeviceFlow, SupportedFields, TokenRequest};
use crate::oauth::discovery::MetadataCache;
use crate::oauth::endpoint;
use crate::response::{RawResponse, ResponseFuture};
use crate::transport::address::BaseUrl;

/// The names of the requests in errors.
const AUTHORIZATION: &str = "device authorization request";
const TOKEN: &str = "token request";

/// Sends the device authorization request to an endpoint of the document, which may contain server
/// variables or be relative to the base URL.
pub fn authorize(
    client: &ClientCore,
    url: &'static str,
    request: AuthorizationRequest,
) -> ResponseFuture<RawResponse> {
    match endpoint::resolve(client, url) {
        Ok(url) => send_authorization(client, url, request),
        Err(error) => ResponseFuture::new(async { Err(error.into()) }),
    }
}

/// Sends a token request to an endpoint of the document, which may contain server variables or be
/// relative to the base URL.
pub fn token(
    client: &ClientCore,
    url: &'static str,
    request: TokenRequest,
) -> ResponseFuture<RawResponse> {
    match endpoint::resolve(client, url) {
        Ok(url) => send_token(client, url, request),
        Err(error) => ResponseFuture::new(async { Err(error.into()) }),
    }
}

fn send_authorization(
    client: &ClientCore,
    url: BaseUrl,
    request: AuthorizationRequest,
) -> ResponseFuture<RawResponse> {
    let scope = request.scopes.join(" ");
    let mut fields = Vec::new();
    if !scope.is_empty() {
        fields.push(("scope", scope.as_str()));
    }
    let audiences = request.audiences.iter();
    fields.extend(audiences.map(|audience| ("audience", audience.as_str())));
    endpoint::post(
        client,
        AUTHORIZATION,
        url,
        &request.app,
        &fields,
        request.retry,
    )
}

fn send_token(
    client: &ClientCore,
    url: BaseUrl,
    request: TokenRequest,
) -> ResponseFuture<RawResponse> {
    let mut fields = vec![("grant_type", request.grant_type)];
    if let Some(code) = &request.device_code {
        fields.push(("device_code", code));
    }
    if let Some(token) = &request.refresh_token {
        fields.push(("refresh_token", token));
    }
    endpoint::post(client, TOKEN, url, &request.app, &fields, request.retry)
}

/// Sends the requests to the endpoints that an issuer's metadata names.
#[derive(Clone)]
pub struct IssuerFlow {
    client: ClientCore,
    issuer: Arc<MetadataCache>,
}

impl IssuerFlow {
    /// Creates a flow. Requests no metadata yet.
    #[must_use]
    pub fn new(client: ClientCore, issuer: String) -> Self {
        Self {
            client,
            issuer: Arc::new(MetadataCache::for_issuer(issuer)),
        }
    }
}

impl DeviceFlow for IssuerFlow {
    fn client(&self) -> &ClientCore {
        &self.client
    }

    fn supported_fields(&self) -> SupportedFields {
        SupportedFields {
            scopes: true,
            max_audiences: usize::MAX,
            client_secret: true,
            refresh_token: true,
        }
    }

    fn authorize(&self, mut request: AuthorizationRequest) -> ResponseFuture<RawResponse> {
        let flow = self.clone();
        ResponseFuture::new(async move {
            let metadata = flow.issuer.metadata(&flow.client).await?;
            let missing = || {
                InvalidRequestError::new(
                    "the issuer's metadata has no `device_authorization_endpoint`",
                )
            };
            let url = metadata.device_authorization.ok_or_else(missing)?;
            request.app = request
                .app
                .with_default_authentication(metadata.authentication);
            let response = send_authorization(&flow.client, url, request).await;
            flow.issuer.observe(&response);
            response
        })
    }

    fn token(&self, mut request: TokenRequest) -> ResponseFuture<RawResponse> {
        let flow = self.clone();
        ResponseFuture::new(async move {
            let metadata = flow.issuer.metadata(&flow.client).await?;
            request.app = request
                .app
                .with_default_authentication(metadata.authentication);
            let response = send_token(&flow.client, metadata.token, request).await;
            flow.issuer.observe(&response);
            response
        })
    }
}
