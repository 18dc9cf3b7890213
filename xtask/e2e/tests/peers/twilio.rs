//! The client of Twilio's OAuth API, which has its own field names, and takes credentials of an account
//! as well as those of the app.

use e2e::{App, Peer, account};
use twilio_oauth::models::OauthV1TokenError;

pub use twilio_oauth as api;

#[path = "authlib.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each client")]
mod authlib;
#[path = "oidc_provider.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each client")]
mod oidc_provider;
#[path = "processes.rs"]
mod processes;
#[path = "signed_in.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each client")]
mod signed_in;

/// Returns a client for a server.
pub fn client(peer: Peer) -> api::Client {
    builder(peer).build().expect("the client is complete")
}

/// Returns the settings of a client for a server.
fn builder(peer: Peer) -> api::ClientBuilder {
    let account = account();
    api::Client::builder()
        .base_url(peer.url())
        .basic_auth(account.sid, account.auth_token)
}

/// Requests the tokens of a device code without a [`DeviceLogin`](api::oauth::DeviceLogin). Fails with the
/// error code in the documented model.
pub async fn redeem(peer: Peer, app: &App, device_code: &str) -> Result<(), String> {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let call = client(peer)
        .oauth_v1_token()
        .create_token(grant, &app.id)
        .device_code(device_code);
    match call.await {
        Ok(_) => Ok(()),
        Err(api::Error::Api(error)) => {
            let body: OauthV1TokenError = error.body().expect("the documented error");
            Err(body.error.to_string())
        }
        Err(error) => panic!("{error}"),
    }
}

/// Fetches the claims about the user. Twilio's names of the claims differ from the standard.
pub async fn user_info(client: &api::Client) -> Result<(), api::Error> {
    client.oauth_v1_user_info().fetch_user_info().await?;
    Ok(())
}
