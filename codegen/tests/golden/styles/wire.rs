//! Every cell of OpenAPI's table of parameter styles (OpenAPI 3.0.4, Style Examples), as a server
//! receives it.

use golden_styles::{Client, models};
use raw_server::{Answer, Request, Server};

const COLORS: [&str; 3] = ["blue", "a b", "c,d"];

async fn server() -> (Server, golden_styles::apis::DefaultApi) {
    let server = Server::start([Answer::with_headers(204, &[], "")]).await;
    let client = Client::builder().base_url(server.url()).build();
    let api = client.expect("the client is complete").default();
    (server, api)
}

fn rgb() -> models::Rgb {
    models::Rgb::new(100, 200)
}

/// The path and query of the only request.
fn target(server: &Server) -> String {
    let requests = server.requests();
    let [request] = requests.as_slice() else {
        panic!("{requests:?}");
    };
    let line = request.line.strip_prefix("GET ").expect("a GET");
    line.strip_suffix(" HTTP/1.1").expect("HTTP/1.1").to_owned()
}

fn request(server: &Server) -> Request {
    server
        .requests()
        .into_iter()
        .next_back()
        .expect("a request")
}

#[tokio::test]
async fn matrix() {
    let (server, api) = server().await;
    let call = api.matrix("blue", COLORS, rgb(), "blue", COLORS, rgb());
    call.await.expect("an answer");
    assert_eq!(
        target(&server),
        "/matrix/;text=blue/;list=blue,a%20b,c%2Cd/;object=R,100,G,200/;spreadText=blue\
         /;spreadList=blue;spreadList=a%20b;spreadList=c%2Cd/;R=100;G=200"
    );
}

#[tokio::test]
async fn matrix_of_an_empty_text_is_the_name_alone() {
    let (server, api) = server().await;
    let call = api.matrix("", [""], rgb(), "", [""], rgb());
    call.await.expect("an answer");
    assert_eq!(
        target(&server),
        "/matrix/;text/;list/;object=R,100,G,200/;spreadText/;spreadList/;R=100;G=200"
    );
}

#[tokio::test]
async fn label() {
    let (server, api) = server().await;
    let call = api.label("blue", COLORS, rgb(), "blue", COLORS, rgb());
    call.await.expect("an answer");
    assert_eq!(
        target(&server),
        "/label/.blue/.blue,a%20b,c%2Cd/.R,100,G,200/.blue/.blue.a%20b.c%2Cd/.R=100.G=200"
    );
}

#[tokio::test]
async fn simple() {
    let (server, api) = server().await;
    let call = api.simple("blue", COLORS, rgb(), "blue", COLORS, rgb());
    call.await.expect("an answer");
    assert_eq!(
        target(&server),
        "/simple/blue/blue,a%20b,c%2Cd/R,100,G,200/blue/blue,a%20b,c%2Cd/R=100,G=200"
    );
}

#[tokio::test]
async fn a_path_parameter_that_is_empty_is_refused_before_anything_is_sent() {
    let (server, api) = server().await;
    let call = api.simple("", COLORS, rgb(), "blue", COLORS, rgb());
    let error = call.await.expect_err("an empty segment").to_string();
    assert!(
        error.contains("the path parameter `text` is empty"),
        "{error}"
    );
    let none: [&str; 0] = [];
    let call = api.simple("blue", none, rgb(), "blue", COLORS, rgb());
    let error = call.await.expect_err("an empty segment").to_string();
    assert!(
        error.contains("the path parameter `list` is empty"),
        "{error}"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn several_in_a_segment_and_text_around_them() {
    let (server, api) = server().await;
    api.between(1, -2, rgb()).await.expect("an answer");
    assert_eq!(
        target(&server),
        "/between/v1--2.json/%7B%22R%22%3A100%2C%22G%22%3A200%7D"
    );
}

macro_rules! query {
    ($setter:ident($value:expr) => $expected:literal) => {{
        let (server, api) = server().await;
        api.query().$setter($value).await.expect("an answer");
        assert_eq!(target(&server), concat!("/query", $expected));
    }};
}

#[tokio::test]
async fn form_in_a_query() {
    query!(text("a b&c=d+é") => "?text=a%20b%26c%3Dd%2B%C3%A9");
    query!(text("") => "?text=");
    query!(list(COLORS) => "?list=blue,a%20b,c%2Cd");
    query!(list([""]) => "?list=");
    query!(list(Vec::<String>::new()) => "");
    query!(object(rgb()) => "?object=R,100,G,200");
    query!(spread_list(COLORS) => "?spreadList=blue&spreadList=a%20b&spreadList=c%2Cd");
    query!(spread_list(["", ""]) => "?spreadList=&spreadList=");
    query!(spread_list(Vec::<String>::new()) => "");
    query!(spread_object(rgb()) => "?R=100&G=200");
    let lists = models::Lists::new().with_values(COLORS).with_sizes([1, 2]);
    query!(spread_lists(lists) => "?values=blue&values=a%20b&values=c%2Cd&sizes=1&sizes=2");
    query!(name_with_signs_and_equal("v") => "?name%5Bwith%5D%20signs%26%3D=v");
}

#[tokio::test]
async fn delimited_in_a_query() {
    query!(space_list(COLORS) => "?spaceList=blue%20a%20b%20c%2Cd");
    query!(space_object(rgb()) => "?spaceObject=R%20100%20G%20200");
    query!(pipe_list(COLORS) => "?pipeList=blue%7Ca%20b%7Cc%2Cd");
    query!(pipe_object(rgb()) => "?pipeObject=R%7C100%7CG%7C200");
    query!(spread_pipe_list(["a", "b"]) => "?spreadPipeList=a&spreadPipeList=b");
}

#[tokio::test]
async fn deep_objects_in_a_query_number_the_items_of_lists() {
    let range: models::DeepRange =
        models::DeepRange::new().with_from("2026-01-31".parse().expect("a date"));
    let deep = models::Deep::new()
        .with_range(range)
        .with_ids([7, 8])
        .with_rgb([rgb()])
        .with_a_b("&");
    query!(deep(deep) => "?deep%5Brange%5D%5Bfrom%5D=2026-01-31&deep%5Bids%5D%5B0%5D=7\
        &deep%5Bids%5D%5B1%5D=8&deep%5Brgb%5D%5B0%5D%5BR%5D=100&deep%5Brgb%5D%5B0%5D%5BG%5D=200\
        &deep%5Ba%20b%5D=%26");
    query!(deep(models::Deep::new()) => "");
    query!(deep_list(["a", "b"]) => "?deepList%5B0%5D=a&deepList%5B1%5D=b");
}

#[tokio::test]
async fn json_and_reserved_characters_in_a_query() {
    let deep = models::Deep::new().with_ids([7]);
    query!(content(deep) => "?content=%7B%22ids%22%3A%5B7%5D%7D");
    // An apostrophe is encoded on its way into a URL (WHATWG URL, special-query percent-encode set).
    query!(reserved("/a?b=c:d@e!$'()*+,;%20&#[]") => "?reserved=/a?b=c:d@e!$%27()*+,;%20%26%23%5B%5D");
}

#[tokio::test]
async fn headers_are_not_escaped() {
    let (server, api) = server().await;
    let call = api
        .header()
        .x_text("é, 1")
        .x_list(["a", "b c"])
        .x_object(rgb());
    let call = call.x_spread_list(["a", "b"]).x_spread_object(rgb());
    call.x_content(rgb()).await.expect("an answer");
    let request = request(&server);
    assert_eq!(request.header("x-list"), Some("a,b c"));
    assert_eq!(request.header("x-object"), Some("R,100,G,200"));
    assert_eq!(request.header("x-spread-list"), Some("a,b"));
    assert_eq!(request.header("x-spread-object"), Some("R=100,G=200"));
    assert_eq!(request.header("x-content"), Some(r#"{"R":100,"G":200}"#));
    // As UTF-8, which is what servers expect of text that isn't ASCII.
    let line = "\r\nx-text: é, 1\r\n".as_bytes();
    let sent = request.raw.windows(line.len()).any(|it| it == line);
    assert!(sent, "{}", String::from_utf8_lossy(&request.raw));
}

#[tokio::test]
async fn a_header_can_be_empty_but_not_two_lines() {
    let (server, api) = server().await;
    api.header().x_text("").await.expect("an answer");
    assert_eq!(request(&server).header("x-text").map(str::trim), Some(""));
    let call = api.header().x_text("a\r\nb: c");
    assert!(
        call.await
            .expect_err("two lines")
            .to_string()
            .contains("`x-text`")
    );
}

#[tokio::test]
async fn cookies_are_pairs_of_one_header() {
    let (server, api) = server().await;
    let call = api.cookie().text("a b;c").list(["a", "b"]).object(rgb());
    let call = call.spread_list(["a", "b"]).spread_object(rgb());
    call.content(rgb()).await.expect("an answer");
    assert_eq!(
        request(&server).header("cookie"),
        Some(
            "text=a%20b%3Bc; list=a,b; object=R,100,G,200; spreadList=a; spreadList=b; R=100; G=200; \
             content=%7B%22R%22%3A100%2C%22G%22%3A200%7D"
        )
    );
}

#[tokio::test]
async fn names_that_collide_keep_their_names_on_the_wire() {
    let (server, api) = server().await;
    let call = api
        .names("s", "c")
        .query_url("1")
        .query_body("2")
        .query_call("3");
    let call = call.query_options("4").query_send("5").query_response("6");
    let call = call.out("7").form("8").crate_("9").query_self("10");
    let call = call.query_date_created("11").date_created_less("12");
    let call = call.date_created_greater("13").body("14").url("15");
    call.date_created("16").await.expect("an answer");
    let request = request(&server);
    assert_eq!(
        request.line,
        "POST /names/s/c?url=1&body=2&call=3&options=4&send=5&response=6&out=7&form=8&crate=9&Self=10\
         &DateCreated=11&DateCreated%3C=12&DateCreated%3E=13 HTTP/1.1"
    );
    assert_eq!(request.text(), "body=14&url=15&DateCreated=16");
}
