//! TLS with the cryptography of ring.

use rustls::crypto::{CryptoProvider, ring};

/// Makes ring the cryptography of reqwest's TLS, unless aws-lc is compiled as well or the program has
/// chosen a provider.
///
/// reqwest takes the default of the process, which only one call can set.
pub(super) fn install() {
    if !cfg!(feature = "rustls") && CryptoProvider::get_default().is_none() {
        // Fails if another thread has set it meanwhile, which is as good.
        let _ = ring::default_provider().install_default();
    }
}
