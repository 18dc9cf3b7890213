//! Unions: `union!`.
//!
//! A union is buffered as a JSON value, and the value is decoded as the variant that it belongs to:
//!
//! 1. A tag, if the union has one: the property that tells the variants apart. A known value of it
//!    decides alone. An unknown value belongs to the default variant, or else to a variant without tag
//!    values.
//! 2. Fit, if there is no tag, or if several variants have the same tag value: the variant that the
//!    value fits best ([`Fit`]), and the first of equals.
//! 3. Neither: `Unknown` holds the value as it was received.

mod candidates;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};
use serde_json::Value;

use self::candidates::{Candidates, tag};
use crate::model::constant::Constant;
use crate::wire::fit::{Fit, Matcher};
use crate::wire::mismatch::{Mismatch, record};
use crate::wire::tree::{Tree, to_tree};
use crate::wire::{DecodeAs, Encode};
use crate::wire::{large, malformed};

/// A union that is read from responses.
pub trait Union: Sized + 'static {
    /// The path of the property that tells the variants apart; empty if there is none.
    const TAG: &'static [&'static str];

    /// The variants.
    const VARIANTS: &'static [UnionVariant<Self>];

    /// The variant of a value that fits several variants and that none of them has a place for as a
    /// whole.
    const COMBINED: Option<UnionVariant<Self>>;

    /// Creates the variant that holds any other value.
    fn unknown(value: Value) -> Self;
}

/// A variant of a union.
pub struct UnionVariant<T> {
    /// The values of the tag that select it, as text.
    pub tags: &'static [&'static str],
    /// Whether it is selected by an unknown or missing tag.
    pub is_default: bool,
    /// Whether the union writes the tag, because the variant's type may lack it.
    pub writes_tag: bool,
    /// The only value that the document allows, if it is a string, number or boolean.
    pub constant: Option<Constant>,
    /// Returns how well a value fits the variant's type; `None` if it doesn't.
    pub fit: fn(&Value, &mut Matcher) -> Option<Fit>,
    /// Decodes a value as the variant's type.
    pub decode: fn(&Value, &mut Matcher) -> Result<T, Mismatch>,
}

impl<T: Union> UnionVariant<T> {
    /// Decodes a value as the variant.
    fn decode_from(&self, value: &Value, matcher: &mut Matcher) -> Result<T, Mismatch> {
        matcher.omit_tag(value, self.written_tag(value));
        (self.decode)(value, matcher)
    }

    /// Returns the name of the value's tag if the union writes this tag again.
    fn written_tag(&self, value: &Value) -> Option<&'static str> {
        let [name] = T::TAG else { return None };
        if !self.writes_tag {
            return None;
        }
        let tag = tag(value, T::TAG)?;
        (self.tags.first() == Some(&&*tag)).then_some(*name)
    }

    /// Returns how well a value fits the variant; `None` if it doesn't.
    fn fit_of(&self, value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        match self.constant {
            Some(constant) if constant.contradicts(value) => None,
            _ => {
                matcher.omit_tag(value, self.written_tag(value));
                (self.fit)(value, matcher)
            }
        }
    }
}

/// Decodes a union.
pub struct AsUnion;

impl<T: Union> DecodeAs<T> for AsUnion {
    #[inline]
    fn placeholder() -> T {
        T::unknown(Value::Null)
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match decode(&value, &mut Matcher::default()) {
            Ok(Some(union)) => Ok(union),
            Ok(None) => Ok(unknown(value)),
            Err(mismatch) => {
                let error = D::Error::custom(&mismatch);
                record(mismatch);
                Err(error)
            }
        }
    }

    fn from_value(value: &Value, matcher: &mut Matcher) -> Result<T, Mismatch> {
        Ok(match decode(value, matcher)? {
            Some(union) => union,
            None => unknown(value.clone()),
        })
    }

    fn fit(value: &Value, matcher: &mut Matcher) -> Option<Fit> {
        let candidates = Candidates::by_tag::<T>(value);
        let choice = matcher.choice::<T>(value, |it| candidates.best::<T>(value, it));
        match (choice, candidates) {
            (Some(choice), _) => Some(choice.fit),
            // A known tag decides alone: the value belongs here or nowhere.
            (None, Candidates::Selected(_)) => None,
            (None, _) => (!value.is_null()).then_some(Fit::DEVIATING),
        }
    }
}

/// Decodes a value as the variant that it belongs to.
///
/// # Errors
///
/// Returns how the value differs from the variant that its tag selects.
#[cfg(all(feature = "webhook-signatures", feature = "webhook-payloads"))]
pub(crate) fn decode_any<T: Union>(value: Value) -> Result<T, Mismatch> {
    decode_from(value, Candidates::by_tag::<T>)
}

/// Decodes a value as one of these variants. The tag and the fit choose among several.
///
/// # Errors
///
/// Returns how the value differs from the only variant, or from the one that its tag selects.
#[cfg(all(feature = "webhook-signatures", feature = "webhook-payloads"))]
pub(crate) fn decode_among<T: Union>(value: Value, among: &[usize]) -> Result<T, Mismatch> {
    decode_from(value, |value| {
        if let [only] = among {
            return Candidates::Selected(*only);
        }
        let tagged: Vec<usize> = match Candidates::by_tag::<T>(value) {
            Candidates::Selected(variant) if among.contains(&variant) => {
                return Candidates::Selected(variant);
            }
            Candidates::Selected(_) | Candidates::All => Vec::new(),
            Candidates::Among(tagged) => {
                tagged.into_iter().filter(|it| among.contains(it)).collect()
            }
        };
        Candidates::Among(match tagged.is_empty() {
            true => among.to_vec(),
            false => tagged,
        })
    })
}

#[cfg(all(feature = "webhook-signatures", feature = "webhook-payloads"))]
fn decode_from<T: Union>(
    value: Value,
    candidates: impl FnOnce(&Value) -> Candidates,
) -> Result<T, Mismatch> {
    let decoded = decode_candidate(&value, candidates(&value), &mut Matcher::default())?;
    Ok(decoded.unwrap_or_else(|| unknown(value)))
}

/// Returns the variant that holds any other value.
pub(crate) fn unknown<T: Union>(mut value: Value) -> T {
    large::restore(&mut value);
    T::unknown(value)
}

/// Decodes a value as the variant that it belongs to; `None` if it belongs to none.
fn decode<T: Union>(value: &Value, matcher: &mut Matcher) -> Result<Option<T>, Mismatch> {
    decode_candidate(value, Candidates::by_tag::<T>(value), matcher)
}

/// Decodes a value as one of the candidates; `None` if it belongs to none.
fn decode_candidate<T: Union>(
    value: &Value,
    candidates: Candidates,
    matcher: &mut Matcher,
) -> Result<Option<T>, Mismatch> {
    if let Candidates::Selected(variant) = candidates {
        let variant = T::VARIANTS.get(variant);
        return variant.map(|it| it.decode_from(value, matcher)).transpose();
    }
    let choice = matcher.choice::<T>(value, |it| candidates.best::<T>(value, it));
    let Some(choice) = choice else {
        return match value {
            Value::Null => Err(Mismatch::new("one of several types", value)),
            _ => Ok(None),
        };
    };
    let combined = T::COMBINED;
    let variant = T::VARIANTS.get(choice.variant).or(combined.as_ref());
    let malformed = malformed::count();
    if let Some(Ok(union)) = variant.map(|it| it.decode_from(value, matcher)) {
        return Ok(Some(union));
    }
    let others = candidates.ranked::<T>(value, matcher).into_iter();
    let others = others.filter(|other| other.variant != choice.variant);
    let mut variants = others.filter_map(|other| T::VARIANTS.get(other.variant));
    Ok(variants.find_map(|it| {
        malformed::truncate_to(malformed);
        it.decode_from(value, matcher).ok()
    }))
}

/// Writes a variant with its tag, a string: the first one, unless the variant itself writes one of them.
///
/// # Errors
///
/// Returns an error if the variant isn't an object, or the serializer's error.
pub fn encode_tagged<T: Encode, S: Serializer>(
    serializer: S,
    name: &str,
    tags: &[&str],
    value: &T,
) -> Result<S::Ok, S::Error> {
    encode_with(serializer, name, tags, value, Tree::String)
}

/// Writes a variant like [`encode_tagged`], but with the number or boolean that the tag is in JSON.
///
/// # Errors
///
/// Returns an error if the variant isn't an object, or the serializer's error.
pub fn encode_json_tagged<T: Encode, S: Serializer>(
    serializer: S,
    name: &str,
    tags: &[&str],
    value: &T,
) -> Result<S::Ok, S::Error> {
    encode_with(serializer, name, tags, value, |tag| {
        let json = serde_json::from_str::<Value>(&tag).ok();
        let scalar = json.filter(|json| json.is_boolean() || json.is_number());
        let tree = scalar.and_then(|scalar| to_tree(&scalar).ok());
        tree.unwrap_or(Tree::String(tag))
    })
}

fn encode_with<T: Encode, S: Serializer>(
    serializer: S,
    name: &str,
    tags: &[&str],
    value: &T,
    tree: fn(String) -> Tree,
) -> Result<S::Ok, S::Error> {
    let Tree::Object(mut properties) = to_tree(value).map_err(S::Error::custom)? else {
        return Err(S::Error::custom(format_args!(
            "only an object can have the discriminator `{name}`"
        )));
    };
    let first = || tree(tags.first().copied().unwrap_or_default().to_owned());
    match properties.iter_mut().find(|(property, _)| property == name) {
        Some((_, Tree::Null)) => {}
        Some((_, own)) if own.scalar_text().is_some_and(|tag| tags.contains(&&*tag)) => {}
        Some((_, own)) => *own = first(),
        None => properties.insert(0, (name.to_owned(), first())),
    }
    Tree::Object(properties).serialize(serializer)
}

/// Implements the wire traits of a union: `union!(decode encode Type: Unknown, ["kind"] { ["a"] =>
/// A(A), ["b", "c"; writes] => B(B), [] => Text(String), } combined Both(Both))`.
///
/// - `["kind"]` is the path of the tag; `[]` if there is none.
/// - Each variant begins with the values of the tag that select it. `["a"; default]` marks the variant
///   of unknown and missing tags, `["a"; writes]` a variant that doesn't write its tag itself, and
///   `["1"; writes_json]` one whose tag is a number or boolean.
/// - `[] == Bool(true)` marks a variant that has only this value, which is written like a
///   [`Constant`](crate::codegen::Constant).
/// - `combined` is the variant of values that fit several others.
///
/// `Unknown(serde_json::Value)` holds any other value.
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    (decode $($union:tt)*) => {
        $crate::codegen::by_direction!(union decode $($union)*);
    };
    (encode $($union:tt)*) => {
        $crate::codegen::by_direction!(union encode $($union)*);
    };
    (@common $ty:ident $($rest:tt)*) => {
        #[doc(hidden)]
        impl $crate::codegen::wire::Wire for $ty {}
    };
    (@decode $ty:ident: $unknown:ident, $path:tt {
        $([$($tag:literal),* $(; $role:ident)?] $(== $kind:ident($constant:expr))?
            => $variant:ident($inner:ty)),* $(,)?
    } $(combined $combined:ident($all:ty))?) => {
        #[doc(hidden)]
        impl $crate::codegen::union::Union for $ty {
            const TAG: &'static [&'static str] = &$path;
            const VARIANTS: &'static [$crate::codegen::union::UnionVariant<Self>] = &[
                $($crate::codegen::union!(
                    @variant $variant($inner), &[$($tag),*], [$($kind($constant))?] $($role)?
                ),)*
            ];
            const COMBINED: Option<$crate::codegen::union::UnionVariant<Self>> =
                $crate::codegen::union!(@combined $($combined($all))?);

            #[inline]
            fn unknown(value: $crate::codegen::serde_json::Value) -> Self {
                Self::$unknown(value)
            }
        }

        #[doc(hidden)]
        impl $crate::codegen::wire::DecodeWith for $ty {
            type Strategy = $crate::codegen::union::AsUnion;
        }

        $crate::codegen::deserialize!($ty);
    };
    (@combined) => { None };
    (@combined $variant:ident($inner:ty)) => {
        Some($crate::codegen::union!(@variant $variant($inner), &[], []))
    };
    (@variant $variant:ident($inner:ty), $tags:expr, $constant:tt $($role:ident)?) => {
        $crate::codegen::union::UnionVariant {
            tags: $tags,
            is_default: $crate::codegen::union!(@is_default $($role)?),
            writes_tag: $crate::codegen::union!(@writes_tag $($role)?),
            constant: $crate::codegen::union!(@constant $constant),
            fit: <$inner as $crate::codegen::wire::Decode>::fit,
            decode: |value, matcher| {
                <$inner as $crate::codegen::wire::Decode>::from_value(value, matcher)
                    .map(Self::$variant)
            },
        }
    };
    (@constant []) => { None };
    (@constant [$kind:ident($constant:expr)]) => {
        Some($crate::codegen::Constant::$kind($constant))
    };
    (@is_default default) => { true };
    (@is_default $($role:ident)?) => { false };
    (@writes_tag writes) => { true };
    (@writes_tag writes_json) => { true };
    (@writes_tag $($role:ident)?) => { false };
    (@encode $ty:ident: $unknown:ident, $path:tt {
        $([$($tag:literal),* $(; $role:ident)?] $(== $kind:ident($constant:expr))?
            => $variant:ident($inner:ty)),* $(,)?
    } $(combined $combined:ident($all:ty))?) => {
        impl $crate::codegen::wire::Encode for $ty {
            fn encode<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::codegen::union!(
                        @write to, value, $path, [$($tag),*] $($role)?
                    ),)*
                    $(Self::$combined(value) => $crate::codegen::wire::Encode::encode(value, to),)?
                    Self::$unknown(value) => $crate::codegen::serde::Serialize::serialize(value, to),
                }
            }
        }

        $crate::codegen::serialize!($ty);
    };
    (@write $to:ident, $value:ident, [$name:literal], $tags:tt writes) => {
        $crate::codegen::union::encode_tagged($to, $name, &$tags, $value)
    };
    (@write $to:ident, $value:ident, [$name:literal], $tags:tt writes_json) => {
        $crate::codegen::union::encode_json_tagged($to, $name, &$tags, $value)
    };
    (@write $to:ident, $value:ident, $path:tt, $tags:tt $($role:ident)?) => {
        $crate::codegen::wire::Encode::encode($value, $to)
    };
}
#[doc(hidden)]
pub use __union as union;
