//! Required properties that a response may lack: those that the option `tolerate-missing` names.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostics;
use crate::facts::Facts;
use crate::ir::{Api, Shape, TypeId};
use crate::names::Names;
use crate::options::Options;
use crate::parse::similar::nearest;
use crate::pattern;

/// Required properties that may be missing or null in a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    properties: BTreeSet<(TypeId, usize)>,
}

impl Tolerance {
    /// Returns whether the property at `index` of `owner` may be missing.
    pub fn covers(&self, owner: TypeId, index: usize) -> bool {
        self.properties.contains(&(owner, index))
    }
}

/// A required property of a model that responses contain.
struct RequiredProperty<'a> {
    id: (TypeId, usize),
    model: &'a str,
    name: &'a str,
}

/// Finds the properties that the options name. Reports an error for an entry that names none.
pub fn resolve(
    api: &Api,
    facts: &Facts,
    names: &Names,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Tolerance {
    let mut tolerance = Tolerance::default();
    if options.tolerate_missing.is_empty() {
        return tolerance;
    }
    let required = required_in_responses(api, facts, names);
    for (index, entry) in options.tolerate_missing.iter().enumerate() {
        let matching = required.iter().filter(|property| matches(entry, property));
        let ids: Vec<_> = matching.map(|property| property.id).collect();
        if ids.is_empty() {
            diagnostics.option_error(
                &["tolerate-missing", &index.to_string()],
                format!("`tolerate-missing` lists `{entry}`, but no response requires it"),
                help(entry, &required),
            );
        }
        tolerance.properties.extend(ids);
    }
    tolerance
}

fn required_in_responses<'a>(
    api: &'a Api,
    facts: &Facts,
    names: &'a Names,
) -> Vec<RequiredProperty<'a>> {
    let in_responses = (0..api.types.len())
        .map(TypeId)
        .filter(|id| facts.of(*id).in_response);
    let structs = in_responses.filter_map(|id| match &api.types[id.0].shape {
        Shape::Struct(shape) => Some((id, shape)),
        Shape::StringEnum(_)
        | Shape::IntegerEnum(_)
        | Shape::NumberEnum(_)
        | Shape::Union(_)
        | Shape::Collection(_)
        | Shape::Alias(_)
        | Shape::Custom(_) => None,
    });
    let properties = structs.flat_map(|(id, shape)| {
        let fields = shape.fields.iter().enumerate();
        let required = fields.filter(|(_, field)| field.required && !field.write_only);
        required.map(move |(index, field)| RequiredProperty {
            id: (id, index),
            model: names.of(id).ident.bare(),
            name: &field.name,
        })
    });
    properties.collect()
}

/// Whether an entry names a property: by the model's name in the client, a full stop and the
/// property's name in JSON. The name of a property may contain a full stop, the name of a model
/// can't.
fn matches(entry: &str, property: &RequiredProperty<'_>) -> bool {
    // These names aren't paths: a star also matches a slash.
    let matches = |pattern: &str, name| pattern::matches(&pattern.replace('*', "**"), name);
    match entry.split_once('.') {
        Some((model, name)) => matches(model, property.model) && matches(name, property.name),
        None => matches(entry, property.model),
    }
}

fn help(entry: &str, required: &[RequiredProperty<'_>]) -> String {
    let whole: Vec<String> = required
        .iter()
        .map(|it| format!("{}.{}", it.model, it.name))
        .collect();
    let models = required.iter().map(|it| it.model);
    let near = match entry.contains('.') {
        true => nearest(entry, whole.iter().map(String::as_str)),
        false => nearest(entry, models),
    };
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "use `Model` or `Model.property`, with the property's name in JSON; `*` matches any text"
                .to_owned()
        }
    }
}
