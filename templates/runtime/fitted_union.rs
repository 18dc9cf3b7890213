//! One of several types, told by what fits: `fitted_union!`.

use serde_json::Value;

use crate::runtime::mismatch::Mismatch;
use crate::runtime::union::Arm;

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
macro_rules! fitted_union {
    (decode encode $($union:tt)*) => {
        $crate::runtime::fitted_union::fitted_union!(@wire $($union)*);
        $crate::runtime::fitted_union::fitted_union!(@decode $($union)*);
        $crate::runtime::fitted_union::fitted_union!(@encode $($union)*);
    };
    (decode mock $($union:tt)*) => {
        $crate::runtime::fitted_union::fitted_union!(@wire $($union)*);
        $crate::runtime::fitted_union::fitted_union!(@decode $($union)*);
        #[cfg(feature = "mock")]
        $crate::runtime::fitted_union::fitted_union!(@encode $($union)*);
    };
    (decode $($union:tt)*) => {
        $crate::runtime::fitted_union::fitted_union!(@wire $($union)*);
        $crate::runtime::fitted_union::fitted_union!(@decode $($union)*);
    };
    (encode $($union:tt)*) => {
        $crate::runtime::fitted_union::fitted_union!(@wire $($union)*);
        $crate::runtime::fitted_union::fitted_union!(@encode $($union)*);
    };
    (@wire $ty:ident $($rest:tt)*) => {
        impl $crate::runtime::wire::Wire for $ty {}
    };
    (@decode $ty:ident: $unknown:ident { $($variant:ident($inner:ty)),* $(,)? }) => {
        impl $crate::runtime::wire::Decode for $ty {
            #[inline]
            fn blank() -> Self {
                Self::$unknown(::serde_json::Value::Null)
            }

            #[inline]
            fn decode<'de, D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::runtime::union::decode(from)
            }

            fn from_value(
                value: ::serde_json::Value,
            ) -> Result<Self, $crate::runtime::mismatch::Mismatch> {
                let depth = $crate::runtime::wire::FIT_DEPTH;
                let arm = $crate::runtime::fitted_union::choose::<Self>(&value, &[$((
                    <$inner as $crate::runtime::wire::Decode>::fit(&value, depth),
                    |value| {
                        <$inner as $crate::runtime::wire::Decode>::from_value(value)
                            .map(Self::$variant)
                    },
                ),)*])?;
                match arm {
                    Some(arm) => arm(value),
                    None => Ok(Self::$unknown(value)),
                }
            }

            fn fit(value: &::serde_json::Value, depth: u8) -> Option<u32> {
                if value.is_null() {
                    return None;
                }
                let Some(depth) = depth.checked_sub(1) else {
                    return Some(0);
                };
                let fits = [
                    $(<$inner as $crate::runtime::wire::Decode>::fit(value, depth),)*
                    Some(0),
                ];
                fits.into_iter().flatten().max()
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::runtime::union::decode(from)
            }
        }
    };
    (@encode $ty:ident: $unknown:ident { $($variant:ident($inner:ty)),* $(,)? }) => {
        impl $crate::runtime::wire::Encode for $ty {
            fn encode<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::runtime::wire::Encode::encode(value, to)
                    })*
                    Self::$unknown(value) => ::serde::Serialize::serialize(value, to),
                }
            }
        }

        impl ::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::runtime::wire::Encode::encode(self, to)
            }
        }
    };
}
pub(crate) use fitted_union;
