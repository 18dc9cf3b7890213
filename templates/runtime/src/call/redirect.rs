//! Follows redirects (RFC 9110 section 15.4).

use std::borrow::Cow;

use http::header::{ACCEPT, ACCEPT_ENCODING, IF_RANGE, LOCATION, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderName, StatusCode};
use url::Url;

use crate::call::Meta;
use crate::call::request::PreparedRequest;
use crate::call::state::CallState;
use crate::error::Error;
use crate::transport::TransportError;
use crate::transport::address::{check_length, without_userinfo};
use crate::transport::body::Body;
use crate::transport::tls::NO_TLS;

/// The largest number of redirects that an attempt follows.
const MAX_REDIRECTS: usize = 10;

/// The headers that are sent to another origin: they hold no credential and change nothing but the
/// form of the response.
const HARMLESS: [HeaderName; 5] = [ACCEPT, ACCEPT_ENCODING, USER_AGENT, RANGE, IF_RANGE];

/// Where the redirects of an attempt have led.
pub(super) struct Hop {
    url: Url,
    /// Whether every URL so far has the origin of the call's URL.
    is_same_origin: bool,
    count: usize,
}

/// Why a redirect isn't followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotFollowed {
    /// The document describes the redirect as a response of the operation.
    Documented,
    /// The client follows no redirects.
    Disabled,
    /// The status is 301, 302 or 303, and the method neither GET nor HEAD.
    Method,
    /// The method is neither GET nor HEAD, and the URL has another origin.
    OtherOrigin,
    /// The URL has the scheme `http`, after one with the scheme `https`.
    Insecure,
    /// The URL has the scheme `https`, and the client has no TLS.
    NoTls,
    /// The body is a stream, which can be sent only once.
    Stream,
    /// The target isn't a URL with the scheme `http` or `https`.
    InvalidUrl,
}

impl NotFollowed {
    /// Returns the end of the sentence "redirects to …".
    pub(crate) fn phrase(self) -> Cow<'static, str> {
        let phrase = match self {
            Self::Documented => "",
            Self::Disabled => ", which isn't followed",
            Self::Method => ", which is followed for GET and HEAD only",
            Self::OtherOrigin => ", which isn't followed, because it has another origin",
            Self::Insecure => ", which isn't followed, because it isn't https",
            Self::NoTls => return format!(", which isn't followed, because {NO_TLS}").into(),
            Self::Stream => {
                ", which isn't followed, because the body is a stream, which can be sent only once"
            }
            Self::InvalidUrl => ", which isn't followed, because it is no http or https URL",
        };
        phrase.into()
    }
}

impl CallState<'_> {
    /// Prepares the request for the target of a redirect. Returns `false` if the response is none, or
    /// if the redirect isn't followed; the reason is kept for the error.
    pub(super) fn follow(
        &mut self,
        response: &http::Response<Body>,
        request: &mut PreparedRequest,
    ) -> Result<bool, Error> {
        let (status, headers) = (response.status(), response.headers());
        let is_followed = self.shared.follow_redirects;
        match request.next_hop(status, headers, self.meta, is_followed) {
            None => Ok(false),
            Some(Err(reason)) => {
                self.not_followed = Some(reason);
                Ok(false)
            }
            Some(Ok(hop)) if hop.count > MAX_REDIRECTS => {
                let error = TransportError::other("too many redirects").permanent();
                Err(self.transport_error(error, request.current_url()))
            }
            Some(Ok(hop)) if self.lacks_tls(&hop) => {
                self.not_followed = Some(NotFollowed::NoTls);
                Ok(false)
            }
            Some(Ok(hop)) => {
                request.hop = Some(hop);
                Ok(true)
            }
        }
    }

    fn lacks_tls(&self, hop: &Hop) -> bool {
        let transport = &self.shared.connections.transport;
        transport.check_tls(&hop.url).is_err()
    }
}

impl PreparedRequest {
    /// Returns the URL of the latest request of the attempt.
    pub(super) fn current_url(&self) -> &Url {
        self.hop.as_ref().map_or(&self.url, |hop| &hop.url)
    }

    /// Returns whether the latest request may carry the credentials and headers of the call.
    pub(super) fn is_same_origin(&self) -> bool {
        self.is_own_origin && self.hop.as_ref().is_none_or(|hop| hop.is_same_origin)
    }

    /// Returns where a redirect leads; `None` if the response is no redirect.
    fn next_hop(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        meta: &Meta,
        is_followed: bool,
    ) -> Option<Result<Hop, NotFollowed>> {
        let keeps_method = match status.as_u16() {
            301..=303 => false,
            307 | 308 => true,
            _ => return None,
        };
        let location = headers.get(LOCATION)?;
        let is_read = meta.method.is_read();
        Some(if meta.documents_redirect(status) {
            Err(NotFollowed::Documented)
        } else if !is_followed {
            Err(NotFollowed::Disabled)
        } else if !(is_read || keeps_method) {
            Err(NotFollowed::Method)
        } else {
            self.target(location.as_bytes(), is_read)
        })
    }

    /// Returns the hop to a location, which may be relative to the latest URL.
    fn target(&self, location: &[u8], is_read: bool) -> Result<Hop, NotFollowed> {
        let from = self.current_url();
        let joined = std::str::from_utf8(location)
            .ok()
            .and_then(|it| from.join(it).ok());
        let mut url = joined.ok_or(NotFollowed::InvalidUrl)?;
        match (from.scheme(), url.scheme()) {
            ("https", "http") => return Err(NotFollowed::Insecure),
            (_, "http" | "https") => {}
            _ => return Err(NotFollowed::InvalidUrl),
        }
        url.set_fragment(None);
        let url = without_userinfo(url).ok_or(NotFollowed::InvalidUrl)?;
        let url = check_length(url).map_err(|_| NotFollowed::InvalidUrl)?;
        let is_same_origin = self.is_same_origin() && url.origin() == self.url.origin();
        if !is_same_origin && !is_read {
            return Err(NotFollowed::OtherOrigin);
        }
        if is_same_origin && !self.can_be_sent() {
            return Err(NotFollowed::Stream);
        }
        let count = self.hop.as_ref().map_or(0, |hop| hop.count) + 1;
        Ok(Hop {
            url,
            is_same_origin,
            count,
        })
    }
}

/// Removes all headers but those that may be sent to another origin.
pub(super) fn retain_harmless(headers: &mut HeaderMap) {
    let mut kept = HeaderMap::with_capacity(HARMLESS.len());
    for name in HARMLESS {
        if let Some(value) = headers.remove(&name) {
            kept.insert(name, value);
        }
    }
    *headers = kept;
}
