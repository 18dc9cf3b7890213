//! One of several objects, told by a member: `tagged_union!`.

use serde::Serialize;
use serde::ser::{Error, Serializer};
use serde_json::Value;

use crate::model::union::Arm;
use crate::wire::mismatch::Mismatch;
use crate::wire::tree::{Tree, tree};
use crate::wire::{Encode, FIT_DEPTH};

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

/// An alternative: the values of the member that select it, how well a value fits it, how it is read.
pub type Alternative<T> = (
    &'static [&'static str],
    fn(&Value, u8) -> Option<u32>,
    Arm<T>,
);

/// The alternative that the member selects. Where it selects several, the one that fits best of them,
/// of equals the first.
///
/// # Errors
///
/// The value isn't an object.
pub fn choose<T: 'static>(
    value: &Value,
    name: &str,
    alternatives: &[Alternative<T>],
) -> Result<Option<Arm<T>>, Mismatch> {
    let Some(tag) = tag(value, name)? else {
        return Ok(None);
    };
    let mut selected = alternatives.iter().filter(|(tags, ..)| tags.contains(&tag));
    let Some((_, fits, first)) = selected.next() else {
        return Ok(None);
    };
    let mut others = selected.peekable();
    if others.peek().is_none() {
        return Ok(Some(*first));
    }
    let mut best = fits(value, FIT_DEPTH).map(|fit| (fit, *first));
    for (_, fits, arm) in others {
        if let Some(fit) = fits(value, FIT_DEPTH)
            && best.is_none_or(|(other, _)| fit > other)
        {
            best = Some((fit, *arm));
        }
    }
    Ok(best.map(|(_, arm)| arm))
}

/// How well a value fits the union: as well as the best of the alternatives that the member selects.
#[must_use]
pub fn fit<T: 'static>(
    value: &Value,
    depth: u8,
    name: &str,
    alternatives: &[Alternative<T>],
) -> Option<u32> {
    let tag = tag(value, name).ok()?;
    let Some(depth) = depth.checked_sub(1) else {
        return Some(0);
    };
    let is_selected = |(tags, ..): &&Alternative<T>| tag.is_some_and(|tag| tags.contains(&tag));
    let mut selected = alternatives.iter().filter(is_selected).peekable();
    if selected.peek().is_none() {
        return Some(0);
    }
    let best = selected.filter_map(|(_, fits, _)| fits(value, depth)).max();
    best.map(|fit| fit.saturating_add(8))
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
/// object whose member is known and that isn't what that alternative says is an error. Where several
/// alternatives have a value in common, the one that fits best is chosen of them; `Unknown` holds what
/// fits none.
#[doc(hidden)]
#[macro_export]
macro_rules! __tagged_union {
    (decode encode $($union:tt)*) => {
        $crate::codegen::tagged_union!(@wire $($union)*);
        $crate::codegen::tagged_union!(@decode $($union)*);
        $crate::codegen::tagged_union!(@encode $($union)*);
    };
    (decode mock $($union:tt)*) => {
        $crate::codegen::tagged_union!(@wire $($union)*);
        $crate::codegen::tagged_union!(@decode $($union)*);
        #[cfg(feature = "mock")]
        $crate::codegen::tagged_union!(@encode $($union)*);
    };
    (decode $($union:tt)*) => {
        $crate::codegen::tagged_union!(@wire $($union)*);
        $crate::codegen::tagged_union!(@decode $($union)*);
    };
    (encode $($union:tt)*) => {
        $crate::codegen::tagged_union!(@wire $($union)*);
        $crate::codegen::tagged_union!(@encode $($union)*);
    };
    (@wire $ty:ident $($rest:tt)*) => {
        impl $crate::codegen::wire::Wire for $ty {}
    };
    (@decode $ty:ident: $unknown:ident, $member:literal {
        $($tag:literal $(| $alias:literal)* => $variant:ident($inner:ty)),* $(,)?
    }) => {
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
                match $crate::codegen::tagged_union::choose(&value, $member, Self::ALTERNATIVES)? {
                    Some(arm) => arm(value),
                    None => Ok(Self::$unknown(value)),
                }
            }

            fn fit(value: &$crate::codegen::serde_json::Value, depth: u8) -> Option<u32> {
                $crate::codegen::tagged_union::fit(value, depth, $member, Self::ALTERNATIVES)
            }
        }

        impl $ty {
            const ALTERNATIVES: &'static [$crate::codegen::tagged_union::Alternative<Self>] = &[$((
                &[$tag $(, $alias)*],
                <$inner as $crate::codegen::wire::Decode>::fit,
                |value| {
                    <$inner as $crate::codegen::wire::Decode>::from_value(value)
                        .map(Self::$variant)
                },
            ),)*];
        }

        impl<'de> $crate::codegen::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: $crate::codegen::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::codegen::union::decode(from)
            }
        }
    };
    (@encode $ty:ident: $unknown:ident, $member:literal {
        $($tag:literal $(| $alias:literal)* => $variant:ident($inner:ty)),* $(,)?
    }) => {
        impl $crate::codegen::wire::Encode for $ty {
            fn encode<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::codegen::tagged_union::encode(to, $member, $tag, value)
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
pub use __tagged_union as tagged_union;
