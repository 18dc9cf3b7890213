//! Estimates the size of values, to decide which are boxed.

use crate::ir::{Additional, Shape, TypeRef};

use super::types::Context;

/// The maximum number of plain fields, each a few machine words, in a variant without a box.
///
/// `clippy::large_enum_variant` warns if two variants differ by 200 bytes or more.
const ROOM: usize = 4;

/// The maximum depth of nested structs that are counted.
const DEPTH: usize = 8;

impl Context<'_> {
    /// Returns whether a variant of the type would make the whole enumeration large.
    pub fn is_bulky(&self, ty: &TypeRef) -> bool {
        self.slots(ty, DEPTH) > ROOM
    }

    /// Returns the size of a value in plain fields. Counting stops above [`ROOM`].
    fn slots(&self, ty: &TypeRef, depth: usize) -> usize {
        let id = match ty {
            TypeRef::Nullable(inner) => return self.slots(inner, depth),
            TypeRef::Primitive(_) | TypeRef::Array(_) | TypeRef::Map(_) => return 1,
            TypeRef::Named(id) => *id,
        };
        let id = match self.resolve(id) {
            TypeRef::Named(id) => id,
            ty => return self.slots(&ty, depth),
        };
        match &self.api.types[id.0].shape {
            Shape::Struct(_) if depth == 0 => ROOM + 1,
            Shape::Struct(shape) => {
                let has_rest = shape.additional != Additional::Ignored;
                let mut slots = shape.patterns.len() + usize::from(has_rest);
                for (index, field) in shape.fields.iter().enumerate() {
                    slots += match self.facts.of(id).is_boxed(index) {
                        true => 1,
                        false => self.slots(&field.ty, depth - 1),
                    };
                    if slots > ROOM {
                        break;
                    }
                }
                slots.max(1)
            }
            // The size of the largest variant without a box.
            Shape::Union(union) => {
                let holds_structs = |ty: &TypeRef| matches!(ty, TypeRef::Named(_));
                match union.variants.iter().any(|it| holds_structs(&it.ty)) {
                    true => ROOM,
                    false => 1,
                }
            }
            Shape::StringEnum(_)
            | Shape::IntegerEnum(_)
            | Shape::NumberEnum(_)
            | Shape::Collection(_)
            | Shape::Alias(_)
            | Shape::Custom(_) => 1,
        }
    }
}
