//! The pages for users.

use crate::support::{Answer, Peer};

/// Asserts that nothing is decided: the device is told to keep polling.
async fn assert_undecided(peer: &Peer, device_code: &str) {
    peer.pass(60);
    let said = peer.poll(device_code).await.error();
    assert_eq!(said, (400, "authorization_pending".to_owned()));
}

/// Returns the text between two texts of a page.
fn between<'a>(page: &'a Answer, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.body.split_once(before).expect(before);
    rest.split_once(after).expect(after).0
}

#[tokio::test]
async fn the_form_has_a_label_and_may_have_the_code_already() {
    let peer = Peer::start().await;
    let page = peer.get("/device?user_code=WDJB-MJHT").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let field = between(&page, r#"<label for="user_code">"#, "</form>");
    assert!(field.contains(r#"<input id="user_code" name="user_code""#));
    assert!(field.contains(r#"value="WDJB-MJHT""#));
    assert!(page.body.contains(r#"<html lang="en">"#));
    assert!(page.body.contains("width=device-width, initial-scale=1"));
    let empty = peer.get("/device?user_code=a&user_code=b").await;
    assert!(empty.body.contains(r#"value="""#));
}

#[tokio::test]
async fn pages_allow_neither_scripts_nor_frames_nor_copies() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    let form = format!("user_code={}", login.user_code);
    for page in [
        peer.get("/device").await,
        peer.post("/device", "", &form).await,
        peer.get("/nothing").await,
    ] {
        let policy = page.header("content-security-policy").expect("a policy");
        for rule in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert!(!page.body.contains("<script") && !page.body.contains(" style="));
    }
    let style = peer.get("/style.css").await;
    assert_eq!(
        style.header("content-type"),
        Some("text/css; charset=utf-8")
    );
}

#[tokio::test]
async fn case_spaces_and_hyphens_of_a_code_make_no_difference() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    let code = &login.user_code;
    let small = code.to_lowercase();
    for typed in [
        code.clone(),
        small.replace('-', ""),
        small.replace('-', "+"),
        format!("++{}+", small.replace('-', "%E2%80%93")),
        code.chars().flat_map(|c| [c, '-']).collect(),
    ] {
        let page = peer
            .post("/device", "", &format!("user_code={typed}"))
            .await;
        assert_eq!(page.status, 200, "{typed}");
        assert_eq!(between(&page, r#"<p class="code">"#, "</p>"), code);
    }
}

#[tokio::test]
async fn a_code_that_leads_no_further_is_explained_in_the_form() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    peer.decide(&login.user_code, "approve").await;
    let used = format!("user_code={}", login.user_code);
    for (form, status, said) in [
        ("", 400, "Enter the code that your device shows."),
        (
            "user_code=++",
            400,
            "Enter the code that your device shows.",
        ),
        ("user_code=a&user_code=b", 400, "Enter one code."),
        (
            "user_code=AAAA-AAAA",
            422,
            "No device waits with this code.",
        ),
        (used.as_str(), 422, "This code was already used."),
    ] {
        let page = peer.post("/device", "", form).await;
        assert_eq!(page.status, status, "{form}");
        let problem = between(&page, r#"role="alert">"#, "</p>");
        assert!(problem.starts_with(said), "{problem}");
        assert!(
            page.body
                .contains(r#"aria-describedby="problem hint" aria-invalid="true""#)
        );
    }
    let page = peer.post("/device", "", "user_code=aaaa-aaaa").await;
    assert!(
        page.body.contains(r#"value="aaaa-aaaa""#),
        "it can be mended"
    );
}

#[tokio::test]
async fn the_person_sees_what_asks_for_which_access() {
    let peer = Peer::start().await;
    let login = peer
        .authorize("&scope=email+%3Cb%3E+offline_access&audience=https://a.example/%3Fx%3D%22%26&resource=urn:b")
        .await;
    let page = peer
        .post("/device", "", &format!("user_code={}", login.user_code))
        .await;
    assert_eq!(
        between(&page, "<h1>", "</h1>"),
        "Connect Tom &amp; Jerry&#39;s &lt;TV&gt;?"
    );
    assert_eq!(
        between(&page, r#"<p class="code">"#, "</p>"),
        login.user_code
    );
    let access = between(&page, "this access</h2>", "<p");
    for item in [
        r#"<li><span class="id">email</span>: your e-mail address</li>"#,
        r#"<li><span class="id">&lt;b&gt;</span></li>"#,
        r#"<li><span class="id">offline_access</span>: access while you are away</li>"#,
        "<li>https://a.example/?x=&quot;&amp;</li>",
        "<li>urn:b</li>",
    ] {
        assert!(access.contains(item), "{access}");
    }
    assert!(page.body.contains(r#"<span class="id">OQ-example</span>"#));
    let nothing = peer.authorize("").await;
    let page = peer
        .post("/device", "", &format!("user_code={}", nothing.user_code))
        .await;
    assert!(page.body.contains("Only your approval."));
    assert!(!page.body.contains("At these services"));
}

#[tokio::test]
async fn what_comes_from_outside_is_text_wherever_it_is_shown() {
    let peer = Peer::start().await;
    for code in [
        "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "%27+onfocus=%27x",
        "%00%1B%5B31m",
        "%E2%80%AEabc",
        "%FF%FE",
    ] {
        for page in [
            peer.get(&format!("/device?user_code={code}")).await,
            peer.post("/device", "", &format!("user_code={code}")).await,
        ] {
            let value = between(&page, r#"value=""#, "\" required");
            let harmless =
                |c: char| !matches!(c, '<' | '>' | '"' | '\'' | '\u{202E}') && !c.is_control();
            assert!(value.chars().all(harmless), "{value:?}");
            assert!(!page.body.contains("<script"));
        }
    }
}

#[tokio::test]
async fn both_decisions_end_in_a_page_that_says_what_to_do() {
    let peer = Peer::start().await;
    for (decision, title) in [("approve", "Device connected"), ("deny", "Access denied")] {
        let login = peer.authorize("").await;
        let end = peer.decide(&login.user_code, decision).await;
        assert_eq!(end.status, 200);
        assert_eq!(between(&end, "<h1>", "</h1>"), title);
        assert!(between(&end, r#"<p role="status">"#, "</p>").contains("close this page"));
    }
}

#[tokio::test]
async fn a_decision_counts_only_from_the_page_that_asked_for_it() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    let code = &login.user_code;
    let (own, other) = (
        peer.get("/device").await.cookie(),
        peer.get("/device").await.cookie(),
    );
    let consent = peer
        .post("/device", &own, &format!("user_code={code}"))
        .await;
    assert_eq!(
        consent.header("set-cookie"),
        None,
        "the browser keeps its session"
    );
    let ticket = consent.ticket();
    let right = format!("user_code={code}&ticket={ticket}&decision=approve");
    let evil = format!("{own}origin: http://evil.example\r\n");
    let null = format!("{own}origin: null\r\n");
    let cross = format!("{own}sec-fetch-site: cross-site\r\n");
    let forms = [
        (other.as_str(), right.clone()),
        ("", right.clone()),
        (&own, right.replace(ticket, "guess")),
        (&own, format!("user_code={code}&decision=approve")),
        (&own, right.replace("approve", "perhaps")),
        (&own, right.replace("&decision=approve", "")),
        (&evil, right.clone()),
        (&null, right.clone()),
        (&cross, right.clone()),
    ];
    for (headers, form) in &forms {
        let page = peer.post("/device/decision", headers, form).await;
        assert_eq!(page.status, 403, "{headers}{form}");
        assert_undecided(&peer, &login.device_code).await;
    }
    let elsewhere = peer
        .post("/device", &evil, &format!("user_code={code}"))
        .await;
    assert_eq!(elsewhere.status, 403);
    let browser = format!(
        "{own}origin: {}\r\nsec-fetch-site: same-origin\r\n",
        peer.server.url()
    );
    assert_eq!(
        peer.post("/device/decision", &browser, &right).await.status,
        200
    );
    let again = right.replace("approve", "deny");
    assert_eq!(
        peer.post("/device/decision", &browser, &again).await.status,
        422
    );
    assert_eq!(peer.poll(&login.device_code).await.status, 200);
}

#[tokio::test]
async fn the_session_is_for_this_server_s_pages_alone() {
    let peer = Peer::start().await;
    let page = peer.get("/device").await;
    let cookie = page.header("set-cookie").expect("a cookie");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
}

#[tokio::test]
async fn codes_can_t_be_tried_out() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    for _ in 0..10 {
        let wrong = peer.post("/device", "", "user_code=AAAA-AAAA").await;
        assert_eq!(wrong.status, 422);
        peer.pass(1);
    }
    let right = format!("user_code={}", login.user_code);
    let page = peer.post("/device", "", &right).await;
    assert_eq!((page.status, page.header("retry-after")), (429, Some("50")));
    assert!(page.body.contains("Wait for 50 seconds"));
    peer.pass(50);
    assert_eq!(peer.post("/device", "", &right).await.status, 200);
}
