"""Merchants exchange vouchers that are nobody's yet (rulebook.md, 11.8; wire.md, 7)."""

from parties import limit
from values import Reject
from vouchers import a_voucher, in_hands_of, need_state, terms_of

SIDES = (("give", "from", "to"), ("take", "to", "from"))


def check_lists(c):
    """What needs no book."""
    if c["to"] == c["from"]:
        raise Reject("duplicate", "to")
    for side, _, _ in SIDES:
        if not c[side]:
            raise Reject("empty", side)
        limit(c[side], side, 500)
    seen = set()
    for side, _, _ in SIDES:
        for i, voucher_id in enumerate(c[side]):
            if voucher_id in seen:
                raise Reject("duplicate", f"{side}[{i}]")
            seen.add(voucher_id)
    for side, _, _ in SIDES:
        if c[f"{side}_value"] < 0:
            raise Reject("negative_amount", f"{side}_value")


def swap_vouchers(d, c):
    check_lists(c)
    for field in ("from", "to"):
        d.need_party(c[field], field, "merchant")
    d.need_actor()
    found = []
    for side, giver, getter in SIDES:
        for i, voucher_id in enumerate(c[side]):
            path = f"{side}[{i}]"
            voucher = a_voucher(d, voucher_id, path)
            need_state(d, voucher, "swap", path)
            if in_hands_of(d, voucher) != c[giver]:
                raise Reject("not_allowed", path)
            found.append((side, voucher_id, voucher, c[getter]))
    for side, _, _ in SIDES:
        faces = [terms_of(d, v)["benefit"].get("amount") for s, _, v, _ in found if s == side]
        if None not in faces and sum(faces) < c[f"{side}_value"]:
            raise Reject("limit_exceeded", f"{side}_value")
    for _, voucher_id, voucher, getter in found:
        voucher["holder"] = getter
        if terms_of(d, voucher)["issuer"] == getter:
            del voucher["holder"]
        d.write(f"voucher/{voucher_id}", voucher)
    d.post(f"{c['from']}/settlement", f"{c['to']}/settlement", d.rulebook.currency, c["take_value"] - c["give_value"],
           d.day, "voucher_swap")
    d.event("vouchers_swapped", give_value=c["give_value"], given=len(c["give"]), take_value=c["take_value"],
            taken=len(c["take"]), to=c["to"], **{"from": c["from"]})
