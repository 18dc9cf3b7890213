//! From schemas and operations to the shapes that Rust gives them.
//!
//! Every component schema becomes a type, whether an operation reaches it or not (unless the
//! options select operations); a schema that
//! is spelled out inside another becomes one only if it has members, values or alternatives of
//! its own. Types wait in a queue until their turn comes, so that no chain of schemas, however
//! long, makes the stack grow; what nests without a type between (arrays of arrays) is bounded.
//!
//! A type is named after the place of its schema alone, never after the way that led there: a
//! schema that is added or moved changes the name of no other.

mod aliases;
mod all_of;
mod alternatives;
mod annotations;
mod bodies;
mod combine;
mod enums;
mod forms;
mod headers;
mod media;
mod naming;
mod operations;
mod path;
mod predicates;
mod references;
mod schema;
mod security;
mod union;

#[cfg(test)]
pub(crate) mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use indexmap::IndexSet;

use crate::diagnostic::{Diagnostics, Stage};
use crate::fallback::{Fallback, FallbackReason};
use crate::ir::{Api, NameSource, Primitive, Shape, TypeDef, TypeId, TypeRef};
use crate::normalise::resolved::{Resolved, Schema, SchemaId};
use crate::pointer::Pointer;

use all_of::MergedSchema;
use naming::SchemaNamer;

/// How many schemas may nest with no named type between them.
const MAX_DEPTH: usize = 64;

/// How many schemas may be made of others: far more than any real document needs.
const MAX_SYNTHETIC: usize = 10_000;

/// Decides which Rust shape each part of the document takes.
///
/// What can't be expressed is simplified, with a warning or an entry of [`Api::fallbacks`].
/// `None` only if no client at all can be made, which has then been said as an error.
pub fn lower(resolved: &Resolved, diagnostics: &mut Diagnostics) -> Option<Api> {
    let mut lowering = Lowering::new(resolved, diagnostics);
    lowering.components();
    for body in &resolved.webhooks {
        lowering.type_of(*body);
    }
    lowering
        .fallbacks
        .extend(resolved.simplified.iter().cloned());
    let schemes = security::schemes(resolved);
    let (groups, operations) = lowering.operations(&schemes);
    lowering.finish_types();
    lowering.break_alias_cycles();
    lowering.warn_of_ambiguous_unions();
    let Lowering {
        types, fallbacks, ..
    } = lowering;
    let servers: Vec<_> = resolved.servers.iter().map(security::server).collect();
    Some(Api {
        server_variables: security::variables(&servers, &operations),
        title: resolved.info.title.clone(),
        version: resolved.info.version.clone(),
        description: resolved.info.description.clone(),
        servers,
        schemes,
        groups,
        headers: headers::headers(&operations),
        operations,
        types,
        fallbacks: fallbacks.into_iter().collect(),
    })
}

/// A lowering under way.
struct Lowering<'a, 'd> {
    resolved: &'a Resolved,
    diagnostics: &'d mut Diagnostics,
    /// Names the types of schemas.
    namer: SchemaNamer<'a>,
    /// Types found so far; those in `queue` have no shape yet.
    types: Vec<TypeDef>,
    /// Types whose shape is still to be found.
    queue: VecDeque<(SchemaId, TypeId)>,
    /// What each schema became, so that it becomes a type at most once.
    uses: HashMap<SchemaId, TypeRef>,
    /// Schemas whose type is being looked for, outermost first.
    open: Vec<SchemaId>,
    /// Schemas with their `allOf` merged in.
    merged_schemas: HashMap<SchemaId, Rc<MergedSchema<'a>>>,
    /// Schemas whose `allOf` is being merged, outermost first.
    merging: Vec<SchemaId>,
    /// Whether null is a value of a schema, as far as that has been asked.
    nullable: HashMap<SchemaId, bool>,
    /// The values that a schema allows a discriminator, as far as that has been asked.
    tag_values: HashMap<(SchemaId, String), Vec<String>>,
    /// Schemas that the document implies but doesn't spell out; their ids follow the document's.
    synthetic: Vec<Synthetic>,
    /// Synthetic schemas by what they are made of.
    synthetic_ids: HashMap<Vec<SchemaId>, SchemaId>,
    /// Fallbacks noted so far, each once.
    fallbacks: IndexSet<Fallback>,
    /// Warnings given so far: a schema can be reached in several ways.
    warned: HashSet<(Pointer, String)>,
}

/// A schema made of others, such as the `allOf` of two definitions of one property.
struct Synthetic {
    schema: Schema,
    name: NameSource,
}

impl<'a, 'd> Lowering<'a, 'd> {
    fn new(resolved: &'a Resolved, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            resolved,
            diagnostics,
            namer: SchemaNamer::new(resolved),
            types: Vec::new(),
            queue: VecDeque::new(),
            uses: HashMap::new(),
            open: Vec::new(),
            merged_schemas: HashMap::new(),
            merging: Vec::new(),
            nullable: HashMap::new(),
            tag_values: HashMap::new(),
            synthetic: Vec::new(),
            synthetic_ids: HashMap::new(),
            fallbacks: IndexSet::new(),
            warned: HashSet::new(),
        }
    }

    /// Gives every component schema its type, so that any schema can refer to it from now on.
    fn components(&mut self) {
        let mut aliases = Vec::new();
        for (pointer, id) in &self.resolved.components {
            let Some(key) = self.namer.component_key(pointer) else {
                continue;
            };
            let target = &self.resolved.schemas.get(*id).pointer;
            if target != pointer && self.namer.component_key(target).as_ref() == Some(&key) {
                // It stands in another file, and has its name from here.
                continue;
            }
            let name = NameSource::Component(key);
            if target == pointer {
                let type_id = self.reserve(pointer.clone(), name);
                self.uses.insert(*id, TypeRef::Named(type_id));
                self.namer.add_component(pointer, type_id);
                self.queue.push_back((*id, type_id));
            } else {
                // The component is nothing but a reference to another place.
                let type_id = self.reserve(pointer.clone(), name);
                self.namer.add_component(pointer, type_id);
                aliases.push((type_id, *id));
            }
        }
        for (type_id, target) in aliases {
            let ty = self.type_of(target);
            self.define(type_id, Shape::Alias(ty));
        }
    }

    /// Finds the shapes of all types that wait for one, and of those found on the way.
    fn finish_types(&mut self) {
        while let Some((schema, type_id)) = self.queue.pop_front() {
            self.finish_type(schema, type_id);
        }
    }

    /// A new type whose shape follows later.
    fn reserve(&mut self, pointer: Pointer, name: NameSource) -> TypeId {
        let id = TypeId(self.types.len());
        self.types.push(TypeDef {
            pointer,
            name,
            docs: Default::default(),
            deprecated: false,
            shape: Shape::Alias(TypeRef::Primitive(Primitive::Any)),
            example: None,
        });
        id
    }

    fn define(&mut self, id: TypeId, shape: Shape) {
        if let Some(def) = self.types.get_mut(id.0) {
            def.shape = shape;
        }
    }

    /// A schema of the document or a synthetic one.
    fn schema(&self, id: SchemaId) -> Cow<'a, Schema> {
        let resolved: &'a Resolved = self.resolved;
        match id.0.checked_sub(resolved.schemas.nodes.len()) {
            None => Cow::Borrowed(resolved.schemas.get(id)),
            Some(index) => match self.synthetic.get(index) {
                Some(synthetic) => Cow::Owned(synthetic.schema.clone()),
                None => Cow::Owned(Schema::default()),
            },
        }
    }

    /// What the type of a schema is to be named after.
    fn name_of(&self, id: SchemaId) -> NameSource {
        match id
            .0
            .checked_sub(self.resolved.schemas.nodes.len())
            .and_then(|index| self.synthetic.get(index))
        {
            Some(synthetic) => synthetic.name.clone(),
            None => self.namer.name(id),
        }
    }

    /// The schema that must fulfil all of `parts` and says `about` itself; `None` once there are
    /// absurdly many.
    fn synthesise(
        &mut self,
        parts: Vec<SchemaId>,
        about: Schema,
        name: NameSource,
    ) -> Option<SchemaId> {
        // What is made of something made is made of its parts: so every combination is met once.
        let mut leaves: Vec<SchemaId> = Vec::new();
        for part in parts {
            match self.synthetic_parts(part) {
                [] => leaves.push(part),
                inner => leaves.extend(inner),
            }
        }
        let mut seen = HashSet::new();
        leaves.retain(|leaf| seen.insert(*leaf));
        let parts = leaves;
        if let Some(id) = self.synthetic_ids.get(&parts) {
            return Some(*id);
        }
        let schema = Schema {
            all_of: parts.clone(),
            ..about
        };
        let id = self.add_synthetic(schema, name)?;
        self.synthetic_ids.insert(parts, id);
        Some(id)
    }

    /// What a synthetic schema is made of; nothing for one of the document.
    fn synthetic_parts(&self, id: SchemaId) -> &[SchemaId] {
        let index = id.0.checked_sub(self.resolved.schemas.nodes.len());
        index
            .and_then(|index| self.synthetic.get(index))
            .map_or(&[], |it| &it.schema.all_of)
    }

    fn add_synthetic(&mut self, schema: Schema, name: NameSource) -> Option<SchemaId> {
        let steps = match &name {
            NameSource::Component(_) => 0,
            NameSource::Within(_, steps)
            | NameSource::Operation(_, steps)
            | NameSource::Place(steps) => steps.len(),
        };
        if self.synthetic.len() >= MAX_SYNTHETIC || steps > MAX_DEPTH {
            return None;
        }
        let id = SchemaId(self.resolved.schemas.nodes.len() + self.synthetic.len());
        self.synthetic.push(Synthetic { schema, name });
        Some(id)
    }

    /// Notes that a value stayed untyped or was simplified.
    fn fall_back(&mut self, pointer: &Pointer, reason: FallbackReason) {
        self.fallbacks.insert(Fallback {
            pointer: pointer.clone(),
            reason,
        });
    }

    /// Gives a warning, once for each place.
    fn warn(&mut self, pointer: &Pointer, message: impl Into<String>, help: impl Into<String>) {
        let message = message.into();
        if self.warned.insert((pointer.clone(), message.clone())) {
            self.diagnostics
                .warning(Stage::Lower, pointer, message, help);
        }
    }
}
