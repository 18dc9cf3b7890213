//! The endpoints for apps: those of the standards, and the same with Twilio's names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use super::authorization::Exchange;
use super::flow::{Access, Full, Poll};
use super::form::{Form, Repeated};
use super::http::{Answer, Request};
use super::{App, Shared};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const REFRESH_TOKEN: &str = "refresh_token";
const AUTHORIZATION_CODE: &str = "authorization_code";

/// The names of an endpoint's fields, and its status of success.
pub struct Names {
    client_id: &'static str,
    client_secret: &'static str,
    scope: &'static str,
    /// Whether each scope is a field of its own.
    scopes_repeat: bool,
    audiences: &'static [&'static str],
    grant_type: &'static str,
    device_code: &'static str,
    refresh_token: &'static str,
    success: StatusCode,
    /// Whether requests have the credentials of an account.
    account: bool,
}

impl Names {
    /// RFC 6749, RFC 8628, RFC 8707, and `audience`, which many servers use.
    pub const STANDARD: Self = Self {
        client_id: "client_id",
        client_secret: "client_secret",
        scope: "scope",
        scopes_repeat: false,
        audiences: &["audience", "resource"],
        grant_type: "grant_type",
        device_code: "device_code",
        refresh_token: "refresh_token",
        success: StatusCode::OK,
        account: false,
    };

    pub const TWILIO: Self = Self {
        client_id: "ClientSid",
        client_secret: "ClientSecret",
        scope: "Scopes",
        scopes_repeat: true,
        audiences: &["Audiences"],
        grant_type: "GrantType",
        device_code: "DeviceCode",
        refresh_token: "RefreshToken",
        success: StatusCode::CREATED,
        account: true,
    };
}

/// An error of the standards (RFC 6749 section 5.2).
struct OAuthError(StatusCode, &'static str, &'static str);

impl OAuthError {
    fn new(code: &'static str, description: &'static str) -> Self {
        Self(StatusCode::BAD_REQUEST, code, description)
    }
}

impl From<Repeated> for OAuthError {
    fn from(Repeated: Repeated) -> Self {
        Self::new("invalid_request", "A field is repeated.")
    }
}

impl From<OAuthError> for Answer {
    fn from(OAuthError(status, code, description): OAuthError) -> Self {
        let body = json!({"error": code, "error_description": description});
        let answer = Answer::json(status, &body);
        match status {
            StatusCode::UNAUTHORIZED => answer.header(WWW_AUTHENTICATE, r#"Basic realm="apps""#),
            StatusCode::SERVICE_UNAVAILABLE => answer.header(RETRY_AFTER, "60"),
            _ => answer,
        }
    }
}

/// The device authorization request (RFC 8628 section 3.1).
pub fn authorize(shared: &Shared, request: &Request, names: &Names) -> Answer {
    if names.account && !is_account(shared, request) {
        return wrong_account();
    }
    // Twilio's request has no field for a secret; the account authenticates the app.
    let outcome = app(shared, request, names, !names.account).and_then(|app| {
        let access = Access {
            client_id: app.id.clone(),
            scopes: grantable(scopes(&request.form, names)?),
            audiences: (names.audiences.iter())
                .flat_map(|name| request.form.all(name))
                .map(str::to_owned)
                .collect(),
        };
        let now = shared.config.clock.now();
        shared.flow().authorize(access, now).map_err(|Full| {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            OAuthError(status, "temporarily_unavailable", "Too many logins.")
        })
    });
    match outcome {
        Ok(codes) => {
            let address = format!("{}/device", shared.url);
            let answer = json!({
                "device_code": codes.device_code,
                "user_code": codes.user_code,
                "verification_uri": address,
                "verification_uri_complete": format!("{address}?user_code={}", codes.user_code),
                "expires_in": shared.config.lifetime.as_secs(),
                "interval": shared.config.interval.as_secs(),
            });
            Answer::json(names.success, &answer)
        }
        Err(error) => error.into(),
    }
}

/// The token request (RFC 8628 section 3.4, RFC 6749 section 6).
pub fn token(shared: &Shared, request: &Request, names: &Names) -> Answer {
    if names.account && !is_account(shared, request) {
        return wrong_account();
    }
    let access = app(shared, request, names, true).and_then(|app| {
        let grant_type = request.form.one(names.grant_type)?;
        match grant_type {
            Some(DEVICE_CODE) => approved(shared, request, names, app),
            Some(AUTHORIZATION_CODE) if !names.account => authorized(shared, request, app),
            Some(REFRESH_TOKEN) => refreshed(shared, request, names, app),
            Some(_) => Err(OAuthError::new(
                "unsupported_grant_type",
                "This server doesn't support the grant type.",
            )),
            None => Err(OAuthError::new(
                "invalid_request",
                "The grant type is missing.",
            )),
        }
    });
    match access {
        Ok(access) => {
            let now = shared.config.clock.time();
            let answer = shared.tokens().issue(access, now);
            Answer::json(names.success, &answer)
        }
        Err(error) => error.into(),
    }
}

/// Returns the approved access of a device code.
fn approved(
    shared: &Shared,
    request: &Request,
    names: &Names,
    app: &App,
) -> Result<Access, OAuthError> {
    let Some(code) = request.form.one(names.device_code)? else {
        return Err(OAuthError::new(
            "invalid_request",
            "The device code is missing.",
        ));
    };
    let now = shared.config.clock.now();
    let (error, description) = match shared.flow().poll(code, &app.id, now) {
        Poll::Approved(access) => return Ok(access),
        Poll::Pending => ("authorization_pending", "The user hasn't decided yet."),
        Poll::SlowDown => ("slow_down", "Add 5 seconds to the interval."),
        Poll::Denied => ("access_denied", "The user denied the request."),
        Poll::Expired => (
            "expired_token",
            "The code has expired. Start another login.",
        ),
        Poll::Invalid => ("invalid_grant", "The code is invalid or was used."),
    };
    Err(OAuthError::new(error, description))
}

/// Returns the access of an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.6).
fn authorized(shared: &Shared, request: &Request, app: &App) -> Result<Access, OAuthError> {
    let form = &request.form;
    let exchange = Exchange {
        code: form.one("code")?.unwrap_or_default(),
        verifier: form.one("code_verifier")?.unwrap_or_default(),
        redirect_uri: form.one("redirect_uri")?.unwrap_or_default(),
        client_id: &app.id,
    };
    let now = shared.config.clock.now();
    let access = shared.authorizations().exchange(&exchange, now);
    access.ok_or_else(|| {
        OAuthError::new("invalid_grant", "The code is invalid, expired or was used.")
    })
}

/// Revokes a token (RFC 7009). An unknown token is no error (section 2.2).
pub fn revoke(shared: &Shared, request: &Request) -> Answer {
    let token = app(shared, request, &Names::STANDARD, true)
        .and_then(|app| Ok((app, request.form.one("token")?)));
    match token {
        Ok((app, Some(token))) => {
            shared.tokens().revoke(token, &app.id);
            Answer::new(StatusCode::OK)
        }
        Ok((_, None)) => OAuthError::new("invalid_request", "The token is missing.").into(),
        Err(error) => error.into(),
    }
}

/// Twilio's claims about the user, for an access token.
pub fn user_info(shared: &Shared, request: &Request) -> Answer {
    let header = request.header(&AUTHORIZATION).unwrap_or_default();
    let token = header.strip_prefix("Bearer ").unwrap_or_default();
    if !shared.tokens().admits(token, shared.config.clock.time()) {
        return wrong_account();
    }
    let claims = json!({
        "user_sid": "US0123456789abcdef0123456789abcdef",
        "friendly_name": "Erika Example",
    });
    Answer::json(StatusCode::OK, &claims)
}

/// Returns the access of a refresh token, with fewer scopes if the app requests fewer.
fn refreshed(
    shared: &Shared,
    request: &Request,
    names: &Names,
    app: &App,
) -> Result<Access, OAuthError> {
    let Some(token) = request.form.one(names.refresh_token)? else {
        return Err(OAuthError::new(
            "invalid_request",
            "The refresh token is missing.",
        ));
    };
    let asked = scopes(&request.form, names)?;
    let mut tokens = shared.tokens();
    let Some(mut access) = tokens.find(token, &app.id).cloned() else {
        return Err(OAuthError::new(
            "invalid_grant",
            "The refresh token is invalid or was used.",
        ));
    };
    if !asked.iter().all(|scope| access.scopes.contains(scope)) {
        return Err(OAuthError::new(
            "invalid_scope",
            "The scopes exceed what was approved.",
        ));
    }
    tokens.remove(token);
    if !asked.is_empty() {
        access.scopes = asked;
    }
    Ok(access)
}

/// The metadata of this server (RFC 8414, OpenID Connect Discovery).
pub fn metadata(shared: &Shared) -> Answer {
    let url = &shared.url;
    let methods: &[&str] = match shared.config.app.secret {
        Some(_) => &["client_secret_basic", "client_secret_post"],
        None => &["none"],
    };
    let answer = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "revocation_endpoint": format!("{url}/revoke"),
        "device_authorization_endpoint": format!("{url}/device_authorization"),
        "token_endpoint": format!("{url}/token"),
        "token_endpoint_auth_methods_supported": methods,
        "grant_types_supported": [AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN],
    });
    Answer::json(StatusCode::OK, &answer)
}

/// Authenticates the app that calls (RFC 6749 section 2.3).
fn app<'a>(
    shared: &'a Shared,
    request: &Request,
    names: &Names,
    must_prove: bool,
) -> Result<&'a App, OAuthError> {
    let form = &request.form;
    let (id, secret) = (form.one(names.client_id)?, form.one(names.client_secret)?);
    // At Twilio's endpoints, this header authenticates the account.
    let header = match names.account {
        true => None,
        false => basic(request),
    };
    let unescaped = header.map(|(id, secret)| (unescaped(&id), unescaped(&secret)));
    let (id, secret) = match &unescaped {
        Some((user, _)) if id.is_some_and(|id| id != user) => (None, None),
        Some((user, password)) => (Some(user.as_str()), Some(password.as_str())),
        None => (id, secret),
    };
    let app = &shared.config.app;
    let proven = secret == app.secret.as_deref() || (secret.is_none() && !must_prove);
    if id == Some(app.id.as_str()) && proven {
        return Ok(app);
    }
    Err(OAuthError(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        "The app is unknown, or its secret is wrong.",
    ))
}

/// Returns the requested scopes, each once (RFC 6749 section 3.3).
fn scopes(form: &Form, names: &Names) -> Result<Vec<String>, OAuthError> {
    if !names.scopes_repeat {
        form.one(names.scope)?;
    }
    let mut scopes: Vec<String> = Vec::new();
    for scope in form.all(names.scope).flat_map(|value| value.split(' ')) {
        let allowed = |byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        if !scope.bytes().all(allowed) {
            return Err(OAuthError::new(
                "invalid_scope",
                "A scope contains an invalid character.",
            ));
        }
        if !scope.is_empty() && scopes.iter().all(|known| known != scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}

/// Removes `openid`: this server has no keys to sign ID tokens. The token response contains the granted
/// scopes (RFC 6749 section 3.3).
pub(super) fn grantable(mut scopes: Vec<String>) -> Vec<String> {
    scopes.retain(|scope| scope != "openid");
    scopes
}

/// Returns the username and password (RFC 7617).
fn basic(request: &Request) -> Option<(String, String)> {
    let (scheme, encoded) = request.header(&AUTHORIZATION)?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Decodes a client ID or secret, which are form-encoded first (RFC 6749 section 2.3.1).
fn unescaped(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8_lossy()
        .into_owned()
}

fn is_account(shared: &Shared, request: &Request) -> bool {
    basic(request).is_some_and(|given| given == shared.config.account)
}

/// Twilio's response to invalid credentials.
fn wrong_account() -> Answer {
    let body = json!({
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    });
    Answer::json(StatusCode::UNAUTHORIZED, &body)
        .header(WWW_AUTHENTICATE, r#"Basic realm="accounts""#)
}
