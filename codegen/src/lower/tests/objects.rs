use serde_json::Number;

use super::{components, components_31};
use crate::ir::{Additional, Bound, Counts, Limit, Primitive, Shape, Struct, TextFormat, TypeRef};

#[test]
fn properties_keep_their_order_and_whether_they_are_required() {
    let lowered = components(
        "
Pet:
  type: object
  required: [name, tail]
  properties:
    name: {type: string}
    id: {type: integer, readOnly: true}
    tail: {type: number, nullable: true}
    secret: {type: string, writeOnly: true}
",
    );
    let expected = "struct {name!: String, id: I64 ro, tail!: F64?, secret: String wo}";
    assert_eq!(lowered.shape("Pet"), expected);
    assert!(lowered.warnings().is_empty());
    assert!(lowered.fallbacks().is_empty());
}

#[test]
fn formats_choose_the_type() {
    let lowered = components(
        "
A:
  type: object
  properties:
    s: {type: string}
    date: {type: string, format: date}
    instant: {type: string, format: date-time}
    rfc2822: {type: string, format: date-time-rfc-2822}
    rfc1123: {type: string, format: date-time-rfc1123}
    uuid: {type: string, format: uuid}
    uri: {type: string, format: uri}
    byte: {type: string, format: byte}
    url64: {type: string, format: base64url}
    binary: {type: string, format: binary}
    own: {type: string, format: phone-number}
    i: {type: integer}
    i32: {type: integer, format: int32}
    i64: {type: integer, format: int64}
    u32: {type: integer, format: uint32}
    u64: {type: integer, format: uint64}
    wide: {type: integer, format: int32, maximum: 4294967295}
    n: {type: number}
    float: {type: number, format: float}
    double: {type: number, format: double}
    merged: {type: number, format: int64}
    b: {type: boolean}
    bare: {format: date-time}
",
    );
    let expected = "struct {s: String, date: Date, instant: DateTime, rfc2822: DateTimeRfc2822, \
         rfc1123: HttpDate, uuid: Uuid, uri: String, byte: Base64, url64: Base64Url, \
         binary: String, own: String, i: I64, i32: I32, i64: I64, u32: U32, u64: U64, wide: I64, \
         n: F64, float: F32, double: F64, merged: I64, b: Bool, bare: DateTime}";
    assert_eq!(lowered.shape("A"), expected);
}

#[test]
fn limits_choose_the_integer_type() {
    let lowered = components(
        "
A:
  type: object
  properties:
    most: {type: integer, maximum: 9223372036854775807, minimum: -9223372036854775808}
    unsigned: {type: integer, minimum: 0, maximum: 18446744073709551615}
    labelled: {type: integer, format: int64, minimum: 0, maximum: 18446744073709551615}
    either: {type: integer, maximum: 18446744073709551615}
    signed: {type: integer, format: uint64, minimum: -1}
    huge: {type: integer, minimum: 9223372036854780000}
    huger: {type: integer, minimum: 0, maximum: 340282366920938463463374607431768211456}
    small: {type: integer, minimum: 0}
",
    );
    let expected = "struct {most: I64, unsigned: U64, labelled: U64, either: I128, signed: I128, \
         huge: I128, huger: I128, small: I64}";
    assert_eq!(lowered.shape("A"), expected);
}

#[test]
fn a_format_of_numbers_implies_the_type() {
    let lowered = components(
        r"
A:
  type: object
  properties:
    a: {format: int8}
    b: {format: int16}
    c: {format: uint8, pattern: '^\d+$'}
    d: {format: uint16}
    e: {format: uint64}
    f: {format: double}
    g: {type: string, format: decimal}
    h: {type: number, format: uint8}
",
    );
    let expected = "struct {a: I32, b: I32, c: U32, d: U32, e: U64, f: F64, g: String, h: U32}";
    assert_eq!(lowered.shape("A"), expected);
}

#[test]
fn a_number_that_may_be_in_quotes_is_a_number() {
    let lowered = components_31(
        r"
A:
  type: object
  properties:
    a: {type: [integer, string], format: int32, pattern: '^-?(?:0|[1-9]\d*)$'}
    b: {type: ['null', string, integer], format: int64, pattern: '^-?(?:0|[1-9]\d*)$'}
    c: {type: [number, string], format: double, pattern: '^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$'}
    d: {type: [integer, string], pattern: '^(0|[1-9][0-9]*)$'}
    e: {type: [integer, string], format: uint8}
    postcode: {type: [integer, string], pattern: '^\d{5}$'}
    word: {type: [integer, string], format: int32, pattern: '^[a-z]+$'}
    price: {type: [number, string], format: decimal}
",
    );
    let shape = lowered.shape("A");
    let expected = "struct {a: I32, b: I64?, c: F64, d: I64, e: U32, postcode: A.postcode, \
         word: A.word, price: A.price}";
    assert_eq!(shape, expected);
}

#[test]
fn a_number_in_a_string_stays_a_string_with_a_limit() {
    let lowered = components("A: {type: object, properties: {id: {type: string, format: int64}}}");
    assert_eq!(lowered.shape("A"), "struct {id: String}");
    assert_eq!(
        limits(&lowered, "A"),
        [vec![Limit::Text(TextFormat::Integer(64))]]
    );
}

#[test]
fn additional_properties_are_kept() {
    let lowered = components(
        "
Open: {type: object, properties: {a: {type: string}}, additionalProperties: true}
Typed: {type: object, properties: {a: {type: string}}, additionalProperties: {type: integer, nullable: true}}
Closed: {type: object, properties: {a: {type: string}}, additionalProperties: false}
",
    );
    assert_eq!(lowered.shape("Open"), "struct {a: String, ...: Any}");
    assert_eq!(lowered.shape("Typed"), "struct {a: String, ...: I64?}");
    assert_eq!(lowered.shape("Closed"), "struct {a: String}");
    assert_eq!(
        lowered.fallbacks(),
        ["AnyAdditionalProperties @ /components/schemas/Open"]
    );
}

#[test]
fn objects_without_properties_are_maps() {
    let lowered = components(
        "
Any: {type: object}
Numbers: {type: object, additionalProperties: {type: number}}
Untyped: {additionalProperties: {type: string}}
Empty: {type: object, additionalProperties: false}
",
    );
    assert_eq!(lowered.shape("Any"), "= {Any}");
    assert_eq!(lowered.shape("Numbers"), "= {F64}");
    assert_eq!(lowered.shape("Untyped"), "= {String}");
    assert_eq!(lowered.shape("Empty"), "struct {}");
    assert_eq!(
        lowered.fallbacks(),
        ["NoProperties @ /components/schemas/Any"]
    );
}

#[test]
fn null_inside_arrays_and_maps_is_kept() {
    let lowered = components(
        "
A:
  type: object
  properties:
    list: {type: array, items: {type: string, nullable: true}}
    map: {type: object, additionalProperties: {$ref: '#/components/schemas/B'}}
    bare: {type: array, items: {}}
    none: {type: array}
B: {type: object, nullable: true, properties: {b: {type: integer}}}
",
    );
    let expected = "struct {list: [String?], map: {B?}, bare: [Any], none: [Any]}";
    assert_eq!(lowered.shape("A"), expected);
    assert_eq!(
        lowered.fallbacks(),
        [
            "NoType @ /components/schemas/A/properties/bare/items",
            "NoItems @ /components/schemas/A/properties/none"
        ]
    );
}

#[test]
fn nullability_belongs_to_the_use_and_not_to_the_alias() {
    let lowered = components(
        "
Name: {type: string, nullable: true}
Again: {$ref: '#/components/schemas/Name'}
A:
  type: object
  required: [one, two]
  properties:
    one: {$ref: '#/components/schemas/Name'}
    two: {$ref: '#/components/schemas/Again'}
",
    );
    assert_eq!(lowered.shape("Name"), "= String");
    assert_eq!(lowered.shape("Again"), "= Name");
    assert_eq!(lowered.shape("A"), "struct {one!: Name?, two!: Name?}");
}

#[test]
fn a_schema_without_a_type_is_untyped_with_a_reason() {
    let lowered = components(
        "
A: {description: whatever}
B: {not: {type: string}}
C: {type: object, properties: {a: {nullable: true}}}
",
    );
    assert_eq!(lowered.shape("A"), "= Any");
    assert_eq!(lowered.shape("B"), "= Any");
    assert_eq!(lowered.shape("C"), "struct {a: Any?}");
    assert_eq!(
        lowered.fallbacks(),
        [
            "NoType @ /components/schemas/A",
            "OnlyNot @ /components/schemas/B",
            "NoType @ /components/schemas/C/properties/a"
        ]
    );
}

#[test]
fn boolean_schemas_and_type_arrays_are_read() {
    let lowered = components_31(
        "
A:
  type: object
  properties:
    yes: true
    maybe: {type: [string, 'null']}
    either: {type: [string, integer]}
    list: {type: array, items: true}
",
    );
    let expected = "struct {yes: Any, maybe: String?, either: A.either, list: [Any]}";
    assert_eq!(lowered.shape("A"), expected);
    assert_eq!(
        lowered.shape("A.either"),
        "by fit string = String | integer = I64"
    );
}

#[test]
fn inline_objects_are_types_of_their_own() {
    let lowered = components(
        "
A:
  type: object
  properties:
    address: {type: object, properties: {geo: {type: object, properties: {lat: {type: number}}}}}
    tags: {type: array, items: {type: object, properties: {t: {type: string}}}}
    by_name: {type: object, additionalProperties: {type: object, properties: {u: {type: string}}}}
",
    );
    let expected = "struct {address: A.address, tags: [A.tags.item], by_name: {A.by_name.value}}";
    assert_eq!(lowered.shape("A"), expected);
    assert_eq!(lowered.shape("A.address"), "struct {geo: A.address.geo}");
    assert_eq!(lowered.shape("A.address.geo"), "struct {lat: F64}");
}

#[test]
fn a_required_property_without_a_declaration_is_any_value() {
    let lowered = components(
        "
A: {type: object, required: [x], properties: {a: {type: string}}}
B: {type: object, required: [x]}
C: {type: object, required: [x], properties: {a: {type: string}}, additionalProperties: {type: integer}}
D: {type: object, required: [x], properties: {a: {type: string}}, additionalProperties: false}
E: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {x: {type: boolean}}}]}
",
    );
    assert_eq!(lowered.shape("A"), "struct {a: String, x!: Any}");
    assert_eq!(lowered.shape("B"), "struct {x!: Any, ...: Any}");
    assert_eq!(lowered.shape("C"), "struct {a: String, x!: I64, ...: I64}");
    assert_eq!(lowered.shape("D"), "struct {a: String}");
    assert_eq!(lowered.shape("E"), "struct {a: String, x!: Bool}");
    let warning = "`x` is required but not declared, so it may be any value";
    assert_eq!(lowered.warnings(), [warning; 2]);
}

#[test]
fn lists_and_maps_that_contain_themselves_are_types() {
    let lowered = components(
        "
A: {type: array, items: {$ref: '#/components/schemas/A'}}
B: {type: object, additionalProperties: {$ref: '#/components/schemas/C'}}
C: {type: array, items: {$ref: '#/components/schemas/B'}}
D:
  type: object
  properties:
    deep: {type: array, items: {$ref: '#/components/schemas/D/properties/deep'}}
",
    );
    assert_eq!(lowered.shape("A"), "type [A]");
    assert_eq!(lowered.shape("B"), "type {C}");
    assert_eq!(lowered.shape("C"), "= [B]");
    assert_eq!(lowered.shape("D"), "struct {deep: D.deep}");
    assert_eq!(lowered.shape("D.deep"), "type [D.deep]");
    assert_eq!(lowered.fallbacks(), Vec::<String>::new());
}

#[test]
fn annotations_come_from_the_nearest_schema() {
    let lowered = components(
        "
Sid: {type: string, description: An id, minLength: 34, maxLength: 34, pattern: '^US', example: US1}
Model: {type: object, title: A model, description: Of something, deprecated: true, properties: {a: {type: string}}}
A:
  type: object
  properties:
    sid: {$ref: '#/components/schemas/Sid'}
    model: {$ref: '#/components/schemas/Model'}
    wrapped: {allOf: [{$ref: '#/components/schemas/Model'}], description: Mine, nullable: true, deprecated: true}
    password: {type: string, format: password}
    token: {type: string, x-sensitive: true, default: t, title: Ignored}
",
    );
    let super::super::Shape::Struct(object) = &lowered.def("A").shape else {
        panic!()
    };
    let [sid, model, wrapped, password, token] = object.fields.as_slice() else {
        panic!()
    };
    assert_eq!(sid.docs.description.as_deref(), Some("An id"));
    let length = Counts {
        least: Some(34),
        most: Some(34),
    };
    assert_eq!(
        sid.limits,
        [Limit::Characters(length), Limit::Pattern("^US".to_owned())]
    );
    assert_eq!(sid.example, Some("US1".into()));
    assert_eq!(model.docs.description, None);
    assert!(!model.deprecated && wrapped.deprecated && wrapped.nullable);
    assert_eq!(wrapped.docs.description.as_deref(), Some("Mine"));
    assert_eq!(wrapped.ty, model.ty);
    assert!(password.sensitive && token.sensitive && !sid.sensitive);
    assert_eq!(token.default, Some("t".into()));
    assert_eq!(token.docs.summary, None);
    let model = lowered.def("Model");
    assert_eq!(model.docs.summary.as_deref(), Some("A model"));
    assert!(model.deprecated);
}

#[test]
fn limits_keep_their_numbers() {
    let lowered = components(
        "
A:
  type: object
  properties:
    a: {type: string, minLength: 0, maxLength: 34}
    b: {type: string, minLength: 0}
    c: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 1.5}
    d: {type: integer, multipleOf: 5}
    e: {type: array, items: {type: string}, maxItems: 1, uniqueItems: true}
    f: {type: boolean, enum: [true, null], nullable: true}
    g: {type: number, enum: [0.5, 1]}
    h: {type: integer, enum: [1, 2]}
",
    );
    let most = |most| Counts {
        least: None,
        most: Some(most),
    };
    let bound = |value, exclusive| Some(Bound { value, exclusive });
    let expected = [
        vec![Limit::Characters(most(34))],
        vec![],
        vec![Limit::Range {
            minimum: bound(0.0, true),
            maximum: bound(1.5, false),
        }],
        vec![Limit::MultipleOf(5.0)],
        vec![Limit::Items(most(1)), Limit::UniqueItems],
        vec![Limit::Always(true.into())],
        vec![Limit::OneOf(vec![
            Number::from_f64(0.5).expect("a number"),
            Number::from(1),
        ])],
        vec![],
    ];
    assert_eq!(limits(&lowered, "A"), expected);
}

fn limits(lowered: &super::Lowered, called: &str) -> Vec<Vec<Limit>> {
    let super::super::Shape::Struct(object) = &lowered.def(called).shape else {
        panic!()
    };
    let fields = object.fields.iter();
    fields.map(|field| field.limits.clone()).collect()
}

#[test]
fn the_patterns_that_a_client_does_not_match_limit_undeclared_properties_and_maps() {
    let lowered = components_31(
        "
A:
  type: object
  properties:
    map: {type: object, patternProperties: {^m: {type: integer}}, additionalProperties: false}
  patternProperties: {^(?!x): {type: integer}, ^(?!y): {type: string}}
B:
  allOf: [{$ref: '#/components/schemas/A'}]
  properties: {b: {type: string}}
",
    );
    for name in ["A", "B"] {
        let object = object(&lowered, name);
        assert_eq!(
            object.additional_limits,
            [Limit::SomeNames(vec![
                "^(?!x)".to_owned(),
                "^(?!y)".to_owned()
            ])]
        );
        let map = &object.fields[0];
        assert_eq!(map.limits, [Limit::Names(vec!["^m".to_owned()])]);
    }
}

#[test]
fn a_property_that_only_alternatives_require_is_an_optional_one_of_any_value() {
    let lowered = components(
        "
A: {type: object, properties: {a: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}
B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {b: {type: integer}}}]}
C: {type: object, properties: {a: {type: string}}, anyOf: [{required: [b]}, {required: [c]}], additionalProperties: {type: string}}
D: {type: object, properties: {a: {type: string}}, anyOf: [{required: [b]}, {required: [a]}], additionalProperties: false}
",
    );
    assert_eq!(lowered.shape("A"), "struct {a: String, b: Any}");
    assert_eq!(lowered.shape("B"), "struct {a: String, b: I64}");
    assert!(!lowered.shape("C").contains("b:"), "{}", lowered.shape("C"));
    assert!(!lowered.shape("D").contains("b:"), "{}", lowered.shape("D"));
}

#[test]
fn a_property_of_several_conditions_has_the_types_of_all() {
    let lowered = components_31(
        "
A:
  type: object
  properties: {kind: {type: string}}
  if: {properties: {kind: {const: a}}}
  then: {properties: {v: {type: string}, w: {type: string}}}
  else: {properties: {v: {type: integer}, kind: {const: b}}}
",
    );
    let expected = "struct {kind: String, v: A.v, w: String}";
    assert_eq!(lowered.shape("A"), expected);
    assert_eq!(
        lowered.shape("A.v"),
        "by fit string = String | integer = I64"
    );
}

fn object<'l>(lowered: &'l super::Lowered, called: &str) -> &'l Struct {
    match &lowered.def(called).shape {
        Shape::Struct(object) => object,
        other => panic!("{called} is {other:?}"),
    }
}

/// Returns the patterns of a struct with the types of their maps, and what it does with other properties.
fn maps(lowered: &super::Lowered, called: &str) -> (Vec<(String, TypeRef)>, Additional) {
    let object = object(lowered, called);
    let patterns = object.patterns.iter();
    let patterns = patterns.map(|it| (it.pattern.source.clone(), it.ty.clone()));
    (patterns.collect(), object.additional.clone())
}

#[test]
fn each_pattern_of_names_has_a_map() {
    let lowered = components_31(
        "
Open:
  properties: {id: {type: integer}}
  patternProperties: {^x-: {type: string}, '^[yz]': {type: [integer, 'null']}}
Map: {type: object, patternProperties: {^x-: {type: string}}, additionalProperties: {type: boolean}}
Closed: {patternProperties: {^x-: {type: string}, '^[yz]': {type: boolean}}, additionalProperties: false}
Heir:
  allOf:
    - {$ref: '#/components/schemas/Open'}
    - {patternProperties: {^w: {type: boolean}, ^x-: {type: string, enum: [a]}}}
Either:
  patternProperties: {^x-: {type: string}}
  oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
A: {required: [a], properties: {a: {type: string}}}
B: {required: [b], properties: {b: {type: string}}}
Demanding: {required: [x-a, b], patternProperties: {^x-: {type: string}}, additionalProperties: {type: boolean}}
",
    );
    let text = TypeRef::Primitive(Primitive::String);
    let boolean = TypeRef::Primitive(Primitive::Bool);
    let whole = TypeRef::Primitive(Primitive::I64);
    let any = Additional::Typed(TypeRef::Primitive(Primitive::Any));
    let entry = |pattern: &str, ty: &TypeRef| (pattern.to_owned(), ty.clone());
    let open = [
        entry("^x-", &text),
        entry("^[yz]", &TypeRef::Nullable(Box::new(whole))),
    ];
    assert_eq!(maps(&lowered, "Open"), (open.to_vec(), any.clone()));
    assert_eq!(
        maps(&lowered, "Map"),
        (
            vec![entry("^x-", &text)],
            Additional::Typed(boolean.clone())
        )
    );
    let closed = [entry("^x-", &text), entry("^[yz]", &boolean)];
    assert_eq!(
        maps(&lowered, "Closed"),
        (closed.to_vec(), Additional::Ignored)
    );
    // The parts of an `allOf` are merged by pattern.
    let (heir, additional) = maps(&lowered, "Heir");
    let patterns: Vec<&str> = heir.iter().map(|(pattern, _)| pattern.as_str()).collect();
    assert_eq!((patterns, additional), (vec!["^x-", "^[yz]", "^w"], any));
    assert!(matches!(heir[0].1, TypeRef::Named(_)), "{heir:?}");
    // A union's own patterns belong to each alternative.
    let Shape::Union(union) = &lowered.def("Either").shape else {
        panic!("a union");
    };
    for variant in &union.variants {
        let TypeRef::Named(id) = variant.ty else {
            panic!("{variant:?}");
        };
        let Shape::Struct(object) = &lowered.api.types[id.0].shape else {
            panic!("{variant:?}");
        };
        assert_eq!(object.patterns.len(), 1);
    }
    // The pattern also types a required property that isn't declared.
    let fields = object(&lowered, "Demanding").fields.iter();
    let fields: Vec<_> = fields.map(|it| (it.name.as_str(), &it.ty)).collect();
    assert_eq!(fields, [("x-a", &text), ("b", &boolean)]);
}
