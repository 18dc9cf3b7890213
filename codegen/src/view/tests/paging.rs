use super::{Analysed, operation};
use crate::ir::OperationId;
use crate::view::paging::PagingView;

fn list(pagination: &str, page: &str) -> Analysed {
    operation(
        &format!(
            "
x-pagination: {pagination}
parameters: [{{name: after, in: query, schema: {{type: string}}}}]
responses: {{'200': {{description: ok, content: {{application/json: {{schema: {page}}}}}}}}}
"
        ),
        "
Item: {type: object, required: [id], properties: {id: {type: string}}}
Page:
  type: object
  required: [items]
  properties:
    items: {type: array, items: {$ref: '#/components/schemas/Item'}}
    next: {type: string, nullable: true}
    more: {type: boolean}
",
    )
}

fn view(document: &Analysed) -> PagingView {
    let view = document.context().paging_view(OperationId(0));
    view.expect("the operation is paginated")
}

#[test]
fn a_cursor_is_read_from_the_page() {
    let it = view(&list(
        "{style: cursor, parameter: after, items: /items, next: /next, more: /more}",
        "{$ref: '#/components/schemas/Page'}",
    ));
    assert_eq!(it.item.as_str(), "models::Item");
    assert_eq!(
        it.advance.as_str(),
        "Advance::Cursor(crate::runtime::codegen::PageInput::Query(\"after\"))"
    );
    assert_eq!(it.items.as_str(), "page.items");
    let next = it.next.expect("a cursor");
    assert!(next.as_str().starts_with("page.next.as_ref()"), "{next}");
    assert_eq!(
        it.more.expect("a flag").as_str(),
        "page.more.as_ref().copied()"
    );
    assert!(it.count.is_none());
}

#[test]
fn an_offset_grows_by_the_number_of_items() {
    let it = view(&list(
        "{style: offset, parameter: after}",
        "{type: array, items: {$ref: '#/components/schemas/Item'}}",
    ));
    assert_eq!(
        it.advance.as_str(),
        "Advance::Offset(crate::runtime::codegen::PageInput::Query(\"after\"))"
    );
    assert_eq!(it.items.as_str(), "page");
    assert_eq!(it.count.expect("a count").as_str(), "page.len()");
    assert!(it.next.is_none());
}
