//! Calls for the alternatives of `oneOf` and `anyOf` in JSON bodies that no other call sends.

use std::collections::{BTreeSet, VecDeque};

use super::cases::{Call, Expected, NoteKind, Place, Reply};
use super::inputs::RawInput;
use super::planner::Planner;
use super::sample::{Alternative, Extent, choices};

/// The maximum number of calls of one operation for alternatives.
const MOST: usize = 32;

/// The alternatives in all bodies of a document.
#[derive(Default)]
pub struct Alternatives {
    /// Alternatives that a call sends.
    tried: BTreeSet<Alternative>,
    /// Alternatives that were tried. No value could be generated for some of them.
    failed: BTreeSet<Alternative>,
    /// Alternatives beyond the maximum number of calls.
    cut: BTreeSet<Alternative>,
}

impl Alternatives {
    /// Marks alternatives as sent by a call.
    pub fn had(&mut self, taken: &[Alternative]) {
        self.tried.extend(taken);
    }
}

impl Planner<'_> {
    /// Adds a call of an operation for each alternative, anywhere in its body, that no call sends yet.
    pub(super) fn try_alternatives(
        &mut self,
        operation: usize,
        taken: &[RawInput<'_>],
        reply: &Reply,
    ) {
        let Some(body) = taken.iter().position(|it| it.place == Place::Json) else {
            return;
        };
        let Some(schema) = taken[body].schema else {
            return;
        };
        let Ok((_, found)) = self.arguments.explore(schema, &[]) else {
            return;
        };
        // Each with the alternatives on the way to it.
        let mut waiting: VecDeque<Vec<Alternative>> = VecDeque::new();
        let mut known: BTreeSet<Alternative> = BTreeSet::new();
        self.reach(&found, &[], &mut known, &mut waiting);
        let mut calls = 0;
        while let Some(way) = waiting.pop_front() {
            let Some(&goal) = way.last() else { continue };
            let is_tried = self.alternatives.tried.contains(&goal);
            if !is_tried && calls == MOST {
                self.alternatives.cut.insert(goal);
                continue;
            }
            let made = self.arguments.explore(schema, &way).ok();
            let Some((value, found)) = made.filter(|(_, found)| found.contains(&goal)) else {
                self.alternatives.failed.insert(goal);
                continue;
            };
            self.reach(&found, &way, &mut known, &mut waiting);
            if is_tried {
                continue;
            }
            let Ok(mut given) = self.given(taken, Extent::Required) else {
                return;
            };
            given.retain(|it| it.place != Place::Json);
            given.push(taken[body].given(value));
            self.alternatives.had(&found);
            self.cases.calls.push(Call {
                operation,
                extent: Extent::All,
                alternative: Some(self.pointer_of(goal)),
                given,
                reply: reply.clone(),
                expected: Expected::Success,
            });
            calls += 1;
        }
    }

    /// Queues all alternatives of the schemas of a generated value.
    fn reach(
        &self,
        found: &[Alternative],
        way: &[Alternative],
        known: &mut BTreeSet<Alternative>,
        waiting: &mut VecDeque<Vec<Alternative>>,
    ) {
        for (id, _) in found {
            let all = choices(self.made.resolved.schemas.get(*id)).len();
            for index in 0..all {
                if known.insert((*id, index)) {
                    let mut way = way.to_vec();
                    way.retain(|(of, _)| of != id);
                    way.push((*id, index));
                    waiting.push_back(way);
                }
            }
        }
    }

    /// Adds a note for each alternative that no call sends.
    pub(super) fn note_untried(&mut self) {
        let Alternatives { tried, failed, cut } = std::mem::take(&mut self.alternatives);
        for &alternative in failed.difference(&tried) {
            let text = "no body with this alternative could be generated".to_owned();
            self.note(NoteKind::NotTried, &self.pointer_of(alternative), text);
        }
        for &alternative in cut.difference(&tried).filter(|it| !failed.contains(it)) {
            let text = format!("the operation already has {MOST} calls for other alternatives");
            self.note(NoteKind::NotTried, &self.pointer_of(alternative), text);
        }
    }

    fn pointer_of(&self, (id, index): Alternative) -> String {
        let schemas = &self.made.resolved.schemas;
        let schema = schemas.get(id);
        let word = if schema.one_of.is_empty() {
            "anyOf"
        } else {
            "oneOf"
        };
        let place = schema.pointer.as_str().trim_start_matches('#');
        format!("#{place}/{word}/{index}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wiretrue_codegen::{Options, Source};

    use super::MOST;
    use crate::cases::{Cases, NoteKind, Place};
    use crate::planner::cases;

    /// What is tried of operations with these schemas for bodies.
    fn tried(bodies: &[Value]) -> Cases {
        let operation = |(index, schema): (usize, &Value)| {
            let body =
                json!({"required": true, "content": {"application/json": {"schema": schema}}});
            let responses = json!({"204": {"description": "Done."}});
            let operation = json!({"requestBody": body, "responses": responses});
            (format!("/{index}"), json!({"post": operation}))
        };
        let paths: serde_json::Map<String, Value> =
            bodies.iter().enumerate().map(operation).collect();
        let pet = json!({"oneOf": [
            {"type": "object", "required": ["barks"], "properties": {"barks": {"type": "boolean"}}},
            {"type": "object", "required": ["food"], "properties": {"food": {"anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "integer"}},
            ]}}},
        ]});
        let document = json!({
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1"},
            "paths": paths,
            "components": {"schemas": {"Pet": pet}},
        });
        let source = Source::new("t.json", document.to_string());
        let made = wiretrue_codegen::generate(&source, &Options::new("t"));
        cases(&made.expect("the document is valid"))
    }

    fn bodies(cases: &Cases) -> Vec<Value> {
        let given = cases.calls.iter().flat_map(|call| &call.given);
        let bodies = given.filter(|it| it.place == Place::Json);
        bodies.map(|it| it.value.clone()).collect()
    }

    #[test]
    fn every_alternative_is_in_a_body_wherever_it_stands() {
        let pets = json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}});
        let tried = tried(&[json!({"$ref": "#/components/schemas/Pet"}), pets]);
        let bodies = bodies(&tried);
        let has = |is_it: &dyn Fn(&Value) -> bool| bodies.iter().any(is_it);
        assert!(has(&|it| it["barks"].is_boolean()), "{bodies:?}");
        assert!(has(&|it| it["food"].is_string()), "{bodies:?}");
        assert!(has(&|it| it["food"].is_array()), "{bodies:?}");
        // Two calls for what is taken first, one with an undocumented success, and one for each of
        // the other two; of the list, whose alternatives were all tried, only the first three.
        let alternatives: Vec<_> = tried
            .calls
            .iter()
            .filter_map(|it| it.alternative.as_deref())
            .collect();
        assert_eq!(
            alternatives,
            [
                "#/components/schemas/Pet/oneOf/1",
                "#/components/schemas/Pet/oneOf/1/properties/food/anyOf/1",
            ]
        );
        assert_eq!(tried.calls.len(), 8);
        assert_eq!(tried.notes, []);
    }

    #[test]
    fn what_is_not_tried_is_named() {
        let member = |index: usize| json!({"type": "object", "required": [format!("m{index}")]});
        let many: Vec<Value> = (0..MOST + 3).map(member).collect();
        let none = json!({"type": "string", "pattern": "a{3}", "maxLength": 2});
        let tried = tried(&[
            json!({"oneOf": many}),
            json!({"oneOf": [{"type": "integer"}, none]}),
        ]);
        let notes: Vec<_> = tried
            .notes
            .iter()
            .map(|it| (it.kind, it.pointer.as_str()))
            .collect();
        let at = |path: usize, index: usize| {
            format!(
                "#/paths/~1{path}/post/requestBody/content/application~1json/schema/oneOf/{index}"
            )
        };
        let (first, second, failed) = (at(0, MOST + 1), at(0, MOST + 2), at(1, 1));
        assert_eq!(
            notes,
            [
                (NoteKind::NotTried, failed.as_str()),
                (NoteKind::NotTried, first.as_str()),
                (NoteKind::NotTried, second.as_str()),
            ]
        );
    }
}
