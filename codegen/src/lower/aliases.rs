//! Aliases that lead back to themselves, which Rust can't express.

use super::Lowering;
use crate::fallback::FallbackReason;
use crate::ir::{Primitive, Shape, TypeId, TypeRef};

impl Lowering<'_, '_> {
    /// Ends every cycle that consists of aliases alone, such as an array of itself.
    ///
    /// A cycle is ended at the alias whose place comes first, so that what else is in the document
    /// makes no difference.
    pub(super) fn break_alias_cycles(&mut self) {
        let mut order: Vec<usize> = (0..self.types.len()).collect();
        order.sort_by(|one, two| self.types[*one].pointer.cmp(&self.types[*two].pointer));
        // 0: not met; 1: on the way; 2: known to end.
        let mut state = vec![0_u8; self.types.len()];
        for start in order {
            let mut path = Vec::new();
            let mut at = Some(start);
            while let Some(index) = at.filter(|index| state.get(*index) == Some(&0)) {
                state[index] = 1;
                path.push(index);
                at = self.alias_target(index);
            }
            if let Some(index) = at.filter(|index| state.get(*index) == Some(&1)) {
                self.end_cycle(&path, index);
            }
            for index in path {
                state[index] = 2;
            }
        }
    }

    /// The type that an alias is made of.
    fn alias_target(&self, index: usize) -> Option<usize> {
        match &self.types.get(index)?.shape {
            Shape::Alias(ty) => named(ty),
            _ => None,
        }
    }

    /// Makes the alias of a cycle that comes first by its place untyped where it goes on.
    fn end_cycle(&mut self, path: &[usize], entry: usize) {
        let cycle = path.iter().skip_while(|index| **index != entry).copied();
        let first =
            cycle.min_by(|one, two| self.types[*one].pointer.cmp(&self.types[*two].pointer));
        let Some(index) = first else { return };
        let pointer = self.types[index].pointer.clone();
        self.fall_back(&pointer, FallbackReason::Recursive);
        if let Shape::Alias(ty) = &self.types[index].shape {
            let ended = untyped(ty);
            self.define(TypeId(index), Shape::Alias(ended));
        }
    }
}

/// The type of the client inside arrays, maps and options.
fn named(ty: &TypeRef) -> Option<usize> {
    match ty {
        TypeRef::Primitive(_) => None,
        TypeRef::Named(TypeId(index)) => Some(*index),
        TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => named(inner),
    }
}

/// The same with any value in the place of the client's type.
fn untyped(ty: &TypeRef) -> TypeRef {
    match ty {
        TypeRef::Primitive(_) | TypeRef::Named(_) => TypeRef::Primitive(Primitive::Any),
        TypeRef::Array(inner) => TypeRef::Array(Box::new(untyped(inner))),
        TypeRef::Map(inner) => TypeRef::Map(Box::new(untyped(inner))),
        TypeRef::Nullable(inner) => match untyped(inner) {
            TypeRef::Primitive(Primitive::Any) => TypeRef::Primitive(Primitive::Any),
            inner => TypeRef::Nullable(Box::new(inner)),
        },
    }
}
