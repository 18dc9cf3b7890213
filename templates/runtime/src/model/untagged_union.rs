//! Unions without a discriminator: `untagged_union!`.

use serde_json::Value;

use crate::model::union::DecodeVariant;
use crate::wire::mismatch::Mismatch;

/// Returns the decoder with the highest match score, the first of equals; `None` if no variant
/// matches.
///
/// # Errors
///
/// Returns an error if the value is null and no variant matches.
pub fn select<T>(
    value: &Value,
    candidates: &[(Option<u32>, DecodeVariant<T>)],
) -> Result<Option<DecodeVariant<T>>, Mismatch> {
    let mut best: Option<(u32, DecodeVariant<T>)> = None;
    for &(score, decode) in candidates {
        if let Some(score) = score
            && best.is_none_or(|(best_score, _)| score > best_score)
        {
            best = Some((score, decode));
        }
    }
    match best {
        None if value.is_null() => Err(Mismatch::new("one of several types", value)),
        best => Ok(best.map(|(_, decode)| decode)),
    }
}

/// Implements the wire traits of a union without a discriminator: `untagged_union!(decode encode
/// Type: Unknown { Variant(Type), })`.
///
/// The variant with the highest match score is decoded: JSON types must agree and required
/// properties must be present; known properties and known values of enumerations add to the score.
/// `Unknown(serde_json::Value)` holds any other value.
#[doc(hidden)]
#[macro_export]
macro_rules! __untagged_union {
    (decode encode $($union:tt)*) => {
        $crate::codegen::untagged_union!(@wire $($union)*);
        $crate::codegen::untagged_union!(@decode $($union)*);
        $crate::codegen::untagged_union!(@encode $($union)*);
    };
    (decode mock $($union:tt)*) => {
        $crate::codegen::untagged_union!(@wire $($union)*);
        $crate::codegen::untagged_union!(@decode $($union)*);
        #[cfg(feature = "mock")]
        $crate::codegen::untagged_union!(@encode $($union)*);
    };
    (decode $($union:tt)*) => {
        $crate::codegen::untagged_union!(@wire $($union)*);
        $crate::codegen::untagged_union!(@decode $($union)*);
    };
    (encode $($union:tt)*) => {
        $crate::codegen::untagged_union!(@wire $($union)*);
        $crate::codegen::untagged_union!(@encode $($union)*);
    };
    (@wire $ty:ident $($rest:tt)*) => {
        #[doc(hidden)]
        impl $crate::codegen::wire::Wire for $ty {}
    };
    (@decode $ty:ident: $unknown:ident { $($variant:ident($inner:ty)),* $(,)? }) => {
        impl $crate::codegen::wire::Decode for $ty {
            #[inline]
            fn placeholder() -> Self {
                Self::$unknown($crate::codegen::serde_json::Value::Null)
            }

            #[inline]
            fn decode<'de, D: $crate::codegen::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::codegen::union::decode(from)
            }

            fn from_value(
                value: $crate::codegen::serde_json::Value,
            ) -> Result<Self, $crate::codegen::mismatch::Mismatch> {
                let depth = $crate::codegen::wire::MATCH_DEPTH;
                let decode = $crate::codegen::untagged_union::select::<Self>(&value, &[$((
                    <$inner as $crate::codegen::wire::Decode>::match_score(&value, depth),
                    |value| {
                        <$inner as $crate::codegen::wire::Decode>::from_value(value)
                            .map(Self::$variant)
                    },
                ),)*])?;
                match decode {
                    Some(decode) => decode(value),
                    None => Ok(Self::$unknown(value)),
                }
            }

            fn match_score(value: &$crate::codegen::serde_json::Value, depth: u8) -> Option<u32> {
                if value.is_null() {
                    return None;
                }
                let Some(depth) = depth.checked_sub(1) else {
                    return Some(0);
                };
                let scores = [
                    $(<$inner as $crate::codegen::wire::Decode>::match_score(value, depth),)*
                    Some(0),
                ];
                scores.into_iter().flatten().max()
            }
        }

        impl<'de> $crate::codegen::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: $crate::codegen::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::codegen::union::decode(from)
            }
        }
    };
    (@encode $ty:ident: $unknown:ident { $($variant:ident($inner:ty)),* $(,)? }) => {
        impl $crate::codegen::wire::Encode for $ty {
            fn encode<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::codegen::wire::Encode::encode(value, to)
                    })*
                    Self::$unknown(value) => $crate::codegen::serde::Serialize::serialize(value, to),
                }
            }
        }

        impl $crate::codegen::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::codegen::wire::Encode::encode(self, to)
            }
        }
    };
}
#[doc(hidden)]
pub use __untagged_union as untagged_union;
