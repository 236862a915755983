"""A vector under way: the engine, the book and the tally that its calls go on with."""

import json
import os

import coalition
from doors import detail


def vectors():
    """The vectors, worked out by the Rust runner: one a line."""
    with open(os.environ["COALITION_VECTORS"], encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Run:
    def __init__(self, door):
        self.door = door
        self.engine = None
        self.book = coalition.new_book()
        self.tally = coalition.new_tally()

    def check(self, call, where):
        """Makes a call and compares what comes of it."""
        try:
            answer = {"expect": self.make(call)}
        except coalition.CoalitionError as error:
            answer = {"error": {"argument": error.argument(), "code": error.code(), "path": error.path()}}
        due = {key: call[key] for key in ("expect", "error") if call.get(key) is not None}
        assert answer == due, f"{where}: {answer} instead of {due}"

    def make(self, call):
        return getattr(self, "make_" + call["verb"])(call)

    def make_compile(self, call):
        self.engine = coalition.Engine.compile(call["rulebook"])
        return self.engine.hash()

    def make_check(self, call):
        return self.door.check(call["rulebook"], call.get("previous"))

    def make_reads(self, call):
        return self.door.reads(self.engine, call["command"], self.slice(call))

    def make_decide(self, call):
        answer, evolved = self.door.decide(self.engine, call["command"], self.slice(call), detail(call["detail"]))
        if "slice" not in call:
            self.book = evolved(self.book)
        return answer

    def make_decide_many(self, call):
        return self.door.decide_many(self.engine, call["commands"], self.slice(call), detail(call["detail"]))

    def make_quote(self, call):
        return self.door.quote(self.engine, call["command"], self.slice(call))

    def make_explain(self, call):
        return self.door.explain(self.engine, call["command"], self.slice(call))

    def make_evolve(self, call):
        return self.door.evolve(self.slice(call), call["outcome"])

    def make_tally(self, call):
        answer = self.door.tally(self.engine, call.get("tally", self.tally), call["bookings"])
        if "tally" not in call:
            self.tally = answer
        return answer

    def make_merge(self, call):
        return coalition.merge(call.get("tally", self.tally), call["other"])

    def make_settle(self, call):
        return self.door.settle(self.engine, call.get("tally", self.tally), self.slice(call), call["period"])

    def make_figures(self, call):
        return self.door.figures(self.engine, call.get("tally", self.tally), call["period"])

    def make_statement_hash(self, call):
        return self.door.statement_hash(call["settlement"])

    def make_plan_codes(self, call):
        return self.door.plan_codes(call["plan"], call["count"])

    def make_generate_codes(self, call):
        return self.door.generate_codes(call["plan"], call["count"], call["entropy"])

    def make_read_code(self, call):
        return self.door.read_code(call["text"])

    def make_public_key(self, call):
        return self.door.public_key(call["signing_key"])

    def make_check_keys(self, call):
        return self.door.check_keys(call["keys"])

    def make_sign_token(self, call):
        return self.door.sign_token(call["token"], call["signing_key"])

    def make_verify_offline(self, call):
        return self.door.verify_offline(*(call[name] for name in ("text", "keys", "audience", "purpose", "at")))

    def make_book(self, _call):
        return self.book

    def slice(self, call):
        return call.get("slice", self.book)
