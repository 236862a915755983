"""The vectors on the second implementation: what engines are held to, held against the documents once more.

python3 tests/model/vectors.py [FILE…]

The format is that of `coalition test` (examples/src/vectors/mod.rs). Left out is what the model has no door for: `slice` (what a
decision reads)."""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import problems  # noqa: E402
import settle  # noqa: E402
from coalition_model import HANDLERS, Programme  # noqa: E402
from decision import decide  # noqa: E402
from rulebook import Rulebook  # noqa: E402
from tree import read_json  # noqa: E402
from values import ReadError, canonical, copy, hash_of, window_start  # noqa: E402
from wire import read_command  # noqa: E402


def differences(expected, got, path=""):
    """Tables match in part, `None` is absent; lists and plain values match exactly."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return [words for name, value in expected.items() for words in differences(value, got.get(name), f"{path}.{name}")]
    return [] if expected == got else [f"{path}: expected {json.dumps(expected)}, got {json.dumps(got)}"]


def rulebook_of(tree):
    return Rulebook(read_json(json.dumps(tree).encode(), 2 ** 30, 100_000_000))


def checked(tree, previous):
    """The problems of a rulebook; of one that cannot be read the one that the reading comes to."""
    trees = [None if t is None else read_json(json.dumps(t).encode(), 1_048_576, 200_000) for t in (tree, previous)]
    try:
        return problems.check(*trees)
    except ReadError as error:
        return [{"code": error.code, "path": error.path}]


def without_places(expected):
    """The line, the column and the words of an error are not the model's."""
    if isinstance(expected, list):
        return expected
    return {name: value for name, value in expected.items() if name not in ("line", "column", "detail")}


def read(reader, text):
    try:
        reader(text.encode())
        return {"type": "read"}
    except ReadError as error:
        return {"type": "malformed", "code": error.code, "path": error.path}


class Vector:
    """A vector in progress: the programme, and what fills the envelopes."""

    def __init__(self, rulebook):
        self.programme, self.number, self.at, self.left_out = Programme([rulebook]), 0, None, 0

    @property
    def rulebook(self):
        return self.programme.rulebooks[0]

    def envelope(self, written):
        self.number += 1
        self.at = written.get("at", self.at)
        return {"v": 1, "id": f"00000000-0000-0000-0000-{self.number:012}", "at": self.at, "booked": self.at,
                "actor": self.rulebook.operator, **written}

    def submit(self, written):
        return self.programme.line(json.dumps(self.envelope(written)).encode(), self.number)[0]

    def quote(self, written):
        """The outcome without effect."""
        command = read_command(read_json(json.dumps(self.envelope(written)).encode()))
        trace = {}
        answer = decide(copy(self.programme.book), self.rulebook, command, HANDLERS, trace)
        if "changes" in answer:  # it has no record of its command
            answer["changes"] = [one for one in answer["changes"] if not one["key"].startswith("command/")]
        return {**answer, "trace": trace} if trace else answer

    def settled(self, period):
        """The settlement of a period, or the answer that says why there is none."""
        starts = [day == window_start(day, self.rulebook.settlement) for day in (period["from"], period["until"])]
        if period["from"] >= period["until"] or not all(starts):
            return {"type": "error", "code": "period_not_aligned"}
        book = self.programme.book
        books = book.get("books", {"record": {"residues": {}}})["record"]
        try:
            return settle.settle(self.rulebook, settle.parties_of(book), self.programme.tally, books["residues"], period)
        except settle.Unsettled as error:
            return {"type": "error", "code": str(error).split()[0]}

    def figures(self, period):
        try:
            return settle.figures(self.rulebook, self.programme.tally, period)
        except settle.Unsettled as error:
            return {"type": "error", "code": str(error).split()[0]}

    def close(self, wanted):
        """A close with the settlement of its period; what it names besides goes into the command."""
        period = {"from": wanted["from"], "until": wanted["until"]}
        settlement = self.settled(period)
        if settlement.get("type") == "error":
            self.number += 1
            return settlement
        own = {name: value for name, value in wanted.items() if name not in period}
        return self.submit({"type": "close_books", "period": period, "settlement": settlement,
                            "statement_hash": hash_of("settlement", settlement), **own})

    def step(self, step):
        """What differs."""
        expected = step.get("expect", {})
        if "slice" in step:
            self.envelope(step["command"])
            self.left_out += 1
            return []
        if "quote" in step:
            return differences(expected, self.quote(step["quote"]))
        if "expect_text" in step:
            text = canonical(self.submit(step["command"]))
            return [] if text == step["expect_text"] else [f"expected {step['expect_text']}, got {text}"]
        if "use_rulebook" in step:
            self.programme.rulebooks = [rulebook_of(step["use_rulebook"])]
            return []
        if "command" in step:
            return differences(without_places(expected), self.submit(step["command"]))
        if "settle" in step:
            return differences(without_places(expected), self.settled(step["settle"]))
        if "figures" in step:
            return differences({"figures": without_places(expected)}, {"figures": self.figures(step["figures"])})
        if "close" in step:
            return differences(without_places(expected), self.close(step["close"]))
        if "raw" in step:
            return differences(without_places(expected), read(lambda data: read_command(read_json(data)), step["raw"]))
        if "check" in step:
            return differences([without_places(problem) for problem in expected], checked(step["check"], step.get("previous")))
        if "rulebook_text" in step:
            return differences(without_places(expected), read(lambda data: Rulebook(read_json(data)), step["rulebook_text"]))
        self.left_out += 1
        return []

    def balances(self, expected):
        sums = self.programme.balances
        return [f"{account} has {sums.get(account, {}).get(asset, 0)} {asset}, not {wanted}"
                for account, assets in expected.items() for asset, wanted in assets.items()
                if sums.get(account, {}).get(asset, 0) != wanted]


def run(file, vector):
    """What differs in a vector, and how many steps were left out."""
    one = Vector(rulebook_of(file["rulebook"]))
    for command in file.get("given", []) + vector.get("given", []):
        answer = one.submit(command)
        if answer["type"] != "decided":
            return [f"given {one.number}: {json.dumps(answer)}"], one.left_out
    for place, step in enumerate(vector["steps"], 1):
        found = one.step(step)
        if found:
            return [f"step {place}: {words}" for words in found], one.left_out
    return one.balances(vector.get("balances", {})), one.left_out


def main():
    paths = [pathlib.Path(path) for path in sys.argv[1:]] or sorted((HERE.parent / "vectors").rglob("*.json"))
    passed = failed = untried = left_out = 0
    for path in paths:
        file = json.loads(path.read_text(encoding="utf-8"))
        for vector in file["vectors"]:
            found, skipped = run(file, vector)
            if not found and skipped == len(vector["steps"]):
                untried += 1
                continue
            left_out += skipped
            passed, failed = (passed, failed + 1) if found else (passed + 1, failed)
            if found:
                print(f"FAILED {path.name}: {vector['name']}: {'; '.join(found)}")
    print(f"{untried} vectors that ask only what the model does not answer left out, {left_out} such steps of others")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
