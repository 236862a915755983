"""What is wrong with a rulebook that can be read (rulebook.md, 2): `check`."""

import re
from fractions import Fraction

import bounds
import changes
import commission_problems
import conditions
from rulebook import RULEBOOK
from values import join, ms

MOST = 1_000


class Problems:
    """The problems in their order, and the names that conditions may use."""

    def __init__(self, data):
        self.data, self.found = data, []
        self.assets, self.points, self.expiry = data["assets"], data.get("points", {}), data.get("expiry", {})
        self.categories = {c["id"] for c in data.get("categories", [])}
        self.tiers, self.holidays = set(data.get("tiers", [])), data.get("holidays", {})

    @staticmethod
    def path(*keys):
        out = ""
        for key in keys:
            out = join(out, key)
        return out

    def add(self, code, path):
        self.found.append({"code": code, "path": path})

    def unless(self, holds, code, path):
        if not holds:
            self.add(code, path)
        return holds

    def unknown(self, names, known, path):
        for name in names:
            self.unless(name in known, "unknown_name", path)

    def duplicate(self, item, taken, path):
        self.unless(item["id"] not in taken, "duplicate_id", join(path, "id"))
        taken.add(item["id"])

    def asset_of(self, item, path, with_terms=False):
        """The asset of a rule, a cap …: declared, points, and, if it is given, with terms in `points`."""
        asset, path = item["asset"], join(path, "asset")
        if asset in self.assets and self.assets[asset]["type"] != "points":
            self.add("wrong_asset_kind", path)
        else:
            self.unless(asset in self.assets and (asset in self.points or not with_terms), "unknown_name", path)
        return self.assets.get(asset, {}).get("type") == "points"

    def policy(self, item, path, name="expiry"):
        self.unless(name not in item or item[name] in self.expiry, "unknown_name", join(path, name))

    def days(self, item, name, path):
        """The days of a `spendable` or `available`."""
        value = item.get(name, {})
        self.unless(1 <= value.get("days", 1) <= 3_650, "out_of_range", join(join(path, name), "days"))


def top_level(p):
    d = p.data
    p.unless(d["edition"] == 1, "unsupported_edition", "edition")
    if p.unless(d["currency"] in p.assets, "unknown_name", "currency"):
        p.unless(p.assets[d["currency"]]["type"] == "money", "wrong_asset_kind", "currency")
    p.unless(len(p.assets) <= 32, "limit", "assets")
    for asset, kind in sorted(p.assets.items()):
        path = p.path("assets", asset)
        p.unless(not asset.endswith(".fine"), "out_of_range", path)
        if kind["type"] == "money":
            p.unless(len(asset) <= 59, "out_of_range", path)
            p.unless(re.fullmatch("[A-Z]{3}", kind["code"]), "out_of_range", join(path, "code"))
            p.unless(kind["scale"] <= 4, "out_of_range", join(path, "scale"))
        if kind["type"] == "stored_value" and p.unless(kind["money"] in p.assets, "unknown_name", join(path, "money")):
            p.unless(p.assets[kind["money"]]["type"] == "money", "wrong_asset_kind", join(path, "money"))
    zone(p, d["zone"])
    p.unless(d.get("late_days", 0) <= 3_650, "out_of_range", "late_days")


def zone(p, zone):
    if not p.unless(abs(zone["offset_minutes"]) <= 1_080, "invalid_zone", "zone.offset_minutes"):
        return
    before = None
    for n, change in enumerate(zone.get("changes", [])):
        if abs(change["offset_minutes"]) > 1_080 or before is not None and ms(change["at"]) <= before:
            p.add("invalid_zone", p.path("zone", "changes", n))
            return
        before = ms(change["at"])


def points(p):
    for asset, terms in sorted(p.points.items()):
        path, tender = p.path("points", asset), terms.get("tender")
        if p.unless(asset in p.assets, "unknown_name", path):
            p.unless(p.assets[asset]["type"] == "points", "wrong_asset_kind", path)
        p.unless(terms["reimbursement"] >= 0, "out_of_range", join(path, "reimbursement"))
        if tender is not None:
            at = join(path, "tender")
            p.unless(tender["points"] >= 1, "not_positive", join(at, "points"))
            p.unless(tender["value"] >= 1, "not_positive", join(at, "value"))
            p.unless(Fraction(tender["max_share"]) <= 1, "out_of_range", join(at, "max_share"))
        p.policy(terms, path, "gift_expiry")


def categories(p):
    listed, places = p.data.get("categories", []), {}
    p.unless(len(listed) <= 10_000, "limit", "categories")
    for n, category in enumerate(listed):
        if p.unless(category["id"] not in places, "duplicate_id", p.path("categories", n, "id")):
            places[category["id"]] = n
    for n, category in enumerate(listed):
        p.unless("parent" not in category or category["parent"] in places, "unknown_name", p.path("categories", n, "parent"))
    levels, cycles = levels_of([places.get(category.get("parent")) for category in listed])
    for n in range(len(listed)):
        p.unless(n not in cycles, "cycle", p.path("categories", n, "parent"))
        p.unless(levels[n] != 33, "too_deep", p.path("categories", n, "parent"))


def levels_of(parents):
    """The level of each place, given the place above it; and of each cycle the first member."""
    levels, cycles = {}, set()
    for start in range(len(parents)):
        way, at = {}, start
        while at is not None and at not in levels and at not in way:
            way[at] = len(way)
            at = parents[at]
        if at in way:
            cycles.add(min(place for place, step in way.items() if step >= way[at]))
        above = levels.get(at, 0)
        for place in reversed(way):
            above += 1
            levels[place] = above
    return levels, cycles


def lists(p):
    for name, days in sorted(p.data.get("holidays", {}).items()):
        p.unless(len(days) <= 1_000, "limit", p.path("holidays", name))
    tiers = p.data.get("tiers", [])
    p.unless(len(tiers) <= 100, "limit", "tiers")
    for n, tier in enumerate(tiers):
        p.unless(tier not in tiers[:n], "duplicate_id", p.path("tiers", n))
    for name, policy in sorted(p.expiry.items()):
        for field in ("days", "months"):
            p.unless(1 <= policy.get(field, 1) <= 36_500, "out_of_range", p.path("expiry", name, field))
    for field in ("days", "grace_days"):
        p.unless(p.data["refunds"].get(field, 0) <= 3_650, "out_of_range", p.path("refunds", field))
    recognition = p.data.get("recognition", [])
    p.unless(len(recognition) <= 1_000, "limit", "recognition")
    taken = set()
    for n, item in enumerate(recognition):
        path = p.path("recognition", n)
        p.duplicate(item, taken, path)
        for side in ("of", "at"):
            scope, at = item[side], join(path, side)
            p.unless(scope.get("merchants") or scope.get("alliances"), "not_possible", at)
            for field in ("merchants", "alliances"):
                p.unless(len(scope.get(field, [])) <= 1_000, "limit", join(at, field))


LIMITS = {"groups": 100, "dimensions": 100, "rules": 1_000, "multipliers": 1_000, "campaigns": 500, "activities": 200, "caps": 200}


class Earning:
    """The section `earn`."""

    def __init__(self, problems):
        self.p, self.earn = problems, problems.data.get("earn", {})
        self.taken, self.campaigns, self.counted = set(), {}, 0
        for campaign in self.earn.get("campaigns", []):
            self.campaigns.setdefault(campaign["id"], campaign)

    def check(self):
        p, earn = self.p, self.earn
        for name, most in LIMITS.items():
            p.unless(len(earn.get(name, [])) <= most, "limit", p.path("earn", name))
        for part, check in (("rules", self.rule), ("multipliers", self.multiplier), ("campaigns", self.campaign), ("activities", self.activity),
                            ("caps", self.cap)):
            self.own = set()
            for n, item in enumerate(earn.get(part, [])):
                check(item, p.path("earn", part, n))
        p.unless(self.counted <= 10_000, "limit", "earn")
        bounds.check_earn(p, earn)

    def rule(self, rule, path):
        p = self.p
        p.duplicate(rule, self.taken, path)
        p.asset_of(rule, path, with_terms=True)
        p.unless(rule["group"] in self.earn.get("groups", {}), "unknown_name", join(path, "group"))
        self.counted += conditions.check_when(p, rule, path)
        for figure in ("points", "per"):
            p.unless(rule["effect"].get(figure, 1) >= 1, "not_positive", join(join(path, "effect"), figure))
        self.given(rule, path)

    def given(self, item, path):
        """Campaign, funder, expiry and spendable."""
        p = self.p
        if "campaign" not in item:
            p.policy(item, path)
            p.days(item, "spendable", path)
            return
        p.unless(item["campaign"] in self.campaigns, "unknown_name", join(path, "campaign"))
        for field in ("funder", "expiry", "spendable"):
            p.unless(field not in item, "not_possible", join(path, field))

    def multiplier(self, item, path):
        p = self.p
        p.duplicate(item, self.taken, path)
        p.unless(item["dimension"] in self.earn.get("dimensions", {}), "unknown_name", join(path, "dimension"))
        p.unless("campaign" not in item or Fraction(item["factor"]) >= 1, "campaign_factor_below_one", join(path, "factor"))
        if "asset" in item and p.asset_of(item, path):
            multiplied = {r["asset"] for r in self.earn.get("rules", []) if r.get("multiplied") != "no" and "campaign" not in r}
            p.unless(item["asset"] in multiplied, "not_possible", join(path, "asset"))
        self.counted += conditions.check_when(p, item, path)
        p.unless(item.get("campaign") in {None, *self.campaigns}, "unknown_name", join(path, "campaign"))

    def campaign(self, item, path):
        p = self.p
        p.duplicate(item, self.own, path)
        p.policy(item, path)
        p.days(item, "spendable", path)
        p.unless(item.get("budget_points", 0) >= 0, "out_of_range", join(path, "budget_points"))
        p.unless(0 <= item.get("budget_money", 0) <= 900_719_925_474, "out_of_range", join(path, "budget_money"))
        p.unless(len(item.get("spend_at", [])) <= 1_000, "limit", join(path, "spend_at"))

    def activity(self, item, path):
        p = self.p
        p.duplicate(item, self.taken, path)
        p.asset_of(item, path, with_terms=True)
        p.unless(item["points"] >= 1, "not_positive", join(path, "points"))
        self.counted += conditions.check_when(p, item, path, of_activity=True)
        self.given(item, path)
        waits = self.campaigns.get(item.get("campaign"), {}).get("spendable", {}).get("type") == "on_confirmation"
        p.unless(not waits, "not_possible", join(path, "campaign"))
        own = "campaign" not in item and item.get("spendable", {}).get("type") == "on_confirmation"
        p.unless(not own, "not_possible", join(path, "spendable"))

    def cap(self, item, path):
        p, classes = self.p, item.get("classes", [])
        p.duplicate(item, self.own, path)
        p.asset_of(item, path)
        p.unless(item["points"] >= 0, "out_of_range", join(path, "points"))
        p.unknown(item.get("campaigns", []), self.campaigns, join(path, "campaigns"))
        rewarded = {a["activity"] for a in self.earn.get("activities", [])}
        p.unknown(item.get("activities", []), rewarded, join(path, "activities"))
        if classes:
            p.unless(not item.get("campaigns") or "campaign" in classes, "not_possible", join(path, "classes"))
            p.unless(not item.get("activities") or "activity" in classes or "campaign" in classes, "not_possible", join(path, "classes"))
        of_activities = item.get("activities") or set(classes) == {"activity"}
        p.unless(item["per"] != "line" or not of_activities, "not_possible", join(path, "per"))


def check(tree, previous=None):
    """The list of problems of a tree that is read as a rulebook, against the tree of the one before."""
    data = RULEBOOK(tree, "")
    p = Problems(data)
    for part in (top_level, points, categories, lists):
        part(p)
    Earning(p).check()
    commission_problems.check(p)
    if previous is None:
        return p.found[:MOST]
    later = Problems(data)
    changes.check(later, data, RULEBOOK(previous, ""))
    return p.found[:MOST] + later.found[:MOST]
