//! The options `pagination` and `pagination-presets`.

use serde::Deserialize;

/// A rule of pagination. The first rule that matches an operation applies.
///
/// The extension `x-pagination` of an operation has the same form, without `operations`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PaginationRule {
    /// `operationId`s, in which `*` matches any text. Defaults to every operation that the rule
    /// matches.
    #[serde(default)]
    pub operations: Vec<String>,
    /// How the next page is requested.
    pub style: PageStyle,
    /// A JSON pointer to the array of items in the response. Defaults to the response's only array.
    #[serde(default)]
    pub items: Option<String>,
    /// A JSON pointer to the URL or cursor of the next page in the response.
    #[serde(default)]
    pub next: Option<String>,
    /// Instead of `next`: a JSON pointer to the cursor in the last item.
    #[serde(default)]
    pub last_item: Option<String>,
    /// The query parameter for the cursor, the offset, or the page number. If the operation has none
    /// of this name: the property of its JSON body, or the JSON pointer to one, such as `/page/after`.
    #[serde(default)]
    pub parameter: Option<String>,
    /// The number of the first page. Defaults to 1.
    #[serde(default)]
    pub first_page: Option<u64>,
    /// A JSON pointer to a boolean in the response that says whether there are more pages.
    #[serde(default)]
    pub more: Option<String>,
    /// A JSON pointer to the number of pages of the list.
    #[serde(default)]
    pub total_pages: Option<String>,
    /// A JSON pointer to the number of items of the list.
    #[serde(default)]
    pub total_items: Option<String>,
    /// What else ends a list by offset or page number. Defaults to nothing: such a list always ends
    /// at an empty page, and at a page with the items of the page before.
    #[serde(default)]
    pub end_at: Vec<ListEnd>,
}

impl PaginationRule {
    /// Creates a rule of this style that matches any operation.
    pub fn new(style: PageStyle) -> Self {
        Self {
            operations: Vec::new(),
            style,
            items: None,
            next: None,
            last_item: None,
            parameter: None,
            first_page: None,
            more: None,
            total_pages: None,
            total_items: None,
            end_at: Vec::new(),
        }
    }

    /// Returns whether the rule names this operation.
    pub fn names(&self, operation_id: &str) -> bool {
        let names = |pattern: &String| crate::pattern::matches(pattern, operation_id);
        self.operations.iter().any(names)
    }

    /// Returns a key that the style doesn't use, and how to fix it.
    pub fn needless(&self) -> Option<(&'static str, &'static str)> {
        let with_parameter = !matches!(self.style, PageStyle::Link | PageStyle::LinkHeader);
        let tells_next = matches!(self.style, PageStyle::Link | PageStyle::Cursor);
        let counts = matches!(self.style, PageStyle::Offset | PageStyle::Number);
        let keys = [
            ("parameter", self.parameter.is_some() && !with_parameter),
            ("next", self.next.is_some() && !tells_next),
            (
                "last-item",
                self.last_item.is_some()
                    && (self.style != PageStyle::Cursor || self.next.is_some()),
            ),
            (
                "first-page",
                self.first_page.is_some() && self.style != PageStyle::Number,
            ),
            (
                "total-pages",
                self.total_pages.is_some() && self.style != PageStyle::Number,
            ),
            ("total-items", self.total_items.is_some() && !counts),
            ("end-at", !self.end_at.is_empty() && !counts),
        ];
        let needless = keys.into_iter().find(|(_, needless)| *needless);
        needless.map(|(key, _)| (key, "remove it, or choose another `style`"))
    }
}

/// How the next page is requested.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum PageStyle {
    /// With the URL in the response body.
    Link,
    /// With the URL in the header `Link` with `rel="next"` (RFC 8288).
    LinkHeader,
    /// With the cursor in the response.
    Cursor,
    /// With the number of items on the pages before it.
    Offset,
    /// With the page number.
    Number,
}

/// An event that ends a list by offset or page number.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum ListEnd {
    /// A page with fewer items than an earlier one.
    ShortPage,
    /// The status 404 for a page behind the first.
    NotFound,
}

/// A convention of pagination that many operations of a document follow.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum PaginationPreset {
    /// Twilio's APIs: the response of a GET has the URL of the next page in `next_page_url` of
    /// `meta`, or in `next_page_uri`.
    Twilio,
    /// A GET that returns a list and documents the response header `Link` (RFC 8288).
    LinkHeader,
}

impl PaginationPreset {
    /// Returns all presets, in the order in which they are tried.
    pub(super) fn all() -> Vec<Self> {
        vec![Self::Twilio, Self::LinkHeader]
    }
}
