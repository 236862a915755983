"""Purchases and activities: recording, awarding, confirming (rulebook.md, 3 and 6.3; wire.md, 7)."""

from fractions import Fraction

from earn import cap_counts, rate_activity, rate_purchase
from parties import need_positive
from recognition import check_claims
from rulebook import expiry_day
from values import Reject, allocate, amt, copy, date_of, plus_days, window_start
from vouchers import apply_vouchers, check_vouchers

WINDOWS = ["day", "week", "month", "year"]


# ---------------------------------------------------------------- cuts (rulebook.md, 3.6 to 3.8)


class Awarding:
    """Cuts and gives the awards of one decision, one by one."""

    def __init__(self, d, account, lane, purchase=None, activity=None):
        self.d, self.account, self.lane, self.purchase, self.activity = d, account, lane, purchase, activity
        self.caps = sorted((c for c in d.rulebook.caps if c["per"] != "line"),
                           key=lambda c: ((["purchase"] + WINDOWS).index(c["per"]), c["id"]))
        self.first = {c["id"]: window_start(d.day, c["per"]) for c in self.caps if c["per"] != "purchase"}
        self.before = {}
        windows = {c["id"]: c["per"] for c in self.caps}
        for cap_id, first in self.first.items():
            counter = account.counter(cap_id, windows[cap_id], first)
            self.before[cap_id] = counter["points"] if counter else 0
        self.taken = {c["id"]: 0 for c in self.caps}

    def resolve(self, award, merchant, store):
        """The party that funds an award; None if it would be a merchant that was not given."""
        funder = award["funder"]
        if funder["type"] == "operator":
            return self.d.rulebook.operator
        if funder["type"] == "party":
            return funder["id"]
        return store if funder["type"] == "store" and store is not None else merchant

    def give_all(self, awards, merchant, store):
        """The frozen awards, each with the points by line of those that gave something."""
        d = self.d
        for award in awards:
            award["holder"] = self.resolve(award, merchant, store)
            if award["holder"] is None:
                raise Reject("unknown_party", "merchant")
        for award in awards:
            if d.party(award["holder"]) is None:
                raise Reject("unknown_party", f"party/{award['holder']}")
        return [frozen for frozen in map(self.give, awards) if frozen is not None]

    def give(self, award):
        d, holder, asset, campaign = self.d, award["holder"], award["asset"], award["campaign"]
        left, by = award["points"], None
        counting = [c for c in self.caps if cap_counts(c, award, self.activity)]
        for cap in counting:
            leaves = max(cap["points"] - self.before.get(cap["id"], 0) - self.taken[cap["id"]], 0)
            if leaves < left:
                left, by = leaves, f"cap/{cap['id']}"

        op = d.rulebook.operator
        terms = d.terms(holder, d.day)
        shortage = terms.get("on_shortage", "reduce")
        price = terms.get("postpaid_price", {}).get(asset) if shortage == "postpaid" and holder != op else None
        has_budget = False
        if campaign is not None:
            points_left, money_left = d.budget_left(campaign, self.lane)
            has_budget = points_left is not None or money_left is not None
            if points_left is not None and points_left < left:
                left, by = points_left, f"budget/{campaign}/points"
            if money_left is not None:
                can = self.payable(holder, asset, money_left, price)
                if can is not None and can < left:
                    left, by = can, f"budget/{campaign}/money"

        own = d.available(holder, self.lane, asset)
        there = own + (d.available(op, self.lane, asset) if price is not None else 0)
        if there < left:
            if shortage == "refuse":
                raise Reject("award_refused", f"stock/{holder}/{self.lane}")
            left, by = 0 if shortage == "none" else there, f"float/{holder}"
        if by is not None:
            d.event("award_cut", account=self.account.id, asset=asset, by=by, given=left, wanted=award["points"])
        if left == 0:
            return None

        counted = []
        for cap in counting:
            self.taken[cap["id"]] += left
            if cap["per"] != "purchase":
                self.account.count(cap["id"], cap["per"], self.first[cap["id"]], left)
                counted.append({"cap": cap["id"], "from": self.first[cap["id"]], "window": cap["per"]})
        parts = self.pieces(award, left, own, price)
        if has_budget:
            budget = d.budget(campaign, self.lane)
            budget["used_points"] = amt(budget["used_points"] + left)
            budget["used_money"] = amt(budget["used_money"] + sum(p["points"] * p["budget_cost"] for p in parts))
            d.write(f"budget/{campaign}/{self.lane}", budget)
        lines = sorted(award["values"])
        weights = [award["values"][line] for line in lines]
        by_line = dict(zip(lines, allocate(left, weights)))
        frozen = {"asset": asset, "counted": counted, "expiry": award["policy"], "funder": holder, "parts": parts}
        if campaign is not None:
            frozen["campaign"] = campaign
            if has_budget:
                frozen["budget"] = {"campaign": campaign, "lane": self.lane}
        return frozen, by_line

    def block_cost(self, holder, asset, block):
        """What a point of the holder's own stock costs a budget."""
        if holder == self.d.rulebook.operator:
            return self.d.rulebook.points[asset]["reimbursement"]
        return block["unit_price"]

    def payable(self, holder, asset, money, price):
        """How many points a budget in money pays; None if it pays all that there are."""
        sources = [(self.block_cost(holder, asset, b), b["points"])
                   for b in self.d.stock(holder, self.lane) if b["asset"] == asset]
        if price is not None:
            sources.append((price, self.d.available(self.d.rulebook.operator, self.lane, asset)))
        total = 0
        for cost, points in sources:
            can = points if cost == 0 else min(points, money // cost)
            total += can
            money -= can * cost
            if can < points:
                return total
        return None

    def pieces(self, award, points, own, price):
        """Draw, make a lot of each piece, post it, repay debts from it."""
        d, account, holder, asset = self.d, self.account, award["holder"], award["asset"]
        op, side = d.rulebook.operator, d.holder_side(holder)
        sources = []
        if min(points, own):
            for block in d.draw_blocks(holder, self.lane, asset, min(points, own)):
                sources.append((block, "block", block["backing"], self.block_cost(holder, asset, block)))
        if points > own:
            for block in d.draw_blocks(op, self.lane, asset, points - own):
                sources.append((block, "postpaid", price, price))
        parts = []
        for block, kind, unit_cost, cost in sources:
            piece = self.lot(award, block["points"], unit_cost)
            lot = account.put(piece)
            source = {"booked": block["booked"], "id": block["id"], "type": kind}
            if kind == "block":
                source["unit_price"] = block["unit_price"]
            else:
                d.post(f"{op}/stock", side, asset, block["points"], d.day, "postpaid")
                d.post_fine(f"{holder}/settlement", f"{op}/backing", block["points"] * price, d.day, "postpaid")
            part = {"budget_cost": cost, "lot": lot["id"], "points": block["points"], "source": source,
                    "unit_cost": unit_cost}
            if lot.get("expires") is not None:
                part["expires"] = lot["expires"]
            parts.append(part)
            d.post(side, account.side(piece["state"]), asset, block["points"], d.day, "award")
            d.event("points_earned", account=account.id, active=piece["active"], asset=asset,
                    campaign=award["campaign"], expires=lot.get("expires"), funder=holder, lot=lot["id"],
                    points=block["points"])
            if piece["state"] == "spendable":
                account.settle_in(lot, block["points"])
        return parts

    def lot(self, award, points, unit_cost):
        d, spendable = self.d, award["spendable"]
        active, state, awaits, known = d.day, "spendable", None, d.day
        if spendable["type"] == "after_days":
            try:
                active = known = plus_days(d.day, spendable["days"])
            except (ValueError, OverflowError):
                raise Reject("invalid_period", "at") from None
            state = "spendable" if active <= d.today else "pending"
        elif spendable["type"] == "on_confirmation":
            state, awaits, known = "pending", self.purchase, None
        lot = {"active": active, "asset": award["asset"], "campaign": award["campaign"], "awaits": awaits,
               "expires": expiry_day(award["policy"], d.day, known), "funder": award["holder"],
               "id": d.new_id("lot"), "points": points, "state": state, "unit_cost": unit_cost,
               "reimbursement": d.rulebook.points[award["asset"]]["reimbursement"]}
        return {k: v for k, v in lot.items() if v is not None}


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
    if value == 0 or value > Fraction(terms["max_share"]) * sum(weights):
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
    remembered = account.redeem("spendable" if hold is None else "held", merchant, asset, parts)
    if rest:
        account.release({**hold, "parts": rest}, d.today)
    return value, remembered


def context(d, c, member, merchant):
    return {"rulebook": d.rulebook, "day": d.day, "minute": d.minute, "merchant": c.get("merchant"),
            "store": c.get("store"), "channel": c.get("channel"), "tier": member.get("tier"),
            "birthday": member.get("birthday"), "roles": member.get("roles", []), "flags": member.get("flags", []),
            "member_of": member.get("member_of", []), "alliances": (merchant or {}).get("alliances", []),
            "ordinal": None}


def record_purchase(d, c):
    check_lines(d, c)
    check_vouchers(c)
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
    seen = {m}
    for i, line in enumerate(c["lines"]):
        for j, discount in enumerate(line.get("discounts", [])):
            if discount["funder"] not in seen:
                seen.add(discount["funder"])
                d.need_party(discount["funder"], f"lines[{i}].discounts[{j}].funder",
                             "operator", "branch", "merchant", "store", "partner")
    d.need_actor(m)
    if d.record(f"purchase/{c['purchase']}") is not None:
        raise Reject("already_exists", "purchase")
    check_claims(d, c, member)
    apply_vouchers(d, c, member, merchant, lines)
    amt(sum(line["net"] for line in lines))
    if asked is not None and member is None:
        raise Reject("not_accepted", "member")
    account = d.load_account(member["account"]) if member is not None else None

    value, remembered = tender(d, c, account, lines) if asked is not None else (0, None)
    for line in lines:
        line["after_tender"] = max(line["after_discounts"] - line["tender_value"], 0)
    post_sale(d, m, lines, account is not None, 1)
    net = sum(line["net"] for line in lines)
    d.event("purchase_recorded", account=account.id if account else None, cash=amt(net - value), merchant=m, net=net,
            purchase=c["purchase"])

    lane, awards = c.get("lane", "main"), []
    if account is not None:
        what = context(d, c, member, merchant)
        what["sum"] = amt(sum(line["after_discounts"] for line in lines))
        what["ordinal"] = {"programme": sum(account.purchases.values()) + 1,
                           "merchant": account.purchases.get(m, 0) + 1}
        rated = rate_purchase(d.rulebook, what, lines, d.terms(m, d.day).get("earn", {}))
        awards = Awarding(d, account, lane, purchase=c["purchase"]).give_all(rated, m, c.get("store"))
        account.purchases[m] = account.purchases.get(m, 0) + 1
        account.bought.add(m)

    record = {"type": "purchase", "at": d.at, "day": d.day, "lane": lane, "merchant": m,
              "awards": [frozen for frozen, _ in awards], "refunds": d.rulebook.refunds,
              "rulebook": d.rulebook.hash, "lines": []}
    if account is not None:
        record["account"] = account.id
    if remembered is not None:
        record["tender"] = {"parts": remembered}
    if c.get("vouchers"):
        record["vouchers"] = c["vouchers"]
    for i, line in enumerate(lines):
        record["lines"].append({
            "awards": [by_line.get(i, 0) for _, by_line in awards],
            "discounts": [{"amount": x["amount"], "funder": x["funder"]}
                          for x in line.get("discounts", []) if x["amount"]],
            **{f: line[f] for f in ("n", "net", "quantity", "tender_points", "tender_value", "turnover")}})
    d.write(f"purchase/{c['purchase']}", record)


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
    rated = rate_activity(d.rulebook, context(d, c, member, merchant), c["activity"], c["count"])
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
