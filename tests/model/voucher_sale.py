"""What vouchers take off a purchase, and how they come back (rulebook.md, 11.3, 11.4, 11.6, 11.7, 11.9, 11.10; wire.md, 7)."""

from fractions import Fraction

from offline import Till
from parties import limit
from values import Reject, allocate, amt
from vouchers import a_voucher, count_at, is_full, mark_redeemed, merchant_in_scope, need_place, redeemable, state_of, terms_of

REFUSED = ("voucher_not_applicable", "below_min_spend", "voucher_limit")


def line_in_scope(d, terms, line):
    scope = terms.get("scope", {})
    if scope.get("products") and line["product"] not in scope["products"]:
        return False
    asked, category = scope.get("categories", []), line.get("category")
    while asked and category is not None and category not in asked:
        category = d.rulebook.parents.get(category)
    return not asked or category is not None


def check_vouchers(c):
    """What needs no book."""
    ids = c.get("vouchers", [])
    limit(ids, "vouchers", 16)
    for i, voucher_id in enumerate(ids):
        if voucher_id in ids[:i]:
            raise Reject("duplicate", f"vouchers[{i}]")
    if "offline_till" in c and not ids:
        raise Reject("empty", "vouchers")


def check_stacking(all_terms):
    """Which vouchers may stand beside each other: cash subsidies do not count, of the best of a group only exclusive ones ask."""
    counted = [terms["stacking"] for terms in all_terms if terms["benefit"]["type"] != "subsidy"]
    groups = set()
    for i, terms in enumerate(all_terms):
        stacking = terms["stacking"]
        if terms["benefit"]["type"] == "subsidy":
            continue
        group = stacking["group"] if isinstance(stacking, dict) and stacking["type"] == "group" else None
        if stacking == "exclusive" and len(counted) > 1 or group in groups:
            raise Reject("not_stackable", f"vouchers[{i}]")
        groups.update([group] if group is not None else [])


def best_group(terms):
    """The group of whose vouchers the best is used; a cash subsidy has no stacking."""
    stacking = terms["stacking"]
    if terms["benefit"]["type"] == "subsidy" or not isinstance(stacking, dict) or stacking["type"] != "best":
        return None
    return stacking["group"]


def named_vouchers(d, c, account, till):
    """The vouchers that a purchase names, each of which could be redeemed; or which a till could take for such."""
    named = []
    for i, v in enumerate(c.get("vouchers", [])):
        path = f"vouchers[{i}]"
        voucher = till.accepted(v, account, path) if till else redeemable(d, v, account, c["merchant"], path)
        named.append({"id": v, "voucher": voucher, "stock": voucher["stock"], "terms": terms_of(d, voucher),
                      "path": path, "over": [], "lost": till is not None and till.lost(voucher)})
    for one in named:
        if till and "balance" in one["voucher"]:
            raise Reject("not_accepted", one["path"])
    return named


def apply_vouchers(d, c, member, merchant, lines):
    """Take off what the vouchers of a purchase take off; they are redeemed, but those that are lost. The lines are in order.
    For each that is redeemed: its id, it, its terms, the places of the lines in its scope, and of a cash subsidy funder → by line."""
    if c.get("vouchers", []) and member is None:
        raise Reject("not_accepted", "member")
    till = Till(d, c) if "offline_till" in c else None
    named = named_vouchers(d, c, (member or {}).get("account"), till)
    check_stacking([one["terms"] for one in named])
    sale, used, groups = Sale(d, c["merchant"], merchant, lines, till), [], set()
    for one in named:
        group = best_group(one["terms"])
        if group is None:
            used.append({**one, **sale.take_off(one)})
        elif group not in groups:
            groups.add(group)
            used.append(sale.use_best([x for x in named if best_group(x["terms"]) == group]))
        else:
            continue
        if used[-1]["lost"]:
            used[-1]["borne"] = borne = till.lose(used[-1]["value"])
            used[-1]["told"] = {"operator": borne, "merchant": used[-1]["value"] - borne}
            continue
        count_at(d, used[-1]["stock"], c["merchant"], 1)
        sale.multipliers.add(used[-1]["terms"]["benefit"].get("multiplier"))
        if used[-1]["terms"]["benefit"]["type"] == "subsidy":
            sale.given += used[-1]["value"]
    for one in used:
        d.arithmetic("vouchers", {"voucher": one["id"], "stock": one["stock"], "basis": one["basis"], "exact": str(one["exact"]),
                                  "value": one["value"], "lost": one.get("told")})
        if one["lost"]:
            till.tell(one)
        elif "balance" in one["voucher"]:
            spend(d, c, one)
        else:
            mark_redeemed(d, one["id"], one["voucher"], c["merchant"], one["value"], c["purchase"])
        for other in one["over"]:
            d.event("voucher_passed_over", stock=other["stock"], voucher=other["id"])
    return [one for one in used if not one["lost"]]


def spend(d, c, one):
    """Stored value is lower by what came off; used up it is redeemed. It names no purchase (11.7)."""
    voucher = one["voucher"]
    voucher["balance"] -= one["value"]
    voucher.pop("reserved", None)
    if voucher["balance"] == 0:
        voucher["mark"] = "redeemed"
    d.write(f"voucher/{one['id']}", voucher)
    d.event("voucher_redeemed", account=voucher["account"], balance=voucher["balance"], merchant=c["merchant"],
            purchase=c["purchase"], stock=one["stock"], value=one["value"], voucher=one["id"])


class Sale:
    """The lines of a purchase while vouchers take off them, and what they came to before."""

    def __init__(self, d, merchant_id, merchant, lines, till):
        self.d, self.merchant_id, self.merchant, self.lines, self.till = d, merchant_id, merchant, lines, till
        self.before = [line["after_discounts"] for line in lines]
        self.multipliers = set()  # that vouchers which are used have given so far
        self.given = 0  # by cash subsidies so far

    def use_best(self, group):
        """The one that takes most off, of equal ones the earliest; all are worked out on the same lines."""
        start, best, refused = [dict(line) for line in self.lines], None, []
        for one in group:
            self.lines[:] = [dict(line) for line in start]
            try:
                worked = {**one, **self.take_off(one)}
            except Reject as reject:
                if reject.code not in REFUSED:
                    raise
                refused.append(reject)
                continue
            if best is None or worked["value"] > best[0]["value"]:
                best = worked, self.lines[:]
        if best is None:
            raise refused[0]
        self.lines[:] = best[1]
        return {**best[0], "over": [one for one in group if one["id"] != best[0]["id"]]}

    def take_off(self, one):
        """Take a voucher off the lines: its value, the places in its scope, and of a cash subsidy funder → by line."""
        d, terms, lines, path = self.d, one["terms"], self.lines, one["path"]
        places = [i for i, line in enumerate(lines) if line_in_scope(d, terms, line)]
        if not places or not merchant_in_scope(terms, self.merchant_id, self.merchant):
            raise Reject("voucher_not_applicable", path)
        if amt(sum(self.before[i] for i in places)) < terms.get("min_spend", 0):
            raise Reject("below_min_spend", path)
        weights = [lines[i]["after_discounts"] for i in places]
        left = max(sum(line["net"] for line in lines), 0) - self.given
        value = min(value_of(terms["benefit"], one["voucher"].get("balance"), weights), left)
        if not (value or self.gives(terms["benefit"], weights)):
            raise Reject("voucher_not_applicable", path)
        if self.till is None:
            need_place(d, one["stock"], terms, self.merchant_id, path)
        elif is_full(d, one["stock"], terms, self.merchant_id):
            one = {**one, "lost": True}  # the till could not know what others took
        if one["lost"]:
            value = 0 if terms["benefit"]["type"] == "subsidy" else value
        paid = self.divide(one, value, places, weights) if value else {}
        return {"value": value, "lost": one["lost"], "places": places, "paid": paid, "basis": sum(weights),
                "exact": exact_of(terms["benefit"], one["voucher"].get("balance"), weights)}

    def gives(self, benefit, weights):
        """Whether what takes nothing off gives something: a gift, or a multiplier that there is, once, on lines that come to something."""
        if benefit["type"] != "points_multiplier":
            return benefit["type"] == "gift"
        multiplier = benefit["multiplier"]
        return sum(weights) > 0 and multiplier not in self.multipliers and self.d.rulebook.of_vouchers(multiplier) is not None

    def bearers(self, one, value):
        """Who pays for a voucher, by id, and what each pays: the funders, or of a lost one the operator and the merchant."""
        if one["lost"]:
            parts = self.till.parts(value)
            return sorted(parts), [parts[party] for party in sorted(parts)]
        shares = one["terms"]["funders"]
        return sorted(shares), allocate(value, [shares[f] for f in sorted(shares)])

    def divide(self, one, value, places, weights):
        """By line and by funder (11.3, step 4); of a cash subsidy nothing comes off."""
        terms, named = one["terms"], {"voucher": one["id"]} if "balance" in one["voucher"] else {}
        subsidy = terms["benefit"]["type"] == "subsidy"
        funders, left = self.bearers(one, value)
        paid = {f: {} for f in funders}
        for i, off in zip(places, allocate(value, weights)):
            parts = allocate(off, left)
            left = [x - part for x, part in zip(left, parts)]
            line = self.lines[i]
            for funder, part in zip(funders, parts):
                if subsidy:
                    paid[funder][i] = part
                elif part:
                    line["discounts"] = line.get("discounts", []) + [{"amount": part, "funder": funder, **named}]
                    line["turnover"] -= part if funder == self.merchant_id else 0
            if not subsidy:
                line["net"] -= off
                line["after_discounts"] -= off
        return paid if subsidy else {}


def multipliers_given(used, lines):
    """By line, the multipliers that the vouchers of a purchase give it (11.9)."""
    return [{one["terms"]["benefit"]["multiplier"] for one in used
             if one["terms"]["benefit"]["type"] == "points_multiplier" and i in one["places"]} for i in range(len(lines))]


def exact_of(benefit, balance, weights):
    """What its benefit says of lines that come to these."""
    if benefit["type"] == "percent":
        return Fraction(benefit["rate"]) * sum(weights)
    return balance if benefit["type"] == "stored_value" else benefit.get("amount", 0)


def value_of(benefit, balance, weights):
    """What a voucher takes off lines that come to these (11.3, step 3)."""
    exact = exact_of(benefit, balance, weights)
    if benefit["type"] == "percent":
        return min(exact // 1, benefit.get("most", exact // 1))
    return min(exact, sum(weights))


# ---------------------------------------------------------------- returns (11.4 and 11.7)


def give_back(d, account, purchase, back, remains):
    """Stored value gets back what returns of its discounts; when nothing remains of a purchase, it forgets its vouchers."""
    returned = {}
    for x in (x for line in back for x in line["discounts"] if "voucher" in x):
        returned[x["voucher"]] = returned.get(x["voucher"], 0) + x["amount"]
    ids = purchase.get("vouchers", []) if remains else purchase.pop("vouchers", [])
    for voucher_id in ids:
        voucher = a_voucher(d, voucher_id)
        if not remains:
            account.use_of_pack(voucher, -1)
            count_at(d, voucher["stock"], purchase["merchant"], -1)
        if returned.get(voucher_id):
            refill(d, voucher_id, voucher, returned[voucher_id])
        elif not remains and "balance" not in voucher:
            reinstate(d, voucher_id, voucher)


def reinstate(d, voucher_id, voucher):
    voucher["mark"] = "open"
    del voucher["purchase"]
    d.write(f"voucher/{voucher_id}", voucher)
    d.event("voucher_reinstated", usable=d.today < voucher["until"], voucher=voucher_id)


def refill(d, voucher_id, voucher, amount):
    """Into the balance; what was replaced hands it on to the last that stands for it."""
    if voucher["mark"] == "replaced":
        passed = {f"voucher/{one}" for one in (voucher_id, voucher.get("first", voucher_id))}
        first = d.record(f"voucher/{voucher['first']}") if "first" in voucher else voucher
        voucher_id = first["replaced_by"]
        voucher = a_voucher(d, voucher_id)
        if voucher["mark"] == "replaced":
            d.guards |= passed
    voucher["balance"] = amt(voucher["balance"] + amount)
    if voucher["mark"] == "redeemed":
        voucher["mark"] = "open"
    d.write(f"voucher/{voucher_id}", voucher)
    d.event("voucher_refilled", amount=amount, balance=voucher["balance"], usable=state_of(d, voucher) in ("claimed", "reserved"),
            voucher=voucher_id)
