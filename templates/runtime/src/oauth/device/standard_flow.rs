//! The requests of a device login as the standards define them (RFC 8628 sections 3.1 and 3.4, RFC
//! 6749 section 6), sent to the endpoints of a document's flow or to those of an issuer's metadata.

use crate::client::ClientCore;
use crate::error::InvalidRequestError;
use crate::oauth::device::{AuthorizationRequest, DeviceFlow};
use crate::oauth::endpoint;
use crate::oauth::login_flow::TokenRequest;
use crate::oauth::standard_login::{self, IssuerFlow};
use crate::response::{RawResponse, ResponseFuture};
use crate::transport::address::BaseUrl;

/// The name of the request in errors.
const AUTHORIZATION: &str = "device authorization request";

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
        Ok(url) => standard_login::send(client, url, request),
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

impl DeviceFlow for IssuerFlow {
    fn authorize(&self, mut request: AuthorizationRequest) -> ResponseFuture<RawResponse> {
        let flow = self.clone();
        ResponseFuture::new(async move {
            let metadata = flow.issuer.metadata(&flow.client).await?;
            let missing = || {
                InvalidRequestError::new(
                    "the issuer's metadata has no `device_authorization_endpoint`",
                )
            };
            let url = metadata.server.device_authorization.ok_or_else(missing)?;
            request.app = request
                .app
                .with_default_authentication(metadata.authentication);
            let response = send_authorization(&flow.client, url, request).await;
            flow.issuer.observe(&response);
            response
        })
    }
}
