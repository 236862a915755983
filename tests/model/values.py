"""Values: canonical JSON, the strict reader of trees, and the forms of ids, days, instants, rates (wire.md, 1 and 2)."""

import datetime
import hashlib
import json
import re
from fractions import Fraction

MAX = 9_007_199_254_740_991
BOUND = 2 ** 127


class ReadError(Exception):
    """A text that cannot be read: code and path."""

    def __init__(self, code, path):
        super().__init__(f"{code} at {path!r}")
        self.code, self.path = code, path


class Reject(Exception):
    """A rejection: code and path."""

    def __init__(self, code, path):
        super().__init__(f"{code} at {path!r}")
        self.code, self.path = code, path


def amt(x):
    """An amount, or amount_overflow."""
    if not -MAX <= x <= MAX:
        raise Reject("amount_overflow", "")
    return x


# ---------------------------------------------------------------- canonical JSON and hashes


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(kind, value):
    text = f"coalition/{kind}/1\n{canonical(value)}"
    return hashlib.sha256(text.encode()).hexdigest()


def copy(value):
    """A deep copy of a JSON value."""
    if isinstance(value, dict):
        return {k: copy(v) for k, v in value.items()}
    if isinstance(value, list):
        return [copy(v) for v in value]
    return value


# ---------------------------------------------------------------- rounding and dividing


def rounded(x, how):
    """`floor`, `half_up`, `half_even`; a negative value mirrors the positive one."""
    x = Fraction(x)
    if x < 0:
        return -rounded(-x, how)
    whole = x.numerator // x.denominator
    rest = x - whole
    half = Fraction(1, 2)
    if how == "floor" or rest < half:
        return whole
    if how == "half_up" or rest > half:
        return whole + 1
    return whole + whole % 2


def allocate(total, weights):
    if total < 0:
        return [-p for p in allocate(-total, weights)]
    total_weight = sum(weights)
    if total_weight == 0:
        if total > 0:
            raise Reject("amount_overflow", "")
        return [0 for _ in weights]
    exact = [Fraction(total) * w / total_weight for w in weights]
    parts = [e.numerator // e.denominator for e in exact]
    left = total - sum(parts)
    order = sorted(range(len(weights)), key=lambda i: (-(exact[i] - parts[i]), i))
    for i in order[:left]:
        parts[i] += 1
    return parts


# ---------------------------------------------------------------- paths


def join(path, key):
    if isinstance(key, int):
        return f"{path}[{key}]"
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key):
        return f"{path}.{key}" if path else key
    return f"{path}[{canonical(key)}]"


# ---------------------------------------------------------------- the reader of JSON trees


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
        match = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?").match(self.s, self.i)
        if match is None:
            raise ReadError("invalid_json", path)
        self.i = match.end()
        follows = self.peek()
        if follows != "" and follows in "0123456789.eE":
            raise ReadError("invalid_json", path)
        if match[2] or match[3] or match[0] == "-0":
            raise ReadError("number_not_integer", path)
        number = int(match[0])
        if abs(number) > MAX:
            raise ReadError("number_out_of_range", path)
        return number


def read_json(data, max_bytes=16_777_216, max_values=2_000_000):
    if len(data) > max_bytes:
        raise ReadError("too_large", "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ReadError("invalid_json", "") from None
    return JsonReader(text, max_values).read()


# ---------------------------------------------------------------- days and instants

EPOCH = datetime.date(1970, 1, 1).toordinal()


def day_number(text):
    """Days since 1970-01-01."""
    return datetime.date.fromisoformat(text).toordinal() - EPOCH


def day_text(number):
    return datetime.date.fromordinal(number + EPOCH).isoformat()


def plus_days(day, days):
    return day_text(day_number(day) + days)


def date_of(day):
    return datetime.date.fromisoformat(day)


def plus_months(day, months):
    """The same day `months` later, the last day of the month where it is shorter."""
    d = date_of(day)
    index = d.year * 12 + d.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)).day
    return datetime.date(year, month, min(d.day, last)).isoformat()


def window_start(day, window):
    d = date_of(day)
    if window == "week":
        d -= datetime.timedelta(d.weekday())
    elif window == "month":
        d = d.replace(day=1)
    elif window == "quarter":
        d = d.replace(month=(d.month - 1) // 3 * 3 + 1, day=1)
    elif window == "year":
        d = d.replace(month=1, day=1)
    return d.isoformat()


def window_next(day, window):
    """The first day after the window that holds `day`."""
    start = window_start(day, window)
    if window == "day":
        return plus_days(start, 1)
    if window == "week":
        return plus_days(start, 7)
    return plus_months(start, {"month": 1, "quarter": 3, "year": 12}[window])


INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)


def ms(text):
    """Milliseconds since 1970 UTC of an instant; ValueError if it is not well formed."""
    m = INSTANT.fullmatch(text)
    if not m:
        raise ValueError(text)
    day = datetime.date(int(m[1]), int(m[2]), int(m[3])).toordinal() - EPOCH
    hour, minute, second = int(m[4]), int(m[5]), int(m[6])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(text)
    offset = 0
    if m[8]:
        if int(m[9]) > 23 or int(m[10]) > 59:
            raise ValueError(text)
        offset = (int(m[9]) * 60 + int(m[10])) * (1 if m[8] == "+" else -1)
    millis = int((m[7] or "0").ljust(3, "0"))
    value = ((day * 24 + hour) * 60 + minute - offset) * 60_000 + second * 1000 + millis
    if not 0 <= value < 253_402_300_800_000:
        raise ValueError(text)
    return value


def instant_text(value):
    day, rest = divmod(value, 86_400_000)
    seconds, millis = divmod(rest, 1000)
    fraction = f".{millis:03}" if millis else ""
    return f"{day_text(day)}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}Z"


def minutes_of(time):
    return int(time[:2]) * 60 + int(time[3:])


# ---------------------------------------------------------------- the readers of single values


def kind_error(path):
    raise ReadError("wrong_type", path)


def text(value, path):
    return value if isinstance(value, str) else kind_error(path)


def whole(low, high):
    def read(value, path):
        if isinstance(value, bool) or not isinstance(value, int):
            kind_error(path)
        if not low <= value <= high:
            raise ReadError("number_out_of_range", path)
        return value
    return read


amount = whole(-MAX, MAX)
UINT32 = whole(0, 2 ** 32 - 1)


def ident(value, path):
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text(value, path)):
        raise ReadError("invalid_id", path)
    return value


def uuid(value, path):
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text(value, path)):
        raise ReadError("invalid_id", path)
    return value


def item_id(value, path):
    m = re.fullmatch(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9][0-9]*)", text(value, path))
    if not m or int(m[2]) >= 2 ** 32:
        raise ReadError("invalid_id", path)
    return value


def item_key(item):
    command, _, number = item.rpartition(".")
    return bytes.fromhex(command.replace("-", "")), int(number)


def hash_text(value, path):
    if not re.fullmatch(r"[0-9a-f]{64}", text(value, path)):
        raise ReadError("invalid_value", path)
    return value


def day(value, path):
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text(value, path), re.ASCII) and value >= "1900":
            datetime.date.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise ReadError("invalid_day", path)


def time_of_day(value, path):
    m = re.fullmatch(r"(\d\d):(\d\d)", text(value, path), re.ASCII)
    if not m or int(m[2]) > 59 or int(m[1]) * 60 + int(m[2]) > 1440:
        raise ReadError("invalid_value", path)
    return value


def birthday(value, path):
    m = re.fullmatch(r"(\d\d)-(\d\d)", text(value, path), re.ASCII)
    try:
        datetime.date(2024, int(m[1]), int(m[2]))
    except (TypeError, ValueError):
        raise ReadError("invalid_day", path) from None
    return value


def instant(value, path):
    """Read into the canonical text."""
    try:
        return instant_text(ms(text(value, path)))
    except ValueError:
        raise ReadError("invalid_instant", path) from None


def rate(value, path):
    """Read into the canonical text."""
    m = re.fullmatch(r"(0|[1-9][0-9]*)(?:\.([0-9]+))?", text(value, path))
    if not m or len(value) > 16:
        raise ReadError("invalid_rate", path)
    places = (m[2] or "").rstrip("0")
    if len(places) > 6 or Fraction(value) > 1_000_000:
        raise ReadError("invalid_rate", path)
    return m[1] + ("." + places if places else "")


def word(*words):
    def read(value, path):
        if isinstance(value, dict):
            type_of(value, path, words)
            kind_error(path)
        if text(value, path) not in words:
            raise ReadError("unknown_type", path)
        return value
    return read


def type_of(value, path, kinds):
    """The `type` of a table."""
    at = join(path, "type")
    if "type" not in value:
        raise ReadError("missing_field", at)
    if text(value["type"], at) not in kinds:
        raise ReadError("unknown_type", at)
    return value["type"]


def list_of(read):
    """A list, by place."""
    def of(value, path):
        if not isinstance(value, list):
            kind_error(path)
        return [read(v, join(path, i)) for i, v in enumerate(value)]
    return of


def set_of(read, key=lambda v: v):
    def of(value, path):
        return sorted(set(list_of(read)(value, path)), key=key)
    return of


def map_of(key, read):
    def of(value, path):
        if not isinstance(value, dict):
            kind_error(path)
        out = {}
        for k, v in value.items():
            key(k, join(path, k))
            out[k] = read(v, join(path, k))
        return out
    return of


# ---------------------------------------------------------------- tables with known fields

NEEDED, OPT = object(), object()


class Field:
    def __init__(self, read, default=NEEDED):
        self.read, self.default = read, default


def opt(read):
    return Field(read, OPT)


def default(read, value):
    """A field that is left out when it has its default."""
    return Field(read, value)


def read_fields(value, path, fields, also=()):
    """Unknown fields first, then the fields in the order of the text, then the missing ones. Defaults are left out."""
    for key in value:
        if key not in fields and key not in also:
            raise ReadError("unknown_field", join(path, key))
    out = {}
    for key, item in value.items():
        if key not in fields:
            continue
        field = fields[key]
        if isinstance(field, Field):
            if item is None and field.default is OPT:
                continue
            got = field.read(item, join(path, key))
            if field.default is OPT or field.default is NEEDED or got != field.default:
                out[key] = got
        else:
            out[key] = field(item, join(path, key))
    for key, field in fields.items():
        if not (isinstance(field, Field) and field.default is not NEEDED) and key not in value:
            raise ReadError("missing_field", join(path, key))
    return out


def table(fields):
    def read(value, path):
        if not isinstance(value, dict):
            kind_error(path)
        return read_fields(value, path, fields)
    return read


def variant(kinds):
    """A table with a field `type`."""
    def read(value, path):
        if isinstance(value, str) and value not in kinds:
            raise ReadError("unknown_type", path)
        if not isinstance(value, dict):
            kind_error(path)
        kind = type_of(value, path, kinds)
        out = read_fields(value, path, kinds[kind], also=("type",))
        out["type"] = kind
        return out
    return read
