//! Validates ID tokens (OpenID Connect Core section 3.1.3.7).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::crypto::CryptoProvider;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::oauth::discovery::{AuthorizationServer, is_issuer_of, tenant_of};
use crate::oauth::endpoint;
use crate::oauth::login_flow::LoginFlow;
use crate::oauth::response::{Properties, decode_error};
use crate::oauth::token_set::TokenSet;

/// The name of the request in errors.
const KEYS: &str = "key set request";

/// The accepted algorithms: those with a public key. With HMAC, the key would be the client secret, and
/// `none` is no signature.
const ALGORITHMS: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// How far the clocks of this machine and of the server may differ.
const LEEWAY: Duration = Duration::from_secs(60);

/// The claims of an ID token that was validated: its signature, issuer, audience, lifetime and nonce.
#[derive(Clone, PartialEq, Eq)]
pub struct IdTokenClaims {
    claims: Map<String, Value>,
}

impl IdTokenClaims {
    /// Returns `sub`, the user's identifier, which is unique at the issuer.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.text("sub")
    }

    /// Returns `iss`, the issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.text("iss")
    }

    /// Returns another claim, such as `email` or `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// Returns all claims.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.claims
    }

    fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn seconds(&self, name: &str) -> Option<Duration> {
        let seconds = self.get(name)?.as_f64()?;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

/// Prints the issuer and the names of the claims: their values are personal.
impl fmt::Debug for IdTokenClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.claims.keys().collect();
        f.debug_struct("IdTokenClaims")
            .field("issuer", &self.issuer())
            .field("claims", &names)
            .finish()
    }
}

/// Why an ID token is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenError(&'static str);

impl fmt::Display for IdTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the ID token is invalid: {}", self.0)
    }
}

impl std::error::Error for IdTokenError {}

/// What an ID token is compared with.
pub(crate) struct Expected<'a> {
    /// The client ID, which the token has to be for.
    pub(crate) client_id: &'a str,
    /// The nonce of the authorization request; `None` for a grant that has none.
    pub(crate) nonce: Option<&'a str>,
    /// The time of day.
    pub(crate) now: SystemTime,
}

/// Validates the ID token of a token set, and adds its claims to the set. Changes nothing if there is no
/// ID token, or if the metadata of the server isn't known or names no keys.
pub(crate) async fn validated<E>(
    flow: &(impl LoginFlow + ?Sized),
    tokens: TokenSet,
    expected: &Expected<'_>,
) -> Result<TokenSet, E>
where
    E: From<Error> + From<IdTokenError>,
{
    let Some(token) = tokens.id_token() else {
        return Ok(tokens);
    };
    let server = flow.server().await?;
    let (Some(issuer), Some(url)) = (&server.issuer, &server.jwks) else {
        return Ok(tokens);
    };
    let response = endpoint::get(flow.client(), KEYS, url.clone()).await?;
    if !response.status.is_success() {
        return Err(response.into_error().into());
    }
    let keys = match Properties::read(&response) {
        Ok(properties) => properties.array("keys"),
        Err(problem) => return Err(decode_error(response, problem).into()),
    };
    let claims = verify(token.expose_secret(), &keys, &server)?;
    check(&claims, issuer, expected)?;
    Ok(tokens.with_claims(Arc::new(claims)))
}

/// Verifies the signature with the issuer's keys.
fn verify(
    token: &str,
    keys: &[Value],
    server: &AuthorizationServer,
) -> Result<IdTokenClaims, IdTokenError> {
    // With two implementations in one program, the crate has a default only if the program chooses it.
    if CryptoProvider::try_get_default().is_none() {
        return Err(IdTokenError("jsonwebtoken has no default `CryptoProvider`"));
    }
    // An unknown algorithm, such as `none`, makes a header unreadable.
    let header = decode_header(token)
        .map_err(|_| IdTokenError("it has no header with a known algorithm"))?;
    let offered = &server.id_token_algorithms;
    let name = format!("{:?}", header.alg);
    if !ALGORITHMS.contains(&header.alg) || !(offered.is_empty() || offered.contains(&name)) {
        return Err(IdTokenError(
            "its signature has an algorithm that isn't accepted",
        ));
    }
    let mut validation = Validation::new(header.alg);
    // The claims are checked by the client's clock.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let mut verified = keys
        .iter()
        .filter_map(|key| key_for(key, &header))
        .filter_map(|key| decode::<Map<String, Value>>(token, &key, &validation).ok());
    match verified.next() {
        Some(data) => Ok(IdTokenClaims {
            claims: data.claims,
        }),
        None => Err(IdTokenError("no key of the issuer verifies its signature")),
    }
}

/// Returns a key of the set if it may have signed the token. Keys of unknown kinds are skipped.
fn key_for(key: &Value, header: &Header) -> Option<DecodingKey> {
    let key: Jwk = serde_json::from_value(key.clone()).ok()?;
    let for_signatures = matches!(
        key.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let is_named = header.kid.is_none() || key.common.key_id == header.kid;
    if !for_signatures || !is_named {
        return None;
    }
    DecodingKey::from_jwk(&key).ok()
}

/// Checks the claims of a token whose signature is valid.
fn check(
    claims: &IdTokenClaims,
    issuer: &str,
    expected: &Expected<'_>,
) -> Result<(), IdTokenError> {
    let require = |holds: bool, why| holds.then_some(()).ok_or(IdTokenError(why));
    let tenant = tenant_of(issuer, claims.issuer());
    let is_tenant = tenant.is_none_or(|tenant| tenant == claims.text("tid"));
    let is_issuer = is_issuer_of(issuer, claims.issuer()) && is_tenant;
    require(is_issuer, "it is from another issuer")?;
    require(!claims.subject().is_empty(), "it has no subject")?;
    let audiences: Vec<&Value> = match claims.get("aud") {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let is_ours = |value: &Value| value.as_str() == Some(expected.client_id);
    require(
        audiences.iter().any(|it| is_ours(it)),
        "it is for another app",
    )?;
    let is_authorized = match claims.get("azp") {
        Some(party) => is_ours(party),
        None => audiences.len() == 1,
    };
    require(is_authorized, "it was issued to another app")?;
    let now = expected.now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let expires = claims.seconds("exp");
    require(
        expires.is_some_and(|at| now < at.saturating_add(LEEWAY)),
        "it has expired",
    )?;
    let begun = |at: Duration| at <= now.saturating_add(LEEWAY);
    require(
        claims.seconds("iat").is_some_and(begun),
        "it was issued in the future, or doesn't say when",
    )?;
    require(
        claims.get("nbf").is_none() || claims.seconds("nbf").is_some_and(begun),
        "it isn't valid yet",
    )?;
    let is_fresh = match expected.nonce {
        Some(nonce) => claims.text("nonce") == nonce,
        None => true,
    };
    require(is_fresh, "it is that of another sign-in")
}
