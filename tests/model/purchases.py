"""Purchases and activities: recording, awarding, confirming (rulebook.md, 3 and 6.3; wire.md, 7)."""

from fractions import Fraction

from awarding import Awarding
from earn import rate_activity, rate_purchase
from parties import need_positive
from payouts import check_people, pay_for_purchase
from recognition import check_claims, tell_prices
from values import Reject, allocate, amt, copy
from voucher_sale import apply_vouchers, check_vouchers, multipliers_given

# ---------------------------------------------------------------- record_purchase


def check_lines(d, c):
    lines = c["lines"]
    if not lines:
        raise Reject("empty", "lines")
    if len(lines) > 500:
        raise Reject("limit_exceeded", "lines")
    seen = set()
    for i, line in enumerate(lines):
        path = f"lines[{i}]"
        if line["n"] in seen:
            raise Reject("duplicate", f"{path}.n")
        seen.add(line["n"])
        for field in ("tags", "discounts"):
            if len(line.get(field, [])) > 16:
                raise Reject("limit_exceeded", f"{path}.{field}")
        for field in ("quantity", "gross"):
            if line[field] < 0:
                raise Reject("negative_amount", f"{path}.{field}")
        for j, discount in enumerate(line.get("discounts", [])):
            if discount["amount"] < 0:
                raise Reject("negative_amount", f"{path}.discounts[{j}].amount")
        claims = [j for j, discount in enumerate(line.get("discounts", [])) if "price" in discount]
        if len(claims) > 1:
            raise Reject("duplicate", f"{path}.discounts[{claims[1]}].price")
        if "category" in line and line["category"] not in d.rulebook.parents:
            raise Reject("not_declared", f"{path}.category")
        try:
            discounts = amt(sum(x["amount"] for x in line.get("discounts", [])))
            amt(line["gross"] - discounts)
        except Reject:
            raise Reject("amount_overflow", path) from None


def figures(c):
    """What each line comes to (rulebook.md, 3.2)."""
    out = []
    for line in sorted(c["lines"], key=lambda l: l["n"]):
        discounts = line.get("discounts", [])
        net = line["gross"] - sum(x["amount"] for x in discounts)
        out.append({**line, "net": net, "after_discounts": max(net, 0),
                    "turnover": line["gross"] - sum(x["amount"] for x in discounts if x["funder"] == c["merchant"]),
                    "tender_value": 0, "tender_points": 0})
    return out


def tender(d, c, account, lines):
    """Points that pay: the frozen parts; value and points are put into the lines."""
    asked, merchant, op_terms = c["tender"], c["merchant"], d.rulebook.points
    hold = account.hold(asked["hold"], "tender.hold") if asked["type"] == "hold" else None
    asset = asked["asset"] if hold is None else hold["parts"][0]["asset"]
    terms = op_terms.get(asset, {}).get("tender")
    if asset not in d.terms(merchant, d.day).get("accepts", []) or terms is None:
        raise Reject("not_accepted", "tender")
    value = d.tender_value(asset, asked["points"])
    weights = [line["after_discounts"] for line in lines]
    net = amt(sum(line["net"] for line in lines))
    if value > Fraction(terms["max_share"]) * amt(sum(weights)) or value > net or value == 0:
        raise Reject("tender_over_share", "tender.points")
    if hold is None:
        parts, rest = account.draw(asset, merchant, asked["points"], "tender.points"), []
    else:
        if hold["merchant"] != merchant:
            raise Reject("not_accepted", "tender.hold")
        if asked["points"] > sum(p["points"] for p in hold["parts"]):
            raise Reject("hold_exceeded", "tender.points")
        account.remove_hold(hold)
        parts, rest = account.split(hold["parts"], asked["points"])
    for line, part, points in zip(lines, allocate(value, weights), allocate(asked["points"], weights)):
        line["tender_value"], line["tender_points"] = part, points
    worth = Fraction(asked["points"] * terms["value"], terms["points"])
    told = {"asset": asset, "points": asked["points"], "exact": str(worth), "value": value}
    remembered = account.redeem("spendable" if hold is None else "held", merchant, asset, parts)
    if rest:
        account.release({**hold, "parts": rest}, d.today)
    return value, remembered, told


def context(d, c, member, merchant):
    return {"rulebook": d.rulebook, "day": d.day, "minute": d.minute, "merchant": c.get("merchant"),
            "store": c.get("store"), "channel": c.get("channel"), "tier": member.get("tier"),
            "birthday": member.get("birthday"), "roles": member.get("roles", []), "flags": member.get("flags", []),
            "member_of": member.get("member_of", []), "alliances": (merchant or {}).get("alliances", []),
            "ordinal": None}


def record_purchase(d, c):
    check_lines(d, c)
    check_vouchers(c)
    if "payout_ratio" in c:
        if ((d.rulebook.commission or {}).get("payout") or {}).get("type") != "input":
            raise Reject("not_declared", "payout_ratio")
        if Fraction(c["payout_ratio"]) > 1:
            raise Reject("limit_exceeded", "payout_ratio")
    asked = c.get("tender")
    if asked is not None:
        need_positive(asked["points"], "tender.points")
        if asked["type"] == "points":
            d.need_points(asked["asset"], "tender.asset")
    lines = figures(c)
    m = c["merchant"]
    merchant = d.need_party(m, "merchant", "merchant")
    if "store" in c and d.need_party(c["store"], "store", "store")["merchant"] != m:
        raise Reject("wrong_kind", "store")
    member = d.need_party(c["member"], "member", "member") if "member" in c else None
    check_people(d, c, member)
    seen = {m}
    for i, line in enumerate(c["lines"]):
        for j, discount in enumerate(line.get("discounts", [])):
            if discount["funder"] not in seen:
                seen.add(discount["funder"])
                path = f"lines[{i}].discounts[{j}].funder"
                d.need_party(discount["funder"], path, "operator", "branch", "merchant", "store", "partner")
                at = d.terms(discount["funder"], d.day).get("discounts_at")
                if at is not None and not {m, *merchant.get("alliances", [])} & set(at):
                    raise Reject("not_accepted", path)
    d.need_actor(m)
    if d.record(f"purchase/{c['purchase']}") is not None:
        raise Reject("already_exists", "purchase")
    check_claims(d, c, member)
    tell_prices(d, c, member)
    vouchers = apply_vouchers(d, c, member, merchant, lines)
    amt(sum(line["net"] for line in lines))
    if asked is not None and member is None:
        raise Reject("not_accepted", "member")
    account = d.load_account(member["account"]) if member is not None else None
    for one in vouchers:
        account.use_of_pack(one["voucher"], 1)

    value, remembered, told = tender(d, c, account, lines) if asked is not None else (0, None, None)
    for line in lines:
        line["after_tender"] = max(line["after_discounts"] - line["tender_value"], 0)
    tell_purchase(d, lines, told)
    post_sale(d, m, lines, account is not None, 1)
    net = sum(line["net"] for line in lines)
    d.event("purchase_recorded", account=account.id if account else None, cash=amt(net - value), merchant=m, net=net,
            purchase=c["purchase"], store=c.get("store"), clerk=c.get("clerk"))

    lane, awards = c.get("lane", "main"), []
    what = context(d, c, member or {}, merchant)
    what["sum"] = amt(sum(line["after_discounts"] for line in lines))
    if account is not None:
        what["ordinal"] = {"programme": sum(account.purchases.values()) + 1,
                           "merchant": account.purchases.get(m, 0) + 1}
        rated = rate_purchase(d.rulebook, what, lines, d.terms(m, d.day).get("earn", {}), multipliers_given(vouchers, lines), d)
        awards = Awarding(d, account, lane, purchase=c["purchase"], numbers=[line["n"] for line in lines]).give_all(rated, m, c.get("store"))
        account.purchases[m] = account.purchases.get(m, 0) + 1
        account.bought.add(m)
    payouts = pay_for_purchase(d, c, what, lines, vouchers)

    d.write(f"purchase/{c['purchase']}", frozen_sale(d, c, lines, account, remembered, vouchers, awards, payouts))


def tell_purchase(d, lines, tender):
    """For the trace: what each line comes to, and what points pay."""
    amounts = [{"line": line["n"], "before_discounts": line["gross"], **{f: line[f] for f in ("after_discounts", "after_tender")}}
               for line in lines]
    d.trace["purchase"] = {"amounts": amounts, **({"tender": tender} if tender else {})}


def frozen_sale(d, c, lines, account, remembered, vouchers, awards, payouts):
    """The record of a purchase: what a refund needs."""
    record = {"type": "purchase", "at": d.at, "day": d.day, "lane": c.get("lane", "main"), "merchant": c["merchant"],
              "awards": [frozen for frozen, _ in awards], "refunds": d.rulebook.refunds,
              "rulebook": d.rulebook.hash, "lines": []}
    record.update({name: c[name] for name in ("store", "clerk") if name in c})
    if account is not None:
        record["account"] = account.id
    if remembered is not None:
        record["tender"] = {"parts": remembered}
    if vouchers:
        record["vouchers"] = [one["id"] for one in vouchers]
    if payouts:
        record["payouts"] = [frozen for frozen, _ in payouts]
    for i, line in enumerate(lines):
        record["lines"].append({
            **({"payouts": [by_line[i] for _, by_line in payouts]} if payouts else {}),
            "awards": [by_line.get(i, 0) for _, by_line in awards],
            "discounts": [{k: x[k] for k in ("amount", "funder", "voucher") if k in x}
                          for x in line.get("discounts", []) if x["amount"]],
            **{f: line[f] for f in ("n", "net", "quantity", "tender_points", "tender_value", "turnover")}})
    return record


def post_sale(d, merchant, lines, member, sign, day=None):
    """Turnover and discounts of a sale, or of a refund (sign −1)."""
    day, refund, cur = day or d.day, "" if sign > 0 else "_refund", d.rulebook.currency
    turnover = amt(sum(line["turnover"] for line in lines))
    d.post(f"{merchant}/customers", f"{merchant}/sales", cur, sign * turnover, day,
           ("sale" if member else "other_sale") + refund)
    funders = {}
    for line in lines:
        for x in line.get("discounts", []):
            funders[x["funder"]] = amt(funders.get(x["funder"], 0) + x["amount"])
    for funder, amount in sorted(funders.items()):
        d.post(f"{funder}/discount", f"{merchant}/customers", cur, sign * amount, day, "discount" + refund)
        if funder != merchant:
            d.post(f"{funder}/settlement", f"{merchant}/settlement", cur, sign * amount, day, "discount_funding")


def record_activity(d, c):
    need_positive(c["count"], "count")
    if not any(a["activity"] == c["activity"] for a in d.rulebook.activities):
        raise Reject("not_declared", "activity")
    member = d.need_party(c["member"], "member", "member")
    merchant = d.need_party(c["merchant"], "merchant", "merchant") if "merchant" in c else None
    d.need_actor(c["member"], *([c["merchant"]] if merchant else []))
    account = d.load_account(member["account"])
    rated = rate_activity(d.rulebook, context(d, c, member, merchant), c["activity"], c["count"], d)
    lane = c.get("lane", "main")
    Awarding(d, account, lane, activity=c["activity"]).give_all(rated, c.get("merchant"), None)


def confirm_purchase(d, c):
    key = f"purchase/{c['purchase']}"
    if d.record(key) is None:
        raise Reject("unknown_purchase", "purchase")
    purchase = copy(d.record(key))
    d.need_actor(purchase["merchant"])
    if "account" not in purchase:
        raise Reject("nothing_to_confirm", "purchase")
    account = d.load_account(purchase["account"])
    account.confirm(c["purchase"], purchase)
    d.write(key, purchase)
    d.event("purchase_confirmed", purchase=c["purchase"])
