//! Terms of the OpenAPI Specification that mean the same in every stage.

use serde::Serialize;

/// Where a parameter is sent (`in`).
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash)]
pub enum Location {
    /// In the path template.
    Path,
    /// In the query, after the `?`.
    Query,
    /// In a header.
    Header,
    /// In the `Cookie` header.
    Cookie,
}

/// How a value is serialized in a parameter or form field (`style`). The examples serialize
/// `color`.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash)]
pub enum Style {
    /// `;color=blue`
    Matrix,
    /// `.blue`
    Label,
    /// `blue`
    Simple,
    /// `color=blue`
    Form,
    /// `color=blue%20black`
    SpaceDelimited,
    /// `color=blue|black`
    PipeDelimited,
    /// `color[R]=100`
    DeepObject,
    /// `color=blue`, with `; ` between cookies and without escapes.
    Cookie,
}

/// The statuses that a response describes: its key in `responses`.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// One status, such as 201.
    Code(u16),
    /// A range, by its first digit: 4 for `4XX`.
    Range(u8),
    /// `default`: every status that no other response describes.
    Default,
}
