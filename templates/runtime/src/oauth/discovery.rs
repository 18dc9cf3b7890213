//! Where an authorization server's endpoints are, as it tells itself (RFC 8414, OpenID Connect
//! Discovery 1.0).

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use serde_json::Value;

use crate::client::ClientCore;
use crate::error::{DecodeProblem, Error, InvalidRequestError};
use crate::oauth::client_authentication::ClientAuthentication;
use crate::oauth::endpoint;
use crate::oauth::response::{Members, unreadable};
use crate::response::RawResponse;
use crate::transport::address::BaseUrl;
use crate::wire::mismatch::Mismatch;

/// How such a request is called in errors.
const DISCOVERY: &str = "discovery";

/// What an authorization server tells of itself.
#[derive(Clone)]
pub(crate) struct ServerMetadata {
    /// `token_endpoint`
    pub token: BaseUrl,
    /// `device_authorization_endpoint` (RFC 8628 section 4)
    #[cfg(feature = "device-login")]
    pub device_authorization: Option<BaseUrl>,
    /// How an app with a secret proves who it is, by `token_endpoint_auth_methods_supported`.
    pub authentication: ClientAuthentication,
}

/// What an authorization server tells of itself: asked for when it is first needed, and kept. A
/// failure isn't.
///
/// Where an endpoint turns out not to be as it was told, the server is asked anew before the next
/// request. What it told before holds until it answers.
pub(crate) struct Discovered {
    place: MetadataSource,
    known: Mutex<Known>,
}

/// Where an authorization server tells it.
enum MetadataSource {
    #[cfg(feature = "device-login")]
    Issuer(String),
    Configuration(BaseUrl),
}

#[derive(Clone, Default)]
struct Known {
    metadata: Option<ServerMetadata>,
    /// Nothing speaks against it.
    holds: bool,
}

impl Discovered {
    /// By the server that `issuer` names: by the metadata of RFC 8414 section 3, or else by that of
    /// OpenID Connect Discovery section 4. Nothing is asked yet.
    #[cfg(feature = "device-login")]
    #[must_use]
    pub(crate) fn of_issuer(issuer: String) -> Self {
        Self::at(MetadataSource::Issuer(issuer))
    }

    /// By metadata at this address (OpenAPI: `openIdConnectUrl`). Nothing is asked yet.
    #[must_use]
    pub(crate) fn of_configuration(url: BaseUrl) -> Self {
        Self::at(MetadataSource::Configuration(url))
    }

    fn at(place: MetadataSource) -> Self {
        Self {
            place,
            known: Mutex::default(),
        }
    }

    /// What the server tells.
    ///
    /// # Errors
    ///
    /// The address isn't an `https` URL (`http` only on this machine), the server can't be reached
    /// or has no metadata, or it says that it is another issuer than the one that was asked.
    pub(crate) async fn metadata(&self, client: &ClientCore) -> Result<ServerMetadata, Error> {
        let known = self.known().clone();
        if let (Some(metadata), true) = (known.metadata, known.holds) {
            return Ok(metadata);
        }
        let told = match &self.place {
            #[cfg(feature = "device-login")]
            MetadataSource::Issuer(issuer) => discover(client, issuer).await,
            MetadataSource::Configuration(url) => discover_at(client, url.clone()).await,
        };
        let mut known = self.known();
        match told {
            Ok(metadata) => {
                known.holds = true;
                Ok(known.metadata.insert(metadata).clone())
            }
            Err(error) => known.metadata.clone().ok_or(error),
        }
    }

    /// Looks at what came of a request to an endpoint: if it isn't there, or doesn't take how the app
    /// proves who it is, what is known may not hold any more.
    pub(crate) fn hears(&self, result: &Result<RawResponse, Error>) {
        let doubtful = match result {
            Ok(response) => match response.status {
                StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::GONE => true,
                status => status.is_redirection(),
            },
            Err(Error::Transport(error)) => error.is_connect(),
            Err(_) => false,
        };
        if doubtful {
            self.known().holds = false;
        }
    }

    /// As good after a panic as before.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "device-login")]
async fn discover(client: &ClientCore, issuer: &str) -> Result<ServerMetadata, Error> {
    let base = secure(issuer, "the issuer")?;
    if base.has_query() {
        return Err(InvalidRequestError::new("the issuer must not have a query").into());
    }
    let places = [
        base.well_known("oauth-authorization-server", true),
        base.well_known("openid-configuration", false),
    ];
    let mut outcome = None;
    for place in places {
        let response = endpoint::get(client, DISCOVERY, place?).await?;
        if !response.status.is_success() {
            outcome.get_or_insert(response.into_error());
            continue;
        }
        // Some servers answer every path with their front page.
        match Members::read(&response) {
            Ok(members) => return metadata(response, &members, Some(issuer)),
            Err(problem) => outcome.get_or_insert(unreadable(response, problem)),
        };
    }
    let none = || InvalidRequestError::new("the issuer has no metadata").into();
    Err(outcome.unwrap_or_else(none))
}

async fn discover_at(client: &ClientCore, url: BaseUrl) -> Result<ServerMetadata, Error> {
    let response = endpoint::get(client, DISCOVERY, url.secure("the configuration")?).await?;
    if !response.status.is_success() {
        return Err(response.into_error());
    }
    match Members::read(&response) {
        Ok(members) => metadata(response, &members, None),
        Err(problem) => Err(unreadable(response, problem)),
    }
}

fn metadata(
    response: RawResponse,
    members: &Members,
    issuer: Option<&str>,
) -> Result<ServerMetadata, Error> {
    match read(members, issuer) {
        Ok(metadata) => Ok(metadata),
        Err(problem) => Err(unreadable(response, problem)),
    }
}

fn read(members: &Members, issuer: Option<&str>) -> Result<ServerMetadata, DecodeProblem> {
    let wrong = |name: &str, expected: &'static str| {
        let found = Value::String(String::new());
        DecodeProblem::Mismatch(Mismatch::new(expected, &found).in_property(name))
    };
    let told = members.required(&["issuer"])?;
    let same = |issuer: &str| told.trim_end_matches('/') == issuer.trim_end_matches('/');
    if !issuer.is_none_or(same) {
        return Err(wrong(
            "issuer",
            "the issuer that was asked (RFC 8414 section 3.3)",
        ));
    }
    let url = |name: &'static str| {
        let url = secure(&members.required(&[name])?, name);
        url.map_err(|_| wrong(name, "an https URL"))
    };
    #[cfg(feature = "device-login")]
    let device = "device_authorization_endpoint";
    Ok(ServerMetadata {
        token: url("token_endpoint")?,
        #[cfg(feature = "device-login")]
        device_authorization: match members.text(device) {
            Some(_) => Some(url(device)?),
            None => None,
        },
        authentication: authentication(&members.texts("token_endpoint_auth_methods_supported")),
    })
}

/// Basic unless the server says that it takes the secret in a field only (RFC 8414 section 2).
fn authentication(methods: &[String]) -> ClientAuthentication {
    let takes = |name: &str| methods.iter().any(|method| method == name);
    if takes("client_secret_post") && !takes("client_secret_basic") {
        ClientAuthentication::Post
    } else {
        ClientAuthentication::Basic
    }
}

fn secure(url: &str, what: &str) -> Result<BaseUrl, InvalidRequestError> {
    BaseUrl::parse(url)?.secure(what)
}
