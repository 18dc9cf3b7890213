//! One of several types, told by what fits: `fitted_union!`.

use serde_json::Value;

use crate::model::union::Arm;
use crate::wire::mismatch::Mismatch;

/// Chooses the alternative that fits best, of equals the first.
///
/// # Errors
///
/// The value is null.
pub fn choose<T>(
    value: &Value,
    arms: &[(Option<u32>, Arm<T>)],
) -> Result<Option<Arm<T>>, Mismatch> {
    let mut best: Option<(u32, Arm<T>)> = None;
    for &(fit, arm) in arms {
        if let Some(fit) = fit
            && best.is_none_or(|(other, _)| fit > other)
        {
            best = Some((fit, arm));
        }
    }
    match best {
        None if value.is_null() => Err(Mismatch::new("one of several types", value)),
        best => Ok(best.map(|(_, arm)| arm)),
    }
}

/// Makes an enum a union of the wire, told by what fits:
/// `fitted_union!(decode encode Type: Unknown { Variant(Type), })`.
///
/// The alternative that fits best is chosen: kinds of JSON must agree, required members must be
/// there, known members and known values of enumerations count. `Unknown(serde_json::Value)`
/// holds what fits none of them.
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
        impl $crate::codegen::wire::Wire for $ty {}
    };
    (@decode $ty:ident: $unknown:ident { $($variant:ident($inner:ty)),* $(,)? }) => {
        impl $crate::codegen::wire::Decode for $ty {
            #[inline]
            fn blank() -> Self {
                Self::$unknown($crate::codegen::serde_json::Value::Null)
            }

            #[inline]
            fn decode<'de, D: $crate::codegen::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::codegen::union::decode(from)
            }

            fn from_value(
                value: $crate::codegen::serde_json::Value,
            ) -> Result<Self, $crate::codegen::mismatch::Mismatch> {
                let depth = $crate::codegen::wire::FIT_DEPTH;
                let arm = $crate::codegen::untagged_union::choose::<Self>(&value, &[$((
                    <$inner as $crate::codegen::wire::Decode>::fit(&value, depth),
                    |value| {
                        <$inner as $crate::codegen::wire::Decode>::from_value(value)
                            .map(Self::$variant)
                    },
                ),)*])?;
                match arm {
                    Some(arm) => arm(value),
                    None => Ok(Self::$unknown(value)),
                }
            }

            fn fit(value: &$crate::codegen::serde_json::Value, depth: u8) -> Option<u32> {
                if value.is_null() {
                    return None;
                }
                let Some(depth) = depth.checked_sub(1) else {
                    return Some(0);
                };
                let fits = [
                    $(<$inner as $crate::codegen::wire::Decode>::fit(value, depth),)*
                    Some(0),
                ];
                fits.into_iter().flatten().max()
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
