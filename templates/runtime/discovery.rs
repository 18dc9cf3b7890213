//! Where an authorization server's endpoints are, as it tells itself (RFC 8414, OpenID Connect
//! Discovery 1.0).

use serde_json::Value;

use crate::runtime::address::BaseUrl;
use crate::runtime::client::Client;
use crate::runtime::client_authentication::ClientAuthentication;
use crate::runtime::endpoint;
use crate::runtime::error::{Error, InvalidRequest, Problem};
use crate::runtime::mismatch::Mismatch;
use crate::runtime::oauth::{Members, unreadable};
use crate::runtime::response::RawResponse;

/// How such a request is called in errors.
const DISCOVERY: &str = "discovery";

/// What an authorization server tells of itself.
#[derive(Clone)]
pub struct ServerMetadata {
    /// `token_endpoint`
    pub token: BaseUrl,
    /// `device_authorization_endpoint` (RFC 8628 section 4)
    pub device_authorization: Option<BaseUrl>,
    /// How an app with a secret proves who it is, by `token_endpoint_auth_methods_supported`.
    pub authentication: ClientAuthentication,
}

/// Asks the server that `issuer` names: for the metadata of RFC 8414 section 3, then for that of
/// OpenID Connect Discovery section 4.
///
/// # Errors
///
/// The issuer isn't an `https` URL (`http` only on this machine), the server can't be reached or
/// has no metadata, or it says that it is another.
pub async fn discover(client: &Client, issuer: &str) -> Result<ServerMetadata, Error> {
    let base = secure(issuer, "the issuer")?;
    if base.has_query() {
        return Err(InvalidRequest::new("the issuer must not have a query").into());
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
    let none = || InvalidRequest::new("the issuer has no metadata").into();
    Err(outcome.unwrap_or_else(none))
}

/// Reads metadata from where it is (OpenAPI: `openIdConnectUrl`).
///
/// # Errors
///
/// See [`discover`]; who the server says it is isn't known beforehand.
pub async fn discover_at(client: &Client, url: BaseUrl) -> Result<ServerMetadata, Error> {
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

fn read(members: &Members, issuer: Option<&str>) -> Result<ServerMetadata, Problem> {
    let wrong = |name: &str, expected: &'static str| {
        let found = Value::String(String::new());
        Problem::Mismatch(Mismatch::new(expected, &found).in_member(name))
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
    let device = "device_authorization_endpoint";
    Ok(ServerMetadata {
        token: url("token_endpoint")?,
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

fn secure(url: &str, what: &str) -> Result<BaseUrl, InvalidRequest> {
    BaseUrl::parse(url)?.secure(what)
}
