//! The client of Auth0's device login, whose field names are those of the standard.

use e2e::{App, Peer};

pub use auth0_device as api;

#[path = "authlib.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each client")]
mod authlib;
#[path = "oidc_provider.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each client")]
mod oidc_provider;
#[path = "signed_in.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each client")]
mod signed_in;

/// Returns a client for a server.
pub fn client(peer: Peer) -> api::Client {
    api::Client::builder()
        .base_url(peer.url())
        .build()
        .expect("the client is complete")
}

/// Requests the tokens of a device code without a [`DeviceLogin`](api::oauth::DeviceLogin). Fails with the
/// error code in the documented model.
pub async fn redeem(peer: Peer, app: &App, device_code: &str) -> Result<(), String> {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let call = client(peer)
        .token()
        .request_token(grant, &app.id)
        .device_code(device_code);
    match call.await {
        Ok(_) => Ok(()),
        Err(api::Error::Api(error)) => {
            let body: api::models::OauthError = error.body().expect("the documented error");
            Err(body.error.to_string())
        }
        Err(error) => panic!("{error}"),
    }
}

/// Fetches the claims about the user.
pub async fn user_info(client: &api::Client) -> Result<(), api::Error> {
    let claims = client.user().get_user_info().await?;
    assert_eq!(claims.sub, "erika");
    Ok(())
}
