"""Compares the engine with this model on wrong rulebooks: what cannot be read, and every problem of what can.

python3 tests/model/hostilebooks.py [--seed N] [--runs N] [--books N] [--engine PATH] [--keep DIR]

A run writes a file of vectors that expect what the model answers, and has the engine run it (`coalition test`). Of rulebooks in
TOML `coalition check` says path and code of each problem."""

import json
import pathlib
import random
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import problems  # noqa: E402
import runs  # noqa: E402
from mutate import Mutator, pairs  # noqa: E402
from mutatebook import BookMutator  # noqa: E402
from randombook import Maker, second  # noqa: E402
from randomtoml import TomlWriter  # noqa: E402
from rulebook import RULEBOOK, Rulebook  # noqa: E402
from tree import read_json, read_toml  # noqa: E402
from values import ReadError, plus_days  # noqa: E402

ROOT = HERE.parent.parent


def toml(text):
    return read_toml(text.encode())


def documented():
    """The rulebooks of the documents; a part that continues another with that one before it."""
    blocks = [b for name in ("rulebook", "wire")
              for b in re.findall(r"```toml\n(.*?)```", (ROOT / f"docs/{name}.md").read_text(encoding="utf-8"), re.DOTALL)]
    base = blocks[0]
    return [toml(f"{base}\n{b}" if b.startswith("# continues: base") else b) for b in blocks]


def corpus():
    """Rulebooks with and without problems: of the documents, of files, of vectors, and random ones."""
    files = [*sorted((HERE.parent / "rulebooks").glob("*.toml")), *sorted((HERE / "rulebooks").glob("*.toml"))]
    trees = documented() + [toml(path.read_text(encoding="utf-8")) for path in files]
    books = [(tree, None) for tree in trees]
    for path in sorted((HERE.parent / "vectors").rglob("*.json")):
        file = json.loads(path.read_text(encoding="utf-8"))
        steps = [{"check": file.get("rulebook")}, *(step for vector in file["vectors"] for step in vector["steps"])]
        books += [(step["check"], step.get("previous")) for step in steps if step.get("check")]
        books += [(step["use_rulebook"], None) for step in steps if "use_rulebook" in step]
    for seed in range(30):
        maker = Maker(seed)
        book = maker.book()
        books += [(book, None), (second(book, maker), book)]
    # Each once; those of thousands of items are for the vectors alone.
    return [pair for text, pair in {json.dumps(pair): pair for pair in books}.items() if len(text) < 40_000]


def answer(data):
    """What the model says of a text."""
    try:
        RULEBOOK(read_json(data, 1_048_576, 200_000), "")
        return {"type": "read"}
    except ReadError as error:
        return {"type": "malformed", "code": error.code, "path": error.path}


class Books:
    """Steps of vectors, each with the answer of the model."""

    def __init__(self, seed, corpus):
        self.r = random.Random(seed)
        self.corpus, trees = corpus, [tree for tree, _ in corpus]
        self.books = BookMutator(self.r, trees)
        self.texts, self.writer = Mutator(self.r, sorted(self.books.siblings)), TomlWriter(self.r)

    def step(self):
        r = self.r
        tree, previous = r.choice(self.corpus)
        roll = r.random()
        if roll < 0.3:
            text = self.texts.text_of(self.books.mutated(tree, r.choice([0, 0, 1])), *r.choice([(1, 0), (1, 0), (2, 0), (2, 0), (0, 1)]))
            text = text.decode("utf-8", "replace")
            return {"rulebook_text": text, "expect": answer(text.encode())}
        mutated = self.books.mutated(tree, r.choice([0, 1, 1, 2, 3, 5]))
        read = answer(json.dumps(mutated).encode())
        if read["type"] == "malformed":  # the tree of a step `check` has no order
            return {"rulebook_text": json.dumps(mutated), "expect": read}
        before = self.before(previous if previous is not None else tree) if roll < 0.5 or previous is not None else None
        step = {"check": mutated, "expect": problems.check(mutated, before)}
        return {**step, "previous": before} if before is not None else step

    def toml(self):
        """The bytes of a rulebook in TOML, and path and code of what is wrong with it; None, if its syntax is."""
        r, texts = self.r, self.texts
        tree = pairs(self.books.mutated(r.choice(self.corpus)[0], r.choice([0, 0, 1, 2, 3])))
        for _ in range(r.choice([0, 0, 1, 2])):
            texts.change(tree)
        data = (b"\xef\xbb\xbf" if r.random() < 0.05 else b"") + self.writer.write(tree).encode("utf-8", "surrogatepass")
        for _ in range(r.choice([0, 0, 0, 1])):
            data = texts.spoil(data)
        try:
            return data, [(p["path"], p["code"]) for p in problems.check(read_toml(data))]
        except ReadError as error:
            return data, [(error.path, error.code)] if error.code not in ("invalid_toml", "too_large") and error.path else None

    def before(self, tree):
        """A rulebook that can be read, to be the one before; None, if it came out otherwise."""
        tree = self.books.mutated(tree, self.r.choice([0, 0, 1, 2, 3]))
        return tree if answer(json.dumps(tree).encode())["type"] == "read" else None


def hash_of(step):
    """Of a rulebook without problems also the hash, which tells what of it is left out (wire.md, 4)."""
    if step["expect"] != [] or not "1970" < step["check"]["effective_from"] < "9999-12-30":
        return []
    book, day = Rulebook(step["check"]), plus_days(step["check"]["effective_from"], 1)
    command = {"type": "register_party", "party": book.operator, "record": {"type": "operator"}, "at": f"{day}T12:00:00Z"}
    return [{"use_rulebook": step["check"]}, {"command": command, "expect": {"type": "decided", "rulebook": book.hash}}]


def compare(source, count, engine, folder, codes):
    """What differs, as lines to print."""
    vectors = []
    for n in range(count):
        step = source.step()
        vectors.append({"name": f"{n}", "steps": [step, *hash_of(step)]})
        told = step["expect"] if isinstance(step["expect"], list) else [step["expect"]]
        for one in told or [{"type": "no problem"}]:
            code = one.get("code", one.get("type"))
            codes[code] = codes.get(code, 0) + 1
    path = folder / "books.json"
    path.write_text(json.dumps({"v": 1, "rulebook": source.corpus[0][0], "vectors": vectors}))
    done = subprocess.run([engine, "test", str(path)], capture_output=True, text=True)
    lines = done.stdout.splitlines()
    if done.returncode == 0 and lines[-1:] == [f"{count} passed, 0 failed"]:
        return []
    return lines + done.stderr.splitlines()


def compare_toml(source, count, engine, folder):
    """What differs in the paths and codes that `coalition check` tells of files in TOML."""
    found = []
    for n in range(count):
        data, wanted = source.toml()
        path = folder / f"book-{n}.toml"
        path.write_bytes(data)
        done = subprocess.run([engine, "check", str(path)], capture_output=True, text=True)
        told = [re.sub(r"^:\d+:\d+", "", line.removeprefix(str(path))) for line in done.stdout.split("\n")[:-1]] if done.returncode else []
        if wanted is None:  # syntax: refused as a whole, or of a younger TOML than this reader knows
            equal = done.returncode in (0, 1)
        else:
            equal = len(told) == len(wanted) and all(line.startswith(f": {place}: ") and line.endswith(f" [{code}]") for line, (place, code) in zip(told, wanted))
        if not equal:
            found.append(f"{path}: expected {wanted}, got {told or done.stderr}")
    return found


def main():
    parser = runs.options(10, books=300)
    parser.add_argument("--kinds", action="store_true", help="count the problems by code")
    args, codes, books = parser.parse_args(), {}, corpus()

    def one(seed, folder):
        source = Books(seed, books)
        found = compare(source, args.books, args.engine, folder, codes) + compare_toml(source, args.books // 4, args.engine, folder)
        if not found:
            return args.books + args.books // 4
        print(f"seed {seed} ({folder}):")
        print("\n".join("  " + line[:1200] for line in found[:12]))

    return runs.go(args, "rulebooks", one, [codes])


if __name__ == "__main__":
    sys.exit(main())
