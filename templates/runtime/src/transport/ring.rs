//! TLS with the cryptography of ring.

use rustls::crypto::{CryptoProvider, ring};

/// Makes ring the cryptography of reqwest's TLS, unless a feature compiles another or the program has
/// chosen one.
///
/// reqwest takes the default of the process, which only one call can set.
pub(super) fn install() {
    let has_other = cfg!(any(feature = "rustls", feature = "native-tls"));
    if !has_other && CryptoProvider::get_default().is_none() {
        // Fails if another thread has set it meanwhile, which is as good.
        let _ = ring::default_provider().install_default();
    }
}
