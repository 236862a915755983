"""Coalition: an embeddable engine for coalition loyalty.

A rulebook makes an `Engine`; a command and a slice of the book go in, an outcome comes out, and `evolve` makes the next
slice. Each verb exists with Python's own types and, as `…_json`, over JSON text.
"""

import os

# Where the generated modules and the library lie, if not in this folder: in a checkout, before there is a wheel.
_bindings = os.environ.get("COALITION_BINDINGS")
if _bindings:
    __path__.append(_bindings)

from . import coalition as _types  # noqa: E402 (the path comes first)
from . import coalition_mobile as _verbs  # noqa: E402
from .coalition import *  # noqa: E402, F403
from .coalition_mobile import *  # noqa: E402, F403

__all__ = sorted({*_types.__all__, *_verbs.__all__} - {"EngineProtocol"})
