//! Creates the views from the results of the stages.

use super::value::{Docs, Type};
use super::view::{
    ClientView, FieldView, GroupView, HeaderView, InputLocation, InputView, MapView, ModelKind,
    ModelView, OperationView, ResponseContent, ResponseView, Scalar, SchemeView, ServerView,
    VariantView,
};
use crate::ir::{
    self, BodyKind, Field, Group, GroupId, InputKind, InputRef, NameSource, Operation, OperationId,
    Primitive, Response, ResponseKind, SchemeId, Shape, Struct, TypeDef, TypeId, TypeRef,
};
use crate::names::RustIdent;
use crate::text;
use crate::view::{
    Context, PrintScope, RustType, documented, property_sentence, runtime_type, schema_docs,
    status_word,
};

/// Returns the view of the client.
pub fn client(context: &Context<'_>) -> ClientView {
    let api = context.api;
    let schemes = api.schemes.iter().enumerate();
    let scheme = |(index, scheme): (usize, &ir::Scheme)| SchemeView {
        name: scheme.name.clone(),
        method: context.names.scheme(SchemeId(index)).into(),
        description: scheme.description.clone(),
        pointer: (&scheme.pointer).into(),
    };
    ClientView {
        package: context.options.package.clone(),
        package_version: context.options.version.clone(),
        library: context.library(),
        title: api.title.clone(),
        api_version: api.version.clone(),
        description: api.description.clone(),
        document: context.options.document.clone(),
        servers: api
            .servers
            .iter()
            .map(|server| ServerView {
                url: server.url.clone(),
                description: server.description.clone(),
            })
            .collect(),
        schemes: schemes.map(scheme).collect(),
        groups: api
            .groups
            .iter()
            .enumerate()
            .map(|(index, it)| group(context, GroupId(index), it))
            .collect(),
        models: api
            .types
            .iter()
            .enumerate()
            .map(|(index, def)| model(context, TypeId(index), def))
            .collect(),
    }
}

fn group(context: &Context<'_>, id: GroupId, group: &Group) -> GroupView {
    let names = context.names.group(id);
    let docs = ir::Docs {
        summary: None,
        description: group.description.clone(),
    };
    GroupView {
        tag: group.tag.clone(),
        description: group.description.clone(),
        docs: Docs::from(documented(&docs, || match &group.tag {
            Some(tag) => format!("Operations tagged {}.", text::code(tag)),
            None => "Operations without a tag.".to_owned(),
        })),
        ident: (&names.api).into(),
        r#type: path(context.group_module(id), &names.api),
        method: (&names.accessor).into(),
        module: (&names.module).into(),
        feature: context.has_features().then(|| names.feature.clone()),
        pointer: (&group.pointer).into(),
        operations: context
            .members(id)
            .map(|(id, it)| operation(context, id, it))
            .collect(),
    }
}

fn operation(context: &Context<'_>, id: OperationId, operation: &Operation) -> OperationView {
    let names = context.names.operation(id);
    let outcome = context.outcome(id);
    let request = || {
        format!(
            "{}.",
            text::code(&format!("{} {}", operation.method, operation.path))
        )
    };
    let scheme = |it: &ir::SchemeUse| context.api.schemes[it.scheme.0].name.clone();
    OperationView {
        id: operation.id.clone(),
        http_method: operation.method.clone(),
        path: operation.path.clone(),
        summary: operation.docs.summary.clone(),
        description: operation.docs.description.clone(),
        docs: Docs::from(documented(&operation.docs, request)),
        deprecated: operation.deprecated,
        ident: (&names.call).into(),
        r#type: path(context.group_module(operation.group), &names.call),
        method: (&names.method).into(),
        output: Type(context.output_type(id, &outcome, PrintScope::Crate)),
        inputs: operation
            .inputs()
            .map(|it| input(context, &it, names.input(it.id)))
            .collect(),
        responses: operation
            .responses
            .iter()
            .map(|it| response(context, operation, it))
            .collect(),
        security: operation
            .security
            .iter()
            .map(|all| all.iter().map(scheme).collect())
            .collect(),
        paginated: context.pagination.of(id).is_some(),
        alternative: operation
            .alternative
            .as_ref()
            .map(|it| it.media_type.clone()),
        pointer: (&operation.pointer).into(),
    }
}

fn input(context: &Context<'_>, input: &InputRef<'_>, ident: &RustIdent) -> InputView {
    let (location, body) = match input.kind {
        InputKind::Path(_) => (InputLocation::Path, None),
        InputKind::Query(_) => (InputLocation::Query, None),
        InputKind::Header(_) => (InputLocation::Header, None),
        InputKind::Cookie(_) => (InputLocation::Cookie, None),
        InputKind::Form(_) => (InputLocation::Form, None),
        InputKind::Part(_) => (InputLocation::Part, None),
        InputKind::Additional(_) => (InputLocation::Additional, None),
        InputKind::Body(body) => (InputLocation::Body, Some(body)),
        InputKind::MediaType(body) => (InputLocation::MediaType, Some(body)),
    };
    let own = input.input();
    let untyped = match (location, body.map(|it| &it.kind)) {
        (InputLocation::Body, Some(BodyKind::Bytes)) => {
            RustType::of_view(runtime_type("Upload", PrintScope::Crate))
        }
        _ => RustType::of_view("String"),
    };
    let docs = input.docs().cloned().unwrap_or_default();
    let named = || own.map_or_else(|| "The request body.".to_owned(), |it| text::code(&it.name));
    let pointer = own.map(|it| &it.pointer).or(body.map(|it| &it.pointer));
    let ty = match location {
        InputLocation::MediaType => None,
        _ => input.ty(),
    };
    InputView {
        name: own
            .filter(|_| location != InputLocation::Additional)
            .map(|it| it.name.clone()),
        location,
        ident: ident.into(),
        scalar: ty.and_then(|ty| scalar(&context.resolved(ty))),
        r#type: Type(ty.map_or(untyped, |ty| context.ty(ty, PrintScope::Crate))),
        required: input.required(),
        nullable: own.is_some_and(|it| it.nullable),
        deprecated: input.deprecated(),
        sensitive: own.is_some_and(|it| it.sensitive),
        docs: Docs::from(documented(&docs, named)),
        description: docs.description,
        default: own.and_then(|it| it.default.clone()),
        example: own.and_then(|it| it.example.clone()),
        pointer: pointer.map(Into::into).unwrap_or_default(),
    }
}

fn scalar(ty: &TypeRef) -> Option<Scalar> {
    match ty {
        TypeRef::Primitive(Primitive::String) => Some(Scalar::String),
        TypeRef::Primitive(Primitive::Bool) => Some(Scalar::Bool),
        TypeRef::Primitive(
            Primitive::I32
            | Primitive::I64
            | Primitive::U32
            | Primitive::U64
            | Primitive::I128
            | Primitive::F32
            | Primitive::F64,
        ) => Some(Scalar::Number),
        TypeRef::Primitive(_)
        | TypeRef::Named(_)
        | TypeRef::Array(_)
        | TypeRef::Map(_)
        | TypeRef::Nullable(_) => None,
    }
}

fn response(context: &Context<'_>, operation: &Operation, response: &Response) -> ResponseView {
    let header = |header: &ir::ResponseHeader| HeaderView {
        name: header.name.clone(),
        description: header.docs.description.clone(),
        r#type: Type(context.ty(&header.ty, PrintScope::Crate)),
    };
    ResponseView {
        status: status_word(response.status),
        success: ir::is_success(response.status, operation.statuses()),
        description: response.docs.description.clone(),
        media_type: response.media_type.clone(),
        content: match &response.kind {
            ResponseKind::Empty => ResponseContent::Empty,
            ResponseKind::Json(_) => ResponseContent::Json,
            ResponseKind::Text => ResponseContent::Text,
            ResponseKind::Bytes => ResponseContent::Bytes,
            ResponseKind::Events(_) => ResponseContent::Events,
            ResponseKind::JsonStream(_) => ResponseContent::JsonStream,
        },
        r#type: context
            .response_type(&response.kind, PrintScope::Crate)
            .map(Type),
        headers: response.headers.iter().map(header).collect(),
        pointer: (&response.pointer).into(),
    }
}

fn model(context: &Context<'_>, id: TypeId, def: &TypeDef) -> ModelView {
    let names = context.names.of(id);
    let (decoded, encoded) = context.codec(id);
    let (kind, fields, variants, target) = match &def.shape {
        Shape::Struct(shape) => {
            let fields = shape.fields.iter().zip(&names.members).enumerate();
            let fields = fields.map(|(index, (it, ident))| field(context, id, index, it, ident));
            (ModelKind::Struct, fields.collect(), Vec::new(), None)
        }
        Shape::StringEnum(values) => {
            let values = values.iter().map(|it| (it.value.clone().into(), &it.docs));
            (
                ModelKind::StringEnum,
                Vec::new(),
                constants(values, &names.members),
                None,
            )
        }
        Shape::IntegerEnum(values) => {
            let values = values.iter().map(|it| (it.value.into(), &it.docs));
            (
                ModelKind::IntegerEnum,
                Vec::new(),
                constants(values, &names.members),
                None,
            )
        }
        Shape::NumberEnum(values) => {
            let idents: Vec<RustIdent> = names.members.iter().map(RustIdent::shouted).collect();
            let values = values.iter().map(|it| (it.value.into(), &it.docs));
            (
                ModelKind::NumberEnum,
                Vec::new(),
                constants(values, &idents),
                None,
            )
        }
        Shape::Union(union) => {
            let variants = union.variants.iter().zip(&names.members).enumerate();
            let variants = variants.map(|(index, (it, ident))| VariantView {
                ident: ident.into(),
                value: it.constant.clone(),
                tags: it.tags.clone(),
                r#type: Some(Type(context.union_variant_type(
                    id,
                    union,
                    index,
                    PrintScope::Crate,
                ))),
                description: it.docs.description.clone(),
            });
            (ModelKind::Union, Vec::new(), variants.collect(), None)
        }
        Shape::Collection(ty) => (ModelKind::Collection, Vec::new(), Vec::new(), Some(ty)),
        Shape::Alias(ty) => (ModelKind::Alias, Vec::new(), Vec::new(), Some(ty)),
        Shape::Custom(_) => (ModelKind::Custom, Vec::new(), Vec::new(), None),
    };
    ModelView {
        name: match &def.name {
            NameSource::Component(name) => Some(name.clone()),
            NameSource::Within(..)
            | NameSource::Operation(..)
            | NameSource::Place(_)
            | NameSource::Webhooks => None,
        },
        title: def.docs.summary.clone(),
        description: def.docs.description.clone(),
        docs: Docs::from(schema_docs(def, &names.ident)),
        deprecated: def.deprecated,
        ident: (&names.ident).into(),
        r#type: Type(RustType::of_view(context.model_path(id, PrintScope::Crate))),
        module: (&names.module).into(),
        kind,
        decoded,
        encoded,
        fields,
        maps: match &def.shape {
            Shape::Struct(shape) => maps(context, id, shape),
            _ => Vec::new(),
        },
        variants,
        target: target.map(|ty| Type(context.ty(ty, PrintScope::Crate))),
        example: def.example.clone(),
        pointer: (&def.pointer).into(),
    }
}

/// Returns the maps of a struct.
fn maps(context: &Context<'_>, id: TypeId, shape: &Struct) -> Vec<MapView> {
    let patterns = shape.patterns.iter();
    let patterns = patterns.map(|it| (Some(it.pattern.source.clone()), &it.ty));
    let rest = shape.additional.kept().map(|ty| (None, ty));
    let idents = context.names.of(id).maps(shape);
    let map = |((pattern, ty), ident): ((Option<String>, &TypeRef), &RustIdent)| MapView {
        ident: ident.into(),
        pattern,
        r#type: Type(context.ty(ty, PrintScope::Crate)),
    };
    patterns.chain(rest).zip(idents).map(map).collect()
}

fn field(
    context: &Context<'_>,
    owner: TypeId,
    index: usize,
    field: &Field,
    ident: &RustIdent,
) -> FieldView {
    FieldView {
        name: field.name.clone(),
        ident: ident.into(),
        r#type: Type(context.field_type(owner, index, field, PrintScope::Crate)),
        required: field.required,
        nullable: field.nullable,
        read_only: field.read_only,
        write_only: field.write_only,
        deprecated: field.deprecated,
        sensitive: field.sensitive,
        description: field.docs.description.clone(),
        docs: Docs::from(documented(&field.docs, || property_sentence(&field.name))),
        default: field.default.clone(),
        example: field.example.clone(),
        pointer: (&field.pointer).into(),
    }
}

/// Returns the values of an enumeration.
fn constants<'a>(
    values: impl Iterator<Item = (serde_json::Value, &'a ir::Docs)>,
    idents: &[RustIdent],
) -> Vec<VariantView> {
    let variants = values
        .zip(idents)
        .map(|((value, docs), ident)| VariantView {
            ident: ident.into(),
            value: Some(value),
            tags: Vec::new(),
            r#type: None,
            description: docs.description.clone(),
        });
    variants.collect()
}

fn path(module: &str, ident: &RustIdent) -> Type {
    Type(RustType::of_view(format!("crate::{module}::{ident}")))
}
