"""What vouchers take off a purchase, and how they come back (rulebook.md, 11.3 and 11.4; wire.md, 7)."""

from fractions import Fraction

from parties import limit
from values import Reject, allocate, amt
from vouchers import a_voucher, count_at, mark_redeemed, merchant_in_scope, need_place, redeemable, terms_of


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


def apply_vouchers(d, c, member, merchant, lines):
    """Take off what the vouchers of a purchase take off; they are redeemed. The lines are in order.
    For each voucher: it, its terms, the places of the lines in its scope, and of a cash subsidy funder → by line."""
    ids = c.get("vouchers", [])
    if ids and member is None:
        raise Reject("not_accepted", "member")
    found = [redeemable(d, v, member["account"], c["merchant"], f"vouchers[{i}]") for i, v in enumerate(ids)]
    all_terms, groups = [terms_of(d, v) for v in found], set()
    subsidy = [terms["benefit"]["type"] == "subsidy" for terms in all_terms]
    for i, terms in enumerate(all_terms):
        if subsidy[i]:
            continue
        stacking = terms["stacking"]
        group = stacking["group"] if isinstance(stacking, dict) else None
        if stacking == "exclusive" and subsidy.count(False) > 1 or group in groups:
            raise Reject("not_stackable", f"vouchers[{i}]")
        groups.update([group] if group is not None else [])
    before, worked = [line["after_discounts"] for line in lines], []
    for i, (voucher, terms) in enumerate(zip(found, all_terms)):
        worked.append(take_off(d, c["merchant"], merchant, terms, lines, before, f"vouchers[{i}]"))
        need_place(d, voucher["stock"], terms, c["merchant"], f"vouchers[{i}]")
        count_at(d, voucher["stock"], c["merchant"], 1)
    for voucher_id, voucher, (value, _, _) in zip(ids, found, worked):
        mark_redeemed(d, voucher_id, voucher, c["merchant"], value, c["purchase"])
    return [{"voucher": voucher, "stock": voucher["stock"], "terms": terms, "places": places, "paid": paid}
            for voucher, terms, (_, places, paid) in zip(found, all_terms, worked)]


def take_off(d, merchant_id, merchant, terms, lines, before, path):
    places = [i for i, line in enumerate(lines) if line_in_scope(d, terms, line)]
    if not places or not merchant_in_scope(terms, merchant_id, merchant):
        raise Reject("voucher_not_applicable", path)
    if amt(sum(before[i] for i in places)) < terms.get("min_spend", 0):
        raise Reject("below_min_spend", path)
    weights = [lines[i]["after_discounts"] for i in places]
    benefit, value = terms["benefit"], 0
    if benefit["type"] in ("fixed", "subsidy"):
        value = min(benefit["amount"], sum(weights))
    elif benefit["type"] == "percent":
        exact = Fraction(benefit["rate"]) * sum(weights)
        value = min(exact.numerator // exact.denominator, benefit.get("most", exact))
    if value == 0:
        if benefit["type"] != "gift":
            raise Reject("voucher_not_applicable", path)
        return 0, places, {}
    funders = sorted(terms["funders"])
    left, paid = allocate(value, [terms["funders"][f] for f in funders]), {f: {} for f in funders}
    for i, off in zip(places, allocate(value, weights)):
        parts = allocate(off, left)
        left = [x - part for x, part in zip(left, parts)]
        line = lines[i]
        for funder, part in zip(funders, parts):
            if benefit["type"] == "subsidy":
                paid[funder][i] = part
            elif part:
                line["discounts"] = line.get("discounts", []) + [{"amount": part, "funder": funder}]
                line["turnover"] -= part if funder == merchant_id else 0
        if benefit["type"] != "subsidy":
            line["net"] -= off
            line["after_discounts"] -= off
    return value, places, paid if benefit["type"] == "subsidy" else {}


def reinstate(d, account, purchase):
    """Nothing remains of a purchase: its vouchers are open again."""
    for voucher_id in purchase.pop("vouchers", []):
        voucher = a_voucher(d, voucher_id)
        voucher["mark"] = "open"
        del voucher["purchase"]
        account.use_of_pack(voucher, -1)
        count_at(d, voucher["stock"], purchase["merchant"], -1)
        d.write(f"voucher/{voucher_id}", voucher)
        d.event("voucher_reinstated", usable=d.today < voucher["until"], voucher=voucher_id)
