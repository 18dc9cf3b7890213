//! The requests of a device login as the standards have them (RFC 8628 sections 3.1 and 3.4, RFC
//! 6749 section 6), at the addresses of a document's flow or at those that an issuer tells.

use std::sync::Arc;

use crate::client::ClientCore;
use crate::error::{Error, InvalidRequestError};
use crate::oauth::device::{AuthorizationRequest, DeviceFlow, Takes, TokenRequest};
use crate::oauth::discovery::Discovered;
use crate::oauth::endpoint;
use crate::response::RawResponse;
use crate::transport::BoxFuture;
use crate::transport::address::BaseUrl;

/// How the requests are called in errors.
const AUTHORIZATION: &str = "device authorization request";
const TOKEN: &str = "token request";

/// Sends the device authorization request to the address of a flow: see [`endpoint::resolve`].
pub fn authorize(
    client: &ClientCore,
    address: &'static str,
    request: AuthorizationRequest,
) -> BoxFuture<'static, Result<RawResponse, Error>> {
    match endpoint::resolve(client, address) {
        Ok(url) => send_authorization(client, url, request),
        Err(error) => Box::pin(async { Err(error.into()) }),
    }
}

/// Sends a token request, likewise.
pub fn token(
    client: &ClientCore,
    address: &'static str,
    request: TokenRequest,
) -> BoxFuture<'static, Result<RawResponse, Error>> {
    match endpoint::resolve(client, address) {
        Ok(url) => send_token(client, url, request),
        Err(error) => Box::pin(async { Err(error.into()) }),
    }
}

fn send_authorization(
    client: &ClientCore,
    url: BaseUrl,
    request: AuthorizationRequest,
) -> BoxFuture<'static, Result<RawResponse, Error>> {
    let scope = request.scopes.join(" ");
    let mut fields = Vec::new();
    if !scope.is_empty() {
        fields.push(("scope", scope.as_str()));
    }
    let audiences = request.audiences.iter();
    fields.extend(audiences.map(|audience| ("audience", audience.as_str())));
    endpoint::post(client, AUTHORIZATION, url, &request.app, &fields)
}

fn send_token(
    client: &ClientCore,
    url: BaseUrl,
    request: TokenRequest,
) -> BoxFuture<'static, Result<RawResponse, Error>> {
    let mut fields = vec![("grant_type", request.grant_type)];
    if let Some(code) = &request.device_code {
        fields.push(("device_code", code));
    }
    if let Some(token) = &request.refresh_token {
        fields.push(("refresh_token", token));
    }
    endpoint::post(client, TOKEN, url, &request.app, &fields)
}

/// The requests at the addresses that an issuer tells, once it is asked.
#[derive(Clone)]
pub struct IssuerFlow {
    client: ClientCore,
    issuer: Arc<Discovered>,
}

impl IssuerFlow {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(client: ClientCore, issuer: String) -> Self {
        Self {
            client,
            issuer: Arc::new(Discovered::of_issuer(issuer)),
        }
    }
}

impl DeviceFlow for IssuerFlow {
    fn client(&self) -> &ClientCore {
        &self.client
    }

    fn takes(&self) -> Takes {
        Takes {
            scopes: true,
            audiences: usize::MAX,
            client_secret: true,
            refresh_token: true,
        }
    }

    fn authorize(
        &self,
        mut request: AuthorizationRequest,
    ) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let flow = self.clone();
        Box::pin(async move {
            let metadata = flow.issuer.metadata(&flow.client).await?;
            let none = || InvalidRequestError::new("the issuer offers no device login");
            let url = metadata.device_authorization.ok_or_else(none)?;
            request.app = request.app.or_with_secret(metadata.authentication);
            let answer = send_authorization(&flow.client, url, request).await;
            flow.issuer.hears(&answer);
            answer
        })
    }

    fn token(&self, mut request: TokenRequest) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let flow = self.clone();
        Box::pin(async move {
            let metadata = flow.issuer.metadata(&flow.client).await?;
            request.app = request.app.or_with_secret(metadata.authentication);
            let answer = send_token(&flow.client, metadata.token, request).await;
            flow.issuer.hears(&answer);
            answer
        })
    }
}
