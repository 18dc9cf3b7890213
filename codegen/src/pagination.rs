//! Which operations are paginated, and how a client requests the next page.
//!
//! An operation is paginated if it says so itself (`x-pagination`, which an overlay may add), if a
//! rule of the options matches it, or if a preset of the options does, in this order.

mod matching;
mod presets;

use crate::diagnostic::{Diagnostics, Stage};
use crate::ir::{Api, OperationId, TypeId, TypeRef};
use crate::options::{ListEnd, Options};
use crate::pointer::Pointer;
use matching::Matcher;

/// The paginated operations, in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pagination {
    operations: Vec<Pages>,
}

impl Pagination {
    /// Returns how an operation is paginated; `None` if it isn't.
    pub fn of(&self, id: OperationId) -> Option<&Pages> {
        let at = self
            .operations
            .binary_search_by_key(&id, |pages| pages.operation);
        at.ok().map(|at| &self.operations[at])
    }

    /// Returns whether no operation is paginated.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

/// How an operation is paginated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The operation.
    pub operation: OperationId,
    /// How the request for the next page differs from the one before.
    pub advance: Advance,
    /// The array of items in the response.
    pub items: PropertyPath,
    /// The type of an item.
    pub item: TypeRef,
    /// The boolean of the response that says whether there are more pages.
    pub more: Option<PropertyPath>,
    /// The number of pages in the response.
    pub total_pages: Option<PropertyPath>,
    /// The number of items of all pages in the response.
    pub total_items: Option<PropertyPath>,
    /// What else ends the list.
    pub end_at: Vec<ListEnd>,
}

/// How the request for the next page differs from the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advance {
    /// It goes to the URL in this property of the response.
    Link(PropertyPath),
    /// It goes to the URL in the `Link` header (RFC 8288).
    LinkHeader,
    /// An input is set to the cursor.
    Cursor {
        /// The input.
        input: PageInput,
        /// The source of the cursor.
        cursor: Cursor,
    },
    /// An input grows by the number of items.
    Offset {
        /// The input.
        input: PageInput,
    },
    /// An input grows by one.
    Number {
        /// The input.
        input: PageInput,
        /// The number of the first page.
        first: u64,
    },
}

/// The input of an operation that selects the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageInput {
    /// The query parameter of this name.
    Query(String),
    /// A property of the JSON body.
    Body {
        /// The media type of the body.
        media_type: String,
        /// The names of the properties that lead to it, outermost first.
        path: Vec<String>,
        /// Whether its value is a number.
        is_number: bool,
    },
}

/// The source of a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// A property of the response.
    Response(PropertyPath),
    /// A property of the last item.
    LastItem(PropertyPath),
}

/// A path through properties of objects; empty for the value itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyPath {
    /// Structs and the index of a field in each, outermost first.
    pub steps: Vec<(TypeId, usize)>,
}

/// Finds the paginated operations. Reports an error for a rule that matches no operation, and for
/// an operation that a rule names but doesn't match.
pub fn resolve(api: &Api, options: &Options, diagnostics: &mut Diagnostics) -> Pagination {
    let mut operations = Vec::new();
    let mut used = vec![false; options.pagination.len()];
    for (index, operation) in api.operations.iter().enumerate() {
        let matcher = Matcher {
            api,
            id: OperationId(index),
            operation,
        };
        operations.extend(matcher.find(
            &options.pagination,
            &options.pagination_presets,
            &mut used,
            diagnostics,
        ));
    }
    let rules = options.pagination.iter().zip(used);
    for (rule, _) in rules.filter(|(_, used)| !used) {
        let message = match rule.operations.as_slice() {
            [] => "a rule of `pagination` matches no operation".to_owned(),
            patterns => format!(
                "a rule of `pagination` matches no operation of the document: `{}`",
                patterns.join("`, `")
            ),
        };
        diagnostics.error(
            Stage::Options,
            &Pointer::root(),
            message,
            "use the `operationId`s, properties and parameters of the document",
        );
    }
    Pagination { operations }
}
