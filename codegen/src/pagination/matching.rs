//! Whether a rule of pagination matches an operation, and what it then means for the operation.

use serde::Deserialize as _;

use super::{Advance, Cursor, PageInput, Pages, PropertyPath, presets};
use crate::analyse::target;
use crate::diagnostic::{Diagnostics, Stage};
use crate::ir::{
    Api, Body, BodyKind, Field, Location, Operation, OperationId, Primitive, Response,
    ResponseHeader, ResponseKind, Shape, TypeId, TypeRef,
};
use crate::options::{PageStyle, PaginationPreset, PaginationRule};
use crate::parse::text::excerpt;
use crate::pointer::Pointer;

/// Matches rules against one operation.
pub(super) struct Matcher<'a> {
    pub(super) api: &'a Api,
    pub(super) id: OperationId,
    pub(super) operation: &'a Operation,
}

/// Why a rule doesn't match: a message and its help.
struct Mismatch {
    message: String,
    help: &'static str,
}

impl Mismatch {
    fn new(message: impl Into<String>, help: &'static str) -> Self {
        Self {
            message: message.into(),
            help,
        }
    }
}

impl Matcher<'_> {
    /// Returns how the operation is paginated: by `x-pagination`, by a rule, or by a preset.
    /// Marks the rule in `used`.
    pub(super) fn find(
        &self,
        rules: &[PaginationRule],
        presets: &[PaginationPreset],
        used: &mut [bool],
        diagnostics: &mut Diagnostics,
    ) -> Option<Pages> {
        if let Some(pages) = self.by_extension(diagnostics) {
            return Some(pages);
        }
        match self.by_rule(rules, used) {
            Some(Ok(pages)) => Some(pages),
            // The call for another media type of a list need not return a list.
            Some(Err(_)) if self.operation.alternative.is_some() => None,
            Some(Err(Mismatch { message, help })) => {
                let pointer = &self.operation.pointer;
                diagnostics.error(Stage::Options, pointer, message, help);
                None
            }
            None => self.by_preset(presets),
        }
    }

    /// Matches `x-pagination`. Other generators have extensions of this name, so one of another form
    /// is ignored with a warning.
    fn by_extension(&self, diagnostics: &mut Diagnostics) -> Option<Pages> {
        let extension = self.operation.pagination.as_ref()?;
        let rule = PaginationRule::deserialize(extension).map_err(|error| error.to_string());
        let pages = rule.and_then(|rule| self.matching(&rule).map_err(|it| it.message));
        match pages {
            Ok(pages) => Some(pages),
            Err(_) if self.operation.alternative.is_some() => None,
            Err(reason) => {
                let message = format!("`x-pagination` is ignored: {}", excerpt(&reason));
                let help = "write it like a rule of the option `pagination`, unless it is meant for another program";
                let place = self.operation.pointer.child("x-pagination");
                diagnostics.warning(Stage::Options, &place, message, help);
                None
            }
        }
    }

    /// Matches the first rule that names the operation or, naming none, matches it.
    fn by_rule(
        &self,
        rules: &[PaginationRule],
        used: &mut [bool],
    ) -> Option<Result<Pages, Mismatch>> {
        for (rule, used) in rules.iter().zip(used) {
            let named = rule.names(&self.operation.id);
            if !named && !rule.operations.is_empty() {
                continue;
            }
            let matched = self.matching(rule);
            if named || matched.is_ok() {
                *used = true;
                return Some(matched);
            }
        }
        None
    }

    /// Matches the rules of the presets. Only GET is safe to repeat without being asked.
    fn by_preset(&self, presets: &[PaginationPreset]) -> Option<Pages> {
        if self.operation.method != "GET" {
            return None;
        }
        let rules = presets.iter().flat_map(|preset| presets::rules(*preset));
        rules
            .filter(|rule| rule.style != PageStyle::LinkHeader || self.documents_link_header())
            .find_map(|rule| self.matching(&rule).ok())
    }

    fn documents_link_header(&self) -> bool {
        let is_link = |header: &ResponseHeader| header.name.eq_ignore_ascii_case("link");
        self.success()
            .is_some_and(|response| response.headers.iter().any(is_link))
    }

    /// Returns how the operation is paginated by a rule.
    fn matching(&self, rule: &PaginationRule) -> Result<Pages, Mismatch> {
        let id = &self.operation.id;
        let Some(ResponseKind::Json(page)) = self.success().map(|response| &response.kind) else {
            return Err(Mismatch::new(
                format!(
                    "`{id}` can't be paginated: it has no single successful response with a JSON body"
                ),
                "name only operations that return a list",
            ));
        };
        if let Some((key, help)) = rule.needless() {
            return Err(Mismatch::new(
                format!("`pagination.{key}` has no meaning for this `style`"),
                help,
            ));
        }
        let (items, item) = self.items(page, rule)?;
        let advance = match rule.style {
            PageStyle::Link => Advance::Link(self.text(page, "next", rule.next.as_deref())?),
            PageStyle::LinkHeader => Advance::LinkHeader,
            PageStyle::Cursor => Advance::Cursor {
                input: self.input(rule)?,
                cursor: match &rule.last_item {
                    Some(pointer) => {
                        Cursor::LastItem(self.text(&item, "last-item", Some(pointer))?)
                    }
                    None => Cursor::Response(self.text(page, "next", rule.next.as_deref())?),
                },
            },
            PageStyle::Offset => Advance::Offset {
                input: self.input(rule)?,
            },
            PageStyle::Number => Advance::Number {
                input: self.input(rule)?,
                first: rule.first_page.unwrap_or(1),
            },
        };
        let more = rule.more.as_deref().map(|more| {
            let (path, ty) = self.property(page, "more", more)?;
            match ty {
                TypeRef::Primitive(Primitive::Bool) => Ok(path),
                _ => Err(self.wrong("more", more, "isn't a boolean")),
            }
        });
        let total = |key, pointer: &Option<String>| match pointer {
            Some(pointer) => match self.property(page, key, pointer)? {
                (path, TypeRef::Primitive(it)) if is_text(it) || is_number(it) => Ok(Some(path)),
                _ => Err(self.wrong(key, pointer, "isn't a number or a string")),
            },
            None => Ok(None),
        };
        Ok(Pages {
            operation: self.id,
            advance,
            items,
            item,
            more: more.transpose()?,
            total_pages: total("total-pages", &rule.total_pages)?,
            total_items: total("total-items", &rule.total_items)?,
            end_at: rule.end_at.clone(),
        })
    }

    /// Returns the only successful response.
    fn success(&self) -> Option<&Response> {
        let mut successes = self.operation.successes();
        match (successes.next(), successes.next()) {
            (Some((_, one)), None) => Some(one),
            _ => None,
        }
    }

    /// Returns where the items are, and their type: what the rule names, or else the response
    /// itself or its only array.
    fn items(
        &self,
        page: &TypeRef,
        rule: &PaginationRule,
    ) -> Result<(PropertyPath, TypeRef), Mismatch> {
        if let Some(pointer) = &rule.items {
            let (path, ty) = self.property(page, "items", pointer)?;
            return match ty {
                TypeRef::Array(item) => Ok((path, *item)),
                _ => Err(self.wrong("items", pointer, "isn't an array")),
            };
        }
        let id = match target(self.api, page) {
            TypeRef::Array(item) => return Ok((PropertyPath::default(), (**item).clone())),
            TypeRef::Named(id) => Some(*id),
            _ => None,
        };
        let fields = id.map_or(&[][..], |id| self.fields(id));
        let mut arrays = fields.iter().enumerate().filter_map(|(at, field)| {
            match (id, target(self.api, &field.ty)) {
                (Some(id), TypeRef::Array(item)) => Some((id, at, item)),
                _ => None,
            }
        });
        match (arrays.next(), arrays.next()) {
            (Some((id, at, item)), None) => {
                let path = PropertyPath {
                    steps: vec![(id, at)],
                };
                Ok((path, (**item).clone()))
            }
            (first, _) => {
                let count = if first.is_some() {
                    "several arrays"
                } else {
                    "no array"
                };
                let id = &self.operation.id;
                Err(Mismatch::new(
                    format!("the response of `{id}` has {count}, so its items aren't known"),
                    "name the array in `pagination.items`, such as `/data`",
                ))
            }
        }
    }

    /// Returns the path to a string or an integer.
    fn text(
        &self,
        ty: &TypeRef,
        key: &str,
        pointer: Option<&str>,
    ) -> Result<PropertyPath, Mismatch> {
        let Some(pointer) = pointer else {
            return Err(Mismatch::new(
                format!("`pagination.{key}` is missing for `{}`", self.operation.id),
                "set it to the JSON pointer of the next page's URL or cursor, such as `/meta/next`",
            ));
        };
        let (path, ty) = self.property(ty, key, pointer)?;
        match target(self.api, &ty) {
            TypeRef::Primitive(primitive) if is_text(*primitive) || is_integer(*primitive) => {
                Ok(path)
            }
            _ => Err(self.wrong(key, pointer, "isn't a string or an integer")),
        }
    }

    /// Returns the path that a JSON pointer describes, and the type at its end.
    fn property(
        &self,
        ty: &TypeRef,
        key: &str,
        pointer: &str,
    ) -> Result<(PropertyPath, TypeRef), Mismatch> {
        let steps = Pointer::from_encoded(pointer).ok_or_else(|| {
            Mismatch::new(
                format!("`pagination.{key}` isn't a JSON pointer: `{pointer}`"),
                "start it with a slash, such as `/meta/next`",
            )
        })?;
        let found = self.follow(ty, steps.segments());
        found.ok_or_else(|| self.wrong(key, pointer, "doesn't exist"))
    }

    /// Returns the path through properties of these names, and the type at its end.
    fn follow(
        &self,
        ty: &TypeRef,
        names: impl IntoIterator<Item = String>,
    ) -> Option<(PropertyPath, TypeRef)> {
        let mut path = PropertyPath::default();
        let mut ty = ty;
        for name in names {
            let TypeRef::Named(id) = target(self.api, ty) else {
                return None;
            };
            let at = self.fields(*id).iter().position(|it| it.name == name)?;
            ty = &self.fields(*id)[at].ty;
            path.steps.push((*id, at));
        }
        Some((path, target(self.api, ty).clone()))
    }

    fn fields(&self, id: TypeId) -> &[Field] {
        match &self.api.types[id.0].shape {
            Shape::Struct(shape) => &shape.fields,
            Shape::StringEnum(_)
            | Shape::IntegerEnum(_)
            | Shape::NumberEnum(_)
            | Shape::Union(_)
            | Shape::Collection(_)
            | Shape::Alias(_)
            | Shape::Custom(_) => &[],
        }
    }

    fn wrong(&self, key: &str, pointer: &str, problem: &str) -> Mismatch {
        let id = &self.operation.id;
        Mismatch::new(
            format!("`pagination.{key}` is `{pointer}`, which {problem} in the response of `{id}`"),
            "correct the pointer, or name only operations that have this property",
        )
    }

    /// Returns the input that the rule names: a query parameter, or else a property of the JSON body.
    fn input(&self, rule: &PaginationRule) -> Result<PageInput, Mismatch> {
        let id = &self.operation.id;
        let Some(name) = &rule.parameter else {
            return Err(Mismatch::new(
                format!("`pagination.parameter` is missing for `{id}`"),
                "name the query parameter, or the property of the JSON body, that requests the next page",
            ));
        };
        let mut params = self.operation.params.iter();
        if params.any(|it| it.location == Location::Query && it.input.name == *name) {
            return Ok(PageInput::Query(name.clone()));
        }
        let property = self
            .operation
            .body
            .as_ref()
            .map(|body| self.body_property(body, name));
        property.flatten().ok_or_else(|| {
            Mismatch::new(
                format!(
                    "`{id}` has no query parameter `{name}`, and no string or number `{name}` in a JSON \
                     body"
                ),
                "correct `parameter`, or list only operations that have this parameter",
            )
        })
    }

    /// Returns the property of a JSON body with this name, or at this JSON pointer, if it is a string
    /// or a number.
    fn body_property(&self, body: &Body, name: &str) -> Option<PageInput> {
        let BodyKind::Json(ty) = &body.kind else {
            return None;
        };
        let path = match name.starts_with('/') {
            true => Pointer::from_encoded(name)?.segments().collect(),
            false => vec![name.to_owned()],
        };
        let (_, ty) = self.follow(ty, path.iter().cloned())?;
        let TypeRef::Primitive(primitive) = ty else {
            return None;
        };
        (is_text(primitive) || is_number(primitive)).then(|| PageInput::Body {
            media_type: body.media_type.clone(),
            path,
            is_number: is_number(primitive),
        })
    }
}

fn is_text(primitive: Primitive) -> bool {
    matches!(primitive, Primitive::String | Primitive::Uuid)
}

fn is_integer(primitive: Primitive) -> bool {
    matches!(
        primitive,
        Primitive::I32 | Primitive::I64 | Primitive::U32 | Primitive::U64 | Primitive::I128
    )
}

fn is_number(primitive: Primitive) -> bool {
    is_integer(primitive)
        || matches!(
            primitive,
            Primitive::F32 | Primitive::F64 | Primitive::Number
        )
}
