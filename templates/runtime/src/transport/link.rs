//! Links in responses, such as to the next page of a list.

use crate::error::InvalidRequestError;
use url::Url;

use crate::transport::address::{BaseUrl, check_length, without_userinfo};

/// A link in a response.
#[derive(Clone)]
pub struct Link {
    /// The URL that it leads to, without credentials and fragment.
    target: Url,
    /// The URL of the response, which differs from that of the call after a redirect.
    source: Url,
}

/// Where the request for a link goes.
pub(crate) struct LinkRequest {
    /// The URL without path and query.
    pub(crate) origin: BaseUrl,
    /// The path.
    pub(crate) path: String,
    /// The query without `?`.
    pub(crate) query: String,
    /// Whether the URL has the origin of the client's base URL. If not, it has that of the response,
    /// which a redirect led to, and must not receive credentials either.
    pub(crate) is_same_origin: bool,
}

impl Link {
    /// Resolves a link in the response from the URL `source`, which it may be relative to (RFC 8288
    /// section 3.1, RFC 3986 section 5.1.3).
    ///
    /// # Errors
    ///
    /// Fails if the link isn't a URL with the scheme `http` or `https`.
    pub fn new(link: &str, source: Url) -> Result<Self, InvalidRequestError> {
        let refuse = |why: &str| {
            Err(InvalidRequestError::new(format!(
                "the server gave an invalid link: {why}"
            )))
        };
        let mut target = match source.join(link) {
            Ok(target) => target,
            Err(error) => return refuse(&error.to_string()),
        };
        target.set_fragment(None);
        match without_userinfo(target) {
            Some(target) if matches!(target.scheme(), "http" | "https") => Ok(Self {
                target: check_length(target)?,
                source,
            }),
            _ => refuse("it isn't an http or https URL"),
        }
    }

    /// Returns the URL that the link leads to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.target.as_str()
    }

    /// Returns where the request for the link goes, in a client with this base URL.
    ///
    /// # Errors
    ///
    /// Fails if the link leads to another origin than those of the base URL and of the response.
    pub(crate) fn request(&self, base_url: &Url) -> Result<LinkRequest, InvalidRequestError> {
        let (mut url, is_same_origin) = match self.within(base_url) {
            Some(url) => (url, true),
            None => match self.within(&self.source) {
                Some(url) => (url, false),
                None => return Err(self.other_origin()),
            },
        };
        let path = url.path().to_owned();
        let query = url.query().unwrap_or_default().to_owned();
        url.set_query(None);
        url.set_path("");
        Ok(LinkRequest {
            origin: BaseUrl::new(url)?,
            path,
            query,
            is_same_origin,
        })
    }

    /// Returns the error for a link that isn't followed.
    pub(crate) fn other_origin(&self) -> InvalidRequestError {
        InvalidRequestError::new(format!(
            "the server gave a link to another origin, {}, which isn't followed",
            self.target.origin().ascii_serialization()
        ))
    }

    /// Returns the URL if it has the origin of another. An `http` URL of the host of an `https` URL
    /// counts as one: servers behind a proxy that ends TLS write such links. It becomes `https`.
    fn within(&self, other: &Url) -> Option<Url> {
        let mut url = self.target.clone();
        if url.origin() == other.origin() {
            return Some(url);
        }
        let port = url.port();
        let is_behind_proxy = (url.scheme(), other.scheme()) == ("http", "https")
            && url.host() == other.host()
            && port.is_none_or(|port| Some(port) == other.port_or_known_default());
        if !is_behind_proxy {
            return None;
        }
        url.set_scheme("https").ok()?;
        url.set_port(other.port()).ok()?;
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, Url};

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    /// Returns the origin, path and query of the request, and whether it may carry credentials.
    fn followed(link: &str, source: &str, base_url: &str) -> Option<(String, bool)> {
        let link = Link::new(link, url(source)).ok()?;
        let request = link.request(&url(base_url)).ok()?;
        let address = request.origin.address(&request.path, &request.query);
        Some((address.expect("a URL").into(), request.is_same_origin))
    }

    #[test]
    fn a_link_is_relative_to_its_response() {
        let source = "https://a.example/v1/lists/7?page=1&key=s3cret";
        for (link, expected) in [
            ("?page=2", "https://a.example/v1/lists/7?page=2"),
            ("8?page=2", "https://a.example/v1/lists/8?page=2"),
            ("../x", "https://a.example/v1/x"),
            ("/x?a=%20b", "https://a.example/x?a=%20b"),
            ("//a.example/x", "https://a.example/x"),
            ("https://u:s3cret@a.example/x#y", "https://a.example/x"),
        ] {
            let followed = followed(link, source, "https://a.example/v1");
            assert_eq!(followed, Some((expected.to_owned(), true)), "{link}");
        }
    }

    #[test]
    fn http_on_the_host_of_an_https_client_becomes_https() {
        for (link, base_url, expected) in [
            (
                "http://a.example/x",
                "https://a.example",
                Some("https://a.example/x"),
            ),
            (
                "http://a.example:443/x",
                "https://a.example",
                Some("https://a.example/x"),
            ),
            (
                "http://a.example/x",
                "https://a.example:8443",
                Some("https://a.example:8443/x"),
            ),
            (
                "http://a.example:8443/x",
                "https://a.example:8443",
                Some("https://a.example:8443/x"),
            ),
            ("http://a.example:8080/x", "https://a.example", None),
            ("http://b.example/x", "https://a.example", None),
            ("https://a.example/x", "http://a.example", None),
            ("ftp://a.example/x", "https://a.example", None),
            ("http://", "https://a.example", None),
        ] {
            let expected = expected.map(|it| (it.to_owned(), true));
            assert_eq!(followed(link, base_url, base_url), expected, "{link}");
        }
    }

    #[test]
    fn a_link_of_a_redirected_response_carries_no_credentials() {
        let redirected = "https://b.example/v1/list";
        let base_url = "http://a.example";
        let b = |path: &str| Some((format!("https://b.example/v1/{path}"), false));
        assert_eq!(followed("?page=2", redirected, base_url), b("list?page=2"));
        assert_eq!(
            followed("http://b.example/v1/x", redirected, base_url),
            b("x")
        );
        let a = Some(("http://a.example/x".to_owned(), true));
        assert_eq!(followed("http://a.example/x", redirected, base_url), a);
        assert_eq!(followed("https://c.example/", redirected, base_url), None);
    }
}
