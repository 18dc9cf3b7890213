//! Refuses `https` where reqwest is compiled without TLS.
//!
//! Without TLS, reqwest hands a request for an `https` URL to the proxy of the environment, in clear
//! text and with all credentials.

use url::Url;

use crate::error::InvalidRequestError;
use crate::transport::ClientTransport;

/// The message of errors.
pub(crate) const NO_TLS: &str = "the client is compiled without TLS, which https needs: enable its Cargo feature `rustls`, \
     `rustls-ring` or `native-tls`";

#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
use self::probe::HAS_TLS;
/// On WebAssembly, the host has TLS.
#[cfg(all(feature = "reqwest", target_family = "wasm"))]
const HAS_TLS: bool = true;

/// Returns whether a URL can't be requested, because it needs the TLS that reqwest lacks.
#[cfg(feature = "reqwest")]
pub(crate) fn lacks_tls(url: &Url) -> bool {
    !HAS_TLS && url.scheme() == "https"
}

impl ClientTransport {
    /// Checks that this transport may send a request to a URL. Any but reqwest may send it anywhere.
    ///
    /// # Errors
    ///
    /// Fails if the URL needs TLS and there is none.
    #[cfg_attr(not(feature = "reqwest"), allow(unused_variables))]
    pub(crate) fn check_tls(&self, url: &Url) -> Result<(), InvalidRequestError> {
        match self {
            Self::Custom(_) => Ok(()),
            #[cfg(feature = "reqwest")]
            Self::Http(_) if lacks_tls(url) => Err(InvalidRequestError::new(NO_TLS)),
            #[cfg(feature = "reqwest")]
            Self::Http(_) => Ok(()),
        }
    }
}

/// Finds out at compile time whether reqwest has TLS.
#[cfg(all(feature = "reqwest", not(target_family = "wasm")))]
mod probe {
    use reqwest::ClientBuilder;

    /// Whether reqwest is compiled with TLS, by a feature of this crate or of any other.
    pub(super) const HAS_TLS: bool = has_tls(|builder| builder.tls_info(false));

    const fn has_tls<T: Probed>(_: fn(ClientBuilder) -> T) -> bool {
        T::HAS_TLS
    }

    /// A method with the name of one that reqwest's builder has only with TLS. If it has, its own takes
    /// precedence.
    trait WithoutTls: Sized {
        #[allow(dead_code, reason = "not called if reqwest has TLS")]
        fn tls_info(self, _: bool) -> NoTls {
            NoTls
        }
    }

    impl WithoutTls for ClientBuilder {}

    /// Tells by a type whether reqwest has TLS.
    trait Probed {
        const HAS_TLS: bool;
    }

    struct NoTls;

    impl Probed for NoTls {
        const HAS_TLS: bool = false;
    }

    impl Probed for ClientBuilder {
        const HAS_TLS: bool = true;
    }
}
