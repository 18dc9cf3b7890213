//! Revokes tokens (RFC 7009), so that nobody can use them after the user has signed out.

use secrecy::ExposeSecret;

use crate::client::ClientCore;
use crate::error::InvalidRequestError;
use crate::oauth::client_authentication::{App, ClientAuthentication};
use crate::oauth::discovery::AuthorizationServer;
use crate::oauth::endpoint;
use crate::oauth::response::{OAuthError, Properties};
use crate::oauth::sign_in::SignInError;
use crate::oauth::token_set::TokenSet;
use crate::transport::address::BaseUrl;

/// The name of the request in errors.
const REVOCATION: &str = "revocation request";

/// Revokes the tokens of a set, the refresh token first: many servers revoke the access tokens that it
/// obtained together with it (RFC 7009 section 2.1). Both are tried whatever becomes of the other.
pub(super) async fn revoke(
    client: &ClientCore,
    server: AuthorizationServer,
    app: App,
    tokens: &TokenSet,
) -> Result<(), SignInError> {
    let Some(url) = server.revocation else {
        let message = "the server's metadata has no `revocation_endpoint`";
        return Err(InvalidRequestError::new(message).into());
    };
    app.validate()?;
    let authentication = server.authentication.unwrap_or(ClientAuthentication::Basic);
    let app = app.with_default_authentication(authentication);
    let refresh_token = match tokens.refresh_token() {
        Some(token) => send(client, &url, &app, token.expose_secret(), "refresh_token").await,
        None => Ok(()),
    };
    let token = tokens.access_token().expose_secret();
    let access_token = match send(client, &url, &app, token, "access_token").await {
        // The server checks it by itself, such as a JWT, until it expires.
        Err(SignInError::OAuth(error)) if error.error == "unsupported_token_type" => Ok(()),
        result => result,
    };
    refresh_token.and(access_token)
}

async fn send(
    client: &ClientCore,
    url: &BaseUrl,
    app: &App,
    token: &str,
    hint: &str,
) -> Result<(), SignInError> {
    let fields = [("token", token), ("token_type_hint", hint)];
    let retry = endpoint::retry_any(client);
    let response = endpoint::post(client, REVOCATION, url.clone(), app, &fields, retry).await?;
    // A success has no content that matters (RFC 7009 section 2.2).
    if response.status.is_success() {
        return Ok(());
    }
    let properties = Properties::read(&response).ok();
    match properties.and_then(|it| OAuthError::in_response(&response, &it)) {
        Some(error) => Err(error.into()),
        None => Err(response.into_error().into()),
    }
}
