"""A receiver on this machine, and what it was sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Receiver:
    """Answers with ``statuses`` in turn, then 200; keeps (headers, body) of each request."""

    def __init__(self):
        self.received = []
        self.statuses = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers.items()), body))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
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
        return [
            (body["type"], body["data"]["subject"]["id"])
            for body in (json.loads(raw) for _, raw in self.received)
        ]


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
