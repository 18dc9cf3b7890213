//! Bodies, responses, headers and media types.

use std::borrow::Cow;

use indexmap::IndexMap;
use openapiv3 as oas;
use openapiv3::{ParameterSchemaOrContent, ReferenceOr, StatusCode};
use serde_json::{Map, Value};

use super::parameters::query_style;
use super::references::Context;
use super::resolved::{
    Encoding, Example, Header, MediaType, RequestBody, Response, SchemaId, Status, Style,
};
use crate::pointer::Pointer;

pub(super) fn request_body(
    item: &ReferenceOr<oas::RequestBody>,
    operation: &Pointer,
    context: &mut Context<'_>,
) -> Option<RequestBody> {
    let (body, pointer) = context.resolve(item, &operation.child("requestBody"))?;
    Some(RequestBody {
        description: body.description.clone(),
        required: body.required,
        content: content(&body.content, &pointer, context),
        extensions: body.extensions.clone(),
        pointer,
    })
}

pub(super) fn responses(
    responses: &oas::Responses,
    operation: &Pointer,
    context: &mut Context<'_>,
) -> Vec<Response> {
    let place = operation.child("responses");
    let written = context.tree.pointer(place.as_str());
    let codes = responses
        .responses
        .iter()
        .map(|(status, item)| match *status {
            StatusCode::Code(code) => (Status::Code(code), code.to_string(), item),
            StatusCode::Range(digit) => (range(digit), range_key(digit, written), item),
        });
    let default = responses
        .default
        .iter()
        .map(|item| (Status::Default, "default".to_owned(), item));
    codes
        .chain(default)
        .filter_map(|(status, key, item)| {
            let (response, pointer) = context.resolve(item, &place.child(&key))?;
            Some(Response {
                status,
                description: response.description.clone(),
                headers: headers(&response.headers, &pointer, context),
                content: content(&response.content, &pointer, context),
                pointer,
            })
        })
        .collect()
}

fn range(digit: u16) -> Status {
    Status::Range(u8::try_from(digit).unwrap_or(u8::MAX))
}

/// Returns the key of a range as the document writes it, such as `4xx`.
fn range_key(digit: u16, responses: Option<&Value>) -> String {
    let key = format!("{digit}XX");
    let keys = responses
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys);
    keys.into_iter()
        .find(|written| written.eq_ignore_ascii_case(&key))
        .cloned()
        .unwrap_or(key)
}

/// Returns the headers of a response or a part. OpenAPI ignores `Content-Type` among them.
fn headers(
    headers: &IndexMap<String, ReferenceOr<oas::Header>>,
    holder: &Pointer,
    context: &mut Context<'_>,
) -> Vec<Header> {
    let place = holder.child("headers");
    headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
        .filter_map(|(name, item)| {
            let (header, pointer) = context.resolve(item, &place.child(name))?;
            Some(Header {
                name: name.clone(),
                description: header.description.clone(),
                required: header.required,
                schema: header_schema(&header.format, &pointer, context),
                pointer,
            })
        })
        .collect()
}

fn header_schema(
    format: &ParameterSchemaOrContent,
    header: &Pointer,
    context: &mut Context<'_>,
) -> Option<SchemaId> {
    match format {
        ParameterSchemaOrContent::Schema(schema) => context.schema(schema),
        ParameterSchemaOrContent::Content(content) => {
            let (name, given) = content.first()?;
            media_type(name, given, &header.child("content"), context)?.schema
        }
    }
}

fn content(content: &oas::Content, holder: &Pointer, context: &mut Context<'_>) -> Vec<MediaType> {
    let place = holder.child("content");
    content
        .iter()
        .filter_map(|(name, media)| media_type(name, media, &place, context))
        .collect()
}

/// Returns a media type of the `content` object at the pointer `content`, or the one that its
/// `$ref` refers to.
pub(super) fn media_type(
    name: &str,
    given: &oas::MediaType,
    content: &Pointer,
    context: &mut Context<'_>,
) -> Option<MediaType> {
    let place = content.child(name);
    let written = context.tree.pointer(place.as_str());
    let reference = written.and_then(|value| value.get("$ref")?.as_str());
    let (media_type, pointer) = match reference {
        Some(reference) => {
            let (target, place, _) = context.follow::<oas::MediaType>(reference, &place)?;
            (target, place)
        }
        None => (Cow::Borrowed(given), place),
    };
    let encodings = pointer.child("encoding");
    Some(MediaType {
        name: name.to_owned(),
        item_schema: item_schema(&pointer, context),
        item_type: {
            let place = pointer.child("itemEncoding").child("contentType");
            let item_type = context.tree.pointer(place.as_str());
            item_type.and_then(Value::as_str).map(str::to_owned)
        },
        schema: media_type
            .schema
            .as_ref()
            .and_then(|schema| context.schema(schema)),
        encoding: media_type
            .encoding
            .iter()
            .map(|(property, given)| {
                let pointer = encodings.child(property);
                (property.clone(), encoding(given, pointer, context))
            })
            .collect(),
        examples: examples(
            media_type.example.as_ref(),
            &media_type.examples,
            &pointer,
            context,
        ),
        pointer,
    })
}

/// Returns `itemSchema` of a media type. `openapiv3` doesn't know it, so it is read from the tree.
fn item_schema(media_type: &Pointer, context: &Context<'_>) -> Option<SchemaId> {
    let place = media_type.child("itemSchema");
    let schema = context.tree.pointer(place.as_str())?;
    let reference = schema.get("$ref")?.as_str()?.to_owned();
    context.schema(&ReferenceOr::Reference { reference })
}

fn encoding(encoding: &oas::Encoding, pointer: Pointer, context: &mut Context<'_>) -> Encoding {
    let style: Option<Style> = encoding.style.as_ref().map(query_style);
    Encoding {
        headers: headers(&encoding.headers, &pointer, context),
        pointer,
        content_type: encoding.content_type.clone(),
        style,
        explode: encoding.explode,
        allow_reserved: encoding.allow_reserved,
    }
}

/// Returns the values of `example` and `examples`.
pub(super) fn examples(
    example: Option<&Value>,
    examples: &IndexMap<String, ReferenceOr<oas::Example>>,
    holder: &Pointer,
    context: &mut Context<'_>,
) -> Vec<Example> {
    let own = example.map(|value| Example {
        pointer: holder.child("example"),
        value: value.clone(),
    });
    let mut given: Vec<Example> = own.into_iter().collect();
    let place = holder.child("examples");
    for (name, item) in examples {
        if let Some((example, pointer)) = context.resolve(item, &place.child(name)) {
            given.extend(example.value.as_ref().map(|value| Example {
                pointer: pointer.child("value"),
                value: value.clone(),
            }));
        }
    }
    given
}
