"""Compares the arithmetic that a trace tells: random programmes, and a quote before each command that has any.

python3 tests/model/traces.py [--seed N] [--runs N] [--commands N] [--engine PATH] [--keep DIR]

A run writes a vector that expects what the model tells, and has the engine run it (`coalition test`)."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import randombook  # noqa: E402
from coalition_model import HANDLERS, Programme  # noqa: E402
from decision import decide  # noqa: E402
from generate import Generator  # noqa: E402
from rulebook import Rulebook  # noqa: E402
from tree import read_json  # noqa: E402
from values import copy  # noqa: E402
from wire import read_command  # noqa: E402

ROOT = HERE.parent.parent
PARTS = ("lines", "prices", "vouchers", "awards", "payouts")
WITH_ARITHMETIC = ("record_purchase", "record_activity", "record_scan", "top_up_merchant")


def quote(programme, command):
    """The step that asks for the trace of a command; None, if it is not decided."""
    trace = {}
    read = read_command(read_json(json.dumps(command).encode()))
    answer = decide(copy(programme.book), programme.rulebooks[0], read, HANDLERS, trace)
    if answer["type"] != "decided":
        return None
    return {"quote": command, "expect": {"type": "decided", "trace": {"v": 1, **{part: trace.get(part) for part in PARTS}}}}


def steps_of(seed, count, path):
    """The steps of a vector: as many commands, each as it was answered, and the quotes between them."""
    programme = Programme([Rulebook.load(str(path))])
    generator, steps = Generator(seed, programme), []
    waiting = list(generator.setup())
    for _ in range(count):
        command = waiting.pop(0) if waiting else generator.next()
        step = quote(programme, command) if command["type"] in WITH_ARITHMETIC else None
        answer, _ = programme.line(json.dumps(command).encode(), 0)
        steps += [step] * (step is not None) + [{"command": command, "expect": {"type": answer["type"]}}]
    return steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--commands", type=int, default=250)
    parser.add_argument("--engine", default=os.environ.get("COALITION", str(ROOT / "target/debug/coalition")))
    parser.add_argument("--keep", help="a folder for the files of runs that differ")
    args = parser.parse_args()
    passed = failed = equal = 0
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(args.seed, args.seed + args.runs):
            folder = pathlib.Path(args.keep or temporary) / f"traces-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            book = randombook.write(seed, folder)[0]
            steps = steps_of(seed, args.commands, book)
            path = folder / "traces.json"
            path.write_text(json.dumps({"v": 1, "rulebook": json.loads(book.read_text()), "vectors": [{"name": f"seed {seed}", "steps": steps}]}))
            done = subprocess.run([args.engine, "test", str(path)], capture_output=True, text=True)
            if done.returncode == 0:
                passed += 1
                equal += sum("quote" in step for step in steps)
            else:
                failed += 1
                print(f"seed {seed} ({folder}): {done.stdout[:2000]}{done.stderr[:500]}")
    print(f"{equal} traces compared equal")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
