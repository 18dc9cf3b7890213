//! An axum router that receives Twilio's webhooks.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use twilio_oauth::webhook::{TwilioVerifier, VerifiedRequest, WebhookRequest};

/// The largest accepted body in bytes. axum answers 413 to a larger one.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The response to an SMS, in TwiML.
const REPLY: &str = "<Response><Message>Thank you!</Message></Response>";

struct Receiver {
    verifier: TwilioVerifier,
    public_url: String,
}

/// Returns a router that receives webhooks at `/sms`.
///
/// `public_url` is the origin that is configured at Twilio, such as `https://example.com`. The signature
/// covers the URL that Twilio has called. Behind a proxy, the request's own `Host` may be another, and
/// headers such as `X-Forwarded-Host` can be forged.
pub fn router(verifier: TwilioVerifier, public_url: impl Into<String>) -> Router {
    let receiver = Receiver {
        verifier,
        public_url: public_url.into(),
    };
    Router::new()
        .route("/sms", post(receive))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Arc::new(receiver))
}

/// Receives a request. Nothing of the body is interpreted before the signature is verified.
async fn receive(
    State(receiver): State<Arc<Receiver>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    let url = format!("{}{path}", receiver.public_url);
    let request = WebhookRequest::new(&headers, &body).url(&url);
    match request.verify(&receiver.verifier) {
        Ok(verified) => answer(&verified),
        Err(refused) => (StatusCode::FORBIDDEN, refused.to_string()).into_response(),
    }
}

/// Returns the response to a verified request.
fn answer(request: &VerifiedRequest<'_>) -> Response {
    let form = request.form();
    let value = |wanted: &str| {
        let mut fields = form.iter();
        fields.find_map(|(name, value)| (name == wanted).then_some(value.as_str()))
    };
    let (Some(from), Some(text)) = (value("From"), value("Body")) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    println!("{from:?} wrote {text:?}");
    ([(CONTENT_TYPE, "text/xml")], REPLY).into_response()
}
