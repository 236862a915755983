"""What a call costs in Python: a purchase of 5 lines, by the files of `coalition-benches`' program `doors`, whose folder
is the argument."""

import statistics
import sys
from pathlib import Path
from time import perf_counter_ns

from coalition import Detail, Engine, command_from_json, commands_from_json

ROUNDS = 15
BATCH = 1_000


def median(each):
    """The median of some rounds of a thousand calls, in microseconds a call."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter_ns()
        each()
        times.append((perf_counter_ns() - start) / 1e3 / BATCH)
    return statistics.median(times)


def repeat(call):
    for _ in range(BATCH):
        call()


def main(folder):
    names = ("rulebook.json", "slice.json", "slice-batch.json", "command.json", "commands.json")
    rules, slice, every, command, commands = ((folder / name).read_text(encoding="utf-8") for name in names)
    engine, one, many = Engine.compile(rules), command_from_json(command), commands_from_json(commands)
    for name, each in (
        ("typed, single", lambda: repeat(lambda: engine.decide(one, slice, Detail.PLAIN))),
        ("json, single", lambda: repeat(lambda: engine.decide_json(command, slice, Detail.PLAIN))),
        ("typed, 1000", lambda: engine.decide_many(many, every, Detail.PLAIN)),
        ("json, 1000", lambda: engine.decide_many_json(commands, every, Detail.PLAIN)),
    ):
        print(f"python: {name}: {median(each):.1f} us a call")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
