//! Discriminator values of the alternatives of a union.

use std::collections::{HashMap, HashSet, VecDeque};

use indexmap::IndexSet;

use super::Lowering;
use super::schema::SchemaKind;
use super::union::Alternative;
use crate::ir::{Docs, VariantRole};
use crate::normalise::resolved::{Discriminator, SchemaId};

impl Lowering<'_, '_> {
    /// Assigns discriminator values to the alternatives, and returns the path of the discriminator.
    ///
    /// They come from the mapping (OpenAPI 3.0, Discriminator Object), or else from the values that
    /// the alternative allows for its discriminator, or else from its component key. An alternative
    /// that is itself a union has the values of its own alternatives. A value that several
    /// alternatives allow selects all of them, and the client uses the best fit: choosing one would
    /// lose the properties of the others. The mapping of an inherited discriminator also has the other
    /// heirs of the base, which are no alternatives. The alternative that `defaultMapping` names
    /// (OpenAPI 3.2) also has the values with an unknown or missing tag.
    pub(super) fn tag(
        &mut self,
        discriminator: &Discriminator,
        inherited: bool,
        alternatives: &mut Vec<Alternative>,
    ) -> Vec<String> {
        let unlisted = self.tag_by_mapping(discriminator, alternatives);
        if !inherited {
            self.add_unlisted(discriminator, unlisted, alternatives);
        }
        let mut claimed: HashSet<String> = tags(alternatives).collect();
        let mut conflicts = Vec::new();
        let own_tags = self.own_tags_of_all(&discriminator.property, alternatives);
        for (alternative, own) in alternatives.iter_mut().zip(own_tags) {
            let mapped = !alternative.variant.tags.is_empty();
            for tag in own {
                let shared = !claimed.insert(tag.clone());
                if shared && mapped || alternative.variant.tags.contains(&tag) {
                    continue;
                }
                if shared && !conflicts.contains(&tag) {
                    conflicts.push(tag.clone());
                }
                alternative.variant.tags.push(tag);
            }
        }
        if tags(alternatives).next().is_none() {
            let message = "the discriminator doesn't distinguish the alternatives, so the best match is used instead";
            let help = "make each alternative a component, and map a different value to each";
            self.warn(&discriminator.pointer, message, help);
            return Vec::new();
        }
        for tag in conflicts {
            let message = format!(
                "the discriminator value `{tag}` selects several alternatives; the best match among them is used"
            );
            self.warn(
                &discriminator.pointer,
                message,
                "map each value to one schema",
            );
        }
        self.set_default(discriminator, alternatives);
        self.write_tags(discriminator, alternatives);
        vec![discriminator.property.clone()]
    }

    /// Assigns the values of the mapping. Returns those whose schema isn't among the alternatives, and
    /// such a schema of `defaultMapping` without a value.
    fn tag_by_mapping(
        &self,
        discriminator: &Discriminator,
        alternatives: &mut [Alternative],
    ) -> Vec<(Option<String>, SchemaId)> {
        let mut unlisted = Vec::new();
        let mapping = discriminator.mapping.iter();
        let mapping = mapping.map(|(value, target)| (Some(value), target));
        let default = discriminator.default_mapping.iter();
        for (value, target) in mapping.chain(default.map(|target| (None, target))) {
            let target = self.canonical(*target);
            let mut found = false;
            for alternative in alternatives.iter_mut() {
                if self.is_made_from(alternative, target) {
                    alternative.variant.tags.extend(value.cloned());
                    found = true;
                }
            }
            // An heir's heirs are alternatives of the heir.
            let is_deeper = || {
                alternatives
                    .iter()
                    .any(|it| self.descends(target, it.listed))
            };
            if !found && !is_deeper() {
                unlisted.push((value.cloned(), target));
            }
        }
        unlisted
    }

    /// Whether an alternative is a schema, or combines it with others.
    fn is_made_from(&self, alternative: &Alternative, schema: SchemaId) -> bool {
        let parts = self.synthetic_parts(alternative.listed);
        alternative.listed == schema || parts.contains(&schema)
    }

    /// Makes the alternative that `defaultMapping` names the only one for unknown and missing tags.
    fn set_default(&self, discriminator: &Discriminator, alternatives: &mut [Alternative]) {
        let Some(target) = discriminator.default_mapping else {
            return;
        };
        let target = self.canonical(target);
        let is_named = |it: &Alternative| match it.variant.role {
            // The base itself, which none of its heirs is.
            VariantRole::Default => it.listed == target,
            _ => self.is_made_from(it, target) || self.descends(target, it.listed),
        };
        let named: Vec<bool> = alternatives.iter().map(is_named).collect();
        if !named.contains(&true) {
            return;
        }
        for (alternative, is_default) in alternatives.iter_mut().zip(named) {
            let variant = &mut alternative.variant;
            if is_default {
                variant.role = VariantRole::Default;
            } else if variant.role == VariantRole::Default {
                variant.role = VariantRole::Plain;
                variant.docs = Docs::default();
            }
        }
    }

    /// Adds the schemas that the discriminator names and the union doesn't list.
    fn add_unlisted(
        &mut self,
        discriminator: &Discriminator,
        unlisted: Vec<(Option<String>, SchemaId)>,
        alternatives: &mut Vec<Alternative>,
    ) {
        let listed = alternatives.len();
        for (value, target) in unlisted {
            let added = alternatives.iter_mut().skip(listed);
            if let Some(known) = added.into_iter().find(|it| it.listed == target) {
                known.variant.tags.extend(value);
                continue;
            }
            let mapped = match &value {
                Some(value) => format!("maps `{value}` to"),
                None => "has as its default".to_owned(),
            };
            let message = format!(
                "the discriminator {mapped} a schema that isn't an alternative of the union"
            );
            self.warn(
                &discriminator.pointer,
                message,
                "add the schema to the union",
            );
            let ty = self.type_of(target);
            let mut alternative = Alternative::new(target, None, Docs::default(), ty);
            alternative.variant.tags.extend(value);
            alternatives.push(alternative);
        }
    }

    /// Returns the discriminator values of each alternative, apart from those of the mapping.
    fn own_tags_of_all(
        &mut self,
        property: &str,
        alternatives: &[Alternative],
    ) -> Vec<Vec<String>> {
        let mut lists: Vec<Vec<String>> = Vec::new();
        let mut owners: HashMap<String, usize> = HashMap::new();
        for alternative in alternatives {
            let mapped = !alternative.variant.tags.is_empty();
            let own = match alternative.variant.role {
                VariantRole::Default => self.key(alternative.listed).into_iter().collect(),
                _ => self.own_tags(alternative.listed, property, mapped),
            };
            for tag in &own {
                *owners.entry(tag.clone()).or_default() += 1;
            }
            lists.push(own);
        }
        // A base may list the values of all its heirs. Each then belongs to the heir of that name.
        let keys: Vec<Option<String>> = alternatives.iter().map(|it| self.key(it.listed)).collect();
        let named = |tag: &str| keys.iter().flatten().any(|key| same_word(key, tag));
        for (list, key) in lists.iter_mut().zip(&keys) {
            list.retain(|tag| {
                let is_own = key.as_ref().is_some_and(|key| same_word(key, tag));
                is_own || owners.get(tag) == Some(&1) || !named(tag)
            });
        }
        lists
    }

    /// Returns the discriminator values of one alternative. If the mapping names it, only its component
    /// key is added.
    fn own_tags(&mut self, listed: SchemaId, property: &str, mapped: bool) -> Vec<String> {
        let inner = self.inner_tags(listed, property);
        if !inner.is_empty() {
            return inner.into_iter().chain(self.key(listed)).collect();
        }
        match mapped {
            true => self.key(listed).into_iter().collect(),
            false => self.plain_tags(listed, property),
        }
    }

    /// Returns the values that a schema declares for a property, or else its component key.
    fn plain_tags(&mut self, id: SchemaId, property: &str) -> Vec<String> {
        let path = [property.to_owned()];
        let Some(mut declared) = self.values_at(id, &path) else {
            let is_object = self.can_have_properties(id);
            return self.key(id).filter(|_| is_object).into_iter().collect();
        };
        let of_base = self
            .base_of(id)
            .and_then(|base| self.values_at(base, &path));
        if declared.len() > 1 && of_base.as_ref() == Some(&declared) {
            // The heir inherits the list, and says nothing about itself.
            let key = self.key(id);
            declared.retain(|tag| key.as_ref().is_some_and(|key| same_word(key, tag)));
            if declared.is_empty() {
                declared.extend(key);
            }
        }
        declared
    }

    /// Returns the key of a component, which is its discriminator value by default.
    fn key(&self, id: SchemaId) -> Option<String> {
        self.namer.component_key(&self.schema(id).pointer)
    }

    /// Returns the values of the alternatives or heirs of an alternative, and of theirs.
    fn inner_tags(&mut self, id: SchemaId, property: &str) -> Vec<String> {
        let mut tags = IndexSet::new();
        let mut seen = HashSet::new();
        let mut waiting = VecDeque::from([self.canonical(id)]);
        while let Some(id) = waiting.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            let merged = self.merged(id);
            let (inner, discriminator) = match merged.is_base {
                true => (self.heirs.of(id).to_vec(), self.discriminator_of_base(id)),
                false => (
                    merged.alternatives.clone(),
                    merged.schema.discriminator.clone(),
                ),
            };
            let mapping = discriminator.filter(|it| it.property == property);
            let mapping = mapping.map(|it| it.mapping).unwrap_or_default();
            for alternative in inner {
                let alternative = self.canonical(alternative);
                let values = mapping
                    .iter()
                    .filter(|(_, target)| self.canonical(**target) == alternative);
                let values: Vec<String> = values.map(|(value, _)| value.clone()).collect();
                if values.is_empty() {
                    tags.extend(self.plain_tags(alternative, property));
                }
                tags.extend(values);
                waiting.push_back(alternative);
            }
        }
        tags.into_iter().collect()
    }

    /// Whether a schema is an heir of another, or an heir of its heirs.
    fn descends(&self, id: SchemaId, base: SchemaId) -> bool {
        let mut seen = HashSet::from([base]);
        let mut waiting = vec![base];
        while let Some(base) = waiting.pop() {
            for heir in self.heirs.of(base) {
                if *heir == id {
                    return true;
                }
                if seen.insert(*heir) {
                    waiting.push(*heir);
                }
            }
        }
        false
    }

    /// Decides which variants the union writes the discriminator for. Of a schema without the
    /// property, each value becomes a variant, so that none is lost.
    fn write_tags(&mut self, discriminator: &Discriminator, alternatives: &mut Vec<Alternative>) {
        let mut written = Vec::new();
        for mut alternative in alternatives.drain(..) {
            let merged = self.merged(self.canonical(alternative.listed));
            let is_union = self.kind(&merged) == SchemaKind::Union;
            if is_union || alternative.variant.role != VariantRole::Plain {
                written.push(alternative);
                continue;
            }
            let mapped = discriminator.mapping.keys();
            let mapped: Vec<&String> = mapped
                .filter(|value| alternative.variant.tags.contains(*value))
                .collect();
            let declares = merged
                .schema
                .properties
                .contains_key(&discriminator.property);
            let lists = declares && merged.schema.required.contains(&discriminator.property) && {
                let path = [discriminator.property.clone()];
                self.values_at(alternative.listed, &path).is_some()
            };
            let writes = !lists && !alternative.variant.tags.is_empty();
            if writes && !(declares && mapped.len() > 1) {
                alternative.variant.role = VariantRole::WritesTag;
            }
            if declares || mapped.len() < 2 {
                written.push(alternative);
                continue;
            }
            // The first also has the values that aren't in the mapping, such as the component's key.
            let mut others = alternative.variant.tags.clone();
            others.retain(|tag| !mapped.contains(&tag));
            for value in mapped {
                let mut one = alternative.clone();
                one.variant.name = Some(value.clone());
                one.variant.tags = vec![value.clone()];
                one.variant.tags.append(&mut others);
                written.push(one);
            }
        }
        *alternatives = written;
    }

    /// Whether a value of a schema can be an object. Only objects have a discriminator.
    fn can_have_properties(&mut self, id: SchemaId) -> bool {
        let merged = self.merged(id);
        matches!(
            self.kind(&merged),
            SchemaKind::Struct | SchemaKind::Map(_) | SchemaKind::Union | SchemaKind::Any(_)
        )
    }
}

fn tags(alternatives: &[Alternative]) -> impl Iterator<Item = String> {
    alternatives.iter().flat_map(|it| it.variant.tags.clone())
}

/// Whether two names are the same word, however it is written.
fn same_word(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}
