use super::{components, components_31};

#[test]
fn the_parts_of_all_of_are_one_object_in_document_order() {
    let lowered = components(
        "
Base: {type: object, required: [id], properties: {id: {type: string}, kind: {type: string}}}
A:
  description: Both
  allOf:
    - $ref: '#/components/schemas/Base'
    - type: object
      required: [kind]
      properties: {extra: {type: integer}}
  properties: {own: {type: boolean}}
  additionalProperties: {type: string}
",
    );
    let expected = "struct {id!: String, kind!: String, extra: I64, own: Bool, ...: String}";
    assert_eq!(lowered.shape("A"), expected);
    assert_eq!(lowered.def("A").docs.description.as_deref(), Some("Both"));
    assert!(lowered.warnings().is_empty());
}

#[test]
fn one_reference_with_annotations_is_the_reference() {
    let lowered = components(
        "
Base: {type: object, properties: {id: {type: string}}}
Renamed: {allOf: [{$ref: '#/components/schemas/Base'}], description: Another name}
A:
  type: object
  properties:
    a: {allOf: [{$ref: '#/components/schemas/Base'}], nullable: true, readOnly: true}
    b: {type: object, allOf: [{$ref: '#/components/schemas/Base'}, {description: only text}]}
",
    );
    assert_eq!(lowered.shape("Renamed"), "= Base");
    assert_eq!(lowered.shape("A"), "struct {a: Base? ro, b: Base}");
    assert_eq!(lowered.names(), ["Base", "Renamed", "A"]);
}

#[test]
fn a_reference_with_constraints_is_a_type_of_its_own() {
    let lowered = components(
        "
Base: {type: object, properties: {id: {type: string}}}
A: {allOf: [{$ref: '#/components/schemas/Base'}], required: [id]}
B: {allOf: [{$ref: '#/components/schemas/Base'}, {required: [id]}]}
",
    );
    assert_eq!(lowered.shape("Base"), "struct {id: String}");
    assert_eq!(lowered.shape("A"), "struct {id!: String}");
    assert_eq!(lowered.shape("B"), "struct {id!: String}");
}

#[test]
fn an_inline_part_belongs_to_its_owner() {
    let lowered = components(
        "
A: {allOf: [{type: object, description: Text, properties: {b: {type: object, properties: {c: {type: string}}}}}]}
",
    );
    assert_eq!(lowered.shape("A"), "struct {b: A.b}");
    assert_eq!(lowered.def("A").docs.description.as_deref(), Some("Text"));
}

#[test]
fn a_derived_schema_narrows_a_property() {
    let lowered = components(
        "
Base:
  type: object
  properties:
    kind: {type: string}
    any: {}
    n: {type: number}
    list: {type: array}
Heir:
  allOf:
    - $ref: '#/components/schemas/Base'
    - type: object
      properties:
        kind: {type: string, enum: [heir]}
        any: {type: integer}
        n: {type: integer}
        list: {type: array, items: {type: string}}
",
    );
    let expected = "struct {kind: Heir.kind, any: I64, n: I64, list: [String]}";
    assert_eq!(lowered.shape("Heir"), expected);
    assert!(lowered.warnings().is_empty());
}

#[test]
fn a_property_with_contradicting_types_is_a_warning_and_the_later_one_is_used() {
    let lowered = components(
        "
Base: {type: object, properties: {id: {type: string}}}
A:
  allOf:
    - $ref: '#/components/schemas/Base'
    - {type: object, properties: {id: {type: integer}}}
",
    );
    assert_eq!(lowered.shape("A"), "struct {id: I64}");
    assert_eq!(
        lowered.warnings(),
        ["`id` is declared twice with different types; the later declaration is used"]
    );
}

#[test]
fn a_property_that_is_an_object_in_both_parts_has_the_properties_of_both() {
    let lowered = components(
        "
Envelope: {type: object, properties: {data: {type: object, required: [id], properties: {id: {type: string}}}}}
A:
  allOf:
    - $ref: '#/components/schemas/Envelope'
    - {type: object, properties: {data: {type: object, description: Mine, properties: {name: {type: string}}}}}
",
    );
    assert_eq!(lowered.shape("A"), "struct {data: A.data}");
    assert_eq!(
        lowered.shape("A.data"),
        "struct {id!: String, name: String}"
    );
    assert_eq!(lowered.shape("Envelope.data"), "struct {id!: String}");
    let crate::ir::Shape::Struct(object) = &lowered.def("A").shape else {
        panic!()
    };
    assert_eq!(object.fields[0].docs.description.as_deref(), Some("Mine"));
}

#[test]
fn a_schema_that_is_part_of_itself_is_a_warning() {
    let lowered = components(
        "
A: {allOf: [{$ref: '#/components/schemas/B'}, {type: object, properties: {a: {type: string}}}]}
B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {b: {type: string}}}]}
",
    );
    assert_eq!(lowered.shape("A"), "struct {b: String, a: String}");
    assert_eq!(
        lowered.warnings(),
        ["`allOf` refers back to the schema itself; this part is ignored"]
    );
}

#[test]
fn parts_with_different_types_are_a_warning_and_the_first_is_used() {
    let lowered = components(
        "
Base: {type: object, properties: {id: {type: string}}}
A: {type: string, allOf: [{$ref: '#/components/schemas/Base'}]}
",
    );
    assert_eq!(lowered.shape("A"), "struct {id: String}");
    assert_eq!(
        lowered.warnings(),
        ["`allOf` requires both an object and a string; the first is used"]
    );
}

#[test]
fn a_warning_names_the_keyword_of_the_document() {
    let lowered = components(
        "
Base: {type: object, properties: {id: {type: string}}}
A: {type: string, anyOf: [{$ref: '#/components/schemas/Base'}]}
B: {oneOf: [{$ref: '#/components/schemas/C'}]}
C: {anyOf: [{$ref: '#/components/schemas/B'}]}
",
    );
    let warnings = lowered.warnings();
    for start in ["`anyOf` requires both", "`anyOf` refers back"] {
        assert!(
            warnings.iter().any(|it| it.starts_with(start)),
            "{warnings:?}"
        );
    }
    assert!(
        warnings.iter().all(|it| !it.contains("allOf")),
        "{warnings:?}"
    );
}

#[test]
fn strings_maps_and_arrays_are_merged_too() {
    let lowered = components(
        "
Text: {type: string}
Short: {allOf: [{$ref: '#/components/schemas/Text'}, {maxLength: 3}]}
Day: {allOf: [{$ref: '#/components/schemas/Text'}, {format: date}]}
Map: {type: object, additionalProperties: {type: integer}}
More: {allOf: [{$ref: '#/components/schemas/Map'}, {type: object, properties: {a: {type: integer}}}]}
List: {type: array, items: {type: string}}
Longer: {allOf: [{$ref: '#/components/schemas/List'}, {minItems: 1}]}
",
    );
    assert_eq!(lowered.shape("Short"), "= Text");
    assert_eq!(lowered.shape("Day"), "= Date");
    assert_eq!(lowered.shape("More"), "struct {a: I64, ...: I64}");
    assert_eq!(lowered.shape("Longer"), "= List");
}

#[test]
fn a_union_among_the_parts_has_the_other_properties_in_each_alternative() {
    let lowered = components(
        "
Base: {type: object, properties: {id: {type: string}}}
Cat: {type: object, properties: {purrs: {type: boolean}}}
Dog: {type: object, properties: {barks: {type: boolean}}}
A: {allOf: [{$ref: '#/components/schemas/Base'}, {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}]}
",
    );
    assert_eq!(
        lowered.shape("A"),
        "by fit Cat = A.Cat | Dog = A.Dog | combined = A.combined combined"
    );
    assert_eq!(lowered.shape("A.Cat"), "struct {id: String, purrs: Bool}");
    assert_eq!(lowered.shape("A.Dog"), "struct {id: String, barks: Bool}");
    assert_eq!(lowered.shape("Cat"), "struct {purrs: Bool}");
}

#[test]
fn several_unions_at_once_are_the_union_of_their_combinations() {
    let lowered = components(
        "
A: {type: object, properties: {a: {type: string}}}
B: {type: object, properties: {b: {type: string}}}
C:
  allOf:
    - oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
    - anyOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}]
",
    );
    assert_eq!(lowered.shape("C"), "by fit A B = C.A B | A | B");
    assert_eq!(lowered.shape("C.A B"), "struct {a: String, b: String}");
    assert!(lowered.fallbacks().is_empty());
}

#[test]
fn a_base_that_lists_its_derived_schemas_is_a_union_and_they_are_not() {
    let lowered = components(
        "
Pet:
  type: object
  required: [petType]
  properties: {petType: {type: string}}
  discriminator: {propertyName: petType}
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {purrs: {type: boolean}}}]}
Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {barks: {type: boolean}}}]}
Puppy: {allOf: [{$ref: '#/components/schemas/Dog'}, {type: object, properties: {age: {type: integer}}}]}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by petType Cat(Cat) written | Dog(Puppy, Dog)"
    );
    assert_eq!(
        lowered.shape("Cat"),
        "struct {petType!: String, purrs: Bool}"
    );
    assert_eq!(
        lowered.shape("Puppy"),
        "struct {petType!: String, barks: Bool, age: I64}"
    );
    assert!(lowered.warnings().is_empty());
}

#[test]
fn null_is_a_value_only_if_all_parts_or_the_schema_itself_allow_it() {
    let lowered = components(
        "
Base: {type: object, nullable: true, properties: {id: {type: string}}}
A:
  type: object
  properties:
    ref: {allOf: [{$ref: '#/components/schemas/Base'}]}
    more: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {x: {type: string}}}]}
    said: {nullable: true, allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {y: {type: string}}}]}
",
    );
    assert_eq!(
        lowered.shape("A"),
        "struct {ref: Base?, more: A.more, said: A.said?}"
    );
}

#[test]
fn two_lists_or_maps_are_combined() {
    let lowered = components(
        "
Item: {type: object, required: [a], properties: {a: {type: string}}}
Base:
  type: object
  properties:
    list: {type: array, items: {$ref: '#/components/schemas/Item'}}
    rows: {type: array, items: {type: array, items: {$ref: '#/components/schemas/Item'}}}
    map: {type: object, additionalProperties: {$ref: '#/components/schemas/Item'}}
    words: {type: array, nullable: true, items: {type: string}}
    same: {type: array, items: {$ref: '#/components/schemas/Item'}, maxItems: 3}
A:
  allOf:
    - $ref: '#/components/schemas/Base'
    - properties:
        list: {type: array, items: {properties: {b: {type: string}}}}
        rows: {items: {items: {properties: {b: {type: string}}}}}
        map: {additionalProperties: {properties: {b: {type: string}}}}
        words: {type: array, nullable: true, items: {type: string, enum: [x]}}
        same: {type: array, items: {$ref: '#/components/schemas/Item'}}
",
    );
    assert_eq!(
        lowered.shape("A"),
        "struct {list: [A.list.item], rows: [[A.rows.item.item]], map: {A.map.value}, \
         words: [A.words.item]?, same: [Item]}"
    );
    for called in ["A.list.item", "A.rows.item.item", "A.map.value"] {
        assert_eq!(lowered.shape(called), "struct {a!: String, b: String}");
    }
    assert_eq!(lowered.shape("A.words.item"), r#""x""#);
    assert_eq!(lowered.warnings(), Vec::<&str>::new());
}

#[test]
fn of_two_lists_of_values_those_of_both_are_allowed() {
    let lowered = components_31(
        "
Base: {type: object, properties: {k: {type: string, enum: [a, b, c]}, on: {type: boolean}, n: {type: integer}}}
First: {allOf: [{properties: {k: {const: a}, on: {const: true}, n: {const: 1}}}, {$ref: '#/components/schemas/Base'}]}
Last: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {k: {enum: [b, c, d]}, on: {const: false}, n: {type: number}}}]}
",
    );
    let (first, last) = (lowered.shape("First"), lowered.shape("Last"));
    assert_eq!(first, "struct {k: First.k, on: Bool, n: First.n}");
    assert_eq!(lowered.shape("First.k"), "\"a\"");
    assert_eq!(last, "struct {k: Last.k, on: Bool, n: I64}");
    assert_eq!(lowered.shape("Last.k"), "\"b\" | \"c\"");
    assert!(lowered.warnings().is_empty(), "{:?}", lowered.warnings());
}
