//! What structs preserve of a value although the document alone doesn't oblige them to.
//!
//! A value of a union is read as one of the variants, and nothing of it is lost by that choice:
//!
//! - It may have properties that only another variant declares. A variant that doesn't declare them keeps
//!   them undeclared.
//! - If a property may be null and another variant requires it, null and absence tell variants apart.
//!
//! The same holds for the values of a property that several variants declare, each with a type of its
//! own. With the option `keep-unknown`, every struct keeps its undeclared properties.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use crate::analyse;
use crate::ir::{Additional, Api, Field, Shape, TypeId, TypeRef};
use crate::options::{Codec, Options};

/// How many structs and fields are compared. Structs that are found later keep nothing, so that the time is bounded
/// for every document.
const MAX_COMPARED: usize = 2_000_000;

/// How many lists and maps inside each other are followed.
const MAX_NESTING: usize = 4;

/// Marks what structs preserve. Only those that are read can.
pub fn preserve(mut api: Api, options: &Options) -> Api {
    let Losses {
        incomplete,
        nullable,
    } = Losses::find(&api);
    let in_responses = analyse::in_responses(&api);
    for (index, in_response) in in_responses.enumerate() {
        let Shape::Struct(object) = &mut api.types[index].shape else {
            continue;
        };
        let is_read = in_response || options.codec == Codec::Both;
        let keeps = options.keep_unknown || incomplete.contains(&TypeId(index));
        if object.additional == Additional::Ignored && is_read && keeps {
            object.additional = Additional::Undeclared;
        }
        for (position, field) in object.fields.iter_mut().enumerate() {
            field.null_is_distinct = nullable.contains(&(TypeId(index), position));
        }
    }
    api
}

/// Structs of which a value may be any, and what they are in: a list (`[]`) or map (`{}`), from the
/// outside.
type Alternatives = BTreeMap<Vec<&'static str>, BTreeSet<TypeId>>;

/// What the choice of a variant would lose.
#[derive(Default)]
struct Losses {
    /// The structs that lack a property of another variant.
    incomplete: HashSet<TypeId>,
    /// The optional fields that may be null and that another variant requires, by their index.
    nullable: HashSet<(TypeId, usize)>,
}

impl Losses {
    fn find(api: &Api) -> Self {
        let mut losses = Self::default();
        let mut seen = HashSet::new();
        let mut waiting = VecDeque::new();
        for (index, def) in api.types.iter().enumerate() {
            // A payload is that of one webhook, so nothing of another is in it.
            let ty = TypeRef::Named(TypeId(index));
            if let Shape::Union(union) = &def.shape
                && !api.webhooks.iter().any(|set| set.ty == ty)
            {
                let variants = union.variants.iter().map(|it| &it.ty);
                waiting.extend(alternatives(api, variants).into_values());
            }
        }
        let mut examined = 0;
        while let Some(structs) = waiting.pop_front() {
            examined += structs.len();
            if structs.len() < 2 || !seen.insert(structs.clone()) {
                continue;
            }
            let mut declared: BTreeMap<&str, Vec<(TypeId, usize, &Field)>> = BTreeMap::new();
            for id in &structs {
                for (position, field) in fields(api, *id).iter().enumerate() {
                    examined += 1;
                    let same = declared.entry(&field.name).or_default();
                    same.push((*id, position, field));
                }
            }
            if examined > MAX_COMPARED {
                break;
            }
            let lacks = |id: &TypeId| fields(api, *id).len() < declared.len();
            losses
                .incomplete
                .extend(structs.iter().copied().filter(lacks));
            for same in declared.into_values().filter(|same| same.len() > 1) {
                if same.iter().any(|(.., field)| field.required) {
                    let optional = same
                        .iter()
                        .filter(|(.., field)| field.nullable && !field.required);
                    let optional = optional.map(|(id, position, _)| (*id, *position));
                    losses.nullable.extend(optional);
                }
                let types = same.iter().map(|(.., field)| &field.ty);
                waiting.extend(alternatives(api, types).into_values());
            }
        }
        losses
    }
}

/// Returns the fields of a struct.
fn fields(api: &Api, id: TypeId) -> &[Field] {
    match &api.types[id.0].shape {
        Shape::Struct(object) => &object.fields,
        _ => &[],
    }
}

/// Returns the structs that a value of one of the types may be.
fn alternatives<'a>(api: &'a Api, types: impl IntoIterator<Item = &'a TypeRef>) -> Alternatives {
    let mut found = Alternatives::new();
    let mut seen = HashSet::new();
    let mut waiting: Vec<_> = types.into_iter().map(|ty| (Vec::new(), ty)).collect();
    while let Some((place, ty)) = waiting.pop() {
        let inside = |step, inner: &'a TypeRef| {
            let place: Vec<_> = place.iter().copied().chain([step]).collect();
            (place.len() <= MAX_NESTING).then_some((place, inner))
        };
        let id = match ty {
            TypeRef::Primitive(_) => continue,
            TypeRef::Array(item) => {
                waiting.extend(inside("[]", item));
                continue;
            }
            TypeRef::Map(value) => {
                waiting.extend(inside("{}", value));
                continue;
            }
            TypeRef::Nullable(inner) => {
                waiting.push((place, inner));
                continue;
            }
            TypeRef::Named(id) => *id,
        };
        if !seen.insert((place.clone(), id)) {
            continue;
        }
        match &api.types[id.0].shape {
            Shape::Struct(_) => _ = found.entry(place).or_default().insert(id),
            Shape::Union(union) => {
                let variants = union.variants.iter();
                waiting.extend(variants.map(|it| (place.clone(), &it.ty)));
            }
            Shape::Collection(inner) | Shape::Alias(inner) => waiting.push((place, inner)),
            Shape::StringEnum(_)
            | Shape::IntegerEnum(_)
            | Shape::NumberEnum(_)
            | Shape::Custom(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::tests::{components, name};

    /// Returns the structs that keep undeclared properties, and the properties of which null is distinct.
    fn preserved(text: &str, options: &Options) -> (Vec<String>, Vec<String>) {
        let api = preserve(components(text).api, options);
        let (mut structs, mut properties) = (Vec::new(), Vec::new());
        for def in &api.types {
            let Shape::Struct(object) = &def.shape else {
                continue;
            };
            let name = name(&api, &def.name);
            structs.extend((object.additional == Additional::Undeclared).then(|| name.clone()));
            let distinct = object.fields.iter().filter(|it| it.null_is_distinct);
            properties.extend(distinct.map(|it| format!("{name}.{}", it.name)));
        }
        (structs, properties)
    }

    #[test]
    fn structs_that_lack_a_property_of_another_variant_keep_it() {
        let text = "
Union: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {type: string}]}
A: {type: object, required: [k], properties: {k: {enum: [a]}, x: {$ref: '#/components/schemas/X'}, \
    l: {type: array, items: {$ref: '#/components/schemas/L'}}, n: {type: integer, nullable: true}}}
B: {type: object, required: [k, n], properties: {k: {enum: [b]}, x: {$ref: '#/components/schemas/Y'}, \
    l: {type: array, items: {$ref: '#/components/schemas/M'}}, n: {type: integer, nullable: true}, m: {}}}
X: {type: object, properties: {p: {type: string}}}
Y: {type: object, properties: {p: {type: string}, q: {type: string}}}
L: {type: object, properties: {p: {type: string}}}
M: {type: object, properties: {q: {type: string}}, additionalProperties: {type: integer}}
Alone: {type: object, properties: {p: {type: string}, x: {$ref: '#/components/schemas/Z'}}}
Z: {type: object, properties: {z: {type: string}}}
";
        let (structs, properties) = preserved(text, &Options::new("t"));
        assert_eq!(structs, ["A", "X", "L"]);
        assert_eq!(properties, ["A.n"]);
        let all = Options {
            keep_unknown: true,
            ..Options::new("t")
        };
        assert_eq!(
            preserved(text, &all).0,
            ["A", "B", "X", "Y", "L", "Alone", "Z"]
        );
    }

    #[test]
    fn a_closed_struct_with_patterns_keeps_other_properties_on_demand() {
        let text = "
A: {type: object, properties: {a: {type: string}}, patternProperties: {^x-: {type: string}, ^y-: {type: integer}}, \
    additionalProperties: false}
";
        let keeping = Options {
            keep_unknown: true,
            ..Options::new("t")
        };
        assert_eq!(preserved(text, &keeping).0, ["A"]);
        assert_eq!(preserved(text, &Options::new("t")).0, [""; 0]);
    }

    #[test]
    fn lists_and_maps_of_themselves_end() {
        let text = "
Union: {oneOf: [{$ref: '#/components/schemas/List'}, {$ref: '#/components/schemas/Map'}, {$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
List: {type: array, items: {$ref: '#/components/schemas/Union'}}
Map: {type: object, additionalProperties: {$ref: '#/components/schemas/Union'}}
A: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Union'}}}
B: {type: object, required: [a, b], properties: {a: {$ref: '#/components/schemas/List'}, b: {type: string}}}
";
        let (structs, _) = preserved(text, &Options::new("t"));
        assert!(structs.contains(&"A".to_owned()), "{structs:?}");
    }
}
