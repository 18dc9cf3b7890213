//! Decoding models and values from a stream and from buffered JSON, and encoding them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use wiretrue::codegen::{RawResponse, model};
use wiretrue::wire::{AsSerialize, Base64, Decode, Encode, Rfc2822, from_value};

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, NaiveDate};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{
    Animal, Anything, AnythingInside, Bag, Cat, Dog, Either, Empty, Factor, Flag, Guest, Level,
    Limb, Margin, OnlyRead, OnlyWritten, Pet, ReadPet, Rows, Secretive, Status, Thing, Tree,
    WrittenChoice, thing,
};

/// Decodes JSON as the body of a response, streamed and buffered, and asserts that both agree.
fn read<T: Decode + PartialEq + Debug>(text: &str) -> Result<T, String> {
    let response = RawResponse::new(
        "Op",
        StatusCode::OK,
        HeaderMap::new(),
        Bytes::copy_from_slice(text.as_bytes()),
    );
    let streamed = response.json::<T>().map_err(|error| error.to_string());
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let buffered = from_value::<T>(&value).map_err(|mismatch| mismatch.to_string());
        assert_eq!(
            streamed.is_ok(),
            buffered.is_ok(),
            "{text}: {streamed:?} {buffered:?}"
        );
        if let (Err(streamed), Err(buffered)) = (&streamed, &buffered) {
            assert!(
                streamed.ends_with(buffered),
                "{text}: {streamed} {buffered}"
            );
        }
        if let (Ok(streamed), Ok(buffered)) = (&streamed, buffered) {
            assert_eq!(*streamed, buffered, "{text}");
        }
    }
    streamed.map_err(|error| error.replace("Op: 200 OK: the body doesn't match the document: ", ""))
}

fn write<T: Encode>(value: &T) -> String {
    serde_json::to_string(&AsSerialize(value)).expect("JSON")
}

#[test]
fn integers_are_read_from_numbers_strings_and_integral_floats() {
    assert_eq!(read("5"), Ok(5_i64));
    assert_eq!(read("-5"), Ok(-5_i32));
    assert_eq!(read("\"9007199254740993\""), Ok(9_007_199_254_740_993_i64));
    assert_eq!(read("5.0"), Ok(5_u32));
    assert_eq!(read("1e3"), Ok(1000_i64));
    assert_eq!(read("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
    assert_eq!(
        read::<i64>("5.5"),
        Err("`$`: expected a 64-bit integer, found a number with a fraction".to_owned())
    );
    assert!(read::<i64>("9223372036854775808").is_err());
    assert!(read::<i64>("9.3e18").is_err());
    assert!(read::<u64>("1.9e19").is_err());
    assert!(read::<u64>("-1").is_err());
    assert!(read::<u32>("4294967296").is_err());
    assert!(read::<i32>("\"five\"").is_err());
    assert!(read::<i32>("true").is_err());
    assert!(read::<i64>("null").is_err());
}

#[test]
fn the_json_type_of_strings_booleans_and_floats_matters() {
    assert_eq!(read("\"a\\u00fc\""), Ok("aü".to_owned()));
    assert_eq!(read("true"), Ok(true));
    assert_eq!(read("1"), Ok(1.0_f64));
    assert_eq!(read("-1"), Ok(-1.0_f32));
    assert_eq!(read("0.1"), Ok(0.1_f32));
    assert!(read::<String>("1").is_err());
    assert!(read::<bool>("1").is_err());
    assert!(read::<f32>("1e300").is_err());
}

#[test]
fn containers_keep_null_where_items_are_nullable() {
    assert_eq!(read("[1,null]"), Ok(vec![Some(1_i64), None]));
    let map = BTreeMap::from([("a".to_owned(), None), ("b".to_owned(), Some(true))]);
    assert_eq!(read(r#"{"a":null,"b":true}"#), Ok(map.clone()));
    assert_eq!(write(&map), r#"{"a":null,"b":true}"#);
    assert_eq!(read("[[1],[]]"), Ok(vec![vec![1_i64], vec![]]));
    assert_eq!(
        read::<Vec<Vec<i64>>>("[[1],[2,\"x\"]]"),
        Err("`$[1][1]`: expected a 64-bit integer, found a string".to_owned())
    );
    assert_eq!(
        read::<BTreeMap<String, i64>>(r#"{"a b":[]}"#),
        Err("`$[\"a b\"]`: expected a 64-bit integer, found an array".to_owned())
    );
    assert_eq!(
        read::<Vec<i64>>("{}"),
        Err("`$`: expected an array, found an object".to_owned())
    );
}

#[test]
fn every_kind_of_property_is_read_and_written() {
    let full = r#"{"id":"a","parent":"p","size":3,"note":"n","child":{"id":"c","parent":null},"status":"pending","x":1}"#;
    let value = read::<Thing>(full).expect("a thing");
    assert_eq!(value.parent.as_deref(), Some("p"));
    assert_eq!(value.size, Some(3));
    assert_eq!(value.note, Some(Some("n".to_owned())));
    assert_eq!(value.child, Some(Box::new(thing("c"))));
    assert_eq!(value.status, Some(Status::Pending));
    assert_eq!(value.extra, BTreeMap::from([("x".to_owned(), 1)]));
    assert_eq!(write(&value), full);
}

#[test]
fn absent_and_null_differ_in_patch_properties() {
    let value = read::<Thing>(r#"{"id":"a","parent":null,"size":null,"note":null}"#);
    let value = value.expect("a thing");
    assert_eq!(
        (&value.parent, value.size, &value.note),
        (&None, None, &Some(None))
    );
    assert_eq!(write(&value), r#"{"id":"a","parent":null,"note":null}"#);
    assert_eq!(write(&thing("a")), r#"{"id":"a","parent":null}"#);
}

#[test]
fn a_missing_or_null_required_property_is_named() {
    assert_eq!(
        read::<Thing>(r#"{"parent":null}"#),
        Err("`$.id` is missing".to_owned())
    );
    assert_eq!(
        read::<Thing>(r#"{"id":"a"}"#),
        Err("`$.parent` is missing".to_owned())
    );
    assert_eq!(
        read::<Thing>(r#"{"id":null,"parent":null}"#),
        Err("`$.id`: expected a string, found null".to_owned())
    );
    assert_eq!(
        read::<Thing>(r#"{"id":"a","parent":null,"child":{"id":"b"}}"#),
        Err("`$.child.parent` is missing".to_owned())
    );
    assert_eq!(
        read::<Thing>("[]"),
        Err("`$`: expected an object, found an array".to_owned())
    );
    assert_eq!(
        read::<Empty>("null"),
        Err("`$`: expected an object, found null".to_owned())
    );
}

#[test]
fn unknown_properties_are_ignored() {
    let text = r#"{"code":1,"other":{"deep":[1,2,{"x":null}]},"message":"m"}"#;
    assert_eq!(
        read(text),
        Ok(OnlyRead {
            code: 1,
            message: Some("m".to_owned())
        })
    );
    assert_eq!(read(r#"{"a":1}"#), Ok(Empty {}));
    assert_eq!(write(&Empty {}), "{}");
}

#[test]
fn the_last_of_repeated_properties_counts() {
    let expected = OnlyRead {
        code: 2,
        message: None,
    };
    assert_eq!(
        read(r#"{"code":1,"message":"m","code":2,"message":null}"#),
        Ok(expected)
    );
}

#[test]
fn escaped_property_names_are_decoded() {
    assert_eq!(
        read("{\"co\\u0064e\":7}"),
        Ok(OnlyRead {
            code: 7,
            message: None
        })
    );
}

#[test]
fn an_object_without_named_properties_is_a_map() {
    let bag = Bag {
        members: BTreeMap::from([("a".to_owned(), json!([1, null]))]),
    };
    assert_eq!(read(r#"{"a":[1,null]}"#), Ok(bag.clone()));
    assert_eq!(write(&bag), r#"{"a":[1,null]}"#);
}

#[test]
fn a_list_or_map_of_itself_is_a_newtype() {
    let rows: Rows = read("[[],[[]]]").expect("a list");
    assert_eq!(rows[1], Rows(vec![Rows::default()]));
    assert_eq!(write(&rows), "[[],[[]]]");
    assert_eq!(
        read::<Rows>("[[],[1]]"),
        Err("`$[1][0]`: expected an array, found a number".to_owned())
    );
    assert_eq!(read::<Option<Rows>>("null"), Ok(None));
    let tree: Tree = read(r#"{"a":{"b":{}}}"#).expect("a map");
    assert_eq!(tree["a"].keys().collect::<Vec<_>>(), ["b"]);
    let mut copy: Tree = tree.clone().into_iter().collect();
    assert_eq!(copy, tree);
    copy.insert("c".to_owned(), Tree::default());
    assert_eq!(write(&copy), r#"{"a":{"b":{}},"c":{}}"#);
    assert_eq!(
        Vec::from(rows.clone()),
        (&rows).into_iter().cloned().collect::<Vec<_>>()
    );
}

#[test]
fn models_implement_the_traits_of_serde() {
    let value: Thing = serde_json::from_str(r#"{"id":"a","parent":null}"#).expect("a thing");
    assert_eq!(value, thing("a"));
    assert_eq!(
        serde_json::to_value(&value).expect("JSON"),
        json!({"id": "a", "parent": null})
    );
    fn reads<T: for<'de> Deserialize<'de>>() {}
    fn writes<T: Serialize>() {}
    reads::<(OnlyRead, Status, Level, Pet, Either, ReadPet)>();
    writes::<(OnlyWritten, Status, Level, Pet, Either, WrittenChoice)>();
}

#[test]
fn string_enums_keep_unknown_values() {
    assert_eq!(read("\"approved\""), Ok(Status::Approved));
    assert_eq!(read("\"new\""), Ok(Status::Unknown("new".to_owned())));
    assert!(read::<Status>("1").is_err());
    assert_eq!(write(&Status::Unknown("new".to_owned())), "\"new\"");
    assert_eq!("pending".parse::<Status>(), Ok(Status::Pending));
    assert_eq!(Status::from("pending".to_owned()), Status::Pending);
    assert_eq!(Status::from("x").as_str(), "x");
    // Values are compared by the string that is sent, however they were created.
    let unlisted = Status::Unknown("pending".to_owned());
    assert_eq!(unlisted, Status::Pending);
    assert!(Status::Approved < unlisted && unlisted < Status::from("q"));
    assert!(std::collections::HashSet::from([Status::Pending]).contains(&unlisted));
    assert_eq!(format!("{unlisted} {unlisted:?}"), r#"pending "pending""#);
    assert_eq!(format!("{:>9}|", Status::Pending), "  pending|");
    assert_eq!(AsRef::<str>::as_ref(&Status::Approved), "approved");
}

#[test]
fn number_enums_keep_the_number() {
    assert_eq!(read("0.5"), Ok(Factor(0.5)));
    assert_eq!(read("2"), Ok(Factor::from(2.0)));
    assert_eq!(write(&Factor(1.5)), "1.5");
    assert_eq!(Factor(1.5).to_string(), "1.5");
    assert_eq!(read("\"0.5\""), Ok(Factor(0.5)));
    assert_eq!(
        serde_json::to_string(&Factor(0.25)).ok().as_deref(),
        Some("0.25")
    );
}

#[test]
fn integer_enums_keep_unknown_values() {
    assert_eq!(read("-1"), Ok(Level::Low));
    assert_eq!(read("\"1\""), Ok(Level::One));
    assert_eq!(read("7"), Ok(Level::Unknown(7)));
    assert_eq!(
        read("18446744073709551615"),
        Ok(Level::Unknown(u64::MAX.into()))
    );
    assert_eq!(write(&Level::Low), "-1");
    assert_eq!(Level::from(1), Level::One);
    assert_eq!(
        (Level::Unknown(7).as_i128(), Level::One.to_string()),
        (7, "1".to_owned())
    );
}

#[test]
fn a_tagged_union_is_decoded_by_its_discriminator() {
    let cat = Cat {
        lives: 9,
        friend: None,
    };
    for tag in ["cat", "Cat"] {
        let text = format!(r#"{{"lives":9,"petType":"{tag}"}}"#);
        assert_eq!(read(&text), Ok(Pet::Cat(Box::new(cat.clone()))));
    }
    assert_eq!(
        write(&Pet::Cat(Box::new(cat))),
        r#"{"petType":"cat","lives":9}"#
    );
    let dog = Dog {
        pet_type: "dog".to_owned(),
        tricks: None,
    };
    assert_eq!(read(r#"{"petType":"dog"}"#), Ok(Pet::Dog(dog.clone())));
    assert_eq!(write(&Pet::Dog(dog)), r#"{"petType":"dog"}"#);
}

#[test]
fn the_best_match_is_chosen_among_variants_with_the_same_discriminator() {
    let stray = json!({"petType": "cat", "name": "Tom"});
    let pet = json!({"petType": "cat", "lives": 9, "friend": {"petType": "dog"}});
    let dog = json!({"petType": "dog"});
    let read = |value: &Value| read::<Guest>(&value.to_string()).expect("a guest");
    assert!(matches!(read(&stray), Guest::Stray(_)));
    assert!(matches!(read(&pet), Guest::Pet(Pet::Cat(_))));
    assert!(matches!(read(&dog), Guest::Pet(Pet::Dog(_))));
    for value in [stray, pet, dog] {
        assert_eq!(
            serde_json::from_str::<Value>(&write(&read(&value))).unwrap(),
            value
        );
    }
    // A value that matches no variant is kept as it is.
    let strange = json!({"petType": "cat", "name": 5});
    assert_eq!(read(&strange), Guest::Unknown(strange.clone()));
}

#[test]
fn an_unknown_discriminator_is_kept_and_a_known_one_with_a_wrong_body_is_an_error() {
    let fish = json!({"petType": "fish", "fins": 2});
    assert_eq!(read(&fish.to_string()), Ok(Pet::Unknown(fish.clone())));
    assert_eq!(write(&Pet::Unknown(fish.clone())), fish.to_string());
    assert_eq!(read("{}"), Ok(Pet::Unknown(json!({}))));
    assert_eq!(
        read::<Vec<Pet>>(r#"[{"petType":"cat","lives":1,"friend":{"petType":"cat","lives":[]}}]"#),
        Err("`$[0].friend.lives`: expected a 32-bit integer, found an array".to_owned())
    );
    assert_eq!(
        read::<Pet>("null"),
        Err("`$`: expected one of several types, found null".to_owned())
    );
    assert_eq!(
        read(r#"{"petType":"cat","lives":1}"#),
        Ok(ReadPet::Cat(Cat {
            lives: 1,
            friend: None
        }))
    );
}

#[test]
fn an_untagged_union_decodes_the_best_match() {
    assert_eq!(
        read("\"free text\""),
        Ok(Either::Text("free text".to_owned()))
    );
    assert_eq!(read("\"12\""), Ok(Either::Text("12".to_owned())));
    assert_eq!(read("\"approved\""), Ok(Either::Status(Status::Approved)));
    assert_eq!(read("12"), Ok(Either::Number(12)));
    assert_eq!(
        read(r#"{"id":"a","parent":null}"#),
        Ok(Either::Thing(Box::new(thing("a"))))
    );
    assert_eq!(
        read(r#"{"lives":9}"#),
        Ok(Either::Cat(Cat {
            lives: 9,
            friend: None
        }))
    );
    assert_eq!(
        read("[1,\"x\"]"),
        Ok(Either::List(vec![
            Either::Number(1),
            Either::Text("x".to_owned())
        ]))
    );
    assert_eq!(write(&Either::List(vec![Either::Number(1)])), "[1]");
}

#[test]
fn a_value_that_matches_no_variant_is_kept() {
    for value in [
        json!(true),
        json!(1.5),
        json!({"nine": 9}),
        json!({"lives": "nine"}),
    ] {
        let either = read::<Either>(&value.to_string()).expect("anything");
        assert_eq!(either, Either::Unknown(value.clone()));
        assert_eq!(write(&either), value.to_string());
    }
    assert!(read::<Either>("null").is_err());
    assert_eq!(read("null"), Ok(None::<Either>));
}

#[test]
fn another_value_than_a_constant_is_no_variant() {
    assert_eq!(read("true"), Ok(Flag::On(true)));
    assert_eq!(read("\"true\""), Ok(Flag::Text("true".to_owned())));
    assert_eq!(read("0.5"), Ok(Flag::Half(Factor(0.5))));
    for value in [json!(false), json!(1.5)] {
        assert_eq!(read(&value.to_string()), Ok(Flag::Unknown(value.clone())));
        assert_eq!(write(&Flag::Unknown(value.clone())), value.to_string());
    }
}

#[test]
fn null_is_a_value_of_a_variant_of_any_type() {
    let values = read::<Vec<Anything>>(r#"[null,1,"a"]"#).expect("values");
    let rest = [
        Anything::Any(Value::Null),
        Anything::Integer(1),
        Anything::Any(json!("a")),
    ];
    assert_eq!(values, rest);
    assert_eq!(write(&values), r#"[null,1,"a"]"#);
    let nested = read::<AnythingInside>(r#"[null]"#);
    assert_eq!(
        nested,
        Ok(AnythingInside::List(vec![Anything::Any(Value::Null)]))
    );
}

#[test]
fn a_variant_keeps_undeclared_properties() {
    // They count as if they weren't kept.
    let cat = json!({"tail": 1, "claws": null, "wings": [2]});
    let text = cat.to_string();
    let Ok(Limb::Tail(tail)) = read::<Limb>(&text) else {
        panic!("{:?}", read::<Limb>(&text));
    };
    assert_eq!(
        tail.extra,
        BTreeMap::from([
            ("claws".to_owned(), Value::Null),
            ("wings".to_owned(), json!([2]))
        ])
    );
    assert_eq!(
        serde_json::from_str::<Value>(&write(&Limb::Tail(tail))).ok(),
        Some(cat)
    );
    let wings = json!({"wings": 2});
    assert!(matches!(read(&wings.to_string()), Ok(Limb::Wings(_))));
    // A closed object has no other properties.
    let sealed = json!({"wings": 2, "tail": "t"});
    assert_eq!(read(&sealed.to_string()), Ok(Limb::Unknown(sealed)));
}

#[test]
fn a_variant_keeps_its_tag_only_if_the_union_would_write_another() {
    for (text, kept) in [
        (r#"{"kind":"bat","tail":1}"#, None),
        (r#"{"kind":"Bat","tail":1}"#, Some("Bat")),
    ] {
        let animal = read::<Animal>(text).expect("an animal");
        let Animal::Bat(bat) = &animal else {
            panic!("{animal:?}");
        };
        assert_eq!(bat.extra.get("kind").and_then(Value::as_str), kept);
        assert_eq!(
            serde_json::from_str::<Value>(&write(&animal)).ok(),
            text.parse().ok()
        );
    }
    // Another object's property of that name is kept.
    let inner = read::<Animal>(r#"{"kind":"bats","a":{"kind":"bats","tail":1}}"#).expect("bats");
    let Animal::Bats(bats) = inner else {
        panic!("{inner:?}");
    };
    assert_eq!(
        bats.a.extra,
        BTreeMap::from([("kind".to_owned(), json!("bats"))])
    );
    assert_eq!(bats.extra, BTreeMap::new());
}

#[test]
fn a_variant_that_allows_null_is_preferred() {
    for (text, nullable) in [
        (r#"{"note":null}"#, true),
        (r#"{"note":"n"}"#, false),
        (r#"{"note":null,"never":1}"#, false),
    ] {
        let margin = read::<Margin>(text).expect("a margin");
        assert_eq!(matches!(margin, Margin::Maybe(_)), nullable, "{text}");
    }
}

#[test]
fn an_encode_only_union_writes_the_value_itself() {
    let written = WrittenChoice::Written(OnlyWritten {
        first: 0.1,
        second: None,
    });
    assert_eq!(write(&written), r#"{"first":0.1}"#);
    assert_eq!(write(&WrittenChoice::Text("a".to_owned())), "\"a\"");
    assert_eq!(write(&WrittenChoice::Unknown(json!([1]))), "[1]");
}

#[test]
fn dates_are_read_in_the_formats_of_rfc_3339_and_rfc_2822() {
    let instant = DateTime::parse_from_rfc3339("2025-07-01T10:00:00Z").expect("an instant");
    for text in [
        "2025-07-01T10:00:00Z",
        "2025-07-01T12:00:00+02:00",
        "Tue, 01 Jul 2025 10:00:00 +0000",
        "Tue, 01 Jul 2025 10:00:00 GMT",
    ] {
        assert_eq!(
            read::<DateTime<FixedOffset>>(&json!(text).to_string()),
            Ok(instant)
        );
        assert_eq!(
            read::<Rfc2822<_>>(&json!(text).to_string()),
            Ok(Rfc2822(instant))
        );
    }
    assert_eq!(write(&instant), "\"2025-07-01T10:00:00Z\"");
    assert_eq!(
        write(&Rfc2822(instant)),
        "\"Tue, 01 Jul 2025 10:00:00 +0000\""
    );
    let fraction = read::<DateTime<FixedOffset>>("\"2025-07-01T10:00:00.120+02:00\"");
    assert_eq!(
        write(&fraction.expect("an instant")),
        "\"2025-07-01T10:00:00.120+02:00\""
    );
    let date = NaiveDate::from_ymd_opt(2025, 7, 1).expect("a date");
    assert_eq!(read("\"2025-07-01\""), Ok(date));
    assert_eq!(write(&date), "\"2025-07-01\"");
    assert_eq!(
        read::<NaiveDate>("\"yesterday\""),
        Err("`$`: expected a date (YYYY-MM-DD), found a string".to_owned())
    );
    assert!(read::<DateTime<FixedOffset>>("1700000000").is_err());
}

#[test]
fn a_year_that_rfc_2822_cannot_write_is_an_error() {
    let far = DateTime::<FixedOffset>::MAX_UTC.fixed_offset();
    assert!(serde_json::to_string(&AsSerialize(&Rfc2822(far))).is_err());
    write(&far);
}

#[test]
fn uuids_and_base64_are_read_leniently_and_written_canonically() {
    let uuid = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
    assert_eq!(read("\"67E55044-10B1-426F-9247-BB680E5FE0C8\""), Ok(uuid));
    assert_eq!(write(&uuid), "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"");
    assert_eq!(
        read::<Uuid>("\"x\""),
        Err("`$`: expected a UUID, found a string".to_owned())
    );
    let bytes = Base64::from(vec![0xFB, 0xFF, 0x01]);
    for text in ["+/8B", "-_8B", "+/\\r\\n8B"] {
        assert_eq!(read(&format!("\"{text}\"")), Ok(bytes.clone()));
    }
    assert_eq!(read("\"+w\""), Ok(Base64::from(vec![0xFB])));
    assert_eq!(write(&Base64::from(&[0xFB][..])), "\"+w==\"");
    assert!(read::<Base64>("\"*\"").is_err());
}

#[test]
fn sensitive_fields_are_redacted() {
    let secretive = Secretive {
        token: "t0p".to_owned(),
        refresh: Some("s3cret".to_owned()),
        kind: Some("bearer".to_owned()),
    };
    assert_eq!(
        format!("{secretive:?}"),
        "Secretive { token: [redacted], refresh: [redacted], kind: Some(\"bearer\") }"
    );
    let none = Secretive {
        refresh: None,
        ..secretive
    };
    assert!(format!("{none:?}").contains("refresh: None"));
}

#[test]
fn a_byte_order_mark_before_json_is_ignored() {
    assert_eq!(read("\u{FEFF}5"), Ok(5_i64));
}

mod wide_object {
    use super::{model, read, write};

    macro_rules! wide {
        ($($name:literal $field:ident,)*) => {
            #[derive(Clone, Debug, PartialEq)]
            pub struct Wide { $(pub $field: i64,)* }
            model!(decode encode Wide { $(required $name => $field,)* });
            const WIDE: &[&str] = &[$($name),*];
        };
    }
    wide! {
        "m0" m0, "m1" m1, "m2" m2, "m3" m3, "m4" m4, "m5" m5, "m6" m6, "m7" m7,
        "m8" m8, "m9" m9, "m10" m10, "m11" m11, "m12" m12, "m13" m13, "m14" m14, "m15" m15,
        "m16" m16, "m17" m17, "m18" m18, "m19" m19, "m20" m20, "m21" m21, "m22" m22, "m23" m23,
        "m24" m24, "m25" m25, "m26" m26, "m27" m27, "m28" m28, "m29" m29, "m30" m30, "m31" m31,
        "m32" m32, "m33" m33, "m34" m34, "m35" m35, "m36" m36, "m37" m37, "m38" m38, "m39" m39,
        "m40" m40, "m41" m41, "m42" m42, "m43" m43, "m44" m44, "m45" m45, "m46" m46, "m47" m47,
        "m48" m48, "m49" m49, "m50" m50, "m51" m51, "m52" m52, "m53" m53, "m54" m54, "m55" m55,
        "m56" m56, "m57" m57, "m58" m58, "m59" m59, "m60" m60, "m61" m61, "m62" m62, "m63" m63,
        "m64" m64, "m65" m65, "m66" m66, "m67" m67, "m68" m68, "m69" m69, "m70" m70, "m71" m71,
        "m72" m72, "m73" m73, "m74" m74, "m75" m75, "m76" m76, "m77" m77, "m78" m78, "m79" m79,
        "m80" m80, "m81" m81, "m82" m82, "m83" m83, "m84" m84, "m85" m85, "m86" m86, "m87" m87,
        "m88" m88, "m89" m89, "m90" m90, "m91" m91, "m92" m92, "m93" m93, "m94" m94, "m95" m95,
        "m96" m96, "m97" m97, "m98" m98, "m99" m99, "m100" m100, "m101" m101, "m102" m102, "m103" m103,
        "m104" m104, "m105" m105, "m106" m106, "m107" m107, "m108" m108, "m109" m109, "m110" m110, "m111" m111,
        "m112" m112, "m113" m113, "m114" m114, "m115" m115, "m116" m116, "m117" m117, "m118" m118, "m119" m119,
        "m120" m120, "m121" m121, "m122" m122, "m123" m123, "m124" m124, "m125" m125, "m126" m126, "m127" m127,
        "m128" m128, "m129" m129, "m130" m130, "m131" m131, "m132" m132, "m133" m133, "m134" m134, "m135" m135,
        "m136" m136, "m137" m137, "m138" m138, "m139" m139, "m140" m140, "m141" m141, "m142" m142, "m143" m143,
        "m144" m144, "m145" m145, "m146" m146, "m147" m147, "m148" m148, "m149" m149, "m150" m150, "m151" m151,
        "m152" m152, "m153" m153, "m154" m154, "m155" m155, "m156" m156, "m157" m157, "m158" m158, "m159" m159,
        "m160" m160, "m161" m161, "m162" m162, "m163" m163, "m164" m164, "m165" m165, "m166" m166, "m167" m167,
        "m168" m168, "m169" m169, "m170" m170, "m171" m171, "m172" m172, "m173" m173, "m174" m174, "m175" m175,
        "m176" m176, "m177" m177, "m178" m178, "m179" m179, "m180" m180, "m181" m181, "m182" m182, "m183" m183,
        "m184" m184, "m185" m185, "m186" m186, "m187" m187, "m188" m188, "m189" m189, "m190" m190, "m191" m191,
        "m192" m192, "m193" m193, "m194" m194, "m195" m195, "m196" m196, "m197" m197, "m198" m198, "m199" m199,
    }

    fn text(without: Option<&str>) -> String {
        let properties: Vec<String> = WIDE
            .iter()
            .filter(|name| Some(**name) != without)
            .map(|name| format!("\"{name}\":1"))
            .collect();
        format!("{{{}}}", properties.join(","))
    }

    #[test]
    fn more_than_128_properties_can_be_required() {
        assert_eq!(WIDE.len(), 200);
        let wide = read::<Wide>(&text(None)).expect("all properties");
        assert_eq!(write(&wide), text(None));
        for name in WIDE {
            assert_eq!(
                read::<Wide>(&text(Some(name))),
                Err(format!("`$.{name}` is missing"))
            );
        }
    }
}

#[test]
fn excessive_nesting_is_rejected() {
    let deep = |depth: usize| {
        let open = r#"{"petType":"cat","lives":1,"friend":"#.repeat(depth);
        format!("{open}null{}", "}".repeat(depth))
    };
    assert!(read::<Pet>(&deep(100)).is_ok());
    let error = read::<Pet>(&deep(200)).expect_err("too deep");
    assert!(error.contains("recursion limit exceeded"), "{error}");
    let list = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read::<Either>(&list(100)).is_ok());
    assert!(read::<Either>(&list(100_000)).is_err());
    let things = r#"{"id":"a","parent":null,"child":"#.repeat(100_000);
    assert!(read::<Thing>(&things).is_err());
}
