//! Lists whose page is selected by a property of the JSON body.

use wiretrue::codegen::{
    Advance, BodyProperty, Call, Encoder, Meta, Method, PageInput, Paged, RawResponse, cursor_text,
};
use wiretrue::pagination::Pages;
use wiretrue::{Error, Operation};

use super::{client, server};
use crate::server::Server;

/// Searches for numbers, with a JSON body unless it is `None`.
struct Search<const BY: char> {
    call: Call,
    body: Option<serde_json::Value>,
    media_type: Option<&'static str>,
}

const CURSOR: BodyProperty = BodyProperty {
    media_type: "application/json",
    path: &["page", "after"],
    is_number: false,
};

const NUMBER: BodyProperty = BodyProperty {
    media_type: "application/json",
    path: &["page"],
    is_number: true,
};

impl<const BY: char> Operation for Search<BY> {
    type Output = serde_json::Value;
    const META: Meta = Meta {
        id: "Search",
        method: Method::POST,
        path: "/search",
        accept: "application/json",
        security: &[],
        servers: &[],
        redirects: &[],
    };

    fn call(&self) -> &Call {
        &self.call
    }

    fn encode(&self, out: &mut Encoder) {
        out.literal("/search");
        if let Some(body) = &self.body {
            out.json("application/json", body);
            out.content_type(self.media_type);
        }
    }

    fn decode(response: RawResponse) -> Result<serde_json::Value, Error> {
        response.json()
    }
}

impl<const BY: char> Paged for Search<BY> {
    type Item = i64;
    const ADVANCE: Advance = match BY {
        'c' => Advance::Cursor(PageInput::Body(&CURSOR)),
        'i' => Advance::Cursor(PageInput::Body(&NUMBER)),
        'o' => Advance::Offset(PageInput::Body(&NUMBER)),
        _ => Advance::Number(PageInput::Body(&NUMBER), 1),
    };
    const ITEMS: &'static str = "/items";

    fn next(page: &serde_json::Value) -> Option<String> {
        page.get("next").and_then(cursor_text)
    }

    fn count(page: &serde_json::Value) -> usize {
        page["items"].as_array().map_or(0, Vec::len)
    }

    fn into_items(page: serde_json::Value) -> Vec<i64> {
        let items = page["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(serde_json::Value::as_i64).collect()
    }
}

fn search<const BY: char>(server: &Server, body: Option<&str>) -> Pages<Search<BY>> {
    Pages::new(Search {
        call: Call::new(&client(&server.url)),
        body: body.map(|body| body.parse().expect("JSON")),
        media_type: None,
    })
}

/// Returns the bodies of the requests.
fn bodies(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let body = |request: &String| request.split("\r\n\r\n").nth(1).map(str::to_owned);
    requests.iter().filter_map(body).collect()
}

#[tokio::test]
async fn a_cursor_is_set_in_the_body() {
    let pages = [
        r#"{"items":[1],"next":"a\"b"}"#,
        r#"{"items":[2],"next":17}"#,
        r#"{"items":[3]}"#,
    ];
    let server = server(&pages).await;
    let body = r#"{"filter":{"after":"}"},"page":{"after":null,"size":1}}"#;
    let items = search::<'c'>(&server, Some(body)).items();
    assert_eq!(items.collect().await.expect("three numbers"), [1, 2, 3]);
    assert_eq!(
        bodies(&server),
        [
            body,
            r#"{"filter":{"after":"}"},"page":{"after":"a\"b","size":1}}"#,
            r#"{"filter":{"after":"}"},"page":{"after":"17","size":1}}"#
        ]
    );
}

#[tokio::test]
async fn a_call_without_a_body_gets_one_for_the_next_page() {
    let server = server(&[r#"{"items":[1],"next":"x"}"#, r#"{"items":[2]}"#]).await;
    let items = search::<'c'>(&server, None).items();
    assert_eq!(items.collect().await.expect("two numbers"), [1, 2]);
    assert_eq!(bodies(&server), ["", r#"{"page":{"after":"x"}}"#]);
    let second = &server.requests()[1];
    assert_eq!(
        crate::server::header(second, "content-type"),
        Some("application/json")
    );
}

#[tokio::test]
async fn a_cursor_of_a_property_of_numbers_is_a_number_and_never_other_json() {
    let pages = [
        r#"{"items":[1],"next":"17"}"#,
        r#"{"items":[2],"next":"1,\"admin\":true"}"#,
        r#"{"items":[3]}"#,
    ];
    let server = server(&pages).await;
    let items = search::<'i'>(&server, Some("{}")).items();
    assert_eq!(items.collect().await.expect("three numbers"), [1, 2, 3]);
    assert_eq!(
        bodies(&server),
        ["{}", r#"{"page":17}"#, r#"{"page":"1,\"admin\":true"}"#]
    );
}

#[tokio::test]
async fn an_offset_or_a_number_starts_at_that_of_the_body() {
    let pages = [r#"{"items":[1,2]}"#, r#"{"items":[3]}"#, r#"{"items":[]}"#];
    let all = server(&pages).await;
    let items = search::<'o'>(&all, Some(r#"{"page":10,"q":1}"#)).items();
    assert_eq!(items.collect().await.expect("three numbers"), [1, 2, 3]);
    let expected = [
        r#"{"page":10,"q":1}"#,
        r#"{"page":12,"q":1}"#,
        r#"{"page":13,"q":1}"#,
    ];
    assert_eq!(bodies(&all), expected);

    let all = server(&pages).await;
    let items = search::<'n'>(&all, Some(r#"{"q":1}"#)).items();
    assert_eq!(items.collect().await.expect("three numbers"), [1, 2, 3]);
    assert_eq!(
        bodies(&all),
        [r#"{"q":1}"#, r#"{"q":1,"page":2}"#, r#"{"q":1,"page":3}"#]
    );
}

#[tokio::test]
async fn a_body_keeps_the_media_type_that_the_call_chooses() {
    let server = server(&[r#"{"items":[1],"next":"x"}"#, r#"{"items":[2]}"#]).await;
    let pages = Pages::new(Search::<'c'> {
        call: Call::new(&client(&server.url)),
        body: Some(serde_json::json!({"q": 1})),
        media_type: Some("application/vnd.search+json"),
    });
    assert_eq!(pages.items().collect().await.expect("two numbers"), [1, 2]);
    assert_eq!(bodies(&server)[1], r#"{"q":1,"page":{"after":"x"}}"#);
    for request in server.requests() {
        let media_type = crate::server::header(&request, "content-type");
        assert_eq!(media_type, Some("application/vnd.search+json"));
    }
}
