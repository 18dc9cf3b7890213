//! Signs in like a device without a browser (RFC 8628).
//!
//! ```sh
//! cargo run -p twilio-oauth --example device_login
//! ```
//!
//! needs no account: the program starts an authorization server on 127.0.0.1, and you open its page.
//! `--help` describes how to sign in at a real server.

mod args;
mod screen;
mod server;

use std::error::Error;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::Parser as _;
use twilio_oauth::Client;
use twilio_oauth::clock::TokioClock;
use twilio_oauth::oauth::DeviceLoginRequest;

use crate::args::{Args, Peer};
use crate::screen::QrCode;
use crate::server::{App, AuthorizationServer, Config};

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {}", screen::plain(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    // The local server runs until `_server` is dropped.
    let (request, _server) = match args.peer()? {
        Peer::Local => {
            let (request, server) = at_local_server(args).await?;
            (request, Some(server))
        }
        Peer::Issuer { issuer, client_sid } => {
            let client = Client::builder().build()?;
            (client.device_login(client_sid).issuer(issuer), None)
        }
        Peer::Twilio {
            account_sid,
            auth_token,
            client_sid,
        } => {
            let mut client = Client::builder().basic_auth(account_sid, auth_token);
            if let Some(url) = &args.base_url {
                client = client.base_url(url);
            }
            (client.build()?.device_login(client_sid), None)
        }
    };
    sign_in(request, args).await
}

/// Logs in. Everything else in this program shows the login.
async fn sign_in(mut request: DeviceLoginRequest, args: &Args) -> Result<(), Box<dyn Error>> {
    if let Some(secret) = &args.client_secret {
        request = request.client_secret(secret.as_str());
    }
    let request = request.scopes(&args.scopes).audiences(&args.audiences);

    let login = request.start().await?;
    let qr_code = match (args.no_qr, std::io::stdout().is_terminal()) {
        (true, _) => QrCode::Hidden,
        (false, true) => QrCode::Coloured,
        (false, false) => QrCode::Plain,
    };
    println!("{}", screen::invitation(&login, qr_code));

    let login = login.on_progress(|progress| {
        if let Some(line) = screen::progress(&progress) {
            println!("{line}");
        }
    });
    let tokens = login.wait().await?;
    println!(
        "{}",
        screen::summary(&tokens, &args.scopes, SystemTime::now())
    );
    Ok(())
}

/// Starts a server with one app, and returns a login of that app.
async fn at_local_server(
    args: &Args,
) -> Result<(DeviceLoginRequest, AuthorizationServer), Box<dyn Error>> {
    let client_sid = args.client_sid.clone();
    let client_sid = client_sid.unwrap_or_else(|| "OQ0123456789abcdef0123456789abcdef".to_owned());
    let account = ("AC-example".to_owned(), "example-auth-token".to_owned());
    let server = AuthorizationServer::start(Config {
        port: args.port,
        app: App {
            id: client_sid.clone(),
            name: "Example app".to_owned(),
            secret: args.client_secret.clone(),
        },
        account: account.clone(),
        lifetime: Duration::from_secs(600),
        interval: Duration::from_secs(5),
        clock: Arc::new(TokioClock),
        state: None,
        on_request: Box::new(|_| ()),
    })
    .await?;
    println!(
        "A local authorization server is running at {}.\n\
         Only this machine can reach it. See --help to use a real one.",
        server.url()
    );
    let client = Client::builder()
        .basic_auth(account.0, account.1)
        .base_url(server.url())
        .build()?;
    Ok((client.device_login(client_sid), server))
}
