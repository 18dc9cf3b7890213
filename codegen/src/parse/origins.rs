//! The origins of nodes that overlays changed, or that a conversion moved.

use std::collections::HashMap;

use crate::pointer::Pointer;

/// By place in the tree, the place that a node comes from: in an overlay, or elsewhere in the
/// document. The children of a node come from the children of that place.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins(HashMap<Pointer, Pointer>);

impl Origins {
    /// Returns where the node at a place comes from.
    pub(super) fn of(&self, place: &Pointer) -> Pointer {
        let mut around = Some(place.clone());
        while let Some(outer) = around {
            if let Some(origin) = self.0.get(&outer) {
                let inner = place.as_str().strip_prefix(outer.as_str());
                let inner = inner.and_then(Pointer::from_encoded).unwrap_or_default();
                return origin.join(&inner);
            }
            around = outer.parent();
        }
        place.clone()
    }

    /// Records where a node and everything in it comes from.
    pub(super) fn set(&mut self, place: Pointer, origin: Pointer) {
        self.0.insert(place, origin);
    }

    /// Records that a node moved from one place to another, given the origins before. Nodes within it keep
    /// their origins.
    pub(super) fn copy(&mut self, before: &Origins, from: &Pointer, to: &Pointer) {
        if !before.0.is_empty() {
            self.clear(to);
        }
        self.set(to.clone(), before.of(from));
        for (place, origin) in &before.0 {
            if place.is_within(from)
                && let Some(inner) = place.as_str().strip_prefix(from.as_str())
                && let Some(inner) = Pointer::from_encoded(inner)
            {
                self.set(to.join(&inner), origin.clone());
            }
        }
    }

    /// Forgets a place and everything in it.
    pub(super) fn clear(&mut self, place: &Pointer) {
        self.0.retain(|known, _| !known.is_within(place));
    }

    /// Records that an element was removed from an array, which has `length` elements left.
    pub(super) fn shift(&mut self, array: &Pointer, gone: usize, length: usize) {
        for index in gone..length {
            let next = array.index(index + 1);
            let origin = self.of(&next);
            let inner: Vec<(Pointer, Pointer)> = self
                .0
                .iter()
                .filter(|(place, _)| place.is_within(&next) && **place != next)
                .filter_map(|(place, origin)| {
                    let rest = place.as_str().strip_prefix(next.as_str())?;
                    Some((
                        array.index(index).join(&Pointer::from_encoded(rest)?),
                        origin.clone(),
                    ))
                })
                .collect();
            self.clear(&array.index(index));
            self.set(array.index(index), origin);
            self.0.extend(inner);
        }
        self.clear(&array.index(length));
    }
}

#[cfg(test)]
mod tests {
    use super::Origins;
    use crate::pointer::Pointer;

    fn at(text: &str) -> Pointer {
        Pointer::from_encoded(text).unwrap()
    }

    #[test]
    fn children_of_a_node_have_its_origin() {
        let mut origins = Origins::default();
        origins.set(at("/a/b"), at("/x"));
        assert_eq!(origins.of(&at("/a/b/c/0")), at("/x/c/0"));
        assert_eq!(origins.of(&at("/a/bc")), at("/a/bc"));
        origins.clear(&at("/a"));
        origins.set(at("/a"), at("/y"));
        assert_eq!(origins.of(&at("/a/b/c")), at("/y/b/c"));
    }

    #[test]
    fn origins_move_up_after_a_removed_element() {
        let mut origins = Origins::default();
        origins.set(at("/a/2/b"), at("/x"));
        origins.set(at("/a/3"), at("/y"));
        origins.shift(&at("/a"), 1, 3);
        assert_eq!(origins.of(&at("/a/0")), at("/a/0"));
        assert_eq!(origins.of(&at("/a/1/c")), at("/a/2/c"));
        assert_eq!(origins.of(&at("/a/1/b/c")), at("/x/c"));
        assert_eq!(origins.of(&at("/a/2")), at("/y"));
        assert_eq!(origins.of(&at("/a/3")), at("/a/3"));
    }
}
