//! Names of types and of their fields and variants.

use super::case::{Case, Spelling, identifier};
use super::scope::{Candidate, Matching, RustIdent, Scope};
use super::{DEVICES, MODULE_RESERVED, OperationNames, Renames, TypeNames, from_wire};
use crate::ir::{Api, NameSource, PatternMap, Primitive, Shape, TypeDef, TypeId, TypeRef, Variant};
use crate::name_pattern::NameMatcher;
use crate::parse;

/// The names that files of models use. `tests/generation/reserved.rs` checks that none is missing.
const MODEL_RESERVED: &[&str] = &[
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Err",
    "Eq",
    "From",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Self_",
    "Send",
    "Some",
    "String",
    "Sync",
    "Vec",
];

/// Names all types in rounds: first the components, then the types inside them, and so on. A component
/// never loses its name to a type inside another one.
pub(super) fn types(api: &Api, operations: &[OperationNames], renames: &Renames) -> Vec<TypeNames> {
    let mut scope = Scope::new(Matching::IgnoreCase, &[MODEL_RESERVED, DEVICES].concat());
    let mut idents: Vec<Option<RustIdent>> = vec![None; api.types.len()];
    for (index, ident) in idents.iter_mut().enumerate() {
        let chosen = renames.of_type(TypeId(index));
        *ident = chosen.map(|name| scope.assign_one("", vec![name.to_owned()]));
    }
    let mut open: Vec<usize> = (0..api.types.len())
        .filter(|&index| idents[index].is_none())
        .collect();
    while !open.is_empty() {
        let (mut ready, later): (Vec<usize>, Vec<usize>) = open
            .iter()
            .partition(|&&index| type_candidate(&api.types[index], &idents, operations).is_some());
        if ready.is_empty() {
            ready.clone_from(&open);
        }
        // Several files may have a component with the same key. The document has precedence over
        // the other files, which are in the order of their names.
        ready.sort_by_cached_key(|&index| {
            let place = &api.types[index].pointer;
            (place.file().is_some(), place.clone())
        });
        let candidates: Vec<_> = ready
            .iter()
            .map(|&index| {
                type_candidate(&api.types[index], &idents, operations).unwrap_or_else(|| {
                    let pointer = api.types[index].pointer.as_str();
                    from_wire(pointer, "model", Case::Camel, "", "Model")
                })
            })
            .collect();
        for (&index, ident) in ready.iter().zip(scope.assign(&candidates)) {
            idents[index] = Some(ident);
        }
        open = later
            .into_iter()
            .filter(|&index| idents[index].is_none())
            .collect();
    }
    let idents: Vec<RustIdent> = idents.into_iter().flatten().collect();
    let modules: Vec<_> = idents
        .iter()
        .map(|ident| from_wire(ident.as_str(), "model", Case::Snake, "", "_model"))
        .collect();
    let modules =
        Scope::new(Matching::IgnoreCase, &[MODULE_RESERVED, DEVICES].concat()).assign(&modules);
    api.types
        .iter()
        .zip(&idents)
        .zip(modules)
        .enumerate()
        .map(|(index, ((def, ident), module))| {
            let (members, patterns, rest) = members(TypeId(index), def, &idents, renames);
            TypeNames {
                ident: ident.clone(),
                module,
                members,
                patterns,
                rest,
            }
        })
        .collect()
}

/// Returns the candidate for a type; `None` while the type that it is named after has no name yet.
fn type_candidate(
    def: &TypeDef,
    idents: &[Option<RustIdent>],
    operations: &[OperationNames],
) -> Option<Candidate> {
    let (priority, base, steps) = match &def.name {
        NameSource::Component(key) => {
            let mut candidate = from_wire(key, "model", Case::Camel, "", "Model");
            if let Some(file) = def.pointer.file() {
                let longer = in_file(&file, key);
                candidate.forms.insert(1, longer);
            }
            return Some(candidate);
        }
        NameSource::Webhooks => {
            return Some(Candidate {
                priority: 3,
                key: def.pointer.as_str().to_owned(),
                forms: vec!["Webhook".to_owned(), "WebhookEvent".to_owned()],
            });
        }
        NameSource::Operation(id, steps) => (1, operations.get(id.0)?.call.as_str(), steps),
        NameSource::Within(id, steps) => (2, idents.get(id.0)?.as_ref()?.as_str(), steps),
        NameSource::Place(steps) => (3, "", steps),
    };
    let spelled = |spelling| {
        let mut text = base.to_owned();
        steps
            .iter()
            .for_each(|step| text.push_str(&identifier(step, "field", Case::Camel, spelling)));
        text
    };
    let plain = spelled(Spelling::Plain);
    let mut forms = vec![plain.clone(), format!("{plain}Model")];
    let full = spelled(Spelling::Full);
    if full != plain {
        forms.push(full);
    }
    Some(Candidate {
        priority,
        key: def.pointer.as_str().to_owned(),
        forms,
    })
}

/// Returns the longer name of a component in another file, with the name of the file.
fn in_file(file: &str, key: &str) -> String {
    let path = parse::path_of(file);
    let path = path.rsplit_once('.').map_or(&*path, |(path, _)| path);
    let text = if path == key || path.ends_with(&format!("/{key}")) {
        path.to_owned()
    } else {
        format!("{path}/{key}")
    };
    identifier(&text, "model", Case::Camel, Spelling::Plain)
}

/// Names the fields or variants of a type, the fields for properties that match a pattern, and the
/// fallback variant or field.
fn members(
    id: TypeId,
    def: &TypeDef,
    idents: &[RustIdent],
    renames: &Renames,
) -> (Vec<RustIdent>, Vec<RustIdent>, RustIdent) {
    let (case, candidates, rest): (Case, Vec<Candidate>, &[&str]) = match &def.shape {
        Shape::Struct(shape) => (
            Case::Snake,
            shape
                .fields
                .iter()
                .enumerate()
                .map(|(index, field)| {
                    let chosen = renames.of_field(id, index);
                    let name = chosen.unwrap_or(&field.name);
                    from_wire(name, "field", Case::Snake, "", "").chosen(chosen.is_some())
                })
                .collect(),
            &["extra", "additional_properties"],
        ),
        Shape::StringEnum(values) => (
            Case::Camel,
            values
                .iter()
                .map(|value| value_candidate(&value.value, value.name.as_deref(), Case::Camel))
                .collect(),
            &["Unknown", "Unrecognized"],
        ),
        Shape::IntegerEnum(values) => (
            Case::Camel,
            values
                .iter()
                .map(|it| value_candidate(&it.value.to_string(), it.name.as_deref(), Case::Camel))
                .collect(),
            &["Unknown", "Unrecognized"],
        ),
        // Constants, which are printed in capitals.
        Shape::NumberEnum(values) => (
            Case::Snake,
            values
                .iter()
                .map(|it| value_candidate(&it.value.to_string(), it.name.as_deref(), Case::Snake))
                .collect(),
            &["unknown"],
        ),
        Shape::Union(union) => (
            Case::Camel,
            union
                .variants
                .iter()
                .map(|variant| variant_candidate(variant, idents))
                .collect(),
            &["Unknown", "Unrecognized"],
        ),
        Shape::Collection(_) | Shape::Alias(_) | Shape::Custom(_) => {
            (Case::Camel, Vec::new(), &["Unknown"])
        }
    };
    let reserved: &[&str] = match case {
        Case::Snake | Case::Shouting => &[],
        Case::Camel => &["Self"],
    };
    let mut scope = Scope::new(Matching::Exact, reserved);
    let members = scope.assign(&candidates);
    let patterns: Vec<Candidate> = match &def.shape {
        Shape::Struct(shape) => shape.patterns.iter().map(pattern_candidate).collect(),
        _ => Vec::new(),
    };
    let patterns = scope.assign(&patterns);
    let rest = scope.assign_one("", rest.iter().map(|&form| form.to_owned()).collect());
    (members, patterns, rest)
}

/// Returns the candidate for the properties that match a pattern, which are named after the text that
/// it looks for: `x_properties` for `^x-`.
fn pattern_candidate(map: &PatternMap) -> Candidate {
    let text = match &map.pattern.matcher {
        NameMatcher::Exact(text)
        | NameMatcher::Prefix(text)
        | NameMatcher::Suffix(text)
        | NameMatcher::Contains(text) => Some(text),
        NameMatcher::Regex(_) => None,
    };
    let text = text.filter(|it| it.contains(char::is_alphanumeric));
    let named = text.map(|it| format!("{it} properties"));
    let named = named.map(|it| identifier(&it, "pattern", Case::Snake, Spelling::Plain));
    Candidate {
        priority: 0,
        key: map.pattern.source.clone(),
        forms: named
            .into_iter()
            .chain(["pattern_properties".to_owned()])
            .collect(),
    }
}

/// Returns the candidate for a value of an enumeration, which is named by the document or after the
/// value.
fn value_candidate(value: &str, name: Option<&str>, case: Case) -> Candidate {
    let by_value = from_wire(value, "value", case, "", "");
    let Some(name) = name else {
        return by_value;
    };
    let mut candidate = from_wire(name, "value", case, "", "");
    candidate.key = format!("{name} {value}");
    candidate.forms.extend(by_value.forms);
    candidate
}

/// Returns the candidate for a variant, which is named by the document or after its type.
fn variant_candidate(variant: &Variant, idents: &[RustIdent]) -> Candidate {
    let mut candidate = match &variant.name {
        Some(name) => from_wire(name, "variant", Case::Camel, "", ""),
        None => {
            let text = type_word(&variant.ty, idents, 0);
            Candidate {
                priority: 0,
                key: text.clone(),
                forms: vec![text],
            }
        }
    };
    candidate.key = format!("{} {}", candidate.key, variant.tags.join(" "));
    candidate
}

/// Returns the word for a type in names of variants: `String`, `Pet`, `PetArray`.
fn type_word(ty: &TypeRef, idents: &[RustIdent], depth: usize) -> String {
    if depth > 8 {
        return "Value".to_owned();
    }
    match ty {
        TypeRef::Primitive(primitive) => match primitive {
            Primitive::String => "String",
            Primitive::Bool => "Boolean",
            Primitive::I32 | Primitive::I64 | Primitive::U32 | Primitive::U64 | Primitive::I128 => {
                "Integer"
            }
            Primitive::F32 | Primitive::F64 | Primitive::Number => "Number",
            Primitive::Date => "Date",
            Primitive::DateTime | Primitive::DateTimeRfc2822 | Primitive::HttpDate => "DateTime",
            Primitive::Uuid => "Uuid",
            Primitive::Base64 | Primitive::Base64Url => "Bytes",
            Primitive::Any => "Any",
            Primitive::File | Primitive::Files => "File",
        }
        .to_owned(),
        TypeRef::Named(id) => idents
            .get(id.0)
            .map_or_else(|| "Value".to_owned(), |ident| ident.bare().to_owned()),
        TypeRef::Array(items) => format!("{}Array", type_word(items, idents, depth + 1)),
        TypeRef::Map(values) => format!("{}Map", type_word(values, idents, depth + 1)),
        TypeRef::Nullable(inner) => type_word(inner, idents, depth + 1),
    }
}
