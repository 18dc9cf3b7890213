//! A program that requests tokens from the server at an address, with a default client: it trusts the platform's
//! certificate authorities.

use std::env;
use std::process::ExitCode;

use twilio_oauth::{Client, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(address) = env::args().nth(1) else {
        eprintln!("the address of a server is missing");
        return ExitCode::FAILURE;
    };
    match signs_in(address).await {
        Ok(()) => {
            println!("signed in");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn signs_in(address: String) -> Result<(), Error> {
    let client = Client::builder()
        .basic_auth("AC-example", "example-auth-token")
        .base_url(address)
        .build()?;
    let call = client.oauth_v1_token().create_token("refresh_token", "OQ1");
    call.refresh_token("example-refresh-token").await.map(drop)
}
