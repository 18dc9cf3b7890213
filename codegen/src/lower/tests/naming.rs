use super::lower;

const DOCUMENT: &str = "
paths:
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: sort, in: query, schema: {type: string, enum: [up, down]}}
    get:
      operationId: getThing
      parameters:
        - {name: view, in: query, schema: {type: string, enum: [full]}}
        - $ref: '#/components/parameters/Order'
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {type: object, properties: {at: {type: object, properties: {x: {type: integer}}}}}}}
        '202':
          description: later
          content: {application/json: {schema: {type: object, properties: {b: {type: string}}}}}
        default: {$ref: '#/components/responses/Failure'}
    post:
      operationId: makeThing
      requestBody:
        content: {application/json: {schema: {type: object, properties: {k: {type: string, enum: [a]}}}}}
      responses:
        '201':
          description: ok
          content: {application/json: {schema: {type: array, items: {type: object, properties: {y: {type: string}}}}}}
    put:
      operationId: sendThing
      requestBody:
        content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {Status: {type: string, enum: [a]}}}}}
      responses: {'204': {description: ok}}
components:
  parameters:
    Order: {name: order, in: query, schema: {type: string, enum: [asc]}}
  responses:
    Failure:
      description: no
      content: {application/json: {schema: {type: object, properties: {code: {type: integer}}}}}
  schemas:
    List: {type: array, items: {type: object, properties: {z: {type: string}}}}
    Uses: {type: object, properties: {inner: {$ref: '#/components/schemas/List/items'}}}
";

#[test]
fn types_are_named_after_their_location() {
    let mut names = lower(DOCUMENT).names();
    names.sort();
    assert_eq!(
        names,
        [
            "List",
            "List.item",
            "Uses",
            "at.Failure.response",
            "at.Order.parameter",
            "at.things.id.sort",
            "getThing().response",
            "getThing().response.202",
            "getThing().response.at",
            "getThing().view",
            "makeThing().request",
            "makeThing().request.k",
            "makeThing().response.item",
            "sendThing().Status",
        ]
    );
}

#[test]
fn a_schema_added_or_moved_renames_no_other() {
    let before = lower(DOCUMENT);
    let moved = DOCUMENT
        .replace("    Uses: {type: object, properties: {inner: {$ref: '#/components/schemas/List/items'}}}\n", "")
        .replace(
            "  schemas:\n",
            "  schemas:\n    Added: {type: object, properties: {item: {type: object, properties: {q: {type: string}}}}}\n    \
             Uses: {type: object, properties: {inner: {$ref: '#/components/schemas/List/items'}}}\n",
        );
    let after = lower(&moved);
    for called in before.names() {
        assert_eq!(before.shape(&called), after.shape(&called), "{called}");
    }
    assert_eq!(after.names().len(), before.names().len() + 2);
}

#[test]
fn a_schema_is_one_type_however_often_it_is_used() {
    let lowered = lower(DOCUMENT);
    assert_eq!(lowered.shape("Uses"), "struct {inner: List.item}");
    assert_eq!(lowered.shape("List"), "= [List.item]");
}
