"""Signs webhooks with the Python libraries of Twilio and of Standard Webhooks.

POST /: `{"count": …, "seed": …, "twilio": TOKEN, "standard": SECRET}`. The response is a list of requests, each with
`scheme`, `url`, `headers`, `body`, and the names and values of its form, if it is one.
"""

import hashlib
import json
import random
from datetime import datetime, timezone
from urllib.parse import quote, urlencode

from flask import Flask, jsonify, request
from standardwebhooks import Webhook
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from serve import serve

WORDS = ["a", "Body", "SmsSid", "ünï", "日本", "x y", "+1", "&=?", "é", "😀", "Z_9", "%41", "[0]"]
flask = Flask(__name__)


def word(chance: random.Random) -> str:
    return "".join(chance.choice(WORDS) for _ in range(chance.randint(1, 3)))


def url(chance: random.Random) -> str:
    scheme = chance.choice(["http", "https"])
    port = chance.choice(["", "", ":443", ":80", ":8443"])
    path = "".join("/" + quote(word(chance)) for _ in range(chance.randint(0, 3))) or "/"
    pairs = [(word(chance), word(chance)) for _ in range(chance.randint(0, 3))]
    query = "?" + urlencode(pairs) if pairs else ""
    return f"{scheme}://shop.example.com{port}{path}{query}"


def signature(validator: RequestValidator, chance: random.Random, address: str, form: dict) -> dict:
    """Returns the headers of a signature by an auth token or by a shared key."""
    if chance.random() < 0.5:
        return {"x-twilio-signature": validator.compute_signature(address, form)}
    return {
        "x-twilio-signature": validator.compute_signature(address, form, "HMAC_SHA256"),
        "x-twilio-webhooks-signature-settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }


def twilio_form(validator: RequestValidator, chance: random.Random) -> dict:
    names = [word(chance) for _ in range(chance.randint(1, 6))]
    form = {name: [word(chance) for _ in range(chance.choice([1, 1, 1, 3]))] for name in names}
    pairs = [(name, value) for name, values in form.items() for value in values]
    address = url(chance)
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        **signature(validator, chance, address, MultiDict(pairs)),
    }
    return {"scheme": "twilio", "url": address, "headers": headers, "body": urlencode(pairs), "form": pairs}


def twilio_json(validator: RequestValidator, chance: random.Random) -> dict:
    body = json.dumps({word(chance): word(chance)})
    address = url(chance)
    digest = hashlib.sha256(body.encode()).hexdigest()
    address += ("&" if "?" in address else "?") + "bodySHA256=" + digest
    headers = {
        "content-type": "application/json",
        **signature(validator, chance, address, {}),
    }
    return {"scheme": "twilio", "url": address, "headers": headers, "body": body}


def standard(webhook: Webhook, chance: random.Random) -> dict:
    body = json.dumps({word(chance): word(chance)}, ensure_ascii=False)
    now = datetime.now(tz=timezone.utc)
    name = f"msg_{chance.randrange(10**9)}"
    headers = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": webhook.sign(name, now, body),
    }
    return {"scheme": "standard", "url": url(chance), "headers": headers, "body": body}


@flask.post("/")
def sign():
    asked = request.get_json()
    chance = random.Random(asked["seed"])
    validator = RequestValidator(asked["twilio"])
    webhook = Webhook(asked["standard"])
    kinds = [
        lambda: twilio_form(validator, chance),
        lambda: twilio_json(validator, chance),
        lambda: standard(webhook, chance),
    ]
    return jsonify([kinds[at % len(kinds)]() for at in range(asked["count"])])


serve(flask)
