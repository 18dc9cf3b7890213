//! Calls whose response is a success that the document doesn't describe, or a documented error.

use serde_json::Value;
use wiretrue_codegen::ir::{self, ResponseKind, Shape, Status};
use wiretrue_codegen::normalise::resolved;

use super::Client;
use super::cases::{Call, Expected, Given, NoteKind, Reply};
use super::difference::{Difference, differences, joined};
use super::planner::Planner;
use super::sample::Extent;

/// The statuses that an undocumented success may have: all whose responses have a body that is complete.
const SUCCESSES: [u16; 4] = [200, 201, 202, 203];

impl Planner<'_> {
    /// Adds a call with an undocumented success, unless every 2XX status is documented, and one with each
    /// documented error. `success` is the response of the documented success.
    pub(super) fn try_outcomes(
        &mut self,
        index: usize,
        written: &resolved::Operation,
        given: &[Given],
        success: &Reply,
    ) {
        let operation = &self.made.api.operations[index];
        let undocumented = SUCCESSES
            .into_iter()
            .find(|code| !is_documented(operation, *code));
        if let (Some(_), Some(status)) = (operation.undocumented(), undocumented) {
            let reply = Reply {
                status,
                ..success.clone()
            };
            self.outcome(index, given, reply, Expected::Success);
        }
        let is_success = |id: usize| operation.successes().any(|(it, _)| it.0 == id);
        for (id, response) in operation.responses.iter().enumerate() {
            if is_success(id) && response.status != Status::Default {
                continue;
            }
            let Some(status) = error_code(operation, response.status) else {
                continue;
            };
            let body = match self.bodies(response, written) {
                Ok(bodies) => bodies.into_iter().next().unwrap_or_default(),
                Err(why) => {
                    self.note(NoteKind::NoResponse, response.pointer.as_str(), why);
                    continue;
                }
            };
            let body_type = match &response.kind {
                ResponseKind::Json(ty) => Some(self.error_type(ty)),
                _ => None,
            };
            let reply = Reply {
                status,
                media_type: response.media_type.clone(),
                body,
            };
            self.outcome(index, given, reply, Expected::Error { body_type });
        }
    }

    fn outcome(&mut self, index: usize, given: &[Given], reply: Reply, expected: Expected) {
        self.call(index, Extent::Required, given.to_vec(), reply, expected);
    }

    /// Returns the index of the type of an error's body.
    fn error_type(&mut self, ty: &ir::TypeRef) -> usize {
        let ty = self.made.type_in_api(ty);
        let types = &mut self.cases.error_types;
        types.iter().position(|it| *it == ty).unwrap_or_else(|| {
            types.push(ty);
            types.len() - 1
        })
    }
}

/// Returns whether the document describes a response with this status.
fn is_documented(operation: &ir::Operation, code: u16) -> bool {
    let mut statuses = operation.statuses();
    statuses.any(|it| it == Status::Code(code) || it == Status::Range((code / 100) as u8))
}

/// Returns a status of an error that leads to this response and to no other.
fn error_code(operation: &ir::Operation, status: Status) -> Option<u16> {
    let own = |code: &u16| !operation.statuses().any(|it| it == Status::Code(*code));
    match status {
        Status::Code(code) => (code >= 300).then_some(code),
        Status::Range(digit @ 3..) => {
            let first = u16::from(digit) * 100;
            (first..first + 100).find(own)
        }
        Status::Range(_) => None,
        Status::Default => (400..600).find(|code| !is_documented(operation, *code)),
    }
}

/// Returns what is wrong with a body that the client decoded and encoded again, as a phrase: it must be
/// equal to the body that was sent, except for defaults. `encoded` is `None` if the output isn't JSON.
pub fn body_fault(client: &Client, call: &Call, encoded: Option<&Value>) -> Option<String> {
    let sent: Value = serde_json::from_str(&call.reply.body).ok()?;
    let mut faults = differences(&sent, encoded?);
    faults.retain(|fault| match fault {
        Difference::Added { name, .. } => !has_default(client, name),
        Difference::Lost { .. } | Difference::Changed(_) => true,
    });
    (!faults.is_empty()).then(|| format!("isn't decoded completely: {}", joined(&faults)))
}

/// Returns whether some model has a default for a property of this name.
pub fn has_default(client: &Client, name: &str) -> bool {
    client.api.types.iter().any(|def| match &def.shape {
        Shape::Struct(shape) => {
            let mut fields = shape.fields.iter();
            fields.any(|field| field.name == name && field.default.is_some())
        }
        Shape::StringEnum(_)
        | Shape::IntegerEnum(_)
        | Shape::NumberEnum(_)
        | Shape::Union(_)
        | Shape::Collection(_)
        | Shape::Alias(_)
        | Shape::Custom(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiretrue_codegen::{Options, Source};

    use crate::cases::Expected;
    use crate::planner::cases;

    #[test]
    fn a_call_gets_an_undocumented_success_and_each_documented_error() {
        let json = |ty: &str| {
            let content = json!({"application/json": {"schema": {"type": ty}}});
            json!({"description": "A response.", "content": content})
        };
        let none = json!({"description": "No body."});
        let responses = json!({
            "200": json("string"), "303": none, "404": json("integer"), "4XX": none,
            "default": json("integer"),
        });
        let document = json!({
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1"},
            "paths": {"/": {"get": {"responses": responses}}},
        });
        let source = Source::new("t.json", document.to_string());
        let made = wiretrue_codegen::generate(&source, &Options::new("t"));
        let cases = cases(&made.expect("the document is valid"));
        let calls = cases.calls.iter().map(|it| (it.reply.status, it.expected));
        let error = |body_type| Expected::Error { body_type };
        assert_eq!(
            calls.collect::<Vec<_>>(),
            [
                (200, Expected::Success),
                (200, Expected::Success),
                (201, Expected::Success),
                (303, error(None)),
                (404, error(Some(0))),
                (400, error(None)),
                (500, error(Some(0))),
            ]
        );
        assert_eq!(cases.error_types.len(), 1);
        assert_eq!(cases.notes, []);
    }
}
