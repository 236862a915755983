"""Runs of a comparison: a seed each, a folder each, and the counts at the end."""

import argparse
import os
import pathlib
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def options(runs, **sizes):
    """The options that all have, and how large a run is."""
    parser = argparse.ArgumentParser()
    for name, default in {"seed": 1, "runs": runs, **sizes}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--engine", default=os.environ.get("COALITION", str(ROOT / "target/debug/coalition")))
    parser.add_argument("--keep", help="a folder for the files of runs that differ")
    return parser


def go(args, what, one, counts=()):
    """`one` gets a seed and a folder and gives how many it compared, all equal; `None`, once it has told what differs. `counts`
    are told at the end, if they are asked for."""
    passed = failed = equal = 0
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(args.seed, args.seed + args.runs):
            folder = pathlib.Path(args.keep or temporary) / f"run-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            count = one(seed, folder)
            passed, failed = (passed, failed + 1) if count is None else (passed + 1, failed)
            equal += count or 0
    for name, count in (row for table in counts if args.kinds for row in sorted(table.items())):
        print(f"{count:7} {name}")
    print(f"{equal} {what} compared equal")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0
