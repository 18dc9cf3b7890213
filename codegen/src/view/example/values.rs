//! Values in code examples.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ir::{Body, BodyKind, Input, Primitive, Shape, TypeId, TypeRef};
use crate::view::fields::FieldKind;
use crate::view::print::{RustExpr, StrLit};
use crate::view::types::Context;

/// The maximum number of values in an example. A longer one isn't useful.
const LARGEST: usize = 60;

/// The maximum nesting depth of the values in an example.
const DEEPEST: usize = 12;

/// Prints the values of one example.
pub struct Values<'a, 'b> {
    context: &'a Context<'b>,
    left: usize,
    runtime: BTreeSet<&'static str>,
    /// The modules of the models.
    modules: BTreeSet<String>,
}

impl<'a, 'b> Values<'a, 'b> {
    pub fn new(context: &'a Context<'b>) -> Self {
        Self {
            context,
            left: LARGEST,
            runtime: BTreeSet::new(),
            modules: BTreeSet::new(),
        }
    }

    /// Returns a date with a time.
    fn date_time(&self) -> String {
        format!("{:?}.parse()?", self.context.options.dates.sample())
    }

    /// Returns the items of the crate that the example imports: the client, and those that the values
    /// use.
    pub fn imports(&self) -> Vec<&str> {
        let modules = self.modules.iter().map(String::as_str);
        let runtime = self.runtime.iter().copied();
        std::iter::once("Client")
            .chain(runtime)
            .chain(modules)
            .collect()
    }

    /// Returns the path of a model, whose module the example imports.
    pub fn model(&mut self, id: TypeId) -> String {
        let context = self.context;
        let module = context
            .layout
            .module(context.layout.home(id), context.names);
        self.modules.insert(module.to_owned());
        format!("{module}::{}", context.names.of(id).ident)
    }

    /// Returns the value of a parameter or form field, as an argument of a method.
    pub fn input(&mut self, input: &Input, sample: Option<&Value>) -> Option<String> {
        let example = sample.or(input.example.as_ref()).or(input.default.as_ref());
        if input.required && input.nullable {
            let value = self.owned(&input.ty, example, &input.name, 0)?;
            return Some(format!("Some({value})"));
        }
        let value = self.argument(&input.ty, example, &input.name, 0)?;
        Some(value.to_string())
    }

    /// Returns the value of a body that is one input as a whole, as an argument of a method.
    pub fn body(&mut self, body: &Body) -> Option<String> {
        Some(match &body.kind {
            BodyKind::Json(ty) | BodyKind::JsonSequence(ty) => {
                let value = self.argument(ty, body.example.as_ref(), "body", 0)?;
                value.to_string()
            }
            BodyKind::Text => "\"…\"".to_owned(),
            BodyKind::Bytes | BodyKind::Form(_) | BodyKind::Multipart(_) => {
                self.runtime.insert("streaming::Upload");
                "Upload::path(\"file\")".to_owned()
            }
        })
    }

    fn spend(&mut self, depth: usize) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        (depth < DEEPEST).then_some(())
    }

    /// Returns a value as an argument of a method.
    fn argument(
        &mut self,
        ty: &TypeRef,
        example: Option<&Value>,
        name: &str,
        depth: usize,
    ) -> Option<RustExpr> {
        Some(RustExpr::new(match ty {
            TypeRef::Primitive(Primitive::String) => {
                self.spend(depth)?;
                StrLit::new(&text_of(example, name)).to_string()
            }
            TypeRef::Array(items) => {
                let items = self.items(items, example, name, depth, true)?;
                format!("[{}]", items.join(", "))
            }
            TypeRef::Named(id)
                if matches!(
                    self.context.resolve(*id),
                    TypeRef::Primitive(Primitive::String)
                ) =>
            {
                self.spend(depth)?;
                StrLit::new(&text_of(example, name)).to_string()
            }
            TypeRef::Primitive(_) | TypeRef::Named(_) | TypeRef::Map(_) | TypeRef::Nullable(_) => {
                self.owned(ty, example, name, depth)?
            }
        }))
    }

    /// Returns the items of a list; as arguments, if the method takes `Into`.
    fn items(
        &mut self,
        item: &TypeRef,
        example: Option<&Value>,
        name: &str,
        depth: usize,
        as_arguments: bool,
    ) -> Option<Vec<String>> {
        let samples: Vec<Option<&Value>> = match example {
            Some(Value::Array(values)) if !values.is_empty() => {
                values.iter().take(2).map(Some).collect()
            }
            _ => vec![None],
        };
        samples
            .into_iter()
            .map(|sample| {
                let takes_into = as_arguments
                    && !matches!(
                        item,
                        TypeRef::Array(_) | TypeRef::Map(_) | TypeRef::Nullable(_)
                    );
                if takes_into {
                    self.argument(item, sample, name, depth + 1)
                        .map(|value| value.to_string())
                } else {
                    self.owned(item, sample, name, depth + 1)
                }
            })
            .collect()
    }

    /// Returns a value of exactly this type.
    fn owned(
        &mut self,
        ty: &TypeRef,
        example: Option<&Value>,
        name: &str,
        depth: usize,
    ) -> Option<String> {
        self.spend(depth)?;
        Some(match ty {
            TypeRef::Primitive(primitive) => self.primitive(*primitive, example, name),
            TypeRef::Array(items) => format!(
                "vec![{}]",
                self.items(items, example, name, depth, false)?.join(", ")
            ),
            TypeRef::Map(values) => {
                let (key, sample) = match example {
                    Some(Value::Object(members)) => members
                        .iter()
                        .next()
                        .map_or(("key", None), |(k, v)| (k.as_str(), Some(v))),
                    _ => ("key", None),
                };
                let value = self.owned(values, sample, name, depth + 1)?;
                format!(
                    "std::collections::BTreeMap::from([({}.to_owned(), {value})])",
                    StrLit::new(key)
                )
            }
            TypeRef::Nullable(inner) => {
                format!("Some({})", self.owned(inner, example, name, depth + 1)?)
            }
            TypeRef::Named(id) => self.named(*id, example, name, depth)?,
        })
    }

    fn named(
        &mut self,
        id: TypeId,
        example: Option<&Value>,
        name: &str,
        depth: usize,
    ) -> Option<String> {
        let context = *self.context;
        let def = &context.api.types[id.0];
        let names = context.names.of(id);
        let example = example.or(def.example.as_ref());
        Some(match &def.shape {
            // A value would contain a value of the same type, and so on.
            Shape::Collection(_) => {
                format!("{}::default()", self.model(id))
            }
            Shape::Alias(ty) => self.owned(ty, example, name, depth + 1)?,
            // How to make a value isn't known, except from JSON.
            Shape::Custom(_) => {
                self.spend(depth)?;
                let json = example.unwrap_or(&Value::Null).to_string();
                let json = StrLit::new(&json);
                format!("serde_json::from_str::<{}>({json})?", self.model(id))
            }
            Shape::Struct(shape) => {
                let mut arguments: Vec<String> = Vec::new();
                for (index, field) in shape.fields.iter().enumerate() {
                    let sample = example
                        .and_then(|example| example.get(&field.name))
                        .or(field.example.as_ref());
                    match context.field_kind(id, index, field) {
                        FieldKind::Required
                        | FieldKind::Expected
                        | FieldKind::ExpectedWriteOnly
                            if context.constant_of(field).is_some() => {}
                        FieldKind::Required
                        | FieldKind::Expected
                        | FieldKind::ExpectedWriteOnly => {
                            let value = self.argument(&field.ty, sample, &field.name, depth + 1)?;
                            arguments.push(value.to_string());
                        }
                        FieldKind::Nullable
                        | FieldKind::ExpectedPatch
                        | FieldKind::ExpectedWriteOnlyPatch => arguments.push("None".to_owned()),
                        FieldKind::Optional
                        | FieldKind::Patch
                        | FieldKind::Defaulted
                        | FieldKind::ReadOnly
                        | FieldKind::WriteOnly
                        | FieldKind::WriteOnlyPatch => {}
                    }
                }
                format!("{}::new({})", self.model(id), arguments.join(", "))
            }
            Shape::StringEnum(values) => {
                let index = values.iter().position(|value| {
                    example.and_then(Value::as_str) == Some(value.value.as_str())
                });
                format!(
                    "{}::{}",
                    self.model(id),
                    names.members.get(index.unwrap_or(0))?
                )
            }
            Shape::IntegerEnum(values) => {
                let index = values
                    .iter()
                    .position(|value| example.and_then(Value::as_i64) == Some(value.value));
                format!(
                    "{}::{}",
                    self.model(id),
                    names.members.get(index.unwrap_or(0))?
                )
            }
            Shape::NumberEnum(values) => {
                let index = values
                    .iter()
                    .position(|value| example.and_then(Value::as_f64) == Some(value.value));
                let constant = names.members.get(index.unwrap_or(0))?;
                let constant = constant.bare().to_ascii_uppercase();
                format!("{}::{constant}", self.model(id))
            }
            Shape::Union(union) => {
                let variant = names.members.first()?;
                let value = self.owned(&union.variants.first()?.ty, None, name, depth + 1)?;
                let value = match context.is_boxed_variant(id, union, 0) {
                    true => format!("Box::new({value})"),
                    false => value,
                };
                format!("{}::{variant}({value})", self.model(id))
            }
        })
    }

    fn primitive(&mut self, primitive: Primitive, example: Option<&Value>, name: &str) -> String {
        match primitive {
            Primitive::String => format!("{}.to_owned()", StrLit::new(&text_of(example, name))),
            Primitive::Bool => example.and_then(Value::as_bool).unwrap_or(true).to_string(),
            Primitive::I32 => whole(example, i64::from(i32::MIN), i64::from(i32::MAX)),
            Primitive::I64 => whole(example, i64::MIN, i64::MAX),
            Primitive::U32 => whole(example, 0, i64::from(u32::MAX)),
            Primitive::U64 => whole(example, 0, i64::MAX),
            Primitive::I128 => whole(example, i64::MIN, i64::MAX),
            Primitive::Number => {
                self.runtime.insert("wire::Number");
                let number = example.and_then(Value::as_i64).unwrap_or(1);
                format!("Number::from({number}_i64)")
            }
            Primitive::F32 | Primitive::F64 => {
                format!(
                    "{:?}",
                    example
                        .and_then(Value::as_f64)
                        .filter(|number| number.abs() < 1e15)
                        .unwrap_or(1.5)
                )
            }
            Primitive::Date => "\"2026-01-31\".parse()?".to_owned(),
            Primitive::DateTime => self.date_time(),
            Primitive::DateTimeRfc2822 => {
                self.runtime.insert("wire::Rfc2822");
                format!("Rfc2822({})", self.date_time())
            }
            Primitive::HttpDate => {
                self.runtime.insert("wire::HttpDate");
                format!("HttpDate({})", self.date_time())
            }
            Primitive::Uuid => "\"67e55044-10b1-426f-9247-bb680e5fe0c8\".parse()?".to_owned(),
            Primitive::Base64 => {
                self.runtime.insert("wire::Base64");
                "Base64::from(b\"bytes\".to_vec())".to_owned()
            }
            Primitive::Base64Url => {
                self.runtime.insert("wire::Base64Url");
                "Base64Url::from(b\"bytes\".to_vec())".to_owned()
            }
            Primitive::Any => "serde_json::json!({})".to_owned(),
            // As an argument, one file is a list of files.
            Primitive::File | Primitive::Files => {
                self.runtime.insert("streaming::FilePart");
                "FilePart::path(\"file\")".to_owned()
            }
        }
    }
}

fn whole(example: Option<&Value>, least: i64, most: i64) -> String {
    example
        .and_then(Value::as_i64)
        .filter(|number| (least..=most).contains(number))
        .unwrap_or(1)
        .to_string()
}

/// Returns the example if it is a short string on one line, and the name of the value otherwise.
pub fn text_of(example: Option<&Value>, name: &str) -> String {
    const LONGEST: usize = 100;
    let fits = |text: &&str| {
        !text.is_empty() && text.len() <= LONGEST && !text.contains(|c: char| c.is_control())
    };
    example
        .and_then(Value::as_str)
        .filter(fits)
        .map_or_else(|| name.chars().take(LONGEST).collect(), str::to_owned)
}
