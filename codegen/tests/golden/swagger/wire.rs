//! A document of Swagger 2.0: lists, forms, files and servers are sent as it describes them.

use golden_swagger::{Client, models};
use raw_server::{Answer, Server};

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .api_key("r")
        .basic_auth("s", "p")
        .build()
        .expect("the client is complete")
}

#[tokio::test]
async fn lists_have_the_separator_of_their_collection_format() {
    let body = r#"[{"id":7,"title":"Emma","subtitle":null,"media":{"kind":"Paper","pages":400}}]"#;
    let server = Server::start([Answer::json(200, body)]).await;
    let books = client(&server)
        .books()
        .list_books()
        .shelf(["a", "b"])
        .tag(["c", "d"])
        .language([
            models::ListBooksLanguageItem::En,
            models::ListBooksLanguageItem::Fr,
        ])
        .limit(5)
        .await
        .expect("books");
    assert_eq!(books[0].id, Some(7));
    assert!(matches!(&books[0].media, Some(models::Medium::Paper(it)) if it.pages == Some(400)));
    let request = &server.requests()[0];
    assert_eq!(
        request.line,
        "GET /books?shelf=a,b&tag=c&tag=d&language=en%7Cfr&limit=5 HTTP/1.1"
    );
    assert_eq!(request.header("x-reader"), Some("r"));
}

#[tokio::test]
async fn bodies_are_json_forms_and_files() {
    let book = r#"{"id":7,"title":"Emma"}"#;
    let answers = [Answer::json(201, book), Answer::with_headers(204, &[], ""), Answer::new(204, "", "")];
    let server = Server::start(answers).await;
    let client = client(&server);
    let added = client.books().add_book(models::Book::new("Emma")).await;
    assert_eq!(added.expect("a book").id, Some(7));
    client
        .loans()
        .lend(7)
        .note(["a", "b"])
        .await
        .expect("it is lent");
    client
        .books()
        .upload_cover(7, &b"PNG"[..])
        .caption("Front")
        .await
        .expect("it is stored");
    let requests = server.requests();
    assert_eq!(requests[0].text(), r#"{"title":"Emma"}"#);
    assert_eq!(requests[0].header("authorization"), Some("Basic czpw"));
    assert_eq!(requests[1].text(), "book=7&note=a,b");
    assert_eq!(requests[2].line, "PUT /books/7/cover HTTP/1.1");
    for part in ["name=\"picture\"", "PNG", "name=\"caption\"", "Front"] {
        assert!(requests[2].text().contains(part), "{}", requests[2].text());
    }
}
