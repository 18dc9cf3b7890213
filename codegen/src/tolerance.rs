//! Members that an answer may lack although the document requires them: what the option
//! `tolerate-missing` names.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostics, Stage};
use crate::facts::Facts;
use crate::ir::{Api, Shape, TypeId};
use crate::names::Names;
use crate::options::Options;
use crate::parse::similar::nearest;
use crate::pointer::Pointer;

/// Required members whose absence, or null, is no error in an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    members: BTreeSet<(TypeId, usize)>,
}

impl Tolerance {
    /// Whether the member at `index` of `owner` is one of them.
    pub fn covers(&self, owner: TypeId, index: usize) -> bool {
        self.members.contains(&(owner, index))
    }
}

/// A required member of a model that answers have.
struct Member<'a> {
    place: (TypeId, usize),
    model: &'a str,
    name: &'a str,
}

/// Finds the members that the options name. An entry that names none is a slip, and an error.
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
    let required = required_of_answers(api, facts, names);
    for entry in &options.tolerate_missing {
        let fitting = required.iter().filter(|member| fits(entry, member));
        let places: Vec<_> = fitting.map(|member| member.place).collect();
        if places.is_empty() {
            diagnostics.error(
                Stage::Options,
                &Pointer::root(),
                format!("`tolerate-missing` names `{entry}`, which no answer requires"),
                help(entry, &required),
            );
        }
        tolerance.members.extend(places);
    }
    tolerance
}

fn required_of_answers<'a>(api: &'a Api, facts: &Facts, names: &'a Names) -> Vec<Member<'a>> {
    let answered = (0..api.types.len())
        .map(TypeId)
        .filter(|id| facts.of(*id).in_response);
    let structs = answered.filter_map(|id| match &api.types[id.0].shape {
        Shape::Struct(shape) => Some((id, shape)),
        Shape::StringEnum(_)
        | Shape::IntegerEnum(_)
        | Shape::NumberEnum(_)
        | Shape::Union(_)
        | Shape::Alias(_) => None,
    });
    let members = structs.flat_map(|(id, shape)| {
        let fields = shape.fields.iter().enumerate();
        let required = fields.filter(|(_, field)| field.required && !field.write_only);
        required.map(move |(index, field)| Member {
            place: (id, index),
            model: names.of(id).ident.bare(),
            name: &field.name,
        })
    });
    members.collect()
}

/// Whether an entry names a member: by the model's name in the client, a full stop and the member's
/// name on the wire. The name of a model has no full stop, that of a member may.
fn fits(entry: &str, member: &Member<'_>) -> bool {
    // Other names than paths: a star also stands for a slash.
    let matches = |pattern: &str, name| crate::select::matches(&pattern.replace('*', "**"), name);
    match entry.split_once('.') {
        Some((model, name)) => matches(model, member.model) && matches(name, member.name),
        None => matches(entry, member.model),
    }
}

fn help(entry: &str, required: &[Member<'_>]) -> String {
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
            "an entry is a model of the client, or `Model.member` with the member's name in JSON; \
                 `*` stands for any text"
                .to_owned()
        }
    }
}
