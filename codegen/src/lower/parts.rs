//! The parts of multipart bodies: their content, media type and headers.

use super::forms::Property;
use super::media::{FORM_DATA, MediaFamily, family, multipart_type};
use super::operations::by_style;
use super::schema::SchemaKind;
use super::{Lowering, MAX_DEPTH};
use crate::fallback::FallbackReason;
use crate::ir::{Encoding, Input, Part, Primitive, TypeRef};
use crate::normalise::resolved::{self, MediaType, SchemaId, Style};

const FILE: TypeRef = TypeRef::Primitive(Primitive::File);

/// The header with the encoding of a part's content (RFC 2045, section 6).
const TRANSFER_ENCODING: &str = "Content-Transfer-Encoding";

/// The content of a field's parts.
#[derive(Clone, Copy, PartialEq)]
enum PartContent {
    File,
    Files,
    /// A file or several: an array is one alternative of a union.
    FileOrFiles,
    Json,
    Text,
    /// A document that the caller encodes, such as XML.
    Written,
}

impl PartContent {
    /// Returns the content of a list of such values, each of which is a part.
    fn listed(self) -> Self {
        match self {
            Self::File | Self::Files | Self::FileOrFiles => Self::Files,
            Self::Json | Self::Text | Self::Written => self,
        }
    }

    fn is_file(self) -> bool {
        self.listed() == Self::Files
    }
}

impl Part {
    /// Returns a part without a media type and headers.
    pub(super) fn plain(input: Input) -> Self {
        Self {
            input,
            media_type: None,
            headers: Vec::new(),
        }
    }
}

impl Lowering<'_, '_> {
    /// Returns a field of a multipart body (OpenAPI 3.0.4 and 3.1.1, "Encoding `multipart` Media
    /// Types").
    pub(super) fn part(&mut self, media: &MediaType, property: &Property) -> Part {
        let given = media.encoding.get(&property.name);
        let content_type = given.and_then(|encoding| encoding.content_type.as_deref());
        let content = self.part_content(property.schema, content_type, 0);
        let input = match content {
            PartContent::File => self.written_input(property, FILE),
            PartContent::Files => self.written_input(property, TypeRef::Array(Box::new(FILE))),
            PartContent::FileOrFiles => {
                self.written_input(property, TypeRef::Primitive(Primitive::Files))
            }
            PartContent::Written => {
                self.fall_back(&property.pointer, FallbackReason::PartText);
                self.written_input(property, TypeRef::Primitive(Primitive::String))
            }
            PartContent::Json => self.field_input(property, Encoding::Json),
            PartContent::Text => self.field_input(property, by_style(Style::Form, true, false)),
        };
        let mut headers = given.map_or_else(Vec::new, |given| {
            self.part_headers(given, content.is_file())
        });
        let is_encoding =
            |(name, _): &(String, String)| name.eq_ignore_ascii_case(TRANSFER_ENCODING);
        let is_base64 = content == PartContent::Text && base64(&input.ty);
        if is_base64 && !headers.iter().any(is_encoding) {
            headers.push((TRANSFER_ENCODING.to_owned(), "base64".to_owned()));
        }
        let default = self.default_content_type(media, property.schema, content);
        let content_type = content_type.map(str::trim).filter(|name| !name.is_empty());
        // The runtime chooses the media type of a file from a list.
        let content_type = content_type.filter(|name| content.is_file() || is_single(name));
        Part {
            media_type: content_type.map(str::to_owned).or(default),
            headers,
            input,
        }
    }

    /// Returns the media type of a part for which the document gives no single `contentType`; `None`
    /// for files, for which `application/octet-stream` is the default of the runtime, and for
    /// text in a form, which is `text/plain` without a header (RFC 7578, section 4.4).
    fn default_content_type(
        &mut self,
        media: &MediaType,
        schema: SchemaId,
        content: PartContent,
    ) -> Option<String> {
        let item = self.part_item(schema).unwrap_or(schema);
        let merged = self.merged(self.canonical(item));
        let content_media_type = merged.schema.content_media_type.clone();
        match content {
            PartContent::Json => Some("application/json".to_owned()),
            PartContent::File | PartContent::Files | PartContent::FileOrFiles => content_media_type,
            PartContent::Text => match self.kind(&merged) {
                SchemaKind::Primitive(Primitive::Base64 | Primitive::Base64Url) => {
                    Some(content_media_type.unwrap_or("application/octet-stream".to_owned()))
                }
                _ if multipart_type(&media.name) == FORM_DATA => None,
                _ => Some("text/plain; charset=utf-8".to_owned()),
            },
            PartContent::Written => None,
        }
    }

    /// Returns the schema of an array's items, each of which is a part.
    fn part_item(&mut self, schema: SchemaId) -> Option<SchemaId> {
        let merged = self.merged(self.canonical(schema));
        match self.kind(&merged) {
            SchemaKind::Array(item) => item,
            _ => None,
        }
    }

    /// Returns the content of a field's parts, by `contentType` or else by the schema. An array has
    /// the content of its items.
    fn part_content(
        &mut self,
        schema: SchemaId,
        content_type: Option<&str>,
        depth: usize,
    ) -> PartContent {
        if let Some(item) = self.part_item(schema) {
            return self.item_content(item, content_type, depth).listed();
        }
        let merged = self.merged(self.canonical(schema));
        match (self.kind(&merged), content_type.map(family)) {
            // Items of any type.
            (SchemaKind::Array(_), None | Some(MediaFamily::Wildcard | MediaFamily::Bytes)) => {
                PartContent::Files
            }
            _ => self.item_content(schema, content_type, depth),
        }
    }

    /// Returns the content of a part.
    fn item_content(
        &mut self,
        schema: SchemaId,
        content_type: Option<&str>,
        depth: usize,
    ) -> PartContent {
        if self.is_binary(Some(schema)) {
            return PartContent::File;
        }
        let merged = self.merged(self.canonical(schema));
        let kind = self.kind(&merged);
        if let Some(files) = self.files_among(&merged.alternatives, depth) {
            return files;
        }
        let is_string = matches!(
            kind,
            SchemaKind::Primitive(_) | SchemaKind::StringEnum | SchemaKind::Any(_)
        ) && !self.is_structured(Some(schema));
        match content_type.map(family) {
            None | Some(MediaFamily::Wildcard) => self.default_content(schema),
            Some(MediaFamily::Json) => PartContent::Json,
            Some(MediaFamily::Bytes) if is_encoded(kind) => PartContent::Text,
            Some(MediaFamily::Bytes) if is_string => PartContent::File,
            Some(
                MediaFamily::Text
                | MediaFamily::Events
                | MediaFamily::JsonSequence
                | MediaFamily::Xml,
            ) if is_string => PartContent::Text,
            Some(MediaFamily::Text | MediaFamily::Events | MediaFamily::JsonSequence)
                if !self.is_json(schema) =>
            {
                PartContent::Text
            }
            Some(
                MediaFamily::Bytes
                | MediaFamily::Text
                | MediaFamily::Events
                | MediaFamily::JsonSequence
                | MediaFamily::Xml
                | MediaFamily::Form
                | MediaFamily::Multipart,
            ) => PartContent::Written,
        }
    }

    /// Returns the content of a part without a `contentType`.
    fn default_content(&mut self, schema: SchemaId) -> PartContent {
        let merged = self.merged(self.canonical(schema));
        let described = merged.schema.content_media_type.as_deref().map(family);
        match (self.kind(&merged), described) {
            (SchemaKind::Any(FallbackReason::NoType), Some(MediaFamily::Json)) => PartContent::Json,
            // Without a type, a part is `application/octet-stream` (OpenAPI 3.1.1, Encoding Object).
            (SchemaKind::Any(FallbackReason::NoType), _) => PartContent::File,
            (SchemaKind::Primitive(Primitive::String), Some(MediaFamily::Bytes)) => {
                PartContent::File
            }
            _ if self.is_json(schema) => PartContent::Json,
            _ => PartContent::Text,
        }
    }

    /// Returns the content of a union if one of its alternatives is a file or a list of files.
    fn files_among(&mut self, alternatives: &[SchemaId], depth: usize) -> Option<PartContent> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let mut files = None;
        for id in alternatives {
            // An alternative of any value isn't meant as a file.
            if !self.describes_bytes(*id) {
                continue;
            }
            files = match (files, self.part_content(*id, None, depth + 1)) {
                (None, content) if content.is_file() => Some(content),
                (Some(PartContent::File), PartContent::File) => files,
                (Some(_), content) if content.is_file() => Some(PartContent::FileOrFiles),
                (files, _) => files,
            };
        }
        match files? {
            PartContent::File => Some(PartContent::File),
            _ => Some(PartContent::FileOrFiles),
        }
    }

    /// Whether a schema or the items of an array have a format or media type of bytes, or may have
    /// one in an alternative.
    fn describes_bytes(&mut self, schema: SchemaId) -> bool {
        let item = self.part_item(schema).unwrap_or(schema);
        let merged = self.merged(self.canonical(item));
        self.is_binary(Some(item))
            || merged.schema.content_media_type.is_some()
            || !merged.alternatives.is_empty()
    }

    /// Returns the headers of a part that have a fixed value. The caller sets the others of a file.
    fn part_headers(
        &mut self,
        encoding: &resolved::Encoding,
        is_file: bool,
    ) -> Vec<(String, String)> {
        let mut fixed = Vec::new();
        for header in &encoding.headers {
            if header.name.eq_ignore_ascii_case("content-disposition") {
                continue;
            }
            match self.only_value(header.schema) {
                Some(value) => fixed.push((header.name.clone(), value)),
                None if is_file => {}
                None => {
                    let message = format!(
                        "the part's header `{}` has no fixed value, so it isn't sent",
                        header.name
                    );
                    let help = "give its schema a `default`, which the client then sends";
                    self.warn(&header.pointer, message, help);
                    self.fall_back(&header.pointer, FallbackReason::PartHeader);
                }
            }
        }
        fixed
    }

    /// Returns the value that a schema fixes: its only value, or its default.
    fn only_value(&self, schema: Option<SchemaId>) -> Option<String> {
        let schema = self.schema(self.canonical(schema?));
        let value = match schema.enumeration.as_slice() {
            [only] => Some(only),
            _ => schema.default.as_ref(),
        };
        match value? {
            serde_json::Value::String(text) => Some(text.clone()),
            value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
                Some(value.to_string())
            }
            _ => None,
        }
    }
}

/// Whether a `contentType` is neither a list nor a range.
fn is_single(content_type: &str) -> bool {
    !content_type.contains([',', '*'])
}

/// Whether values of a kind are bytes that are written as text.
fn is_encoded(kind: SchemaKind) -> bool {
    matches!(
        kind,
        SchemaKind::Primitive(Primitive::Base64 | Primitive::Base64Url)
    )
}

/// Whether values of a type, or the items of a list, are written as base64.
fn base64(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Array(item) | TypeRef::Nullable(item) => base64(item),
        ty => *ty == TypeRef::Primitive(Primitive::Base64),
    }
}
