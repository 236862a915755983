"""Values: canonical JSON, the strict reader of trees, and the forms of ids, days, instants, rates (wire.md, 1 and 2)."""

import calendar
import contextlib
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
    if year > datetime.MAXYEAR:
        raise ValueError(f"{months} months after {day}")
    return datetime.date(year, month, min(d.day, calendar.monthrange(year, month)[1])).isoformat()


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
    def __init__(self, read, default=NEEDED, written=False):
        self.read, self.default, self.written = read, default, written


def opt(read):
    return Field(read, OPT)


def default(read, value):
    """A field that is left out when it has its default."""
    return Field(read, value)


def lenient(read, value):
    """A field of what is stored that may be missing, and is written all the same."""
    return Field(read, value, written=True)


STORED = []


@contextlib.contextmanager
def reading_stored():
    """Where unknown fields are passed over."""
    STORED.append(True)
    try:
        yield
    finally:
        STORED.pop()


def read_fields(value, path, fields, also=()):
    """Unknown fields first, then the fields in the order of the text, then the missing ones. Defaults are left out."""
    for key in value:
        if not STORED and key not in fields and key not in also:
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
            if field.default is OPT or field.default is NEEDED or field.written or got != field.default:
                out[key] = got
        else:
            out[key] = field(item, join(path, key))
    for key, field in fields.items():
        if not (isinstance(field, Field) and field.default is not NEEDED) and key not in value:
            raise ReadError("missing_field", join(path, key))
        if isinstance(field, Field) and field.written and key not in value:
            out[key] = copy(field.default)
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


def mixed(words, kinds):
    """A word, or a table with a field `type`."""
    of_table = variant({**{w: {} for w in words}, **kinds})

    def read(value, path):
        if isinstance(value, str):
            return value if value in words else of_table(value, path)
        if isinstance(value, dict) and type_of(value, path, (*words, *kinds)) in words:
            kind_error(path)
        return of_table(value, path)
    return read
