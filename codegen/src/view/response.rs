//! How a call decodes each response, and how a mock encodes it.

use serde::Serialize;

use super::alternates::AlternateView;
use super::outcome::{Outcome, Success};
use super::print::{RustType, StrLit};
use super::types::{Context, PrintScope};
use crate::facts::{OutputShape, Statuses};
use crate::ir::{OperationId, Primitive, Response, ResponseKind, TypeRef};
use crate::names::RustIdent;

/// The status of a mocked call whose operation documents no success.
const OK: u16 = 200;

/// An arm of the `match` on the status of a response.
#[derive(Debug, PartialEq, Serialize)]
pub struct ArmView {
    pub statuses: Statuses,
    pub body: ArmKind,
    pub output: OutputKind,
    /// Media types of other content, which the call rejects.
    pub alternates: Vec<AlternateView>,
}

/// How a response with a 2XX status is read that the document doesn't describe.
#[derive(Debug, PartialEq, Serialize)]
pub enum UndocumentedView {
    /// The output is `()`, whatever the body.
    Ignored,
    /// As the only success.
    As(ArmView),
    /// As the first of these successes that the body matches.
    FirstMatch {
        statuses: Statuses,
        /// The successes with a body, each with its media types.
        bodies: Vec<(StrLit, ArmView)>,
        /// The success without a body.
        empty: Option<ArmView>,
    },
}

/// How a body is decoded and encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ArmKind {
    /// No body.
    Empty,
    /// As a JSON document.
    Json,
    /// As text.
    Text,
    /// As bytes.
    Bytes,
    /// As a stream of events whose data is JSON.
    Events,
    /// As a stream of events whose data is text.
    TextEvents,
    /// As a stream of events whose data is text, those of the type `error` included.
    AllTextEvents,
    /// As a stream of JSON documents.
    JsonStream,
}

/// How the output of a call is created from a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum OutputKind {
    /// `()`
    Unit,
    /// The body itself.
    Body,
    /// `Some` with the body, or `None` if there is none.
    Optional,
    /// A variant of the output's enumeration, with the body, if any.
    Variant {
        output: RustIdent,
        variant: RustIdent,
    },
}

/// How a mock encodes the output of a call.
#[derive(Debug, PartialEq, Serialize)]
pub struct MockedView {
    /// The status of the first success.
    pub status: u16,
    pub replies: Replies,
}

/// The replies of a mock, by the kind of output.
#[derive(Debug, PartialEq, Serialize)]
pub enum Replies {
    /// The output is `()`.
    Unit(ReplyView),
    /// The output is the body.
    Body(ReplyView),
    /// The output is an enumeration, with a reply for each variant.
    Match(Vec<ReplyView>),
}

/// The reply of a mock for one output.
#[derive(Debug, PartialEq, Serialize)]
pub struct ReplyView {
    pub status: u16,
    pub body: ArmKind,
    pub output: OutputKind,
    /// The `Content-Type`, if it differs from the default of the body's kind.
    pub media_type: Option<StrLit>,
}

/// The responses that can be read as a stream of bytes.
#[derive(Debug, PartialEq, Serialize)]
pub struct DownloadView {
    pub statuses: Vec<Statuses>,
    /// Media types of other content, with the methods that decode them.
    pub alternates: Vec<AlternateView>,
}

impl ArmKind {
    fn of(response: &Response) -> Self {
        const TEXT: TypeRef = TypeRef::Primitive(Primitive::String);
        match &response.kind {
            ResponseKind::Empty => Self::Empty,
            ResponseKind::Json(_) => Self::Json,
            ResponseKind::Text => Self::Text,
            ResponseKind::Bytes => Self::Bytes,
            ResponseKind::Events(data) if *data == TEXT && response.has_error_events => {
                Self::AllTextEvents
            }
            ResponseKind::Events(data) if *data == TEXT => Self::TextEvents,
            ResponseKind::Events(_) => Self::Events,
            ResponseKind::JsonStream(_) => Self::JsonStream,
        }
    }

    /// Returns whether decoding can fail.
    pub fn is_fallible(self) -> bool {
        !matches!(self, Self::Empty | Self::Bytes)
    }

    /// Returns the media type that the runtime sets for such a body.
    fn own_media_type(self) -> &'static str {
        match self {
            Self::Empty => "",
            Self::Json => "application/json",
            Self::Text => "text/plain",
            Self::Bytes => "application/octet-stream",
            Self::Events | Self::TextEvents | Self::AllTextEvents => "text/event-stream",
            Self::JsonStream => "application/jsonl",
        }
    }
}

impl ReplyView {
    fn new(success: &Success<'_>, output: OutputKind) -> Self {
        let body = ArmKind::of(success.response);
        // A range such as `image/*` can't be sent as a media type, and a mock writes a multipart
        // stream line by line.
        let media_type = success.response.media_type.as_deref();
        let is_sent = |it: &&str| {
            let is_multipart = body == ArmKind::JsonStream && it.starts_with("multipart/");
            *it != body.own_media_type() && !it.contains('*') && !is_multipart
        };
        let other = media_type.filter(is_sent);
        Self {
            status: success.statuses.first(),
            body,
            output,
            media_type: other.filter(|_| body != ArmKind::Empty).map(StrLit::new),
        }
    }

    fn empty(status: u16) -> Self {
        Self {
            status,
            body: ArmKind::Empty,
            output: OutputKind::Unit,
            media_type: None,
        }
    }
}

impl Context<'_> {
    /// Returns how a call decodes each success.
    pub(super) fn arms(&self, id: OperationId, outcome: &Outcome<'_>) -> Vec<ArmView> {
        let arms = outcome.successes.iter();
        let arms = arms.map(|it| self.arm(id, outcome, it));
        // `UndocumentedView::Ignored` covers all 2XX statuses.
        let ignores_2xx = outcome.shape == OutputShape::Unit && outcome.undocumented.is_some();
        arms.filter(|arm| !(ignores_2xx && arm.statuses.first() / 100 == 2))
            .collect()
    }

    fn arm(&self, id: OperationId, outcome: &Outcome<'_>, success: &Success<'_>) -> ArmView {
        let body = ArmKind::of(success.response);
        ArmView {
            statuses: success.statuses.clone(),
            body,
            output: self.output_kind(id, outcome, success),
            alternates: match body {
                ArmKind::Empty => Vec::new(),
                _ => self.alternates(id, success.response),
            },
        }
    }

    /// Returns how a call decodes a success that isn't documented; `None` if every 2XX status is.
    pub(super) fn undocumented_view(
        &self,
        id: OperationId,
        outcome: &Outcome<'_>,
    ) -> Option<UndocumentedView> {
        let successes = outcome.undocumented.as_ref()?;
        if outcome.shape == OutputShape::Unit {
            return Some(UndocumentedView::Ignored);
        }
        let arm = |it: &Success<'_>| self.arm(id, outcome, it);
        if let [only] = successes.as_slice() {
            return Some(UndocumentedView::As(arm(only)));
        }
        let statuses = successes.first()?.statuses.clone();
        let (mut bodies, mut empty) = (Vec::new(), None);
        for success in successes {
            let arm = arm(success);
            let media_types = success.response.media_type.as_deref().unwrap_or_default();
            match arm.body {
                ArmKind::Empty => empty = Some(arm),
                _ => bodies.push((StrLit::new(media_types), arm)),
            }
        }
        Some(UndocumentedView::FirstMatch {
            statuses,
            bodies,
            empty,
        })
    }

    fn output_kind(
        &self,
        id: OperationId,
        outcome: &Outcome<'_>,
        success: &Success<'_>,
    ) -> OutputKind {
        match outcome.shape {
            OutputShape::Unit => OutputKind::Unit,
            OutputShape::Single(_) => OutputKind::Body,
            OutputShape::Optional(_) => OutputKind::Optional,
            OutputShape::Enum => {
                let names = self.names.operation(id);
                OutputKind::Variant {
                    output: names.output.clone(),
                    variant: names.variant(success.id).clone(),
                }
            }
        }
    }

    /// Returns how a mock encodes the output of a call.
    pub(super) fn mocked_view(&self, id: OperationId, outcome: &Outcome<'_>) -> MockedView {
        let first = outcome.successes.first();
        let reply = |it: &Success<'_>| ReplyView::new(it, self.output_kind(id, outcome, it));
        let replies = match (outcome.shape, first) {
            (OutputShape::Unit | OutputShape::Single(_), None) => {
                Replies::Unit(ReplyView::empty(OK))
            }
            (OutputShape::Unit, Some(first)) => Replies::Unit(reply(first)),
            (OutputShape::Single(_), Some(first)) => Replies::Body(reply(first)),
            (OutputShape::Optional(_), _) => {
                let has_body = |it: &&Success<'_>| it.response.kind != ResponseKind::Empty;
                let mut successes = outcome.successes.iter();
                let some = successes.clone().find(has_body);
                let none = successes.find(|it| !has_body(it));
                Replies::Match(some.into_iter().chain(none).map(reply).collect())
            }
            (OutputShape::Enum, _) => Replies::Match(outcome.successes.iter().map(reply).collect()),
        };
        MockedView {
            status: first.map_or(OK, |it| it.statuses.first()),
            replies,
        }
    }

    /// Returns the successes that can be read as a stream of bytes, if any.
    pub(super) fn download_view(
        &self,
        id: OperationId,
        outcome: &Outcome<'_>,
    ) -> Option<DownloadView> {
        let mut alternates: Vec<AlternateView> = Vec::new();
        for success in outcome.downloads() {
            for alternate in self.alternates(id, success.response) {
                if !alternates.contains(&alternate) {
                    alternates.push(alternate);
                }
            }
        }
        let mut statuses: Vec<_> = outcome.downloads().map(|it| it.statuses.clone()).collect();
        let undocumented = outcome.undocumented.iter().flatten();
        let mut bodies = undocumented.filter(|it| it.response.kind != ResponseKind::Empty);
        if let Some(first) = bodies.clone().next()
            && bodies.all(Success::is_download)
        {
            // 204 and 205 have no body, and the runtime decides on parts, 206 (RFC 9110 section 15.3).
            statuses.push(first.statuses.without(204, 206));
        }
        (!statuses.is_empty()).then_some(DownloadView {
            statuses,
            alternates,
        })
    }

    /// Returns the type of a success's body in an enumeration, boxed if it is large; `None` without a body.
    pub(super) fn variant_type(&self, success: &Success<'_>) -> Option<RustType> {
        match &success.response.kind {
            ResponseKind::Json(ty) => Some(RustType::new(self.boxed(
                ty,
                self.is_bulky(ty),
                PrintScope::Api,
            ))),
            kind => self.response_type(kind, PrintScope::Api),
        }
    }
}
