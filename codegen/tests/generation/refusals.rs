//! Tests of documents with errors or warnings: the diagnostics and their locations.

use std::path::Path;

use wiretrue_codegen::{Diagnostics, Options, Source, normalise, parse, select};

/// A document and its diagnostics.
struct Case {
    /// The file in `tests/refusals`; a split document has a folder there.
    file: &'static str,
    /// Whether a client can be generated.
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
            "correct the JSON syntax here",
        ]],
    },
    Case {
        file: "bad-yaml.yaml",
        accepted: false,
        said: &[[
            "3:17 error parse #/info",
            "mapping values are not allowed in this context",
            "correct the YAML syntax here; the cause is often wrong indentation or an unclosed quote just before",
        ]],
    },
    Case {
        file: "duplicate-key.json",
        accepted: false,
        said: &[[
            "5:3 error parse #/paths",
            "duplicate key `paths`",
            "remove or rename one of the two",
        ]],
    },
    Case {
        file: "duplicate-key.yaml",
        accepted: false,
        said: &[[
            "6:5 error parse #/paths/~1pets/get",
            "duplicate key `get`",
            "remove or rename one of the two",
        ]],
    },
    Case {
        file: "duplicate-operation-id.yaml",
        accepted: true,
        said: &[
            [
                "7:20 warning normalise #/paths/~1pets~1{id}/get/operationId",
                "the operationId `pets` also belongs to GET /pets (#/paths/~1pets/get), so this operation is named `pets_get_pets_by_id`",
                "give each operation a unique `operationId`",
            ],
            [
                "14:20 warning normalise #/paths/~1pets/post/operationId",
                "the operationId `pets` also belongs to GET /pets (#/paths/~1pets/get), so this operation is named `pets_post_pets`",
                "give each operation a unique `operationId`",
            ],
        ],
    },
    Case {
        file: "empty.yaml",
        accepted: false,
        said: &[[
            "1:1 error parse #",
            "the file is empty",
            "pass an OpenAPI document in JSON or YAML",
        ]],
    },
    Case {
        file: "flow-style.yaml",
        accepted: true,
        said: &[
            [
                "4:56 warning parse #/components/schemas/Pet/prefixItems",
                "a tuple is treated as an array whose items may have any of its types",
                "use an object with a property for each item",
            ],
            [
                "1:1 warning normalise #/paths",
                "the document has no operations",
                "add operations to `paths`",
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
                "use `path`, `query`, `querystring`, `header` or `cookie`",
            ],
            [
                "23:5 warning parse #/components/parameters/Wrong",
                "neither `schema` nor `content` is present, so any value is accepted",
                "add a `schema`",
            ],
            [
                "23:13 error parse #/components/parameters/Wrong/name",
                "expected a string, found an array",
                "use a string here",
            ],
            [
                "25:10 error parse #/components/schemas/Pet",
                "expected an object, found a number",
                "use a Schema Object here",
            ],
            [
                "20:30 error normalise #/paths/~1pets~1{id}/get/responses/default/content/application~1json/schema/$ref",
                "`#/components/schemas/Eror` doesn't exist",
                "did you mean `#/components/schemas/Error`?",
            ],
            [
                "9:17 error normalise #/paths/~1pets~1{id}/get/parameters/2/$ref",
                "`#/components/parameters/Missing` doesn't exist",
                "add the definition, or correct the `$ref`",
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
                "a Parameter Object requires `in`",
            ],
            [
                "8:9 error parse #/paths/~1pets/parameters/1",
                "`name` is missing",
                "a Parameter Object requires `name`",
            ],
            [
                "12:27 error parse #/paths/~1pets/post/parameters/0/in",
                "a parameter can't be in `body`",
                "OpenAPI 3 describes a body in `requestBody`",
            ],
            [
                "13:29 error parse #/paths/~1pets/post/parameters/1/in",
                "a parameter can't be in `qurey`",
                "use `path`, `query`, `querystring`, `header` or `cookie`",
            ],
            [
                "17:5 error parse #/components/securitySchemes/key",
                "`name` is missing",
                "a security scheme of this type requires `name`",
            ],
            [
                "18:31 error parse #/components/securitySchemes/other/in",
                "an API key can't be in `body`",
                "use `query`, `header` or `cookie`",
            ],
            [
                "19:5 error parse #/components/securitySchemes/bearer",
                "`scheme` is missing",
                "a security scheme of this type requires `scheme`",
            ],
            [
                "20:5 error parse #/components/securitySchemes/none",
                "`type` is missing",
                "a Security Scheme Object requires `type`",
            ],
        ],
    },
    Case {
        file: "no-version.yaml",
        accepted: false,
        said: &[[
            "1:1 error parse #",
            "`openapi` is missing",
            "add the version, such as `openapi: \"3.0.3\"`",
        ]],
    },
    Case {
        file: "not-an-object.yaml",
        accepted: false,
        said: &[[
            "1:1 error parse #",
            "expected an object, found an array",
            "pass an OpenAPI document",
        ]],
    },
    Case {
        file: "odd-paths.yaml",
        accepted: true,
        said: &[
            [
                "4:3 warning parse #/paths/pets",
                "the path `pets` doesn't start with `/`, so one is prepended",
                "start every path with `/`",
            ],
            [
                "5:5 warning parse #/paths/pets/GET",
                "a Path Item Object has no `GET`, so it is ignored",
                "did you mean `get`?",
            ],
            [
                "6:23 warning parse #/paths/pets/get/responses/2004",
                "`2004` isn't a status code, so this response is ignored",
                "use a status code such as `200`, a range such as `4XX`, or `default`",
            ],
            [
                "11:11 warning normalise #/paths/~1pets~1{id}/get/parameters/1",
                "OpenAPI ignores the header parameter `Accept`",
                "the client sets it from the media types and the security schemes",
            ],
            [
                "13:11 warning normalise #/paths/~1pets~1{id}/get/parameters/3",
                "the parameter `page` is declared twice; this declaration is ignored",
                "remove one of the two",
            ],
            [
                "10:11 warning normalise #/paths/~1pets~1{id}/get/parameters/0",
                "the path `/pets/{id}` doesn't contain `{idd}`, so this parameter is ignored",
                "add it to the path, or remove the parameter",
            ],
            [
                "8:5 warning normalise #/paths/~1pets~1{id}/get",
                "no parameter describes `{id}` in the path, so it takes a string",
                "add a parameter with this name and `in: path`",
            ],
            [
                "15:19 warning normalise #/paths/~1pets~1{id}/get/security/0/key",
                "no security scheme is named `key`, so this alternative is ignored",
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
                "the overlay extends `other.yaml`, but is applied to `openapi.yaml`",
                "apply it to the document that it extends, or correct `extends`",
            ],
            [
                "a.overlay.yaml:7:13 error parse a.overlay.yaml#/actions/1/target",
                "the action selects nothing",
                "correct the target or remove the action; `x-optional: true` allows it to select nothing",
            ],
            [
                "a.overlay.yaml:9:13 error parse a.overlay.yaml#/actions/2/target",
                "`$.components.schemas.Pet[` isn't a valid JSONPath: at position 24, parser error",
                "see RFC 9535 for the syntax",
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
                "select a part of it",
            ],
            [
                "a.overlay.yaml:18:13 error parse a.overlay.yaml#/actions/6/update",
                "can't merge a number into `#/components`, which is an object",
                "use an object with the properties to merge",
            ],
            [
                "a.overlay.yaml:20:11 error parse a.overlay.yaml#/actions/7/copy",
                "`copy` must select exactly one node, but selects 2",
                "select the node to copy",
            ],
            [
                "a.overlay.yaml:21:5 warning parse a.overlay.yaml#/actions/8",
                "the action changes nothing: the document already has this content",
                "remove the action; it is no longer needed",
            ],
            [
                "b.overlay.yaml:1:10 error parse b.overlay.yaml#/overlay",
                "Overlay version 2.0.0 isn't supported",
                "use version 1.0 or 1.1, as a string such as `\"1.0.0\"`",
            ],
            [
                "c.overlay.yaml:2:1 error parse c.overlay.yaml#/overlay/0",
                "did not find expected node content, while parsing a flow node",
                "correct the YAML syntax here; the cause is often wrong indentation or an unclosed quote just before",
            ],
            [
                "d.overlay.yaml:1:1 error parse d.overlay.yaml#/actions",
                "an overlay requires a list of `actions`",
                "add `actions`",
            ],
            [
                "7:5 warning parse #/tags/1",
                "`name` is missing and treated as empty",
                "add `name`",
            ],
            [
                "a.overlay.yaml:28:24 error normalise #/components/schemas/Cat/properties/name/$ref",
                "`#/components/schemas/Name` doesn't exist",
                "add the definition, or correct the `$ref`",
            ],
        ],
    },
    Case {
        file: "reference-cycle.yaml",
        accepted: false,
        said: &[
            [
                "16:15 error normalise #/components/schemas/A/$ref",
                "circular `$ref`: #/components/schemas/A → #/components/schemas/B → #/components/schemas/C → #/components/schemas/A",
                "replace one of these `$ref`s with a definition",
            ],
            [
                "11:17 error normalise #/components/parameters/One/$ref",
                "circular `$ref`: #/components/parameters/One → #/components/parameters/Two → #/components/parameters/One",
                "replace one of these `$ref`s with a definition",
            ],
            [
                "8:18 error normalise #/paths/~1round/$ref",
                "circular `$ref`: #/paths/~1round → #/paths/~1round",
                "replace one of these `$ref`s with a definition",
            ],
        ],
    },
    Case {
        file: "reference-elsewhere.yaml",
        accepted: false,
        said: &[
            [
                "10:47 error parse #/paths/~1pets/get/responses/200/content/application~1json/schema/$ref",
                "the file `pets.yaml` doesn't exist",
                "paths are relative to the file that contains the `$ref`",
            ],
            [
                "11:41 error parse #/paths/~1pets/get/responses/200/content/text~1plain/schema/$ref",
                "the file `Pet` doesn't exist",
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
                "`#/components/responses/Pets` is a Response Object",
                "refer to a Schema Object instead",
            ],
            [
                "6:27 error normalise #/paths/~1pets/get/parameters/0/$ref",
                "`#/components/schemas/Pet` is a Schema Object",
                "refer to a Parameter Object instead",
            ],
        ],
    },
    Case {
        file: "sloppy.yaml",
        accepted: true,
        said: &[
            [
                "1:10 warning parse #/openapi",
                "expected a string, found a number, which is treated as `3.0`",
                "put it into quotes",
            ],
            [
                "2:1 warning parse #/info",
                "`title` is missing and treated as \"API\"",
                "add `title`",
            ],
            [
                "2:1 warning parse #/info",
                "`version` is missing and treated as \"0\"",
                "add `version`",
            ],
            [
                "3:3 warning parse #/info/license",
                "`name` is missing and treated as empty",
                "add `name`",
            ],
            [
                "4:75 warning parse #/servers/0/variables/port/default",
                "expected a string, found a number, which is treated as `443`",
                "put it into quotes",
            ],
            [
                "8:7 warning parse #/paths/~1pets~1{id}/get/security",
                "expected an array, found an object, which is treated as its only element",
                "put it into brackets",
            ],
            [
                "10:42 warning parse #/paths/~1pets~1{id}/get/parameters/0/required",
                "a path parameter is always required",
                "use `required: true`",
            ],
            [
                "10:11 warning parse #/paths/~1pets~1{id}/get/parameters/0",
                "keywords of a schema are outside of `schema`",
                "move them into `schema`",
            ],
            [
                "11:43 warning parse #/paths/~1pets~1{id}/get/parameters/1/style",
                "the style `deep` can't be used here, so `form` is used",
                "use form, spaceDelimited, pipeDelimited, deepObject",
            ],
            [
                "11:64 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/type",
                "`Integer` isn't a type and is treated as `integer`",
                "use `string`, `number`, `integer`, `boolean`, `array` or `object`",
            ],
            [
                "11:82 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/minimum",
                "expected a number, found a string, which is parsed as a number",
                "remove the quotes",
            ],
            [
                "11:96 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/maximum",
                "expected a number, found the string `many`, so this limit is ignored",
                "use a number",
            ],
            [
                "11:113 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/minLength",
                "-1 isn't a non-negative integer, so this limit is ignored",
                "use an integer of at least 0",
            ],
            [
                "12:11 warning parse #/paths/~1pets~1{id}/get/parameters/2",
                "neither `schema` nor `content` is present, so any value is accepted",
                "add a `schema`",
            ],
            [
                "13:47 warning parse #/paths/~1pets~1{id}/get/parameters/3/content",
                "`content` is ignored, because `schema` is present as well",
                "remove one of the two",
            ],
            [
                "15:9 warning parse #/paths/~1pets~1{id}/get/responses/200",
                "`description` is missing and treated as empty",
                "add `description`",
            ],
            [
                "28:15 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/examples",
                "expected an object, found an array, whose elements are treated as values",
                "give each example a name, and put the example into its `value`",
            ],
            [
                "20:32 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/discriminator",
                "expected an object, found a string, which is treated as `propertyName`",
                "use `discriminator: {propertyName: …}`",
            ],
            [
                "21:39 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/additionalProperties",
                "expected a boolean or a schema, found a string, which is treated as true",
                "remove the quotes",
            ],
            [
                "23:32 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/kind/type",
                "`file` isn't a type and is treated as `string`",
                "use `string`, `number`, `integer`, `boolean`, `array` or `object`",
            ],
            [
                "23:48 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/kind/required",
                "`required` of a schema is a list of property names; a boolean is ignored",
                "add the property's name to `required` of the object that contains it",
            ],
            [
                "23:65 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/kind/maxlength",
                "JSON Schema has no `maxlength`, so it is ignored",
                "did you mean `maxLength`?",
            ],
            [
                "24:33 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/other/type",
                "`thing` isn't a type, so any value is accepted",
                "use `string`, `number`, `integer`, `boolean`, `array` or `object`",
            ],
            [
                "25:19 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/properties/none",
                "found null, which is treated as an empty object",
                "use an explicit value",
            ],
            [
                "26:27 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/required",
                "expected an array, found a string, which is treated as its only element",
                "put it into brackets",
            ],
            [
                "27:17 warning parse #/paths/~1pets~1{id}/get/responses/200/content/application~1json/schema/title",
                "`title` is null, which is treated as absent",
                "remove it or give it a value",
            ],
            [
                "32:17 warning parse #/components/securitySchemes/key/type",
                "`type: basic` is the syntax of Swagger 2.0",
                "use `type: http` and `scheme: basic`",
            ],
            [
                "34:35 warning parse #/components/securitySchemes/oauth/flows/clientCredentials",
                "`tokenUrl` is missing and treated as empty",
                "add `tokenUrl`",
            ],
            [
                "34:35 warning parse #/components/securitySchemes/oauth/flows/clientCredentials",
                "`scopes` is missing and treated as empty",
                "add `scopes`",
            ],
            [
                "33:25 warning parse #/components/securitySchemes/certificate/type",
                "`mutualTLS` is ignored; the transport provides the certificate",
                "use `apiKey`, `http`, `oauth2` or `openIdConnect`",
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
                "allow a folder above both with `--root DIR` (`root` in the manifest), or move the file into the document's folder",
            ],
            [
                "11:41 error parse #/paths/~1pets/get/responses/200/content/text~1plain/schema/$ref",
                "`https://example.com/pet.yaml` is remote, and remote documents aren't allowed",
                "allow them with `--allow-remote` (`allow-remote = true` in the manifest), or save the file in the document's folder",
            ],
            [
                "12:40 error parse #/paths/~1pets/get/responses/200/content/text~1html/schema/$ref",
                "`/etc/hostname` is outside of the document's folder",
                "allow a folder above both with `--root DIR` (`root` in the manifest), or move the file into the document's folder",
            ],
            [
                "13:39 error parse #/paths/~1pets/get/responses/200/content/text~1xml/schema/$ref",
                "the file `models/pets.yaml` doesn't exist",
                "did you mean `models/pet.yaml`?",
            ],
            [
                "2:2 error parse models/broken.yaml#/a/1",
                "did not find expected ',' or ']', while parsing a flow sequence at line 1 column 4",
                "correct the YAML syntax here; the cause is often wrong indentation or an unclosed quote just before",
            ],
            [
                "3:16 error parse models/pet.yaml#/properties/name/type",
                "expected a string, found a number",
                "use the name of a type, such as `string`",
            ],
            [
                "1:1 warning parse models/cats.yaml#/get",
                "`responses` is missing and treated as empty",
                "add `responses`",
            ],
            [
                "3:24 error parse models/cats.yaml#/get/parameters/0/in",
                "a parameter can't be in `road`",
                "use `path`, `query`, `querystring`, `header` or `cookie`",
            ],
            [
                "15:39 error normalise #/paths/~1pets/get/responses/200/content/text~1css/schema/$ref",
                "`models/pet.yaml#/properties/nmae` doesn't exist",
                "did you mean `models/pet.yaml#/properties/name`?",
            ],
            [
                "1:7 error normalise models/around.yaml#/$ref",
                "circular `$ref`: models/around.yaml# → models/round.yaml# → models/around.yaml#",
                "replace one of these `$ref`s with a definition",
            ],
            [
                "5:17 error normalise models/pet.yaml#/properties/owner/$ref",
                "`#/components/schemas/Owner` doesn't exist",
                "add the definition, or correct the `$ref`",
            ],
        ],
    },
    Case {
        file: "swagger-1.json",
        accepted: false,
        said: &[[
            "2:14 error parse #/swagger",
            "Swagger 1.2 isn't supported",
            "use `swagger: \"2.0\"`, or convert the document to OpenAPI 3",
        ]],
    },
    Case {
        file: "tab.yaml",
        accepted: false,
        said: &[[
            "5:1 error parse #/paths/~1pets",
            "found character that cannot start any token, while scanning for the next token",
            "correct the YAML syntax here; the cause is often wrong indentation or an unclosed quote just before",
        ]],
    },
    Case {
        file: "unknown-version.yaml",
        accepted: false,
        said: &[[
            "1:10 error parse #/openapi",
            "OpenAPI 4.0.0 isn't supported",
            "use OpenAPI 3.0, 3.1 or 3.2",
        ]],
    },
    Case {
        file: "unresolved-reference.yaml",
        accepted: false,
        said: &[
            [
                "15:31 error normalise #/paths/~1pets/get/responses/200/content/application~1json/schema/items/$ref",
                "`#/components/schemas/Pett` doesn't exist",
                "did you mean `#/components/schemas/Pet`?",
            ],
            [
                "7:17 error normalise #/paths/~1pets/get/parameters/0/$ref",
                "`#/components/parameters/Pgae` doesn't exist",
                "did you mean `#/components/parameters/Page`?",
            ],
            [
                "16:21 error normalise #/paths/~1pets/get/responses/404/$ref",
                "`#/components/responses/Missing` doesn't exist",
                "add the definition, or correct the `$ref`",
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
                "use a Schema Object here",
            ],
            [
                "8:12 error parse #/paths/~1pets/get/parameters/1/name",
                "expected a string, found an array",
                "use a string here",
            ],
            [
                "8:43 error parse #/paths/~1pets/get/parameters/1/schema/type",
                "expected a string, found an object",
                "use the name of a type, such as `string`",
            ],
            [
                "9:20 error parse #/paths/~1pets/get/requestBody",
                "expected an object, found a string",
                "use an object here",
            ],
            [
                "17:17 error parse #/paths/~1pets/get/responses/200/content/application~1json/schema/properties",
                "expected an object, found an array",
                "use an object here",
            ],
            [
                "18:27 error parse #/paths/~1pets/get/responses/200/content/application~1json/schema/nullable",
                "expected a boolean, found a string",
                "use a boolean here",
            ],
            [
                "21:10 error parse #/components/schemas/Pet",
                "expected an object, found a number",
                "use a Schema Object here",
            ],
            [
                "22:64 error parse #/components/schemas/Pets/$ref",
                "expected a string, found an array",
                "use a reference to a schema",
            ],
        ],
    },
    Case {
        file: "nothing-3.1.yaml",
        accepted: true,
        said: &[
            [
                "1:1 warning parse #",
                "`info` isn't an object, so the client is generated for version 0 of `API`",
                "add `info` with a title and a version",
            ],
            [
                "1:1 warning parse #",
                "`paths` is missing and treated as empty",
                "add `paths`",
            ],
            [
                "1:1 warning normalise #/paths",
                "the document has no operations",
                "add operations to `paths`",
            ],
        ],
    },
    Case {
        file: "no-info-no-paths.yaml",
        accepted: true,
        said: &[
            [
                "1:1 warning parse #",
                "`info` is missing, so the client is generated for version 0 of `API`",
                "add `info` with a title and a version",
            ],
            [
                "1:1 warning parse #",
                "`paths` is missing and treated as empty",
                "add `paths`",
            ],
            [
                "1:1 warning normalise #/paths",
                "the document has no operations",
                "add operations to `paths`",
            ],
        ],
    },
    Case {
        file: "newer-keywords.yaml",
        accepted: true,
        said: &[
            [
                "8:11 warning parse #/paths/~1pets~1{id}/get/parameters/0",
                "a path parameter is always required",
                "use `required: true`",
            ],
            [
                "9:80 warning parse #/paths/~1pets~1{id}/get/parameters/1/schema/enum",
                "the `enum` of this array lists no arrays, so it is read as the `enum` of its items",
                "move it into `items`",
            ],
            [
                "20:7 warning parse #/components/schemas/Pet/patternProperties",
                "OpenAPI 3.0 has no keyword `patternProperties`; it is read as in OpenAPI 3.1",
                "use `openapi: 3.1.0`, or the keywords of OpenAPI 3.0",
            ],
            [
                "22:16 warning parse #/components/schemas/Pet/properties/name/type",
                "OpenAPI 3.0 has no list of types; it is read as in OpenAPI 3.1",
                "use `openapi: 3.1.0`, or the keywords of OpenAPI 3.0",
            ],
            [
                "23:23 warning parse #/components/schemas/Pet/properties/kind/const",
                "OpenAPI 3.0 has no keyword `const`; it is read as in OpenAPI 3.1",
                "use `openapi: 3.1.0`, or the keywords of OpenAPI 3.0",
            ],
            [
                "24:25 warning parse #/components/schemas/Pet/properties/nothing/type",
                "OpenAPI 3.0 has no type `null`; it is read as in OpenAPI 3.1",
                "use `openapi: 3.1.0`, or the keywords of OpenAPI 3.0",
            ],
            [
                "25:48 warning parse #/components/schemas/Pet/properties/age/exclusiveMinimum",
                "OpenAPI 3.0 has no numeric `exclusiveMinimum`; it is read as in OpenAPI 3.1",
                "use `openapi: 3.1.0`, or the keywords of OpenAPI 3.0",
            ],
            [
                "25:60 warning parse #/components/schemas/Pet/properties/age/default",
                "the default \"3\" isn't of the type `integer`, and is read as 3",
                "correct the default or the type",
            ],
            [
                "26:41 warning parse #/components/schemas/Pet/properties/weight/default",
                "the default \"heavy\" isn't of the type `number`, so it is ignored",
                "correct the default or the type",
            ],
            [
                "27:30 warning parse #/components/schemas/Pet/properties/code/enum",
                "`enum` lists 1, which isn't of the type `string`, and is read as if it were",
                "correct the values or the type",
            ],
            [
                "28:31 warning parse #/components/schemas/Pet/properties/rank/enum",
                "`enum` lists \"1\", which isn't of the type `integer`, and is read as if it were",
                "correct the values or the type",
            ],
            [
                "29:32 warning parse #/components/schemas/Pet/properties/colour/enum",
                "an empty `enum` allows no value, so it is ignored",
                "remove it, or list the values",
            ],
        ],
    },
    Case {
        file: "tab-after-colon.yaml",
        accepted: false,
        said: &[[
            "10:17 error normalise #/paths/~1pets/get/responses/200/$ref",
            "`#/components/responses/Missing` doesn't exist",
            "add the definition, or correct the `$ref`",
        ]],
    },
    Case {
        file: "misplaced/openapi.yaml",
        accepted: false,
        said: &[
            [
                "2:14 warning parse #/info/$ref",
                "OpenAPI allows no `$ref` in place of an Info Object; it is replaced with its target",
                "move the definition here",
            ],
            [
                "5:24 warning parse #/paths/~1pets~1{id}/parameters/$ref",
                "OpenAPI allows no `$ref` in place of a list; it is replaced with its target",
                "move the definition here",
            ],
            [
                "6:17 warning parse #/paths/~1pets~1{id}/get/$ref",
                "OpenAPI allows no `$ref` in place of an Operation Object; it is replaced with its target",
                "move the definition here",
            ],
            [
                "8:25 warning parse #/paths/~1pets~1{id}/put/responses/$ref",
                "OpenAPI allows no `$ref` in place of a Responses Object; it is replaced with its target",
                "move the definition here",
            ],
            [
                "8:25 error parse #/paths/~1pets~1{id}/put/responses/$ref",
                "`#/x-parameters` isn't a Responses Object",
                "refer to a Responses Object instead",
            ],
            [
                "10:17 error parse #/paths/~1pets/get/$ref",
                "`#/x-operations/missing` doesn't exist",
                "add the definition, or correct the `$ref`",
            ],
            [
                "11:18 warning parse #/paths/~1pets/post/$ref",
                "OpenAPI allows no `$ref` in place of an Operation Object; it is replaced with its target",
                "move the definition here",
            ],
            [
                "9:15 error parse parts/operations.yaml#/round/$ref",
                "the `$ref` to `#/round` leads back to itself",
                "replace it with a definition",
            ],
            [
                "20:32 warning parse #/paths/~1pets/put/responses/200/content/application~1json/examples/$ref",
                "`#/x-examples` doesn't exist",
                "it is ignored; add the definition, or correct the `$ref`",
            ],
            [
                "23:19 warning parse #/components/schemas/$ref",
                "OpenAPI allows no `$ref` in place of a map; it is replaced with its target",
                "move the definition here",
            ],
            [
                "24:22 error parse #/components/parameters/$ref",
                "the `$ref` to `#/components/parameters` leads back to itself",
                "replace it with a definition",
            ],
            [
                "7:5 warning parse #/paths/~1pets~1{id}/put",
                "`responses` is missing and treated as empty",
                "add `responses`",
            ],
        ],
    },
    Case {
        file: "dispensable-references.yaml",
        accepted: true,
        said: &[
            [
                "13:28 warning parse #/paths/~1pets/get/responses/200/headers/X-Next/$ref",
                "`https://example.com/headers.yaml` is remote, and remote documents aren't allowed",
                "it is ignored; allow them with `--allow-remote` (`allow-remote = true` in the manifest), or save the file in the document's folder",
            ],
            [
                "19:29 warning parse #/paths/~1pets/get/responses/200/content/application~1json/examples/far/$ref",
                "the file `missing.yaml` doesn't exist",
                "it is ignored; paths are relative to the file that contains the `$ref`",
            ],
            [
                "22:25 warning parse #/paths/~1pets/get/responses/200/links/far/$ref",
                "the file `missing.yaml` doesn't exist",
                "it is ignored; paths are relative to the file that contains the `$ref`",
            ],
            [
                "12:37 warning normalise #/paths/~1pets/get/responses/200/headers/X-Page/schema/$ref",
                "`#/components/schemas/Missing` doesn't exist",
                "it is ignored; add the definition, or correct the `$ref`",
            ],
            [
                "11:29 warning normalise #/paths/~1pets/get/responses/200/headers/X-Total/$ref",
                "`#/components/headers/Missing` doesn't exist",
                "it is ignored; add the definition, or correct the `$ref`",
            ],
            [
                "18:30 warning normalise #/paths/~1pets/get/responses/200/content/application~1json/examples/none/$ref",
                "`#/components/examples/Missing` doesn't exist",
                "it is ignored; add the definition, or correct the `$ref`",
            ],
        ],
    },
    Case {
        file: "extensions.yaml",
        accepted: true,
        said: &[
            [
                "17:38 warning parse #/components/securitySchemes/flag/flows/x-deviceAuthorization",
                "`x-deviceAuthorization` has no `deviceAuthorizationUrl` and `tokenUrl`, so it is ignored",
                "add both URLs, unless it is meant for another program",
            ],
            [
                "20:15 warning parse #/components/securitySchemes/other/flows/x-deviceAuthorization",
                "`x-deviceAuthorization` has no `deviceAuthorizationUrl` and `tokenUrl`, so it is ignored",
                "add both URLs, unless it is meant for another program",
            ],
        ],
    },
];

/// Returns the overlays of a document in its own folder, sorted by name.
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

/// Reads a document like the pipeline. Returns whether it is accepted, and its diagnostics.
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
        .map(|document| normalise::normalise(document, &mut diagnostics))
        .and_then(|resolved| select::select(resolved, &Options::new("client"), &mut diagnostics));
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
            // A location in the document may come from an overlay.
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
