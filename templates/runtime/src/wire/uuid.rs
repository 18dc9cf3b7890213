//! UUIDs (format `uuid`).

use serde::ser::Serializer;
use uuid::Uuid;

use crate::wire::Encode;
use crate::wire::scalar::{FromScalar, Scalar, scalar_wire};

scalar_wire!(Uuid);

impl FromScalar for Uuid {
    const EXPECTED: &'static str = "a UUID";
    const HAS_FORMAT: bool = true;

    #[inline]
    fn placeholder() -> Self {
        Uuid::nil()
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::String(text) => Uuid::try_parse(&text).ok(),
            _ => None,
        }
    }
}

impl Encode for Uuid {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}
