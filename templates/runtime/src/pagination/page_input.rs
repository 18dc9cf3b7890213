//! The input of an operation that selects the page.

use crate::pagination::BodyProperty;
use crate::request::encoder::Encoder;
use crate::wire::style::Escape;

/// The input of an operation that selects the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageInput {
    /// This query parameter.
    Query(&'static str),
    /// This property of the JSON body.
    Body(&'static BodyProperty),
}

impl PageInput {
    /// Returns the number that a request has, if it has one.
    #[inline]
    pub(super) fn number(self, request: &Encoder) -> Option<u64> {
        match self {
            Self::Query(name) => {
                let mut escaped = String::new();
                Escape::Component.push(name, &mut escaped);
                let mut pairs = request.query.split('&').filter_map(|it| it.split_once('='));
                let (_, value) = pairs.find(|(name, _)| *name == escaped)?;
                value.parse().ok()
            }
            Self::Body(property) => property.number(request),
        }
    }

    /// Sets the value in a request.
    #[inline]
    pub(super) fn set(self, value: &str, request: &mut Encoder) {
        match self {
            Self::Query(name) => request.set_query(name, value),
            Self::Body(property) => property.set(value, request),
        }
    }
}
