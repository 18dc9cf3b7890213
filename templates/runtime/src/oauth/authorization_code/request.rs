//! The requests of the grant: the authorization request, and the token request.

use secrecy::ExposeSecret;

use super::response::AuthorizationResponse;
use super::secrets::Secrets;
use crate::error::InvalidRequestError;
use crate::oauth::client_authentication::ClientAuthentication;
use crate::oauth::discovery::{AuthorizationServer, is_issuer_of};
use crate::oauth::endpoint;
#[cfg(feature = "id-token")]
use crate::oauth::id_token::{Expected, validated};
use crate::oauth::login_flow::TokenRequest;
use crate::oauth::refresh::check_app;
use crate::oauth::response::{decode_error, read_success, read_tokens};
use crate::oauth::sign_in::{SignIn, SignInError};
use crate::oauth::token_set::TokenSet;
use crate::transport::address::check_length;

/// The name of the request in errors.
const PUSHED: &str = "pushed authorization request";

/// The parameters that only the client sets, because its checks depend on them.
const OWN_PARAMETERS: &[&str] = &[
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "state",
];

/// A sign-in whose browser hasn't returned yet.
pub(super) struct AuthorizationAttempt {
    pub(super) sign_in: SignIn,
    pub(super) server: AuthorizationServer,
    pub(super) redirect_uri: String,
    pub(super) secrets: Secrets,
}

impl AuthorizationAttempt {
    /// Returns the URL that the browser opens (RFC 6749 section 4.1.1), after pushing the request if
    /// the server or the settings ask for it.
    pub(super) async fn authorization_url(&self) -> Result<String, SignInError> {
        self.check()?;
        let Some(endpoint) = &self.server.authorization else {
            return Err(InvalidRequestError::new("no authorization endpoint is known").into());
        };
        let mut url = endpoint.url().clone();
        let client_id = ("client_id", self.sign_in.app.id.as_str());
        let parameters = self.parameters();
        let parameters = parameters.iter().map(|(name, value)| (*name, &**value));
        if self.server.requires_pushed || self.sign_in.browser.pushes {
            let request_uri = self.push(&parameters.collect::<Vec<_>>()).await?;
            let mut pairs = url.query_pairs_mut();
            pairs.extend_pairs([client_id, ("request_uri", &request_uri)]);
        } else {
            let mut pairs = url.query_pairs_mut();
            pairs.extend_pairs([client_id].into_iter().chain(parameters));
        }
        Ok(check_length(url)?.into())
    }

    /// Rejects settings that can't be sent.
    fn check(&self) -> Result<(), InvalidRequestError> {
        check_app(&self.sign_in.app, self.sign_in.flow.supported_fields())?;
        let mut names = self.sign_in.browser.parameters.iter().map(|(name, _)| name);
        if let Some(name) = names.find(|name| OWN_PARAMETERS.contains(&name.as_str())) {
            let message = format!("the client sets the parameter `{name}` itself");
            return Err(InvalidRequestError::new(message));
        }
        Ok(())
    }

    /// Returns the parameters of the request, apart from the client ID.
    fn parameters(&self) -> Vec<(&str, String)> {
        let sign_in = &self.sign_in;
        let mut parameters = vec![
            ("response_type", "code".to_owned()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("state", self.secrets.state.expose_secret().to_owned()),
            ("code_challenge", self.secrets.challenge()),
            ("code_challenge_method", "S256".to_owned()),
        ];
        if !sign_in.scopes.is_empty() {
            parameters.push(("scope", sign_in.scopes.join(" ")));
        }
        if sign_in.asks_for_id_token() {
            let nonce = self.secrets.nonce.expose_secret();
            parameters.push(("nonce", nonce.to_owned()));
        }
        let audiences = sign_in.audiences.iter();
        parameters.extend(audiences.map(|it| ("audience", it.clone())));
        let more = sign_in.browser.parameters.iter();
        parameters.extend(more.map(|(name, value)| (name.as_str(), value.clone())));
        parameters
    }

    /// Sends the request to the server (RFC 9126 section 2), and returns its `request_uri`.
    async fn push(&self, parameters: &[(&str, &str)]) -> Result<String, SignInError> {
        let Some(url) = self.server.pushed_authorization.clone() else {
            return Err(InvalidRequestError::new(
                "the server's metadata has no `pushed_authorization_request_endpoint`",
            )
            .into());
        };
        let client = self.sign_in.flow.client();
        let authentication = self.server.authentication;
        let authentication = authentication.unwrap_or(ClientAuthentication::Basic);
        let app = self.sign_in.app.clone();
        let app = app.with_default_authentication(authentication);
        let retry = endpoint::retry_any(client);
        let response = endpoint::post(client, PUSHED, url, &app, parameters, retry).await?;
        let (response, properties) = read_success::<SignInError>(response)?;
        let request_uri = properties.required(&["request_uri"]);
        request_uri.map_err(|problem| decode_error(response, problem).into())
    }

    /// Checks the browser's return, and requests the tokens for its code (RFC 6749 section 4.1.3).
    pub(super) async fn redeem(
        &self,
        response: &AuthorizationResponse,
    ) -> Result<TokenSet, SignInError> {
        let code = self.code(response)?;
        let sign_in = &self.sign_in;
        // The lifetime counts from before the request is sent, so that a token never expires later here
        // than at the server.
        let requested_at = sign_in.clock().time();
        // A server that sees a code twice may revoke its tokens (RFC 6749 section 4.1.2).
        let retry = endpoint::retry_unprocessed(sign_in.flow.client());
        let mut request = TokenRequest::new(&sign_in.app, "authorization_code", retry);
        request.code = Some(code.to_owned());
        request.code_verifier = Some(self.secrets.verifier.expose_secret().to_owned());
        request.redirect_uri = Some(self.redirect_uri.clone());
        let response = sign_in.flow.token(request).await?;
        let tokens = read_tokens::<SignInError>(response, requested_at)?;
        self.validated(tokens).await
    }

    /// Validates the ID token, if the scopes ask for one.
    #[cfg(feature = "id-token")]
    async fn validated(&self, tokens: TokenSet) -> Result<TokenSet, SignInError> {
        let sign_in = &self.sign_in;
        if !sign_in.asks_for_id_token() {
            return Ok(tokens);
        }
        let expected = Expected {
            client_id: &sign_in.app.id,
            nonce: Some(self.secrets.nonce.expose_secret()),
            now: sign_in.clock().time(),
        };
        validated(&*sign_in.flow, tokens, &expected).await
    }

    #[cfg(not(feature = "id-token"))]
    async fn validated(&self, tokens: TokenSet) -> Result<TokenSet, SignInError> {
        Ok(tokens)
    }

    /// Returns the authorization code, if the response is that to this request.
    fn code<'r>(&self, response: &'r AuthorizationResponse) -> Result<&'r str, SignInError> {
        if !self.secrets.is_state(&response.state) {
            return Err(SignInError::StateMismatch);
        }
        let is_ours = match (&self.server.issuer, &response.issuer) {
            (Some(issuer), Some(returned)) => is_issuer_of(issuer, returned),
            (_, None) => !self.server.sends_issuer,
            (None, Some(_)) => true,
        };
        if !is_ours {
            return Err(SignInError::IssuerMismatch);
        }
        match &response.result {
            Ok(code) => Ok(code),
            Err(error) => Err(error.clone().into()),
        }
    }
}
