//! How a call encodes its request.

use serde::Serialize;

use super::print::{RustExpr, StrLit};
use super::types::Context;
use crate::ir::InputId;
use crate::ir::{
    Body, BodyKind, Encoding, Input, InputKind, InputRef, MediaChoice, Operation, OperationId,
    Part, PathPart, Primitive, QueryContent, ResponseKind, Style, TypeRef,
};
use crate::names::{OperationNames, RustIdent};

/// A step of encoding a request.
#[derive(Debug, PartialEq, Serialize)]
pub enum EncodeStep {
    /// Text of the path.
    Literal(StrLit),
    /// A parameter.
    Param {
        placement: Placement,
        field: FieldView,
    },
    /// A parameter that is the whole query string.
    QueryString {
        content: QueryContentView,
        name: StrLit,
        field: RustIdent,
    },
    /// The body of the response keeps its content coding.
    KeepContentCoding,
    /// A form without fields.
    EmptyForm { required: bool },
    /// A form.
    Form {
        fields: Vec<FieldView>,
        /// The map of further fields.
        additional: Option<FieldView>,
        required: bool,
    },
    /// A multipart body without parts.
    EmptyMultipart { media_type: StrLit, required: bool },
    /// A multipart body.
    Multipart {
        media_type: StrLit,
        parts: Vec<PartView>,
        /// The map of further parts.
        additional: Option<PartView>,
        required: bool,
    },
    /// A body that is one input.
    Body {
        writer: BodyWriter,
        /// The media type; empty if the call has to name it.
        media_type: StrLit,
        field: RustIdent,
        required: bool,
        /// The media type that the call has chosen: an `Option<&str>`.
        content_type: Option<RustExpr>,
    },
}

/// The location of a parameter: a method of the encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Placement {
    Path,
    Query,
    Header,
    Cookie,
}

/// How text is written.
const PLAIN: EncodingView = EncodingView::Style {
    style: Style::Form,
    explode: false,
    reserved: false,
};

/// A parameter or a field of a form.
#[derive(Debug, PartialEq, Serialize)]
pub struct FieldView {
    pub name: StrLit,
    pub encoding: EncodingView,
    pub field: RustIdent,
}

/// How a value is serialized.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum EncodingView {
    Json,
    Style {
        style: Style,
        explode: bool,
        reserved: bool,
    },
}

/// The content of a query string that one parameter describes.
#[derive(Debug, PartialEq, Serialize)]
pub enum QueryContentView {
    /// A form, with the encodings of some of its fields.
    Form(Vec<(StrLit, EncodingView)>),
    /// A value in this encoding.
    Value(EncodingView),
}

/// A field of a multipart body.
#[derive(Debug, PartialEq, Serialize)]
pub struct PartView {
    pub name: StrLit,
    /// How the value is serialized; `None` for files.
    pub encoding: Option<EncodingView>,
    pub headers: Option<PartHeadersView>,
    pub field: RustIdent,
}

/// The media type and the headers of a part that has at least one of them.
#[derive(Debug, PartialEq, Serialize)]
pub struct PartHeadersView {
    /// The media type; empty if the part has none.
    pub media_type: StrLit,
    /// The names and values of the headers.
    pub headers: Vec<(StrLit, StrLit)>,
}

/// How a body that is one input as a whole is encoded.
#[derive(Debug, PartialEq, Serialize)]
pub enum BodyWriter {
    Json,
    JsonSequence,
    Text,
    /// Bytes.
    Upload,
}

impl EncodeStep {
    /// Returns the encodings that the step uses.
    pub fn encodings(&self) -> Vec<EncodingView> {
        match self {
            Self::Param { field, .. } => vec![field.encoding],
            Self::QueryString { content, .. } => match content {
                QueryContentView::Form(fields) => fields.iter().map(|(_, it)| *it).collect(),
                QueryContentView::Value(encoding) => vec![*encoding],
            },
            Self::Form {
                fields, additional, ..
            } => fields
                .iter()
                .chain(additional)
                .map(|it| it.encoding)
                .collect(),
            Self::Multipart {
                parts, additional, ..
            } => parts
                .iter()
                .chain(additional)
                .filter_map(|it| it.encoding)
                .collect(),
            Self::Literal(_)
            | Self::KeepContentCoding
            | Self::EmptyForm { .. }
            | Self::EmptyMultipart { .. }
            | Self::Body { .. } => Vec::new(),
        }
    }
}

impl Context<'_> {
    /// Returns the steps of encoding a request: the path, the other parameters, the body.
    pub(super) fn steps(&self, id: OperationId, operation: &Operation) -> Vec<EncodeStep> {
        let names = self.names.operation(id);
        let path_part = |part: &PathPart| match part {
            PathPart::Literal(text) => Some(EncodeStep::Literal(StrLit::new(text))),
            PathPart::Param(index) => {
                let input = operation.input(InputId::param(*index))?;
                param(&input, Placement::Path, names)
            }
        };
        let path = operation.path_parts.iter().filter_map(path_part);
        let params = operation.inputs().filter_map(|input| match input.kind {
            InputKind::Query(_) => param(&input, Placement::Query, names),
            InputKind::Header(_) => param(&input, Placement::Header, names),
            InputKind::Cookie(_) => param(&input, Placement::Cookie, names),
            InputKind::Path(_)
            | InputKind::Form(_)
            | InputKind::Part(_)
            | InputKind::Additional(_)
            | InputKind::Body(_)
            | InputKind::MediaType(_) => None,
        });
        let body = operation.body.as_ref();
        let keeps = keeps_content_coding(operation).then_some(EncodeStep::KeepContentCoding);
        path.chain(params)
            .chain(keeps)
            .chain(body.and_then(|body| body_step(operation, body, names)))
            .collect()
    }
}

/// Returns whether the document describes the content coding of bytes that an operation returns, such
/// as that of a stored file. The client decodes any other body.
fn keeps_content_coding(operation: &Operation) -> bool {
    let mut responses = operation.responses.iter();
    responses.any(|response| {
        let mut headers = response.headers.iter();
        let is_described = headers.any(|it| it.name.eq_ignore_ascii_case("content-encoding"));
        is_described && response.kind == ResponseKind::Bytes
    })
}

fn param(input: &InputRef<'_>, placement: Placement, names: &OperationNames) -> Option<EncodeStep> {
    if let Encoding::QueryString(content) = &input.input()?.encoding {
        return Some(EncodeStep::QueryString {
            content: query_content(content),
            name: StrLit::new(&input.input()?.name),
            field: names.input(input.id).clone(),
        });
    }
    Some(EncodeStep::Param {
        placement,
        field: field(input.input()?, names.input(input.id)),
    })
}

fn field(input: &Input, ident: &RustIdent) -> FieldView {
    FieldView {
        name: StrLit::new(&input.name),
        encoding: encoding(&input.encoding),
        field: ident.clone(),
    }
}

/// Returns the step that encodes a body. It consists of all inputs of the operation that aren't
/// parameters.
fn body_step(operation: &Operation, body: &Body, names: &OperationNames) -> Option<EncodeStep> {
    let required = body.required;
    let mut fields: Vec<FieldView> = Vec::new();
    let mut parts: Vec<PartView> = Vec::new();
    let mut additional: Option<(&Part, &RustIdent)> = None;
    let mut whole: Option<&RustIdent> = None;
    let mut content_type: Option<RustExpr> = None;
    for input in operation.inputs() {
        let ident = names.input(input.id);
        match input.kind {
            InputKind::Form(it) => fields.push(field(it, ident)),
            InputKind::Part(it) => parts.push(part(it, ident)),
            InputKind::Additional(it) => additional = Some((it, ident)),
            InputKind::Body(_) => whole = Some(ident),
            InputKind::MediaType(_) => {
                content_type = Some(RustExpr::new(match input.required() {
                    true => format!("Some(self.{ident}.as_str())"),
                    false => format!("self.{ident}.as_deref()"),
                }));
            }
            InputKind::Path(_)
            | InputKind::Query(_)
            | InputKind::Header(_)
            | InputKind::Cookie(_) => {}
        }
    }
    let writer = match &body.kind {
        BodyKind::Form(_) if fields.is_empty() && additional.is_none() => {
            return Some(EncodeStep::EmptyForm { required });
        }
        BodyKind::Form(_) => {
            return Some(EncodeStep::Form {
                fields,
                additional: additional.map(|(it, ident)| field(&it.input, ident)),
                required,
            });
        }
        BodyKind::Multipart(_) => {
            return Some(multipart(body, parts, additional));
        }
        BodyKind::Json(_) => BodyWriter::Json,
        BodyKind::JsonSequence(_) => BodyWriter::JsonSequence,
        BodyKind::Text => BodyWriter::Text,
        BodyKind::Bytes => BodyWriter::Upload,
    };
    Some(EncodeStep::Body {
        writer,
        media_type: StrLit::new(match body.media_choice {
            MediaChoice::Required => "",
            MediaChoice::Fixed | MediaChoice::Optional => &body.media_type,
        }),
        field: whole?.clone(),
        required,
        content_type,
    })
}

fn multipart(
    body: &Body,
    parts: Vec<PartView>,
    additional: Option<(&Part, &RustIdent)>,
) -> EncodeStep {
    let media_type = StrLit::new(&body.media_type);
    let required = body.required;
    if parts.is_empty() && additional.is_none() {
        return EncodeStep::EmptyMultipart {
            media_type,
            required,
        };
    }
    EncodeStep::Multipart {
        media_type,
        parts,
        additional: additional.map(|(it, ident)| part(it, ident)),
        required,
    }
}

fn part(part: &Part, ident: &RustIdent) -> PartView {
    let has_headers = part.media_type.is_some() || !part.headers.is_empty();
    PartView {
        name: StrLit::new(&part.input.name),
        encoding: (!is_file(&part.input.ty)).then(|| encoding(&part.input.encoding)),
        headers: has_headers.then(|| PartHeadersView {
            media_type: StrLit::new(part.media_type.as_deref().unwrap_or_default()),
            headers: part
                .headers
                .iter()
                .map(|(name, value)| (StrLit::new(name), StrLit::new(value)))
                .collect(),
        }),
        field: ident.clone(),
    }
}

/// Returns whether a field of a multipart body contains files.
fn is_file(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Array(inner) | TypeRef::Map(inner) => is_file(inner),
        ty => matches!(ty, TypeRef::Primitive(Primitive::File | Primitive::Files)),
    }
}

fn query_content(content: &QueryContent) -> QueryContentView {
    match content {
        QueryContent::Form(fields) => {
            let field = |(name, it): &(String, Encoding)| (StrLit::new(name), encoding(it));
            QueryContentView::Form(fields.iter().map(field).collect())
        }
        QueryContent::Json => QueryContentView::Value(EncodingView::Json),
        QueryContent::Text => QueryContentView::Value(PLAIN),
    }
}

fn encoding(encoding: &Encoding) -> EncodingView {
    match encoding {
        Encoding::Json | Encoding::QueryString(QueryContent::Json | QueryContent::Form(_)) => {
            EncodingView::Json
        }
        Encoding::QueryString(QueryContent::Text) => PLAIN,
        Encoding::Style {
            style,
            explode,
            allow_reserved,
        } => EncodingView::Style {
            style: *style,
            explode: *explode,
            reserved: *allow_reserved,
        },
    }
}
