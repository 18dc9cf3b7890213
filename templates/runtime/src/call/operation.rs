//! The common methods of operations: the macro `operation!`, and the functions that they call.
//!
//! A crate may have thousands of operations. The methods of each only call a function, which is
//! compiled once and never inlined.

use std::fmt;

use crate::call::{Operation, encoded};
use crate::error::Error;
use crate::request::encoder::Encoder;
use crate::response::{RawResponse, Response, ResponseFuture};
use crate::wire::malformed::collect;

/// Sends the request and decodes the response.
#[inline(never)]
pub fn send<O: Operation>(operation: &O) -> ResponseFuture<O::Output> {
    let response = exchange(operation);
    ResponseFuture::new(async move {
        let response = response.await?;
        collect(|| O::decode(response)).0
    })
}

/// Sends the request and decodes the response, with its status and headers.
#[inline(never)]
pub fn response<O: Operation>(operation: &O) -> ResponseFuture<Response<O::Output>> {
    let response = exchange(operation);
    ResponseFuture::new(async move {
        let response = response.await?;
        let (status, headers) = (response.status, response.headers.clone());
        let (body, warnings) = collect(|| O::decode(response));
        Ok(Response::new(status, headers, body?).with_warnings(warnings))
    })
}

/// Sends the request and returns the response as it was received.
#[inline(never)]
pub fn raw<O: Operation>(operation: &O) -> ResponseFuture<RawResponse> {
    let encoded: fn(&O) -> Result<Encoder, Error> = encoded;
    operation.call().execute(O::META, encoded(operation))
}

/// Sends the request, through a pointer: the compiler searches the functions that each method of each
/// operation may reach, but not those behind a pointer.
fn exchange<O: Operation>(operation: &O) -> ResponseFuture<RawResponse> {
    let exchange: fn(&O) -> ResponseFuture<RawResponse> = O::exchange;
    exchange(operation)
}

/// Prints the operation, never an argument.
///
/// # Errors
///
/// Fails if the formatter does.
#[inline(never)]
pub fn debug<O: Operation>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let meta = O::META;
    write!(f, "{} ({} {})", meta.id, meta.method, meta.path)
}

/// Implements the common methods of an operation: `operation!(CreateThing -> models::Thing);`, for a
/// struct with a field `call: Call` that implements [`Operation`] with the output `models::Thing`. The
/// output is an argument, so that rustdoc shows it and not the associated type.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($ty:ident -> $output:ty) => {
        impl $ty {
            /// Sets options of this call: headers, query parameters, timeout, base URL, retry policy.
            /// For example, `.options(|options| options.header("x-trace", "1"))`.
            #[inline]
            pub fn options(
                mut self,
                set: impl ::std::ops::FnOnce($crate::CallOptions) -> $crate::CallOptions,
            ) -> Self {
                self.call = self.call.options(set);
                self
            }

            /// Calls the setter `set` if `value` is `Some`: for a setter `limit` of the call `ListPets`,
            /// `.maybe(limit, ListPets::limit)`.
            #[inline]
            pub fn maybe<T>(
                self,
                value: Option<T>,
                set: impl ::std::ops::FnOnce(Self, T) -> Self,
            ) -> Self {
                match value {
                    Some(value) => set(self, value),
                    None => self,
                }
            }

            /// Sends the request and decodes the response. Awaiting the operation does the same.
            ///
            /// # Errors
            ///
            /// Fails with any [`Error`](crate::error::Error).
            #[inline]
            pub fn send(self) -> $crate::response::ResponseFuture<$output> {
                $crate::codegen::operation::send(&self)
            }

            /// Sends the request and returns the decoded response with its status and headers; see
            /// [`Response::header`](crate::response::Response::header).
            ///
            /// # Errors
            ///
            /// Fails with any [`Error`](crate::error::Error).
            #[inline]
            pub fn response(
                self,
            ) -> $crate::response::ResponseFuture<$crate::response::Response<$output>> {
                $crate::codegen::operation::response(&self)
            }

            /// Sends the request and returns the response as it was received. Nothing is decoded except
            /// content codings (`Content-Encoding`), and no status is an error. The client's credentials,
            /// retries and limits apply as to any call.
            ///
            /// # Errors
            ///
            /// Fails with any [`Error`](crate::error::Error) except
            /// [`Error::Api`](crate::error::Error::Api), and with
            /// [`Error::Decode`](crate::error::Error::Decode) only if the content coding of a success
            /// can't be decoded. The error has the body as it was sent.
            #[inline]
            pub fn raw(self) -> $crate::response::ResponseFuture<$crate::response::RawResponse> {
                $crate::codegen::operation::raw(&self)
            }

            /// Does the same as [`send`](Self::send) and blocks the thread, for programs without an
            /// async runtime.
            ///
            /// # Errors
            ///
            /// Fails with any [`Error`](crate::error::Error), and with
            /// [`Error::InvalidRequest`](crate::error::Error::InvalidRequest) in an async function,
            /// which it would block.
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn send_blocking(self) -> Result<$output, $crate::error::Error> {
                let id = <Self as $crate::codegen::Operation>::META.id;
                $crate::codegen::block_on_call(id, self.send())
            }

            /// Does the same as [`response`](Self::response) and blocks the thread.
            ///
            /// # Errors
            ///
            /// Fails as [`send_blocking`](Self::send_blocking) does.
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn response_blocking(
                self,
            ) -> Result<$crate::response::Response<$output>, $crate::error::Error> {
                let id = <Self as $crate::codegen::Operation>::META.id;
                $crate::codegen::block_on_call(id, self.response())
            }

            /// Does the same as [`raw`](Self::raw) and blocks the thread.
            ///
            /// # Errors
            ///
            /// Fails as `raw` does, and with
            /// [`Error::InvalidRequest`](crate::error::Error::InvalidRequest) in an async function,
            /// which it would block.
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn raw_blocking(
                self,
            ) -> Result<$crate::response::RawResponse, $crate::error::Error> {
                let id = <Self as $crate::codegen::Operation>::META.id;
                $crate::codegen::block_on_call(id, self.raw())
            }
        }

        impl ::std::future::IntoFuture for $ty {
            type Output = Result<$output, $crate::error::Error>;
            type IntoFuture = $crate::response::ResponseFuture<$output>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                $crate::codegen::operation::send(&self)
            }
        }

        /// Prints the operation, never an argument.
        impl ::std::fmt::Debug for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::codegen::operation::debug::<Self>(f)
            }
        }
    };
}
#[doc(hidden)]
pub use __operation as operation;
