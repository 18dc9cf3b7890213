//! The methods that every generated client and its builder have.

/// Gives a generated client and its builder the methods that are the same for all APIs. Both are
/// structs with one field, `core`.
#[doc(hidden)]
#[macro_export]
macro_rules! __client_methods {
    ($client:ident, $builder:ident) => {
        impl $client {
            /// Creates a client that sends every call to a mock; see [`ClientBuilder::mock`].
            ///
            /// # Panics
            ///
            /// Panics if no client can be built from the settings of the document.
            #[cfg(feature = "mock")]
            #[must_use]
            #[track_caller]
            pub fn mocked(mock: &$crate::mock::Mock) -> Self {
                match Self::builder().mock(mock).build() {
                    Ok(client) => client,
                    Err(error) => panic!("the mocked client can't be built: {error}"),
                }
            }
        }

        /// Gives other clients access to the connections and tokens of this one; see
        /// [`ClientBuilder::share_connections`].
        impl AsRef<$crate::codegen::ClientCore> for $client {
            fn as_ref(&self) -> &$crate::codegen::ClientCore {
                &self.core
            }
        }

        /// Prints the API and the base URL, never a credential.
        impl ::std::fmt::Debug for $client {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.core, f)
            }
        }

        impl $builder {
            /// Sets the URL that the paths of all calls are relative to, in place of the servers that the
            /// document names. Its own path and query are part of every call.
            pub fn base_url(self, base_url: impl Into<String>) -> Self {
                Self {
                    core: self.core.base_url(base_url),
                }
            }

            /// Sets the time limit of a call, from sending the request to the end of the response's body,
            /// with all attempts. Defaults to 30 seconds; `None` disables the limit.
            ///
            /// An upload may take longer but not stall: while the transport takes the parts of a streamed
            /// body, or of one larger than 64 KiB, the limit counts from the last part. The default
            /// transport waits for a connection for a third of the limit, from 1 to 20 seconds, and the
            /// body of an error response may stall for a third, so that both can be retried.
            ///
            /// The limit is measured by tokio's clock. Without a limit, a call needs a tokio runtime only if
            /// its transport does.
            pub fn timeout(self, timeout: impl Into<Option<::std::time::Duration>>) -> Self {
                Self {
                    core: self.core.timeout(timeout),
                }
            }

            /// Sets the time limit of each attempt at a call, from sending the request to the end of the
            /// response's body. Defaults to `None`: only the call as a whole is limited.
            ///
            /// An attempt that exceeds it is retried like a connection that broke off: if the request may
            /// reach the server twice, or wasn't sent yet. Otherwise, and after the last attempt, the call
            /// fails with [`Error::Timeout`](crate::Error::Timeout). The default transport waits for a
            /// connection for half of the limit at most, but at least for 1 second.
            pub fn attempt_timeout(
                self,
                timeout: impl Into<Option<::std::time::Duration>>,
            ) -> Self {
                Self {
                    core: self.core.attempt_timeout(timeout),
                }
            }

            /// Sets the retry policy. Defaults to [`RetryPolicy::default`](crate::RetryPolicy::default);
            /// [`RetryPolicy::never`](crate::RetryPolicy::never) sends
            /// each call once.
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self {
                    core: self.core.retry(policy),
                }
            }

            /// Sets the number of retries that this client and its clones may spend while no call succeeds.
            /// Defaults to 100; `None` disables the limit.
            ///
            /// The budget keeps many failing calls from overloading a server that can't serve them. An
            /// attempt that succeeds costs nothing, and five calls that succeed at once earn one retry.
            pub fn retry_budget(self, retries: impl Into<Option<u32>>) -> Self {
                Self {
                    core: self.core.retry_budget(retries),
                }
            }

            /// Registers a callback that runs after each attempt, for logs and metrics. The call waits for
            /// the callback to return.
            pub fn on_attempt(
                self,
                callback: impl Fn(&$crate::retry::Attempt<'_>) + Send + Sync + 'static,
            ) -> Self {
                Self {
                    core: self.core.on_attempt(callback),
                }
            }

            /// Sets the `User-Agent` header. Defaults to the name and version of this crate.
            pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
                Self {
                    core: self.core.user_agent(user_agent),
                }
            }

            /// Sets the size limit of a response's body, in bytes. Defaults to 16 MiB.
            ///
            /// It applies both to the body as it is sent and to the decoded body (`Content-Encoding`).
            pub fn response_limit(self, bytes: u64) -> Self {
                Self {
                    core: self.core.response_limit(bytes),
                }
            }

            /// Sets whether calls follow redirects. Defaults to `true`.
            ///
            /// - A redirect with a status that the document describes is a response of the operation, and
            ///   is never followed.
            /// - GET and HEAD follow other redirects, also to other origins. Credentials, cookies and
            ///   custom headers are sent only within the origin of the call. A redirect from `https` to
            ///   `http` isn't followed.
            /// - Other methods repeat the request after 307 and 308 within the origin, unless the body is
            ///   a stream. After 301, 302 and 303, or elsewhere, the call fails with
            ///   [`Error::Api`](crate::Error::Api), which names the URL.
            pub fn follow_redirects(self, follow: bool) -> Self {
                Self {
                    core: self.core.follow_redirects(follow),
                }
            }

            /// Adds a [`Middleware`](crate::transport::Middleware), which runs around each request that the
            /// client sends. The first one that is added is the outermost: it sees the request first and the
            /// response last.
            pub fn middleware(self, middleware: impl $crate::transport::Middleware) -> Self {
                Self {
                    core: self.core.middleware(middleware),
                }
            }

            /// Sends the context of a trace with each request, such as `traceparent` (W3C Trace Context). The
            /// parent of the server's span is the span of the request, inside that of the call.
            ///
            /// The context is sent to the server of the client, or of `CallOptions::base_url`: not to another
            /// origin after a redirect, nor to an authorization server at another origin. Headers that a call
            /// sets itself are kept.
            ///
            /// With OpenTelemetry (crates `tracing-opentelemetry`, `opentelemetry` and `opentelemetry-http`):
            ///
            /// ```text
            /// use opentelemetry::global::get_text_map_propagator;
            /// use opentelemetry_http::HeaderInjector;
            /// use tracing_opentelemetry::OpenTelemetrySpanExt as _;
            ///
            /// Client::builder().propagator(|span: &tracing::Span, headers: &mut http::HeaderMap| {
            ///     get_text_map_propagator(|it| it.inject_context(&span.context(), &mut HeaderInjector(headers)));
            /// })
            /// ```
            #[cfg(feature = "tracing")]
            pub fn propagator(self, propagator: impl $crate::transport::Propagator) -> Self {
                Self {
                    core: self.core.propagator(propagator),
                }
            }

            /// Adds a header to every call, unless the operation or the call sets it.
            ///
            /// It takes the place of a credential that would go into the same header.
            pub fn default_header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
                Self {
                    core: self.core.default_header(name, value),
                }
            }

            /// Sends requests with a `reqwest::Client` of your own, whose settings apply.
            ///
            /// Set `reqwest::redirect::Policy::none()`, as the default client does, so that
            /// [`follow_redirects`](Self::follow_redirects) applies. By reqwest's own default, it follows
            /// redirects itself, also those that the document describes, and sends keys in headers other
            /// than `Authorization` to other hosts.
            #[cfg(feature = "reqwest")]
            pub fn http_client(self, client: $crate::transport::reqwest::Client) -> Self {
                Self {
                    core: self.core.http_client(client),
                }
            }

            /// Sends requests with this [`Transport`](crate::transport::Transport): one
            /// that `HttpTransport::builder` builds, a mock, or another HTTP stack. Required without the
            /// feature `reqwest`, which adds the default transport.
            pub fn transport(self, transport: impl $crate::transport::Transport) -> Self {
                Self {
                    core: self.core.transport(transport),
                }
            }

            /// Sets the clock that times the waits between retries. The time limits of calls always use tokio's
            /// clock.
            pub fn clock(self, clock: impl $crate::clock::Clock) -> Self {
                Self {
                    core: self.core.clock(clock),
                }
            }

            /// Shares the connections of another client, which may be a client of another API: its
            /// connection pool, retry budget, and clock. A transport, retry budget or clock that is set on
            /// this builder takes precedence. Middlewares aren't shared.
            pub fn share_connections(
                self,
                other: &impl AsRef<$crate::codegen::ClientCore>,
            ) -> Self {
                Self {
                    core: self.core.share_connections(other),
                }
            }

            /// Sends every call to a mock. Sets a placeholder for each credential, and sends each call once,
            /// so that a test needn't wait for retries.
            #[cfg(feature = "mock")]
            pub fn mock(self, mock: &$crate::mock::Mock) -> Self {
                Self {
                    core: self.core.mock(mock),
                }
            }

            /// Builds the client. Sends nothing.
            ///
            /// # Errors
            ///
            /// Returns [`Error::InvalidRequest`](crate::Error::InvalidRequest) if the base URL is missing or invalid, if a header or
            /// credential can't be sent, if TLS can't be set up, if the base URL is `https` and the client
            /// is compiled without TLS, or if there is no transport (without the feature `reqwest`).
            pub fn build(self) -> Result<$client, $crate::Error> {
                Ok($client {
                    core: self.core.build()?,
                })
            }
        }

        /// Prints the settings, never a credential or the value of a header.
        impl ::std::fmt::Debug for $builder {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.core, f)
            }
        }
    };
}
#[doc(hidden)]
pub use __client_methods as client_methods;

/// Gives a generated client and its builder the methods for access tokens, where the document has a
/// scheme that takes them.
#[cfg(feature = "oauth")]
#[doc(hidden)]
#[macro_export]
macro_rules! __token_methods {
    ($client:ident, $builder:ident) => {
        impl $client {
            /// Returns a client that authenticates its calls with tokens from `source`.
            ///
            /// If an operation takes a bearer token, its calls send the access token as
            /// `Authorization: Bearer …` (RFC 6750). The client keeps the tokens and refreshes them shortly
            /// before they expire, with one request for all calls that wait for them. A call that receives
            /// a 401 is retried once with new tokens, unless its body is a stream. Clones of the returned
            /// client share its tokens.
            ///
            /// A [`TokenSet`](crate::oauth::TokenSet) is a source that always returns the same tokens.
            #[must_use]
            pub fn with_tokens(&self, source: impl $crate::oauth::TokenSource) -> Self {
                Self {
                    core: self.core.with_tokens(source),
                }
            }
        }

        impl $builder {
            /// Authenticates calls with the tokens of another client, which may be a client of another API
            /// of the same vendor. The tokens are refreshed once for both. Has no effect if the
            /// other client isn't signed in.
            pub fn share_tokens(self, other: &impl AsRef<$crate::codegen::ClientCore>) -> Self {
                Self {
                    core: self.core.share_tokens(other),
                }
            }
        }
    };
}
#[cfg(feature = "oauth")]
#[doc(hidden)]
pub use __token_methods as token_methods;
