//! The features of the runtime that a document needs.

use std::collections::BTreeSet;

use super::print::{RustExpr, TomlValue};
use super::types::Context;
use crate::grants::grants;
use crate::ir::{
    BodyKind, Operation, OperationId, PatternMap, Primitive, ResponseKind, Shape, TypeRef,
};
use crate::name_pattern::NameMatcher;
use crate::options::{DateCrate, RuntimeSource};
use crate::runtime::{self, Dependencies, Feature, MODULES, PACKAGE};

/// A module of the runtime that the client's root reexports.
#[derive(Debug, serde::Serialize)]
pub struct ModuleExport {
    /// The name.
    pub name: &'static str,
    /// The condition of its compilation; `None` if it is always compiled.
    pub gate: Option<RustExpr>,
}

/// The only one of the [`MODULES`] that models need.
const TYPES_MODULE: &str = "wire";

impl Context<'_> {
    /// Returns the features of the runtime that the document needs.
    pub(in crate::view) fn runtime_features(&self) -> BTreeSet<Feature> {
        let api = self.api;
        let feature_of = |ty: &TypeRef| feature_of(ty, self.options.dates);
        let mut features = BTreeSet::new();
        if self.has_tokens() || api.schemes.iter().any(|it| !grants(it).is_empty()) {
            features.insert(Feature::OAuth);
        }
        if self.options.in_umbrella {
            features.insert(Feature::Umbrella);
        }
        if self.sign_in.is_some() {
            features.extend([Feature::OAuth, Feature::SignIn]);
        }
        if self.device_login.is_some() {
            features.insert(Feature::DeviceLogin);
        }
        if !self.pagination.is_empty() {
            features.insert(Feature::Pagination);
        }
        if self.has_webhooks() {
            features.insert(Feature::Webhooks);
        }
        for def in &api.types {
            match &def.shape {
                Shape::Struct(shape) => {
                    let fields = shape.fields.iter().map(|field| &field.ty);
                    let all = fields.chain(shape.value_types());
                    features.extend(all.filter_map(feature_of));
                    let is_regex =
                        |it: &PatternMap| matches!(it.pattern.matcher, NameMatcher::Regex(_));
                    if shape.patterns.iter().any(is_regex) {
                        features.insert(Feature::NamePatterns);
                    }
                }
                Shape::Union(union) => {
                    let variants = union.variants.iter().map(|variant| &variant.ty);
                    features.extend(variants.filter_map(feature_of));
                }
                Shape::Collection(ty) | Shape::Alias(ty) => features.extend(feature_of(ty)),
                Shape::Custom(_) => drop(features.insert(Feature::CustomTypes)),
                Shape::StringEnum(_) | Shape::IntegerEnum(_) | Shape::NumberEnum(_) => {}
            }
        }
        features.extend(api.headers.iter().filter_map(|it| feature_of(&it.ty)));
        for (index, operation) in api.operations.iter().enumerate() {
            let outcome = self.outcome(OperationId(index));
            if outcome.downloads().next().is_some() || outcome.has_stream() {
                features.insert(Feature::Streaming);
            }
            features.extend(operation_features(operation, self.options.dates));
        }
        features
    }

    /// Returns the modules of the runtime that the client's root reexports.
    pub(in crate::view) fn module_exports(
        &self,
        features: &BTreeSet<Feature>,
    ) -> Vec<ModuleExport> {
        let modules = MODULES.iter();
        let modules =
            modules.filter(|(name, ..)| !self.options.types_only || *name == TYPES_MODULE);
        let offered =
            modules.filter(|(_, needs, _)| needs.is_none_or(|feature| features.contains(&feature)));
        offered
            .map(|&(name, _, gate)| ModuleExport {
                name,
                gate: gate.map(|gate| RustExpr::new(format!("feature = {gate:?}"))),
            })
            .collect()
    }

    /// Returns the dependencies of the client, each with its value in the manifest.
    pub(in crate::view) fn dependencies(
        &self,
        features: &BTreeSet<Feature>,
    ) -> Vec<(TomlValue, TomlValue)> {
        let mut dependencies = match self.options.runtime.table() {
            None => runtime::dependencies(features),
            Some(mut table) => {
                let names = features.iter().map(|it| it.name());
                if !features.is_empty() {
                    table.insert("features".to_owned(), names.collect::<Vec<_>>().into());
                }
                let mut all = Dependencies::new();
                all.insert(PACKAGE.to_owned(), table.into());
                // Crates that the generated code itself uses.
                let named = [
                    ("bytes", None),
                    ("chrono", Some(Feature::Chrono)),
                    ("jiff", Some(Feature::Jiff)),
                    ("serde_json", None),
                    ("uuid", Some(Feature::Uuid)),
                ];
                for (name, feature) in named {
                    if feature.is_none_or(|it| features.contains(&it))
                        && let Some(value) = runtime::dependency(name)
                    {
                        all.insert(name.to_owned(), value);
                    }
                }
                all
            }
        };
        for (name, value) in &self.options.dependencies {
            let value = match dependencies.remove(name) {
                None => value.clone(),
                Some(needed) => runtime::merged(needed, value),
            };
            dependencies.insert(name.clone(), value);
        }
        printed(&dependencies)
    }

    /// Returns the dependencies that only some targets have, by target.
    pub(in crate::view) fn target_dependencies(
        &self,
        features: &BTreeSet<Feature>,
    ) -> Vec<(TomlValue, Vec<(TomlValue, TomlValue)>)> {
        if !self.is_vendored() {
            return Vec::new();
        }
        let targets = runtime::target_dependencies(features).into_iter();
        targets
            .map(|(target, dependencies)| (TomlValue::key(&target), printed(&dependencies)))
            .collect()
    }

    /// Returns whether the client has a vendored runtime.
    pub(in crate::view) fn is_vendored(&self) -> bool {
        self.options.runtime == RuntimeSource::Vendored
    }
}

fn printed(dependencies: &Dependencies) -> Vec<(TomlValue, TomlValue)> {
    let dependencies = dependencies.iter();
    dependencies
        .map(|(name, value)| (TomlValue::key(name), TomlValue::of(value)))
        .collect()
}

/// Returns the features that the inputs and responses of an operation need.
fn operation_features(operation: &Operation, dates: DateCrate) -> BTreeSet<Feature> {
    let mut features = BTreeSet::new();
    for input in operation.inputs() {
        features.extend(input.ty().and_then(|ty| feature_of(ty, dates)));
    }
    match operation.body.as_ref().map(|body| &body.kind) {
        Some(BodyKind::Multipart(_) | BodyKind::Bytes) => {
            features.insert(Feature::Streaming);
        }
        Some(
            BodyKind::Json(_) | BodyKind::JsonSequence(_) | BodyKind::Form(_) | BodyKind::Text,
        )
        | None => {}
    }
    for response in &operation.responses {
        match &response.kind {
            ResponseKind::Json(ty) | ResponseKind::Events(ty) | ResponseKind::JsonStream(ty) => {
                features.extend(feature_of(ty, dates))
            }
            ResponseKind::Bytes | ResponseKind::Text | ResponseKind::Empty => {}
        }
    }
    features
}

fn feature_of_dates(dates: DateCrate) -> Feature {
    match dates {
        DateCrate::Chrono => Feature::Chrono,
        DateCrate::Jiff => Feature::Jiff,
    }
}

/// Returns the feature that a type needs. Named types are examined separately.
fn feature_of(ty: &TypeRef, dates: DateCrate) -> Option<Feature> {
    match ty {
        TypeRef::Array(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => {
            feature_of(inner, dates)
        }
        TypeRef::Named(_) => None,
        TypeRef::Primitive(primitive) => match primitive {
            Primitive::Date
            | Primitive::DateTime
            | Primitive::DateTimeRfc2822
            | Primitive::HttpDate => Some(feature_of_dates(dates)),
            Primitive::Uuid => Some(Feature::Uuid),
            Primitive::File | Primitive::Files => Some(Feature::Streaming),
            Primitive::Any
            | Primitive::String
            | Primitive::Bool
            | Primitive::I32
            | Primitive::I64
            | Primitive::U32
            | Primitive::U64
            | Primitive::I128
            | Primitive::F32
            | Primitive::F64
            | Primitive::Number
            | Primitive::Base64
            | Primitive::Base64Url => None,
        },
    }
}
