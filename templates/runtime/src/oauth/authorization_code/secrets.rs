//! The random values that bind a browser's return to its sign-in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::InvalidRequestError;

/// The random values of a sign-in: 256 bits each, as 43 characters.
pub(super) struct Secrets {
    /// `state` (RFC 6749 section 10.12)
    pub(super) state: SecretString,
    /// `code_verifier` (RFC 7636 section 4.1)
    pub(super) verifier: SecretString,
    /// `nonce` (OpenID Connect Core section 3.1.2.1)
    pub(super) nonce: SecretString,
}

impl Secrets {
    /// Generates the values.
    ///
    /// # Errors
    ///
    /// Fails if the system has no random numbers.
    pub(super) fn generate() -> Result<Self, InvalidRequestError> {
        Ok(Self {
            state: random()?,
            verifier: random()?,
            nonce: random()?,
        })
    }

    /// Returns `code_challenge` of the method `S256` (RFC 7636 section 4.2).
    pub(super) fn challenge(&self) -> String {
        let digest = Sha256::digest(self.verifier.expose_secret());
        URL_SAFE_NO_PAD.encode(digest)
    }

    /// Returns whether this is the state, in constant time.
    pub(super) fn is_state(&self, returned: &str) -> bool {
        let state = self.state.expose_secret().as_bytes();
        state.ct_eq(returned.as_bytes()).into()
    }
}

fn random() -> Result<SecretString, InvalidRequestError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        InvalidRequestError::new(format!("the system has no random numbers: {error}"))
    })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        // Appendix B.
        let secrets = Secrets {
            state: "s".into(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
            nonce: "n".into(),
        };
        let expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(secrets.challenge(), expected);
        assert!(secrets.is_state("s"));
        assert!(!secrets.is_state("t"));
        assert!(!secrets.is_state(""));
    }
}
