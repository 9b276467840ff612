"""The two networks that see faces, each opened once a process and asked by one thread at a time."""

import threading
from functools import lru_cache
from typing import Any, Final

import numpy as np
import openvino

from keizoku.vision import models
from keizoku.vision.faces.results import Floats

_THREADS: Final = 2


class Network:
    """A compiled model with one picture in and several arrays out."""

    def __init__(self, name: str) -> None:
        core = openvino.Core()
        options = {"INFERENCE_NUM_THREADS": _THREADS, "PERFORMANCE_HINT": "LATENCY"}
        compiled: Any = core.compile_model(core.read_model(models.checked(name)), "CPU", options)
        self._request: Any = compiled.create_infer_request()
        self._outputs = len(compiled.outputs)
        self._lock = threading.Lock()

    def __call__(self, values: Floats) -> list[Floats]:
        """The outputs, as arrays of the caller's own, the largest first."""
        with self._lock:
            found = self._request.infer([np.ascontiguousarray(values, np.float32)])
            outputs = [np.array(found[place], np.float32) for place in range(self._outputs)]
        return sorted(outputs, key=lambda each: -each.size)


@lru_cache(maxsize=2)
def network(name: str) -> Network:
    """The model of that name, checked and compiled at the first call."""
    return Network(name)


def said_by(name: str) -> str:
    """Name and version of a model, as a check writes them down."""
    return f"{name} ({models.installed()[name].version})"
