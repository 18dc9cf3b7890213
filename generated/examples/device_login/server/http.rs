//! Requests and responses.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::Value;

use super::form::Form;
use super::pages;

/// The size limit of a request's body, in bytes.
pub const LONGEST_BODY: usize = 16 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

/// A request whose body, if it has one, is a form.
pub struct Request {
    pub method: Method,
    pub path: String,
    pub query: Form,
    pub headers: HeaderMap,
    pub form: Form,
}

impl Request {
    /// Reads a request to the server at `url`.
    pub async fn receive(
        request: hyper::Request<Incoming>,
        url: &str,
        patience: Duration,
    ) -> Result<Self, Answer> {
        let (head, body) = request.into_parts();
        // Reject other host names, which may belong to another site (DNS rebinding).
        let host = text(&head.headers, &header::HOST);
        let port = url.rsplit(':').next().unwrap_or_default();
        let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        if !host.is_some_and(|host| own.iter().any(|own| host.eq_ignore_ascii_case(own))) {
            return Err(pages::refusal(
                StatusCode::MISDIRECTED_REQUEST,
                "Wrong host",
                &format!("Use this server at {url}."),
            ));
        }
        let body = tokio::time::timeout(patience, Limited::new(body, LONGEST_BODY).collect()).await;
        let body = match body {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(pages::refusal(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "Too large",
                    "A form may have at most 16 KiB.",
                ));
            }
            Ok(Err(_)) => return Err(Answer::new(StatusCode::BAD_REQUEST)),
            Err(_) => return Err(Answer::new(StatusCode::REQUEST_TIMEOUT)),
        };
        let media_type = text(&head.headers, &header::CONTENT_TYPE).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !body.is_empty() && !media_type.eq_ignore_ascii_case(FORM) {
            return Err(pages::refusal(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Not a form",
                &format!("The body must be {FORM}."),
            ));
        }
        Ok(Self {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: Form::parse(head.uri.query().unwrap_or_default().as_bytes()),
            headers: head.headers,
            form: Form::parse(&body),
        })
    }

    /// Returns a header, if it is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        text(&self.headers, name)
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A response.
pub struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// Creates an empty response that must not be cached.
    pub fn new(status: StatusCode) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        Self {
            status,
            headers,
            body: Bytes::new(),
        }
    }

    /// Sets the body.
    pub fn body(mut self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        self
    }

    /// Returns the other response, with the headers of this one that it lacks.
    pub fn and(self, mut other: Self) -> Self {
        for (name, value) in &self.headers {
            if !other.headers.contains_key(name) {
                other.headers.insert(name, value.clone());
            }
        }
        other
    }

    /// Adds a header, unless the value is invalid.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Creates a JSON response.
    pub fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status).body("application/json", body.to_string())
    }

    /// Redirects a browser.
    pub fn see_other(path: &str) -> Self {
        Self::new(StatusCode::SEE_OTHER).header(header::LOCATION, path)
    }

    /// Rejects the method.
    pub fn method_not_allowed(allowed: &[&str]) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, &allowed.join(", "))
    }

    pub fn into_response(self) -> hyper::Response<Full<Bytes>> {
        let mut response = hyper::Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}
