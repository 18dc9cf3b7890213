"""Authlib's device and authorization code grants on Flask, behind a middleware that translates the clients' paths and field names."""

import base64
import io
import json
import pathlib
import sys
import threading
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import (
    DEVICE_CODE_GRANT_TYPE,
    DeviceAuthorizationEndpoint,
    DeviceCodeGrant,
    DeviceCredentialDict,
)
from flask import Flask, Response, request

from serve import Log, now, serve

FIXTURES = json.loads(pathlib.Path(__file__).with_name("fixtures.json").read_text("utf-8"))
APPS = {app["id"]: app for app in FIXTURES["apps"].values()}
ACCOUNT = "Basic " + base64.b64encode(
    "{sid}:{auth_token}".format(**FIXTURES["account"]).encode()
).decode()
# The increase of the interval by `slow_down` (RFC 8628 section 3.5), in milliseconds.
STEP = 5000
# The tolerance for early polls because of the clock resolution, in milliseconds.
TICK = 20

flask = Flask(__name__)
log = Log()


class App(ClientMixin):
    """A registered app."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.settings = APPS[client_id]

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.settings["secret"]

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == self.settings.get("method", "none")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in (DEVICE_CODE_GRANT_TYPE, "authorization_code", "refresh_token")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Ignores the port of a loopback address (RFC 8252 section 7.3)."""
        parts = urlsplit(redirect_uri)
        uri = f"{parts.scheme}://{parts.hostname}{parts.path}"
        return uri in self.settings.get("redirect_uris", ())


class Credential(DeviceCredentialDict):
    """An issued device code and the state of its polling."""

    # When the code was issued, or the time of the last poll.
    last = 0.0
    polls = 0
    # The minimum interval between polls, in milliseconds.
    interval = 0.0

    def settings(self) -> dict:
        return APPS[self["client_id"]]

    def is_expired(self) -> bool:
        return self.polls == self.settings().get("expires_at_poll")


credentials: dict[str, Credential] = {}
# The user's decisions, by user code.
decisions: dict[str, bool] = {}
lock = threading.Lock()

server = AuthorizationServer(
    flask,
    query_client=lambda client_id: App(client_id) if client_id in APPS else None,
    save_token=lambda token, request: None,
)


class Authorization(DeviceAuthorizationEndpoint):
    @property
    def INTERVAL(self):
        return APPS[request.form["client_id"]].get("interval")

    def get_verification_uri(self):
        return request.url_root + "device"

    def save_device_credential(self, client_id, scope, data):
        credential = Credential(client_id=client_id, scope=scope, **data)
        credential.interval = (5 if data["interval"] is None else data["interval"]) * 1000
        credential.last = now()
        credentials[data["device_code"]] = credential


class Grant(DeviceCodeGrant):
    def query_device_credential(self, device_code):
        credential = credentials.get(device_code)
        if credential is not None:
            credential.polls += 1
        return credential

    def query_user_grant(self, user_code):
        with lock:
            approved = decisions.get(user_code)
        return None if approved is None else ("erika", approved)

    def should_slow_down(self, credential):
        since, credential.last = now() - credential.last, now()
        is_slow_down = credential.polls == credential.settings().get("slow_down_at")
        if is_slow_down or since < credential.interval - TICK:
            credential.interval += STEP
            return True
        return False


class Code(dict, AuthorizationCodeMixin):
    """An issued authorization code. Twilio's operation has no field for the redirect URI."""

    code_challenge_method = "S256"

    @property
    def code_challenge(self):
        return self["challenge"]

    def get_redirect_uri(self):
        return None

    def get_scope(self):
        return self["scope"]


codes: dict[str, Code] = {}


class CodeGrant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def save_authorization_code(self, code, request):
        assert request.payload.data["code_challenge_method"] == "S256"
        challenge = request.payload.data["code_challenge"]
        with lock:
            codes[code] = Code(code=code, scope=request.payload.scope, challenge=challenge)

    def query_authorization_code(self, code, client):
        with lock:
            return codes.get(code)

    def delete_authorization_code(self, authorization_code):
        with lock:
            del codes[authorization_code["code"]]

    def authenticate_user(self, authorization_code):
        return "erika"


server.register_endpoint(Authorization)
server.register_grant(Grant)
server.register_grant(CodeGrant, [CodeChallenge(required=True)])


@flask.post("/device_authorization")
def device_authorization():
    return server.create_endpoint_response(Authorization.ENDPOINT_NAME)


@flask.post("/token")
def token():
    return server.create_token_response()


@flask.post("/device")
def device():
    """Stores the user's decision."""
    with lock:
        decisions[request.form["user_code"]] = request.form["decision"] == "approve"
    return Response(status=204)


CONSENT = """<!doctype html><title>Authlib</title><h1>Sign in as erika?</h1>
<form method="post">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>"""


@flask.route("/authorize", methods=["GET", "POST"])
def authorize():
    """Asks for the user's decision, and returns it to the app."""
    grant = server.get_consent_grant(end_user="erika")
    if request.method == "GET":
        return CONSENT
    user = "erika" if request.form["decision"] == "approve" else None
    return server.create_authorization_response(grant_user=user, grant=grant)


@flask.get("/_log")
def send_log():
    return Response(log.to_json(), content_type="application/json")


class Translation:
    """Translates the clients' paths and field names to those of the standard, and logs the requests."""

    def __init__(self, app) -> None:
        self.app = app

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        route = FIXTURES["paths"].get(path)
        if route is None:
            return self.app(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        form = parse_qsl(body, keep_blank_values=True)
        record = log.note(
            received=now(),
            method=environ["REQUEST_METHOD"],
            path=path,
            headers={
                name[5:].lower().replace("_", "-"): value
                for name, value in environ.items()
                if name.startswith("HTTP_")
            },
            body=body,
            form=form,
        )
        if environ.get("HTTP_AUTHORIZATION") == ACCOUNT:
            del environ["HTTP_AUTHORIZATION"]
        translated = urlencode(self.translated(form)).encode()
        environ["PATH_INFO"] = "/" + route
        environ["wsgi.input"] = io.BytesIO(translated)
        environ["CONTENT_LENGTH"] = str(len(translated))

        def start(status, headers, exc_info=None):
            record["status"] = int(status.split()[0])
            return start_response(status, headers, exc_info)

        answer = b"".join(self.app(environ, start))
        record["answer"] = json.loads(answer)
        record["answered"] = now()
        print(json.dumps(record), file=sys.stderr, flush=True)
        return [answer]

    @staticmethod
    def translated(form):
        parameters: dict[str, str] = {}
        for name, value in form:
            key = FIXTURES["fields"].get(name, name)
            parameters[key] = f"{parameters[key]} {value}" if key in parameters else value
        return parameters


flask.wsgi_app = Translation(flask.wsgi_app)
serve(flask)
