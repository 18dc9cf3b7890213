//! What all operations have in common: `operation!`.

/// Gives an operation its common methods: `operation!(CreateThing);`, for a struct with a field
/// `call: Call` that implements `Operation`.
///
/// A second argument names the method of `Call` that sends it, in place of `execute`.
macro_rules! operation {
    ($ty:ident) => {
        $crate::runtime::operation!($ty, execute);
    };
    ($ty:ident, $send:ident) => {
        impl $ty {
            /// Sets what belongs to this call alone: headers, query, time limit, base URL, when it is
            /// sent again.
            #[inline]
            pub fn options(
                mut self,
                set: impl FnOnce(
                    $crate::runtime::call::CallOptions,
                ) -> $crate::runtime::call::CallOptions,
            ) -> Self {
                self.call = self.call.options(set);
                self
            }

            /// Sends the request. Awaiting the call does the same.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::runtime::error::Error).
            #[inline]
            pub async fn send(
                self,
            ) -> Result<
                <Self as $crate::runtime::call::Operation>::Output,
                $crate::runtime::error::Error,
            > {
                let response = self.exchange().await?;
                <Self as $crate::runtime::call::Operation>::decode(response)
            }

            /// Sends the request and gives status and headers with the output.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::runtime::error::Error).
            #[inline]
            pub async fn response(
                self,
            ) -> Result<
                $crate::runtime::response::Response<
                    <Self as $crate::runtime::call::Operation>::Output,
                >,
                $crate::runtime::error::Error,
            > {
                let response = self.exchange().await?;
                let (status, headers) = (response.status, response.headers.clone());
                let body = <Self as $crate::runtime::call::Operation>::decode(response)?;
                Ok($crate::runtime::response::Response::new(
                    status, headers, body,
                ))
            }

            /// Sends the request and gives the answer as it came, whatever its status: nothing is
            /// decoded, and no status is an error. The client's credentials, retries and limits
            /// hold as for any call.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::runtime::error::Error) but
            /// [`Error::Api`](crate::runtime::error::Error::Api) and
            /// [`Error::Decode`](crate::runtime::error::Error::Decode).
            #[inline]
            pub async fn raw(
                self,
            ) -> Result<$crate::runtime::response::RawResponse, $crate::runtime::error::Error> {
                let encoded = self.encoded();
                let meta = <Self as $crate::runtime::call::Operation>::META;
                self.call.execute(meta, encoded).await
            }

            /// [`send`](Self::send), blocking: for programs without an async runtime.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::runtime::error::Error);
            /// [`Error::InvalidRequest`](crate::runtime::error::Error::InvalidRequest) on a thread
            /// of an async runtime.
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn send_blocking(
                self,
            ) -> Result<
                <Self as $crate::runtime::call::Operation>::Output,
                $crate::runtime::error::Error,
            > {
                let id = <Self as $crate::runtime::call::Operation>::META.id;
                let response = $crate::runtime::blocking::call(id, self.exchange())?;
                <Self as $crate::runtime::call::Operation>::decode(response)
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
            ) -> Result<
                $crate::runtime::response::Response<
                    <Self as $crate::runtime::call::Operation>::Output,
                >,
                $crate::runtime::error::Error,
            > {
                let id = <Self as $crate::runtime::call::Operation>::META.id;
                let response = $crate::runtime::blocking::call(id, self.exchange())?;
                let (status, headers) = (response.status, response.headers.clone());
                let body = <Self as $crate::runtime::call::Operation>::decode(response)?;
                Ok($crate::runtime::response::Response::new(
                    status, headers, body,
                ))
            }

            /// [`raw`](Self::raw), blocking.
            ///
            /// # Errors
            ///
            /// Those of `raw`, and
            /// [`Error::InvalidRequest`](crate::runtime::error::Error::InvalidRequest) on a thread
            /// of an async runtime.
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn raw_blocking(
                self,
            ) -> Result<$crate::runtime::response::RawResponse, $crate::runtime::error::Error> {
                let id = <Self as $crate::runtime::call::Operation>::META.id;
                $crate::runtime::blocking::call(id, self.raw())
            }

            #[inline]
            fn encoded(
                &self,
            ) -> Result<$crate::runtime::encode::Encoder, $crate::runtime::error::Error> {
                let mut out = $crate::runtime::encode::Encoder::default();
                $crate::runtime::call::Operation::encode(self, &mut out)?;
                Ok(out)
            }

            #[inline]
            pub(crate) fn exchange(
                self,
            ) -> $crate::runtime::transport::BoxFuture<
                'static,
                Result<$crate::runtime::response::RawResponse, $crate::runtime::error::Error>,
            > {
                let encoded = self.encoded();
                let meta = <Self as $crate::runtime::call::Operation>::META;
                self.call.$send(meta, encoded)
            }
        }

        impl ::std::future::IntoFuture for $ty {
            type Output = Result<
                <Self as $crate::runtime::call::Operation>::Output,
                $crate::runtime::error::Error,
            >;
            type IntoFuture = $crate::runtime::transport::BoxFuture<'static, Self::Output>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }

        /// Prints the operation, never an argument.
        impl ::std::fmt::Debug for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let meta = <Self as $crate::runtime::call::Operation>::META;
                write!(f, "{} ({} {})", meta.id, meta.method, meta.path)
            }
        }
    };
}
pub(crate) use operation;
