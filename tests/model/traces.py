"""Compares the arithmetic that a trace tells: random programmes, and a quote before each command that has any.

python3 tests/model/traces.py [--seed N] [--runs N] [--commands N] [--engine PATH] [--keep DIR]

A run writes a vector that expects what the model tells, and has the engine run it (`coalition test`)."""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import randombook  # noqa: E402
import runs  # noqa: E402
from coalition_model import HANDLERS, Programme  # noqa: E402
from decision import decide  # noqa: E402
from generate import Generator  # noqa: E402
from rulebook import Rulebook  # noqa: E402
from tree import read_json  # noqa: E402
from values import copy  # noqa: E402
from wire import read_command  # noqa: E402

PARTS = ("purchase", "lines", "prices", "vouchers", "awards", "payouts")
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
    args = runs.options(10, commands=250).parse_args()

    def one(seed, folder):
        book = randombook.write(seed, folder)[0]
        steps = steps_of(seed, args.commands, book)
        path = folder / "traces.json"
        path.write_text(json.dumps({"v": 1, "rulebook": json.loads(book.read_text()), "vectors": [{"name": f"seed {seed}", "steps": steps}]}))
        done = subprocess.run([args.engine, "test", str(path)], capture_output=True, text=True)
        if done.returncode == 0:
            return sum("quote" in step for step in steps)
        print(f"seed {seed} ({folder}): {done.stdout[:2000]}{done.stderr[:500]}")

    return runs.go(args, "traces", one)


if __name__ == "__main__":
    sys.exit(main())
