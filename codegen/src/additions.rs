//! The derives and attributes that the options add to models.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyse::{Trait, implementing};
use crate::diagnostic::Diagnostics;
use crate::facts::Facts;
use crate::ir::{Api, Shape, TypeId};
use crate::names::Names;
use crate::options::{DerivePath, Options};
use crate::parse::similar::nearest;
use crate::pattern;

/// The derives and attributes of each model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Additions {
    derives: BTreeMap<TypeId, Vec<String>>,
    attributes: BTreeMap<TypeId, Vec<String>>,
    fields: BTreeMap<(TypeId, usize), Vec<String>>,
}

impl Additions {
    /// Returns the paths of the derive macros that a type has as well.
    pub fn derives(&self, id: TypeId) -> &[String] {
        self.derives.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Returns the attributes that a type has as well.
    pub fn attributes(&self, id: TypeId) -> &[String] {
        self.attributes.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Returns the attributes of the field at `index` of a struct.
    pub fn field_attributes(&self, owner: TypeId, index: usize) -> &[String] {
        self.fields.get(&(owner, index)).map_or(&[], Vec::as_slice)
    }
}

/// Finds the models that the options name. Reports an error for an entry that names none, and for a
/// derive that a model can't have.
pub fn resolve(
    api: &Api,
    facts: &Facts,
    names: &Names,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Additions {
    let mut resolver = Resolver {
        api,
        facts,
        names,
        options,
        diagnostics,
        additions: Additions::default(),
    };
    for (pattern, paths) in &options.derive {
        resolver.derive(pattern, paths);
    }
    for pattern in options.attributes.keys() {
        resolver.attribute(pattern);
    }
    resolver.additions
}

struct Resolver<'a> {
    api: &'a Api,
    facts: &'a Facts,
    names: &'a Names,
    options: &'a Options,
    diagnostics: &'a mut Diagnostics,
    additions: Additions,
}

impl Resolver<'_> {
    /// Returns the models that a pattern names. Aliases have neither derives nor attributes.
    fn models(&self, pattern: &str) -> Vec<TypeId> {
        self.types()
            .filter(|id| !self.is_alias(*id) && matches(pattern, self.name(*id)))
            .collect()
    }

    fn types(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.api.types.len()).map(TypeId)
    }

    fn is_alias(&self, id: TypeId) -> bool {
        matches!(
            self.api.types[id.0].shape,
            Shape::Alias(_) | Shape::Custom(_)
        )
    }

    fn name(&self, id: TypeId) -> &str {
        self.names.of(id).ident.bare()
    }

    fn derive(&mut self, pattern: &str, paths: &[DerivePath]) {
        let models = self.models(pattern);
        if models.is_empty() {
            self.refuse_pattern("derive", pattern);
            return;
        }
        for (index, path) in paths.iter().enumerate() {
            if let Some(name) = path.foreign_crate() {
                let keys = ["derive", pattern, &index.to_string()];
                require_dependency(self.options, name, &keys, path.as_str(), self.diagnostics);
            }
            match path.std_trait() {
                None => self.add_derive(&models, path.as_str()),
                Some(name) => {
                    // Every model has the others already.
                    if let Some(which) = Trait::named(name) {
                        self.derive_trait(pattern, index, &models, which);
                    }
                }
            }
        }
    }

    fn derive_trait(&mut self, pattern: &str, index: usize, models: &[TypeId], which: Trait) {
        let can = implementing(self.api, self.facts, self.options.dates, which);
        let (able, unable): (Vec<TypeId>, Vec<TypeId>) = models.iter().partition(|id| can[id.0]);
        let trait_name = which.name();
        if let (Some(first), true) = (unable.first(), able.is_empty() || !pattern.contains('*')) {
            let message = match pattern.contains('*') {
                true => format!(
                    "`derive` lists `{trait_name}` for `{pattern}`, but no matching model can implement it"
                ),
                false => format!(
                    "`derive` lists `{trait_name}` for `{}`, which can't implement it",
                    self.name(*first)
                ),
            };
            let help = format!(
                "only a model without {} can implement `{trait_name}`; under a name with `*`, it applies to \
                 the models that can",
                which.obstacles()
            );
            let keys = ["derive", pattern, &index.to_string()];
            self.diagnostics.option_error(&keys, message, help);
        }
        for which in which.supertraits().iter().chain([&which]) {
            self.add_derive(&able, which.name());
        }
    }

    fn add_derive(&mut self, models: &[TypeId], path: &str) {
        for id in models {
            let derives = self.additions.derives.entry(*id).or_default();
            if !derives.iter().any(|it| it == path) {
                derives.push(path.to_owned());
            }
        }
    }

    fn attribute(&mut self, pattern: &str) {
        let attributes = &self.options.attributes[pattern];
        let texts: Vec<String> = attributes.iter().map(|it| it.as_str().to_owned()).collect();
        let Some((model, property)) = pattern.split_once('.') else {
            let models = self.models(pattern);
            if models.is_empty() {
                self.refuse_pattern("attributes", pattern);
            }
            for id in models {
                let generated = is_non_exhaustive(&self.api.types[id.0].shape);
                let own = attributes.iter().zip(&texts);
                let own = own.filter(|(it, _)| !(generated && it.name() == "non_exhaustive"));
                let added = own.map(|(_, text)| text.clone());
                self.additions
                    .attributes
                    .entry(id)
                    .or_default()
                    .extend(added);
            }
            return;
        };
        let mut found = false;
        for id in self.models(model) {
            if let Shape::Struct(shape) = &self.api.types[id.0].shape {
                for (index, _) in shape
                    .fields
                    .iter()
                    .enumerate()
                    .filter(|(_, field)| matches(property, &field.name))
                {
                    found = true;
                    let list = self.additions.fields.entry((id, index)).or_default();
                    list.extend(texts.iter().cloned());
                }
            }
        }
        if !found {
            self.refuse_pattern("attributes", pattern);
        }
    }

    fn refuse_pattern(&mut self, option: &str, pattern: &str) {
        let names: BTreeSet<String> = self
            .types()
            .filter(|id| !self.is_alias(*id))
            .flat_map(|id| {
                let model = self.name(id);
                let fields = match &self.api.types[id.0].shape {
                    Shape::Struct(shape) if pattern.contains('.') => shape.fields.as_slice(),
                    _ => &[],
                };
                let fields = fields.iter().map(|field| format!("{model}.{}", field.name));
                fields.chain([model.to_owned()]).collect::<Vec<_>>()
            })
            .collect();
        let is_alias = self
            .types()
            .any(|id| self.is_alias(id) && self.name(id) == pattern);
        let help = match nearest(pattern, names.iter().map(String::as_str)) {
            _ if is_alias => format!("`{pattern}` is an alias; use the name of the aliased type"),
            Some(near) => format!("did you mean `{near}`?"),
            None if option == "attributes" => {
                "use `Model` or `Model.property`, with the property's name in JSON; `*` matches any text"
                    .to_owned()
            }
            None => "use the name of a model in the client; `*` matches any text".to_owned(),
        };
        let message = format!("`{option}` lists `{pattern}`, but no model of the client matches");
        self.diagnostics
            .option_error(&[option, pattern], message, help);
    }
}

/// Reports an error if the options don't declare the crate that a path begins with.
pub(crate) fn require_dependency(
    options: &Options,
    name: &str,
    keys: &[&str],
    path: &str,
    diagnostics: &mut Diagnostics,
) {
    let is_declared = |it: &String| it.replace('-', "_") == name;
    if !options.dependencies.keys().any(is_declared) {
        diagnostics.option_error(
            keys,
            format!("`{path}` is in the crate `{name}`, which isn't in `dependencies`"),
            format!("add the crate, such as `dependencies = {{ {name} = \"1\" }}`"),
        );
    }
}

/// Returns whether a generated type has the attribute already.
fn is_non_exhaustive(shape: &Shape) -> bool {
    match shape {
        Shape::Struct(_) | Shape::StringEnum(_) | Shape::IntegerEnum(_) | Shape::Union(_) => true,
        Shape::NumberEnum(_) | Shape::Collection(_) | Shape::Alias(_) | Shape::Custom(_) => false,
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    // These names aren't paths: a star also matches a slash.
    pattern::matches(&pattern.replace('*', "**"), name)
}
