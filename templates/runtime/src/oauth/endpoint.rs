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

/// Sends a form with the app's client authentication.
///
/// The request is sent once: a device login polls at its own interval, a session pauses after a
/// failure, and a refresh token may be revoked as soon as it was sent.
pub(crate) fn post(
    client: &ClientCore,
    id: &'static str,
    url: BaseUrl,
    app: &App,
    fields: &[(&str, &str)],
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
    push("client_id", &app.id);
    if let Some(secret) = app.body_secret() {
        push("client_secret", secret.expose_secret());
    }
    let mut encoded = Encoder::default();
    encoded.text = Some(("application/x-www-form-urlencoded", form));
    let mut options = CallOptions::to(url).retry(RetryPolicy::never());
    if let Some(header) = app.basic_header() {
        options = options.header("Authorization", header.expose_secret());
    }
    client.execute(meta(id, Method::POST), Ok(encoded), &options)
}
