//! One type for the inline enumerations that have the same values.

use std::collections::BTreeMap;

use super::Lowering;
use crate::ir::{NameSource, Shape, StringValue, TypeDef, TypeId, TypeRef};

impl Lowering<'_, '_> {
    /// Makes one type of all inline enumerations of strings with the same values; the others become
    /// its aliases. A document may list the same values at hundreds of places, and each type is code
    /// that every user of the client compiles.
    ///
    /// Components stay types of their own: their author has named them. The type is that of the first
    /// pointer in order, so that it doesn't depend on the order of the document.
    pub(super) fn share_enumerations(&mut self) {
        let mut by_values: BTreeMap<Vec<(&str, Option<&str>)>, Vec<TypeId>> = BTreeMap::new();
        for (index, def) in self.types.iter().enumerate() {
            if let Some(values) = shareable(def) {
                let key = values.iter();
                let key = key
                    .map(|it| (it.value.as_str(), it.name.as_deref()))
                    .collect();
                by_values.entry(key).or_default().push(TypeId(index));
            }
        }
        let mut aliases = Vec::new();
        for ids in by_values.values() {
            let first = ids.iter().min_by_key(|id| &self.types[id.0].pointer);
            if let Some(&first) = first {
                let others = ids.iter().filter(|id| **id != first);
                aliases.extend(others.map(|id| (*id, first)));
            }
        }
        for (id, first) in aliases {
            self.types[id.0].shape = Shape::Alias(TypeRef::Named(first));
        }
    }
}

/// The values of an enumeration that may be another's alias: it has no name of its own and nothing
/// to say about its values.
fn shareable(def: &TypeDef) -> Option<&[StringValue]> {
    let is_inline = !matches!(def.name, NameSource::Component(_) | NameSource::Place(_));
    match &def.shape {
        Shape::StringEnum(values) if is_inline && !def.deprecated => {
            let documented = |value: &StringValue| value.docs != Default::default();
            (!values.iter().any(documented)).then_some(values)
        }
        _ => None,
    }
}
