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
    /// The other endpoints.
    #[cfg(feature = "sign-in")]
    pub server: AuthorizationServer,
    /// How an app with a secret authenticates, by `token_endpoint_auth_methods_supported`.
    pub authentication: ClientAuthentication,
}

/// What is known of an authorization server besides its token endpoint.
#[derive(Clone, Default)]
#[cfg(feature = "sign-in")]
// Each way to sign in reads some of it.
#[allow(dead_code)]
pub struct AuthorizationServer {
    /// How an app with a secret authenticates.
    pub(crate) authentication: Option<ClientAuthentication>,
    /// `issuer`
    pub(crate) issuer: Option<String>,
    /// `authorization_endpoint`
    pub(crate) authorization: Option<BaseUrl>,
    /// `device_authorization_endpoint` (RFC 8628 section 4)
    pub(crate) device_authorization: Option<BaseUrl>,
    /// `pushed_authorization_request_endpoint` (RFC 9126 section 5)
    pub(crate) pushed_authorization: Option<BaseUrl>,
    /// `require_pushed_authorization_requests` (RFC 9126 section 5)
    pub(crate) requires_pushed: bool,
    /// `authorization_response_iss_parameter_supported` (RFC 9207 section 3)
    pub(crate) sends_issuer: bool,
    /// `revocation_endpoint` (RFC 8414 section 2)
    pub(crate) revocation: Option<BaseUrl>,
    /// `jwks_uri`
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    pub(crate) jwks: Option<BaseUrl>,
    /// `id_token_signing_alg_values_supported`
    #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
    pub(crate) id_token_algorithms: Vec<String>,
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
    #[cfg(feature = "sign-in")]
    Issuer(String),
    Configuration(BaseUrl),
}

/// The cached metadata.
#[derive(Clone, Default)]
struct CachedMetadata {
    metadata: Option<Box<ServerMetadata>>,
    /// Whether no request suggests that the metadata is stale.
    is_current: bool,
}

impl MetadataCache {
    /// Finds the metadata by the URL of the issuer: by RFC 8414 section 3, or else by OpenID
    /// Connect Discovery section 4. Sends nothing yet.
    #[cfg(feature = "sign-in")]
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
            return Ok(*metadata);
        }
        let discovered = match &self.source {
            #[cfg(feature = "sign-in")]
            MetadataSource::Issuer(issuer) => discover(client, issuer).await,
            MetadataSource::Configuration(url) => discover_at(client, url.clone()).await,
        };
        let mut cached = self.cached();
        match discovered {
            Ok(metadata) => {
                cached.is_current = true;
                cached.metadata = Some(Box::new(metadata.clone()));
                Ok(metadata)
            }
            Err(error) => match &cached.metadata {
                Some(known) => Ok(ServerMetadata::clone(known)),
                None => Err(error),
            },
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

#[cfg(feature = "sign-in")]
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
    let methods = properties.strings("token_endpoint_auth_methods_supported");
    let authentication = authentication(&methods);
    #[cfg(feature = "sign-in")]
    let optional = |name: &'static str| match properties.string(name) {
        Some(_) => url(name).map(Some),
        None => Ok(None),
    };
    Ok(ServerMetadata {
        token: url("token_endpoint")?,
        #[cfg(feature = "sign-in")]
        server: AuthorizationServer {
            authentication: Some(authentication),
            authorization: optional("authorization_endpoint")?,
            device_authorization: optional("device_authorization_endpoint")?,
            pushed_authorization: optional("pushed_authorization_request_endpoint")?,
            requires_pushed: properties.flag("require_pushed_authorization_requests"),
            sends_issuer: properties.flag("authorization_response_iss_parameter_supported"),
            revocation: optional("revocation_endpoint")?,
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            jwks: optional("jwks_uri")?,
            #[cfg(all(feature = "id-token", not(target_family = "wasm")))]
            id_token_algorithms: properties.strings("id_token_signing_alg_values_supported"),
            issuer: Some(named),
        },
        authentication,
    })
}

/// The tenant in the metadata of Microsoft's issuers that serve several.
const ANY_TENANT: &str = "{tenantid}";

/// The issuers of Microsoft that serve several tenants, by the first segment of their path, and
/// what their metadata names in its place. `consumers` also names the tenant of all personal accounts
/// ("OpenID Connect on the Microsoft identity platform").
const MULTI_TENANT: &[(&str, &[&str])] = &[
    ("common", &[ANY_TENANT]),
    ("organizations", &[ANY_TENANT]),
    (
        "consumers",
        &[ANY_TENANT, "9188040d-6c67-4c5b-b112-36a304b66dad"],
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

/// Returns whether an issuer is that of the metadata, in which Microsoft's `{tenantid}` stands for any
/// tenant.
#[cfg(all(
    any(feature = "browser-login", feature = "id-token"),
    not(target_family = "wasm")
))]
#[must_use]
pub(crate) fn is_issuer_of(named: &str, issuer: &str) -> bool {
    match named.contains(ANY_TENANT) {
        true => tenant_of(named, issuer).is_some(),
        false => named == issuer,
    }
}

/// Returns the tenant for which `{tenantid}` stands in metadata that several tenants of Microsoft share.
#[cfg(all(
    any(feature = "browser-login", feature = "id-token"),
    not(target_family = "wasm")
))]
#[must_use]
pub(crate) fn tenant_of<'i>(named: &str, issuer: &'i str) -> Option<&'i str> {
    let (before, after) = named.split_once(ANY_TENANT)?;
    let tenant = issuer.strip_prefix(before)?.strip_suffix(after)?;
    let is_segment = !tenant.is_empty() && !tenant.contains(['/', '?', '#', '{']);
    is_segment.then_some(tenant)
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
