//! A program that asks the server at an address for tokens: the client as it comes, which trusts whom the platform
//! trusts.

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
