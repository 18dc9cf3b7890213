//! Plans the cases of a document.

use wiretrue_codegen::Generated;

use super::alternatives::Alternatives;
use super::cases::{Call, Cases, Expected, Given, Note, NoteKind, Reply};
use super::sample::{Extent, Maker};
use super::schema::Direction;

/// Returns the cases of a client.
pub fn cases(made: &Generated) -> Cases {
    let mut planner = Planner {
        made,
        arguments: Maker::new(&made.resolved.schemas, Direction::Request),
        responses: Maker::new(&made.resolved.schemas, Direction::Response),
        alternatives: Alternatives::default(),
        cases: Cases::default(),
    };
    for index in 0..made.api.operations.len() {
        planner.operation(index);
    }
    planner.note_untried();
    planner.cases
}

/// Collects the cases of a client.
pub(super) struct Planner<'a> {
    pub(super) made: &'a Generated,
    pub(super) arguments: Maker<'a>,
    pub(super) responses: Maker<'a>,
    pub(super) alternatives: Alternatives,
    pub(super) cases: Cases,
}

impl Planner<'_> {
    fn operation(&mut self, index: usize) {
        let operation = &self.made.api.operations[index];
        let mut written = self.made.resolved.operations.iter();
        let Some(written) = written.find(|it| it.pointer == operation.pointer) else {
            let text = "it isn't in the document".to_owned();
            self.note(NoteKind::NotCalled, operation.pointer.as_str(), text);
            return;
        };
        let inputs = self.inputs(index, operation, written);
        let mut replies = self.replies(operation, written).into_iter();
        let mut last = Reply {
            status: 204,
            media_type: None,
            body: String::new(),
        };
        let mut required = Vec::new();
        for extent in [Extent::All, Extent::Required] {
            let given = match self.given(&inputs, extent) {
                Ok(given) => given,
                Err(why) => {
                    self.note(NoteKind::NotCalled, operation.pointer.as_str(), why);
                    return;
                }
            };
            last = replies.next().unwrap_or(last);
            self.call(
                index,
                extent,
                given.clone(),
                last.clone(),
                Expected::Success,
            );
            required = given;
        }
        for reply in replies {
            let given = required.clone();
            self.call(index, Extent::Required, given, reply, Expected::Success);
        }
        self.try_outcomes(index, written, &required, &last);
        self.try_alternatives(index, &inputs, &last);
        self.examples(operation, written);
    }

    pub(super) fn call(
        &mut self,
        operation: usize,
        extent: Extent,
        given: Vec<Given>,
        reply: Reply,
        expected: Expected,
    ) {
        self.cases.calls.push(Call {
            operation,
            extent,
            alternative: None,
            given,
            reply,
            expected,
        });
    }

    pub(super) fn note(&mut self, kind: NoteKind, pointer: &str, text: String) {
        let note = Note {
            kind,
            pointer: format!("#{}", pointer.trim_start_matches('#')),
            text,
        };
        if !self.cases.notes.contains(&note) {
            self.cases.notes.push(note);
        }
    }
}
