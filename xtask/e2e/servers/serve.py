"""What the servers of Python have in common."""

import json
import os
import sys
import threading
import time

from werkzeug.serving import make_server


def serve(app) -> None:
    """Listens on a port that the system gives and prints the address.

    Ends when standard input does: whoever started this process is gone then.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _end_with_standard_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


class Log:
    """What was received and answered, for the tests to read at `/_log`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: list[dict] = []

    def note(self, **record: object) -> dict:
        """Notes a request; the caller completes it with the answer."""
        with self._lock:
            self._records.append(record)
        return record

    def tell(self) -> str:
        with self._lock:
            return json.dumps(self._records)


def now() -> float:
    """Milliseconds by a clock that only goes forward."""
    return time.monotonic() * 1000
