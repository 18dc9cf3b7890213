//! The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636), in a browser that returns to
//! this machine (RFC 8252 section 7.3).

mod listener;
mod page;
mod request;
mod response;
mod secrets;
mod settings;

use std::thread;

use self::listener::Listener;
use self::request::AuthorizationAttempt;
use self::secrets::Secrets;
pub(crate) use self::settings::BrowserSettings;
use crate::clock::timer;
use crate::oauth::discovery::AuthorizationServer;
use crate::oauth::sign_in::{BrowserPrompt, SignIn, SignInError, SignInPrompt, show};
use crate::oauth::token_set::TokenSet;

/// Signs in with a browser.
pub(crate) async fn run(
    sign_in: SignIn,
    server: AuthorizationServer,
) -> Result<TokenSet, SignInError> {
    let listener = Listener::bind(&sign_in.browser.redirect).await?;
    let time_limit = sign_in.browser.time_limit;
    let opens = sign_in.browser.opens && sign_in.browser.is_visible();
    let callback = sign_in.on_prompt.clone();
    let attempt = AuthorizationAttempt {
        sign_in,
        server,
        redirect_uri: listener.redirect_uri().to_owned(),
        secrets: Secrets::generate()?,
    };
    let url = attempt.authorization_url().await?;
    let prompt = BrowserPrompt { url, opens };
    show(&SignInPrompt::Browser(&prompt), callback.as_ref());
    if opens {
        open_browser(prompt.url);
    }
    let returned = timer::timeout(time_limit, listener.into_return()).await;
    let mut returned = returned.map_err(|_| SignInError::TimedOut)?;
    let tokens = attempt.redeem(&returned.response).await;
    returned.show_result(tokens.is_ok()).await;
    tokens
}

/// Opens the browser. A failure isn't reported: the user has the URL. The launchers of some systems
/// block, so a thread waits for them.
fn open_browser(url: String) {
    let open = move || drop(open::that_detached(url));
    drop(thread::Builder::new().spawn(open));
}
