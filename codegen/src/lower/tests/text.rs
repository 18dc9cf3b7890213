//! Formats shapes as short texts.

use crate::ir::{Api, Field, NameSource, Shape, TagType, TypeRef, Variant, VariantRole};

/// Formats a reference to a type.
pub(crate) fn ty(api: &Api, it: &TypeRef) -> String {
    match it {
        TypeRef::Primitive(primitive) => format!("{primitive:?}"),
        TypeRef::Named(id) => name(api, &api.types[id.0].name),
        TypeRef::Array(inner) => format!("[{}]", ty(api, inner)),
        TypeRef::Map(inner) => format!("{{{}}}", ty(api, inner)),
        TypeRef::Nullable(inner) => format!("{}?", ty(api, inner)),
    }
}

/// Formats the name of a type.
pub(crate) fn name(api: &Api, it: &NameSource) -> String {
    let (base, steps) = match it {
        NameSource::Component(key) => return key.clone(),
        NameSource::Within(id, steps) => (name(api, &api.types[id.0].name), steps),
        NameSource::Operation(id, steps) => (format!("{}()", api.operations[id.0].id), steps),
        NameSource::Webhooks => return "webhooks".to_owned(),
        NameSource::Place(steps) => ("at".to_owned(), steps),
    };
    format!("{base}.{}", steps.join("."))
}

/// Formats the shape of a type.
pub(crate) fn shape(api: &Api, it: &Shape) -> String {
    let list = |items: Vec<String>, sign: &str| items.join(sign);
    match it {
        Shape::Struct(object) => {
            let mut members: Vec<String> = object.fields.iter().map(|it| field(api, it)).collect();
            members.extend(
                object
                    .additional
                    .ty()
                    .into_iter()
                    .map(|it| format!("...: {}", ty(api, it))),
            );
            format!("struct {{{}}}", list(members, ", "))
        }
        Shape::StringEnum(values) => list(
            values.iter().map(|it| format!("{:?}", it.value)).collect(),
            " | ",
        ),
        Shape::IntegerEnum(values) => list(
            values.iter().map(|it| it.value.to_string()).collect(),
            " | ",
        ),
        Shape::NumberEnum(values) => list(
            values.iter().map(|it| it.value.to_string()).collect(),
            " | ",
        ),
        Shape::Custom(path) => format!("custom {path}"),
        Shape::Union(union) => {
            let tag = match union.tag.as_slice() {
                [] => "by fit".to_owned(),
                path => format!("by {}", path.join(".")),
            };
            let variants = union.variants.iter().map(|it| variant(api, it)).collect();
            format!("{tag} {}", list(variants, " | "))
        }
        Shape::Collection(target) => format!("type {}", ty(api, target)),
        Shape::Alias(target) => format!("= {}", ty(api, target)),
    }
}

fn field(api: &Api, it: &Field) -> String {
    let mark = |set: bool, sign: &'static str| if set { sign } else { "" };
    format!(
        "{}{}: {}{}{}{}",
        it.name,
        mark(it.required, "!"),
        ty(api, &it.ty),
        mark(it.nullable, "?"),
        mark(it.read_only, " ro"),
        mark(it.write_only, " wo"),
    )
}

fn variant(api: &Api, it: &Variant) -> String {
    let name = it
        .name
        .as_ref()
        .map(|name| format!("{name} = "))
        .unwrap_or_default();
    let tags = if it.tags.is_empty() {
        String::new()
    } else {
        format!("({})", it.tags.join(", "))
    };
    let role = match it.role {
        VariantRole::Plain => "",
        VariantRole::WritesTag(TagType::String) => " written",
        VariantRole::WritesTag(TagType::Json) => " written as JSON",
        VariantRole::Default => " default",
        VariantRole::Combined => " combined",
    };
    format!("{name}{}{tags}{role}", ty(api, &it.ty))
}
