"""The door: python3 tests/model/replay.py --rulebook R… --commands C.jsonl [--snapshot S] --decisions D.jsonl
--postings P.jsonl --balances B.json [--statements ST.json] [--figures F.json]"""

import argparse
import sys

from coalition_model import Programme
from rulebook import Rulebook
from settle import Unsettled
from stored import read_snapshot
from tree import read_json
from values import ReadError, canonical


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rulebook", nargs="+", required=True)
    for name in ("commands", "decisions", "postings", "balances"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--snapshot")
    parser.add_argument("--statements")
    parser.add_argument("--figures")
    args = parser.parse_args()
    try:
        snapshot = None
        if args.snapshot:
            with open(args.snapshot, "rb") as file:
                snapshot = read_snapshot(read_json(file.read(), 2 ** 32, 2 ** 28))
        programme = Programme([Rulebook.load(path) for path in args.rulebook], snapshot)
    except ReadError as error:
        print(error, file=sys.stderr)
        return 2
    with open(args.commands, "rb") as file:
        lines = file.read().split(b"\n")
    with open(args.decisions, "w", newline="\n") as decisions, open(args.postings, "w", newline="\n") as postings:
        for number, data in enumerate(lines, 1):
            answer, posted = programme.line(data, number)
            if answer is not None:
                decisions.write(canonical(answer) + "\n")
            for posting in posted:
                postings.write(canonical(posting) + "\n")
    with open(args.balances, "w", newline="\n") as file:
        file.write(canonical(programme.balance_table()) + "\n")
    for path, sums in ((args.statements, programme.statements), (args.figures, programme.figures)):
        if path:
            try:
                text = canonical(sums())
            except Unsettled as error:
                print(error, file=sys.stderr)
                return 2
            with open(path, "w", newline="\n") as file:
                file.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
