"""Validates requests with openapi-core.

python judge.py DOCUMENT SERVER

POST /: a request from a log (method, path, headers, body). The response is the result of openapi-core:
`{"errors": […], "body": …}`, with the body decoded according to the document's schema.
"""

import sys
from urllib.parse import parse_qsl

from flask import Flask, jsonify, request
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from werkzeug.datastructures import MultiDict

from serve import serve

document, server = sys.argv[1:]
openapi = OpenAPI.from_file_path(document)
flask = Flask(__name__)


@flask.post("/")
def judge():
    sent = request.get_json()
    path, _, query = sent["path"].partition("?")
    result = openapi.unmarshal_request(
        MockRequest(
            host_url=server,
            method=sent["method"],
            path=path,
            args=MultiDict(parse_qsl(query)),
            headers=sent["headers"],
            data=sent["body"].encode(),
            content_type=sent["headers"].get("content-type", ""),
        )
    )
    return jsonify(errors=[str(error) for error in result.errors], body=result.body)


serve(flask)
