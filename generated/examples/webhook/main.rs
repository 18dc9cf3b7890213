//! Receives Twilio's webhooks, verifies their signatures and answers.
//!
//! ```sh
//! TWILIO_AUTH_TOKEN=… cargo run -p twilio-oauth --example webhook -- --public-url https://example.com
//! ```
//!
//! In Twilio's console, set the webhook of a phone number to `https://example.com/sms`.

mod receiver;

use std::error::Error;
use std::net::SocketAddr;

use clap::Parser;
use tokio::net::TcpListener;
use twilio_oauth::webhook::TwilioVerifier;

/// Receives Twilio's webhooks.
#[derive(Parser)]
struct Args {
    /// The auth token of the account, with which Twilio signs
    #[arg(long, env = "TWILIO_AUTH_TOKEN", hide_env_values = true)]
    auth_token: String,
    /// The origin that is configured at Twilio, such as https://example.com
    #[arg(long)]
    public_url: String,
    /// The address that the server listens on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let verifier = TwilioVerifier::new([args.auth_token]);
    let listener = TcpListener::bind(args.listen).await?;
    println!("Listening on http://{}/sms", listener.local_addr()?);
    let public_url = args.public_url.trim_end_matches('/');
    axum::serve(listener, receiver::router(verifier, public_url)).await?;
    Ok(())
}
