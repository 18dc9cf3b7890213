use super::{Analysed, analysed};
use crate::ir::Shape;
use crate::view::print::RustType;
use crate::view::union::UnionView;

fn schemas(text: &str) -> Analysed {
    analysed(&format!("\npaths: {{}}\ncomponents:\n  schemas:\n{text}"))
}

fn union(document: &Analysed, ident: &str) -> UnionView {
    let id = document.id(ident);
    let def = &document.api.types[id.0];
    match &def.shape {
        Shape::Union(union) => document.context().union_view(id, def, union),
        other => panic!("{ident} is {other:?}"),
    }
}

const LARGE: &str = "
    Large:
      type: object
      properties: {a: {type: string}, b: {type: string}, c: {type: string}, d: {type: string}, e: {type: string}}
    Small: {type: object, properties: {z: {type: string}}}
";

#[test]
fn a_large_variant_is_boxed_and_so_is_its_conversion() {
    let it = schemas(&format!(
        "{LARGE}
    Either: {{oneOf: [{{$ref: '#/components/schemas/Large'}}, {{$ref: '#/components/schemas/Small'}}]}}
"
    ));
    let view = union(&it, "Either");
    let variants: Vec<String> = view
        .variants
        .iter()
        .map(|it| {
            let from = it.from.as_ref().expect("a conversion");
            format!("{}({}) from {}: {}", it.ident, it.ty, from.ty, from.into)
        })
        .collect();
    assert_eq!(
        variants,
        [
            "Large(Box<super::Large>) from super::Large: Box::new(value)",
            "Small(super::Small) from super::Small: value"
        ]
    );
    assert!(view.tag.is_empty());
}

#[test]
fn a_variant_links_to_its_type() {
    let it = schemas(
        "
    Small: {type: object, properties: {z: {type: string}}}
    Either: {oneOf: [{type: array, items: {$ref: '#/components/schemas/Small'}}, {type: integer}]}
",
    );
    let view = union(&it, "Either");
    assert_eq!(
        view.variants[0].docs.to_string(),
        "/// A value of type [`Vec<Small>`](super::Small).\n"
    );
    assert_eq!(
        view.variants[1].docs.to_string(),
        "/// A value of type `i64`.\n"
    );
}

#[test]
fn an_enumeration_keeps_other_values() {
    let it = schemas("    Kind: {type: string, enum: [a, b, other]}\n");
    let id = it.id("Kind");
    let view = it.context().enum_view(id, &it.api.types[id.0]);
    let view = view.expect("an enumeration");
    let variants: Vec<String> = view
        .variants
        .iter()
        .map(|it| format!("{} {}", it.wire, it.ident))
        .collect();
    assert_eq!(variants, ["\"a\" A", "\"b\" B", "\"other\" Other"]);
    assert_ne!(view.unknown.as_str(), "Other");
    assert_eq!(view.derives, ["Clone"].map(RustType::new));
}
