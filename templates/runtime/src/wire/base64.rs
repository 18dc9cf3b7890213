//! Bytes in base64 (formats `byte` and `base64url`).

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD,
};
use bytes::Bytes;
use serde::ser::Serializer;

use crate::wire::Encode;
use crate::wire::fit::Fit;
use crate::wire::scalar::{FromScalar, Scalar, scalar_wire};

/// Bytes that are written as base64 (RFC 4648).
///
/// Reads the standard and the URL-safe alphabet, with padding or without. Writes the standard
/// alphabet with padding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Base64(pub Bytes);

/// Servers disagree on padding.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const EITHER: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// Bytes that are written as base64url without padding (RFC 4648 section 5).
///
/// Reads whatever [`Base64`] reads.
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
            const HAS_FORMAT: bool = true;

            #[inline]
            fn placeholder() -> Self {
                Self::default()
            }

            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                match scalar {
                    Scalar::String(text) => read(&text).map(Self::from),
                    _ => None,
                }
            }

            /// Nearly every word is valid base64, so a plain string must win.
            fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
                Self::from_scalar(scalar).map(|_| Fit::specific(1))
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

/// Decodes either alphabet, ignoring the line breaks of MIME.
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
