"""The readers of JSON and TOML: text to tree, strictly (wire.md, 2)."""

import math
import re
import sys
import tomllib

from values import MAX, ReadError, join


class JsonReader:
    """Text → tree. Keys keep their order; the first error of the text ends it."""

    def __init__(self, text, max_values=200_000):
        self.s, self.i, self.values, self.max_values = text, 0, 0, max_values

    def read(self):
        self.space()
        value = self.value("", 0)
        self.space()
        if self.i < len(self.s):
            raise ReadError("invalid_json", "")
        return value

    def space(self):
        while self.i < len(self.s) and self.s[self.i] in " \t\r\n":
            self.i += 1

    def peek(self):
        return self.s[self.i] if self.i < len(self.s) else ""

    def value(self, path, depth):
        self.values += 1
        if self.values > self.max_values:
            raise ReadError("too_large", path)
        c = self.peek()
        if c == "{":
            return self.table(path, depth + 1)
        if c == "[":
            return self.list(path, depth + 1)
        if c == '"':
            return self.string(path)
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.s.startswith(word, self.i):
                self.i += len(word)
                return value
        if c != "" and c in "-0123456789":
            return self.number(path)
        raise ReadError("invalid_json", path)

    def table(self, path, depth):
        if depth > 64:
            raise ReadError("too_deep", path)
        self.i += 1
        table, repeated = {}, None
        self.space()
        if self.peek() == "}":
            self.i += 1
            return table
        while True:
            self.space()
            if self.peek() != '"':
                raise ReadError("invalid_json", path)
            key = self.string(path)
            self.space()
            if self.peek() != ":":
                raise ReadError("invalid_json", join(path, key))
            self.i += 1
            self.space()
            value = self.value(join(path, key), depth)
            if key in table and repeated is None:
                repeated = key
            table.setdefault(key, value)
            self.space()
            c = self.peek()
            self.i += 1
            if c == "}":
                break
            if c != ",":
                raise ReadError("invalid_json", path)
        if repeated is not None:
            raise ReadError("duplicate_key", join(path, repeated))
        return table

    def list(self, path, depth):
        if depth > 64:
            raise ReadError("too_deep", path)
        self.i += 1
        items = []
        self.space()
        if self.peek() == "]":
            self.i += 1
            return items
        while True:
            self.space()
            items.append(self.value(join(path, len(items)), depth))
            self.space()
            c = self.peek()
            self.i += 1
            if c == "]":
                return items
            if c != ",":
                raise ReadError("invalid_json", path)

    def string(self, path):
        self.i += 1
        out = []
        plain = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
        while True:
            c = self.peek()
            if c == "" or c < " ":
                raise ReadError("invalid_json", path)
            self.i += 1
            if c == '"':
                return "".join(out)
            if c != "\\":
                out.append(c)
                continue
            e = self.peek()
            self.i += 1
            if e == "u":
                out.append(self.unicode(path))
            elif e in plain and e != "":
                out.append(plain[e])
            else:
                raise ReadError("invalid_json", path)

    def unit(self, path):
        text = self.s[self.i:self.i + 4]
        if not re.fullmatch(r"[0-9A-Fa-f]{4}", text):
            raise ReadError("invalid_json", path)
        self.i += 4
        return int(text, 16)

    def unicode(self, path):
        first = self.unit(path)
        if 0xD800 <= first < 0xDC00:
            if self.s[self.i:self.i + 2] != "\\u":
                raise ReadError("invalid_json", path)
            self.i += 2
            second = self.unit(path)
            if not 0xDC00 <= second < 0xE000:
                raise ReadError("invalid_json", path)
            return chr(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        if 0xDC00 <= first < 0xE000:
            raise ReadError("invalid_json", path)
        return chr(first)

    def number(self, path):
        """As far as it can be a number; that it is none is told before that it is not whole."""
        start = self.i
        self.i += self.peek() == "-"
        zero = self.peek() == "0"
        whole = self.digits(path)
        if zero and whole > 1:
            raise ReadError("invalid_json", path)
        broken = self.peek() == "."
        if broken:
            self.i += 1
            self.digits(path)
        if self.peek() in ("e", "E"):
            broken = True
            self.i += 1
            self.i += self.peek() in ("+", "-")
            self.digits(path)
        text = self.s[start:self.i]
        if broken or text == "-0":
            raise ReadError("number_not_integer", path)
        if len(text) > 20 or abs(int(text)) > MAX:
            raise ReadError("number_out_of_range", path)
        return int(text)

    def digits(self, path):
        """One digit or more, and how many."""
        many = re.compile("[0-9]*").match(self.s, self.i).end() - self.i
        if not many:
            raise ReadError("invalid_json", path)
        self.i += many
        return many


def read_json(data, max_bytes=16_777_216, max_values=2_000_000):
    if len(data) > max_bytes:
        raise ReadError("too_large", "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ReadError("invalid_json", "") from None
    return JsonReader(text, max_values).read()


class TomlTree:
    """What TOML's own reader gives, gone through in its order."""

    def __init__(self, max_values):
        self.values, self.max_values = 0, max_values

    def value(self, value, path, depth):
        self.values += 1
        if self.values > self.max_values:
            raise ReadError("too_large", path)
        if isinstance(value, (dict, list)) and depth == 64:
            raise ReadError("too_deep", path)
        if isinstance(value, dict):
            return {key: self.value(item, join(path, key), depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, join(path, i), depth + 1) for i, item in enumerate(value)]
        if isinstance(value, float):
            raise ReadError("number_not_integer", path)
        if isinstance(value, (str, bool)):
            return value
        if isinstance(value, int):
            if abs(value) > MAX:
                raise ReadError("number_out_of_range", path)
            return value
        # A day or a moment: without the zeros at the end of a second, and `Z` for UTC as it was written.
        return re.sub(r"(\.\d*[1-9])0+", r"\1", value.isoformat()).replace("+00:00", "Z")


def numbers_in(value):
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] if isinstance(value, int) else [number for item in items for number in numbers_in(item)]


def float_of(text):
    if math.isinf(float(text)):
        raise ReadError("number_not_integer", "")
    return float(text)


HEADER = re.compile(r"^[ \t]*\[(?!\[)[^\n]*\][ \t\r]*(#[^\n]*)?$", re.MULTILINE)


def at_own_headers(text, tree):
    """A table that was named before it has a header of its own stands at that header: wire.md, 2."""
    for header in HEADER.finditer(text):
        try:
            before = tomllib.loads(text[:header.start()], parse_float=float_of)
            way = tomllib.loads(header.group(), parse_float=float_of)
        except ValueError:  # a line of a text that has several
            continue
        here = tree
        while way:
            (name, way), = way.items()
            if not isinstance(here, dict) or not isinstance(before, dict) or name not in before:
                break
            if not way:
                later = [key for key in here if key not in before]
                for key in [name, *later]:
                    here[key] = here.pop(key)
            here, before = here[name], before[name]
            if isinstance(here, list):
                here, before = here[len(before) - 1], before[-1]
    return tree


def read_toml(data, max_bytes=1_048_576, max_values=200_000):
    """Errors of TOML's own syntax have the path of the whole; this reader does not tell their codes apart."""
    if len(data) > max_bytes:
        raise ReadError("too_large", "")
    sys.setrecursionlimit(10_000)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
        tree = at_own_headers(text, tomllib.loads(text, parse_float=float_of))
    except ValueError:
        raise ReadError("invalid_toml", "") from None
    if any(not -2 ** 63 <= number < 2 ** 63 for number in numbers_in(tree)):
        raise ReadError("number_out_of_range", "")
    return TomlTree(max_values).value(tree, "", 0)
