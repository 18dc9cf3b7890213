//! The requests of a device login as the standards have them (RFC 8628 sections 3.1 and 3.4, RFC 6749
//! section 6), for endpoints that aren't operations of the document.

use http::Method;
use reqwest::Url;

use crate::runtime::call::{CallOptions, Meta};
use crate::runtime::client::Client;
use crate::runtime::device::{AuthorizationRequest, TokenRequest};
use crate::runtime::encode::Encoder;
use crate::runtime::error::{Error, InvalidRequest};
use crate::runtime::response::RawResponse;
use crate::runtime::style::Style;
use crate::runtime::transport::BoxFuture;

/// Sends the device authorization request to `address`: a URL, perhaps with variables of the server,
/// or relative to the client's base URL as to a folder.
pub fn authorize(
    client: &Client,
    address: &'static str,
    request: AuthorizationRequest,
) -> BoxFuture<'static, Result<RawResponse, Error>> {
    let scope = (!request.scopes.is_empty()).then(|| request.scopes.join(" "));
    let mut fields = vec![
        ("client_id", Some(request.client_id)),
        ("client_secret", request.client_secret),
        ("scope", scope),
    ];
    let audiences = request.audiences.into_iter();
    fields.extend(audiences.map(|audience| ("audience", Some(audience))));
    send(client, "device_authorization", address, &fields)
}

/// Sends the token request to `address`, likewise.
pub fn token(
    client: &Client,
    address: &'static str,
    request: TokenRequest,
) -> BoxFuture<'static, Result<RawResponse, Error>> {
    let fields = [
        ("grant_type", Some(request.grant_type.to_owned())),
        ("client_id", Some(request.client_id)),
        ("client_secret", request.client_secret),
        ("device_code", request.device_code),
        ("refresh_token", request.refresh_token),
    ];
    send(client, "token", address, &fields)
}

/// Sends a form. Credentials of the client belong to the API, so they don't go along.
fn send(
    client: &Client,
    id: &'static str,
    address: &'static str,
    fields: &[(&'static str, Option<String>)],
) -> BoxFuture<'static, Result<RawResponse, Error>> {
    let meta = Meta {
        id,
        method: Method::POST,
        path: address,
        accept: "application/json",
        security: &[],
        servers: &[],
    };
    let mut options = CallOptions::default();
    let encoded = place(client, address).and_then(|(folder, last)| {
        options.base_url = Some(folder.into());
        let mut out = Encoder::default();
        out.literal("/");
        out.literal(&last);
        let mut form = out.form();
        for (name, value) in fields {
            form.field(name, Style::Form.exploded(), value)?;
        }
        Ok(out)
    });
    Box::pin(client.clone().execute(meta, encoded, options))
}

/// Where an address leads: the folder with the query, and the last segment of the path.
fn place(client: &Client, address: &'static str) -> Result<(Url, String), Error> {
    let wrong = |_| InvalidRequest::new("the address of the authorization server is invalid");
    let mut base = client.core.base_url.without_query();
    base.push('/');
    let address = client.core.expand(address)?;
    let base = Url::parse(&base).map_err(wrong)?;
    let mut url = base.join(&address).map_err(wrong)?;
    let mut segments = url.path().rsplitn(2, '/');
    let last = segments.next().unwrap_or_default().to_owned();
    let folder = segments.next().unwrap_or_default().to_owned();
    url.set_path(&folder);
    Ok((url, last))
}
