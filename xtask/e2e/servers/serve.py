"""Shared code of the Python servers."""

import json
import os
import sys
import threading
import time

from werkzeug.serving import make_server


def serve(app) -> None:
    """Listens on a free port and prints the address.

    Exits when standard input is closed, because the parent process has exited then.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _end_with_standard_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


class Log:
    """The requests and responses of a server, which the tests read at `/_log`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: list[dict] = []

    def note(self, **record: object) -> dict:
        """Records a request. The caller adds the response."""
        with self._lock:
            self._records.append(record)
        return record

    def to_json(self) -> str:
        with self._lock:
            return json.dumps(self._records)


def now() -> float:
    """Returns the milliseconds of a monotonic clock."""
    return time.monotonic() * 1000
