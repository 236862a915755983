"""Compares the engine with this model: random commands, the same rulebooks, the same bytes.

python3 tests/model/compare.py [--seed N] [--runs N] [--commands N] [--engine PATH] [--keep DIR]"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import randombook  # noqa: E402
import runs  # noqa: E402
from carried import snapshot_of, tally_of  # noqa: E402
from coalition_model import Programme  # noqa: E402
from generate import Generator  # noqa: E402
from rulebook import Rulebook  # noqa: E402
from settle import Unsettled  # noqa: E402
from values import MAX, Reject, canonical, item_key, plus_days  # noqa: E402

ROOT = HERE.parent.parent
SETS = [[ROOT / "tests/rulebooks/base.toml"], [ROOT / "tests/rulebooks/laws.toml"],
        [ROOT / "tests/rulebooks/dimensions.toml"], [ROOT / "examples/rulebooks/panel.toml"],
        *([p] for p in sorted((HERE / "rulebooks").glob("*.toml")) if "-v2" not in p.name),
        *([p.with_name(p.name.replace("-v2", "")), p] for p in sorted((HERE / "rulebooks").glob("*-v2.toml")))]


def model_run(seed, rulebooks, commands, folder):
    """Generates the commands, and writes what the model answers."""
    books = [Rulebook.load(str(p)) for p in rulebooks]
    programme = Programme(books)
    generator = Generator(seed, programme)
    (folder / "snapshot.json").unlink(missing_ok=True)
    if seed % 5 == 0:
        snapshot = crowded(programme, generator)
        (folder / "snapshot.json").write_text(canonical(snapshot) + "\n")
        programme = generator.p = Programme(books, snapshot)
    lines, decisions, postings, kinds = [], [], [], {}

    def feed(command):
        data = generator.line(command)
        lines.append(data)
        answer, posted = programme.line(data, len(lines))
        if answer is not None:
            decisions.append(canonical(answer))
            kind = answer["type"] if answer["type"] not in ("rejected", "malformed") else answer["code"]
            told = [e["result"] for e in answer.get("events", []) if "result" in e]
            kind = f"{command['type']} {' '.join(told) or kind}"
            kinds[kind] = kinds.get(kind, 0) + 1
        postings.extend(canonical(p) for p in posted)

    for command in generator.setup() if seed % 5 else ():
        feed(command)
    while len(lines) < commands:
        feed(generator.next())
    (folder / "commands.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return {"decisions": decisions, "postings": postings, **sums_of(programme)}, kinds


def sums_of(programme):
    """What is written once all commands are decided."""
    def or_why_not(sums):
        try:
            return canonical(sums())
        except (Unsettled, Reject) as error:
            return f"cannot be settled: {error}"

    texts = {"balances": canonical(programme.balance_table()), "statements": or_why_not(programme.statements),
             "figures": or_why_not(programme.figures), "snapshot-out": canonical(snapshot_of(programme)),
             "tally-out": canonical(tally_of(programme))}
    return {name: [text] for name, text in texts.items()}


def crowded(programme, generator):
    """A book with everybody in it, whose accounts and stocks are nearly full."""
    for command in generator.setup():
        programme.line(json.dumps(command).encode(), 0)
    r, book, records = generator.r, programme.book, {}
    for asset in generator.points:
        for party in ("hq", "a", "br1", "brand"):
            for lane in ("main", "night"):
                blocks = book.setdefault(f"stock/{party}/{lane}", {"version": 1, "record": {"type": "stock", "blocks": []}})
                blocks = blocks["record"]["blocks"]
                many = r.choice([998, 999, 1_000, 20]) - len(blocks)
                for n in range(max(many // len(generator.points), 0)):
                    blocks.append({"asset": asset, "backing": r.choice([0, 300, 10_000]), "points": r.randint(1, 90),
                                   "booked": f"1970-01-0{r.randint(1, 3)}T00:00:00Z", "unit_price": r.choice([0, 300, 900]),
                                   "id": f"{r.randrange(2 ** 32):08x}-1111-4000-8000-{n:012}.{r.randint(1, 12)}"})
                blocks.sort(key=lambda b: (b["booked"][:19], item_key(b["id"])))
    since = programme.rulebooks[0].effective_from
    for account in ("acc-1", "acc-2"):
        lots, holds = [], []
        lot = lambda n: {"id": f"{r.randrange(2 ** 32):08x}-2222-4000-8000-{n:012}.{r.randint(1, 30)}",
                         "asset": r.choice(generator.points), "funder": r.choice(["a", "hq", "brand"]), "points": r.randint(1, 50),
                         "unit_cost": r.choice([0, 300, 10_000]), "reimbursement": r.choice([0, 777, 8_000]),
                         "active": plus_days(since, -r.randint(0, 9)), "state": "spendable",
                         **({"expires": plus_days(since, r.randint(2, 400))} if r.random() < 0.8 else {}),
                         **({"campaign": r.choice(generator.campaigns)} if generator.campaigns and r.random() < 0.3 else {})}
        for n in range(r.choice([250, 255, 256, 258])):
            lots.append(lot(n))
        for n in range(r.choice([60, 63, 64])):
            part = lot(n)
            asset = part["asset"]
            holds.append({"id": f"{n:08x}-3333-4000-8000-000000000000.1", "merchant": r.choice(["a", "b", "c", "hq"]),
                          "until": f"{plus_days(since, r.randint(3, 80))}T12:00:00Z",
                          "parts": [part, {**r.choice([l for l in lots if l["asset"] == asset] or [part]), "points": 5}]})
        book[f"account/{account}"] = {"version": 1, "record": {
            "type": "account", "counters": [], "holds": holds, "lots": sorted(lots, key=lambda l: item_key(l["id"])),
            "purchases": {}, "debts": [{"id": "00000001-4444-4000-8000-000000000000.1", "asset": generator.points[0],
                                        "creditor": "a", "points": 40}]}}
    for key, entry in book.items():
        if not key.startswith(("command/", "purchase/")):
            records[key] = entry
    return {"extent": "whole", "records": records, "v": 1}


OUT = ("decisions", "postings", "balances", "snapshot-out", "tally-out", "statements", "figures")


def engine_run(engine, rulebooks, folder, seed):
    """What the engine answers; in two runs, of which the second goes on from the files of the first, for some seeds."""
    snapshot = folder / "snapshot.json"
    carried = {"snapshot": snapshot} if snapshot.exists() else {}
    lines = (folder / "commands.jsonl").read_bytes().split(b"\n")
    if seed % 3:
        return one_run(engine, rulebooks, folder, "engine", lines, carried)
    half = len(lines) // 2
    first = one_run(engine, rulebooks, folder, "first", lines[:half], carried)
    carried = {"snapshot": folder / "first-snapshot-out", "tally-in": folder / "first-tally-out", "balances-in": folder / "first-balances"}
    if not all(path.exists() for path in carried.values()):  # a balance that cannot be written ends a run
        return one_run(engine, rulebooks, folder, "engine", lines, {"snapshot": snapshot} if snapshot.exists() else {})
    second = one_run(engine, rulebooks, folder, "engine", lines[half:], carried)
    return {name: [*(first[name] if name in ("decisions", "postings") else []), *second[name]] for name in OUT}


def one_run(engine, rulebooks, folder, prefix, lines, carried):
    files = {name: folder / f"{prefix}-{name}" for name in OUT}
    commands = folder / f"{prefix}-commands.jsonl"
    commands.write_bytes(b"\n".join(lines))
    args = [engine, "replay", "--rulebook", *map(str, rulebooks), "--commands", str(commands)]
    for name, path in carried.items():
        args += [f"--{name}", str(path)]
    for name, path in files.items():
        path.unlink(missing_ok=True)
        args += [f"--{name}", str(path)]
    done = subprocess.run(args, capture_output=True, text=True)
    if done.returncode == 2 and not files["decisions"].exists():
        print(done.stderr.strip())
    out = {name: path.read_text().split("\n")[:-1] if path.exists() else [] for name, path in files.items()}
    if done.returncode:
        for name in ("statements", "figures"):
            out[name] = out[name] or [f"exit {done.returncode}: {done.stderr.strip()}"]
    return out


def first_difference(model, engine, folder):
    too_large = any(abs(v) > MAX for sums in json.loads(model["balances"][0]).values() for v in sums.values())
    for name in OUT:
        ours, theirs = model[name], engine[name]
        if too_large and name not in ("decisions", "postings") and (not theirs or theirs[0].startswith("exit")):
            continue
        if name in ("statements", "figures") and ours[0].startswith("cannot") and theirs and theirs[0].startswith("exit"):
            return None  # what would come after them is not written
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
    parser = runs.options(20, commands=250)
    parser.add_argument("--only", help="rulebooks whose name holds this")
    parser.add_argument("--kinds", action="store_true", help="count the answers by command and code, and by code")
    args, kinds, totals = parser.parse_args(), {}, {}
    choices = [s for s in SETS if not args.only or args.only in s[-1].name]

    def one(seed, folder):
        if args.only == "random" or not args.only and seed % 2:
            rulebooks = randombook.write(seed, folder)
        else:
            rulebooks = choices[seed // 2 % len(choices)]
        model, counted = model_run(seed, rulebooks, args.commands, folder)
        for kind, count in counted.items():
            kinds[kind] = kinds.get(kind, 0) + count
            totals[kind.split()[-1]] = totals.get(kind.split()[-1], 0) + count
        found = first_difference(model, engine_run(args.engine, rulebooks, folder, seed), folder)
        if found is None:
            return len(model["decisions"])
        report(f"seed {seed}, {' '.join(p.name for p in rulebooks)}", found, folder)

    return runs.go(args, "answers", one, [kinds, totals])


if __name__ == "__main__":
    sys.exit(main())
