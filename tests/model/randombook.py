"""Random rulebooks from a seed, as JSON; and a second version of each, for programmes whose rules change."""

import json
import random

from randomcommission import ROLES, CommissionMaker
from values import plus_days

CATEGORIES = [{"id": "food"}, {"id": "dairy", "parent": "food"}, {"id": "cheese", "parent": "dairy"}, {"id": "shoes"}]
TIERS = ["basic", "silver", "gold"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Maker(CommissionMaker):
    def __init__(self, seed):
        self.r = random.Random(f"book {seed}")
        r = self.r
        self.since = r.choice(["2024-01-01", "2023-02-20", "2024-10-15", "1970-01-02", "2027-12-20"])
        self.points = ["points", "star"][:r.choice([1, 1, 2])]
        self.campaigns = ["opening", "x", "y"][:r.choice([0, 1, 2, 3])]
        self.policies = ["p0", "p1", "p2", "p3"]

    def chance(self, p):
        return self.r.random() < p

    def some(self, items, low=1, high=3):
        items = list(items)
        return self.r.sample(items, min(len(items), self.r.randint(low, high)))

    def day(self):
        return plus_days(self.since, self.r.randint(-5, 120))

    def policy(self):
        r = self.r
        out = r.choice([{"type": "never"}, {"type": "days", "days": r.choice([1, 3, 10, 30, 365])},
                        {"type": "months", "months": r.choice([1, 2, 12]),
                         "end_of": r.choice(["day", "month", "quarter", "year"])}, {"type": "on", "day": self.day()}])
        if out["type"] in ("days", "months") and self.chance(0.5):
            out["from"] = r.choice(["earned", "spendable", "spendable"])
        return out

    def funder(self):
        return self.r.choice([{"type": "merchant"}, {"type": "store"}, {"type": "operator"}, {"type": "operator"},
                              {"type": "party", "id": self.r.choice(["brand", "a", "br1", "ghost", "dairy-board"])}])

    def given(self, confirm=True):
        out, r = {}, self.r
        if self.chance(0.8):
            out["funder"] = self.funder()
        if self.chance(0.8):
            out["expiry"] = r.choice(self.policies)
        if self.chance(0.5):
            kinds = [{"type": "at_once"}, {"type": "after_days", "days": r.choice([1, 5, 20])}]
            out["spendable"] = r.choice(kinds + [{"type": "on_confirmation"}] * 2 * confirm)
        return out

    def condition(self, depth=0, activity=False):
        r = self.r
        ranges = lambda low, high: r.choice([{low: r.choice([0, 500, 5_000])}, {high: r.choice([700, 60_000])},
                                             {low: 100, high: 30_000}])
        choices = [
            lambda: {"merchants": self.some(["a", "b", "c", "mill", "inn"])},
            lambda: {"stores": self.some(["a-1", "c-1", "mill-1"])} if not activity else {},
            lambda: {"alliances": self.some(["old-town", "harbour"])},
            lambda: {"channels": self.some(["till", "app", "web"])},
            lambda: {"tiers": self.some(TIERS)}, lambda: {"roles": self.some(ROLES)},
            lambda: {"flags": self.some(["follows", "vip"])}, lambda: {"member_of": self.some(["a", "b", "c", "mill"])},
            lambda: {"days": {"from": self.since, "until": plus_days(self.since, r.randint(1, 90))}},
            lambda: {"days": {r.choice(["from", "until"]): self.day()}},
            lambda: {"weekdays": self.some(DAYS, 2, 5)},
            lambda: {"time": r.choice([{"from": "08:00", "until": "20:00"}, {"from": "20:00", "until": "09:30"},
                                       {"from": "12:00", "until": "24:00"}])},
            lambda: {"holidays": self.some(["spring", "public"])},
            lambda: {"birthday": {"window": r.choice(["day", "week", "month"]), **(
                {"leap": r.choice(["mar1", "feb28"])} if self.chance(0.5) else {})}},
        ]
        if not activity:
            choices += [
                lambda: {"categories": self.some(["food", "dairy", "cheese", "shoes"])},
                lambda: {"categories": self.some(["food", "shoes"])},
                lambda: {"products": self.some(["p1", "p2", "star"])}, lambda: {"tags": self.some(["local", "bulk", "new"])},
                lambda: ranges("purchase_at_least", "purchase_below"), lambda: ranges("line_at_least", "line_below"),
                lambda: {"first_purchase": r.choice(["programme", "merchant"])},
                lambda: {"every_nth": {"n": r.choice([2, 3]), "of": r.choice(["programme", "merchant"])}}]
        if depth < 3:
            choices += [
                lambda: {"all": [self.condition(depth + 1, activity) for _ in range(r.randint(0, 2))]},
                lambda: {"any": [self.condition(depth + 1, activity) for _ in range(r.randint(0, 3))]},
                lambda: {"not": self.condition(depth + 1, activity)}]
        out = {}
        for _ in range(r.choice([1, 1, 1, 2] if depth == 0 else [0, 1, 1, 2])):
            out.update(r.choice(choices)())
        for kind in ("purchase", "line"):  # two ranges may have come together to one that nothing is in
            if out.get(f"{kind}_at_least", 0) >= out.get(f"{kind}_below", 10 ** 9):
                del out[f"{kind}_below"]
        return out

    def rule(self, i):
        r = self.r
        out = {"id": f"rule-{i}", "asset": r.choice(self.points), "group": r.choice(["base", "bonus", "start"]),
               "effect": r.choice([{"type": "per_amount", "points": r.randint(1, 7), "per": r.choice([100, 200, 300, 700])},
                                   {"type": "per_amount", "points": 1, "per": 100},
                                   {"type": "per_purchase", "points": r.choice([1, 10, 101])},
                                   {"type": "per_unit", "points": r.choice([1, 3])}, {"type": "merchant_ratio"}])}
        if self.chance(0.4):
            out["priority"] = r.randint(-3, 3)
        if self.chance(0.6):
            out["when"] = self.condition()
        if self.chance(0.5):
            out["basis"] = r.choice(["after_tender", "after_discounts", "before_discounts"])
        if self.chance(0.4):
            out["multiplied"] = r.choice(["yes", "no"])
        if self.campaigns and self.chance(0.3):
            out["campaign"] = r.choice(self.campaigns)
        else:
            out.update(self.given())
        return out

    def multiplier(self, i):
        r = self.r
        out = {"id": f"mult-{i}", "dimension": r.choice(["tier", "day", "game"]),
               "factor": r.choice(["0", "0.5", "0.75", "1", "1.1", "1.5", "2", "3"])}
        if self.campaigns and self.chance(0.5):
            out.update(campaign=r.choice(self.campaigns), factor=r.choice(["1", "1.25", "1.5", "2", "3"]))
        if self.multiplied and self.chance(0.3):
            out["asset"] = r.choice(self.multiplied)
        if self.chance(0.4):
            out["priority"] = r.randint(-3, 3)
        if self.chance(0.6):
            out["when"] = self.condition()
        if self.chance(0.4):
            out["trigger"] = r.choice(["voucher", "voucher", "voucher", "purchase"])
        return out

    def campaign(self, name):
        r = self.r
        out = {"id": name, **self.given()}
        if self.chance(0.5):
            out["priority"] = r.randint(-2, 2)
        if self.chance(0.6):
            out["budget_points"] = r.choice([0, 50, 400, 5_000])
        if self.chance(0.6):
            out["budget_money"] = r.choice([0, 10, 300, 4_000, 900_719_925_474])
        if self.chance(0.4):
            out["spend_at"] = self.some(["a", "b", "c", "mill", "hq"])
        return out

    def activity(self, i, waiting):
        r = self.r
        out = {"id": f"act-{i}", "activity": r.choice(["share", "visit"]), "asset": r.choice(self.points),
               "points": r.choice([1, 5, 30])}
        if self.chance(0.4):
            out["when"] = self.condition(activity=True)
        if self.chance(0.3):
            out["priority"] = r.randint(-3, 3)
        free = [c for c in self.campaigns if c not in waiting]
        if free and self.chance(0.4):
            out["campaign"] = r.choice(free)
        else:
            out.update(self.given(confirm=False))
        return out

    def cap(self, i, activities):
        r = self.r
        out = {"id": f"cap-{i}", "asset": r.choice(self.points), "points": r.choice([0, 5, 30, 80, 300, 2_000]),
               "per": r.choice(["line", "purchase", "purchase", "day", "week", "month", "year"])}
        if self.chance(0.4):
            out["classes"] = self.some(["everyday", "campaign", "activity"], 1, 2)
        if self.campaigns and self.chance(0.2):
            out.update(campaigns=self.some(self.campaigns), classes=["campaign"])
        elif activities and out["per"] != "line" and self.chance(0.3):
            out.update(activities=self.some(activities), classes=["activity", "campaign"])
        return of_lines(out)

    def recognition(self, i):
        scope = lambda: self.r.choice([{"merchants": self.some(["a", "b", "c", "d", "mill", "inn"])},
                                       {"alliances": self.some(["old-town", "harbour"], 1, 2)},
                                       {"merchants": self.some(["a", "b"]), "alliances": ["harbour"]}])
        return {"id": f"row-{i}", "holder": self.r.choice(["member", "member", "staff"]), "of": scope(), "at": scope()}

    def book(self):
        r = self.r
        rules = [self.rule(i) for i in range(r.randint(1, 6))]
        self.multiplied = sorted({x["asset"] for x in rules if x.get("multiplied") != "no" and "campaign" not in x})
        campaigns = [self.campaign(c) for c in self.campaigns]
        waiting = [c["id"] for c in campaigns if c.get("spendable", {}).get("type") == "on_confirmation"]
        activities = [self.activity(i, waiting) for i in range(r.randint(0, 4))]
        named = sorted({a["activity"] for a in activities})
        earn = {"groups": {"base": "best", "bonus": "sum", "start": "first"},
                "dimensions": {d: r.choice(["max", "add", "multiply"]) for d in ("tier", "day", "game")},
                "rules": rules, "multipliers": [self.multiplier(i) for i in range(r.randint(0, 7))],
                "campaigns": campaigns, "activities": activities,
                "caps": [self.cap(i, named) for i in range(r.randint(0, 6))]}
        if self.chance(0.7):
            earn["across"] = r.choice(["multiply", "add"])
        zone = {"type": "fixed", "offset_minutes": r.choice([0, 480, -300, 1080, -1080])}
        if self.chance(0.5):
            first = plus_days(self.since, r.randint(2, 30))
            zone = {"type": "table", "offset_minutes": 60, "changes": [
                {"at": f"{first}T01:00:00Z", "offset_minutes": r.choice([120, -60])},
                {"at": f"{plus_days(first, 40)}T03:00:00.500+02:00", "offset_minutes": 60}]}
        points = {}
        for p in self.points:
            points[p] = {"reimbursement": r.choice([0, 1, 8_000, 9_999])}
            if self.chance(0.7):
                points[p]["gift_expiry"] = r.choice(self.policies)
            if self.chance(0.8):
                points[p]["tender"] = {"points": r.choice([1, 3, 100]), "value": r.choice([1, 2, 80]),
                                       "max_share": r.choice(["0.5", "1", "0.333", "0.90"])}
        out = {"edition": 1, "programme": "old-town", "effective_from": self.since, "operator": "hq", "currency": "CNY",
               "assets": {"CNY": {"type": "money", "code": "CNY", "scale": 2}, "wallet": {"type": "stored_value", "money": "CNY"},
                          **{p: {"type": "points"} for p in self.points}},
               "zone": zone, "points": points, "categories": r.sample(CATEGORIES, 4), "tiers": TIERS,
               "holidays": {"spring": [self.day() for _ in range(9)], "public": sorted({self.day() for _ in range(20)})},
               "expiry": {p: self.policy() for p in self.policies},
               "refunds": {"days": r.choice([0, 3, 30, 3_650]), "spent_points": r.choice(["debt", "debt", "funder_bears"]),
                           "unspent_points": r.choice(["return", "return", "burn"]), "grace_days": r.choice([0, 0, 7])},
               "earn": earn}
        if self.chance(0.7):
            out["recognition"] = self.r.sample([self.recognition(i) for i in range(4)], self.r.randint(0, 4))
        if self.chance(0.7):
            out["rounding"] = {k: r.choice(["floor", "half_up", "half_even"]) for k in ("award", "fee", "commission", "statement")
                               if self.chance(0.8)}
        if self.chance(0.3):
            out["late_days"] = r.choice([1, 2, 45, 3_650])
        if self.chance(0.7):
            out.update(self.commission_sections())
        if self.chance(0.8):
            out["settlement"] = r.choice(["day", "week", "month", "year"])
        return out


def of_lines(cap):
    """A line cap of activities alone would cut nothing."""
    if cap["per"] == "line" and cap.get("classes") == ["activity"]:
        cap["classes"] = ["activity", "everyday"]
    return cap


def second(book, maker):
    """Other rules from a later day on, within what may change."""
    maker.since = plus_days(book["effective_from"], maker.r.randint(1, 60))
    caps = {c["id"]: c for c in book["earn"]["caps"]}
    paid = {c["id"]: c for c in book.get("commission", {}).get("caps", [])}
    new = maker.book()
    new["effective_from"] = maker.since
    new["zone"] = book["zone"]
    new.pop("settlement", None)
    if "settlement" in book:
        new["settlement"] = book["settlement"]
    for cap in new["earn"]["caps"]:
        if cap["id"] in caps:
            if caps[cap["id"]]["per"] == "line":
                cap.pop("activities", None)
            cap.update({field: caps[cap["id"]][field] for field in ("per", "asset")})
            of_lines(cap)
    by_voucher = [m["id"] for m in book["earn"]["multipliers"] if m.get("trigger") == "voucher"]
    multipliers = {m["id"]: m for m in new["earn"]["multipliers"]}
    for name in by_voucher:
        if name not in multipliers:
            new["earn"]["multipliers"].append({**maker.multiplier(0), "id": name, "trigger": "voucher"})
        else:
            multipliers[name]["trigger"] = "voucher"
    for cap in new.get("commission", {}).get("caps", []):
        if cap["id"] in paid:
            cap.pop("asset", None)
            cap.update({field: paid[cap["id"]][field] for field in ("asset",) if field in paid[cap["id"]]})
    for section in ("commission", "withdrawal"):
        if section in book and section not in new:
            new[section] = {} if section == "commission" else book[section]
    return new


def write(seed, folder):
    """The paths of one or two rulebooks."""
    maker = Maker(seed)
    book = maker.book()
    books = [book] + ([second(book, maker)] if maker.r.random() < 0.4 else [])
    paths = []
    for i, b in enumerate(books):
        paths.append(folder / f"random-{i}.json")
        paths[-1].write_text(json.dumps(b, indent=1))
    return paths
