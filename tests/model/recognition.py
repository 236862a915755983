"""Whose members and employees have a merchant's terms; what its prices take off; cards (rulebook.md, 14)."""

from fractions import Fraction

from parties import limit
from values import Reject, copy

OWN = {"member": "member_of", "staff": "employee_of"}


def in_scope(d, scope, merchant):
    record = d.party(merchant) or {}
    return merchant in scope.get("merchants", []) or \
        any(a in scope.get("alliances", []) for a in record.get("alliances", []))


def standing(d, member, merchant, holder):
    """None: no such terms. Else the recognition by which the member has them, "" for its own."""
    own = (member or {}).get(OWN[holder], [])
    if merchant in own:
        return ""
    for row in d.rulebook.recognition:
        if row["holder"] == holder and in_scope(d, row["at"], merchant) and \
                any(in_scope(d, row["of"], m) for m in own):
            return row["id"]
    return None


def covers(d, price, line):
    category = line.get("category")
    while category is not None:
        if category in price.get("categories", []):
            return True
        category = d.rulebook.parents.get(category)
    return not price.get("categories")


def check_claims(d, c, member):
    """What the lines claim, in the order of the command."""
    prices = {p["id"]: p for p in d.terms(c["merchant"], d.day).get("prices", [])}
    for i, line in enumerate(c["lines"]):
        for j, discount in enumerate(line.get("discounts", [])):
            if "price" not in discount:
                continue
            path, price = f"lines[{i}].discounts[{j}]", prices.get(discount["price"])
            if price is None:
                raise Reject("not_declared", f"{path}.price")
            if discount["funder"] != c["merchant"]:
                raise Reject("wrong_kind", f"{path}.funder")
            if not covers(d, price, line):
                raise Reject("price_not_applicable", f"{path}.price")
            if standing(d, member, c["merchant"], price["holder"]) is None:
                raise Reject("not_entitled", f"{path}.price")
            if discount["amount"] != Fraction(price["off"]) * line["gross"] // 1:
                raise Reject("price_mismatch", f"{path}.amount")


def tell_prices(d, c, member):
    """Every price that the buyer could claim, of each line the largest first (14.2)."""
    prices = d.terms(c["merchant"], d.day).get("prices", [])
    held = {holder: standing(d, member, c["merchant"], holder) for holder in OWN}
    for line in sorted(c["lines"], key=lambda line: line["n"]):
        there = [(Fraction(p["off"]) * line["gross"] // 1, p) for p in prices if held[p["holder"]] is not None and covers(d, p, line)]
        for amount, price in sorted(there, key=lambda one: (-one[0], one[1]["id"])):
            d.arithmetic("prices", {"line": line["n"], "price": price["id"], "holder": price["holder"], "off": price["off"], "amount": amount,
                                    "by": held[price["holder"]] or None})


def enrol_member(d, c):
    member = copy(d.need_party(c["member"], "member", "member"))
    d.need_party(c["merchant"], "merchant", "merchant")
    d.need_actor(c["member"], c["merchant"])
    own = set(member.get("member_of", []))
    if c["merchant"] in own:
        raise Reject("already_exists", "merchant")
    own.add(c["merchant"])
    limit(own, "merchant")
    made = (d.record(f"account/{member['account']}") or {}).get("purchases", {}).get(c["merchant"], 0)
    waived = None
    if made < d.terms(c["merchant"], d.day).get("enrol_after", 0):
        waived = standing(d, member, c["merchant"], "member")
        if waived is None:
            raise Reject("below_threshold", "member")
    member["member_of"] = sorted(own)
    d.write(f"party/{c['member']}", {"type": "party", "party": member})
    d.event("member_enrolled", member=c["member"], merchant=c["merchant"], waived_by=waived)
