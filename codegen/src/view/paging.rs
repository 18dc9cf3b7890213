//! How a paginated call finds the items and the next page.

use serde::Serialize;

use super::fields::Holding;
use super::print::{RustExpr, RustType, StrLit};
use super::types::{Context, PrintScope};
use crate::ir::{OperationId, Shape, TypeId};
use crate::options::ListEnd;
use crate::pagination::{Advance, Cursor, PageInput, PropertyPath};
use crate::pointer::Pointer;

/// How a call is paginated.
#[derive(Debug, Serialize)]
pub struct PagingView {
    pub item: RustType,
    pub advance: RustExpr,
    /// The URL or cursor of the next page, as an `Option<String>`.
    pub next: Option<RustExpr>,
    /// Whether there are more pages, as an `Option<bool>`.
    pub more: Option<RustExpr>,
    /// The number of items on the page, for offsets and page numbers.
    pub count: Option<RustExpr>,
    /// The JSON pointer to the items, likewise.
    pub pointer: Option<StrLit>,
    /// The number of pages, as an `Option<u64>`.
    pub total_pages: Option<RustExpr>,
    /// The number of items of all pages, as an `Option<u64>`.
    pub total_items: Option<RustExpr>,
    pub ends_at_short_page: bool,
    pub ends_at_not_found: bool,
    pub items: RustExpr,
}

/// A field on the path to a value.
struct FieldAccess<'a> {
    ident: &'a str,
    holding: Holding,
    boxed: bool,
}

impl Context<'_> {
    /// Returns how a call is paginated, if it is.
    pub(super) fn paging_view(&self, id: OperationId) -> Option<PagingView> {
        let list = self.pagination.of(id)?;
        let text = |reached: String| {
            RustExpr::new(format!(
                "{reached}.and_then(crate::runtime::codegen::cursor_text)"
            ))
        };
        let next = match &list.advance {
            Advance::Link(path)
            | Advance::Cursor {
                cursor: Cursor::Response(path),
                ..
            } => Some(text(self.reference("page", path))),
            Advance::Cursor {
                cursor: Cursor::LastItem(path),
                ..
            } => {
                let items = self.reference("page", &list.items);
                let rest = self.methods(path, false);
                Some(text(format!("{items}.and_then(|it| it.last()){rest}")))
            }
            Advance::LinkHeader | Advance::Offset { .. } | Advance::Number { .. } => None,
        };
        let total = |path: &Option<PropertyPath>| {
            let reached = self.reference("page", path.as_ref()?);
            Some(RustExpr::new(format!(
                "{reached}.and_then(crate::runtime::codegen::list_total)"
            )))
        };
        let counts = matches!(
            list.advance,
            Advance::Offset { .. } | Advance::Number { .. }
        );
        Some(PagingView {
            item: self.ty(&list.item, PrintScope::Api),
            advance: advance(&list.advance),
            next,
            more: list.more.as_ref().map(|path| match self.place(path) {
                Some(field) => RustExpr::new(format!("Some({field})")),
                None => RustExpr::new(format!("{}.copied()", self.reference("page", path))),
            }),
            count: counts.then(|| RustExpr::new(self.count(&list.items))),
            pointer: counts.then(|| self.pointer(&list.items)),
            total_pages: total(&list.total_pages),
            total_items: total(&list.total_items),
            ends_at_short_page: list.end_at.contains(&ListEnd::ShortPage),
            ends_at_not_found: list.end_at.contains(&ListEnd::NotFound),
            items: RustExpr::new(self.moved_list(&list.items)),
        })
    }

    /// Returns the JSON pointer to the value at a path.
    fn pointer(&self, path: &PropertyPath) -> StrLit {
        let mut pointer = Pointer::root();
        for (owner, index) in &path.steps {
            if let Shape::Struct(shape) = &self.api.types[owner.0].shape {
                pointer = pointer.child(&shape.fields[*index].name);
            }
        }
        StrLit::new(pointer.as_str())
    }

    fn count(&self, items: &PropertyPath) -> String {
        match self.place(items) {
            Some(list) => format!("{list}.len()"),
            None => format!("{}.map_or(0, Vec::len)", self.reference("page", items)),
        }
    }

    /// Returns the place expression for a path, if it exists in every page.
    fn place(&self, path: &PropertyPath) -> Option<String> {
        let mut place = "page".to_owned();
        for (owner, index) in &path.steps {
            let FieldAccess { ident, holding, .. } = self.step(*owner, *index);
            if holding != Holding::Value {
                return None;
            }
            place.push('.');
            place.push_str(ident);
        }
        Some(place)
    }

    /// Returns a reference to the value at a path, as an `Option`.
    fn reference(&self, start: &str, path: &PropertyPath) -> String {
        let Some(((owner, index), rest)) = path.steps.split_first() else {
            return format!("Some({start})");
        };
        let FieldAccess {
            ident,
            holding,
            boxed,
        } = self.step(*owner, *index);
        let field = format!("{start}.{ident}");
        let first = match (holding, boxed) {
            (Holding::Value, false) => format!("Some(&{field})"),
            (Holding::Value, true) => format!("Some(&*{field})"),
            (Holding::Option, false) => format!("{field}.as_ref()"),
            (Holding::Option, true) => format!("{field}.as_deref()"),
            (Holding::OptionOfOption, false) => {
                format!("{field}.as_ref().and_then(Option::as_ref)")
            }
            (Holding::OptionOfOption, true) => {
                format!("{field}.as_ref().and_then(Option::as_deref)")
            }
        };
        let rest = PropertyPath {
            steps: rest.to_vec(),
        };
        format!("{first}{}", self.methods(&rest, false))
    }

    /// Returns the methods that turn an `Option` of the start of a path into an `Option` of the value at
    /// its end. `by_value` moves values out of their fields.
    fn methods(&self, path: &PropertyPath, by_value: bool) -> String {
        let step = |(owner, index): &(TypeId, usize)| {
            let FieldAccess {
                ident,
                holding,
                boxed,
            } = self.step(*owner, *index);
            match (holding, boxed, by_value) {
                (Holding::Value, false, true) => format!(".map(|it| it.{ident})"),
                (Holding::Value, true, true) => format!(".map(|it| *it.{ident})"),
                (Holding::Option, false, true) => {
                    format!(".and_then(|it| it.{ident})")
                }
                (Holding::Option, true, true) => {
                    format!(".and_then(|it| it.{ident}).map(|it| *it)")
                }
                (Holding::OptionOfOption, false, true) => {
                    format!(".and_then(|it| it.{ident}.flatten())")
                }
                (Holding::OptionOfOption, true, true) => {
                    format!(".and_then(|it| it.{ident}.flatten()).map(|it| *it)")
                }
                (Holding::Value, false, false) => format!(".map(|it| &it.{ident})"),
                (Holding::Value, true, false) => format!(".map(|it| &*it.{ident})"),
                (_, _, false) => {
                    let reached = self.reference(
                        "it",
                        &PropertyPath {
                            steps: vec![(*owner, *index)],
                        },
                    );
                    format!(".and_then(|it| {reached})")
                }
            }
        };
        path.steps.iter().map(step).collect()
    }

    /// Returns the list at a path, moved out of the page.
    fn moved_list(&self, path: &PropertyPath) -> String {
        if let Some(list) = self.place(path) {
            return list;
        }
        match path.steps.as_slice() {
            // A list is on the heap already, so it is never boxed.
            [(owner, index)] => match self.step(*owner, *index) {
                FieldAccess {
                    ident,
                    holding: Holding::OptionOfOption,
                    ..
                } => format!("page.{ident}.flatten().unwrap_or_default()"),
                FieldAccess { ident, .. } => format!("page.{ident}.unwrap_or_default()"),
            },
            _ => format!("Some(page){}.unwrap_or_default()", self.methods(path, true)),
        }
    }

    fn step(&self, owner: TypeId, index: usize) -> FieldAccess<'_> {
        let ident = self.names.of(owner).members[index].as_str();
        let boxed = self.facts.of(owner).is_boxed(index);
        let holding = match &self.api.types[owner.0].shape {
            Shape::Struct(shape) => self
                .field_kind(owner, index, &shape.fields[index])
                .holding(),
            Shape::StringEnum(_)
            | Shape::IntegerEnum(_)
            | Shape::NumberEnum(_)
            | Shape::Union(_)
            | Shape::Collection(_)
            | Shape::Alias(_)
            | Shape::Custom(_) => Holding::Value,
        };
        FieldAccess {
            ident,
            holding,
            boxed,
        }
    }
}

fn advance(advance: &Advance) -> RustExpr {
    RustExpr::new(match advance {
        Advance::Link(_) => "Advance::Link".to_owned(),
        Advance::LinkHeader => "Advance::LinkHeader".to_owned(),
        Advance::Cursor { input, .. } => format!("Advance::Cursor({})", page_input(input)),
        Advance::Offset { input } => format!("Advance::Offset({})", page_input(input)),
        Advance::Number { input, first } => {
            format!("Advance::Number({}, {first})", page_input(input))
        }
    })
}

fn page_input(input: &PageInput) -> String {
    match input {
        PageInput::Query(name) => {
            format!(
                "crate::runtime::codegen::PageInput::Query({})",
                StrLit::new(name)
            )
        }
        PageInput::Body {
            media_type,
            path,
            is_number,
        } => {
            let path: Vec<String> = path.iter().map(|it| StrLit::new(it).to_string()).collect();
            format!(
                "crate::runtime::codegen::PageInput::Body(&crate::runtime::codegen::BodyProperty {{ \
                 media_type: {}, path: &[{}], is_number: {is_number} }})",
                StrLit::new(media_type),
                path.join(", ")
            )
        }
    }
}
