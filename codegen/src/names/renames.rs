//! The names that the options choose.

use std::collections::BTreeMap;

use super::case::{Case, Spelling, identifier};
use super::{Names, RustIdent, is_keyword, name};
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, GroupId, NameSource, OperationId, SchemeId, Shape, TypeId};
use crate::options::NameOptions;
use crate::pagination::Pagination;
use crate::parse::similar::nearest;

/// The names that the options choose, by what they name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    types: BTreeMap<TypeId, Chosen>,
    fields: BTreeMap<(TypeId, usize), Chosen>,
    operations: BTreeMap<OperationId, Chosen>,
    groups: BTreeMap<GroupId, Chosen>,
    schemes: BTreeMap<SchemeId, Chosen>,
}

/// A name that an option chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chosen {
    name: String,
    /// The keys of the option.
    option: [String; 3],
}

impl Chosen {
    /// Returns the option as it is written in a manifest.
    fn place(&self) -> String {
        let [option, kind, key] = &self.option;
        format!("`{option}.{kind}.\"{key}\"`")
    }
}

fn text(chosen: Option<&Chosen>) -> Option<&str> {
    chosen.map(|it| it.name.as_str())
}

impl Renames {
    /// Returns the name of a type.
    pub fn of_type(&self, id: TypeId) -> Option<&str> {
        text(self.types.get(&id))
    }

    /// Returns the name of the field at `index` of a struct.
    pub fn of_field(&self, owner: TypeId, index: usize) -> Option<&str> {
        text(self.fields.get(&(owner, index)))
    }

    /// Returns the name of an operation's method. Those of alternative calls begin with it.
    pub fn of_operation(&self, id: OperationId) -> Option<&str> {
        text(self.operations.get(&id))
    }

    /// Returns the name of a group's method and module.
    pub fn of_group(&self, id: GroupId) -> Option<&str> {
        text(self.groups.get(&id))
    }

    /// Returns the name of the builder's method for the credentials of a scheme.
    pub fn of_scheme(&self, id: SchemeId) -> Option<&str> {
        text(self.schemes.get(&id))
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Finds what the options name. Reports an error for a key that matches nothing, and for a name that isn't
/// written like names of its kind.
pub fn resolve(api: &Api, options: &NameOptions, diagnostics: &mut Diagnostics) -> Renames {
    let mut renames = Renames::default();
    let mut apply = |kind: &'static str,
                     case: Case,
                     entries: &BTreeMap<String, String>,
                     known: Vec<(Vec<String>, Target)>| {
        for (key, name) in entries {
            let keys = ["names", kind, key];
            if let Some(help) = fault(name, case) {
                let message = format!("the name `{name}` for `{key}` in `names.{kind}` is invalid");
                diagnostics.option_error(&keys, message, help);
                continue;
            }
            let chosen = Chosen {
                name: name.clone(),
                option: keys.map(str::to_owned),
            };
            let mut found = false;
            for (_, target) in known.iter().filter(|(keys, _)| keys.contains(key)) {
                found = true;
                renames.insert(*target, chosen.clone());
            }
            if !found {
                let all = known.iter().flat_map(|(keys, _)| keys).map(String::as_str);
                let help = match nearest(key, all) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => expected(kind).to_owned(),
                };
                let message = format!("`names.{kind}` lists `{key}`, which isn't in the document");
                diagnostics.option_error(&keys, message, help);
            }
        }
    };
    apply("models", Case::Camel, &options.models, models(api));
    apply(
        "properties",
        Case::Snake,
        &options.properties,
        properties(api),
    );
    apply(
        "operations",
        Case::Snake,
        &options.operations,
        operations(api),
    );
    apply(
        "credentials",
        Case::Snake,
        &options.credentials,
        credentials(api),
    );
    apply("groups", Case::Snake, &options.groups, groups(api));
    renames
}

/// What a key of the options refers to.
#[derive(Clone, Copy)]
enum Target {
    Type(TypeId),
    Field(TypeId, usize),
    Operation(OperationId),
    Group(GroupId),
    Scheme(SchemeId),
}

impl Renames {
    fn insert(&mut self, target: Target, chosen: Chosen) {
        match target {
            Target::Type(id) => drop(self.types.insert(id, chosen)),
            Target::Field(id, index) => drop(self.fields.insert((id, index), chosen)),
            Target::Operation(id) => drop(self.operations.insert(id, chosen)),
            Target::Group(id) => drop(self.groups.insert(id, chosen)),
            Target::Scheme(id) => drop(self.schemes.insert(id, chosen)),
        }
    }
}

/// Returns how to write a name that isn't written like names of its kind.
fn fault(name: &str, case: Case) -> Option<String> {
    let legal = identifier(name, "name", case, Spelling::Plain);
    if is_keyword(name) {
        Some(format!(
            "`{name}` is a keyword of Rust; choose another name"
        ))
    } else if legal != name {
        Some(format!("write it as `{legal}`"))
    } else {
        None
    }
}

fn expected(kind: &str) -> &'static str {
    match kind {
        "models" => "use the name of a schema in `components`, or the JSON pointer of a schema",
        "properties" => {
            "use `Schema.property`, with the name of a schema in `components`, or a JSON pointer"
        }
        "operations" => "use an `operationId`",
        "credentials" => "use the name of a security scheme in `components`",
        _ => "use a tag; operations without tags are in the group `default`",
    }
}

/// Returns the keys of each type: the name of a component, and the pointer.
fn models(api: &Api) -> Vec<(Vec<String>, Target)> {
    let types = api.types.iter().enumerate();
    types
        .map(|(index, def)| {
            let component = match &def.name {
                NameSource::Component(key) => Some(key.clone()),
                _ => None,
            };
            let keys = component.into_iter().chain([def.pointer.to_string()]);
            (keys.collect(), Target::Type(TypeId(index)))
        })
        .collect()
}

fn properties(api: &Api) -> Vec<(Vec<String>, Target)> {
    let types = api.types.iter().enumerate();
    let structs = types.filter_map(|(index, def)| match &def.shape {
        Shape::Struct(shape) => Some((TypeId(index), def, shape)),
        _ => None,
    });
    structs
        .flat_map(|(id, def, shape)| {
            let fields = shape.fields.iter().enumerate();
            fields.map(move |(index, field)| {
                let named = match &def.name {
                    NameSource::Component(key) => Some(format!("{key}.{}", field.name)),
                    _ => None,
                };
                let keys = named.into_iter().chain([field.pointer.to_string()]);
                (keys.collect(), Target::Field(id, index))
            })
        })
        .collect()
}

fn operations(api: &Api) -> Vec<(Vec<String>, Target)> {
    let operations = api.operations.iter().enumerate();
    operations
        .map(|(index, it)| (vec![it.id.clone()], Target::Operation(OperationId(index))))
        .collect()
}

fn credentials(api: &Api) -> Vec<(Vec<String>, Target)> {
    let schemes = api.schemes.iter().enumerate();
    schemes
        .map(|(index, it)| (vec![it.name.clone()], Target::Scheme(SchemeId(index))))
        .collect()
}

fn groups(api: &Api) -> Vec<(Vec<String>, Target)> {
    let groups = api.groups.iter().enumerate();
    groups
        .map(|(index, group)| {
            let tag = group.tag.clone().unwrap_or_else(|| "default".to_owned());
            (vec![tag], Target::Group(GroupId(index)))
        })
        .collect()
}

/// Reports each name of the options that something else has, with both places.
pub fn check(
    api: &Api,
    pagination: &Pagination,
    renames: &Renames,
    names: &Names,
    diagnostics: &mut Diagnostics,
) {
    if renames.is_empty() {
        return;
    }
    let otherwise = name(api, pagination, &Renames::default());
    let mut scopes: BTreeMap<String, Vec<Named<'_>>> = BTreeMap::new();
    for (scope, named) in all(api, renames, [names, &otherwise]) {
        scopes.entry(scope).or_default().push(named);
    }
    // An operation has two names, so both may be wrong.
    let mut faults = BTreeMap::new();
    for scope in scopes.values() {
        for (index, named) in scope.iter().enumerate() {
            if let Some((chosen, holder)) = named.holder(index, scope) {
                let message = format!("{} is `{}`, {holder}", chosen.place(), named.wanted);
                faults.entry(&chosen.option).or_insert(message);
            }
        }
    }
    for (option, message) in faults {
        let help = "choose another name, or rename the other as well";
        diagnostics.option_error(&option.each_ref().map(String::as_str), message, help);
    }
}

/// Something with a name.
struct Named<'a> {
    place: String,
    /// The name with the options, and without them.
    name: String,
    otherwise: String,
    chosen: Option<&'a Chosen>,
    /// The name that the options choose, in the case of this scope.
    wanted: String,
}

impl<'a> Named<'a> {
    /// Creates the entry of something whose name `of` reads from a table.
    fn new(
        place: &impl ToString,
        chosen: Option<&'a Chosen>,
        case: Case,
        tables: [&Names; 2],
        of: impl Fn(&Names) -> &RustIdent,
    ) -> Self {
        let [name, otherwise] = tables.map(|names| of(names).bare().to_owned());
        let wanted = chosen.map_or_else(String::new, |it| {
            identifier(&it.name, "name", case, Spelling::Plain)
        });
        Self {
            place: place.to_string(),
            name,
            otherwise,
            chosen,
            wanted,
        }
    }

    /// Returns what has the chosen name as well. `index` is that of this entry in its scope.
    fn holder(&self, index: usize, scope: &[Named<'_>]) -> Option<(&'a Chosen, String)> {
        let chosen = self.chosen?;
        let wants = |name: &str| name.eq_ignore_ascii_case(&self.wanted);
        let same = scope[..index]
            .iter()
            .find(|it| it.chosen.is_some() && wants(&it.wanted));
        let displaced = scope
            .iter()
            .find(|it| it.chosen.is_none() && wants(&it.otherwise) && it.name != it.otherwise);
        let holder = match (same.and_then(|it| it.chosen), displaced) {
            (Some(other), _) if other.option == chosen.option => return None,
            (Some(other), _) => format!("which {} chooses as well", other.place()),
            (None, Some(other)) => format!("which is the name of `{}`", other.place),
            (None, None) if self.name != self.wanted => {
                "which the generated code uses for something else".to_owned()
            }
            (None, None) => return None,
        };
        Some((chosen, holder))
    }
}

/// Returns everything that the options can rename, each with its scope. The tables are those with the
/// options, and without them.
fn all<'a>(api: &Api, renames: &'a Renames, tables: [&Names; 2]) -> Vec<(String, Named<'a>)> {
    let mut all = Vec::new();
    for (index, def) in api.types.iter().enumerate() {
        let id = TypeId(index);
        let chosen = renames.types.get(&id);
        let named = Named::new(&def.pointer, chosen, Case::Camel, tables, |it| {
            &it.of(id).ident
        });
        all.push(("models".to_owned(), named));
        if let Shape::Struct(shape) = &def.shape {
            for (field, it) in shape.fields.iter().enumerate() {
                let chosen = renames.fields.get(&(id, field));
                let named = Named::new(&it.pointer, chosen, Case::Snake, tables, |it| {
                    &it.of(id).members[field]
                });
                all.push((format!("fields of {index}"), named));
            }
        }
    }
    for (index, it) in api.operations.iter().enumerate() {
        let id = OperationId(index);
        // The name of an alternative call is longer.
        let chosen = renames.operations.get(&id);
        let chosen = chosen.filter(|_| it.alternative.is_none());
        let method = Named::new(&it.pointer, chosen, Case::Snake, tables, |it| {
            &it.operation(id).method
        });
        let call = Named::new(&it.pointer, chosen, Case::Camel, tables, |it| {
            &it.operation(id).call
        });
        all.push((format!("methods of {}", it.group.0), method));
        all.push(("calls".to_owned(), call));
    }
    for (index, group) in api.groups.iter().enumerate() {
        let id = GroupId(index);
        let chosen = renames.groups.get(&id);
        let named = Named::new(&group.pointer, chosen, Case::Snake, tables, |it| {
            &it.group(id).accessor
        });
        all.push(("groups".to_owned(), named));
    }
    for (index, scheme) in api.schemes.iter().enumerate() {
        let id = SchemeId(index);
        let place = format!("the security scheme {}", scheme.name);
        let chosen = renames.schemes.get(&id);
        let named = Named::new(&place, chosen, Case::Snake, tables, |it| it.scheme(id));
        all.push(("builder".to_owned(), named));
    }
    for (index, variable) in api.server_variables.iter().enumerate() {
        let place = format!("the server variable {}", variable.name);
        let named = Named::new(&place, None, Case::Snake, tables, |it| it.variable(index));
        all.push(("builder".to_owned(), named));
    }
    all
}
