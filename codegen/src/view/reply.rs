//! How a mock writes what a call gives: reading an answer, the other way round.

use serde::Serialize;

use super::api::ArmView;
use super::outcome::{Outcome, OutputShape, Success};
use super::print::{RustExpr, StrLit};
use super::types::Context;
use crate::ir::{OperationId, ResponseKind};

/// The status of an operation that documents no good answer.
const OK: u16 = 200;

/// How a mock writes what a call gives.
#[derive(Debug, Serialize)]
pub struct ReplyView {
    /// The status of the first good answer.
    pub status: u16,
    pub body: ReplyBody,
}

/// What is told apart.
#[derive(Debug, Serialize)]
pub enum ReplyBody {
    /// Nothing: a call gives nothing.
    Unit(RustExpr),
    /// Nothing: `output` is the body.
    Single(RustExpr),
    /// What a call gives.
    Match(Vec<ArmView>),
}

impl Context<'_> {
    /// How a mock writes what a call of this operation gives.
    pub(super) fn reply_view(&self, id: OperationId, outcome: &Outcome<'_>) -> ReplyView {
        let first = outcome.successes.first();
        let arm = |pattern: String, success: &Success<'_>, body: &str| ArmView {
            pattern: RustExpr::new(pattern),
            value: write(success, body),
        };
        let body = match (&outcome.shape, first) {
            (OutputShape::Unit, Some(first)) => ReplyBody::Unit(write(first, "")),
            (OutputShape::Unit, None) => ReplyBody::Unit(empty(OK)),
            (OutputShape::Single(_), Some(first)) => ReplyBody::Single(write(first, "output")),
            (OutputShape::Single(_), None) => ReplyBody::Unit(empty(OK)),
            (OutputShape::Maybe(_), _) => {
                let has_body = |it: &&Success<'_>| it.response.kind != ResponseKind::Empty;
                let mut successes = outcome.successes.iter();
                let some = successes.clone().find(has_body);
                let none = successes.find(|it| !has_body(it));
                let some = some.map(|it| arm("Some(body)".to_owned(), it, "body"));
                let none = none.map(|it| arm("None".to_owned(), it, ""));
                ReplyBody::Match(some.into_iter().chain(none).collect())
            }
            (OutputShape::Enum, _) => {
                let names = self.names.operation(id);
                let arms = outcome.successes.iter().map(|success| {
                    let variant = format!("{}::{}", names.output, names.outputs[success.index]);
                    match success.response.kind {
                        ResponseKind::Empty => arm(variant, success, ""),
                        ResponseKind::Json(_)
                        | ResponseKind::Text
                        | ResponseKind::Bytes
                        | ResponseKind::Events(_) => {
                            arm(format!("{variant}(body)"), success, "body")
                        }
                    }
                });
                ReplyBody::Match(arms.collect())
            }
        };
        ReplyView {
            status: first.map_or(OK, Success::status),
            body,
        }
    }
}

/// The answer, as an expression.
fn write(success: &Success<'_>, body: &str) -> RustExpr {
    let status = success.status();
    let (writer, body, own) = match &success.response.kind {
        ResponseKind::Empty => return empty(status),
        ResponseKind::Json(_) => ("json", format!("&{body}"), "application/json"),
        ResponseKind::Text => ("text", body.to_owned(), "text/plain"),
        ResponseKind::Bytes => ("bytes", body.to_owned(), "application/octet-stream"),
        ResponseKind::Events(_) => ("events", body.to_owned(), "text/event-stream"),
    };
    // A range stands for every media type in it.
    let media_type = success.response.media_type.as_deref();
    let other = media_type.filter(|it| *it != own && !it.contains('*'));
    let header = other.map_or_else(String::new, |media_type| {
        let media_type = StrLit::new(media_type);
        format!(".header(\"content-type\", {media_type})")
    });
    RustExpr::new(format!(
        "crate::runtime::codegen::MockReply::{writer}({status}, {body}){header}"
    ))
}

fn empty(status: u16) -> RustExpr {
    RustExpr::new(format!(
        "crate::runtime::codegen::MockReply::new({status}, bytes::Bytes::new())"
    ))
}
