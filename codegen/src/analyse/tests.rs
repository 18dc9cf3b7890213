use crate::analyse::analyse;
use crate::diagnostic::Diagnostics;
use crate::facts::{Facts, TypeFacts};
use crate::ir::{Api, Shape};
use crate::lower::tests::{Lowered, components, lower, name};

struct Analysed {
    api: Api,
    facts: Facts,
    warnings: Vec<String>,
}

fn analysed(lowered: Lowered) -> Analysed {
    let mut diagnostics = Diagnostics::default();
    let facts = analyse(&lowered.api, &mut diagnostics);
    let warnings = diagnostics.iter().map(|it| it.message.clone()).collect();
    Analysed {
        api: lowered.api,
        facts,
        warnings,
    }
}

impl Analysed {
    fn of(&self, called: &str) -> &TypeFacts {
        let index = self
            .api
            .types
            .iter()
            .position(|def| name(&self.api, &def.name) == called);
        &self.facts.types[index.unwrap_or_else(|| panic!("no type {called}"))]
    }

    /// Returns whether a request, and whether a response, contains a type.
    fn ways(&self, called: &str) -> (bool, bool) {
        (self.of(called).in_request, self.of(called).in_response)
    }

    /// Returns the fields and variants that `list` marks, as `Type.member`, sorted.
    fn marked(&self, list: fn(&TypeFacts) -> &Vec<bool>) -> Vec<String> {
        let mut marked = Vec::new();
        for (def, facts) in self.api.types.iter().zip(&self.facts.types) {
            for (index, set) in list(facts).iter().enumerate() {
                if *set {
                    let member = match &def.shape {
                        Shape::Struct(object) => object.fields[index].name.clone(),
                        _ => index.to_string(),
                    };
                    marked.push(format!("{}.{member}", name(&self.api, &def.name)));
                }
            }
        }
        marked.sort();
        marked
    }

    fn boxed(&self) -> Vec<String> {
        self.marked(|facts| &facts.boxed)
    }
}

#[test]
fn a_type_belongs_to_the_directions_in_which_operations_use_it() {
    let it = analysed(lower(
        "
paths:
  /a:
    post:
      operationId: op
      parameters: [{name: p, in: query, schema: {$ref: '#/components/schemas/Param'}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ask'}}}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Answer'}}}}
        default: {description: no, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Failure'}}}}}
components:
  schemas:
    Param: {type: string, enum: [x]}
    Ask:
      type: object
      properties:
        shared: {$ref: '#/components/schemas/Shared'}
        made: {readOnly: true, allOf: [{$ref: '#/components/schemas/Made'}]}
        union: {oneOf: [{$ref: '#/components/schemas/Inner'}, {type: string}]}
      additionalProperties: {$ref: '#/components/schemas/Extra'}
    Answer:
      type: object
      properties:
        shared: {$ref: '#/components/schemas/Alias'}
        made: {$ref: '#/components/schemas/Made'}
        secret: {writeOnly: true, allOf: [{$ref: '#/components/schemas/Secret'}]}
    Alias: {type: object, additionalProperties: {$ref: '#/components/schemas/Shared'}}
    Shared: {type: object, properties: {s: {type: string}}}
    Made: {type: object, properties: {m: {type: string}}}
    Secret: {type: object, properties: {s: {type: string}}}
    Inner: {type: object, properties: {i: {type: string}}}
    Extra: {type: object, properties: {e: {type: string}}}
    Failure: {type: object, properties: {f: {type: string}}}
    Alone: {type: object, properties: {l: {$ref: '#/components/schemas/Leaf'}}}
    Leaf: {type: object, properties: {l: {type: string}}}
",
    ));
    for called in ["Param", "Ask", "Ask.union", "Inner", "Extra"] {
        assert_eq!(it.ways(called), (true, false), "{called}");
    }
    for called in [
        "Answer", "Alias", "Made", "Failure", "Alone", "Leaf", "Secret",
    ] {
        assert_eq!(it.ways(called), (false, true), "{called}");
    }
    assert_eq!(it.ways("Shared"), (true, true));
}

#[test]
fn only_the_field_that_closes_a_cycle_is_boxed() {
    let it = analysed(components(
        "
Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}, other: {$ref: '#/components/schemas/Leaf'}}}
Leaf: {type: object, properties: {l: {type: string}}}
A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}
B: {type: object, properties: {c: {$ref: '#/components/schemas/C'}, leaf: {$ref: '#/components/schemas/Leaf'}}}
C: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}
",
    ));
    assert_eq!(it.boxed(), ["C.a", "Node.next"]);
}

#[test]
fn arrays_and_maps_are_not_boxed() {
    let it = analysed(components(
        "
Tree:
  type: object
  properties:
    children: {type: array, items: {$ref: '#/components/schemas/Tree'}}
    by_name: {type: object, additionalProperties: {$ref: '#/components/schemas/Tree'}}
    list: {$ref: '#/components/schemas/Forest'}
Forest: {type: array, items: {$ref: '#/components/schemas/Tree'}}
",
    ));
    assert!(it.boxed().is_empty());
}

#[test]
fn cycles_lead_through_aliases_and_unions() {
    let it = analysed(components(
        "
A: {type: object, properties: {again: {$ref: '#/components/schemas/Alias'}}}
Alias: {allOf: [{$ref: '#/components/schemas/A'}], description: same}
Expression: {oneOf: [{type: string}, {$ref: '#/components/schemas/Not'}]}
Not: {type: object, required: [of], properties: {of: {$ref: '#/components/schemas/Expression'}}}
",
    ));
    assert_eq!(it.boxed(), ["A.again", "Not.of"]);
}

#[test]
fn boxing_does_not_depend_on_unrelated_types() {
    let text = "
M: {type: object, properties: {n: {$ref: '#/components/schemas/N'}}}
N: {type: object, properties: {m: {$ref: '#/components/schemas/M'}}}
";
    let before = analysed(components(text));
    let after = analysed(components(&format!(
        "A: {{type: object, properties: {{n: {{$ref: '#/components/schemas/N'}}}}}}\n{text}"
    )));
    assert_eq!(before.boxed(), ["N.m"]);
    assert_eq!(after.boxed(), ["N.m"]);
}

#[test]
fn a_cycle_of_required_fields_is_broken_with_a_warning() {
    let it = analysed(components(
        "
A: {type: object, required: [b], properties: {b: {$ref: '#/components/schemas/B'}}}
B: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}
Outside: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}
Fine: {type: object, required: [me], properties: {me: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Fine'}]}}}
List: {type: object, required: [l], properties: {l: {type: array, items: {$ref: '#/components/schemas/List'}}}}
",
    ));
    assert_eq!(it.marked(|facts| &facts.endless), ["B.a"]);
    assert_eq!(it.boxed(), ["B.a", "Fine.me"]);
    assert_eq!(
        it.warnings,
        ["`a` is part of a cycle of required properties, so no value can be finite"]
    );
}

#[test]
fn types_with_floats_or_untyped_values_do_not_implement_eq() {
    let it = analysed(components(
        "
Exact: {type: object, properties: {a: {type: string}, b: {type: array, items: {$ref: '#/components/schemas/Colour'}}}}
Colour: {type: string, enum: [red]}
Float: {type: object, properties: {f: {type: array, items: {type: number}}}}
Uses: {type: object, properties: {f: {$ref: '#/components/schemas/Float'}}}
Untyped: {type: object, properties: {a: {type: string}}, additionalProperties: true}
Union: {oneOf: [{type: string}, {type: boolean}]}
Alias: {type: number}
Round: {type: object, properties: {r: {$ref: '#/components/schemas/Round'}}}
",
    ));
    for called in ["Exact", "Colour", "Round"] {
        assert!(it.of(called).has_eq, "{called}");
    }
    for called in ["Float", "Uses", "Untyped", "Union", "Alias"] {
        assert!(!it.of(called).has_eq, "{called}");
    }
}

#[test]
fn a_long_chain_of_types_does_not_overflow_the_stack() {
    let text = (0..5000).fold(String::new(), |text, index| {
        let next = (index + 1) % 5000;
        text + &format!("S{index}: {{type: object, properties: {{n: {{$ref: '#/components/schemas/S{next}'}}}}}}\n")
    });
    let it = analysed(components(&text));
    assert_eq!(it.boxed().len(), 1);
}
