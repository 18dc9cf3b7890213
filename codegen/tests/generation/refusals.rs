//! Documents that are refused, or taken with a warning: what is said of each, and where.

use std::path::Path;

use codegen::{Diagnostics, Source, normalise, parse};

/// A document and all that is said of it.
struct Case {
    /// The file in `tests/refusals`; a split document has a folder there.
    file: &'static str,
    /// Whether a client can be made of it.
    accepted: bool,
    /// `line:column severity stage pointer`, the message, and the help.
    said: &'static [[&'static str; 3]],
}

const CASES: &[Case] = &[
    Case {
        file: "bad-json.json",
        accepted: false,
        said: &[[
            "4:30 error parse #/paths/~1pets/get",
            "expected value",
            "mend the JSON at this place, where the reader gave up",
        ]],
    },
    Case {
        file: "bad-yaml.yaml",
        accepted: false,
        said: &[[
            "3:17 error parse #/info",
            "mapping values are not allowed in this context",
            "mend the YAML at this place; the cause is often an indentation or a quote just before it",
        ]],
    },
    Case {
        file: "duplicate-key.json",
        accepted: false,
        said: &[[
            "5:3 error parse #/paths",
            "the key `paths` is given twice",
            "keep one of the two, or give them different names",
        ]],
    },
    Case {
        file: "duplicate-key.yaml",
        accepted: false,
        said: &[[
            "6:5 error parse #/paths/~1pets/get",
            "the key `get` is given twice",
            "keep one of the two, or give them different names",
        ]],
    },
    Case {
        file: "duplicate-operation-id.yaml",
        accepted: true,
        said: &[
            [
                "7:20 warning normalise #/paths/~1pets~1{id}/get/operationId",
                "`pets` is the operationId of GET /pets as well (#/paths/~1pets/get), so this operation is called `pets_get_pets_by_id`",
                "give each operation an operationId of its own",
            ],
            [
                "14:20 warning normalise #/paths/~1pets/post/operationId",
                "`pets` is the operationId of GET /pets as well (#/paths/~1pets/get), so this operation is called `pets_post_pets`",
                "give each operation an operationId of its own",
            ],
        ],
    },
    Case {
        file: "empty.yaml",
        accepted: false,
        said: &[[
            "1:1 error parse #",
            "the file is empty",
            "name a file that holds an OpenAPI document in JSON or YAML",
        ]],
    },
    Case {
        file: "flow-style.yaml",
        accepted: true,
        said: &[
            [
                "4:56 warning parse #/components/schemas/Pet/prefixItems",
                "a tuple is read as a list whose elements may be any of those that it lists",
                "an object with a property for each element says more",
            ],
            [
                "1:1 warning normalise #/paths",
                "the document has no operations",
                "a client has methods for what stands in `paths`; webhooks are called by the server",
            ],
        ],
    },
    Case {
        file: "form-and-references.yaml",
        accepted: false,
        said: &[
            [
                "7:26 error parse #/paths/~1pets~1{id}/get/parameters/0/in",
                "a parameter can't be in `road`",
                "write `path`, `query`, `header` or `cookie`",
            ],
            [
                "23:5 warning parse #/components/parameters/Wrong",
                "neither `schema` nor `content` is given, so any value is taken",
                "add a `schema`",
            ],
            [
                "23:13 error parse #/components/parameters/Wrong/name",
                "expected a string, found an array",
                "write a string here",
            ],
            [
                "25:10 error parse #/components/schemas/Pet",
                "expected an object, found a number",
                "write a Schema Object here",
            ],
            [
                "20:30 error normalise #/paths/~1pets~1{id}/get/responses/default/content/application~1json/schema/$ref",
                "`#/components/schemas/Eror` leads to nothing",
                "did you mean `#/components/schemas/Error`?",
            ],
            [
                "9:17 error normalise #/paths/~1pets~1{id}/get/parameters/2/$ref",
                "`#/components/parameters/Missing` leads to nothing",
                "add what it names, or mend the `$ref`",
            ],
        ],
    },
    Case {
        file: "incomplete-parameters.yaml",
        accepted: false,
        said: &[
            [
                "6:9 error parse #/paths/~1pets/parameters/0",
                "`in` is missing",
                "every Parameter Object needs `in`",
            ],
            [
                "8:9 error parse #/paths/~1pets/parameters/1",
                "`name` is missing",
                "every Parameter Object needs `name`",
            ],
            [
                "12:27 error parse #/paths/~1pets/post/parameters/0/in",
                "a parameter can't be in `body`",
                "OpenAPI 3 describes a body in `requestBody`",
            ],
            [
                "13:29 error parse #/paths/~1pets/post/parameters/1/in",
                "a parameter can't be in `qurey`",
                "write `path`, `query`, `header` or `cookie`",
            ],
            [
                "17:5 error parse #/components/securitySchemes/key",
                "`name` is missing",
                "a security scheme of this type needs `name`",
            ],
            [
                "18:31 error parse #/components/securitySchemes/other/in",
                "an API key can't be in `body`",
                "write `query`, `header` or `cookie`",
            ],
            [
                "19:5 error parse #/components/securitySchemes/bearer",
                "`scheme` is missing",
                "a security scheme of this type needs `scheme`",
            ],
            [
                "20:5 error parse #/components/securitySchemes/none",
                "`type` is missing",
                "every Security Scheme Object needs `type`",
            ],
        ],
    },
    Case {
        file: "no-info-no-paths.yaml",
        accepted: false,
        said: &[
            [
                "1:1 error parse #",
                "`info` is missing",
                "every OpenAPI Object needs `info`",
            ],
            [
                "1:1 error parse #",
                "`paths` is missing",
                "every OpenAPI Object needs `paths`",
            ],
        ],
    },
    Case {
        file: "no-version.yaml",
        accepted: false,
        said: &[[
            "1:1 error parse #",
            "`openapi` is missing",
            "an OpenAPI document begins with its version, such as `openapi: \"3.0.3\"`",
        ]],
    },
    Case {
        file: "not-an-object.yaml",
        accepted: false,
        said: &[[
            "1:1 error parse #",
            "expected an object, found an array",
            "name a file that holds an OpenAPI document",
        ]],
    },
    Case {
        file: "odd-paths.yaml",
        accepted: true,
        said: &[
            [
                "4:3 warning parse #/paths/pets",
                "the path `pets` doesn't begin with `/`, so one is put before it",
                "begin every path with `/`",
            ],
            [
                "5:5 warning parse #/paths/pets/GET",
                "a Path Item Object has no `GET`, so it is left out",
                "did you mean `get`?",
            ],
            [
                "6:23 warning parse #/paths/pets/get/responses/2004",
                "`2004` is no status, so this response is left out",
                "write a status such as `200`, a range such as `4XX`, or `default`",
            ],
            [
                "11:11 warning normalise #/paths/~1pets~1{id}/get/parameters/1",
                "OpenAPI ignores the header parameter `Accept`",
                "the client sets it from the media types and the security schemes",
            ],
            [
                "13:11 warning normalise #/paths/~1pets~1{id}/get/parameters/3",
                "the parameter `page` is given twice, so this one is left out",
                "keep one of the two",
            ],
            [
                "10:11 warning normalise #/paths/~1pets~1{id}/get/parameters/0",
                "the path `/pets/{id}` has no `{idd}`, so this parameter is left out",
                "put it into the path, or remove the parameter",
            ],
            [
                "8:5 warning normalise #/paths/~1pets~1{id}/get",
                "`{id}` in the path has no parameter, so a string is taken",
                "add a parameter of this name with `in: path`",
            ],
            [
                "15:19 warning normalise #/paths/~1pets~1{id}/get/security/0/key",
                "no security scheme is called `key`, so this alternative is left out",
                "declare it in `components.securitySchemes`",
            ],
        ],
    },
    Case {
        file: "overlay/openapi.yaml",
        accepted: false,
        said: &[
            [
                "a.overlay.yaml:3:10 warning parse a.overlay.yaml#/extends",
                "the overlay is for `other.yaml`, and is applied to `openapi.yaml`",
                "apply it to the document that it is for, or mend `extends`",
            ],
            [
                "a.overlay.yaml:7:13 error parse a.overlay.yaml#/actions/1/target",
                "the action selects nothing",
                "mend the target or remove the action; `x-optional: true` lets it select nothing",
            ],
            [
                "a.overlay.yaml:9:13 error parse a.overlay.yaml#/actions/2/target",
                "`$.components.schemas.Pet[` is no JSONPath: at position 24, parser error",
                "see RFC 9535 for its syntax",
            ],
            [
                "a.overlay.yaml:11:5 error parse a.overlay.yaml#/actions/3",
                "the action changes nothing",
                "add `update`, `copy` or `remove: true`",
            ],
            [
                "a.overlay.yaml:13:5 error parse a.overlay.yaml#/actions/4/updates",
                "an Action Object has no `updates`",
                "did you mean `update`?",
            ],
            [
                "a.overlay.yaml:15:13 error parse a.overlay.yaml#/actions/5/target",
                "the document itself can't be removed",
                "select what is in it",
            ],
            [
                "a.overlay.yaml:18:13 error parse a.overlay.yaml#/actions/6/update",
                "`#/components` is an object, which a number can't be merged with",
                "give an object with the members to merge",
            ],
            [
                "a.overlay.yaml:20:11 error parse a.overlay.yaml#/actions/7/copy",
                "`copy` has to select one node, and selects 2",
                "name the one node to copy",
            ],
            [
                "a.overlay.yaml:21:5 warning parse a.overlay.yaml#/actions/8",
                "the action changes nothing, the document says so already",
                "remove the action, it isn't needed any more",
            ],
            [
                "b.overlay.yaml:1:10 error parse b.overlay.yaml#/overlay",
                "Overlay 2.0.0 is unknown",
                "versions 1.0 and 1.1 can be read, written as a string such as `\"1.0.0\"`",
            ],
            [
                "c.overlay.yaml:2:1 error parse c.overlay.yaml#/overlay/0",
                "did not find expected node content, while parsing a flow node",
                "mend the YAML at this place; the cause is often an indentation or a quote just before it",
            ],
            [
                "d.overlay.yaml:1:1 error parse d.overlay.yaml#/actions",
                "an overlay needs a list of `actions`",
                "add `actions`",
            ],
            [
                "7:5 warning parse #/tags/1",
                "`name` is missing, which is read as empty",
                "add `name`",
            ],
            [
                "a.overlay.yaml:28:24 error normalise #/components/schemas/Cat/properties/name/$ref",
                "`#/components/schemas/Name` leads to nothing",
                "add what it names, or mend the `$ref`",
            ],
        ],
    },
    Case {
        file: "reference-cycle.yaml",
        accepted: false,
        said: &[
            [
                "16:15 error normalise #/components/schemas/A/$ref",
                "this `$ref` leads back to itself: #/components/schemas/A → #/components/schemas/B → #/components/schemas/C → #/components/schemas/A",
                "write out what is meant at one of these places",
            ],
            [
                "11:17 error normalise #/components/parameters/One/$ref",
                "this `$ref` leads back to itself: #/components/parameters/One → #/components/parameters/Two → #/components/parameters/One",
                "write out what is meant at one of these places",
            ],
            [
                "8:18 error normalise #/paths/~1round/$ref",
                "this `$ref` leads back to itself: #/paths/~1round → #/paths/~1round",
                "write out what is meant at one of these places",
            ],
        ],
    },
    Case {
        file: "reference-elsewhere.yaml",
        accepted: false,
        said: &[
            [
                "10:47 error parse #/paths/~1pets/get/responses/200/content/application~1json/schema/$ref",
                "there is no file `pets.yaml`",
                "the path is relative to the file that holds the `$ref`",
            ],
            [
                "11:41 error parse #/paths/~1pets/get/responses/200/content/text~1plain/schema/$ref",
                "there is no file `Pet`",
                "did you mean `#/components/schemas/Pet`?",
            ],
            [
                "12:40 error parse #/paths/~1pets/get/responses/200/content/text~1html/schema/$ref",
                "`#Pet` is neither a JSON pointer nor the name of an `$anchor`",
                "did you mean `#/components/schemas/Pet`?",
            ],
        ],
    },
    Case {
        file: "reference-of-wrong-kind.yaml",
        accepted: false,
        said: &[
            [
                "11:47 error normalise #/paths/~1pets/get/responses/200/content/application~1json/schema/$ref",
                "`#/components/responses/Pets` leads to a Response Object",
                "a Schema Object has to stand there",
            ],
            [
                "6:27 error normalise #/paths/~1pets/get/parameters/0/$ref",
                "`#/components/schemas/Pet` leads to a Schema Object",
                "a Parameter Object has to stand there",
            ],
        ],
    },
    Case {
        file: "sloppy.yaml",
        accepted: true,
        said: &[
            [
                "1:10 warning parse #/openapi",
                "expected a string, found a number, which is read as `3.0`",
                "put it in quotes",
            ],
            [
                "2:1 warning parse #/info",
                "`title` is missing, which is read as \"API\"",
                "add `title`",
            ],
            [
                "2:1 warning parse #/info",
                "`version` is missing, which is read as \"0\"",
                "add `version`",
            ],
            [
                "3:3 warning parse #/info/license",
                "`name` is missing, which is read as empty",
                "add `name`",
            ],
            [
                "4:75 warning parse #/servers/0/variables/port/default",
                "expected a string, found a number, which is read as `443`",
                "put it in quotes",
            ],
            [
                "8:7 warning parse #/paths/~1pets~1{id}/get/security",
                "expected an array, found an object, which is read as its only element",
                "put it in brackets",
            ],
            [
                "10:42 warning parse #/paths/~1pets~1{id}/get/parameters/0/required",
                "a path parameter is always required",
                "write `required: true`",
            ],
            [
                "10:11 warning parse #/paths/~1pets~1{id}/get/parameters/0",
                "the keywords of a schema stand outside of it",
                "put them into `schema`",
            ],
            [
                "11:43 warning parse #/paths/~1pets~1{id}/get/parameters/1/style",
                "the style `deep` can't be used here, so `form` is",
                "write form, spaceDelimited, pipeDelimited, deepObject",
            ],
            [
                "11:64 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/type",
                "`Integer` is no type, and is read as `integer`",
                "write string, number, integer, boolean, array or object",
            ],
            [
                "11:82 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/minimum",
                "expected a number, found a string, which is read as one",
                "remove the quotes",
            ],
            [
                "11:96 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/maximum",
                "expected a number, found the string `many`, so this limit is left out",
                "write a number",
            ],
            [
                "11:113 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/minLength",
                "-1 isn't a count, so this limit is left out",
                "write an integer from 0",
            ],
            [
                "12:11 warning parse #/paths/~1pets~1{id}/get/parameters/2",
                "neither `schema` nor `content` is given, so any value is taken",
                "add a `schema`",
            ],
            [
                "13:47 warning parse #/paths/~1pets~1{id}/get/parameters/3/content",
                "`content` is left out, since there is a `schema` as well",
                "keep one of the two",
            ],
            [
                "15:9 warning parse #/paths/~1pets~1{id}/get/responses/200",
                "`description` is missing, which is read as empty",
                "add `description`",
            ],
            [
                "28:15 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/examples",
                "expected an object, found an array, which is read as values",
                "give each example a name, and put what it shows into its `value`",
            ],
            [
                "20:32 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/discriminator",
                "expected an object, found a string, which is read as `propertyName`",
                "write `discriminator: {propertyName: …}`",
            ],
            [
                "21:39 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/additionalProperties",
                "expected a boolean or a schema, found a string, which is read as true",
                "remove the quotes",
            ],
            [
                "23:32 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/kind/type",
                "`file` is no type, and is read as `string`",
                "write string, number, integer, boolean, array or object",
            ],
            [
                "23:48 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/kind/required",
                "`required` lists names in a schema; a boolean means nothing and is left out",
                "put the property's name into `required` of the object that holds it",
            ],
            [
                "23:65 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/kind/maxlength",
                "JSON Schema has no `maxlength`, so it is left out",
                "did you mean `maxLength`?",
            ],
            [
                "24:33 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/other/type",
                "`thing` is no type, so any value is taken",
                "write string, number, integer, boolean, array or object",
            ],
            [
                "25:19 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/none",
                "found null, which is read as an empty object",
                "write out what is meant",
            ],
            [
                "26:27 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/required",
                "expected an array, found a string, which is read as its only element",
                "put it in brackets",
            ],
            [
                "27:17 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/title",
                "`title` is null, which is read as absent",
                "remove it or give it a value",
            ],
            [
                "32:17 warning parse #/components/securitySchemes/key/type",
                "`basic` is Swagger 2.0's name of the type `http` with the scheme `basic`",
                "write `type: http` and `scheme: basic`",
            ],
            [
                "34:35 warning parse #/components/securitySchemes/oauth/flows/clientCredentials",
                "`tokenUrl` is missing, which is read as empty",
                "add `tokenUrl`",
            ],
            [
                "34:35 warning parse #/components/securitySchemes/oauth/flows/clientCredentials",
                "`scopes` is missing, which is read as empty",
                "add `scopes`",
            ],
            [
                "33:25 warning parse #/components/securitySchemes/certificate/type",
                "`mutualTLS` is left to the transport",
                "the client takes the types apiKey, http, oauth2 and openIdConnect",
            ],
        ],
    },
    Case {
        file: "split/openapi.yaml",
        accepted: false,
        said: &[
            [
                "10:47 error parse #/paths/~1pets/get/responses/200/content/application~1json/schema/$ref",
                "`../elsewhere.yaml` is outside of the document's folder",
                "move the file into the document's folder, or the document to a folder above both",
            ],
            [
                "11:41 error parse #/paths/~1pets/get/responses/200/content/text~1plain/schema/$ref",
                "`https://example.com/pet.yaml` is a URL, and nothing is fetched from the network",
                "save the file in the document's folder, and refer to it there",
            ],
            [
                "12:40 error parse #/paths/~1pets/get/responses/200/content/text~1html/schema/$ref",
                "`/etc/hostname` is outside of the document's folder",
                "move the file into the document's folder, or the document to a folder above both",
            ],
            [
                "13:39 error parse #/paths/~1pets/get/responses/200/content/text~1xml/schema/$ref",
                "there is no file `models/pets.yaml`",
                "did you mean `models/pet.yaml`?",
            ],
            [
                "2:2 error parse models/broken.yaml#/a/1",
                "did not find expected ',' or ']', while parsing a flow sequence at line 1 column 4",
                "mend the YAML at this place; the cause is often an indentation or a quote just before it",
            ],
            [
                "3:16 error parse models/pet.yaml#/properties/name/type",
                "expected a string, found a number",
                "write the name of a type, such as `string`",
            ],
            [
                "1:1 warning parse models/cats.yaml#/get",
                "`responses` is missing, which is read as empty",
                "add `responses`",
            ],
            [
                "3:24 error parse models/cats.yaml#/get/parameters/0/in",
                "a parameter can't be in `road`",
                "write `path`, `query`, `header` or `cookie`",
            ],
            [
                "15:39 error normalise #/paths/~1pets/get/responses/200/content/text~1css/schema/$ref",
                "`models/pet.yaml#/properties/nmae` leads to nothing",
                "did you mean `models/pet.yaml#/properties/name`?",
            ],
            [
                "1:7 error normalise models/around.yaml#/$ref",
                "this `$ref` leads back to itself: models/around.yaml# → models/round.yaml# → models/around.yaml#",
                "write out what is meant at one of these places",
            ],
            [
                "5:17 error normalise models/pet.yaml#/properties/owner/$ref",
                "`#/components/schemas/Owner` leads to nothing",
                "add what it names, or mend the `$ref`",
            ],
        ],
    },
    Case {
        file: "swagger-2.json",
        accepted: false,
        said: &[[
            "2:14 error parse #/swagger",
            "this is a Swagger 2.0 document",
            "convert it to OpenAPI 3 first, for example with `npx swagger2openapi FILE`",
        ]],
    },
    Case {
        file: "tab.yaml",
        accepted: false,
        said: &[[
            "5:1 error parse #/paths/~1pets",
            "found character that cannot start any token, while scanning for the next token",
            "mend the YAML at this place; the cause is often an indentation or a quote just before it",
        ]],
    },
    Case {
        file: "unknown-version.yaml",
        accepted: false,
        said: &[[
            "1:10 error parse #/openapi",
            "OpenAPI 4.0.0 is unknown",
            "versions 3.0 and 3.1 can be read",
        ]],
    },
    Case {
        file: "unresolved-reference.yaml",
        accepted: false,
        said: &[
            [
                "15:31 error normalise #/paths/~1pets/get/responses/200/content/application~1json/schema/items/$ref",
                "`#/components/schemas/Pett` leads to nothing",
                "did you mean `#/components/schemas/Pet`?",
            ],
            [
                "7:17 error normalise #/paths/~1pets/get/parameters/0/$ref",
                "`#/components/parameters/Pgae` leads to nothing",
                "did you mean `#/components/parameters/Page`?",
            ],
            [
                "16:21 error normalise #/paths/~1pets/get/responses/404/$ref",
                "`#/components/responses/Missing` leads to nothing",
                "add what it names, or mend the `$ref`",
            ],
        ],
    },
    Case {
        file: "wrong-types.yaml",
        accepted: false,
        said: &[
            [
                "7:44 error parse #/paths/~1pets/get/parameters/0/schema",
                "expected an object, found a string",
                "write a Schema Object here",
            ],
            [
                "8:12 error parse #/paths/~1pets/get/parameters/1/name",
                "expected a string, found an array",
                "write a string here",
            ],
            [
                "8:43 error parse #/paths/~1pets/get/parameters/1/schema/type",
                "expected a string, found an object",
                "write the name of a type, such as `string`",
            ],
            [
                "9:20 error parse #/paths/~1pets/get/requestBody",
                "expected an object, found a string",
                "write an object here",
            ],
            [
                "17:17 error parse #/paths/~1pets/get/responses/200/content/application~1json/schema/properties",
                "expected an object, found an array",
                "write an object here",
            ],
            [
                "18:27 error parse #/paths/~1pets/get/responses/200/content/application~1json/schema/nullable",
                "expected a boolean, found a string",
                "write a boolean here",
            ],
            [
                "21:10 error parse #/components/schemas/Pet",
                "expected an object, found a number",
                "write a Schema Object here",
            ],
            [
                "22:64 error parse #/components/schemas/Pets/$ref",
                "expected a string, found an array",
                "write the pointer to a schema",
            ],
        ],
    },
];

/// The overlays of a document that has a folder of its own, by their names.
fn overlays_beside(document: &Path) -> Vec<String> {
    let folder = document.parent().expect("a folder");
    let entries = folder.read_dir().expect("the folder").flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.contains(".overlay."))
        .collect();
    names.sort();
    names
}

/// Reads a document as the pipeline does.
fn read(file: &str) -> (bool, Vec<[String; 3]>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/refusals")
        .join(file);
    let mut source =
        Source::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for overlay in overlays_beside(&path) {
        let text = std::fs::read_to_string(path.with_file_name(&overlay)).expect("an overlay");
        source = source.with_overlay(overlay, text);
    }
    let mut diagnostics = Diagnostics::default();
    let resolved = parse::parse(&source, &mut diagnostics)
        .and_then(|document| normalise::normalise(document, &mut diagnostics));
    source.locate(&mut diagnostics);
    let said = diagnostics.into_iter().map(|said| {
        let place = said
            .location
            .expect("every diagnostic has a place in the end");
        let folder = path.parent().expect("a folder");
        let file = said.pointer.file();
        let place_file = &place.file;
        if let Some(name) = place_file
            .to_str()
            .filter(|name| name.contains(".overlay."))
        {
            // A place in the document may come from an overlay.
            let head = format!(
                "{name}:{}:{} {} {} {}",
                place.line, place.column, said.severity, said.stage, said.pointer
            );
            return [head, said.message, said.help];
        }
        assert_eq!(
            place.file,
            file.map_or(path.clone(), |file| folder.join(file))
        );
        let head = format!(
            "{}:{} {} {} {}",
            place.line, place.column, said.severity, said.stage, said.pointer
        );
        [head, said.message, said.help]
    });
    let said = said.collect();
    (resolved.is_some(), said)
}

#[test]
fn each_document_gets_its_diagnostics() {
    for Case {
        file,
        accepted,
        said,
    } in CASES
    {
        let (was_accepted, was_said) = read(file);
        assert_eq!(was_accepted, *accepted, "{file}: {was_said:#?}");
        assert_eq!(was_said, *said, "{file}");
    }
}

#[test]
fn each_document_has_a_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusals");
    let mut files: Vec<String> = folder
        .read_dir()
        .expect("the folder of the documents")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name");
            match entry.path().is_dir() {
                true => format!("{name}/openapi.yaml"),
                false => name,
            }
        })
        .collect();
    files.sort();
    let mut known: Vec<&str> = CASES.iter().map(|case| case.file).collect();
    known.sort_unstable();
    assert_eq!(files, known);
}
