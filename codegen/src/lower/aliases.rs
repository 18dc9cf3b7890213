//! Cycles of aliases, which Rust can't express: a list or map of itself becomes a newtype.

use super::Lowering;
use super::annotations::type_docs;
use crate::fallback::FallbackReason;
use crate::ir::{Primitive, Shape, TypeId, TypeRef};
use crate::normalise::resolved::SchemaId;

impl Lowering<'_, '_> {
    /// Sets the shape of a type that was reserved because its schema contains itself.
    pub(super) fn define_recursive(&mut self, id: SchemaId, type_id: TypeId, ty: TypeRef) {
        let schema = self.schema(id);
        if let Some(def) = self.types.get_mut(type_id.0) {
            def.docs = type_docs(&schema);
            def.deprecated = schema.deprecated;
            def.example = schema.example.clone();
            def.shape = Shape::Alias(ty);
        }
    }

    /// Breaks every cycle that consists of aliases alone, such as an array of itself.
    ///
    /// The cycle is broken at the list or map with the first pointer, so that the result doesn't depend
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

    /// Makes a type of its own of the first list or map of a cycle. A cycle without one has no
    /// values, so its first alias becomes untyped.
    fn end_cycle(&mut self, path: &[usize], entry: usize) {
        let cycle = path.iter().skip_while(|index| **index != entry);
        let mut cycle: Vec<usize> = cycle.copied().collect();
        cycle.sort_by(|one, two| self.types[*one].pointer.cmp(&self.types[*two].pointer));
        let collection = cycle
            .iter()
            .find_map(|index| match &self.types[*index].shape {
                Shape::Alias(ty @ (TypeRef::Array(_) | TypeRef::Map(_))) => {
                    Some((*index, ty.clone()))
                }
                _ => None,
            });
        match (collection, cycle.first()) {
            (Some((index, ty)), _) => self.define(TypeId(index), Shape::Collection(ty)),
            (None, Some(&index)) => {
                let pointer = self.types[index].pointer.clone();
                self.fall_back(&pointer, FallbackReason::Recursive);
                let any = TypeRef::Primitive(Primitive::Any);
                self.define(TypeId(index), Shape::Alias(any));
            }
            (None, None) => {}
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
