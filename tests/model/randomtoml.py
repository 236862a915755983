"""The text of a tree in TOML, laid out at random: headers, dotted keys, tables in one line, in any order."""

import json
import re

from mutate import Raw, Table

DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


class TomlWriter:
    def __init__(self, random):
        self.r = random

    def key(self, key):
        if re.fullmatch("[A-Za-z0-9_-]+", key) and self.r.random() < 0.95:
            return key
        return f"'{key}'" if self.r.random() < 0.3 and re.fullmatch("[ -&(-~]*", key) else self.quoted(key)

    def quoted(self, text):
        return json.dumps(text, ensure_ascii=self.r.random() < 0.1).replace("\x7f", "\\u007F").replace("\\ud83d\\ude00", "\\U0001F600")

    def text(self, text):
        r = self.r
        if DAY.fullmatch(text) and r.random() < 0.4:
            return text if r.random() < 0.7 else text.replace("T", r.choice([" ", "t"])).replace("Z", r.choice(["Z", "z"]))
        if re.fullmatch("[ -&(-~]*", text) and r.random() < 0.15:
            return f"'{text}'" if r.random() < 0.5 else f"'''\n{text}'''"
        return '"""' + self.quoted(text)[1:-1] + '"""' if r.random() < 0.05 else self.quoted(text)

    def number(self, number):
        r = self.r
        if number >= 0 and r.random() < 0.1:
            return r.choice([f"+{number}", f"{number:_}", f"0x{number:X}", f"0o{number:o}", f"0b{number:b}"])
        return str(number)

    def value(self, value):
        if isinstance(value, Raw):
            return str(value)
        if isinstance(value, Table):
            return "{" + ", ".join(f"{self.key(k)} = {self.value(v)}" for k, v in value) + "}"
        if isinstance(value, list):
            space = self.r.choice(["", " ", "\n  ", " # a word\n"])
            return "[" + ",".join(space + self.value(v) for v in value) + self.r.choice(["", "\n"] + [","] * bool(value)) + "]"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return self.number(value)
        return self.text(value) if isinstance(value, str) else "null"

    def plain(self, prefix, key, value):
        """Lines of a pair that stands below a header; a table may be written by dotted keys."""
        name = prefix + self.key(key)
        if isinstance(value, Table) and value and self.r.random() < 0.3:
            return [line for k, v in value for line in self.plain(name + ".", k, v)]
        return [f"{name} = {self.value(value)}"]

    def section(self, prefix, table):
        """The lines below a header, and the headers that are still to come."""
        lines, later = [], []
        for key, value in table:
            tables = isinstance(value, list) and not isinstance(value, Table) and value and all(isinstance(v, Table) for v in value)
            if (isinstance(value, Table) or tables) and self.r.random() < 0.75:
                later.append((prefix + [self.key(key)], value))
            else:
                lines += self.plain("", key, value)
        return lines, later

    def headed(self, prefix, table):
        """A table below its header, and all that is in it."""
        lines, later = self.section(prefix, table)
        return lines + [line for path, value in later for line in self.with_header(path, value)]

    def with_header(self, path, value):
        name = ".".join(path)
        if isinstance(value, Table):
            body = self.headed(path, value)
            return body if body[:1] and body[0].startswith("[") and self.r.random() < 0.5 else [f"[{name}]", *body]
        return [line for item in value for line in (f"[[{name}]]", *self.headed(path, item))]

    def write(self, tree):
        """Tables of the top may come in parts, among those of others."""
        lines, later = self.section([], tree)
        while later:
            path, value = later.pop(self.r.randrange(len(later)) if self.r.random() < 0.3 else 0)
            if isinstance(value, Table) and self.r.random() < 0.5:
                own, more = self.section(path, value)
                if own or not more or self.r.random() < 0.5:
                    lines += [f"[{'.'.join(path)}]", *own]
                later += more
            else:
                lines += self.with_header(path, value)
        return "\n".join(lines) + "\n"
