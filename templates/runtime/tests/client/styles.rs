//! OpenAPI's table of styles (OpenAPI 3.0.4 and 3.1.1, "Style Examples"), row by row.

use std::collections::BTreeMap;
use wiretrue::codegen::{Encoder, Encoding, Style};
use wiretrue::streaming::Upload;
use wiretrue::wire::Encode;

use bytes::Bytes;
use serde::ser::{SerializeStruct, SerializeTuple};
use serde_json::{Value, json};

use crate::api::{OnlyWritten, Status, thing};

/// `R=100, G=200, B=150` in this order.
struct Color;
impl wiretrue::wire::Wire for Color {}
impl Encode for Color {
    fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("R", 100), ("G", 200), ("B", 150)])
    }
}

fn array() -> Vec<String> {
    ["blue", "black", "brown"].map(str::to_owned).into()
}

/// Returns the encoder that `write` has filled, or the message of its error.
fn encoded(write: impl FnOnce(&mut Encoder)) -> Result<Encoder, String> {
    let mut out = Encoder::default();
    write(&mut out);
    out.finish().map_err(|error| error.to_string())
}

fn path<T: Encode>(encoding: Encoding, value: &T) -> Result<String, String> {
    encoded(|out| out.path("color", encoding, value)).map(|out| out.path)
}

fn query<T: Encode>(encoding: Encoding, value: &T) -> String {
    let out = encoded(|out| out.query("color", encoding, value));
    out.expect("a query").query
}

fn form<T: Encode>(encoding: Encoding, value: &T) -> String {
    let out = encoded(|out| out.form().field("color", encoding, value));
    out.expect("a field").text.expect("a body").1
}

fn cookie<T: Encode>(encoding: Encoding, value: &T) -> String {
    let out = encoded(|out| out.cookie("color", encoding, value));
    out.expect("a cookie").cookies
}

fn header<T: Encode>(encoding: Encoding, value: &T) -> Option<String> {
    let out = encoded(|out| out.header("X-Color", encoding, value));
    let out = out.expect("a header");
    let value = out.headers.get("x-color")?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn paths_follow_the_table() {
    let row = |encoding| {
        [
            path(encoding, &text("")).unwrap_or_default(),
            path(encoding, &text("blue")).unwrap_or_default(),
            path(encoding, &array()).unwrap_or_default(),
            path(encoding, &Color).unwrap_or_default(),
        ]
    };
    assert_eq!(
        row(Style::Matrix.joined()),
        [
            ";color",
            ";color=blue",
            ";color=blue,black,brown",
            ";color=R,100,G,200,B,150"
        ]
    );
    assert_eq!(
        row(Style::Matrix.exploded()),
        [
            ";color",
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";R=100;G=200;B=150"
        ]
    );
    assert_eq!(
        row(Style::Label.joined()),
        [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]
    );
    assert_eq!(
        row(Style::Label.exploded()),
        [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]
    );
    assert_eq!(
        row(Style::Simple.joined()),
        ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]
    );
    assert_eq!(
        row(Style::Simple.exploded()),
        ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]
    );
}

#[test]
fn queries_follow_the_table() {
    let row = |encoding| {
        [
            query(encoding, &text("")),
            query(encoding, &text("blue")),
            query(encoding, &array()),
            query(encoding, &Color),
        ]
    };
    assert_eq!(
        row(Style::Form.joined()),
        [
            "color=",
            "color=blue",
            "color=blue,black,brown",
            "color=R,100,G,200,B,150"
        ]
    );
    assert_eq!(
        row(Style::Form.exploded()),
        [
            "color=",
            "color=blue",
            "color=blue&color=black&color=brown",
            "R=100&G=200&B=150"
        ]
    );
    assert_eq!(
        row(Style::SpaceDelimited.joined())[2..],
        [
            "color=blue%20black%20brown",
            "color=R%20100%20G%20200%20B%20150"
        ]
    );
    assert_eq!(
        row(Style::PipeDelimited.joined())[2..],
        [
            "color=blue%7Cblack%7Cbrown",
            "color=R%7C100%7CG%7C200%7CB%7C150"
        ]
    );
    assert_eq!(
        row(Style::DeepObject.exploded())[3],
        "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"
    );
}

#[test]
fn exploded_delimited_arrays_repeat_the_name() {
    for style in [Style::SpaceDelimited, Style::PipeDelimited] {
        assert_eq!(
            query(style.exploded(), &array()),
            "color=blue&color=black&color=brown"
        );
    }
}

#[test]
fn a_form_follows_the_table_with_plus_for_space() {
    let spaced = vec![text("a b"), text("c&d")];
    assert_eq!(
        form(Style::Form.exploded(), &spaced),
        "color=a+b&color=c%26d"
    );
    assert_eq!(form(Style::Form.joined(), &spaced), "color=a+b,c%26d");
    assert_eq!(
        form(Style::SpaceDelimited.joined(), &array()),
        "color=blue+black+brown"
    );
    assert_eq!(
        form(Style::PipeDelimited.joined(), &array()),
        "color=blue%7Cblack%7Cbrown"
    );
    assert_eq!(form(Style::Form.exploded(), &Color), "R=100&G=200&B=150");
    assert_eq!(
        form(Style::Form.exploded(), &text("~*-._é")),
        "color=%7E*-._%C3%A9"
    );
}

#[test]
fn form_fields_keep_their_order() {
    let mut out = Encoder::default();
    let mut form = out.form();
    form.field("ClientSid", Style::Form.exploded(), &text("OQ1"));
    form.field(
        "Scopes",
        Style::Form.exploded(),
        &vec![text("a b"), text("c")],
    );
    form.field("Skipped", Style::Form.exploded(), &None::<String>);
    form.field(
        "Audiences",
        Style::Form.exploded(),
        &Some(vec![text("x"), text("y")]),
    );
    assert_eq!(
        out.text,
        Some((
            "application/x-www-form-urlencoded",
            text("ClientSid=OQ1&Scopes=a+b&Scopes=c&Audiences=x&Audiences=y")
        ))
    );
}

#[test]
fn a_form_without_fields_is_a_body() {
    let mut out = Encoder::default();
    out.form();
    assert_eq!(
        out.text,
        Some(("application/x-www-form-urlencoded", String::new()))
    );
}

#[test]
fn headers_are_simple_and_not_escaped() {
    assert_eq!(
        header(Style::Simple.joined(), &text("a b,c")).as_deref(),
        Some("a b,c")
    );
    assert_eq!(
        header(Style::Simple.joined(), &array()).as_deref(),
        Some("blue,black,brown")
    );
    assert_eq!(
        header(Style::Simple.joined(), &Color).as_deref(),
        Some("R,100,G,200,B,150")
    );
    assert_eq!(
        header(Style::Simple.exploded(), &Color).as_deref(),
        Some("R=100,G=200,B=150")
    );
    assert_eq!(
        header(Style::Simple.joined(), &text("")).as_deref(),
        Some("")
    );
    assert_eq!(
        header(Style::Simple.joined(), &text("grün")).as_deref(),
        Some("grün")
    );
    assert_eq!(header(Style::Simple.joined(), &Vec::<String>::new()), None);
    assert_eq!(header(Style::Simple.joined(), &None::<String>), None);
}

#[test]
fn cookies_are_pairs_of_one_header() {
    assert_eq!(
        cookie(Style::Form.joined(), &array()),
        "color=blue,black,brown"
    );
    assert_eq!(
        cookie(Style::Form.exploded(), &array()),
        "color=blue; color=black; color=brown"
    );
    assert_eq!(
        cookie(Style::Form.exploded(), &Color),
        "R=100; G=200; B=150"
    );
    assert_eq!(
        cookie(Style::Form.exploded(), &text("a;b c")),
        "color=a%3Bb%20c"
    );
}

#[test]
fn absent_null_and_empty_lists_write_nothing() {
    for encoding in [
        Style::Form.exploded(),
        Style::Form.joined(),
        Style::DeepObject.exploded(),
    ] {
        assert_eq!(query(encoding, &None::<String>), "");
        assert_eq!(query(encoding, &Value::Null), "");
        assert_eq!(query(encoding, &Vec::<String>::new()), "");
        assert_eq!(query(encoding, &BTreeMap::<String, String>::new()), "");
        assert_eq!(form(encoding, &Vec::<String>::new()), "");
    }
    assert_eq!(
        query(Style::Form.exploded(), &json!(["a", null, "b"])),
        "color=a&color=b"
    );
    assert_eq!(query(Style::Form.joined(), &json!([null])), "");
}

#[test]
fn all_but_unreserved_characters_are_encoded() {
    let hostile = text("a/b?c#d&e=f+g%h i~-._ü'\"<>");
    let expected = "a%2Fb%3Fc%23d%26e%3Df%2Bg%25h%20i~-._%C3%BC%27%22%3C%3E";
    assert_eq!(
        query(Style::Form.exploded(), &hostile),
        format!("color={expected}")
    );
    assert_eq!(
        path(Style::Simple.joined(), &hostile),
        Ok(expected.to_owned())
    );
    assert_eq!(
        query(Style::Form.joined(), &vec![text("a,b"), text("c")]),
        "color=a%2Cb,c"
    );
    let out = encoded(|out| out.query("a b[", Style::Form.exploded(), &text("x")));
    assert_eq!(out.expect("a query").query, "a%20b%5B=x");
}

#[test]
fn allow_reserved_keeps_what_a_query_can_hold() {
    let encoding = Style::Form.exploded().allow_reserved();
    assert_eq!(
        query(encoding, &text("https://h:1/p?a=b,c;d@e!$'()*+")),
        "color=https://h:1/p?a=b,c;d@e!$'()*+"
    );
    assert_eq!(
        query(encoding, &text("a#b[c]&d e")),
        "color=a%23b%5Bc%5D%26d%20e"
    );
    assert_eq!(query(encoding, &text("a%2Fb%zz%")), "color=a%2Fb%25zz%25");
}

#[test]
fn deep_objects_have_any_depth() {
    let value = json!({"a": {"b": [1, {"c": true}]}, "n": null});
    assert_eq!(
        query(Style::DeepObject.exploded(), &value),
        "color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=true"
    );
    assert_eq!(
        query(Style::DeepObject.exploded(), &array())
            .matches("%5B")
            .count(),
        3
    );
}

#[test]
fn a_nested_value_is_written_as_json() {
    let value = json!([{"a": 1}, [2]]);
    assert_eq!(
        query(Style::Form.exploded(), &value),
        "color=%7B%22a%22%3A1%7D&color=%5B2%5D"
    );
}

#[test]
fn an_array_inside_an_exploded_object_repeats_its_name() {
    let value = json!({"a b": ["x y", null, "z"], "c": [], "d": {"e": [1]}, "f": 1});
    let nested = "d=%7B%22e%22%3A%5B1%5D%7D&f=1";
    for style in [Style::Form, Style::SpaceDelimited, Style::PipeDelimited] {
        assert_eq!(
            query(style.exploded(), &value),
            format!("a%20b=x%20y&a%20b=z&{nested}")
        );
    }
    assert_eq!(
        form(Style::Form.exploded(), &value),
        format!("a+b=x+y&a+b=z&{nested}")
    );
    let value = json!({"a": [1, 2], "b": 3});
    assert_eq!(cookie(Style::Form.exploded(), &value), "a=1; a=2; b=3");
    assert_eq!(
        header(Style::Simple.exploded(), &value).as_deref(),
        Some("a=1,a=2,b=3")
    );
    assert_eq!(
        path(Style::Matrix.exploded(), &value),
        Ok(text(";a=1;a=2;b=3"))
    );
    assert_eq!(
        path(Style::Label.exploded(), &value),
        Ok(text(".a=1.a=2.b=3"))
    );
    // A joined object has one value for each name.
    assert_eq!(
        query(Style::Form.joined(), &value),
        "color=a,%5B1%2C2%5D,b,3"
    );
}

#[test]
fn json_parameters_are_whole_documents() {
    assert_eq!(
        query(Encoding::JSON, &array()),
        "color=%5B%22blue%22%2C%22black%22%2C%22brown%22%5D"
    );
    assert_eq!(form(Encoding::JSON, &text("a b")), "color=%22a+b%22");
    assert_eq!(
        header(Encoding::JSON, &Color).as_deref(),
        Some(r#"{"R":100,"G":200,"B":150}"#)
    );
}

#[test]
fn json_parameters_equal_the_output_of_serde_json() {
    for value in [
        json!({"a": [], "b": {}, "c": [{"d": [null, true, "x"]}, [1, -2]]}),
        json!({"\"quoted\"\\": "line\nfeed, tab\t, nul\u{0} and ü🎉"}),
        json!([0.1, 1.0, -0.0, 1e300, 5e-324, 1e-7, u64::MAX, i64::MIN]),
        json!("text"),
        json!([]),
    ] {
        let text = header(Encoding::JSON, &value).expect("a header");
        let read: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read, value, "{text}");
    }
    assert_eq!(
        header(Encoding::JSON, &vec![0.1_f32, 1e30]).as_deref(),
        Some("[0.1,1e30]")
    );
}

/// A number as serde_json serializes it with its feature `arbitrary_precision`.
struct Digits(&'static str);
impl wiretrue::wire::Wire for Digits {}
impl Encode for Digits {
    fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut number = serializer.serialize_struct("number", 1)?;
        number.serialize_field("number", self.0)?;
        number.end()
    }
}

#[test]
fn numbers_of_any_length_are_written_in_full() {
    let number = Digits("0.1234567890123456789012345678901234567890");
    assert_eq!(
        query(Style::Form.exploded(), &number),
        format!("color={}", number.0)
    );
    assert_eq!(header(Encoding::JSON, &number).as_deref(), Some(number.0));
}

/// A value that no OpenAPI document can describe.
struct Foreign;
impl wiretrue::wire::Wire for Foreign {}
impl Encode for Foreign {
    fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_tuple(0)?.end()
    }
}

#[test]
fn a_value_without_json_representation_is_rejected() {
    assert_eq!(
        path(Style::Simple.joined(), &Foreign).expect_err("a tuple"),
        "the parameter `color` can't be sent: it has no JSON representation"
    );
}

#[test]
fn numbers_booleans_and_enumerations_are_written_as_in_json() {
    let query = |write: &dyn Fn(&mut Encoder)| encoded(write).expect("a query").query;
    let encoding = Style::Form.exploded();
    assert_eq!(query(&|out| out.query("n", encoding, &true)), "n=true");
    assert_eq!(query(&|out| out.query("n", encoding, &-5_i32)), "n=-5");
    assert_eq!(
        query(&|out| out.query("n", encoding, &u64::MAX)),
        "n=18446744073709551615"
    );
    assert_eq!(query(&|out| out.query("n", encoding, &0.1_f32)), "n=0.1");
    assert_eq!(query(&|out| out.query("n", encoding, &1.0_f64)), "n=1");
    assert_eq!(
        query(&|out| out.query("n", encoding, &Status::Approved)),
        "n=approved"
    );
    let value = OnlyWritten {
        first: 0.1,
        second: Some(true),
    };
    assert_eq!(
        query(&|out| out.query("n", encoding, &value)),
        "first=0.1&second=true"
    );
}

#[test]
fn a_number_that_is_not_finite_is_rejected() {
    let rejected = |write: &dyn Fn(&mut Encoder)| encoded(write).err();
    assert_eq!(
        rejected(&|out| out.query("n", Style::Form.exploded(), &f64::NAN)).as_deref(),
        Some("the parameter `n` can't be sent: NaN and infinity have no JSON representation")
    );
    assert_eq!(
        rejected(&|out| out.json("application/json", &vec![f32::INFINITY])).as_deref(),
        Some("the body can't be sent: NaN and infinity have no JSON representation")
    );
}

#[test]
fn an_empty_path_parameter_is_rejected() {
    let empty = Err("the path parameter `color` is empty".to_owned());
    assert_eq!(path(Style::Simple.joined(), &text("")), empty);
    assert_eq!(path(Style::Simple.joined(), &Vec::<String>::new()), empty);
    assert_eq!(path(Style::Label.exploded(), &None::<String>), empty);
}

#[test]
fn a_path_parameter_cannot_form_a_dot_segment() {
    let check = |parts: &[&str], after: &str| {
        let mut out = Encoder::default();
        out.literal("/a/");
        for part in parts {
            out.path("id", Style::Simple.joined(), &text(part));
        }
        out.literal(after);
        out.check_path().map_err(|error| error.to_string())
    };
    let rejected = Err("the path parameter `id` makes a segment `.` or `..`".to_owned());
    assert_eq!(check(&[".."], "/b"), rejected);
    assert_eq!(check(&["."], ""), rejected);
    assert_eq!(check(&[".", "."], ""), rejected);
    assert_eq!(check(&["."], "."), rejected);
    assert_eq!(check(&[".."], ".json"), Ok(()));
    assert_eq!(check(&["..."], ""), Ok(()));
    // A value that is encoded already is encoded once more.
    assert_eq!(check(&["%2e%2e"], ""), Ok(()));
    assert_eq!(
        path(Style::Simple.joined(), &text("../x")),
        Ok("..%2Fx".to_owned())
    );
}

#[test]
fn an_item_with_a_comma_is_rejected_in_a_header() {
    let rejected = |encoding, value: &[&str]| {
        let value: Vec<String> = value.iter().map(|it| (*it).to_owned()).collect();
        encoded(|out| out.header("X-Tags", encoding, &value)).err()
    };
    let joined = Style::Simple.joined();
    assert_eq!(
        rejected(joined, &["a", "b,c"]).as_deref(),
        Some("an item of the header `X-Tags` has a comma, which separates items")
    );
    assert_eq!(rejected(joined, &["a", "b c"]), None);
    assert_eq!(rejected(Encoding::JSON, &["b,c"]), None);
    let object = BTreeMap::from([("R".to_owned(), "1,2".to_owned())]);
    let error = encoded(|out| out.header("X-Tags", Style::Simple.exploded(), &object)).err();
    assert!(error.is_some());
}

#[test]
fn an_invalid_header_is_rejected() {
    let rejected = |name: &str, value: &str| {
        encoded(|out| out.header(name, Style::Simple.joined(), &text(value))).err()
    };
    assert_eq!(
        rejected("X-A", "a\r\nX-B: c").as_deref(),
        Some(
            "the value of the header `x-a` has a character that HTTP doesn't allow, such as a line \
             break"
        )
    );
    assert_eq!(
        rejected("X A", "a").as_deref(),
        Some("`X A` is no header name")
    );
}

#[test]
fn bodies_keep_their_media_type() {
    let mut out = Encoder::default();
    out.json("application/problem+json", &Some(thing("t")));
    assert_eq!(
        out.text,
        Some((
            "application/problem+json",
            text(r#"{"id":"t","parent":null}"#)
        ))
    );
    let mut out = Encoder::default();
    out.json("application/json", &None::<String>);
    assert_eq!(out.text, Some(("application/json", text("null"))));
    out.text("application/xml", "<a/>");
    assert_eq!(out.text, Some(("application/xml", text("<a/>"))));
    let bytes = Bytes::from_static(b"\0\xFF");
    out.upload("application/octet-stream", &Upload::from(bytes.clone()));
    let (media_type, body) = out.body.expect("a body");
    assert_eq!(media_type, "application/octet-stream");
    assert_eq!(body.as_bytes(), Some(&bytes));
}

#[test]
fn a_call_can_choose_the_media_type_of_its_body() {
    let chosen = |media_type: Option<&str>, write: &dyn Fn(&mut Encoder)| {
        let out = encoded(|out| {
            write(out);
            out.content_type(media_type);
        })?;
        let written = |it: &http::HeaderValue| it.to_str().expect("text").to_owned();
        let body = out.body.map(|(media_type, body)| {
            let bytes = body.as_bytes().cloned().expect("bytes");
            (written(&media_type), bytes)
        });
        // Text keeps the document's media type beside the header.
        let media_type = out.headers.get(http::header::CONTENT_TYPE).map(written);
        let text = out.text.map(|(_, text)| Bytes::from(text));
        Ok::<_, String>(body.or(media_type.zip(text)))
    };
    let json: &dyn Fn(&mut Encoder) = &|out| out.json("application/json", &1);
    let none: &dyn Fn(&mut Encoder) = &|_| {};
    let bytes = |media_type: &'static str| {
        move |out: &mut Encoder| out.upload(media_type, &Upload::from("b"))
    };
    let sent = |media_type: &str, content: &'static str| {
        Ok(Some((
            text(media_type),
            Bytes::from_static(content.as_bytes()),
        )))
    };
    assert_eq!(chosen(Some("text/json"), json), sent("text/json", "1"));
    assert_eq!(chosen(None, json), Ok(None));
    assert_eq!(chosen(Some("text/json"), none), Ok(None));
    assert_eq!(chosen(Some("a/b"), &bytes("c/d")), sent("a/b", "b"));
    assert_eq!(chosen(None, &bytes("c/d")), sent("c/d", "b"));
    let missing = "the body has no media type: set it on the call";
    assert_eq!(chosen(None, &bytes("")), Err(text(missing)));
    assert_eq!(chosen(Some(" "), &bytes("c/d")), Err(text(missing)));
    for media_type in ["multipart/mixed", "Multipart/Mixed; a=b"] {
        let error = chosen(Some(media_type), &bytes("")).expect_err(media_type);
        assert!(error.contains("without its boundary"), "{error}");
    }
    let complete = "multipart/mixed; Boundary=x";
    assert_eq!(chosen(Some(complete), &bytes("")), sent(complete, "b"));
    assert!(chosen(Some("a\nb"), &bytes("")).is_err());
}

#[test]
fn the_first_argument_that_cannot_be_encoded_is_named() {
    let stream = Upload::from(wiretrue::transport::Body::wrap(
        wiretrue::transport::Body::from("once"),
    ));
    let rejected = encoded(|out| {
        out.query("a", Style::Form.exploded(), &f64::NAN);
        out.query("b", Style::Form.exploded(), &f64::NAN);
        out.upload("text/plain", &stream);
    });
    assert_eq!(
        rejected.err().as_deref(),
        Some("the parameter `a` can't be sent: NaN and infinity have no JSON representation")
    );
    // The upload after the failure hasn't been taken.
    let out = encoded(|out| out.upload("text/plain", &stream));
    assert!(out.expect("an upload").body.is_some());
}

#[test]
fn setting_a_parameter_keeps_the_others() {
    let mut out = Encoder::default();
    out.query.push_str("a=1&flag&page=2&b=%20");
    out.set_query("page", "x y");
    assert_eq!(out.query, "a=1&flag&b=%20&page=x%20y");
}
