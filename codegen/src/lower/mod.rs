//! Chooses the Rust shapes of schemas and operations.
//!
//! Every component schema becomes a type, whether an operation reaches it or not, unless the
//! options select operations. An inline schema becomes a type only if it is an object with
//! properties, an enumeration or a union.
//!
//! Types wait in a queue until their shape is chosen, so a long chain of schemas doesn't grow the
//! stack. Nesting without a named type, such as arrays of arrays, is bounded.
//!
//! A type is named after the place of its schema, never after the path that reached it. So adding
//! or moving a schema renames no other.

mod aliases;
mod all_of;
mod alternatives;
mod annotations;
mod bodies;
mod combine;
mod combined;
mod discriminators;
mod enum_texts;
mod enums;
mod forms;
mod headers;
mod inferred_types;
mod inheritance;
mod media;
mod naming;
mod operations;
mod parts;
mod path;
mod predicates;
mod products;
mod references;
mod scalar_unions;
mod schema;
mod security;
mod sequences;
mod shared_enums;
mod tag_constants;
mod tags;
mod union;
mod union_cycles;
mod webhooks;

#[cfg(test)]
pub(crate) mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use indexmap::IndexSet;

use crate::diagnostic::{Diagnostics, Stage};
use crate::fallback::{Fallback, FallbackReason};
use crate::ir::{Api, NameSource, Primitive, Shape, TypeDef, TypeId, TypeRef};
use crate::normalise::heirs::Heirs;
use crate::normalise::resolved::{Resolved, Schema, SchemaId};
use crate::pointer::Pointer;

pub(crate) use inferred_types::implied_type;
pub(crate) use schema::string as string_type;

use all_of::MergedSchema;
use naming::SchemaNamer;

/// How many schemas may nest without a named type between them.
const MAX_DEPTH: usize = 64;

/// How many schemas may be combined from others. Real documents need far fewer.
const MAX_SYNTHETIC: usize = 10_000;

/// Chooses the Rust shape of each part of the document.
///
/// What can't be expressed is simplified, with a warning or an entry in [`Api::fallbacks`]. Returns
/// `None` after reporting an error if no client can be generated.
pub fn lower(resolved: &Resolved, diagnostics: &mut Diagnostics) -> Option<Api> {
    let mut lowering = Lowering::new(resolved, diagnostics);
    lowering.find_heirs();
    lowering.find_union_cycles();
    lowering.components();
    let webhooks = lowering.webhooks();
    lowering
        .fallbacks
        .extend(resolved.simplified.iter().cloned());
    let schemes = security::schemes(resolved);
    lowering.warn_of_computed_credentials(&schemes);
    let (groups, operations) = lowering.operations(&schemes);
    lowering.finish_types();
    lowering.set_tag_constants(&webhooks);
    lowering.share_enumerations();
    lowering.break_alias_cycles();
    lowering.warn_of_ambiguous_unions(&webhooks);
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
        webhooks,
        fallbacks: fallbacks.into_iter().collect(),
    })
}

/// The state of the stage.
struct Lowering<'a, 'd> {
    resolved: &'a Resolved,
    diagnostics: &'d mut Diagnostics,
    /// Names the types of schemas.
    namer: SchemaNamer<'a>,
    /// The types so far. Those in `queue` have no shape yet.
    types: Vec<TypeDef>,
    /// Types that wait for their shape.
    queue: VecDeque<(SchemaId, TypeId)>,
    /// The type of each schema, so that a schema becomes at most one type.
    uses: HashMap<SchemaId, TypeRef>,
    /// Schemas whose type is being chosen, outermost first.
    open: Vec<SchemaId>,
    /// Schemas with their `allOf` merged in.
    merged_schemas: HashMap<SchemaId, Rc<MergedSchema<'a>>>,
    /// Schemas whose `allOf` is being merged, outermost first.
    merging: Vec<SchemaId>,
    /// Whether null is a value of a schema, as far as known.
    nullable: HashMap<SchemaId, bool>,
    /// The types that the options put in place of formats.
    formats: HashMap<String, TypeId>,
    heirs: Heirs,
    /// The number of the cycle of unions that each schema of the document may be part of.
    union_cycles: Vec<usize>,
    /// Schemas that the document implies but doesn't contain. Their ids follow the document's.
    synthetic: Vec<Synthetic>,
    /// Synthetic schemas by the schemas that they combine.
    synthetic_ids: HashMap<Vec<SchemaId>, SchemaId>,
    /// The type of the data of each event, by the schema of the event.
    event_data: HashMap<SchemaId, TypeRef>,
    /// Fallbacks noted so far, each once.
    fallbacks: IndexSet<Fallback>,
    /// Warnings given so far: a schema can be reached in several ways.
    warned: HashSet<(Pointer, String)>,
}

/// A schema combined from others, such as two declarations of one property.
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
            formats: HashMap::new(),
            heirs: Heirs::default(),
            union_cycles: Vec::new(),
            synthetic: Vec::new(),
            synthetic_ids: HashMap::new(),
            event_data: HashMap::new(),
            fallbacks: IndexSet::new(),
            warned: HashSet::new(),
        }
    }

    /// Reserves the types of all component schemas, so that any schema can refer to them.
    fn components(&mut self) {
        let mut aliases = Vec::new();
        for (pointer, id) in &self.resolved.components {
            let Some(key) = self.namer.component_key(pointer) else {
                continue;
            };
            let target = &self.resolved.schemas.get(*id).pointer;
            if target != pointer && self.namer.component_key(target).as_ref() == Some(&key) {
                // The schema is in another file, and its component is named after this key.
                continue;
            }
            let name = NameSource::Component(key);
            if target == pointer {
                let type_id = self.reserve(pointer.clone(), name);
                self.uses.insert(*id, TypeRef::Named(type_id));
                self.namer.add_component(pointer, type_id);
                self.queue.push_back((*id, type_id));
            } else {
                // The component only refers to another place.
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

    /// Chooses the shapes of all waiting types, and of those added meanwhile.
    fn finish_types(&mut self) {
        while let Some((schema, type_id)) = self.queue.pop_front() {
            self.finish_type(schema, type_id);
        }
    }

    /// Adds a type whose shape follows later.
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

    /// Returns a schema of the document or a synthetic one.
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

    /// Returns the type that is defined for a schema, if it has one of its own.
    fn reserved_type(&self, id: SchemaId) -> Option<TypeId> {
        match self.uses.get(&id) {
            Some(TypeRef::Named(id)) => Some(*id),
            _ => None,
        }
    }

    /// Returns what the type of a schema is named after.
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

    /// Returns the schema that requires all of `parts` and is annotated with `about`; `None` if
    /// there are too many synthetic schemas.
    fn synthesise(
        &mut self,
        parts: Vec<SchemaId>,
        about: Schema,
        name: NameSource,
    ) -> Option<SchemaId> {
        // A combination of combinations consists of the same parts, so each is made once.
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

    /// Returns the parts of a synthetic schema; none for a schema of the document.
    fn synthetic_parts(&self, id: SchemaId) -> &[SchemaId] {
        let index = id.0.checked_sub(self.resolved.schemas.nodes.len());
        index
            .and_then(|index| self.synthetic.get(index))
            .map_or(&[], |it| &it.schema.all_of)
    }

    fn add_synthetic(&mut self, schema: Schema, name: NameSource) -> Option<SchemaId> {
        let steps = match &name {
            NameSource::Component(_) | NameSource::Webhooks => 0,
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
