//! The token requests of a login as the standards define them, sent to the endpoints of a document's
//! flow or to those of an authorization server's metadata.

use std::sync::{Arc, OnceLock};

use crate::client::ClientCore;
use crate::error::{Error, InvalidRequestError};
use crate::oauth::client_authentication::ClientAuthentication;
use crate::oauth::discovery::{AuthorizationServer, MetadataCache};
use crate::oauth::endpoint;
use crate::oauth::login_flow::{LoginFlow, SupportedFields, TokenRequest};
use crate::response::{RawResponse, ResponseFuture};
use crate::transport::BoxFuture;
use crate::transport::address::BaseUrl;

/// The name of the request in errors.
const TOKEN: &str = "token request";

/// Sends a token request to an endpoint.
pub(crate) fn send(
    client: &ClientCore,
    url: BaseUrl,
    request: TokenRequest,
) -> ResponseFuture<RawResponse> {
    let fields = request.fields();
    let (app, retry) = (&request.app, request.retry.clone());
    endpoint::post(client, TOKEN, url, app, &fields, retry)
}

/// The endpoints of a document's login.
///
/// URLs may contain server variables or be relative to the base URL.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoginEndpoints {
    /// `authorizationUrl`
    pub authorization: Option<&'static str>,
    /// `tokenUrl`
    pub token: Option<&'static str>,
    /// `refreshUrl`
    pub refresh: Option<&'static str>,
    /// The URL of the metadata, which names the other endpoints.
    pub metadata: Option<&'static str>,
}

/// Sends the requests to the endpoints that a document names.
#[derive(Clone)]
pub struct EndpointFlow {
    client: ClientCore,
    endpoints: LoginEndpoints,
    metadata: Arc<OnceLock<MetadataCache>>,
}

impl EndpointFlow {
    /// Creates a flow. Requests nothing yet.
    #[must_use]
    pub fn new(client: ClientCore, endpoints: LoginEndpoints) -> Self {
        Self {
            client,
            endpoints,
            metadata: Arc::default(),
        }
    }

    /// Returns the metadata, if the document says where it is.
    fn metadata(&self) -> Result<Option<&MetadataCache>, InvalidRequestError> {
        let Some(url) = self.endpoints.metadata else {
            return Ok(None);
        };
        let url = endpoint::resolve(&self.client, url)?;
        let cache = || MetadataCache::for_configuration(url);
        Ok(Some(self.metadata.get_or_init(cache)))
    }
}

impl LoginFlow for EndpointFlow {
    fn client(&self) -> &ClientCore {
        &self.client
    }

    fn supported_fields(&self) -> SupportedFields {
        SupportedFields::STANDARD
    }

    fn token(&self, mut request: TokenRequest) -> ResponseFuture<RawResponse> {
        let flow = self.clone();
        ResponseFuture::new(async move {
            let refresh = flow.endpoints.refresh;
            let refresh = refresh.filter(|_| request.refresh_token.is_some());
            let metadata = flow.metadata()?;
            let discovered = match metadata {
                Some(metadata) => Some(metadata.metadata(&flow.client).await?),
                None => None,
            };
            let authentication = discovered.as_ref().map(|it| it.authentication);
            let url = match (refresh.or(flow.endpoints.token), discovered) {
                (Some(url), _) => endpoint::resolve(&flow.client, url)?,
                (None, Some(metadata)) => metadata.token,
                (None, None) => {
                    return Err(InvalidRequestError::new("there is no token endpoint").into());
                }
            };
            request.authenticate_by(authentication.unwrap_or(ClientAuthentication::Basic));
            let response = send(&flow.client, url, request).await;
            if let Some(metadata) = metadata {
                metadata.observe(&response);
            }
            response
        })
    }

    fn server(&self) -> BoxFuture<'_, Result<AuthorizationServer, Error>> {
        Box::pin(async {
            let mut server = match self.metadata()? {
                Some(metadata) => metadata.metadata(&self.client).await?.server,
                None => AuthorizationServer::default(),
            };
            if let Some(url) = self.endpoints.authorization {
                let url = endpoint::resolve(&self.client, url)?;
                server.authorization = Some(url.secure("the authorization URL")?);
            }
            Ok(server)
        })
    }
}

/// Sends the requests to the endpoints that an issuer's metadata names.
#[derive(Clone)]
pub(crate) struct IssuerFlow {
    pub(crate) client: ClientCore,
    url: String,
    pub(crate) issuer: Arc<MetadataCache>,
}

impl IssuerFlow {
    /// Creates a flow. Requests no metadata yet.
    #[must_use]
    pub(crate) fn new(client: ClientCore, issuer: String) -> Self {
        Self {
            client,
            url: issuer.clone(),
            issuer: Arc::new(MetadataCache::for_issuer(issuer)),
        }
    }
}

impl LoginFlow for IssuerFlow {
    fn client(&self) -> &ClientCore {
        &self.client
    }

    fn server_url(&self) -> String {
        self.url.clone()
    }

    fn supported_fields(&self) -> SupportedFields {
        SupportedFields::STANDARD
    }

    fn token(&self, mut request: TokenRequest) -> ResponseFuture<RawResponse> {
        let flow = self.clone();
        ResponseFuture::new(async move {
            let metadata = flow.issuer.metadata(&flow.client).await?;
            request.authenticate_by(metadata.authentication);
            let response = send(&flow.client, metadata.token, request).await;
            flow.issuer.observe(&response);
            response
        })
    }

    fn server(&self) -> BoxFuture<'_, Result<AuthorizationServer, Error>> {
        Box::pin(async { Ok(self.issuer.metadata(&self.client).await?.server) })
    }
}
