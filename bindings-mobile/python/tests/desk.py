"""The quick start's engine, its book after the set-up, and the answer to its purchase."""

import os
from pathlib import Path

import coalition
from coalition import Detail

SAMPLES = Path(os.environ.get("COALITION_SAMPLES", Path(__file__).parents[3] / "tests/quickstart"))


class Desk:
    def __init__(self):
        self.rules, self.setup, self.purchase = (
            (SAMPLES / name).read_text(encoding="utf-8") for name in ("rulebook.json", "setup.json", "purchase.json")
        )
        self.engine = coalition.Engine.compile(self.rules)
        setup = coalition.commands_from_json(self.setup)
        self.book = self.engine.decide_many(setup, coalition.new_book(), Detail.PLAIN).slice
        self.good = self.engine.decide_json(self.purchase, self.book, Detail.PLAIN)
