"""An OpenID provider on loopback, for tests: it signs real tokens, and can be told to answer wrongly."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey


class Provider:
    """``claims`` are what the next token says beside the usual; ``forge`` names what is wrong with it."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.stranger = RSAKey.generate_key(2048, {"kid": "first"})
        self.address = ""
        self.claims: dict[str, object] = {}
        self.forge = ""
        self.asked: dict[str, str] = {}
        self.exchanged: list[dict[str, str]] = []

    def authorise(self, url: str) -> str:
        """The person signs in there: the state that comes back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        return self.asked["state"]

    def token(self) -> str:
        now = int(time.time())
        told = {
            "iss": self.address,
            "sub": "248289761001",
            "aud": "keizoku",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            "preferred_username": "yamada",
        } | self.claims
        header = {"alg": "RS256", "kid": "first"}
        if self.forge == "none":
            import base64

            parts = [json.dumps(one).encode() for one in ({"alg": "none"}, told)]
            return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."
        if self.forge == "secret":
            public = OctKey.import_key(json.dumps(self.key.as_dict(private=False)))
            return jwt.encode({"alg": "HS256", "kid": "first"}, told, public)
        return jwt.encode(header, told, self.stranger if self.forge == "key" else self.key)


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/keys":
                self.tell({"keys": [made.key.as_dict(private=False)]})
            else:
                places = {"authorization_endpoint": "/ask", "token_endpoint": "/token", "jwks_uri": "/keys"}
                told = {name: made.address + place for name, place in places.items()}
                self.tell(told | {"issuer": "elsewhere" if made.forge == "issuer" else made.address})

        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            made.exchanged.append({name: values[0] for name, values in form.items()})
            made.exchanged[-1]["authorisation"] = self.headers["Authorization"]
            self.tell({"access_token": "a", "token_type": "Bearer", "id_token": made.token()})

        def tell(self, document):
            raw = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
