//! Sends requests to the endpoints of an authorization server.

use secrecy::ExposeSecret;

use crate::call::{CallOptions, Meta, Method};
use crate::client::ClientCore;
use crate::error::InvalidRequestError;
use crate::oauth::client_authentication::App;
use crate::request::encoder::{Encoder, push_pair};
use crate::response::{RawResponse, ResponseFuture};
use crate::retry::RetryPolicy;
use crate::transport::address::BaseUrl;
use crate::wire::style::Escape;

/// Describes such a request to the client. The API's own credentials are never sent with it.
fn meta(id: &'static str, method: Method) -> Meta {
    Meta {
        id,
        method,
        path: "",
        accept: "application/json",
        security: &[],
        servers: &[],
        redirects: &[],
    }
}

/// Resolves the URL of a document: it may contain server variables, and may be relative to the
/// client's base URL, which then counts as a folder.
///
/// # Errors
///
/// Returns an error if a variable has no value, or if the result isn't a URL of scheme `http` or
/// `https`.
pub(crate) fn resolve(
    client: &ClientCore,
    address: &'static str,
) -> Result<BaseUrl, InvalidRequestError> {
    let core = &client.shared;
    let folder = format!("{}/", core.base_url.without_query());
    BaseUrl::parse(&folder)?.server(&core.expand(address)?)
}

/// Requests a JSON document.
pub(crate) fn get(
    client: &ClientCore,
    id: &'static str,
    url: BaseUrl,
) -> ResponseFuture<RawResponse> {
    let options = CallOptions::to(url);
    client.execute(meta(id, Method::GET), Ok(Encoder::default()), &options)
}

/// Returns the retry policy for a request that does no harm if the server processes it twice: the
/// tokens or codes that it issues first expire unused.
///
/// The client's policy says how often and when a request to an authorization server is repeated. Its
/// rules of what is retried are made for the API.
pub(crate) fn retry_any(client: &ClientCore) -> RetryPolicy {
    client.shared.retry.without_rules().any_method()
}

/// Returns the retry policy for a request with a refresh token, which is repeated only if the server
/// certainly hasn't processed it. Otherwise the token may be used up, and some servers revoke all
/// tokens of a user if they see one twice (RFC 9700 section 4.14.2).
pub(crate) fn retry_unprocessed(client: &ClientCore) -> RetryPolicy {
    client.shared.retry.without_rules()
}

/// Sends a form with the app's client authentication.
pub(crate) fn post(
    client: &ClientCore,
    id: &'static str,
    url: BaseUrl,
    app: &App,
    fields: &[(&str, &str)],
    retry: RetryPolicy,
) -> ResponseFuture<RawResponse> {
    let mut form = String::new();
    let mut push = |name: &str, value: &str| {
        let (mut escaped_name, mut escaped_value) = (String::new(), String::new());
        Escape::Form.push(name, &mut escaped_name);
        Escape::Form.push(value, &mut escaped_value);
        push_pair(&mut form, "&", &escaped_name, &escaped_value);
    };
    for (name, value) in fields {
        push(name, value);
    }
    if let Some(client_id) = app.body_id() {
        push("client_id", client_id);
    }
    if let Some(secret) = app.body_secret() {
        push("client_secret", secret.expose_secret());
    }
    let mut encoded = Encoder::default();
    encoded.text = Some(("application/x-www-form-urlencoded", form));
    let mut options = CallOptions::to(url).retry(retry);
    if let Some(header) = app.basic_header() {
        options = options.header("Authorization", header.expose_secret());
    }
    client.execute(meta(id, Method::POST), Ok(encoded), &options)
}
