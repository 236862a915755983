"""Compares the engine with this model: random commands, the same rulebooks, the same bytes.

python3 tests/model/compare.py [--seed N] [--runs N] [--commands N] [--engine PATH] [--keep DIR]"""

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
from coalition_model import Programme  # noqa: E402
from generate import Generator  # noqa: E402
from rulebook import Rulebook  # noqa: E402
from settle import Unsettled  # noqa: E402
from values import MAX, Reject, canonical  # noqa: E402

ROOT = HERE.parent.parent
SETS = [[ROOT / "tests/rulebooks/base.toml"], [ROOT / "tests/rulebooks/laws.toml"],
        [ROOT / "tests/rulebooks/dimensions.toml"], [ROOT / "examples/rulebooks/panel.toml"],
        *([p] for p in sorted((HERE / "rulebooks").glob("*.toml")) if "-v2" not in p.name),
        *([p.with_name(p.name.replace("-v2", "")), p] for p in sorted((HERE / "rulebooks").glob("*-v2.toml")))]


def model_run(seed, rulebooks, commands, folder):
    """Generates the commands, and writes what the model answers."""
    programme = Programme([Rulebook.load(str(p)) for p in rulebooks])
    generator = Generator(seed, programme)
    lines, decisions, postings, kinds = [], [], [], {}

    def feed(command):
        data = generator.line(command)
        lines.append(data)
        answer, posted = programme.line(data, len(lines))
        if answer is not None:
            decisions.append(canonical(answer))
            kind = answer["type"] if answer["type"] not in ("rejected", "malformed") else answer["code"]
            kind = f"{command['type']} {kind}"
            kinds[kind] = kinds.get(kind, 0) + 1
        postings.extend(canonical(p) for p in posted)

    for command in generator.setup():
        feed(command)
    while len(lines) < commands:
        feed(generator.next())
    try:
        statements = canonical(programme.statements())
    except (Unsettled, Reject) as error:
        statements = f"cannot be settled: {error}"
    (folder / "commands.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return {"decisions": decisions, "postings": postings, "balances": [canonical(programme.balance_table())],
            "statements": [statements]}, kinds


def engine_run(engine, rulebooks, folder):
    files = {name: folder / f"engine-{name}" for name in ("decisions", "postings", "balances", "statements")}
    args = [engine, "replay", "--rulebook", *map(str, rulebooks), "--commands", str(folder / "commands.jsonl")]
    for name, path in files.items():
        path.unlink(missing_ok=True)
        args += [f"--{name}", str(path)]
    done = subprocess.run(args, capture_output=True, text=True)
    out = {name: path.read_text().split("\n")[:-1] if path.exists() else [] for name, path in files.items()}
    if done.returncode:
        out["statements"] = out["statements"] or [f"exit {done.returncode}: {done.stderr.strip()}"]
    return out


def first_difference(model, engine, folder):
    too_large = any(abs(v) > MAX for sums in json.loads(model["balances"][0]).values() for v in sums.values())
    for name in ("decisions", "postings", "balances", "statements"):
        ours, theirs = model[name], engine[name]
        if too_large and name in ("balances", "statements") and (not theirs or theirs[0].startswith("exit")):
            continue
        if name == "statements" and ours[0].startswith("cannot") and theirs and theirs[0].startswith("exit"):
            continue
        for i in range(max(len(ours), len(theirs))):
            a = ours[i] if i < len(ours) else "(nothing)"
            b = theirs[i] if i < len(theirs) else "(nothing)"
            if a != b:
                return name, i, a, b
    return None


def spots(a, b, path=""):
    """Where two JSON values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted({*a, *b}):
            yield from spots(a.get(key, "(absent)"), b.get(key, "(absent)"), f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from spots(x, y, f"{path}[{i}]")
    elif a != b:
        yield f"  {path}\n    model  {canonical(a)[:900]}\n    engine {canonical(b)[:900]}"


def report(title, found, folder):
    name, i, ours, theirs = found
    print(f"{title}: {name}, line {i + 1} ({folder})")
    try:
        for spot in list(spots(json.loads(ours), json.loads(theirs)))[:12]:
            print(spot)
        command = json.loads(ours).get("command") if name == "decisions" else None
        if command:
            text = next(l for l in (folder / "commands.jsonl").read_text(errors="replace").split("\n") if command in l)
            print("  command", text[:1500])
    except ValueError:
        print("  model ", ours[:1500])
        print("  engine", theirs[:1500])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--commands", type=int, default=250)
    parser.add_argument("--engine", default=os.environ.get("COALITION", "/tmp/model-target/debug/coalition"))
    parser.add_argument("--keep", help="a folder for the files of runs that differ")
    parser.add_argument("--only", help="rulebooks whose name holds this")
    parser.add_argument("--kinds", action="store_true", help="count the answers by command and code")
    args = parser.parse_args()
    passed = failed = equal = 0
    kinds = {}
    with tempfile.TemporaryDirectory() as temporary:
        base = pathlib.Path(args.keep or temporary)
        for run in range(args.runs):
            seed = args.seed + run
            folder = base / f"run-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            choices = [s for s in SETS if not args.only or args.only in s[-1].name]
            if args.only == "random" or not args.only and seed % 2:
                rulebooks = randombook.write(seed, folder)
            else:
                rulebooks = choices[seed // 2 % len(choices)]
            model, counted = model_run(seed, rulebooks, args.commands, folder)
            found = first_difference(model, engine_run(args.engine, rulebooks, folder), folder)
            for kind, count in counted.items():
                kinds[kind] = kinds.get(kind, 0) + count
            if found is None:
                passed += 1
                equal += len(model["decisions"])
            else:
                failed += 1
                report(f"seed {seed}, {' '.join(p.name for p in rulebooks)}", found, folder)
    if args.kinds:
        for kind, count in sorted(kinds.items()):
            print(f"{count:7} {kind}")
    print(f"{equal} answers compared equal")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
