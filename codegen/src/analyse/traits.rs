//! Determines which types can implement a trait of the standard library by a derive.

use super::reach;
use crate::facts::Facts;
use crate::ir::{Additional, Api, Primitive, Shape, TypeDef, TypeId, TypeRef};
use crate::options::DateCrate;

/// A trait of the standard library that some types can't implement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    Copy,
    Default,
    Eq,
    Hash,
    Ord,
    PartialOrd,
}

impl Trait {
    const ALL: [Self; 6] = [
        Self::Copy,
        Self::Default,
        Self::Eq,
        Self::Hash,
        Self::Ord,
        Self::PartialOrd,
    ];

    /// Returns the trait with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Returns the name of the trait.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copy => "Copy",
            Self::Default => "Default",
            Self::Eq => "Eq",
            Self::Hash => "Hash",
            Self::Ord => "Ord",
            Self::PartialOrd => "PartialOrd",
        }
    }

    /// Returns the traits that a type with this trait needs as well, without those that every type has.
    pub fn supertraits(self) -> &'static [Self] {
        match self {
            Self::Ord => &[Self::Eq, Self::PartialOrd],
            Self::Copy | Self::Default | Self::Eq | Self::Hash | Self::PartialOrd => &[],
        }
    }

    /// Returns what a type must not contain.
    pub fn obstacles(self) -> &'static str {
        match self {
            Self::Copy => {
                "strings, lists, maps, unions, untyped values and dates with times of jiff"
            }
            Self::Default => {
                "required enumerations and unions, and properties with a default of the document"
            }
            Self::Eq => "floating-point numbers, unions and untyped values",
            Self::Hash | Self::Ord => {
                "floating-point numbers, unions, untyped values and properties that the document doesn't \
                 name"
            }
            Self::PartialOrd => {
                "unions, untyped values and properties that the document doesn't name"
            }
        }
    }

    fn is_of_primitive(self, primitive: Primitive, dates: DateCrate) -> bool {
        match primitive {
            Primitive::Any | Primitive::File | Primitive::Files => false,
            Primitive::String | Primitive::Base64 | Primitive::Base64Url => self != Self::Copy,
            Primitive::F32 | Primitive::F64 => !matches!(self, Self::Eq | Self::Hash | Self::Ord),
            Primitive::Number => matches!(self, Self::Copy | Self::PartialOrd),
            Primitive::DateTime | Primitive::DateTimeRfc2822 | Primitive::HttpDate
                if self == Self::Copy =>
            {
                dates.copies_date_times()
            }
            Primitive::DateTimeRfc2822 | Primitive::HttpDate => self != Self::Default,
            Primitive::Bool
            | Primitive::I32
            | Primitive::I64
            | Primitive::U32
            | Primitive::U64
            | Primitive::I128
            | Primitive::Date
            | Primitive::DateTime
            | Primitive::Uuid => true,
        }
    }

    /// Returns whether the trait holds for a type if it does for the types that it contains.
    fn is_of_shape(self, def: &TypeDef) -> bool {
        match &def.shape {
            Shape::Struct(object) => match object.additional {
                Additional::Ignored => self != Self::Copy || object.patterns.is_empty(),
                Additional::Undeclared => matches!(self, Self::Default | Self::Eq),
                Additional::Typed(_) => self != Self::Copy,
            },
            Shape::StringEnum(_) => !matches!(self, Self::Copy | Self::Default),
            Shape::IntegerEnum(_) => self != Self::Default,
            Shape::NumberEnum(_) => matches!(self, Self::Copy | Self::PartialOrd),
            // A union can hold a value that the document doesn't describe, which is untyped.
            Shape::Union(_) => false,
            Shape::Collection(_) => self != Self::Copy,
            Shape::Alias(_) => true,
            // Its code isn't known.
            Shape::Custom(_) => false,
        }
    }

    /// Returns the types that must have the trait for a type to have it. `None` if it can't.
    fn demands(self, def: &TypeDef) -> Option<Vec<&TypeRef>> {
        if !self.is_of_shape(def) {
            return None;
        }
        match &def.shape {
            // An optional field is `None` by default.
            Shape::Struct(object) if self == Self::Default => {
                let has_value = object
                    .fields
                    .iter()
                    .any(|it| it.default.is_some() || it.constant().is_some());
                let required = object
                    .fields
                    .iter()
                    .filter(|it| it.required && !it.nullable);
                (!has_value).then(|| required.map(|it| &it.ty).collect())
            }
            _ => Some(reach::parts(def)),
        }
    }
}

/// The trait of a type, which may depend on a type of the client.
enum Verdict {
    Known(bool),
    As(TypeId),
}

fn verdict(which: Trait, dates: DateCrate, mut ty: &TypeRef) -> Verdict {
    loop {
        match ty {
            TypeRef::Primitive(primitive) => {
                return Verdict::Known(which.is_of_primitive(*primitive, dates));
            }
            TypeRef::Named(id) => return Verdict::As(*id),
            TypeRef::Array(_) | TypeRef::Map(_) if which == Trait::Copy => {
                return Verdict::Known(false);
            }
            TypeRef::Array(_) | TypeRef::Map(_) | TypeRef::Nullable(_)
                if which == Trait::Default =>
            {
                return Verdict::Known(true);
            }
            TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => ty = inner,
        }
    }
}

/// Returns for each type whether it can implement a trait. The facts have to say which fields are boxed.
pub(crate) fn implementing(api: &Api, facts: &Facts, dates: DateCrate, which: Trait) -> Vec<bool> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); api.types.len()];
    let mut has_trait = vec![true; api.types.len()];
    let mut waiting = Vec::new();
    for (index, def) in api.types.iter().enumerate() {
        let is_boxed = facts.of(TypeId(index)).boxed.contains(&true);
        let mut fails = which == Trait::Copy && is_boxed;
        match which.demands(def) {
            None => fails = true,
            Some(demands) => {
                for ty in demands {
                    match verdict(which, dates, ty) {
                        Verdict::Known(known) => fails |= !known,
                        Verdict::As(TypeId(used)) => users
                            .get_mut(used)
                            .into_iter()
                            .for_each(|it| it.push(index)),
                    }
                }
            }
        }
        if fails {
            has_trait[index] = false;
            waiting.push(index);
        }
    }
    while let Some(index) = waiting.pop() {
        for user in std::mem::take(&mut users[index]) {
            if std::mem::replace(&mut has_trait[user], false) {
                waiting.push(user);
            }
        }
    }
    has_trait
}
