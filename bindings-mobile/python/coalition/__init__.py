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


def _whole(text):
    """The text with U+FFFD for half characters, which the engine refuses; `encode` would raise an error of its own."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _whole_texts(module):
    texts = module._UniffiFfiConverterString
    lower, write = texts.lower, texts.write
    texts.lower = staticmethod(lambda text: lower(_whole(text)))
    texts.write = staticmethod(lambda text, buffer: write(_whole(text), buffer))


_whole_texts(_types)
_whole_texts(_verbs)

# What was decided, or why it was rejected; None for any other answer.
_types.Outcome.decided = property(lambda outcome: outcome[0] if outcome.is_decided() else None)
_types.Outcome.rejected = property(lambda outcome: outcome[0] if outcome.is_rejected() else None)
# The words for a person are what Python shows of an error.
_types.CoalitionError.__str__ = lambda error: error.message()

# A copy is the same engine: the generated class would hand one handle to two owners, and both would free it. What is
# pickled, for another process say, is compiled anew there.
Engine.__copy__ = lambda engine: engine  # noqa: F405
Engine.__deepcopy__ = lambda engine, memo: engine  # noqa: F405
Engine.__reduce__ = lambda engine: (Engine.compile, (engine.rulebook(),))  # noqa: F405


def _show(kinds):
    """Shows values within lists as by themselves: without this they are `Payment()` there."""
    for kind in kinds:
        if isinstance(kind, type) and kind.__module__ == _types.__name__ and "__str__" in vars(kind):
            kind.__repr__ = kind.__str__
            _show(vars(kind).values())


_show(vars(_types).values())
