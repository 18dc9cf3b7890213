//! The verification URL, which the user opens in a browser (RFC 8628 section 3.3).
//!
//! A decision counts only if it comes from the page that asked for it: the page has a ticket that is bound
//! to the code, and to the browser by a cookie that other sites can't send.

use hyper::StatusCode;
use hyper::header::{COOKIE, HeaderName, ORIGIN, RETRY_AFTER, SET_COOKIE};

use super::flow::{Decision, Refused};
use super::http::{Answer, Request};
use super::{Shared, pages, secret};

const SESSION: &str = "device_session";
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Asks for the code. The URL in a QR code contains it, and the user still confirms it (RFC 8628 section
/// 3.3.1).
pub fn show_form(_: &Shared, request: &Request) -> Answer {
    let code = request.query.one("user_code").ok().flatten();
    let answer = pages::ask_for_code(StatusCode::OK, code.unwrap_or_default(), None);
    with_session(request, answer).0
}

/// Handles the code, and asks whether the app may have the requested access.
pub fn take_code(shared: &Shared, request: &Request) -> Answer {
    if !is_same_origin(request) {
        return foreign();
    }
    let Ok(code) = request.form.one("user_code") else {
        return pages::ask_for_code(StatusCode::BAD_REQUEST, "", Some("Enter one code."));
    };
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
        let message = "Enter the code that your device shows.";
        return pages::ask_for_code(StatusCode::BAD_REQUEST, "", Some(message));
    };
    let (answer, session) = with_session(request, Answer::new(StatusCode::OK));
    let now = shared.config.clock.now();
    let consent = shared.flow().enter(code, &session, now);
    match consent {
        Ok(consent) => answer.and(pages::ask_for_consent(&shared.config.app.name, &consent)),
        Err(refused) => answer.and(refusal(refused, code)),
    }
}

/// Handles the decision.
pub fn take_decision(shared: &Shared, request: &Request) -> Answer {
    if !is_same_origin(request) {
        return foreign();
    }
    let field = |name| request.form.one(name).ok().flatten();
    let approve = match field("decision") {
        Some("approve") => true,
        Some("deny") => false,
        _ => return refusal(Refused::NotAsked, ""),
    };
    let (Some(user_code), Some(ticket), Some(session)) =
        (field("user_code"), field("ticket"), session(request))
    else {
        return refusal(Refused::NotAsked, "");
    };
    let decision = Decision {
        user_code,
        session,
        ticket,
        approve,
    };
    let now = shared.config.clock.now();
    let decided = shared.flow().decide(&decision, now);
    match decided {
        Ok(_) => pages::end(&shared.config.app.name, approve),
        Err(refused) => refusal(refused, user_code),
    }
}

fn refusal(refused: Refused, code: &str) -> Answer {
    let ask_again =
        |message| pages::ask_for_code(StatusCode::UNPROCESSABLE_ENTITY, code, Some(message));
    match refused {
        Refused::Unknown => {
            ask_again("No device waits with this code. Check it for typing errors.")
        }
        Refused::Expired => {
            ask_again("This code has expired. Start again on the device to get a new one.")
        }
        Refused::Decided => {
            ask_again("This code was already used. Start again on the device to get a new one.")
        }
        Refused::NotAsked => pages::refusal(
            StatusCode::FORBIDDEN,
            "Nothing was decided",
            "This page is out of date, or the browser sent no cookie. Enter the code again.",
        ),
        Refused::TooMany { wait } => {
            let seconds = wait.as_secs().max(1).to_string();
            pages::refusal(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many wrong codes",
                &format!("Wait for {seconds} seconds, then enter the code again."),
            )
            .header(RETRY_AFTER, &seconds)
        }
    }
}

pub(super) fn foreign() -> Answer {
    pages::refusal(
        StatusCode::FORBIDDEN,
        "Nothing was decided",
        "The form came from another site. Open this server's own page.",
    )
}

/// Returns whether a form comes from a page of this server, according to the browser (Fetch standard,
/// `Origin` and `Sec-Fetch-Site`). The host was checked before.
pub(super) fn is_same_origin(request: &Request) -> bool {
    let host = request.header(&hyper::header::HOST).unwrap_or_default();
    let own = format!("http://{host}");
    let origin = request.header(&ORIGIN);
    let site = request.header(&FETCH_SITE);
    origin.is_none_or(|origin| origin.eq_ignore_ascii_case(&own))
        && site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// Returns the session of the browser. If it has none, the response sets one.
pub(super) fn with_session(request: &Request, answer: Answer) -> (Answer, String) {
    if let Some(session) = session(request) {
        return (answer, session.to_owned());
    }
    let session = secret::token();
    let cookie = format!("{SESSION}={session}; Path=/; HttpOnly; SameSite=Strict");
    (answer.header(SET_COOKIE, &cookie), session)
}

pub(super) fn session(request: &Request) -> Option<&str> {
    let cookies = request.headers.get_all(COOKIE).into_iter();
    cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, value)| *name == SESSION && !value.is_empty())
        .map(|(_, value)| value)
}
