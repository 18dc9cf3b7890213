//! The command line.

use clap::Parser;

/// Signs in like a device without a browser (RFC 8628).
///
/// Without options, no account is needed: the program starts an authorization server on 127.0.0.1,
/// and you approve or deny the login on its page. With --account-sid, --base-url or --issuer, it
/// signs in at a real server.
#[derive(Clone, Debug, Parser)]
#[command(name = "device_login", version)]
pub struct Args {
    /// Client ID of the app that signs in (Twilio's ClientSid).
    #[arg(long, value_name = "ID", env = "TWILIO_CLIENT_SID")]
    pub client_sid: Option<String>,

    /// Secret of the app, if it has one. Prefer the variable: other users can see command lines.
    #[arg(
        long,
        value_name = "SECRET",
        env = "TWILIO_CLIENT_SECRET",
        hide_env_values = true
    )]
    pub client_secret: Option<String>,

    /// SID of the Twilio account, or of an API key.
    #[arg(long, value_name = "SID", env = "TWILIO_ACCOUNT_SID")]
    pub account_sid: Option<String>,

    /// Auth token of the account, or secret of the API key. Prefer the variable: other users can see
    /// command lines.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "TWILIO_AUTH_TOKEN",
        hide_env_values = true
    )]
    pub auth_token: Option<String>,

    /// A scope to request. Repeat the option for more, or separate them by spaces.
    #[arg(
        long = "scope",
        value_name = "SCOPE",
        env = "TWILIO_SCOPES",
        value_delimiter = ' ',
        default_value = "openid offline_access"
    )]
    pub scopes: Vec<String>,

    /// A service that the tokens are for. Repeat the option for more, or separate them by spaces.
    #[arg(
        long = "audience",
        value_name = "URL",
        env = "TWILIO_AUDIENCES",
        value_delimiter = ' '
    )]
    pub audiences: Vec<String>,

    /// The base URL of Twilio's API, if it isn't the default.
    #[arg(long, value_name = "URL", env = "TWILIO_BASE_URL")]
    pub base_url: Option<String>,

    /// Sign in at the authorization server with this URL, using the standard's requests. Its
    /// endpoints are discovered (RFC 8414, OpenID Connect Discovery).
    #[arg(long, value_name = "URL", env = "OAUTH_ISSUER")]
    pub issuer: Option<String>,

    /// Sign in at the local server, whatever else is set.
    #[arg(long)]
    pub local: bool,

    /// The port of the local server. By default, any free port.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,

    /// Show no QR code.
    #[arg(long)]
    pub no_qr: bool,
}

/// Where to sign in.
pub enum Peer {
    /// At the local server.
    Local,
    /// At the authorization server with this URL.
    Issuer { issuer: String, client_sid: String },
    /// At Twilio, with this account.
    Twilio {
        account_sid: String,
        auth_token: String,
        client_sid: String,
    },
}

impl Args {
    /// Returns where to sign in.
    ///
    /// # Errors
    ///
    /// Returns a message that names the missing option.
    pub fn peer(&self) -> Result<Peer, String> {
        let real = [&self.issuer, &self.account_sid, &self.base_url];
        if self.local || real.iter().all(|it| it.is_none()) {
            return Ok(Peer::Local);
        }
        let needed = |value: &Option<String>, option: &str, variable: &str| {
            value.clone().ok_or_else(|| {
                format!("a real server requires {option} (or {variable}); --local needs no account")
            })
        };
        let client_sid = needed(&self.client_sid, "--client-sid", "TWILIO_CLIENT_SID")?;
        if let Some(issuer) = self.issuer.clone() {
            return Ok(Peer::Issuer { issuer, client_sid });
        }
        Ok(Peer::Twilio {
            account_sid: needed(&self.account_sid, "--account-sid", "TWILIO_ACCOUNT_SID")?,
            auth_token: needed(&self.auth_token, "--auth-token", "TWILIO_AUTH_TOKEN")?,
            client_sid,
        })
    }
}
