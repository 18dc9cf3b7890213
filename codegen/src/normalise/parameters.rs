//! Parameters: merged with those of the path item, and matched with the path.

use openapiv3 as oas;
use openapiv3::{
    CookieStyle, HeaderStyle, ParameterData, ParameterSchemaOrContent, PathStyle, QueryStyle,
    ReferenceOr,
};

use super::payloads;
use super::references::Context;
use super::resolved::{Location, Parameter, ParameterFormat, Schema, SchemaId, SchemaType, Style};
use crate::parse::text::excerpt;
use crate::pointer::Pointer;

/// Adds a list of parameters. Each replaces an inherited one with the same name and location.
pub(super) fn merge(
    merged: &mut Vec<Parameter>,
    items: &[ReferenceOr<oas::Parameter>],
    holder: &Pointer,
    context: &mut Context<'_>,
) {
    let inherited = merged.len();
    for (index, item) in items.iter().enumerate() {
        let place = holder.child("parameters").index(index);
        let Some((parameter, pointer)) = context.resolve(item, &place) else {
            continue;
        };
        let Some(parameter) = read(&parameter, pointer, context) else {
            continue;
        };
        if let Some((who, help)) = ignored_header(&parameter) {
            let name = excerpt(&parameter.name);
            let message = format!("{who} the header parameter `{name}`");
            context.warn(&place, message, help);
            continue;
        }
        match merged.iter().position(|other| same(other, &parameter)) {
            Some(at) if at < inherited => merged[at] = parameter,
            Some(_) => {
                let message = format!(
                    "the parameter `{}` is declared twice; this declaration is ignored",
                    excerpt(&parameter.name)
                );
                context.warn(&place, message, "remove one of the two");
            }
            None => merged.push(parameter),
        }
    }
}

fn same(one: &Parameter, other: &Parameter) -> bool {
    one.location == other.location
        && match one.location {
            // RFC 9110, section 5.1
            Location::Header => one.name.eq_ignore_ascii_case(&other.name),
            _ => one.name == other.name,
        }
}

/// Returns who ignores a header parameter, as a phrase, and what happens instead; `None` if it is sent.
fn ignored_header(parameter: &Parameter) -> Option<(&'static str, &'static str)> {
    if parameter.location != Location::Header {
        return None;
    }
    match parameter.name.to_ascii_lowercase().as_str() {
        "accept" | "content-type" | "authorization" => Some((
            "OpenAPI ignores",
            "the client sets it from the media types and the security schemes",
        )),
        name if is_left_to_http(name) => Some((
            "the client ignores",
            "HTTP sets it from the URL, the body and the connection, and another value would break \
             the request",
        )),
        _ => None,
    }
}

/// Returns whether a header frames a request or belongs to its connection, so that no parameter can
/// set it (RFC 9110, sections 7.2, 7.6.1, 7.8, 8.6 and 10.1.4; RFC 9112, section 6.1).
pub fn is_left_to_http(header: &str) -> bool {
    const HEADERS: [&str; 9] = [
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    HEADERS.iter().any(|it| it.eq_ignore_ascii_case(header))
}

fn read(
    parameter: &oas::Parameter,
    pointer: Pointer,
    context: &mut Context<'_>,
) -> Option<Parameter> {
    let (location, style, allow_reserved) = match parameter {
        oas::Parameter::Path { style, .. } => (Location::Path, path_style(style), false),
        oas::Parameter::Query {
            style,
            allow_reserved,
            ..
        } => (Location::Query, query_style(style), *allow_reserved),
        oas::Parameter::Header {
            style: HeaderStyle::Simple,
            ..
        } => (Location::Header, Style::Simple, false),
        oas::Parameter::Cookie {
            style: CookieStyle::Form,
            ..
        } => (Location::Cookie, Style::Form, false),
    };
    let data = parameter.parameter_data_ref();
    // `openapiv3` doesn't know these values of OpenAPI 3.2.
    let written = context.tree.pointer(pointer.as_str());
    let has = |name: &str, value: &str| {
        let own = written.and_then(|parameter| parameter.get(name)?.as_str());
        own == Some(value)
    };
    let style = if has("style", "cookie") {
        Style::Cookie
    } else {
        style
    };
    let mut format = format(data, style, allow_reserved, &pointer, context)?;
    if has("in", "querystring")
        && let ParameterFormat::Content(media_type) = format
    {
        format = ParameterFormat::QueryString(media_type);
    }
    Some(Parameter {
        name: data.name.clone(),
        location,
        required: data.required || location == Location::Path,
        description: data.description.clone(),
        deprecated: data.deprecated == Some(true),
        format,
        example: payloads::examples(data.example.as_ref(), &data.examples, &pointer, context)
            .into_iter()
            .next()
            .map(|example| example.value),
        extensions: data.extensions.clone(),
        pointer,
    })
}

fn format(
    data: &ParameterData,
    style: Style,
    allow_reserved: bool,
    pointer: &Pointer,
    context: &mut Context<'_>,
) -> Option<ParameterFormat> {
    match &data.format {
        ParameterSchemaOrContent::Schema(schema) => Some(ParameterFormat::Schema {
            schema: context.schema(schema)?,
            style,
            explode: data
                .explode
                .unwrap_or(matches!(style, Style::Form | Style::Cookie)),
            allow_reserved,
        }),
        ParameterSchemaOrContent::Content(content) => {
            let place = pointer.child("content");
            let (name, media_type) = content.first()?;
            let media_type = payloads::media_type(name, media_type, &place, context)?;
            Some(ParameterFormat::Content(media_type))
        }
    }
}

fn path_style(style: &PathStyle) -> Style {
    match style {
        PathStyle::Matrix => Style::Matrix,
        PathStyle::Label => Style::Label,
        PathStyle::Simple => Style::Simple,
    }
}

pub(super) fn query_style(style: &QueryStyle) -> Style {
    match style {
        QueryStyle::Form => Style::Form,
        QueryStyle::SpaceDelimited => Style::SpaceDelimited,
        QueryStyle::PipeDelimited => Style::PipeDelimited,
        QueryStyle::DeepObject => Style::DeepObject,
    }
}

/// Matches path parameters with the placeholders of the path.
pub(super) fn match_path(
    parameters: &mut Vec<Parameter>,
    path: &str,
    operation: &Pointer,
    context: &mut Context<'_>,
) {
    let placeholders = placeholders(path);
    parameters.retain(|parameter| {
        let stays =
            parameter.location != Location::Path || placeholders.contains(&parameter.name.as_str());
        if !stays {
            let name = excerpt(&parameter.name);
            let message = format!(
                "the path `{}` doesn't contain `{{{name}}}`, so this parameter is ignored",
                excerpt(path)
            );
            context.warn(
                &parameter.pointer,
                message,
                "add it to the path, or remove the parameter",
            );
        }
        stays
    });
    for name in placeholders {
        let known =
            |parameter: &Parameter| parameter.location == Location::Path && parameter.name == name;
        if !parameters.iter().any(known) {
            let message = format!(
                "no parameter describes `{{{}}}` in the path, so it takes a string",
                excerpt(name)
            );
            context.warn(
                operation,
                message,
                "add a parameter with this name and `in: path`",
            );
            parameters.push(text_parameter(name, operation, context));
        }
    }
}

/// Warns of a parameter that is the whole query string beside others in the query.
pub(super) fn check_query_string(parameters: &[Parameter], context: &mut Context<'_>) {
    let is_whole = |it: &&Parameter| matches!(it.format, ParameterFormat::QueryString(_));
    let count = parameters
        .iter()
        .filter(|it| it.location == Location::Query);
    if let Some(whole) = parameters.iter().find(is_whole)
        && count.count() > 1
    {
        context.warn(
            &whole.pointer,
            "`in: querystring` describes the whole query, but there are other query parameters; all of them are sent",
            "describe the query in one parameter, or each parameter with `in: query`",
        );
    }
}

/// Returns the names in braces, without duplicates.
fn placeholders(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((_, behind)) = rest.split_once('{') {
        let Some((name, behind)) = behind.split_once('}') else {
            break;
        };
        // `{a{b}` contains the name `b`.
        let name = name.rsplit('{').next().unwrap_or(name);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        rest = behind;
    }
    names
}

fn text_parameter(name: &str, operation: &Pointer, context: &mut Context<'_>) -> Parameter {
    let pointer = operation.child("parameters").child(name);
    let schema = SchemaId(context.schemas.nodes.len());
    let place = pointer.child("schema");
    context.schemas.by_pointer.insert(place.clone(), schema);
    context.schemas.nodes.push(Schema {
        pointer: place,
        schema_type: Some(SchemaType::String),
        ..Schema::default()
    });
    Parameter {
        pointer,
        name: name.to_owned(),
        location: Location::Path,
        required: true,
        description: None,
        deprecated: false,
        format: ParameterFormat::Schema {
            schema,
            style: Style::Simple,
            explode: false,
            allow_reserved: false,
        },
        example: None,
        extensions: indexmap::IndexMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn placeholders_are_found_wherever_they_stand_in_a_segment() {
        assert_eq!(placeholders("/a/{b}/{c}.{d}:x/{b}"), ["b", "c", "d"]);
        assert_eq!(placeholders("/{}/{a{b}/}{c"), ["b"]);
    }
}
