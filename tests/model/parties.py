"""Commands about parties, terms, supply and lanes (wire.md, 7)."""

from fractions import Fraction

from rulebook import expiry_day
from values import MAX, Reject, amt, copy, join

SIXTY_FOUR = 64


def check_terms(d, terms, path):
    for asset, ratio in sorted(terms.get("earn", {}).items()):
        d.need_points(asset, join(f"{path}.earn", asset))
        for field in ("points", "per"):
            if ratio[field] <= 0:
                raise Reject("not_positive", join(f"{path}.earn", asset) + "." + field)
        for field in ("points", "per"):
            if ratio[field] > 1_000_000:
                raise Reject("limit_exceeded", join(f"{path}.earn", asset) + "." + field)
    for asset in terms.get("accepts", []):
        d.need_points(asset, f"{path}.accepts")
    for field in ("reimbursement", "point_price", "postpaid_price"):
        for asset, price in sorted(terms.get(field, {}).items()):
            d.need_points(asset, join(f"{path}.{field}", asset))
            if price < 0:
                raise Reject("negative_amount", join(f"{path}.{field}", asset))
    fees = terms.get("fees", [])
    if len(fees) > 32:
        raise Reject("limit_exceeded", f"{path}.fees")
    for i, fee in enumerate(fees):
        if fee["type"].startswith("points_"):
            d.need_points(fee["asset"], f"{path}.fees[{i}].asset")
            if fee["unit_price"] < 0:
                raise Reject("negative_amount", f"{path}.fees[{i}].unit_price")
        elif fee["type"] == "fixed" and fee["amount"] < 0:
            raise Reject("negative_amount", f"{path}.fees[{i}].amount")
    limit(terms.get("prices", []), f"{path}.prices", 32)
    for i, price in enumerate(terms.get("prices", [])):
        at = f"{path}.prices[{i}]"
        if price["id"] in [p["id"] for p in terms["prices"][:i]]:
            raise Reject("duplicate", f"{at}.id")
        if price["off"] == "0":
            raise Reject("not_positive", f"{at}.off")
        if Fraction(price["off"]) > 1:
            raise Reject("limit_exceeded", f"{at}.off")
        limit(price.get("categories", []), f"{at}.categories", 1_000)
        if any(c not in d.rulebook.parents for c in price.get("categories", [])):
            raise Reject("not_declared", f"{at}.categories")
    if terms.get("enrol_after", 0) < 0:
        raise Reject("negative_amount", f"{path}.enrol_after")
    limit(terms.get("discounts_at", []), f"{path}.discounts_at", 1_000)


def limit(items, path, most=SIXTY_FOUR):
    if len(items) > most:
        raise Reject("limit_exceeded", path)


def save_party(d, party_id, record, event="party_updated"):
    d.write(f"party/{party_id}", {"type": "party", "party": record})
    d.event(event, party=party_id)


def with_merchant(d, party_id):
    """A party and, if it is a store, its merchant."""
    if party_id is None:
        return []
    party = d.party(party_id)
    return [party_id] + ([party["merchant"]] if party and party["type"] == "store" else [])


def register_party(d, c):
    record, kind, op = c["record"], c["record"]["type"], d.rulebook.operator
    versions = record.get("terms", [])
    limit(versions, "record.terms", 120)
    for i, terms in enumerate(versions):
        if i and terms["from"] <= versions[i - 1]["from"]:
            raise Reject("invalid_period", f"record.terms[{i}].from")
        check_terms(d, terms, f"record.terms[{i}]")
    if kind == "merchant":
        limit(record.get("alliances", []), "record.alliances")
        if not set(record.get("joined", {})) <= set(record.get("alliances", [])):
            raise Reject("not_declared", "record.joined")
    if kind == "staff":
        limit(record.get("roles", []), "record.roles")
    if kind == "member":
        for field in ("member_of", "employee_of", "roles", "flags"):
            limit(record.get(field, []), f"record.{field}")
        if "tier" in record and record["tier"] not in d.rulebook.tiers:
            raise Reject("not_declared", "record.tier")
    if (kind == "operator") != (c["party"] == op):
        raise Reject("wrong_kind", "record")
    if "branch" in record:
        d.need_party(record["branch"], "record.branch", "branch")
    for alliance in record.get("alliances", []):
        d.need_party(alliance, "record.alliances", "alliance")
    if "merchant" in record:
        d.need_party(record["merchant"], "record.merchant", "merchant")
    if "alliance" in record:
        d.need_party(record["alliance"], "record.alliance", "alliance")
    if "enrolled_by" in record:
        d.need_party(record["enrolled_by"], "record.enrolled_by", "merchant", "store")
    for merchant in record.get("member_of", []):
        d.need_party(merchant, "record.member_of", "merchant")
    for merchant in record.get("employee_of", []):
        d.need_party(merchant, "record.employee_of", "merchant")
    if not (kind == "operator" and d.actor == c["party"]):
        if kind in ("store", "staff"):
            d.need_actor(record["merchant"])
        elif "enrolled_by" in record:
            d.need_actor(*with_merchant(d, record["enrolled_by"]))
        elif kind != "alliance" or (d.party(d.actor) or {}).get("type") != "merchant":
            d.need_actor()
    if record.get("account", c["party"]) != c["party"] and d.actor != op:
        raise Reject("not_allowed", "record.account")
    for field in ("member_of", "employee_of"):
        if not all(d.acts_for(m) for m in record.get(field, [])):
            raise Reject("not_allowed", f"record.{field}")
    if d.party(c["party"]) is not None:
        raise Reject("already_exists", "party")
    if kind in ("member", "staff", "store") and d.actor != op and d.record(f"account/{c['party']}") is not None:
        raise Reject("not_allowed", "party")
    save_party(d, c["party"], record, "party_registered")


def set_terms(d, c):
    check_terms(d, c["terms"], "terms")
    party = copy(d.need_party(c["party"], "party", "operator", "branch", "merchant", "store", "partner"))
    d.need_actor()
    if c["terms"]["from"] < ((d.record("books") or {}).get("closed_until") or ""):
        raise Reject("period_closed", "terms.from")
    versions = [v for v in party.get("terms", []) if v["from"] != c["terms"]["from"]] + [c["terms"]]
    limit(versions, "party", 120)
    party["terms"] = sorted(versions, key=lambda v: v["from"])
    save_party(d, c["party"], party)


def set_member(d, c):
    if "tier" in c and c["tier"] not in d.rulebook.tiers:
        raise Reject("not_declared", "tier")
    for field in ("roles", "flags", "member_of", "employee_of"):
        limit(c.get(field, []), field)
    member = copy(d.need_party(c["member"], "member", "member"))
    for field in ("member_of", "employee_of"):
        for merchant in c.get(field, []):
            d.need_party(merchant, field, "merchant")
    d.need_actor(*with_merchant(d, member.get("enrolled_by")))
    for field in ("member_of", "employee_of"):
        if field in c and not all(d.acts_for(m) for m in {*c[field]} ^ {*member.get(field, [])}):
            raise Reject("not_allowed", field)
    for field in ("tier", "roles", "flags", "member_of", "employee_of", "birthday"):
        if field in c:
            member[field] = c[field]
            if c[field] == []:
                del member[field]
    save_party(d, c["member"], member)


def alliance(d, c):
    merchant = copy(d.need_party(c["merchant"], "merchant", "merchant"))
    d.need_party(c["alliance"], "alliance", "alliance")
    d.need_actor(c["merchant"])
    now, joined = set(merchant.get("alliances", [])), merchant.get("joined", {})
    if c["type"] == "join_alliance":
        if c["alliance"] in now:
            raise Reject("already_exists", "alliance")
        if now:  # the day tells which of several was first; the only one of a merchant needs none
            joined[c["alliance"]] = d.day
        now.add(c["alliance"])
        limit(now, "alliance")
    else:
        if c["alliance"] not in now:
            raise Reject("not_declared", "alliance")
        now.remove(c["alliance"])
        joined.pop(c["alliance"], None)
    merchant["alliances"], merchant["joined"] = sorted(now), joined
    for field in ("alliances", "joined"):
        if not merchant[field]:
            del merchant[field]
    save_party(d, c["merchant"], merchant)


# ---------------------------------------------------------------- supply (rulebook.md, 5)


def need_positive(value, path):
    if value <= 0:
        raise Reject("not_positive", path)


def mint_points(d, c):
    op = d.rulebook.operator
    need_positive(c["points"], "points")
    d.need_points(c["asset"], "asset")
    d.need_actor()
    d.put_block(op, c.get("lane", "main"), {"asset": c["asset"], "backing": 0, "booked": d.booked,
                                            "id": d.new_id("block"), "points": c["points"], "unit_price": 0})
    d.post(f"{op}/mint", f"{op}/stock", c["asset"], c["points"], d.day, "mint")
    d.event("points_minted", asset=c["asset"], points=c["points"])


def one_hop(d, giver, taker):
    """Whether the giver is one hop above the taker."""
    to = d.party(taker)
    merchant = to if to["type"] == "merchant" else d.party(to["merchant"]) if to["type"] == "store" else None
    if giver == d.rulebook.operator:
        return to["type"] in ("branch", "partner") or merchant is not None and "branch" not in merchant
    return merchant is not None and merchant.get("branch") == giver


def supply(d, c, giver, taker, price, path):
    points, asset, op = c["points"], c["asset"], d.rulebook.operator
    if d.available(giver, "main", asset) < points:
        raise Reject("insufficient_stock", "points")
    drawn = d.draw_blocks(giver, "main", asset, points)
    if giver == op:
        pieces = [(price, points)]
    else:
        pieces = []
        for block in drawn:
            together = block["points"] + pieces[-1][1] if pieces and pieces[-1][0] == block["backing"] else None
            if together is not None and amt(together) * block["backing"] <= MAX:
                pieces[-1] = (block["backing"], together)
            else:
                pieces.append((block["backing"], block["points"]))
    for backing, part in pieces:
        d.put_block(taker, "main", {"asset": asset, "backing": backing, "booked": d.booked, "id": d.new_id("block"),
                                    "points": part, "unit_price": price})
    reason = "points_sold" if c["type"] == "sell_points" else "points_granted"
    d.post(d.holder_side(giver), d.holder_side(taker), asset, points, d.day, reason)
    d.post_fine(f"{taker}/settlement", f"{op}/backing" if giver == op else f"{giver}/settlement",
                points * price, d.day, reason)
    d.event("points_supplied", asset=asset, points=points, to=taker, unit_price=price, **{"from": giver})


def sell_points(d, c):
    need_positive(c["points"], "points")
    if c.get("unit_price", 0) < 0:
        raise Reject("negative_amount", "unit_price")
    d.need_points(c["asset"], "asset")
    d.need_party(c["seller"], "seller", "operator", "branch")
    d.need_party(c["buyer"], "buyer", "branch", "merchant", "store", "partner")
    d.need_actor(c["seller"])
    if not one_hop(d, c["seller"], c["buyer"]):
        raise Reject("not_allowed", "buyer")
    price = c.get("unit_price", d.terms(c["buyer"], d.day).get("point_price", {}).get(c["asset"]))
    agreed = d.terms(c["buyer"], d.day).get("point_price", {}).get(c["asset"])
    if price is None:
        raise Reject("no_price", "unit_price")
    if agreed is not None and price > agreed and d.actor != d.rulebook.operator:
        raise Reject("not_allowed", "unit_price")
    supply(d, c, c["seller"], c["buyer"], price, "buyer")


def grant_points(d, c):
    need_positive(c["points"], "points")
    d.need_points(c["asset"], "asset")
    d.need_party(c["from"], "from", "operator", "branch")
    d.need_party(c["to"], "to", "branch", "merchant", "store", "partner")
    d.need_actor(c["from"])
    if not one_hop(d, c["from"], c["to"]):
        raise Reject("not_allowed", "to")
    supply(d, c, c["from"], c["to"], 0, "to")


def give_points(d, c):
    need_positive(c["points"], "points")
    d.need_points(c["asset"], "asset")
    d.need_party(c["from"], "from", "merchant", "store")
    member = d.need_party(c["member"], "member", "member")
    d.need_actor(*with_merchant(d, c["from"]))
    if member.get("enrolled_by") != c["from"]:
        raise Reject("not_enrolled_here", "member")
    account = d.load_account(member["account"])
    if d.available(c["from"], "main", c["asset"]) < c["points"]:
        raise Reject("insufficient_stock", "points")
    terms = d.rulebook.points.get(c["asset"], {"reimbursement": 0})
    policy = d.rulebook.expiry[terms["gift_expiry"]] if "gift_expiry" in terms else {"type": "never"}
    for block in d.draw_blocks(c["from"], "main", c["asset"], c["points"]):
        lot = account.put({
            "active": d.day, "asset": c["asset"], "expires": expiry_day(policy, d.day, d.day), "funder": c["from"],
            "id": d.new_id("lot"), "points": block["points"], "reimbursement": terms["reimbursement"],
            "state": "spendable", "unit_cost": block["backing"]})
        d.post(d.holder_side(c["from"]), account.side("spendable"), c["asset"], block["points"], d.day, "gift")
        d.event("points_earned", account=account.id, active=d.day, asset=c["asset"], expires=lot.get("expires"),
                funder=c["from"], lot=lot["id"], points=block["points"])
        account.settle_in(lot, block["points"])


def move_lane(d, c):
    subject, amount = c["subject"], c["amount"]
    need_positive(amount, "amount")
    if c["from"] == c["to"]:
        raise Reject("duplicate", "to")
    if subject["type"] == "stock":
        d.need_points(subject["asset"], "subject.asset")
        d.need_party(subject["party"], "subject.party")
        d.need_actor(subject["party"])
        if d.available(subject["party"], c["from"], subject["asset"]) < amount:
            raise Reject("insufficient_stock", "amount")
        for block in d.draw_blocks(subject["party"], c["from"], subject["asset"], amount):
            d.put_block(subject["party"], c["to"], block)
        d.event("lane_moved", key=f"stock/{subject['party']}/{c['to']}", points=amount)
        return
    campaign = subject["campaign"]
    if campaign not in d.rulebook.campaigns:
        raise Reject("not_declared", "subject.campaign")
    d.need_actor()
    name, unit = ("points", 1) if subject["type"] == "budget_points" else ("money", 10_000)
    left = dict(zip(("points", "money"), d.budget_left(campaign, c["from"])))[name]
    moved = amt(amount * unit)
    if left is None or left < moved:
        raise Reject("insufficient_stock", "amount")
    for lane, sign in ((c["from"], -1), (c["to"], 1)):
        record = d.budget(campaign, lane)
        record[f"moved_{name}"] = amt(record[f"moved_{name}"] + sign * moved)
        d.write(f"budget/{campaign}/{lane}", record)
    d.event("lane_moved", key=f"budget/{campaign}/{c['to']}", points=amount)
