"""The bound of the arithmetic (rulebook.md, 2.1) and the bound of payouts (13.8)."""

from fractions import Fraction
from math import lcm

EXACT = 2 ** 120
AMOUNT = 2 ** 53


class Beyond(Exception):
    """A figure on the way is above 128 bits."""


def within(figure):
    if figure >= 2 ** 128:
        raise Beyond
    return figure


class Ratio:
    """A numerator and a denominator that are never reduced."""

    def __init__(self, over, under):
        self.over, self.under = within(over), within(under)

    @staticmethod
    def of(fraction):
        return Ratio(fraction.numerator, fraction.denominator)

    def times(self, other):
        return Ratio(self.over * other.over, self.under * other.under)


def one_and_sum(ratios):
    common = lcm(1, *(r.under for r in ratios))
    return Ratio(common + sum(r.over * (common // r.under) for r in ratios), common)


def product(ratios):
    out = Ratio(1, 1)
    for ratio in ratios:
        out = out.times(ratio)
    return out


def of_dimension(how, factors):
    """The bound of a dimension whose factors are these, in lowest terms."""
    ratios = [Ratio.of(f) for f in factors]
    if not ratios:
        return Ratio(1, 1)
    if how == "max":
        common = lcm(1, *(r.under for r in ratios))
        return Ratio(max(common, *(r.over * (common // r.under) for r in ratios)), common)
    if how == "add":
        return one_and_sum(ratios)
    return product([Ratio(max(r.over, r.under), r.under) for r in ratios])


def factors_of(section, multipliers):
    """The bound of all factors of a section."""
    dimensions = [of_dimension(how, [Fraction(m["factor"]) for m in multipliers if m["dimension"] == name])
                  for name, how in sorted(section.get("dimensions", {}).items())]
    return one_and_sum(dimensions) if section.get("across") == "add" else product(dimensions)


def line_cap(earn, asset):
    return max(1, *(c["points"] for c in earn.get("caps", []) if c["asset"] == asset and c["per"] == "line"), 1)


def base_of(rules):
    """N and D of the rules of an asset, the largest points and the largest per; figures below 1 count as 1."""
    figures = [(max(r["effect"]["points"], 1), max(r["effect"].get("per", 1), 1)) for r in rules if "points" in r["effect"]]
    common = lcm(1, *(per for _, per in figures))
    total = sum(points * common // per for points, per in figures)
    points, pers = [points for points, _ in figures], [per for _, per in figures]
    if any(r["effect"]["type"] == "merchant_ratio" for r in rules):
        total, common = (total + common) * 10 ** 6, common * 10 ** 6
        points, pers = points + [10 ** 6], pers + [10 ** 6]
    return Ratio(AMOUNT * total, common), max(points), max(pers)


def check_earn(problems, earn):
    for asset in sorted({r["asset"] for r in earn.get("rules", [])}):
        cap = line_cap(earn, asset)
        multipliers = [m for m in earn.get("multipliers", []) if m.get("asset", asset) == asset]
        at = problems.path("points", asset)
        try:
            base, points, per = base_of([r for r in earn["rules"] if r["asset"] == asset])
            if AMOUNT * points * per >= EXACT or base.over >= EXACT or base.under * cap >= EXACT:
                raise Beyond
            at = "earn.multipliers"
            raised = base.times(factors_of(earn, multipliers))
            if raised.over >= EXACT or raised.under * cap >= EXACT:
                raise Beyond
        except Beyond:
            problems.add("may_overflow", at)


def shares_of(plan):
    return [plan[name] for name in ("referral", "sale") if name in plan] + plan.get("uplines", [])


def rate_of(plan):
    """The sum of its rates and its largest grade."""
    rates = [Fraction(s["rate"]) for s in shares_of(plan) if s["type"] == "rate"]
    return sum(rates, max((Fraction(g) for g in plan.get("grades", {}).values()), default=Fraction(0)))


def raised_rates(section, plans):
    """N and D of the rates of all plans, times all factors."""
    rates = [rate_of(plan) for plan in plans]
    common = lcm(1, *(r.denominator for r in rates))
    most = max(r.numerator * (common // r.denominator) for r in rates)
    if any(s["type"] == "fixed" for plan in plans for s in shares_of(plan)):
        most = max(most, 4 * common)
    return Ratio(AMOUNT * most, common).times(factors_of(section, section.get("multipliers", [])))


def check_commission(problems, section):
    plans = section.get("plans", [])
    try:
        raised = raised_rates(section, plans) if plans else Ratio(0, 1)
        problems.unless(raised.over < EXACT and raised.under < EXACT, "may_overflow", "commission")
    except Beyond:
        problems.add("may_overflow", "commission")


def above_one(ratios):
    return [Ratio(max(r.over - r.under, 0), r.under) for r in ratios]


def largest_factor(section, plan):
    """What the factors of a plan can come to at most: those that name it or no plan."""
    if plan.get("multiplied") == "no":
        return Ratio(1, 1)
    multipliers = [m for m in section.get("multipliers", []) if not m.get("plans") or plan["id"] in m["plans"]]
    found = []
    for name, how in sorted(section.get("dimensions", {}).items()):
        factors = [Fraction(m["factor"]) for m in multipliers if m["dimension"] == name]
        found.append(one_and_sum(above_one(map(Ratio.of, factors))) if how == "add" else of_dimension(how, factors))
    return one_and_sum(above_one(found)) if section.get("across") == "add" else product(found)


def exceeds(section, ratio):
    plans = [plan for plan in section.get("plans", []) if plan.get("event", "purchase") == "purchase" and "asset" not in plan]
    paid = [(plan["group"], Ratio.of(rate_of(plan)).times(largest_factor(section, plan))) for plan in plans]
    common, groups = within(lcm(1, *(most.under for _, most in paid))), {}
    for group, most in paid:
        groups[group] = max(groups.get(group, 0), within(most.over * (common // most.under)))
    return within(within(sum(groups.values())) * ratio.denominator) > within(ratio.numerator * common)


def check_payout(problems, section):
    payout = section.get("payout", {"type": "none"})
    try:
        over = payout["type"] == "fixed" and exceeds(section, Fraction(payout["ratio"]))
    except Beyond:
        over = True
    problems.unless(not over, "guard_payout_ratio", "commission.payout")
