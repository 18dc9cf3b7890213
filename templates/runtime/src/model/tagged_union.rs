//! Unions with a discriminator: `tagged_union!`.

use serde::Serialize;
use serde::ser::{Error, Serializer};
use serde_json::Value;

use crate::model::union::DecodeVariant;
use crate::wire::mismatch::Mismatch;
use crate::wire::tree::{Tree, to_tree};
use crate::wire::{Encode, MATCH_DEPTH};

/// Returns the discriminator of an object: its property `name`, if that is a string.
///
/// # Errors
///
/// Returns an error if the value isn't an object.
pub fn discriminator<'a>(value: &'a Value, name: &str) -> Result<Option<&'a str>, Mismatch> {
    match value.as_object() {
        Some(properties) => Ok(properties.get(name).and_then(Value::as_str)),
        None => Err(Mismatch::new("an object", value)),
    }
}

/// A variant: its discriminator values, its match score, and its decoder.
pub type TaggedVariant<T> = (
    &'static [&'static str],
    fn(&Value, u8) -> Option<u32>,
    DecodeVariant<T>,
);

/// Returns the decoder of the variant that the discriminator selects. If it selects several, the
/// one with the highest match score is chosen, and the first of equals.
///
/// # Errors
///
/// Returns an error if the value isn't an object.
pub fn select<T: 'static>(
    value: &Value,
    name: &str,
    variants: &[TaggedVariant<T>],
) -> Result<Option<DecodeVariant<T>>, Mismatch> {
    let Some(tag) = discriminator(value, name)? else {
        return Ok(None);
    };
    let mut selected = variants.iter().filter(|(tags, ..)| tags.contains(&tag));
    let Some((_, match_score, first)) = selected.next() else {
        return Ok(None);
    };
    let mut rest = selected.peekable();
    if rest.peek().is_none() {
        return Ok(Some(*first));
    }
    let mut best = match_score(value, MATCH_DEPTH).map(|score| (score, *first));
    for (_, match_score, decode) in rest {
        if let Some(score) = match_score(value, MATCH_DEPTH)
            && best.is_none_or(|(best_score, _)| score > best_score)
        {
            best = Some((score, *decode));
        }
    }
    Ok(best.map(|(_, decode)| decode))
}

/// Returns how well a value matches the union: as well as it matches the best of the variants that
/// the discriminator selects.
#[must_use]
pub fn match_score<T: 'static>(
    value: &Value,
    depth: u8,
    name: &str,
    variants: &[TaggedVariant<T>],
) -> Option<u32> {
    let tag = discriminator(value, name).ok()?;
    let Some(depth) = depth.checked_sub(1) else {
        return Some(0);
    };
    let is_selected = |(tags, ..): &&TaggedVariant<T>| tag.is_some_and(|tag| tags.contains(&tag));
    let mut selected = variants.iter().filter(is_selected).peekable();
    if selected.peek().is_none() {
        return Some(0);
    }
    let best = selected
        .filter_map(|(_, match_score, _)| match_score(value, depth))
        .max();
    best.map(|score| score.saturating_add(8))
}

/// Writes a variant, with the discriminator unless the variant writes it itself.
///
/// # Errors
///
/// Returns an error if the variant isn't an object, or the serializer's error.
pub fn encode<T: Encode, S: Serializer>(
    serializer: S,
    name: &str,
    tag: &str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    match to_tree(value).map_err(S::Error::custom)? {
        Tree::Object(mut properties) => {
            if !properties.iter().any(|(property, _)| property == name) {
                properties.insert(0, (name.to_owned(), Tree::String(tag.to_owned())));
            }
            Tree::Object(properties).serialize(serializer)
        }
        _ => Err(S::Error::custom(format_args!(
            "only an object can have the discriminator `{name}`"
        ))),
    }
}

/// Implements the wire traits of a union with a discriminator: `tagged_union!(decode encode Type:
/// Unknown, "property" { "a" | "A" => Variant(Type), })`.
///
/// `Unknown(serde_json::Value)` holds an object whose discriminator is unknown or absent. An object
/// with a known discriminator that doesn't match its variant is an error. If several variants share
/// a discriminator value, the best match among them is decoded, and `Unknown` holds objects that
/// match none.
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
        #[doc(hidden)]
        impl $crate::codegen::wire::Wire for $ty {}
    };
    (@decode $ty:ident: $unknown:ident, $discriminator:literal {
        $($tag:literal $(| $alias:literal)* => $variant:ident($inner:ty)),* $(,)?
    }) => {
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
                match $crate::codegen::tagged_union::select(&value, $discriminator, Self::VARIANTS)? {
                    Some(decode) => decode(value),
                    None => Ok(Self::$unknown(value)),
                }
            }

            fn match_score(value: &$crate::codegen::serde_json::Value, depth: u8) -> Option<u32> {
                $crate::codegen::tagged_union::match_score(value, depth, $discriminator, Self::VARIANTS)
            }
        }

        impl $ty {
            const VARIANTS: &'static [$crate::codegen::tagged_union::TaggedVariant<Self>] = &[$((
                &[$tag $(, $alias)*],
                <$inner as $crate::codegen::wire::Decode>::match_score,
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
    (@encode $ty:ident: $unknown:ident, $discriminator:literal {
        $($tag:literal $(| $alias:literal)* => $variant:ident($inner:ty)),* $(,)?
    }) => {
        impl $crate::codegen::wire::Encode for $ty {
            fn encode<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::codegen::tagged_union::encode(to, $discriminator, $tag, value)
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
