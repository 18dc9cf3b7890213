//! Two declarations of one property in the parts of an `allOf`.

use std::collections::HashSet;

use serde_json::Value;

use super::Lowering;
use super::inferred_types::{implied_type, inferred_type};
use super::naming::inside;
use super::predicates::{describes_no_value, is_unconstrained};
use super::references::is_single;
use crate::fallback::FallbackReason;
use crate::normalise::resolved::{Schema, SchemaId, SchemaType};
use crate::pointer::Pointer;

impl Lowering<'_, '_> {
    /// Combines two declarations of one property: both if they are objects or arrays, or enumerations that
    /// overlap, otherwise the more specific one, or the later one.
    pub(super) fn combine(
        &mut self,
        place: &Pointer,
        name: &str,
        earlier: SchemaId,
        later: SchemaId,
    ) -> SchemaId {
        let (first, second) = (self.canonical(earlier), self.canonical(later));
        if first == second {
            return later;
        }
        let (one, two) = (self.schema(first), self.schema(second));
        match compare(&one, &two) {
            Comparison::Earlier => earlier,
            Comparison::Later => later,
            Comparison::Both => {
                let owner = self.merging.last().copied().unwrap_or(earlier);
                let ty = self.reserved_type(owner);
                let called = inside(self.name_of(owner), [name.to_owned()], ty);
                let about = Schema {
                    pointer: place.clone(),
                    description: two.description.clone().or_else(|| one.description.clone()),
                    deprecated: one.deprecated || two.deprecated,
                    nullable: self.is_nullable(first) && self.is_nullable(second),
                    read_only: one.read_only || two.read_only,
                    write_only: one.write_only || two.write_only,
                    ..Schema::default()
                };
                match self.synthesise(vec![first, second], about, called) {
                    Some(id) => id,
                    None => {
                        self.fall_back(place, FallbackReason::TooManyCombinations);
                        later
                    }
                }
            }
            Comparison::Conflict => {
                let message = format!(
                    "`{name}` is declared twice with different types; the later declaration is used"
                );
                self.warn(
                    place,
                    message,
                    "make the declarations agree, or remove one of them",
                );
                later
            }
        }
    }
}

/// How two declarations of one property relate.
enum Comparison {
    /// The earlier one is more specific.
    Earlier,
    /// The later one is at least as specific.
    Later,
    /// Both are objects or arrays, whose properties or items are combined in turn, or enumerations with
    /// values in common.
    Both,
    /// They contradict each other.
    Conflict,
}

fn compare(earlier: &Schema, later: &Schema) -> Comparison {
    match (is_object(earlier), is_object(later)) {
        (true, true) if is_bare(earlier) => return Comparison::Later,
        (true, true) if is_bare(later) => return Comparison::Earlier,
        (true, true) => return Comparison::Both,
        _ => {}
    }
    if is_unconstrained(earlier) {
        return Comparison::Later;
    }
    if is_unconstrained(later) {
        return Comparison::Earlier;
    }
    let types = (inferred_type(earlier), inferred_type(later));
    let is_number =
        |it: Option<SchemaType>| matches!(it, Some(SchemaType::Integer | SchemaType::Number));
    let numbers = is_number(types.0) && is_number(types.1);
    let same = numbers || types.0 == types.1 && types.0.is_some();
    if !is_single(earlier) && is_single(later) && earlier.schema_type.is_none() {
        // A derived schema picks one of the base's alternatives.
        return Comparison::Later;
    }
    match (
        same,
        earlier.enumeration.is_empty(),
        later.enumeration.is_empty(),
    ) {
        (false, ..) => Comparison::Conflict,
        (true, false, true) => Comparison::Earlier,
        (true, true, false) => Comparison::Later,
        (true, false, false) => {
            let values = |it: &Schema| it.enumeration.iter().cloned().collect::<HashSet<Value>>();
            let (base, derived) = (values(earlier), values(later));
            if derived.is_subset(&base) {
                Comparison::Later
            } else if base.is_subset(&derived) {
                Comparison::Earlier
            } else if derived.is_disjoint(&base) {
                Comparison::Conflict
            } else {
                Comparison::Both
            }
        }
        (true, true, true) if types == (Some(SchemaType::Integer), Some(SchemaType::Number)) => {
            Comparison::Earlier
        }
        (true, true, true) if types.0 != types.1 => Comparison::Later,
        (true, true, true) => match (&earlier.format, &later.format) {
            (Some(_), None) => Comparison::Earlier,
            (Some(one), Some(two)) if one != two => Comparison::Conflict,
            _ => match (earlier.items, later.items) {
                (Some(_), None) => Comparison::Earlier,
                (Some(one), Some(two)) if one != two => Comparison::Both,
                _ => Comparison::Later,
            },
        },
    }
}

fn is_object(schema: &Schema) -> bool {
    schema.schema_type == Some(SchemaType::Object)
        || schema.schema_type.is_none()
            && (implied_type(schema) == Some(SchemaType::Object) || !schema.all_of.is_empty())
}

/// Whether an object schema says nothing about its properties.
fn is_bare(schema: &Schema) -> bool {
    schema.required.is_empty() && schema.not.is_none() && describes_no_value(schema)
}
