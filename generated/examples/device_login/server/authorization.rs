//! The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636), for apps on this machine (RFC
//! 8252 section 7.3).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::StatusCode;
use sha2::{Digest as _, Sha256};

use super::flow::Access;
use super::http::{Answer, Request};
use super::{Shared, endpoints, pages, secret, verification};

/// The lifetime of a code (RFC 6749 section 4.1.2).
const LIFETIME: Duration = Duration::from_secs(60);
/// The largest number of questions or codes at once.
const MOST: usize = 1000;

/// The questions that users haven't answered, and the codes that apps haven't exchanged.
#[derive(Default)]
pub struct Authorizations {
    /// By the ticket of the page.
    questions: HashMap<String, Question>,
    codes: HashMap<String, Code>,
}

struct Question {
    access: Access,
    redirect_uri: String,
    state: String,
    challenge: String,
    session: String,
}

struct Code {
    question: Question,
    expires_at: Instant,
}

/// The fields with which an app exchanges a code.
pub struct Exchange<'a> {
    pub code: &'a str,
    pub verifier: &'a str,
    pub redirect_uri: &'a str,
    pub client_id: &'a str,
}

impl Authorizations {
    /// Returns the access of a code, which is used up.
    pub fn exchange(&mut self, exchange: &Exchange<'_>, now: Instant) -> Option<Access> {
        let code = self.codes.remove(exchange.code)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(exchange.verifier));
        let Question {
            access,
            redirect_uri,
            challenge: expected,
            ..
        } = code.question;
        let fits = challenge == expected
            && redirect_uri == exchange.redirect_uri
            && access.client_id == exchange.client_id
            && now < code.expires_at;
        fits.then_some(access)
    }
}

/// The authorization request: asks the user.
pub fn ask(shared: &Shared, request: &Request) -> Answer {
    let field = |name| request.query.one(name).ok().flatten().unwrap_or_default();
    let app = &shared.config.app;
    // An error must not be sent to an address that the app may not have (RFC 6749 section 4.1.2.1).
    let Some(target) =
        loopback_origin(field("redirect_uri")).filter(|_| field("client_id") == app.id)
    else {
        return refusal("The app is unknown, or doesn't run on this machine.");
    };
    let is_code = field("response_type") == "code" && field("code_challenge_method") == "S256";
    if !is_code || field("code_challenge").is_empty() {
        return refusal("The app must request a code with a challenge by S256.");
    }
    let (answer, session) = verification::with_session(request, Answer::new(StatusCode::OK));
    let scopes = field("scope").split_ascii_whitespace();
    let access = Access {
        client_id: app.id.clone(),
        scopes: endpoints::grantable(scopes.map(str::to_owned).collect()),
        audiences: Vec::new(),
    };
    let ticket = secret::token();
    let page = pages::ask_in_browser(&app.name, &access, &ticket, target);
    let question = Question {
        access,
        redirect_uri: field("redirect_uri").to_owned(),
        state: field("state").to_owned(),
        challenge: field("code_challenge").to_owned(),
        session,
    };
    let mut authorizations = shared.authorizations();
    if authorizations.questions.len() >= MOST {
        authorizations.questions.clear();
    }
    authorizations.questions.insert(ticket, question);
    answer.and(page)
}

/// Handles the decision, and leads the browser back to the app.
pub fn take_decision(shared: &Shared, request: &Request) -> Answer {
    if !verification::is_same_origin(request) {
        return verification::foreign();
    }
    let field = |name| request.form.one(name).ok().flatten().unwrap_or_default();
    let mut authorizations = shared.authorizations();
    let question = authorizations.questions.remove(field("ticket"));
    let session = verification::session(request);
    let Some(question) = question.filter(|it| Some(it.session.as_str()) == session) else {
        return refusal("This page is out of date, or the browser sent no cookie.");
    };
    let mut fields = form_urlencoded::Serializer::new(String::new());
    fields.append_pair("state", &question.state);
    fields.append_pair("iss", &shared.url);
    let redirect_uri = question.redirect_uri.clone();
    if field("decision") == "approve" {
        let code = secret::token();
        fields.append_pair("code", &code);
        let now = shared.config.clock.now();
        authorizations.codes.retain(|_, code| now < code.expires_at);
        let expires_at = now + LIFETIME;
        let issued = Code {
            question,
            expires_at,
        };
        authorizations.codes.insert(code, issued);
    } else {
        fields.append_pair("error", "access_denied");
    }
    Answer::see_other(&format!("{redirect_uri}?{}", fields.finish()))
}

/// Returns the origin of a redirect URI on this machine, without a query or fragment.
fn loopback_origin(redirect_uri: &str) -> Option<&str> {
    let rest = redirect_uri.strip_prefix("http://127.0.0.1:")?;
    let (port, path) = rest.split_once('/')?;
    port.parse::<u16>().ok()?;
    let is_plain = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
    is_plain.then(|| &redirect_uri[..redirect_uri.len() - path.len() - 1])
}

fn refusal(text: &str) -> Answer {
    pages::refusal(StatusCode::BAD_REQUEST, "Nothing was decided", text)
}
