//! Bytes in base64 (`byte`, `base64url`).

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD,
};
use bytes::Bytes;
use serde::ser::Serializer;

use crate::wire::Encode;
use crate::wire::scalar::{FromScalar, Scalar, scalar_wire};

/// Bytes that travel as base64 (RFC 4648). Both alphabets are read, with padding or without; the
/// standard one with padding is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Base64(pub Bytes);

/// Servers disagree about padding.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const EITHER: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// Bytes that travel as base64url without padding (RFC 4648 section 5, RFC 7515). What is read is
/// what [`Base64`] reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Base64Url(pub Bytes);

macro_rules! base64_wire {
    ($ty:ident, $engine:ident) => {
        impl From<Bytes> for $ty {
            fn from(bytes: Bytes) -> Self {
                Self(bytes)
            }
        }

        impl From<Vec<u8>> for $ty {
            fn from(bytes: Vec<u8>) -> Self {
                Self(bytes.into())
            }
        }

        impl From<&[u8]> for $ty {
            fn from(bytes: &[u8]) -> Self {
                Self(Bytes::copy_from_slice(bytes))
            }
        }

        impl AsRef<[u8]> for $ty {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        scalar_wire!($ty);

        impl FromScalar for $ty {
            const EXPECTED: &'static str = "bytes in base64";

            #[inline]
            fn blank() -> Self {
                Self::default()
            }

            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                match scalar {
                    Scalar::Text(text) => read(&text).map(Self::from),
                    _ => None,
                }
            }

            /// Nearly every word is base64, so that a string fits better.
            fn fit_scalar(scalar: Scalar<'_>) -> Option<u32> {
                Self::from_scalar(scalar).map(|_| 1)
            }
        }

        impl Encode for $ty {
            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$engine.encode(&self.0))
            }
        }
    };
}

base64_wire!(Base64, STANDARD);
base64_wire!(Base64Url, URL_SAFE_NO_PAD);

/// The bytes of a text in one alphabet or the other, without the line breaks of MIME.
fn read(text: &str) -> Option<Vec<u8>> {
    let standard = |byte: u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let bytes = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(standard);
    EITHER.decode(bytes.collect::<Vec<u8>>()).ok()
}
