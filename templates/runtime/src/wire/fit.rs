//! How well a JSON value fits a type: what a union chooses its variant by.

use std::any::TypeId;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::AddAssign;

use serde_json::Value;

/// How well a JSON value fits a type. The greater of two is the better fit.
///
/// Four numbers are compared, in this order:
///
/// 1. Deviations: values that the type reads but the document doesn't list, such as an unknown string
///    of an enumeration, or an integer in quotes. The fewer, the better.
/// 2. Unplaced values: properties, with everything in them, that the type has no field for. The
///    fewer, the better.
/// 3. Unexpected nulls: optional properties that are null although the document doesn't allow null. The
///    fewer, the better. Many servers send them, so they count less than a property without a field.
/// 4. Specificity: a type that accepts fewer values is the better one, `integer` before `number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    deviations: Reverse<u32>,
    unplaced: Reverse<u32>,
    unexpected_nulls: Reverse<u32>,
    specificity: u32,
}

impl Fit {
    /// The fit of a value to a type that accepts any value.
    pub const ANY: Self = Self::specific(0);

    /// Returns the fit of a value to a type of this specificity.
    #[inline]
    #[must_use]
    pub const fn specific(specificity: u32) -> Self {
        Self {
            deviations: Reverse(0),
            unplaced: Reverse(0),
            unexpected_nulls: Reverse(0),
            specificity,
        }
    }

    /// The fit of a listed value to an enumeration.
    pub const LISTED: Self = Self::specific(8);

    /// The fit of a value that is read although the document doesn't list it.
    pub const DEVIATING: Self = Self {
        deviations: Reverse(1),
        ..Self::ANY
    };

    /// The fit of null in an optional property that the document doesn't allow to be null.
    pub(crate) const UNEXPECTED_NULL: Self = Self {
        unexpected_nulls: Reverse(1),
        ..Self::ANY
    };

    /// Returns the fit of a value that the type has no place for.
    pub(crate) fn unplaced(value: &Value) -> Self {
        Self {
            unplaced: Reverse(size(value)),
            ..Self::ANY
        }
    }

    /// Returns whether the type has a place for the whole value.
    pub(crate) fn is_complete(self) -> bool {
        self.unplaced.0 == 0
    }

    /// Returns whether the type declares a part of the value. A free-form object, whose specificity
    /// is 1, and a value of any type declare nothing.
    #[cfg(feature = "streaming")]
    pub(crate) fn is_declared(self) -> bool {
        self.specificity > 1
    }

    /// Returns whether the type has a place for more of the value than the other has.
    pub(crate) fn places_more_than(self, other: Self) -> bool {
        self.unplaced.0 < other.unplaced.0
    }
}

impl AddAssign for Fit {
    fn add_assign(&mut self, part: Self) {
        let add = |sum: u32, part: u32| sum.saturating_add(part);
        self.deviations.0 = add(self.deviations.0, part.deviations.0);
        self.unplaced.0 = add(self.unplaced.0, part.unplaced.0);
        self.unexpected_nulls.0 = add(self.unexpected_nulls.0, part.unexpected_nulls.0);
        self.specificity = add(self.specificity, part.specificity);
    }
}

/// Returns the number of values in a value, itself included.
fn size(value: &Value) -> u32 {
    let inner: u32 = match value {
        Value::Array(items) => items.iter().map(size).fold(0, u32::saturating_add),
        Value::Object(properties) => properties.values().map(size).fold(0, u32::saturating_add),
        _ => 0,
    };
    inner.saturating_add(1)
}

/// The variants that unions have chosen for the values of one JSON document.
///
/// A union asks how well a value fits each of its variants, and a variant may contain unions that ask
/// the same of the values inside. Each union is asked once for each value, so that the cost of decoding
/// grows with the size of the document times the number of variants, and not with its depth.
#[derive(Debug, Default)]
pub struct Matcher {
    /// By the type of the union and the address of the value, which doesn't move while the document is
    /// being decoded.
    choices: HashMap<(TypeId, usize), Option<Choice>>,
    /// How many unions are being asked, each by the one before.
    depth: usize,
    /// The address of a value, and the name of the tag that its union writes again.
    written_tag: Option<(usize, &'static str)>,
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// A variant, by its index, and how well a value fits it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    pub(crate) variant: usize,
    pub(crate) fit: Fit,
}

impl Matcher {
    /// Returns what the union `T` chooses for a value: from memory, or by `choose`.
    pub(crate) fn choice<T: 'static>(
        &mut self,
        value: &Value,
        choose: impl FnOnce(&mut Self) -> Option<Choice>,
    ) -> Option<Choice> {
        let key = (TypeId::of::<T>(), address(value));
        if let Some(known) = self.choices.get(&key) {
            return *known;
        }
        self.depth += 1;
        let choice = choose(self);
        self.depth -= 1;
        // The outermost union is decoded as soon as it has chosen. The others are asked again then.
        if self.depth > 0 {
            self.choices.insert(key, choice);
        }
        choice
    }

    /// Notes that the union of a value writes its tag again, so that the object needn't keep it.
    pub(crate) fn omit_tag(&mut self, value: &Value, name: &'static str) {
        self.written_tag = Some((address(value), name));
    }

    /// Returns the property that an object needn't keep.
    pub(crate) fn omitted_tag(&self, value: &Value) -> Option<&'static str> {
        let (owner, name) = self.written_tag?;
        (owner == address(value)).then_some(name)
    }
}
