//! One of several objects, told by a member: `tagged_union!`.

use serde::Serialize;
use serde::ser::{Error, Serializer};
use serde_json::Value;

use crate::runtime::mismatch::Mismatch;
use crate::runtime::tree::{Tree, tree};
use crate::runtime::wire::Encode;

/// The text of the member that tells the alternatives apart.
///
/// # Errors
///
/// The value isn't an object.
pub fn tag<'a>(value: &'a Value, name: &str) -> Result<Option<&'a str>, Mismatch> {
    match value.as_object() {
        Some(members) => Ok(members.get(name).and_then(Value::as_str)),
        None => Err(Mismatch::new("an object", value)),
    }
}

/// Writes an alternative, with the member that tells which it is unless it writes that itself.
///
/// # Errors
///
/// The alternative isn't an object, or what the serializer says.
pub fn encode<T: Encode, S: Serializer>(
    serializer: S,
    name: &str,
    tag: &str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    match tree(value).map_err(S::Error::custom)? {
        Tree::Object(mut members) => {
            if !members.iter().any(|(member, _)| member == name) {
                members.insert(0, (name.to_owned(), Tree::Text(tag.to_owned())));
            }
            Tree::Object(members).serialize(serializer)
        }
        _ => Err(S::Error::custom(format_args!(
            "only an object can carry the member `{name}`"
        ))),
    }
}

/// Makes an enum a union of the wire, told by a member:
/// `tagged_union!(decode encode Type: Unknown, "member" { "a" | "A" => Variant(Type), })`.
///
/// `Unknown(serde_json::Value)` holds an object with another value, or none, in the member. An
/// object whose member is known and that isn't what that alternative says is an error.
macro_rules! tagged_union {
    (decode encode $($union:tt)*) => {
        $crate::runtime::tagged_union::tagged_union!(@wire $($union)*);
        $crate::runtime::tagged_union::tagged_union!(@decode $($union)*);
        $crate::runtime::tagged_union::tagged_union!(@encode $($union)*);
    };
    (decode mock $($union:tt)*) => {
        $crate::runtime::tagged_union::tagged_union!(@wire $($union)*);
        $crate::runtime::tagged_union::tagged_union!(@decode $($union)*);
        #[cfg(feature = "mock")]
        $crate::runtime::tagged_union::tagged_union!(@encode $($union)*);
    };
    (decode $($union:tt)*) => {
        $crate::runtime::tagged_union::tagged_union!(@wire $($union)*);
        $crate::runtime::tagged_union::tagged_union!(@decode $($union)*);
    };
    (encode $($union:tt)*) => {
        $crate::runtime::tagged_union::tagged_union!(@wire $($union)*);
        $crate::runtime::tagged_union::tagged_union!(@encode $($union)*);
    };
    (@wire $ty:ident $($rest:tt)*) => {
        impl $crate::runtime::wire::Wire for $ty {}
    };
    (@decode $ty:ident: $unknown:ident, $member:literal {
        $($tag:literal $(| $alias:literal)* => $variant:ident($inner:ty)),* $(,)?
    }) => {
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
                let arm: $crate::runtime::union::Arm<Self> =
                    match $crate::runtime::tagged_union::tag(&value, $member)? {
                        $(Some($tag $(| $alias)*) => |value| {
                            <$inner as $crate::runtime::wire::Decode>::from_value(value)
                                .map(Self::$variant)
                        },)*
                        _ => |value| Ok(Self::$unknown(value)),
                    };
                arm(value)
            }

            fn fit(value: &::serde_json::Value, depth: u8) -> Option<u32> {
                let tag = $crate::runtime::tagged_union::tag(value, $member).ok()?;
                let Some(depth) = depth.checked_sub(1) else {
                    return Some(0);
                };
                match tag {
                    $(Some($tag $(| $alias)*) => {
                        <$inner as $crate::runtime::wire::Decode>::fit(value, depth)
                            .map(|fit| fit.saturating_add(8))
                    })*
                    _ => Some(0),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::runtime::union::decode(from)
            }
        }
    };
    (@encode $ty:ident: $unknown:ident, $member:literal {
        $($tag:literal $(| $alias:literal)* => $variant:ident($inner:ty)),* $(,)?
    }) => {
        impl $crate::runtime::wire::Encode for $ty {
            fn encode<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::runtime::tagged_union::encode(to, $member, $tag, value)
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
pub(crate) use tagged_union;
