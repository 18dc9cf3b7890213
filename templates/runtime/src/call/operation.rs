//! What all operations have in common: `operation!`, and the functions that its methods call.
//!
//! A crate may have thousands of operations, so the methods say no more than a name: what they do
//! is compiled once, and never inlined into each of them.

use std::fmt;

use crate::call::{Operation, ResponseFuture, encoded};
use crate::error::Error;
use crate::request::encoder::Encoder;
use crate::response::{RawResponse, Response};

/// Sends the request and reads the answer.
#[inline(never)]
pub fn send<O: Operation>(operation: &O) -> ResponseFuture<O::Output> {
    let answer = exchange(operation);
    Box::pin(async move { O::decode(answer.await?) })
}

/// Sends the request and reads the answer, with its status and headers.
#[inline(never)]
pub fn response<O: Operation>(operation: &O) -> ResponseFuture<Response<O::Output>> {
    let answer = exchange(operation);
    Box::pin(async move {
        let answer = answer.await?;
        let (status, headers) = (answer.status, answer.headers.clone());
        let body = O::decode(answer)?;
        Ok(Response::new(status, headers, body))
    })
}

/// Sends the request and leaves the answer as it is.
#[inline(never)]
pub fn raw<O: Operation>(operation: &O) -> ResponseFuture<RawResponse> {
    let encoded: fn(&O) -> Result<Encoder, Error> = encoded;
    operation.call().execute(O::META, encoded(operation))
}

/// Sends the request, by a pointer: for each method of each operation that calls a function, the
/// compiler searches all that it leads to, but not what is behind a pointer.
fn exchange<O: Operation>(operation: &O) -> ResponseFuture<RawResponse> {
    let exchange: fn(&O) -> ResponseFuture<RawResponse> = O::exchange;
    exchange(operation)
}

/// Prints the operation, never an argument.
///
/// # Errors
///
/// What the formatter says.
#[inline(never)]
pub fn debug<O: Operation>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let meta = O::META;
    write!(f, "{} ({} {})", meta.id, meta.method, meta.path)
}

/// Implements the common methods of a call: `operation!(CreateThing -> models::Thing);`, for a struct
/// with a field `call: Call` that implements [`Operation`] with the output `models::Thing`. The type is
/// an argument, so that rustdoc shows it and not the associated type.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($ty:ident -> $output:ty) => {
        impl $ty {
            /// Sets what belongs to this call alone: headers, query, time limit, base URL, when it is
            /// sent again.
            #[inline]
            pub fn options(
                mut self,
                set: impl FnOnce($crate::CallOptions) -> $crate::CallOptions,
            ) -> Self {
                self.call = self.call.options(set);
                self
            }

            /// Sends the request. Awaiting the call does the same.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::error::Error).
            #[inline]
            pub fn send(self) -> $crate::codegen::ResponseFuture<$output> {
                $crate::codegen::operation::send(&self)
            }

            /// Sends the request and gives status and headers with the output.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::error::Error).
            #[inline]
            pub fn response(
                self,
            ) -> $crate::codegen::ResponseFuture<$crate::response::Response<$output>> {
                $crate::codegen::operation::response(&self)
            }

            /// Sends the request and gives the answer as it came, whatever its status: nothing is
            /// decoded, and no status is an error. The client's credentials, retries and limits
            /// hold as for any call.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::error::Error) but
            /// [`Error::Api`](crate::error::Error::Api) and
            /// [`Error::Decode`](crate::error::Error::Decode).
            #[inline]
            pub fn raw(self) -> $crate::codegen::ResponseFuture<$crate::response::RawResponse> {
                $crate::codegen::operation::raw(&self)
            }

            /// [`send`](Self::send), blocking: for programs without an async runtime.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::error::Error);
            /// [`Error::InvalidRequest`](crate::error::Error::InvalidRequest) on a thread
            /// of an async runtime.
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn send_blocking(self) -> Result<$output, $crate::error::Error> {
                let id = <Self as $crate::codegen::Operation>::META.id;
                $crate::codegen::block_on_call(id, self.send())
            }

            /// [`response`](Self::response), blocking.
            ///
            /// # Errors
            ///
            /// Those of [`send_blocking`](Self::send_blocking).
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn response_blocking(
                self,
            ) -> Result<$crate::response::Response<$output>, $crate::error::Error> {
                let id = <Self as $crate::codegen::Operation>::META.id;
                $crate::codegen::block_on_call(id, self.response())
            }

            /// [`raw`](Self::raw), blocking.
            ///
            /// # Errors
            ///
            /// Those of `raw`, and
            /// [`Error::InvalidRequest`](crate::error::Error::InvalidRequest) on a thread
            /// of an async runtime.
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
            type IntoFuture = $crate::codegen::ResponseFuture<$output>;

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
