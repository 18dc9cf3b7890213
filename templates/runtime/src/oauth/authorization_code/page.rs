//! The pages that a browser shows when it returns. They contain nothing of the request.

use super::response::Refusal;

/// The page, with placeholders for the class, the title and the text.
const PAGE: &str = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
:root { --page: #f4f5f7; --card: #fff; --text: #1c2024; --soft: #60646c; --line: #e0e3e8; --mark: #18794e; }
.failed { --mark: #c62a2f; }
@media (prefers-color-scheme: dark) {
  :root { --page: #111214; --card: #1b1d20; --text: #edeef0; --soft: #a0a5ad; --line: #2e3136; --mark: #3dd68c; }
  .failed { --mark: #ff8589; }
}
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--page);
  color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 400px; padding: 40px 32px; text-align: center; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
svg { width: 48px; height: 48px; margin-bottom: 16px; fill: none; stroke: var(--mark); stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round; }
.done .failure, .failed .success { display: none; }
h1 { margin-bottom: 8px; font-size: 22px; line-height: 1.3; font-weight: 600; }
p { color: var(--soft); }
</style>
</head>
<body class="{class}">
<main>
<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path class="success" d="m8 12.5 2.7 2.7L16 9.5"/><path class="failure" d="m9 9 6 6m0-6-6 6"/></svg>
<h1>{title}</h1>
<p>{text}</p>
</main>
<script>history.replaceState(null, "", location.pathname)</script>
</body>
</html>
"##;

/// The digest of the page's script, which removes the code and the state from the address bar and the
/// history.
const SCRIPT_DIGEST: &str = "sha256-V43a+G+2x8hYEwnrW7hgLIly2l08tE7yzk+E0n4mo74=";

/// Returns the response that tells the user how the sign-in ended.
pub(super) fn result(succeeded: bool) -> String {
    let (status, class, title, text) = match succeeded {
        true => (
            "200 OK",
            "done",
            "You are signed in",
            "You can close this window and return to the application.",
        ),
        false => (
            "400 Bad Request",
            "failed",
            "Sign-in failed",
            "Return to the application, which says why. You can close this window.",
        ),
    };
    let page = PAGE.replace("{class}", class);
    let page = page.replace("{title}", title).replace("{text}", text);
    response(status, "text/html", &page)
}

/// Returns the response to a request that isn't the browser's return.
pub(super) fn refusal(refusal: Refusal) -> String {
    let status = refusal.status();
    response(status, "text/plain", &format!("{status}\n"))
}

fn response(status: &str, media_type: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: {media_type}; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'; img-src data:; style-src 'unsafe-inline'; \
         script-src '{SCRIPT_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
         Referrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Cache-Control: no-store\r\n\
         Connection: close\r\n\
         \r\n\
         {body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::{PAGE, SCRIPT_DIGEST};

    #[test]
    fn the_policy_allows_the_script() {
        let (_, script) = PAGE.split_once("<script>").expect("a script");
        let (script, _) = script.split_once("</script>").expect("its end");
        let digest = STANDARD.encode(Sha256::digest(script));
        assert_eq!(format!("sha256-{digest}"), SCRIPT_DIGEST);
    }
}
