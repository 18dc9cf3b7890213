"""Validates recorded requests and example responses against an OpenAPI document with openapi-core.

Reads the input from a JSON file, and prints one line of JSON for each result.
"""

import base64
import json
import re
import sys
import urllib.parse
import warnings
from pathlib import Path

import yaml
from jsonschema_path import SchemaPath
from openapi_core.datatypes import RequestParameters
from openapi_core.deserializing.media_types.util import xml_loads
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.datatypes import TemplateResult
from openapi_core.templating.paths.datatypes import PathOperationServer
from openapi_core.validation.request.validators import V30RequestValidator, V31RequestValidator
from openapi_core.validation.schemas import (
    oas30_read_schema_validators_factory,
    oas31_schema_validators_factory,
)
from werkzeug.datastructures import Headers, ImmutableMultiDict


class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """Resolves scalars as YAML 1.2 does: no dates, and no `yes` and `no`."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag.rsplit(":", 1)[1] not in ("timestamp", "bool")]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def load(path):
    text = Path(path).read_text(encoding="utf-8")
    document = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader)
    return with_text_keys(document)


def with_text_keys(node):
    """Converts keys to strings as in JSON: `200:` in YAML becomes "200"."""
    if isinstance(node, dict):
        return {str(key): with_text_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [with_text_keys(item) for item in node]
    return node


class Finder:
    """Returns the operation that the client called, instead of searching for a matching one."""

    def __init__(self, spec, base_url=None):
        self.spec = spec

    def find(self, method, name):
        path = self.spec / "paths" / name
        return PathOperationServer(path, path / method, None, TemplateResult(name, {}), None)


class Recorded:
    """A recorded request with the interface that openapi-core expects."""

    host_url = ""

    def __init__(self, given):
        self.path = self.path_pattern = given["path"]
        self.method = given["method"]
        body = base64.b64decode(given["body"])
        headers = [(name, base64.b64decode(value).decode("utf-8")) for name, value in given["headers"]]
        header = Headers(headers)
        self.content_type = header.get("Content-Type")
        if not body and header.get("Content-Length") == "0" and "form" in (self.content_type or ""):
            # A form without fields. openapi-core treats an empty body as a missing one.
            body = b"&"
        self.body = body or None
        path, _, query = given["target"].partition("?")
        cookies = [pair.partition("=") for pair in header.get("Cookie", "").split("; ") if pair]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(urllib.parse.parse_qsl(query, keep_blank_values=True)),
            header=header,
            cookie=ImmutableMultiDict((name, urllib.parse.unquote(value)) for name, _, value in cookies),
            # A query or fragment in a path template isn't part of the path.
            path=path_parameters(re.split("[?#]", given["path"])[0], path),
        )


def path_parameters(template, path):
    """Returns the values of the template's parameters."""
    names = re.findall(r"\{([^{}]*)\}", template)
    parts = [re.escape(part) for part in re.split(r"\{[^{}]*\}", urllib.parse.unquote(template))]
    # Literals of a template may be percent-encoded in the request.
    match = re.fullmatch("([^/]*)".join(parts), path) or re.fullmatch(
        "(.*)".join(parts), urllib.parse.unquote(path)
    )
    if match is None:
        raise ValueError(f"the path {path} isn't one of {template}")
    return dict(zip(names, map(urllib.parse.unquote, match.groups())))


def media_types(document, is_30):
    """Returns deserializers for media types that openapi-core doesn't know: variants of JSON, XML and text.

    Documents of version 3.1 may declare bytes as `type: string`, as in 3.0. openapi-core accepts only
    text as a string there, so bytes are decoded as text.
    """
    as_text = lambda body, **_: body.decode("utf-8", "surrogateescape")
    readers = {} if is_30 else {"application/octet-stream": as_text}

    def learn(name):
        for known in (name, name.partition(";")[0].strip().lower()):
            if "json" in known:
                readers[known] = lambda body, **_: json.loads(body)
            elif known.endswith("xml"):
                readers[known] = xml_loads
            elif known.startswith("text/") or "*" in known:
                readers[known] = as_text
            elif not is_30 and "form" not in known:
                readers[known] = as_text

    def look(node):
        if isinstance(node, dict):
            content = node.get("content")
            for name, media in content.items() if isinstance(content, dict) else ():
                learn(name)
                encoding = media.get("encoding", {}) if isinstance(media, dict) else {}
                for part in encoding.values():
                    if isinstance(part, dict) and "," not in part.get("contentType", ","):
                        learn(part["contentType"])
                if name.partition(";")[0].endswith("xml") and isinstance(media, dict):
                    # openapi-core can't validate XML against a schema, so it only has to be well-formed.
                    media.pop("schema", None)
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for item in node:
                look(item)

    look(document)
    return readers


def resolved(document, node):
    """Returns the target of a local `$ref`, or the node itself if it has none."""
    for _ in range(32):
        reference = node.get("$ref", "") if isinstance(node, dict) else ""
        if not reference.startswith("#/"):
            break
        node = document
        for step in reference[2:].split("/"):
            step = urllib.parse.unquote(step).replace("~1", "/").replace("~0", "~")
            node = node.get(step, {}) if isinstance(node, dict) else {}
    return node if isinstance(node, dict) else {}


def without_read_only_parameters(document):
    """Removes `readOnly` from the schemas of parameters, where it has no meaning (OpenAPI, Schema Object)."""
    components = document.get("components", {}).get("parameters", {})
    items = [item for item in document.get("paths", {}).values() if isinstance(item, dict)]
    holders = items + [each for item in items for each in item.values() if isinstance(each, dict)]
    lists = [holder.get("parameters") for holder in holders] + [list(components.values())]
    for parameter in (each for group in lists if isinstance(group, list) for each in group):
        if isinstance(parameter, dict) and "schema" in parameter:
            schema = resolved(document, parameter["schema"])
            if "readOnly" in schema:
                kept = {key: value for key, value in schema.items() if key != "readOnly"}
                parameter["schema"] = kept


def with_json_fields(document):
    """Declares that objects in forms are sent as JSON, unless the document specifies an encoding.

    This is the default since OpenAPI 3.0.4 (Encoding Object, `contentType`); openapi-core uses the
    `style` instead.
    """

    def look(node):
        if isinstance(node, list):
            for item in node:
                look(item)
        elif isinstance(node, dict):
            form = node.get("application/x-www-form-urlencoded")
            if isinstance(form, dict):
                properties = resolved(document, form.get("schema", {})).get("properties", {})
                for name, schema in properties.items():
                    if resolved(document, schema).get("type") == "object":
                        encoding = form.setdefault("encoding", {}).setdefault(name, {})
                        if not {"style", "explode", "allowReserved"} & encoding.keys():
                            encoding.setdefault("contentType", "application/json")
            for value in node.values():
                look(value)

    look(document)


def without_wrong_discriminators(document):
    """Removes each contradictory discriminator without `mapping`, and returns the pointers to them.

    Without a mapping, a value is the name of a schema (OpenAPI, Discriminator Object). If the
    alternatives declare other values, no value is valid; only the alternatives are checked then.
    """
    pointers = []

    def values(schema, name):
        stated = resolved(document, schema.get("properties", {}).get(name, {}))
        return [stated["const"]] if "const" in stated else stated.get("enum", [])

    def is_wrong(node, discriminator):
        name = discriminator.get("propertyName")
        for alternative in node.get("oneOf", []) + node.get("anyOf", []):
            stated = values(resolved(document, alternative), name)
            if stated and alternative.get("$ref", "").rsplit("/", 1)[-1] not in stated:
                return True
        return False

    def look(node, pointer):
        if isinstance(node, list):
            for index, item in enumerate(node):
                look(item, f"{pointer}/{index}")
        elif isinstance(node, dict):
            discriminator = node.get("discriminator")
            if isinstance(discriminator, dict) and "propertyName" in discriminator:
                if "mapping" not in discriminator and is_wrong(node, discriminator):
                    del node["discriminator"]
                    pointers.append(f"{pointer}/discriminator")
            for key, value in node.items():
                look(value, pointer + "/" + key.replace("~", "~0").replace("/", "~1"))

    look(document, "#")
    return pointers


def with_keywords_of_2020_12(document):
    """Replaces keywords of other versions of JSON Schema in a document of OpenAPI 3.1, as the generator
    reads them, and returns the pointers to them.

    Draft 4 and OpenAPI 3.0 have a boolean `exclusiveMinimum`, which openapi-core takes for a number. 2019-09
    has `$recursiveRef`, which it ignores.
    """
    pointers = []

    def look(node, pointer, anchor):
        if isinstance(node, list):
            for index, item in enumerate(node):
                look(item, f"{pointer}/{index}", anchor)
        elif isinstance(node, dict):
            if node.get("$recursiveAnchor") is True:
                anchor = pointer
            if node.get("$recursiveRef") == "#" and anchor:
                del node["$recursiveRef"]
                node["$ref"] = anchor
                pointers.append(f"{pointer}/$recursiveRef")
            for limit, excluded in (
                ("minimum", "exclusiveMinimum"),
                ("maximum", "exclusiveMaximum"),
            ):
                if isinstance(node.get(excluded), bool):
                    if node.pop(excluded) and limit in node:
                        node[excluded] = node.pop(limit)
                    pointers.append(f"{pointer}/{excluded}")
            for key, value in node.items():
                look(value, pointer + "/" + key.replace("~", "~0").replace("/", "~1"), anchor)

    look(document, "#", None)
    return pointers


def described(error):
    """Formats an error and its causes on one line."""
    words = []
    while error is not None and len(words) < 4:
        of_schema = getattr(error, "schema_errors", None)
        if of_schema:
            words += [f"{each.json_path}: {each.message[:160]}" for each in list(of_schema)[:2]]
            break
        words.append(f"{type(error).__name__}: {error}"[:400])
        error = error.__cause__
    return " <- ".join(words)


def judge_request(validator, given):
    try:
        errors = list(validator.iter_errors(Recorded(given)))
    except OpenAPIError as error:
        return {"errors": [described(error)]}
    except Exception as error:  # openapi-core raises other exceptions if it can't validate a request.
        return {"unjudged": described(error)}
    return {"errors": [described(error) for error in errors]}


def judge_example(spec, factory, given):
    try:
        place = spec
        for step in given["media"].split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            place = place / (int(step) if step.isdigit() and step not in place else step)
        if "schema" not in place:
            return {"errors": []}
        schema = place / "schema"
        factory.create(spec, schema).validate(given["value"])
    except OpenAPIError as error:
        return {"errors": [described(error)]}
    except Exception as error:
        return {"unjudged": described(error)}
    try:
        strict = factory.create(spec, schema, forbid_unspecified_additional_properties=True)
        strict.validate(given["value"])
    except OpenAPIError as error:
        return {"errors": [], "unnamed": described(error)}
    return {"errors": []}


def main():
    warnings.simplefilter("ignore")
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    document = load(given["document"])
    with_json_fields(document)
    without_read_only_parameters(document)
    for pointer in without_wrong_discriminators(document):
        print(json.dumps({"discriminator": pointer}))
    is_30 = str(document["openapi"]).startswith("3.0")
    for pointer in [] if is_30 else with_keywords_of_2020_12(document):
        print(json.dumps({"keyword": pointer}))
    spec = SchemaPath.from_dict(document, base_uri=Path(given["document"]).absolute().as_uri())
    kind = V30RequestValidator if is_30 else V31RequestValidator
    validator = kind(
        spec,
        path_finder_cls=Finder,
        extra_media_type_deserializers=media_types(document, is_30),
    )
    factory = oas30_read_schema_validators_factory if is_30 else oas31_schema_validators_factory
    for request in given["requests"]:
        print(json.dumps({"request": request["index"], **judge_request(validator, request)}))
    for example in given["examples"]:
        print(json.dumps({"example": example["index"], **judge_example(spec, factory, example)}))


main()
