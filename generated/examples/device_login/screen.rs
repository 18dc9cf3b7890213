//! What the person at the device reads.

use std::time::{Duration, SystemTime};

use twilio_oauth::oauth::{DeviceLogin, DeviceLoginProgress, TokenSet};

/// How a QR code is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrCode {
    Hidden,
    /// For a file, or what else doesn't know colours.
    Plain,
    Coloured,
}

/// Where to go and what to enter there, as text and, if wanted, as a QR code.
pub fn invitation(login: &DeviceLogin, qr_code: QrCode) -> String {
    let mut text = String::from("\nTo sign in, open this address on any device:\n\n");
    text += &format!("    {}\n\n", plain(login.verification_uri()));
    text += "and enter this code there:\n\n";
    text += &format!("    {}\n", plain(login.user_code().as_str()));
    if let Some(message) = login.message() {
        text += &format!("\nThe server says: {}\n", plain(message));
    }
    let qr_code = login.qr_code().and_then(|code| match qr_code {
        QrCode::Hidden => None,
        QrCode::Plain => Some(format!("{code:#}")),
        QrCode::Coloured => Some(format!("{code}")),
    });
    if let Some(qr_code) = qr_code {
        text += &format!("\nOr scan this, and compare the code:\n\n{qr_code}");
    }
    let left = duration(login.expires_in());
    text += &format!("\nThe code holds for {left}. Waiting for you to decide; Ctrl+C gives up.");
    text
}

/// What is worth telling while the person decides.
pub fn progress(progress: &DeviceLoginProgress<'_>) -> Option<String> {
    match progress {
        DeviceLoginProgress::SlowDown { interval, .. } => Some(format!(
            "The server wants to be asked less often: every {} from now on.",
            duration(*interval)
        )),
        DeviceLoginProgress::Unavailable { error, next } => Some(format!(
            "{}; trying again in {}.",
            plain(&error.to_string()),
            duration(*next)
        )),
        _ => None,
    }
}

/// What was got, without the tokens themselves.
pub fn summary(tokens: &TokenSet, asked: &[String], now: SystemTime) -> String {
    let scope = match tokens.scope() {
        Some("") => "none".to_owned(),
        Some(scope) => plain(scope),
        // So it is if the server doesn't say (RFC 6749 section 5.1).
        None => format!("{}, as asked for", plain(&asked.join(" "))),
    };
    let lifetime = match tokens.expires_at() {
        Some(end) => duration(end.duration_since(now).unwrap_or_default()),
        None => "not told".to_owned(),
    };
    let yes_or_no = |there| if there { "yes" } else { "no" };
    format!(
        "\nSigned in.\n\n\
         \x20   token type      {}\n\
         \x20   scope           {scope}\n\
         \x20   lifetime        {lifetime}\n\
         \x20   refresh token   {}\n\
         \x20   ID token        {}\n\n\
         The tokens themselves are not shown.",
        plain(tokens.token_type()),
        yes_or_no(tokens.refresh_token().is_some()),
        yes_or_no(tokens.id_token().is_some()),
    )
}

/// Text of a server without what a terminal would obey.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
            c if c.is_control() => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// A duration in words, to the second below ten minutes.
pub fn duration(duration: Duration) -> String {
    // A lifetime of an hour has lost some milliseconds when it is shown.
    let seconds = duration.as_secs_f64().round() as u64;
    let unit = |count: u64, unit: &str| match count {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    };
    let parts = match seconds {
        0..60 => [unit(seconds, "second"), String::new()],
        60..600 if !seconds.is_multiple_of(60) => {
            [unit(seconds / 60, "minute"), unit(seconds % 60, "second")]
        }
        60..3600 => [unit(seconds / 60, "minute"), String::new()],
        _ => match (seconds / 60) % 60 {
            0 => [unit(seconds / 3600, "hour"), String::new()],
            minutes => [unit(seconds / 3600, "hour"), unit(minutes, "minute")],
        },
    };
    parts.join(" ").trim_end().to_owned()
}
