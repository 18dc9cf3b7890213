use super::{components, components_31};

const PETS: &str = "
Cat: {type: object, required: [purrs], properties: {purrs: {type: boolean}}}
Dog: {type: object, required: [barks], properties: {barks: {type: boolean}}}
";

fn pets(more: &str) -> super::Lowered {
    components(&format!("{PETS}{more}"))
}

#[test]
fn alternatives_without_a_discriminator_are_chosen_by_best_match() {
    let lowered = pets(
        "Pet: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}",
    );
    assert_eq!(lowered.shape("Pet"), "by fit Cat | Dog");
    assert!(lowered.warnings().is_empty());
}

#[test]
fn a_mapping_names_the_values_and_keys_stand_in_for_it() {
    let lowered = pets(
        "
Pet:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator:
    propertyName: kind
    mapping: {cat: '#/components/schemas/Cat', kitten: Cat}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Cat(cat, kitten, Cat) | Dog(Dog)"
    );
}

#[test]
fn the_values_that_an_alternative_allows_its_discriminator_select_it() {
    let lowered = components(
        "
A: {type: object, required: [type], properties: {type: {type: string, enum: [a, a2]}}}
B: {type: object, required: [type], properties: {type: {type: string, enum: [b]}}}
AB:
  oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
  discriminator: {propertyName: type}
",
    );
    assert_eq!(lowered.shape("AB"), "by type A(a, a2) | B(b)");
    assert_eq!(lowered.shape("A"), "struct {type!: A.type}");
}

#[test]
fn inline_alternatives_are_selected_by_the_value_that_they_declare() {
    let lowered = components_31(
        "
E:
  oneOf:
    - {type: object, properties: {type: {const: created}, id: {type: string}}}
    - {type: object, title: Removed thing, properties: {type: {const: removed}}}
  discriminator: {propertyName: type}
",
    );
    let expected =
        "by type created = E.created(created) | Removed thing = E.Removed thing(removed)";
    assert_eq!(lowered.shape("E"), expected);
}

#[test]
fn a_union_within_a_union_brings_its_own_values() {
    let lowered = pets(
        "
Fish: {type: object, properties: {kind: {type: string}}}
Furry:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator: {propertyName: kind}
Pet:
  oneOf: [{$ref: '#/components/schemas/Furry'}, {$ref: '#/components/schemas/Fish'}]
  discriminator: {propertyName: kind, mapping: {Cat: Furry, Dog: Furry}}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Furry(Cat, Dog, Furry) | Fish(Fish)"
    );
}

#[test]
fn alternatives_without_a_discriminator_value_are_a_warning() {
    let lowered = pets(
        "
A:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {type: string}]
  discriminator: {propertyName: kind}
B:
  oneOf:
    - {type: object, properties: {kind: {type: string, enum: [x]}, b: {type: string}}}
    - {type: object, properties: {kind: {type: string, enum: [x]}, c: {type: string}}}
  discriminator: {propertyName: kind}
",
    );
    assert_eq!(lowered.shape("A"), "by fit Cat | string = String");
    assert_eq!(lowered.shape("B"), "by kind x = B.x(x) | x = B.x(x)");
    let told =
        "the discriminator doesn't distinguish all alternatives, so the best match is used instead";
    let shared = "the discriminator value `x` selects several alternatives; the best match among them is used";
    assert_eq!(lowered.warnings(), [told, shared]);
}

#[test]
fn a_mapping_to_a_schema_that_is_not_listed_adds_it_with_a_warning() {
    let lowered = pets(
        "
Fish: {type: object, properties: {fins: {type: integer}}}
Pet:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator: {propertyName: kind, mapping: {fish: Fish}}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Cat(Cat) | Dog(Dog) | Fish(fish, Fish)"
    );
    assert_eq!(
        lowered.warnings(),
        ["the discriminator maps `fish` to a schema that isn't an alternative of the union"]
    );
}

#[test]
fn a_base_with_a_discriminator_and_no_list_stays_an_object() {
    let lowered = components(
        "
Pet: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {purrs: {type: boolean}}}]}
",
    );
    assert_eq!(lowered.shape("Pet"), "struct {kind: String}");
    assert_eq!(lowered.shape("Cat"), "struct {kind: String, purrs: Bool}");
    assert_eq!(lowered.fallbacks(), ["BaseOnly @ /components/schemas/Pet"]);
}

#[test]
fn null_among_the_alternatives_makes_the_use_nullable() {
    let lowered = components_31(
        "
Cat: {type: object, properties: {purrs: {type: boolean}}}
Maybe: {anyOf: [{$ref: '#/components/schemas/Cat'}, {type: 'null'}]}
A:
  type: object
  properties:
    a: {anyOf: [{$ref: '#/components/schemas/Cat'}, {type: 'null'}]}
    b: {oneOf: [{type: object, properties: {x: {type: string}}}, {type: 'null'}]}
    c: {anyOf: [{type: string}, {type: integer}, {type: 'null'}]}
    d: {type: array, items: {anyOf: [{type: string}, {type: 'null'}]}}
    e: {$ref: '#/components/schemas/Maybe'}
",
    );
    assert_eq!(lowered.shape("Maybe"), "= Cat");
    assert_eq!(
        lowered.shape("A"),
        "struct {a: Cat?, b: A.b?, c: A.c?, d: [String?], e: Maybe?}"
    );
    assert_eq!(lowered.shape("A.b"), "struct {x: String}");
    assert_eq!(
        lowered.shape("A.c"),
        "by fit string = String | integer = I64"
    );
}

#[test]
fn a_nullable_alternative_makes_the_use_nullable() {
    let lowered = pets(
        "
A:
  type: object
  properties:
    a: {oneOf: [{$ref: '#/components/schemas/Cat'}, {type: string, nullable: true}]}
    b: {oneOf: [{$ref: '#/components/schemas/Cat'}, {nullable: true}]}
",
    );
    assert_eq!(lowered.shape("A"), "struct {a: A.a?, b: Cat?}");
}

#[test]
fn one_alternative_and_the_same_one_twice_are_no_union() {
    let lowered = pets(
        "
A: {oneOf: [{$ref: '#/components/schemas/Cat'}]}
B: {anyOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Cat'}]}
C: {oneOf: [{$ref: '#/components/schemas/Cat'}, {allOf: [{$ref: '#/components/schemas/Cat'}], description: same}]}
D: {oneOf: [{type: array, items: {type: string}}, {type: array, items: {type: string}, maxItems: 1}]}
E: {anyOf: [{type: object, properties: {e: {type: string}}}]}
",
    );
    assert_eq!(lowered.shape("A"), "= Cat");
    assert_eq!(lowered.shape("B"), "= Cat");
    assert_eq!(lowered.shape("C"), "struct {purrs!: Bool}");
    assert_eq!(lowered.shape("D"), "= [String]");
    assert_eq!(lowered.shape("E"), "struct {e: String}");
}

#[test]
fn numbers_of_several_kinds_are_the_widest() {
    let lowered = components(
        "
A: {oneOf: [{type: integer}, {type: number}]}
B: {oneOf: [{type: integer, format: int32}, {type: integer, format: int64}]}
C: {anyOf: [{type: integer, format: uint32}, {type: integer, format: uint64}]}
D: {anyOf: [{type: integer}, {type: integer, format: uint64}]}
E: {anyOf: [{type: number}, {type: number, format: float}]}
",
    );
    assert_eq!(lowered.shape("A"), "= Number");
    assert_eq!(lowered.shape("B"), "= I64");
    assert_eq!(lowered.shape("C"), "= U64");
    assert_eq!(lowered.shape("D"), "= I128");
    assert_eq!(lowered.shape("E"), "= F64");
}

#[test]
fn plain_alternatives_are_named_after_their_types() {
    let lowered = pets(
        "
A:
  oneOf:
    - {type: string}
    - {type: array, items: {type: string}}
    - {type: array, items: {$ref: '#/components/schemas/Cat'}}
    - {type: object, additionalProperties: {type: integer}}
    - {type: boolean}
    - {type: array, items: {type: number}, title: Numbers}
",
    );
    let expected = "by fit string = String | string list = [String] | Cat list = [Cat] | \
         integer map = {I64} | boolean = Bool | Numbers = [F64]";
    assert_eq!(lowered.shape("A"), expected);
}

#[test]
fn alternatives_that_only_require_properties_are_no_union() {
    let lowered = components(
        "
A:
  type: object
  properties: {a: {type: string}, b: {type: string}}
  anyOf: [{required: [a]}, {required: [b]}, {not: {required: [a]}}]
",
    );
    assert_eq!(lowered.shape("A"), "struct {a: String, b: String}");
}

#[test]
fn properties_beside_a_union_belong_to_every_alternative() {
    let lowered = pets(
        "
A:
  type: object
  required: [id]
  properties: {id: {type: string}}
  oneOf:
    - $ref: '#/components/schemas/Cat'
    - {title: Other, type: object, properties: {id: {type: string, format: uuid}}}
",
    );
    assert_eq!(lowered.shape("A"), "by fit A.Cat | Other = A.Other");
    assert_eq!(lowered.shape("A.Cat"), "struct {id!: String, purrs!: Bool}");
    assert_eq!(lowered.shape("A.Other"), "struct {id: Uuid}");
}

#[test]
fn only_the_discriminator_beside_a_union_is_no_reason_for_new_types() {
    let lowered = pets(
        "
Pet:
  type: object
  properties: {kind: {type: string}}
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator: {propertyName: kind}
",
    );
    assert_eq!(lowered.shape("Pet"), "by kind Cat(Cat) | Dog(Dog)");
}

#[test]
fn both_kinds_of_union_at_once_are_untyped_with_a_reason() {
    let lowered = pets(
        "
A:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  anyOf: [{type: string}, {type: integer}]
",
    );
    assert_eq!(lowered.shape("A"), "= Any");
    assert_eq!(
        lowered.fallbacks(),
        ["OneOfBesideAnyOf @ /components/schemas/A"]
    );
}

#[test]
fn alternatives_with_the_same_properties_are_a_warning() {
    let lowered = components(
        "
A: {type: object, properties: {x: {type: string}, y: {type: integer}}}
B: {type: object, properties: {y: {type: integer}, x: {type: string}}}
C: {type: object, properties: {x: {type: string}, y: {type: string}}}
AB: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
AC: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/C'}]}
",
    );
    assert_eq!(
        lowered.warnings(),
        ["alternatives of the union have the same properties; the first that matches is used"]
    );
}

#[test]
fn a_union_can_contain_itself() {
    let lowered = components(
        "
Json:
  nullable: true
  oneOf:
    - {type: string}
    - {type: array, items: {$ref: '#/components/schemas/Json'}}
    - {type: object, additionalProperties: {$ref: '#/components/schemas/Json'}}
",
    );
    let expected = "by fit string = String | Json list = [Json?] | Json map = {Json?}";
    assert_eq!(lowered.shape("Json"), expected);
}
