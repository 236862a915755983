"""Compares the engine with this model on wrong lines: right commands, changed in their structure and in their bytes.

python3 tests/model/hostile.py [--seed N] [--runs N] [--lines N] [--engine PATH] [--keep DIR]

Every line of the decisions must be the same, byte for byte: the code and path of a line that is no command, and the answer to
one that is."""

import json
import pathlib
import random
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import randombook  # noqa: E402
import runs  # noqa: E402
from coalition_model import Programme  # noqa: E402
from compare import SETS, sums_of, engine_run, first_difference  # noqa: E402
from generate import Generator  # noqa: E402
from mutate import Mutator  # noqa: E402
from mutatebook import BookMutator  # noqa: E402
from rulebook import Rulebook  # noqa: E402
from soup import Soup  # noqa: E402
from values import canonical  # noqa: E402

ROOT = HERE.parent.parent
SETTLEMENT = {
    "v": 1, "period": {"from": "2024-03-01", "until": "2024-04-01"}, "currency": "CNY",
    "fees": [{"party": "mill", "terms_from": "2024-01-01", "index": 0, "basis": 26000, "fine": 7800000}],
    "payable": {"hq": 780, "mill": -780}, "residues": {"hq": 12, "mill": -12}, "payments": [{"from": "mill", "to": "hq", "amount": 780}],
    "statements": [{"party": "mill", "lines": [
        {"reason": "fee", "debit": "mill/settlement", "credit": "hq/settlement", "asset": "CNY.fine", "first_day": "2024-03-01",
         "last_day": "2024-03-31", "postings": 1, "amount": -7800000},
        {"reason": "award", "debit": "mill/float", "credit": "*/spendable", "asset": "points", "first_day": "2024-03-02",
         "last_day": "2024-03-02", "postings": 3, "amount": 5}],
        "carried": 0, "fees": 7800000, "fine": -7800000, "minor": -780, "payable": -780, "residue": 0}]}
MORE = [{"type": "close_books", "period": SETTLEMENT["period"], "settlement": SETTLEMENT, "statement_hash": "0f" * 32},
        {"type": "set_member", "member": "li", "tier": "gold", "roles": ["b", "a"], "flags": [], "member_of": ["mill"], "employee_of": ["inn"],
         "birthday": "02-29"},
        {"type": "register_party", "party": "tea-house", "record": {
            "type": "merchant", "branch": "north", "alliances": ["old-town"], "joined": {"old-town": "2024-01-02"}, "terms": []}},
        {"type": "register_party", "party": "helper", "record": {
            "type": "staff", "merchant": "mill", "roles": ["agent"], "account": "acc", "alliance": "old-town"}},
        {"type": "claim_voucher", "stock": "tea", "member": "li", "voucher": "00000000-0000-0000-0000-000000000042.2"},
        {"type": "refund_purchase", "purchase": "p-1", "returned": [{"type": "amount", "amount": 5}]},
        {"type": "move_lane", "subject": {"type": "budget_money", "campaign": "c"}, "from": "a", "to": "b", "amount": 1},
        {"type": "record_purchase", "purchase": "p-9", "merchant": "mill", "payout_ratio": "0.2", "referrer": "guide", "lines": [],
         "tender": {"type": "hold", "hold": "00000000-0000-0000-0000-000000000065.1", "points": 1}}]


def documented():
    """One command of each type, with all that may stand in them: those of wire.md, 5.3, and some more."""
    text = (ROOT / "docs/wire.md").read_text(encoding="utf-8")
    block = re.search(r"```json\n(\[\n\{\"type\": \"register_party\".*?)```", text, re.DOTALL)[1]
    commands = json.loads(block) + MORE
    return [{"v": 1, "id": f"00000000-0000-0000-0000-{n:012}", "at": "2024-03-01T02:00:00Z", "booked": "2024-03-01T02:00:00Z", "actor": "hq", **c}
            for n, c in enumerate(commands, 1)]


def names_in(value):
    """All keys of a tree."""
    if isinstance(value, dict):
        return {*value, *(k for v in value.values() for k in names_in(v))}
    return {k for v in value for k in names_in(v)} if isinstance(value, list) else set()


SHOWN = documented()
KEYS = sorted(names_in(SHOWN))
ENDS = [b"", b"\r", b" ", b"\r\r", b"\t"]
BLANK = [b"", b"\r", b" \t", b"\x0c", b"\x0b", b"\xc2\xa0", b"\xef\xbb\xbf", b"\x00"]


ENVELOPE = ("v", "id", "at", "booked", "actor", "type")


class Lines:
    """Lines for a programme: right ones move it on, wrong ones are most."""

    def __init__(self, seed, programme):
        self.r = random.Random(seed)
        self.generator = Generator(seed, programme)
        self.mutator, self.soup = Mutator(self.r, KEYS), Soup(self.r)
        self.likely, self.seen = BookMutator(self.r, SHOWN), []

    def changed(self, command):
        """A command that can mostly be read, with one thing or several things wrong in it: which of them is told?"""
        r = self.r
        self.seen = [command, *self.seen[:150]]
        if self.generator.number % 20 == 0:
            self.likely = BookMutator(r, [*SHOWN, *self.seen])
        tree = self.likely.mutated({k: v for k, v in command.items() if k not in ENVELOPE}, r.choice([1, 1, 2, 3]))
        return json.dumps({**{k: command[k] for k in ENVELOPE}, **tree}).encode()

    def next(self):
        """The bytes of a line, or of several if a line feed came into it."""
        r, command = self.r, self.generator.next()
        roll = r.random()
        if roll < 0.2:
            return json.dumps(command).encode()
        if roll < 0.22:
            return r.choice(BLANK)
        if roll < 0.37:
            return self.soup.line()
        if roll < 0.65:
            return self.changed(command)
        tree = command if r.random() < 0.5 else r.choice(SHOWN)
        kind = r.choice([(1, 0), (1, 0), (2, 0), (2, 0), (3, 0), (0, 1), (0, 1), (0, 2), (1, 1), (0, 0)])
        return self.mutator.text_of(tree, *kind) + r.choice(ENDS)


def model_run(seed, rulebooks, count, folder):
    """Makes the lines, and says what the model answers to each."""
    books = [Rulebook.load(str(p)) for p in rulebooks]
    programme = Programme(books)
    source = Lines(seed, programme)
    lines, decisions, postings, told, codes = [], [], [], [], {}
    waiting = [json.dumps(c).encode() for c in source.generator.setup()]

    while len(lines) < count:
        for data in (waiting.pop(0) if waiting else source.next()).split(b"\n"):
            lines.append(data)
            answer, posted = programme.line(data, len(lines))
            postings.extend(canonical(p) for p in posted)
            if answer is not None:
                decisions.append(canonical(answer))
                told.append(data)
                code = answer.get("code", answer["type"])
                kind = "malformed " + code if answer["type"] == "malformed" else code
                codes[kind] = codes.get(kind, 0) + 1
    ends = source.r.random() < 0.5
    (folder / "commands.jsonl").write_bytes(b"\n".join(lines) + b"\n" * ends)
    return {"decisions": decisions, "postings": postings, **sums_of(programme)}, told, codes


def report(title, model, engine, told, most):
    """Every line that is answered differently, of each kind of difference the first."""
    seen = set()
    print(title, f"{len(model['decisions'])} answers of the model, {len(engine['decisions'])} of the engine")
    for ours, theirs, data in zip(model["decisions"], engine["decisions"], told):
        if ours == theirs:
            continue
        kind = tuple((a := json.loads(t)).get("code", a["type"]) for t in (ours, theirs))
        if kind not in seen and len(seen) < most:
            print(f"  line   {data[:1500]!r}\n  model  {ours[:300]}\n  engine {theirs[:300]}")
        seen.add(kind)
    if not seen:
        name, i, a, b = first_difference(model, engine, None)
        print(f"  {name}, line {i + 1}\n  model  {a[:1000]}\n  engine {b[:1000]}")


def main():
    parser = runs.options(10, lines=1000)
    parser.add_argument("--kinds", action="store_true", help="count the answers by code")
    args, counts = parser.parse_args(), {}

    def one(seed, folder):
        rulebooks = randombook.write(seed, folder) if seed % 2 else SETS[seed // 2 % len(SETS)]
        model, told, codes = model_run(seed, rulebooks, args.lines, folder)
        for code, count in codes.items():
            counts[code] = counts.get(code, 0) + count
        engine = engine_run(args.engine, rulebooks, folder, seed)
        if first_difference(model, engine, folder) is None:
            return len(told)
        return report(f"seed {seed} ({folder}):", model, engine, told, 6)

    return runs.go(args, "answers to right and wrong lines", one, [counts])


if __name__ == "__main__":
    sys.exit(main())
