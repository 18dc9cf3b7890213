//! Which operations answer in pages, and how one page leads to the next.
//!
//! What says so is, in this order: `x-pagination` of the operation (an overlay may add it), the
//! rules of the options, and the built-in rules for answers that name the next page themselves.

use serde::Deserialize as _;

use crate::analyse::target;
use crate::diagnostic::{Diagnostics, Stage};
use crate::ir::{
    Api, Location, Operation, OperationId, Primitive, Response, ResponseKind, Shape, Status,
    TypeId, TypeRef,
};
use crate::options::{Options, PageStyle, PaginationRule};
use crate::pointer::Pointer;

/// The operations that answer in pages, in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pagination {
    lists: Vec<List>,
}

impl Pagination {
    /// How an operation answers in pages, if it does.
    pub fn of(&self, id: OperationId) -> Option<&List> {
        let at = self.lists.binary_search_by_key(&id, |list| list.operation);
        at.ok().map(|at| &self.lists[at])
    }

    /// Whether no operation does.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }
}

/// An operation that answers in pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The operation.
    pub operation: OperationId,
    /// How the request for the next page differs from the one before.
    pub advance: Advance,
    /// Where an answer has its items.
    pub items: Path,
    /// What an item is.
    pub item: TypeRef,
    /// Where an answer says whether there are more.
    pub more: Option<Path>,
}

/// How the request for the next page differs from the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advance {
    /// It goes to the address that the answer holds.
    Link(Path),
    /// It goes to the address of the header `Link` (RFC 8288).
    LinkHeader,
    /// A parameter takes the cursor of the answer.
    Cursor {
        /// The parameter.
        parameter: String,
        /// Where the answer, or its last item, has the cursor.
        cursor: Cursor,
    },
    /// A parameter grows by the number of items.
    Offset {
        /// The parameter.
        parameter: String,
    },
    /// A parameter grows by one.
    Number {
        /// The parameter.
        parameter: String,
        /// The number of the first page.
        first: u64,
    },
}

/// Where a cursor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// In the answer.
    Answer(Path),
    /// In the last of its items.
    LastItem(Path),
}

/// A way through members of objects; empty for the value itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// A struct and one of its fields, from the outside in.
    pub steps: Vec<(TypeId, usize)>,
}

/// Members by which an answer that names the next page is recognised without a rule.
const NEXT_PAGE: [&str; 2] = ["/meta/next_page_url", "/next_page_uri"];

/// Finds the operations that answer in pages, and tells of rules that fit none.
pub fn resolve(api: &Api, options: &Options, diagnostics: &mut Diagnostics) -> Pagination {
    let mut lists = Vec::new();
    let mut used = vec![false; options.pagination.len()];
    for (index, operation) in api.operations.iter().enumerate() {
        let found = Finder {
            api,
            id: OperationId(index),
            operation,
        }
        .find(&options.pagination, &mut used, diagnostics);
        lists.extend(found);
    }
    for (rule, _) in options
        .pagination
        .iter()
        .zip(used)
        .filter(|(_, used)| !used)
    {
        let which = match rule.operations.as_slice() {
            [] => "any operation".to_owned(),
            ids => format!("an operation that one of `{}` names", ids.join("`, `")),
        };
        diagnostics.error(
            Stage::Options,
            &Pointer::root(),
            format!("a rule of `pagination` doesn't fit {which}"),
            "name operationIds of the document, and members and parameters that they have",
        );
    }
    Pagination { lists }
}

/// Looks at one operation.
struct Finder<'a> {
    api: &'a Api,
    id: OperationId,
    operation: &'a Operation,
}

/// Why a rule doesn't fit: a message and what to do.
type Misfit = (String, &'static str);

impl Finder<'_> {
    fn find(
        &self,
        rules: &[PaginationRule],
        used: &mut [bool],
        diagnostics: &mut Diagnostics,
    ) -> Option<List> {
        match self.declared(rules, used) {
            Some(Ok(list)) => Some(list),
            // The call for another media type of a list need be no list.
            Some(Err(_)) if self.operation.alternative.is_some() => None,
            Some(Err((message, help))) => {
                let place = &self.operation.pointer;
                diagnostics.error(Stage::Options, place, message, help);
                None
            }
            None => self.built_in(),
        }
    }

    /// By `x-pagination`, or by the first rule of the options that names the operation or, naming
    /// none, fits it.
    fn declared(
        &self,
        rules: &[PaginationRule],
        used: &mut [bool],
    ) -> Option<Result<List, Misfit>> {
        if let Some(extension) = &self.operation.pagination {
            let rule = PaginationRule::deserialize(extension);
            return Some(rule.map_err(unreadable).and_then(|rule| self.fit(&rule)));
        }
        for (rule, used) in rules.iter().zip(used) {
            let named = rule.names(&self.operation.id);
            if !named && !rule.operations.is_empty() {
                continue;
            }
            let fit = self.fit(rule);
            if named || fit.is_ok() {
                *used = true;
                return Some(fit);
            }
        }
        None
    }

    /// By an answer that names the next page in a way that is widely known.
    fn built_in(&self) -> Option<List> {
        if self.operation.method != "GET" {
            return None;
        }
        let in_body = NEXT_PAGE.iter().map(|next| PaginationRule {
            next: Some((*next).to_owned()),
            ..PaginationRule::new(PageStyle::Link)
        });
        let in_header = self
            .success()
            .is_some_and(|response| response.headers.iter().any(is_link));
        let in_header = in_header.then(|| PaginationRule::new(PageStyle::LinkHeader));
        in_body
            .chain(in_header)
            .find_map(|rule| self.fit(&rule).ok())
    }

    /// How the operation answers in pages by a rule.
    fn fit(&self, rule: &PaginationRule) -> Result<List, Misfit> {
        let id = &self.operation.id;
        let Some(ResponseKind::Json(page)) = self.success().map(|response| &response.kind) else {
            return Err((
                format!("`{id}` can't answer in pages: it has no single good answer in JSON"),
                "name only operations that answer with a list",
            ));
        };
        if let Some((key, help)) = rule.needless() {
            return Err((
                format!("`pagination.{key}` means nothing for this style of paging"),
                help,
            ));
        }
        let (items, item) = self.items(page, rule)?;
        let advance = match rule.style {
            PageStyle::Link => Advance::Link(self.text(page, "next", rule.next.as_deref())?),
            PageStyle::LinkHeader => Advance::LinkHeader,
            PageStyle::Cursor => Advance::Cursor {
                parameter: self.parameter(rule)?,
                cursor: match &rule.last_item {
                    Some(pointer) => {
                        Cursor::LastItem(self.text(&item, "last-item", Some(pointer))?)
                    }
                    None => Cursor::Answer(self.text(page, "next", rule.next.as_deref())?),
                },
            },
            PageStyle::Offset => Advance::Offset {
                parameter: self.parameter(rule)?,
            },
            PageStyle::Number => Advance::Number {
                parameter: self.parameter(rule)?,
                first: rule.first_page.unwrap_or(1),
            },
        };
        let more = rule.more.as_deref().map(|more| {
            let (path, ty) = self.member(page, "more", more)?;
            match ty {
                TypeRef::Primitive(Primitive::Bool) => Ok(path),
                _ => Err(self.wrong("more", more, "a boolean")),
            }
        });
        Ok(List {
            operation: self.id,
            advance,
            items,
            item,
            more: more.transpose()?,
        })
    }

    /// The one good answer that has a body.
    fn success(&self) -> Option<&Response> {
        let responses = &self.operation.responses;
        let of_class_2 = |response: &&Response| match response.status {
            Status::Code(code) => code / 100 == 2,
            Status::Range(digit) => digit == 2,
            Status::Default => false,
        };
        let mut good: Vec<&Response> = responses.iter().filter(of_class_2).collect();
        if good.is_empty() {
            good.extend(responses.iter().find(|it| it.status == Status::Default));
        }
        match good.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Where the items are and what they are: as the rule says, else the answer itself or its only
    /// list.
    fn items(&self, page: &TypeRef, rule: &PaginationRule) -> Result<(Path, TypeRef), Misfit> {
        if let Some(pointer) = &rule.items {
            let (path, ty) = self.member(page, "items", pointer)?;
            return match ty {
                TypeRef::Array(item) => Ok((path, *item)),
                _ => Err(self.wrong("items", pointer, "a list")),
            };
        }
        let id = match target(self.api, page) {
            TypeRef::Array(item) => return Ok((Path::default(), (**item).clone())),
            TypeRef::Named(id) => Some(*id),
            _ => None,
        };
        let fields = id.map_or(&[][..], |id| self.fields(id));
        let mut lists = fields.iter().enumerate().filter_map(|(at, field)| {
            match (id, target(self.api, &field.ty)) {
                (Some(id), TypeRef::Array(item)) => Some((id, at, item)),
                _ => None,
            }
        });
        match (lists.next(), lists.next()) {
            (Some((id, at, item)), None) => Ok((
                Path {
                    steps: vec![(id, at)],
                },
                (**item).clone(),
            )),
            _ => Err((
                format!(
                    "the answer of `{}` has none or several lists, and nothing says which has the items",
                    self.operation.id
                ),
                "name it in `pagination.items`, such as `/data`",
            )),
        }
    }

    /// A member that holds a text or a whole number.
    fn text(&self, ty: &TypeRef, key: &str, pointer: Option<&str>) -> Result<Path, Misfit> {
        let Some(pointer) = pointer else {
            return Err((
                format!("`pagination.{key}` is missing for `{}`", self.operation.id),
                "say where the answer tells the next page, such as `/meta/next`",
            ));
        };
        let (path, ty) = self.member(ty, key, pointer)?;
        let fits = match target(self.api, &ty) {
            TypeRef::Primitive(primitive) => matches!(
                primitive,
                Primitive::String
                    | Primitive::Uuid
                    | Primitive::I32
                    | Primitive::I64
                    | Primitive::U32
                    | Primitive::U64
            ),
            _ => false,
        };
        if fits {
            Ok(path)
        } else {
            Err(self.wrong(key, pointer, "a text or a whole number"))
        }
    }

    /// The member that a pointer leads to, and its type.
    fn member(&self, ty: &TypeRef, key: &str, pointer: &str) -> Result<(Path, TypeRef), Misfit> {
        let mut path = Path::default();
        let mut ty = ty;
        let steps = Pointer::from_encoded(pointer).ok_or_else(|| {
            let message = format!("`pagination.{key}` is no JSON pointer: `{pointer}`");
            (message, "begin it with a slash, such as `/meta/next`")
        })?;
        for name in steps.segments() {
            let found = match target(self.api, ty) {
                TypeRef::Named(id) => {
                    let at = self.fields(*id).iter().position(|it| it.name == name);
                    at.map(|at| (*id, at))
                }
                _ => None,
            };
            let Some((id, at)) = found else {
                return Err(self.wrong(key, pointer, "there"));
            };
            ty = &self.fields(id)[at].ty;
            path.steps.push((id, at));
        }
        Ok((path, target(self.api, ty).clone()))
    }

    fn fields(&self, id: TypeId) -> &[crate::ir::Field] {
        match &self.api.types[id.0].shape {
            Shape::Struct(shape) => &shape.fields,
            Shape::StringEnum(_)
            | Shape::IntegerEnum(_)
            | Shape::NumberEnum(_)
            | Shape::Union(_)
            | Shape::Alias(_) => &[],
        }
    }

    fn wrong(&self, key: &str, pointer: &str, what: &str) -> Misfit {
        (
            format!(
                "`pagination.{key}` says `{pointer}`, which in the answer of `{}` isn't {what}",
                self.operation.id
            ),
            "mend the pointer, or name only operations that have it",
        )
    }

    /// The parameter that the rule names: one of the query.
    fn parameter(&self, rule: &PaginationRule) -> Result<String, Misfit> {
        let id = &self.operation.id;
        let Some(name) = &rule.parameter else {
            return Err((
                format!("`pagination.parameter` is missing for `{id}`"),
                "name the query parameter that asks for the next page",
            ));
        };
        let mut params = self.operation.params.iter();
        if params.any(|it| it.location == Location::Query && it.input.name == *name) {
            Ok(name.clone())
        } else {
            Err((
                format!("`{id}` has no query parameter `{name}`, which `pagination` names"),
                "mend the name, or name only operations that have it",
            ))
        }
    }
}

fn is_link(header: &crate::ir::ResponseHeader) -> bool {
    header.name.eq_ignore_ascii_case("link")
}

fn unreadable(error: serde_json::Error) -> Misfit {
    (
        format!("`x-pagination` can't be read: {error}"),
        "write it as a rule of the option `pagination`",
    )
}
