"""A camera for the journeys, and a web server of the house whose judge is the double that ``identity`` is tested with.

Run as ``python -m journeys.taking PORT`` with the house's environment. What sight makes of a picture is proved where sight
is; here it is the way of a picture from a camera to the record.
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import cv2
import numpy as np

from keizoku.sample.documents import clips
from keizoku.sample.documents.clips import Clip
from keizoku.sample.documents.folders import Order, Shot, specimens
from keizoku.sample.documents.specimens import Kind

RATE = 4
FRAMES = 6


def film(path: Path) -> None:
    """Front, back and tilt of one licence, each held still for a second and a half, over and over."""
    [(_, licence)] = specimens(Order(count=1, seed=5, kinds=[Kind.DRIVING_LICENCE]))
    shots = (Shot.FRONT, Shot.BACK, Shot.TILT)
    held = [list(clips.frames(licence, 5, Clip(shot, seconds=2 / RATE, rate=RATE)))[-1] for shot in shots]
    # Two frames of a camera are never the same: a little brighter each.
    shown = (cv2.add(picture, np.full(4, number)) for picture in held for number in range(FRAMES))
    clips.write(path, shown, rate=RATE)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


def main(port: int) -> None:
    from keizoku.cli.process import start_django

    start_django()
    from django.core.wsgi import get_wsgi_application

    from keizoku.identity import judging, ports
    from keizoku.identity.tests.doubles import Sight

    ports.use(Sight)
    pages = get_wsgi_application()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """The house's pages, and one way to have pictures judged here, where the house's files are."""
        asked = re.fullmatch(r"/_judge/(\d+)", environ["PATH_INFO"])
        if asked is None:
            return pages(environ, start)
        judging.judge(int(asked[1]))
        start("204 No Content", [])
        return []

    make_server("127.0.0.1", port, application, _Server, _Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
