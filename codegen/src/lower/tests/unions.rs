use super::{components, components_31, components_32};

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
    assert_eq!(
        lowered.shape("Pet"),
        "by fit Cat | Dog | combined = Pet.combined combined"
    );
    assert_eq!(
        lowered.shape("Pet.combined"),
        "struct {purrs: Bool, barks: Bool}"
    );
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
        "by kind cat = Cat(cat, Cat) written | kitten = Cat(kitten) written | Dog(Dog) written"
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
    let expected = "by type created = E.created(created) written | Removed thing = E.Removed thing(removed) written";
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
        "by kind Furry(Cat, Dog, Furry) | Fish(Fish) written"
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
    assert_eq!(
        lowered.shape("A"),
        "by kind Cat(Cat) written | string = String"
    );
    assert_eq!(
        lowered.shape("B"),
        "by kind x = B.x(x) written | x = B.x(x) written"
    );
    let shared = "the discriminator value `x` selects several alternatives; the best match among them is used";
    assert_eq!(lowered.warnings(), [shared]);
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
        "by kind Cat(Cat) written | Dog(Dog) written | Fish(fish, Fish) written"
    );
    assert_eq!(
        lowered.warnings(),
        ["the discriminator maps `fish` to a schema that isn't an alternative of the union"]
    );
}

#[test]
fn the_schema_of_the_default_mapping_has_unknown_and_missing_values() {
    for (default, expected, warnings) in [
        ("Dog", "Cat(cat, Cat) written | Dog(Dog) default", vec![]),
        (
            "Fish",
            "Cat(cat, Cat) written | Dog(Dog) written | Fish(Fish) default",
            vec![
                "the discriminator has as its default a schema that isn't an alternative of the union",
            ],
        ),
    ] {
        let lowered = components_32(&format!(
            "{PETS}
Fish: {{type: object, properties: {{fins: {{type: integer}}}}}}
Pet:
  oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}]
  discriminator: {{propertyName: kind, mapping: {{cat: Cat}}, defaultMapping: {default}}}
"
        ));
        assert_eq!(lowered.shape("Pet"), format!("by kind {expected}"));
        assert_eq!(lowered.warnings(), warnings);
    }
}

#[test]
fn an_heir_may_be_the_default_instead_of_its_base() {
    let lowered = components_32(
        "
Pet:
  type: object
  properties: {kind: {type: string}}
  discriminator: {propertyName: kind, defaultMapping: Kitten}
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {purrs: {type: boolean}}}]}
Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {barks: {type: boolean}}}]}
Kitten: {allOf: [{$ref: '#/components/schemas/Cat'}, {type: object, properties: {age: {type: integer}}}]}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Cat(Kitten, Cat) default | Dog(Dog) written | base = Pet.base(Pet)"
    );
    assert_eq!(
        lowered.shape("Cat"),
        "by kind Kitten(Kitten) default | base = Cat.base(Cat)"
    );
}

#[test]
fn a_base_with_a_discriminator_is_a_union_of_its_heirs() {
    let lowered = components(
        "
Pet: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {purrs: {type: boolean}}}]}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Cat(Cat) written | base = Pet.base(Pet) default"
    );
    assert_eq!(lowered.shape("Pet.base"), "struct {kind: String, ...: Any}");
    assert_eq!(lowered.shape("Cat"), "struct {kind: String, purrs: Bool}");
}

#[test]
fn a_base_may_add_only_its_discriminator_to_another_schema() {
    let lowered = components(
        "
Thing: {type: object, required: [kind], properties: {kind: {type: string}}}
Pet: {type: object, allOf: [{$ref: '#/components/schemas/Thing'}], discriminator: {propertyName: kind}}
Cat: {type: object, allOf: [{$ref: '#/components/schemas/Pet'}], properties: {purrs: {type: boolean}}}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Cat(Cat) written | base = Pet.base(Pet) default"
    );
    assert_eq!(
        lowered.shape("Pet.base"),
        "struct {kind!: String, ...: Any}"
    );
    assert_eq!(lowered.shape("Cat"), "struct {kind!: String, purrs: Bool}");
    assert_eq!(lowered.shape("Thing"), "struct {kind!: String}");
}

#[test]
fn a_discriminator_without_alternatives_and_heirs_declares_its_property() {
    let lowered = components(
        "
Item: {type: object, properties: {id: {type: string}}, discriminator: {propertyName: type}}
Text: {type: string, discriminator: {propertyName: type}}
Own: {type: object, properties: {type: {type: integer}}, discriminator: {propertyName: type}}
Pet: {type: object, properties: {id: {type: string}}, discriminator: {propertyName: kind}}
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}], properties: {purrs: {type: boolean}}}
",
    );
    assert_eq!(lowered.shape("Item"), "struct {id: String, type: String}");
    assert_eq!(lowered.shape("Text"), "= String");
    assert_eq!(lowered.shape("Own"), "struct {type: I64}");
    assert_eq!(lowered.shape("Pet.base"), "struct {id: String, ...: Any}");
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
    assert_eq!(lowered.shape("A"), "by fit Cat = A.Cat | Other = A.Other");
    assert_eq!(lowered.shape("A.Cat"), "struct {id!: String, purrs!: Bool}");
    assert_eq!(lowered.shape("A.Other"), "struct {id: Uuid}");
}

#[test]
fn additional_properties_beside_a_union_belong_to_every_alternative() {
    let lowered = pets(
        "
Own: {type: object, additionalProperties: {type: integer}}
Any: {type: object, additionalProperties: true, oneOf: [{$ref: '#/components/schemas/Cat'}, {type: string}]}
Texts:
  type: object
  additionalProperties: {type: string}
  anyOf:
    - $ref: '#/components/schemas/Cat'
    - $ref: '#/components/schemas/Own'
None: {additionalProperties: false, oneOf: [{$ref: '#/components/schemas/Cat'}, {type: string}]}
",
    );
    assert_eq!(
        lowered.shape("Any"),
        "by fit Cat = Any.Cat | string = String"
    );
    assert_eq!(lowered.shape("Any.Cat"), "struct {purrs!: Bool, ...: Any}");
    assert_eq!(lowered.shape("Texts"), "by fit Cat = Texts.Cat | Own");
    assert_eq!(
        lowered.shape("Texts.Cat"),
        "struct {purrs!: Bool, ...: String}"
    );
    assert_eq!(lowered.shape("None"), "by fit Cat | string = String");
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
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Cat(Cat) written | Dog(Dog) written"
    );
}

#[test]
fn both_kinds_of_union_at_once_are_the_union_of_their_combinations() {
    let lowered = pets(
        "
A:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  anyOf:
    - {type: object, title: Wild, properties: {range: {type: integer}}}
    - {type: object, title: Tame, properties: {owner: {type: string}}}
B:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  anyOf: [{type: string}, {type: integer}]
",
    );
    assert_eq!(
        lowered.shape("A"),
        "by fit Cat Wild = A.Cat Wild | Cat Tame = A.Cat Tame | Dog Wild = A.Dog Wild | Dog Tame = A.Dog Tame | combined = A.combined combined"
    );
    assert_eq!(lowered.shape("B"), "= Any");
    assert_eq!(
        lowered.fallbacks(),
        ["SeveralUnions @ /components/schemas/B"]
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

#[test]
fn a_property_with_different_constants_is_a_tag() {
    let lowered = components_31(
        "
A: {type: object, properties: {kind: {const: a}}}
B: {type: object, properties: {kind: {enum: [b, bb]}}}
Flat: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {type: string}]}
Inner: {oneOf: [{$ref: '#/components/schemas/Flat'}, {type: object, properties: {kind: {const: c}}}]}
Deep:
  oneOf:
    - {type: object, properties: {data: {type: object, properties: {version: {const: 1}}}}}
    - {type: object, properties: {data: {type: object, properties: {version: {const: 2.0}}}}}
",
    );
    assert_eq!(
        lowered.shape("Flat"),
        "by kind A(a) | B(b, bb) | string = String"
    );
    assert_eq!(
        lowered.shape("Deep"),
        "by data.version 1 = Deep.variant 1(1) | 2 = Deep.variant 2(2)"
    );
}

#[test]
fn heirs_are_found_at_every_level() {
    let lowered = components(
        "
Pet:
  type: object
  required: [kind]
  properties: {kind: {type: string}}
  discriminator: {propertyName: kind, mapping: {cat: Cat, lion: Lion}}
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}
Lion: {allOf: [{$ref: '#/components/schemas/Cat'}, {type: object, properties: {mane: {type: boolean}}}]}
Owner: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}, cat: {allOf: [{$ref: '#/components/schemas/Cat'}]}}}
",
    );
    assert_eq!(
        lowered.shape("Pet"),
        "by kind Cat(cat, lion, Cat) | base = Pet.base(Pet) default"
    );
    assert_eq!(
        lowered.shape("Cat"),
        "by kind Lion(lion, Lion) written | base = Cat.base(cat, Cat) default"
    );
    assert_eq!(
        lowered.shape("Lion"),
        "struct {kind!: String, lives: I64, mane: Bool}"
    );
    assert_eq!(lowered.shape("Owner"), "struct {pet: Pet, cat: Cat}");
}

#[test]
fn unions_that_lead_to_themselves_have_the_alternatives_of_each_other() {
    let lowered = components(
        "
Own: {oneOf: [{$ref: '#/components/schemas/Own'}, {type: string}, {type: array, items: {$ref: '#/components/schemas/Own'}}]}
One: {oneOf: [{$ref: '#/components/schemas/Two'}, {type: string}]}
Two: {anyOf: [{$ref: '#/components/schemas/One'}, {type: boolean}]}
Nothing: {oneOf: [{$ref: '#/components/schemas/Nothing'}, {allOf: [{$ref: '#/components/schemas/Nothing'}]}]}
",
    );
    assert_eq!(
        lowered.shape("Own"),
        "by fit string = String | Own list = [Own]"
    );
    assert_eq!(
        lowered.shape("One"),
        "by fit boolean = Bool | string = String"
    );
    assert_eq!(
        lowered.shape("Two"),
        "by fit string = String | boolean = Bool"
    );
    assert_eq!(lowered.shape("Nothing"), "= Any");
}

#[test]
fn values_that_a_base_lists_belong_to_the_heirs_of_these_names() {
    let lowered = components(
        "
Grant:
  type: object
  required: [kind]
  properties: {kind: {type: string, enum: [code, device_code, implicit]}}
  discriminator: {propertyName: kind, mapping: {code: Code}}
Code: {allOf: [{$ref: '#/components/schemas/Grant'}, {type: object, properties: {code: {type: string}}}]}
DeviceCode: {allOf: [{$ref: '#/components/schemas/Grant'}, {type: object, properties: {device: {type: string}}}]}
Other: {allOf: [{$ref: '#/components/schemas/Grant'}, {type: object, required: [x], properties: {x: {type: string}}}]}
",
    );
    assert_eq!(
        lowered.shape("Grant"),
        "by kind Code(code, Code) | DeviceCode(device_code) | Other(Other) | base = Grant.base(Grant) default"
    );
}
