"""Compares the engine with this model on wrong and strange snapshots: whether they are read, what is told, and what is written again.

python3 tests/model/hostilesnapshots.py [--seed N] [--runs N] [--snapshots N] [--engine PATH] [--keep DIR]

A run makes the book of a random programme, changes a few of its records at a time, and has the engine replay nothing over it."""

import json
import pathlib
import random
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import randombook  # noqa: E402
import runs  # noqa: E402
from carried import snapshot_of  # noqa: E402
from coalition_model import Programme  # noqa: E402
from generate import Generator  # noqa: E402
from mutate import Mutator  # noqa: E402
from mutatebook import BookMutator  # noqa: E402
from rulebook import Rulebook  # noqa: E402
from stored import read_snapshot  # noqa: E402
from tree import read_json  # noqa: E402
from values import ReadError, canonical, copy  # noqa: E402



def book_of(seed, path, count=350):
    """The records of a random programme, by type."""
    programme = Programme([Rulebook.load(str(path))])
    generator = Generator(seed, programme)
    for command in [*generator.setup()]:
        programme.line(json.dumps(command).encode(), 0)
    for _ in range(count):
        programme.line(json.dumps(generator.next()).encode(), 0)
    by_type = {}
    for key, entry in snapshot_of(programme)["records"].items():
        by_type.setdefault(key.partition("/")[0], {})[key] = copy(entry)
    return by_type


class Snapshots:
    def __init__(self, seed, by_type):
        self.r, self.by_type = random.Random(seed), by_type
        self.likely = BookMutator(self.r, list(by_type.values()))
        self.texts = Mutator(self.r, sorted(self.likely.siblings))

    def next(self):
        """The bytes of a snapshot of a few records, with something changed."""
        r, records = self.r, {}
        for kind in r.sample(sorted(self.by_type), min(3, len(self.by_type))):
            key = r.choice(sorted(self.by_type[kind]))
            records[key] = self.by_type[kind][key]
        if r.random() < 0.5:
            v = r.choice([1, 1, 1, 1, 1, 1, 1, 2, 0, "1"])
            return json.dumps({"extent": "whole", "records": self.likely.mutated(records, r.choice([0, 1, 1, 2])), "v": v}).encode()
        return self.texts.text_of({"extent": "whole", "records": records, "v": 1}, r.choice([1, 1, 2]), 0)


def replayed(engine, rulebook, data, folder):
    """The snapshot that the engine writes again, or the place and words of why it does not read it."""
    (folder / "snapshot").write_bytes(data)
    (folder / "commands").write_bytes(b"")
    args = [engine, "replay", "--rulebook", str(rulebook)]
    for name in ("commands", "snapshot", "decisions", "postings", "balances", "snapshot-out"):
        args += [f"--{name}", str(folder / name)]
    done = subprocess.run(args, capture_output=True, text=True)
    if done.returncode == 0:
        return (folder / "snapshot-out").read_text(encoding="utf-8").strip(), None
    return None, re.sub(r"^:\d+:\d+", "", done.stderr.removeprefix(str(folder / "snapshot")))


def difference(data, written, told):
    """What the model says, if that is something else; of several fields that are missing any may be told."""
    try:
        read = read_snapshot(read_json(data, 2 ** 32, 2 ** 28))
    except ReadError as error:
        where = error.path.rpartition(".")[0] if error.code == "missing_field" else error.path
        return None if told is not None and told.startswith(f": {where}" if where else ":") else f"{error.code} at {error.path}"
    if read.get("extent", "slice") != "whole":  # a part of a book is no book to replay over
        return None if written is None else "no whole book"
    return None if written == canonical(read) else canonical(read)


def main():
    args = runs.options(4, snapshots=60).parse_args()

    def one(seed, folder):
        rulebook = randombook.write(seed, folder)[0]
        source, found = Snapshots(seed, book_of(seed, rulebook)), 0
        for _ in range(args.snapshots):
            data = source.next()
            written, told = replayed(args.engine, rulebook, data, folder)
            wanted = difference(data, written, told)
            if wanted is not None:
                found += 1
                print(f"seed {seed}: {data[:600]!r}\n  model  {wanted[:900]}\n  engine {(written or told)[:900]}")
        return None if found else args.snapshots

    return runs.go(args, "snapshots", one)


if __name__ == "__main__":
    sys.exit(main())
