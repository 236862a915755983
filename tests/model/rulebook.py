"""Rulebooks: reading them into their canonical form, zones and expiry days (rulebook.md, 1)."""

from tree import read_json, read_toml
from values import (ReadError, amount, day, day_number, day_text, default, hash_of, ident, instant, join, list_of,
                    kind_error, map_of, minutes_of, ms, opt, plus_days, plus_months, rate, set_of, table, time_of_day,
                    variant, whole, window_next, word)

LAST_DAY = day_number("9999-12-31")
UINT32 = whole(0, 2 ** 32 - 1)
INT32 = whole(-2 ** 31, 2 ** 31 - 1)
IDS = set_of(ident)
ROUNDING = word("floor", "half_up", "half_even")
WINDOW = word("day", "week", "month", "year")
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def text_value(value, path):
    return value if isinstance(value, str) else kind_error(path)


CONDITION_FIELDS = {
    **{name: default(IDS, []) for name in ("merchants", "stores", "alliances", "categories", "products", "tags",
                                           "channels", "tiers", "roles", "flags", "member_of", "holidays")},
    "days": opt(table({"from": opt(day), "until": opt(day)})),
    "weekdays": default(set_of(word(*WEEKDAYS), key=WEEKDAYS.index), []),
    "time": opt(table({"from": time_of_day, "until": time_of_day})),
    "birthday": opt(table({"window": word("day", "week", "month"), "leap": default(word("feb28", "mar1"), "feb28")})),
    "purchase_at_least": opt(amount), "purchase_below": opt(amount),
    "line_at_least": opt(amount), "line_below": opt(amount),
    "first_purchase": opt(word("programme", "merchant")),
    "every_nth": opt(table({"n": UINT32, "of": word("programme", "merchant")})),
    "all": default(list_of(lambda v, p: condition(v, p)), []),
    "any": default(list_of(lambda v, p: condition(v, p)), []),
    "not": opt(lambda v, p: condition(v, p)),
}


def condition(value, path):
    return table(CONDITION_FIELDS)(value, path)


FUNDER = variant({"merchant": {}, "store": {}, "operator": {}, "party": {"id": ident}})
SPENDABLE = variant({"at_once": {}, "after_days": {"days": UINT32}, "on_confirmation": {}})
EFFECT = variant({"per_amount": {"points": amount, "per": amount}, "per_purchase": {"points": amount},
                  "per_unit": {"points": amount}, "merchant_ratio": {}})
TENDER = table({"points": amount, "value": amount, "max_share": rate})
GIVEN = {"funder": default(FUNDER, {"type": "merchant"}), "expiry": opt(ident),
         "spendable": default(SPENDABLE, {"type": "at_once"})}

RULE = table({
    "id": ident, "asset": ident, "group": ident, "priority": default(INT32, 0), "when": default(condition, {}),
    "effect": EFFECT,
    "basis": default(word("after_tender", "after_discounts", "before_discounts"), "after_tender"),
    "multiplied": default(word("yes", "no"), "yes"), "campaign": opt(ident), **GIVEN,
})
MULTIPLIER = table({
    "id": ident, "dimension": ident, "factor": rate, "asset": opt(ident), "priority": default(INT32, 0),
    "when": default(condition, {}), "campaign": opt(ident), "trigger": default(word("purchase", "voucher"), "purchase"),
})
CAMPAIGN = table({
    "id": ident, "priority": default(INT32, 0), **GIVEN, "budget_points": opt(amount), "budget_money": opt(amount),
    "spend_at": default(IDS, []),
})
ACTIVITY = table({
    "id": ident, "activity": ident, "asset": ident, "points": amount, "priority": default(INT32, 0),
    "when": default(condition, {}), "campaign": opt(ident), **GIVEN,
})
CLASSES = ["everyday", "campaign", "activity"]
CAP = table({
    "id": ident, "asset": ident, "per": word("line", "purchase", "day", "week", "month", "year"), "points": amount,
    "classes": default(set_of(word(*CLASSES), key=CLASSES.index), []), "campaigns": default(IDS, []),
    "activities": default(IDS, []),
})

AVAILABLE = variant({"after_window": {}, "at_once": {}, "after_days": {"days": UINT32}})
SHARE = variant({"rate": {"rate": rate}, "fixed": {"amount": amount}})
PLAN = table({
    "id": ident, "group": ident, "priority": default(INT32, 0),
    "event": default(word("purchase", "turnover", "top_up", "scan", "entry_fee", "recruitment"), "purchase"),
    "when": default(condition, {}), "stocks": default(IDS, []), "purposes": default(IDS, []), "roles": default(IDS, []),
    "basis": default(word("after_tender", "after_discounts", "before_discounts"), "after_discounts"), "asset": opt(ident),
    "referral": opt(SHARE), "sale": opt(SHARE), "uplines": default(list_of(SHARE), []),
    "mode": default(word("levels", "differential"), "levels"), "grades": default(map_of(ident, rate), {}),
    "own_brand": default(word("unpaid", "paid"), "unpaid"),
    "entry_fee": default(word("not_asked", "required"), "not_asked"),
    "payer": default(FUNDER, {"type": "merchant"}), "available": default(AVAILABLE, {"type": "after_window"}),
    "multiplied": default(word("yes", "no"), "yes"), "expiry": opt(ident),
})
DIMENSIONS = default(map_of(ident, word("max", "add", "multiply")), {})
ACROSS = default(word("multiply", "add"), "multiply")
COMMISSION = table({
    "levels": default(UINT32, 2), "acknowledged": default(set_of(word("three_levels")), []),
    "payout": opt(variant({"fixed": {"ratio": rate}, "input": {"ratio": rate}})),
    "withdrawn": default(word("debt", "funder_bears"), "debt"), "online": default(IDS, []),
    "dimensions": DIMENSIONS, "across": ACROSS, "plans": default(list_of(PLAN), []),
    "multipliers": default(list_of(table({"id": ident, "dimension": ident, "factor": rate, "plans": default(IDS, []),
                                          "when": default(condition, {})})), []),
    "caps": default(list_of(table({"id": ident, "asset": opt(ident), "per": WINDOW, "amount": amount,
                                   "under": default(IDS, [])})), []),
})
REFERRAL = table({
    "scope": default(word("programme", "alliance"), "programme"),
    "policy": variant({"first_touch": {}, "last_touch": {}, "protected": {"days": UINT32}, "permanent": {}}),
    "packs": opt(table({"most": default(UINT32, 15), "presented_days": UINT32, "order_hours": UINT32})),
    "chosen_merchant": default(word("guide", "merchant"), "guide"),
})
WITHDRAWAL = table({
    "minimum": amount, "fee": opt(SHARE),
    "limits": default(list_of(table({"id": ident, "per": WINDOW, "count": UINT32})), []),
})

FROM = default(word("earned", "spendable"), "earned")
POLICY = variant({
    "never": {},
    "days": {"days": UINT32, "from": FROM},
    "months": {"months": UINT32, "end_of": default(word("day", "month", "quarter", "year"), "day"), "from": FROM},
    "on": {"day": day},
})
SCOPE = table({"merchants": default(IDS, []), "alliances": default(IDS, [])})
RECOGNITION = table({"id": ident, "holder": word("member", "staff"), "of": SCOPE, "at": SCOPE})
ZONE = variant({
    "fixed": {"offset_minutes": INT32},
    "table": {"offset_minutes": INT32, "changes": list_of(table({"at": instant, "offset_minutes": INT32}))},
})
RULEBOOK = table({
    "edition": UINT32, "programme": ident, "effective_from": day, "operator": ident, "currency": ident,
    "assets": map_of(ident, variant({"money": {"code": text_value, "scale": whole(0, 255)}, "points": {},
                                     "stored_value": {"money": ident}})),
    "zone": ZONE,
    "rounding": default(table({"award": default(ROUNDING, "floor"), "fee": default(ROUNDING, "half_up"),
                               "commission": default(ROUNDING, "floor"),
                               "statement": default(ROUNDING, "half_even")}), {}),
    "settlement": default(WINDOW, "month"),
    "late_days": opt(UINT32),
    "points": default(map_of(ident, table({"reimbursement": amount, "tender": opt(TENDER), "gift_expiry": opt(ident)})), {}),
    "categories": default(list_of(table({"id": ident, "parent": opt(ident)})), []),
    "holidays": default(map_of(ident, set_of(day)), {}),
    "tiers": default(list_of(ident), []),
    "expiry": default(map_of(ident, POLICY), {}),
    "refunds": table({"days": UINT32, "spent_points": word("debt", "funder_bears"),
                      "unspent_points": word("return", "burn"), "grace_days": default(UINT32, 0)}),
    "recognition": default(list_of(RECOGNITION), []),
    "earn": default(table({
        "groups": default(map_of(ident, word("best", "sum", "first")), {}),
        "dimensions": DIMENSIONS, "across": ACROSS,
        "rules": default(list_of(RULE), []), "multipliers": default(list_of(MULTIPLIER), []),
        "campaigns": default(list_of(CAMPAIGN), []), "activities": default(list_of(ACTIVITY), []),
        "caps": default(list_of(CAP), []),
    }), {}),
    "referral": opt(REFERRAL), "commission": opt(COMMISSION), "withdrawal": opt(WITHDRAWAL),
})


def by_priority(items):
    return sorted(items, key=lambda r: (r.get("priority", 0), r["id"]))


class Rulebook:
    def __init__(self, tree):
        self.data = RULEBOOK(tree, "")
        self.hash = hash_of("rulebook", self.data)
        d = self.data
        self.operator, self.currency = d["operator"], d["currency"]
        self.fine = d["currency"] + ".fine"
        self.assets, self.points, self.expiry = d["assets"], d.get("points", {}), d.get("expiry", {})
        self.effective_from, self.settlement = d["effective_from"], d.get("settlement", "month")
        self.late_days = d.get("late_days")
        self.rounding = {"award": "floor", "fee": "half_up", "commission": "floor", "statement": "half_even", **d.get("rounding", {})}
        self.tiers, self.holidays = d.get("tiers", []), d.get("holidays", {})
        self.parents = {c["id"]: c.get("parent") for c in d.get("categories", [])}
        self.refunds, self.recognition = d["refunds"], sorted(d.get("recognition", []), key=lambda r: r["id"])
        self.earn = earn = d.get("earn", {})
        self.groups = earn.get("groups", {})
        self.rules, self.multipliers = by_priority(earn.get("rules", [])), by_priority(earn.get("multipliers", []))
        self.activities, self.caps = by_priority(earn.get("activities", [])), by_priority(earn.get("caps", []))
        self.campaigns = {c["id"]: c for c in earn.get("campaigns", [])}
        self.referral, self.commission, self.withdrawal = (d.get(s) for s in ("referral", "commission", "withdrawal"))
        self.plans = by_priority((self.commission or {}).get("plans", []))
        together = by_priority(self.rules + self.multipliers + self.activities)
        self.rank = {r["id"]: place for place, r in enumerate(together)}
        self.by_rank = [r["id"] for r in together]

    def of_vouchers(self, multiplier_id):
        """The multiplier of this id that vouchers may give; None, if there is none (11.9)."""
        return next((m for m in self.multipliers if m["id"] == multiplier_id and m.get("trigger") == "voucher"), None)

    @staticmethod
    def load(path):
        with open(path, "rb") as file:
            data = file.read()
        return Rulebook(read_toml(data) if path.endswith(".toml") else read_json(data, 1_048_576, 200_000))

    def is_points(self, asset):
        return self.assets.get(asset, {}).get("type") == "points"

    def local(self, moment):
        """Local day and minute of the day of an instant."""
        zone = self.data["zone"]
        offset, at = zone["offset_minutes"], ms(moment)
        for change in zone.get("changes", []):
            if ms(change["at"]) <= at:
                offset = change["offset_minutes"]
        number, rest = divmod(at + offset * 60_000, 86_400_000)
        return day_text(number) if number <= LAST_DAY else "9999-12-31+", rest // 60_000

    def day(self, moment):
        return self.local(moment)[0]

    def given(self, owner):
        """Funder, expiry policy and spendable of a rule, activity rule or campaign."""
        if "campaign" in owner:
            owner = self.campaigns[owner["campaign"]]
        policy = self.expiry[owner["expiry"]] if "expiry" in owner else {"type": "never"}
        return owner.get("funder", {"type": "merchant"}), policy, owner.get("spendable", {"type": "at_once"})


def expiry_day(policy, earned, active):
    """The first day on which the points may no longer be spent; None: never, or not yet known."""
    if policy["type"] == "never":
        return None
    if policy["type"] == "on":
        return policy["day"]
    start = active if policy.get("from") == "spendable" else earned
    if start is None:
        return None
    try:
        if policy["type"] == "days":
            return plus_days(start, policy["days"])
        end = plus_months(start, policy["months"])
        return end if policy.get("end_of", "day") == "day" else window_next(end, policy["end_of"])
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- conditions (rulebook.md, 1.4 and 3.1)


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def kept(birthday, leap, year):
    """The day on which a birthday is kept in a year; None after 9999."""
    if year > 9999:
        return None
    if birthday == "02-29" and not is_leap(year):
        return f"{year:04}-" + ("02-28" if leap == "feb28" else "03-01")
    return f"{year:04}-{birthday}"


def birthday_holds(asked, birthday, day):
    if birthday is None:
        return False
    year, leap = int(day[:4]), asked.get("leap", "feb28")
    if asked["window"] == "day":
        return kept(birthday, leap, year) == day
    if asked["window"] == "month":
        return kept(birthday, leap, year)[5:7] == day[5:7]
    monday = day_number(day) - (day_number(day) + 3) % 7
    days = [kept(birthday, leap, y) for y in (year - 1, year, year + 1)]
    return any(monday <= day_number(d) < monday + 7 for d in days if d is not None)


def holds(cond, what, line):
    """Whether a condition holds for a purchase or activity `what` and one of its lines (None for an activity)."""
    rulebook, day, minute = what["rulebook"], what["day"], what["minute"]
    one = {"merchants": what["merchant"], "stores": what.get("store"), "channels": what.get("channel"),
           "tiers": what.get("tier")}
    many = {"alliances": what["alliances"], "roles": what["roles"], "flags": what["flags"],
            "member_of": what["member_of"]}
    for field, asked in cond.items():
        if field in one:
            ok = one[field] is not None and one[field] in asked
        elif field in many:
            ok = any(v in asked for v in many[field])
        elif field == "categories":
            ok, category = False, line and line.get("category")
            while category is not None:
                ok = ok or category in asked
                category = rulebook.parents.get(category)
        elif field == "products":
            ok = line is not None and line["product"] in asked
        elif field == "tags":
            ok = line is not None and any(t in asked for t in line.get("tags", []))
        elif field == "days":
            ok = asked.get("from", "0") <= day < asked.get("until", "99999")
        elif field == "weekdays":
            ok = WEEKDAYS[(day_number(day) + 3) % 7] in asked
        elif field == "time":
            since, until = minutes_of(asked["from"]), minutes_of(asked["until"])
            ok = since <= minute < until if since <= until else minute >= since or minute < until
        elif field == "holidays":
            ok = any(day in rulebook.holidays[name] for name in asked)
        elif field == "birthday":
            ok = birthday_holds(asked, what.get("birthday"), day)
        elif field in ("purchase_at_least", "purchase_below", "line_at_least", "line_below"):
            value = what.get("sum") if field.startswith("purchase") else line and line["after_discounts"]
            ok = value is not None and (value >= asked if field.endswith("least") else value < asked)
        elif field == "first_purchase":
            ok = what["ordinal"] is not None and what["ordinal"][asked] == 1
        elif field == "every_nth":
            ok = what["ordinal"] is not None and what["ordinal"][asked["of"]] % asked["n"] == 0
        elif field == "all":
            ok = all(holds(c, what, line) for c in asked)
        elif field == "any":
            ok = any(holds(c, what, line) for c in asked)
        else:
            ok = not holds(asked, what, line)
        if not ok:
            return False
    return True
