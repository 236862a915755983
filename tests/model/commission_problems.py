"""What is wrong with the sections `referral`, `commission` and `withdrawal` of a rulebook (rulebook.md, 2)."""

from fractions import Fraction

import bounds
import conditions
from values import join

LIMITS = {"dimensions": 100, "plans": 200, "multipliers": 1_000, "caps": 100}
WITH_LINES = ("purchase", "turnover")


def referral(p, section):
    p.unless(1 <= section["policy"].get("days", 1) <= 3_650, "out_of_range", "referral.policy.days")
    packs = section.get("packs")
    if packs is not None:
        for field, value, most in (("most", packs.get("most", 15), 64), ("presented_days", packs["presented_days"], 36_500),
                                   ("order_hours", packs["order_hours"], 2_160)):
            p.unless(1 <= value <= most, "out_of_range", p.path("referral", "packs", field))


class Commission:
    def __init__(self, problems, section):
        self.p, self.section, self.levels = problems, section, section.get("levels", 2)
        self.taken, self.counted = set(), 0

    def check(self):
        p, section = self.p, self.section
        if p.unless(1 <= self.levels <= 3, "out_of_range", "commission.levels"):
            p.unless(self.levels < 3 or "three_levels" in section.get("acknowledged", []), "guard_levels", "commission.levels")
        if "payout" in section:
            p.unless(0 < Fraction(section["payout"]["ratio"]) <= 1, "out_of_range", "commission.payout.ratio")
        for name, most in LIMITS.items():
            p.unless(len(section.get(name, [])) <= most, "limit", p.path("commission", name))
        for n, plan in enumerate(section.get("plans", [])):
            self.plan(plan, p.path("commission", "plans", n))
        plans = {plan["id"] for plan in section.get("plans", [])}
        for n, item in enumerate(section.get("multipliers", [])):
            path = p.path("commission", "multipliers", n)
            p.duplicate(item, self.taken, path)
            p.unless(item["dimension"] in section.get("dimensions", {}), "unknown_name", join(path, "dimension"))
            p.unknown(item.get("plans", []), plans, join(path, "plans"))
            self.counted += conditions.check_when(p, item, path)
        caps = {c["id"] for c in p.data.get("earn", {}).get("caps", [])}
        for n, item in enumerate(section.get("caps", [])):
            path = p.path("commission", "caps", n)
            p.duplicate(item, caps, path)
            if "asset" in item:
                p.asset_of(item, path)
            p.unless(item["amount"] >= 0, "out_of_range", join(path, "amount"))
            p.unless(len(item.get("under", [])) <= 1_000, "limit", join(path, "under"))
        p.unless(self.counted <= 10_000, "limit", "commission")
        bounds.check_payout(p, section)
        bounds.check_commission(p, section)

    def plan(self, plan, path):
        p, event = self.p, plan.get("event", "purchase")
        p.duplicate(plan, self.taken, path)
        if event in ("entry_fee", "recruitment"):
            p.add(f"guard_{event}", join(path, "event"))
        self.counted += conditions.check_when(p, plan, path, of_activity=event not in WITH_LINES)
        for name, of_event in (("stocks", "purchase"), ("purposes", "scan"), ("roles", event)):
            p.unless(not plan.get(name) or event == of_event, "not_possible", join(path, name))
            p.unless(len(plan.get(name, [])) <= 1_000, "limit", join(path, name))
        p.unless(event in WITH_LINES or "basis" not in plan, "not_possible", join(path, "basis"))
        if "asset" in plan:
            p.asset_of(plan, path, with_terms=True)
        self.shares(plan, path, event)
        p.days(plan, "available", path)
        p.policy(plan, path)
        p.unless("expiry" not in plan or "asset" in plan, "not_possible", join(path, "expiry"))

    def shares(self, plan, path, event):
        p, differential = self.p, plan.get("mode") == "differential"
        given = False
        for name, wrong in (("referral", differential), ("sale", event in ("turnover", "top_up"))):
            if name in plan:
                given = True
                p.unless(not wrong, "not_possible", join(path, name))
                self.share(plan[name], join(path, name), plan, event)
        uplines, at = plan.get("uplines", []), join(path, "uplines")
        if uplines:
            given = True
            p.unless(not differential, "not_possible", at)
            p.unless(len(uplines) <= self.levels - 1, "guard_levels", at)
        for n, share in enumerate(uplines):
            self.share(share, join(at, n), plan, event)
        grades, at = plan.get("grades", {}), join(path, "grades")
        if grades:
            given = True
            p.unless(differential, "not_possible", at)
        for role, rate in sorted(grades.items()):
            self.share({"type": "rate", "rate": rate}, join(at, role), plan, event)
        p.unless(given, "not_possible", path)

    def share(self, share, path, plan, event):
        p = self.p
        if share["type"] == "fixed":
            p.unless(share["amount"] >= 1, "not_positive", path)
            return
        rate = Fraction(share["rate"])
        if event == "scan":
            p.add("not_possible", path)
        elif "asset" in plan:
            p.unless(rate > 0, "not_positive", path)
        else:
            p.unless(0 < rate <= 1, "out_of_range", path)


def withdrawal(p, section):
    p.unless(section["minimum"] >= 1, "not_positive", "withdrawal.minimum")
    fee = section.get("fee")
    if fee is not None and fee["type"] == "fixed":
        p.unless(fee["amount"] >= 1, "not_positive", "withdrawal.fee.amount")
    elif fee is not None:
        p.unless(0 < Fraction(fee["rate"]) < 1, "out_of_range", "withdrawal.fee.rate")
    limits = section.get("limits", [])
    p.unless(len(limits) <= 10, "limit", "withdrawal.limits")
    taken = {c["id"] for of in ("earn", "commission") for c in p.data.get(of, {}).get("caps", [])}
    for n, item in enumerate(limits):
        path = p.path("withdrawal", "limits", n)
        p.duplicate(item, taken, path)
        p.unless(item["count"] >= 1, "not_positive", join(path, "count"))


def check(problems):
    data = problems.data
    if "referral" in data:
        referral(problems, data["referral"])
    if "commission" in data:
        Commission(problems, data["commission"]).check()
    if "withdrawal" in data:
        withdrawal(problems, data["withdrawal"])
