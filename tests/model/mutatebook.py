"""Rulebooks with problems, made of right ones: values are changed for others of their kind, lists grow, names are taken twice."""

import re

from values import MAX, copy, plus_days

NUMBERS = [0, 1, 2, -1, -5, 3, 4, 5, 10, 11, 15, 64, 65, 255, 1_080, -1_080, 1_081, -1_081, 2_160, 2_161, 3_650, 3_651, 36_500, 36_501, 1_000_000, 1_000_001,
           900_719_925_474, 900_719_925_475, MAX, -MAX, 2 ** 52, 2 ** 40 + 1, 997, 7_919, 104_729, 2 ** 31 - 1, 2 ** 32 - 1]
RATES = ["0", "1", "1.000001", "0.5", "0.999999", "2", "1000000", "0.000001", "0.333333", "3.141592", "999999.999999", "0.1"]
SIZES = [16, 32, 64, 10, 100, 120, 200, 500, 1_000]
MOST = {"assets": 32, "tiers": 100, "limits": 10, "rules": 1_000, "campaigns": 500, "activities": 200, "plans": 200, "caps": 100, "groups": 100,
        "dimensions": 100, "recognition": 1_000, "lines": 500, "returned": 500}
TIMES = ["00:00", "24:00", "23:59", "12:30"]


def fields(trees):
    """The values of each field, in all these trees."""
    pool = {}

    def gather(value, name):
        if isinstance(value, dict):
            for key, item in value.items():
                pool.setdefault(key, []).append(item)
                gather(item, key)
        elif isinstance(value, list):
            for item in value:
                pool.setdefault(name + "[]", []).append(item)
                gather(item, name)
    for tree in trees:
        gather(tree, "")
    return pool


def another(text, n):
    """A text of the same form."""
    if re.fullmatch(r"2\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)", text):
        return plus_days(text, n)
    return f"{text.rpartition('.')[0]}.{n + 1}" if re.fullmatch(r"[0-9a-f-]{36}\.\d+", text) else f"n-{n}"


class BookMutator:
    def __init__(self, random, trees):
        self.r, self.pool = random, fields(trees)
        self.siblings = {}  # what stands beside a field of this name
        for tree in trees:
            self.beside(tree)

    def beside(self, value):
        if isinstance(value, dict):
            for key in value:
                self.siblings.setdefault(key, set()).update(value)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            self.beside(item)

    def places(self, value, name=""):
        items = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else ()
        for key, item in items:
            field = key if isinstance(value, dict) else name + "[]"
            yield value, key, field
            yield from self.places(item, key if isinstance(value, dict) else name)

    def change(self, tree):
        """One change that can mostly be read."""
        places = list(self.places(tree))
        field = self.r.choice(sorted({field for _, _, field in places}))  # else the many rules would hide what there is one of
        holder, key, field = self.r.choice([p for p in places if p[2] == field])
        self.r.choice([self.value, self.value, self.value, self.value, self.like, self.like, self.drop, self.twice, self.take, self.add, self.add, self.grow, self.reverse,
                       self.deepen])(holder, key, field)

    def value(self, holder, key, field):
        """Another value of the same kind."""
        r, old = self.r, holder[key]
        if isinstance(old, int) and not isinstance(old, bool):
            holder[key] = r.choice([*NUMBERS, old + 1, -old])
        elif isinstance(old, str) and old.replace(".", "").isdigit():
            holder[key] = r.choice([*RATES, old])
        elif isinstance(old, str):
            near = [old, "none-such", "x.fine", "x" * 60, "moon.beam", "9to5"] + TIMES * (":" in old and len(old) == 5)
            holder[key] = copy(r.choice([*self.pool.get(field, []), *near]))
        else:
            self.like(holder, key, field)

    def like(self, holder, key, field):
        """A value that stood in the same field elsewhere."""
        holder[key] = copy(self.r.choice(self.pool.get(field, [holder[key]])))

    def drop(self, holder, key, _):
        del holder[key]

    def twice(self, holder, key, field):
        """An item twice, or a table entry under another name."""
        if isinstance(holder, list):
            holder.insert(self.r.randint(0, len(holder)), copy(holder[key]))
        else:
            name = self.r.choice(["other", "a.b", "x.fine", "9to5", "x" * 60, *self.pool.get("id", ["a"])])
            if isinstance(name, str):
                holder[name] = copy(holder[key])

    def take(self, holder, key, field):
        """Its id, or another text of it, becomes that of its neighbour."""
        if isinstance(holder, list) and len(holder) > 1 and isinstance(holder[key], dict):
            other = self.r.choice(holder)
            for name in ("id", "asset", "group", "per"):
                if isinstance(other, dict) and name in other and self.r.random() < 0.6:
                    holder[key][name] = copy(other[name])

    def add(self, holder, key, field):
        """A field that stood beside this one elsewhere."""
        if isinstance(holder, dict):
            names = sorted(self.siblings.get(key, {key}) - set(holder))
            if names:
                name = self.r.choice(names)
                holder[name] = copy(self.r.choice(self.pool[name]))

    def grow(self, holder, key, field):
        """A list or table that comes to a limit, or past it."""
        value, size = holder[key], self.r.choice([MOST.get(field, 1_000), *SIZES[:3], self.r.choice(SIZES)]) + self.r.choice([0, 1])
        if isinstance(value, list) and value:
            for n in range(size - len(value)):
                item = copy(value[n % len(value)])
                if isinstance(item, dict) and "id" in item:
                    item["id"] = f"n-{n}"
                value.append(another(item, n) if isinstance(item, str) else item)
        elif isinstance(value, dict) and value and field in ("assets", "groups", "dimensions", "grades", "expiry", "points"):
            first = next(iter(value.values()))
            for n in range(size - len(value)):
                value[f"n-{n}"] = copy(first)

    def reverse(self, holder, key, field):
        """Another order."""
        if isinstance(holder[key], list):
            self.r.shuffle(holder[key])
        elif isinstance(holder[key], dict):
            items = list(holder[key].items())
            self.r.shuffle(items)
            holder[key].clear()
            holder[key].update(items)

    def deepen(self, holder, key, field):
        """Conditions in conditions; categories below categories."""
        r = self.r
        if field in ("when", "not") and isinstance(holder[key], dict):
            for _ in range(r.choice([1, 2, 7, 8, 9])):
                how = r.choice(["not", "all", "any"])
                inner = holder[key]
                holder[key] = {"not": inner} if how == "not" else {how: [{"roles": ["x"]}] * r.randint(0, 1) + [inner] + [{}] * r.randint(0, 1)}
        elif field in ("id", "parent", "categories", "categories[]"):
            self.chain(holder[key] if field == "categories" else holder)

    def chain(self, listed):
        """Long chains and cycles among categories."""
        r = self.r
        if isinstance(listed, list):
            many = r.choice([3, 5, 31, 33, 34, 35, 40])
            names = [f"k{n}" for n in range(many)]
            found = [{"id": name, **({"parent": names[n - 1]} if n else {})} for n, name in enumerate(names)]
            for _ in range(r.choice([0, 0, 1, 3])):
                r.choice(found)["parent"] = r.choice([*names, "none-such"])
            if r.random() < 0.6:
                r.shuffle(found)
            listed.extend(c for c in found)

    def mutated(self, tree, changes):
        tree = copy(tree)
        for _ in range(changes):
            if tree:
                self.change(tree)
        return tree
