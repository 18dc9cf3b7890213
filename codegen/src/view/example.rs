//! Examples that compile: a first call, and one for each operation.

use serde_json::Value;

use super::outcome::OutputShape;
use super::print::{RustExpr, StrLit};
use super::types::Context;
use crate::device_login::{DeviceLogin, Role, inputs};
use crate::ir::{
    BodyKind, Input, Operation, OperationId, Primitive, ResponseKind, SchemeKind, Shape, TypeId,
    TypeRef,
};
use crate::names::RustIdent;

/// Lines of an example.
pub struct Example {
    uses: Vec<String>,
    body: Vec<String>,
}

impl Example {
    /// For a page: a function of its own, so that what a reader copies is whole.
    pub fn page(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.uses.clone();
        lines.push(String::new());
        lines.push("async fn example() -> Result<(), Box<dyn std::error::Error>> {".to_owned());
        lines.extend(self.body.iter().map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("    {line}")
            }
        }));
        lines.push("    Ok(())".to_owned());
        lines.push("}".to_owned());
        lines
    }

    /// For rustdoc: the frame is hidden. What it calls may be there on a condition only.
    pub fn hidden(&self, gate: Option<&RustExpr>) -> Vec<String> {
        let mut lines: Vec<String> = self.uses.clone();
        lines.extend(gate.map(|gate| format!("# #[cfg({gate})]")));
        lines.push("# async fn example() -> Result<(), Box<dyn std::error::Error>> {".to_owned());
        lines.extend(self.body.iter().cloned());
        lines.push("# Ok(())".to_owned());
        lines.push("# }".to_owned());
        lines
    }
}

/// How many values an example may hold before it is no help any more.
const LARGEST: usize = 60;

/// How deep values of an example may nest.
const DEEPEST: usize = 12;

struct Values<'a, 'b> {
    context: &'a Context<'b>,
    left: usize,
    runtime: Vec<&'static str>,
    uses_models: bool,
}

impl Context<'_> {
    /// A call of an operation with its required inputs and some of the others; `None` if it would be
    /// too long to be of use.
    pub fn example(&self, id: OperationId, operation: &Operation) -> Option<Example> {
        let mut values = Values {
            context: self,
            left: LARGEST,
            runtime: Vec::new(),
            uses_models: false,
        };
        let names = self.names.operation(id);
        let mut arguments: Vec<String> = Vec::new();
        let mut setters: Vec<String> = Vec::new();
        let mut add = |values: &mut Values<'_, '_>,
                       input: &Input,
                       ident: &RustIdent,
                       sample: Option<&Value>| {
            let example = sample.or(input.example.as_ref()).or(input.default.as_ref());
            let value = values.argument(&input.ty, example, &input.name, 0)?;
            match (input.required, input.nullable) {
                (true, true) => arguments.push(format!(
                    "Some({})",
                    values.owned(&input.ty, example, &input.name, 0)?
                )),
                (true, false) => arguments.push(value.to_string()),
                (false, _) if setters.len() < 4 && !input.deprecated => {
                    setters.push(format!(".{}({value})", ident))
                }
                (false, _) => {}
            }
            Some(())
        };
        for (param, ident) in operation.params.iter().zip(&names.params) {
            add(&mut values, &param.input, ident, None)?;
        }
        if let Some(body) = &operation.body {
            match (&body.kind, &names.body) {
                (kind @ (BodyKind::Form(_) | BodyKind::Multipart(_)), _) => {
                    let fields = kind.fields().unwrap_or_default();
                    // An example of the whole form tells which fields go together.
                    let whole = body
                        .example
                        .as_ref()
                        .and_then(Value::as_object)
                        .filter(|form| !form.is_empty());
                    for (field, ident) in fields.into_iter().zip(&names.form) {
                        let sample = whole.and_then(|form| form.get(&field.name));
                        if field.required || whole.is_none() || sample.is_some() {
                            add(&mut values, field, ident, sample)?;
                        }
                    }
                }
                (BodyKind::Json(ty), Some(ident)) => {
                    let value = values.argument(ty, body.example.as_ref(), "body", 0)?;
                    if body.required {
                        arguments.push(value.to_string());
                    } else {
                        setters.push(format!(".{ident}({value})"));
                    }
                }
                (kind @ (BodyKind::Text | BodyKind::Bytes), Some(ident)) => {
                    let value = if matches!(kind, BodyKind::Text) {
                        "\"…\""
                    } else {
                        values.runtime.push("streaming::Upload");
                        "Upload::path(\"file\")"
                    };
                    if body.required {
                        arguments.push(value.to_owned());
                    } else {
                        setters.push(format!(".{ident}({value})"));
                    }
                }
                (_, None) => {}
            }
        }

        let accessor = &self.names.group(operation.group).accessor;
        let mut lines = self.client_lines(Some(operation));
        let (start, print): (&str, &[&str]) = match self.outcome(id).shape {
            OutputShape::Unit => ("client", &[]),
            OutputShape::Single(ResponseKind::Events(_)) => (
                "let mut events = client",
                &[
                    "while let Some(event) = events.next().await {",
                    "    println!(\"{:?}\", event?);",
                    "}",
                ],
            ),
            OutputShape::Single(_) | OutputShape::Maybe(_) | OutputShape::Enum => {
                ("let answer = client", &["println!(\"{answer:?}\");"])
            }
        };
        lines.push(start.to_owned());
        lines.push(format!("    .{accessor}()"));
        lines.push(format!("    .{}({})", names.method, arguments.join(", ")));
        lines.extend(setters.into_iter().map(|setter| format!("    {setter}")));
        lines.push("    .await?;".to_owned());
        lines.extend(print.iter().map(|it| (*it).to_owned()));

        let library = self.library();
        let mut imports: Vec<&str> = vec!["Client"];
        values.runtime.sort_unstable();
        values.runtime.dedup();
        imports.extend(values.runtime.iter());
        if values.uses_models {
            imports.push("models");
        }
        let uses = match imports.as_slice() {
            [one] => format!("use {library}::{one};"),
            many => format!("use {library}::{{{}}};", many.join(", ")),
        };
        Some(Example {
            uses: vec![uses],
            body: lines,
        })
    }

    /// A device login from its start to its tokens.
    pub fn device_login_example(&self, login: &DeviceLogin) -> Example {
        let request = login.authorization.operation();
        let operation = request.map(|request| &self.api.operations[request.operation.0]);
        let part = |role| request.and_then(|request| request.part(role));
        let client_id = part(Role::ClientId)
            .zip(operation)
            .and_then(|(part, operation)| {
                let (_, input) = inputs(operation).find(|(place, _)| part.place == *place)?;
                input.example.as_ref()
            });
        let mut lines = self.client_lines(operation);
        lines.push("let login = client".to_owned());
        lines.push(format!(
            "    .device_login({})",
            StrLit::new(&text_of(client_id, "client-id"))
        ));
        if request.is_none() || part(Role::Scope).is_some() {
            lines.push("    .scopes([\"openid\", \"offline_access\"])".to_owned());
        }
        lines.push("    .start()".to_owned());
        lines.push("    .await?;".to_owned());
        lines.push("println!(".to_owned());
        lines.push("    \"Visit {} and enter {}\",".to_owned());
        lines.push("    login.verification_uri(),".to_owned());
        lines.push("    login.user_code()".to_owned());
        lines.push(");".to_owned());
        lines.push("let tokens = login.wait().await?;".to_owned());
        lines.push("println!(\"{tokens:?}\");".to_owned());
        Example {
            uses: vec![format!("use {}::Client;", self.library())],
            body: lines,
        }
    }

    /// Name of the library: the package's with underscores.
    pub fn library(&self) -> String {
        self.options.package.replace('-', "_")
    }

    /// `let client = …` with the credentials that the operation, or the first one, takes.
    fn client_lines(&self, operation: Option<&Operation>) -> Vec<String> {
        let mut lines = vec!["let client = Client::builder()".to_owned()];
        if self.needs_base_url() {
            lines.push(format!("    .base_url({})", self.example_base_url()));
        }
        let needed =
            operation.and_then(|operation| operation.security.iter().find(|all| !all.is_empty()));
        for scheme in needed.into_iter().flatten() {
            let setter = self.names.scheme(scheme.scheme);
            let arguments = match &self.api.schemes[scheme.scheme.0].kind {
                SchemeKind::Basic => "\"username\", \"password\"",
                SchemeKind::Bearer => "\"token\"",
                SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => {
                    "\"key\""
                }
                SchemeKind::Authorization(_) => "\"credentials\"",
            };
            lines.push(format!("    .{setter}({arguments})"));
        }
        lines.push("    .build()?;".to_owned());
        lines
    }

    /// Whether the document gives no address that a client could start from.
    pub fn needs_base_url(&self) -> bool {
        self.api
            .servers
            .first()
            .is_none_or(|server| !server.url.contains("://"))
    }
}

impl Values<'_, '_> {
    fn spend(&mut self, depth: usize) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        (depth < DEEPEST).then_some(())
    }

    /// A value as a method takes it.
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

    /// Items of a list; as arguments, if `Into` is taken.
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

    /// A value of exactly the type.
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
            Shape::Alias(ty) => self.owned(ty, example, name, depth + 1)?,
            Shape::Struct(shape) => {
                self.uses_models = true;
                let mut arguments: Vec<String> = Vec::new();
                for (index, field) in shape.fields.iter().enumerate() {
                    let sample = example
                        .and_then(|example| example.get(&field.name))
                        .or(field.example.as_ref());
                    match context.member_kind(id, index, field) {
                        super::types::MemberKind::Required | super::types::MemberKind::Expected => {
                            let value = self.argument(&field.ty, sample, &field.name, depth + 1)?;
                            arguments.push(value.to_string());
                        }
                        super::types::MemberKind::Nullable
                        | super::types::MemberKind::ExpectedPatch => {
                            arguments.push("None".to_owned())
                        }
                        super::types::MemberKind::Optional
                        | super::types::MemberKind::Patch
                        | super::types::MemberKind::Defaulted
                        | super::types::MemberKind::ReadOnly
                        | super::types::MemberKind::WriteOnly
                        | super::types::MemberKind::WriteOnlyPatch => {}
                    }
                }
                format!("models::{}::new({})", names.ident, arguments.join(", "))
            }
            Shape::StringEnum(values) => {
                self.uses_models = true;
                let index = values.iter().position(|value| {
                    example.and_then(Value::as_str) == Some(value.value.as_str())
                });
                format!(
                    "models::{}::{}",
                    names.ident,
                    names.members.get(index.unwrap_or(0))?
                )
            }
            Shape::IntegerEnum(values) => {
                self.uses_models = true;
                let index = values
                    .iter()
                    .position(|value| example.and_then(Value::as_i64) == Some(value.value));
                format!(
                    "models::{}::{}",
                    names.ident,
                    names.members.get(index.unwrap_or(0))?
                )
            }
            Shape::NumberEnum(values) => {
                self.uses_models = true;
                let index = values
                    .iter()
                    .position(|value| example.and_then(Value::as_f64) == Some(value.value));
                let constant = names.members.get(index.unwrap_or(0))?;
                let constant = constant.bare().to_ascii_uppercase();
                format!("models::{}::{constant}", names.ident)
            }
            Shape::Union(union) => {
                self.uses_models = true;
                let view = context.union_view(id, def, union);
                let first = view.variants.first()?;
                let value = self.owned(&union.variants.first()?.ty, None, name, depth + 1)?;
                let value = if first.ty.as_str().starts_with("Box<") {
                    format!("Box::new({value})")
                } else {
                    value
                };
                format!("models::{}::{}({value})", names.ident, first.ident)
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
            Primitive::DateTime => "\"2026-01-31T12:00:00Z\".parse()?".to_owned(),
            Primitive::DateTimeRfc2822 => {
                self.runtime.push("wire::Rfc2822");
                "Rfc2822(\"2026-01-31T12:00:00Z\".parse()?)".to_owned()
            }
            Primitive::Uuid => "\"67e55044-10b1-426f-9247-bb680e5fe0c8\".parse()?".to_owned(),
            Primitive::Base64 => {
                self.runtime.push("wire::Base64");
                "Base64::from(b\"bytes\".to_vec())".to_owned()
            }
            Primitive::Base64Url => {
                self.runtime.push("wire::Base64Url");
                "Base64Url::from(b\"bytes\".to_vec())".to_owned()
            }
            Primitive::Any => "serde_json::json!({})".to_owned(),
            Primitive::File => {
                self.runtime.push("streaming::FilePart");
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

/// The example if it is a short text of one line, else the name of what is asked for.
fn text_of(example: Option<&Value>, name: &str) -> String {
    const LONGEST: usize = 100;
    let fits = |text: &&str| {
        !text.is_empty() && text.len() <= LONGEST && !text.contains(|c: char| c.is_control())
    };
    example
        .and_then(Value::as_str)
        .filter(fits)
        .map_or_else(|| name.chars().take(LONGEST).collect(), str::to_owned)
}
