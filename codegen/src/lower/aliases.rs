//! Cycles of aliases, which Rust can't express.

use super::Lowering;
use crate::fallback::FallbackReason;
use crate::ir::{Primitive, Shape, TypeId, TypeRef};

impl Lowering<'_, '_> {
    /// Breaks every cycle that consists of aliases alone, such as an array of itself.
    ///
    /// The cycle is broken at the alias with the first pointer, so that the result doesn't depend
    /// on the rest of the document.
    pub(super) fn break_alias_cycles(&mut self) {
        let mut order: Vec<usize> = (0..self.types.len()).collect();
        order.sort_by(|one, two| self.types[*one].pointer.cmp(&self.types[*two].pointer));
        // 0: not visited; 1: on the current path; 2: known to end.
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

    /// Returns the type that an alias refers to.
    fn alias_target(&self, index: usize) -> Option<usize> {
        match &self.types.get(index)?.shape {
            Shape::Alias(ty) => named(ty),
            _ => None,
        }
    }

    /// Makes the first alias of a cycle untyped where it continues the cycle.
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

/// Returns the named type inside arrays, maps and options.
fn named(ty: &TypeRef) -> Option<usize> {
    match ty {
        TypeRef::Primitive(_) => None,
        TypeRef::Named(TypeId(index)) => Some(*index),
        TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => named(inner),
    }
}

/// Returns the same type with `Any` in place of the named type.
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
