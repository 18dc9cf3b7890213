//! The calls that are compared.

use std::time::Duration;

use serde::Deserialize;
use tokio::runtime::Runtime;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The generated client.
    Generated,
    /// Code written by hand with reqwest and serde's derive.
    ByHand,
}

impl Caller {
    pub const ALL: [Caller; 2] = [Caller::Generated, Caller::ByHand];

    pub fn name(self) -> &'static str {
        match self {
            Caller::Generated => "generated",
            Caller::ByHand => "by-hand",
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Makes calls of either kind to one server.
pub struct Calls {
    runtime: Runtime,
    generated: twilio_oauth::Client,
    by_hand: reqwest::Client,
    address: String,
}

impl Calls {
    pub fn new(address: &str) -> Result<Self> {
        Ok(Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
            generated: twilio_oauth::Client::builder()
                .base_url(address)
                .basic_auth("AC1", "token")
                .build()?,
            by_hand: reqwest::Client::builder()
                .timeout(Duration::from_secs(30))
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            address: address.to_owned(),
        })
    }

    /// Makes this number of calls, one after the other.
    pub fn make(&self, caller: Caller, count: u32) -> Result<()> {
        self.runtime.block_on(async {
            for _ in 0..count {
                match caller {
                    Caller::Generated => call_generated(&self.generated).await?,
                    Caller::ByHand => call_by_hand(&self.by_hand, &self.address).await?,
                }
            }
            Ok(())
        })
    }
}

async fn call_generated(client: &twilio_oauth::Client) -> Result<()> {
    let device_code = client
        .oauth_v1_device_code()
        .create_device_code("OQ0123456789abcdef0123456789abcdef", ["openid", "email"])
        .await?;
    std::hint::black_box(device_code);
    Ok(())
}

/// What one would write for the response.
#[derive(Debug, Deserialize)]
struct DeviceCode {
    device_code: Option<String>,
    user_code: Option<String>,
    verification_uri: Option<String>,
    verification_uri_complete: Option<String>,
    expires_in: Option<i64>,
    interval: Option<i64>,
}

async fn call_by_hand(client: &reqwest::Client, address: &str) -> Result<()> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("ClientSid", "OQ0123456789abcdef0123456789abcdef")
        .append_pair("Scopes", "openid")
        .append_pair("Scopes", "email")
        .finish();
    let response = client
        .post(format!("{address}/v1/device/code"))
        .basic_auth("AC1", Some("token"))
        .header("Accept", "application/json")
        .header("Accept-Encoding", "gzip")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await?
        .error_for_status()?;
    let device_code: DeviceCode = serde_json::from_slice(&response.bytes().await?)?;
    std::hint::black_box((
        device_code.device_code,
        device_code.user_code,
        device_code.verification_uri,
        device_code.verification_uri_complete,
        device_code.expires_in,
        device_code.interval,
    ));
    Ok(())
}
