"""Wrong texts made of right ones: JSON that is changed by its structure and by its bytes."""

from values import MAX


class Table(list):
    """The pairs `[key, value]` of a table as they are written: in any order, and one key as often as it likes."""


class Raw(str):
    """A value that is written as it stands."""


KEYS = ["extra", "Ü", "a b", "", "type", "v", "id", "terms", "from", "__proto__", "Type", "a.b", "-a", "_a", "9", 'q"\\', "\x01\n", "\x7f",
        "\u2028", "😀", "[0]", "null", "record", "x" * 80]
NUMBERS = [0, 1, -1, 2, 23, 24, 60, 366, 2 ** 31 - 1, 2 ** 31, -2 ** 31, -2 ** 31 - 1, 2 ** 32 - 1, 2 ** 32, MAX, -MAX, 254, 255, 256,
           1_000_000, 1_000_001]
RAW = ["1.0", "1e3", "-0", "01", "-01", "-", "1.", "0.0", "0e0", "1E400", "+1", ".5", "NaN", "Infinity", "0x10", "1e", "1e+", "--1", "00",
       "-0.0", "1.5e-3", "9007199254740991.0", "9007199254740992", "-9007199254740992", "9" * 19, "9" * 40, "-" + "9" * 400, "1_000",
       "True", "nul", "tru", "nulll", "'a'", "[", "]", "{", "}", "[,]", "[1,]", "{,}", '{"a":1,}', '{"a"}', '{"a":}', "{a:1}", "{1:1}",
       '{"a":1 "b":2}', "[1 2]", "1 2", "", ",", ":", "/**/1", '"a" "b"', "[" * 30 + "]" * 30, "[" * 61 + "]" * 61, "[" * 70 + "]" * 70,
       "[" * 70, '{"a":' * 64 + "1" + "}" * 64, '{"a":[' * 40, "[" * 64 + "1.5", '"\\ud800"', '"\\udc00"', '"\\ud83d\\ude00"', '"\\ud83d\\n"',
       '"\\ud83d\\ud83d"', '"\\ude00\\ud83d"', '"\\u00"', '"\\u00zz"', '"\\u 041"', '"\\x41"', '"\\\'"', '"\\0"', '"\\U0041"', '"\\u0000"', '"\\u0061"', '"\\/"',
       '"', '"a', '"\\', '"\\"', '"\t"', '"\x00"', '"\x1f"', '"\x7f"', '"\u0085"', '{"a":1,"a":1}', '{"a":1,"\\u0061":1}', '[{"b":1,"b":2},1.5]',
       '{"a":1,"a":1.5}', '{"a":[1.5],"b":01}', '{"type":"x","type":"y"}', '{"a":1,"b":{"c":1,"c":2},"a":1}']
TEXTS = ["", "a", "hq", "m1", "points", "x" * 64, "x" * 65, "ä", "a b", "a/b", "a\u0000b", "a\n", "\n", " a", "a ", "A", "ａ", "１", "a\u200bb", "_", ".", "-",
         "2024-05-01", "2024-5-1", "2024-02-30", "2023-02-29", "1900-01-01", "1899-12-31", "0000-01-01", "9999-12-31", "10000-01-01", "2024-05-01 ",
         "2024/05/01", "20240501", "+2024-05-01", "-2024-05-01", "２０２４-05-01", "2024-13-01", "2024-00-10", "2024-05-00", "2024-W01-1",
         "2024-05-01T00:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T23:59:60Z", "2024-05-01T23:59:59.999Z", "2024-05-01T00:00:00.1234Z",
         "2024-05-01T00:00:00.Z", "2024-05-01T00:00:00,5Z", "2024-05-01t00:00:00z", "2024-05-01 00:00:00Z", "2024-05-01T00:00Z", "2024-05-01T00:00:00",
         "2024-05-01T00:00:00+24:00", "2024-05-01T00:00:00+23:59", "2024-05-01T00:00:00-23:59", "2024-05-01T00:00:00+0800", "2024-05-01T00:00:00+08:60",
         "2024-05-01T00:00:00-00:00", "2024-05-01T00:00:00−08:00", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:01", "1969-12-31T23:59:59Z",
         "1969-12-31T23:59:59-00:01", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00+00:01", "2024-02-30T00:00:00Z",
         "2024-05-01T00:00:00.120Z", "2024-05-01T1:00:00Z", "2024-05-01T00:00:00ZZ",
         "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-00000000000A", "00000000000000000000000000000001",
         "{00000000-0000-0000-0000-000000000001}", "urn:uuid:00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-00000000000g",
         "00000000-0000-0000-0000-000000000001.1", "00000000-0000-0000-0000-000000000001.01", "00000000-0000-0000-0000-000000000001.0",
         "00000000-0000-0000-0000-000000000001.4294967295", "00000000-0000-0000-0000-000000000001.4294967296", "00000000-0000-0000-0000-000000000001.",
         "00000000-0000-0000-0000-000000000001.+1", "00000000-0000-0000-0000-000000000001.1.1", "00000000-0000-0000-0000-00000000000A.1",
         "00000000-0000-0000-0000-000000000001.99999999999999999999",
         "0", "1", "1.50", "0.5", "1000000", "1000000.0", "1000000.000001", "1000001", "0.0000001", "0.0000010", "0.1234567", "00.5", "01", ".5", "1.", "-1", "+1", "1e3", "1,5",
         " 1", "0.500000000000000", "0.50000000000000", "0.5000000000000000", "999999.999999", "１", "0x1", "-0", "0.", "1.0.0", "NaN",
         "f" * 64, "F" * 64, "f" * 63, "f" * 65, "g" * 64, "00:00", "24:00", "24:01", "23:60", "1:00", "12:30 ", "02-29", "02-30", "13-01", "00-01", "2-29", "12-31",
         "main", "members", "whole", "points_awarded", "yes", "no", "Members", "hq/stock", "*/spendable", "*/stock", "hq/spendable", "/stock", "hq/", "hq", "hq/stock/x", "a b/stock"]
SMALL = [True, False, None, [], Table(), ["a"], [None], [1], [[]], Table([["a", 1]]), Table([["type", "whole"]]), Table([["type", "none"]]), Table([["type", 1]]),
         Table([["type", None]]), Table([["type", "fixed"], ["amount", 1]]), ["b", "a", "b"], Table([["points", 1]]), Table([["a b", 1]]), Table([["", "2024-01-01"]])]
BYTES = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"/", b"0", b"1", b"e", b".", b"-", b" ", b"\t", b"\r", b"\x0c", b"\x0b", b"\x00", b"\x1f", b"\x7f", b"\xff",
         b"\x80", b"\xc0\x80", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98", b"\xe2\x82", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xc3\xa4",
         b"null", b"//", b"#", b"\\n", b"\\u0000", b"\\ud800", b"\\udc00", b"''", b'""', b"1.5", b"[[", b"{}"]


def pairs(tree):
    """A tree as it is to be changed."""
    if isinstance(tree, dict):
        return Table([key, pairs(value)] for key, value in tree.items())
    return [pairs(value) for value in tree] if isinstance(tree, list) else tree


def copied(value):
    """The same value, no part of which is a part of the other."""
    if isinstance(value, Table):
        return Table([key, copied(item)] for key, item in value)
    return [copied(item) for item in value] if isinstance(value, list) else value


class Mutator:
    def __init__(self, random, keys=()):
        self.r, self.keys = random, [*KEYS, *keys]

    # ------------------------------------------------------------ the structure

    def places(self, value):
        """Every place, as the list that holds it and the index there; of a pair the value is at 1."""
        for i, item in enumerate(value):
            if isinstance(value, Table):
                yield value, i
                if isinstance(item[1], list):
                    yield from self.places(item[1])
            else:
                yield value, i
                if isinstance(item, list):
                    yield from self.places(item)

    @staticmethod
    def get(holder, i):
        return holder[i][1] if isinstance(holder, Table) else holder[i]

    @staticmethod
    def put(holder, i, value):
        value = copied(value)
        holder[i] = [holder[i][0], value] if isinstance(holder, Table) else value

    def change(self, tree):
        """One change of the structure."""
        found = list(self.places(tree))
        if not found:
            tree.append(["extra", 1] if isinstance(tree, Table) else 1)
            return
        holder, i = self.r.choice(found)
        self.r.choice([self.drop, self.double, self.rename, self.other, self.other, self.number, self.text, self.text, self.raw,
                       self.swap, self.insert, self.wrap, self.shuffle, self.move])(holder, i, found)

    def drop(self, holder, i, _):
        del holder[i]

    def double(self, holder, i, found):
        again = self.get(holder, i)
        if self.r.random() < 0.5:
            again = self.get(*self.r.choice(found))
        again = copied(again)
        holder.insert(self.r.randint(0, len(holder)), [holder[i][0], again] if isinstance(holder, Table) else again)

    def rename(self, holder, i, _):
        if isinstance(holder, Table):
            holder[i] = [self.r.choice(self.keys), holder[i][1]]

    def other(self, holder, i, _):
        self.put(holder, i, self.r.choice([*SMALL, self.r.choice(TEXTS), self.r.choice(NUMBERS)]))

    def number(self, holder, i, found):
        whole = [(h, j) for h, j in found if type(self.get(h, j)) is int]
        holder, i = self.r.choice(whole or [(holder, i)])
        value = self.get(holder, i)
        self.put(holder, i, self.r.choice([*NUMBERS, *map(Raw, RAW[:26]), -value, value + 1, str(value), Raw(f"{value}.0"), Raw(f"{value}e0")]
                                          if type(value) is int else NUMBERS))

    def text(self, holder, i, found):
        texts = [(h, j) for h, j in found if type(self.get(h, j)) is str]
        holder, i = self.r.choice(texts or [(holder, i)])
        value = self.get(holder, i)
        near = [value + " ", value.upper(), value[:-1], value + value, value.replace("-", "_"), value.swapcase(), value + "\n"] if type(value) is str else []
        self.put(holder, i, self.r.choice([*TEXTS, *near, *near, *near]))

    def raw(self, holder, i, _):
        self.put(holder, i, Raw(self.r.choice(RAW)))

    def swap(self, holder, i, found):
        other, j = self.r.choice(found)
        one, two = self.get(holder, i), self.get(other, j)
        if not self.within(one, other) and not self.within(two, holder):
            self.put(holder, i, two)
            self.put(other, j, one)

    def within(self, value, holder):
        return isinstance(value, list) and (value is holder or any(self.within(self.get(value, i), holder) for i in range(len(value))))

    def insert(self, holder, i, _):
        value = copied(self.r.choice([*SMALL, *TEXTS[:6], 1, Raw(self.r.choice(RAW))]))
        holder.insert(self.r.randint(0, len(holder)), [self.r.choice(self.keys), value] if isinstance(holder, Table) else value)

    def wrap(self, holder, i, _):
        value = self.get(holder, i)
        self.put(holder, i, self.r.choice([[value], Table([["type", value]]), Table([["a", value]]), [value, value],
                                           self.get(value, 0) if isinstance(value, list) and value else [value]]))

    def shuffle(self, holder, i, _):
        self.r.shuffle(holder)

    def move(self, holder, i, found):
        other, _ = self.r.choice(found)
        item = holder[i]
        value = self.get(holder, i)
        if self.within(value, other):
            return
        del holder[i]
        if isinstance(other, Table):
            item = item if isinstance(holder, Table) else [self.r.choice(self.keys), value]
        else:
            item = value
        other.insert(self.r.randint(0, len(other)), item)

    # ------------------------------------------------------------ the text

    def space(self, rate):
        return self.r.choice([" ", "\t", "\r", "  "]) if self.r.random() < rate else ""

    def quoted(self, text, escape):
        out = ['"']
        for c in text:
            if c in '"\\' or c < " " or self.r.random() < escape:
                code = ord(c)
                units = [code] if code < 0x10000 else [0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code - 0x10000 & 0x3FF)]
                out += [self.r.choice(["\\u%04x", "\\u%04X"]) % unit for unit in units]
            else:
                out.append(c)
        return "".join(out) + '"'

    def write(self, value, space=0.0, escape=0.0):
        """The text of a tree; with white space and escapes that say nothing."""
        def s():
            return self.space(space)
        if isinstance(value, Raw):
            return str(value)
        if isinstance(value, Table):
            inner = (f"{s()}{self.quoted(k, escape)}{s()}:{s()}{self.write(v, space, escape)}{s()}" for k, v in value)
            return "{" + ",".join(inner) + s() + "}"
        if isinstance(value, list):
            return "[" + ",".join(f"{s()}{self.write(v, space, escape)}{s()}" for v in value) + s() + "]"
        if isinstance(value, str):
            return self.quoted(value, escape)
        return {True: "true", False: "false", None: "null"}[value] if value is None or isinstance(value, bool) else str(value)

    def spoil(self, data):
        """One change of the bytes."""
        r, i = self.r, self.r.randint(0, len(data))
        j = min(len(data), i + r.choice([1, 1, 2, 5, 30]))
        k = r.randint(0, len(data))
        return r.choice([
            lambda: data[:i], lambda: data[i:], lambda: data[:i] + data[j:], lambda: data[:i] + r.choice(BYTES) + data[i:],
            lambda: data[:i] + r.choice(BYTES) + data[j:], lambda: data[:j] + data[i:], lambda: data + r.choice(BYTES), lambda: r.choice(BYTES) + data,
            lambda: data[:i] + data[k:k + 20] + data[i:], lambda: data[:i] + data[i:j][::-1] + data[j:], lambda: data + data, lambda: b"[" + data + b"]",
            lambda: data[:i] + bytes([r.randrange(256)]) + data[j:]])()

    def text_of(self, tree, changes, spoils):
        """The bytes of a tree after so many changes."""
        tree = pairs(tree)
        for _ in range(changes):
            self.change(tree)
            if not isinstance(tree, list):
                break
        r = self.r
        text = self.write(tree, r.choice([0, 0, 0.1, 0.5]), r.choice([0, 0, 0.05, 0.5]))
        data = text.encode("utf-8", "surrogatepass")
        for _ in range(spoils):
            data = self.spoil(data)
        return data
