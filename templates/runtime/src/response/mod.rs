//! Responses with status and headers: decoded, or as they were received.
//!
//! | Call | Returns |
//! | --- | --- |
//! | `.await` | the decoded body |
//! | `.response().await` | a [`Response`] with the decoded body, the status and the headers |
//! | `.raw().await` | a [`RawResponse`] with the body as it was received, whatever the status |

mod future;
pub(crate) mod headers;
mod media_type;
mod raw;
mod warning;

pub use self::future::ResponseFuture;
pub use self::headers::{Header, InvalidHeader};
#[doc(hidden)]
pub use self::media_type::Alternates;
#[cfg(any(feature = "streaming", feature = "cassette"))]
pub(crate) use self::media_type::boundary;
#[cfg(feature = "webhook-signatures")]
pub(crate) use self::media_type::is_media_type;
pub(crate) use self::media_type::{alternate_method, content_type};
pub use self::raw::RawResponse;
#[cfg(all(feature = "webhook-signatures", feature = "webhook-payloads"))]
pub(crate) use self::raw::read_json_with;
#[cfg(feature = "streaming")]
pub(crate) use self::raw::read_utf8_json;
pub(crate) use self::raw::{read_json, to_utf8};
pub use self::warning::Warning;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::clock::Clock;
use crate::error::Error;
use crate::transport::body::Body;

/// A successful response: its status, headers and decoded body.
///
/// A call returns it from `.response().await`.
///
/// ```
/// # use wiretrue::Response;
/// # use wiretrue::response::{Header, InvalidHeader};
/// # mod headers {
/// #     pub const X_RATELIMIT_REMAINING: wiretrue::response::Header<i64> =
/// #         wiretrue::response::Header::new("x-ratelimit-remaining");
/// # }
/// fn print(response: &Response<String>) -> Result<(), InvalidHeader> {
///     println!("{}: {}", response.status, response.body);
///     // A documented header, from the module `headers` of the client.
///     if let Some(remaining) = response.header(headers::X_RATELIMIT_REMAINING)? {
///         println!("{remaining} requests left");
///     }
///     // Any other header.
///     if let Some(id) = response.headers.get("x-request-id") {
///         println!("request {id:?}");
///     }
///     Ok(())
/// }
/// ```
#[non_exhaustive]
#[derive(Clone)]
pub struct Response<T> {
    /// The status.
    pub status: StatusCode,
    /// The headers, without `Content-Encoding` and `Content-Length` if the body had a content coding
    /// that was decoded.
    pub headers: HeaderMap,
    /// The decoded body.
    pub body: T,
    warnings: Vec<Warning>,
}

impl<T> Response<T> {
    /// Creates a response from its parts.
    #[inline]
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: T) -> Self {
        Self {
            status,
            headers,
            body,
            warnings: Vec::new(),
        }
    }

    pub(crate) fn with_warnings(mut self, warnings: Vec<Warning>) -> Self {
        self.warnings = warnings;
        self
    }

    /// Returns the optional properties that were read as absent because their text isn't of the
    /// documented format, such as `""` for a date. They keep the text.
    ///
    /// A response with more than 1,000 of them is an error, as is a malformed required property.
    #[inline]
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

/// Prints the names of headers, never their values.
struct HeaderNames<'a>(&'a HeaderMap);

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for name in self.0.keys() {
            list.entry(name);
        }
        list.finish()
    }
}

/// Prints the names of the headers but not their values, which may be secret.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &HeaderNames(&self.headers))
            .field("body", &self.body)
            .field("warnings", &self.warnings)
            .finish()
    }
}

/// Decides from a response's head whether its body is left unread.
#[doc(hidden)]
pub type BodyMode = fn(StatusCode, &HeaderMap) -> bool;

/// Sends the request once more, with these headers in addition. Fails if they can't be encoded.
#[doc(hidden)]
pub type Resend =
    Arc<dyn Fn(Result<NewHeaders, Error>) -> ResponseFuture<RawResponse> + Send + Sync>;

/// Headers that are added to a request.
#[doc(hidden)]
pub type NewHeaders = Vec<(HeaderName, HeaderValue)>;

/// A body that is left unread, and what the client knows of its call.
#[doc(hidden)]
pub struct UnreadBody {
    /// The body.
    pub body: Body,
    /// The method of the request.
    pub method: Method,
    /// The URL of the request, as errors print it.
    pub url: String,
    /// The number of attempts until the response's head was received.
    pub attempts: u32,
    /// The time limit of the call.
    pub time_limit: Option<Duration>,
    /// The size limit of a body that is read into memory, in bytes.
    pub size_limit: u64,
    /// The client's clock.
    pub clock: Arc<dyn Clock>,
    /// Sends the request once more; `None` if its body can be sent only once.
    pub resend: Option<Resend>,
}

/// Returns a status with its reason phrase, such as `404 Not Found`.
#[must_use]
pub(crate) fn status_text(status: StatusCode) -> impl fmt::Display {
    // `StatusCode` prints `<unknown status code>` for a status without a reason phrase.
    struct StatusText(StatusCode);
    impl fmt::Display for StatusText {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0.as_str())?;
            self.0
                .canonical_reason()
                .map_or(Ok(()), |name| write!(f, " {name}"))
        }
    }
    StatusText(status)
}
