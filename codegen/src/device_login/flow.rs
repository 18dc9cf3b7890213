//! The OAuth flow `deviceAuthorization` of a security scheme (OpenAPI 3.2; `x-deviceAuthorization`
//! before), and the operations at its URLs.

use url::Url;

use crate::diagnostic::{Diagnostics, Stage};
use crate::ir::{Api, Flow, FlowKind, Operation, OperationId, Scheme, Server};
use crate::pointer::Pointer;

/// A flow whose URLs are valid.
pub(super) struct Endpoints<'a> {
    pub authorization: Endpoint<'a>,
    pub token: Endpoint<'a>,
}

/// A URL of a flow.
pub(super) struct Endpoint<'a> {
    /// The URL as written in the document.
    written: &'a str,
    /// The absolute URL with the defaults of the server.
    url: Url,
}

/// Finds the flow of the document, or of the scheme with this name. Returns `None` if there is none, or
/// if it can't be used, after reporting an error.
pub(super) fn find<'a>(
    api: &'a Api,
    scheme: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoints<'a>> {
    let mut found: Option<(&Scheme, Endpoints<'a>)> = None;
    let of_name = |it: &&Scheme| scheme.is_none_or(|name| it.name == name);
    for scheme in api.schemes.iter().filter(of_name) {
        let Some(flow) = flow_of(scheme) else {
            continue;
        };
        let endpoints = endpoints(api, flow, diagnostics)?;
        match &found {
            Some((other, known)) if !known.same_as(&endpoints) => {
                diagnostics.error(
                    Stage::Options,
                    &flow.pointer,
                    format!(
                        "the security schemes `{}` and `{}` have different device authorization flows",
                        other.name, scheme.name
                    ),
                    "set `device-login.scheme` to the scheme that the client uses",
                );
                return None;
            }
            Some(_) => {}
            None => found = Some((scheme, endpoints)),
        }
    }
    found.map(|(_, endpoints)| endpoints)
}

fn flow_of(scheme: &Scheme) -> Option<&Flow> {
    let mut flows = scheme.flows.iter();
    flows.find(|flow| flow.kind == FlowKind::DeviceAuthorization)
}

fn endpoints<'a>(
    api: &Api,
    flow: &'a Flow,
    diagnostics: &mut Diagnostics,
) -> Option<Endpoints<'a>> {
    let mut endpoint = |name: &str, written: &'a Option<String>| {
        let Some(written) = written else {
            diagnostics.error(
                Stage::Options,
                &flow.pointer,
                format!("the device authorization flow has no `{name}`"),
                "add the URL, which OpenAPI 3.2 requires, or remove the flow",
            );
            return None;
        };
        match resolve(api.servers.first(), written) {
            Ok(url) => Some(Endpoint { written, url }),
            Err(problem) => {
                diagnostics.error(
                    Stage::Options,
                    &Pointer::child(&flow.pointer, name),
                    format!("`{name}` of the device authorization flow {problem}"),
                    "use a URL that begins with https:// or is relative to the server",
                );
                None
            }
        }
    };
    let authorization = endpoint("deviceAuthorizationUrl", &flow.device_authorization_url);
    let token = endpoint("tokenUrl", &flow.token_url);
    Some(Endpoints {
        authorization: authorization?,
        token: token?,
    })
}

impl Endpoints<'_> {
    fn same_as(&self, other: &Self) -> bool {
        self.authorization.url == other.authorization.url && self.token.url == other.token.url
    }
}

impl Endpoint<'_> {
    /// Returns the operation at this URL: a POST without path parameters.
    pub fn operation(&self, api: &Api) -> Option<OperationId> {
        let at = api
            .operations
            .iter()
            .position(|operation| operation.method == "POST" && self.is_at(api, operation));
        at.map(OperationId)
    }

    fn is_at(&self, api: &Api, operation: &Operation) -> bool {
        let servers = match operation.servers.as_slice() {
            [] => &api.servers,
            own => own,
        };
        servers.iter().any(|server| {
            let (Ok(mut url), Ok(here)) = (base(Some(server)), resolve(Some(server), self.written))
            else {
                return false;
            };
            let path = format!("{}{}", url.path().trim_end_matches('/'), operation.path);
            url.set_path(&path);
            let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
            let same = url.origin() == here.origin() && path(&url) == path(&here);
            // An operation would omit the query.
            same && here.query().is_none()
        })
    }

    /// Returns the URL for the client, relative to the client's base URL with a slash appended. A URL
    /// below the document's server, or on the same host, thus follows the client's base URL.
    pub fn reference(&self, api: &Api) -> String {
        relative(api, self.written, &self.url)
    }
}

/// Returns a URL of the document for the client, like [`Endpoint::reference`]. An invalid URL is returned
/// unchanged; the client reports an error when it uses the URL. So is any URL if the API has no servers, as
/// an umbrella crate has none.
pub(crate) fn reference(api: &Api, written: &str) -> String {
    match resolve(api.servers.first(), written) {
        Ok(url) if !api.servers.is_empty() => relative(api, written, &url),
        _ => written.to_owned(),
    }
}

fn relative(api: &Api, written: &str, url: &Url) -> String {
    let Ok(base) = base(api.servers.first()) else {
        return written.to_owned();
    };
    let query = url.query().map(|query| format!("?{query}"));
    let query = query.unwrap_or_default();
    match below(&base, url) {
        // A colon in the first segment would make it a scheme.
        Some(path) => format!("./{path}{query}"),
        None if base.origin() == url.origin() => format!("{}{query}", url.path()),
        None => written.to_owned(),
    }
}

/// Returns the path from a base URL to a URL below it, without leading and trailing slashes.
fn below(base: &Url, url: &Url) -> Option<String> {
    if base.origin() != url.origin() {
        return None;
    }
    let rest = url.path().strip_prefix(base.path().trim_end_matches('/'))?;
    rest.starts_with('/')
        .then(|| rest.trim_matches('/').to_owned())
}

/// Returns the URL of a server with the defaults of its variables. A placeholder replaces a missing
/// host.
fn base(server: Option<&Server>) -> Result<Url, url::ParseError> {
    let url = server.map_or("/", |server| server.url.as_str());
    Url::parse("https://server.invalid/")?.join(&expand(server, url))
}

/// Resolves a URL against a server.
fn resolve(server: Option<&Server>, written: &str) -> Result<Url, String> {
    let expanded = expand(server, written);
    if expanded.contains(['{', '}']) {
        return Err("has a variable that the server doesn't have".to_owned());
    }
    let url = base(server).and_then(|base| base.join(&expanded));
    let url = url.map_err(|error| format!("isn't a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("isn't an HTTP URL".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("has credentials or a fragment".to_owned());
    }
    Ok(url)
}

fn expand(server: Option<&Server>, text: &str) -> String {
    let variables = server.map_or(&[][..], |server| &server.variables);
    variables.iter().fold(text.to_owned(), |text, variable| {
        text.replace(&format!("{{{}}}", variable.name), &variable.default)
    })
}
