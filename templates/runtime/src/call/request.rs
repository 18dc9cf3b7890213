//! Completes the request of a call: URL, headers, body, credentials.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, RANGE, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use url::Url;

use crate::auth::{Token, Tokens, is_sensitive};
use crate::call::redirect::{Hop, retain_harmless};
use crate::call::time_limit::UploadProgress;
use crate::call::{CallOptions, Meta, Method, RequestSpan};
use crate::charset::{self, other_charset};
use crate::client::{Api, ClientCore, Shared};
use crate::content_coding::{self, IDENTITY};
use crate::error::{Error, InvalidRequestError};
use crate::request::encoder::{Encoder, header, header_value, push_item};
use crate::request::header_list::HeaderList;
use crate::transport::address::BaseUrl;
use crate::transport::body::{Body, CHUNK};
use crate::transport::link::Link;
use crate::transport::redaction::ApiSchemes;
use crate::wire::style::Escape;

/// The request of a call, from which each attempt makes the one that it sends.
pub(super) struct PreparedRequest {
    /// The URL.
    pub(super) url: Url,
    /// The headers, except for a token.
    pub(super) headers: HeaderList,
    /// The body; `None` once it was sent and can't be sent again.
    pub(super) body: Option<Body>,
    /// The source of the token that each attempt sends.
    pub(super) tokens: Option<Arc<dyn Tokens>>,
    /// Whether the body of a success keeps its content coding.
    pub(super) keeps_content_coding: bool,
    /// Where the redirects of the attempt have led; `None` before the first.
    pub(super) hop: Option<Hop>,
    /// Whether the URL has the origin of the call's base URL. That of a link may have another.
    pub(super) is_own_origin: bool,
    /// Whether the call may carry what is meant for the client's own server.
    is_trusted: bool,
    /// How far the body is sent; `None` if it is sent at once.
    pub(super) upload: Option<Arc<UploadProgress>>,
}

impl ClientCore {
    /// Completes a request with everything but a token.
    pub(super) fn prepare(
        &self,
        meta: &Meta,
        encoded: Result<Encoder, Error>,
        options: &CallOptions,
    ) -> Result<PreparedRequest, Error> {
        let mut encoded = encoded?;
        encoded.check_path()?;
        let shared = &*self.shared;
        let link = encoded.link.take();
        let (base_url, is_own_origin) =
            shared.resolve(meta, options, link.as_ref(), &mut encoded)?;
        set_accept(meta.accept, &mut encoded.headers)?;
        set_content_type(&mut encoded)?;
        shared.apply_headers(options, &mut encoded)?;
        set_accept_encoding(meta.method, options, &mut encoded)?;
        let body = take_body(meta.method, &mut encoded)?;
        let mut tokens = None;
        if is_own_origin {
            apply_query(options, link.is_some(), &mut encoded.query);
        }
        let is_trusted = is_own_origin && shared.is_home(options);
        if is_trusted {
            tokens = self
                .credentials
                .authenticate(meta, shared.schemes(), &mut encoded)?;
        }
        set_cookies(&encoded.cookies, &mut encoded.headers)?;
        let url = match &options.url {
            Some(url) => url.exactly()?,
            None => base_url.address(&encoded.path, &encoded.query)?,
        };
        shared.connections.transport.check_tls(&url)?;
        let is_upload = is_sent_in_parts(&body);
        Ok(PreparedRequest {
            url,
            headers: encoded.headers,
            body: Some(body),
            tokens,
            keeps_content_coding: encoded.keeps_content_coding,
            hop: None,
            is_own_origin,
            is_trusted,
            upload: is_upload.then(Arc::default),
        })
    }
}

impl Shared {
    /// Returns the base URL of a call, and whether the URL of the call has its origin. Moves path and
    /// query of a link, if the call follows one, into the request.
    fn resolve(
        &self,
        meta: &Meta,
        options: &CallOptions,
        link: Option<&Link>,
        encoded: &mut Encoder,
    ) -> Result<(Cow<'_, BaseUrl>, bool), InvalidRequestError> {
        let base_url = self.base_url(meta, options)?;
        let Some(link) = link else {
            return Ok((base_url, true));
        };
        let request = base_url.follow(link)?;
        // As after a redirect, only a read goes to another origin.
        if !request.is_same_origin && !meta.method.is_read() {
            return Err(link.other_origin());
        }
        encoded.path = request.path;
        encoded.query = request.query;
        Ok((Cow::Owned(request.origin), request.is_same_origin))
    }

    /// Returns the base URL of an operation: that of the call, else the client's if it was set by
    /// hand, else the operation's server, else the document's.
    fn base_url(
        &self,
        meta: &Meta,
        options: &CallOptions,
    ) -> Result<Cow<'_, BaseUrl>, InvalidRequestError> {
        let own = match &options.base_url {
            Some(base_url) => Some(BaseUrl::parse(base_url)?),
            None => self.own_base_url(meta.servers)?,
        };
        Ok(own.map_or(Cow::Borrowed(&self.base_url), Cow::Owned))
    }

    /// Returns whether the call may carry the client's own credentials and headers: it goes to the
    /// origin of the client's base URL.
    fn is_home(&self, options: &CallOptions) -> bool {
        let url = options.url.as_ref();
        url.is_none_or(|url| url.same_origin(&self.base_url))
    }

    /// Adds the headers of the call, which take precedence, and those of the client.
    fn apply_headers(
        &self,
        options: &CallOptions,
        encoded: &mut Encoder,
    ) -> Result<(), InvalidRequestError> {
        for (name, text) in &options.headers {
            let (name, mut value) = header(name, text)?;
            value.set_sensitive(is_sensitive(&name, self.api.schemes));
            if name == COOKIE {
                encoded.cookies.clone_from(text);
            } else {
                encoded.headers.insert(name, value);
            }
        }
        let home = self.is_home(options);
        for (name, value) in self.headers.iter() {
            if !home && name != USER_AGENT {
                continue;
            }
            if name == COOKIE {
                if encoded.cookies.is_empty() {
                    let cookies = String::from_utf8_lossy(value.as_bytes());
                    encoded.cookies.push_str(&cookies);
                }
            } else if !encoded.headers.contains(name) {
                encoded.headers.append(name.clone(), value.clone());
            }
        }
        Ok(())
    }
}

/// Sets the `Accept` header, unless a parameter has set it.
fn set_accept(
    media_types: &'static str,
    headers: &mut HeaderList,
) -> Result<(), InvalidRequestError> {
    if !media_types.is_empty() && !headers.contains(ACCEPT) {
        headers.append(ACCEPT, static_value(&ACCEPT, media_types)?);
    }
    Ok(())
}

/// Sets the `Accept-Encoding` header, unless the call or the client has set it.
///
/// Asks for content without a coding where it isn't decoded: for ranges, which would be ranges of
/// the encoded content, for HEAD, whose `Content-Length` is then that of the content, and for
/// operations that return content with its coding.
fn set_accept_encoding(
    method: Method,
    options: &CallOptions,
    encoded: &mut Encoder,
) -> Result<(), InvalidRequestError> {
    if encoded.headers.contains(ACCEPT_ENCODING) {
        return Ok(());
    }
    let is_identity =
        method == Method::HEAD || encoded.headers.contains(RANGE) || encoded.keeps_content_coding;
    let accepted = match is_identity {
        true => IDENTITY,
        false => content_coding::accepted(options.body_mode.is_some()),
    };
    let value = static_value(&ACCEPT_ENCODING, accepted)?;
    encoded.headers.append(ACCEPT_ENCODING, value);
    Ok(())
}

/// Sets the `Cookie` header, whose value is sensitive.
fn set_cookies(cookies: &str, headers: &mut HeaderList) -> Result<(), InvalidRequestError> {
    if !cookies.is_empty() {
        let mut value = header_value(&COOKIE, cookies)?;
        value.set_sensitive(true);
        headers.insert(COOKIE, value);
    }
    Ok(())
}

/// Adds the query parameters of the call. A link that the server gave may have them already.
fn apply_query(options: &CallOptions, is_link: bool, query: &mut String) {
    for (name, value) in &options.query {
        let mut pair = String::new();
        Escape::Component.push(name, &mut pair);
        pair.push('=');
        Escape::Component.push(value, &mut pair);
        if !is_link || query.split('&').all(|other| other != pair) {
            push_item(query, "&", &pair);
        }
    }
}

/// Sets the media type of the body, unless a parameter has set it.
fn set_content_type(encoded: &mut Encoder) -> Result<(), InvalidRequestError> {
    let media_type = match (&encoded.body, &encoded.text) {
        (Some((media_type, _)), _) => media_type.clone(),
        (None, Some((media_type, _))) => static_value(&CONTENT_TYPE, media_type)?,
        (None, None) => return Ok(()),
    };
    if !encoded.headers.contains(CONTENT_TYPE) {
        encoded.headers.append(CONTENT_TYPE, media_type);
    }
    Ok(())
}

/// Takes the body out of an encoder.
fn take_body(method: Method, encoded: &mut Encoder) -> Result<Body, InvalidRequestError> {
    let body = match (encoded.body.take(), encoded.text.take()) {
        (Some((_, body)), _) => body,
        (None, Some((_, text))) => text_body(text, &encoded.headers)?,
        (None, None) => Body::empty(),
    };
    let is_empty = body.as_bytes().is_some_and(Bytes::is_empty);
    if is_empty && matches!(method, Method::POST | Method::PUT | Method::PATCH) {
        // A request whose method expects a body says that it has none (RFC 9110 section 8.6). Some
        // servers reject it otherwise.
        let none = HeaderValue::from_static("0");
        encoded.headers.insert(CONTENT_LENGTH, none);
    }
    Ok(body)
}

/// Encodes a text body in the charset of its media type.
fn text_body(text: String, headers: &HeaderList) -> Result<Body, InvalidRequestError> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let Some(charset) = media_type.and_then(other_charset) else {
        return Ok(Body::from(text));
    };
    match charset::encode(charset, text) {
        Some(bytes) => Ok(Body::from(bytes)),
        None => Err(InvalidRequestError::new(format!(
            "the body can't be sent in the charset `{charset}`: the client doesn't know it, or it \
             lacks a character of the body"
        ))),
    }
}

/// Returns whether a body is larger than what is sent at once.
fn is_sent_in_parts(body: &Body) -> bool {
    let bytes = body.as_bytes();
    bytes.is_none_or(|bytes| bytes.len() > CHUNK)
}

/// Creates a header value that refers to a static text.
fn static_value(name: &HeaderName, text: &'static str) -> Result<HeaderValue, InvalidRequestError> {
    match HeaderValue::from_maybe_shared(Bytes::from_static(text.as_bytes())) {
        Ok(value) => Ok(value),
        Err(_) => header_value(name, text),
    }
}

impl PreparedRequest {
    /// Returns the request of an attempt as reqwest takes it. If `keep` is set, the body is kept to be
    /// sent again, unless it is a stream that can be sent only once.
    #[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
    pub(super) fn reqwest_request(
        &mut self,
        meta: &Meta,
        token: Option<&Token>,
        span: &RequestSpan,
        keep: bool,
    ) -> reqwest::Request {
        let mut request = reqwest::Request::new(meta.method.http(), self.current_url().clone());
        *request.headers_mut() = self.headers_with(token, span);
        let body = self.take_body(keep);
        *request.body_mut() = Some(self.watched(body).into());
        request
    }

    /// Returns the request of an attempt as a custom transport takes it. If `keep` is set, the body
    /// is kept to be sent again, unless it is a stream that can be sent only once.
    ///
    /// # Errors
    ///
    /// Fails if the URL isn't a valid URI.
    pub(super) fn http_request(
        &mut self,
        meta: &Meta,
        api: &Api,
        token: Option<&Token>,
        span: &RequestSpan,
        keep: bool,
    ) -> Result<http::Request<Body>, InvalidRequestError> {
        let uri = Uri::try_from(self.current_url().as_str()).map_err(|error| {
            InvalidRequestError::new(format!("the address is invalid: {error}"))
                .in_operation(meta.id)
        })?;
        let mut body = self.take_body(keep);
        // A transport may look for bytes, so they stay in one piece.
        if body.as_bytes().is_none() {
            body = self.watched(body);
        }
        let mut request = http::Request::new(body);
        *request.method_mut() = meta.method.http();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers_with(token, span);
        request.extensions_mut().insert(meta.clone());
        request.extensions_mut().insert(ApiSchemes(api.schemes));
        Ok(request)
    }

    /// Returns whether the body is still there to be sent again.
    pub(super) fn can_be_sent(&self) -> bool {
        self.body.is_some()
    }

    fn headers_with(&self, token: Option<&Token>, span: &RequestSpan) -> HeaderMap {
        let mut headers = self.headers.to_map();
        if !self.is_same_origin() {
            retain_harmless(&mut headers);
            return headers;
        }
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, token.header());
        }
        if self.is_trusted {
            span.inject(&mut headers);
        }
        headers
    }

    /// Returns a body that records its progress, if it is sent in parts.
    fn watched(&self, body: Body) -> Body {
        match &self.upload {
            Some(upload) if is_sent_in_parts(&body) => {
                let upload = Arc::clone(upload);
                body.watched(move || upload.advance())
            }
            _ => body,
        }
    }

    fn take_body(&mut self, keep: bool) -> Body {
        if !self.is_same_origin() {
            return Body::empty();
        }
        let copy = self
            .body
            .as_ref()
            .filter(|_| keep)
            .and_then(Body::try_clone);
        let body = std::mem::replace(&mut self.body, copy);
        body.unwrap_or_default()
    }
}
