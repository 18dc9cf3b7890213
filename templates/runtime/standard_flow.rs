//! A device login by the names of the standard, at addresses that are told.

use std::sync::{Arc, Mutex, PoisonError};

use crate::runtime::address::BaseUrl;
use crate::runtime::client::Client;
use crate::runtime::client_authentication::ClientAuthentication;
use crate::runtime::device::{AuthorizationRequest, DeviceFlow, Takes, TokenRequest};
use crate::runtime::discovery::{ServerMetadata, discover};
use crate::runtime::endpoint;
use crate::runtime::error::{Error, InvalidRequest};
use crate::runtime::response::RawResponse;
use crate::runtime::transport::BoxFuture;

/// How the requests are called in errors.
const AUTHORIZATION: &str = "device authorization";
const TOKEN: &str = "token request";

/// The requests of RFC 8628 as the standard writes them.
#[derive(Clone)]
pub struct StandardFlow {
    client: Client,
    server: Arc<Server>,
}

/// Where the requests go.
enum Server {
    /// The document says so (OpenAPI: `deviceAuthorization` flow).
    Flow(Addresses),
    /// The issuer says so, when it is asked first.
    Issuer {
        issuer: String,
        metadata: Mutex<Option<ServerMetadata>>,
    },
}

/// The addresses of a `deviceAuthorization` flow, perhaps relative to the base URL.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// `deviceAuthorizationUrl`
    pub device_authorization: &'static str,
    /// `tokenUrl`
    pub token: &'static str,
    /// `refreshUrl`, if it is another.
    pub refresh: Option<&'static str>,
}

impl StandardFlow {
    /// The addresses that a document gives.
    #[must_use]
    pub fn new(client: Client, addresses: Addresses) -> Self {
        let server = Arc::new(Server::Flow(addresses));
        Self { client, server }
    }

    /// Those that an issuer gives, once it is asked.
    #[must_use]
    pub fn of_issuer(client: Client, issuer: String) -> Self {
        let server = Arc::new(Server::Issuer {
            issuer,
            metadata: Mutex::default(),
        });
        Self { client, server }
    }

    /// Where device authorization requests and token requests go, and how an app with a secret
    /// proves who it is unless it says.
    async fn endpoints(&self) -> Result<(Option<BaseUrl>, BaseUrl, ClientAuthentication), Error> {
        let (issuer, cache) = match &*self.server {
            Server::Flow(addresses) => {
                let at = |url| endpoint::resolve(&self.client, url);
                let device = at(addresses.device_authorization)?;
                let token = at(addresses.token)?;
                return Ok((Some(device), token, ClientAuthentication::Basic));
            }
            Server::Issuer { issuer, metadata } => (issuer, metadata),
        };
        let known = cache.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let metadata = match known {
            Some(metadata) => metadata,
            None => {
                let metadata = discover(&self.client, issuer).await?;
                let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
                cache.insert(metadata).clone()
            }
        };
        Ok((
            metadata.device_authorization,
            metadata.token,
            metadata.authentication,
        ))
    }
}

impl DeviceFlow for StandardFlow {
    fn client(&self) -> &Client {
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
        request: AuthorizationRequest,
    ) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let flow = self.clone();
        Box::pin(async move {
            let (device, _, authentication) = flow.endpoints().await?;
            let none = || InvalidRequest::new("the issuer offers no device login");
            let url = device.ok_or_else(none)?;
            let scope = request.scopes.join(" ");
            let mut fields = Vec::new();
            if !scope.is_empty() {
                fields.push(("scope", scope.as_str()));
            }
            let audiences = request.audiences.iter();
            fields.extend(audiences.map(|audience| ("audience", audience.as_str())));
            let app = request.app.or_with_secret(authentication);
            endpoint::post(&flow.client, AUTHORIZATION, url, &app, &fields).await
        })
    }

    fn token(&self, request: TokenRequest) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let flow = self.clone();
        Box::pin(async move {
            let (_, mut url, authentication) = flow.endpoints().await?;
            let mut fields = vec![("grant_type", request.grant_type)];
            if let Some(code) = &request.device_code {
                fields.push(("device_code", code));
            }
            if let Some(token) = &request.refresh_token {
                fields.push(("refresh_token", token));
                if let Server::Flow(Addresses {
                    refresh: Some(refresh),
                    ..
                }) = &*flow.server
                {
                    url = endpoint::resolve(&flow.client, refresh)?;
                }
            }
            let app = request.app.or_with_secret(authentication);
            endpoint::post(&flow.client, TOKEN, url, &app, &fields).await
        })
    }
}
