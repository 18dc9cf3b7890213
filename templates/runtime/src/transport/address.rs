//! Base URLs, servers, and the URL of a call.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use url::Url;

use crate::error::InvalidRequestError;
use crate::request::encoder::push_item;
use crate::transport::link::{Link, LinkRequest};

/// The longest URL that HTTP implementations accept, in bytes (`http::Uri` holds no longer one).
const LONGEST_URL: usize = u16::MAX as usize - 1;

/// A base URL: scheme, authority, and the path and query that every call keeps.
///
/// It has neither credentials nor a fragment.
#[derive(Clone)]
pub struct BaseUrl {
    url: Url,
}

impl BaseUrl {
    /// Parses an absolute URL with the scheme `http` or `https`.
    ///
    /// # Errors
    ///
    /// Fails if the text is no such URL, or if the URL has credentials or a fragment. The message
    /// doesn't repeat the URL.
    pub fn parse(text: &str) -> Result<Self, InvalidRequestError> {
        match Url::parse(text) {
            Ok(url) => Self::new(url),
            Err(error) => Err(InvalidRequestError::new(format!(
                "the base URL is invalid: {error}"
            ))),
        }
    }

    pub(crate) fn new(url: Url) -> Result<Self, InvalidRequestError> {
        let refuse = |why: &str| Err(InvalidRequestError::new(format!("the base URL {why}")));
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("must begin with http:// or https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not hold a user name or password: set credentials on the builder");
        }
        if url.fragment().is_some() {
            return refuse("must not have a fragment");
        }
        Ok(Self { url })
    }

    /// Returns the URL if nobody on the way can read what is sent there: its scheme is `https`, or
    /// its host is this machine.
    ///
    /// # Errors
    ///
    /// Fails otherwise, with a message in which `what` names the URL.
    pub fn secure(self, what: &str) -> Result<Self, InvalidRequestError> {
        let local = match self.url.host_str().unwrap_or_default() {
            "localhost" | "[::1]" => true,
            host => host.parse().is_ok_and(|it: Ipv4Addr| it.is_loopback()),
        };
        if self.url.scheme() == "https" || local {
            return Ok(self);
        }
        let message = format!("{what} must begin with https://, unless it is on this machine");
        Err(InvalidRequestError::new(message))
    }

    /// Returns the URL.
    #[must_use]
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Returns whether both URLs have the same scheme, host and port.
    #[must_use]
    pub fn same_origin(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// Returns the well-known URL of a name (RFC 8615), inserted before this URL's path or appended
    /// to it.
    ///
    /// # Errors
    ///
    /// Fails if the result isn't a URL.
    pub fn well_known(&self, name: &str, before: bool) -> Result<Self, InvalidRequestError> {
        let path = self.url.path().trim_end_matches('/');
        self.server(&if before {
            format!("/.well-known/{name}{path}")
        } else {
            format!("{path}/.well-known/{name}")
        })
    }

    /// Returns whether the URL has a query.
    #[must_use]
    pub fn has_query(&self) -> bool {
        self.url.query().is_some()
    }

    /// Returns the URL as that of a call.
    ///
    /// # Errors
    ///
    /// Fails if the URL is longer than 65,534 bytes.
    pub fn exactly(&self) -> Result<Url, InvalidRequestError> {
        check_length(self.url.clone())
    }

    /// Resolves the URL of an operation's own server, which may be relative to this one.
    ///
    /// # Errors
    ///
    /// Fails as [`BaseUrl::parse`] does.
    pub fn server(&self, server: &str) -> Result<Self, InvalidRequestError> {
        match self.url.join(server) {
            Ok(url) => Self::new(url),
            Err(error) => Err(InvalidRequestError::new(format!(
                "the server URL is invalid: {error}"
            ))),
        }
    }

    /// Returns where the request for a link goes.
    ///
    /// # Errors
    ///
    /// Fails if the link leads to another origin, to which credentials must not be sent.
    pub(crate) fn follow(&self, link: &Link) -> Result<LinkRequest, InvalidRequestError> {
        link.request(&self.url)
    }

    /// Returns the URL of a call: the path and query of the base URL, followed by those of the call.
    /// The call's path may end in a query of its own, as the paths of some documents do.
    ///
    /// # Errors
    ///
    /// Fails if the URL is longer than 65,534 bytes.
    pub fn address(&self, path: &str, query: &str) -> Result<Url, InvalidRequestError> {
        // Some documents tell paths apart by a fragment, which is never sent.
        let path = path.split('#').next().unwrap_or(path);
        let (path, path_query) = path.split_once('?').unwrap_or((path, ""));
        let mut url = self.url.clone();
        match self.url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            base_path => url.set_path(&join_paths(base_path, path)),
        }
        let base_query = self.url.query().unwrap_or_default();
        match &*join_queries([base_query, path_query, query]) {
            "" => {}
            query => url.set_query(Some(query)),
        }
        check_length(url)
    }

    /// Returns scheme, authority and path, without a slash at the end.
    #[must_use]
    pub fn without_query(&self) -> &str {
        without_query(&self.url).trim_end_matches('/')
    }
}

fn join_paths(base_path: &str, path: &str) -> String {
    let mut joined = String::with_capacity(base_path.len() + 1 + path.len());
    joined.push_str(base_path);
    if !path.starts_with('/') {
        joined.push('/');
    }
    joined.push_str(path);
    joined
}

/// Joins the queries that aren't empty, most often one at most.
fn join_queries(queries: [&str; 3]) -> Cow<'_, str> {
    let mut joined = Cow::Borrowed("");
    for query in queries {
        if joined.is_empty() {
            joined = Cow::Borrowed(query);
        } else if !query.is_empty() {
            push_item(joined.to_mut(), "&", query);
        }
    }
    joined
}

pub(crate) fn check_length(url: Url) -> Result<Url, InvalidRequestError> {
    if url.as_str().len() > LONGEST_URL {
        return Err(InvalidRequestError::new(
            "the address is invalid: uri too long",
        ));
    }
    Ok(url)
}

/// Returns a URL without credentials and fragment up to its query, as errors print it.
#[must_use]
pub(crate) fn without_query(url: &Url) -> &str {
    url.as_str().split('?').next().unwrap_or_default()
}

/// Removes the user name and the password; `None` if the URL can't have them.
#[must_use]
pub(crate) fn without_userinfo(mut url: Url) -> Option<Url> {
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url)
}

/// Returns what follows `http://` or another scheme; `None` if the URL is relative.
#[must_use]
pub(crate) fn behind_scheme(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once(':')?;
    rest.strip_prefix("//")
}

/// A server (OpenAPI: Server Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// The URL, which may have `{variables}` and may be relative.
    pub url: &'static str,
    /// The variables in it.
    pub variables: &'static [ServerVariable],
}

/// A variable of a server's URL (OpenAPI: Server Variable Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name.
    pub name: &'static str,
    /// The default value.
    pub default: &'static str,
    /// The allowed values; empty if any value is allowed.
    pub allowed: &'static [&'static str],
}

impl ServerVariable {
    fn value<'s>(&self, set: &'s [(&'static str, String)]) -> Result<&'s str, InvalidRequestError> {
        let Some((_, value)) = set.iter().find(|(name, _)| *name == self.name) else {
            return Ok(self.default);
        };
        if self.allowed.is_empty() || self.allowed.contains(&value.as_str()) {
            return Ok(value);
        }
        let mut allowed = String::new();
        for value in self.allowed {
            push_item(&mut allowed, ", ", value);
        }
        Err(InvalidRequestError::new(format!(
            "the server variable `{}` is `{}`, and may be {allowed}",
            self.name,
            value.escape_debug()
        )))
    }
}

impl Server {
    /// Replaces each variable with the value that was set, or with its default.
    ///
    /// # Errors
    ///
    /// Fails if a variable isn't declared, if its value isn't allowed, or if a value in the host
    /// would lead to another host.
    pub fn expand(&self, set: &[(&'static str, String)]) -> Result<String, InvalidRequestError> {
        let mut out = String::new();
        let mut rest = self.url;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            out.push_str(before);
            let Some(variable) = self.variables.iter().find(|it| it.name == name) else {
                let message = format!("the server variable `{name}` has no value");
                return Err(InvalidRequestError::new(message));
            };
            let value = variable.value(set)?;
            let in_authority = match behind_scheme(&out) {
                Some(authority) => !authority.as_bytes().contains(&b'/'),
                None => false,
            };
            if in_authority && value.contains(['/', '?', '#', '@', '\\']) {
                let message =
                    format!("the server variable `{name}` holds more than a part of a host");
                return Err(InvalidRequestError::new(message));
            }
            out.push_str(value);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// Returns whether the URL has a variable of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == name)
    }
}

#[cfg(test)]
mod tests;
