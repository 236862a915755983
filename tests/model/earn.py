"""What a purchase or an activity earns: values, factors, buckets, awards before they are cut (rulebook.md, 3.3 to 3.5)."""

from fractions import Fraction

from rulebook import holds
from values import allocate, amt, canonical, rounded


def dimension_value(mode, factors):
    if mode == "max":
        return max(factors)
    if mode == "multiply":
        product = Fraction(1)
        for f in factors:
            product *= f
        return product
    return max(1 + sum(f - 1 for f in factors), Fraction(0))


def whole_factor(section, multipliers):
    """The factor of all these multipliers of a section (of the rulebook's own, or of commission) together."""
    by_dimension = {}
    for m in multipliers:
        by_dimension.setdefault(m["dimension"], []).append(Fraction(m["factor"]))
    values = [dimension_value(section["dimensions"][d], factors) for d, factors in by_dimension.items()]
    if section.get("across") == "add":
        return max(1 + sum(v - 1 for v in values), Fraction(0))
    product = Fraction(1)
    for v in values:
        product *= v
    return product


class Buckets:
    """What is awarded together: values by line, and the rank of the first contribution."""

    def __init__(self, rulebook):
        self.rulebook, self.found = rulebook, {}

    def add(self, owner, kind, asset, line, value):
        if value == 0:
            return
        funder, policy, spendable = self.rulebook.given(owner)
        campaign = owner.get("campaign")
        kind = "campaign" if campaign is not None else kind
        key = canonical([asset, kind, campaign or "", funder, policy, spendable])
        rank = (self.rulebook.rank[owner["id"]], asset)
        bucket = self.found.setdefault(key, {
            "asset": asset, "class": kind, "campaign": campaign, "funder": funder, "policy": policy,
            "spendable": spendable, "rank": rank, "values": {}, "gave": [], "line_cuts": []})
        bucket["rank"] = min(bucket["rank"], rank)
        bucket["values"][line] = bucket["values"].get(line, Fraction(0)) + value
        bucket["gave"].append((line, owner["id"], value))

    def awards(self, d, line_caps=True):
        """Line caps (not of activities), the sum, R1, and the order of the awards; of what is no point only the trace tells."""
        out, less = [], []
        for bucket in self.found.values():
            for cap in self.rulebook.caps:
                if line_caps and cap["per"] == "line" and not cap.get("activities") and cap_counts(cap, bucket, None):
                    for line, value in sorted(bucket["values"].items()):
                        if value > cap["points"]:
                            bucket["values"][line] = Fraction(cap["points"])
                            bucket["line_cuts"].append((line, f"cap/{cap['id']}", value, cap["points"]))
            bucket["points"] = amt(rounded(sum(bucket["values"].values()), self.rulebook.rounding["award"]))
            (out if bucket["points"] > 0 else less).append(bucket)
        d.less = sorted(less, key=lambda b: b["rank"])
        return sorted(out, key=lambda b: b["rank"])


def cap_counts(cap, bucket, activity):
    if cap["asset"] != bucket["asset"]:
        return False
    if cap.get("classes") and bucket["class"] not in cap["classes"]:
        return False
    if cap.get("campaigns") and bucket["campaign"] not in cap["campaigns"]:
        return False
    return not cap.get("activities") or activity in cap["activities"]


BASES = {"after_tender": "after_tender", "after_discounts": "after_discounts", "before_discounts": "gross"}


def rate_purchase(rulebook, what, lines, ratios, by_vouchers, d):
    """The awards of a purchase, uncut. `ratios`: the merchant's own, by asset; `by_vouchers`: the multipliers that vouchers give, by line."""
    buckets = Buckets(rulebook)
    rules = [[r for r in rulebook.rules if holds(r.get("when", {}), what, line)] for line in lines]
    takes_part = lambda m, given: m.get("trigger", "purchase") == "purchase" or m["id"] in given
    multipliers = [[m for m in rulebook.multipliers if takes_part(m, given) and holds(m.get("when", {}), what, line)]
                   for line, given in zip(lines, by_vouchers)]
    basis = lambda rule, line: line[BASES[rule.get("basis", "after_tender")]]

    divided = {}
    for rule in rulebook.rules:
        if rule["effect"]["type"] != "per_purchase":
            continue
        matched = [i for i in range(len(lines)) if rule in rules[i]]
        if not matched:
            continue
        weights = [basis(rule, lines[i]) if i in matched else 0 for i in range(len(lines))]
        if sum(weights) == 0:
            weights[matched[0]] = 1
        divided[rule["id"]] = allocate(rule["effect"]["points"], weights)

    for i, line in enumerate(lines):
        for asset in sorted({r["asset"] for r in rulebook.rules}):
            valued = [(r, rule_value(r, line, basis(r, line), divided, i, ratios)) for r in rules[i] if r["asset"] == asset]
            taken = take(rulebook, valued)
            if taken is None:
                continue
            matching = [m for m in multipliers[i] if m.get("asset", asset) == asset]
            factor = whole_factor(rulebook.earn, [m for m in matching if "campaign" not in m])
            multiplied = Fraction(0)
            for rule, value in sorted(taken, key=lambda one: rulebook.rank[one[0]["id"]]):
                times = is_multiplied(rule)
                multiplied += value if times else 0
                buckets.add(rule, "everyday", asset, i, value * factor if times else value)
            campaigns = sorted((m for m in matching if "campaign" in m), key=lambda m: (
                rulebook.campaigns[m["campaign"]].get("priority", 0), m["campaign"], m.get("priority", 0), m["id"]))
            present = [m for m in matching if "campaign" not in m]
            tell_line(d, line["n"], asset, valued, taken, present, campaigns)
            for m in campaigns:
                present.append(m)
                after = whole_factor(rulebook.earn, present)
                buckets.add(m, "campaign", asset, i, multiplied * (after - factor))
                factor = after
    return buckets.awards(d)


def is_multiplied(rule):
    return rule.get("multiplied", "yes") == "yes" and "campaign" not in rule


def tell_line(d, number, asset, valued, taken, everyday, campaigns):
    """For the trace: what each rule comes to, and the factors one by one."""
    base = [{"rule": r["id"], "value": str(value), "taken": any(r is t for t, _ in taken), "multiplied": is_multiplied(r)}
            for r, value in valued if value is not None]
    factors, present = [], []
    for m in [*everyday, *campaigns]:
        present.append(m)
        factors.append({"multiplier": m["id"], "dimension": m["dimension"], "factor": str(Fraction(m["factor"])),
                        "total": str(whole_factor(d.rulebook.earn, present)), **({"campaign": m["campaign"]} if "campaign" in m else {})})
    d.arithmetic("lines", {"line": number, "asset": asset, "base": base, "factors": factors})


def rule_value(rule, line, basis, divided, place, ratios):
    effect = rule["effect"]
    if effect["type"] == "per_amount":
        return Fraction(basis * effect["points"], effect["per"])
    if effect["type"] == "per_unit":
        return Fraction(line["quantity"] * effect["points"])
    if effect["type"] == "per_purchase":
        return Fraction(divided[rule["id"]][place])
    ratio = ratios.get(rule["asset"])
    return None if ratio is None else Fraction(basis * ratio["points"], ratio["per"])


def take(rulebook, valued):
    """The rules that their groups take, with their values; None if no rule has a value."""
    groups = {}
    for rule, value in valued:
        if value is not None:
            groups.setdefault(rule["group"], []).append((rule, value))
    if not groups:
        return None
    taken = []
    for group, members in groups.items():
        mode = rulebook.groups[group]
        if mode == "sum":
            taken += members
        elif mode == "first":
            taken.append(members[0])
        else:
            largest = max(value for _, value in members)
            taken.append(next(m for m in members if m[1] == largest))
    return taken


def rate_activity(rulebook, what, activity, count, d):
    buckets = Buckets(rulebook)
    for rule in rulebook.activities:
        if rule["activity"] == activity and holds(rule.get("when", {}), what, None):
            buckets.add(rule, "activity", rule["asset"], 0, Fraction(rule["points"] * count))
    return buckets.awards(d, line_caps=False)
