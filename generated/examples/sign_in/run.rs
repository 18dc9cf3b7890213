//! What the program does.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use twilio_oauth::Client;
use twilio_oauth::clock::TokioClock;
use twilio_oauth::oauth::{DefaultTokenStore, FileTokenStore, SignIn, TokenStore};

use crate::args::Args;
use crate::server::{App, AuthorizationServer, Config};

/// The name of the folder and of the entry of the keyring.
const NAME: &str = "twilio-oauth-example";
/// The app that signs in.
const APP: &str = "OQ0123456789abcdef0123456789abcdef";

/// Signs in unless a session is stored, and makes a call; or ends the session. Passes each line of the
/// output to `print`.
pub async fn run(
    args: &Args,
    print: impl Fn(String) + Clone + Send + Sync + 'static,
) -> Result<(), Box<dyn Error>> {
    let file = match &args.folder {
        Some(folder) => FileTokenStore::new(folder.join("tokens.json")),
        None => FileTokenStore::for_app(NAME)?,
    };
    let (log, verbose) = (print.clone(), args.verbose);
    let server = start_server(file.path(), move |line| {
        if verbose {
            log(format!("server: {line}"));
        }
    });
    let server = server.await?;
    let (store, place): (Arc<dyn TokenStore>, String) = match args.folder {
        Some(_) => (Arc::new(file.clone()), file.to_string()),
        None => {
            let store = DefaultTokenStore::for_app(NAME).await?;
            (Arc::new(store.clone()), store.to_string())
        }
    };
    print(format!("The session is in {place}."));

    let client = Client::builder().base_url(server.url()).build()?;
    let login = || client.sign_in(APP).issuer(server.url());
    let session = login().stored_in(store);
    if args.logout {
        match session.sign_out().await? {
            Some(tokens) => {
                login().revoke(&tokens).await?;
                print("Signed out.".to_owned());
            }
            None => print("You weren't signed in.".to_owned()),
        }
        return Ok(());
    }
    if session.is_signed_in().await? {
        print("You are still signed in.".to_owned());
    } else {
        let scopes = ["openid", "profile", "offline_access"];
        let tokens = configured(login(), args, print.clone())
            .scopes(scopes)
            .await?;
        session.save(&tokens).await?;
        print("Signed in.".to_owned());
    }
    let client = client.with_tokens(session);
    let user = client.oauth_v1_user_info().fetch_user_info().await?;
    let name = user.friendly_name.unwrap_or_default();
    print(format!("Hello, {name}."));
    Ok(())
}

/// Chooses between the browser and the device login as the command line says.
fn configured(
    mut login: SignIn,
    args: &Args,
    print: impl Fn(String) + Send + Sync + 'static,
) -> SignIn {
    if args.browser {
        login = login.browser();
    }
    if args.device {
        login = login.device();
    }
    login
        .open_browser(!args.no_open)
        .on_prompt(move |prompt| print(prompt.to_string()))
}

/// Starts a server that keeps its tokens beside those of the app, as a real server does in a database.
async fn start_server(
    tokens: &Path,
    log: impl Fn(&str) + Send + Sync + 'static,
) -> Result<AuthorizationServer, Box<dyn Error>> {
    if let Some(folder) = tokens.parent() {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
    }
    let server = AuthorizationServer::start(Config {
        port: 0,
        app: App {
            id: APP.to_owned(),
            name: "Example app".to_owned(),
            secret: None,
        },
        account: ("AC-example".to_owned(), "example-auth-token".to_owned()),
        lifetime: Duration::from_secs(600),
        interval: Duration::from_secs(5),
        clock: Arc::new(TokioClock),
        state: Some(tokens.with_file_name("server.json")),
        on_request: Box::new(log),
    })
    .await?;
    Ok(server)
}
