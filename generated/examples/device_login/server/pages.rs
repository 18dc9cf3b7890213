//! The pages. Text from outside is only printed through [`Escaped`].

use std::fmt;

use hyper::StatusCode;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_FRAME_OPTIONS,
};

use super::flow::{Access, Consent};
use super::http::Answer;

/// Escapes text for HTML.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // Bidirectional controls could make one scope look like another.
                '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => f.write_char('\u{FFFD}')?,
                c if c.is_control() => f.write_char('\u{FFFD}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

const STYLE: &str = include_str!("style.css");

pub fn style() -> Answer {
    Answer::new(StatusCode::OK)
        .body("text/css; charset=utf-8", STYLE)
        .header(CACHE_CONTROL, "max-age=3600")
}

/// Returns a page with a policy that allows only the style sheet and the forms of this server: no scripts,
/// no frames.
fn page(status: StatusCode, title: &str, content: &str) -> Answer {
    const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; \
                          base-uri 'none'; frame-ancestors 'none'";
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
{content}
</main>
</body>
</html>
"#,
        title = Escaped(title),
    );
    // With `no-referrer`, browsers would send `Origin: null` with the server's own forms.
    Answer::new(status)
        .body("text/html; charset=utf-8", html)
        .header(CONTENT_SECURITY_POLICY, POLICY)
        .header(REFERRER_POLICY, "same-origin")
        .header(X_FRAME_OPTIONS, "DENY")
        .header(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        )
}

/// Asks for the code; if one was entered that leads no further, says why.
pub fn ask_for_code(status: StatusCode, code: &str, problem: Option<&str>) -> Answer {
    let title = "Connect a device";
    let (alert, described_by, invalid) = match problem {
        Some(problem) => (
            format!(
                "<p id=\"problem\" class=\"problem\" role=\"alert\">{}</p>\n",
                Escaped(problem)
            ),
            "problem hint",
            " aria-invalid=\"true\"",
        ),
        None => (String::new(), "hint", ""),
    };
    let shown_title = match problem {
        Some(_) => format!("Error: {title}"),
        None => title.to_owned(),
    };
    page(
        status,
        &shown_title,
        &format!(
            r#"<h1>{title}</h1>
<form method="post" action="/device">
{alert}<label for="user_code">Code on your device</label>
<input id="user_code" name="user_code" type="text" class="code" value="{code}" required
 maxlength="64" autocomplete="off" autocapitalize="characters" autocorrect="off"
 spellcheck="false" autofocus aria-describedby="{described_by}"{invalid}>
<p id="hint" class="hint">Eight letters, such as BCDF-GHJK. Case, spaces and hyphens are ignored.</p>
<button type="submit">Continue</button>
</form>"#,
            code = Escaped(code),
        ),
    )
}

/// Asks whether the app may have the requested access.
pub fn ask_for_consent(app: &str, consent: &Consent) -> Answer {
    let scopes: Vec<_> = consent.access.scopes.iter().map(|it| scope(it)).collect();
    let scopes = match scopes.as_slice() {
        [] => "<p>Only your approval.</p>".to_owned(),
        scopes => format!("<ul>\n{}</ul>", scopes.concat()),
    };
    let audiences = consent.access.audiences.iter();
    let audiences: Vec<_> = audiences
        .map(|audience| format!("<li>{}</li>\n", Escaped(audience)))
        .collect();
    let audiences = match audiences.as_slice() {
        [] => String::new(),
        audiences => format!(
            "<h2>At these services</h2>\n<ul>\n{}</ul>\n",
            audiences.concat()
        ),
    };
    page(
        StatusCode::OK,
        &format!("Connect {app}?"),
        &format!(
            r#"<h1>Connect {app}?</h1>
<p>Your device must show this code now:</p>
<p class="code">{code}</p>
<h2>It requests this access</h2>
{scopes}
{audiences}<p class="hint">If your device shows another code, or someone sent you this one, deny.</p>
<form method="post" action="/device/decision">
<input type="hidden" name="user_code" value="{code}">
<input type="hidden" name="ticket" value="{ticket}">
<div class="choice">
<button type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="deny" class="other">Deny</button>
</div>
</form>
<p class="hint">App: <span class="id">{client_id}</span></p>"#,
            app = Escaped(app),
            code = Escaped(&consent.user_code),
            ticket = Escaped(&consent.ticket),
            client_id = Escaped(&consent.access.client_id),
        ),
    )
}

/// Asks in the browser of the app whether the app may have the requested access. `target` is the origin to
/// which the decision leads back.
pub fn ask_in_browser(app: &str, access: &Access, ticket: &str, target: &str) -> Answer {
    let scopes: Vec<_> = access.scopes.iter().map(|it| scope(it)).collect();
    let content = format!(
        r#"<h1>Connect {app}?</h1>
<h2>It requests this access</h2>
<ul>
{scopes}</ul>
<form method="post" action="/authorize/decision">
<input type="hidden" name="ticket" value="{ticket}">
<div class="choice">
<button type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="deny" class="other">Deny</button>
</div>
</form>
<p class="hint">App: <span class="id">{client_id}</span></p>"#,
        app = Escaped(app),
        scopes = scopes.concat(),
        ticket = Escaped(ticket),
        client_id = Escaped(&access.client_id),
    );
    // Browsers apply `form-action` to the redirect, too.
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {target}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    page(StatusCode::OK, &format!("Connect {app}?"), &content)
        .header(CONTENT_SECURITY_POLICY, &policy)
}

/// Returns a scope as an item of a list, with the meaning of standard scopes (OpenID Connect Core
/// sections 5.4 and 11).
fn scope(name: &str) -> String {
    let meaning = match name {
        "profile" => ": your name and profile",
        "email" => ": your e-mail address",
        "address" => ": your postal address",
        "phone" => ": your telephone number",
        "offline_access" => ": access while you are away",
        _ => "",
    };
    format!(
        "<li><span class=\"id\">{}</span>{meaning}</li>\n",
        Escaped(name)
    )
}

/// Confirms the decision.
pub fn end(app: &str, approved: bool) -> Answer {
    let (title, text) = match approved {
        true => (
            "Device connected",
            format!(
                "{app} now has the access that you approved. Go back to your device. You can close this page."
            ),
        ),
        false => (
            "Access denied",
            format!("{app} gets no access. You can close this page."),
        ),
    };
    let content = format!(
        "<h1>{title}</h1>\n<p role=\"status\">{}</p>",
        Escaped(&text)
    );
    page(StatusCode::OK, title, &content)
}

/// Shows an error with a link to the start.
pub fn refusal(status: StatusCode, title: &str, text: &str) -> Answer {
    let content = format!(
        "<h1>{}</h1>\n<p role=\"alert\">{}</p>\n<p><a href=\"/device\">Enter a code</a></p>",
        Escaped(title),
        Escaped(text)
    );
    page(status, title, &content)
}

pub fn not_found() -> Answer {
    refusal(
        StatusCode::NOT_FOUND,
        "Not found",
        "This page doesn't exist.",
    )
}
