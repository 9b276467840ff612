"""A receiver on this machine, and what it was sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Receiver:
    """Answers with ``statuses`` in turn, then 200, but 503 to what is in ``busy_for``; keeps (headers, body) of each request.

    Requests come at once, in any order: ``busy_for`` names whom it means.
    """

    def __init__(self):
        self.received = []
        self.statuses = []
        self.busy_for = set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers.items()), body))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if event_in(body) in receiver.busy_for:
                    status = 503
                self.send_response(status)
                if status in {301, 307}:
                    self.send_header("Location", receiver.url + "/moved")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def told(self):
        return [event_in(body) for _, body in self.received]


def event_in(body):
    """(kind, subject's id) of a request."""
    told = json.loads(body)
    return told.get("type"), told.get("data", {}).get("subject", {}).get("id")


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def subscribe():
    """``subscribe(url, "review.answered")`` by the installation itself."""
    from keizoku.events import actions
    from keizoku.kernel.actor import Actor

    def make(url, *kinds):
        return actions.subscribe(name="試験", url=url, kinds=kinds, actor=Actor.system("test"))

    return make
