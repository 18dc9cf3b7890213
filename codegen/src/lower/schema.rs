//! Chooses the type of a schema.

use std::collections::HashSet;

use serde_json::Value;

use super::all_of::MergedSchema;
use super::inferred_types::implied_type;
use super::predicates::is_null;
use super::{Lowering, MAX_DEPTH};
use crate::fallback::FallbackReason;
use crate::ir::{
    Additional, Field, NameSource, PatternMap, Primitive, Shape, Struct, TypeId, TypeRef,
};
use crate::name_pattern::NamePattern;
use crate::normalise::resolved::{
    AdditionalProperties, Replacement, Schema, SchemaId, SchemaType, is_integer_format,
};
use crate::pointer::Pointer;

/// The type of a schema, and whether null is a value of it.
pub(super) struct TypeUse {
    pub(super) ty: TypeRef,
    pub(super) nullable: bool,
}

impl TypeUse {
    /// Returns a type that includes null.
    pub(super) fn into_type(self) -> TypeRef {
        match (self.nullable, self.ty) {
            (true, TypeRef::Primitive(Primitive::Any)) => TypeRef::Primitive(Primitive::Any),
            (true, ty) => TypeRef::Nullable(Box::new(ty)),
            (false, ty) => ty,
        }
    }
}

/// The kind of type that a schema without references becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SchemaKind {
    StringEnum,
    IntegerEnum,
    NumberEnum,
    Union,
    Struct,
    /// A map with the schema of its values, if there is one.
    Map(Option<SchemaId>),
    /// An array with the schema of its items, if there is one.
    Array(Option<SchemaId>),
    Primitive(Primitive),
    /// Any value, with the reason.
    Any(FallbackReason),
}

impl SchemaKind {
    /// Whether such a schema needs a type of its own, wherever it is used.
    pub(super) fn is_model(self) -> bool {
        matches!(
            self,
            SchemaKind::StringEnum
                | SchemaKind::IntegerEnum
                | SchemaKind::NumberEnum
                | SchemaKind::Union
                | SchemaKind::Struct
        )
    }
}

impl Lowering<'_, '_> {
    /// Returns the type of a schema, and whether null is one of its values.
    pub(super) fn use_of(&mut self, id: SchemaId) -> TypeUse {
        let nullable = self.is_nullable(id);
        TypeUse {
            ty: self.type_of(id),
            nullable,
        }
    }

    /// Returns the type of a schema, without null.
    pub(super) fn type_of(&mut self, id: SchemaId) -> TypeRef {
        if let Some(ty) = self.uses.get(&id) {
            return ty.clone();
        }
        let pointer = self.schema(id).pointer.clone();
        if self.open.contains(&id) {
            // Only a type with a name can contain itself.
            let type_id = self.reserve(pointer, self.name_of(id));
            self.uses.insert(id, TypeRef::Named(type_id));
            return TypeRef::Named(type_id);
        }
        if self.open.len() >= MAX_DEPTH {
            self.fall_back(&pointer, FallbackReason::TooDeep);
            return TypeRef::Primitive(Primitive::Any);
        }
        self.open.push(id);
        let ty = self.decide(id);
        self.open.pop();
        if let Some(TypeRef::Named(type_id)) = self.uses.get(&id).cloned() {
            self.define_recursive(id, type_id, ty);
            return TypeRef::Named(type_id);
        }
        self.uses.insert(id, ty.clone());
        ty
    }

    /// Chooses the type of a schema that has none yet.
    fn decide(&mut self, id: SchemaId) -> TypeRef {
        if let Some(replacement) = self.schema(id).replacement.clone() {
            return self.replaced(id, replacement);
        }
        if let Some(target) = self.alias_of(id) {
            return self.type_of(target);
        }
        let merged = self.merged(id);
        match self.kind(&merged) {
            SchemaKind::StringEnum
            | SchemaKind::IntegerEnum
            | SchemaKind::NumberEnum
            | SchemaKind::Union
            | SchemaKind::Struct => {
                let name = self.name_of(id);
                let type_id = self.reserve(merged.schema.pointer.clone(), name);
                self.queue.push_back((id, type_id));
                TypeRef::Named(type_id)
            }
            kind => self.plain_type(&merged.schema.pointer, kind),
        }
    }

    /// Returns the type that the options put in place of a schema.
    fn replaced(&mut self, id: SchemaId, replacement: Replacement) -> TypeRef {
        let schema = self.schema(id);
        let path = match replacement {
            Replacement::Schema(_) => {
                let type_id = self.reserve(schema.pointer.clone(), self.name_of(id));
                self.queue.push_back((id, type_id));
                return TypeRef::Named(type_id);
            }
            Replacement::Format(path) => path,
        };
        let format = schema.format.clone().unwrap_or_default();
        if let Some(type_id) = self.formats.get(&format) {
            return TypeRef::Named(*type_id);
        }
        // One type for all schemas with the format.
        let name = NameSource::Place(vec![format.clone()]);
        let type_id = self.reserve(Pointer::root().child(&format), name);
        let summary = format!("A value of the format `{format}`.");
        if let Some(def) = self.types.get_mut(type_id.0) {
            def.docs.summary = Some(summary);
            def.shape = Shape::Custom(path);
        }
        self.formats.insert(format, type_id);
        TypeRef::Named(type_id)
    }

    /// Sets the shape, documentation and example of a type.
    pub(super) fn finish_type(&mut self, id: SchemaId, type_id: TypeId) {
        let merged = self.merged(id);
        let replacement = self.schema(id).replacement.clone();
        let shape = if let Some(replacement) = replacement {
            match replacement {
                Replacement::Schema(path) => Shape::Custom(path),
                Replacement::Format(_) => Shape::Alias(self.replaced(id, replacement)),
            }
        } else if let Some(target) = self.alias_of(id) {
            Shape::Alias(self.type_of(target))
        } else {
            match self.kind(&merged) {
                SchemaKind::StringEnum => Shape::StringEnum(self.string_values(&merged)),
                SchemaKind::IntegerEnum => Shape::IntegerEnum(self.integer_values(&merged)),
                SchemaKind::NumberEnum => Shape::NumberEnum(self.number_values(&merged)),
                SchemaKind::Union => self.union(id, &merged),
                SchemaKind::Struct => Shape::Struct(self.object(&merged)),
                kind => Shape::Alias(self.plain_type(&merged.schema.pointer, kind)),
            }
        };
        if let Some(def) = self.types.get_mut(type_id.0) {
            def.docs = super::annotations::type_docs(&merged.schema);
            def.deprecated = merged.schema.deprecated;
            def.example = merged.schema.example.clone();
            def.shape = shape;
        }
    }

    /// Returns the kind of type that a schema becomes.
    pub(super) fn kind(&self, merged: &MergedSchema<'_>) -> SchemaKind {
        let schema = merged.schema.as_ref();
        if let Some(reason) = merged.unsupported {
            return SchemaKind::Any(reason);
        }
        if let Some(kind) = self.enumeration_kind(schema) {
            return kind;
        }
        if !merged.alternatives.is_empty() {
            return self.scalar_union(merged).unwrap_or(SchemaKind::Union);
        }
        if merged.is_base {
            return SchemaKind::Union;
        }
        match implied_type(schema) {
            Some(SchemaType::Object) => object_kind(schema),
            Some(SchemaType::Array) => SchemaKind::Array(schema.items),
            Some(SchemaType::Boolean) => SchemaKind::Primitive(Primitive::Bool),
            Some(SchemaType::Integer) => SchemaKind::Primitive(integer(schema)),
            Some(SchemaType::Number) => SchemaKind::Primitive(number(schema)),
            Some(SchemaType::String) => SchemaKind::Primitive(string(schema.format.as_deref())),
            None if schema.not.is_some() => SchemaKind::Any(FallbackReason::OnlyNot),
            None => SchemaKind::Any(FallbackReason::NoType),
        }
    }

    /// Returns the type of a schema that needs none of its own.
    fn plain_type(&mut self, pointer: &Pointer, kind: SchemaKind) -> TypeRef {
        const ANY: TypeRef = TypeRef::Primitive(Primitive::Any);
        match kind {
            SchemaKind::Map(Some(value)) => TypeRef::Map(Box::new(self.use_of(value).into_type())),
            SchemaKind::Map(None) => {
                self.fall_back(pointer, FallbackReason::NoProperties);
                TypeRef::Map(Box::new(ANY))
            }
            SchemaKind::Array(Some(item)) => {
                TypeRef::Array(Box::new(self.use_of(item).into_type()))
            }
            SchemaKind::Array(None) => {
                self.fall_back(pointer, FallbackReason::NoItems);
                TypeRef::Array(Box::new(ANY))
            }
            SchemaKind::Primitive(primitive) => TypeRef::Primitive(primitive),
            SchemaKind::Any(reason) => {
                self.fall_back(pointer, reason);
                ANY
            }
            SchemaKind::StringEnum
            | SchemaKind::IntegerEnum
            | SchemaKind::NumberEnum
            | SchemaKind::Union
            | SchemaKind::Struct => ANY,
        }
    }

    /// Returns the fields of an object.
    pub(super) fn object(&mut self, merged: &MergedSchema<'_>) -> Struct {
        let schema = merged.schema.as_ref();
        let demanded: HashSet<&String> = schema.required.iter().collect();
        let mut fields = Vec::with_capacity(schema.properties.len());
        for (name, id) in &schema.properties {
            let required = demanded.contains(name);
            fields.push(self.field(name, *id, merged.property_place(name), required));
        }
        let required = schema.required.iter().map(|name| (name, true));
        let optional = merged.demanded.iter().map(|name| (name, false));
        let mut known: HashSet<&String> = schema.properties.keys().collect();
        for (name, required) in required.chain(optional) {
            if known.insert(name) {
                fields.extend(self.undeclared_field(schema, name, required));
            }
        }
        Struct {
            fields,
            patterns: self.pattern_maps(schema),
            additional: self.additional(schema),
            additional_limits: super::annotations::names(schema).into_iter().collect(),
            closed: schema.additional_properties == AdditionalProperties::Forbidden,
        }
    }

    /// Returns the field of a property that is required, perhaps only by an alternative, but not declared;
    /// `None` if the schema allows no such property, or if the map of additional ones has it.
    fn undeclared_field(&mut self, schema: &Schema, name: &str, required: bool) -> Option<Field> {
        let keeps_all = schema.additional_properties != AdditionalProperties::Unstated;
        if keeps_all && !required {
            return None;
        }
        let pointer = schema.pointer.child("required");
        let mut patterns = schema.pattern_properties.iter();
        if let Some((_, id)) = patterns.find(|(pattern, _)| pattern.matches(name)) {
            return Some(self.field(name, *id, pointer, required));
        }
        match schema.additional_properties {
            AdditionalProperties::Forbidden => return None,
            AdditionalProperties::Schema(id) => {
                return Some(self.field(name, id, pointer, required));
            }
            AdditionalProperties::Unstated | AdditionalProperties::Any => {}
        }
        let message = format!("`{name}` is required but not declared, so it may be any value");
        let help = "declare it in `properties`, or remove it from `required`";
        self.warn(&schema.pointer, message, help);
        self.fall_back(&schema.pointer, FallbackReason::UndeclaredProperty);
        Some(Field {
            pointer,
            name: name.to_owned(),
            ty: TypeRef::Primitive(Primitive::Any),
            required,
            nullable: false,
            null_is_distinct: false,
            read_only: false,
            write_only: false,
            docs: Default::default(),
            deprecated: false,
            sensitive: false,
            default: None,
            example: None,
            limits: Vec::new(),
        })
    }

    /// Returns what becomes of additional properties. They are typed if the schema mentions them or
    /// mentions no other properties.
    fn additional(&mut self, schema: &Schema) -> Additional {
        match schema.additional_properties {
            AdditionalProperties::Unstated if schema.properties.is_empty() => {
                self.fall_back(&schema.pointer, FallbackReason::NoProperties);
                Additional::Typed(TypeRef::Primitive(Primitive::Any))
            }
            AdditionalProperties::Unstated | AdditionalProperties::Forbidden => Additional::Ignored,
            AdditionalProperties::Any => {
                self.fall_back(&schema.pointer, FallbackReason::AnyAdditionalProperties);
                Additional::Typed(TypeRef::Primitive(Primitive::Any))
            }
            AdditionalProperties::Schema(id) => Additional::Typed(self.use_of(id).into_type()),
        }
    }

    /// Returns the maps of properties whose names match a pattern.
    fn pattern_maps(&mut self, schema: &Schema) -> Vec<PatternMap> {
        let patterns = schema.pattern_properties.iter();
        let map = |(pattern, id): &(NamePattern, SchemaId)| PatternMap {
            pattern: pattern.clone(),
            ty: self.use_of(*id).into_type(),
        };
        patterns.map(map).collect()
    }

    fn field(&mut self, name: &str, id: SchemaId, pointer: Pointer, required: bool) -> Field {
        let TypeUse { ty, nullable } = self.use_of(id);
        let about = self.annotations(id);
        Field {
            pointer,
            name: name.to_owned(),
            ty,
            required,
            nullable,
            null_is_distinct: false,
            read_only: about.read_only,
            write_only: about.write_only,
            docs: about.docs,
            deprecated: about.deprecated,
            sensitive: about.sensitive,
            default: about.default,
            example: about.example,
            limits: about.limits,
        }
    }

    /// Whether null is a value of a schema, of one of its alternatives, or of the schema that it
    /// refers to.
    pub(super) fn is_nullable(&mut self, id: SchemaId) -> bool {
        if let Some(known) = self.nullable.get(&id) {
            return *known;
        }
        let mut seen = HashSet::from([id]);
        let mut waiting = vec![id];
        let mut nullable = false;
        while let Some(id) = waiting.pop() {
            let schema = self.schema(id);
            if schema.nullable || schema.enumeration.iter().any(Value::is_null) || is_null(&schema)
            {
                nullable = true;
                break;
            }
            let target = self.alias_of(id).or_else(|| self.only_member(&schema));
            let alternatives = schema.one_of.iter().chain(&schema.any_of).copied();
            waiting.extend(alternatives.chain(target).filter(|next| seen.insert(*next)));
        }
        self.nullable.insert(id, nullable);
        nullable
    }

    /// Returns the only schema in an `allOf`, if the schema has no other keywords.
    fn only_member(&self, schema: &Schema) -> Option<SchemaId> {
        match schema.all_of.as_slice() {
            [only]
                if super::predicates::describes_no_value(&Schema {
                    all_of: Vec::new(),
                    ..schema.clone()
                }) =>
            {
                Some(*only)
            }
            _ => None,
        }
    }
}

fn object_kind(schema: &Schema) -> SchemaKind {
    if !schema.pattern_properties.is_empty() {
        return SchemaKind::Struct;
    }
    match (schema.properties.is_empty(), schema.additional_properties) {
        (true, AdditionalProperties::Schema(id)) => SchemaKind::Map(Some(id)),
        (true, AdditionalProperties::Any | AdditionalProperties::Unstated)
            if schema.required.is_empty() =>
        {
            SchemaKind::Map(None)
        }
        _ => SchemaKind::Struct,
    }
}

/// Returns the integer type of the schema's format, or a larger one if a limit exceeds it.
pub(super) fn integer(schema: &Schema) -> Primitive {
    let limits = &schema.constraints;
    let fits = |low: f64, high: f64| {
        let inside = |limit: Option<(f64, bool)>| {
            limit.is_none_or(|(value, _)| (low..=high).contains(&value))
        };
        inside(limits.minimum) && inside(limits.maximum)
    };
    // As an `f64`, `u64::MAX` is 2^64.
    let unsigned = || match fits(0.0, u64::MAX as f64) {
        true => Primitive::U64,
        false => Primitive::I128,
    };
    match schema.format.as_deref() {
        Some("int32" | "int16" | "int8") if fits(f64::from(i32::MIN), f64::from(i32::MAX)) => {
            Primitive::I32
        }
        Some("uint32" | "uint16" | "uint8") if fits(0.0, f64::from(u32::MAX)) => Primitive::U32,
        Some("uint64") => unsigned(),
        // As an `f64`, `i64::MAX` is 2^63.
        _ if fits(i64::MIN as f64, i64::MAX as f64) => Primitive::I64,
        _ if limits.minimum.is_some() && limits.maximum.is_some() => unsigned(),
        _ => Primitive::I128,
    }
}

fn number(schema: &Schema) -> Primitive {
    match schema.format.as_deref() {
        Some("float") => Primitive::F32,
        Some(format) if is_integer_format(format) => integer(schema),
        _ => Primitive::F64,
    }
}

/// Returns the string type of a format. In a JSON document, `binary` is a plain string.
pub(crate) fn string(format: Option<&str>) -> Primitive {
    match format {
        Some("date") => Primitive::Date,
        Some("date-time") => Primitive::DateTime,
        Some("date-time-rfc-2822" | "date-time-rfc2822") => Primitive::DateTimeRfc2822,
        Some("date-time-rfc-1123" | "date-time-rfc1123" | "http-date") => Primitive::HttpDate,
        Some("uuid") => Primitive::Uuid,
        Some("byte") => Primitive::Base64,
        Some("base64url" | "base64-url") => Primitive::Base64Url,
        _ => Primitive::String,
    }
}
