//! The text that the program prints.

use std::time::{Duration, SystemTime};

use twilio_oauth::oauth::{DeviceLogin, DeviceLoginProgress, TokenSet};

/// How a QR code is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrCode {
    Hidden,
    /// Without colours, for files.
    Plain,
    Coloured,
}

/// Returns the URL to open and the code to enter, with a QR code if wanted.
pub fn invitation(login: &DeviceLogin, qr_code: QrCode) -> String {
    let mut text = String::from("\nTo sign in, open this URL on any device:\n\n");
    text += &format!("    {}\n\n", plain(login.verification_uri()));
    text += "and enter this code:\n\n";
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
    text += &format!(
        "\nThe code expires in {left}. Waiting for you to decide; press Ctrl+C to give up."
    );
    text
}

/// Returns what to print about a poll, if anything.
pub fn progress(progress: &DeviceLoginProgress<'_>) -> Option<String> {
    match progress {
        DeviceLoginProgress::SlowDown { interval, .. } => Some(format!(
            "The server asked for less polling: now every {}.",
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

/// Describes the tokens without printing them.
pub fn summary(tokens: &TokenSet, asked: &[String], now: SystemTime) -> String {
    let scope = match tokens.scope() {
        Some("") => "none".to_owned(),
        Some(scope) => plain(scope),
        // The default if the server doesn't say (RFC 6749 section 5.1).
        None => format!("{}, as requested", plain(&asked.join(" "))),
    };
    let lifetime = match tokens.expires_at() {
        Some(end) => duration(end.duration_since(now).unwrap_or_default()),
        None => "unknown".to_owned(),
    };
    let yes_or_no = |there| if there { "yes" } else { "no" };
    format!(
        "\nSigned in.\n\n\
         \x20   token type      {}\n\
         \x20   scope           {scope}\n\
         \x20   lifetime        {lifetime}\n\
         \x20   refresh token   {}\n\
         \x20   ID token        {}\n\n\
         The tokens are not shown.",
        plain(tokens.token_type()),
        yes_or_no(tokens.refresh_token().is_some()),
        yes_or_no(tokens.id_token().is_some()),
    )
}

/// Replaces characters that control a terminal in text of a server.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
            c if c.is_control() => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// Returns a duration in words, with seconds below ten minutes.
pub fn duration(duration: Duration) -> String {
    // A lifetime of an hour has lost some milliseconds when it is printed.
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
