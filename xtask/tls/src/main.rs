//! A program that signs in at Twilio, or at the address that it is given: the client as it comes, with the
//! certificates of the platform.

use std::env;
use std::process::ExitCode;

use twilio_oauth::{Client, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match signs_in(env::args().nth(1)).await {
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

async fn signs_in(address: Option<String>) -> Result<(), Error> {
    let mut client = Client::builder().basic_auth("AC-example", "example-auth-token");
    if let Some(address) = address {
        client = client.base_url(address);
    }
    let call = client
        .build()?
        .oauth_v1_token()
        .create_token("refresh_token", "OQ1");
    call.refresh_token("example-refresh-token").await.map(drop)
}
