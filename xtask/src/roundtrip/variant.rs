//! Checks that a value is read as a variant of a union that it belongs to.

use serde_json::Value;
use wiretrue_codegen::ir::{Api, Primitive, Shape, TypeId, TypeRef};
use wiretrue_codegen::normalise::resolved::{SchemaId, Schemas};

use super::compare::Deviation;
use super::reason::Reason;
use wiretrue_contract::difference::excerpt;
use wiretrue_contract::sample::{Heirs, choices};
use wiretrue_contract::schema::{SchemaValidator, tagged};

/// Decides which variants a value may be read as.
pub struct VariantCheck<'a> {
    pub api: &'a Api,
    pub schemas: &'a Schemas,
    pub heirs: &'a Heirs,
}

impl VariantCheck<'_> {
    /// Returns why a valid value of a union may not be read as this variant; `None` for the variant is
    /// the one of unknown values.
    ///
    /// The discriminator decides, if its value is documented. Otherwise any variant is right whose
    /// schema the value fulfils.
    pub fn fault(
        &self,
        judge: &mut SchemaValidator<'_>,
        (union, schema): (TypeId, SchemaId),
        value: &Value,
        variant: Option<usize>,
    ) -> Option<Deviation> {
        let Shape::Union(shape) = &self.api.types.get(union.0)?.shape else {
            return None;
        };
        let tagged = tagged(
            self.schemas,
            self.schemas.get(schema),
            self.alternatives(schema),
            value,
        );
        let expected = match tagged {
            Some(id) => format!("{} by its tag", self.schemas.get(id).pointer),
            None => "a variant that it fulfils".to_owned(),
        };
        let deviation = |reason, after| Deviation {
            reason,
            path: "$".to_owned(),
            before: format!("{expected}: {}", excerpt(value)),
            after,
        };
        let Some(ty) = variant.and_then(|index| Some(&shape.variants.get(index)?.ty)) else {
            return Some(deviation(Reason::UnknownVariant, "unknown".to_owned()));
        };
        let is_right = match tagged {
            Some(tagged) => self.is_or_contains(ty, tagged),
            None => self.fits(judge, ty, value),
        };
        (!is_right).then(|| deviation(Reason::OtherVariant, self.name(ty)))
    }

    /// Returns the alternatives of a schema, or its heirs if it has none.
    fn alternatives(&self, id: SchemaId) -> &[SchemaId] {
        match choices(self.schemas.get(id)) {
            [] => self.heirs.heirs(id),
            choices => choices,
        }
    }

    fn name(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Named(id) => match self.api.types.get(id.0) {
                Some(def) => def.pointer.to_string(),
                None => String::new(),
            },
            other => format!("{other:?}"),
        }
    }

    /// Returns whether a type is that of a schema, a union that lists it, or its base.
    fn is_or_contains(&self, ty: &TypeRef, wanted: SchemaId) -> bool {
        let Some(id) = self.schema_of(ty) else {
            return false;
        };
        let mut pending = vec![id];
        let mut known = Vec::new();
        while let Some(id) = pending.pop() {
            if id == wanted {
                return true;
            }
            if !known.contains(&id) {
                known.push(id);
                let schema = self.schemas.get(id);
                pending.extend(self.alternatives(id));
                // A reference with siblings is an `allOf`.
                pending.extend(
                    schema
                        .all_of
                        .first()
                        .filter(|_| schema.properties.is_empty()),
                );
            }
        }
        false
    }

    fn schema_of(&self, ty: &TypeRef) -> Option<SchemaId> {
        let TypeRef::Named(id) = ty else { return None };
        self.schemas.at(&self.api.types.get(id.0)?.pointer)
    }

    /// Returns whether a value fulfils the schema of a type.
    fn fits(&self, judge: &mut SchemaValidator<'_>, ty: &TypeRef, value: &Value) -> bool {
        match (ty, value) {
            (TypeRef::Named(_), _) => self
                .schema_of(ty)
                .is_none_or(|id| judge.fault(id, value).is_none()),
            (TypeRef::Array(item), Value::Array(items)) => {
                items.iter().all(|value| self.fits(judge, item, value))
            }
            (TypeRef::Map(item), Value::Object(members)) => {
                members.values().all(|value| self.fits(judge, item, value))
            }
            (TypeRef::Nullable(inner), value) => value.is_null() || self.fits(judge, inner, value),
            (TypeRef::Primitive(primitive), value) => is_of(*primitive, value),
            (TypeRef::Array(_) | TypeRef::Map(_), _) => false,
        }
    }
}

fn is_of(primitive: Primitive, value: &Value) -> bool {
    match primitive {
        Primitive::Bool => value.is_boolean(),
        Primitive::I32 | Primitive::I64 | Primitive::U32 | Primitive::U64 | Primitive::I128 => {
            value.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        Primitive::F32 | Primitive::F64 | Primitive::Number => value.is_number(),
        Primitive::Any => true,
        Primitive::String
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::DateTimeRfc2822
        | Primitive::HttpDate
        | Primitive::Uuid
        | Primitive::Base64
        | Primitive::Base64Url
        | Primitive::File
        | Primitive::Files => value.is_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiretrue_codegen::{Generated, Options, Source};

    use super::*;
    use wiretrue_contract::schema::Direction;

    fn object(name: &str) -> Value {
        json!({"type": "object", "required": [name], "properties": {name: {"type": "string"}}})
    }

    /// Generates a client with this union of `One` and `Two`.
    fn generated(discriminator: Value) -> Generated {
        let reference = |name| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut union = json!({"oneOf": [reference("One"), reference("Two")]});
        if !discriminator.is_null() {
            union["discriminator"] = discriminator;
        }
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {},
            "components": {"schemas": {"Union": union, "One": object("a"), "Two": object("b")}},
        });
        let source = Source::new("t.json", document.to_string());
        wiretrue_codegen::generate(&source, &Options::new("t")).expect("the document is valid")
    }

    /// Returns the reason for each value and variant.
    fn reasons(made: &Generated, cases: &[(Value, Option<usize>)]) -> Vec<Option<Reason>> {
        let types = &made.api.types;
        let union = types
            .iter()
            .position(|it| matches!(it.shape, Shape::Union(_)));
        let union = TypeId(union.expect("there is a union"));
        let schemas = &made.resolved.schemas;
        let schema = schemas
            .at(&types[union.0].pointer)
            .expect("it has a schema");
        let mut judge = SchemaValidator::new(schemas, Direction::Response);
        let check = VariantCheck {
            api: &made.api,
            schemas,
            heirs: &Heirs::of(schemas),
        };
        let fault = |(value, variant): &(Value, Option<usize>)| {
            check
                .fault(&mut judge, (union, schema), value, *variant)
                .map(|it| it.reason)
        };
        cases.iter().map(fault).collect()
    }

    #[test]
    fn a_value_belongs_to_each_variant_that_it_fulfils() {
        let cases = [
            (json!({"a": "x"}), Some(0)),
            (json!({"a": "x"}), Some(1)),
            (json!({"a": "x"}), None),
            (json!({"a": "x", "b": "x"}), Some(1)),
        ];
        let expected = [
            None,
            Some(Reason::OtherVariant),
            Some(Reason::UnknownVariant),
            None,
        ];
        assert_eq!(reasons(&generated(Value::Null), &cases), expected);
    }

    #[test]
    fn the_discriminator_decides() {
        let mapping = json!({"second": "#/components/schemas/Two"});
        let made = generated(json!({"propertyName": "kind", "mapping": mapping}));
        let cases = [
            (json!({"kind": "second", "a": "x", "b": "x"}), Some(0)),
            (json!({"kind": "second", "b": "x"}), Some(1)),
            (json!({"kind": "One", "a": "x", "b": "x"}), Some(1)),
        ];
        let expected = [Some(Reason::OtherVariant), None, Some(Reason::OtherVariant)];
        assert_eq!(reasons(&made, &cases), expected);
    }
}
