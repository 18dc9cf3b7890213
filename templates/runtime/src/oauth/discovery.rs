//! Finds the endpoints of an authorization server by its metadata (RFC 8414, OpenID Connect
//! Discovery 1.0).

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use serde_json::Value;

use crate::client::ClientCore;
use crate::error::{DecodeProblem, Error, InvalidRequestError};
use crate::oauth::client_authentication::ClientAuthentication;
use crate::oauth::endpoint;
use crate::oauth::response::{Properties, decode_error};
use crate::response::RawResponse;
use crate::transport::address::BaseUrl;
use crate::wire::mismatch::Mismatch;

/// The name of the request in errors.
const DISCOVERY: &str = "discovery";

/// The metadata of an authorization server.
#[derive(Clone)]
pub(crate) struct ServerMetadata {
    /// `token_endpoint`
    pub token: BaseUrl,
    /// `device_authorization_endpoint` (RFC 8628 section 4)
    #[cfg(feature = "device-login")]
    pub device_authorization: Option<BaseUrl>,
    /// How an app with a secret authenticates, by `token_endpoint_auth_methods_supported`.
    pub authentication: ClientAuthentication,
}

/// Requests the metadata of an authorization server when it is first needed, and caches it.
/// Failures aren't cached.
///
/// If a request to an endpoint suggests that the metadata is stale, the server is asked again
/// before the next request. If that fails, the cached metadata stays in use.
pub(crate) struct MetadataCache {
    source: MetadataSource,
    cached: Mutex<CachedMetadata>,
}

/// Where the metadata is.
enum MetadataSource {
    #[cfg(feature = "device-login")]
    Issuer(String),
    Configuration(BaseUrl),
}

/// The cached metadata.
#[derive(Clone, Default)]
struct CachedMetadata {
    metadata: Option<ServerMetadata>,
    /// Whether no request suggests that the metadata is stale.
    is_current: bool,
}

impl MetadataCache {
    /// Finds the metadata by the URL of the issuer: by RFC 8414 section 3, or else by OpenID
    /// Connect Discovery section 4. Sends nothing yet.
    #[cfg(feature = "device-login")]
    #[must_use]
    pub(crate) fn for_issuer(issuer: String) -> Self {
        Self::from_source(MetadataSource::Issuer(issuer))
    }

    /// Reads the metadata at this URL (OpenAPI: `openIdConnectUrl`). Sends nothing yet.
    #[must_use]
    pub(crate) fn for_configuration(url: BaseUrl) -> Self {
        Self::from_source(MetadataSource::Configuration(url))
    }

    fn from_source(source: MetadataSource) -> Self {
        Self {
            source,
            cached: Mutex::default(),
        }
    }

    /// Returns the metadata.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL isn't `https` (`http` is allowed on this machine only), if the
    /// server can't be reached or has no metadata, or if the metadata names another issuer.
    pub(crate) async fn metadata(&self, client: &ClientCore) -> Result<ServerMetadata, Error> {
        let cached = self.cached().clone();
        if let (Some(metadata), true) = (cached.metadata, cached.is_current) {
            return Ok(metadata);
        }
        let discovered = match &self.source {
            #[cfg(feature = "device-login")]
            MetadataSource::Issuer(issuer) => discover(client, issuer).await,
            MetadataSource::Configuration(url) => discover_at(client, url.clone()).await,
        };
        let mut cached = self.cached();
        match discovered {
            Ok(metadata) => {
                cached.is_current = true;
                Ok(cached.metadata.insert(metadata).clone())
            }
            Err(error) => cached.metadata.clone().ok_or(error),
        }
    }

    /// Inspects the result of a request to an endpoint. If the endpoint is gone or rejects the
    /// client authentication, the metadata may be stale.
    pub(crate) fn observe(&self, result: &Result<RawResponse, Error>) {
        let may_be_stale = match result {
            Ok(response) => match response.status {
                StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::GONE => true,
                status => status.is_redirection(),
            },
            Err(Error::Transport(error)) => error.is_connect(),
            Err(_) => false,
        };
        if may_be_stale {
            self.cached().is_current = false;
        }
    }

    /// Locks the cache, even if the lock is poisoned: no code panics with it half-changed.
    fn cached(&self) -> MutexGuard<'_, CachedMetadata> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "device-login")]
async fn discover(client: &ClientCore, issuer: &str) -> Result<ServerMetadata, Error> {
    let base = secure(issuer, "the issuer")?;
    if base.has_query() {
        return Err(InvalidRequestError::new("the issuer must not have a query").into());
    }
    let urls = [
        base.well_known("oauth-authorization-server", true),
        base.well_known("openid-configuration", false),
    ];
    let mut first_error = None;
    for url in urls {
        let response = endpoint::get(client, DISCOVERY, url?).await?;
        if !response.status.is_success() {
            first_error.get_or_insert(response.into_error());
            continue;
        }
        // Some servers send their front page for every path.
        match Properties::read(&response) {
            Ok(properties) => return metadata(response, &properties, Some(issuer)),
            Err(problem) => first_error.get_or_insert(decode_error(response, problem)),
        };
    }
    let missing = || InvalidRequestError::new("the issuer has no metadata").into();
    Err(first_error.unwrap_or_else(missing))
}

async fn discover_at(client: &ClientCore, url: BaseUrl) -> Result<ServerMetadata, Error> {
    let response = endpoint::get(client, DISCOVERY, url.secure("the configuration")?).await?;
    if !response.status.is_success() {
        return Err(response.into_error());
    }
    match Properties::read(&response) {
        Ok(properties) => metadata(response, &properties, None),
        Err(problem) => Err(decode_error(response, problem)),
    }
}

fn metadata(
    response: RawResponse,
    properties: &Properties,
    issuer: Option<&str>,
) -> Result<ServerMetadata, Error> {
    match read(properties, issuer) {
        Ok(metadata) => Ok(metadata),
        Err(problem) => Err(decode_error(response, problem)),
    }
}

fn read(properties: &Properties, issuer: Option<&str>) -> Result<ServerMetadata, DecodeProblem> {
    let mismatch = |name: &str, expected: &'static str| {
        let found = Value::String(String::new());
        DecodeProblem::Mismatch(Mismatch::new(expected, &found).in_property(name))
    };
    let named = properties.required(&["issuer"])?;
    if issuer.is_some_and(|issuer| !is_issuer(&named, issuer)) {
        return Err(mismatch(
            "issuer",
            "the issuer of the request (RFC 8414 section 3.3)",
        ));
    }
    let url = |name: &'static str| {
        let url = secure(&properties.required(&[name])?, name);
        url.map_err(|_| mismatch(name, "an https URL"))
    };
    #[cfg(feature = "device-login")]
    let device = "device_authorization_endpoint";
    Ok(ServerMetadata {
        token: url("token_endpoint")?,
        #[cfg(feature = "device-login")]
        device_authorization: match properties.string(device) {
            Some(_) => Some(url(device)?),
            None => None,
        },
        authentication: authentication(
            &properties.strings("token_endpoint_auth_methods_supported"),
        ),
    })
}

/// The issuers of Microsoft that serve several tenants, by the first segment of their path, and
/// what their metadata names in its place. `consumers` also names the tenant of all personal accounts
/// ("OpenID Connect on the Microsoft identity platform").
const MULTI_TENANT: &[(&str, &[&str])] = &[
    ("common", &["{tenantid}"]),
    ("organizations", &["{tenantid}"]),
    (
        "consumers",
        &["{tenantid}", "9188040d-6c67-4c5b-b112-36a304b66dad"],
    ),
];

/// Returns whether metadata that names an issuer is that of the requested issuer.
fn is_issuer(named: &str, requested: &str) -> bool {
    let (named, requested) = (named.trim_end_matches('/'), requested.trim_end_matches('/'));
    if named == requested {
        return true;
    }
    let Some((origin, path)) = split_path(requested) else {
        return false;
    };
    let (first, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let tenants = MULTI_TENANT.iter().filter(|(issuer, _)| *issuer == first);
    let mut tenants = tenants.flat_map(|(_, tenants)| *tenants);
    tenants.any(|tenant| format!("{origin}{tenant}{rest}") == named)
}

/// Splits a URL after the slash that begins its path.
fn split_path(url: &str) -> Option<(&str, &str)> {
    let host = url.find("://")? + "://".len();
    let path = host + url[host..].find('/')? + 1;
    Some(url.split_at(path))
}

/// Chooses HTTP Basic, unless the server supports the secret in the body only (RFC 8414 section 2).
fn authentication(methods: &[String]) -> ClientAuthentication {
    let supports = |name: &str| methods.iter().any(|method| method == name);
    if supports("client_secret_post") && !supports("client_secret_basic") {
        ClientAuthentication::Post
    } else {
        ClientAuthentication::Basic
    }
}

fn secure(url: &str, what: &str) -> Result<BaseUrl, InvalidRequestError> {
    BaseUrl::parse(url)?.secure(what)
}
