//! Where a request goes: base URL, path and query.

use std::net::Ipv4Addr;

use http::Uri;
use reqwest::Url;

use crate::error::InvalidRequestError;
use crate::request::encoder::push_item;

/// A base URL: scheme, authority, and the path and query that every call keeps.
#[derive(Clone)]
pub struct BaseUrl {
    url: Url,
}

impl BaseUrl {
    /// Reads an absolute URL of scheme `http` or `https`.
    ///
    /// # Errors
    ///
    /// It isn't one, or carries credentials or a fragment. The message doesn't repeat the URL.
    pub fn parse(text: &str) -> Result<Self, InvalidRequestError> {
        match Url::parse(text) {
            Ok(url) => Self::new(url),
            Err(error) => Err(InvalidRequestError::new(format!(
                "the base URL is invalid: {error}"
            ))),
        }
    }

    fn new(url: Url) -> Result<Self, InvalidRequestError> {
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

    /// The same URL, if nobody on the way can read what goes there: `https`, or `http` on this
    /// machine.
    ///
    /// # Errors
    ///
    /// It isn't; `what` names it.
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

    /// Whether both have scheme, host and port in common.
    #[must_use]
    pub fn same_origin(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// A well-known address of this URL (RFC 8615): before its path, or behind it.
    ///
    /// # Errors
    ///
    /// It isn't a URL.
    pub fn well_known(&self, name: &str, before: bool) -> Result<Self, InvalidRequestError> {
        let path = self.url.path().trim_end_matches('/');
        self.server(&if before {
            format!("/.well-known/{name}{path}")
        } else {
            format!("{path}/.well-known/{name}")
        })
    }

    /// Whether the URL has a query.
    #[must_use]
    pub fn has_query(&self) -> bool {
        self.url.query().is_some()
    }

    /// The URL as an address of its own.
    ///
    /// # Errors
    ///
    /// It isn't a valid URI, or longer than one may be (64 KiB).
    pub fn exactly(&self) -> Result<Uri, InvalidRequestError> {
        Uri::try_from(self.url.as_str())
            .map_err(|error| InvalidRequestError::new(format!("the address is invalid: {error}")))
    }

    /// The URL of an operation's own server, which may be relative to this one.
    ///
    /// # Errors
    ///
    /// See [`BaseUrl::parse`].
    pub fn server(&self, server: &str) -> Result<Self, InvalidRequestError> {
        match self.url.join(server) {
            Ok(url) => Self::new(url),
            Err(error) => Err(InvalidRequestError::new(format!(
                "the server URL is invalid: {error}"
            ))),
        }
    }

    /// The origin of this URL, and path and query of a link that a server there gave.
    ///
    /// # Errors
    ///
    /// The link isn't valid, or leads to another origin: credentials stay where they belong.
    pub fn link(&self, link: &str) -> Result<(Self, String, String), InvalidRequestError> {
        let url = match self.url.join(link) {
            Ok(url) => url,
            Err(error) => {
                let message = format!("the server gave an invalid link: {error}");
                return Err(InvalidRequestError::new(message));
            }
        };
        if url.origin() != self.url.origin() {
            return Err(InvalidRequestError::new(format!(
                "the server gave a link to another origin, {}, which isn't followed",
                url.origin().ascii_serialization()
            )));
        }
        let path = url.path().to_owned();
        let query = url.query().unwrap_or_default().to_owned();
        let mut url = url;
        url.set_fragment(None);
        url.set_query(None);
        url.set_path("");
        Ok((Self::new(url)?, path, query))
    }

    /// The address of a call. A path and a query of the base URL are kept, and so is a query at the end
    /// of the path, which some documents write there.
    ///
    /// # Errors
    ///
    /// The address isn't a valid URI, or longer than one may be (64 KiB).
    pub fn address(&self, path: &str, query: &str) -> Result<Uri, InvalidRequestError> {
        let mut address = String::with_capacity(64 + path.len() + query.len());
        address.push_str(&self.without_query());
        if !path.starts_with('/') {
            address.push('/');
        }
        let (path, path_query) = path.split_once('?').unwrap_or((path, ""));
        address.push_str(path);
        let base_query = self.url.query().unwrap_or_default();
        let queries = [base_query, path_query, query];
        let mut sign = '?';
        for query in queries.into_iter().filter(|query| !query.is_empty()) {
            address.push(sign);
            address.push_str(query);
            sign = '&';
        }
        Uri::try_from(address)
            .map_err(|error| InvalidRequestError::new(format!("the address is invalid: {error}")))
    }

    /// Scheme, authority and path, without a slash at the end.
    #[must_use]
    pub fn without_query(&self) -> String {
        let origin = self.url.origin().ascii_serialization();
        format!("{origin}{}", self.url.path().trim_end_matches('/'))
    }
}

/// What follows `http://` and its like; `None` for a relative URL.
#[must_use]
pub(crate) fn behind_scheme(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once(':')?;
    rest.strip_prefix("//")
}

/// A URI as errors print it: without query.
#[must_use]
pub(crate) fn shown(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}{}", uri.path())
}

/// A server (OpenAPI: Server Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// The URL, perhaps with `{variables}`, perhaps relative.
    pub url: &'static str,
    /// The variables in it.
    pub variables: &'static [ServerVariable],
}

/// A variable of a server's URL (OpenAPI: Server Variable Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name.
    pub name: &'static str,
    /// The value that it has unless one is set.
    pub default: &'static str,
    /// The values that it may have; any if there are none.
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
    /// The URL with a value for each variable: that which is set, or the default.
    ///
    /// # Errors
    ///
    /// A variable has no value, one that isn't allowed, or one that would lead to another host than
    /// its place in the URL says.
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

    /// Whether the URL has a variable of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == name)
    }
}

#[cfg(test)]
mod tests;
